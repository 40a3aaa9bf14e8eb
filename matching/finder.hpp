// Looks for groups: gathers what the other services know of an authority, and lets the engine work on a worker thread.
#pragma once

#include "matching/engine/explain.hpp"
#include "matching/gather.hpp"
#include "matching/store.hpp"
#include "shared/app/service.hpp"

namespace cp::matching {

/// What the engine is asked: of an authority, with changes that were worked out, and the groups to start from.
struct Question {
  Id<"authority"> authority;
  std::optional<std::string> activity_type = {};
  std::optional<Id<"matching_run">> from = {};
  std::vector<Change> changes = {};
  std::vector<StandingGroup> standing = {};
};

class Finder {
 public:
  explicit Finder(app::Context& context);

  /// A run that is not kept yet.
  Task<Result<StoredRun>> look(Question question);
  /// Why the run has the two in no group together, by what is known of them now; 422 where one does not look for a group.
  Task<Result<NotTogether>> why_not_together(const StoredRun& run, Id<"family"> family, Id<"family"> other);

 private:
  Task<Result<Gathered>> gather(Id<"authority"> authority, std::optional<std::string> activity_type);
  Task<Result<Instance>> instance_of(const Question& question);
  Task<Result<Proposal>> propose_on_worker(const Instance& instance, std::optional<std::string> activity_type);

  app::Context& context_;
  families::Client families_;
  catalogue::Client catalogue_;
  payments::Client payments_;
  pools::Client pools_;
};

}  // namespace cp::matching
