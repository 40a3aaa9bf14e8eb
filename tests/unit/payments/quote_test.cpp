#include "payments/splitting/quote.hpp"

#include <catch2/catch_test_macros.hpp>

namespace cp::payments {
namespace {

const PricedOffer offer{{{1, Money(6'000), Money(1'000), Money()}, {3, Money(4'500), Money(1'000), Money()}}, 60, 1, 4};

Question ask(std::int64_t children, std::int64_t sessions, std::vector<std::int64_t> sizes = {}) {
  Question question;
  question.children = children;
  question.sessions = sessions;
  question.sizes = std::move(sizes);
  return question;
}

std::vector<Date> weekly(const char* first, int count) {
  std::vector<Date> dates;
  for (int at = 0; at < count; ++at) dates.push_back(Date(std::chrono::sys_days(*parse_date(first)) + std::chrono::days(7 * at)));
  return dates;
}

TEST_CASE("alone against pools of two to the most the offer takes") {
  const auto found = calculate(offer, ask(1, 10));
  CHECK(found.alone);
  CHECK(found.alone_costs->per_session == Money(7'000));
  CHECK(found.alone_costs->total == Money(70'000));
  REQUIRE(found.pools.size() == 3);
  struct Row {
    std::int64_t children, group, share, total, saving, tier;
  };
  const std::vector<Row> rows{{2, 8'000, 4'000, 40'000, 30'000, 1},
                              {3, 7'500, 2'500, 25'000, 45'000, 3},
                              {4, 8'500, 2'125, 21'250, 48'750, 3}};
  for (std::size_t at = 0; at < rows.size(); ++at) {
    const auto& pool = found.pools[at];
    INFO("group of " << rows[at].children);
    CHECK(pool.children == rows[at].children);
    CHECK(pool.families == rows[at].children);
    CHECK(pool.per_session_group == Money(rows[at].group));
    CHECK(pool.mine.per_session == Money(rows[at].share));
    CHECK(pool.mine.total == Money(rows[at].total));
    CHECK(pool.saving == Money(rows[at].saving));
    CHECK(pool.tier_from_children == rows[at].tier);
  }
  CHECK(found.smallest_saving_size == 2);
  CHECK(found.largest_saving_size == 4);
  CHECK(found.largest_group_that_saves == 4);
  CHECK(found.derivation.size() == 4);
}

TEST_CASE("a share that does not divide is said at its most") {
  const PricedOffer odd{{{1, Money(100), Money(), Money()}}, 60, 1, 3};
  const auto found = calculate(odd, ask(1, 2, {3}));
  REQUIRE(found.pools.size() == 1);
  CHECK(found.pools[0].mine.per_session == Money(34));
  CHECK(found.pools[0].mine.total == Money(67));
}

TEST_CASE("what cannot be bought alone says why, and has no saving") {
  const PricedOffer group_only{{{3, Money(9'000), Money(), Money()}}, 60, 3, 6};
  const auto found = calculate(group_only, ask(2, 1, {2, 3, 4, 9}));
  CHECK(!found.alone);
  CHECK(found.why_not_alone == "The offer needs at least 3 children.");
  CHECK(!found.alone_costs);
  REQUIRE(found.pools.size() == 2);
  CHECK(found.pools[0].families == 2);
  CHECK(!found.pools[0].saving);
  CHECK(!found.smallest_saving_size);
  CHECK(found.derivation.front() == "A group of 2 is not possible here.");
}

TEST_CASE("by month and by plan year") {
  auto question = ask(1, 12);
  question.dates = weekly("2027-01-02", 12);  // five Saturdays in January, four in February, three in March
  auto found = calculate(offer, question);
  CHECK(found.most_sessions_a_month == 5);
  CHECK(found.sessions_in_plan_year == 12);
  CHECK(found.pools[0].mine.per_month == Money(5 * 4'000));
  CHECK(found.pools[0].mine.plan_year == Money(12 * 4'000));
  CHECK(found.alone_costs->per_month == Money(5 * 7'000));

  question.own = OwnMoney{Money(50'000), Money(90'000), parse_date("2027-02-28")};
  found = calculate(offer, question);
  CHECK(found.sessions_in_plan_year == 9);
  CHECK(found.pools[0].mine.plan_year == Money(9 * 4'000));
  CHECK(found.derivation.back() ==
        "A month is the one with most sessions: 5 sessions. 9 sessions are before your plan ends.");
  CHECK(!calculate(offer, ask(1, 12)).pools[0].mine.per_month);
}

TEST_CASE("what is left for other things") {
  auto question = ask(1, 10);
  question.own = OwnMoney{Money(30'000), Money(90'000), {}};
  const auto found = calculate(offer, question);
  CHECK(found.pools[0].affordable == false);
  CHECK(!found.pools[0].left_for_other_things);
  CHECK(found.pools[1].affordable == true);
  CHECK(found.pools[1].left_after == Money(5'000));
  CHECK(found.pools[1].left_for_other_things == Money(65'000));
}

TEST_CASE("the largest group that still saves is not the one that saves most") {
  // £30 alone; £40 for two or three; from four on £29 a child.
  const PricedOffer jump{{{1, Money(3'000), Money(), Money()}, {2, Money(4'000), Money(), Money()},
                          {4, Money(), Money(2'900), Money()}, {6, Money(), Money(3'100), Money()}}, 60, 1, 7};
  const auto found = calculate(jump, ask(1, 1));
  CHECK(found.smallest_saving_size == 2);
  CHECK(found.largest_saving_size == 3);
  CHECK(found.largest_group_that_saves == 5);
}

TEST_CASE("what happens if one family leaves") {
  auto question = ask(1, 10);
  auto found = calculate(offer, question);
  // Of three, two are left, and the price for two applies: £25 before, £40 after.
  const auto& of_three = found.pools[1].one_leaves;
  CHECK(of_three.children == 2);
  CHECK(of_three.stands);
  CHECK(of_three.share_after == Money(4'000));
  CHECK(of_three.rise == Money(1'500));
  CHECK(of_three.needs_percent == 60);
  CHECK(!of_three.inside_ceiling);
  CHECK(of_three.text ==
        "Your share of a session would rise from £25.00 to £40.00. It goes on only if you agreed to a ceiling of 60% or more.");

  question.ceiling_percent = 59;
  CHECK(calculate(offer, question).pools[1].one_leaves.inside_ceiling == false);
  CHECK(!calculate(offer, question).pools[1].one_leaves.stands);
  question.ceiling_percent = 60;
  CHECK(calculate(offer, question).pools[1].one_leaves.stands);
  CHECK(calculate(offer, question).pools[1].one_leaves.ceiling == Money(4'000));

  question.minimum_children = 3;
  const auto closed = calculate(offer, question).pools[1].one_leaves;
  CHECK(!closed.stands);
  CHECK(!closed.share_after);
  CHECK(closed.text ==
        "The group would have 2 children, fewer than the 3 it needs. It would close, and money not yet spent would go back.");
}

}  // namespace
}  // namespace cp::payments
