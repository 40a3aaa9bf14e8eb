// PostgreSQL and what speaks its protocol: a few threads, each with a connection of its own, take
// work from one bounded queue. Writes are SERIALIZABLE and run again when they lose a race, so a
// store may read, decide and write without a thought for others. Reads see one snapshot.

#include "shared/db/database.hpp"
#include "shared/db/job_queue.hpp"
#include "shared/db/statement.hpp"

#include <libpq-fe.h>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <chrono>
#include <deque>
#include <random>
#include <thread>

namespace cp::db {
namespace {

constexpr Oid bool_type = 16;
constexpr Oid bigint_type = 20;
constexpr Oid smallint_type = 21;
constexpr Oid integer_type = 23;
constexpr Oid text_type = 25;
constexpr Oid real_type = 700;
constexpr Oid double_type = 701;
constexpr Oid numeric_type = 1700;

/// A statement or commit that the server refused; `state` is its SQLSTATE.
class ServerError : public DatabaseError {
 public:
  ServerError(std::string state, const std::string& message)
      : DatabaseError(message), state_(std::move(state)) {}
  [[nodiscard]] const std::string& state() const { return state_; }

 private:
  std::string state_;
};

/// There is no connection, and nothing of the transaction was kept.
class ConnectionLost : public DatabaseError {
 public:
  using DatabaseError::DatabaseError;
};

/// The server is going down or has ended the session, or libpq says so itself, without a code.
bool is_of_connection(std::string_view state) {
  return state.empty() || state.starts_with("08") || state == "57P01" || state == "57P02" || state == "57P03";
}

struct Clear {
  void operator()(PGresult* answer) const { PQclear(answer); }
};
using Answer = std::unique_ptr<PGresult, Clear>;
struct Finish {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};

class PostgresRow final : public Row {
 public:
  PostgresRow(const PGresult* answer, int row, std::string_view sql)
      : answer_(answer), row_(row), sql_(sql) {}
  [[nodiscard]] bool is_null(int column) const override {
    return column >= PQnfields(answer_) || PQgetisnull(answer_, row_, column) == 1;
  }
  [[nodiscard]] std::int64_t integer(int column) const override {
    const auto oid = type(column);
    if (oid == bool_type) return bytes(column) == "t" ? 1 : 0;
    if (oid != bigint_type && oid != integer_type && oid != smallint_type) wrong(column, "a whole number");
    return parsed<std::int64_t>(column);
  }
  [[nodiscard]] double real(int column) const override {
    switch (type(column)) {
      case double_type:
      case real_type:
      case numeric_type:
      case bigint_type:
      case integer_type:
      case smallint_type: return parsed<double>(column);
      default: wrong(column, "a number");
    }
  }
  [[nodiscard]] std::string_view text(int column) const override {
    switch (type(column)) {
      case 0:
      case bool_type:
      case bigint_type:
      case integer_type:
      case smallint_type:
      case double_type:
      case real_type:
      case numeric_type: wrong(column, "a text");
      default: return bytes(column);
    }
  }

 private:
  /// 0 for a null.
  [[nodiscard]] Oid type(int column) const { return is_null(column) ? 0 : PQftype(answer_, column); }
  [[nodiscard]] std::string_view bytes(int column) const {
    return {PQgetvalue(answer_, row_, column), static_cast<std::size_t>(PQgetlength(answer_, row_, column))};
  }
  template <class T>
  [[nodiscard]] T parsed(int column) const {
    const auto text = bytes(column);
    T value{};
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failed != std::errc() || end != text.data() + text.size()) wrong(column, "a number");
    return value;
  }
  [[noreturn]] void wrong(int column, const char* expected) const {
    throw DatabaseError("column " + std::to_string(column) + " is not " + expected + ": " +
                        shortened(sql_));
  }
  const PGresult* answer_;
  int row_;
  std::string_view sql_;
};

/// Parameters as libpq wants them: in binary, so that texts are not copied and no digit of a
/// number is lost.
class BoundParams {
 public:
  explicit BoundParams(Params params) : numbers_(params.size()) {
    for (std::size_t at = 0; at < params.size(); ++at) bind(at, params[at].value());
    formats_.assign(params.size(), 1);
  }

  /// Part of the key of a prepared statement: PostgreSQL fixes the types when it prepares.
  [[nodiscard]] std::string signature() const {
    std::string out;
    for (const auto oid : types) out += oid == bigint_type ? 'i' : oid == double_type ? 'd' : oid == text_type ? 't' : 'n';
    return out;
  }
  [[nodiscard]] int count() const { return static_cast<int>(types.size()); }
  [[nodiscard]] const int* formats() const { return formats_.data(); }

  std::vector<Oid> types;
  std::vector<const char*> values;
  std::vector<int> lengths;

 private:
  void bind(std::size_t at, const Param::Value& value) {
    if (const auto* number = std::get_if<std::int64_t>(&value)) {
      add_number(at, bigint_type, static_cast<std::uint64_t>(*number));
    } else if (const auto* real = std::get_if<double>(&value)) {
      add_number(at, double_type, std::bit_cast<std::uint64_t>(*real));
    } else if (const auto* text = std::get_if<std::string_view>(&value)) {
      if (text->find('\0') != std::string_view::npos) throw DatabaseError("a text holds a zero byte");
      add(text_type, text->data() ? text->data() : "", text->size());
    } else {
      add(0, nullptr, 0);
    }
  }
  void add_number(std::size_t at, Oid type, std::uint64_t value) {
    auto& bytes = numbers_[at];
    for (std::size_t byte = 0; byte < 8; ++byte) {
      bytes[byte] = static_cast<char>(static_cast<unsigned char>(value >> (56 - 8 * byte)));
    }
    add(type, bytes.data(), bytes.size());
  }
  void add(Oid type, const char* bytes, std::size_t size) {
    types.push_back(type);
    values.push_back(bytes);
    lengths.push_back(static_cast<int>(size));
  }
  std::vector<std::array<char, 8>> numbers_;
  std::vector<int> formats_;
};

/// Statements whose answers nobody needs are sent without waiting; what came of them is read with
/// the next one that is waited for, at the latest with the commit. So a transaction costs as many
/// round trips as it has questions, not as it has statements.
class Connection final : public Tx {
 public:
  explicit Connection(std::string url) : url_(std::move(url)) {}

  [[nodiscard]] Dialect dialect() const override { return Dialect::postgres; }

  void open_if_closed() {
    if (connection_ && PQstatus(connection_.get()) == CONNECTION_OK) return;
    close();
    // What the connection text says of these overrules what stands before it.
    const char* const keys[] = {"connect_timeout", "application_name", "dbname", "client_encoding", nullptr};
    const char* const values[] = {"5", "commonpurse", url_.c_str(), "UTF8", nullptr};
    connection_.reset(PQconnectdbParams(keys, values, 1));
    if (!connection_ || PQstatus(connection_.get()) != CONNECTION_OK || PQenterPipelineMode(connection_.get()) != 1) {
      const std::string reason = connection_ ? PQerrorMessage(connection_.get()) : "out of memory";
      close();
      throw ConnectionLost("PostgreSQL: " + reason);
    }
    PQsetNoticeProcessor(connection_.get(), [](void*, const char*) {}, nullptr);
  }

  void close() {
    statements_.clear();
    sent_.clear();
    connection_.reset();
  }

  void begin(Lane lane) {
    failed_state_.clear();
    send_command(lane == Lane::write ? "BEGIN ISOLATION LEVEL SERIALIZABLE"
                                     : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
  }

  void commit() {
    Answer answer;
    try {
      send_command("COMMIT");
      answer = receive();
    } catch (const ConnectionLost&) {
      throw DatabaseError("PostgreSQL: the connection broke during a commit; its outcome is not known");
    }
    // Where a statement failed and the work went on regardless, COMMIT rolls back and says so.
    if (std::string_view(PQcmdStatus(answer.get())) != "COMMIT") {
      throw ServerError(failed_state_, "PostgreSQL: the transaction was rolled back");
    }
  }

  /// Nobody waits for it: a connection that breaks now is noticed by the next transaction.
  void roll_back() noexcept {
    if (!connection_) return;
    try {
      send_command("ROLLBACK");
      sync();
    } catch (...) {
      close();
    }
  }

  std::int64_t run(std::string_view sql, Params params, const RowVisitor& visit) override {
    send(sql, params);
    const auto answer = receive();
    if (visit) {
      const int rows = PQntuples(answer.get());
      for (int row = 0; row < rows; ++row) visit(PostgresRow(answer.get(), row, sql));
    }
    return changed_rows(answer.get());
  }

  void later(std::string_view sql, Params params) override {
    send(sql, params);
    // The server's answers wait in the sockets' buffers meanwhile: no more than fit there.
    if (sent_.size() >= most_unread) receive();
  }

 private:
  static constexpr std::size_t most_unread = 256;

  /// What the server will answer, in this order.
  struct Sent {
    std::string what;
    bool is_sync = false;  // the end of a round trip; after a failure the server skips to the next one
  };

  static std::int64_t changed_rows(PGresult* answer) {
    if (std::string_view(PQcmdStatus(answer)).starts_with("SELECT")) return 0;
    const std::string_view text = PQcmdTuples(answer);
    std::int64_t count = 0;
    std::from_chars(text.data(), text.data() + text.size(), count);
    return count;
  }

  void send(std::string_view sql, Params params) {
    if (!connection_) throw ConnectionLost("PostgreSQL: the connection broke");
    const BoundParams bound(params);
    const auto name = prepared_name(sql, bound);
    note_sent(PQsendQueryPrepared(connection_.get(), name.c_str(), bound.count(), bound.values.data(),
                                  bound.lengths.data(), bound.formats(), 0),
              sql);
  }

  void send_command(const std::string& sql) {
    note_sent(PQsendQueryParams(connection_.get(), sql.c_str(), 0, nullptr, nullptr, nullptr, nullptr, 0), sql);
  }

  void note_sent(int accepted, std::string_view what) {
    if (accepted != 1) lost();
    sent_.push_back({shortened(what), false});
  }

  void sync() {
    if (PQpipelineSync(connection_.get()) != 1) lost();
    sent_.push_back({{}, true});
  }

  /// Waits for everything that was sent. Answers what came of the last statement; the first one
  /// that failed throws.
  Answer receive() {
    sync();
    Answer last, failed;
    std::string failed_what;
    for (; !sent_.empty(); sent_.pop_front()) {
      Answer answer(PQgetResult(connection_.get()));
      if (PQstatus(connection_.get()) != CONNECTION_OK) lost();
      const auto& [what, is_sync] = sent_.front();
      if (is_sync) continue;
      while (const Answer rest{PQgetResult(connection_.get())}) {
      }
      const auto status = PQresultStatus(answer.get());
      if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && !failed) {
        failed = std::move(answer);
        failed_what = what;
      } else {
        last = std::move(answer);
      }
    }
    if (failed) refused(failed.get(), failed_what);
    return last;
  }

  std::string prepared_name(std::string_view sql, const BoundParams& bound) {
    auto key = bound.signature() + ' ' + std::string(sql);
    if (const auto* entry = statements_.find(key)) return entry->prepared;
    check_parameters(sql, bound.types.size());
    const auto name = "s" + std::to_string(++statement_count_);
    // Waited for: it is remembered only if the server has it.
    note_sent(PQsendPrepare(connection_.get(), name.c_str(), std::string(sql).c_str(), bound.count(), bound.types.data()),
              sql);
    receive();
    statements_.insert(std::move(key), name);
    while (const auto evicted = statements_.evict()) send_command("DEALLOCATE " + *evicted);
    return name;
  }

  [[noreturn]] void lost() {
    close();
    throw ConnectionLost("PostgreSQL: the connection broke");
  }

  [[noreturn]] void refused(const PGresult* answer, const std::string& what) {
    const char* state = PQresultErrorField(answer, PG_DIAG_SQLSTATE);
    const char* reason = PQresultErrorField(answer, PG_DIAG_MESSAGE_PRIMARY);
    failed_state_ = state ? state : "";
    if (is_of_connection(failed_state_)) lost();
    throw ServerError(failed_state_, "PostgreSQL " + failed_state_ + ": " +
                                         (reason ? reason : PQerrorMessage(connection_.get())) + ": " + what);
  }

  std::string url_;
  std::unique_ptr<PGconn, Finish> connection_;
  std::deque<Sent> sent_;
  StatementCache<std::string> statements_{statement_limit};
  std::int64_t statement_count_ = 0;
  std::string failed_state_;  // of the open transaction
};

class PostgresDatabase final : public Database {
 public:
  explicit PostgresDatabase(const PostgresOptions& options)
      : attempts_(std::max(1, options.attempts)), queue_(options.queue_limit) {
    for (int count = 0; count < std::max(1, options.connections); ++count) {
      connections_.push_back(std::make_unique<Connection>(options.url));
    }
    connections_.front()->open_if_closed();  // a wrong address is told at the start
    for (auto& connection : connections_) {
      threads_.emplace_back([this, &connection = *connection] { loop(connection); });
    }
  }
  ~PostgresDatabase() override { PostgresDatabase::stop(); }

  [[nodiscard]] Dialect dialect() const override { return Dialect::postgres; }
  bool submit_write(Job& job) override { return submit(job, Lane::write); }
  bool submit_read(Job& job) override { return submit(job, Lane::read); }
  [[nodiscard]] Statistics statistics() const override { return counters_.snapshot(queue_.size()); }
  void stop() override {
    const std::scoped_lock lock(stopping_);
    queue_.close();
    for (auto& thread : threads_) thread.join();
    threads_.clear();
  }

 private:
  enum class Verdict { give_up, try_again };

  bool submit(Job& job, Lane lane) {
    const bool accepted = queue_.push(job, lane);
    if (!accepted) ++counters_.refused;
    return accepted;
  }

  void loop(Connection& connection) {
    std::vector<QueuedJob> taken;
    while (queue_.take(taken, 1)) {
      const auto [job, lane] = taken.front();
      const auto failure = perform(connection, *job, lane);
      ++(lane == Lane::write ? counters_.writes : counters_.reads);
      job->finish(failure);
    }
  }

  /// Runs the work until it is committed or has failed for good; answers why it failed.
  std::exception_ptr perform(Connection& connection, Job& job, Lane lane) {
    for (int attempt = 1;; ++attempt) {
      try {
        try_once(connection, job, lane);
        return nullptr;
      } catch (const ServerError& error) {
        if (!may_succeed_later(error.state(), attempt)) return std::current_exception();
        if (attempt == attempts_) return std::make_exception_ptr(Busy(error.what()));
      } catch (const ConnectionLost& error) {
        // While stopping, a server that is away must not hold the queue up.
        if (attempt == attempts_ || queue_.closed()) return std::make_exception_ptr(Busy(error.what()));
      } catch (...) {
        return std::current_exception();
      }
      ++counters_.retries;
      back_off(attempt);
    }
  }

  void try_once(Connection& connection, Job& job, Lane lane) {
    connection.open_if_closed();
    connection.begin(lane);
    try {
      const bool keep = job.run(connection);
      if (!keep || lane == Lane::read) {
        connection.roll_back();
        return;
      }
      connection.commit();
      ++counters_.commits;
    } catch (...) {
      connection.roll_back();
      throw;
    }
  }

  static bool may_succeed_later(const std::string& state, int attempt) {
    constexpr std::string_view serialization_failure = "40001";
    constexpr std::string_view deadlock_detected = "40P01";
    constexpr std::string_view unique_violation = "23505";
    if (state == serialization_failure || state == deadlock_detected) return true;
    // Two transactions that looked for the same key and then both inserted it: the loser may be
    // told of the key instead of the race. The next try sees the other's row.
    return state == unique_violation && attempt < 3;
  }

  static void back_off(int attempt) {
    thread_local std::minstd_rand random{std::random_device{}()};
    const int most_ms = 1 << std::min(attempt, 6);
    std::uniform_int_distribution<int> microseconds(0, most_ms * 1'000);
    std::this_thread::sleep_for(std::chrono::microseconds(microseconds(random)));
  }

  int attempts_;
  JobQueue queue_;
  Counters counters_;
  std::vector<std::unique_ptr<Connection>> connections_;
  std::mutex stopping_;
  std::vector<std::thread> threads_;
};

}  // namespace

std::unique_ptr<Database> open_postgres(const PostgresOptions& options) {
  return std::make_unique<PostgresDatabase>(options);
}

}  // namespace cp::db
