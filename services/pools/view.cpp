#include "services/pools/view.hpp"

#include "services/pools/rules.hpp"

#include <algorithm>

namespace cp::pools {
namespace {

using http::Role;

const Member* own_member(const http::Principal& who, const Pool& pool) {
  if (who.role != Role::parent || !who.family) return nullptr;
  const auto* member = find_member(pool, *who.family);
  return member && (takes_part(*member) || member->pays_until) ? member : nullptr;
}

bool of_authority(const http::Principal& who, const Pool& pool) {
  return who.authority && *who.authority == pool.authority;
}

bool sees_members(const http::Principal& who, const Pool& pool) {
  if (who.role == Role::facilitator || who.role == Role::commissioner) return of_authority(who, pool);
  return own_member(who, pool) != nullptr;
}

std::int64_t count_sessions(const Pool& pool, auto&& counts) {
  return std::count_if(pool.sessions.begin(), pool.sessions.end(), counts);
}

std::int64_t sessions_not_cancelled(const Pool& pool) {
  return count_sessions(pool, [](const Session& one) { return one.state != SessionState::cancelled; });
}

AgreementView agreement_view(const Pool& pool) {
  const auto& terms = pool.agreement;
  AgreementView view;
  view.version = terms.version;
  view.price_per_session = terms.price_per_session;
  view.sessions = sessions_not_cancelled(pool);
  view.notice_sessions = terms.notice_sessions;
  view.ceiling_percent = terms.ceiling_percent;
  view.minimum_children = terms.minimum_children;
  view.split = terms.split;
  for (const auto& cost : terms.costs) view.costs.push_back({cost.kind, cost.label, cost.per_session, cost.once});
  view.text = agreement_text(pool);
  return view;
}

/// Nothing where nothing is agreed with the family alone.
std::optional<AgreementMember> terms_view(const Member& member) {
  const auto& terms = member.terms;
  AgreementMember view;
  view.family = member.family;
  view.weight = terms.weight;
  if (terms.ratio_adults != 1 || terms.ratio_children != 1) {
    view.ratio = AgreementRatio{terms.ratio_adults, terms.ratio_children};
  }
  if (!terms.minutes.empty()) view.minutes = terms.minutes;
  view.fixed = terms.fixed;
  view.can_pay = terms.can_pay;
  view.carries_to = terms.carries_to;
  const bool any = view.weight || view.ratio || view.minutes || view.fixed || view.can_pay || view.carries_to;
  return any ? std::optional(view) : std::nullopt;
}

/// What is agreed with one family alone is for those who arrange it, not for the other families.
MemberView member_view(const Member& member, bool with_terms) {
  return {member.family,           member.known_as,      member.children, member.state,
          member.accepted_version, member.highest_share, member.total,    member.ceiling,
          with_terms ? terms_view(member) : std::nullopt};
}

MyShareView my_view(const Member& member) {
  return {member.family, member.state,   member.accepted_version, member.highest_share,
          member.total,  member.ceiling, member.pays_until,       member.derivation,
          terms_view(member)};
}

}  // namespace

MemberTerms terms_of(const AgreementMember& agreed, std::size_t sessions) {
  MemberTerms terms;
  terms.weight = agreed.weight;
  if (agreed.ratio) {
    terms.ratio_adults = agreed.ratio->adults;
    terms.ratio_children = agreed.ratio->children;
  }
  terms.minutes = agreed.minutes.value_or(std::vector<std::int64_t>());
  if (terms.minutes.size() == 1) terms.minutes.assign(sessions, terms.minutes.front());
  terms.fixed = agreed.fixed;
  terms.can_pay = agreed.can_pay;
  terms.carries_to = agreed.carries_to;
  return terms;
}

bool may_see(const http::Principal& who, const Pool& pool) {
  switch (who.role) {
    case Role::facilitator:
    case Role::commissioner:
      return of_authority(who, pool);
    case Role::provider:
      return who.provider && *who.provider == pool.purchase.provider;
    case Role::parent:
      if (own_member(who, pool)) return true;
      return of_authority(who, pool) &&
             (pool.state == PoolState::proposed || pool.state == PoolState::agreement);
    case Role::administrator:
      return false;
  }
  return false;
}

bool may_broker(const http::Principal& who, const Pool& pool) {
  return who.role == Role::facilitator && of_authority(who, pool);
}

bool may_run_sessions(const http::Principal& who, const Pool& pool) {
  return may_broker(who, pool) || (who.role == Role::provider && may_see(who, pool));
}

PoolView view_of(const Pool& pool, const http::Principal& who) {
  const auto& bought = pool.purchase;
  PoolView view;
  view.id = pool.id;
  view.authority = pool.authority;
  view.state = pool.state;
  view.title = bought.title;
  view.offer = bought.offer;
  view.run = bought.run;
  view.provider = bought.provider;
  view.provider_name = bought.provider_name;
  view.activity_type = bought.activity_type;
  view.weekday = bought.weekday;
  view.from_minute = bought.from_minute;
  view.to_minute = bought.to_minute;
  view.minutes_per_session = bought.minutes_per_session;
  view.minimum_children = bought.minimum_children;
  view.maximum_children = bought.maximum_children;
  view.children = children_taking_part(pool);
  for (const auto& session : pool.sessions) {
    view.sessions.push_back({session.number, session.date, session.state});
  }
  if (pool.agreement.version > 0) view.agreement = agreement_view(pool);
  if (sees_members(who, pool)) {
    const bool arranges = who.role == Role::facilitator || who.role == Role::commissioner;
    for (const auto& member : pool.members) view.members.push_back(member_view(member, arranges));
    view.reasons = pool.reasons;
  }
  if (const auto* member = own_member(who, pool)) view.my = my_view(*member);
  view.created = pool.created;
  view.version = pool.version;
  return view;
}

PoolSummary summary_of(const Pool& pool, const http::Principal& who) {
  PoolSummary summary;
  summary.id = pool.id;
  summary.title = pool.purchase.title;
  summary.state = pool.state;
  summary.activity_type = pool.purchase.activity_type;
  summary.members = std::count_if(pool.members.begin(), pool.members.end(), takes_part);
  summary.children = children_taking_part(pool);
  summary.sessions = sessions_not_cancelled(pool);
  summary.delivered = count_sessions(
      pool, [](const Session& one) { return one.state == SessionState::delivered; });
  summary.weekday = pool.purchase.weekday;
  summary.from_minute = pool.purchase.from_minute;
  if (const auto* member = own_member(who, pool)) summary.my_state = member->state;
  summary.created = pool.created;
  summary.version = pool.version;
  return summary;
}

}  // namespace cp::pools
