// Recomputes everything the ledger says from its operations alone.
#pragma once

#include "payments/ledger/accounts.hpp"
#include "payments/ledger/journal.hpp"
#include "payments/ledger/machine.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace cp::ledger {

struct Verification {
  std::uint64_t operations = 0;
  std::uint64_t refusals = 0;  // operations that were refused
  std::uint64_t entries = 0;
  std::uint64_t accounts = 0;
  Hash head = {};
  std::vector<std::string> problems;  // sentences with sequences and accounts; empty where all agrees
};

struct VerifyOptions {
  /// Makes what the operations mean, empty; may be left out.
  std::function<std::unique_ptr<Meaning>()> make_meaning;
  /// Called now and then with how far it is.
  std::function<void(std::uint64_t done, std::uint64_t all)> progress;
  /// Called after each operation with the states as they are then.
  std::function<void(const Operation&, const Record&, const Accounts&, const Meaning*)> after_each;
};

/// The chain and its sequence; every operation's form, rules and running balances, versions and
/// pointers; that every key leads to its operation and nothing else; the head; the saved state;
/// signatures of heads. Memory does not grow with history, only with accounts and plans.
Verification verify(JournalReader& journal, const VerifyOptions& options);

}  // namespace cp::ledger
