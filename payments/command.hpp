// `commonpurse ledger verify`.
#pragma once

#include "shared/db/database.hpp"

namespace cp::payments {

/// Recomputes everything from the entries and prints what it found; 0 where all agrees, 1 where
/// something does not.
int ledger_verify_command(db::Database& database);

}  // namespace cp::payments
