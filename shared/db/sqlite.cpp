// SQLite: one thread writes, in groups that share a commit, and a few threads read.
//
// The writer takes everything that waits, up to a bound, and does BEGIN IMMEDIATE, a SAVEPOINT
// for each unit of work, COMMIT. The callers are answered only after the commit, so that one wait
// for the disk makes all of them durable. Work that fails is rolled back to its own savepoint and
// the others of the group do not notice.

#include "shared/db/database.hpp"
#include "shared/db/job_queue.hpp"
#include "shared/db/statement.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <thread>

namespace cp::db {
namespace {

constexpr int busy_timeout_ms = 5'000;

struct Finalize {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
struct Close {
  void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
};

/// A prepared statement and the indexes SQLite gave to `$1`, `$2`, ...: it numbers parameters by
/// where they first appear.
struct Prepared {
  std::unique_ptr<sqlite3_stmt, Finalize> statement;
  std::vector<int> indexes;
};
using Cache = StatementCache<Prepared>;

class SqliteRow final : public Row {
 public:
  explicit SqliteRow(sqlite3_stmt* statement) : statement_(statement) {}
  [[nodiscard]] bool is_null(int column) const override { return type(column) == SQLITE_NULL; }
  [[nodiscard]] std::int64_t integer(int column) const override {
    if (type(column) != SQLITE_INTEGER) wrong(column, "a whole number");
    return sqlite3_column_int64(statement_, column);
  }
  [[nodiscard]] double real(int column) const override {
    if (type(column) != SQLITE_FLOAT && type(column) != SQLITE_INTEGER) wrong(column, "a number");
    return sqlite3_column_double(statement_, column);
  }
  [[nodiscard]] std::string_view text(int column) const override {
    if (type(column) != SQLITE_TEXT) wrong(column, "a text");
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
    return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
  }

 private:
  [[nodiscard]] int type(int column) const { return sqlite3_column_type(statement_, column); }
  [[noreturn]] void wrong(int column, const char* expected) const {
    throw DatabaseError("column " + std::to_string(column) + " is not " + expected + ": " +
                        shortened(sqlite3_sql(statement_)));
  }
  sqlite3_stmt* statement_;
};

/// Makes a statement ready for its next use, however its present one ends.
class Use {
 public:
  explicit Use(Cache::Entry& entry) : entry_(entry) { entry_.in_use = true; }
  ~Use() {
    sqlite3_reset(statement());
    sqlite3_clear_bindings(statement());
    entry_.in_use = false;
  }
  Use(const Use&) = delete;
  Use& operator=(const Use&) = delete;
  [[nodiscard]] sqlite3_stmt* statement() const { return entry_.prepared.statement.get(); }

 private:
  Cache::Entry& entry_;
};

class Connection final : public Tx {
 public:
  Connection(const std::string& path, int flags) {
    sqlite3* opened = nullptr;
    const int status = sqlite3_open_v2(path.c_str(), &opened, flags | SQLITE_OPEN_NOMUTEX, nullptr);
    database_.reset(opened);
    check(status, "opening " + path);
    sqlite3_busy_timeout(opened, busy_timeout_ms);
    sqlite3_extended_result_codes(opened, 1);
  }

  std::int64_t run(std::string_view sql, Params params, const RowVisitor& visit) override {
    auto* entry = cache_.find(sql);
    if (entry && !entry->in_use) return run_prepared(*entry, sql, params, visit);
    if (!entry) {
      entry = &cache_.insert(std::string(sql), prepare(sql, params.size()));
      const auto changed = run_prepared(*entry, sql, params, visit);
      while (cache_.evict()) {
      }
      return changed;
    }
    // The same statement is being run by the caller's visitor; this run gets one of its own.
    Cache::Entry own{std::string(sql), prepare(sql, params.size())};
    return run_prepared(own, sql, params, visit);
  }
  [[nodiscard]] Dialect dialect() const override { return Dialect::sqlite; }

  void command(std::string_view sql) { run(sql, {}, nullptr); }
  /// False after SQLite rolled back by itself, as it does when the disk is full.
  [[nodiscard]] bool in_transaction() const { return sqlite3_get_autocommit(database_.get()) == 0; }
  /// A deferred foreign key that is broken now would fail the whole group's commit.
  [[nodiscard]] bool has_broken_keys() const {
    int broken = 0;
    int highest = 0;
    sqlite3_db_status(database_.get(), SQLITE_DBSTATUS_DEFERRED_FKS, &broken, &highest, 0);
    return broken != 0;
  }

 private:
  Prepared prepare(std::string_view sql, std::size_t count) {
    check_parameters(sql, count);
    sqlite3_stmt* made = nullptr;
    const char* rest = nullptr;
    check(sqlite3_prepare_v3(database_.get(), sql.data(), static_cast<int>(sql.size()),
                             SQLITE_PREPARE_PERSISTENT, &made, &rest),
          sql);
    Prepared prepared{std::unique_ptr<sqlite3_stmt, Finalize>(made), {}};
    const auto left = sql.substr(static_cast<std::size_t>(rest - sql.data()));
    if (!made || left.find_first_not_of(" \t\r\n;") != std::string_view::npos) {
      throw std::logic_error("one statement at a time: " + shortened(sql));
    }
    for (std::size_t number = 1; number <= count; ++number) {
      const auto name = "$" + std::to_string(number);
      prepared.indexes.push_back(sqlite3_bind_parameter_index(made, name.c_str()));
    }
    return prepared;
  }

  std::int64_t run_prepared(Cache::Entry& entry, std::string_view sql, Params params,
                            const RowVisitor& visit) {
    const Use use(entry);
    if (params.size() != entry.prepared.indexes.size()) check_parameters(sql, params.size());
    for (std::size_t at = 0; at < params.size(); ++at) {
      bind(use.statement(), entry.prepared.indexes[at], params[at].value(), sql);
    }
    const auto before = sqlite3_total_changes64(database_.get());
    int status = sqlite3_step(use.statement());
    for (; status == SQLITE_ROW; status = sqlite3_step(use.statement())) {
      if (visit) visit(SqliteRow(use.statement()));
    }
    if (status != SQLITE_DONE) check(status, sql);
    return sqlite3_total_changes64(database_.get()) == before ? 0 : sqlite3_changes64(database_.get());
  }

  void bind(sqlite3_stmt* statement, int index, const Param::Value& value, std::string_view sql) {
    if (const auto* number = std::get_if<std::int64_t>(&value)) {
      check(sqlite3_bind_int64(statement, index, *number), sql);
    } else if (const auto* real = std::get_if<double>(&value)) {
      check(sqlite3_bind_double(statement, index, *real), sql);
    } else if (const auto* text = std::get_if<std::string_view>(&value)) {
      // PostgreSQL cannot store a zero byte; what one of the two refuses, both refuse.
      if (text->find('\0') != std::string_view::npos) throw DatabaseError("a text holds a zero byte");
      const char* bytes = text->data() ? text->data() : "";
      check(sqlite3_bind_text64(statement, index, bytes, text->size(), SQLITE_STATIC, SQLITE_UTF8), sql);
    } else {
      check(sqlite3_bind_null(statement, index), sql);
    }
  }

  void check(int status, std::string_view doing) const {
    if (status == SQLITE_OK) return;
    const std::string message =
        "SQLite: " + std::string(sqlite3_errmsg(database_.get())) + ": " + shortened(doing);
    if ((status & 0xFF) == SQLITE_BUSY) throw Busy(message);
    throw DatabaseError(message);
  }

  std::unique_ptr<sqlite3, Close> database_;
  Cache cache_{statement_limit};  // closed before the database it belongs to
};

class SqliteDatabase final : public Database {
 public:
  explicit SqliteDatabase(const SqliteOptions& options)
      : group_limit_(std::max<std::size_t>(1, options.group_limit)),
        writes_(options.queue_limit),
        reads_(options.queue_limit),
        writer_(options.path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE) {
    for (const auto* setting : {"PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL",
                                "PRAGMA foreign_keys = ON", "PRAGMA temp_store = MEMORY"}) {
      writer_.command(setting);
    }
    for (int count = 0; count < std::max(1, options.reader_threads); ++count) {
      readers_.push_back(std::make_unique<Connection>(options.path, SQLITE_OPEN_READONLY));
    }
    threads_.emplace_back([this] { write_loop(); });
    for (auto& reader : readers_) {
      threads_.emplace_back([this, &connection = *reader] { read_loop(connection); });
    }
  }
  ~SqliteDatabase() override { SqliteDatabase::stop(); }

  [[nodiscard]] Dialect dialect() const override { return Dialect::sqlite; }
  bool submit_write(Job& job) override { return submit(writes_, job, Lane::write); }
  bool submit_read(Job& job) override { return submit(reads_, job, Lane::read); }
  [[nodiscard]] Statistics statistics() const override {
    return counters_.snapshot(writes_.size() + reads_.size());
  }
  void stop() override {
    const std::scoped_lock lock(stopping_);
    writes_.close();
    reads_.close();
    for (auto& thread : threads_) thread.join();
    threads_.clear();
  }

 private:
  bool submit(JobQueue& queue, Job& job, Lane lane) {
    const bool accepted = queue.push(job, lane);
    if (!accepted) ++counters_.refused;
    return accepted;
  }

  void write_loop() {
    std::vector<QueuedJob> group;
    while (writes_.take(group, group_limit_)) commit_group(group);
  }

  void commit_group(const std::vector<QueuedJob>& group) {
    std::vector<std::exception_ptr> failures(group.size());
    try {
      writer_.command("BEGIN IMMEDIATE");
      for (std::size_t at = 0; at < group.size(); ++at) failures[at] = run_in_savepoint(*group[at].job);
      writer_.command("COMMIT");
      ++counters_.commits;
      counters_.writes += static_cast<std::int64_t>(group.size());
    } catch (...) {
      std::fill(failures.begin(), failures.end(), std::current_exception());
      roll_back();
    }
    for (std::size_t at = 0; at < group.size(); ++at) group[at].job->finish(failures[at]);
  }

  /// What the work threw, if it did. Throws only where the whole group is lost.
  std::exception_ptr run_in_savepoint(Job& job) {
    std::exception_ptr failure;
    bool keep = false;
    writer_.command("SAVEPOINT job");
    try {
      keep = job.run(writer_);
      if (keep && writer_.has_broken_keys()) throw DatabaseError("SQLite: FOREIGN KEY constraint failed");
    } catch (...) {
      failure = std::current_exception();
      keep = false;
    }
    if (!writer_.in_transaction()) {
      if (failure) std::rethrow_exception(failure);
      throw DatabaseError("SQLite: the transaction was rolled back");
    }
    if (!keep) writer_.command("ROLLBACK TO job");
    writer_.command("RELEASE job");
    return failure;
  }

  void roll_back() noexcept {
    try {
      if (writer_.in_transaction()) writer_.command("ROLLBACK");
    } catch (...) {
      // The next BEGIN will say so; there is nobody else to tell.
    }
  }

  void read_loop(Connection& connection) {
    std::vector<QueuedJob> taken;
    while (reads_.take(taken, 1)) {
      auto& job = *taken.front().job;
      std::exception_ptr failure;
      try {
        connection.command("BEGIN");
        job.run(connection);
      } catch (...) {
        failure = std::current_exception();
      }
      try {
        if (connection.in_transaction()) connection.command("ROLLBACK");
      } catch (...) {
        if (!failure) failure = std::current_exception();
      }
      ++counters_.reads;
      job.finish(failure);
    }
  }

  std::size_t group_limit_;
  JobQueue writes_;
  JobQueue reads_;
  Counters counters_;
  Connection writer_;
  std::vector<std::unique_ptr<Connection>> readers_;
  std::mutex stopping_;
  std::vector<std::thread> threads_;
};

}  // namespace

std::unique_ptr<Database> open_sqlite(const SqliteOptions& options) {
  return std::make_unique<SqliteDatabase>(options);
}

}  // namespace cp::db
