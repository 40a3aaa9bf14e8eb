#include "shared/core/csv.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace cp;
using Fields = std::vector<std::vector<std::string>>;

namespace {

Fields fields_of(std::string_view text) {
  const auto records = read_csv(text);
  REQUIRE(records.has_value());
  Fields fields;
  for (const auto& record : *records) fields.push_back(record.fields);
  return fields;
}

}  // namespace

TEST_CASE("CSV as RFC 4180 has it") {
  struct Case {
    std::string_view text;
    Fields expected;
  };
  const Case cases[] = {
      {"", {}},
      {"a", {{"a"}}},
      {"a,b\nc,d\n", {{"a", "b"}, {"c", "d"}}},
      {"a,b\r\nc,d\r\n", {{"a", "b"}, {"c", "d"}}},
      {"a,b\nc,d", {{"a", "b"}, {"c", "d"}}},
      {"a,,\n", {{"a", "", ""}}},
      {",\n", {{"", ""}}},
      {"a,", {{"a", ""}}},
      {"\"a\"", {{"a"}}},
      {"\"\"", {{""}}},
      {"\"\",\"\"\n", {{"", ""}}},
      {"\"a,b\",c\n", {{"a,b", "c"}}},
      {"\"a \"\"b\"\" c\"\n", {{"a \"b\" c"}}},
      {"\"\"\"\"\n", {{"\""}}},
      {"\"one\ntwo\",b\n", {{"one\ntwo", "b"}}},
      {"\"one\r\ntwo\",b\r\nc,d\r\n", {{"one\r\ntwo", "b"}, {"c", "d"}}},
      {"\xEF\xBB\xBF" "a,b\n", {{"a", "b"}}},
      {"a\n\n\r\nb\n", {{"a"}, {"b"}}},
      {" a , b \n", {{" a ", " b "}}},
      {"\xC3\x89mile,\xE2\x82\xAC 5\n", {{"\xC3\x89mile", "\xE2\x82\xAC 5"}}},
  };
  for (const auto& [text, expected] : cases) {
    CAPTURE(text);
    CHECK(fields_of(text) == expected);
  }
}

TEST_CASE("each record knows the line it begins on") {
  const auto records = read_csv("a\n\n\"b\nc\",d\r\ne\n");
  REQUIRE(records.has_value());
  REQUIRE(records->size() == 3);
  CHECK((*records)[0].line == 1);
  CHECK((*records)[1].line == 3);
  CHECK((*records)[2].line == 5);
}

TEST_CASE("broken CSV is refused with its line") {
  struct Case {
    std::string_view text;
    std::int64_t line;
  };
  using namespace std::string_view_literals;
  const Case cases[] = {
      {"a\nb\"c\n", 2},                 // a quote in the middle
      {"a\n\"b\"c\n", 2},               // text behind a closing quote
      {"a\nb\n\"c\n\nd", 3},            // never closed
      {"a\rb\n", 1},                    // a carriage return alone
      {"\"a\"\rb", 1},                  // the same behind a quote
      {"a\nb\0c\n"sv, 2},               // NUL
      {"a\nb\n\xFF\n", 3},              // not UTF-8
      {"a\xC0\x80\n", 1},               // overlong
      {"\xED\xA0\x80\n", 1},            // a surrogate
      {"\xF4\x90\x80\x80\n", 1},        // beyond Unicode
      {"a\n\xE2\x82", 2},               // cut short
  };
  for (const auto& [text, line] : cases) {
    CAPTURE(text);
    const auto records = read_csv(text);
    REQUIRE_FALSE(records.has_value());
    CHECK(records.error().code == "csv-malformed");
    REQUIRE(records.error().extras.size() == 1);
    CHECK(records.error().extras[0].second == Error::Extra(line));
  }
}

TEST_CASE("CSV beyond the limits is refused") {
  const CsvLimits limits{.bytes = 40, .records = 3, .fields = 4, .field_bytes = 5};
  CHECK(read_csv("a\nb\nc\n", limits).has_value());
  CHECK(read_csv("a,b,c,d\n", limits).has_value());
  CHECK(read_csv("12345,\"12345\"\n", limits).has_value());
  for (const std::string_view text : {"a\nb\nc\nd\n", "a,b,c,d,e\n", "123456\n", "\"123456\"\n",
                                      "1,2,3\n1,2,3\n1,2,3\n12345,12345,12345,12345\n"}) {
    CAPTURE(text);
    const auto records = read_csv(text, limits);
    REQUIRE_FALSE(records.has_value());
    CHECK(records.error().code == "csv-too-large");
  }
}
