// The value of a group as docs/matching.md tells it, worked out without the engine's code.
#pragma once

#include "matching/engine/model.hpp"

#include <cstdint>
#include <vector>

namespace cp::matching::checking {

struct Valued {
  std::int64_t score = 0;
  /// The distance term is rounded, and two formulas for the distance may round to either side: the score may be so much off.
  std::int64_t tolerance = 0;
  Terms terms;
};

struct MemberOf {
  const Family* family = nullptr;
  bool was_here = false;  // in a proposed group on the run before
};

Valued value_of(const Policy& policy, const Offer& offer, const Run& run, const std::vector<MemberOf>& members);

}  // namespace cp::matching::checking
