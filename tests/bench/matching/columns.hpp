// Every group that an instance allows, by the checker's rules and values, which share no code with the engine: what another
// solver needs to solve the same problem, as a set-packing integer program.
#pragma once

#include "matching/engine/model.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <ostream>
#include <vector>

namespace cp::matching::bench {

struct GroupColumn {
  std::uint32_t run = 0;                // in the order of the file, through all offers
  std::int64_t children = 0;
  std::int64_t value = 0;
  std::vector<std::uint32_t> families;  // in the order of the file, rising
};
struct Columns {
  std::vector<const Offer*> offers;  // by run
  std::vector<const Run*> runs;
  std::vector<std::int64_t> children, most_groups;  // by family
  std::vector<GroupColumn> groups;
};

/// For instances in which a family is in one group at most and nothing was there before. Nothing if there are more groups
/// than `most`.
std::optional<Columns> all_columns(const Instance& instance, std::size_t most);

/// In the LP format of CPLEX, which CBC, GLPK and HiGHS read: groups are x0, x1, ...
void write_program(std::ostream& to, const Columns& columns);

/// The same as facts and rules for clingo, an answer-set solver.
void write_facts(std::ostream& to, const Columns& columns);

/// No offer has groups of more children than this or its smallest group, so that all groups of a crowded instance can be
/// listed. It is the instance that changes, for the engine as for everybody.
void keep_groups_small(Instance& instance, std::int64_t most_children);

/// These groups as a proposal, for the checker to look through the rules of; it says nothing of scores.
Proposal proposal_of(const Instance& instance, const Columns& columns, const std::vector<std::size_t>& chosen);

/// What these groups are worth by the checker, whoever proposed them.
std::int64_t value_of_groups(const Instance& instance, const std::vector<Group>& groups);

}  // namespace cp::matching::bench
