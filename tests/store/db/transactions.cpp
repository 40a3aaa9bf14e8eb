#include "tests/store/db/pending_job.hpp"
#include "tests/support/databases.hpp"

#include <catch2/catch_test_macros.hpp>

#include <atomic>
#include <thread>

using namespace cp;
using test::for_each_database;
using test::Gate;
using test::PendingJob;

namespace {

const db::Schema schema{"test", R"(-- version 1
CREATE TABLE test_counters (name TEXT PRIMARY KEY, value BIGINT NOT NULL);
CREATE TABLE test_holds (id TEXT PRIMARY KEY, plan TEXT NOT NULL, amount BIGINT NOT NULL);
CREATE TABLE test_parents (id TEXT PRIMARY KEY);
CREATE TABLE test_children (
  id TEXT PRIMARY KEY,
  parent TEXT NOT NULL REFERENCES test_parents (id),
  friend TEXT REFERENCES test_parents (id) DEFERRABLE INITIALLY DEFERRED
);
)"};

void insert(db::Tx& tx, std::string_view name, std::int64_t value = 0) {
  tx.execute("INSERT INTO test_counters (name, value) VALUES ($1, $2)", {name, value});
}

std::vector<std::string> counters(db::Database& database) {
  std::vector<std::string> found;
  database.read_now([&](db::Tx& tx) {
    found = tx.all("SELECT name FROM test_counters ORDER BY name", {},
                   [](const db::Row& row) { return row.string(0); });
  });
  return found;
}

std::int64_t number(db::Database& database, std::string_view sql) {
  std::int64_t found = 0;
  database.read_now([&](db::Tx& tx) { found = tx.number(sql); });
  return found;
}

}  // namespace

TEST_CASE("what a unit of work did is there for readers after it was answered") {
  for_each_database({schema}, [](db::Database& database) {
    database.write_now([](db::Tx& tx) { insert(tx, "a"); });
    CHECK(counters(database) == std::vector<std::string>{"a"});
  });
}

TEST_CASE("a refusal and an exception undo their own work and nothing else of the group") {
  for_each_database({schema}, [](db::Database& database) {
    Gate gate;
    gate.close(database);
    PendingJob kept([](db::Tx& tx) { return insert(tx, "kept"), true; });
    PendingJob refused([](db::Tx& tx) { return insert(tx, "refused"), false; });
    PendingJob thrown([](db::Tx& tx) -> bool {
      insert(tx, "thrown");
      throw std::runtime_error("broken");
    });
    PendingJob wrong_sql([](db::Tx& tx) {
      insert(tx, "wrong");
      return tx.execute("INSERT INTO test_counters (name) VALUES ($1)", {"no value"}) > 0;
    });
    PendingJob also_kept([](db::Tx& tx) { return insert(tx, "kept too"), true; });
    for (auto* job : {&kept, &refused, &thrown, &wrong_sql, &also_kept}) {
      REQUIRE(database.submit_write(*job));
    }
    gate.release();
    CHECK_NOTHROW(kept.wait());
    CHECK_NOTHROW(refused.wait());
    CHECK_THROWS_AS(thrown.wait(), std::runtime_error);
    CHECK_THROWS_AS(wrong_sql.wait(), db::DatabaseError);
    CHECK_NOTHROW(also_kept.wait());
    CHECK(counters(database) == std::vector<std::string>{"kept", "kept too"});
  });
}

TEST_CASE("SQLite commits what waits together in one group") {
  const test::TemporaryFolder folder;
  db::SqliteOptions options;
  options.path = folder.file("group.sqlite");
  const auto database = db::open_sqlite(options);
  db::migrate(*database, {schema}, {});
  const auto before = database->statistics();
  Gate gate;
  gate.close(*database);
  std::vector<std::unique_ptr<PendingJob>> jobs;
  for (int count = 0; count < 20; ++count) {
    jobs.push_back(std::make_unique<PendingJob>(
        [count](db::Tx& tx) { return insert(tx, std::to_string(count)), true; }));
    REQUIRE(database->submit_write(*jobs.back()));
  }
  CHECK(database->statistics().queue_length == 20);
  gate.release();
  for (auto& job : jobs) job->wait();
  const auto after = database->statistics();
  CHECK(after.writes - before.writes == 21);
  CHECK(after.commits - before.commits == 2);  // the gate, and everything that waited behind it
}

TEST_CASE("a work that swallows a failed statement does not commit half of itself unnoticed") {
  for_each_database({schema}, [](db::Database& database) {
    PendingJob job([](db::Tx& tx) {
      insert(tx, "first");
      try {
        tx.execute("INSERT INTO no_such_table (a) VALUES (1)");
      } catch (const db::DatabaseError&) {
      }
      return true;
    });
    REQUIRE(database.submit_write(job));
    // SQLite's statement failed alone; PostgreSQL has given the transaction up, and says so.
    const bool failed = job.failed();
    CHECK(counters(database).size() == (failed ? 0U : 1U));
    CHECK(failed == (database.dialect() == db::Dialect::postgres));
  });
}

TEST_CASE("a full queue refuses at once and takes work again when it has room") {
  for_each_database(
      {schema},
      [](db::Database& database) {
        Gate gate;
        gate.close(database);
        PendingJob first([](db::Tx& tx) { return insert(tx, "first"), true; });
        PendingJob second([](db::Tx& tx) { return insert(tx, "second"), true; });
        PendingJob third([](db::Tx& tx) { return insert(tx, "third"), true; });
        REQUIRE(database.submit_write(first));
        REQUIRE(database.submit_write(second));
        CHECK_FALSE(database.submit_write(third));
        CHECK_THROWS_AS(database.write_now([](db::Tx&) {}), db::Busy);
        CHECK(database.statistics().refused == 2);
        gate.release();
        first.wait();
        second.wait();
        REQUIRE(database.submit_write(third));
        third.wait();
        CHECK(counters(database).size() == 3);
      },
      {.queue_limit = 2, .connections = 1});
}

TEST_CASE("stopping finishes what is queued and refuses what comes after") {
  for_each_database({schema}, [](db::Database& database) {
    Gate gate;
    gate.close(database);
    std::atomic<int> done = 0;
    std::vector<std::unique_ptr<PendingJob>> jobs;
    for (int count = 0; count < 50; ++count) {
      jobs.push_back(std::make_unique<PendingJob>([count, &done](db::Tx& tx) {
        insert(tx, std::to_string(count));
        ++done;
        return true;
      }));
      REQUIRE(database.submit_write(*jobs.back()));
    }
    std::thread stopper([&] { database.stop(); });
    gate.release();
    stopper.join();
    CHECK(done >= 50);
    for (auto& job : jobs) CHECK_NOTHROW(job->wait());
    PendingJob late([](db::Tx&) { return true; });
    CHECK_FALSE(database.submit_write(late));
    CHECK_FALSE(database.submit_read(late));
    database.stop();
  });
}

TEST_CASE("many writers count exactly") {
  for_each_database({schema}, [](db::Database& database) {
    database.write_now([](db::Tx& tx) { insert(tx, "shared"); });
    constexpr int writers = 8;
    constexpr int rounds = 25;
    std::atomic<std::int64_t> counted = 0;
    std::vector<std::thread> threads;
    for (int writer = 0; writer < writers; ++writer) {
      threads.emplace_back([&] {
        for (int round = 0; round < rounds;) {
          try {
            database.write_now([](db::Tx& tx) {
              // Read and written apart, as rules do it.
              const auto value = tx.number("SELECT value FROM test_counters WHERE name = 'shared'");
              tx.execute("UPDATE test_counters SET value = $1 WHERE name = 'shared'", {value + 1});
            });
            ++counted;
            ++round;
          } catch (const db::Busy&) {
            // Lost every race it was allowed: nothing was changed, so it is asked again.
          }
        }
      });
    }
    for (auto& thread : threads) thread.join();
    CHECK(counted == writers * rounds);
    CHECK(number(database, "SELECT value FROM test_counters WHERE name = 'shared'") == counted);
  });
}

TEST_CASE("two that read a sum and insert under a cap cannot both win") {
  // Each inserts a row of its own, so that only serialisable transactions see the other.
  for_each_database({schema}, [](db::Database& database) {
    constexpr std::int64_t cap = 100;
    for (int round = 0; round < 20; ++round) {
      const auto plan = "plan " + std::to_string(round);
      std::vector<std::thread> threads;
      for (int racer = 0; racer < 4; ++racer) {
        threads.emplace_back([&, racer] {
          const auto id = plan + " " + std::to_string(racer);
          PendingJob job([&](db::Tx& tx) {
            const auto held = tx.number(
                "SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM test_holds WHERE plan = $1", {plan});
            if (held + 60 > cap) return false;
            tx.execute("INSERT INTO test_holds (id, plan, amount) VALUES ($1, $2, 60)", {id, plan});
            return true;
          });
          if (database.submit_write(job)) job.failed();
        });
      }
      for (auto& thread : threads) thread.join();
    }
    CHECK(number(database,
                 "SELECT COUNT(*) FROM (SELECT plan FROM test_holds GROUP BY plan HAVING SUM(amount) > 100) a") == 0);
    CHECK(number(database, "SELECT COUNT(*) FROM test_holds") == 20);
  });
}

TEST_CASE("readers see committed rows only, and one moment during the whole read") {
  for_each_database({schema}, [](db::Database& database) {
    database.write_now([](db::Tx& tx) { insert(tx, "a"); });
    std::promise<void> written;
    std::promise<void> looked;
    PendingJob writer([&](db::Tx& tx) {
      insert(tx, "b");
      written.set_value();
      looked.get_future().wait();
      return true;
    });
    REQUIRE(database.submit_write(writer));
    written.get_future().wait();
    CHECK(counters(database) == std::vector<std::string>{"a"});

    std::int64_t before = 0;
    std::int64_t after = 0;
    database.read_now([&](db::Tx& tx) {
      before = tx.number("SELECT COUNT(*) FROM test_counters");
      looked.set_value();
      writer.wait();
      after = tx.number("SELECT COUNT(*) FROM test_counters");
    });
    CHECK(before == 1);
    CHECK(after == 1);
    CHECK(counters(database).size() == 2);
  });
}

TEST_CASE("a reader cannot write") {
  for_each_database({schema}, [](db::Database& database) {
    CHECK_THROWS_AS(database.read_now([](db::Tx& tx) { insert(tx, "a"); }), db::DatabaseError);
    CHECK(counters(database).empty());
  });
}

TEST_CASE("broken references fail the work that broke them, deferred ones too") {
  for_each_database({schema}, [](db::Database& database) {
    Gate gate;
    gate.close(database);
    PendingJob orphan([](db::Tx& tx) {
      return tx.execute("INSERT INTO test_children (id, parent) VALUES ('a', 'nobody')") == 1;
    });
    PendingJob deferred([](db::Tx& tx) {
      tx.execute("INSERT INTO test_parents (id) VALUES ('p')");
      return tx.execute("INSERT INTO test_children (id, parent, friend) VALUES ('b', 'p', 'nobody')") == 1;
    });
    PendingJob other([](db::Tx& tx) { return insert(tx, "other"), true; });
    for (auto* job : {&orphan, &deferred, &other}) REQUIRE(database.submit_write(*job));
    gate.release();
    CHECK(orphan.failed());
    CHECK(deferred.failed());
    CHECK_NOTHROW(other.wait());
    CHECK(number(database, "SELECT COUNT(*) FROM test_children") == 0);
    CHECK(number(database, "SELECT COUNT(*) FROM test_parents") == 0);
  });
}

TEST_CASE("SQLite keeps what was answered when the program ends without stopping in order") {
  const test::TemporaryFolder folder;
  db::SqliteOptions options;
  options.path = folder.file("durable.sqlite");
  {
    const auto database = db::open_sqlite(options);
    db::migrate(*database, {schema}, {});
    database->write_now([](db::Tx& tx) { insert(tx, "a"); });
    // What another process would find now, the first one still running.
    const auto beside = db::open_sqlite(options);
    CHECK(counters(*beside) == std::vector<std::string>{"a"});
    beside->write_now([](db::Tx& tx) { insert(tx, "b"); });
    CHECK(counters(*database) == std::vector<std::string>{"a", "b"});
  }
  const auto again = db::open_sqlite(options);
  CHECK(counters(*again).size() == 2);
}

TEST_CASE("PostgreSQL connects again after its connections broke") {
  const test::PostgresDatabase server;
  db::PostgresOptions options;
  options.url = server.url();
  const auto database = db::open_postgres(options);
  db::migrate(*database, {schema}, {});
  database->write_now([](db::Tx& tx) { insert(tx, "before"); });
  server.break_connections();
  database->write_now([](db::Tx& tx) { insert(tx, "after"); });
  CHECK(counters(*database) == std::vector<std::string>{"after", "before"});

  // In the middle of a transaction: nothing was kept, so it is run again from its beginning.
  int runs = 0;
  database->write_now([&](db::Tx& tx) {
    insert(tx, "middle");
    if (++runs == 1) server.break_connections();
    tx.execute("UPDATE test_counters SET value = 1 WHERE name = 'middle'");
  });
  CHECK(runs == 2);
  CHECK(number(*database, "SELECT value FROM test_counters WHERE name = 'middle'") == 1);
}

TEST_CASE("an address without a PostgreSQL is told at the start") {
  db::PostgresOptions options;
  options.url = "host=127.0.0.1 port=1 dbname=nowhere";
  CHECK_THROWS_AS(db::open_postgres(options), db::DatabaseError);
}
