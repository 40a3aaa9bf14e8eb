// The journal in PostgreSQL: the same tables as in SQLite. A batch is one statement and one round
// trip. The lease is an advisory lock of the writer's session, gone when the session is, and the
// epoch in the head, which every statement that writes asks for: a writer that was cut off, or one
// that has slept, cannot write after another has taken over.

#include "payments/ledger/journal.hpp"

#include <libpq-fe.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <set>
#include <thread>

namespace cp::ledger {
namespace {

constexpr int attempts = 8;  // of a batch that others made fail
constexpr std::uint64_t rows_at_once = 2'000;
// How long a session that has ended may take to let go of its lock.
constexpr auto lock_patience = std::chrono::seconds(2);
constexpr std::uint32_t bigint_type = 20;
constexpr std::uint32_t bytea_type = 17;

/// Prepared once a connection, under its address in hexadecimal.
struct Query {
  const char* sql;
};

// Two that start at once would both find no tables: the lock lets one after the other.
constexpr const char* make_tables =
    "BEGIN;"
    "SELECT pg_advisory_xact_lock(7239461, hashtext(current_schema()));"
    "CREATE TABLE IF NOT EXISTS ledger_operations (sequence BIGINT PRIMARY KEY, hash BYTEA NOT NULL, "
    "body BYTEA NOT NULL);"
    "CREATE TABLE IF NOT EXISTS ledger_keys (key BYTEA PRIMARY KEY, sequence BIGINT NOT NULL);"
    "CREATE TABLE IF NOT EXISTS ledger_states (shelf BIGINT NOT NULL, number BIGINT NOT NULL, body BYTEA NOT NULL, "
    "PRIMARY KEY (shelf, number));"
    "CREATE TABLE IF NOT EXISTS ledger_head (one BIGINT PRIMARY KEY CHECK (one = 1), sequence BIGINT NOT NULL, "
    "hash BYTEA NOT NULL, recovery BIGINT NOT NULL, epoch BIGINT NOT NULL);"
    "CREATE TABLE IF NOT EXISTS ledger_signed_heads (sequence BIGINT NOT NULL, at BIGINT NOT NULL, hash BYTEA NOT NULL, "
    "public_key BYTEA NOT NULL, signature BYTEA NOT NULL, PRIMARY KEY (sequence, at));"
    "INSERT INTO ledger_head VALUES (1, 0, decode(repeat('00', 32), 'hex'), 0, 0) ON CONFLICT DO NOTHING;"
    "COMMIT";

// A role or a database may have turned it off.
constexpr const char* be_durable =
    "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'";

constexpr Query find_head{"SELECT sequence, hash, recovery, epoch FROM ledger_head"};
constexpr Query find_operations{
    "SELECT sequence, hash, body FROM ledger_operations WHERE sequence BETWEEN $1::bigint AND $2::bigint ORDER BY sequence"};
constexpr Query find_by_key{"SELECT sequence FROM ledger_keys WHERE key = $1::bytea"};
constexpr Query find_newest_key{"SELECT key FROM ledger_keys WHERE key < '\\x02'::bytea ORDER BY key DESC LIMIT 1"};
constexpr Query find_keys{"SELECT key, sequence FROM ledger_keys"};
constexpr Query find_states{"SELECT shelf, number, body FROM ledger_states ORDER BY shelf, number"};
constexpr Query find_signed_heads{
    "SELECT sequence, hash, at, public_key, signature FROM ledger_signed_heads ORDER BY sequence, at"};
constexpr Query try_lock{
    "SELECT CASE WHEN pg_try_advisory_lock(7239462, hashtext(current_schema())) THEN 1::bigint ELSE 0::bigint END"};
constexpr Query next_epoch{"UPDATE ledger_head SET epoch = epoch + 1 RETURNING epoch"};
constexpr Query keep_head{"INSERT INTO ledger_signed_heads VALUES "
                          "($1::bigint, $2::bigint, $3::bytea, $4::bytea, $5::bytea) ON CONFLICT DO NOTHING"};
// The head moves first, and waits for whoever is moving it; where it does not move, nothing is
// written. The sequence it is moved from makes a batch impossible to write twice.
constexpr Query append_batch{
    "WITH moved AS (UPDATE ledger_head SET sequence = $1::bigint, hash = $2::bytea, recovery = $3::bigint "
    "WHERE epoch = $4::bigint AND sequence = $5::bigint RETURNING one), "
    "operations AS (INSERT INTO ledger_operations SELECT $5::bigint + it.at, it.hash, it.body "
    "FROM unnest($6::bytea[], $7::bytea[]) WITH ORDINALITY AS it (hash, body, at) "
    "WHERE EXISTS (SELECT 1 FROM moved)), "
    "keys AS (INSERT INTO ledger_keys SELECT it.key, it.sequence "
    "FROM unnest($8::bytea[], $9::bigint[]) AS it (key, sequence) WHERE EXISTS (SELECT 1 FROM moved)), "
    "states AS (INSERT INTO ledger_states SELECT it.shelf, it.number, it.body "
    "FROM unnest($10::bigint[], $11::bigint[], $12::bytea[]) AS it (shelf, number, body) "
    "WHERE EXISTS (SELECT 1 FROM moved) ON CONFLICT (shelf, number) DO UPDATE SET body = excluded.body) "
    "SELECT COUNT(*) FROM moved"};

struct Clear {
  void operator()(PGresult* answer) const { PQclear(answer); }
};
using Answer = std::unique_ptr<PGresult, Clear>;
struct Finish {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};

void add_big_endian(std::string& out, std::uint64_t value, int bytes) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) out += static_cast<char>(value >> shift & 0xFF);
}

/// Parameters in PostgreSQL's binary form.
class Parameters {
 public:
  Parameters& number(std::uint64_t value) {
    add_big_endian(next(), value, 8);
    return *this;
  }
  template <class Bytes>
  Parameters& bytes(const Bytes& value) {
    next().assign(reinterpret_cast<const char*>(value.data()), value.size());
    return *this;
  }
  template <class Rows, class Field>
  Parameters& numbers(const Rows& rows, const Field& field) {
    auto& out = array(bigint_type, rows.size(), 12);
    for (const auto& row : rows) {
      add_big_endian(out, 8, 4);
      add_big_endian(out, field(row), 8);
    }
    return *this;
  }
  template <class Rows, class Field>
  Parameters& byte_texts(const Rows& rows, const Field& field) {
    std::size_t size = 0;
    for (const auto& row : rows) size += 4 + field(row).size();
    auto& out = array(bytea_type, rows.size(), rows.empty() ? 0 : size / rows.size() + 1);
    for (const auto& row : rows) {
      const auto& value = field(row);
      add_big_endian(out, value.size(), 4);
      out.append(reinterpret_cast<const char*>(value.data()), value.size());
    }
    return *this;
  }
  [[nodiscard]] int count() const { return static_cast<int>(used_); }
  [[nodiscard]] const std::string& operator[](std::size_t at) const { return values_[at]; }

 private:
  std::string& next() { return values_.at(used_++); }
  std::string& array(std::uint32_t type, std::size_t rows, std::size_t bytes_a_row) {
    auto& out = next();
    out.reserve(20 + rows * bytes_a_row);
    add_big_endian(out, rows == 0 ? 0 : 1, 4);  // dimensions
    add_big_endian(out, 0, 4);                  // no nulls
    add_big_endian(out, type, 4);
    if (rows == 0) return out;
    add_big_endian(out, rows, 4);
    add_big_endian(out, 1, 4);  // the first index
    return out;
  }
  std::array<std::string, 12> values_;
  std::size_t used_ = 0;
};

/// A row of an answer, in binary.
class Row {
 public:
  Row(const PGresult* answer, int row) : answer_(answer), row_(row) {}
  [[nodiscard]] std::string_view bytes(int column) const {
    return {PQgetvalue(answer_, row_, column), static_cast<std::size_t>(PQgetlength(answer_, row_, column))};
  }
  [[nodiscard]] std::uint64_t number(int column) const {
    const auto data = bytes(column);
    if (data.size() != 8) throw JournalCorrupt("a number is not stored as a bigint");
    std::uint64_t value = 0;
    for (const char byte : data) value = value << 8 | static_cast<unsigned char>(byte);
    return value;
  }
  template <std::size_t N>
  [[nodiscard]] std::array<unsigned char, N> array(int column) const {
    std::array<unsigned char, N> value{};
    const auto data = bytes(column);
    if (data.size() != N) throw JournalCorrupt("a hash or a key has another length than it should");
    std::memcpy(value.data(), data.data(), N);
    return value;
  }

 private:
  const PGresult* answer_;
  int row_;
};

/// The server refused: nothing of the statement was kept.
class Refused : public JournalFault {
 public:
  Refused(std::string state, const std::string& why) : JournalFault("PostgreSQL " + state + ": " + why), state_(std::move(state)) {}
  /// Lost a race, and may win the next.
  [[nodiscard]] bool may_succeed_later() const { return state_ == "40001" || state_ == "40P01"; }

 private:
  std::string state_;
};

class Connection {
 public:
  explicit Connection(std::string url) : url_(std::move(url)) {}

  /// True where it had to be opened.
  bool open_if_closed() {
    if (connection_ && PQstatus(connection_.get()) == CONNECTION_OK) return false;
    close();
    // What the connection text says of these overrules what stands before it.
    const char* const keys[] = {"connect_timeout", "keepalives_idle", "tcp_user_timeout", "application_name", "dbname", nullptr};
    const char* const values[] = {"5", "30", "30000", "commonpurse-ledger", url_.c_str(), nullptr};
    connection_.reset(PQconnectdbParams(keys, values, 1));
    if (!connection_ || PQstatus(connection_.get()) != CONNECTION_OK) {
      const std::string why = connection_ ? PQerrorMessage(connection_.get()) : "out of memory";
      close();
      throw JournalFault("PostgreSQL: " + why);
    }
    PQsetNoticeProcessor(connection_.get(), [](void*, const char*) {}, nullptr);
    return true;
  }
  void close() {
    prepared_.clear();
    connection_.reset();
  }

  void command(const char* sql) { check(Answer(PQexec(connection_.get(), sql)).get()); }

  Answer run(const Query& query, const Parameters& parameters = {}) {
    const auto name = prepare(query);
    const Bound bound(parameters);
    Answer answer(PQexecPrepared(connection_.get(), name.c_str(), parameters.count(), bound.values.data(),
                                 bound.lengths.data(), bound.formats.data(), 1));
    check(answer.get());
    return answer;
  }

  /// Row by row as they arrive. `visit` must not use the connection.
  void stream(const Query& query, const std::function<void(const Row&)>& visit) {
    const auto name = prepare(query);
    if (PQsendQueryPrepared(connection_.get(), name.c_str(), 0, nullptr, nullptr, nullptr, 1) == 0) check(nullptr);
    PQsetSingleRowMode(connection_.get());
    std::exception_ptr failed;
    while (const Answer answer{PQgetResult(connection_.get())}) {
      if (failed) continue;  // the rest has to be fetched before the connection is of use again
      try {
        if (PQresultStatus(answer.get()) == PGRES_SINGLE_TUPLE) visit(Row(answer.get(), 0));
        else check(answer.get());
      } catch (...) {
        failed = std::current_exception();
        if (!connection_) break;
      }
    }
    if (failed) std::rethrow_exception(failed);
  }

 private:
  struct Bound {
    explicit Bound(const Parameters& parameters) {
      for (std::size_t at = 0; at < static_cast<std::size_t>(parameters.count()); ++at) {
        values[at] = parameters[at].data();
        lengths[at] = static_cast<int>(parameters[at].size());
      }
      formats.fill(1);
    }
    std::array<const char*, 12> values{};
    std::array<int, 12> lengths{};
    std::array<int, 12> formats{};
  };

  std::string prepare(const Query& query) {
    if (!connection_) throw JournalFault("PostgreSQL: the connection broke");
    auto name = "q" + std::to_string(reinterpret_cast<std::uintptr_t>(&query));
    if (prepared_.contains(&query)) return name;
    check(Answer(PQprepare(connection_.get(), name.c_str(), query.sql, 0, nullptr)).get());
    prepared_.insert(&query);
    return name;
  }

  void check(const PGresult* answer) {
    const auto status = PQresultStatus(answer);
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) return;
    const char* state = PQresultErrorField(answer, PG_DIAG_SQLSTATE);
    const std::string why = PQerrorMessage(connection_.get());
    if (PQstatus(connection_.get()) != CONNECTION_OK) {
      close();
      throw JournalFault("PostgreSQL: the connection broke: " + why);
    }
    throw Refused(state ? state : "", why);
  }

  std::string url_;
  std::unique_ptr<PGconn, Finish> connection_;
  std::set<const Query*> prepared_;
};

Record record_of(const Row& row) { return {row.number(0), row.array<32>(1), std::string(row.bytes(2))}; }

/// What readers and the writer share. Every method first sees to it that there is a connection.
template <class Base>
class Reading : public Base {
 public:
  explicit Reading(const std::string& url) : connection_(url) {}

  Head head() override {
    const auto answer = opened().run(find_head);
    if (PQntuples(answer.get()) != 1) throw JournalCorrupt("the ledger has no head");
    const Row row(answer.get(), 0);
    return {row.number(0), row.array<32>(1), row.number(2), row.number(3)};
  }
  void read(std::uint64_t first, std::uint64_t last, const std::function<void(const Record&)>& visit) override {
    last = std::min<std::uint64_t>(last, INT64_MAX);
    Record record;
    while (first <= last) {
      const auto until = std::min(last, first + rows_at_once - 1);
      const auto answer = opened().run(find_operations, Parameters().number(first).number(until));
      const int rows = PQntuples(answer.get());
      for (int at = 0; at < rows; ++at) {
        const Row row(answer.get(), at);
        record.sequence = row.number(0);
        record.hash = row.template array<32>(1);
        record.body.assign(row.bytes(2));
        visit(record);
      }
      if (rows == 0 || until == last) return;
      first = until + 1;
    }
  }
  Record read_one(std::uint64_t sequence) override {
    const auto answer = opened().run(find_operations, Parameters().number(sequence).number(sequence));
    if (PQntuples(answer.get()) != 1) throw JournalCorrupt("operation " + std::to_string(sequence) + " is missing");
    return record_of(Row(answer.get(), 0));
  }
  std::optional<std::uint64_t> find_key(const KeyBytes& key) override {
    const auto answer = opened().run(find_by_key, Parameters().bytes(key));
    if (PQntuples(answer.get()) == 0) return std::nullopt;
    return Row(answer.get(), 0).number(0);
  }
  std::optional<KeyBytes> newest_time_key() override {
    const auto answer = opened().run(find_newest_key);
    if (PQntuples(answer.get()) == 0) return std::nullopt;
    return Row(answer.get(), 0).template array<17>(0);
  }
  void each_key(const std::function<void(const KeyRow&)>& visit) override {
    opened().stream(find_keys, [&](const Row& row) { visit({row.template array<17>(0), row.number(1)}); });
  }
  void each_state(const std::function<void(const StateRow&)>& visit) override {
    opened().stream(find_states, [&](const Row& row) {
      visit({static_cast<std::uint32_t>(row.number(0)), row.number(1), std::string(row.bytes(2))});
    });
  }
  std::vector<SignedHead> signed_heads() override {
    const auto answer = opened().run(find_signed_heads);
    std::vector<SignedHead> heads;
    for (int at = 0; at < PQntuples(answer.get()); ++at) {
      const Row row(answer.get(), at);
      heads.push_back({row.number(0), row.template array<32>(1),
                       from_microseconds(static_cast<std::int64_t>(row.number(2))), row.template array<32>(3),
                       row.template array<64>(4)});
    }
    return heads;
  }

 protected:
  virtual Connection& opened() = 0;
  Connection connection_;
};

class PostgresReader final : public Reading<JournalReader> {
 public:
  explicit PostgresReader(const std::string& url) : Reading(url) { PostgresReader::opened(); }

 private:
  Connection& opened() override {
    if (connection_.open_if_closed()) connection_.command("SET default_transaction_read_only = on");
    return connection_;
  }
};

class PostgresJournal final : public Reading<Journal> {
 public:
  explicit PostgresJournal(const std::string& url) : Reading(url) {
    PostgresJournal::opened();
    connection_.command(make_tables);
  }

  Head head() override {
    const auto head = Reading::head();
    if (epoch_ != 0 && head.epoch != epoch_) throw LeaseLost("Another process writes this ledger now.");
    return head;
  }

  std::uint64_t take_lease() override {
    connection_.close();  // what this session may hold already must not count
    epoch_ = 0;
    opened();
    lock();
    const auto answer = write(next_epoch, {});
    epoch_ = Row(answer.get(), 0).number(0);
    return epoch_;
  }

  void append(const Batch& batch) override {
    const auto before = batch.operations.empty() ? batch.head.sequence : batch.operations.front().sequence - 1;
    Parameters parameters;
    parameters.number(batch.head.sequence).bytes(batch.head.hash).number(batch.head.recovery).number(epoch_).number(before);
    parameters.byte_texts(batch.operations, [](const Record& row) -> auto& { return row.hash; });
    parameters.byte_texts(batch.operations, [](const Record& row) -> auto& { return row.body; });
    parameters.byte_texts(batch.keys, [](const KeyRow& row) -> auto& { return row.key; });
    parameters.numbers(batch.keys, [](const KeyRow& row) { return row.sequence; });
    parameters.numbers(batch.states, [](const StateRow& row) { return std::uint64_t{row.shelf}; });
    parameters.numbers(batch.states, [](const StateRow& row) { return row.number; });
    parameters.byte_texts(batch.states, [](const StateRow& row) -> auto& { return row.body; });
    const auto answer = write(append_batch, parameters);
    if (Row(answer.get(), 0).number(0) == 1) return;
    head();  // throws where the epoch is another's
    throw JournalFault("PostgreSQL: the ledger's head is not where this writer left it");
  }

  void keep(const SignedHead& head) override {
    Parameters parameters;
    parameters.number(head.sequence).number(static_cast<std::uint64_t>(to_microseconds(head.at)));
    parameters.bytes(head.hash).bytes(head.public_key).bytes(head.signature);
    write(keep_head, parameters);
  }

 private:
  /// Runs a statement again where it lost a race. A connection that breaks leaves the outcome
  /// unknown, and is for the caller to look into.
  Answer write(const Query& query, const Parameters& parameters) {
    for (int attempt = 1;; ++attempt) {
      try {
        return opened().run(query, parameters);
      } catch (const Refused& refused) {
        if (!refused.may_succeed_later() || attempt == attempts) throw;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(1 << std::min(attempt, 6)));
    }
  }

  /// After a break the lock is taken again. That also waits until the session before is gone, and
  /// with it what it was about to write: what is read from then on stays as it is.
  Connection& opened() override {
    if (!connection_.open_if_closed()) return connection_;
    try {
      connection_.command(be_durable);
      if (epoch_ != 0) {
        lock();
        if (stored_epoch() != epoch_) throw LeaseLost("Another process has written this ledger meanwhile.");
      }
    } catch (...) {
      connection_.close();
      throw;
    }
    return connection_;
  }

  /// Where the epoch is still ours, the lock is our own dead session's, and the server has not
  /// noticed yet.
  void lock() {
    const auto until = std::chrono::steady_clock::now() + lock_patience;
    while (Row(connection_.run(try_lock).get(), 0).number(0) == 0) {
      if (epoch_ != 0 && stored_epoch() != epoch_) throw LeaseLost("Another process has written this ledger meanwhile.");
      if (std::chrono::steady_clock::now() >= until) {
        if (epoch_ == 0) throw LeaseLost("Another process writes this ledger.");
        throw JournalFault("PostgreSQL: the session before still holds the ledger's lock");
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }

  std::uint64_t stored_epoch() { return Row(connection_.run(find_head).get(), 0).number(3); }

  std::uint64_t epoch_ = 0;  // ours; 0 before the lease is taken
};

}  // namespace

std::unique_ptr<Journal> open_postgres_journal(const std::string& url) {
  return std::make_unique<PostgresJournal>(url);
}

std::unique_ptr<JournalReader> open_postgres_journal_reader(const std::string& url) {
  return std::make_unique<PostgresReader>(url);
}

}  // namespace cp::ledger
