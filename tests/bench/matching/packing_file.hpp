// Set-packing instances in the plain text of the published collections, all numbers apart by white space:
//
//   items sets
//   the weight of each set
//   for each set how many items it has, and which, from 1
//
// Some collections list, after the weights, for each item the sets that have it. Which of the two a file does is told by how
// many lists there are; where both numbers are the same they are sets.
#pragma once

#include "matching/engine/packing.hpp"
#include "shared/core/error.hpp"

#include <cstdint>
#include <ostream>
#include <string_view>

namespace cp::matching::bench {

inline constexpr std::int64_t most_items = 1'000'000, most_sets = 1'000'000, most_uses = 50'000'000;
inline constexpr std::int64_t most_weight = 1'000'000'000;

/// Or what is wrong, and at which number of the file: not-a-number, too-large, unknown-item, item-twice, ends-early, too-long.
Result<Packing> read_packing(std::string_view text);
void write_packing(std::ostream& to, const Packing& packing);

/// A family of random instances: each item is in each set with the chance `density`, and in two sets at least; weights are
/// whole numbers from 1 to `most_weight`, all of them 1 where that is 1.
struct PackingShape {
  std::int64_t items = 500, sets = 100;
  double density = 0.02;
  std::int64_t most_weight = 20;
  std::uint64_t seed = 1;
};
Packing generate_packing(const PackingShape& shape);

}  // namespace cp::matching::bench
