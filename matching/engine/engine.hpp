// Proposes groups: greedy by regret, then a local search that only ever makes the whole better.
// Pure: no clock, no randomness but the seed, the same proposal for the same instance and seed in
// whatever order families and offers are given.
#pragma once

#include "matching/engine/model.hpp"

#include <cstdint>
#include <functional>

namespace cp::matching {

struct Search {
  std::uint64_t seed = 1;
  /// Trials of the local search at most; the bound that keeps the answer the same everywhere.
  std::int64_t steps = 20'000'000;
  /// Asked every few trials; true ends the search with what there is. It may look at a clock, and
  /// then the answer depends on the machine. Empty never stops.
  std::function<bool()> stop = {};
};

/// `instance` must have passed `validate`.
Proposal propose(const Instance& instance, const Search& search = {});

}  // namespace cp::matching
