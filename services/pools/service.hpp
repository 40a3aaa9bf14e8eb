// Pools: families who buy one offer together. See docs/pools.md for a pool's life.
#pragma once

#include "shared/app/service.hpp"

namespace cp::pools {

app::Service service();

}  // namespace cp::pools
