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

/// What one family brings by itself, without the saving, which depends on the size, and by what rounding may be off.
struct OneValued {
  std::int64_t value = 0, tolerance = 0;
};
OneValued value_of_one(const Policy& policy, const Offer& offer, const Run& run, const MemberOf& member);
/// Of two families in one group; it counts by the mean over its pairs.
std::int64_t value_of_pair(const Policy& policy, const Family& a, const Family& b);
/// Thousandths that a family with `own` children saves in a group of so many.
std::int64_t saving_of(const Offer& offer, const Run& run, std::int64_t own, std::int64_t children);

Valued value_of(const Policy& policy, const Offer& offer, const Run& run, const std::vector<MemberOf>& members);

}  // namespace cp::matching::checking
