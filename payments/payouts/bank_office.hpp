// What payments to providers need from outside the database: keys, tables, holidays, limits.
#pragma once

#include "payments/banking/run.hpp"
#include "payments/banking/details.hpp"
#include "shared/core/config.hpp"

namespace cp::payments {

struct BankOffice {
  banking::KeyRing keys;
  banking::ModulusTable modulus;
  banking::BankCalendar calendar;
  banking::BankingPolicy policy;

  /// Reads the files that the configuration names; makes the key where it is missing. Throws where one
  /// cannot be read.
  static BankOffice open(const Config& config);
};

}  // namespace cp::payments
