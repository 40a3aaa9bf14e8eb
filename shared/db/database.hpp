// The one interface to SQLite and PostgreSQL. Stores write SQL that both understand.
#pragma once

#include "shared/core/error.hpp"
#include "shared/core/id.hpp"
#include "shared/core/money.hpp"
#include "shared/core/names.hpp"
#include "shared/core/time.hpp"
#include "shared/core/task.hpp"

#include <cstdint>
#include <exception>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

namespace cp::db {

/// A value bound to `$1`, `$2`, ... The text it refers to has to outlive the call.
class Param {
 public:
  using Value = std::variant<std::nullptr_t, std::int64_t, double, std::string_view>;

  Param(std::nullptr_t) : value_(nullptr) {}  // NOLINT: implicit by design, as are all below
  Param(std::nullopt_t) : value_(nullptr) {}
  Param(bool value) : value_(std::int64_t{value}) {}
  Param(std::int64_t value) : value_(value) {}
  Param(int value) : value_(std::int64_t{value}) {}
  Param(double value) : value_(value) {}
  Param(std::string_view value) : value_(value) {}
  Param(const std::string& value) : value_(std::string_view(value)) {}
  Param(const char* value) : value_(std::string_view(value)) {}
  Param(Money value) : value_(value.pence()) {}
  Param(Timestamp value) : value_(to_microseconds(value)) {}
  template <Name K>
  Param(const Id<K>& value) : value_(std::string_view(value.text())) {}
  template <Named E>
  Param(E value) : value_(name(value)) {}
  template <class T>
  Param(const std::optional<T>& value) : value_(value ? Param(*value).value_ : Value(nullptr)) {}

  [[nodiscard]] const Value& value() const { return value_; }

 private:
  Value value_;
};
using Params = std::span<const Param>;

/// One row of an answer; columns count from 0. A wrong type or a null where none is expected is a
/// bug in the store and throws.
class Row {
 public:
  virtual ~Row() = default;
  [[nodiscard]] virtual bool is_null(int column) const = 0;
  [[nodiscard]] virtual std::int64_t integer(int column) const = 0;
  [[nodiscard]] virtual double real(int column) const = 0;
  [[nodiscard]] virtual std::string_view text(int column) const = 0;  // until the next row

  [[nodiscard]] bool boolean(int column) const { return integer(column) != 0; }
  [[nodiscard]] std::string string(int column) const { return std::string(text(column)); }
  [[nodiscard]] Money money(int column) const { return Money(integer(column)); }
  [[nodiscard]] Timestamp timestamp(int column) const { return from_microseconds(integer(column)); }
  [[nodiscard]] Date date(int column) const;
  [[nodiscard]] Month month(int column) const;
  template <Name K>
  [[nodiscard]] Id<K> id(int column) const {
    return Id<K>(string(column));
  }
  template <Named E>
  [[nodiscard]] E named(int column) const {
    if (const auto value = from_name<E>(text(column))) return *value;
    unknown_name(column);
  }
  /// `row.maybe(3, &Row::string)`: empty where the column is null.
  template <class T>
  [[nodiscard]] std::optional<T> maybe(int column, T (Row::*read)(int) const) const {
    if (is_null(column)) return std::nullopt;
    return (this->*read)(column);
  }

 private:
  [[noreturn]] void unknown_name(int column) const;
};

enum class Dialect { sqlite, postgres };

/// An open transaction, or a snapshot for reading. Synchronous; lives on a database thread.
class Tx {
 public:
  using RowVisitor = std::function<void(const Row&)>;
  virtual ~Tx() = default;

  /// Runs one statement and visits its rows; answers how many rows it changed.
  virtual std::int64_t run(std::string_view sql, Params params, const RowVisitor& visit) = 0;
  /// Runs one statement whose answer nobody needs. PostgreSQL gets it with the next one that is
  /// waited for; where it fails, that one throws instead, or the commit does.
  virtual void later(std::string_view sql, Params params) { run(sql, params, nullptr); }
  void later(std::string_view sql, std::initializer_list<Param> params) { later(sql, Params(params.begin(), params.size())); }
  [[nodiscard]] virtual Dialect dialect() const = 0;

  std::int64_t execute(std::string_view sql, std::initializer_list<Param> params = {}) {
    return run(sql, {params.begin(), params.size()}, nullptr);
  }
  /// Every row, mapped by `map(const Row&)`.
  template <class Map>
  auto all(std::string_view sql, std::initializer_list<Param> params, Map map) {
    return all_of(sql, Params(params.begin(), params.size()), std::move(map));
  }
  template <class Map>
  auto all_of(std::string_view sql, Params params, Map map) {
    std::vector<std::decay_t<std::invoke_result_t<Map&, const Row&>>> rows;
    run(sql, params, [&](const Row& row) { rows.push_back(map(row)); });
    return rows;
  }
  /// The first row, or nothing.
  template <class Map>
  auto one(std::string_view sql, std::initializer_list<Param> params, Map map) {
    std::optional<std::decay_t<std::invoke_result_t<Map&, const Row&>>> found;
    run(sql, {params.begin(), params.size()}, [&](const Row& row) {
      if (!found) found = map(row);
    });
    return found;
  }
  /// The integer in the first column of the first row; 0 where there is none or it is null.
  std::int64_t number(std::string_view sql, std::initializer_list<Param> params = {});
};

/// The database refused a statement or is broken; nothing of the work was kept, unless the message
/// says that the outcome is not known.
class DatabaseError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Nothing was changed and a later try may succeed: a race lost too often, no connection, a full
/// queue. `write` and `read` answer it as `unavailable`.
class Busy : public DatabaseError {
 public:
  using DatabaseError::DatabaseError;
};

/// A unit of work handed to a database thread.
class Job {
 public:
  virtual ~Job() = default;
  /// Does the work. False undoes what it changed. May run twice (a serialisation failure).
  virtual bool run(Tx& tx) = 0;
  /// Called once, on the database's thread, after the commit or the failure is certain.
  virtual void finish(std::exception_ptr failure) = 0;
};

struct Statistics {
  std::int64_t commits = 0;         // groups committed
  std::int64_t writes = 0;          // units of work in them
  std::int64_t reads = 0;
  std::int64_t refused = 0;         // the queue was full
  std::int64_t retries = 0;         // serialisation failures that were tried again
  std::int64_t queue_length = 0;    // now
};

/// A database. `write` and `read` may be awaited on any I/O thread. Errors that the work returns
/// undo its changes; a full queue answers `unavailable`; broken I/O throws.
///
/// The work is taken by reference to a *named* object: g++ 12 destroys temporaries in a
/// `co_await` expression twice. It may run more than once and has no effect but its SQL.
///
///   auto work = [&](db::Tx& tx) -> Result<ThreadView> { ... };
///   co_return co_await db.write(work);
class Database {
 public:
  virtual ~Database() = default;
  [[nodiscard]] virtual Dialect dialect() const = 0;
  /// False, and the job untouched, when the queue is full or the database is stopping.
  virtual bool submit_write(Job& job) = 0;
  virtual bool submit_read(Job& job) = 0;
  [[nodiscard]] virtual Statistics statistics() const = 0;
  /// Finishes what is queued, refuses what comes after, and joins the threads.
  virtual void stop() = 0;
  /// Blocks the calling thread for one piece of work: migrations, commands, tests.
  void write_now(const std::function<void(Tx&)>& work);
  void read_now(const std::function<void(Tx&)>& work);

  template <class Work>
  Task<std::invoke_result_t<Work&, Tx&>> write(Work& work) {
    return perform(work, &Database::submit_write);
  }
  template <class Work>
  Task<std::invoke_result_t<Work&, Tx&>> read(Work& work) {
    return perform(work, &Database::submit_read);
  }

 private:
  template <class Work>
  Task<std::invoke_result_t<Work&, Tx&>> perform(Work& work, bool (Database::*submit)(Job&));
};

struct SqliteOptions {
  std::string path;  // a file; its `-wal` and `-shm` lie beside it
  int reader_threads = 2;
  std::size_t queue_limit = 4'096;  // units of work waiting, each for writing and for reading
  std::size_t group_limit = 512;    // units of work in one commit
};
struct PostgresOptions {
  std::string url;  // libpq's connection text
  int connections = 4;
  std::size_t queue_limit = 4'096;
  int attempts = 8;  // on 40001 and 40P01
};
std::unique_ptr<Database> open_sqlite(const SqliteOptions& options);
std::unique_ptr<Database> open_postgres(const PostgresOptions& options);

// ---------------------------------------------------------------- how `perform` waits

namespace detail {

/// Runs the caller's work, keeps its answer, and resumes the caller on its own thread.
template <class Work, class Answer>
class AwaitedJob final : public Job {
 public:
  explicit AwaitedJob(Work& work) : work_(work) {}
  bool run(Tx& tx) override {
    answer_.emplace(work_(tx));
    return answer_->has_value();
  }
  void finish(std::exception_ptr failure) override {
    failure_ = failure;
    auto resume = std::move(resume_);  // the job may be gone as soon as its caller goes on
    resume(true);
  }
  void on_finish(std::function<void(bool)> resume) { resume_ = std::move(resume); }
  Answer take() {
    try {
      if (failure_) std::rethrow_exception(failure_);
    } catch (const Busy&) {
      return Answer(unavailable());
    }
    return std::move(*answer_);
  }

 private:
  Work& work_;
  std::optional<Answer> answer_;
  std::exception_ptr failure_;
  std::function<void(bool)> resume_;
};

}  // namespace detail

template <class Work>
Task<std::invoke_result_t<Work&, Tx&>> Database::perform(Work& work,
                                                         bool (Database::*submit)(Job&)) {
  using Answer = std::invoke_result_t<Work&, Tx&>;
  static_assert(is_result<Answer>, "work given to a database returns a Result");
  detail::AwaitedJob<Work, Answer> job(work);
  auto start = [&](std::function<void(bool)> done) {
    job.on_finish(done);
    if (!(this->*submit)(job)) done(false);
  };
  const bool accepted = co_await wait_for<bool>(start);
  if (!accepted) co_return Answer(unavailable());
  co_return job.take();
}

}  // namespace cp::db
