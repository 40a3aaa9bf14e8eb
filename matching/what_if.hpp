// What a facilitator tries out on a matching run: other wishes than the families' own, before anything is kept. Pure.
#pragma once

#include "matching/engine/model.hpp"
#include "shared/core/error.hpp"
#include "shared/core/id.hpp"

#include <optional>
#include <span>
#include <vector>

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
  std::optional<Id<"run">> run = {};       // of pin and forbid; of a swap that was worked out, where the family goes
  std::optional<Id<"family">> other = {};  // of swap
};

/// The same changes with each swap as two, one for each family with the run it goes to. `standing` are the groups in
/// which they were tried out.
Result<std::vector<Change>> work_out(std::span<const Change> changes, std::span<const StandingGroup> standing);

/// Puts changes that were worked out into the instance, with `standing` as the groups to start from. Refuses what a rule about
/// one family and one run forbids, with the first rule broken: `family-cannot-join`.
Result<Done> try_out(Instance& instance, std::span<const Change> changes, std::vector<StandingGroup> standing);

/// Refuses a proposal in which a family is not where it was pinned, and says why.
Result<Done> check_pins(const Proposal& proposal);

/// A group's score without the credits for staying and for pins, so that groups of two runs can be compared.
std::int64_t plain_score(const Group& group, const Weights& weights);

}  // namespace cp::matching
