// Two-leg transfers: in full batches, by callers who wait, and over a long history.
#include "tests/bench/ledger/bench.hpp"

#include "payments/ledger/encoding.hpp"
#include "payments/ledger/history.hpp"
#include "payments/ledger/ledger.hpp"
#include "payments/ledger/transfer.hpp"
#include "payments/ledger/verify.hpp"
#include "shared/core/id.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <nlohmann/json.hpp>

#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <functional>
#include <memory>
#include <random>
#include <stdexcept>
#include <thread>
#include <vector>

namespace cp::bench {
namespace {

using namespace cp::ledger;
using Json = nlohmann::json;
using Steady = std::chrono::steady_clock;

constexpr int accounts = 10'000;
constexpr Timestamp first_day = Timestamp(std::chrono::microseconds(1'700'000'000'000'000));
constexpr auto history = std::chrono::days(730);

std::string account_name(std::uint64_t at) { return "available:" + std::to_string(at); }

/// Funds the streams that the transfers go between.
class Fund final : public Command {
 public:
  Fund(int first, int count) {
    kind = OperationKind::allocation;
    key = "fund:" + std::to_string(first);
    for (int at = first; at < first + count; ++at) {
      draft_.legs.push_back({AccountKind::available, account_name(static_cast<std::uint64_t>(at)), Money(1'000'000'000)});
    }
    draft_.legs.push_back({AccountKind::funding, "funding:bench", Money(-1'000'000'000) * count});
  }
  Result<Draft> decide(const Accounts&, Timestamp) override { return draft_; }

 private:
  Draft draft_;
};

/// Goes through two years while the history is written; the real time otherwise.
class BenchClock final : public Clock {
 public:
  [[nodiscard]] Timestamp now() const override { return set ? Timestamp(*set) : SystemClock().now(); }
  std::optional<Timestamp> set;
};

/// A transfer that counts for an earlier day now and then.
class DatedTransfer final : public Command {
 public:
  DatedTransfer(Transfer transfer, int days_late) : transfer_(std::move(transfer)), days_late_(days_late) {
    kind = transfer_.kind;
    request_hash = transfer_.request_hash;
  }
  Result<Draft> decide(const Accounts& known, Timestamp now) override {
    auto draft = transfer_.decide(known, now);
    if (draft && days_late_ > 0) draft->effective = to_day(day_of(now)) - days_late_;
    return draft;
  }

 private:
  Transfer transfer_;
  int days_late_;
};

std::unique_ptr<Journal> open_journal(const Setting& setting) {
  if (!setting.postgres.empty()) return open_postgres_journal(setting.postgres);
  return open_sqlite_journal({setting.folder + "/ledger.db", ""});
}
std::unique_ptr<JournalReader> open_reader(const Setting& setting) {
  if (!setting.postgres.empty()) return open_postgres_journal_reader(setting.postgres);
  return open_sqlite_journal_reader({setting.folder + "/ledger.db", ""});
}

Transfer random_transfer(const Setting& setting, std::mt19937_64& random) {
  const auto range = static_cast<std::uint64_t>(setting.hot > 0 ? setting.hot : accounts);
  const auto from = random() % range;
  return {account_name(from), account_name((from + 1 + random() % (range - 1)) % range), Money(1)};
}

void fund(Ledger& ledger) {
  for (int at = 0; at < accounts; at += 1'000) {
    Fund command(at, 1'000);
    if (!ledger.perform_now(command)) throw std::runtime_error("the accounts could not be funded");
  }
}

struct Order final : Ledger::Job {
  Order(std::unique_ptr<Command> asked, std::atomic<int>& count) : command(std::move(asked)), finished(count) {}
  void run(Machine& machine, Timestamp now) override { is_done = machine.execute(*command, now).has_value(); }
  void finish(std::optional<Error> failed) override {
    if (failed || !is_done) std::abort();
    ++finished;
  }
  std::unique_ptr<Command> command;
  std::atomic<int>& finished;
  bool is_done = false;
};

/// Sends them all, as fast as the queue takes them, and waits for the last answer.
void send(Ledger& ledger, std::vector<std::unique_ptr<Order>>& orders, std::atomic<int>& finished) {
  for (auto& order : orders) {
    while (!ledger.submit(*order)) std::this_thread::sleep_for(std::chrono::microseconds(100));
  }
  while (finished < static_cast<int>(orders.size())) std::this_thread::sleep_for(std::chrono::microseconds(100));
}

}  // namespace

void full_batches(const Setting& setting) {
  const BenchClock clock;
  Ledger ledger(open_journal(setting), nullptr, {}, clock);
  fund(ledger);
  const auto ids = make_seeded_ids(1);
  std::mt19937_64 random(7);
  std::atomic<int> finished = 0;
  std::vector<std::unique_ptr<Order>> orders;
  for (int at = 0; at < setting.operations; ++at) {
    orders.push_back(std::make_unique<Order>(std::make_unique<Transfer>(random_transfer(setting, random)), finished));
    orders.back()->command->key = ids->next(clock.now());
  }
  const auto begin = Steady::now();
  send(ledger, orders, finished);
  std::printf("{\"a_second\": %.0f}\n", setting.operations / seconds_since(begin));
}

void durable_callers(const Setting& setting) {
  const BenchClock clock;
  Ledger ledger(open_journal(setting), nullptr, {}, clock);
  fund(ledger);
  const auto ids = make_random_ids();
  std::vector<double> times_ms;
  boost::asio::io_context context(1);
  const int each = setting.operations / setting.callers;
  auto call = [&](std::uint64_t seed) -> Task<void> {
    std::mt19937_64 random(seed);
    for (int at = 0; at < each; ++at) {
      auto order = random_transfer(setting, random);
      order.key = ids->next(clock.now());
      const auto asked = Steady::now();
      if (!co_await ledger.perform(order)) std::abort();
      times_ms.push_back(seconds_since(asked) * 1'000);
    }
  };
  for (int caller = 0; caller < setting.callers; ++caller) {
    boost::asio::co_spawn(context, call(static_cast<std::uint64_t>(caller)), boost::asio::detached);
  }
  const auto begin = Steady::now();
  context.run();
  const double a_second = static_cast<double>(times_ms.size()) / seconds_since(begin);
  std::sort(times_ms.begin(), times_ms.end());
  std::printf("{\"a_second\": %.0f, \"p50_ms\": %.3f, \"p99_ms\": %.3f}\n", a_second, times_ms[times_ms.size() / 2],
              times_ms[times_ms.size() * 99 / 100]);
}

namespace {

/// Makes the key of a caller who asks at that moment.
using Keys = std::function<std::string(Timestamp)>;

/// A ledger that goes through two years while it grows; one in twenty transfers counts for an earlier day.
class Growing {
 public:
  Growing(const Setting& setting, Keys key_at) : setting_(setting), key_at_(std::move(key_at)) {
    clock_.set = first_day;
    LedgerOptions options;
    options.machine.clock_tolerance = std::chrono::hours(1);
    ledger_ = std::make_unique<Ledger>(open_journal(setting), nullptr, options, clock_);
    fund(*ledger_);
  }

  struct Took {
    double seconds = 0, cpu_micros = 0;  // in all; for each transfer
  };
  Took grow(int count) {
    // Between two steps nobody asks, so that the clock may be set.
    clock_.set = moment(done_);
    std::atomic<int> finished = 0;
    std::vector<std::unique_ptr<Order>> orders;
    for (int at = 0; at < count; ++at) {
      const bool is_late = random_() % 20 == 0;
      const int days_late = is_late ? static_cast<int>(random_() % 30) : 0;
      orders.push_back(std::make_unique<Order>(
          std::make_unique<DatedTransfer>(random_transfer(setting_, random_), days_late), finished));
      // A key is made when somebody asks, not when the step begins: many of one millisecond would be in no order.
      orders.back()->command->key = key_at_(moment(done_ + at));
    }
    const auto begin = Steady::now();
    const auto cpu = std::clock();
    send(*ledger_, orders, finished);
    done_ += count;
    return {seconds_since(begin), 1e6 * static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC / count};
  }
  [[nodiscard]] int done() const { return done_; }

 private:
  [[nodiscard]] Timestamp moment(int at) const { return first_day + std::chrono::seconds(history) * at / setting_.operations; }

  Setting setting_;
  Keys key_at_;
  BenchClock clock_;
  std::unique_ptr<Ledger> ledger_;
  std::mt19937_64 random_{7};
  int done_ = 0;
};

/// Grows it in steps that double, up to half a million, and adds what each took to the list.
void fill_by_steps(Growing& ledger, int operations, Json& steps) {
  while (ledger.done() < operations) {
    const int count = std::min(std::clamp(ledger.done(), 1'000, 500'000), operations - ledger.done());
    const auto took = ledger.grow(count);
    steps.push_back({{"entries", ledger.done() * 2}, {"a_second", count / took.seconds}, {"cpu_micros", took.cpu_micros}});
    std::fprintf(stderr, "%d transfers\n", ledger.done());
  }
}

/// Keys as the service hands them on: the actor before the caller's, which has the time in it.
Keys keys_by_time() {
  const std::shared_ptr<IdSource> ids = make_seeded_ids(3);
  return [ids, actor = ids->next(first_day) + ":"](Timestamp now) { return actor + ids->next(now); };
}

/// What a transfer costs in the grown ledger and in one of a thousand entries, in turns: the machine is as fast for the one as
/// for the other.
Json beside_young_ones(Growing& grown, const Setting& setting) {
  constexpr int pairs = 21, young_transfers = 500, slice = 2'000;
  auto young = setting;
  young.folder += "/young";
  std::vector<double> ratios;
  for (int pair = 0; pair < pairs; ++pair) {
    std::filesystem::create_directories(young.folder);
    {
      Growing beginner(young, keys_by_time());
      beginner.grow(young_transfers);
      const bool grown_first = pair % 2 == 0;
      const auto first = (grown_first ? grown : beginner).grow(slice).cpu_micros;
      const auto second = (grown_first ? beginner : grown).grow(slice).cpu_micros;
      ratios.push_back(grown_first ? first / second : second / first);
    }
    std::filesystem::remove_all(young.folder);
  }
  std::sort(ratios.begin(), ratios.end());
  return {{"entries", grown.done() * 2}, {"ratio", ratios[pairs / 2]}, {"least", ratios.front()}, {"most", ratios.back()}};
}

}  // namespace

void fill(const Setting& setting) {
  Growing ledger(setting, keys_by_time());
  auto steps = Json::array(), beside = Json::array();
  for (int entries = 10'000; entries <= setting.operations * 2; entries *= 10) {
    fill_by_steps(ledger, entries / 2, steps);
    beside.push_back(beside_young_ones(ledger, setting));
  }
  fill_by_steps(ledger, setting.operations, steps);
  std::puts(Json{{"steps", steps}, {"beside_young", beside}}.dump().c_str());
}

void fill_in_no_order(const Setting& setting) {
  const auto random = std::make_shared<std::mt19937_64>(3);
  Growing ledger(setting, [random](Timestamp) { return "key " + std::to_string((*random)()); });
  auto steps = Json::array();
  fill_by_steps(ledger, setting.operations, steps);
  std::puts(Json{{"steps", steps}}.dump().c_str());
}

void balances_as_of(const Setting& setting) {
  const auto reader = open_reader(setting);
  Accounts known;
  reader->each_state([&](const StateRow& row) { known.load(row.number, row.body); });
  std::mt19937_64 random(11);
  std::vector<double> times_ms;
  History past(*reader);
  for (int at = 0; at < setting.operations; ++at) {
    const auto& account = known.at(static_cast<AccountNumber>(random() % known.size()));
    const auto day = to_day(day_of(first_day)) + static_cast<Day>(random() % 730);
    const auto begin = Steady::now();
    past.balance(account.last(), day, first_day + history * 2);
    times_ms.push_back(seconds_since(begin) * 1'000);
  }
  std::sort(times_ms.begin(), times_ms.end());
  std::printf("{\"p50_ms\": %.3f, \"p99_ms\": %.3f, \"reads\": %.1f, \"entries\": %llu}\n", times_ms[times_ms.size() / 2],
              times_ms[times_ms.size() * 99 / 100], static_cast<double>(past.reads()) / setting.operations,
              static_cast<unsigned long long>(reader->head().sequence * 2));
}

void verify_all(const Setting& setting) {
  const auto reader = open_reader(setting);
  const auto begin = Steady::now();
  const auto found = verify(*reader, {});
  const auto seconds = seconds_since(begin);
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  if (!found.problems.empty()) throw std::runtime_error(found.problems.front());
  const auto cpu = static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
                   static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
  std::printf("{\"entries\": %llu, \"a_second\": %.0f, \"a_cpu_second\": %.0f, \"peak_mib\": %ld}\n",
              static_cast<unsigned long long>(found.entries), static_cast<double>(found.entries) / seconds,
              static_cast<double>(found.entries) / cpu, used.ru_maxrss / 1'024);
}

void start(const Setting& setting) {
  const BenchClock clock;
  const auto begin = Steady::now();
  Ledger ledger(open_journal(setting), nullptr, {}, clock);
  std::printf("{\"ms\": %.1f}\n", seconds_since(begin) * 1'000);
}

}  // namespace cp::bench
