// A pool: families who buy one offer together, under an agreement each of them accepted.
#pragma once

#include "shared/core/id.hpp"
#include "shared/core/money.hpp"
#include "shared/core/names.hpp"
#include "shared/core/time.hpp"

#include <optional>
#include <string>
#include <vector>

namespace cp::pools {

/// proposed -> agreement -> holding -> active -> closed, or dissolved on the way. `holding` lasts
/// from the last acceptance, `resplitting` from a leaving, until the ledger has answered; nothing
/// else happens to the pool meanwhile.
enum class PoolState { proposed, agreement, holding, active, resplitting, closed, dissolved };
constexpr auto names_of(PoolState) {
  return names<PoolState>({{PoolState::proposed, "proposed"},
                           {PoolState::agreement, "agreement"},
                           {PoolState::holding, "holding"},
                           {PoolState::active, "active"},
                           {PoolState::resplitting, "resplitting"},
                           {PoolState::closed, "closed"},
                           {PoolState::dissolved, "dissolved"}});
}

/// `leaving` members still pay for the sessions of their notice; `left` ones pay for nothing more.
enum class MemberState { invited, accepted, declined, leaving, left };
constexpr auto names_of(MemberState) {
  return names<MemberState>({{MemberState::invited, "invited"},
                             {MemberState::accepted, "accepted"},
                             {MemberState::declined, "declined"},
                             {MemberState::leaving, "leaving"},
                             {MemberState::left, "left"}});
}

enum class SessionState { planned, delivered, cancelled };
constexpr auto names_of(SessionState) {
  return names<SessionState>({{SessionState::planned, "planned"},
                              {SessionState::delivered, "delivered"},
                              {SessionState::cancelled, "cancelled"}});
}

/// What the members pay in one session, per number of children: a copy of the offer's tier at the
/// time the pool was proposed, so that a later change of the offer does not change an agreement.
struct Tier {
  std::int64_t from_children = 1;
  Money fixed, per_child, per_hour;
};

/// The offer and the run a pool buys, as they were when it was proposed.
struct Purchase {
  Id<"offer"> offer;
  Id<"run"> run;
  Id<"provider"> provider;
  std::string provider_name;
  std::string title;
  std::string activity_type;
  std::int64_t weekday = 1;  // 1 = Monday
  std::int64_t from_minute = 0;
  std::int64_t to_minute = 0;
  std::int64_t minutes_per_session = 0;
  std::int64_t minimum_children = 1;
  std::int64_t maximum_children = 1;
  std::int64_t places = 1;  // of the run, for all its pools
  std::vector<Tier> tiers;
};

/// How the price is shared; see docs/splitting.md.
enum class SplitKind { by_child, equal, by_hours, by_support_ratio, by_weight };
constexpr auto names_of(SplitKind) {
  return names<SplitKind>({{SplitKind::by_child, "by_child"},
                           {SplitKind::equal, "equal"},
                           {SplitKind::by_hours, "by_hours"},
                           {SplitKind::by_support_ratio, "by_support_ratio"},
                           {SplitKind::by_weight, "by_weight"}});
}

/// What is paid beside the provider's price: agreed before anybody commits.
enum class CostKind { fee, insurance, other };
constexpr auto names_of(CostKind) {
  return names<CostKind>({{CostKind::fee, "fee"}, {CostKind::insurance, "insurance"}, {CostKind::other, "other"}});
}
struct Cost {
  CostKind kind = CostKind::fee;
  std::string label;
  Money per_session;
  Money once;  // spread over all sessions of the agreement
};

struct Agreement {
  std::int64_t version = 0;  // 0: there is none yet
  Money price_per_session;
  std::int64_t notice_sessions = 0;
  std::int64_t ceiling_percent = 0;
  std::int64_t minimum_children = 1;
  SplitKind split = SplitKind::by_child;
  std::vector<Cost> costs = {};
};

/// What one family agreed to beside the kind of split. Amounts are of one session.
struct MemberTerms {
  std::optional<std::int64_t> weight;  // by weight
  std::int64_t ratio_adults = 1;       // by support ratio
  std::int64_t ratio_children = 1;
  std::vector<std::int64_t> minutes;  // by hours: of all its children, by session
  std::optional<Money> fixed;         // it pays this, and the others the rest
  std::optional<Money> can_pay;       // the most it can pay; for the facilitator and itself alone
  std::optional<Money> carries_to;    // it pays up to this so that another need not drop out
  bool operator==(const MemberTerms&) const = default;
};

/// One step of how a share was worked out, as payments say it.
struct ShareStep {
  std::string what;
  std::string text;
  std::optional<Money> amount;
  bool operator==(const ShareStep&) const = default;
};

struct Member {
  Id<"family"> family;
  std::string known_as;
  std::int64_t children = 1;
  MemberState state = MemberState::invited;
  std::optional<std::int64_t> accepted_version;
  Money highest_share;                          // of one session
  Money total;                                  // of all sessions not cancelled
  std::optional<Money> ceiling;                 // of one session; set with the agreement
  std::optional<std::int64_t> pays_until;       // last session a leaving member pays for
  std::vector<ShareStep> derivation;            // how the share was worked out
  MemberTerms terms = {};
  bool operator==(const Member&) const = default;
};

struct Session {
  std::int64_t number = 1;
  Date date = {};
  SessionState state = SessionState::planned;
  bool operator==(const Session&) const = default;
};

/// Why the last attempt to hold everybody's share was refused; told to that family alone.
struct Refusal {
  Id<"family"> family;
  std::string code;
  std::string detail;
  std::int64_t short_by_pence = 0;
};

struct Pool {
  Id<"pool"> id;
  Id<"authority"> authority;
  PoolState state = PoolState::proposed;
  Purchase purchase;
  Agreement agreement;
  std::vector<Member> members;    // by family id
  std::vector<Session> sessions;  // by number
  std::vector<std::string> reasons;
  std::optional<Id<"group">> group;  // the proposed group it was made from
  std::optional<Refusal> refusal;
  Timestamp created = {};
  std::int64_t version = 1;
};

/// What one member pays for one session.
struct Share {
  Id<"family"> family;
  std::int64_t session = 1;
  Money amount;
  std::int64_t rounding = 0;  // above the exact share, in billionths of a penny
};

}  // namespace cp::pools
