#include "services/pools/splitting.hpp"

#include <algorithm>

namespace cp::pools {
namespace {

template <class Enum, class Other>
Enum same_name(Other value) {
  return from_name<Enum>(name(value)).value();
}

/// What a cost paid once comes to in these sessions: after every session its exact part so far,
/// rounded down.
Money once_in(const Pool& pool, const Segment& segment, const Cost& cost) {
  const auto all = static_cast<std::int64_t>(pool.sessions.size());
  const auto until = [&](std::int64_t session) { return (cost.once * session).pence() / all; };
  Money sum;
  for (const auto number : segment.sessions) sum += Money(until(number) - until(number - 1));
  return sum;
}

/// What the family paid above its exact shares in sessions before this one, those cancelled left out.
std::int64_t carried(const Pool& pool, const Id<"family">& family, std::int64_t before,
                     const std::vector<Share>& paid) {
  std::int64_t sum = 0;
  for (const auto& share : paid) {
    if (share.family != family || share.session >= before) continue;
    const auto* session = find_session(pool, share.session);
    if (session && session->state != SessionState::cancelled) sum += share.rounding;
  }
  return std::clamp(sum, -payments::most_carried, payments::most_carried);
}

payments::SplitMember member_request(const Pool& pool, const Segment& segment, const Member& member) {
  payments::SplitMember asked;
  asked.family = member.family;
  const auto& terms = member.terms;
  asked.weight = pool.agreement.split == SplitKind::by_weight ? terms.weight.value_or(1) : member.children;
  if (pool.agreement.split == SplitKind::by_support_ratio) {
    asked.ratio = payments::RatioView{terms.ratio_adults, terms.ratio_children};
  }
  if (pool.agreement.split == SplitKind::by_hours) {
    asked.minutes.emplace();
    for (const auto number : segment.sessions) {
      const auto at = static_cast<std::size_t>(number - 1);
      asked.minutes->push_back(at < terms.minutes.size() ? terms.minutes[at] : 0);
    }
  }
  asked.fixed = terms.fixed;
  asked.can_pay = terms.can_pay;
  asked.carries_to = terms.carries_to;
  return asked;
}

}  // namespace

payments::PriceRequest price_request(const Purchase& bought, std::int64_t children) {
  payments::PriceRequest request;
  for (const auto& tier : bought.tiers) {
    request.tiers.push_back({tier.from_children, tier.fixed, tier.per_child, tier.per_hour});
  }
  request.minutes_per_session = bought.minutes_per_session;
  request.children = children;
  return request;
}

Segment whole_pool(const Pool& pool) {
  Segment whole;
  for (const auto& session : pool.sessions) whole.sessions.push_back(session.number);
  for (const auto& member : pool.members) {
    if (takes_part(member)) whole.payers.push_back(member.family);
  }
  whole.children = children_taking_part(pool);
  return whole;
}

payments::SplitRequest split_request(const Pool& pool, const Segment& segment, Money price_per_session,
                                     const std::vector<Share>& paid) {
  payments::SplitRequest request;
  request.price_per_session = price_per_session;
  request.sessions = static_cast<std::int64_t>(segment.sessions.size());
  request.kind = same_name<payments::SplitKind>(pool.agreement.split);
  for (const auto& family : segment.payers) {
    auto member = member_request(pool, segment, *find_member(pool, family));
    if (!paid.empty()) member.carried = carried(pool, family, segment.sessions.front(), paid);
    request.members.push_back(std::move(member));
  }
  if (pool.agreement.costs.empty()) return request;
  request.costs.emplace();
  for (const auto& cost : pool.agreement.costs) {
    request.costs->push_back({same_name<payments::CostKind>(cost.kind), cost.label, cost.per_session,
                              once_in(pool, segment, cost)});
  }
  return request;
}

std::vector<ShareStep> steps_of(const payments::Derivation& derivation) {
  std::vector<ShareStep> steps;
  for (const auto& step : derivation) steps.push_back({step.what, step.text, step.amount});
  return steps;
}

}  // namespace cp::pools
