// Weighted packing: choose sets of the greatest weight so that no item is used more than it may be.
// Branch and bound over the linear program, with cuts, dives and exchanges. Knows nothing of families.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

namespace cp::matching {

struct PackingUse {
  std::uint32_t item = 0;
  std::int64_t amount = 1;
};
struct PackingSet {
  std::int64_t weight = 0;
  std::vector<PackingUse> uses;  // by rising item
};
struct Packing {
  std::vector<std::int64_t> capacities;  // by item
  std::vector<PackingSet> sets;
};

struct PackingSearch {
  std::vector<std::uint32_t> start = {};  // a packing that is known
  std::int64_t nodes = 100'000;
  /// Rounds of exchanges before branching; 0 leaves them out.
  std::int64_t exchanges = 0;
  std::uint64_t seed = 1;
  std::function<bool()> stop = {};
};
struct PackingAnswer {
  std::vector<std::uint32_t> chosen;  // rising
  std::int64_t weight = 0;
  std::int64_t bound = 0;  // no packing weighs more; worked out in whole numbers
  std::int64_t nodes = 0;
  [[nodiscard]] bool is_proven() const { return bound == weight; }
};

PackingAnswer pack(const Packing& packing, const PackingSearch& search);

/// Whether these sets go together.
bool fits(const Packing& packing, const std::vector<std::uint32_t>& chosen);

}  // namespace cp::matching
