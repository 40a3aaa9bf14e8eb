#include "payments/split.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>

namespace cp::payments {
namespace {

Id<"family"> family(int number) { return Id<"family">("00000000-0000-7000-8000-00000000000" + std::to_string(number)); }

std::vector<Weight> members(const std::vector<std::int64_t>& weights) {
  std::vector<Weight> all;
  for (std::size_t at = 0; at < weights.size(); ++at) all.push_back({family(static_cast<int>(at)), weights[at]});
  return all;
}

/// Pence a session, by session and then by member.
std::vector<std::vector<std::int64_t>> pence(Money price, std::int64_t sessions, const std::vector<std::int64_t>& weights) {
  const auto found = split(price, sessions, 1, members(weights));
  REQUIRE(found.has_value());
  std::vector<std::vector<std::int64_t>> table(static_cast<std::size_t>(sessions));
  for (const auto& share : found->shares) table[static_cast<std::size_t>(share.session - 1)].push_back(share.amount.pence());
  return table;
}

using Table = std::vector<std::vector<std::int64_t>>;

TEST_CASE("a price that divides is divided") {
  CHECK(pence(Money(9'000), 2, {1, 1, 1}) == Table{{3'000, 3'000, 3'000}, {3'000, 3'000, 3'000}});
  CHECK(pence(Money(1'000), 1, {1, 2, 2}) == Table{{200, 400, 400}});
}

TEST_CASE("odd pennies go round") {
  CHECK(pence(Money(100), 3, {1, 1, 1}) == Table{{34, 33, 33}, {33, 34, 33}, {33, 33, 34}});
  CHECK(pence(Money(200), 3, {1, 1, 1}) == Table{{67, 67, 66}, {67, 66, 67}, {66, 67, 67}});
  CHECK(pence(Money(101), 2, {1, 1}) == Table{{51, 50}, {50, 51}});
}

TEST_CASE("the first session is the largest remainder's") {
  // 100 x 1/7 = 14.28, 2/7 = 28.57, 4/7 = 57.14: the one penny over goes to the second.
  CHECK(pence(Money(100), 1, {1, 2, 4}) == Table{{14, 29, 57}});
  // 10 x 3/7 = 4.28, 3/7 = 4.28, 1/7 = 1.42.
  CHECK(pence(Money(10), 1, {3, 3, 1}) == Table{{4, 4, 2}});
}

TEST_CASE("pennies fewer than families reach everybody in time") {
  CHECK(pence(Money(1), 3, {1, 1, 1}) == Table{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}});
  CHECK(pence(Money(0), 1, {1, 1}) == Table{{0, 0}});
  CHECK(pence(Money(7), 0, {1, 1}).empty());
}

TEST_CASE("totals, highest shares and words of a split") {
  const auto found = split(Money(100), 4, 5, members({1, 1, 1}));
  REQUIRE(found.has_value());
  CHECK(found->shares.front().session == 5);
  CHECK(found->shares.back().session == 8);
  REQUIRE(found->members.size() == 3);
  CHECK(found->members[0].total == Money(134));
  CHECK(found->members[1].total == Money(133));
  CHECK(found->members[0].highest_share == Money(34));
  CHECK(found->members[0].derivation ==
        "1 of 3 children: £1.00 × 1 ÷ 3 = £0.33 or £0.34 a session, in turn with the others so that each session "
        "adds up exactly; 4 sessions come to £1.34.");
  CHECK(highest_total(Money(100), 4, 1, 3) == Money(134));
}

TEST_CASE("splits that make no sense are refused") {
  CHECK(split(Money(100), 1, 1, {}).error().code == "invalid-fields");
  CHECK(split(Money(-1), 1, 1, members({1})).error().fields.front().pointer == "/price_per_session");
  CHECK(split(Money(100), 1, 1, members({0})).error().fields.front().pointer == "/members/0/weight");
  CHECK(split(Money(100), 1, 0, members({1})).error().fields.front().pointer == "/first_session");
  CHECK(split(Money(100), 1, 1, {{family(1), 1}, {family(1), 2}}).error().fields.front().pointer == "/members");
}

TEST_CASE("the price of a session") {
  const std::vector<Tier> tiers{{1, Money(3'000), Money(500), Money()}, {4, Money(), Money(400), Money(2'000)}};
  struct Row {
    std::int64_t children, minutes, pence, tier;
  };
  for (const auto& row : {Row{1, 60, 3'500, 1}, Row{3, 60, 4'500, 1}, Row{4, 60, 3'600, 4}, Row{4, 90, 4'600, 4},
                          Row{5, 1, 2'034, 4}, Row{40, 50, 17'667, 4}}) {
    INFO(row.children << " children, " << row.minutes << " minutes");
    const auto price = price_of_session(tiers, row.minutes, row.children);
    REQUIRE(price.has_value());
    CHECK(price->per_session == Money(row.pence));
    CHECK(price->tier.from_children == row.tier);
  }
  CHECK(price_of_session(tiers, 90, 4)->text ==
        "4 children × £4.00 + 90 minutes at £20.00 an hour (£30.00) = £46.00, the price for groups from 4 children on.");
  CHECK(price_of_session({{2, Money(1), Money(), Money()}}, 60, 1).error().code == "no-price");
}

}  // namespace
}  // namespace cp::payments
