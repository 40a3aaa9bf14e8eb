// The ledger, what its operations mean, and the tables drawn from it, opened and closed as one.
#pragma once

#include "payments/book/book.hpp"
#include "payments/ledger/ledger.hpp"
#include "payments/ledger/signature.hpp"
#include "payments/projection.hpp"
#include "shared/core/config.hpp"

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

namespace cp::payments {

/// The journal that the configuration names: a file beside the SQLite database, or in PostgreSQL.
std::unique_ptr<ledger::Journal> open_journal(const Config& config);
std::unique_ptr<ledger::JournalReader> open_journal_reader(const Config& config);

class Treasury {
 public:
  /// Takes the ledger's lease, reads its state and draws what the tables do not have yet.
  Treasury(const Config& config, const Clock& clock, db::Database& database);
  ~Treasury();
  Treasury(const Treasury&) = delete;
  Treasury& operator=(const Treasury&) = delete;

  /// For making commands, which look at it in the writer's thread only.
  [[nodiscard]] const Book& book() const { return book_; }
  [[nodiscard]] ledger::Ledger& ledger() { return ledger_; }
  /// Durable, and drawn into the tables, when it answers. `command` is a named object.
  Task<Result<ledger::Reply>> perform(ledger::Command& command);
  /// The same, blocking.
  Result<ledger::Reply> perform_now(ledger::Command& command);
  /// The last head, signed; kept with the journal.
  Task<Result<ledger::SignedHead>> signed_head();
  /// The same, when the tables are drawn up to it.
  Task<Result<ledger::SignedHead>> drawn_head();
  /// A signed head of the last hour, for what is printed.
  Task<Result<ledger::SignedHead>> recent_head();
  [[nodiscard]] ledger::LedgerStatistics statistics() const { return ledger_.statistics(); }

 private:
  /// Releases holds whose sessions are long past, once a day.
  Task<Result<Done>> expire();
  /// Expires holds in a ledger of which nobody asks anything, too: looks every so often.
  void watch(const std::stop_token& ended, std::chrono::seconds every);

  Book book_;
  ledger::SigningKey key_;
  ledger::Ledger ledger_;
  Projection projection_;
  const Clock& clock_;
  std::mutex mutex_;
  std::optional<ledger::SignedHead> recent_;
  std::atomic<ledger::Day> expired_on_ = 0;  // the day on which holds were looked through for the last time
  std::jthread watcher_;
};

}  // namespace cp::payments
