#include "payments/book/plan_commands.hpp"

#include "payments/book/legs.hpp"

#include <algorithm>

namespace cp::payments {
namespace {

using ledger::AccountKind;
using ledger::Draft;
using ledger::OperationKind;

Error not_agreed() { return conflict("plan-not-agreed", "Only an agreed plan has money. Agree it first."); }

}  // namespace

// ---------------------------------------------------------------- own money

MoveOwnMoney::MoveOwnMoney(const Book& book, const Plan& plan, Way way, Money amount, std::string reference)
    : book_(book), plan_(plan.id), way_(way), amount_(amount), reference_(std::move(reference)) {
  kind = OperationKind::deposit;
  scope = plan.authority.text();
}

Result<Draft> MoveOwnMoney::decide(const ledger::Accounts& accounts, Timestamp) {
  if (amount_ <= Money()) return invalid_field("/amount", "More than nothing.");
  const auto* known = book_.plan(plan_);
  if (!known) return not_agreed();
  const auto account = available_account(plan_, Stream::own_money, {});
  if (const auto over = amount_ - accounts.balance(account); way_ == Way::back && over > Money()) {
    auto error = conflict("own-money-spent", "That is " + to_text(over) + " more than is left of what was paid in. What pools "
                                             "hold of it is released first.");
    return std::move(error).with("short_by_pence", over.pence());
  }
  const auto change = way_ == Way::in ? amount_ : -amount_;
  Legs legs;
  legs.add(AccountKind::available, account, change);
  legs.add(AccountKind::paid_in, paid_in_account(known->terms.authority, known->terms.family), -change);
  return draft_of(legs, DepositFact{plan_, known->terms.family, change, reference_}, amount_);
}

// ---------------------------------------------------------------- fees

AgreeFee::AgreeFee(const Book& book, const Plan& plan, Fee fee, Stream stream, Money amount)
    : book_(book), fee_(std::move(fee)), stream_(stream), amount_(amount) {
  kind = OperationKind::fee;
  scope = plan.authority.text();
  fee_.plan = plan.id;
}

Result<Draft> AgreeFee::decide(const ledger::Accounts& accounts, Timestamp) {
  if (amount_ <= Money()) return invalid_field("/rate", "More than nothing.");
  const auto* known = book_.plan(fee_.plan);
  if (!known) return not_agreed();
  auto budgets = Book::with_balances(accounts, *known).streams;
  std::erase_if(budgets, [&](const StreamBudget& budget) { return budget.stream != stream_; });
  std::sort(budgets.begin(), budgets.end(), [](const auto& a, const auto& b) { return a.from < b.from; });
  auto needed = amount_;
  auto fee = fee_;
  fee.family = known->terms.family;
  Legs legs;
  for (const auto& budget : budgets) {
    const auto taken = std::min(needed, budget.left);
    if (taken <= Money()) continue;
    needed -= taken;
    legs.add(AccountKind::available, available_account(fee.plan, stream_, budget.from), -taken);
    legs.add(AccountKind::reserved, reserved_account(fee.id, fee.plan, stream_, budget.from), taken);
    fee.parts.push_back({stream_, budget.from, taken, {}});
  }
  if (needed > Money()) {
    auto error = conflict("stream-short", "The stream has " + to_text(needed) + " less than that left. Fees count inside the "
                                          "plan: choose another stream, or change the plan first.");
    return std::move(error).with("short_by_pence", needed.pence());
  }
  return draft_of(legs, FeeFact{std::move(fee)}, amount_);
}

MoveFee::MoveFee(const Book& book, const Id<"authority">& authority, Id<"fee"> fee, std::optional<Money> amount, std::string reason)
    : book_(book), fee_(std::move(fee)), amount_(amount), reason_(std::move(reason)) {
  kind = amount_ ? OperationKind::fee_charge : OperationKind::fee;
  scope = authority.text();
}

Result<Draft> MoveFee::decide(const ledger::Accounts&, Timestamp) {
  if (amount_ && *amount_ <= Money()) return invalid_field("/amount", "More than nothing.");
  const auto* known = book_.fee(fee_);
  if (!known || known->authority != scope) return conflict("fee-not-agreed", "There is no such fee. Agree it first.");
  const auto amount = amount_.value_or(known->reserved());
  if (const auto over = amount - known->reserved(); over > Money()) {
    auto error = conflict("fee-above-reserved", "That is " + to_text(over) + " more than is still reserved for this fee. Agree "
                                                "what comes on top of it as a fee of its own.");
    return std::move(error).with("over_by_pence", over.pence());
  }
  const auto& fee = known->fee;
  FeeMoveFact fact{fee_, amount_.has_value(), reason_, {}};
  Legs legs;
  auto left = amount;
  for (const auto& part : fee.parts) {
    const auto moved = std::min(left, part.reserved);
    if (moved <= Money()) continue;
    left -= moved;
    fact.parts.push_back({fee.plan, part.stream, part.from, moved});
    legs.add(AccountKind::reserved, reserved_account(fee_, fee.plan, part.stream, part.from), -moved);
    if (amount_) legs.add(AccountKind::payable, payable_account(fee.payee, billed_as(fee_)), moved);
    else legs.add(AccountKind::available, available_account(fee.plan, part.stream, part.from), moved);
  }
  return draft_of(legs, std::move(fact), amount);
}

}  // namespace cp::payments
