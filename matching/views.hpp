// What matching's routes take and answer. The engine's own format is in wire.hpp.
#pragma once

#include "shared/http/router.hpp"
#include "shared/json/wire.hpp"

namespace cp::matching {

struct NewRun {
  std::optional<std::string> activity_type;
};
constexpr auto wire(const NewRun*) {
  return json::object("NewMatchingRun", json::field("activity_type", &NewRun::activity_type,
                                                    "Only offers of this type.", json::between(1, 120)));
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

struct GroupView {
  Id<"group"> id;
  Id<"offer"> offer;
  std::string offer_title;
  Id<"run"> run;
  std::int64_t weekday = 1, from_minute = 0, to_minute = 0, sessions = 1;
  std::vector<GroupShareView> families;
  std::vector<std::string> reasons;
  std::int64_t score = 0;
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
      json::field("score", &GroupView::score, "As docs/matching.md works it out."));
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

struct RunSummary {
  Id<"matching_run"> id;
  Id<"authority"> authority;
  Timestamp created = {};
  std::int64_t families = 0, offers = 0, took_ms = 0;
};
constexpr auto wire(const RunSummary*) {
  return json::object("MatchingRunSummary", json::field("id", &RunSummary::id, "The matching run."),
                      json::field("authority", &RunSummary::authority, "Whose families."),
                      json::field("created", &RunSummary::created, "When it was made."),
                      json::field("families", &RunSummary::families, "Families that were looked at."),
                      json::field("offers", &RunSummary::offers, "Offers that were looked at."),
                      json::field("took_ms", &RunSummary::took_ms, "How long the engine took."));
}

struct RunReport {
  Id<"matching_run"> id;
  Id<"authority"> authority;
  Timestamp created = {};
  std::int64_t families = 0, offers = 0, took_ms = 0;
  std::vector<GroupView> groups;
  std::vector<LeftOutView> left_out;
};
constexpr auto wire(const RunReport*) {
  return json::object(
      "MatchingRunView", json::field("id", &RunReport::id, "The matching run."),
      json::field("authority", &RunReport::authority, "Whose families."),
      json::field("created", &RunReport::created, "When it was made."),
      json::field("families", &RunReport::families, "Families that were looked at."),
      json::field("offers", &RunReport::offers, "Offers that were looked at."),
      json::field("took_ms", &RunReport::took_ms, "How long the engine took."),
      json::field("groups", &RunReport::groups, "The proposed groups.", json::between(0, 100'000)),
      json::field("left_out", &RunReport::left_out, "Families without a group.", json::between(0, 1'000'000)));
}

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
struct FamilyProposals {
  std::vector<FamilyProposal> items;
};
constexpr auto wire(const FamilyProposals*) {
  return json::object("FamilyProposals", json::field("items", &FamilyProposals::items, "Of the newest matching run."));
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
