// Says in words why a group was proposed and why a family was left out.
#pragma once

#include "matching/engine/index.hpp"
#include "matching/engine/model.hpp"

#include <span>
#include <vector>

namespace cp::matching {

Group describe(const Index& index, const FoundGroup& found);
/// `groups` are all that were found, without agreed ones.
LeftOut explain_left_out(const Index& index, FamilyAt family, std::span<const FoundGroup> groups);
/// The pins of families to runs on which no group has them.
std::vector<PinMissed> missed_pins(const Index& index, std::span<const FoundGroup> groups);
/// How many of those left out each rule refused, in the order of the rules.
std::vector<RuleCount> count_reasons(const std::vector<LeftOut>& left_out);

}  // namespace cp::matching
