// Bacs Standard 18: direct credits as fixed-width text for a Bacs submission (through approved
// software, a bureau or the bank's own upload).
//
// Positions count from 1, as the standard has them (Message Implementation Guide BACS Standard 18,
// HSBC, August 2012, and the appendix "BACS File Specification" of Bank of Ireland):
//   VOL1 HDR1 HDR2 UHL1, a credit (transaction code 99) a payment, the contra (code 17) that takes
//   their sum from the payer's account, EOF1 EOF2 UTL1. Labels have 80 characters, records 100, or
//   106 where each carries its processing day.
#pragma once

#include "payments/banking/payment.hpp"

#include <string>

namespace cp::banking {

enum class BacsLength {
  daily,  // 100 characters; one processing day, in UHL1 (work code `1 DAILY`)
  multi,  // 106 characters; the processing day in each record (work code `4 MULTI`)
};

struct BacsSubmission {
  std::string service_user_number;  // the payer's SUN, six digits
  std::string serial;               // six capitals or digits, not all zero; another one each time of a day
  BacsLength length = BacsLength::daily;
};

/// The first day on which payees can have the money: a file is taken on one banking day, processed
/// on the next and credited on the third.
Date earliest_bacs_pay_day(Date sent_on, const BankCalendar& calendar);

/// The whole file, lines ending in CR LF. The processing day is the banking day before
/// `file.pay_on`. Names are cut to 18 characters. Refuses what `check` refuses, and further
/// `bacs-submission-invalid` (number or serial), `pay-day-too-early`, `pay-day-too-late` (Bacs holds
/// a file for 30 days at most), `bacs-total-too-large` (above £999,999,999.99).
Result<std::string> write_bacs18(const PaymentFile& file, const BacsSubmission& submission,
                                 const BankCalendar& calendar);

}  // namespace cp::banking
