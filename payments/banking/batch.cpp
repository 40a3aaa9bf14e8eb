#include "payments/banking/batch.hpp"

#include "payments/banking/characters.hpp"
#include "shared/core/hash.hpp"

#include <algorithm>

namespace cp::banking {
namespace {

constexpr std::size_t id_length = 32;

std::string id_of(const PaymentRun& run, const Id<"provider">& payee) {
  // Ids are UUIDs: nothing in them is taken for the space between.
  return bank_id(sha256_hex(run.id.text() + ' ' + payee.text()).substr(0, id_length));
}

PaymentState state_of(PayableState state) {
  if (state == PayableState::settled) return PaymentState::settled;
  return state == PayableState::sent || state == PayableState::batched ? PaymentState::sent : PaymentState::returned;
}

}  // namespace

std::vector<RunPayment> payments_of(const PaymentRun& run) {
  std::map<std::string, RunPayment> payments;
  for (const auto& item : run.items) {
    const auto id = id_of(run, item.payee);
    auto& payment = payments[id];
    payment.end_to_end_id = id;
    payment.reference = reference_for(id);
    payment.payee = item.payee;
    payment.details = item.details;
    payment.amount += item.amount;
    payment.payables.push_back(item.payable);
  }
  std::vector<RunPayment> sorted;
  for (auto& [id, payment] : payments) sorted.push_back(std::move(payment));
  return sorted;
}

Result<PaymentFile> file_of(const PaymentRun& run, const BankDetails& payer,
                            const std::map<Id<"bank-details">, BankDetails>& opened, Timestamp created) {
  if (run.state != RunState::released && run.state != RunState::sent) {
    return conflict("run-not-released", "This run is not released, so there is no file of it.");
  }
  PaymentFile file{bank_id(run.id.text()), created, run.pay_on, payer, {}};
  for (const auto& payment : payments_of(run)) {
    const auto details = opened.find(payment.details);
    if (details == opened.end()) return conflict("bank-details-missing", "A payee's bank details are not there any more.");
    file.payments.push_back({payment.end_to_end_id, payment.reference, payment.amount, details->second});
  }
  return file;
}

std::vector<SentPayment> sent_payments(const PaymentRun& run, std::span<const Payable> payables) {
  std::map<Id<"payable">, PayableState> states;
  for (const auto& payable : payables) {
    // One that is in the run no more was returned and is owed again.
    states[payable.id] = payable.run == run.id ? payable.state : PayableState::returned;
  }
  std::vector<SentPayment> sent;
  for (const auto& payment : payments_of(run)) {
    const auto state = states.find(payment.payables.front());
    sent.push_back({.id = payment.end_to_end_id, .end_to_end_id = payment.end_to_end_id, .reference = payment.reference,
                    .amount = payment.amount, .pay_on = run.pay_on, .file_id = bank_id(run.id.text()),
                    .state = state == states.end() ? PaymentState::sent : state_of(state->second)});
  }
  return sent;
}

}  // namespace cp::banking
