// Says in words why a group was proposed and why a family was left out.
#pragma once

#include "matching/engine/index.hpp"
#include "matching/engine/model.hpp"
#include "matching/engine/rules.hpp"
#include "matching/engine/sites.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace cp::matching {

Group describe(const Index& index, const FoundGroup& found);
/// Why two families are in no group together; for a facilitator, as it may tell that one asked not to meet the other.
struct NotTogether {
  Rule reason = Rule::chosen;
  std::string text;
  std::string what_would_help;
  std::string for_parents;  // the same without anything about the other family
};

/// Tells families what kept them out, from the runs near them of what they want.
class Explainer {
 public:
  /// `groups` are all that were found, without agreed ones.
  Explainer(const Index& index, std::span<const FoundGroup> groups);

  [[nodiscard]] LeftOut left_out(FamilyAt family) const;
  /// The runs that tell a family why it is left out: those near of what it wants, else the nearest.
  [[nodiscard]] std::vector<RunAt> runs_looked_at(FamilyAt family) const;
  [[nodiscard]] NotTogether why_not_together(FamilyAt family, FamilyAt other) const;
  /// The pins of families to runs on which no group has them.
  [[nodiscard]] std::vector<PinMissed> missed_pins() const;

 private:
  [[nodiscard]] Rule group_rule(FamilyAt family, RunAt run) const;
  [[nodiscard]] bool is_avoided_everywhere(FamilyAt family, RunAt run) const;
  [[nodiscard]] bool is_for_language(FamilyAt family, RunAt run) const;
  [[nodiscard]] Rule rule_of(FamilyAt family, RunAt run, std::uint32_t broken) const;
  [[nodiscard]] Refusal refusal_of(FamilyAt family, RunAt run, Rule rule) const;

  const Index& index_;
  std::span<const FoundGroup> groups_;
  Lists<std::uint32_t> groups_of_run_;
  Sites sites_;
};

/// How many of those left out each rule refused, in the order of the rules.
std::vector<RuleCount> count_reasons(const std::vector<LeftOut>& left_out);

/// The families in none of these groups and in no agreed one.
std::vector<FamilyAt> families_in_none(const Index& index, std::span<const FoundGroup> groups);
/// All groups, agreed ones first, their score, and why each family in none of them is left out. `groups` are without agreed ones.
Proposal told(const Index& index, std::span<const FoundGroup> groups);

}  // namespace cp::matching
