#include "services/pools/rules.hpp"
#include "shared/core/counted.hpp"

#include <algorithm>

namespace cp::pools {
namespace {

Result<Done> wrong_state(const Pool& pool, std::string_view needed) {
  return conflict("pool-state", "This pool is " + std::string(name(pool.state)) + "; that needs it to be " +
                                    std::string(needed) + ".");
}

bool is_busy(const Pool& pool) {
  return pool.state == PoolState::holding || pool.state == PoolState::resplitting;
}

Result<Done> busy() {
  return conflict("pool-busy", "The shares are being set aside just now. Try again in a moment.");
}

Result<Done> not_a_member() {
  return not_found("Your family is not in this pool. Ask the facilitator if it should be.");
}

bool pays_for(const Member& member, std::int64_t session) {
  if (member.state == MemberState::accepted) return true;
  return member.state == MemberState::leaving && member.pays_until && session <= *member.pays_until;
}

Result<Done> check_group_size(const Pool& pool) {
  const auto children = children_taking_part(pool);
  if (children < pool.purchase.minimum_children) {
    return conflict("group-too-small",
                    "The offer needs at least " +
                        counted(pool.purchase.minimum_children, "child", "children") +
                        "; this group has " + std::to_string(children) + ".");
  }
  if (children > std::min(pool.purchase.maximum_children, pool.purchase.places)) {
    return conflict("group-too-large", "There is room for " +
                                           counted(std::min(pool.purchase.maximum_children,
                                                          pool.purchase.places),
                                                 "child", "children") +
                                           "; this group has " + std::to_string(children) + ".");
  }
  return Done{};
}

}  // namespace

const Member* find_member(const Pool& pool, const Id<"family">& family) {
  const auto found = std::find_if(pool.members.begin(), pool.members.end(),
                                  [&](const Member& member) { return member.family == family; });
  return found == pool.members.end() ? nullptr : &*found;
}

Member* find_member(Pool& pool, const Id<"family">& family) {
  return const_cast<Member*>(find_member(std::as_const(pool), family));
}

const Session* find_session(const Pool& pool, std::int64_t number) {
  const auto found = std::find_if(pool.sessions.begin(), pool.sessions.end(),
                                  [&](const Session& session) { return session.number == number; });
  return found == pool.sessions.end() ? nullptr : &*found;
}

Session* find_session(Pool& pool, std::int64_t number) {
  return const_cast<Session*>(find_session(std::as_const(pool), number));
}

bool takes_part(const Member& member) {
  return member.state != MemberState::declined && member.state != MemberState::left;
}

std::int64_t children_taking_part(const Pool& pool) {
  std::int64_t children = 0;
  for (const auto& member : pool.members) children += takes_part(member) ? member.children : 0;
  return children;
}

Result<Done> may_change_members(const Pool& pool) {
  if (pool.state != PoolState::proposed) return wrong_state(pool, "proposed");
  return Done{};
}

Result<Done> may_add(const Pool& pool, const Id<"family">& family) {
  CP_TRY(may_change_members(pool));
  const auto* member = find_member(pool, family);
  if (member && takes_part(*member)) {
    return conflict("already-a-member", "This family is in the pool already.");
  }
  if (!member && pool.members.size() >= most_members) {
    return conflict("group-too-large", "A pool has at most 40 families.");
  }
  return Done{};
}

Result<Done> may_agree(const Pool& pool, const Agreement& terms) {
  if (pool.state != PoolState::proposed && pool.state != PoolState::agreement) {
    return wrong_state(pool, "proposed or in agreement");
  }
  if (pool.sessions.empty()) {
    return conflict("no-sessions", "Every session of this run is in the past. Choose another run.");
  }
  CP_TRY(check_group_size(pool));
  if (terms.minimum_children > children_taking_part(pool)) {
    return invalid_field("/minimum_children", "The group has only " +
                                                  counted(children_taking_part(pool), "child", "children") +
                                                  "; use at most that.");
  }
  if (terms.minimum_children < pool.purchase.minimum_children) {
    return invalid_field("/minimum_children",
                         "The offer needs at least " +
                             counted(pool.purchase.minimum_children, "child", "children") + ".");
  }
  if (terms.notice_sessions > static_cast<std::int64_t>(pool.sessions.size())) {
    return invalid_field("/notice_sessions", "The pool has only " +
                                                 counted(static_cast<std::int64_t>(pool.sessions.size()),
                                                       "session", "sessions") +
                                                 ".");
  }
  return Done{};
}

Result<Done> check_terms(const Pool& pool) {
  for (const auto& member : pool.members) {
    if (!takes_part(member)) continue;
    const auto& terms = member.terms;
    if (pool.agreement.split == SplitKind::by_weight && !terms.weight) {
      return invalid_field("/members", "Say for every family which part of the price it agreed to.");
    }
    if (pool.agreement.split != SplitKind::by_hours) continue;
    if (terms.minutes.empty()) {
      return invalid_field("/members", "Say for every family how long its children are there.");
    }
    if (terms.minutes.size() != pool.sessions.size()) {
      const auto sessions = static_cast<std::int64_t>(pool.sessions.size());
      return invalid_field("/members", "Say the minutes once, or for each of the " +
                                           counted(sessions, "session", "sessions") + ".");
    }
  }
  return Done{};
}

Money ceiling_of(Money highest_share, std::int64_t percent) {
  return highest_share + Money((highest_share * percent).pence() / 100);
}

Money ceiling_of(const Member& member, std::int64_t percent) {
  if (member.terms.fixed) return member.highest_share;
  const auto ceiling = ceiling_of(member.highest_share, percent);
  return member.terms.can_pay ? std::min(ceiling, *member.terms.can_pay) : ceiling;
}

namespace {

std::string split_text(const Pool& pool) {
  const auto& terms = pool.agreement;
  std::string text;
  switch (terms.split) {
    case SplitKind::by_child: break;
    case SplitKind::equal: text = "Every family pays the same. "; break;
    case SplitKind::by_hours: text = "Each family pays for the time its children are there. "; break;
    case SplitKind::by_support_ratio: text = "A child who needs more support counts for more of the price. "; break;
    case SplitKind::by_weight: text = "The families have agreed who pays which part of the price. "; break;
  }
  const auto any = [&](auto&& has) {
    return std::any_of(pool.members.begin(), pool.members.end(),
                       [&](const Member& member) { return takes_part(member) && has(member.terms); });
  };
  if (any([](const MemberTerms& member) { return member.fixed.has_value(); })) {
    text += "Some families pay a fixed part, and the others share the rest. ";
  }
  if (any([](const MemberTerms& member) { return member.carries_to.has_value(); })) {
    text += "Some families agreed to pay a little more, up to a limit of their own, so that nobody has to drop out. ";
  }
  return text;
}

std::string costs_text(const Agreement& terms) {
  std::string text;
  for (const auto& cost : terms.costs) {
    text += text.empty() ? ". On top of it come " : ", and ";
    if (cost.per_session != Money()) text += to_text(cost.per_session) + " a session";
    if (cost.once != Money()) text += (cost.per_session != Money() ? " and " : "") + to_text(cost.once) + " in all";
    text += " for " + cost.label;
  }
  return text;
}

}  // namespace

std::string agreement_text(const Pool& pool) {
  const auto& terms = pool.agreement;
  std::string text = "Each session costs the group " + to_text(terms.price_per_session) + costs_text(terms) + ". " +
                     split_text(pool) +
                     "Nothing is paid until every family has said yes and every share is set aside. "
                     "You pay only for sessions that take place. ";
  text += terms.notice_sessions == 0
              ? "You can leave at any time and pay for no more sessions. "
              : "If you leave, you still pay for the next " +
                    counted(terms.notice_sessions, "session", "sessions") + ". ";
  text += terms.ceiling_percent == 0
              ? "If another family leaves, your share cannot go up"
              : "If another family leaves, your share of a session can go up, but never above your "
                "ceiling, which is " +
                    std::to_string(terms.ceiling_percent) + "% more than your share now";
  return text + ". If fewer than " + counted(terms.minimum_children, "child is", "children are") +
         " left, or a share would pass a ceiling, the pool closes and money not yet spent goes back.";
}

Result<Done> may_accept(const Pool& pool, const Id<"family">& family, std::int64_t version) {
  const auto* member = find_member(pool, family);
  if (!member || !takes_part(*member)) return not_a_member();
  const bool accepted_before = member->accepted_version == version &&
                               pool.agreement.version == version &&
                               member->state == MemberState::accepted;
  if (accepted_before) return Done{};
  if (pool.state != PoolState::agreement) return wrong_state(pool, "in agreement");
  if (pool.agreement.version != version) {
    return conflict("agreement-changed",
                    "The agreement has changed since you read it. Read it again before you accept.");
  }
  return Done{};
}

bool all_accepted(const Pool& pool) {
  bool anybody = false;
  for (const auto& member : pool.members) {
    if (!takes_part(member)) continue;
    anybody = true;
    if (member.state != MemberState::accepted || member.accepted_version != pool.agreement.version) {
      return false;
    }
  }
  return anybody;
}

Result<Done> places_left(const Pool& pool, std::int64_t taken) {
  const auto left = pool.purchase.places - taken;
  if (children_taking_part(pool) <= left) return Done{};
  return conflict("no-places-left",
                  "Another group was first: " + counted(std::max<std::int64_t>(0, left), "place is", "places are") +
                      " left, this group needs " + std::to_string(children_taking_part(pool)) +
                      ". Nobody's money is held. The facilitator can look for another run.");
}

Result<Done> may_decline(const Pool& pool, const Id<"family">& family) {
  const auto* member = find_member(pool, family);
  if (!member || !takes_part(*member)) return not_a_member();
  if (pool.state != PoolState::proposed && pool.state != PoolState::agreement) {
    return wrong_state(pool, "proposed or in agreement; to go later is to leave");
  }
  return Done{};
}

Result<Done> may_leave(const Pool& pool, const Id<"family">& family) {
  const auto* member = find_member(pool, family);
  if (!member || !takes_part(*member)) return not_a_member();
  if (is_busy(pool)) return busy();
  if (pool.state == PoolState::closed || pool.state == PoolState::dissolved) {
    return wrong_state(pool, "running");
  }
  return Done{};
}

void step_back(Pool& pool, const Id<"family">& family) {
  pool.state = PoolState::proposed;
  pool.refusal.reset();
  for (auto& member : pool.members) {
    if (member.family == family) member.state = MemberState::declined;
    if (member.state == MemberState::accepted) member.state = MemberState::invited;
    member.accepted_version.reset();
  }
}

std::int64_t last_session_of_notice(const Pool& pool) {
  std::int64_t last = 0;
  std::int64_t sessions_left = pool.agreement.notice_sessions;
  for (const auto& session : pool.sessions) {
    if (session.state == SessionState::cancelled) continue;
    if (session.state == SessionState::planned && sessions_left-- <= 0) break;
    last = session.number;
  }
  return last;
}

void end_notices(Pool& pool) {
  for (auto& member : pool.members) {
    if (member.state != MemberState::leaving) continue;
    const bool pays_again = std::any_of(
        pool.sessions.begin(), pool.sessions.end(), [&](const Session& session) {
          return session.state == SessionState::planned && pays_for(member, session.number);
        });
    if (!pays_again) member.state = MemberState::left;
  }
}

Result<Done> may_deliver(const Pool& pool, std::int64_t number, Date today) {
  const auto* session = find_session(pool, number);
  if (!session) return not_found("This pool has no such session.");
  if (session->state == SessionState::delivered) return Done{};
  if (is_busy(pool)) return busy();
  if (pool.state != PoolState::active) return wrong_state(pool, "active");
  if (session->state == SessionState::cancelled) {
    return conflict("session-cancelled", "This session was cancelled; it cannot be charged.");
  }
  if (session->date > today) {
    return conflict("session-in-future", "This session is on " + to_text(session->date) +
                                             ". Mark it delivered on that day or later.");
  }
  return Done{};
}

Result<Done> may_cancel(const Pool& pool, std::int64_t number) {
  const auto* session = find_session(pool, number);
  if (!session) return not_found("This pool has no such session.");
  if (session->state == SessionState::cancelled) return Done{};
  if (is_busy(pool)) return busy();
  if (pool.state != PoolState::active) return wrong_state(pool, "active");
  if (session->state == SessionState::delivered) {
    return conflict("session-delivered",
                    "This session was marked as delivered. Ask the facilitator about a refund.");
  }
  return Done{};
}

Result<Done> may_dissolve(const Pool& pool) {
  if (pool.state == PoolState::dissolved) return Done{};
  if (pool.state == PoolState::closed) return wrong_state(pool, "not closed");
  if (is_busy(pool)) return busy();
  return Done{};
}

bool is_over(const Pool& pool) {
  return std::none_of(pool.sessions.begin(), pool.sessions.end(), [](const Session& session) {
    return session.state == SessionState::planned;
  });
}

std::vector<Segment> segments(const Pool& pool) {
  std::vector<Segment> cut;
  for (const auto& session : pool.sessions) {
    if (session.state != SessionState::planned) continue;
    Segment here;
    for (const auto& member : pool.members) {
      if (!pays_for(member, session.number)) continue;
      here.payers.push_back(member.family);
      here.children += member.children;
    }
    if (cut.empty() || cut.back().payers != here.payers) cut.push_back(std::move(here));
    cut.back().sessions.push_back(session.number);
  }
  return cut;
}

std::optional<std::string> why_it_cannot_run(const Pool& pool, const Segment& segment,
                                             const std::vector<Money>& highest_shares) {
  if (segment.children < pool.agreement.minimum_children) {
    return "Fewer than " + counted(pool.agreement.minimum_children, "child is", "children are") + " left.";
  }
  for (std::size_t at = 0; at < segment.payers.size(); ++at) {
    const auto* member = find_member(pool, segment.payers[at]);
    if (member && member->ceiling && highest_shares[at] > *member->ceiling) {
      return "A share would pass the ceiling its family agreed.";
    }
  }
  return std::nullopt;
}

}  // namespace cp::pools
