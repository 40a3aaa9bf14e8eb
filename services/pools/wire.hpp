// What pools look like on the wire.
#pragma once

#include "services/pools/model.hpp"
#include "shared/http/router.hpp"
#include "shared/json/wire.hpp"

namespace cp::pools {

struct NewPool {
  Id<"offer"> offer;
  Id<"run"> run;
  std::vector<Id<"family">> families;
  std::optional<Id<"matching_run">> matching_run;
  std::optional<Id<"group">> group;
  std::vector<std::string> reasons;
};
constexpr auto wire(const NewPool*) {
  return json::object(
      "NewPool", json::field("offer", &NewPool::offer, "The offer to buy."),
      json::field("run", &NewPool::run, "Which of the offer's runs."),
      json::field("families", &NewPool::families,
                  "Who is invited. A parent who starts a pool names only their own family.",
                  json::between(0, 40)),
      json::field("matching_run", &NewPool::matching_run, "The matching run a proposed group is from."),
      json::field("group", &NewPool::group,
                  "The proposed group this pool confirms; families may then be empty to take all of it."),
      json::field("reasons", &NewPool::reasons, "Why this group, in words, where there is no proposed group.",
                  json::between(0, 20)));
}

struct NewMember {
  Id<"family"> family;
};
constexpr auto wire(const NewMember*) {
  return json::object("NewMember", json::field("family", &NewMember::family, "Who joins."));
}

struct AgreementRatio {
  std::int64_t adults = 1, children = 1;
};
constexpr auto wire(const AgreementRatio*) {
  return json::object("AgreementRatio",
                      json::field("adults", &AgreementRatio::adults, "So many adults", json::between(1, 10)),
                      json::field("children", &AgreementRatio::children, "for so many children.",
                                  json::between(1, 10)));
}

/// What is agreed with one family beside the kind of split.
struct AgreementMember {
  Id<"family"> family;
  std::optional<std::int64_t> weight;
  std::optional<AgreementRatio> ratio;
  std::optional<std::vector<std::int64_t>> minutes;
  std::optional<Money> fixed, can_pay, carries_to;
};
constexpr auto wire(const AgreementMember*) {
  constexpr auto amounts = json::between(0, 100'000'000);
  return json::object(
      "AgreementMember", json::field("family", &AgreementMember::family, "Whose terms these are."),
      json::field("weight", &AgreementMember::weight, "By weight: its part, as 3 of 8.", json::between(1, 1'000)),
      json::field("ratio", &AgreementMember::ratio, "By support ratio: what its children need; 1:1 otherwise."),
      json::field("minutes", &AgreementMember::minutes,
                  "By hours: the minutes of all its children, once for all sessions or session by session.",
                  json::between(1, 60)),
      json::field("fixed", &AgreementMember::fixed, "It pays this a session, and the others share the rest.", amounts),
      json::field("can_pay", &AgreementMember::can_pay,
                  "The most it can pay for a session. The other families do not see it.", amounts),
      json::field("carries_to", &AgreementMember::carries_to,
                  "It agrees to pay up to this for a session so that nobody has to drop out.", amounts));
}

struct AgreementCost {
  CostKind kind = CostKind::fee;
  std::string label;
  std::optional<Money> per_session, once;
};
constexpr auto wire(const AgreementCost*) {
  constexpr auto amounts = json::between(0, 100'000'000);
  return json::object("AgreementCost",
                      json::field("kind", &AgreementCost::kind, "A fee, insurance, or something else."),
                      json::field("label", &AgreementCost::label, "What it is for.", json::between(1, 80)),
                      json::field("per_session", &AgreementCost::per_session, "In every session.", amounts),
                      json::field("once", &AgreementCost::once, "Once, spread over all sessions.", amounts));
}

struct NewAgreement {
  std::int64_t notice_sessions = 0;
  std::int64_t ceiling_percent = 0;
  std::int64_t minimum_children = 1;
  std::optional<SplitKind> split;
  std::optional<std::vector<AgreementMember>> members;
  std::optional<std::vector<AgreementCost>> costs;
};
constexpr auto wire(const NewAgreement*) {
  return json::object(
      "NewAgreement",
      json::field("notice_sessions", &NewAgreement::notice_sessions,
                  "How many more sessions a family that leaves still pays for.", json::between(0, 60)),
      json::field("ceiling_percent", &NewAgreement::ceiling_percent,
                  "How far a share of a session may rise above the first one when others leave.",
                  json::between(0, 100)),
      json::field("minimum_children", &NewAgreement::minimum_children,
                  "With fewer children than this the pool closes.", json::between(1, 1'000)),
      json::field("split", &NewAgreement::split, "How the price is shared; by child otherwise."),
      json::field("members", &NewAgreement::members, "What is agreed with single families.", json::between(0, 40)),
      json::field("costs", &NewAgreement::costs, "Fees and insurance that the provider bills beside its price.",
                  json::between(0, 10)));
}

struct Acceptance {
  std::int64_t agreement_version = 0;
};
constexpr auto wire(const Acceptance*) {
  return json::object("Acceptance",
                      json::field("agreement_version", &Acceptance::agreement_version,
                                  "The version that was read.", json::between(1, 1'000'000)));
}

struct Reason {
  std::string reason;
};
constexpr auto wire(const Reason*) {
  return json::object("PoolReason", json::field("reason", &Reason::reason,
                                                "Why, in a few words. It may be empty.",
                                                json::between(0, 500)));
}

struct AgreementView {
  std::int64_t version = 1;
  Money price_per_session;
  std::int64_t sessions = 0;
  std::int64_t notice_sessions = 0;
  std::int64_t ceiling_percent = 0;
  std::int64_t minimum_children = 1;
  SplitKind split = SplitKind::by_child;
  std::vector<AgreementCost> costs;
  std::string text;
};
constexpr auto wire(const AgreementView*) {
  return json::object(
      "AgreementView", json::field("version", &AgreementView::version, "What an acceptance names."),
      json::field("price_per_session", &AgreementView::price_per_session, "For the whole group."),
      json::field("sessions", &AgreementView::sessions, "Sessions that are not cancelled."),
      json::field("notice_sessions", &AgreementView::notice_sessions, "Paid for after leaving."),
      json::field("ceiling_percent", &AgreementView::ceiling_percent, "Above the first share."),
      json::field("minimum_children", &AgreementView::minimum_children, "Below it the pool closes."),
      json::field("split", &AgreementView::split, "How the price is shared."),
      json::field("costs", &AgreementView::costs, "On top of the price."),
      json::field("text", &AgreementView::text, "What this means, in plain words.",
                  json::between(0, 4'000)));
}

struct MemberView {
  Id<"family"> family;
  std::string known_as;
  std::int64_t children = 1;
  MemberState state = MemberState::invited;
  std::optional<std::int64_t> accepted_version;
  Money share_per_session;
  Money total;
  std::optional<Money> ceiling_per_session;
  std::optional<AgreementMember> terms;
};
constexpr auto wire(const MemberView*) {
  return json::object(
      "PoolMemberView", json::field("family", &MemberView::family, "The family."),
      json::field("known_as", &MemberView::known_as, "The name it goes by."),
      json::field("children", &MemberView::children, "How many of its children take part."),
      json::field("state", &MemberView::state, "Where it stands."),
      json::field("accepted_version", &MemberView::accepted_version, "The agreement it accepted."),
      json::field("share_per_session", &MemberView::share_per_session,
                  "Its share; a penny less in some sessions where the price does not divide."),
      json::field("total", &MemberView::total, "Its share of all sessions."),
      json::field("ceiling_per_session", &MemberView::ceiling_per_session,
                  "The most a session can cost it."),
      json::field("terms", &MemberView::terms, "What is agreed with it alone; for the facilitator and commissioner."));
}

constexpr auto wire(const ShareStep*) {
  return json::object("ShareStep", json::field("what", &ShareStep::what, "Which step; see DerivationLine."),
                      json::field("text", &ShareStep::text, "The step in words."),
                      json::field("amount", &ShareStep::amount, "The amount it comes to, where it has one."));
}
struct MyShareView {
  Id<"family"> family;
  MemberState state = MemberState::invited;
  std::optional<std::int64_t> accepted_version;
  Money share_per_session;
  Money total;
  std::optional<Money> ceiling_per_session;
  std::optional<std::int64_t> pays_until;
  std::vector<ShareStep> derivation;
  std::optional<AgreementMember> terms;
};
constexpr auto wire(const MyShareView*) {
  return json::object(
      "MyShareView", json::field("family", &MyShareView::family, "The reader's own family."),
      json::field("state", &MyShareView::state, "Where it stands."),
      json::field("accepted_version", &MyShareView::accepted_version, "The agreement it accepted."),
      json::field("share_per_session", &MyShareView::share_per_session, "What a session costs it."),
      json::field("total", &MyShareView::total, "What all sessions cost it."),
      json::field("ceiling_per_session", &MyShareView::ceiling_per_session,
                  "The most a session can cost it."),
      json::field("pays_until", &MyShareView::pays_until, "After leaving: the last session it pays for."),
      json::field("derivation", &MyShareView::derivation, "How the share was worked out, step by step."),
      json::field("terms", &MyShareView::terms, "What is agreed with this family alone."));
}

struct SessionView {
  std::int64_t number = 1;
  Date date = {};
  SessionState state = SessionState::planned;
};
constexpr auto wire(const SessionView*) {
  return json::object("PoolSessionView", json::field("number", &SessionView::number, "Counts from 1."),
                      json::field("date", &SessionView::date, "The day."),
                      json::field("state", &SessionView::state, "Planned, delivered or cancelled."));
}

struct PoolView {
  Id<"pool"> id;
  Id<"authority"> authority;
  PoolState state = PoolState::proposed;
  std::string title;
  Id<"offer"> offer;
  Id<"run"> run;
  Id<"provider"> provider;
  std::string provider_name;
  std::string activity_type;
  std::int64_t weekday = 1, from_minute = 0, to_minute = 0, minutes_per_session = 0;
  std::int64_t minimum_children = 1, maximum_children = 1, children = 0;
  std::optional<AgreementView> agreement;
  std::vector<MemberView> members;
  std::vector<SessionView> sessions;
  std::vector<std::string> reasons;
  std::optional<MyShareView> my;
  Timestamp created = {};
  std::int64_t version = 1;
};
constexpr auto wire(const PoolView*) {
  return json::object(
      "PoolView", json::field("id", &PoolView::id, "The pool."),
      json::field("authority", &PoolView::authority, "Whose families these are."),
      json::field("state", &PoolView::state, "Where the pool stands."),
      json::field("title", &PoolView::title, "What is bought."),
      json::field("offer", &PoolView::offer, "The offer."), json::field("run", &PoolView::run, "The run."),
      json::field("provider", &PoolView::provider, "Who provides it."),
      json::field("provider_name", &PoolView::provider_name, "The provider's name."),
      json::field("activity_type", &PoolView::activity_type, "The kind of short break."),
      json::field("weekday", &PoolView::weekday, "1 is Monday.", json::between(1, 7)),
      json::field("from_minute", &PoolView::from_minute, "Start, minutes after midnight."),
      json::field("to_minute", &PoolView::to_minute, "End, minutes after midnight."),
      json::field("minutes_per_session", &PoolView::minutes_per_session, "Length."),
      json::field("minimum_children", &PoolView::minimum_children, "The offer's smallest group."),
      json::field("maximum_children", &PoolView::maximum_children, "The offer's largest group."),
      json::field("children", &PoolView::children, "Children who take part."),
      json::field("agreement", &PoolView::agreement, "What members accept, once there is one."),
      json::field("members", &PoolView::members, "Those the reader may see."),
      json::field("sessions", &PoolView::sessions, "The dated sessions."),
      json::field("reasons", &PoolView::reasons, "Why this group."),
      json::field("my", &PoolView::my, "The reader's own share."),
      json::field("created", &PoolView::created, "When it was proposed."),
      json::field("version", &PoolView::version, "Also the ETag."));
}

struct PoolSummary {
  Id<"pool"> id;
  std::string title;
  PoolState state = PoolState::proposed;
  std::string activity_type;
  std::int64_t members = 0, children = 0, sessions = 0, delivered = 0;
  std::int64_t weekday = 1, from_minute = 0;
  std::optional<MemberState> my_state;
  Timestamp created = {};
  std::int64_t version = 1;
};
constexpr auto wire(const PoolSummary*) {
  return json::object(
      "PoolSummary", json::field("id", &PoolSummary::id, "The pool."),
      json::field("title", &PoolSummary::title, "What is bought."),
      json::field("state", &PoolSummary::state, "Where the pool stands."),
      json::field("activity_type", &PoolSummary::activity_type, "The kind of short break."),
      json::field("members", &PoolSummary::members, "Families who take part."),
      json::field("children", &PoolSummary::children, "Children who take part."),
      json::field("sessions", &PoolSummary::sessions, "Sessions not cancelled."),
      json::field("delivered", &PoolSummary::delivered, "Of these, delivered."),
      json::field("weekday", &PoolSummary::weekday, "1 is Monday.", json::between(1, 7)),
      json::field("from_minute", &PoolSummary::from_minute, "Start, minutes after midnight."),
      json::field("my_state", &PoolSummary::my_state, "Where the reader's own family stands."),
      json::field("created", &PoolSummary::created, "When it was proposed."),
      json::field("version", &PoolSummary::version, "Its version."));
}

// ---------------------------------------------------------------- addresses

struct PoolPath {
  Id<"pool"> pool;
};
constexpr auto wire(const PoolPath*) {
  return json::object("PoolPath", json::field("pool", &PoolPath::pool, "The pool."));
}
struct MemberPath {
  Id<"pool"> pool;
  Id<"family"> family;
};
constexpr auto wire(const MemberPath*) {
  return json::object("PoolMemberPath", json::field("pool", &MemberPath::pool, "The pool."),
                      json::field("family", &MemberPath::family, "The family."));
}
struct SessionPath {
  Id<"pool"> pool;
  std::int64_t number = 1;
};
constexpr auto wire(const SessionPath*) {
  return json::object("PoolSessionPath", json::field("pool", &SessionPath::pool, "The pool."),
                      json::field("number", &SessionPath::number, "The session.",
                                  json::between(1, 1'000)));
}
struct PoolQuery {
  std::optional<PoolState> state;
  std::optional<std::string> after;
  std::optional<std::int64_t> limit;
};
constexpr auto wire(const PoolQuery*) {
  return json::object("PoolQuery", json::field("state", &PoolQuery::state, "Only pools in this state."),
                      json::field("after", &PoolQuery::after, "From the `next` of the page before."),
                      json::field("limit", &PoolQuery::limit, "Items on a page.", json::between(1, 500)));
}

}  // namespace cp::pools
