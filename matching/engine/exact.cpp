#include "matching/engine/exact.hpp"

#include "matching/engine/packing.hpp"
#include "matching/engine/random.hpp"

#include <algorithm>
#include <numeric>

namespace cp::matching {
namespace {

constexpr std::int64_t rounds_of_approach = 100;
constexpr int most_rounds_of_cuts = 12;
/// The first choices are made among groups that lose at most this part of what is still open.
constexpr std::int64_t first_part = 512;
/// From a few runs up to many, as long as the larger neighbourhoods still find something.
constexpr std::size_t fewest_runs = 6, most_runs = 400;
constexpr std::int64_t nodes_of_a_neighbourhood = 150;
constexpr std::int64_t nodes_of_a_dive = 10;
constexpr std::size_t first_choice = 1'000, most_for_a_dive = 2'000, most_to_choose_as_a_whole = 4'000;
/// Among many families with more than this part open, groups better chosen are what is missing: neither cuts nor choices from
/// everything are worth their time before those from parts.
constexpr std::int64_t open_part_of_near = 500;
constexpr std::size_t most_families_of_few = 300, doublings_of_few = 2;
constexpr std::size_t most_doublings = 7;

class Improver {
 public:
  Improver(const Index& index, const Scope& scope, std::vector<Column> groups, const ExactSearch& search)
      : index_(index), search_(search), generation_(index, scope, search.stop_pricing ? search.stop_pricing : search.stop), random_(search.seed) {
    for (const auto& group : groups) improved_.value += group.value;
    improved_.groups = std::move(groups);
    limits_.resize(index.run_count());
    first_limit_.resize(index.run_count());
    read_limits();
  }

  Improved run() {
    start();
    generation_.approach(improved_.value, rounds_of_approach);
    note_bound();
    generation_.generate(improved_.value);
    note_bound();
    // Groups of one family at different times and within one headroom are not what the choice below knows.
    const bool can_choose = index_.policy().groups_per_family == 1;
    if (can_choose && !is_settled()) choose_from_pool();
    if (can_choose && !is_near()) {
      read_limits();
      choose_from_all(index_.family_count() > most_families_of_few ? most_doublings : doublings_of_few, false);
    }
    for (int round = 0; round < most_rounds_of_cuts && !is_settled() && !stopped(); ++round) {
      if (generation_.add_cuts() == 0) break;
      generation_.generate(improved_.value);
      note_bound();
    }
    read_limits();
    if (can_choose) choose_from_all(most_doublings, true);
    return std::move(improved_);
  }

 private:
  [[nodiscard]] bool stopped() const { return search_.stop && search_.stop(); }
  /// So little is open that a proof is in reach.
  [[nodiscard]] bool is_near() const {
    return improved_.bound && (*improved_.bound - improved_.value) * open_part_of_near <= *improved_.bound;
  }
  [[nodiscard]] bool is_settled() const { return improved_.bound && *improved_.bound <= improved_.value; }

  /// Each family is worth its part of its group at first, and nothing where it is in none.
  void start() {
    std::vector<std::int64_t> prices(index_.family_count(), 0);
    for (const auto& group : improved_.groups) {
      for (const auto family : group.families) {
        prices[family] = group.value / static_cast<std::int64_t>(group.families.size());
      }
      generation_.add(group);
    }
    generation_.start_at(std::move(prices));
  }

  void read_limits() {
    limit_count_ = 0;
    for (std::size_t at = 0; at < generation_.runs().size(); ++at) {
      const auto run = generation_.runs()[at].run();
      limits_[run] = generation_.limits(at);
      first_limit_[run] = limit_count_;
      limit_count_ += limits_[run].size();
    }
  }

  void note_bound() {
    if (!generation_.has_bound()) return;
    const auto bound = std::max(generation_.bound(), improved_.value);
    if (improved_.bound && *improved_.bound <= bound) return;
    improved_.bound = bound;
    improved_.bound_is_exact = generation_.bound_is_exact() && generation_.has_converged();
  }

  /// Of the groups that lose least at the prices: dives over all of them, then neighbourhoods.
  void choose_from_pool() {
    const auto& pool = generation_.pool();
    const auto reduced = generation_.reduced_values();
    std::vector<std::size_t> order(std::min(pool.size(), reduced.size()));
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return reduced[a] > reduced[b]; });
    order.resize(std::min(order.size(), first_choice + 2 * index_.family_count()));
    std::vector<Column> columns;
    for (const auto at : order) columns.push_back(pool[at]);
    if (columns.size() <= most_for_a_dive) choose(columns, nodes_of_a_dive);
    choose_near(columns, 1);
  }

  /// Groups that lose little against the prices first, then more and more, until they are all that a
  /// better proposal could have. A proposal with any other group is worth less than `least`, so that
  /// the bound falls to that or to what these groups can be worth.
  void choose_from_all(std::size_t doublings, bool as_a_whole) {
    for (auto part = first_part; part >= 1 && !is_settled() && !stopped(); part /= 2) {
      const auto least = generation_.bound() - (generation_.bound() - improved_.value) / part + 1;
      auto all = generation_.columns_for(least, search_.most_columns, search_.stop);
      if (stopped()) return;
      // Too many to choose from as a whole: again and again from some of them.
      if (!all.is_complete || all.columns.size() > most_to_choose_as_a_whole) return choose_near(all.columns, doublings);
      choose_near(all.columns, 1);
      if (stopped() || is_settled()) return;
      if (!as_a_whole) continue;
      const auto bound = choose(all.columns, search_.nodes);
      improved_.bound = std::min(*improved_.bound, std::max({bound, least - 1, improved_.value}));
    }
  }

  // -------------------------------------------------------------- neighbourhoods

  /// The best choice of a few runs near each other while all others stay, all over, until nothing is
  /// better; then with more runs at a time.
  void choose_near(const std::vector<Column>& columns, std::size_t doublings) {
    const auto map = map_of(columns);
    std::size_t width = fewest_runs;
    for (std::size_t idle = 0; idle < doublings + 1 && width <= most_runs && !stopped() && !is_settled();) {
      const auto before = improved_.value;
      auto seeds = map.runs;
      random_.shuffle(seeds);
      // Each run is in about two of the neighbourhoods of a round.
      seeds.resize(std::min(seeds.size(), 2 * seeds.size() / width + 1));
      for (const auto seed : seeds) {
        if (stopped() || is_settled()) return;
        choose_in(columns, map, neighbours_of(columns, map, seed, width));
      }
      const bool better = (improved_.value - before) * 20'000 > improved_.value;
      if (better) continue;
      ++idle;
      width *= 2;
    }
  }

  struct Map {
    std::vector<RunAt> runs;                              // that have columns
    std::vector<std::vector<std::uint32_t>> of_run, of_family;  // columns
  };
  [[nodiscard]] Map map_of(const std::vector<Column>& columns) const {
    Map map;
    map.of_run.resize(index_.run_count());
    map.of_family.resize(index_.family_count());
    for (std::uint32_t at = 0; at < columns.size(); ++at) {
      map.of_run[columns[at].run].push_back(at);
      for (const auto family : columns[at].families) map.of_family[family].push_back(at);
    }
    for (RunAt run = 0; run < index_.run_count(); ++run) {
      if (!map.of_run[run].empty()) map.runs.push_back(run);
    }
    return map;
  }

  /// Runs whose groups stand in the way of other groups of the seed, and of each other's.
  std::vector<char> neighbours_of(const std::vector<Column>& columns, const Map& map, RunAt seed, std::size_t width) {
    std::vector<std::int64_t> now_in(index_.family_count(), -1);
    for (const auto& group : improved_.groups) {
      for (const auto family : group.families) now_in[family] = group.run;
    }
    std::vector<char> is_near(index_.run_count(), 0);
    std::vector<RunAt> near;
    const auto add = [&](RunAt run) {
      if (is_near[run] || map.of_run[run].empty()) return;
      is_near[run] = 1;
      near.push_back(run);
    };
    add(seed);
    for (std::size_t attempt = 0; near.size() < width && attempt < 4 * width; ++attempt) {
      const auto& here = map.of_run[near[random_.below(near.size())]];
      const auto& families = columns[here[random_.below(here.size())]].families;
      for (const auto family : families) {
        if (now_in[family] >= 0) add(static_cast<RunAt>(now_in[family]));
      }
      // Where nobody stands in the way, where else they could go.
      const auto& there = map.of_family[families[random_.below(families.size())]];
      if (attempt % 2 == 1) add(columns[there[random_.below(there.size())]].run);
    }
    return is_near;
  }

  void choose_in(const std::vector<Column>& columns, const Map& map, const std::vector<char>& is_near) {
    std::vector<char> is_bound(index_.family_count(), 0);
    std::vector<Column> fixed, choice;
    for (const auto& group : improved_.groups) {
      if (is_near[group.run]) {
        choice.push_back(group);
        continue;
      }
      fixed.push_back(group);
      for (const auto family : group.families) is_bound[family] = 1;
    }
    const auto known = choice.size();
    for (const auto run : map.runs) {
      if (!is_near[run]) continue;
      for (const auto at : map.of_run[run]) {
        const auto& families = columns[at].families;
        if (std::none_of(families.begin(), families.end(), [&](FamilyAt family) { return is_bound[family] != 0; })) {
          choice.push_back(columns[at]);
        }
      }
    }
    std::int64_t before = 0;
    PackingSearch search;
    search.nodes = nodes_of_a_neighbourhood;
    search.stop = search_.stop;
    for (std::size_t at = 0; at < known; ++at) {
      search.start.push_back(static_cast<std::uint32_t>(at));
      before += choice[at].value;
    }
    const auto answer = pack(packing_of(choice), search);
    if (answer.weight <= before) return;
    improved_.value += answer.weight - before;
    improved_.groups = std::move(fixed);
    for (const auto at : answer.chosen) improved_.groups.push_back(choice[at]);
  }

  /// Takes the best choice of these columns and the groups so far if it is better; answers what no
  /// choice of the columns can pass.
  std::int64_t choose(std::vector<Column> columns, std::int64_t nodes) {
    const auto known = columns.size();
    columns.insert(columns.end(), improved_.groups.begin(), improved_.groups.end());
    PackingSearch search;
    search.nodes = nodes;
    search.stop = search_.stop;
    for (auto at = known; at < columns.size(); ++at) search.start.push_back(static_cast<std::uint32_t>(at));
    const auto answer = pack(packing_of(columns), search);
    if (answer.weight > improved_.value) {
      improved_.value = answer.weight;
      improved_.groups.clear();
      for (const auto at : answer.chosen) improved_.groups.push_back(columns[at]);
    }
    return answer.bound;
  }

  [[nodiscard]] Packing packing_of(const std::vector<Column>& columns) const {
    // Items: families, then the limits of runs; only what is used has a number.
    Packing packing;
    std::vector<std::int64_t> item_of(index_.family_count() + limit_count_, -1);
    const auto item = [&](std::size_t thing, std::int64_t capacity) {
      if (item_of[thing] < 0) {
        item_of[thing] = static_cast<std::int64_t>(packing.capacities.size());
        packing.capacities.push_back(capacity);
      }
      return static_cast<std::uint32_t>(item_of[thing]);
    };
    for (const auto& column : columns) {
      PackingSet set{column.value, {}};
      for (const auto family : column.families) set.uses.push_back({item(family, index_.most_groups(family)), 1});
      for (std::size_t at = 0; at < limits_[column.run].size(); ++at) {
        const auto& limit = limits_[column.run][at];
        const auto used = limit.of_size[static_cast<std::size_t>(column.children)];
        if (used > 0) set.uses.push_back({item(index_.family_count() + first_limit_[column.run] + at, limit.most), used});
      }
      std::sort(set.uses.begin(), set.uses.end(), [](const auto& a, const auto& b) { return a.item < b.item; });
      packing.sets.push_back(std::move(set));
    }
    return packing;
  }

  const Index& index_;
  const ExactSearch& search_;
  ColumnGeneration generation_;
  Random random_;
  Improved improved_;
  std::vector<std::vector<RunPricing::Limit>> limits_;  // by run
  std::vector<std::size_t> first_limit_;
  std::size_t limit_count_ = 0;
};

}  // namespace

Improved choose_exactly(const Index& index, const Scope& scope, std::vector<Column> groups, const ExactSearch& search) {
  return Improver(index, scope, std::move(groups), search).run();
}

Column column_of(const Index& index, RunAt run, std::vector<FamilyAt> families) {
  Column column{run, 0, 0, std::move(families)};
  std::sort(column.families.begin(), column.families.end());
  for (const auto family : column.families) column.children += index.children(family);
  column.value = index.score(run, column.families);
  return column;
}

}  // namespace cp::matching
