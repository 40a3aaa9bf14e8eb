#include "payments/payouts/runs.hpp"

#include "payments/banking/batch.hpp"
#include "payments/banking/characters.hpp"
#include "payments/book/legs.hpp"

#include <algorithm>
#include <set>

namespace cp::payments {
namespace {

using ledger::AccountKind;
using ledger::Draft;
using ledger::OperationKind;

Error no_such_run() { return not_found("There is no such payment run, or it is not yours to see."); }

/// The run, where it is of the command's authority.
const BookRun* run_of(const Book& book, const Id<"payment-run">& id, const std::string& authority) {
  const auto* run = book.run(id);
  return run && run->authority == authority ? run : nullptr;
}

Id<"payable"> payable_of(const Id<"pool">& pool) { return Id<"payable">(pool.text()); }

/// What a payment pays, by pool.
std::map<Id<"pool">, Money> by_pool(const std::vector<RunPart>& parts) {
  std::map<Id<"pool">, Money> pools;
  for (const auto& part : parts) pools[part.pool] += part.amount;
  return pools;
}

bool any_step(const BookRun& run, RunStep step) {
  return std::any_of(run.payments.begin(), run.payments.end(), [&](const auto& one) { return one.step == step; });
}

Error wrong_state(RunStep step) {
  return conflict("payment-state", "This payment is " + std::string(name(step)) + ", so this cannot be said of it.");
}

}  // namespace

RunPlan plan_run(const Book& book, const ledger::Accounts& accounts, const Id<"authority">& authority,
                 const std::optional<std::vector<Id<"pool">>>& pools, std::span<const banking::DetailsChange> changes,
                 Date today) {
  RunPlan plan;
  std::map<Id<"provider">, RunPaymentNote> payments;
  const auto consider = [&](const Id<"provider">& payee, const Id<"pool">& id, const auto& bill, bool is_named) {
    const auto amount = accounts.balance(payable_account(payee, id));
    if (amount <= Money()) {
      if (is_named) plan.excluded.push_back({payee, id, amount, Exclusion::not_owed});
      return;
    }
    const auto* details = banking::details_on(changes, payee, today);
    if (!details) {
      plan.excluded.push_back({payee, id, amount, Exclusion::no_details});
      return;
    }
    auto& payment = payments[payee];
    payment.payee = payee;
    payment.details = details->id;
    for (const auto& [month, owed] : book.owed(bill)) payment.parts.push_back({id, month, owed});
    plan.total += amount;
  };
  const auto consider_pool = [&](const BookPool& pool, bool is_named) { consider(pool.note.provider, pool.note.pool, pool, is_named); };
  const auto consider_fee = [&](const BookFee& fee, bool is_named) { consider(fee.fee.payee, billed_as(fee.fee.id), fee, is_named); };
  if (pools) {
    for (const auto& id : std::set<Id<"pool">>(pools->begin(), pools->end())) {
      const auto* pool = book.pool(id);
      const auto* fee = book.fee(Id<"fee">(id.text()));
      if (pool && pool->note.authority == authority) consider_pool(*pool, true);
      else if (fee && fee->authority == authority.text()) consider_fee(*fee, true);
      else plan.excluded.push_back({{}, id, {}, Exclusion::not_owed});
    }
  } else {
    for (const auto& pool : book.pools()) {
      if (pool.note.authority == authority) consider_pool(pool, false);
    }
    for (const auto& fee : book.fees()) {
      if (fee.authority == authority.text()) consider_fee(fee, false);
    }
  }
  for (auto& [payee, payment] : payments) plan.payments.push_back(std::move(payment));
  return plan;
}

banking::PaymentRun to_banking(const BookRun& run, std::vector<banking::Release> releases,
                               const banking::BankingPolicy& policy) {
  banking::PaymentRun plain{.id = run.id, .made_by = run.made_by, .made_at = run.made_at, .pay_on = run.pay_on};
  for (const auto& payment : run.payments) {
    for (const auto& [pool, amount] : by_pool(payment.parts)) {
      plain.items.push_back({payable_of(pool), payment.payee, amount, payment.details});
      plain.total += amount;
    }
  }
  std::sort(plain.items.begin(), plain.items.end(),
            [](const auto& a, const auto& b) { return a.payable < b.payable; });
  plain.releases = std::move(releases);
  if (any_step(run, RunStep::cancelled)) plain.state = banking::RunState::cancelled;
  else if (!any_step(run, RunStep::batched)) plain.state = banking::RunState::sent;
  else if (std::ssize(plain.releases) >= banking::releases_needed(plain.total, policy)) plain.state = banking::RunState::released;
  return plain;
}

std::vector<banking::SentPayment> sent_payments(const Book& book, const Id<"authority">& authority) {
  std::vector<banking::SentPayment> sent;
  for (const auto& run : book.runs()) {
    if (run.authority != authority.text() || any_step(run, RunStep::batched) || any_step(run, RunStep::cancelled)) continue;
    const auto plain = to_banking(run, {}, {});
    for (const auto& payment : banking::payments_of(plain)) {
      const auto step = run.find(payment.payee)->step;
      const auto state = step == RunStep::sent      ? banking::PaymentState::sent
                         : step == RunStep::settled ? banking::PaymentState::settled
                                                    : banking::PaymentState::returned;
      sent.push_back({.id = run.id.text() + " " + payment.payee.text(), .end_to_end_id = payment.end_to_end_id,
                      .reference = payment.reference, .amount = payment.amount, .pay_on = run.pay_on,
                      .file_id = banking::bank_id(run.id.text()), .state = state});
    }
  }
  return sent;
}

// ---------------------------------------------------------------- into a run

BatchRun::BatchRun(const Book& book, RunOrder order, banking::BankingPolicy policy,
                   const banking::BankCalendar& calendar)
    : book_(book), order_(std::move(order)), policy_(policy), calendar_(calendar) {
  kind = OperationKind::batch;
  scope = order_.authority.text();
}

Result<Draft> BatchRun::decide(const ledger::Accounts& accounts, Timestamp now) {
  auto plan = plan_run(book_, accounts, order_.authority, order_.pools, order_.changes, day_of(now));
  if (order_.pools && !plan.excluded.empty()) {
    auto error = invalid("invalid-fields", "Not all of this can be paid.");
    for (const auto& excluded : plan.excluded) {
      const auto at = std::find(order_.pools->begin(), order_.pools->end(), excluded.pool) - order_.pools->begin();
      error.fields.push_back({"/pools/" + std::to_string(at),
                              excluded.reason == Exclusion::no_details
                                  ? "The provider has no bank details that are confirmed and usable yet."
                                  : "Nothing is owed for this pool; perhaps it is in another run."});
    }
    return error;
  }
  BatchFact fact{order_.id, order_.made_by, order_.pay_on, std::move(plan.payments)};
  std::vector<banking::Payable> payables;
  Legs legs;
  for (const auto& payment : fact.payments) {
    for (const auto& [pool, amount] : by_pool(payment.parts)) {
      payables.push_back({payable_of(pool), payment.payee, amount});
      legs.add(AccountKind::payable, payable_account(payment.payee, pool), -amount);
    }
    legs.add(AccountKind::batched, batched_account(order_.id, payment.payee), sum_of(payment.parts));
  }
  const auto run = banking::make_run(order_.id, order_.made_by, now, order_.pay_on, payables, order_.changes, policy_,
                                     calendar_);
  if (!run) return run.error();
  return draft_of(legs, std::move(fact), run->total);
}

// ---------------------------------------------------------------- and out of it

SendRun::SendRun(const Book& book, Id<"authority"> authority, Id<"payment-run"> run,
                 std::vector<banking::Release> releases, std::vector<banking::DetailsChange> changes,
                 banking::BankingPolicy policy)
    : book_(book), run_(std::move(run)), releases_(std::move(releases)), changes_(std::move(changes)), policy_(policy) {
  kind = OperationKind::send;
  scope = authority.text();
}

Result<Draft> SendRun::decide(const ledger::Accounts&, Timestamp now) {
  const auto* run = run_of(book_, run_, scope);
  if (!run) return no_such_run();
  const auto plain = to_banking(*run, releases_, policy_);
  if (plain.state == banking::RunState::cancelled) return conflict("run-cancelled", "This run was cancelled.");
  const auto sent = banking::send(plain, now, changes_, policy_);
  if (!sent) return sent.error();
  SendFact fact{run_, banking::digest_of(plain), {}};
  for (const auto& release : releases_) fact.released_by.push_back(release.by);
  Legs legs;
  for (const auto& payment : run->payments) {
    legs.add(AccountKind::batched, batched_account(run_, payment.payee), -payment.amount());
    legs.add(AccountKind::sent, sent_account(run_, payment.payee), payment.amount());
  }
  return draft_of(legs, std::move(fact), plain.total);
}

SettlePayments::SettlePayments(const Book& book, Id<"authority"> authority, SettleFact fact)
    : book_(book), fact_(std::move(fact)) {
  kind = OperationKind::settle;
  scope = authority.text();
}

Result<Draft> SettlePayments::decide(const ledger::Accounts&, Timestamp) {
  const auto* run = run_of(book_, fact_.run, scope);
  if (!run) return no_such_run();
  Legs legs;
  Money amount;
  for (const auto& payee : std::set<Id<"provider">>(fact_.payees.begin(), fact_.payees.end())) {
    const auto* payment = run->find(payee);
    if (!payment) return no_such_run();
    if (payment->step != RunStep::sent) return wrong_state(payment->step);
    legs.add(AccountKind::sent, sent_account(run->id, payee), -payment->amount());
    legs.add(AccountKind::settled, settled_account(run->id, payee), payment->amount());
    amount += payment->amount();
  }
  return draft_of(legs, fact_, amount);
}

RejectPayments::RejectPayments(const Book& book, Id<"authority"> authority, RejectFact fact)
    : book_(book), fact_(std::move(fact)) {
  kind = OperationKind::reject;
  scope = authority.text();
}

Result<Draft> RejectPayments::decide(const ledger::Accounts&, Timestamp) {
  const auto* run = run_of(book_, fact_.run, scope);
  if (!run) return no_such_run();
  auto fact = fact_;
  if (fact.cancelled) {
    const auto cancelled = banking::cancel(to_banking(*run, {}, {}));
    if (!cancelled) return cancelled.error();
    fact.payees.clear();
    for (const auto& payment : run->payments) fact.payees.push_back(payment.payee);
  }
  Legs legs;
  Money amount;
  for (const auto& payee : std::set<Id<"provider">>(fact.payees.begin(), fact.payees.end())) {
    const auto* payment = run->find(payee);
    if (!payment) return no_such_run();
    const auto whole = payment->amount();
    if (fact.cancelled) legs.add(AccountKind::batched, batched_account(run->id, payee), -whole);
    else if (payment->step == RunStep::sent) legs.add(AccountKind::sent, sent_account(run->id, payee), -whole);
    else if (payment->step == RunStep::settled) legs.add(AccountKind::settled, settled_account(run->id, payee), -whole);
    else return wrong_state(payment->step);
    for (const auto& [pool, part] : by_pool(payment->parts)) {
      legs.add(AccountKind::payable, payable_account(payee, pool), part);
    }
    amount += whole;
  }
  return draft_of(legs, std::move(fact), amount);
}

}  // namespace cp::payments
