// Recomputes everything that is said about money from the ledger's operations alone.
#pragma once

#include "payments/ledger/verify.hpp"
#include "shared/db/database.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace cp::payments {

struct Verification {
  ledger::Verification ledger;
  std::int64_t drawn = 0;  // the operation up to which the tables are drawn
  std::int64_t plans = 0;
  std::vector<std::string> problems;  // of both; empty where all agrees
};

/// The ledger itself (see `ledger::verify`); then what each agreed plan has left, what is pooled of
/// it and its cap, every share and every invoice, as the tables have them, against the accounts at
/// the operation up to which they are drawn.
Verification verify(db::Tx& tx, ledger::JournalReader& journal, std::int64_t expiry_days,
                    std::function<void(std::uint64_t, std::uint64_t)> progress = nullptr);

}  // namespace cp::payments
