// The ledger from end to end over both journals: what it answers, what it keeps, and that a start
// finds what the one before it left.
#include "payments/ledger/encoding.hpp"
#include "tests/store/ledger/ledgers.hpp"

#include <catch2/catch_test_macros.hpp>

#include <condition_variable>
#include <random>
#include <thread>

namespace cp::ledger::test {
namespace {

/// Starts a ledger and starts it again.
class Restarting {
 public:
  explicit Restarting(Journals& journals, LedgerOptions options = {}) : journals_(journals), options_(options) { start(); }
  Ledger& operator*() { return *ledger_; }
  Ledger* operator->() { return ledger_.get(); }
  void restart() {
    ledger_.reset();
    start();
  }
  SetClock clock;

 private:
  void start() { ledger_ = std::make_unique<Ledger>(journals_.open(), nullptr, options_, clock); }
  Journals& journals_;
  LedgerOptions options_;
  std::unique_ptr<Ledger> ledger_;
};

/// Keeps the writer's thread busy until it is let go, so that what is submitted meanwhile is one batch.
class Gate final : public Ledger::Job {
 public:
  explicit Gate(Ledger& ledger) {
    REQUIRE(ledger.submit(*this));
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return entered_; });
  }
  ~Gate() override { open(); }
  void open() {
    std::unique_lock lock(mutex_);
    open_ = true;
    changed_.notify_all();
    changed_.wait(lock, [&] { return finished_; });
  }
  void run(Machine&, Timestamp) override {
    std::unique_lock lock(mutex_);
    entered_ = true;
    changed_.notify_all();
    changed_.wait(lock, [&] { return open_; });
  }
  void finish(std::optional<Error>) override {
    const std::scoped_lock lock(mutex_);
    finished_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool entered_ = false, open_ = false, finished_ = false;
};

const std::string plain_key = "a key that is no UUID";

}  // namespace

TEST_CASE("transfers move money, and a start finds the same accounts and the same head") {
  for_each_journal([](Journals& journals) {
    Restarting ledger(journals);
    REQUIRE(fund(*ledger, 1, "anna", 10'000));
    REQUIRE(fund(*ledger, 2, "ben", 0 + 1));
    const auto moved = move(*ledger, key_of(3), "anna", "ben", 2'500);
    REQUIRE(moved);
    CHECK(moved->sequence == 3);
    CHECK(moved->amount == Money(2'500));
    CHECK_FALSE(moved->again);
    CHECK(balance(*ledger, "anna") == 7'500);
    CHECK(balance(*ledger, "ben") == 2'501);
    CHECK(balance(*ledger, "funding") == -10'001);
    const auto before = picture(*ledger);
    ledger.restart();
    CHECK(picture(*ledger) == before);
    REQUIRE(move(*ledger, key_of(4), "ben", "anna", 1));
    CHECK(what_is_wrong(*journals.open_reader()).empty());
  });
}

TEST_CASE("a refusal is written down and answered again under its key") {
  for_each_journal([](Journals& journals) {
    Restarting ledger(journals);
    REQUIRE(fund(*ledger, 1, "anna", 100));
    REQUIRE(fund(*ledger, 2, "ben", 100));
    const auto refused = move(*ledger, plain_key, "anna", "ben", 150);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == "insufficient-funds");
    REQUIRE(fund(*ledger, 3, "anna", 1'000));
    const auto before = picture(*ledger);
    CHECK(move(*ledger, plain_key, "anna", "ben", 150).error() == refused.error());
    ledger.restart();
    CHECK(move(*ledger, plain_key, "anna", "ben", 150).error() == refused.error());
    CHECK(picture(*ledger) == before);
    const auto stored = decode(journals.open_reader()->read_one(3).body);
    CHECK(stored.refusal == refused.error());
    CHECK(stored.entries.empty());
    CHECK(what_is_wrong(*journals.open_reader()).empty());
  });
}

TEST_CASE("a key answers again what it did, and refuses another request, also after a start") {
  for_each_journal([](Journals& journals) {
    LedgerOptions few;
    few.machine.recent_keys = 2;  // so that keys are looked up in the journal, too
    Restarting ledger(journals, few);
    REQUIRE(fund(*ledger, 1, "anna", 1'000));
    REQUIRE(fund(*ledger, 2, "ben", 1'000));
    for (const auto& key : {key_of(3), plain_key}) {
      const auto first = move(*ledger, key, "anna", "ben", 10);
      REQUIRE(first);
      for (int start = 0; start < 2; ++start) {
        const auto again = move(*ledger, key, "anna", "ben", 10);
        REQUIRE(again);
        CHECK(again->again);
        CHECK(again->sequence == first->sequence);
        CHECK(again->id == first->id);
        CHECK(again->amount == first->amount);
        CHECK(again->recorded == first->recorded);
        const auto other = move(*ledger, key, "anna", "ben", 11);
        REQUIRE_FALSE(other);
        CHECK(other.error().code == "idempotency-key-reused");
        CHECK(other.error().kind == ErrorKind::invalid);
        for (std::uint64_t more = 0; more < 5; ++more) {
          REQUIRE(move(*ledger, key_of(100 * first->sequence + 10 * static_cast<std::uint64_t>(start) + more), "ben",
                       "anna", 1));
        }
        ledger.restart();
      }
    }
    CHECK(balance(*ledger, "anna") == 1'000 - 20 + 20);
    CHECK_FALSE(move(*ledger, "", "anna", "ben", 1));
  });
}

TEST_CASE("a key that comes twice in one batch is done once") {
  for_each_journal([](Journals& journals) {
    Restarting ledger(journals);
    REQUIRE(fund(*ledger, 1, "anna", 1'000));
    REQUIRE(fund(*ledger, 2, "ben", 1'000));
    Gate gate(*ledger);
    Submitted first(*ledger, plain_key, "anna", "ben", 10);
    Submitted again(*ledger, plain_key, "anna", "ben", 10);
    Submitted other(*ledger, plain_key, "anna", "ben", 20);
    Submitted refused(*ledger, key_of(5), "anna", "ben", 5'000);
    Submitted refused_again(*ledger, key_of(5), "anna", "ben", 5'000);
    gate.open();
    REQUIRE(first.wait());
    REQUIRE(again.wait());
    CHECK_FALSE(first.answer->again);
    CHECK(again.answer->again);
    CHECK(again.answer->sequence == first.answer->sequence);
    CHECK(other.wait().error().code == "idempotency-key-reused");
    CHECK(refused.wait().error().code == "insufficient-funds");
    CHECK(refused_again.wait().error() == refused.answer.error());
    CHECK(balance(*ledger, "anna") == 990);
    CHECK(ledger->statistics().operations == 4);
    CHECK(what_is_wrong(*journals.open_reader()).empty());
  });
}

TEST_CASE("what cannot be is refused by name and moves nothing") {
  for_each_journal([](Journals& journals) {
    Restarting ledger(journals);
    REQUIRE(fund(*ledger, 1, "anna", 1'000));
    REQUIRE(fund(*ledger, 2, "ben", 1'000));
    std::uint64_t key = 10;
    const auto refused = [&](const std::string& from, const std::string& to, std::int64_t pence) {
      const auto answer = move(*ledger, key_of(++key), from, to, pence);
      REQUIRE_FALSE(answer);
      return answer.error().code;
    };
    CHECK(refused("anna", "ben", 0) == "invalid-fields");
    CHECK(refused("anna", "ben", -5) == "invalid-fields");
    CHECK(refused("anna", "ben", INT64_MIN) == "invalid-fields");
    CHECK(refused("anna", "ben", INT64_MAX) == "insufficient-funds");
    CHECK(refused("anna", "anna", 5) == "invalid-fields");
    CHECK(refused("anna", "nobody", 5) == "unknown-account");
    CHECK(refused("nobody", "anna", 5) == "unknown-account");
    CHECK(refused("funding", "anna", 5) == "unknown-account");
    CHECK(fund(*ledger, ++key, "anna", INT64_MAX).error().code == "amount-too-large");
    CHECK(fund(*ledger, key, "anna", INT64_MAX).error().code == "amount-too-large");
    CHECK(fund(*ledger, ++key, "anna", INT64_MIN).error().code == "amount-too-large");
    CHECK(balance(*ledger, "anna") == 1'000);
    CHECK(balance(*ledger, "ben") == 1'000);
    CHECK_FALSE(ledger->statistics().halted);
    CHECK(what_is_wrong(*journals.open_reader()).empty());
  });
}

TEST_CASE("a clock that goes back a little is evened out, a clock that goes back far is refused") {
  for_each_journal([](Journals& journals) {
    Restarting ledger(journals);
    REQUIRE(fund(*ledger, 1, "anna", 1'000));
    const auto later = fund(*ledger, 2, "ben", 1'000);
    REQUIRE(later);
    ledger.clock.add(-std::chrono::seconds(4));
    const auto evened = move(*ledger, key_of(3), "anna", "ben", 1);
    REQUIRE(evened);
    CHECK(evened->recorded == later->recorded);
    ledger.clock.add(-std::chrono::seconds(10));
    for (int start = 0; start < 2; ++start) {
      const auto refused = move(*ledger, key_of(4), "anna", "ben", 1);
      REQUIRE_FALSE(refused);
      CHECK(refused.error().kind == ErrorKind::unavailable);
      CHECK(move(*ledger, key_of(3), "anna", "ben", 1)->again);
      ledger.restart();
    }
    CHECK(journals.open_reader()->head().sequence == 3);
    ledger.clock.add(std::chrono::seconds(20));
    CHECK(move(*ledger, key_of(4), "anna", "ben", 1));  // it was not written down
    CHECK(what_is_wrong(*journals.open_reader()).empty());
  });
}

TEST_CASE("a full queue refuses, and what was accepted is done") {
  for_each_journal([](Journals& journals) {
    LedgerOptions small;
    small.queue_limit = 3;
    Restarting ledger(journals, small);
    REQUIRE(fund(*ledger, 1, "anna", 1'000));
    REQUIRE(fund(*ledger, 2, "ben", 1'000));
    Gate gate(*ledger);
    std::vector<std::unique_ptr<Submitted>> jobs;
    for (std::uint64_t at = 0; at < 6; ++at) {
      jobs.push_back(std::make_unique<Submitted>(*ledger, key_of(10 + at), "anna", "ben", 1));
      CHECK(jobs.back()->accepted == (at < 3));
    }
    const auto refused = move(*ledger, key_of(30), "anna", "ben", 1);
    CHECK(refused.error().kind == ErrorKind::unavailable);
    gate.open();
    for (std::size_t at = 0; at < 3; ++at) CHECK(jobs[at]->wait());
    CHECK(balance(*ledger, "ben") == 1'003);
    CHECK(ledger->statistics().refused == 4);
  });
}

TEST_CASE("what is queued when the ledger stops is done, and what comes later is refused") {
  for_each_journal([](Journals& journals) {
    Restarting ledger(journals);
    REQUIRE(fund(*ledger, 1, "anna", 1'000));
    REQUIRE(fund(*ledger, 2, "ben", 1'000));
    Submitted last(*ledger, key_of(3), "anna", "ben", 7);
    ledger->stop();
    CHECK(last.wait());
    CHECK_FALSE(fund(*ledger, 4, "anna", 1));
    CHECK(journals.open_reader()->head().recovery == 3);
    ledger.restart();
    CHECK(balance(*ledger, "ben") == 1'007);
  });
}

TEST_CASE("a broken rule stops the writing and leaves nothing behind") {
  class Forgery final : public Command {
   public:
    Result<Draft> decide(const Accounts& accounts, Timestamp) override {
      Draft draft;
      draft.legs = {leg(*accounts.find("anna"), Money(5))};
      return draft;
    }
  };
  for_each_journal([](Journals& journals) {
    Restarting ledger(journals);
    REQUIRE(fund(*ledger, 1, "anna", 1'000));
    const auto before = picture(*ledger);
    Forgery forgery;
    forgery.key = key_of(2);
    CHECK(ledger->perform_now(forgery).error().kind == ErrorKind::unavailable);
    CHECK(ledger->statistics().halted);
    CHECK_FALSE(fund(*ledger, 3, "anna", 1));
    ledger.restart();
    CHECK(picture(*ledger) == before);
    CHECK(fund(*ledger, 3, "anna", 1));
  });
}

TEST_CASE("another process that takes over stops the writing") {
  for_each_journal([](Journals& journals) {
    Restarting ledger(journals);
    REQUIRE(fund(*ledger, 1, "anna", 1'000));
    journals.command("UPDATE ledger_head SET epoch = epoch + 1");
    CHECK(fund(*ledger, 2, "anna", 1'000).error().kind == ErrorKind::unavailable);
    CHECK(ledger->statistics().halted);
    CHECK(journals.open_reader()->head().sequence == 1);
  });
}

TEST_CASE("PostgreSQL: a broken connection is one fault, and the ledger goes on") {
  const auto journals = make_postgres_journals();
  Restarting ledger(*journals);
  REQUIRE(fund(*ledger, 1, "anna", 1'000));
  for (std::uint64_t round = 1; round <= 3; ++round) {
    journals->break_connections();
    CHECK(fund(*ledger, 10 + round, "anna", 1'000).error().kind == ErrorKind::unavailable);
    CHECK(fund(*ledger, 10 + round, "anna", 1'000));
    CHECK(ledger->statistics().faults == static_cast<std::int64_t>(round));
  }
  CHECK(balance(*ledger, "anna") == 4'000);
  CHECK_FALSE(ledger->statistics().halted);
  CHECK(what_is_wrong(*journals->open_reader()).empty());
}

TEST_CASE("many callers at once lose nothing") {
  for_each_journal([](Journals& journals) {
    Restarting ledger(journals);
    constexpr std::uint64_t callers = 16, each = 200;
    for (std::uint64_t who = 0; who < callers; ++who) REQUIRE(fund(*ledger, who, "stream" + std::to_string(who), 300));
    std::atomic<std::int64_t> done = 0, short_of_money = 0, other = 0;
    std::vector<std::thread> threads;
    for (std::uint64_t who = 0; who < callers; ++who) {
      threads.emplace_back([&, who] {
        for (std::uint64_t at = 0; at < each; ++at) {
          const auto answer = move(*ledger, key_of(1'000 + at * callers + who), "stream" + std::to_string(who),
                                   "stream" + std::to_string((who + at) % 3), 3);
          if (answer) ++done;
          else if (answer.error().code == "insufficient-funds" || answer.error().code == "invalid-fields") ++short_of_money;
          else ++other;
        }
      });
    }
    for (auto& thread : threads) thread.join();
    CHECK(done + short_of_money == static_cast<std::int64_t>(callers * each));
    CHECK(other == 0);
    std::int64_t sum = 0;
    for (std::uint64_t who = 0; who < callers; ++who) sum += balance(*ledger, "stream" + std::to_string(who));
    CHECK(sum == static_cast<std::int64_t>(callers) * 300);
    const auto before = picture(*ledger);
    ledger.restart();
    CHECK(picture(*ledger) == before);
    CHECK(what_is_wrong(*journals.open_reader()).empty());
  });
}

}  // namespace cp::ledger::test
