// Measures the ledger by itself, beside what SQLite and the disk do in the same minute.
// Prints one JSON object of figures; script/bench calls it round by round.
//   bench_ledger ROW FOLDER [OPERATIONS] [CALLERS] [HOT]
#include "payments/ledger/encoding.hpp"
#include "payments/ledger/ledger.hpp"
#include "payments/ledger/transfer.hpp"
#include "shared/core/id.hpp"
#include "shared/core/log.hpp"

#include <sqlite3.h>
#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace cp;
using namespace cp::ledger;
using Steady = std::chrono::steady_clock;

double seconds_since(Steady::time_point begin) {
  return std::chrono::duration<double>(Steady::now() - begin).count();
}

/// Funds the streams that the transfers go between.
class Fund final : public Command {
 public:
  Fund(int first, int count) {
    kind = OperationKind::allocation;
    key = "fund:" + std::to_string(first);
    for (int at = first; at < first + count; ++at) {
      draft_.legs.push_back({AccountKind::available, account(at), Money(1'000'000'000)});
    }
    draft_.legs.push_back({AccountKind::funding, "funding:bench", Money(-1'000'000'000) * count});
  }
  static std::string account(int at) { return "available:" + std::to_string(at); }
  Result<Draft> decide(const Accounts&, Timestamp) override { return draft_; }

 private:
  Draft draft_;
};

/// Time-ordered keys, as callers make them, without waiting for the system's random numbers.
class Keys {
 public:
  explicit Keys(std::uint64_t seed) : ids_(make_seeded_ids(seed)) {}
  std::string next() { return ids_->next(SystemClock().now()); }

 private:
  std::unique_ptr<IdSource> ids_;
};

struct Setting {
  std::string folder;
  int operations = 200'000;
  int callers = 32;
  int accounts = 10'000;
  int hot = 0;  // transfers go between so many accounts only; 0: all
};

std::unique_ptr<Journal> open_journal(const Setting& setting) {
  if (const char* url = std::getenv("BENCH_POSTGRES")) return open_postgres_journal(url);
  return open_sqlite_journal({setting.folder + "/ledger.db", ""});
}

class Bench {
 public:
  explicit Bench(Setting setting)
      : setting_(std::move(setting)), ledger_(open_journal(setting_), nullptr, {}, clock_) {
    for (int at = 0; at < setting_.accounts; at += 1'000) {
      Fund fund(at, std::min(1'000, setting_.accounts - at));
      if (!ledger_.perform_now(fund)) throw std::runtime_error("the accounts could not be funded");
    }
  }

  /// Many at once: the queue is never empty, so that batches are full.
  double full_batches() {
    struct Order final : Ledger::Job {
      explicit Order(Transfer made) : transfer(std::move(made)) {}
      void run(Machine& machine, Timestamp now) override { done = machine.execute(transfer, now).has_value(); }
      void finish(std::optional<Error> failed) override {
        if (failed || !done) std::abort();
        ++*finished;
      }
      Transfer transfer;
      bool done = false;
      std::atomic<int>* finished = nullptr;
    };
    std::atomic<int> finished = 0;
    std::vector<std::unique_ptr<Order>> orders;
    Keys keys(1);
    for (int at = 0; at < setting_.operations; ++at) {
      orders.push_back(std::make_unique<Order>(transfer(random_)));
      orders.back()->transfer.key = keys.next();
      orders.back()->finished = &finished;
    }
    const auto begin = Steady::now();
    for (auto& order : orders) {
      while (!ledger_.submit(*order)) std::this_thread::sleep_for(std::chrono::microseconds(50));
    }
    while (finished < setting_.operations) std::this_thread::sleep_for(std::chrono::microseconds(50));
    return setting_.operations / seconds_since(begin);
  }

  struct Rate {
    double a_second = 0;
    double p50_ms = 0;
    double p99_ms = 0;
  };
  /// Each caller waits for its answer before it asks again.
  Rate durable_callers() {
    std::vector<std::thread> threads;
    std::vector<std::vector<double>> times(static_cast<std::size_t>(setting_.callers));
    const int each = setting_.operations / setting_.callers;
    const auto begin = Steady::now();
    for (int caller = 0; caller < setting_.callers; ++caller) {
      threads.emplace_back([&, caller] {
        std::mt19937_64 random(static_cast<std::uint64_t>(caller));
        Keys keys(static_cast<std::uint64_t>(caller) + 100);
        auto& mine = times[static_cast<std::size_t>(caller)];
        for (int at = 0; at < each; ++at) {
          auto order = transfer(random);
          order.key = keys.next();
          const auto start = Steady::now();
          if (!ledger_.perform_now(order)) std::abort();
          mine.push_back(seconds_since(start) * 1'000);
        }
      });
    }
    for (auto& thread : threads) thread.join();
    const double a_second = each * setting_.callers / seconds_since(begin);
    std::vector<double> all;
    for (const auto& mine : times) all.insert(all.end(), mine.begin(), mine.end());
    std::sort(all.begin(), all.end());
    return {a_second, all[all.size() / 2], all[all.size() * 99 / 100]};
  }

 private:
  Transfer transfer(std::mt19937_64& random) const {
    const auto range = static_cast<std::uint64_t>(setting_.hot > 0 ? setting_.hot : setting_.accounts);
    const auto from = random() % range;
    const auto to = (from + 1 + random() % (range - 1)) % range;
    return {Fund::account(static_cast<int>(from)), Fund::account(static_cast<int>(to)), Money(1)};
  }

  Setting setting_;
  SystemClock clock_;
  std::mt19937_64 random_{7};
  Ledger ledger_;
};

double raw_sqlite(const Setting& setting) {
  sqlite3* database = nullptr;
  sqlite3_open((setting.folder + "/raw.db").c_str(), &database);
  sqlite3_exec(database, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE transfers "
               "(id INTEGER PRIMARY KEY, debit INTEGER, credit INTEGER, amount INTEGER)", nullptr, nullptr, nullptr);
  sqlite3_stmt* insert = nullptr;
  sqlite3_prepare_v2(database, "INSERT INTO transfers VALUES (?, ?, ?, ?)", -1, &insert, nullptr);
  std::mt19937_64 random(7);
  const auto begin = Steady::now();
  for (int at = 0; at < setting.operations; ++at) {
    if (at % 1'000 == 0) sqlite3_exec(database, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr);
    sqlite3_bind_int64(insert, 1, at + 1);
    sqlite3_bind_int64(insert, 2, static_cast<sqlite3_int64>(random() % 10'000));
    sqlite3_bind_int64(insert, 3, static_cast<sqlite3_int64>(random() % 10'000));
    sqlite3_bind_int64(insert, 4, 1);
    if (sqlite3_step(insert) != SQLITE_DONE) std::abort();
    sqlite3_reset(insert);
    if (at % 1'000 == 999) sqlite3_exec(database, "COMMIT", nullptr, nullptr, nullptr);
  }
  const double rate = setting.operations / seconds_since(begin);
  sqlite3_finalize(insert);
  sqlite3_close(database);
  return rate;
}

/// How often a second the disk makes 4 KiB at the end of a file durable.
double disk_syncs(const Setting& setting) {
  const auto path = setting.folder + "/sync";
  const int file = ::open(path.c_str(), O_CREAT | O_WRONLY | O_TRUNC, 0600);
  const std::string page(4'096, 'x');
  const int count = 2'000;
  const auto begin = Steady::now();
  for (int at = 0; at < count; ++at) {
    if (::write(file, page.data(), page.size()) < 0 || ::fdatasync(file) != 0) std::abort();
  }
  const double rate = count / seconds_since(begin);
  ::close(file);
  return rate;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  log::set_level(log::Level::warning);
  const std::string row = argv[1];
  Setting setting;
  setting.folder = argv[2];
  if (argc > 3) setting.operations = std::atoi(argv[3]);
  if (argc > 4) setting.callers = std::atoi(argv[4]);
  if (argc > 5) setting.hot = std::atoi(argv[5]);
  std::filesystem::create_directories(setting.folder);
  if (row == "raw") std::printf("{\"a_second\": %.0f}\n", raw_sqlite(setting));
  else if (row == "syncs") std::printf("{\"a_second\": %.0f}\n", disk_syncs(setting));
  else if (row == "batches") std::printf("{\"a_second\": %.0f}\n", Bench(setting).full_batches());
  else if (row == "callers") {
    const auto rate = Bench(setting).durable_callers();
    std::printf("{\"a_second\": %.0f, \"p50_ms\": %.3f, \"p99_ms\": %.3f}\n", rate.a_second, rate.p50_ms, rate.p99_ms);
  } else {
    return 2;
  }
}
