#include "matching/command/command.hpp"
#include "matching/command/wire.hpp"
#include "matching/engine/checker.hpp"
#include "matching/engine/engine.hpp"
#include "matching/engine/generator.hpp"
#include "matching/engine/rules.hpp"
#include "matching/engine/unmet.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <fstream>
#include <iterator>

using namespace cp::matching;

namespace {

std::string text_of(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

const std::string two_groups = text_of(CP_SOURCE_DIR "/tests/unit/engine/two-groups.json");

/// Everything the reader and the rules have to say of a text.
std::vector<std::string> pointers_of(const std::string& text) {
  std::vector<std::string> pointers;
  auto instance = cp::json::read<Instance>(text);
  auto fields = instance ? std::vector<cp::FieldError>{} : instance.error().fields;
  if (instance) {
    if (const auto valid = validate(*instance); !valid) fields = valid.error().fields;
  }
  for (const auto& field : fields) pointers.push_back(field.pointer);
  if (!instance && pointers.empty()) pointers.push_back(instance.error().code);
  return pointers;
}

}  // namespace

TEST_CASE("the published schemas of matching files are those of the program") {
  // `commonpurse match schema instance > docs/matching-instance.schema.json` after a change.
  CHECK(text_of(CP_SOURCE_DIR "/docs/matching-instance.schema.json") == schema_text("instance") + "\n");
  CHECK(text_of(CP_SOURCE_DIR "/docs/matching-result.schema.json") == schema_text("result") + "\n");
  CHECK(schema_text("other").empty());
}

TEST_CASE("a bad instance is refused at the place of each fault") {
  struct Row {
    const char* what;
    const char* from;
    std::string to;
    const char* pointer;
  };
  const std::string child = R"({"id": "ash-c1", "age_years": 9, "needs": ["learning"], "support_adults": 1, )"
                            R"("support_children": 2, "wheelchair": false, "behaviours": []})";
  std::string crowd;
  for (int number = 0; number < 1'000; ++number) crowd += (number == 0 ? "" : ",") + child;
  const std::vector<Row> rows{
      {"no children", child.c_str(), "", "/families/0/children"},
      {"a thousand children", child.c_str(), crowd, "/families/0/children"},
      {"a negative age", "\"age_years\": 9", "\"age_years\": -1", "/families/0/children/0/age_years"},
      {"an age in words", "\"age_years\": 9", "\"age_years\": \"nine\"", "/families/0/children/0/age_years"},
      {"half a year", "\"age_years\": 9", "\"age_years\": 9.5", "/families/0/children/0/age_years"},
      {"the same family twice", "\"id\": \"beech\"", "\"id\": \"ash\"", "/families/1/id"},
      {"a distance without end", "\"max_miles\": 6", "\"max_miles\": 1e300", "/families/0/max_miles"},
      {"wanted and refused", "\"not_with\": []", "\"not_with\": [\"beech\"]", "/families/0/not_with/0"},
      {"not with itself", "\"not_with\": []", "\"not_with\": [\"ash\"]", "/families/0/not_with/0"},
      {"no language to share", "\"languages\": [\"English\"], \"needs_shared_language\": false",
       "\"languages\": [], \"needs_shared_language\": true", "/families/0/languages"},
      {"pinned and forbidden", "\"pinned\": [], \"forbidden\": []", "\"pinned\": [\"x\"], \"forbidden\": [\"x\"]",
       "/families/0/pinned/0"},
      {"an unknown key", "\"mixing\": \"either\"", "\"mixed\": \"either\"", "/families/0/mixed"},
      {"an agreed group of nobody known", "\"standing\": []",
       R"("standing": [{"standing": "agreed", "run": "pool-saturday", "families": ["oak"]}])", "/standing/0/families/0"},
      {"a group on no run", "\"standing\": []",
       R"("standing": [{"standing": "proposed", "run": "sea", "families": ["ash"]}])", "/standing/0/run"},
  };
  CHECK(pointers_of(two_groups).empty());
  for (const auto& row : rows) {
    INFO(row.what);
    auto text = two_groups;
    const auto at = text.find(row.from);
    REQUIRE(at != std::string::npos);
    text.replace(at, std::string(row.from).size(), row.to);
    const auto pointers = pointers_of(text);
    CHECK(std::find(pointers.begin(), pointers.end(), row.pointer) != pointers.end());
  }
  CHECK_FALSE(pointers_of("{\"max_miles\": NaN}").empty());
}

TEST_CASE("everybody avoiding everybody is no fault, and nobody is in a group") {
  auto instance = *cp::json::read<Instance>(two_groups);
  const auto count = instance.families.size();
  for (std::size_t at = 0; at < count; ++at) {
    instance.families[at].with.clear();
    for (std::size_t other = 0; other < count; ++other) {
      if (other != at) instance.families[at].not_with.push_back(instance.families[other].id);
    }
  }
  REQUIRE(validate(instance).has_value());
  CHECK(check(instance, propose(instance)) == std::vector<std::string>{});
  CHECK(propose(instance).groups.empty());
}

TEST_CASE("families left out who want the same make an unmet need") {
  auto instance = *cp::json::read<Instance>(two_groups);
  instance.offers.erase(instance.offers.begin());  // no swimming any more
  auto proposal = propose(instance);
  proposal.unmet = find_unmet(instance, proposal.left_out);
  CHECK(check(instance, proposal) == std::vector<std::string>{});
  REQUIRE(proposal.unmet.size() == 1);
  const auto& need = proposal.unmet[0];
  CHECK(need.activity_type == "swimming");
  CHECK(need.families == std::vector<std::string>{"ash", "beech", "cedar"});
  CHECK(need.text == "3 families with 3 children of 9 to 10 want swimming and are free on Saturdays from 09:00 to 13:00, "
                     "all within 0.9 miles of the middle.");
  instance.families[0].not_payable = {"swimming"};
  instance.families[1].not_with = {"cedar"};
  instance.families[0].with.clear();
  CHECK(find_unmet(instance, proposal.left_out).empty());
}

TEST_CASE("generated instances are as dense as they say") {
  for (const auto& [density, least, most] :
       std::vector<std::tuple<Density, double, double>>{{Density::sparse, 1, 4}, {Density::medium, 20, 40},
                                                        {Density::dense, 45, 80}}) {
    for (const std::int64_t families : {1'200, 6'000}) {
      const auto instance = generate(shape_of(density, families, families / 5, 3));
      REQUIRE(validate(instance).has_value());
      std::size_t fitting = 0, runs = 0;
      // Every tenth offer tells enough.
      for (std::size_t at = 0; at < instance.offers.size(); at += 10) {
        for (const auto& run : instance.offers[at].runs) {
          ++runs;
          for (const auto& family : instance.families) fitting += first_broken(family, instance.offers[at], run) ? 0 : 1;
        }
      }
      const auto mean = static_cast<double>(fitting) / static_cast<double>(runs);
      INFO(cp::name(density) << " at " << families << ": " << mean);
      CHECK(mean >= least);
      CHECK(mean <= most);
    }
  }
}
