// A clock for a search, read by nobody else: the engine only asks which part of its time is gone.
#pragma once

#include <chrono>
#include <functional>

namespace cp::matching {

/// The part of so much time from now on that has passed, for `Search::time_used`.
inline std::function<double()> time_from_now(std::chrono::milliseconds time) {
  using Clock = std::chrono::steady_clock;
  return [start = Clock::now(), time] {
    const std::chrono::duration<double, std::milli> passed = Clock::now() - start;
    return time.count() > 0 ? passed / std::chrono::duration<double, std::milli>(time) : 1.0;
  };
}

}  // namespace cp::matching
