// The best of all proposals of a small instance, found by trying everything: what the engine's answers
// and bounds are held against.
#pragma once

#include "matching/engine/checker.hpp"
#include "matching/engine/generator.hpp"
#include "matching/engine/index.hpp"
#include "matching/engine/rules.hpp"

#include <algorithm>
#include <random>
#include <vector>

namespace cp::matching {

/// Few families who could do much: what trying everything can still solve.
inline Instance small_instance(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  const auto families = static_cast<std::int64_t>(5 + random() % 6);
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

}  // namespace cp::matching
