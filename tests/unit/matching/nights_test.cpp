#include "matching/nights.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace cp;

TEST_CASE("a night begins at its minute, today if that is still to come") {
  struct Row {
    const char* now;
    std::int64_t minute;
    const char* begins;
  };
  for (const auto& row : {Row{"2026-11-25T01:59:59Z", 120, "2026-11-25T02:00:00Z"},
                          Row{"2026-11-25T02:00:00Z", 120, "2026-11-26T02:00:00Z"},
                          Row{"2026-12-31T23:59:00Z", 0, "2027-01-01T00:00:00Z"},
                          Row{"2026-11-25T12:00:00Z", 1'439, "2026-11-25T23:59:00Z"}}) {
    CAPTURE(row.now);
    CHECK(matching::next_night(*parse_timestamp(row.now), row.minute) == *parse_timestamp(row.begins));
  }
}
