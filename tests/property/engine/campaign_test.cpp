// Seeded campaigns: every proposal passes the independent checker, and small ones are near the
// optimum that trying everything finds. A failure prints the seed, which repeats it.
#include "matching/engine/checker.hpp"
#include "matching/engine/engine.hpp"
#include "matching/engine/generator.hpp"
#include "matching/engine/index.hpp"
#include "matching/engine/rules.hpp"
#include "matching/command/wire.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
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

/// Few families who could do much: what trying everything can still solve.
Instance small_instance(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  const auto families = static_cast<std::int64_t>(5 + random() % 5);
  const auto offers = static_cast<std::int64_t>(2 + random() % 3);
  auto instance = generate({families, offers, 1.0, seed});
  instance.policy->groups_per_family = 1;
  for (auto& offer : instance.offers) {
    offer.age_min = 0;
    offer.age_max = 25;
    offer.needs_catered.clear();
    offer.wheelchair_access = true;
    offer.staff_adults = 2;
    offer.staff_children = 1;
  }
  return instance;
}

/// The best score of all proposals of one group at most for each family, by dynamic programming
/// over sets of families. Which groups are allowed is the checker's word, not the engine's.
class Optimum {
 public:
  explicit Optimum(const Instance& instance) : instance_(instance), index_(instance) {
    all_ = (1U << index_.family_count()) - 1;
  }
  std::int64_t score() {
    std::vector<std::int64_t> best(all_ + 1, 0);
    for (RunAt run = 0; run < index_.run_count(); ++run) {
      const auto here = best_of_run(run);
      auto next = best;
      for (unsigned set = 0; set <= all_; ++set) {
        for (unsigned part = set; part > 0; part = (part - 1) & set) {
          next[set] = std::max(next[set], best[set & ~part] + here[part]);
        }
      }
      best = std::move(next);
    }
    return best[all_];
  }

 private:
  static constexpr std::int64_t impossible = -1'000'000'000'000;

  std::vector<std::int64_t> best_of_run(RunAt run) {
    std::vector<std::int64_t> one(all_ + 1, impossible), many(all_ + 1, impossible);
    many[0] = 0;
    for (unsigned set = 1; set <= all_; ++set) one[set] = value(run, set);
    for (unsigned set = 1; set <= all_; ++set) {
      if (children(set) > index_.run(run).places_left) continue;
      const auto lowest = set & (~set + 1);
      for (unsigned part = set; part > 0; part = (part - 1) & set) {
        if ((part & lowest) != 0) many[set] = std::max(many[set], one[part] + many[set & ~part]);
      }
    }
    return many;
  }
  std::int64_t children(unsigned set) const {
    std::int64_t sum = 0;
    for (FamilyAt family = 0; family < index_.family_count(); ++family) {
      if ((set >> family & 1U) != 0) sum += index_.children(family);
    }
    return sum;
  }
  std::int64_t value(RunAt run, unsigned set) const {
    const auto size = children(set);
    if (size > index_.offer(run).maximum_children || size < index_.offer(run).minimum_children) return impossible;
    Proposal proposal;
    auto& group = proposal.groups.emplace_back();
    group.offer = index_.offer(run).id;
    group.run = index_.run(run).id;
    group.reasons = {"trial"};
    std::vector<FamilyAt> families;
    for (FamilyAt family = 0; family < index_.family_count(); ++family) {
      if ((set >> family & 1U) == 0) {
        proposal.left_out.push_back({index_.family(family).id, Rule::chosen, "trial", "trial", {}});
        continue;
      }
      families.push_back(family);
      const auto share = share_pence(index_.offer(run), index_.run(run), index_.children(family), size);
      group.families.push_back({index_.family(family).id, index_.children(family), share.value_or(0),
                                alone_pence(index_.offer(run), index_.run(run), index_.children(family))});
    }
    if (!check_rules(instance_, proposal).empty()) return impossible;
    return index_.score(run, families);
  }

  const Instance& instance_;
  Index index_;
  unsigned all_ = 0;
};

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

TEST_CASE("a search cut off anywhere leaves a proposal that breaks no rule") {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    INFO("seed " << seed);
    const auto instance = random_instance(seed);
    REQUIRE(check(instance, propose(instance, {seed, static_cast<std::int64_t>(seed * seed), {}})).empty());
  }
}

TEST_CASE("small instances come near the optimum") {
  std::int64_t found = 0, best = 0, reached = 0, with_groups = 0;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    INFO("seed " << seed);
    const auto instance = small_instance(seed);
    const auto proposal = propose(instance, {seed, 200'000, {}});
    REQUIRE(check(instance, proposal).empty());
    const auto optimum = Optimum(instance).score();
    REQUIRE(proposal.score <= optimum);
    found += proposal.score;
    best += optimum;
    if (optimum == 0) continue;
    ++with_groups;
    reached += proposal.score == optimum ? 1 : 0;
  }
  WARN("found " << found << " of " << best << " (" << 100 * static_cast<double>(found) / static_cast<double>(best)
                << " %); optimal in " << reached << " of " << with_groups << " instances with a group");
  CHECK(with_groups >= 50);
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
