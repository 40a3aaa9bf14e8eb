#include "payments/planning/fees.hpp"

#include <catch2/catch_test_macros.hpp>

namespace cp::payments {
namespace {

using std::chrono::year;

Plan plan(Date starts, Date ends, std::vector<StreamBudget> streams = {}) {
  Plan made;
  made.state = PlanState::agreed;
  made.starts = starts;
  made.ends = ends;
  made.streams = std::move(streams);
  return made;
}

TEST_CASE("a fee comes to whole pence, rounded down") {
  struct Row {
    FeeTerms terms;
    Date ends;
    std::int64_t pence;
    std::string text;
  };
  const Date starts = year(2026) / 4 / 1;
  const Date year_end = year(2027) / 3 / 31;
  for (const auto& row : {
           Row{{FeeBasis::fixed, Money(12'500)}, year_end, 12'500, "£125.00"},
           Row{{FeeBasis::hourly, Money(2'000), 150}, year_end, 5'000, "2 h 30 min at £20.00 an hour = £50.00"},
           Row{{FeeBasis::hourly, Money(1'999), 1}, year_end, 33, "0 h 1 min at £19.99 an hour = £0.33"},
           Row{{FeeBasis::yearly, Money(46'000)}, year_end, 46'000, "£460.00 a year for 1 year = £460.00"},
           Row{{FeeBasis::yearly, Money(46'000)}, year(2028) / 3 / 31, 92'000, "£460.00 a year for 2 years = £920.00"},
           Row{{FeeBasis::yearly, Money(46'000)}, year(2026) / 4 / 10, 1'260, "£460.00 a year for 0 years and 10 of 365 days = £12.60"},
           Row{{FeeBasis::percent, Money(), 0, 1'250}, year_end, 12'500, "12.5 % of £1,000.01 = £125.00"},
           Row{{FeeBasis::percent, Money(), 0, 5}, year_end, 50, "0.05 % of £1,000.01 = £0.50"},
       }) {
    INFO(row.text);
    const auto worked = fee_amount(row.terms, plan(starts, row.ends, {{Stream::health, Money(100'001)}}), Stream::health);
    REQUIRE(worked.has_value());
    CHECK(worked->amount == Money(row.pence));
    CHECK(worked->text == row.text);
  }
}

TEST_CASE("a fee that says too little, or comes to nothing, is refused where it does") {
  const auto one = plan(year(2026) / 4 / 1, year(2027) / 3 / 31, {{Stream::health, Money(1)}});
  const auto pointer = [&](const FeeTerms& terms, Stream stream) {
    const auto worked = fee_amount(terms, one, stream);
    return worked ? std::string() : worked.error().fields.front().pointer;
  };
  CHECK(pointer({FeeBasis::fixed}, Stream::health) == "/rate");
  CHECK(pointer({FeeBasis::hourly, Money(2'000)}, Stream::health) == "/minutes");
  CHECK(pointer({FeeBasis::percent}, Stream::health) == "/hundredths");
  CHECK(pointer({FeeBasis::percent, Money(), 0, 10'000}, Stream::short_breaks) == "/rate");
}

}  // namespace
}  // namespace cp::payments
