#include "matching/engine/packing.hpp"

#include "matching/engine/linear_program.hpp"
#include "matching/engine/packing_exchanges.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <memory>
#include <numeric>
#include <optional>
#include <queue>

namespace cp::matching {
namespace {

using At = std::uint32_t;

/// Prices are whole numbers of this part of a weight when a bound is proved.
constexpr std::int64_t finest = 1 << 20;
constexpr int most_iterations = 50'000;
constexpr double least_violation = 0.03;
constexpr std::size_t most_cuts_at_once = 100;
constexpr int most_rounds_of_cuts = 25;
constexpr double integral = 1e-6;
constexpr std::int64_t nodes_between_dives = 20;

/// How a part of the search is told from the rest: two items are in one set or in none that has
/// only one of them; or they are never in one set; or one set is left out, or taken.
struct Branch {
  enum class Kind { together, apart, without, with } kind = Kind::without;
  At first = 0, second = 0;  // items, or a set and nothing
};
struct Node {
  std::shared_ptr<const Node> parent;
  Branch branch;
  std::int64_t bound = 0;
};
struct CutRow {
  std::array<At, 3> items{};
};

class Packer {
 public:
  Packer(const Packing& packing, const PackingSearch& search)
      : packing_(packing), search_(search), alive_(packing.sets.size()), program_(std::vector<double>{}) {
    std::iota(alive_.begin(), alive_.end(), At{0});
    std::erase_if(alive_, [&](At set) { return packing.sets[set].weight <= 0 || !fits(packing, {set}); });
    take(search.start);
  }

  PackingAnswer run() {
    answer_.bound = 0;
    for (const auto set : alive_) answer_.bound += packing_.sets[set].weight;
    if (search_.exchanges > 0) take(exchange_sets(packing_, answer_.chosen, search_.exchanges, search_.seed, search_.stop));
    load();
    if (solve_root()) branch_and_bound();
    answer_.bound = std::max(answer_.bound, answer_.weight);
    std::sort(answer_.chosen.begin(), answer_.chosen.end());
    return std::move(answer_);
  }

 private:
  [[nodiscard]] bool stopped() const { return search_.stop && search_.stop(); }

  void take(const std::vector<At>& chosen) {
    std::int64_t weight = 0;
    for (const auto set : chosen) weight += packing_.sets[set].weight;
    if (weight <= answer_.weight) return;
    answer_.weight = weight;
    answer_.chosen = chosen;
  }

  // -------------------------------------------------------------- the linear program

  /// Puts the sets that are alive and the cuts so far into a new program.
  void load() {
    std::vector<double> capacities(packing_.capacities.begin(), packing_.capacities.end());
    capacities.insert(capacities.end(), cuts_.size(), 1.0);
    program_ = LinearProgram(capacities);
    std::int64_t heaviest = 1;
    for (const auto set : alive_) heaviest = std::max(heaviest, packing_.sets[set].weight);
    scale_ = static_cast<double>(heaviest) / 100;
    cuts_of_.clear();
    for (const auto set : alive_) {
      std::vector<LinearProgram::Entry> rows;
      for (const auto& use : packing_.sets[set].uses) {
        rows.push_back({static_cast<int>(use.item), static_cast<double>(use.amount)});
      }
      auto& in_cuts = cuts_of_.emplace_back();
      for (std::size_t cut = 0; cut < cuts_.size(); ++cut) {
        if (!uses_two(set, cuts_[cut])) continue;
        in_cuts.push_back(static_cast<At>(cut));
        rows.push_back({static_cast<int>(packing_.capacities.size() + cut), 1});
      }
      program_.add_column(static_cast<double>(packing_.sets[set].weight) / scale_, rows, 1);
    }
    is_open_.assign(alive_.size(), 1);
  }

  [[nodiscard]] bool uses(At set, At item) const {
    const auto& list = packing_.sets[set].uses;
    const auto found = std::lower_bound(list.begin(), list.end(), item,
                                        [](const PackingUse& use, At at) { return use.item < at; });
    return found != list.end() && found->item == item;
  }
  [[nodiscard]] bool uses_two(At set, const CutRow& cut) const {
    return uses(set, cut.items[0]) + uses(set, cut.items[1]) + uses(set, cut.items[2]) >= 2;
  }

  /// What no choice among the open sets can pass, from the program's prices rounded to whole numbers:
  /// every capacity at its price, and what each set weighs beyond the prices of what it uses.
  std::int64_t proved_bound(std::vector<std::int64_t>* beyond = nullptr) {
    const auto prices = program_.prices();
    std::vector<std::int64_t> whole(prices.size());
    std::int64_t sum = 0;
    for (std::size_t row = 0; row < prices.size(); ++row) {
      whole[row] = std::llround(prices[row] * scale_ * static_cast<double>(finest));
      sum += whole[row] * (row < packing_.capacities.size() ? packing_.capacities[row] : 1);
    }
    if (beyond) beyond->assign(alive_.size(), 0);
    for (std::size_t at = 0; at < alive_.size(); ++at) {
      if (!is_open_[at]) continue;
      const auto& set = packing_.sets[alive_[at]];
      auto left = set.weight * finest;
      for (const auto& use : set.uses) left -= whole[use.item] * use.amount;
      for (const auto cut : cuts_of_[at]) left -= whole[packing_.capacities.size() + cut];
      if (beyond) (*beyond)[at] = left;
      sum += is_open_[at] == forced ? left : std::max<std::int64_t>(0, left);
    }
    if (beyond) beyond_sum_ = sum;
    return sum / finest;
  }

  [[nodiscard]] bool is_integral() const {
    return std::all_of(program_.amounts().begin(), program_.amounts().end(),
                       [](double amount) { return amount < integral || amount > 1 - integral; });
  }
  void take_if_integral() {
    if (!is_integral()) return;
    std::vector<At> chosen;
    for (std::size_t at = 0; at < alive_.size(); ++at) {
      if (program_.amounts()[at] > 0.5) chosen.push_back(alive_[at]);
    }
    if (fits(packing_, chosen)) take(chosen);
  }

  /// False if nothing is left to branch on.
  bool solve_root() {
    if (alive_.empty()) return answer_.bound = 0, false;
    if (stopped() || !program_.solve(LinearProgram::Start::after_columns, 10 * most_iterations, search_.stop)) return false;
    answer_.bound = std::min(answer_.bound, proved_bound());
    for (int round = 0; round < most_rounds_of_cuts; ++round) {
      take_if_integral();
      if (round == 0 || round == 4) dive();
      if (answer_.bound <= answer_.weight || is_integral()) break;
      drop_hopeless();
      if (alive_.empty()) return answer_.bound = answer_.weight, false;
      if (stopped()) return false;
      if (add_cuts() == 0) break;
      if (!program_.solve(LinearProgram::Start::after_bounds, 10 * most_iterations, search_.stop)) return false;
      answer_.bound = std::min(answer_.bound, proved_bound());
    }
    if (answer_.bound > answer_.weight) dive();
    drop_hopeless();
    if (alive_.empty()) answer_.bound = answer_.weight;
    return answer_.bound > answer_.weight;
  }

  /// Sets that no better packing has: with them the bound would not pass what is known.
  void drop_hopeless() {
    std::vector<std::int64_t> beyond;
    proved_bound(&beyond);
    std::vector<At> kept;
    for (std::size_t at = 0; at < alive_.size(); ++at) {
      if ((beyond_sum_ + std::min<std::int64_t>(0, beyond[at])) / finest > answer_.weight) kept.push_back(alive_[at]);
    }
    if (kept.size() * 10 > alive_.size() * 9) return;
    alive_ = std::move(kept);
    load();
    if (!alive_.empty()) program_.solve(LinearProgram::Start::after_columns, 10 * most_iterations, search_.stop);
  }

  // -------------------------------------------------------------- cuts

  /// Of three items that can each be used once, at most one set can use two.
  std::size_t add_cuts() {
    std::map<At, std::map<At, double>> together;
    std::map<std::array<At, 3>, double> triples;
    const auto amounts = program_.amounts();
    for (std::size_t at = 0; at < alive_.size(); ++at) {
      if (amounts[at] < integral || amounts[at] > 1 - integral) continue;
      std::vector<At> items = single_items(alive_[at]);
      if (items.size() > 40) continue;
      for (std::size_t a = 0; a < items.size(); ++a) {
        for (std::size_t b = 0; b < items.size(); ++b) {
          if (a == b) continue;
          together[items[a]][items[b]] += amounts[at];
          for (std::size_t c = b + 1; c < items.size() && a < b; ++c) triples[{items[a], items[b], items[c]}] += amounts[at];
        }
      }
    }
    std::vector<std::pair<double, std::array<At, 3>>> broken;
    for (const auto& [a, row] : together) {
      for (auto b = row.begin(); b != row.end(); ++b) {
        for (auto c = std::next(b); c != row.end(); ++c) {
          const auto& other = together[b->first];
          const auto third = other.find(c->first);
          std::array<At, 3> items{a, b->first, c->first};
          std::sort(items.begin(), items.end());
          const auto all = triples.find(items);
          const auto use = b->second + c->second + (third == other.end() ? 0 : third->second) -
                           (all == triples.end() ? 0 : 2 * all->second);
          if (use > 1 + least_violation) broken.push_back({use, items});
        }
      }
    }
    std::sort(broken.begin(), broken.end(), [](const auto& a, const auto& b) {
      return a.first != b.first ? a.first > b.first : a.second < b.second;
    });
    broken.erase(std::unique(broken.begin(), broken.end()), broken.end());
    return add_worst(broken);
  }

  std::size_t add_worst(const std::vector<std::pair<double, std::array<At, 3>>>& broken) {
    std::map<At, int> in_cuts;
    std::size_t added = 0;
    for (const auto& [use, items] : broken) {
      if (added == most_cuts_at_once) break;
      if (std::any_of(items.begin(), items.end(), [&](At item) { return in_cuts[item] >= 8; })) continue;
      for (const auto item : items) ++in_cuts[item];
      const CutRow cut{items};
      std::vector<LinearProgram::Entry> columns;
      for (std::size_t at = 0; at < alive_.size(); ++at) {
        if (!uses_two(alive_[at], cut)) continue;
        columns.push_back({static_cast<int>(at), 1});
        cuts_of_[at].push_back(static_cast<At>(cuts_.size()));
      }
      program_.add_row(1, columns);
      cuts_.push_back(cut);
      ++added;
    }
    return added;
  }

  [[nodiscard]] std::vector<At> single_items(At set) const {
    std::vector<At> items;
    for (const auto& use : packing_.sets[set].uses) {
      if (packing_.capacities[use.item] == 1) items.push_back(use.item);
    }
    return items;
  }

  // -------------------------------------------------------------- dives

  /// Takes the set the program likes best, and what cannot go with it out, until all is whole.
  void dive() {
    const auto was_open = is_open_;
    std::vector<At> chosen;
    auto left = packing_.capacities;
    std::vector<char> taken(alive_.size(), 0);
    const auto take_set = [&](std::size_t at) {
      taken[at] = 1;
      chosen.push_back(alive_[at]);
      for (const auto& use : packing_.sets[alive_[at]].uses) left[use.item] -= use.amount;
    };
    const auto has_room = [&](std::size_t at) {
      const auto& uses = packing_.sets[alive_[at]].uses;
      return std::all_of(uses.begin(), uses.end(), [&](const PackingUse& use) { return use.amount <= left[use.item]; });
    };
    while (!stopped()) {
      std::vector<std::pair<double, std::size_t>> liked;
      const auto amounts = program_.amounts();
      for (std::size_t at = 0; at < alive_.size(); ++at) {
        if (is_open_[at] && !taken[at] && amounts[at] > integral) liked.push_back({-amounts[at], at});
      }
      std::sort(liked.begin(), liked.end());
      bool took = false;
      for (const auto& [amount, at] : liked) {
        if ((took && -amount < 0.9) || !has_room(at)) continue;
        take_set(at);
        took = true;
      }
      if (!took) break;
      for (std::size_t at = 0; at < alive_.size(); ++at) {
        if (is_open_[at] && !taken[at] && !has_room(at)) close(at);
      }
      if (!program_.solve(LinearProgram::Start::after_bounds, most_iterations, search_.stop)) break;
      std::int64_t bound = static_cast<std::int64_t>(program_.value() * scale_);
      if (bound + 1 < answer_.weight) break;
    }
    fill(chosen, left);
    take(chosen);
    for (std::size_t at = 0; at < alive_.size(); ++at) {
      if (was_open[at] != is_open_[at]) set(at, was_open[at]);
    }
    program_.solve(LinearProgram::Start::after_bounds, most_iterations, search_.stop);
  }

  /// What still fits, the heaviest first.
  void fill(std::vector<At>& chosen, std::vector<std::int64_t>& left) const {
    auto order = alive_;
    std::sort(order.begin(), order.end(), [&](At a, At b) {
      return packing_.sets[a].weight != packing_.sets[b].weight ? packing_.sets[a].weight > packing_.sets[b].weight : a < b;
    });
    for (const auto set : order) {
      const auto& uses = packing_.sets[set].uses;
      if (std::find(chosen.begin(), chosen.end(), set) != chosen.end()) continue;
      if (!std::all_of(uses.begin(), uses.end(), [&](const PackingUse& use) { return use.amount <= left[use.item]; })) continue;
      for (const auto& use : uses) left[use.item] -= use.amount;
      chosen.push_back(set);
    }
  }

  static constexpr char closed = 0, free = 1, forced = 2;
  void close(std::size_t at) { set(at, closed); }
  void set(std::size_t at, char state) {
    is_open_[at] = state;
    program_.set_limits(at, state == forced ? 1 : 0, state == closed ? 0 : 1);
  }

  // -------------------------------------------------------------- branches

  void branch_and_bound() {
    const auto worse = [](const std::shared_ptr<const Node>& a, const std::shared_ptr<const Node>& b) {
      return a->bound < b->bound;
    };
    std::priority_queue<std::shared_ptr<const Node>, std::vector<std::shared_ptr<const Node>>, decltype(worse)> waiting(worse);
    auto current = std::make_shared<const Node>(Node{nullptr, {}, answer_.bound});
    bool is_root = true;
    while (true) {
      if (!current) {
        if (waiting.empty() || waiting.top()->bound <= answer_.weight) break;
        current = waiting.top();
        waiting.pop();
      }
      if (answer_.nodes >= search_.nodes || stopped()) {
        auto open = std::max(unsettled_, current->bound);
        if (!waiting.empty()) open = std::max(open, waiting.top()->bound);
        answer_.bound = std::min(answer_.bound, open);
        return;
      }
      ++answer_.nodes;
      auto node = std::move(current);
      current = nullptr;
      if (!is_root && !go_to(*node)) continue;
      const bool solved = is_root || program_.solve(LinearProgram::Start::after_bounds, most_iterations, search_.stop);
      is_root = false;
      // Where the simplex gave up the parent's bound holds, and there is nothing to branch on.
      const auto bound = std::min(node->bound, proved_bound());
      if (solved) take_if_integral();
      if (bound <= answer_.weight) continue;
      if (solved && answer_.nodes % nodes_between_dives == 0) {
        dive();
        if (bound <= answer_.weight) continue;
      }
      const auto branch = solved && !is_integral() ? choose() : std::nullopt;
      if (!branch) {
        // Nothing to part it by, and still above: it stays in the bound.
        unsettled_ = std::max(unsettled_, bound);
        continue;
      }
      const auto other = branch->kind == Branch::Kind::together ? Branch::Kind::apart : Branch::Kind::without;
      current = std::make_shared<const Node>(Node{node, *branch, bound});
      waiting.push(std::make_shared<const Node>(Node{node, {other, branch->first, branch->second}, bound}));
    }
    answer_.bound = std::max(answer_.weight, unsettled_);
  }

  /// False if the sets that are to be taken do not go together.
  bool go_to(const Node& node) {
    std::vector<char> open_here(alive_.size(), free);
    std::vector<At> taken;
    for (const auto* at = &node; at && at->parent; at = at->parent.get()) {
      if (at->branch.kind == Branch::Kind::with) taken.push_back(at->branch.first);
      for (std::size_t set = 0; set < alive_.size(); ++set) {
        if (open_here[set] != closed && !goes_with(alive_[set], at->branch)) open_here[set] = closed;
      }
    }
    if (!fits(packing_, taken)) return false;
    for (const auto set : taken) {
      const auto at = static_cast<std::size_t>(std::lower_bound(alive_.begin(), alive_.end(), set) - alive_.begin());
      if (open_here[at] == closed) return false;
      open_here[at] = forced;
    }
    for (std::size_t at = 0; at < alive_.size(); ++at) {
      if (open_here[at] != is_open_[at]) set(at, open_here[at]);
    }
    return true;
  }

  [[nodiscard]] bool goes_with(At set, const Branch& branch) const {
    switch (branch.kind) {
      case Branch::Kind::together: return uses(set, branch.first) == uses(set, branch.second);
      case Branch::Kind::apart: return !(uses(set, branch.first) && uses(set, branch.second));
      case Branch::Kind::without: return set != branch.first;
      case Branch::Kind::with: return set == branch.first || fits(packing_, sorted_pair(set, branch.first));
    }
    return true;
  }
  static std::vector<At> sorted_pair(At a, At b) { return a < b ? std::vector<At>{a, b} : std::vector<At>{b, a}; }

  /// The two items that are most undecided to be together; else a set. Two that are together wherever they are at all would
  /// part nothing: a packing may leave both out.
  std::optional<Branch> choose() const {
    std::map<std::pair<At, At>, double> pairs;
    std::map<At, double> used;
    const auto amounts = program_.amounts();
    std::optional<Branch> best;
    double nearest = 1;
    for (std::size_t at = 0; at < alive_.size(); ++at) {
      if (amounts[at] < integral || amounts[at] > 1 - integral) continue;
      const auto items = single_items(alive_[at]);
      for (std::size_t a = 0; a < items.size() && items.size() <= 40; ++a) {
        used[items[a]] += amounts[at];
        for (std::size_t b = a + 1; b < items.size(); ++b) pairs[{items[a], items[b]}] += amounts[at];
      }
    }
    for (const auto& [pair, amount] : pairs) {
      if (amount < 1e-5 || amount > 1 - 1e-5 || std::abs(amount - 0.6) >= nearest) continue;
      if (used[pair.first] + used[pair.second] - 2 * amount < 1e-5) continue;
      nearest = std::abs(amount - 0.6);
      best = Branch{Branch::Kind::together, pair.first, pair.second};
    }
    if (best) return best;
    for (std::size_t at = 0; at < alive_.size(); ++at) {
      if (amounts[at] < integral || amounts[at] > 1 - integral || std::abs(amounts[at] - 0.6) >= nearest) continue;
      nearest = std::abs(amounts[at] - 0.6);
      best = Branch{Branch::Kind::with, alive_[at], 0};
    }
    return best;
  }

  const Packing& packing_;
  const PackingSearch& search_;
  PackingAnswer answer_;
  std::vector<At> alive_;       // sets that may still matter, in the order of the program's columns
  std::vector<char> is_open_;   // by column
  std::vector<CutRow> cuts_;
  std::vector<std::vector<At>> cuts_of_;  // by column
  LinearProgram program_;
  double scale_ = 1;
  std::int64_t beyond_sum_ = 0, unsettled_ = 0;
};

}  // namespace

bool fits(const Packing& packing, const std::vector<std::uint32_t>& chosen) {
  std::vector<std::pair<std::uint32_t, std::int64_t>> used;
  for (const auto set : chosen) {
    for (const auto& use : packing.sets[set].uses) used.emplace_back(use.item, use.amount);
  }
  std::sort(used.begin(), used.end());
  std::int64_t sum = 0;
  for (std::size_t at = 0; at < used.size(); ++at) {
    sum = (at > 0 && used[at].first == used[at - 1].first ? sum : 0) + used[at].second;
    if (sum > packing.capacities[used[at].first]) return false;
  }
  return true;
}

PackingAnswer pack(const Packing& packing, const PackingSearch& search) { return Packer(packing, search).run(); }

}  // namespace cp::matching
