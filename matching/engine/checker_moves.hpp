// The checker's own look at the moves that docs/matching.md calls blocking: it tries every one.
#pragma once

#include "matching/engine/checker_rules.hpp"
#include "matching/engine/model.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace cp::matching::checking {

/// What the checker has found out of an instance and a proposal by then. Nothing here is of agreed groups: they stay.
struct Scene {
  const Policy* policy = nullptr;
  struct Place {
    const Offer* offer = nullptr;
    const Run* run = nullptr;
  };
  std::vector<Place> runs;
  struct Made {
    Place at;
    std::vector<const Family*> families;
  };
  std::vector<Made> groups;
  /// Whom no rule about one family keeps from a run, and who may be in one group more or change one.
  std::function<const std::vector<const Family*>&(const Place&)> candidates;
  std::function<Left(const Family&, const Run&)> left;
  std::function<bool(const Family&, const Run&)> was_on;  // a group proposed before
  std::function<std::int64_t(const Family&)> most_groups;
};

struct Moves {
  std::int64_t blocking = 0;  // beyond doubt
  std::string example;        // one of them
  /// Families who would rather be in another group that would have them: beyond doubt, and with those whose distance may be
  /// rounded either way.
  std::int64_t rather = 0, rather_at_most = 0;
};

Moves look_for_moves(const Scene& scene);

}  // namespace cp::matching::checking
