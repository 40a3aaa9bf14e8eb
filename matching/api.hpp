// The routes of matching: groups looked for on demand and at night, what is kept of them, and what may be tried out.
#pragma once

#include "matching/client.hpp"
#include "matching/finder.hpp"
#include "matching/nights.hpp"
#include "matching/store.hpp"
#include "matching/views.hpp"
#include "shared/app/service.hpp"

#include <map>

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
  Task<Result<http::Answer<NotTogetherView>>> why_not(http::Request& request, PairPath pair);
  Task<Result<http::Answer<FamilyProposals>>> proposals(http::Request& request, http::NoParams);
  Task<Result<http::Answer<ProposedGroup>>> group(http::Request& request, GroupPath path);

  static Result<Question> question_from(const StoredRun& run, const std::vector<NewChange>& changes);
  /// A run of the reader's authority; 404 for any other.
  Task<Result<StoredRun>> find(http::Request& request, Id<"matching_run"> id);
  /// The run with the names of its families and the pools that came of it.
  Task<Result<RunReport>> report(const StoredRun& run);
  /// What each family of an authority goes by.
  using Names = std::map<Id<"family">, std::string>;
  Task<Result<Names>> names_of(Id<"authority"> authority);
  Task<Result<RunReport>> report(const StoredRun& run, const Names& names);

  app::Context& context_;
  Finder finder_;
  families::Client families_;
  catalogue::Client catalogue_;
  pools::Client pools_;
  Nights nights_;
};

}  // namespace cp::matching
