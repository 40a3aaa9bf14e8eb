// SplitMix64: the same numbers on every machine, which the standard's distributions are not.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

namespace cp::matching {

class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    auto z = state_ += 0x9E3779B97F4A7C15;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return z ^ (z >> 31);
  }
  std::size_t below(std::size_t bound) { return static_cast<std::size_t>(next() % bound); }
  /// From 0 up to, not including, 1.
  double part() { return static_cast<double>(next() >> 11) / 9'007'199'254'740'992.0; }
  template <class T>
  void shuffle(std::vector<T>& list) {
    for (std::size_t at = list.size(); at > 1; --at) std::swap(list[at - 1], list[below(at)]);
  }

 private:
  std::uint64_t state_;
};

}  // namespace cp::matching
