#include "payments/book/legs.hpp"

namespace cp::payments {

using ledger::AccountKind;

void Legs::add(AccountKind kind, std::string account, Money amount) {
  const auto [place, is_new] = places_.try_emplace(account, legs_.size());
  if (is_new) legs_.push_back({kind, std::move(account), Money()});
  legs_[place->second].amount += amount;
}

void Legs::pool_from_stream(const SharePart& part, Money amount) {
  add(AccountKind::available, available_account(part.plan, part.stream, part.from), -amount);
  if (!is_allocated(part.stream)) return;  // no cap on what is the family's own
  add(AccountKind::cap, cap_account(part.plan), -amount);
  add(AccountKind::pooled, pooled_account(part.plan), amount);
}

void Legs::hold(const Id<"pool">& pool, const SharePart& part, Money amount) {
  pool_from_stream(part, amount);
  add(AccountKind::held, held_account(pool, part.plan, part.stream, part.from), amount);
}

std::vector<ledger::Leg> Legs::take() {
  std::erase_if(legs_, [](const ledger::Leg& leg) { return leg.amount == Money(); });
  places_.clear();
  return std::move(legs_);
}

ledger::Draft draft_of(Legs& legs, Fact fact, Money amount) {
  ledger::Draft draft;
  draft.legs = legs.take();
  draft.facts = encode(fact);
  draft.fact = std::move(fact);
  draft.amount = amount;
  return draft;
}

}  // namespace cp::payments
