#include "payments/splitting/split_wire.hpp"

namespace cp::payments {
namespace {

Party party_of(const SplitMember& member) {
  Party party;
  party.family = member.family;
  party.weight = member.weight;
  if (member.ratio) party.ratio = {member.ratio->adults, member.ratio->children};
  party.minutes = member.minutes.value_or(std::vector<std::int64_t>());
  party.fixed = member.fixed;
  party.can_pay = member.can_pay;
  party.headroom = member.headroom;
  party.carries_to = member.carries_to;
  party.carried = member.carried.value_or(0);
  return party;
}

}  // namespace

SplitTerms terms_of(const SplitRequest& request) {
  SplitTerms terms;
  terms.kind = request.kind.value_or(SplitKind::by_child);
  terms.price_per_session = request.price_per_session;
  terms.prices = request.prices.value_or(std::vector<Money>());
  terms.sessions = request.sessions;
  terms.first_session = request.first_session.value_or(1);
  for (const auto& cost : request.costs.value_or(std::vector<CostView>())) {
    terms.costs.push_back({cost.kind, cost.label, cost.per_session.value_or(Money()), cost.once.value_or(Money())});
  }
  for (const auto& member : request.members) terms.parties.push_back(party_of(member));
  return terms;
}

SplitResult view_of(const Split& split) {
  SplitResult view;
  view.shares.reserve(split.shares.size());
  for (const auto& share : split.shares) {
    view.shares.push_back({share.family, share.session, share.amount, share.rounding});
  }
  for (const auto& member : split.members) {
    view.members.push_back({member.family, member.highest_share, member.total, member.derivation, member.carried});
  }
  view.price = split.price;
  return view;
}

std::string text_of(const Derivation& derivation) { return derivation.empty() ? std::string() : json::write(derivation); }

Derivation derivation_of(const std::string& text) {
  if (!text.starts_with('[')) return note(text);
  auto read = json::read_own<Derivation>(text);
  return read ? std::move(*read) : note(text);
}

}  // namespace cp::payments
