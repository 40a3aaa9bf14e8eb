// A clock for a search, read by nobody else: the engine only asks which part of its time is gone.
#pragma once

#include "matching/engine/engine.hpp"

#include <chrono>

namespace cp::matching {

/// Gives the search so much time from now on; trials no longer bound it.
inline void end_after(Search& search, std::chrono::milliseconds time) {
  using Clock = std::chrono::steady_clock;
  search.steps = 1'000'000'000'000;  // more than fit into any time that may be configured
  search.time_used = [start = Clock::now(), time] {
    const std::chrono::duration<double, std::milli> passed = Clock::now() - start;
    return time.count() > 0 ? passed / std::chrono::duration<double, std::milli>(time) : 1.0;
  };
}

}  // namespace cp::matching
