#include "matching/engine/engine.hpp"

#include "matching/engine/exact.hpp"
#include "matching/engine/explain.hpp"
#include "matching/engine/greedy.hpp"
#include "matching/engine/index.hpp"
#include "matching/engine/local_search.hpp"
#include "matching/engine/regions.hpp"

#include <algorithm>
#include <optional>
#include <span>
#include <tuple>
#include <vector>

namespace cp::matching {
namespace {

/// Of the time for improving, this part goes to the first cut into regions and the rest to one with other borders.
constexpr double first_cut = 0.6;
/// Of the time for improving one region, the search by trials has this part; pricing and the exact choice have the rest, and
/// of that pricing ends at the second.
constexpr double searching = 0.2, pricing = 0.6;
/// Without a clock pricing and the exact choice are for instances that surely let them end.
constexpr std::size_t most_families_without_clock = 200;
constexpr std::int64_t nodes_without_clock = 200;
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
  const Explainer explainer(index, found);
  const auto start = search.time_used();
  for (std::size_t at = 0; at < std::min(samples, found.size()); ++at) {
    static_cast<void>(describe(index, found[at * found.size() / samples]));
  }
  const auto between = search.time_used();
  for (std::size_t at = 0; at < std::min(samples, left.size()); ++at) {
    static_cast<void>(explainer.left_out(left[at * left.size() / samples]));
  }
  const auto end = search.time_used();
  const auto times = [](std::size_t all) { return static_cast<double>(std::max(all, samples)) / samples; };
  return 1 - (between - start) * times(found.size()) - (end - between) * times(left.size());
}

/// The exact choice and the bound of what is beside the agreed groups.
std::optional<std::int64_t> choose_in_whole(Regions& regions, const Index& index, const Search& search, double end) {
  if (!search.time_used && index.family_count() > most_families_without_clock) return std::nullopt;
  ExactSearch exact;
  exact.seed = search.seed;
  if (search.time_used) {
    const auto pricing_end = search.time_used() + pricing * (end - search.time_used());
    exact.stop = [&search, end] { return search.time_used() >= end; };
    exact.stop_pricing = [&search, pricing_end] { return search.time_used() >= pricing_end; };
  } else {
    exact.nodes = nodes_without_clock;
  }
  std::vector<Column> columns;
  for (const auto& group : regions.found()) columns.push_back(column_of(index, group.run, group.families));
  const auto chosen = choose_exactly(index, {}, std::move(columns), exact);
  std::vector<FoundGroup> found;
  for (const auto& column : chosen.groups) found.push_back({column.run, column.families});
  regions.adopt(std::move(found));
  return chosen.bound;
}

/// What no arrangement beside the agreed groups can be worth, if it was worked out.
std::optional<std::int64_t> improve(Regions& regions, const Index& index, const Search& search, std::int64_t steps) {
  const auto end = time_to_improve(index, regions, search);
  const auto from = search.time_used ? search.time_used() : 0;
  if (regions.is_one()) {
    regions.pass_again(rebuild, search.time_used ? from + searching * (end - from) : end, steps);
    // Steps are there to be bounded by: where they are used up nothing else begins.
    if (regions.trials() >= search.steps) return std::nullopt;
    return choose_in_whole(regions, index, search, end);
  }
  const auto first_steps = static_cast<std::int64_t>(first_cut * static_cast<double>(steps));
  regions.pass_again(rebuild, from + first_cut * (end - from), first_steps);
  regions.pass(rebuild, end, steps - first_steps);
  return std::nullopt;
}

}  // namespace

Proposal propose(const Instance& instance, const Search& search) {
  const Index index(instance);
  Regions regions(index, search);
  regions.pass(place_by_regret, 1, search.steps);
  std::optional<std::int64_t> bound;
  if (!regions.stopped_early()) bound = improve(regions, index, search, search.steps - regions.trials());

  Proposal proposal;
  for (const auto& group : index.agreed()) {
    proposal.groups.push_back(describe(index, group));
    proposal.groups.back().standing = Standing::agreed;
    if (bound) *bound += proposal.groups.back().score;
  }
  for (const auto& group : regions.found()) proposal.groups.push_back(describe(index, group));
  for (const auto& group : proposal.groups) proposal.score += group.score;
  const Explainer explainer(index, regions.found());
  for (const auto family : left_out(index, regions.found())) proposal.left_out.push_back(explainer.left_out(family));
  proposal.pins_missed = explainer.missed_pins();
  proposal.why_not = count_reasons(proposal.left_out);
  proposal.steps = regions.trials();
  proposal.bound = bound;
  if (bound) {
    const auto open = static_cast<double>(*bound - proposal.score);
    proposal.gap = *bound > 0 ? open / static_cast<double>(*bound) : 0;
  }
  proposal.stopped_early = regions.stopped_early() && bound != proposal.score;
  sort_for_reading(proposal);
  return proposal;
}

}  // namespace cp::matching
