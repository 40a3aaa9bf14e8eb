// From a released run to its payments, its file, and back from what the bank says of them.
#pragma once

#include "payments/banking/payment.hpp"
#include "payments/banking/reconcile.hpp"
#include "payments/banking/run.hpp"

#include <map>
#include <string>
#include <vector>

namespace cp::banking {

/// One credit of a run: all that it pays to one payee.
struct RunPayment {
  std::string end_to_end_id;  // made of the run and the payee: the same whenever it is asked for
  std::string reference;
  Id<"provider"> payee;
  Id<"bank-details"> details;
  Money amount;
  std::vector<Id<"payable">> payables;
};

/// One payment for each payee, by end-to-end id. A payee that is paid again by another run, after a
/// return, has another id and reference there.
std::vector<RunPayment> payments_of(const PaymentRun& run);

/// What either file is written from. `opened`: the bank details that the run's items name. Refused:
/// `run-not-released` for a draft or a cancelled run, `bank-details-missing`.
Result<PaymentFile> file_of(const PaymentRun& run, const BankDetails& payer,
                            const std::map<Id<"bank-details">, BankDetails>& opened, Timestamp created);

/// The run's payments as `reconcile` wants them; their ids are their end-to-end ids. The state is that
/// of their payables, which go together: all of a payment settle, and all come back.
std::vector<SentPayment> sent_payments(const PaymentRun& run, std::span<const Payable> payables);

}  // namespace cp::banking
