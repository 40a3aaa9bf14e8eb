// Draws the tables that people read from the ledger's operations: plans and what is left of them,
// shares, statement lines, invoices. They hold nothing of their own and can be drawn again.
#pragma once

#include "payments/ledger/journal.hpp"
#include "shared/db/database.hpp"

#include <atomic>
#include <memory>
#include <mutex>

namespace cp::payments {

/// Draws one operation. `tx` is at the operation before it.
void draw_operation(db::Tx& tx, const ledger::Record& record);

class Projection {
 public:
  Projection(db::Database& database, std::unique_ptr<ledger::JournalReader> journal)
      : database_(database), journal_(std::move(journal)) {}

  /// Answers when everything up to `sequence` can be read; draws what is missing.
  Task<Result<Done>> reach(std::uint64_t sequence);
  /// Throws where the tables were drawn from another ledger.
  void check_origin();
  /// Draws everything there is, blocking: at the start, for command lines and tests.
  void catch_up();

 private:
  void draw(db::Tx& tx);

  db::Database& database_;
  std::mutex mutex_;
  std::unique_ptr<ledger::JournalReader> journal_;
  std::atomic<std::uint64_t> reached_ = 0;
};

}  // namespace cp::payments
