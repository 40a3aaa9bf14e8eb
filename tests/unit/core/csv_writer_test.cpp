#include "shared/core/csv.hpp"
#include "shared/core/csv_writer.hpp"

#include <catch2/catch_test_macros.hpp>

#include <limits>

namespace cp {
namespace {

std::string cell(std::string_view text) {
  std::string out;
  CsvWriter(out).text(text);
  return out;
}

TEST_CASE("nothing that is written is a formula, and everything can be read again") {
  CHECK(cell("plain") == "plain");
  CHECK(cell("a,b") == "\"a,b\"");
  CHECK(cell("say \"no\"") == "\"say \"\"no\"\"\"");
  for (const std::string formula : {"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "=cmd|' /C calc'!A0"}) {
    const auto written = cell(formula);
    CHECK(written.substr(0, 2) == "\"'");
    const auto records = read_csv(written + "\r\n");
    REQUIRE(records.has_value());
    CHECK(records->front().fields.front() == "'" + formula);
  }
  for (const std::string text : {"two\nlines", "a\r\nb", "\"", "'", "1-1", " =1"}) {
    const auto records = read_csv("x," + cell(text) + "\r\n");
    REQUIRE(records.has_value());
    CHECK(records->front().fields.back() == text);
  }
}

TEST_CASE("amounts are numbers") {
  std::string out;
  CsvWriter csv(out);
  csv.text("a").money(Money(-5)).number(7).empty().money(Money(123'456)).end();
  CHECK(out == "a,-0.05,7,,1234.56\r\n");
  CHECK(to_decimal(Money(std::numeric_limits<std::int64_t>::min())) == "-92233720368547758.08");
}

}  // namespace
}  // namespace cp
