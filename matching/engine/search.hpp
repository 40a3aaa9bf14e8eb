// What the stages of the search share: the index, the arrangement as it stands, chance and how long they may go on.
#pragma once

#include "matching/engine/arrangement.hpp"
#include "matching/engine/engine.hpp"
#include "matching/engine/random.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>

namespace cp::matching {

/// How long a stage may go on: in trials, which are the same everywhere, and in a part of the caller's time.
class Budget {
 public:
  explicit Budget(const Search& search, std::int64_t most_trials = std::numeric_limits<std::int64_t>::max(),
                  double time_from = 0, double time_to = 1)
      : time_used_(search.time_used), most_(std::min(search.steps, most_trials)), from_(time_from), to_(time_to) {}

  void count(std::int64_t trials = 1) { trials_ += trials; }
  [[nodiscard]] std::int64_t trials() const { return trials_; }
  /// The trials or the time are used up; asks the caller's clock once in a few trials.
  bool is_spent() {
    if (spent_ || trials_ >= most_) return spent_ = true;
    if (time_used_ && trials_ >= next_question_) {
      next_question_ = trials_ + trials_between_questions;
      spent_ = time_used_() >= to_;
    }
    return spent_;
  }
  [[nodiscard]] bool has_clock() const { return time_used_ != nullptr; }
  /// The part of it that is used, from 0 to 1.
  [[nodiscard]] double used() const {
    const auto by_trials = static_cast<double>(trials_) / static_cast<double>(std::max<std::int64_t>(1, most_));
    const auto by_time = time_used_ && to_ > from_ ? (time_used_() - from_) / (to_ - from_) : 0;
    return std::clamp(std::max(by_trials, by_time), 0.0, 1.0);
  }

 private:
  static constexpr std::int64_t trials_between_questions = 64;
  std::function<double()> time_used_;
  std::int64_t most_;
  double from_, to_;
  std::int64_t trials_ = 0;
  std::int64_t next_question_ = 0;
  bool spent_ = false;
};

/// A search over one index: a whole instance or a part of it.
struct Work {
  Work(const Index& over, std::uint64_t seed, Budget limits) : index(over), now(over), random(seed), budget(std::move(limits)) {}
  const Index& index;
  Arrangement now;
  Random random;
  Budget budget;
};

}  // namespace cp::matching
