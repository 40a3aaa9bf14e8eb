// Parts a country where it costs least: between towns rather than through them.
#pragma once

#include "matching/engine/index.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace cp::matching {

/// The part of each run, from 0 to below `parts`. Runs are halved again and again by a line from north to south or from west to
/// east that parts as few families from some of their runs as can be, and leaves neither side much smaller. Those whom the cut
/// `before` parted, if there was one, count more, so that other lines are found where that costs little.
std::vector<std::uint32_t> cut_by_places(const Index& index, std::size_t parts, const std::vector<std::uint32_t>& before = {});

}  // namespace cp::matching
