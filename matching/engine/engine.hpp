// Proposes groups: greedy by regret, then a local search that keeps the best it has seen.
// Pure: no clock, no randomness but the seed, the same proposal for the same instance and seed in
// whatever order families and offers are given and however many threads share the work.
#pragma once

#include "matching/engine/model.hpp"

#include <cstdint>
#include <functional>
#include <string_view>

namespace cp::matching {

struct Search {
  std::uint64_t seed = 1;
  /// Trials of the local search at most; the bound that keeps the answer the same everywhere.
  std::int64_t steps = 20'000'000;
  /// The part of the time there is that has been used; at 1 the search ends with what there is. It may look at a clock, and
  /// then the answer depends on the machine. Asked every few trials, from every thread. Empty: the steps alone decide.
  std::function<double()> time_used = {};
  std::int64_t threads = 1;
  /// Where there are so many families and half as many again they are searched in regions of about so many: what belongs to
  /// one then fits into a core's own cache.
  std::int64_t families_of_region = 2'000;
  /// Told at the end of each stage, from the calling thread: what was done, and what is reached by then.
  std::function<void(std::string_view stage, std::int64_t score)> progress = {};
};

/// `instance` must have passed `validate`.
Proposal propose(const Instance& instance, const Search& search = {});

}  // namespace cp::matching
