#include "payments/planning/allocation.hpp"
#include "payments/planning/carry_over.hpp"
#include "payments/planning/fees.hpp"
#include "payments/planning/holders.hpp"

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

TEST_CASE("what is left is carried over by percentage and limit, and all of it goes somewhere") {
  struct Row {
    CarryPolicy policy;
    std::int64_t left, before;
    bool has_next;
    std::int64_t carried;
  };
  for (const auto& row : {
           Row{{10, {}}, 5'000, 0, true, 1'000},            // of what was allocated, not of what is left
           Row{{10, {}}, 999, 0, true, 999},                // no more than there is
           Row{{100, Money(300)}, 5'000, 0, true, 300},     // the limit
           Row{{10, Money(5'000)}, 5'000, 0, true, 1'000},  // the lesser of both
           Row{{10, {}}, 50, 980, true, 20},                // what was carried over before counts
           Row{{10, {}}, 50, 2'000, true, 0},
           Row{{0, {}}, 5'000, 0, true, 0},
           Row{{100, {}}, 5'000, 0, false, 0},              // there is nowhere to carry it
       }) {
    StreamBudget budget{Stream::health, Money(10'009)};
    budget.left = Money(row.left);
    const auto parts = leftovers(plan(year(2025) / 1 / 1, year(2025) / 12 / 31, {budget}), row.policy,
                                 {{Stream::health, Money(row.before)}, {Stream::short_breaks, Money(7)}}, row.has_next);
    INFO(words_of(row.policy) << " of " << row.left);
    REQUIRE(parts.size() == 1);
    CHECK(parts.front().carried == Money(row.carried));
    CHECK(parts.front().carried + parts.front().returned == Money(row.left));
  }
}

TEST_CASE("instalments of a stream share what may be carried over, and own money goes whole") {
  StreamBudget first{Stream::health, Money(600)}, second{Stream::health, Money(400)}, own{Stream::own_money, Money(90)};
  first.left = Money(80);
  second.left = Money(70);
  second.from = year(2025) / 6 / 1;
  own.left = Money(90);
  const auto one = plan(year(2025) / 1 / 1, year(2025) / 12 / 31, {first, second, own});
  const auto parts = leftovers(one, {10, {}}, {}, true);
  REQUIRE(parts.size() == 3);
  CHECK(parts[0].carried == Money(80));
  CHECK(parts[1].carried == Money(20));
  CHECK(parts[1].returned == Money(50));
  CHECK(parts[1].from == second.from);
  CHECK(parts[2].carried == Money(90));
  CHECK(leftovers(one, {10, {}}, {}, false)[2].returned == Money(90));
}

TEST_CASE("the latest hand-over holds, then the one of the instalment, then the one said last") {
  const auto day = [](int month) { return Date(year(2026) / month / 1); };
  const Instalment july = day(7);
  const std::vector<HandOver> hand_overs{
      {Stream::health, {}, Holder::direct_payment, day(3)}, {Stream::health, july, Holder::prepaid_card, day(5)},
      {Stream::health, {}, Holder::third_party, day(5)},    {Stream::health, {}, Holder::provider_held, day(9)},
      {Stream::equipment, {}, Holder::direct_payment, day(1)}, {Stream::equipment, {}, Holder::prepaid_card, day(1)}};
  struct Row {
    Date day;
    Stream stream;
    Instalment instalment;
    Holder holder;
  };
  for (const auto& row : {
           Row{day(2), Stream::health, {}, Holder::managed},            // before all of them: the plan's own
           Row{day(3), Stream::health, {}, Holder::direct_payment},     // from its day on
           Row{day(4), Stream::health, july, Holder::direct_payment},   // a stream's is for its instalments
           Row{day(6), Stream::health, {}, Holder::third_party},
           Row{day(6), Stream::health, july, Holder::prepaid_card},     // the same day: the more specific one
           Row{day(9), Stream::health, july, Holder::provider_held},    // a later day before a more specific one
           Row{day(2), Stream::equipment, {}, Holder::prepaid_card},    // said last
           Row{day(9), Stream::short_breaks, {}, Holder::managed},
           Row{day(9), Stream::own_money, {}, Holder::managed},
       }) {
    INFO(to_text(row.day) << " " << name(row.stream));
    CHECK(holder_on(row.day, Holder::managed, hand_overs, row.stream, row.instalment) == row.holder);
  }
  CHECK(holder_on(day(9), Holder::direct_payment, {}, Stream::own_money, {}) == Holder::managed);
  CHECK(is_with_authority(Holder::managed));
  CHECK_FALSE(is_with_authority(Holder::provider_held));
}

TEST_CASE("a new amount is at least 0.755 and at most 1.035 of the current one") {
  struct Row {
    std::int64_t current, table, amount;
  };
  const AllocationPolicy usual;
  for (const auto& row : {
           Row{100'000, 50'000, 75'500},    // much lower: max(0.755 x current, table)
           Row{100'000, 75'500, 75'500},
           Row{100'000, 90'000, 90'000},    // near it
           Row{100'000, 103'500, 103'500},
           Row{100'000, 103'501, 103'500},  // higher: at most 1.035 x current
           Row{100'000, 900'000, 103'500},
           Row{99'999, 0, 75'500},          // 75,499.245 pence are kept: rounded up
           Row{99'999, 900'000, 103'498},   // 103,498.965 pence: rounded down
           Row{1, 0, 1}, Row{1, 7, 1}, Row{0, 7, 0},
           Row{10'000'000'000, 0, 7'550'000'000},
       }) {
    INFO(row.current << " now, " << row.table << " by the table");
    CHECK(protected_amount(usual, Money(row.current), Money(row.table)) == Money(row.amount));
  }
  const AllocationPolicy still{Money(), {}, 1'000, 1'000};
  CHECK(protected_amount(still, Money(333), Money(1)) == Money(333));
  CHECK(protected_amount(still, Money(333), Money(999)) == Money(333));
}

TEST_CASE("points are worked out with every step") {
  const AllocationPolicy policy{Money(5'000), 150, 755, 1'035};
  const auto fresh = allocate(policy, {120, 40}, {});
  CHECK(fresh.table == Money(800'000));
  CHECK(fresh.amount == fresh.table);
  CHECK(fresh.broker_support);
  REQUIRE(fresh.steps.size() == 3);
  CHECK(fresh.steps[1].text == "160 points at £50.00 are £8,000.00.");
  const auto known = allocate(policy, {110, 40}, Money(1'200'000));
  CHECK(known.amount == Money(906'000));
  CHECK_FALSE(known.broker_support);
  CHECK(known.steps[2].text == "The family has £12,000.00 now. The new amount is much lower, so 0.755 of that is kept: £9,060.00.");
}

}  // namespace
}  // namespace cp::payments
