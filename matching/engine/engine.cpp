#include "matching/engine/engine.hpp"

#include "matching/engine/exact.hpp"
#include "matching/engine/explain.hpp"
#include "matching/engine/greedy.hpp"
#include "matching/engine/index.hpp"
#include "matching/engine/local_search.hpp"
#include "matching/engine/regions.hpp"
#include "matching/engine/settling.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <span>
#include <tuple>
#include <vector>

namespace cp::matching {
namespace {

/// Of the time for improving, this part goes to the first cut into regions and the rest to one with other borders.
constexpr double first_cut = 0.6;
/// Of the time for improving one region, the search by trials has this part and so often the time that indexing and the first
/// placing took, which tells how large it is, but no more than the third part; pricing and the exact choice have the rest, and
/// of that pricing ends at the last.
constexpr double searching = 0.25, searching_of_preparing = 60, most_searching = 0.8, pricing = 0.7;
/// Where there is less time than so often that, pricing would hardly begin, and the search has it all.
constexpr double least_to_price = 100;
/// Where there are several regions the last part of the time is for the bound, if pricing all runs so many times fits in, as
/// a sample of them tells; else the search has it, too.
constexpr double bounding = 0.18;
constexpr double fewest_rounds = 3;
constexpr std::int64_t rounds_across_regions = 100;
/// Pricing keeps some 20 bytes for each pair of candidates of a run.
constexpr std::size_t most_pairs_to_bound = 100'000'000;
constexpr std::size_t runs_of_sample = 256;
/// Of the time for improving, the last part is for the moves that families and groups agree on, at most so often the time
/// that indexing and the first placing took.
constexpr double settling = 0.04, settling_of_preparing = 4;
/// Without a clock pricing and the exact choice are for instances that surely let them end.
constexpr std::size_t most_families_without_clock = 200;
constexpr std::int64_t nodes_without_clock = 200;
/// A few groups and families left out tell how long the words for all will take: one in so many and some more, up to so many.
constexpr std::size_t one_in = 16, fewest_samples = 4, most_samples = 32;

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

/// The part of the time after which nothing but the words is left to do.
double time_to_improve(const Index& index, const Regions& regions, const Search& search) {
  if (!search.time_used) return 1;
  const auto& found = regions.found();
  const auto left = families_in_none(index, found);
  const Explainer explainer(index, found);
  // Of two halves of the samples the sooner one: what the machine did besides is no sign of how long words take.
  const auto part_for = [&search](std::size_t all, const auto& tell) {
    const auto samples = std::min(all, std::min(most_samples, all / one_in + fewest_samples));
    auto each = std::numeric_limits<double>::infinity();
    for (std::size_t half = 0; half < std::min<std::size_t>(2, samples); ++half) {
      const auto start = search.time_used();
      for (auto at = half; at < samples; at += 2) tell(at * all / samples);
      each = std::min(each, (search.time_used() - start) / static_cast<double>((samples - half + 1) / 2));
    }
    return samples == 0 ? 0 : each * static_cast<double>(all);
  };
  return 1 - part_for(found.size(), [&](std::size_t at) { static_cast<void>(describe(index, found[at])); }) -
         part_for(left.size(), [&](std::size_t at) { static_cast<void>(explainer.left_out(left[at])); });
}

struct Bounded {
  std::int64_t bound = 0;
  bool could_be_lower = false;
};

std::vector<Column> columns_of(const Index& index, std::span<const FoundGroup> found) {
  std::vector<Column> columns;
  for (const auto& group : found) columns.push_back(column_of(index, group.run, group.families));
  return columns;
}

/// What each family is worth in its group, and what all groups are worth.
struct Worth {
  std::vector<std::int64_t> of_family;
  std::int64_t sum = 0;
};
Worth worth_of(const Regions& regions, const Index& index) {
  Worth worth{std::vector<std::int64_t>(index.family_count(), 0), 0};
  for (const auto& group : columns_of(index, regions.found())) {
    for (const auto family : group.families) worth.of_family[family] = group.value / static_cast<std::int64_t>(group.families.size());
    worth.sum += group.value;
  }
  return worth;
}

std::optional<Bounded> price_runs(const Index& index, const Scope& scope, const Worth& worth, std::int64_t rounds,
                                  const std::function<double()>& time_left) {
  ColumnGeneration generation(index, scope, [&time_left] { return time_left() <= 0; });
  generation.start_at(worth.of_family);
  generation.approach(worth.sum, rounds, time_left);
  return generation.has_bound() ? std::optional(Bounded{generation.bound(), true}) : std::nullopt;
}

/// Whether pricing all runs a few times fits into a part of the time and into memory, as a sample of them tells.
bool can_bound_across_regions(const Regions& regions, const Index& index, const Search& search, double part) {
  std::size_t pairs = 0;
  for (RunAt run = 0; run < index.run_count(); ++run) pairs += index.candidates(run).size() * index.candidates(run).size();
  if (pairs > most_pairs_to_bound) return false;
  Scope sample;
  for (std::size_t at = 0; at < runs_of_sample; ++at) sample.runs.push_back(static_cast<RunAt>(at * index.run_count() / runs_of_sample));
  const auto worth = worth_of(regions, index);
  const auto from = search.time_used();
  if (!price_runs(index, sample, worth, 1, [&] { return from + part / 10 - search.time_used(); })) return false;
  const auto round = (search.time_used() - from) * static_cast<double>(index.run_count()) / runs_of_sample;
  return fewest_rounds * round <= part;
}

/// Pricing of all runs so often as there is time for. One price for each family holds in all regions, so what lies across their
/// borders is in the bound.
std::optional<Bounded> bound_across_regions(const Regions& regions, const Index& index, const Search& search, double end) {
  return price_runs(index, {}, worth_of(regions, index), rounds_across_regions, [&search, end] { return end - search.time_used(); });
}

/// The exact choice and the bound of what is beside the agreed groups.
std::optional<Bounded> choose_in_whole(Regions& regions, const Index& index, const Search& search, double end) {
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
  const auto chosen = choose_exactly(index, {}, columns_of(index, regions.found()), exact);
  std::vector<FoundGroup> found;
  for (const auto& column : chosen.groups) found.push_back({column.run, column.families});
  regions.adopt(std::move(found));
  if (!chosen.bound) return std::nullopt;
  return Bounded{*chosen.bound, !chosen.bound_is_exact && *chosen.bound > chosen.value};
}

/// What no arrangement beside the agreed groups can be worth, if it was worked out.
/// `prepared` is the part of the time that indexing and the first placing took.
std::optional<Bounded> improve(Regions& regions, const Index& index, const Search& search, std::int64_t steps, double prepared,
                               double end, double words_from) {
  const auto from = search.time_used ? search.time_used() : 0;
  if (regions.is_one()) {
    const auto left = end - from;
    const bool may_price = left > least_to_price * prepared;
    const auto search_part = may_price ? std::min(most_searching * left, searching * left + searching_of_preparing * prepared) : left;
    regions.pass_again(rebuild, search.time_used ? from + search_part : end, steps);
    // Steps are there to be bounded by: where they are used up nothing else begins.
    if (!may_price || regions.trials() >= search.steps) return std::nullopt;
    return choose_in_whole(regions, index, search, end);
  }
  const bool may_bound = search.time_used && can_bound_across_regions(regions, index, search, bounding * (end - from));
  const auto search_end = may_bound ? end - bounding * (end - from) : end;
  const auto first_steps = static_cast<std::int64_t>(first_cut * static_cast<double>(steps));
  regions.pass_again(rebuild, from + first_cut * (search_end - from), first_steps);
  // Fewer are left out by now than the first placing left, and so fewer words are needed.
  const auto saved = search.time_used ? std::max(0.0, time_to_improve(index, regions, search) - words_from) : 0;
  regions.pass(rebuild, search_end + saved, steps - first_steps);
  return may_bound ? bound_across_regions(regions, index, search, end + saved) : std::nullopt;
}

/// Makes the moves that are left; they cross the borders of regions.
Settled settle_all(Regions& regions, const Index& index, const Search& search, double end) {
  // Seating a country takes time, too.
  if (regions.trials() >= search.steps || (search.time_used && search.time_used() >= end)) return {};
  Work work(index, search.seed, Budget(search, search.steps - regions.trials(), 0, end));
  for (const auto& group : regions.found()) seat(work, group);
  const auto settled = settle(work);
  if (settled.moves > 0) regions.adopt(found_groups(work.now));
  return settled;
}

}  // namespace

Proposal propose(const Instance& instance, const Search& search) {
  const auto began = search.time_used ? search.time_used() : 0;
  const Index index(instance);
  Regions regions(index, search);
  const auto tell = [&](std::string_view stage) {
    if (!search.progress) return;
    std::int64_t score = 0;
    for (const auto& group : regions.found()) score += index.score(group.run, group.families);
    search.progress(stage, score);
  };
  tell("indexed");
  const auto indexed = search.time_used ? search.time_used() : 0;
  // To its end whatever the time: it takes less than indexing did, and families get a group rather than words.
  regions.pass(place_by_regret, std::numeric_limits<double>::infinity(), search.steps);
  tell("placed by regret");
  std::optional<Bounded> bounded;
  Settled settled;
  bool has_begun = false;
  if (!regions.stopped_early()) {
    const auto placed = search.time_used ? search.time_used() : 0;
    const auto end = time_to_improve(index, regions, search);
    const auto from = search.time_used ? search.time_used() : 0;
    const auto settle_from = end - std::min(settling * (end - from), settling_of_preparing * (placed - began));
    // Going through all regions takes its time even if nothing is done there.
    has_begun = regions.is_one() || !search.time_used || settle_from - from > placed - indexed;
    if (has_begun) bounded = improve(regions, index, search, search.steps - regions.trials(), placed - began, settle_from, end);
    tell("improved");
    settled = settle_all(regions, index, search, std::max(end, time_to_improve(index, regions, search)));
  }
  tell("settled");

  auto proposal = told(index, regions.found());
  proposal.steps = regions.trials();
  if (settled.is_through) {
    proposal.blocking_moves = 0;
    proposal.rather_elsewhere = settled.rather_elsewhere;
  }
  if (bounded) {
    for (const auto& group : proposal.groups) bounded->bound += group.standing == Standing::agreed ? group.score : 0;
    const auto bound = std::max(bounded->bound, proposal.score);
    proposal.bound = bound;
    proposal.gap = bound > 0 ? static_cast<double>(bound - proposal.score) / static_cast<double>(bound) : 0;
    proposal.bound_could_be_lower = bounded->could_be_lower && bound > proposal.score;
  }
  proposal.stopped_early = (regions.stopped_early() || !has_begun || !settled.is_through) && proposal.bound != proposal.score;
  sort_for_reading(proposal);
  return proposal;
}

}  // namespace cp::matching
