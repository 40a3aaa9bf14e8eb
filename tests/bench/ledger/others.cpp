#include "tests/bench/ledger/bench.hpp"

#include <sqlite3.h>
#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <random>
#include <stdexcept>

namespace cp::bench {
namespace {

using Steady = std::chrono::steady_clock;

class Sqlite {
 public:
  Sqlite(const Setting& setting, const char* tables) {
    if (sqlite3_open((setting.folder + "/raw.db").c_str(), &database_) != SQLITE_OK) throw std::runtime_error("raw.db");
    run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
    run(tables);
  }
  ~Sqlite() { sqlite3_close_v2(database_); }
  Sqlite(const Sqlite&) = delete;
  Sqlite& operator=(const Sqlite&) = delete;
  void run(const char* sql) {
    if (sqlite3_exec(database_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) throw std::runtime_error(sqlite3_errmsg(database_));
  }
  sqlite3_stmt* prepare(const char* sql) {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(database_, sql, -1, &statement, nullptr) != SQLITE_OK) throw std::runtime_error(sqlite3_errmsg(database_));
    return statement;
  }
  void step(sqlite3_stmt* statement) {
    if (sqlite3_step(statement) != SQLITE_DONE) throw std::runtime_error(sqlite3_errmsg(database_));
    sqlite3_reset(statement);
  }

 private:
  sqlite3* database_ = nullptr;
};

template <class Insert>
void measure(Sqlite& database, int operations, Insert insert) {
  const auto begin = Steady::now();
  for (int at = 0; at < operations; ++at) {
    if (at % 1'000 == 0) database.run("BEGIN IMMEDIATE");
    insert(at);
    if (at % 1'000 == 999 || at + 1 == operations) database.run("COMMIT");
  }
  std::printf("{\"a_second\": %.0f}\n", operations / seconds_since(begin));
}

}  // namespace

void raw_rows(const Setting& setting) {
  Sqlite database(setting, "CREATE TABLE transfers (id INTEGER PRIMARY KEY, debit INTEGER, credit INTEGER, amount INTEGER)");
  auto* insert = database.prepare("INSERT INTO transfers VALUES (?, ?, ?, ?)");
  std::mt19937_64 random(7);
  measure(database, setting.operations, [&](int at) {
    sqlite3_bind_int64(insert, 1, at + 1);
    sqlite3_bind_int64(insert, 2, static_cast<sqlite3_int64>(random() % 10'000));
    sqlite3_bind_int64(insert, 3, static_cast<sqlite3_int64>(random() % 10'000));
    sqlite3_bind_int64(insert, 4, 1);
    database.step(insert);
  });
  sqlite3_finalize(insert);
}

void raw_legs(const Setting& setting) {
  Sqlite database(setting, "CREATE TABLE transfers (id TEXT PRIMARY KEY);"
                           "CREATE TABLE legs (id INTEGER PRIMARY KEY, transfer TEXT, account INTEGER, amount INTEGER)");
  auto* transfer = database.prepare("INSERT INTO transfers VALUES (?)");
  auto* leg = database.prepare("INSERT INTO legs VALUES (NULL, ?, ?, ?)");
  std::mt19937_64 random(7);
  measure(database, setting.operations, [&](int at) {
    char id[40];
    const int size = std::snprintf(id, sizeof id, "01900000-%08x-7000-%016llx", static_cast<unsigned>(at),
                                   static_cast<unsigned long long>(random()));
    sqlite3_bind_text(transfer, 1, id, size, SQLITE_STATIC);
    database.step(transfer);
    for (const int amount : {-1, 1}) {
      sqlite3_bind_text(leg, 1, id, size, SQLITE_STATIC);
      sqlite3_bind_int64(leg, 2, static_cast<sqlite3_int64>(random() % 10'000));
      sqlite3_bind_int64(leg, 3, amount);
      database.step(leg);
    }
  });
  sqlite3_finalize(transfer);
  sqlite3_finalize(leg);
}

void disk_syncs(const Setting& setting) {
  const int file = ::open((setting.folder + "/sync").c_str(), O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0600);
  const std::string page(4'096, 'x');
  const auto begin = Steady::now();
  for (int at = 0; at < setting.operations; ++at) {
    if (::write(file, page.data(), page.size()) < 0 || ::fdatasync(file) != 0) throw std::runtime_error("the disk failed");
  }
  std::printf("{\"a_second\": %.0f}\n", setting.operations / seconds_since(begin));
  ::close(file);
}

}  // namespace cp::bench
