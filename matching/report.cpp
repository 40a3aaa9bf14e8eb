#include "matching/report.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <utility>

namespace cp::matching {
namespace {

struct TermName {
  std::string_view name, title;
  double Terms::*value;
};
constexpr std::array<TermName, 9> term_names{{
    {"interest", "How much the families want it", &Terms::interest},
    {"distance", "How near it is", &Terms::distance},
    {"waiting", "How long they have waited", &Terms::waiting},
    {"saving", "How much it saves", &Terms::saving},
    {"ages", "How near in age the children are", &Terms::ages},
    {"mixing", "Mixed or similar needs, as they wish", &Terms::mixing},
    {"shared-interests", "What else they would enjoy together", &Terms::shared_interests},
    {"together", "Families who asked for each other", &Terms::together},
    {"fairness", "Families who had least so far", &Terms::fairness},
}};

std::string_view title_of(std::string_view name) {
  const auto* const found = std::find_if(term_names.begin(), term_names.end(),
                                         [&](const TermName& term) { return term.name == name; });
  return found == term_names.end() ? name : found->title;
}

void describe_run(StoredGroup& group, const Instance& instance) {
  for (const auto& offer : instance.offers) {
    if (offer.id != group.offer.text()) continue;
    group.offer_title = offer.title;
    for (const auto& run : offer.runs) {
      if (run.id != group.run.text()) continue;
      group.weekday = run.weekday;
      group.from_minute = run.from_minute;
      group.to_minute = run.to_minute;
      group.sessions = run.sessions;
    }
  }
}

StoredGroup stored_group(const Group& from, const Instance& instance, IdSource& ids, Timestamp now) {
  StoredGroup group;
  group.id = ids.make<"group">(now);
  group.offer = Id<"offer">(from.offer);
  group.run = Id<"run">(from.run);
  group.score = plain_score(from, instance.policy.value_or(Policy()).weights);
  group.reasons = from.reasons;
  describe_run(group, instance);
  for (const auto& family : from.families) {
    group.families.push_back({Id<"family">(family.id), family.children, Money(family.share_pence),
                              family.alone_pence ? std::optional(Money(*family.alone_pence)) : std::nullopt});
  }
  for (const auto& term : term_names) {
    group.terms.push_back({std::string(term.name), std::llround(from.terms.*term.value * 1'000)});
  }
  return group;
}

std::optional<double> gap_of(const StoredRun& run) {
  if (!run.bound || *run.bound <= 0) return std::nullopt;
  return static_cast<double>(*run.bound - run.score) / static_cast<double>(*run.bound);
}

std::optional<FamilyProposal> proposal_for(const Id<"family">& family, const StoredRun& run, const StoredGroup& group) {
  FamilyProposal view;
  bool mine = false;
  for (const auto& share : group.families) {
    view.children += share.children;
    if (share.family != family) continue;
    mine = true;
    view.my_share = share.share;
    view.alone = share.alone;
  }
  if (!mine) return std::nullopt;
  view.matching_run = run.id;
  view.group = group.id;
  view.offer = group.offer;
  view.offer_title = group.offer_title;
  view.run = group.run;
  view.weekday = group.weekday;
  view.from_minute = group.from_minute;
  view.to_minute = group.to_minute;
  view.sessions = group.sessions;
  view.families = static_cast<std::int64_t>(group.families.size());
  view.reasons = group.reasons;
  return view;
}

/// The rules whose reasons are about the family itself and the offer, or about numbers alone. All others may tell of another
/// family, or of what a facilitator decided, and are not for a page.
constexpr std::array<std::string_view, 14> own_reasons{
    "activity", "spending",   "vetting", "age",    "needs",          "access",    "support-ratio",
    "distance", "slot",       "group-size", "share", "places",       "too-few-others", "not-chosen"};

OwnLeftOut own_left_out(const StoredLeftOut& left) {
  if (std::find(own_reasons.begin(), own_reasons.end(), left.code) != own_reasons.end()) {
    return {left.code, left.text, left.what_would_help};
  }
  return {"no-group-yet", "We looked, and found no group that works for everybody in it this time.",
          "Talk to your facilitator: together you can look at other days, places and activities."};
}

}  // namespace

StoredRun stored_run(const Proposal& proposal, const Instance& instance, IdSource& ids, Timestamp now) {
  StoredRun run;
  run.id = ids.make<"matching_run">(now);
  run.created = now;
  run.families = static_cast<std::int64_t>(instance.families.size());
  run.offers = static_cast<std::int64_t>(instance.offers.size());
  run.score = proposal.score;
  if (proposal.blocking_moves == 0) run.rather_elsewhere = proposal.rather_elsewhere;
  // Pins weigh so much that a gap beside them would say nothing.
  const bool pinned = std::any_of(instance.families.begin(), instance.families.end(),
                                  [](const Family& family) { return !family.pinned.empty(); });
  if (!pinned) run.bound = proposal.bound;
  for (const auto& group : proposal.groups) run.groups.push_back(stored_group(group, instance, ids, now));
  for (const auto& left : proposal.left_out) {
    run.left_out.push_back({Id<"family">(left.family), std::string(name(left.reason)), left.text, left.what_would_help});
  }
  for (const auto& need : proposal.unmet) {
    StoredUnmet unmet{need.activity_type,   need.place.lat,        need.place.lon, need.within_miles,
                      need.slot.weekday,    need.slot.from_minute, need.slot.to_minute, need.children,
                      need.age_min,         need.age_max,          need.text,      {}};
    for (const auto& family : need.families) unmet.families.emplace_back(family);
    run.unmet.push_back(std::move(unmet));
  }
  return run;
}

std::vector<StandingGroup> standing_of(const StoredRun& run) {
  std::vector<StandingGroup> standing;
  for (const auto& group : run.groups) {
    StandingGroup one{Standing::proposed, group.run.text(), {}};
    for (const auto& share : group.families) one.families.push_back(share.family.text());
    standing.push_back(std::move(one));
  }
  return standing;
}

WhatIfView compare(const StoredRun& before, const StoredRun& after) {
  const auto sums = [](const StoredRun& run, std::int64_t& score) {
    std::map<Id<"family">, Money> paid;
    for (const auto& group : run.groups) {
      score += group.score;
      for (const auto& share : group.families) paid[share.family] += share.share;
    }
    return paid;
  };
  WhatIfView view;
  const auto was = sums(before, view.score_before);
  const auto is = sums(after, view.score_after);
  for (const auto& [family, amount] : was) {
    const auto now = is.find(family);
    if (now == is.end()) view.lost.push_back({family, std::nullopt, amount, std::nullopt});
    else if (now->second != amount) view.paying.push_back({family, std::nullopt, amount, now->second});
  }
  for (const auto& [family, amount] : is) {
    if (!was.contains(family)) view.gained.push_back({family, std::nullopt, std::nullopt, amount});
  }
  return view;
}

RunSummary summary_of(const StoredRun& run) {
  return {run.id,   run.authority, run.created, run.families, run.offers,  run.took_ms,
          run.activity_type, run.from, run.score, run.bound, gap_of(run), run.night, run.rather_elsewhere};
}

GroupView group_view(const StoredGroup& group) {
  GroupView view;
  view.id = group.id;
  view.offer = group.offer;
  view.offer_title = group.offer_title;
  view.run = group.run;
  view.weekday = group.weekday;
  view.from_minute = group.from_minute;
  view.to_minute = group.to_minute;
  view.sessions = group.sessions;
  view.reasons = group.reasons;
  view.score = group.score;
  for (const auto& share : group.families) {
    view.families.push_back({share.family, std::nullopt, share.children, share.share, share.alone});
  }
  for (const auto& term : group.terms) {
    view.terms.push_back({term.name, std::string(title_of(term.name)), static_cast<double>(term.thousandths) / 1'000});
  }
  return view;
}

RunReport report_of(const StoredRun& run) {
  RunReport view;
  static_cast<RunSummary&>(view) = summary_of(run);
  for (const auto& change : run.changes) {
    view.changes.push_back({change.kind, change.family, std::nullopt, change.run, change.other, std::nullopt});
  }
  for (const auto& group : run.groups) view.groups.push_back(group_view(group));
  for (const auto& left : run.left_out) {
    view.left_out.push_back({left.family, std::nullopt, left.code, left.text, left.what_would_help});
  }
  for (const auto& unmet : run.unmet) {
    UnmetGroupView one{unmet.activity_type, unmet.weekday, unmet.from_minute, unmet.to_minute, unmet.within_miles,
                       unmet.children,      unmet.age_min, unmet.age_max,     unmet.text,      {}};
    for (const auto& family : unmet.families) one.families.push_back({family, std::nullopt});
    view.unmet.push_back(std::move(one));
  }
  return view;
}

FamilyProposals proposals_for(const Id<"family">& family, const StoredRun& run) {
  FamilyProposals found;
  for (const auto& group : run.groups) {
    if (auto view = proposal_for(family, run, group)) found.items.push_back(std::move(*view));
  }
  if (!found.items.empty()) return found;
  for (const auto& left : run.left_out) {
    if (left.family == family) found.left_out = own_left_out(left);
  }
  return found;
}

}  // namespace cp::matching
