// What a facilitator tries out on a matching run: other wishes than the families' own, before anything is kept.
#pragma once

#include "shared/core/id.hpp"
#include "shared/core/names.hpp"

#include <optional>

namespace cp::matching {

/// `pin`: the family is in this run of an offer. `forbid`: it is not. `swap`: two families change places.
/// `remove`: the family is not looked at.
enum class ChangeKind { pin, forbid, swap, remove };
constexpr auto names_of(ChangeKind) {
  return names<ChangeKind>({{ChangeKind::pin, "pin"},
                            {ChangeKind::forbid, "forbid"},
                            {ChangeKind::swap, "swap"},
                            {ChangeKind::remove, "remove"}});
}

struct Change {
  ChangeKind kind = ChangeKind::pin;
  Id<"family"> family;
  std::optional<Id<"run">> run = {};       // of pin and forbid
  std::optional<Id<"family">> other = {};  // of swap
};

}  // namespace cp::matching
