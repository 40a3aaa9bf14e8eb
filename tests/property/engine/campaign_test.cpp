// Seeded campaigns: every proposal passes the independent checker, and small ones are near the
// optimum that trying everything finds. A failure prints the seed, which repeats it.
#include "optimum.hpp"

#include "matching/engine/checker.hpp"
#include "matching/engine/engine.hpp"
#include "matching/engine/generator.hpp"
#include "matching/engine/index.hpp"
#include "matching/engine/rules.hpp"
#include "matching/engine/unmet.hpp"
#include "matching/command/wire.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <set>
#include <cstdlib>
#include <bit>
#include <map>
#include <random>

using namespace cp::matching;

namespace {

Instance random_instance(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  const auto families = static_cast<std::int64_t>(5 + random() % 60);
  const auto offers = static_cast<std::int64_t>(2 + random() % 14);
  auto instance = generate({families, offers, 0.4 + static_cast<double>(random() % 7) / 10, seed});
  instance.policy->groups_per_family = 1 + static_cast<std::int64_t>(random() % 3);
  instance.policy->minimum_families = 1 + static_cast<std::int64_t>(random() % 3);
  for (auto& family : instance.families) {
    // Tight money and tight company, where mistakes would show.
    if (random() % 3 == 0) family.headroom_pence /= 4;
    if (random() % 4 == 0) family.not_with.push_back(instance.families[random() % instance.families.size()].id);
    std::erase(family.not_with, family.id);
    // Nobody both wants and refuses the same company.
    std::erase_if(family.with, [&](const std::string& id) {
      return std::find(family.not_with.begin(), family.not_with.end(), id) != family.not_with.end();
    });
  }
  return instance;
}

/// What a facilitator and yesterday's proposals add: pins, runs set aside, groups agreed and proposed, extras.
void add_history(Instance& instance, std::mt19937_64& random) {
  std::vector<std::pair<const Offer*, std::string>> runs;
  const auto one_family = [&]() -> const Family& { return instance.families[random() % instance.families.size()]; };
  for (auto& offer : instance.offers) {
    if (random() % 6 == 0 && !offer.runs.empty()) {
      offer.extra = Extra{ExtraKind::worker, instance.offers[random() % instance.offers.size()].runs.front().id,
                          {one_family().id, one_family().id}};
      for (auto& tier : offer.tiers) tier.per_child_pence = 0;
    }
    for (const auto& run : offer.runs) runs.emplace_back(&offer, run.id);
  }
  if (runs.empty()) return;
  const auto one_run = [&] { return runs[random() % runs.size()]; };
  for (auto& family : instance.families) {
    if (random() % 5 == 0) family.pinned.push_back(one_run().second);
    if (random() % 5 == 0) family.forbidden.push_back(one_run().second);
    std::erase_if(family.forbidden, [&](const std::string& run) { return family.pinned == std::vector{run}; });
    if (random() % 3 == 0) family.open_runs = static_cast<std::int64_t>(random() % 5);
  }
  for (std::size_t number = random() % 4; number > 0; --number) {
    const auto [offer, run] = one_run();
    StandingGroup group{random() % 2 == 0 ? Standing::agreed : Standing::proposed, run, {}};
    std::int64_t children = 0;
    for (const auto& family : instance.families) {
      const auto more = static_cast<std::int64_t>(family.children.size());
      if (random() % 4 != 0 || children + more > offer->maximum_children) continue;
      group.families.push_back(family.id);
      children += more;
    }
    if (!group.families.empty() && session_price_pence(*offer, children)) instance.standing.push_back(std::move(group));
  }
}

}  // namespace

TEST_CASE("two hundred random instances: no rule is broken, the same seed repeats, order is nothing") {
  std::size_t groups = 0;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    INFO("seed " << seed);
    auto instance = random_instance(seed);
    REQUIRE(validate(instance).has_value());
    const auto proposal = propose(instance, {seed, 200'000, {}});
    const auto wrong = check(instance, proposal);
    CAPTURE(wrong);
    REQUIRE(wrong.empty());
    groups += proposal.groups.size();

    const auto text = cp::json::write(proposal);
    REQUIRE(cp::json::write(propose(instance, {seed, 200'000, {}})) == text);
    const auto again = cp::json::read<Proposal>(text);
    REQUIRE(again.has_value());
    REQUIRE(cp::json::write(*again) == text);

    std::mt19937_64 random(seed);
    std::shuffle(instance.families.begin(), instance.families.end(), random);
    std::shuffle(instance.offers.begin(), instance.offers.end(), random);
    REQUIRE(cp::json::write(propose(instance, {seed, 200'000, {}})) == text);
  }
  // A campaign that found nothing to group would prove nothing.
  CHECK(groups > 400);
}

TEST_CASE("three thousand small instances with history: rules, scores and reasons all hold", "[history]") {
  // By hand: CP_CAMPAIGN=100000 build/property_engine '[history]'
  const char* given = std::getenv("CP_CAMPAIGN");
  const std::uint64_t instances = given ? std::strtoull(given, nullptr, 10) : 3'000;
  std::size_t groups = 0, agreed = 0, kept = 0, unmet = 0, missed = 0, settled = 0;
  std::set<Rule> reasons;
  for (std::uint64_t seed = 1; seed <= instances; ++seed) {
    INFO("seed " << seed);
    std::mt19937_64 random(seed);
    auto instance = generate({static_cast<std::int64_t>(4 + random() % 14), static_cast<std::int64_t>(2 + random() % 4),
                              0.6 + 0.1 * static_cast<double>(random() % 5), seed});
    instance.policy->groups_per_family = static_cast<std::int64_t>(1 + random() % 2);
    add_history(instance, random);
    REQUIRE(validate(instance).has_value());
    auto proposal = propose(instance, {.seed = seed, .steps = 2'000});
    proposal.unmet = find_unmet(instance, proposal.left_out);
    const auto wrong = check(instance, proposal);
    CAPTURE(wrong);
    REQUIRE(wrong.empty());
    for (const auto& group : proposal.groups) {
      ++groups;
      agreed += group.standing == Standing::agreed ? 1 : 0;
      kept += group.terms.kept > 0 ? 1 : 0;
    }
    for (const auto& left : proposal.left_out) reasons.insert(left.reason);
    settled += proposal.blocking_moves ? 1 : 0;
    unmet += proposal.unmet.size();
    missed += proposal.pins_missed.size();
  }
  WARN(instances << " instances, seeds from 1: " << groups << " groups, " << agreed << " of them agreed, " << unmet
                 << " unmet needs, " << missed << " pins missed, " << settled << " settled, " << reasons.size() << " kinds of reasons");
  CHECK(groups > agreed);
  CHECK(agreed > 0);
  CHECK(kept > 0);
  CHECK(unmet > 0);
  CHECK(missed > 0);
  CHECK(settled * 2 > instances);
  CHECK(reasons.size() > 10);
}

TEST_CASE("a search cut off anywhere leaves a proposal that breaks no rule") {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    INFO("seed " << seed);
    const auto instance = random_instance(seed);
    REQUIRE(check(instance, propose(instance, {seed, static_cast<std::int64_t>(seed * seed), {}})).empty());
  }
}

TEST_CASE("small instances come near the optimum") {
  std::int64_t found = 0, best = 0, reached = 0, with_groups = 0, proven = 0;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    INFO("seed " << seed);
    const auto instance = small_instance(seed);
    const auto proposal = propose(instance, {seed, 200'000, {}});
    REQUIRE(check(instance, proposal).empty());
    const auto optimum = Optimum(instance).score();
    REQUIRE(proposal.score <= optimum);
    if (proposal.bound) REQUIRE(*proposal.bound >= optimum);
    proven += proposal.bound == proposal.score ? 1 : 0;
    found += proposal.score;
    best += optimum;
    if (optimum == 0) continue;
    ++with_groups;
    reached += proposal.score == optimum ? 1 : 0;
  }
  WARN("found " << found << " of " << best << " (" << 100 * static_cast<double>(found) / static_cast<double>(best)
                << " %); optimal in " << reached << " of " << with_groups << " instances with a group");
  CHECK(with_groups >= 50);
  CHECK(proven >= 90);
  CHECK(found * 100 >= best * 97);
}

TEST_CASE("regions and threads: no rule is broken, and threads change nothing") {
  for (const std::int64_t groups_per_family : {1, 2}) {
    auto instance = generate({5'000, 600, 0.3, 11});
    instance.policy->groups_per_family = groups_per_family;
    // Two towns beside each other, so that borders fall between and within.
    for (std::size_t at = 0; at < instance.families.size(); at += 2) instance.families[at].place.lon += 0.3;
    for (std::size_t at = 0; at < instance.offers.size(); at += 2) instance.offers[at].place.lon += 0.3;
    Search search{3, 60'000, {}, 1};
    const auto proposal = propose(instance, search);
    REQUIRE(check(instance, proposal).empty());
    CHECK(proposal.groups.size() > 300);
    search.threads = 3;
    CHECK(cp::json::write(propose(instance, search)) == cp::json::write(proposal));
  }
}
