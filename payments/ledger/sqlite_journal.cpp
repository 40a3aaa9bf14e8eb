// The journal in a SQLite file of its own. Operations lie in the order of their sequence, so that
// a batch is written to the end of one tree; the only other tree that grows with history is that
// of the keys, and most keys come in the order of their time.

#include "payments/ledger/journal.hpp"

#include <sqlite3.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <vector>

namespace cp::ledger {
namespace {

constexpr int busy_timeout_ms = 5'000;
constexpr std::uint64_t rows_at_once = 10'000;
constexpr const char* schema =
    "CREATE TABLE IF NOT EXISTS ledger_operations (sequence INTEGER PRIMARY KEY, hash BLOB NOT NULL, "
    "body BLOB NOT NULL);"
    "CREATE TABLE IF NOT EXISTS ledger_keys (key BLOB PRIMARY KEY, sequence INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS ledger_states (shelf INTEGER NOT NULL, number INTEGER NOT NULL, body BLOB NOT NULL, "
    "PRIMARY KEY (shelf, number)) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS ledger_head (one INTEGER PRIMARY KEY CHECK (one = 1), sequence INTEGER NOT NULL, "
    "hash BLOB NOT NULL, recovery INTEGER NOT NULL, epoch INTEGER NOT NULL);"
    "CREATE TABLE IF NOT EXISTS ledger_signed_heads (sequence INTEGER NOT NULL, at INTEGER NOT NULL, hash BLOB NOT NULL, "
    "public_key BLOB NOT NULL, signature BLOB NOT NULL, PRIMARY KEY (sequence, at)) WITHOUT ROWID;"
    "INSERT INTO ledger_head VALUES (1, 0, zeroblob(32), 0, 0) ON CONFLICT DO NOTHING;";

struct Close {
  void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
};
struct Finalize {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};

class Connection {
 public:
  Connection(const SqliteJournalOptions& options, int flags) {
    sqlite3* opened = nullptr;
    const char* file_system = options.file_system.empty() ? nullptr : options.file_system.c_str();
    const int status = sqlite3_open_v2(options.path.c_str(), &opened, flags | SQLITE_OPEN_NOMUTEX, file_system);
    database_.reset(opened);
    check(status);
    sqlite3_busy_timeout(opened, busy_timeout_ms);
    sqlite3_extended_result_codes(opened, 1);
  }
  void command(const char* sql) { check(sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr)); }
  void check(int status) const {
    if (status == SQLITE_OK) return;
    throw JournalFault(std::string("the ledger's file: ") + sqlite3_errmsg(database_.get()));
  }
  [[nodiscard]] sqlite3* get() const { return database_.get(); }

  /// Writes the write-ahead log over itself and syncs it; in a transaction that writes. Where the
  /// process before this one failed to sync, the operating system may still show what the disk
  /// never got, as if it were safe: SQLite would take it for committed and write on behind it, and
  /// a power cut would then lose what was synced after it as well.
  void rewrite_log() {
    sqlite3_file* log = nullptr;
    check(sqlite3_file_control(database_.get(), "main", SQLITE_FCNTL_JOURNAL_POINTER, &log));
    if (!log || !log->pMethods) return;
    sqlite3_int64 size = 0;
    check_file(log->pMethods->xFileSize(log, &size));
    std::vector<char> part(1 << 16);  // SQLite writes no more than that at once
    for (sqlite3_int64 at = 0; at < size;) {
      const int bytes = static_cast<int>(std::min<sqlite3_int64>(size - at, static_cast<sqlite3_int64>(part.size())));
      check_file(log->pMethods->xRead(log, part.data(), bytes, at));
      check_file(log->pMethods->xWrite(log, part.data(), bytes, at));
      at += bytes;
    }
    if (size > 0) check_file(log->pMethods->xSync(log, SQLITE_SYNC_FULL));
  }
  [[nodiscard]] bool in_transaction() const { return sqlite3_get_autocommit(database_.get()) == 0; }

 private:
  static void check_file(int status) {
    if (status != SQLITE_OK) throw JournalFault(std::string("the ledger's log: ") + sqlite3_errstr(status));
  }

  std::unique_ptr<sqlite3, Close> database_;
};

/// A prepared statement that can be run again and again.
class Statement {
 public:
  Statement(Connection& connection, const char* sql) : connection_(connection) {
    sqlite3_stmt* made = nullptr;
    connection.check(sqlite3_prepare_v3(connection.get(), sql, -1, SQLITE_PREPARE_PERSISTENT, &made, nullptr));
    statement_.reset(made);
  }
  Statement& bind(int at, std::uint64_t value) {
    sqlite3_bind_int64(statement_.get(), at, static_cast<sqlite3_int64>(value));
    return *this;
  }
  template <class Bytes>
  Statement& bind_bytes(int at, const Bytes& bytes) {
    sqlite3_bind_blob64(statement_.get(), at, bytes.data(), bytes.size(), SQLITE_STATIC);
    return *this;
  }
  /// Runs a statement without rows.
  void run() {
    const int status = sqlite3_step(statement_.get());
    sqlite3_reset(statement_.get());
    if (status != SQLITE_DONE) connection_.check(status);
  }
  /// True while there is a row; ready for its next use afterwards.
  bool next() {
    const int status = sqlite3_step(statement_.get());
    if (status == SQLITE_ROW) return true;
    sqlite3_reset(statement_.get());
    if (status != SQLITE_DONE) connection_.check(status);
    return false;
  }
  void reset() { sqlite3_reset(statement_.get()); }
  [[nodiscard]] std::uint64_t number(int column) const {
    return static_cast<std::uint64_t>(sqlite3_column_int64(statement_.get(), column));
  }
  [[nodiscard]] std::string_view bytes(int column) const {
    const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_.get(), column));
    return {data, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
  }
  template <std::size_t N>
  std::array<unsigned char, N> array(int column) const {
    std::array<unsigned char, N> value{};
    const auto data = bytes(column);
    if (data.size() != N) throw JournalCorrupt("a hash or a key has another length than it should");
    std::memcpy(value.data(), data.data(), N);
    return value;
  }

 private:
  Connection& connection_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

Record record_of(const Statement& row) { return {row.number(0), row.array<32>(1), std::string(row.bytes(2))}; }

/// What readers and the writer share.
template <class Base>
class Reading : public Base {
 public:
  Reading(const SqliteJournalOptions& options, int flags, const char* prepare)
      : connection_(options, flags), prepared_((connection_.command(prepare), true)) {}

  Head head() override {
    head_.next();
    const Head head{head_.number(0), head_.array<32>(1), head_.number(2), head_.number(3)};
    head_.reset();
    return head;
  }
  void read(std::uint64_t first, std::uint64_t last, const std::function<void(const Record&)>& visit) override {
    Statement rows(connection_, "SELECT sequence, hash, body FROM ledger_operations WHERE sequence BETWEEN ?1 AND ?2 "
                                "ORDER BY sequence");
    last = std::min<std::uint64_t>(last, INT64_MAX);
    Record record;
    while (first <= last) {
      // In parts: as long as a statement is open, the writer's log cannot be emptied.
      const auto until = std::min(last, first + rows_at_once - 1);
      rows.bind(1, first).bind(2, until);
      bool found = false;
      for (; rows.next(); found = true) {
        record.sequence = rows.number(0);
        record.hash = rows.array<32>(1);
        record.body.assign(rows.bytes(2));
        visit(record);
      }
      if (!found || until == last) return;
      first = until + 1;
    }
  }
  Record read_one(std::uint64_t sequence) override {
    one_.bind(1, sequence);
    if (!one_.next()) throw JournalCorrupt("operation " + std::to_string(sequence) + " is missing");
    auto record = record_of(one_);
    one_.reset();
    return record;
  }
  std::optional<std::uint64_t> find_key(const KeyBytes& key) override {
    find_.bind_bytes(1, key);
    if (!find_.next()) return std::nullopt;
    const auto sequence = find_.number(0);
    find_.reset();
    return sequence;
  }
  std::optional<KeyBytes> newest_time_key() override {
    Statement newest(connection_, "SELECT key FROM ledger_keys WHERE key < x'02' ORDER BY key DESC LIMIT 1");
    if (!newest.next()) return std::nullopt;
    return newest.array<17>(0);
  }
  void each_key(const std::function<void(const KeyRow&)>& visit) override {
    Statement rows(connection_, "SELECT key, sequence FROM ledger_keys");
    while (rows.next()) visit({rows.array<17>(0), rows.number(1)});
  }
  void each_state(const std::function<void(const StateRow&)>& visit) override {
    Statement rows(connection_, "SELECT shelf, number, body FROM ledger_states ORDER BY shelf, number");
    while (rows.next()) {
      visit({static_cast<std::uint32_t>(rows.number(0)), rows.number(1), std::string(rows.bytes(2))});
    }
  }
  std::vector<SignedHead> signed_heads() override {
    Statement rows(connection_, "SELECT sequence, hash, at, public_key, signature FROM ledger_signed_heads "
                                "ORDER BY sequence, at");
    std::vector<SignedHead> heads;
    while (rows.next()) {
      heads.push_back({rows.number(0), rows.array<32>(1), from_microseconds(static_cast<std::int64_t>(rows.number(2))),
                       rows.array<32>(3), rows.array<64>(4)});
    }
    return heads;
  }

 protected:
  Connection connection_;

 private:
  bool prepared_;  // the tables are there before the statements are made
  Statement head_{connection_, "SELECT sequence, hash, recovery, epoch FROM ledger_head"};
  Statement one_{connection_, "SELECT sequence, hash, body FROM ledger_operations WHERE sequence = ?1"};
  Statement find_{connection_, "SELECT sequence FROM ledger_keys WHERE key = ?1"};
};

/// Held as long as the process lives, however it ends.
class FileLock {
 public:
  explicit FileLock(const std::string& path) : file_(::open(path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600)) {
    if (file_ < 0 || ::flock(file_, LOCK_EX | LOCK_NB) != 0) {
      if (file_ >= 0) ::close(file_);
      throw LeaseLost("Another process writes this ledger: " + path);
    }
  }
  ~FileLock() { ::close(file_); }
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

 private:
  int file_;
};

class SqliteJournal final : public Reading<Journal> {
 public:
  explicit SqliteJournal(const SqliteJournalOptions& options)
      : Reading(options, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
                (std::string("PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY; "
                             "PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = 4000;") +
                 schema)
                    .c_str()),
        lock_path_(options.path + ".lock") {}

  Head head() override {
    const auto head = Reading::head();
    if (epoch_ != 0 && head.epoch != epoch_) throw LeaseLost("Another process writes this ledger now.");
    return head;
  }

  std::uint64_t take_lease() override {
    lock_ = std::make_unique<FileLock>(lock_path_);
    begin_.run();
    try {
      connection_.rewrite_log();
      const auto epoch = Reading::head().epoch + 1;
      Statement(connection_, "UPDATE ledger_head SET epoch = ?1").bind(1, epoch).run();
      commit_.run();
      return epoch_ = epoch;
    } catch (...) {
      roll_back();
      throw;
    }
  }

  void append(const Batch& batch) override {
    try {
      begin_.run();
      for (const auto& record : batch.operations) {
        operation_.bind(1, record.sequence).bind_bytes(2, record.hash).bind_bytes(3, record.body).run();
      }
      for (const auto& row : batch.keys) key_.bind_bytes(1, row.key).bind(2, row.sequence).run();
      for (const auto& row : batch.states) {
        state_.bind(1, row.shelf).bind(2, row.number).bind_bytes(3, row.body).run();
      }
      move_head_.bind(1, batch.head.sequence).bind_bytes(2, batch.head.hash).bind(3, batch.head.recovery);
      move_head_.bind(4, epoch_).run();
      if (sqlite3_changes64(connection_.get()) != 1) throw LeaseLost("Another process writes this ledger now.");
      commit_.run();
    } catch (...) {
      roll_back();
      throw;
    }
  }

  void keep(const SignedHead& head) override {
    const auto at = static_cast<std::uint64_t>(to_microseconds(head.at));
    Statement insert(connection_, "INSERT INTO ledger_signed_heads VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING");
    insert.bind(1, head.sequence).bind(2, at).bind_bytes(3, head.hash).bind_bytes(4, head.public_key);
    insert.bind_bytes(5, head.signature).run();
  }

 private:
  void roll_back() {
    if (connection_.in_transaction()) sqlite3_exec(connection_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
  }

  std::string lock_path_;
  std::unique_ptr<FileLock> lock_;
  std::uint64_t epoch_ = 0;  // ours; 0 before the lease is taken
  Statement begin_{connection_, "BEGIN IMMEDIATE"};
  Statement commit_{connection_, "COMMIT"};
  Statement operation_{connection_, "INSERT INTO ledger_operations VALUES (?1, ?2, ?3)"};
  Statement key_{connection_, "INSERT INTO ledger_keys VALUES (?1, ?2)"};
  Statement state_{connection_, "INSERT OR REPLACE INTO ledger_states VALUES (?1, ?2, ?3)"};
  Statement move_head_{connection_, "UPDATE ledger_head SET sequence = ?1, hash = ?2, recovery = ?3 WHERE epoch = ?4"};
};

}  // namespace

std::unique_ptr<Journal> open_sqlite_journal(const SqliteJournalOptions& options) {
  return std::make_unique<SqliteJournal>(options);
}

std::unique_ptr<JournalReader> open_sqlite_journal_reader(const SqliteJournalOptions& options) {
  return std::make_unique<Reading<JournalReader>>(options, SQLITE_OPEN_READONLY, "PRAGMA temp_store = MEMORY");
}

}  // namespace cp::ledger
