#include "matching/engine/bound.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace cp::matching {
namespace {

/// The linear program counts in thousandths of a value, which suits its tolerances.
constexpr double scale = 1'000;
/// How far prices move from the best known ones towards those of the linear program.
constexpr double first_step = 0.4;
/// Pricing of one run is cut off here at last, and the bound then is a little too high.
constexpr std::int64_t most_nodes = 400'000;
constexpr int most_iterations = 200'000;
constexpr double least_violation = 0.04;
constexpr std::size_t most_cuts_at_once = 120;
constexpr std::size_t most_cuts = 1'500;

std::uint64_t key_of(const Column& column) {
  std::uint64_t hash = 0x9E3779B97F4A7C15 ^ column.run;
  for (const auto family : column.families) {
    hash = (hash ^ (family + 1)) * 0xBF58476D1CE4E5B9;
    hash ^= hash >> 29;
  }
  return hash;
}

}  // namespace

std::int64_t best_filling(std::span<const std::int64_t> values, std::int64_t places) {
  std::vector<std::int64_t> best(static_cast<std::size_t>(places) + 1, 0);
  for (std::size_t used = 1; used < best.size(); ++used) {
    best[used] = best[used - 1];
    for (std::size_t size = 1; size < values.size() && size <= used; ++size) {
      best[used] = std::max(best[used], best[used - size] + values[size]);
    }
  }
  return best.back();
}

ColumnGeneration::ColumnGeneration(const Index& index, const Scope& scope, std::function<bool()> stop)
    : index_(index), stop_(std::move(stop)), run_at_(index.run_count(), -1),
      row_of_family_(index.family_count(), -1), program_(std::vector<double>{}) {
  const auto add_run = [&](RunAt run) {
    RunPricing pricing(index, run, scope.families);
    if (!pricing.can_have_groups()) return;
    run_at_[run] = static_cast<std::int32_t>(runs_.size());
    runs_.push_back(std::move(pricing));
  };
  if (scope.runs.empty()) {
    for (RunAt run = 0; run < index.run_count(); ++run) add_run(run);
  }
  for (const auto run : scope.runs) add_run(run);
  add_rows();
}

void ColumnGeneration::add_rows() {
  for (const auto& run : runs_) {
    for (const auto family : run.families()) row_of_family_[family] = 0;
  }
  for (FamilyAt family = 0; family < row_of_family_.size(); ++family) {
    if (row_of_family_[family] < 0) continue;
    row_of_family_[family] = static_cast<std::int32_t>(families_.size());
    families_.push_back(family);
  }
  std::vector<double> capacities;
  for (const auto family : families_) capacities.push_back(static_cast<double>(index_.most_groups(family)));
  for (const auto& run : runs_) capacities.push_back(static_cast<double>(run.most_groups()));
  for (const auto& run : runs_) {
    places_row_.push_back(run.most_groups() > 1 ? static_cast<int>(capacities.size()) : -1);
    if (run.most_groups() > 1) capacities.push_back(static_cast<double>(index_.places_left(run.run())));
  }
  first_cut_row_ = static_cast<int>(capacities.size());
  program_ = LinearProgram(capacities);
}

bool ColumnGeneration::add(Column column) {
  if (run_at_[column.run] < 0 || !known_.insert(key_of(column)).second) return false;
  add_to_program(column);
  pool_.push_back(std::move(column));
  return true;
}

void ColumnGeneration::add_to_program(const Column& column) {
  const auto run = run_at_[column.run];
  std::vector<LinearProgram::Entry> rows;
  for (const auto family : column.families) rows.push_back({row_of_family_[family], 1});
  rows.push_back({static_cast<int>(families_.size()) + run, 1});
  if (const auto row = places_row_[static_cast<std::size_t>(run)]; row >= 0) {
    rows.push_back({row, static_cast<double>(column.children)});
  }
  for (std::size_t cut = 0; cut < cuts_.size(); ++cut) {
    if (uses_two(column, cuts_[cut], index_.family_count())) rows.push_back({first_cut_row_ + static_cast<int>(cut), 1});
  }
  program_.add_column(static_cast<double>(column.value) / scale, rows);
}

void ColumnGeneration::start_at(std::vector<std::int64_t> family_prices) {
  best_point_ = {std::vector<double>(families_.size()), std::vector<double>(runs_.size()),
                 std::vector<double>(runs_.size()), {}};
  for (std::size_t row = 0; row < families_.size(); ++row) {
    best_point_.families[row] = static_cast<double>(family_prices[families_[row]]);
  }
  has_point_ = true;
}

ColumnGeneration::Point ColumnGeneration::program_point() const {
  const auto prices = program_.prices();
  Point point;
  auto next = prices.begin();
  const auto take = [&](std::size_t count) {
    std::vector<double> part(next, next + static_cast<std::ptrdiff_t>(count));
    next += static_cast<std::ptrdiff_t>(count);
    for (auto& price : part) price *= scale;
    return part;
  };
  point.families = take(families_.size());
  point.groups = take(runs_.size());
  for (const auto row : places_row_) point.places.push_back(row < 0 ? 0 : prices[static_cast<std::size_t>(row)] * scale);
  next = prices.begin() + first_cut_row_;
  point.cuts = take(cuts_.size());
  return point;
}

ColumnGeneration::Point ColumnGeneration::between(const Point& from, const Point& to, double part) const {
  const auto mix = [part](const std::vector<double>& a, const std::vector<double>& b) {
    std::vector<double> mixed(b.size());
    for (std::size_t at = 0; at < b.size(); ++at) {
      const double start = at < a.size() ? a[at] : 0;
      mixed[at] = start + part * (b[at] - start);
    }
    return mixed;
  };
  return {mix(from.families, to.families), mix(from.groups, to.groups), mix(from.places, to.places),
          mix(from.cuts, to.cuts)};
}

Charges ColumnGeneration::rounded(const Point& point) const {
  Charges prices{std::vector<std::int64_t>(index_.family_count(), 0), cuts_};
  for (std::size_t row = 0; row < families_.size(); ++row) {
    prices.families[families_[row]] = std::llround(point.families[row]);
  }
  for (std::size_t cut = 0; cut < cuts_.size(); ++cut) {
    prices.cuts[cut].price = cut < point.cuts.size() ? 2 * std::llround(point.cuts[cut] / 2) : 0;
  }
  return prices;
}

std::int64_t ColumnGeneration::price_of_capacities(const Charges& prices) const {
  std::int64_t sum = 0;
  for (const auto family : families_) sum += prices.families[family] * index_.most_groups(family);
  for (const auto& cut : prices.cuts) sum += cut.price;
  return sum;
}

std::optional<ColumnGeneration::Found> ColumnGeneration::price_all(const Point& point) {
  ++rounds_;
  const auto prices = rounded(point);
  Found found;
  auto bound = price_of_capacities(prices);
  for (std::size_t at = 0; at < runs_.size(); ++at) {
    if (stop_ && stop_()) return std::nullopt;
    const auto& run = runs_[at];
    RunPricing::Question question;
    question.prices = &prices;
    question.nodes = nodes_;
    question.best_size_only = run.most_groups() == 1;
    for (std::int64_t size = 0; size <= run.most_children(); ++size) {
      const auto above = run.has_size(size) ? point.groups[at] + point.places[at] * static_cast<double>(size) : 0;
      question.above.push_back(std::max<std::int64_t>(0, static_cast<std::int64_t>(std::floor(above))));
    }
    auto answer = run.price(question);
    found.is_exact = found.is_exact && answer.is_exact;
    bound += run.most_groups() == 1 ? *std::max_element(answer.bounds.begin(), answer.bounds.end())
                                    : best_filling(answer.bounds, index_.places_left(run.run()));
    for (auto& column : answer.columns) found.columns += add(std::move(column)) ? 1 : 0;
  }
  if (!bound_ || bound < *bound_) {
    found.is_better = true;
    bound_ = bound;
    bound_is_exact_ = found.is_exact;
    best_point_ = point;
    best_prices_ = prices;
    has_point_ = true;
  }
  return found;
}

void ColumnGeneration::generate(std::int64_t target) {
  converged_ = false;
  if (runs_.empty()) bound_ = 0, bound_is_exact_ = converged_ = true;
  if (!bound_ && has_point_ && !price_all(best_point_)) return;
  double step = first_step;
  while (!converged_ && !(bound_ && *bound_ <= target)) {
    if (stop_ && stop_()) return;
    if (!program_.solve(LinearProgram::Start::after_columns, most_iterations)) return;
    const auto aim = program_point();
    const bool straight = !has_point_ || step >= 1;
    const auto found = price_all(straight ? aim : between(best_point_, aim, step));
    if (!found) return;
    if (found->columns > 0) {
      step = found->is_better ? std::max(first_step, step - 0.1) : std::min(0.9, step + 0.05);
    } else if (!straight) {
      step = 1;  // nothing new between: ask at the linear program's own prices
    } else if (!found->is_exact && nodes_ < most_nodes) {
      nodes_ *= 8;
    } else {
      converged_ = true;
    }
    if (bound_ && static_cast<double>(*bound_) - program_.value() * scale < 1e-6 * static_cast<double>(*bound_) &&
        found->columns == 0) converged_ = true;
  }
}

std::vector<double> ColumnGeneration::reduced_values() const {
  auto values = program_.reduced_weights();
  for (auto& value : values) value *= scale;
  return values;
}

std::size_t ColumnGeneration::add_cuts() {
  if (index_.policy().groups_per_family != 1 || cuts_.size() >= most_cuts) return 0;
  const auto amounts = program_.amounts();
  const auto family_count = static_cast<std::uint32_t>(index_.family_count());
  // How much of each pair of things is in one group, and each triple.
  std::map<std::uint32_t, std::map<std::uint32_t, double>> together;
  std::map<std::array<std::uint32_t, 3>, double> triples;
  for (std::size_t at = 0; at < amounts.size(); ++at) {
    if (amounts[at] < 1e-6 || amounts[at] > 1 - 1e-6) continue;
    const auto things = things_of(pool_[at], family_count, runs_[static_cast<std::size_t>(run_at_[pool_[at].run])]);
    for (std::size_t a = 0; a < things.size(); ++a) {
      for (std::size_t b = a + 1; b < things.size(); ++b) {
        together[things[a]][things[b]] += amounts[at];
        for (std::size_t c = b + 1; c < things.size(); ++c) triples[{things[a], things[b], things[c]}] += amounts[at];
      }
    }
  }
  const auto pair = [&](std::uint32_t a, std::uint32_t b) {
    const auto row = together.find(a);
    if (row == together.end()) return 0.0;
    const auto found = row->second.find(b);
    return found == row->second.end() ? 0.0 : found->second;
  };
  std::vector<std::pair<double, std::array<std::uint32_t, 3>>> broken;
  const auto try_triple = [&](std::array<std::uint32_t, 3> things) {
    std::sort(things.begin(), things.end());
    const auto found = triples.find(things);
    const auto all = found == triples.end() ? 0.0 : found->second;
    const auto use = pair(things[0], things[1]) + pair(things[1], things[2]) + pair(things[0], things[2]) - 2 * all;
    if (use > 1 + least_violation) broken.push_back({use, things});
  };
  std::map<std::uint32_t, std::vector<std::uint32_t>> neighbours;
  for (const auto& [a, row] : together) {
    for (const auto& [b, amount] : row) neighbours[a].push_back(b), neighbours[b].push_back(a);
  }
  for (const auto& [a, near] : neighbours) {
    for (std::size_t x = 0; x < near.size(); ++x) {
      for (std::size_t y = x + 1; y < near.size(); ++y) try_triple({a, near[x], near[y]});
    }
  }
  std::sort(broken.begin(), broken.end(), [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first > b.first : a.second < b.second;
  });
  broken.erase(std::unique(broken.begin(), broken.end()), broken.end());
  // The worst of them, no thing in too many at once.
  std::map<std::uint32_t, int> uses;
  std::size_t added = 0;
  for (const auto& [use, things] : broken) {
    if (added == most_cuts_at_once) break;
    if (std::any_of(things.begin(), things.end(), [&](auto thing) { return uses[thing] >= 5; })) continue;
    for (const auto thing : things) ++uses[thing];
    const Cut cut{things, 0};
    std::vector<LinearProgram::Entry> columns;
    for (std::size_t at = 0; at < pool_.size(); ++at) {
      if (uses_two(pool_[at], cut, family_count)) columns.push_back({static_cast<int>(at), 1});
    }
    program_.add_row(1, columns);
    cuts_.push_back(cut);
    ++added;
  }
  if (added > 0) program_.solve(LinearProgram::Start::after_bounds, most_iterations);
  return added;
}

ColumnGeneration::Complete ColumnGeneration::columns_for(std::int64_t least, std::size_t most) {
  Complete complete;
  if (!bound_) return {{}, false};
  // How far the best of each run may be missed: less by what this proposal is worth than the bound.
  std::vector<std::vector<std::int64_t>> values;
  auto bound = price_of_capacities(best_prices_);
  std::vector<std::int64_t> best;
  for (const auto& run : runs_) {
    if (stop_ && stop_()) return {{}, false};
    RunPricing::Question question;
    question.prices = &best_prices_;
    question.nodes = nodes_;
    question.best_size_only = run.most_groups() == 1;
    question.above.assign(static_cast<std::size_t>(run.most_children()) + 1, 0);
    values.push_back(run.price(question).bounds);
    best.push_back(run.most_groups() == 1 ? *std::max_element(values.back().begin(), values.back().end())
                                          : best_filling(values.back(), index_.places_left(run.run())));
    bound += best.back();
  }
  const auto slack = bound - least;
  for (std::size_t at = 0; at < runs_.size(); ++at) {
    if (stop_ && stop_()) return {{}, false};
    const auto& run = runs_[at];
    const auto places = index_.places_left(run.run());
    RunPricing::Question question;
    question.prices = &best_prices_;
    question.everything = true;
    question.nodes = most_nodes;
    question.columns = most - std::min(most, complete.columns.size()) + 1;
    for (std::int64_t size = 0; size <= run.most_children(); ++size) {
      const auto beside = run.most_groups() == 1 ? 0 : best_filling(values[at], places - size);
      question.above.push_back(best[at] - beside - slack - 1);
    }
    auto answer = run.price(question);
    for (auto& column : answer.columns) complete.columns.push_back(std::move(column));
    complete.is_complete = complete.is_complete && answer.is_exact;
    if (complete.columns.size() > most) return {std::move(complete.columns), false};
  }
  return complete;
}

}  // namespace cp::matching
