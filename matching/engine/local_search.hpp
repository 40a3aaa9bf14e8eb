// Makes an arrangement better by small changes and by rebuilding a few neighbouring groups at a time.
#pragma once

#include "matching/engine/search.hpp"

#include <span>

namespace cp::matching {

/// Closes two or three groups that compete for families, places everybody concerned anew and keeps the outcome if it is
/// better or, the rarer the later, a little worse. Ends with the best seen when `trials` or the budget are used up, or when
/// round after round found nothing better.
void rebuild(Work& work);

/// The same around some families only, without ever going down: an outcome stays if it gains more than `disturbance` for
/// each group it cleared. Locked groups are not touched.
void rebuild_near(Work& work, std::span<const FamilyAt> families, std::int64_t disturbance);

}  // namespace cp::matching
