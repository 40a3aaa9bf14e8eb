// The routes of matching: gathers an instance from the other services, lets the engine work on a
// worker thread, and keeps what it proposed.
#pragma once

#include "matching/client.hpp"
#include "matching/gather.hpp"
#include "matching/store.hpp"
#include "matching/views.hpp"
#include "shared/app/service.hpp"

namespace cp::matching {

class MatchingApi {
 public:
  explicit MatchingApi(app::Context& context);

 private:
  using Report = Result<http::Answer<RunReport>>;
  using RunPage = Result<http::Answer<http::Page<RunSummary>>>;

  Task<Report> run(http::Request& request, http::NoParams, NewRun body);
  Task<Result<http::Answer<WhatIfView>>> what_if(http::Request& request, RunPath path, WhatIf body);
  Task<RunPage> list(http::Request& request, RunQuery query);
  Task<Report> show(http::Request& request, RunPath path);
  Task<Result<http::Answer<RunMap>>> map(http::Request& request, RunPath path);
  Task<Result<http::Answer<FamilyProposals>>> proposals(http::Request& request, http::NoParams);
  Task<Result<http::Answer<ProposedGroup>>> group(http::Request& request, GroupPath path);

  /// What the engine is asked: of an authority, with changes that were worked out, and the groups to start from.
  struct Question {
    Id<"authority"> authority;
    std::optional<std::string> activity_type;
    std::optional<Id<"matching_run">> from;
    std::vector<Change> changes;
    std::vector<StandingGroup> standing;
  };
  static Result<Question> question_from(const StoredRun& run, const std::vector<NewChange>& changes);
  /// Gathers, lets the engine work, and answers a run that is not kept yet.
  Task<Result<StoredRun>> look_for_groups(Question question);
  Task<Result<Gathered>> gather(Id<"authority"> authority, std::optional<std::string> activity_type);
  Task<Result<Proposal>> propose_on_worker(const Instance& instance);
  /// A run of the reader's authority; 404 for any other.
  Task<Result<StoredRun>> find(http::Request& request, Id<"matching_run"> id);
  /// The run with the names of its families and the pools that came of it.
  Task<Result<RunReport>> report(const StoredRun& run);

  app::Context& context_;
  families::Client families_;
  catalogue::Client catalogue_;
  payments::Client payments_;
  pools::Client pools_;
};

}  // namespace cp::matching
