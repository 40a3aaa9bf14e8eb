// The first arrangement: by regret, and never one that breaks a rule.
#pragma once

#include "matching/engine/search.hpp"

namespace cp::matching {

/// Places every family it can, those first who would lose most.
void place_by_regret(Work& work);

}  // namespace cp::matching
