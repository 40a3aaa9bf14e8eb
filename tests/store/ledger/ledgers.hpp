// What the tests of the ledger share: journals in both databases, commands, a clock that is set,
// and a check of a whole journal that knows nothing of how it was written.
#pragma once

#include "payments/ledger/ledger.hpp"
#include "payments/ledger/transfer.hpp"
#include "tests/support/databases.hpp"

#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <ostream>
#include <string>

namespace cp {

// For what a failed test prints.
inline std::ostream& operator<<(std::ostream& out, const Error& error) { return out << error.code << ": " << error.detail; }

namespace ledger {
inline std::ostream& operator<<(std::ostream& out, const Reply& reply) {
  return out << "operation " << reply.sequence << (reply.again ? " again" : "");
}
}  // namespace ledger

}  // namespace cp

namespace cp::ledger::test {

/// A place where one ledger is kept, new and empty.
class Journals {
 public:
  virtual ~Journals() = default;
  [[nodiscard]] virtual bool is_postgres() const = 0;
  /// The path of the file, or libpq's connection text.
  [[nodiscard]] virtual std::string where() const = 0;
  virtual std::unique_ptr<Journal> open() = 0;
  virtual std::unique_ptr<JournalReader> open_reader() = 0;
  /// Runs SQL beside the journal, as an intruder would.
  virtual void command(const std::string& sql) = 0;
  /// Ends every session of PostgreSQL, as a restart of the server would; nothing on SQLite.
  virtual void break_connections() = 0;
};

std::unique_ptr<Journals> make_sqlite_journals(const std::string& file_system = "");
std::unique_ptr<Journals> make_postgres_journals();
/// Runs `body` with a journal in SQLite and then with one in PostgreSQL; a failure names which.
void for_each_journal(const std::function<void(Journals&)>& body);

class SetClock final : public Clock {
 public:
  [[nodiscard]] Timestamp now() const override { return from_microseconds(now_us_); }
  void add(std::chrono::microseconds by) { now_us_ += by.count(); }

 private:
  std::atomic<std::int64_t> now_us_ = 1'795'000'000'000'000;
};

/// Money into a stream, which is opened where it is new.
class Fund final : public Command {
 public:
  Fund(std::string account, Money amount);
  Result<Draft> decide(const Accounts& accounts, Timestamp now) override;

 private:
  std::string account_;
  Money amount_;
};

/// A time-ordered key, another for each number.
std::string key_of(std::uint64_t number);

Result<Reply> fund(Ledger& ledger, std::uint64_t key, const std::string& account, std::int64_t pence);
Result<Reply> move(Ledger& ledger, const std::string& key, const std::string& from, const std::string& to,
                   std::int64_t pence);

/// A transfer that is on its way.
class Submitted final : public Ledger::Job {
 public:
  Submitted(Ledger& ledger, const std::string& key, const std::string& from, const std::string& to, std::int64_t pence)
      : command_(from, to, Money(pence)) {
    command_.scope = "north";
    command_.actor = "somebody";
    command_.key = key;
    accepted = ledger.submit(*this);
  }
  void run(Machine& machine, Timestamp now) override { answer = machine.execute(command_, now); }
  void finish(std::optional<Error> failed) override {
    if (failed) answer = *failed;
    // Under the lock, for whoever waits may destroy this as soon as it is let go.
    const std::scoped_lock lock(mutex_);
    finished_ = true;
    changed_.notify_all();
  }
  const Result<Reply>& wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return finished_; });
    return answer;
  }
  bool accepted = false;
  Result<Reply> answer = unavailable();

 private:
  Transfer command_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool finished_ = false;
};

/// What callers were told, to be compared with what is kept.
class Acknowledged {
 public:
  void add(const std::string& key, const Result<Reply>& answer);
  /// Every answer in the journal and what it said there, and the journal clean. Empty, or what is
  /// wrong.
  std::string what_is_wrong(JournalReader& journal) const;
  [[nodiscard]] std::size_t size() const { return answers_.size(); }

 private:
  struct Answer {
    std::uint64_t sequence = 0;  // 0: refused
    std::string refusal;
  };
  std::map<std::string, Answer> answers_;
};

/// The accounts as all operations from the first make them.
std::string replayed_picture(JournalReader& journal);

/// Every account with all that is known of it, as text: the same text is the same state.
std::string picture(const Accounts& accounts);
std::string picture(Ledger& ledger);
std::int64_t balance(Ledger& ledger, const std::string& account);

/// What is wrong with a journal, read from its first operation on: chain, sums, running balances,
/// versions, the pointers of every entry, keys. Empty where nothing is.
std::string what_is_wrong(JournalReader& journal);

/// Faults are what some tests are about: their log lines would only hide what failed.
class QuietLog {
 public:
  QuietLog();
  ~QuietLog();
};

/// A number from the environment, for campaigns that are run longer or again.
std::uint64_t asked_for(const char* variable, std::uint64_t usual);

}  // namespace cp::ledger::test
