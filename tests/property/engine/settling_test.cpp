// Arrangements that a search left early are settled: each move raises the score, and where the engine says that no move is
// left the checker, which tries every one, finds none either, and the other way round.
#include "matching/engine/checker.hpp"
#include "matching/engine/explain.hpp"
#include "matching/engine/generator.hpp"
#include "matching/engine/greedy.hpp"
#include "matching/engine/regions.hpp"
#include "matching/engine/settling.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <random>
#include <vector>

using namespace cp::matching;

namespace {

Instance instance_of(std::uint64_t seed, std::mt19937_64& random) {
  auto instance = generate({static_cast<std::int64_t>(10 + random() % 40), static_cast<std::int64_t>(3 + random() % 10),
                            0.5 + 0.1 * static_cast<double>(random() % 5), seed});
  instance.policy->groups_per_family = static_cast<std::int64_t>(1 + random() % 3);
  instance.policy->minimum_families = static_cast<std::int64_t>(1 + random() % 3);
  for (auto& family : instance.families) {
    if (random() % 3 == 0) family.headroom_pence /= 4;
  }
  return instance;
}

}  // namespace

TEST_CASE("two thousand arrangements: settled is what the checker calls settled", "[settling]") {
  std::int64_t moves = 0, rather = 0;
  std::size_t unsettled = 0;
  for (std::uint64_t seed = 1; seed <= 2'000; ++seed) {
    INFO("seed " << seed);
    std::mt19937_64 random(seed);
    const auto instance = instance_of(seed, random);
    const Index index(instance);
    Work work(index, seed, Budget({}));
    place_by_regret(work);
    // Some groups are broken up again, so that there is something to do.
    for (GroupAt group = 0; group < work.now.group_count(); ++group) {
      if (random() % 3 != 0) continue;
      while (!work.now.group(group).families.empty()) work.now.leave(group, work.now.group(group).families.back().family);
    }
    work.now.keep();
    auto before = told(index, found_groups(work.now));
    before.blocking_moves = 0;
    const auto seen = check(instance, before);
    CAPTURE(seen);
    const bool was_settled = seen.empty();
    const auto settled = settle(work);
    REQUIRE(settled.is_through);
    REQUIRE(was_settled == (settled.moves == 0));
    auto after = told(index, found_groups(work.now));
    REQUIRE(after.score >= before.score + settled.moves);
    after.blocking_moves = 0;
    after.rather_elsewhere = settled.rather_elsewhere;
    const auto wrong = check(instance, after);
    CAPTURE(wrong);
    REQUIRE(wrong.empty());
    // Nothing is left to do the second time.
    REQUIRE(settle(work).moves == 0);
    moves += settled.moves;
    rather += settled.rather_elsewhere;
    unsettled += was_settled ? 0 : 1;
  }
  WARN(moves << " moves in " << unsettled << " of 2,000 arrangements; " << rather << " families would rather be elsewhere");
  CHECK(unsettled > 500);
  CHECK(rather > 100);
}
