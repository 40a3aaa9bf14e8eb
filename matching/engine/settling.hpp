// Makes blocking moves until none is left: moves to another group, or to a new one, that everybody who moves and everybody who
// receives is for, and that raise the score. docs/matching.md defines them and proves that this ends.
#pragma once

#include "matching/engine/search.hpp"

#include <cstdint>

namespace cp::matching {

struct Settled {
  bool is_through = false;  // no blocking move is left
  std::int64_t moves = 0;   // made
  /// Families who would rather be in another group that would have them, where those left behind would lose more or could
  /// not go on; only if it is through.
  std::int64_t rather_elsewhere = 0;
};

/// Looks at every group of the work's arrangement, and then again at what moves changed, within the work's budget.
Settled settle(Work& work);

}  // namespace cp::matching
