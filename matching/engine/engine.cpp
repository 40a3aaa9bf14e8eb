#include "matching/engine/engine.hpp"

#include "matching/engine/explain.hpp"
#include "matching/engine/greedy.hpp"
#include "matching/engine/index.hpp"
#include "matching/engine/local_search.hpp"
#include "matching/engine/regions.hpp"

#include <algorithm>
#include <span>
#include <tuple>
#include <vector>

namespace cp::matching {
namespace {

/// Of the time for improving, this part goes to the first cut into regions and the rest to one with other borders.
constexpr double first_cut = 0.6;
/// So many groups and families left out tell how long the words for all will take.
constexpr std::size_t samples = 32;

/// By ids, which people know, not by the order of the index.
void sort_for_reading(Proposal& proposal) {
  for (auto& group : proposal.groups) {
    std::sort(group.families.begin(), group.families.end(),
              [](const GroupFamily& a, const GroupFamily& b) { return a.id < b.id; });
  }
  std::sort(proposal.groups.begin(), proposal.groups.end(), [](const Group& a, const Group& b) {
    return std::tie(a.offer, a.run, a.families.front().id) < std::tie(b.offer, b.run, b.families.front().id);
  });
  std::sort(proposal.left_out.begin(), proposal.left_out.end(),
            [](const LeftOut& a, const LeftOut& b) { return a.family < b.family; });
  std::sort(proposal.pins_missed.begin(), proposal.pins_missed.end(), [](const PinMissed& a, const PinMissed& b) {
    return std::tie(a.family, a.run) < std::tie(b.family, b.run);
  });
}

std::vector<FamilyAt> left_out(const Index& index, std::span<const FoundGroup> found) {
  std::vector<bool> placed(index.family_count(), false);
  for (const auto& groups : {found, index.agreed()}) {
    for (const auto& group : groups) {
      for (const auto family : group.families) placed[family] = true;
    }
  }
  std::vector<FamilyAt> left;
  for (FamilyAt family = 0; family < index.family_count(); ++family) {
    if (!placed[family]) left.push_back(family);
  }
  return left;
}

/// The part of the time after which nothing but the words is left to do.
double time_to_improve(const Index& index, const Regions& regions, const Search& search) {
  if (!search.time_used) return 1;
  const auto& found = regions.found();
  const auto left = left_out(index, found);
  const auto start = search.time_used();
  for (std::size_t at = 0; at < std::min(samples, found.size()); ++at) {
    static_cast<void>(describe(index, found[at * found.size() / samples]));
  }
  const auto between = search.time_used();
  for (std::size_t at = 0; at < std::min(samples, left.size()); ++at) {
    static_cast<void>(explain_left_out(index, left[at * left.size() / samples], found));
  }
  const auto end = search.time_used();
  const auto times = [](std::size_t all) { return static_cast<double>(std::max(all, samples)) / samples; };
  return 1 - (between - start) * times(found.size()) - (end - between) * times(left.size());
}

void improve(Regions& regions, const Index& index, const Search& search, std::int64_t steps) {
  const auto end = time_to_improve(index, regions, search);
  if (regions.is_one()) return regions.pass_again(rebuild, end, steps);
  const auto from = search.time_used ? search.time_used() : 0;
  const auto first_steps = static_cast<std::int64_t>(first_cut * static_cast<double>(steps));
  regions.pass_again(rebuild, from + first_cut * (end - from), first_steps);
  regions.pass(rebuild, end, steps - first_steps);
}

}  // namespace

Proposal propose(const Instance& instance, const Search& search) {
  const Index index(instance);
  Regions regions(index, search);
  regions.pass(place_by_regret, 1, search.steps);
  if (!regions.stopped_early()) improve(regions, index, search, search.steps - regions.trials());

  Proposal proposal;
  for (const auto& group : index.agreed()) {
    proposal.groups.push_back(describe(index, group));
    proposal.groups.back().standing = Standing::agreed;
  }
  for (const auto& group : regions.found()) proposal.groups.push_back(describe(index, group));
  for (const auto& group : proposal.groups) proposal.score += group.score;
  for (const auto family : left_out(index, regions.found())) {
    proposal.left_out.push_back(explain_left_out(index, family, regions.found()));
  }
  proposal.pins_missed = missed_pins(index, regions.found());
  proposal.why_not = count_reasons(proposal.left_out);
  proposal.steps = regions.trials();
  proposal.stopped_early = regions.stopped_early();
  sort_for_reading(proposal);
  return proposal;
}

}  // namespace cp::matching
