#include "matching/engine/losses.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace cp::matching {

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

Losses::Losses(const Index& index, Question question) : index_(index), question_(std::move(question)) {
  for (const auto* run : question_.runs) {
    if (question_.stop && question_.stop()) return;
    RunPricing::Question asked;
    asked.prices = question_.prices;
    asked.allowed = question_.allowed;
    asked.nodes = question_.nodes;
    asked.best_size_only = run->most_groups() == 1;
    asked.above.assign(static_cast<std::size_t>(run->most_children()) + 1, 0);
    by_size_.push_back(run->price(asked).bounds);
    best_.push_back(asked.best_size_only ? *std::max_element(by_size_.back().begin(), by_size_.back().end())
                                         : best_filling(by_size_.back(), index.places_left(run->run())));
  }
}

std::int64_t Losses::best_sum() const { return std::accumulate(best_.begin(), best_.end(), std::int64_t{0}); }

/// What the other groups of the run can be worth where one has so many children.
std::int64_t Losses::best_beside(std::size_t at, std::int64_t children) const {
  const auto& run = *question_.runs[at];
  return run.most_groups() == 1 ? 0 : best_filling(by_size_[at], index_.places_left(run.run()) - children);
}

Losses::Groups Losses::losing_up_to(std::int64_t loss, std::size_t most, std::int64_t nodes) const {
  Groups groups;
  for (std::size_t at = 0; at < question_.runs.size(); ++at) {
    if ((question_.stop && question_.stop()) || groups.columns.size() > most) {
      groups.is_complete = false;
      break;
    }
    RunPricing::Question asked;
    asked.prices = question_.prices;
    asked.allowed = question_.allowed;
    asked.everything = true;
    asked.nodes = nodes;
    asked.columns = most - groups.columns.size() + 1;
    for (std::int64_t size = 0; size <= question_.runs[at]->most_children(); ++size) {
      asked.above.push_back(best_[at] - best_beside(at, size) - loss - 1);
    }
    auto answer = question_.runs[at]->price(asked);
    groups.columns.insert(groups.columns.end(), std::make_move_iterator(answer.columns.begin()),
                          std::make_move_iterator(answer.columns.end()));
    groups.is_complete = groups.is_complete && answer.is_exact;
  }
  if (groups.columns.size() > most) groups.is_complete = false;
  return groups;
}

}  // namespace cp::matching
