// ISO 20022 `pain.001.001.09`: customer credit transfer initiation.
//
// UK choices: pounds; one batch (`PmtInf`), booked as one debit; sort codes as clearing system
// member ids under `GBDSC`, account numbers as `Othr/Id` under the scheme `BBAN`; charges shared;
// texts in character set X.
#pragma once

#include "payments/banking/payment.hpp"

#include <string>

namespace cp::banking {

/// The whole message, UTF-8, valid by the schema. Refuses what `check` refuses. The text has bank
/// details in plain: it goes to the treasurer and the bank, never into a log or a database.
Result<std::string> write_pain001(const PaymentFile& file, const BankCalendar& calendar);

}  // namespace cp::banking
