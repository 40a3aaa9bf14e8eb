#include "matching/api.hpp"

#include "matching/map.hpp"
#include "matching/report.hpp"
#include "matching/service.hpp"
#include "shared/http/commit.hpp"
#include "shared/http/cursor.hpp"

#include <algorithm>
#include <map>

namespace cp {
extern const std::string_view matching_schema;
}

namespace cp::matching {
namespace {

using http::Method;
using http::Role;

/// Of one run and all those it comes from: later ones cannot be told apart any more.
constexpr std::size_t most_changes = 100;

const Id<"authority">& authority_of(const http::Request& request) {
  static const Id<"authority"> none;
  const auto& who = request.who();
  return who.authority ? *who.authority : none;
}

}  // namespace

Result<Question> MatchingApi::question_from(const StoredRun& run, const std::vector<NewChange>& changes) {
  std::vector<Change> asked;
  for (const auto& change : changes) asked.push_back({change.kind, change.family, change.run, change.other});
  auto standing = standing_of(run);
  auto worked_out = work_out(asked, standing);
  if (!worked_out) return worked_out.error();
  Question question{run.authority, run.activity_type, run.id, run.changes, std::move(standing)};
  question.changes.insert(question.changes.end(), worked_out->begin(), worked_out->end());
  if (question.changes.size() > most_changes) {
    return conflict("too-many-changes", "So many changes were tried out one after the other that it is time to look for "
                                        "groups anew.");
  }
  return question;
}

Task<MatchingApi::Report> MatchingApi::run(http::Request& request, http::NoParams, NewRun body) {
  Question question{authority_of(request), body.activity_type, std::nullopt, {}, {}};
  if (body.from.has_value() != body.changes.has_value()) {
    co_return invalid_field(body.from ? "/changes" : "/from", "Name the run and what to change in it together.");
  }
  if (body.from) {
    if (body.activity_type) co_return invalid_field("/activity_type", "The run that you start from says the type.");
    const auto from = co_await find(request, *body.from);
    if (!from) co_return from.error();
    auto asked = question_from(*from, *body.changes);
    if (!asked) co_return asked.error();
    question = std::move(*asked);
  }
  const auto stored = co_await finder_.look(std::move(question));
  if (!stored) co_return stored.error();
  auto view = co_await report(*stored);
  if (!view) co_return view.error();
  auto work = [&](db::Tx& tx) -> Report {
    store::insert(tx, *stored);
    return http::created(*view, "/v1/matching/runs/" + stored->id.text());
  };
  co_return co_await http::commit<RunReport>(context_.database, request, stored->created, work);
}

Task<Result<http::Answer<WhatIfView>>> MatchingApi::what_if(http::Request& request, RunPath path, WhatIf body) {
  const auto from = co_await find(request, path.run);
  if (!from) co_return from.error();
  auto question = question_from(*from, body.changes);
  if (!question) co_return question.error();
  const auto after = co_await finder_.look(std::move(*question));
  if (!after) co_return after.error();
  const auto names = co_await names_of(from->authority);
  if (!names) co_return names.error();
  auto named = co_await report(*after, *names);
  if (!named) co_return named.error();
  auto view = compare(*from, *after);
  view.groups = std::move(named->groups);
  for (auto* families : {&view.gained, &view.lost, &view.paying}) {
    for (auto& one : *families) {
      if (const auto found = names->find(one.family); found != names->end()) one.known_as = found->second;
    }
  }
  co_return view;
}

Task<Result<StoredRun>> MatchingApi::find(http::Request& request, Id<"matching_run"> id) {
  auto work = [&](db::Tx& tx) -> Result<StoredRun> {
    auto run = store::find(tx, id);
    const bool own = run && (request.internal || run->authority == authority_of(request));
    if (!own) return not_found("There is no such matching run, or it is not yours to see.");
    return std::move(*run);
  };
  co_return co_await context_.database.read(work);
}

Task<Result<MatchingApi::Names>> MatchingApi::names_of(Id<"authority"> authority) {
  const auto cards = co_await families_.cards(authority);
  if (!cards) co_return cards.error();
  Names names;
  for (const auto& card : *cards) names[card.id] = card.known_as;
  co_return names;
}

Task<Result<RunReport>> MatchingApi::report(const StoredRun& run) {
  const auto names = co_await names_of(run.authority);
  if (!names) co_return names.error();
  co_return co_await report(run, *names);
}

Task<Result<RunReport>> MatchingApi::report(const StoredRun& run, const Names& names) {
  pools::GroupsQuery question;
  for (const auto& group : run.groups) question.groups.push_back(group.id);
  const auto confirmed = co_await pools_.of_groups(question);
  if (!confirmed) co_return confirmed.error();
  std::map<Id<"group">, Id<"pool">> pools;
  for (const auto& one : confirmed->items) pools.emplace(one.group, one.pool);

  const auto known_as = [&](const Id<"family">& family) -> std::optional<std::string> {
    const auto found = names.find(family);
    return found == names.end() ? std::nullopt : std::optional(found->second);
  };
  auto view = report_of(run);
  for (auto& group : view.groups) {
    for (auto& share : group.families) share.known_as = known_as(share.family);
    if (const auto pool = pools.find(group.id); pool != pools.end()) group.pool = pool->second;
  }
  for (auto& left : view.left_out) left.known_as = known_as(left.family);
  for (auto& unmet : view.unmet) {
    for (auto& family : unmet.families) family.known_as = known_as(family.family);
  }
  for (auto& change : view.changes) {
    change.known_as = known_as(change.family);
    if (change.other) change.other_known_as = known_as(*change.other);
  }
  co_return view;
}

Task<MatchingApi::Report> MatchingApi::show(http::Request& request, RunPath path) {
  const auto run = co_await find(request, path.run);
  if (!run) co_return run.error();
  auto view = co_await report(*run);
  if (!view) co_return view.error();
  co_return std::move(*view);
}

Task<MatchingApi::RunPage> MatchingApi::list(http::Request& request, RunQuery query) {
  const auto limit = query.limit.value_or(context_.config.page_items);
  const auto key = http::decode_time_key(query.after);
  if (!key) co_return key.error();
  std::optional<store::Before> before;
  if (*key) before = {(*key)->time, Id<"matching_run">((*key)->id)};
  auto work = [&](db::Tx& tx) -> Result<std::vector<StoredRun>> {
    return store::list(tx, authority_of(request), before, limit + 1);
  };
  auto runs = co_await context_.database.read(work);
  if (!runs) co_return runs.error();
  http::Page<RunSummary> page;
  page.next = http::cut(request, *runs, limit, &StoredRun::created);
  for (const auto& run : *runs) page.items.push_back(summary_of(run));
  co_return page;
}

Task<Result<http::Answer<RunMap>>> MatchingApi::map(http::Request& request, RunPath path) {
  const auto run = co_await find(request, path.run);
  if (!run) co_return run.error();
  const auto families = co_await families_.for_matching(run->authority);
  if (!families) co_return families.error();
  const auto cards = co_await families_.cards(run->authority);
  if (!cards) co_return cards.error();
  const auto offers = co_await catalogue_.offers_for_matching(run->authority);
  if (!offers) co_return offers.error();
  co_return map_of(*run, *families, *cards, *offers);
}

Task<Result<http::Answer<FamilyProposals>>> MatchingApi::proposals(http::Request& request, http::NoParams) {
  auto work = [&](db::Tx& tx) -> Result<FamilyProposals> {
    if (!request.who().family) return FamilyProposals();
    const auto newest = store::newest_of(tx, authority_of(request), *request.who().family);
    return newest ? proposals_for(*request.who().family, *newest) : FamilyProposals();
  };
  auto found = co_await context_.database.read(work);
  if (!found) co_return found.error();
  co_return std::move(*found);
}

Task<Result<http::Answer<NotTogetherView>>> MatchingApi::why_not(http::Request& request, PairPath pair) {
  if (pair.family == pair.other) co_return invalid_field("/other", "Choose two different families.");
  const auto run = co_await find(request, pair.run);
  if (!run) co_return run.error();
  const auto why = co_await finder_.why_not_together(*run, pair.family, pair.other);
  if (!why) co_return why.error();
  NotTogetherView view{std::string(name(why->reason)), why->text, why->what_would_help, why->for_parents};
  co_return view;
}

Task<Result<http::Answer<ProposedGroup>>> MatchingApi::group(http::Request& request, GroupPath path) {
  const auto run = co_await find(request, path.run);
  if (!run) co_return run.error();
  for (const auto& group : run->groups) {
    if (group.id != path.group) continue;
    ProposedGroup answer{run->authority, group.offer, group.run, {}, group.reasons};
    for (const auto& share : group.families) answer.families.push_back(share.family);
    co_return answer;
  }
  co_return not_found("There is no such proposed group.");
}

MatchingApi::MatchingApi(app::Context& context)
    : context_(context),
      finder_(context),
      families_(context.transport),
      catalogue_(context.transport),
      pools_(context.transport),
      nights_(context, finder_) {
  auto& router = context.router;
  const auto readers = http::roles(Role::facilitator, Role::commissioner);
  router.add({Method::post, "/v1/matching/runs", http::roles(Role::facilitator),
              "Look for groups among the families who agreed to be matched, or keep what was tried out."},
             this, &MatchingApi::run);
  router.add({Method::post, "/v1/matching/runs/{run}/what-if", http::roles(Role::facilitator),
              "What becomes of the whole if families are put into a run, kept out of one, change places or are left out. "
              "Nothing is kept."},
             this, &MatchingApi::what_if);
  router.add({Method::get, "/v1/matching/runs", readers, "Matching runs, newest first."}, this, &MatchingApi::list);
  router.add({Method::get, "/v1/matching/runs/{run}", readers, "The groups of a run, and who was left out and why."},
             this, &MatchingApi::show);
  router.add({Method::get, "/v1/matching/runs/{run}/map", readers,
              "Where the offers and the families of a run are, by postcode district."},
             this, &MatchingApi::map);
  router.add({Method::get, "/v1/matching/runs/{run}/why-not", http::roles(Role::facilitator),
              "Why two families are in no group together, with words for parents that tell nothing of the other."},
             this, &MatchingApi::why_not);
  router.add({Method::get, "/v1/matching/proposals", http::roles(Role::parent),
              "Proposed groups that your family would be in, or why it is in none."},
             this, &MatchingApi::proposals);
  router.add({Method::get, "/internal/matching/runs/{run}/groups/{group}", http::internal(),
              "A proposed group, for the pool that takes it over."},
             this, &MatchingApi::group);
}

app::Service service() {
  return {"matching",
          {"matching", matching_schema},
          [](app::Context& context) -> std::shared_ptr<void> { return std::make_shared<MatchingApi>(context); }};
}

}  // namespace cp::matching
