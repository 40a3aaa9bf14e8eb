#include "payments/book/plan_commands.hpp"

#include "payments/book/legs.hpp"

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

}  // namespace cp::payments
