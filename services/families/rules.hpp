// Decisions about families: what a profile may say, and how old a child is.
#pragma once

#include "services/families/model.hpp"
#include "shared/core/error.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace cp::families {

/// Short breaks and the plans that pay for them end at 25.
inline constexpr std::int64_t oldest_years = 25;

/// Whole years on `today`. The day of birth is not known: the birthday counts as had from the
/// first of its month.
std::int64_t age_years(Month born, Date today);
AgeBand age_band(std::int64_t years);

/// The slots in order, those that touch or overlap made into one.
std::vector<Slot> joined(std::vector<Slot> slots);

/// What is kept of a profile that somebody wrote: tidied, or every field that is wrong. `place` is
/// empty where the district is not known, `looking_since` is now: a family that looks already keeps its own. A child without an id gets its own of `fresh_ids`, one
/// for each child of `wanted`; an id that is given has to be of a child that `before` has.
Result<Family> write_profile(const std::optional<Family>& before, Family wanted,
                             const std::vector<Id<"child">>& fresh_ids, Date today);

/// Refuses wishes about families that are not in `known`: those of the same authority.
Result<Done> check_wishes(const Family& family, const std::vector<Id<"family">>& known);

}  // namespace cp::families
