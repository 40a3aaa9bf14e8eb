// `commonpurse ledger ...`: works on the journal and the tables without serving.
#pragma once

#include "shared/core/config.hpp"
#include "shared/db/database.hpp"

#include <string>

namespace cp::payments {

/// Recomputes everything; prints every difference and ends with 1 where there is one. Shows how
/// far it is on standard error.
int ledger_verify_command(const Config& config, db::Database& database);

/// What an account held at the end of a day, as it was known then or is known now.
struct BalanceOrder {
  std::string account;
  std::string as_of;     // a day; empty: today
  std::string known_at;  // an instant; empty: now
};
int ledger_balance_command(const Config& config, const BalanceOrder& order);

}  // namespace cp::payments
