// Makes a packing better by exchanges: a set comes in, those in its way go, others fill what became free.
#pragma once

#include "matching/engine/packing.hpp"

namespace cp::matching {

/// `start` or better after so many attempts.
std::vector<std::uint32_t> exchange_sets(const Packing& packing, const std::vector<std::uint32_t>& start,
                                         std::int64_t attempts, std::uint64_t seed, const std::function<bool()>& stop);

}  // namespace cp::matching
