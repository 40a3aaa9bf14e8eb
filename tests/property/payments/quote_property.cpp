// What the calculator says against what a split then makes of it. A failure prints the seed.
#include "payments/splitting/quote.hpp"
#include "payments/splitting/split.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cstdlib>
#include <random>

namespace cp::payments {
namespace {

Id<"family"> family(std::int64_t number) {
  return Id<"family">("00000000-0000-7000-8000-0000000000" + std::to_string(number + 10));
}

/// My children and families with one child each.
Split split_for(Money price, std::int64_t sessions, std::int64_t mine, std::int64_t children) {
  std::vector<Weight> members{{family(0), mine}};
  for (std::int64_t other = 1; other <= children - mine; ++other) members.push_back({family(other), 1});
  return *split(by_child(price, sessions, 1, members));
}

class Market {
 public:
  explicit Market(std::uint64_t seed) : random_(seed) {}
  std::int64_t pick(std::int64_t least, std::int64_t most) {
    return std::uniform_int_distribution<std::int64_t>(least, most)(random_);
  }
  PricedOffer offer() {
    PricedOffer made;
    for (std::int64_t from = pick(1, 3); from < 12; from += pick(1, 5)) {
      made.tiers.push_back({from, Money(pick(0, 9'000)), Money(pick(0, 2'000)), Money(pick(0, 3'000))});
    }
    made.minutes_per_session = pick(30, 240);
    made.minimum_children = pick(1, 4);
    made.maximum_children = made.minimum_children + pick(0, 8);
    return made;
  }

 private:
  std::mt19937_64 random_;
};

std::string broken_promise(const PricedOffer& offer, const Question& question, const Calculation& found) {
  std::optional<std::int64_t> largest;
  for (const auto& pool : found.pools) {
    const auto split = split_for(pool.per_session_group, question.sessions, question.children, pool.children);
    const auto& mine = split.members.front();
    if (mine.highest_share > pool.mine.per_session) return "a session costs more than was said";
    if (mine.total > pool.mine.total) return "all sessions cost more than was said";
    if (pool.mine.total > mine.total + Money(1)) return "more was said than a penny above what it costs";
    if (pool.saving && *pool.saving > Money()) largest = pool.children;
    const auto& left = pool.one_leaves;
    if (left.children != pool.children - 1) return "another number is left";
    const auto price = price_of_session(offer.tiers, offer.minutes_per_session, left.children);
    const auto minimum = std::max(offer.minimum_children, question.minimum_children.value_or(1));
    if (!left.share_after != (left.children < minimum || !price)) return "a group that is too small is not told so";
    if (!left.share_after) {
      if (left.stands) return "a group stands without a price";
      continue;
    }
    const auto after = split_for(price->per_session, question.sessions, question.children, left.children);
    if (after.members.front().highest_share > *left.share_after) return "it costs more after somebody left than was said";
    if (*left.rise != *left.share_after - pool.mine.per_session) return "the rise is not the difference";
    const auto ceiling = [&](std::int64_t percent) {
      return pool.mine.per_session + Money((pool.mine.per_session * percent).pence() / 100);
    };
    if (pool.mine.per_session > Money() && ceiling(*left.needs_percent) < *left.share_after) return "the ceiling does not do";
    if (pool.mine.per_session > Money() && *left.needs_percent > 0 && ceiling(*left.needs_percent - 1) >= *left.share_after) {
      return "a lower ceiling would do";
    }
    if (left.inside_ceiling && *left.inside_ceiling != (*left.share_after <= ceiling(*question.ceiling_percent))) {
      return "inside or above the ceiling";
    }
    if (left.stands != left.inside_ceiling.value_or(true)) return "whether it stands";
  }
  if (found.alone && largest != found.largest_group_that_saves) return "the largest group that saves";
  return {};
}

TEST_CASE("the calculator never says less than a split then asks for") {
  const char* asked = std::getenv("COMMONPURSE_TEST_SEED");
  const std::uint64_t seed = asked ? std::strtoull(asked, nullptr, 10) : 20'261'125;
  Market market(seed);
  for (int number = 0; number < 5'000; ++number) {
    const auto offer = market.offer();
    Question question;
    question.children = market.pick(1, 3);
    question.sessions = market.pick(1, 20);
    if (market.pick(0, 1) == 1) question.ceiling_percent = market.pick(0, 100);
    if (market.pick(0, 2) == 0) question.minimum_children = market.pick(1, 8);
    const auto broken = broken_promise(offer, question, calculate(offer, question));
    if (!broken.empty()) FAIL("seed " << seed << ", case " << number << ": " << broken);
  }
  SUCCEED();
}

}  // namespace
}  // namespace cp::payments
