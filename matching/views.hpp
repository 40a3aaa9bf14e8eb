// What matching's routes take and answer. The engine's own format is in command/wire.hpp.
#pragma once

#include "matching/what_if.hpp"
#include "shared/http/router.hpp"
#include "shared/json/wire.hpp"

namespace cp::matching {

struct NewChange {
  ChangeKind kind = ChangeKind::pin;
  Id<"family"> family;
  std::optional<Id<"run">> run;
  std::optional<Id<"family">> other;
};
constexpr auto wire(const NewChange*) {
  return json::object(
      "NewMatchingChange",
      json::field("kind", &NewChange::kind, "Put the family into a run, keep it out of one, let two change places, or leave one out."),
      json::field("family", &NewChange::family, "Who."),
      json::field("run", &NewChange::run, "The run, of `pin` and `forbid`."),
      json::field("other", &NewChange::other, "The other family, of `swap`."));
}

struct NewRun {
  std::optional<std::string> activity_type;
  std::optional<Id<"matching_run">> from;
  std::optional<std::vector<NewChange>> changes;
};
constexpr auto wire(const NewRun*) {
  return json::object(
      "NewMatchingRun", json::field("activity_type", &NewRun::activity_type, "Only offers of this type.", json::between(1, 120)),
      json::field("from", &NewRun::from, "The run in which the changes were tried out; it says the type."),
      json::field("changes", &NewRun::changes, "What to change in it.", json::between(1, 20)));
}

struct WhatIf {
  std::vector<NewChange> changes;
};
constexpr auto wire(const WhatIf*) {
  return json::object("MatchingWhatIf", json::field("changes", &WhatIf::changes, "What to try out.", json::between(1, 20)));
}

struct GroupShareView {
  Id<"family"> family;
  std::optional<std::string> known_as;
  std::int64_t children = 1;
  Money share;
  std::optional<Money> alone;
};
constexpr auto wire(const GroupShareView*) {
  return json::object(
      "GroupShareView", json::field("family", &GroupShareView::family, "The family."),
      json::field("known_as", &GroupShareView::known_as, "The name it goes by."),
      json::field("children", &GroupShareView::children, "How many of its children would take part."),
      json::field("share", &GroupShareView::share, "What the whole run would cost it, at most."),
      json::field("alone", &GroupShareView::alone, "The same without a group, where it can be bought alone."));
}

struct TermView {
  std::string name;
  std::string title;
  double value = 0;
};
constexpr auto wire(const TermView*) {
  return json::object("MatchingTerm", json::field("name", &TermView::name, "As docs/matching.md calls it."),
                      json::field("title", &TermView::title, "The same in plain words."),
                      json::field("value", &TermView::value, "From 0 to 1, the mean over the group."));
}

struct GroupView {
  Id<"group"> id;
  Id<"offer"> offer;
  std::string offer_title;
  Id<"run"> run;
  std::int64_t weekday = 1, from_minute = 0, to_minute = 0, sessions = 1;
  std::vector<GroupShareView> families;
  std::vector<std::string> reasons;
  std::int64_t score = 0;
  std::vector<TermView> terms;
  std::optional<Id<"pool">> pool;
};
constexpr auto wire(const GroupView*) {
  return json::object(
      "MatchingGroupView", json::field("id", &GroupView::id, "The proposed group."),
      json::field("offer", &GroupView::offer, "What it would buy."),
      json::field("offer_title", &GroupView::offer_title, "What that is called."),
      json::field("run", &GroupView::run, "Which run of it."),
      json::field("weekday", &GroupView::weekday, "1 is Monday."),
      json::field("from_minute", &GroupView::from_minute, "Start, local minutes after midnight."),
      json::field("to_minute", &GroupView::to_minute, "End, local minutes after midnight."),
      json::field("sessions", &GroupView::sessions, "How many sessions are still to come."),
      json::field("families", &GroupView::families, "Who would be in it."),
      json::field("reasons", &GroupView::reasons, "Why this group."),
      json::field("score", &GroupView::score, "As docs/matching.md works it out."),
      json::field("terms", &GroupView::terms, "What the score is made of."),
      json::field("pool", &GroupView::pool, "The pool that came of it."));
}

struct LeftOutView {
  Id<"family"> family;
  std::optional<std::string> known_as;
  std::string code;
  std::string text;
  std::string what_would_help;
};
constexpr auto wire(const LeftOutView*) {
  return json::object(
      "MatchingLeftOutView", json::field("family", &LeftOutView::family, "The family."),
      json::field("known_as", &LeftOutView::known_as, "The name it goes by."),
      json::field("code", &LeftOutView::code, "The rule that refused it first."),
      json::field("text", &LeftOutView::text, "Why, in words."),
      json::field("what_would_help", &LeftOutView::what_would_help, "What would change it."));
}

struct ChangeView {
  ChangeKind kind = ChangeKind::pin;
  Id<"family"> family;
  std::optional<std::string> known_as;
  std::optional<Id<"run">> run;
  std::optional<Id<"family">> other;
  std::optional<std::string> other_known_as;
};
constexpr auto wire(const ChangeView*) {
  return json::object("MatchingChangeView", json::field("kind", &ChangeView::kind, "What was tried out."),
                      json::field("family", &ChangeView::family, "With whom."),
                      json::field("known_as", &ChangeView::known_as, "The name it goes by."),
                      json::field("run", &ChangeView::run, "The run it was pinned to or kept out of."),
                      json::field("other", &ChangeView::other, "With whom it changed places."),
                      json::field("other_known_as", &ChangeView::other_known_as, "The name that one goes by."));
}

/// A family under the name it goes by.
struct NamedFamily {
  Id<"family"> family;
  std::optional<std::string> known_as;
};
constexpr auto wire(const NamedFamily*) {
  return json::object("MatchingFamilyName", json::field("family", &NamedFamily::family, "The family."),
                      json::field("known_as", &NamedFamily::known_as, "The name it goes by."));
}

struct UnmetGroupView {
  std::string activity_type;
  std::int64_t weekday = 1, from_minute = 0, to_minute = 0;
  double within_miles = 0;
  std::int64_t children = 0, age_min = 0, age_max = 0;
  std::string text;
  std::vector<NamedFamily> families;
};
constexpr auto wire(const UnmetGroupView*) {
  return json::object(
      "MatchingUnmetGroup", json::field("activity_type", &UnmetGroupView::activity_type, "What they all want."),
      json::field("weekday", &UnmetGroupView::weekday, "1 is Monday."),
      json::field("from_minute", &UnmetGroupView::from_minute, "They are all free from then, local minutes after midnight."),
      json::field("to_minute", &UnmetGroupView::to_minute, "They are all free until then."),
      json::field("within_miles", &UnmetGroupView::within_miles, "They all live so near the middle of them."),
      json::field("children", &UnmetGroupView::children, "How many children."),
      json::field("age_min", &UnmetGroupView::age_min, "The youngest."),
      json::field("age_max", &UnmetGroupView::age_max, "The oldest."),
      json::field("text", &UnmetGroupView::text, "The same in words, without names: for providers."),
      json::field("families", &UnmetGroupView::families, "Who; not for providers."));
}

struct NotTogetherView {
  std::string code;
  std::string text;
  std::string what_would_help;
  std::string for_parents;
};
constexpr auto wire(const NotTogetherView*) {
  return json::object("MatchingNotTogether", json::field("code", &NotTogetherView::code, "The rule that keeps them apart."),
                      json::field("text", &NotTogetherView::text, "Why, for a facilitator; it may tell of a wish that the other "
                                                                  "family is not told."),
                      json::field("what_would_help", &NotTogetherView::what_would_help, "What would change it."),
                      json::field("for_parents", &NotTogetherView::for_parents, "The same, to be told to either of them."));
}

struct RunSummary {
  Id<"matching_run"> id;
  Id<"authority"> authority;
  Timestamp created = {};
  std::int64_t families = 0, offers = 0, took_ms = 0;
  std::optional<std::string> activity_type;
  std::optional<Id<"matching_run">> from;
  std::int64_t score = 0;
  std::optional<std::int64_t> bound;
  std::optional<double> gap;
  std::optional<Date> night;
  std::optional<std::int64_t> rather_elsewhere;
};
constexpr auto wire(const RunSummary*) {
  return json::object(
      "MatchingRunSummary", json::field("id", &RunSummary::id, "The matching run."),
      json::field("authority", &RunSummary::authority, "Whose families."),
      json::field("created", &RunSummary::created, "When it was made."),
      json::field("families", &RunSummary::families, "Families that were looked at."),
      json::field("offers", &RunSummary::offers, "Offers that were looked at."),
      json::field("took_ms", &RunSummary::took_ms, "How long the engine took."),
      json::field("activity_type", &RunSummary::activity_type, "The one type that was looked for; absent: every type."),
      json::field("from", &RunSummary::from, "The run in which changes were tried out."),
      json::field("score", &RunSummary::score, "As docs/matching.md works it out."),
      json::field("bound", &RunSummary::bound, "No arrangement scores more; absent where it was not worked out."),
      json::field("gap", &RunSummary::gap, "How much better the best can be at most, as a part of 1."),
      json::field("night", &RunSummary::night, "The night in which it was made without being asked for."),
      json::field("rather_elsewhere", &RunSummary::rather_elsewhere,
                  "Every move that families and groups agree on was made, and so many families would still rather be in a group "
                  "that would have them, but their going would cost others more; absent where such moves may be left."));
}

struct RunReport : RunSummary {
  std::vector<ChangeView> changes;
  std::vector<GroupView> groups;
  std::vector<LeftOutView> left_out;
  std::vector<UnmetGroupView> unmet;
};
constexpr auto wire(const RunReport*) {
  return std::apply(
      [](const auto&... field) {
        return json::object(
            "MatchingRunView", field...,
            json::field("changes", &RunReport::changes, "What was tried out.", json::between(0, 1'000)),
            json::field("groups", &RunReport::groups, "The proposed groups.", json::between(0, 100'000)),
            json::field("left_out", &RunReport::left_out, "Families without a group.", json::between(0, 1'000'000)),
            json::field("unmet", &RunReport::unmet, "Groups of them that lack an offer.", json::between(0, 100'000)));
      },
      wire(static_cast<const RunSummary*>(nullptr)).fields);
}

struct WhatIfFamily {
  Id<"family"> family;
  std::optional<std::string> known_as;
  std::optional<Money> before, now;
};
constexpr auto wire(const WhatIfFamily*) {
  return json::object("MatchingWhatIfFamily", json::field("family", &WhatIfFamily::family, "The family."),
                      json::field("known_as", &WhatIfFamily::known_as, "The name it goes by."),
                      json::field("before", &WhatIfFamily::before, "What it paid at most; absent: it had no group."),
                      json::field("now", &WhatIfFamily::now, "What it would pay at most; absent: no group."));
}
struct WhatIfView {
  std::int64_t score_before = 0, score_after = 0;
  std::vector<WhatIfFamily> gained, lost, paying;
  std::vector<GroupView> groups;
};
constexpr auto wire(const WhatIfView*) {
  return json::object(
      "MatchingWhatIfView", json::field("score_before", &WhatIfView::score_before, "Of all groups as they are."),
      json::field("score_after", &WhatIfView::score_after, "Of all groups as they would be."),
      json::field("gained", &WhatIfView::gained, "Who would get a group.", json::between(0, 1'000'000)),
      json::field("lost", &WhatIfView::lost, "Who would lose theirs.", json::between(0, 1'000'000)),
      json::field("paying", &WhatIfView::paying, "Who would pay another sum.", json::between(0, 1'000'000)),
      json::field("groups", &WhatIfView::groups, "The groups; nothing of it is kept.", json::between(0, 100'000)));
}

// ---------------------------------------------------------------- the map

struct MapFamily {
  Id<"family"> family;
  std::string known_as;
};
constexpr auto wire(const MapFamily*) {
  return json::object("MatchingMapFamily", json::field("family", &MapFamily::family, "The family."),
                      json::field("known_as", &MapFamily::known_as, "The name it goes by."));
}

/// A postcode district: nothing nearer is known of where anybody lives.
struct MapPlace {
  std::string district;
  double latitude = 0, longitude = 0;
  std::vector<Id<"offer">> offers;
  std::vector<MapFamily> families;
};
constexpr auto wire(const MapPlace*) {
  return json::object("MatchingMapPlace", json::field("district", &MapPlace::district, "A postcode district."),
                      json::field("latitude", &MapPlace::latitude, "Of its middle, degrees north."),
                      json::field("longitude", &MapPlace::longitude, "Of its middle, degrees east."),
                      json::field("offers", &MapPlace::offers, "What groups of the run would buy there."),
                      json::field("families", &MapPlace::families, "Families of the run who live there."));
}
struct RunMap {
  std::vector<MapPlace> places;
};
constexpr auto wire(const RunMap*) {
  return json::object("MatchingRunMap", json::field("places", &RunMap::places, "By district.", json::between(0, 10'000)));
}

// ---------------------------------------------------------------- as a family sees it

/// A proposed group as one of its families sees it.
struct FamilyProposal {
  Id<"matching_run"> matching_run;
  Id<"group"> group;
  Id<"offer"> offer;
  std::string offer_title;
  Id<"run"> run;
  std::int64_t weekday = 1, from_minute = 0, to_minute = 0, sessions = 1;
  std::int64_t families = 0, children = 0;
  Money my_share;
  std::optional<Money> alone;
  std::vector<std::string> reasons;
};
constexpr auto wire(const FamilyProposal*) {
  return json::object(
      "FamilyProposal", json::field("matching_run", &FamilyProposal::matching_run, "The matching run."),
      json::field("group", &FamilyProposal::group, "The proposed group."),
      json::field("offer", &FamilyProposal::offer, "What it would buy."),
      json::field("offer_title", &FamilyProposal::offer_title, "What that is called."),
      json::field("run", &FamilyProposal::run, "Which run of it."),
      json::field("weekday", &FamilyProposal::weekday, "1 is Monday."),
      json::field("from_minute", &FamilyProposal::from_minute, "Start, local minutes after midnight."),
      json::field("to_minute", &FamilyProposal::to_minute, "End, local minutes after midnight."),
      json::field("sessions", &FamilyProposal::sessions, "How many sessions."),
      json::field("families", &FamilyProposal::families, "Families in the group, yours included."),
      json::field("children", &FamilyProposal::children, "Children in the group."),
      json::field("my_share", &FamilyProposal::my_share, "What the whole run would cost you, at most."),
      json::field("alone", &FamilyProposal::alone, "The same alone, where it can be bought alone."),
      json::field("reasons", &FamilyProposal::reasons, "Why this group."));
}
/// Why the family has no group, without anything of another family.
struct OwnLeftOut {
  std::string code;
  std::string text;
  std::string what_would_help;
};
constexpr auto wire(const OwnLeftOut*) {
  return json::object(
      "OwnLeftOut",
      json::field("code", &OwnLeftOut::code, "The rule that refused first; `no-group-yet` where that is not for a page."),
      json::field("text", &OwnLeftOut::text, "Why, in words."),
      json::field("what_would_help", &OwnLeftOut::what_would_help, "What would change it."));
}
struct FamilyProposals {
  std::vector<FamilyProposal> items;
  std::optional<OwnLeftOut> left_out;
};
constexpr auto wire(const FamilyProposals*) {
  return json::object("FamilyProposals", json::field("items", &FamilyProposals::items, "Of the newest matching run."),
                      json::field("left_out", &FamilyProposals::left_out, "Why there is none, if it looked for one."));
}

// ---------------------------------------------------------------- addresses

struct RunPath {
  Id<"matching_run"> run;
};
constexpr auto wire(const RunPath*) {
  return json::object("MatchingRunPath", json::field("run", &RunPath::run, "The matching run."));
}
struct GroupPath {
  Id<"matching_run"> run;
  Id<"group"> group;
};
constexpr auto wire(const GroupPath*) {
  return json::object("MatchingGroupPath", json::field("run", &GroupPath::run, "The matching run."),
                      json::field("group", &GroupPath::group, "The proposed group."));
}
struct PairPath {
  Id<"matching_run"> run;
  Id<"family"> family, other;
};
constexpr auto wire(const PairPath*) {
  return json::object("MatchingPairPath", json::field("run", &PairPath::run, "The matching run."),
                      json::field("family", &PairPath::family, "One family."),
                      json::field("other", &PairPath::other, "Another one."));
}
struct RunQuery {
  std::optional<std::string> after;
  std::optional<std::int64_t> limit;
};
constexpr auto wire(const RunQuery*) {
  return json::object("MatchingRunQuery",
                      json::field("after", &RunQuery::after, "From the `next` of the page before."),
                      json::field("limit", &RunQuery::limit, "Items on a page.", json::between(1, 500)));
}

}  // namespace cp::matching
