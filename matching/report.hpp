// From what the engine proposed to what is kept, and from that to what each reader sees. Pure.
#pragma once

#include "matching/engine/model.hpp"
#include "matching/store.hpp"
#include "matching/views.hpp"

namespace cp::matching {

/// What the engine proposed, with ids of its own and what pages show of the offers.
StoredRun stored_run(const Proposal& proposal, const Instance& instance, IdSource& ids, Timestamp now);

/// The proposed groups of a run, as an instance takes them.
std::vector<StandingGroup> standing_of(const StoredRun& run);

/// What becomes of the whole: who gains and loses a group, and who pays another sum.
WhatIfView compare(const StoredRun& before, const StoredRun& after);

RunSummary summary_of(const StoredRun& run);
/// Without names of families and pools.
RunReport report_of(const StoredRun& run);
GroupView group_view(const StoredGroup& group);

/// The groups that the family is in, or why it is in none.
FamilyProposals proposals_for(const Id<"family">& family, const StoredRun& run);

}  // namespace cp::matching
