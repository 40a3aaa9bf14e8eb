// Draws the tables that people read from the ledger's operations: plans and what is left of them,
// shares, statement lines, invoices. They hold nothing of their own and can be drawn again.
#pragma once

#include "payments/ledger/journal.hpp"
#include "shared/db/database.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace cp::payments {

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
  /// One draws at a time, for everybody who waits: false where somebody does already.
  bool take_turn();
  Task<void> wait_for_turn();
  void end_turn();

  db::Database& database_;
  std::mutex mutex_;
  std::unique_ptr<ledger::JournalReader> journal_;
  std::atomic<std::uint64_t> reached_ = 0;
  std::mutex turns_;
  bool is_drawing_ = false;
  std::vector<std::function<void(bool)>> waiting_;
};

}  // namespace cp::payments
