#include "shared/db/outbox.hpp"
#include "tests/support/databases.hpp"

#include <catch2/catch_test_macros.hpp>

#include <set>
#include <thread>

using namespace cp;
using test::for_each_database;

namespace {

Timestamp at(int second) { return from_microseconds(1'700'000'000'000'000) + std::chrono::seconds(second); }

std::vector<std::string> bodies(const std::vector<db::Message>& messages) {
  std::vector<std::string> out;
  for (const auto& message : messages) out.push_back(message.body);
  return out;
}

/// Three messages, a second apart: an event and two commands.
std::vector<db::Message> put_three(db::Database& database) {
  const auto ids = make_seeded_ids(7);
  std::vector<db::Message> messages;
  messages.push_back({ids->make<"message">(at(1)), db::MessageKind::event, "pool:1", "\"first\"", at(1)});
  messages.push_back({ids->make<"message">(at(2)), db::MessageKind::command, "payments.hold", "\"second\"", at(2)});
  messages.push_back({ids->make<"message">(at(3)), db::MessageKind::command, "mail.send", "\"third\"", at(3)});
  database.write_now([&](db::Tx& tx) {
    // Against their order.
    for (auto message = messages.rbegin(); message != messages.rend(); ++message) db::outbox::put(tx, *message);
  });
  return messages;
}

}  // namespace

TEST_CASE("messages are due oldest first, from when they were made") {
  for_each_database({db::own_schema()}, [](db::Database& database) {
    const auto put = put_three(database);
    database.read_now([&](db::Tx& tx) {
      CHECK(db::outbox::due(tx, at(0), 10).empty());
      CHECK(bodies(db::outbox::due(tx, at(2), 10)) == std::vector<std::string>{"\"first\"", "\"second\""});
      CHECK(bodies(db::outbox::due(tx, at(9), 2)) == std::vector<std::string>{"\"first\"", "\"second\""});
      const auto found = db::outbox::find(tx, put[1].id);
      REQUIRE(found);
      CHECK(found->kind == db::MessageKind::command);
      CHECK(found->topic == "payments.hold");
      CHECK(found->created == at(2));
      CHECK(found->attempts == 0);
    });
  });
}

TEST_CASE("a process sees events and the commands that it handles") {
  for_each_database({db::own_schema()}, [](db::Database& database) {
    put_three(database);
    database.read_now([&](db::Tx& tx) {
      CHECK(db::outbox::due_for(tx, at(9), 10, {}).size() == 1);
      CHECK(bodies(db::outbox::due_for(tx, at(9), 10, {"mail.send"})) == std::vector<std::string>{"\"first\"", "\"third\""});
      CHECK(db::outbox::due_for(tx, at(9), 10, {"mail.send", "payments.hold"}).size() == 3);
    });
  });
}

TEST_CASE("a message goes when it is done and comes back when it is retried or its lease ends") {
  for_each_database({db::own_schema()}, [](db::Database& database) {
    const auto put = put_three(database);
    database.write_now([&](db::Tx& tx) {
      db::outbox::done(tx, put[0].id);
      db::outbox::retry(tx, put[1].id, at(20));
      db::outbox::lease(tx, put[2].id, at(30));
      CHECK_FALSE(db::outbox::find(tx, put[0].id));
      CHECK(db::outbox::due(tx, at(19), 10).empty());
      CHECK(bodies(db::outbox::due(tx, at(20), 10)) == std::vector<std::string>{"\"second\""});
      const auto later = db::outbox::due(tx, at(30), 10);
      REQUIRE(later.size() == 2);
      CHECK(later[0].attempts == 1);
      CHECK(later[1].attempts == 0);
      db::outbox::done(tx, put[0].id);  // twice does once
    });
  });
}

TEST_CASE("a message is gone with the work that put it, if that is undone") {
  for_each_database({db::own_schema()}, [](db::Database& database) {
    const auto ids = make_seeded_ids(8);
    const db::Message message{ids->make<"message">(at(1)), db::MessageKind::event, "a", "1", at(1)};
    CHECK_THROWS_AS(database.write_now([&](db::Tx& tx) {
      db::outbox::put(tx, message);
      throw std::runtime_error("broken");
    }), std::runtime_error);
    database.read_now([&](db::Tx& tx) { CHECK(db::outbox::due(tx, at(9), 10).empty()); });
  });
}

TEST_CASE("processes that look and lease in one write never get the same message") {
  for_each_database({db::own_schema()}, [](db::Database& database) {
    const auto ids = make_seeded_ids(9);
    constexpr int count = 60;
    database.write_now([&](db::Tx& tx) {
      for (int number = 0; number < count; ++number) {
        db::outbox::put(tx, {ids->make<"message">(at(1)), db::MessageKind::event, "a", "1", at(1)});
      }
    });
    std::vector<std::vector<std::string>> taken(4);
    std::vector<std::thread> threads;
    for (auto& mine : taken) {
      threads.emplace_back([&] {
        for (bool more = true; more;) {
          std::vector<db::Message> batch;
          try {
            database.write_now([&](db::Tx& tx) {
              batch = db::outbox::due(tx, at(2), 7);
              for (const auto& message : batch) db::outbox::lease(tx, message.id, at(60));
            });
          } catch (const db::Busy&) {
            continue;
          }
          for (const auto& message : batch) mine.push_back(message.id.text());
          more = !batch.empty();
        }
      });
    }
    for (auto& thread : threads) thread.join();
    std::set<std::string> different;
    std::size_t all = 0;
    for (const auto& mine : taken) {
      different.insert(mine.begin(), mine.end());
      all += mine.size();
    }
    CHECK(all == count);
    CHECK(different.size() == count);
  });
}
