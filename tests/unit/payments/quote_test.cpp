#include "payments/quote.hpp"

#include <catch2/catch_test_macros.hpp>

namespace cp::payments {
namespace {

const PricedOffer offer{{{1, Money(6'000), Money(1'000), Money()}, {3, Money(4'500), Money(1'000), Money()}}, 60, 1, 4};

TEST_CASE("alone against pools of two to the most the offer takes") {
  const auto found = calculate(offer, 1, 10, {});
  CHECK(found.alone);
  CHECK(found.alone_per_session == Money(7'000));
  CHECK(found.alone_total == Money(70'000));
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
    CHECK(pool.my_share_per_session == Money(rows[at].share));
    CHECK(pool.my_total == Money(rows[at].total));
    CHECK(pool.saving == Money(rows[at].saving));
    CHECK(pool.tier_from_children == rows[at].tier);
  }
  CHECK(found.smallest_saving_size == 2);
  CHECK(found.largest_saving_size == 4);
  CHECK(found.derivation.size() == 4);
}

TEST_CASE("a share that does not divide is said at its most") {
  const PricedOffer odd{{{1, Money(100), Money(), Money()}}, 60, 1, 3};
  const auto found = calculate(odd, 1, 2, {3});
  REQUIRE(found.pools.size() == 1);
  CHECK(found.pools[0].my_share_per_session == Money(34));
  CHECK(found.pools[0].my_total == Money(67));
}

TEST_CASE("what cannot be bought alone says why, and has no saving") {
  const PricedOffer group_only{{{3, Money(9'000), Money(), Money()}}, 60, 3, 6};
  const auto found = calculate(group_only, 2, 1, {2, 3, 4, 9});
  CHECK(!found.alone);
  CHECK(found.why_not_alone == "The offer needs at least 3 children.");
  CHECK(!found.alone_per_session);
  REQUIRE(found.pools.size() == 2);
  CHECK(found.pools[0].families == 2);
  CHECK(!found.pools[0].saving);
  CHECK(!found.smallest_saving_size);
  CHECK(found.derivation.front() == "A group of 2 is not possible here.");
}

}  // namespace
}  // namespace cp::payments
