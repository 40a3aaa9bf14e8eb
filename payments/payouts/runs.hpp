// Payment runs in the ledger: what is owed to providers is put into a run, sent, settled, or owed
// again. Each step is an operation, so an amount can be in one run only.
//
// What a pool owes is paid whole, all its months together, so that a refund of an earlier month is
// taken off; a month's part of it may be below nothing, the pool's never. A fee of a plan is paid like a pool.
#pragma once

#include "payments/banking/reconcile.hpp"
#include "payments/banking/run.hpp"
#include "payments/book/book.hpp"
#include "payments/book/commands.hpp"

#include <optional>
#include <string>
#include <vector>

namespace cp::payments {

/// Why what is owed for a pool is not paid by a run.
enum class Exclusion {
  no_details,  // the provider has no bank details that are confirmed and usable
  not_owed,    // nothing is owed for the pool, or it is in another run
};
constexpr auto names_of(Exclusion) {
  return names<Exclusion>({{Exclusion::no_details, "no-usable-bank-details"}, {Exclusion::not_owed, "nothing-owed"}});
}
struct ExcludedPool {
  Id<"provider"> payee;
  Id<"pool"> pool;
  Money amount;
  Exclusion reason = Exclusion::no_details;
};

/// What a run would pay, if it were made now.
struct RunPlan {
  std::vector<RunPaymentNote> payments;  // by payee
  std::vector<ExcludedPool> excluded;
  Money total;
};
/// Of all pools and fees of the authority, or of those named. `changes`: bank details as this authority has
/// confirmed them.
RunPlan plan_run(const Book& book, const ledger::Accounts& accounts, const Id<"authority">& authority,
                 const std::optional<std::vector<Id<"pool">>>& pools, std::span<const banking::DetailsChange> changes,
                 Date today);

/// The run as the rules of banking know it: an item a pool.
banking::PaymentRun to_banking(const BookRun& run, std::vector<banking::Release> releases,
                               const banking::BankingPolicy& policy);
/// Every payment of the authority's runs that may still settle or come back.
std::vector<banking::SentPayment> sent_payments(const Book& book, const Id<"authority">& authority);

struct RunOrder {
  Id<"payment-run"> id;
  Id<"authority"> authority;
  Id<"account"> made_by;
  Date pay_on = {};
  std::optional<std::vector<Id<"pool">>> pools;  // all that can be paid where it is left out
  std::vector<banking::DetailsChange> changes = {};
};

/// Puts what is owed at this moment into a new run. Refused as `banking::make_run` refuses, and with
/// `invalid-fields` at `/pools/N` for a named pool that cannot be paid.
class BatchRun final : public ledger::Command {
 public:
  BatchRun(const Book& book, RunOrder order, banking::BankingPolicy policy, const banking::BankCalendar& calendar);
  Result<ledger::Draft> decide(const ledger::Accounts& accounts, Timestamp now) override;

 private:
  const Book& book_;
  RunOrder order_;
  banking::BankingPolicy policy_;
  const banking::BankCalendar& calendar_;
};

/// The run's file went to the bank. Refused as `banking::send` refuses.
class SendRun final : public ledger::Command {
 public:
  SendRun(const Book& book, Id<"authority"> authority, Id<"payment-run"> run, std::vector<banking::Release> releases,
          std::vector<banking::DetailsChange> changes, banking::BankingPolicy policy);
  Result<ledger::Draft> decide(const ledger::Accounts& accounts, Timestamp now) override;

 private:
  const Book& book_;
  Id<"payment-run"> run_;
  std::vector<banking::Release> releases_;
  std::vector<banking::DetailsChange> changes_;
  banking::BankingPolicy policy_;
};

/// The bank says that these payees have their money: `payment-state` for one that was not sent.
class SettlePayments final : public ledger::Command {
 public:
  SettlePayments(const Book& book, Id<"authority"> authority, SettleFact fact);
  Result<ledger::Draft> decide(const ledger::Accounts& accounts, Timestamp now) override;

 private:
  const Book& book_;
  SettleFact fact_;
};

/// Payments that came back are owed again; with `cancelled`, the whole of a run that was not sent
/// (`run-sent` otherwise).
class RejectPayments final : public ledger::Command {
 public:
  RejectPayments(const Book& book, Id<"authority"> authority, RejectFact fact);
  Result<ledger::Draft> decide(const ledger::Accounts& accounts, Timestamp now) override;

 private:
  const Book& book_;
  RejectFact fact_;
};

}  // namespace cp::payments
