#include "matching/engine/exact.hpp"

#include "matching/engine/packing.hpp"
#include "matching/engine/random.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <utility>

namespace cp::matching {
namespace {

constexpr std::int64_t rounds_of_approach = 100;
constexpr int most_rounds_of_cuts = 12;
/// The first choices are made among groups that lose at most this part of what is still open.
constexpr std::int64_t first_part = 512;
/// Neighbourhoods have a few runs at first, and half as many more when nothing is better all over.
constexpr std::size_t fewest_runs = 8, most_runs = 400;
/// Better by less than this part is no reason to go all over again.
constexpr std::int64_t least_gain = 20'000;
constexpr std::size_t most_columns_of_a_neighbourhood = 1'500;
constexpr std::int64_t nodes_to_price_a_neighbourhood = 2'000, nodes_to_list_a_neighbourhood = 20'000;
constexpr std::int64_t nodes_of_a_neighbourhood = 150;
constexpr std::int64_t nodes_of_a_dive = 10;
constexpr std::size_t good_columns_of_run = 10, fewest_good_columns = 1'000, most_for_a_dive = 2'000;
constexpr std::size_t most_to_choose_as_a_whole = 4'000;

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
    if (can_choose) choose_from_pool();
    for (int round = 0; round < most_rounds_of_cuts && !is_settled() && !stopped(); ++round) {
      if (generation_.add_cuts() == 0) break;
      generation_.generate(improved_.value);
      note_bound();
    }
    read_limits();
    if (can_choose) choose_from_all();
    return std::move(improved_);
  }

 private:
  [[nodiscard]] bool stopped() const { return search_.stop && search_.stop(); }
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
    if (is_settled() || stopped() || !generation_.has_bound()) return;
    const auto columns = good_columns();
    if (columns.size() <= most_for_a_dive) choose(columns, nodes_of_a_dive);
    choose_near(columns);
  }

  /// Of each run those that are worth most at the prices, cuts aside.
  [[nodiscard]] std::vector<Column> good_columns() const {
    const auto& pool = generation_.pool();
    const auto& prices = generation_.best_prices().families;
    std::vector<std::vector<std::pair<std::int64_t, std::size_t>>> of_run(index_.run_count());
    for (std::size_t at = 0; at < pool.size(); ++at) {
      auto loss = -pool[at].value;
      for (const auto family : pool[at].families) loss += prices[family];
      of_run[pool[at].run].emplace_back(loss, at);
    }
    const auto most = std::max(good_columns_of_run, fewest_good_columns / std::max<std::size_t>(1, of_run.size()));
    std::vector<Column> columns;
    for (auto& here : of_run) {
      std::sort(here.begin(), here.end());
      if (here.size() > most) here.resize(most);
      for (const auto& [loss, at] : here) columns.push_back(pool[at]);
    }
    return columns;
  }

  /// Groups that lose little against the prices first, then more and more, until they are all that a
  /// better proposal could have. A proposal with any other group is worth less than `least`, so that
  /// the bound falls to that or to what these groups can be worth.
  void choose_from_all() {
    for (auto part = first_part; part >= 1 && !is_settled() && !stopped(); part /= 2) {
      const auto least = generation_.bound() - (generation_.bound() - improved_.value) / part + 1;
      auto all = generation_.columns_for(least, most_to_choose_as_a_whole, search_.stop);
      if (stopped()) return;
      // Too many to choose from as a whole: again and again from some of them.
      if (!all.is_complete) return choose_near(good_columns());
      const auto bound = choose(all.columns, search_.nodes);
      improved_.bound = std::min(*improved_.bound, std::max({bound, least - 1, improved_.value}));
    }
  }

  // -------------------------------------------------------------- neighbourhoods

  /// The best choice of a few runs near each other while all others stay, all over, until nothing is
  /// better; then with more runs at a time. `columns` tell which runs are near each other.
  void choose_near(const std::vector<Column>& columns) {
    const auto map = map_of(columns);
    for (auto width = fewest_runs; width <= most_runs && !stopped() && !is_settled();) {
      const auto before = improved_.value;
      auto seeds = map.runs;
      random_.shuffle(seeds);
      // Each run is in about two of the neighbourhoods of a round.
      seeds.resize(std::min(seeds.size(), 2 * seeds.size() / width + 1));
      for (const auto seed : seeds) {
        if (stopped() || is_settled()) return;
        choose_in(neighbours_of(columns, map, seed, width));
      }
      if ((improved_.value - before) * least_gain > improved_.value) continue;
      if (width >= map.runs.size()) return;
      width += width / 2;
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

  /// Puts these runs' groups anew, with their families and those in none.
  void choose_in(const std::vector<char>& is_near) {
    std::vector<char> is_free(index_.family_count(), 1);
    std::vector<Column> fixed, choice;
    std::int64_t before = 0;
    for (const auto& group : improved_.groups) {
      auto& part = is_near[group.run] ? choice : fixed;
      part.push_back(group);
      if (is_near[group.run]) before += group.value;
      else for (const auto family : group.families) is_free[family] = 0;
    }
    auto better = columns_in(is_near, is_free, before);
    if (better.empty()) return;
    PackingSearch search;
    search.nodes = nodes_of_a_neighbourhood;
    search.stop = search_.stop;
    for (std::uint32_t at = 0; at < choice.size(); ++at) search.start.push_back(at);
    choice.insert(choice.end(), std::make_move_iterator(better.begin()), std::make_move_iterator(better.end()));
    const auto answer = pack(packing_of(choice), search);
    if (answer.weight <= before) return;
    improved_.value += answer.weight - before;
    improved_.groups = std::move(fixed);
    for (const auto at : answer.chosen) improved_.groups.push_back(std::move(choice[at]));
  }

  /// Every group of these runs and families that a choice worth more than `before` may have; where those are too many, those
  /// that lose less at the prices. None where the prices tell that there is no such choice.
  [[nodiscard]] std::vector<Column> columns_in(const std::vector<char>& is_near, const std::vector<char>& is_free, std::int64_t before) {
    Losses::Question question;
    for (const auto& run : generation_.runs()) {
      if (is_near[run.run()]) question.runs.push_back(&run);
    }
    question.prices = &generation_.best_prices();
    question.allowed = &is_free;
    question.nodes = nodes_to_price_a_neighbourhood;
    question.stop = search_.stop;
    const auto runs = question.runs;
    const Losses losses(index_, std::move(question));
    const auto open = losses.best_sum() + price_of(runs, is_free) - before;
    if (losses.was_stopped() || open <= 0) return {};
    // Neighbourhoods are much alike in how far one may go.
    for (auto loss = std::min(open, 2 * last_loss_); loss > 0; loss /= 2) {
      auto groups = losses.losing_up_to(loss, most_columns_of_a_neighbourhood, nodes_to_list_a_neighbourhood);
      last_loss_ = loss;
      if (groups.is_complete) return std::move(groups.columns);
      if (stopped()) break;
    }
    return {};
  }

  /// What the families that these runs could have cost, and the cuts that their groups could fill.
  [[nodiscard]] std::int64_t price_of(const std::vector<const RunPricing*>& runs, const std::vector<char>& is_free) const {
    const auto& prices = generation_.best_prices();
    std::vector<char> is_here(index_.family_count(), 0);
    std::int64_t sum = 0;
    for (const auto* run : runs) {
      for (const auto family : run->families()) {
        if (!is_free[family] || is_here[family]) continue;
        is_here[family] = 1;
        sum += prices.families[family];
      }
    }
    for (const auto& cut : prices.cuts) {
      const bool is_near = std::any_of(cut.things.begin(), cut.things.end(),
                                       [&](std::uint32_t thing) { return thing < is_here.size() && is_here[thing] != 0; });
      if (is_near) sum += cut.price;
    }
    return sum;
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
  std::int64_t last_loss_ = std::numeric_limits<std::int64_t>::max() / 2;  // up to which a neighbourhood's groups were listed
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
