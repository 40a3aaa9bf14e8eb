#include "matching/engine/bound.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
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
/// So many rounds that each gain less than this part show that the program is nearly where it ends.
constexpr double least_gain = 2e-5;
constexpr int most_slow_rounds = 3;
/// Where, of many runs, the bound is so near the program, against what is open to what is known, the rest is not worth its rounds.
constexpr double near_enough = 0.005;
constexpr std::size_t many_runs = 100;
constexpr int most_fillings = 60;
/// Of `approach`: the part of the way that closes what is open if it were straight, how much of that the next round goes, how
/// much of the last direction is kept, and how often what climbing finds is put right by exact pricing.
constexpr double first_reach = 0.4, kept_reach = 0.985, kept_direction = 0.4;
constexpr std::int64_t rounds_to_exact = 8;
constexpr std::size_t most_rounds_kept = 60;
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

/// The best that sizes can be worth in so many places, by places; of each number of places the size taken last.
struct Fillings {
  std::vector<double> values;
  std::vector<std::size_t> last;
};
Fillings fill(const std::vector<double>& weights, std::size_t places) {
  Fillings best{std::vector<double>(places + 1, 0), std::vector<std::size_t>(places + 1, 0)};
  for (std::size_t used = 1; used <= places; ++used) {
    best.values[used] = best.values[used - 1];
    for (std::size_t size = 1; size < weights.size() && size <= used; ++size) {
      const auto value = best.values[used - size] + weights[size];
      if (weights[size] <= 0 || value <= best.values[used] + 1e-12) continue;
      best.values[used] = value;
      best.last[used] = size;
    }
  }
  return best;
}

/// How many groups of each size the best filling has.
std::vector<double> counts_of(const Fillings& best, std::size_t sizes) {
  std::vector<double> counts(sizes, 0.0);
  for (auto left = best.last.size() - 1; left > 0;) {
    const auto size = best.last[left];
    if (size > 0) ++counts[size];
    left -= std::max<std::size_t>(1, size);
  }
  return counts;
}

/// Weights by size with which every whole filling is worth at most 1 and `used` more; none if there are no such.
std::vector<double> filling_weights(const std::vector<double>& used, std::size_t places, const RunPricing& run) {
  std::vector<std::size_t> sizes;
  for (std::size_t size = 1; size < used.size(); ++size) {
    if (used[size] > 1e-6) sizes.push_back(size);
  }
  LinearProgram program{std::vector<double>{}};
  for (const auto size : sizes) program.add_column(used[size], {}, 1.0 / static_cast<double>(places / size));
  std::vector<double> weights(used.size(), 0.0);
  for (int round = 0; round < most_fillings; ++round) {
    if (!program.solve(LinearProgram::Start::after_bounds, 1'000) || program.value() <= 1 + least_violation / 2) return {};
    for (std::size_t at = 0; at < sizes.size(); ++at) weights[sizes[at]] = program.amounts()[at];
    const auto best = fill(weights, places);
    if (best.values[places] <= 1 + 1e-7) {
      // Other sizes get what is left beside them.
      for (std::size_t size = 1; size < used.size(); ++size) {
        if (weights[size] > 0 || size > places || !run.has_size(static_cast<std::int64_t>(size))) continue;
        weights[size] = std::max(0.0, 1 - fill(weights, places - size).values.back());
      }
      return weights;
    }
    const auto counts = counts_of(best, used.size());
    std::vector<LinearProgram::Entry> row;
    for (std::size_t at = 0; at < sizes.size(); ++at) {
      if (counts[sizes[at]] > 0) row.push_back({static_cast<int>(at), counts[sizes[at]]});
    }
    program.add_row(1, row);
  }
  return {};
}

/// Which rounds of `approach` price exactly: one in a few, and so at the end that the time has room for them: an exact round
/// puts right what climbing missed, and the bound is lowest where another one follows at once.
class Pacing {
 public:
  enum class Next { climb, exact, over };

  Pacing(std::int64_t rounds, const std::function<double()>& time_left) : rounds_(rounds), time_left_(time_left) {}

  Next next() {
    const auto left = time_left_ ? time_left_() : std::numeric_limits<double>::infinity();
    if (time_left_ && round_ > 0) (last_ == Next::exact ? exact_took_ : climb_took_) = left_ - left;
    left_ = left;
    const auto round = round_++;
    if (round == rounds_ || rounds_to_end_ == 0 || left < least_room * exact_took_) return Next::over;
    if (rounds_to_end_ < 0 && left < room_for_end * exact_took_ + 2 * climb_took_) rounds_to_end_ = 3;
    if (rounds_to_end_ > 0) last_ = rounds_to_end_-- == 2 ? Next::climb : Next::exact;
    else last_ = round % rounds_to_exact == 0 || round + 1 == rounds_ ? Next::exact : Next::climb;
    return last_;
  }

 private:
  static constexpr double least_room = 1.1, room_for_end = 2.4;  // exact rounds
  std::int64_t rounds_, round_ = 0;
  const std::function<double()>& time_left_;
  Next last_ = Next::exact;
  int rounds_to_end_ = -1;
  double left_ = 0, exact_took_ = 0, climb_took_ = 0;
};

}  // namespace

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
  for (const auto& run : runs_) {
    first_limit_row_.push_back(static_cast<int>(capacities.size()));
    limits_.push_back(run.limits());
    for (const auto& limit : limits_.back()) capacities.push_back(static_cast<double>(limit.most));
  }
  fillings_of_.resize(runs_.size());
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
  const auto run = static_cast<std::size_t>(run_at_[column.run]);
  std::vector<LinearProgram::Entry> rows;
  for (const auto family : column.families) rows.push_back({row_of_family_[family], 1});
  for (std::size_t at = 0; at < limits_[run].size(); ++at) {
    const auto used = limits_[run][at].of_size[static_cast<std::size_t>(column.children)];
    if (used > 0) rows.push_back({first_limit_row_[run] + static_cast<int>(at), static_cast<double>(used)});
  }
  for (std::size_t cut = 0; cut < cuts_.size(); ++cut) {
    if (uses_two(column, cuts_[cut], index_.family_count())) rows.push_back({cut_rows_[cut], 1});
  }
  for (const auto at : fillings_of_[run]) {
    rows.push_back({fillings_[at].row, fillings_[at].of_size[static_cast<std::size_t>(column.children)]});
  }
  program_.add_column(static_cast<double>(column.value) / scale, rows);
}

void ColumnGeneration::start_at(std::vector<std::int64_t> family_prices) {
  best_point_ = {std::vector<double>(families_.size()),
                 std::vector<double>(static_cast<std::size_t>(first_cut_row_) - families_.size()), {}, {}};
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
  point.limits = take(static_cast<std::size_t>(first_cut_row_) - families_.size());
  for (const auto row : cut_rows_) point.cuts.push_back(prices[static_cast<std::size_t>(row)] * scale);
  for (const auto& filling : fillings_) point.fillings.push_back(prices[static_cast<std::size_t>(filling.row)] * scale);
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
  return {mix(from.families, to.families), mix(from.limits, to.limits), mix(from.cuts, to.cuts),
          mix(from.fillings, to.fillings)};
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
      double above = 0;
      for (std::size_t limit = 0; limit < limits_[at].size(); ++limit) {
        above += point.limits[static_cast<std::size_t>(first_limit_row_[at]) - families_.size() + limit] *
                 static_cast<double>(limits_[at][limit].of_size[static_cast<std::size_t>(size)]);
      }
      for (const auto filling : fillings_of_[at]) {
        if (filling >= point.fillings.size()) break;
        above += point.fillings[filling] * fillings_[filling].of_size[static_cast<std::size_t>(size)];
      }
      question.above.push_back(std::max<std::int64_t>(0, static_cast<std::int64_t>(std::floor(above))));
    }
    auto answer = run.price(question);
    found.is_exact = found.is_exact && answer.is_exact;
    bound += run.most_groups() == 1 ? *std::max_element(answer.bounds.begin(), answer.bounds.end())
                                    : best_filling(answer.bounds, index_.places_left(run.run()));
    // Of each size the best, which comes last: more would only make the linear program slow.
    for (std::size_t column = 0; column < answer.columns.size(); ++column) {
      const bool is_last = column + 1 == answer.columns.size() ||
                           (run.most_groups() > 1 && answer.columns[column + 1].children != answer.columns[column].children);
      if (is_last) found.columns += add(std::move(answer.columns[column])) ? 1 : 0;
    }
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

std::int64_t ColumnGeneration::want(std::size_t at, const Charges& prices, bool exactly, Wanted& wanted) {
  const auto& run = runs_[at];
  auto& liked = liked_[at];
  const auto reduced = [&](const Column& column) {
    auto value = column.value;
    for (const auto family : column.families) value -= prices.families[family];
    return value;
  };
  const auto sizes = static_cast<std::size_t>(run.most_children()) + 1;
  liked.resize(sizes);
  climbing_.climb(run, prices.families, liked);
  std::vector<std::int64_t> values(sizes, 0);
  for (std::size_t size = 0; size < sizes; ++size) {
    if (!liked[size].families.empty()) values[size] = std::max<std::int64_t>(0, reduced(liked[size]));
  }
  std::optional<std::int64_t> bound;
  if (exactly) {
    // Only better groups than those need be looked for.
    RunPricing::Question question;
    question.prices = &prices;
    question.nodes = nodes_;
    question.best_size_only = run.most_groups() == 1;
    question.above = values;
    if (question.best_size_only) question.above.assign(sizes, *std::max_element(values.begin(), values.end()));
    auto answer = run.price(question);
    wanted.is_exact = wanted.is_exact && answer.is_exact;
    for (auto& column : answer.columns) {
      const auto size = static_cast<std::size_t>(column.children);
      values[size] = std::max<std::int64_t>(0, reduced(column));
      liked[size] = std::move(column);
    }
    bound = run.most_groups() == 1 ? *std::max_element(answer.bounds.begin(), answer.bounds.end())
                                   : best_filling(answer.bounds, index_.places_left(run.run()));
  }
  const auto use = [&](std::size_t size) {
    for (const auto family : liked[size].families) ++wanted.uses[static_cast<std::size_t>(row_of_family_[family])];
    wanted_.push_back(liked[size]);
  };
  if (run.most_groups() == 1) {
    const auto top = static_cast<std::size_t>(std::max_element(values.begin(), values.end()) - values.begin());
    if (values[top] > 0) use(top);
    return bound.value_or(values[top]);
  }
  const auto filling = fill(std::vector<double>(values.begin(), values.end()), static_cast<std::size_t>(index_.places_left(run.run())));
  const auto counts = counts_of(filling, sizes);
  for (std::size_t size = 0; size < sizes; ++size) {
    for (auto count = counts[size]; count > 0.5; --count) use(size);
  }
  return bound.value_or(static_cast<std::int64_t>(filling.values.back()));
}

std::optional<ColumnGeneration::Wanted> ColumnGeneration::wants_at(const Charges& prices, bool exactly) {
  ++rounds_;
  Wanted wanted;
  wanted.bound = price_of_capacities(prices);
  wanted.uses.assign(families_.size(), 0);
  for (std::size_t at = 0; at < runs_.size(); ++at) {
    if (stop_ && stop_()) return std::nullopt;
    wanted.worth_of_run.push_back(want(at, prices, exactly, wanted));
    wanted.bound += wanted.worth_of_run.back();
  }
  return wanted;
}

void ColumnGeneration::note_point(const Point& point, const Charges& prices, const Wanted& wanted) {
  bound_ = wanted.bound;
  bound_is_exact_ = wanted.is_exact;
  best_prices_ = prices;
  best_point_ = point;
  for (std::size_t at = 0; at < runs_.size(); ++at) {
    best_point_.limits[static_cast<std::size_t>(first_limit_row_[at]) - families_.size()] =
        static_cast<double>(wanted.worth_of_run[at]) / static_cast<double>(runs_[at].most_groups());
  }
}

void ColumnGeneration::approach(std::int64_t target, std::int64_t rounds, const std::function<double()>& time_left) {
  if (!has_point_ || runs_.empty() || !cuts_.empty() || !fillings_.empty()) return;
  liked_.resize(runs_.size());
  Point point = best_point_;
  std::vector<double> direction(families_.size(), 0);
  double reach = first_reach;
  Pacing pacing(rounds, time_left);
  for (auto next = pacing.next(); next != Pacing::Next::over; next = pacing.next(), reach *= kept_reach) {
    // Groups wanted at first prices tell little of the last ones.
    if (wanted_.size() > most_rounds_kept * runs_.size()) {
      wanted_.erase(wanted_.begin(), wanted_.end() - static_cast<std::ptrdiff_t>(wanted_.size() / 2));
    }
    const bool exactly = next == Pacing::Next::exact;
    const auto prices = rounded(point);
    const auto wanted = wants_at(prices, exactly);
    if (!wanted) break;
    if (exactly && (!bound_ || wanted->bound < *bound_)) note_point(point, prices, *wanted);
    if (*bound_ <= target) break;
    double length = 0;
    for (std::size_t row = 0; row < families_.size(); ++row) {
      const auto capacity = static_cast<double>(index_.most_groups(families_[row]));
      direction[row] = kept_direction * direction[row] + (1 - kept_direction) * (wanted->uses[row] - capacity);
      if (point.families[row] <= 0 && direction[row] < 0) direction[row] = 0;
      length += direction[row] * direction[row];
    }
    if (length < 1e-9) break;
    const auto step = reach * static_cast<double>(wanted->bound - target) / length;
    for (std::size_t row = 0; row < families_.size(); ++row) {
      point.families[row] = std::max(0.0, point.families[row] + step * direction[row]);
    }
  }
  take_wanted();
}

/// Those that lose least at the best prices start the linear program: many more of them would only make it slow.
void ColumnGeneration::take_wanted() {
  if (!bound_) wanted_.clear();  // stopped before there were prices to tell them by
  std::vector<std::pair<std::int64_t, std::size_t>> order;
  for (std::size_t at = 0; at < wanted_.size(); ++at) {
    auto loss = best_point_.limits.empty() ? 0 : static_cast<std::int64_t>(best_point_.limits[static_cast<std::size_t>(
        first_limit_row_[static_cast<std::size_t>(run_at_[wanted_[at].run])]) - families_.size()]);
    loss -= wanted_[at].value;
    for (const auto family : wanted_[at].families) loss += best_prices_.families[family];
    order.emplace_back(loss, at);
  }
  std::sort(order.begin(), order.end());
  const auto most = pool_.size() + families_.size() + 3 * runs_.size();
  for (const auto& [loss, at] : order) {
    if (pool_.size() >= most) break;
    add(std::move(wanted_[at]));
  }
  wanted_.clear();
  liked_.clear();
}

void ColumnGeneration::generate(std::int64_t target) {
  converged_ = false;
  if (runs_.empty()) bound_ = 0, bound_is_exact_ = converged_ = true;
  if (!bound_ && has_point_ && !price_all(best_point_)) return;
  double step = first_step, value_before = 0;
  int slow = 0;
  while (!converged_ && !(bound_ && *bound_ <= target)) {
    if (stop_ && stop_()) return;
    if (!program_.solve(LinearProgram::Start::after_columns, most_iterations, stop_)) return;
    const auto aim = program_point();
    const bool straight = !has_point_ || step >= 1;
    const auto found = price_all(straight ? aim : between(best_point_, aim, step));
    if (!found) return;
    // Prices move on in small steps for long: where the program gains next to nothing more is asked of each run instead.
    slow = program_.value() < value_before * (1 + least_gain) ? slow + 1 : 0;
    value_before = program_.value();
    if (found->columns > 0 && slow < most_slow_rounds) {
      if (!straight) step = found->is_better ? std::max(first_step, step - 0.1) : std::min(0.9, step + 0.05);
    } else {
      slow = 0;
      if (!found->is_exact && nodes_ < most_nodes) nodes_ *= 8;
      else if (!straight) step = 1;  // ask at the linear program's own prices
      else converged_ = found->columns == 0;
    }
    if (bound_ && static_cast<double>(*bound_) - program_.value() * scale < 1e-6 * static_cast<double>(*bound_) &&
        found->columns == 0) converged_ = true;
    const auto value = program_.value() * scale, open = value - static_cast<double>(target);
    if (bound_ && runs_.size() > many_runs && static_cast<double>(*bound_) - value < near_enough * open) return;
  }
}

std::vector<RunPricing::Limit> ColumnGeneration::limits(std::size_t at) const {
  auto limits = limits_[at];
  for (const auto filling : fillings_of_[at]) {
    // In thousandths, rounded down: whole fillings then stay within a thousand.
    auto& limit = limits.emplace_back(RunPricing::Limit{1'000, {}});
    for (const auto weight : fillings_[filling].of_size) {
      limit.of_size.push_back(static_cast<std::int64_t>(std::floor(1'000 * weight + 1e-6)));
    }
  }
  return limits;
}

std::size_t ColumnGeneration::add_cuts() {
  const auto added = add_filling_cuts() + add_company_cuts();
  if (added > 0) program_.solve(LinearProgram::Start::after_bounds, most_iterations, stop_);
  return added;
}

/// Of one run's groups the linear program takes parts, so that they fill places that whole groups could not. What all whole
/// fillings keep and the parts break is found by another small linear program: weights by size under which no filling is
/// worth more than 1 and the parts are worth most.
std::size_t ColumnGeneration::add_filling_cuts() {
  std::vector<std::vector<double>> used(runs_.size());
  const auto amounts = program_.amounts();
  for (std::size_t at = 0; at < amounts.size(); ++at) {
    const auto run = static_cast<std::size_t>(run_at_[pool_[at].run]);
    if (amounts[at] < 1e-6 || runs_[run].most_groups() == 1) continue;
    if (used[run].empty()) used[run].resize(static_cast<std::size_t>(runs_[run].most_children()) + 1);
    used[run][static_cast<std::size_t>(pool_[at].children)] += amounts[at];
  }
  std::size_t added = 0;
  for (std::size_t run = 0; run < runs_.size(); ++run) {
    const auto is_whole = [](double amount) { return std::abs(amount - std::round(amount)) < 1e-6; };
    if (std::all_of(used[run].begin(), used[run].end(), is_whole)) continue;
    auto weights = filling_weights(used[run], static_cast<std::size_t>(index_.places_left(runs_[run].run())), runs_[run]);
    if (weights.empty()) continue;
    std::vector<LinearProgram::Entry> columns;
    for (std::size_t at = 0; at < pool_.size(); ++at) {
      if (static_cast<std::size_t>(run_at_[pool_[at].run]) != run) continue;
      columns.push_back({static_cast<int>(at), weights[static_cast<std::size_t>(pool_[at].children)]});
    }
    fillings_of_[run].push_back(fillings_.size());
    fillings_.push_back({std::move(weights), static_cast<int>(program_.row_count())});
    program_.add_row(1, columns);
    ++added;
  }
  return added;
}

/// Of three things of which each can be used once, two are used at most once.
std::size_t ColumnGeneration::add_company_cuts() {
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
    cut_rows_.push_back(static_cast<int>(program_.row_count()));
    program_.add_row(1, columns);
    cuts_.push_back(cut);
    ++added;
  }
  return added;
}

/// Such a solution loses less at the best prices than the bound of all runs at these prices is above `least`.
Losses::Groups ColumnGeneration::columns_for(std::int64_t least, std::size_t most, const std::function<bool()>& stop) const {
  if (!bound_) return {{}, false};
  Losses::Question question;
  for (const auto& run : runs_) question.runs.push_back(&run);
  question.prices = &best_prices_;
  question.nodes = nodes_;
  question.stop = stop;
  const Losses losses(index_, std::move(question));
  if (losses.was_stopped()) return {{}, false};
  return losses.losing_up_to(price_of_capacities(best_prices_) + losses.best_sum() - least, most, most_nodes);
}

}  // namespace cp::matching
