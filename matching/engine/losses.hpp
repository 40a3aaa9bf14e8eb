// What groups of some runs lose at prices against the best that each run could have, and those that lose little.
#pragma once

#include "matching/engine/pricing.hpp"

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace cp::matching {

class Losses {
 public:
  struct Question {
    std::vector<const RunPricing*> runs;
    const Charges* prices = nullptr;
    const std::vector<char>* allowed = nullptr;  // by family: only groups of these; null is all
    std::int64_t nodes = 10'000;                 // of each pricing
    std::function<bool()> stop = {};
  };
  /// Prices all of the runs; what is asked must outlive this.
  Losses(const Index& index, Question question);

  /// Stopped before every run was priced: then nothing is known.
  [[nodiscard]] bool was_stopped() const { return best_.size() < question_.runs.size(); }
  /// No choice of groups of these runs is worth more after prices.
  [[nodiscard]] std::int64_t best_sum() const;

  struct Groups {
    std::vector<Column> columns;
    bool is_complete = true;
  };
  /// Every group in a choice that loses no more than this against `best_sum`, unless there are more than `most` or a run has more
  /// than `nodes` to look at.
  [[nodiscard]] Groups losing_up_to(std::int64_t loss, std::size_t most, std::int64_t nodes) const;

 private:
  [[nodiscard]] std::int64_t best_beside(std::size_t at, std::int64_t children) const;

  const Index& index_;
  Question question_;
  std::vector<std::vector<std::int64_t>> by_size_;  // the best of each run
  std::vector<std::int64_t> best_;                  // of each run in all of its places
};

/// The best that groups of a run can be worth together: `values` by size, `places` in all.
std::int64_t best_filling(std::span<const std::int64_t> values, std::int64_t places);

}  // namespace cp::matching
