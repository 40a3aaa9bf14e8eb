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

/// Writes the whole ledger as `format` (payments/export.hpp) to a file; `-` is standard output.
int ledger_export_command(const Config& config, const std::string& format, const std::string& output);
/// Fills an empty ledger from a file that was exported as `journal`, and verifies it; ends with 1
/// where it cannot be or is not whole. The tables are drawn from it at the next start.
int ledger_import_command(const Config& config, const std::string& file);
/// Simulates in a temporary folder (payments/simulation.hpp); prints what was done, or the seed and
/// the step of the first difference, and ends with 1 then.
int ledger_simulate_command(std::uint64_t seed, std::uint64_t operations);

}  // namespace cp::payments
