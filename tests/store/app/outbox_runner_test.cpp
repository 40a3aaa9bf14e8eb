// The outbox on both databases: what is sent, what is tried again and when, and never two at once.
#include "shared/app/outbox_runner.hpp"
#include "shared/db/idempotency.hpp"
#include "tests/support/application.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>

#include <catch2/catch_test_macros.hpp>

#include <condition_variable>
#include <mutex>

using namespace cp;
using namespace std::chrono_literals;

namespace {

const auto start_time = *parse_timestamp("2026-11-23T09:00:00Z");

/// Keeps what is published.
class NotingBus final : public net::Bus {
 public:
  void publish(std::string channel, std::string message) override {
    const std::scoped_lock lock(mutex);
    published.emplace_back(std::move(channel), std::move(message));
  }
  void on_message(Handler) override {}
  void on_gap(std::function<void()>) override {}
  [[nodiscard]] bool ready() const override { return true; }
  void stop() override {}

  std::mutex mutex;
  std::vector<std::pair<std::string, std::string>> published;
};

template <class T>
T run(Task<T> task) {
  boost::asio::io_context io{1};
  auto future = boost::asio::co_spawn(io.get_executor(), std::move(task), boost::asio::use_future);
  io.run();
  return future.get();
}

struct Fixture {
  explicit Fixture(db::Database& opened) : database(opened) {
    config.outbox_interval_ms = 10;
    config.outbox_retry_seconds = 5;
    runner.emplace(config, clock, database, bus, registry);
  }
  ~Fixture() { stop(); }
  void stop() {
    // The database's answers come before the runner's coroutines go.
    runner->stop(5s);
  }
  Id<"message"> put(db::MessageKind kind, const std::string& topic, const std::string& body = "{}") {
    clock.advance(1ms);  // ids sort by the millisecond they were made in
    const db::Message message{ids->make<"message">(clock.now()), kind, topic, body, clock.now(), 0};
    database.write_now([&](db::Tx& tx) { db::outbox::put(tx, message); });
    return message.id;
  }
  std::size_t waiting() {
    std::size_t count = 0;
    database.read_now([&](db::Tx& tx) {
      count = static_cast<std::size_t>(tx.number("SELECT COUNT(*) FROM db_outbox"));
    });
    return count;
  }
  void wait_until_empty() {
    wait_for([&] { return waiting() == 0; });
  }
  template <class Condition>
  void wait_for(Condition condition) {
    const auto deadline = std::chrono::steady_clock::now() + 30s;
    while (!condition()) {
      if (std::chrono::steady_clock::now() > deadline) FAIL("it did not happen in time");
      std::this_thread::sleep_for(2ms);
    }
  }

  db::Database& database;
  Config config;
  test::SettableClock clock{start_time};
  std::unique_ptr<IdSource> ids = make_seeded_ids(7);
  NotingBus bus;
  metrics::Registry registry;
  std::optional<app::DatabaseOutboxRunner> runner;
};

/// A command's handler that fails as often as it is told, and notes when it was called.
struct Handler {
  app::OutboxRunner::CommandHandler handler() {
    return [this](const db::Message& message) { return handle(message); };
  }
  Task<Result<Done>> handle(const db::Message message) {
    if (++running > 1) overlapped = true;
    const auto call = ++calls;
    if (pause > 0ms) std::this_thread::sleep_for(pause);
    --running;
    {
      const std::scoped_lock lock(mutex);
      handled.push_back(message.body);
    }
    if (call <= failures) co_return unavailable();
    co_return Done{};
  }
  std::atomic<int> running = 0;
  std::atomic<int> calls = 0;
  std::atomic<bool> overlapped = false;
  int failures = 0;
  std::chrono::milliseconds pause{0};
  std::mutex mutex;
  std::vector<std::string> handled;
};

}  // namespace

TEST_CASE("events are published in order and forgotten") {
  test::for_each_database({db::own_schema()}, [](db::Database& database) {
    Fixture fixture(database);
    fixture.config.outbox_batch = 100;
    for (int count = 0; count < 250; ++count) {
      fixture.put(db::MessageKind::event, "pool:1", std::to_string(count));
    }
    fixture.runner->start();
    fixture.wait_until_empty();
    REQUIRE(fixture.bus.published.size() == 250);
    for (std::size_t at = 0; at < 250; ++at) CHECK(fixture.bus.published[at].second == std::to_string(at));
  });
}

TEST_CASE("a command is handed to its handler, and to nobody where it has none") {
  test::for_each_database({db::own_schema()}, [](db::Database& database) {
    Fixture fixture(database);
    Handler hold;
    fixture.runner->on_command("payments.hold", hold.handler());
    const auto elsewhere = fixture.put(db::MessageKind::command, "forum.welcome", "\"elsewhere\"");
    fixture.put(db::MessageKind::command, "payments.hold", "\"here\"");
    fixture.runner->start();
    fixture.wait_for([&] { return fixture.waiting() == 1; });
    fixture.stop();
    CHECK(hold.handled == std::vector<std::string>{"\"here\""});
    database.read_now([&](db::Tx& tx) {
      const auto left = db::outbox::due(tx, fixture.clock.now(), 10);  // for the process that has it
      REQUIRE(left.size() == 1);
      CHECK(left[0].id == elsewhere);
      CHECK(left[0].attempts == 0);
    });
  });
}

TEST_CASE("a command that fails is tried again, each time after twice the wait") {
  test::for_each_database({db::own_schema()}, [](db::Database& database) {
    Fixture fixture(database);
    Handler hold;
    hold.failures = 4;
    fixture.runner->on_command("payments.hold", hold.handler());
    const auto id = fixture.put(db::MessageKind::command, "payments.hold");
    fixture.runner->start();
    const auto due_in = [&] {
      std::int64_t due = 0;
      database.read_now([&](db::Tx& tx) { due = tx.number("SELECT due FROM db_outbox"); });
      return from_microseconds(due) - fixture.clock.now();
    };
    const auto attempts = [&] {
      std::int64_t count = 0;
      database.read_now([&](db::Tx& tx) { count = tx.number("SELECT attempts FROM db_outbox"); });
      return count;
    };
    for (int attempt = 1; attempt <= 4; ++attempt) {
      fixture.wait_for([&] { return attempts() == attempt; });
      CHECK(hold.calls == attempt);
      CHECK(due_in() == 5s * (1 << (attempt - 1)));
      fixture.clock.advance(due_in());
      fixture.runner->look();
    }
    fixture.wait_until_empty();
    CHECK(hold.calls == 5);
  });
}

TEST_CASE("a service that is away is asked once a pass") {
  test::for_each_database({db::own_schema()}, [](db::Database& database) {
    Fixture fixture(database);
    Handler hold;
    hold.failures = 1;
    fixture.runner->on_command("payments.hold", hold.handler());
    for (int count = 0; count < 20; ++count) fixture.put(db::MessageKind::command, "payments.hold");
    fixture.runner->start();
    fixture.wait_for([&] {
      std::int64_t set_aside = 0;
      database.read_now([&](db::Tx& tx) {
        set_aside = tx.number("SELECT COUNT(*) FROM db_outbox WHERE due = $1", {fixture.clock.now() + 5s});
      });
      return set_aside == 20;
    });
    CHECK(hold.calls == 1);
    fixture.clock.advance(5s);
    fixture.runner->look();
    fixture.wait_until_empty();
    CHECK(hold.calls == 21);
  });
}

TEST_CASE("a command delivered by a request is not delivered again, and its answer is the handler's") {
  test::for_each_database({db::own_schema()}, [](db::Database& database) {
    Fixture fixture(database);
    Handler hold;
    hold.failures = 1;
    fixture.runner->on_command("payments.hold", hold.handler());
    const auto id = fixture.put(db::MessageKind::command, "payments.hold");
    const auto refused = run(fixture.runner->deliver(id));
    REQUIRE(refused.has_error());
    CHECK(refused.error().kind == ErrorKind::unavailable);
    CHECK(run(fixture.runner->deliver(id)).has_value());
    CHECK(run(fixture.runner->deliver(id)).has_value());  // it is done already
    CHECK(hold.calls == 2);
    CHECK(fixture.waiting() == 0);
  });
}

TEST_CASE("a request and the runner never deliver the same command at once, nor twice") {
  test::for_each_database({db::own_schema()}, [](db::Database& database) {
    Fixture fixture(database);
    Handler hold;
    hold.pause = 1ms;
    fixture.runner->on_command("payments.hold", hold.handler());
    fixture.runner->start();
    for (int count = 0; count < 50; ++count) {
      const auto id = fixture.put(db::MessageKind::command, "payments.hold", std::to_string(count));
      fixture.runner->look();
      CHECK(run(fixture.runner->deliver(id)).has_value());
    }
    fixture.wait_until_empty();
    fixture.stop();
    CHECK(hold.calls == 50);
    CHECK_FALSE(hold.overlapped);
  });
}

TEST_CASE("a handler that throws is tried again like one that fails") {
  test::for_each_database({db::own_schema()}, [](db::Database& database) {
    Fixture fixture(database);
    int calls = 0;
    const app::OutboxRunner::CommandHandler handler = [&calls](const db::Message&) -> Task<Result<Done>> {
      if (++calls == 1) throw std::runtime_error("broken");
      co_return Done{};
    };
    fixture.runner->on_command("payments.hold", handler);
    const auto id = fixture.put(db::MessageKind::command, "payments.hold");
    CHECK(run(fixture.runner->deliver(id)).has_error());
    CHECK(run(fixture.runner->deliver(id)).has_value());
  });
}

TEST_CASE("old idempotency keys are forgotten") {
  test::for_each_database({db::own_schema()}, [](db::Database& database) {
    Fixture fixture(database);
    const auto keep = [&](int count, Timestamp at) {
      database.write_now([&](db::Tx& tx) {
        db::idempotency::keep(tx, {"scope", std::to_string(count), "hash"}, {200, "{}", ""}, at);
      });
    };
    keep(1, start_time - 73h);
    keep(2, start_time - 71h);
    fixture.runner->start();
    const auto knows = [&](int count) {
      bool known = false;
      database.read_now([&](db::Tx& tx) {
        const auto found = db::idempotency::find(tx, {"scope", std::to_string(count), "hash"});
        known = found && found->has_value();
      });
      return known;
    };
    fixture.wait_for([&] { return !knows(1); });
    CHECK(knows(2));
    fixture.clock.advance(2h);
    fixture.runner->look();
    fixture.wait_for([&] { return !knows(2); });
  });
}
