// Groups without an offer yet: what families who were left out have in common, for providers to read. Pure.
#pragma once

#include "matching/engine/model.hpp"

#include <vector>

namespace cp::matching {

/// Clusters of families left out who want the same activity, have an hour of the same day free together, live so that the
/// middle of them is near enough for each, and may meet; at least the policy's `minimum_families`, each family in one
/// cluster of an activity at most. Who has waited longest is looked at first, then the nearest to it: simple, the same every
/// time, and not the best possible.
std::vector<UnmetNeed> find_unmet(const Instance& instance, const std::vector<LeftOut>& left_out);

}  // namespace cp::matching
