// Rules of payables and payment runs: who may do what to money that is owed, and in which order.
//
// A payable is OWED, then BATCHED in a run, SENT with its file, and SETTLED or RETURNED as the bank's
// statement says; what was returned is OWED again. A run is made by one person and released by
// others: its maker never counts as a checker, and above a sum two have to release it. What they
// release is fixed by a digest. Pure: no database, no clock; a refusal is a named error and changes
// nothing.
#pragma once

#include "payments/banking/banking_day.hpp"
#include "payments/banking/modulus.hpp"
#include "shared/core/error.hpp"
#include "shared/core/id.hpp"
#include "shared/core/money.hpp"
#include "shared/core/names.hpp"
#include "shared/core/time.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace cp::banking {

// --- Payables -----------------------------------------------------------------------------------

enum class PayableState { owed, batched, sent, settled, returned };
constexpr auto names_of(PayableState) {
  return names<PayableState>({{PayableState::owed, "owed"},
                              {PayableState::batched, "batched"},
                              {PayableState::sent, "sent"},
                              {PayableState::settled, "settled"},
                              {PayableState::returned, "returned"}});
}

enum class PayableStep {
  batch,      // owed -> batched: put into a run
  unbatch,    // batched -> owed: its run was cancelled
  send,       // batched -> sent: its file went to the bank
  settle,     // sent -> settled: the bank says that it was paid
  give_back,  // sent or settled -> returned: the bank says that it came back
  owe_again,  // returned -> owed: to be paid by another run
};
constexpr auto names_of(PayableStep) {
  return names<PayableStep>({{PayableStep::batch, "batch"},
                             {PayableStep::unbatch, "unbatch"},
                             {PayableStep::send, "send"},
                             {PayableStep::settle, "settle"},
                             {PayableStep::give_back, "give-back"},
                             {PayableStep::owe_again, "owe-again"}});
}

/// Where a step leads from a state; `payable-state` where it leads nowhere.
Result<PayableState> next(PayableState state, PayableStep step);

/// What is owed to a payee for one invoice.
struct Payable {
  Id<"payable"> id;
  Id<"provider"> payee;
  Money amount;
  PayableState state = PayableState::owed;
  Id<"payment-run"> run = {};  // the one run it is in; empty while it is owed
};

/// The payable after a step. `run` is the run that batches it, and empty for every other step.
/// `owe_again` and `unbatch` take it out of its run. `payable-in-another-run` where it is in one.
Result<Payable> take_step(Payable payable, PayableStep step, const Id<"payment-run">& run = {});

// --- Bank details of payees -----------------------------------------------------------------------

struct BankingPolicy {
  Money second_release_above{500'000};  // runs above it need two releases; no source: set it
  Money most_of_run{1'000'000'000};
  int details_delay_days = 3;        // days from confirming changed details to using them
  int first_details_delay_days = 0;  // the same for a payee's first details
  int change_lapses_days = 30;       // a change not confirmed by then has lapsed
};

enum class ChangeState { requested, confirmed, withdrawn };
constexpr auto names_of(ChangeState) {
  return names<ChangeState>({{ChangeState::requested, "requested"},
                             {ChangeState::confirmed, "confirmed"},
                             {ChangeState::withdrawn, "withdrawn"}});
}

/// New bank details of a payee. The details themselves lie sealed beside it (`seal`).
struct DetailsChange {
  Id<"bank-details"> id;
  Id<"provider"> owner;
  Id<"account"> requested_by;
  Timestamp requested_at{};
  ModulusResult modulus = {};
  ChangeState state = ChangeState::requested;
  Id<"account"> confirmed_by = {};
  std::optional<Timestamp> confirmed_at = {};
  std::optional<Date> usable_from = {};
};

/// `bank-details-invalid` where the modulus check says that no such account can be.
Result<DetailsChange> request_change(Id<"bank-details"> id, Id<"provider"> owner, Id<"account"> by, Timestamp now,
                                     ModulusResult modulus);

/// Confirmed by a second person, and usable after the policy's days. `checked_with_payee`: that
/// person spoke to the payee by a number known before; needed where the digits could not be checked.
/// Refused: `change-not-open`, `change-by-same-person`, `change-lapsed`, `change-not-checked`.
/// `has_details`: the payee has usable details already, so this is a change.
Result<DetailsChange> confirm_change(DetailsChange change, const Id<"account">& by, Timestamp now, bool has_details,
                                     bool checked_with_payee, const BankingPolicy& policy);

/// Anybody who may see it may stop a change until it is used: `change-not-open` afterwards.
Result<DetailsChange> withdraw_change(DetailsChange change, Date today);

/// The details to pay an owner by on a day: of all changes that are confirmed and usable by then, the
/// one confirmed last. Until a change is usable the older details stay in use. Null for none.
const DetailsChange* details_on(std::span<const DetailsChange> changes, const Id<"provider">& owner, Date day);

// --- Runs -----------------------------------------------------------------------------------------

enum class RunState { draft, released, sent, cancelled };
constexpr auto names_of(RunState) {
  return names<RunState>({{RunState::draft, "draft"},
                          {RunState::released, "released"},
                          {RunState::sent, "sent"},
                          {RunState::cancelled, "cancelled"}});
}

/// One payable of a run, and the bank details it is paid by.
struct RunItem {
  Id<"payable"> payable;
  Id<"provider"> payee;
  Money amount;
  Id<"bank-details"> details;
};

struct Release {
  Id<"account"> by;
  Timestamp at{};
  std::string digest;  // of what this person saw
};

struct PaymentRun {
  Id<"payment-run"> id;
  RunState state = RunState::draft;
  Id<"account"> made_by;
  Timestamp made_at{};
  Date pay_on{};
  Money total = {};
  std::vector<RunItem> items = {};  // by payable
  std::vector<Release> releases = {};
  std::optional<Timestamp> sent_at = {};
};

/// Puts payables into a new run, to be paid on a day; the caller then takes the step `batch` with
/// each of them. Refused: `run-empty`, `run-too-large`, `pay-day-not-banking`, `pay-day-too-early`, and
/// `invalid-fields` at `/payables/N` for one that is not owed, in another run, there twice, not above
/// zero, or whose payee has no details that are usable on the day the run is made.
Result<PaymentRun> make_run(Id<"payment-run"> id, Id<"account"> by, Timestamp now, Date pay_on,
                            std::span<const Payable> payables, std::span<const DetailsChange> changes,
                            const BankingPolicy& policy, const BankCalendar& calendar);

/// SHA-256 over the run's id, day and items, each with its length in front: what is released, and
/// what the file has to be made of.
std::string digest_of(const PaymentRun& run);

/// 1, or 2 for a total above `second_release_above`. The maker counts in neither.
int releases_needed(Money total, const BankingPolicy& policy);

/// One person's release of what that person saw (`digest`). Refused: `run-not-draft`,
/// `release-by-maker`, `release-twice`, `run-changed`.
Result<PaymentRun> release(PaymentRun run, const Id<"account">& by, Timestamp now, const std::string& digest,
                           const BankingPolicy& policy);

/// Its file is made and goes to the bank. Every item's details have to be those in use today, and the
/// releases of today's digest enough: else `run-changed`, `run-not-released`, and `pay-day-too-early`
/// where the pay day has gone by.
Result<PaymentRun> send(PaymentRun run, Timestamp now, std::span<const DetailsChange> changes, const BankingPolicy& policy);

/// Before it is sent; the caller takes the step `unbatch` with its payables. Else `run-sent`, or
/// `run-cancelled` for one that is already.
Result<PaymentRun> cancel(PaymentRun run);

/// What has to hold of a run and all payables that were put into it: each item once, the total their
/// sum, every payable still in it in a state that goes with the run's. The first that does not hold is
/// told as `run-inconsistent`: a bug or a change by hand.
Result<Done> check_run(const PaymentRun& run, std::span<const Payable> payables);

}  // namespace cp::banking
