#include "tests/store/ledger/ledgers.hpp"

#include "payments/ledger/encoding.hpp"
#include "payments/ledger/rules.hpp"
#include "shared/core/log.hpp"

#include <catch2/catch_test_macros.hpp>

#include <libpq-fe.h>
#include <sqlite3.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <set>

namespace cp::ledger::test {
namespace {

class SqliteJournals final : public Journals {
 public:
  explicit SqliteJournals(std::string file_system) : options_{folder_.file("ledger.sqlite"), std::move(file_system)} {}
  [[nodiscard]] bool is_postgres() const override { return false; }
  [[nodiscard]] std::string where() const override { return options_.path; }
  std::unique_ptr<Journal> open() override { return open_sqlite_journal(options_); }
  std::unique_ptr<JournalReader> open_reader() override { return open_sqlite_journal_reader({options_.path, ""}); }
  void command(const std::string& sql) override {
    sqlite3* database = nullptr;
    REQUIRE(sqlite3_open(options_.path.c_str(), &database) == SQLITE_OK);
    const auto status = sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr);
    INFO(sqlite3_errmsg(database));
    CHECK(status == SQLITE_OK);
    sqlite3_close(database);
  }
  void break_connections() override {}

 private:
  cp::test::TemporaryFolder folder_;
  SqliteJournalOptions options_;
};

class PostgresJournals final : public Journals {
 public:
  [[nodiscard]] bool is_postgres() const override { return true; }
  [[nodiscard]] std::string where() const override { return database_.url(); }
  std::unique_ptr<Journal> open() override { return open_postgres_journal(database_.url()); }
  std::unique_ptr<JournalReader> open_reader() override { return open_postgres_journal_reader(database_.url()); }
  void command(const std::string& sql) override {
    PGconn* connection = PQconnectdb(database_.url().c_str());
    PGresult* answer = PQexec(connection, sql.c_str());
    const auto status = PQresultStatus(answer);
    INFO(PQerrorMessage(connection));
    CHECK((status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK));
    PQclear(answer);
    PQfinish(connection);
  }
  void break_connections() override { database_.break_connections(); }

 private:
  cp::test::PostgresDatabase database_;
};

std::string text(Place place) { return std::to_string(place.sequence) + "." + std::to_string(place.leg); }

/// Follows a journal from its beginning and compares every entry with lists kept plainly.
class Auditor {
 public:
  /// Empty, or what is wrong.
  std::string audit(const Record& record) {
    if (record.sequence != ++sequence_) return "operation " + std::to_string(sequence_) + " is missing";
    if (record.hash != chain(hash_, record.body)) return "the chain breaks at " + std::to_string(sequence_);
    hash_ = record.hash;
    const auto operation = decode(record.body);
    if (operation.sequence != sequence_) return "an operation lies under another's sequence";
    if (operation.recorded < recorded_) return "the time goes back at " + std::to_string(sequence_);
    recorded_ = operation.recorded;
    if (!keys_.insert(operation.key).second) return "done twice: " + operation.key;
    if (operation.refusal && !operation.entries.empty()) return "a refusal moves something";
    std::string again;
    encode(operation, again);
    if (again != record.body) return "an operation has two encodings";
    std::array<Money, 2> sums;
    for (std::uint32_t leg = 0; leg < operation.entries.size(); ++leg) {
      const auto& entry = operation.entries[leg];
      sums[static_cast<std::size_t>(unit_of(entry.kind))] += entry.amount;
      const auto wrong = audit_entry(operation, entry, {sequence_, leg});
      if (!wrong.empty()) return wrong + " at " + text({sequence_, leg});
    }
    if (sums[0] != Money() || sums[1] != Money()) return "legs do not add up at " + std::to_string(sequence_);
    return {};
  }
  [[nodiscard]] const Hash& hash() const { return hash_; }
  [[nodiscard]] std::uint64_t sequence() const { return sequence_; }
  [[nodiscard]] const std::set<std::string>& keys() const { return keys_; }

 private:
  struct History {
    AccountKind kind = AccountKind::available;
    Money balance;
    std::vector<Place> places;
    Day latest = 0;
    Place late;
  };

  std::string audit_entry(const Operation& operation, const Entry& entry, Place place) {
    if (entry.account > accounts_.size()) return "an account is moved before it is opened";
    if (entry.account == accounts_.size()) {
      if (!names_.insert(entry.opened).second) return "an account is opened twice";
      accounts_.emplace_back().kind = entry.kind;
    }
    auto& history = accounts_[entry.account];
    const bool first = history.places.empty();
    history.balance += entry.amount;
    if (entry.kind != history.kind) return "an account changes its kind";
    if (entry.balance != history.balance) return "a running balance is wrong";
    if (!may_hold(history.kind, history.balance)) return "an account holds what it may not";
    if (entry.version != history.places.size() + 1) return "a version is wrong";
    if (entry.previous != (first ? Place() : history.places.back())) return "the pointer to the entry before is wrong";
    if (entry.late_before != history.late) return "the pointer to late entries is wrong";
    if (entry.shortcut && std::find(history.places.begin(), history.places.end(), entry.shortcut) == history.places.end()) {
      return "a shortcut leads to another account";
    }
    if (!first && operation.effective < history.latest) history.late = place;
    history.latest = first ? operation.effective : std::max(history.latest, operation.effective);
    if (entry.latest != history.latest) return "the latest day is wrong";
    history.places.push_back(place);
    return {};
  }

  std::uint64_t sequence_ = 0;
  Hash hash_ = {};
  Timestamp recorded_ = {};
  std::set<std::string> keys_, names_;
  std::vector<History> accounts_;
};

}  // namespace

std::unique_ptr<Journals> make_sqlite_journals(const std::string& file_system) {
  return std::make_unique<SqliteJournals>(file_system);
}

std::unique_ptr<Journals> make_postgres_journals() { return std::make_unique<PostgresJournals>(); }

void for_each_journal(const std::function<void(Journals&)>& body) {
  {
    INFO("SQLite");
    body(*make_sqlite_journals());
  }
  INFO("PostgreSQL");
  body(*make_postgres_journals());
}

Fund::Fund(std::string account, Money amount) : account_(std::move(account)), amount_(amount) {
  kind = OperationKind::allocation;
  request_hash = sha256(account_ + " " + std::to_string(amount_.pence()));
}

Result<Draft> Fund::decide(const Accounts&, Timestamp) {
  Draft draft;
  draft.amount = amount_;
  draft.legs = {{AccountKind::funding, "funding", -amount_}, {AccountKind::available, account_, amount_}};
  return draft;
}

std::string key_of(std::uint64_t number) {
  char text[37];
  std::snprintf(text, sizeof text, "%08x-%04x-7000-8000-%012x", static_cast<unsigned>(number >> 16),
                static_cast<unsigned>(number & 0xFFFF), 7u);
  return text;
}

Result<Reply> fund(Ledger& ledger, std::uint64_t key, const std::string& account, std::int64_t pence) {
  Fund command(account, Money(pence));
  command.scope = "north";
  command.actor = "plans";
  command.key = key_of(key);
  return ledger.perform_now(command);
}

Result<Reply> move(Ledger& ledger, const std::string& key, const std::string& from, const std::string& to,
                   std::int64_t pence) {
  Transfer command(from, to, Money(pence));
  command.scope = "north";
  command.actor = "somebody";
  command.key = key;
  return ledger.perform_now(command);
}

std::string picture(const Accounts& accounts) {
  std::string out;
  for (AccountNumber number = 0; number < accounts.size(); ++number) {
    const auto& account = accounts.at(number);
    out += std::to_string(account.number) + " " + account.name + " " + std::string(name(account.kind)) + " " +
           std::to_string(account.balance.pence()) + " v" + std::to_string(account.version) + " " +
           std::to_string(account.latest) + " late " + text(account.late);
    for (const auto& stop : account.stops) out += " " + std::to_string(stop.version) + "@" + text(stop.place);
    out += "\n";
  }
  return out;
}

std::string picture(Ledger& ledger) {
  const auto question = [](const Machine& machine) {
    return picture(machine.accounts()) + to_hex(machine.head().hash) + " " + std::to_string(machine.head().sequence);
  };
  return ledger.ask_now(question).value();
}

std::int64_t balance(Ledger& ledger, const std::string& account) {
  const auto question = [&](const Machine& machine) { return machine.accounts().balance(account).pence(); };
  return ledger.ask_now(question).value();
}

std::string what_is_wrong(JournalReader& journal) {
  const auto head = journal.head();
  Auditor auditor;
  std::string wrong;
  journal.read(1, head.sequence, [&](const Record& record) {
    if (wrong.empty()) wrong = auditor.audit(record);
  });
  if (!wrong.empty()) return wrong;
  if (auditor.sequence() != head.sequence || auditor.hash() != head.hash) return "the head is not the last operation";
  if (journal.count_keys() != head.sequence) return "there are not as many keys as operations";
  for (const auto& key : auditor.keys()) {
    if (!journal.find_key(key_bytes(key))) return "a key is missing: " + key;
  }
  return {};
}

void Acknowledged::add(const std::string& key, const Result<Reply>& answer) {
  if (answer) answers_[key] = {answer->sequence, ""};
  else if (answer.error().kind != ErrorKind::unavailable) answers_[key] = {0, answer.error().code};
}

std::string Acknowledged::what_is_wrong(JournalReader& journal) const {
  auto wrong = test::what_is_wrong(journal);
  if (!wrong.empty()) return wrong;
  std::map<std::string, Answer> kept;
  journal.read(1, journal.head().sequence, [&](const Record& record) {
    const auto operation = decode(record.body);
    kept[operation.key] = operation.refusal ? Answer{0, operation.refusal->code} : Answer{operation.sequence, ""};
  });
  for (const auto& [key, answer] : answers_) {
    const auto found = kept.find(key);
    if (found == kept.end()) return "lost, though acknowledged: " + key;
    if (found->second.sequence != answer.sequence || found->second.refusal != answer.refusal) {
      return "kept other than it was acknowledged: " + key;
    }
  }
  return {};
}

std::string replayed_picture(JournalReader& journal) {
  const auto head = journal.head();
  Accounts accounts;
  journal.read(1, head.sequence, [&](const Record& record) { accounts.replay(decode(record.body)); });
  return picture(accounts) + to_hex(head.hash) + " " + std::to_string(head.sequence);
}

QuietLog::QuietLog() { log::set_level(static_cast<log::Level>(static_cast<int>(log::Level::error) + 1)); }
QuietLog::~QuietLog() { log::set_level(log::Level::info); }

std::uint64_t asked_for(const char* variable, std::uint64_t usual) {
  const char* asked = std::getenv(variable);
  return asked ? std::strtoull(asked, nullptr, 10) : usual;
}

}  // namespace cp::ledger::test
