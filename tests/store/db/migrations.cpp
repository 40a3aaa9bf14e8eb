#include "tests/support/databases.hpp"

#include <catch2/catch_test_macros.hpp>

#include <exception>
#include <thread>

using namespace cp;
using test::for_each_database;

namespace {

constexpr std::string_view first_step =
    "-- version 1\n"
    "CREATE TABLE garden_beds (id TEXT PRIMARY KEY, -- a comment; with a semicolon\n"
    "  words TEXT NOT NULL DEFAULT 'a;b');\n"
    "INSERT INTO garden_beds (id) VALUES ('one');\n";
const std::string two_steps = std::string(first_step) +
                              "-- version 2: beds have a size\n"
                              "ALTER TABLE garden_beds ADD COLUMN size BIGINT NOT NULL DEFAULT 3;\n"
                              "-- only sqlite\n"
                              "INSERT INTO garden_beds (id) VALUES ('sqlite');\n"
                              "-- end only\n"
                              "-- only postgres\n"
                              "INSERT INTO garden_beds (id) VALUES ('postgres');\n"
                              "-- end only\n";

std::vector<std::int64_t> versions(db::Database& database, std::string_view name) {
  std::vector<std::int64_t> found;
  database.read_now([&](db::Tx& tx) {
    found = tx.all("SELECT version FROM schema_versions WHERE name = $1 ORDER BY version", {name},
                   [](const db::Row& row) { return row.integer(0); });
  });
  return found;
}

std::vector<std::string> beds(db::Database& database) {
  std::vector<std::string> found;
  database.read_now([&](db::Tx& tx) {
    found = tx.all("SELECT id FROM garden_beds ORDER BY id", {}, [](const db::Row& row) { return row.string(0); });
  });
  return found;
}

}  // namespace

TEST_CASE("each version is applied once, in order") {
  for_each_database({}, [](db::Database& database) {
    const auto now = from_microseconds(5);
    db::migrate(database, {{"garden", first_step}}, now);
    CHECK(beds(database) == std::vector<std::string>{"one"});
    CHECK(versions(database, "garden") == std::vector<std::int64_t>{1});
    db::migrate(database, {{"garden", two_steps}, db::own_schema()}, now);
    db::migrate(database, {{"garden", two_steps}, db::own_schema()}, now);
    CHECK(versions(database, "garden") == std::vector<std::int64_t>{1, 2});
    CHECK(versions(database, "db") == std::vector<std::int64_t>{1});
    const std::string here = database.dialect() == db::Dialect::sqlite ? "sqlite" : "postgres";
    auto expected = std::vector<std::string>{"one", here};
    std::sort(expected.begin(), expected.end());
    CHECK(beds(database) == expected);
  });
}

TEST_CASE("a database that is newer than the program is refused") {
  for_each_database({{"garden", two_steps}}, [](db::Database& database) {
    CHECK_THROWS_AS(db::migrate(database, {{"garden", first_step}}, {}), db::NewerDatabase);
    CHECK(versions(database, "garden") == std::vector<std::int64_t>{1, 2});
  });
}

TEST_CASE("a version that fails leaves nothing behind") {
  for_each_database({{"garden", first_step}}, [](db::Database& database) {
    const std::string broken = std::string(first_step) +
                               "-- version 2\nINSERT INTO garden_beds (id) VALUES ('two');\n"
                               "INSERT INTO nowhere (id) VALUES ('three');\n";
    CHECK_THROWS_AS(db::migrate(database, {{"garden", broken}}, {}), db::DatabaseError);
    CHECK(versions(database, "garden") == std::vector<std::int64_t>{1});
    CHECK(beds(database) == std::vector<std::string>{"one"});
  });
}

TEST_CASE("a schema whose versions do not count from one is a mistake") {
  for_each_database({}, [](db::Database& database) {
    for (const auto* sql : {"CREATE TABLE a (id TEXT);", "-- version 2\n", "-- version 1\n-- version 3\n",
                            "-- version one\n"}) {
      INFO(sql);
      CHECK_THROWS_AS(db::migrate(database, {{"wrong", sql}}, {}), std::logic_error);
    }
  });
}

TEST_CASE("processes that start together do not disturb each other") {
  const test::PostgresDatabase server;
  const test::TemporaryFolder folder;
  const auto open = [&](bool postgres) {
    if (postgres) {
      db::PostgresOptions options;
      options.url = server.url();
      return db::open_postgres(options);
    }
    db::SqliteOptions options;
    options.path = folder.file("shared.sqlite");
    return db::open_sqlite(options);
  };
  for (const bool postgres : {false, true}) {
    INFO((postgres ? "PostgreSQL" : "SQLite"));
    std::vector<std::unique_ptr<db::Database>> databases;
    for (int count = 0; count < 4; ++count) databases.push_back(open(postgres));
    std::vector<std::exception_ptr> failures(databases.size());
    std::vector<std::thread> threads;
    for (std::size_t at = 0; at < databases.size(); ++at) {
      threads.emplace_back([&, at] {
        try {
          db::migrate(*databases[at], {db::own_schema(), {"garden", two_steps}}, {});
        } catch (...) {
          failures[at] = std::current_exception();
        }
      });
    }
    for (auto& thread : threads) thread.join();
    for (const auto& failure : failures) {
      CHECK_NOTHROW(failure ? std::rethrow_exception(failure) : void());
    }
    CHECK(versions(*databases.front(), "garden") == std::vector<std::int64_t>{1, 2});
    CHECK(beds(*databases.front()).size() == 2);
  }
}
