// What a payment file says, whatever its format: who pays, whom, how much and when.
#pragma once

#include "payments/banking/banking_day.hpp"
#include "payments/banking/details.hpp"
#include "shared/core/money.hpp"
#include "shared/core/time.hpp"

#include <string>
#include <vector>

namespace cp::banking {

/// The largest single credit: £20,000,000.00, the limit of a Bacs item.
inline constexpr Money most_payment{2'000'000'000};
inline constexpr std::size_t most_payments = 25'000;

/// One credit to one payee.
struct Payment {
  std::string end_to_end_id;  // `is_bank_id`; its own in the file; comes back in camt.053
  std::string reference;      // `is_reference`; what the payee sees, and all that Bacs hands back
  Money amount;               // more than nothing, `most_payment` at most
  BankDetails payee;
};

/// All credits of a payment run, from one account on one day.
struct PaymentFile {
  std::string id;     // `is_bank_id`: of the message and of its one batch; `bank_id(run id)`
  Timestamp created;  // when the file was made
  Date pay_on;        // the banking day on which payees have the money
  BankDetails payer;
  std::vector<Payment> payments;
};

/// What banks want of either format. `pay-day-not-banking` and `pay-day-too-early` for the day;
/// `payment-file-empty`, `payment-file-too-large`; `invalid-fields` with pointers such as
/// `/payments/3/reference`, at most twenty of them.
Result<Done> check(const PaymentFile& file, const BankCalendar& calendar);
/// The sum of all credits.
Money total_of(const PaymentFile& file);

}  // namespace cp::banking
