// What the engine's search is compared with: the annealing that anybody would write first. A family at a time is put into a
// group, moved, exchanged or taken out, or a new group is opened around it from families drawn by chance; a worse outcome
// stays by chance, ever more rarely. It uses the engine's index and arrangement, so that only the search differs.
#pragma once

#include "matching/engine/index.hpp"

#include <cstdint>

namespace cp::matching::bench {

/// The score after so many CPU-seconds, from nothing.
std::int64_t anneal(const Index& index, double seconds, std::uint64_t seed);
/// The score of the first arrangement by regret alone.
std::int64_t place_greedily(const Index& index, std::uint64_t seed);

}  // namespace cp::matching::bench
