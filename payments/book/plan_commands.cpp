#include "payments/book/plan_commands.hpp"

#include "payments/book/legs.hpp"
#include "payments/planning/planning_wire.hpp"
#include "payments/rules.hpp"

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
  if (std::ssize(book_.fees_of(fee_.plan)) >= most_fees) {
    return conflict("too-many-fees", "A plan has at most " + std::to_string(most_fees) + " fees. Charge one that is agreed already.");
  }
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

Result<Draft> MoveFee::decide(const ledger::Accounts&, Timestamp now) {
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
    SharePart one{fee.plan, part.stream, part.from, moved};
    if (amount_) one.holder = book_.holder_of(one, day_of(now));
    fact.parts.push_back(std::move(one));
    legs.add(AccountKind::reserved, reserved_account(fee_, fee.plan, part.stream, part.from), -moved);
    if (amount_) legs.add(AccountKind::payable, payable_account(fee.payee, billed_as(fee_)), moved);
    else legs.add(AccountKind::available, available_account(fee.plan, part.stream, part.from), moved);
  }
  return draft_of(legs, std::move(fact), amount);
}

// ---------------------------------------------------------------- holders

HandOverPlan::HandOverPlan(const Book& book, const Plan& plan, HandOver hand_over, std::string reason)
    : book_(book), plan_(plan.id), hand_over_(hand_over), reason_(std::move(reason)) {
  kind = OperationKind::hand_over;
  scope = plan.authority.text();
}

Result<Draft> HandOverPlan::decide(const ledger::Accounts&, Timestamp) {
  const auto* known = book_.plan(plan_);
  if (!known) return not_agreed();
  const auto& terms = known->terms;
  if (hand_over_.from < terms.starts || hand_over_.from > terms.ends) return invalid_field("/from", "A day of the plan.");
  const auto has = [&](const StreamBudget& budget) {
    return budget.stream == hand_over_.stream && (!hand_over_.instalment || budget.from == hand_over_.instalment);
  };
  if (std::none_of(terms.streams.begin(), terms.streams.end(), has)) {
    return invalid_field(hand_over_.instalment ? "/instalment" : "/stream", "The plan has nothing of this.");
  }
  Legs nothing;
  return draft_of(nothing, HandOverFact{plan_, hand_over_, reason_}, Money());
}

// ---------------------------------------------------------------- a plan's end

namespace {

/// Adds to what a plan has of a stream from its first day on.
void add_to_stream(Plan& plan, Stream stream, Money amount) {
  for (auto& budget : plan.streams) {
    if (budget.stream != stream || budget.from) continue;
    budget.allocated += amount;
    return;
  }
  plan.streams.push_back({stream, amount});
}

/// The pools that hold money of the plan, with how much.
std::string pools_holding(const Book& book, const Id<"plan">& plan) {
  std::string text;
  for (const auto* pool : book.pools_of(plan)) {
    Money held;
    for (const auto& [session, shares] : pool->sessions) {
      for (const auto& share : shares) {
        for (const auto& part : share.parts) held += part.plan == plan ? part.held : Money();
      }
    }
    if (held > Money()) text += (text.empty() ? "" : "; ") + pool->note.title + " (" + pool->note.pool.text() + ") " + to_text(held);
  }
  return text;
}

}  // namespace

EndPlan::EndPlan(const Book& book, const Plan& plan, std::optional<Id<"plan">> next, CarryPolicy policy)
    : book_(book), plan_(plan.id), next_(std::move(next)), policy_(policy) {
  kind = OperationKind::transfer;
  scope = plan.authority.text();
}

Result<Done> EndPlan::may_end(const BookPlan& plan, Date today) const {
  if (today <= plan.terms.ends) {
    return conflict("plan-not-over", "The plan runs until " + to_text(plan.terms.ends) + ". End it after that day, or change its last day first.");
  }
  auto holders = pools_holding(book_, plan_);
  for (const auto* kept : book_.fees_of(plan_)) {
    if (kept->reserved() == Money()) continue;
    holders += (holders.empty() ? "" : "; ") + std::string(name(kept->fee.kind)) + " fee " + to_text(kept->reserved());
  }
  if (holders.empty()) return Done{};
  return conflict("plan-still-held", "Part of the plan is still reserved: " + holders + ". Charge it or release it first.");
}

Result<Draft> EndPlan::decide(const ledger::Accounts& accounts, Timestamp now) {
  const auto* known = book_.plan(plan_);
  if (!known) return not_agreed();
  if (const auto may = may_end(*known, day_of(now)); !may) return may.error();
  const auto& terms = known->terms;
  const auto* next = next_ ? book_.plan(*next_) : nullptr;
  const bool fits = next && next->terms.family == terms.family && next->terms.authority == terms.authority && next->terms.ends > terms.ends;
  if (next_ && !fits) return invalid_field("/next", "Name an agreed plan of the same family that ends later, or none.");
  EndingFact fact{plan_, terms.family, {}, {}, words_of(policy_)};
  const auto* ended = book_.ending(plan_);
  fact.parts = leftovers(Book::with_balances(accounts, *known), policy_, ended ? ended->carried : std::vector<Carried>(), next != nullptr);
  if (fact.parts.empty()) return conflict("nothing-left", "Nothing is left of this plan, so nothing has to be moved.");
  auto after = next ? next->terms : Plan();
  Legs legs;
  Money amount;
  for (const auto& part : fact.parts) {
    const bool is_own = !is_allocated(part.stream);
    amount += part.carried + part.returned;
    legs.add(AccountKind::available, available_account(plan_, part.stream, part.from), -(part.carried + part.returned));
    if (is_own) legs.add(AccountKind::paid_in, paid_in_account(terms.authority, terms.family), part.returned);
    else legs.add(AccountKind::funding, funding_account(terms.authority, part.stream), part.returned);
    if (part.carried == Money()) continue;
    legs.add(AccountKind::available, available_account(after.id, part.stream, {}), part.carried);
    if (!is_own) add_to_stream(after, part.stream, part.carried);
  }
  if (next) {
    const auto change = pooled_cap(after) - pooled_cap(next->terms);
    legs.add(AccountKind::cap, cap_account(after.id), change);
    legs.add(AccountKind::granted, granted_account(after.id), -change);
    ++after.version;
    fact.next = terms_of(after);
  }
  return draft_of(legs, std::move(fact), amount);
}

}  // namespace cp::payments
