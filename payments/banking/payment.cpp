#include "payments/banking/payment.hpp"

#include "payments/banking/characters.hpp"

#include <unordered_set>

namespace cp::banking {
namespace {

constexpr std::size_t most_errors = 20;

class Checker {
 public:
  void require(bool holds, const std::string& pointer, const char* detail) {
    if (!holds && fields_.size() < most_errors) fields_.push_back({pointer, detail});
  }
  Result<Done> verdict() && {
    if (fields_.empty()) return Done{};
    Error error = invalid("invalid-fields", "Some of the payments cannot be written into a payment file.");
    error.fields = std::move(fields_);
    return error;
  }

 private:
  std::vector<FieldError> fields_;
};

}  // namespace

Result<Done> check(const PaymentFile& file, const BankCalendar& calendar) {
  if (file.payments.empty()) return invalid("payment-file-empty", "There is nothing to pay in this run.");
  if (file.payments.size() > most_payments) {
    return Error{ErrorKind::too_large, "payment-file-too-large",
                 "A payment file has at most " + std::to_string(most_payments) + " payments. Make two runs of it."};
  }
  if (!calendar.is_banking_day(file.pay_on)) {
    return invalid("pay-day-not-banking", "Banks are closed on " + to_text(file.pay_on) + ". The next day they open is " +
                                              to_text(calendar.next(file.pay_on)) + '.');
  }
  if (file.pay_on < day_of(file.created)) {
    return invalid("pay-day-too-early", "The pay day " + to_text(file.pay_on) + " has gone by. Choose another.");
  }
  Checker checker;
  checker.require(is_bank_id(file.id), "/id", "1 to 35 letters, digits and `-` are needed.");
  checker.require(!bacs_text(file.payer.account_name(), 18).empty(), "/payer", "Give a name in Latin letters.");
  std::unordered_set<std::string> ids;
  for (std::size_t at = 0; at < file.payments.size(); ++at) {
    const auto& payment = file.payments[at];
    const auto pointer = "/payments/" + std::to_string(at);
    checker.require(is_bank_id(payment.end_to_end_id), pointer + "/end_to_end_id",
                    "1 to 35 letters, digits and `-` are needed.");
    checker.require(ids.insert(payment.end_to_end_id).second, pointer + "/end_to_end_id", "It is there twice.");
    checker.require(is_reference(payment.reference), pointer + "/reference",
                    "1 to 18 capitals, digits, `.`, `-`, `/` and single spaces are needed.");
    checker.require(payment.amount > Money{} && payment.amount <= most_payment, pointer + "/amount",
                    "Pay more than nothing, and £20,000,000.00 at most.");
    checker.require(!bacs_text(payment.payee.account_name(), 18).empty(), pointer + "/payee",
                    "Give the name on the account in Latin letters.");
  }
  return std::move(checker).verdict();
}

Money total_of(const PaymentFile& file) {
  Money total;
  for (const auto& payment : file.payments) total += payment.amount;
  return total;
}

}  // namespace cp::banking
