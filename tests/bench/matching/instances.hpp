// Instances as large as a country, made directly: towns like those of the generator, far apart, so that the density stays
// the same whatever the size.
#pragma once

#include "matching/engine/model.hpp"

#include <cstdint>

namespace cp::matching::bench {

/// Towns of a thousand families each; a smaller number of families is one smaller town.
Instance country(std::int64_t families, std::int64_t runs, double density, std::uint64_t seed);

}  // namespace cp::matching::bench
