#include "matching/finder.hpp"

#include "matching/engine/deadline.hpp"
#include "matching/engine/engine.hpp"
#include "matching/engine/rules.hpp"
#include "matching/engine/unmet.hpp"
#include "matching/report.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <set>

namespace cp::matching {
namespace {

/// The groups of a run as the engine numbers them; families and runs that are no more are left out.
std::vector<FoundGroup> found_in(const Index& index, const StoredRun& run) {
  std::map<std::string_view, RunAt> runs;
  for (RunAt at = 0; at < index.run_count(); ++at) runs.emplace(index.run(at).id, at);
  std::vector<FoundGroup> groups;
  for (const auto& group : run.groups) {
    const auto where = runs.find(group.run.text());
    if (where == runs.end()) continue;
    FoundGroup found{where->second, {}};
    for (const auto& share : group.families) {
      if (const auto family = index.find_family(share.family.text())) found.families.push_back(*family);
    }
    groups.push_back(std::move(found));
  }
  return groups;
}

Error not_looking(std::string_view pointer) {
  return invalid_field(std::string(pointer), "This family does not look for a group now.");
}

}  // namespace

Finder::Finder(app::Context& context)
    : context_(context),
      families_(context.transport),
      catalogue_(context.transport),
      payments_(context.transport),
      pools_(context.transport) {}

Task<Result<Gathered>> Finder::gather(Id<"authority"> authority, std::optional<std::string> activity_type) {
  Gathered gathered;
  auto families = co_await families_.for_matching(authority);
  if (!families) co_return families.error();
  if (static_cast<std::int64_t>(families->size()) > context_.config.matching_families) {
    co_return conflict("too-many-families", "More families are looking than one matching run takes. Ask the "
                                            "administrator to raise matching.families.");
  }
  gathered.families = std::move(*families);
  auto offers = co_await catalogue_.offers_for_matching(authority);
  if (!offers) co_return offers.error();
  gathered.offers = std::move(*offers);
  if (activity_type) {
    // Whoever does not want it is not left out of it.
    std::erase_if(gathered.offers, [&](const auto& offer) { return offer.activity_type != *activity_type; });
    std::erase_if(gathered.families, [&](const auto& family) {
      return std::none_of(family.interests.begin(), family.interests.end(),
                          [&](const auto& interest) { return interest.activity_type == *activity_type; });
    });
  }

  pools::CommitmentsQuery question{authority, {}};
  std::set<std::string> types;
  for (const auto& offer : gathered.offers) {
    types.insert(offer.activity_type);
    for (const auto& run : offer.runs) question.runs.push_back(run.id);
  }
  auto commitments = co_await pools_.commitments(question);
  if (!commitments) co_return commitments.error();
  gathered.commitments = std::move(*commitments);
  gathered.types.assign(types.begin(), types.end());
  auto headrooms = co_await payments_.headrooms(authority, gathered.types);
  if (!headrooms) co_return headrooms.error();
  gathered.headrooms = std::move(*headrooms);
  co_return gathered;
}

Task<Result<Proposal>> Finder::propose_on_worker(const Instance& instance, std::optional<std::string> activity_type) {
  auto work = [&]() -> Result<Proposal> {
    CP_TRY(validate(instance));
    Search search;
    end_after(search, std::chrono::milliseconds(context_.config.matching_deadline_ms));
    auto proposal = propose(instance, search);
    proposal.unmet = find_unmet(instance, proposal.left_out);
    if (activity_type) {
      std::erase_if(proposal.unmet, [&](const UnmetNeed& need) { return need.activity_type != *activity_type; });
    }
    return proposal;
  };
  co_return co_await context_.workers.run(work);
}

Task<Result<Instance>> Finder::instance_of(const Question& question) {
  const auto gathered = co_await gather(question.authority, question.activity_type);
  if (!gathered) co_return gathered.error();
  auto instance = make_instance(*gathered, day_of(context_.clock.now()), context_.config.matching_groups_per_family);
  if (const auto possible = try_out(instance, question.changes, question.standing); !possible) co_return possible.error();
  co_return instance;
}

Task<Result<StoredRun>> Finder::look(Question question) {
  const auto now = context_.clock.now();
  const auto instance = co_await instance_of(question);
  if (!instance) co_return instance.error();
  const auto began = std::chrono::steady_clock::now();
  const auto proposal = co_await propose_on_worker(*instance, question.activity_type);
  if (!proposal) co_return proposal.error();
  if (const auto pinned = check_pins(*proposal); !pinned) co_return pinned.error();
  auto run = stored_run(*proposal, *instance, context_.ids, now);
  run.authority = question.authority;
  run.activity_type = question.activity_type;
  run.from = question.from;
  run.changes = std::move(question.changes);
  run.took_ms =
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began).count();
  co_return run;
}

Task<Result<NotTogether>> Finder::why_not_together(const StoredRun& run, Id<"family"> family, Id<"family"> other) {
  const Question question{run.authority, run.activity_type, run.from, {}, {}};
  auto instance = co_await instance_of(question);
  if (!instance) co_return instance.error();
  auto work = [&]() -> Result<NotTogether> {
    CP_TRY(validate(*instance));
    const Index index(*instance);
    const auto one = index.find_family(family.text());
    if (!one) return not_looking("/family");
    const auto two = index.find_family(other.text());
    if (!two) return not_looking("/other");
    const auto groups = found_in(index, run);
    return Explainer(index, groups).why_not_together(*one, *two);
  };
  co_return co_await context_.workers.run(work);
}

}  // namespace cp::matching
