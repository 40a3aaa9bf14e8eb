#include "services/catalogue/mapping.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

using namespace cp;
using namespace cp::catalogue;

namespace {

const std::string header =
    "authority,tier,name,type,needs,age_min,age_max,age_note,provider_kind,provider_number,"
    "referral_route,session_hours,capacity,pattern\n";
const std::string good = "Trafford,social care,Boccia,Groups: Other,autism;hearing,5,11,,voluntary,3,Open,2,6,weekly\n";

std::string real_mapping() {
  std::ifstream file(CP_SOURCE_DIR "/services/catalogue/data/short-breaks-mapping.csv", std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// The pointers of everything that is wrong.
std::vector<std::string> refused(const std::string& text) {
  const auto rows = read_mapping(text);
  REQUIRE_FALSE(rows.has_value());
  CHECK(rows.error().code == "mapping-refused");
  std::vector<std::string> pointers;
  for (const auto& field : rows.error().fields) pointers.push_back(field.pointer);
  return pointers;
}

}  // namespace

TEST_CASE("the mapping of two places: 110 services, 68 and 42, none dropped") {
  const auto rows = read_mapping(real_mapping());
  REQUIRE(rows.has_value());
  CHECK(rows->size() == 110);
  std::map<std::string, int> by_authority;
  std::set<std::string> keys;
  int unknown_ages = 0;
  int unknown_providers = 0;
  for (const auto& row : *rows) {
    ++by_authority[row.authority_name];
    keys.insert(row.source_key);
    unknown_ages += !row.service.age_min && !row.service.age_max ? 1 : 0;
    unknown_providers += row.service.provider_name == "unknown" ? 1 : 0;
  }
  CHECK(by_authority == std::map<std::string, int>{{"Trafford", 68}, {"Plymouth", 42}});
  CHECK(keys.size() == 110);
  CHECK(unknown_ages == 61);
  CHECK(unknown_providers == 28);
}

TEST_CASE("a row of a mapping") {
  const auto rows = read_mapping(header + good);
  REQUIRE(rows.has_value());
  REQUIRE(rows->size() == 1);
  const auto& row = rows->front();
  CHECK(row.line == 2);
  CHECK(row.authority_name == "Trafford");
  CHECK(row.service.tier == ServiceTier::social_care);
  CHECK(row.service.name == "Boccia");
  CHECK(row.service.needs_text == "autism;hearing");
  CHECK(row.service.needs == std::vector{Need::autism, Need::sensory_hearing});
  CHECK(row.service.age_min == 5);
  CHECK(row.service.age_max == 11);
  CHECK(row.service.provider_kind == ProviderKind::voluntary);
  CHECK(row.service.provider_name == "voluntary provider 3");
  CHECK(row.service.capacity == "6");
}

TEST_CASE("columns may come in any order, with a mark in front and CRLF") {
  const auto rows = read_mapping(
      "\xEF\xBB\xBFpattern,capacity,session_hours,referral_route,provider_number,provider_kind,age_note,"
      "age_max,age_min,needs,type,name,tier,authority\r\n"
      "weekly,,,,,unknown,\"Young\r\npeople\",,,,Equipment,Loan,local core offer,Plymouth\r\n");
  REQUIRE(rows.has_value());
  CHECK(rows->front().service.pattern == "weekly");
  CHECK(rows->front().service.age_note == "Young\r\npeople");
  CHECK(rows->front().authority_name == "Plymouth");
}

TEST_CASE("unknown stays unknown") {
  const auto rows = read_mapping(header + "Trafford,social care,Boccia,Groups: Other,,,,,unknown,14,,,,\n");
  REQUIRE(rows.has_value());
  const auto& service = rows->front().service;
  CHECK_FALSE(service.age_min);
  CHECK_FALSE(service.age_max);
  CHECK(service.needs.empty());
  CHECK(service.provider_name == "unknown");
  CHECK(service.provider_number == "14");
  CHECK(service.capacity.empty());
}

TEST_CASE("needs of the source as tags") {
  struct Case {
    std::string_view words;
    std::vector<Need> expected;
  };
  const Case cases[] = {
      {"", {}},
      {" ; ", {}},
      {"autism", {Need::autism}},
      {"adhd;autism;behaviour", {Need::autism, Need::behaviour, Need::adhd}},
      {"hearing", {Need::sensory_hearing}},
      {"vision", {Need::sensory_vision}},
      {"complex;additional", {Need::complex, Need::other}},
      {"lgbt;carers", {Need::other}},
  };
  for (const auto& [words, expected] : cases) {
    CAPTURE(words);
    CHECK(needs_of_source(words) == expected);
  }
}

TEST_CASE("bad rows are told by line and column, and nothing is loaded") {
  struct Case {
    std::string row;
    std::vector<std::string> pointers;
  };
  const Case cases[] = {
      {",social care,Boccia,Other,,,,,unknown,,,,,\n", {"/3/authority"}},
      {"Trafford,local,Boccia,Other,,,,,unknown,,,,,\n", {"/3/tier"}},
      {"Trafford,published,Boccia,Other,,,,,unknown,,,,,\n", {"/3/tier"}},
      {"Trafford,social care,  ,Other,,,,,unknown,,,,,\n", {"/3/name"}},
      {"Trafford,social care,Boccia,,,,,,unknown,,,,,\n", {"/3/type"}},
      {"Trafford,social care,Boccia,Other,,five,,,unknown,,,,,\n", {"/3/age_min"}},
      {"Trafford,social care,Boccia,Other,,5.5,,,unknown,,,,,\n", {"/3/age_min"}},
      {"Trafford,social care,Boccia,Other,,-1,121,,unknown,,,,,\n", {"/3/age_min", "/3/age_max"}},
      {"Trafford,social care,Boccia,Other,,12,5,,unknown,,,,,\n", {"/3/age_max"}},
      {"Trafford,social care,Boccia,Other,,,,,charity,,,,,\n", {"/3/provider_kind"}},
      {"Trafford,social care,Boccia\n", {"/3"}},
      {"Trafford,social care,Boccia,Other,,,,,unknown,,,,,,\n", {"/3"}},
      {"Trafford,social care," + std::string(501, 'x') + ",Other,,,,,unknown,,,,,\n", {"/3/name"}},
  };
  for (const auto& [row, pointers] : cases) {
    CAPTURE(row);
    CHECK(refused(header + good + row + good) == pointers);
  }
}

TEST_CASE("every bad row is told, up to a hundred") {
  std::string text = header;
  for (int row = 0; row < 3; ++row) text += "Trafford,nowhere,,Other,,,,,unknown,,,,,\n";
  CHECK(refused(text) == std::vector<std::string>{"/2/tier", "/2/name", "/3/tier", "/3/name", "/4/tier", "/4/name"});
  for (int row = 0; row < 500; ++row) text += "short\n";
  CHECK(refused(text).size() == 100);
}

TEST_CASE("the columns have to be those of a mapping") {
  CHECK(refused("authority,tier\n").size() == 12);
  CHECK(refused("name," + header) == std::vector<std::string>{"/1/name"});
  CHECK(refused("extra," + header) == std::vector<std::string>{"/1"});
  CHECK(refused("").empty());
  CHECK(read_mapping("\"").error().code == "csv-malformed");
}

TEST_CASE("rows alike are kept apart, in the same way at every import") {
  const auto first = read_mapping(header + good + good);
  const auto second = read_mapping(header + good + good + good);
  REQUIRE(first.has_value());
  REQUIRE(second.has_value());
  CHECK((*first)[0].source_key != (*first)[1].source_key);
  CHECK((*first)[0].source_key == (*second)[0].source_key);
  CHECK((*first)[1].source_key == (*second)[1].source_key);
}
