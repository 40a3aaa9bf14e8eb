#include "matching/engine/engine.hpp"

#include "matching/engine/explain.hpp"
#include "matching/engine/greedy.hpp"
#include "matching/engine/index.hpp"
#include "matching/engine/local_search.hpp"
#include "matching/engine/search.hpp"

#include <algorithm>
#include <span>
#include <tuple>

namespace cp::matching {
namespace {

std::vector<FoundGroup> found_groups(const Arrangement& arrangement) {
  std::vector<FoundGroup> found;
  for (GroupAt at = 0; at < arrangement.group_count(); ++at) {
    const auto& group = arrangement.group(at);
    if (group.families.empty()) continue;
    FoundGroup& entry = found.emplace_back();
    entry.run = group.run;
    for (const auto& seated : group.families) entry.families.push_back(seated.family);
    std::sort(entry.families.begin(), entry.families.end());
  }
  return found;
}

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

}  // namespace

Proposal propose(const Instance& instance, const Search& search) {
  const Index index(instance);
  Work work(index, search.seed, Budget(search));
  place_by_regret(work);
  rebuild(work);

  Proposal proposal;
  const auto found = found_groups(work.now);
  for (const auto& group : index.agreed()) {
    proposal.groups.push_back(describe(index, group));
    proposal.groups.back().standing = Standing::agreed;
  }
  for (const auto& group : found) proposal.groups.push_back(describe(index, group));
  for (const auto& group : proposal.groups) proposal.score += group.score;
  std::vector<bool> placed(index.family_count(), false);
  for (const auto& groups : {std::span<const FoundGroup>(found), index.agreed()}) {
    for (const auto& group : groups) {
      for (const auto family : group.families) placed[family] = true;
    }
  }
  for (FamilyAt family = 0; family < index.family_count(); ++family) {
    if (!placed[family]) proposal.left_out.push_back(explain_left_out(index, family, found));
  }
  proposal.pins_missed = missed_pins(index, found);
  proposal.why_not = count_reasons(proposal.left_out);
  proposal.steps = work.budget.trials();
  proposal.stopped_early = work.budget.is_spent();
  sort_for_reading(proposal);
  return proposal;
}

}  // namespace cp::matching
