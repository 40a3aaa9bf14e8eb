// Instances that look like a real authority's, for tests and measurements. Ages, needs, sizes of
// families and budgets follow published evaluations; prices and travel have no source and are
// invented to be plausible. docs/matching-format.md says which is which.
#pragma once

#include "matching/engine/model.hpp"

#include <cstdint>

namespace cp::matching {

struct Shape {
  std::int64_t families = 100;
  std::int64_t offers = 20;  // each has one to three runs, two on average
  /// From 0 to 1: how much of the week families are free, how many activities they want and how
  /// much offers cater for.
  double density = 0.5;
  std::uint64_t seed = 1;
  /// More families live in more towns, so that no run has more of them to choose from.
  std::int64_t families_per_town = 1'000;
};

/// `sparse`: one to four families may be in a run, `medium`, or `dense`: about sixty.
enum class Density { sparse, medium, dense };
constexpr auto names_of(Density) {
  return names<Density>({{Density::sparse, "sparse"}, {Density::medium, "medium"}, {Density::dense, "dense"}});
}
Shape shape_of(Density density, std::int64_t families, std::int64_t offers, std::uint64_t seed);

/// The same instance for the same shape; it passes `validate`.
Instance generate(const Shape& shape);

}  // namespace cp::matching
