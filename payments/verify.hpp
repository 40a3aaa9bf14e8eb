// Recomputes everything the database says about money from the ledger's entries alone.
#pragma once

#include "shared/db/database.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace cp::payments {

struct Verification {
  std::int64_t operations = 0;
  std::int64_t entries = 0;
  std::int64_t accounts = 0;
  std::int64_t plans = 0;
  std::vector<std::string> problems;  // sentences with ids; empty where all agrees
};

/// Chain and sequence of every authority; legs of every operation and the ledger's rules; running
/// balances and versions; stored balances; what each plan has pooled and its cap; what shares,
/// streams and invoices say against their accounts.
Verification verify(db::Tx& tx);

}  // namespace cp::payments
