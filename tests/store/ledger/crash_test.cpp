// `kill -9` in the middle of writing, again and again: what the killed process had told its callers
// is kept, once, and the accounts are what the operations make them.
//   COMMONPURSE_TEST_SEED   repeats a campaign
//   COMMONPURSE_TEST_KILLS  makes it longer: 10000 by hand
#include "payments/ledger/verify.hpp"
#include "tests/store/ledger/ledgers.hpp"
#include "tests/support/doomed.hpp"

#include <catch2/catch_test_macros.hpp>

#include <unistd.h>

#include <csignal>
#include <iostream>
#include <random>
#include <sstream>
#include <thread>

namespace cp::ledger::test {
namespace {

using cp::test::tell;

constexpr std::uint64_t streams = 20, callers = 6;

std::string stream(std::uint64_t number) { return "stream" + std::to_string(number); }

LedgerOptions options() {
  LedgerOptions made;
  made.machine.save_within = 200;
  made.machine.recent_keys = 100;
  made.batch_limit = 3;
  return made;
}

std::string asked(const char* variable) {
  const char* text = std::getenv(variable);
  REQUIRE(text);
  return text;
}

/// Moves money from several threads until it is killed. Each answer is told before the next call.
void write_until_killed(Ledger& ledger, std::uint64_t run) {
  for (std::uint64_t at = 0; at < streams; ++at) {
    if (!fund(ledger, 1 + at, stream(at), 10'000)) ::_exit(2);
  }
  tell("ready");
  std::vector<std::thread> threads;
  for (std::uint64_t who = 0; who < callers; ++who) {
    threads.emplace_back([&, who] {
      std::mt19937_64 random(run * callers + who);
      for (std::uint64_t count = 0;; ++count) {
        // Some keys are those of the run before, which may or may not have been done.
        const auto of_run = count < 5 && run > 0 ? run - 1 : run;
        const auto number = 1'000 + (of_run * callers + who) * 1'000'000 + count;
        const auto key = random() % 4 == 0 ? key_of(number) : "plain " + std::to_string(number);
        const auto answer = move(ledger, key, stream(random() % streams), stream(random() % streams),
                                 static_cast<std::int64_t>(1 + random() % 8'000));
        if (answer) tell("done " + std::to_string(answer->sequence) + " " + key);
        else if (answer.error().kind == ErrorKind::unavailable) ::_exit(3);
        else if (answer.error().code != "idempotency-key-reused") tell("refused " + answer.error().code + " " + key);
      }
    });
  }
  for (auto& thread : threads) thread.join();
}

/// What a child told before it was killed.
void read_into(Acknowledged& acknowledged, cp::test::Doomed& child) {
  for (const auto& line : child.told()) {
    std::istringstream words(line);
    std::string word, what, key;
    if (!(words >> word >> what) || !std::getline(words >> std::ws, key)) continue;  // "ready"
    if (word == "done") acknowledged.add(key, Reply{std::stoull(what), {}, {}, {}, false});
    else acknowledged.add(key, conflict(what, ""));
  }
}

void check_all(Journals& journals, const Acknowledged& acknowledged) {
  // The lease first: a server may still be at work for the process that was killed.
  SetClock clock;
  Ledger ledger(journals.open(), nullptr, options(), clock);
  const auto reader = journals.open_reader();
  REQUIRE(acknowledged.what_is_wrong(*reader) == "");
  const auto verified = verify(*reader, {});
  for (const auto& problem : verified.problems) FAIL_CHECK(problem);
  REQUIRE(verified.problems.empty());
  REQUIRE(picture(ledger) == replayed_picture(*reader));
  const auto question = [](const Machine& machine) {
    auto sum = machine.accounts().balance("funding");
    for (std::uint64_t at = 0; at < streams; ++at) sum += machine.accounts().balance(stream(at));
    return sum.pence();
  };
  REQUIRE(ledger.ask_now(question).value() == 0);
}

void kill_again_and_again(const std::function<std::unique_ptr<Journals>()>& make, std::uint64_t kills) {
  const QuietLog quiet;
  const auto seed = asked_for("COMMONPURSE_TEST_SEED", std::random_device{}());
  INFO("COMMONPURSE_TEST_SEED=" << seed);
  std::mt19937_64 random(seed);
  std::unique_ptr<Journals> journals;
  Acknowledged acknowledged;
  std::uint64_t operations = 0, acknowledged_all = 0;
  for (std::uint64_t run = 0; run < kills; ++run) {
    INFO("kill " << run);
    // A new ledger now and then, or each check would take longer than the one before.
    if (run % 25 == 0) {
      if (journals) operations += journals->open_reader()->head().sequence;
      acknowledged_all += acknowledged.size();
      acknowledged = {};
      journals = make();
      journals->open();
    }
    {
      cp::test::Doomed child("writes until it is killed",
                             {"CRASH_JOURNAL=" + journals->where(), "CRASH_RUN=" + std::to_string(run),
                              "CRASH_POSTGRES=" + std::string(journals->is_postgres() ? "1" : "")});
      if (random() % 8 != 0) REQUIRE(child.wait_until_ready());  // else it is killed as it starts
      std::this_thread::sleep_for(std::chrono::microseconds(random() % 40'000));
      child.kill();
      CHECK(child.died_by() == SIGKILL);
      read_into(acknowledged, child);
    }
    // Not after each kill: a start has to cope with the remains of several.
    if (random() % 3 == 0 || run % 25 == 24 || run + 1 == kills) check_all(*journals, acknowledged);
  }
  operations += journals->open_reader()->head().sequence;
  acknowledged_all += acknowledged.size();
  std::cout << kills << " kills: " << operations << " operations kept, " << acknowledged_all << " acknowledged\n";
  CHECK(acknowledged_all > 0);
}

}  // namespace

TEST_CASE("writes until it is killed", "[.]") {
  const QuietLog quiet;
  const SystemClock clock;
  const auto where = asked("CRASH_JOURNAL");
  auto journal = asked("CRASH_POSTGRES").empty() ? open_sqlite_journal({where, ""}) : open_postgres_journal(where);
  Ledger ledger(std::move(journal), nullptr, options(), clock);
  write_until_killed(ledger, std::stoull(asked("CRASH_RUN")));
}

TEST_CASE("SQLite: killed at any point, nothing acknowledged is lost or done twice") {
  kill_again_and_again([] { return make_sqlite_journals(); }, asked_for("COMMONPURSE_TEST_KILLS", 200));
}

TEST_CASE("PostgreSQL: killed at any point, nothing acknowledged is lost or done twice") {
  kill_again_and_again([] { return make_postgres_journals(); }, asked_for("COMMONPURSE_TEST_KILLS", 40));
}

}  // namespace cp::ledger::test
