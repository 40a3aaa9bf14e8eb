#include "shared/core/time.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace cp;

TEST_CASE("instants are read with any offset and written in UTC") {
  struct Case {
    const char* text;
    const char* written;
  };
  for (const auto& [text, written] : std::initializer_list<Case>{
           {"2026-11-23T09:05:32Z", "2026-11-23T09:05:32Z"},
           {"2026-11-23T09:05:32.5Z", "2026-11-23T09:05:32.500000Z"},
           {"2026-11-23T09:05:32.000001Z", "2026-11-23T09:05:32.000001Z"},
           {"2026-11-23T09:05:32.000000Z", "2026-11-23T09:05:32Z"},
           {"2026-11-23T00:30:00+01:00", "2026-11-22T23:30:00Z"},
           {"2026-12-31T23:30:00-01:00", "2027-01-01T00:30:00Z"},
           {"2024-02-29T12:00:00+00:00", "2024-02-29T12:00:00Z"},
           {"2026-11-23T09:05:32-23:59", "2026-11-24T09:04:32Z"},
           {"1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z"},
           {"0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"},
           {"9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"}}) {
    INFO(text);
    const auto instant = parse_timestamp(text);
    REQUIRE(instant.has_value());
    CHECK(to_text(*instant) == written);
    CHECK(from_microseconds(to_microseconds(*instant)) == *instant);
  }
}

TEST_CASE("what is not an instant of RFC 3339 is not guessed at") {
  for (const auto* text :
       {"", "2026-11-23", "2026-11-23T09:05:32", "2026-11-23 09:05:32Z", "2026-11-23T09:05Z",
        "2026-11-23T24:00:00Z", "2026-11-23T23:60:00Z", "2026-11-23T23:59:60Z", "2026-02-29T00:00:00Z",
        "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-11-00T00:00:00Z", "2026-11-23T09:05:32.Z",
        "2026-11-23T09:05:32.1234567Z", "2026-11-23T09:05:32z", "2026-11-23t09:05:32Z",
        "2026-11-23T09:05:32+0100", "2026-11-23T09:05:32+24:00", "2026-11-23T09:05:32+01:60",
        "2026-11-23T09:05:32ZZ", " 2026-11-23T09:05:32Z", "+2026-11-23T09:05:32Z", "2026-1-23T09:05:32Z",
        "2026-11-23T-9:05:32Z"}) {
    INFO(text);
    CHECK_FALSE(parse_timestamp(text).has_value());
  }
}

TEST_CASE("days and months") {
  for (const auto* text : {"2026-11-23", "2024-02-29", "2000-02-29", "0001-01-01", "9999-12-31"}) {
    INFO(text);
    REQUIRE(parse_date(text).has_value());
    CHECK(to_text(*parse_date(text)) == text);
  }
  for (const auto* text : {"", "2026-02-29", "1900-02-29", "2026-04-31", "2026-11-23T", "26-11-23", "2026/11/23",
                           "2026-11-2", "2026-11-023"}) {
    INFO(text);
    CHECK_FALSE(parse_date(text).has_value());
  }
  REQUIRE(parse_month("2014-03").has_value());
  CHECK(to_text(*parse_month("2014-03")) == "2014-03");
  for (const auto* text : {"", "2014", "2014-13", "2014-00", "2014-3", "2014-03-01"}) {
    INFO(text);
    CHECK_FALSE(parse_month(text).has_value());
  }
}

TEST_CASE("the day of an instant, before 1970 too") {
  CHECK(to_text(day_of(*parse_timestamp("2026-11-23T23:59:59.999999Z"))) == "2026-11-23");
  CHECK(to_text(day_of(*parse_timestamp("1969-12-31T00:00:00Z"))) == "1969-12-31");
}
