// The last per cent and the proof: prices and a bound by column generation, then the best choice
// among the groups that matter by branch and bound. If these are all that a better proposal could
// have, what is found is proved to be the best.
#pragma once

#include "matching/engine/bound.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace cp::matching {

struct ExactSearch {
  std::uint64_t seed = 1;
  std::function<bool()> stop = {};
  std::function<bool()> stop_pricing = {};  // earlier, so that there is time to choose; empty: as `stop`
  std::int64_t nodes = 20'000;         // of each branch and bound
};
struct Improved {
  std::vector<Column> groups;
  std::int64_t value = 0;
  std::optional<std::int64_t> bound;  // empty: stopped before there was one
  bool bound_is_exact = false;        // no pricing was cut off on the way to it, and it ended by itself
};

/// `groups` lie in the scope and break no rule; what comes back is these or better. Families of the
/// scope must be in no group outside it.
Improved choose_exactly(const Index& index, const Scope& scope, std::vector<Column> groups, const ExactSearch& search);

/// The column of a group.
Column column_of(const Index& index, RunAt run, std::vector<FamilyAt> families);

}  // namespace cp::matching
