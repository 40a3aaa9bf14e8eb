// Disks that fail, power that goes, servers that refuse and connections that break: what was not
// durable is answered as unavailable, the ledger recovers by itself, and nothing that was
// acknowledged is lost or done twice.
//   COMMONPURSE_TEST_SEED    repeats a campaign
//   COMMONPURSE_TEST_ROUNDS  makes it longer
#include "tests/store/ledger/ledgers.hpp"
#include "tests/support/faulty_files.hpp"

#include <catch2/catch_test_macros.hpp>

#include <iostream>
#include <random>
#include <thread>

namespace cp::ledger::test {
namespace {

using cp::test::FaultyFiles;

constexpr std::uint64_t streams = 12;

/// Callers who move money about, and try again with the same key when they are told to.
class Callers {
 public:
  Callers(Journals& journals, std::uint64_t seed) : journals_(journals), random_(seed) {
    options_.machine.save_within = 50;
    options_.machine.recent_keys = 64;
    options_.batch_limit = 5;  // so that batches are decided while others are written
  }

  /// False where the disk or the server failed meanwhile.
  bool open() {
    try {
      if (!ledger_) ledger_ = std::make_unique<Ledger>(journals_.open(), nullptr, options_, clock_);
      return true;
    } catch (const JournalFault& fault) {
      UNSCOPED_INFO(fault.what());
      return false;
    }
  }
  void close() { ledger_.reset(); }
  [[nodiscard]] Ledger& ledger() { return *ledger_; }

  /// Until every stream is there.
  void fund_all() {
    for (std::uint64_t at = 0; at < streams; ++at) {
      while (!fund(*ledger_, ++next_key_, name(at), 1'000)) {
      }
    }
  }

  /// Some transfers at once, new ones and such as were unavailable before.
  void call() {
    std::vector<Wanted> wanted;
    for (auto count = pick(1, 20); count > 0; --count) {
      if (!again_.empty() && pick(0, 1) == 0) {
        wanted.push_back(again_.back());
        again_.pop_back();
      } else {
        wanted.push_back({next_key(), name(pick(0, streams - 1)), name(pick(0, streams - 1)),
                          static_cast<std::int64_t>(pick(1, 600))});
      }
    }
    std::vector<std::unique_ptr<Submitted>> jobs;
    for (const auto& one : wanted) {
      jobs.push_back(std::make_unique<Submitted>(*ledger_, one.key, one.from, one.to, one.pence));
      REQUIRE(jobs.back()->accepted);
    }
    for (std::size_t at = 0; at < jobs.size(); ++at) {
      const auto& answer = jobs[at]->wait();
      acknowledged_.add(wanted[at].key, answer);
      if (!answer && answer.error().kind == ErrorKind::unavailable) {
        ++unavailable_;
        if (pick(0, 4) != 0) again_.push_back(wanted[at]);
      }
    }
    clock_.add(std::chrono::milliseconds(pick(0, 50)));
  }

  /// With no faults about.
  void check() {
    CHECK_FALSE(ledger_->statistics().halted);
    const auto reader = journals_.open_reader();
    // The first question after a fault reads the state again.
    const auto question = [](const Machine& machine) { return picture(machine.accounts()); };
    while (!ledger_->ask_now(question)) {
    }
    REQUIRE(acknowledged_.what_is_wrong(*reader) == "");
    REQUIRE(picture(*ledger_) == replayed_picture(*reader));
  }

  [[nodiscard]] const Acknowledged& acknowledged() const { return acknowledged_; }
  [[nodiscard]] std::uint64_t unavailable() const { return unavailable_; }
  std::uint64_t pick(std::uint64_t least, std::uint64_t most) {
    return std::uniform_int_distribution<std::uint64_t>(least, most)(random_);
  }

 private:
  struct Wanted {
    std::string key, from, to;
    std::int64_t pence = 0;
  };
  static std::string name(std::uint64_t number) { return "stream" + std::to_string(number); }
  std::string next_key() {
    ++next_key_;
    return pick(0, 3) == 0 ? "plain key " + std::to_string(next_key_) : key_of(next_key_);
  }

  Journals& journals_;
  std::mt19937_64 random_;
  LedgerOptions options_;
  SetClock clock_;
  std::unique_ptr<Ledger> ledger_;
  Acknowledged acknowledged_;
  std::uint64_t next_key_ = 0, unavailable_ = 0;
  std::vector<Wanted> again_;
};

}  // namespace

TEST_CASE("SQLite: what is written after a failed sync and a restart survives a power cut") {
  const QuietLog quiet;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    INFO("seed " << seed);
    FaultyFiles files(seed);
    const auto journals = make_sqlite_journals(files.name());
    const SetClock clock;
    const auto open = [&] { return std::make_unique<Ledger>(journals->open(), nullptr, LedgerOptions(), clock); };
    auto ledger = open();
    REQUIRE(fund(*ledger, 1, "anna", 100));
    files.set({.failed_sync = 1'000'000});
    REQUIRE_FALSE(fund(*ledger, 2, "anna", 100));
    ledger.reset();
    files.set({});
    ledger = open();
    REQUIRE(fund(*ledger, 3, "anna", 100));
    files.cut_power();
    ledger.reset();
    files.restore_power();
    ledger = open();
    CHECK(fund(*ledger, 3, "anna", 100)->again);
    CHECK(what_is_wrong(*journals->open_reader()) == "");
  }
}

TEST_CASE("SQLite: disks that fail and power that goes") {
  const QuietLog quiet;
  const auto seed = asked_for("COMMONPURSE_TEST_SEED", std::random_device{}());
  const auto rounds = asked_for("COMMONPURSE_TEST_ROUNDS", 100);
  INFO("COMMONPURSE_TEST_SEED=" << seed);
  FaultyFiles files(seed);
  const auto journals = make_sqlite_journals(files.name());
  Callers callers(*journals, seed);
  REQUIRE(callers.open());
  callers.fund_all();
  for (std::uint64_t round = 0; round < rounds; ++round) {
    INFO("round " << round);
    const auto rate = [&](std::uint32_t most) { return callers.pick(0, 1) == 0 ? 0 : static_cast<std::uint32_t>(callers.pick(0, most)); };
    files.set({rate(30'000), rate(30'000), rate(300'000), rate(100'000)});
    for (auto calls = callers.pick(1, 12); calls > 0; --calls) callers.call();
    const auto end = callers.pick(0, 3);
    if (end == 0) {
      files.cut_power();
      if (callers.pick(0, 1) == 0) callers.call();
      callers.close();
      files.restore_power();
    } else if (end == 1) {
      callers.close();
    }
    // Opening reads everything, so that at some rates it never gets through.
    for (int tries = 0; tries < 5 && !callers.open(); ++tries) {
    }
    files.set({});
    REQUIRE(callers.open());
    callers.check();
  }
  const auto counts = files.counts();
  std::cout << "disks: " << callers.acknowledged().size() << " acknowledged, " << callers.unavailable()
            << " unavailable; " << counts.short_writes << " short writes, " << counts.full_disks << " times full, "
            << counts.failed_syncs << " failed syncs, " << counts.failed_reads << " failed reads, "
            << counts.power_cuts << " power cuts\n";
  CHECK(counts.short_writes > 0);
  CHECK(counts.full_disks > 0);
  CHECK(counts.failed_syncs > 0);
  CHECK(counts.failed_reads > 0);
  CHECK(counts.power_cuts > 0);
  CHECK(callers.acknowledged().size() > callers.unavailable());
}

TEST_CASE("PostgreSQL: races that are lost and connections that break") {
  const QuietLog quiet;
  const auto seed = asked_for("COMMONPURSE_TEST_SEED", std::random_device{}());
  const auto rounds = asked_for("COMMONPURSE_TEST_ROUNDS", 30);
  INFO("COMMONPURSE_TEST_SEED=" << seed);
  const auto journals = make_postgres_journals();
  Callers callers(*journals, seed);
  REQUIRE(callers.open());
  callers.fund_all();
  journals->command(
      "CREATE TABLE chances (lost DOUBLE PRECISION, refused DOUBLE PRECISION); INSERT INTO chances VALUES (0, 0);"
      "CREATE FUNCTION disturb() RETURNS trigger LANGUAGE plpgsql AS $$ DECLARE chance RECORD; BEGIN "
      "SELECT * INTO chance FROM chances; "
      "IF random() < chance.lost THEN RAISE EXCEPTION 'lost' USING ERRCODE = '40001'; END IF; "
      "IF random() < chance.lost THEN RAISE EXCEPTION 'lost' USING ERRCODE = '40P01'; END IF; "
      "IF random() < chance.refused THEN RAISE EXCEPTION 'full' USING ERRCODE = '53100'; END IF; "
      "IF random() < chance.refused THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF; "
      "RETURN NULL; END $$;"
      // Before anything is written, and when all is written and the commit is under way.
      "CREATE TRIGGER early BEFORE UPDATE ON ledger_head FOR EACH STATEMENT EXECUTE FUNCTION disturb();"
      "CREATE CONSTRAINT TRIGGER late AFTER UPDATE ON ledger_head DEFERRABLE INITIALLY DEFERRED "
      "FOR EACH ROW EXECUTE FUNCTION disturb()");
  std::uint64_t breaks = 0;
  for (std::uint64_t round = 0; round < rounds; ++round) {
    INFO("round " << round);
    journals->command("UPDATE chances SET lost = " + std::to_string(callers.pick(0, 4)) + " * 0.1, refused = " +
                      std::to_string(callers.pick(0, 4)) + " * 0.02");
    {
      // Sessions end while batches are on their way.
      std::atomic<bool> done = false;
      std::thread breaking([&, pause = std::chrono::microseconds(callers.pick(500, 20'000))] {
        std::this_thread::sleep_for(pause);
        while (!done) {
          journals->break_connections();
          ++breaks;
          std::this_thread::sleep_for(pause * 10);
        }
      });
      for (auto calls = callers.pick(1, 12); calls > 0; --calls) callers.call();
      done = true;
      breaking.join();
    }
    if (callers.pick(0, 2) == 0) callers.close();
    callers.open();
    journals->command("UPDATE chances SET lost = 0, refused = 0");
    REQUIRE(callers.open());
    callers.check();
  }
  std::cout << "PostgreSQL: " << callers.acknowledged().size() << " acknowledged, " << callers.unavailable()
            << " unavailable; sessions broken " << breaks << " times\n";
  CHECK(breaks > 0);
  CHECK(callers.unavailable() > 0);
}

}  // namespace cp::ledger::test
