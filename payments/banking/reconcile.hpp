// Which line of a bank statement is which payment: automatically where it is certain, and for a
// person to look at, with a reason, where it is not.
//
// Pure, deterministic, and independent of the order of lines and payments. Evidence, best first:
//   1. the end-to-end id, which is the payment's own;
//   2. the id of a run, where the bank booked the run as one sum;
//   3. the payment's reference in the text, and its amount;
//   4. an amount that only one line and one payment (or one whole run) have, within days of the pay day.
// Weaker evidence never overrules stronger: a payment that a line named with another amount is left
// alone by the steps below. For 3 and 4 the pair has to be the only one on both sides.
#pragma once

#include "payments/banking/statement.hpp"
#include "shared/core/error.hpp"

#include <string>
#include <vector>

namespace cp::banking {

enum class PaymentState { sent, settled, returned };
constexpr auto names_of(PaymentState) {
  return names<PaymentState>(
      {{PaymentState::sent, "sent"}, {PaymentState::settled, "settled"}, {PaymentState::returned, "returned"}});
}

/// A payment as it was written into a payment file.
struct SentPayment {
  std::string id;             // ours
  std::string end_to_end_id;  // its own among all payments
  std::string reference;      // counts as evidence from four letters or digits on
  Money amount;
  Date pay_on{};
  std::string file_id = {};   // of the payment file (`PaymentFile::id`)
  PaymentState state = PaymentState::sent;
};

/// How far from the pay day a line may be booked to match by its amount alone.
struct ReconcileWindow {
  int days_before = 1;
  int days_after = 4;
};

enum class Evidence { end_to_end_id, run, reference, amount };
constexpr auto names_of(Evidence) {
  return names<Evidence>({{Evidence::end_to_end_id, "end-to-end-id"},
                          {Evidence::run, "run"},
                          {Evidence::reference, "reference"},
                          {Evidence::amount, "amount"}});
}

enum class Outcome { settled, returned };
constexpr auto names_of(Outcome) {
  return names<Outcome>({{Outcome::settled, "settled"}, {Outcome::returned, "returned"}});
}

struct Match {
  std::string line;                   // `StatementLine::id`
  std::vector<std::string> payments;  // ids, sorted; their amounts are the line's
  Outcome outcome = Outcome::settled;
  Evidence evidence = Evidence::end_to_end_id;
  std::string return_reason = {};
  bool operator==(const Match&) const = default;
};

enum class UnmatchedReason {
  not_booked,         // pending or for information
  no_amount,          // zero
  reversal,           // the bank took an entry of its own back
  unsplit,            // a sum for several transactions that is no run of ours
  duplicate,          // its payment was settled or returned already
  partial_amount,     // names a payment, but is less
  over_amount,        // names a payment, but is more
  ambiguous,          // could be several payments, or several lines could be its payment
  not_settled,        // a return of a payment that no line had settled
  possible_return,    // money in with a payment's reference and amount, but not marked as a return
  unknown_reference,  // carries an end-to-end id that is none of ours
  no_candidate,       // nothing of ours
};
constexpr auto names_of(UnmatchedReason) {
  return names<UnmatchedReason>({{UnmatchedReason::not_booked, "not-booked"},
                                 {UnmatchedReason::no_amount, "no-amount"},
                                 {UnmatchedReason::reversal, "reversal"},
                                 {UnmatchedReason::unsplit, "unsplit"},
                                 {UnmatchedReason::duplicate, "duplicate"},
                                 {UnmatchedReason::partial_amount, "partial-amount"},
                                 {UnmatchedReason::over_amount, "over-amount"},
                                 {UnmatchedReason::ambiguous, "ambiguous"},
                                 {UnmatchedReason::not_settled, "not-settled"},
                                 {UnmatchedReason::possible_return, "possible-return"},
                                 {UnmatchedReason::unknown_reference, "unknown-reference"},
                                 {UnmatchedReason::no_candidate, "no-candidate"}});
}

struct Unmatched {
  std::string line;
  UnmatchedReason reason = UnmatchedReason::no_candidate;
  std::vector<std::string> candidates = {};  // ids of payments, sorted: what a person may look at first
  bool operator==(const Unmatched&) const = default;
};

struct Reconciliation {
  std::vector<Match> matches;            // by line
  std::vector<Unmatched> unmatched;      // by line; every line is in one of the two, once
  std::vector<std::string> outstanding;  // payments that are still only sent, by id
  bool operator==(const Reconciliation&) const = default;
};

/// `payments`: every payment sent that may still settle or come back. `lines`: of one or more
/// statements, with ids of their own. Refused as `reconcile-input-invalid`: an id or end-to-end id
/// that is there twice, an amount below zero (of a payment: not above it), a day that is none.
Result<Reconciliation> reconcile(const std::vector<SentPayment>& payments, const std::vector<StatementLine>& lines,
                                 const ReconcileWindow& window = {});

}  // namespace cp::banking
