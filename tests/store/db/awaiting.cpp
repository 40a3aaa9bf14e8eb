#include "tests/support/databases.hpp"

#include <catch2/catch_test_macros.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <thread>

using namespace cp;
using test::for_each_database;

namespace {

const db::Schema schema{"test", "-- version 1\nCREATE TABLE test_notes (id BIGINT PRIMARY KEY);\n"};

struct Seen {
  Result<std::int64_t> written = unavailable();
  Result<std::int64_t> refused = unavailable();
  Result<std::int64_t> counted = unavailable();
  bool thrown = false;
  bool own_thread = true;
};

Task<void> use(db::Database& database, Seen& seen) {
  const auto here = std::this_thread::get_id();
  auto insert = [](db::Tx& tx) -> Result<std::int64_t> {
    return tx.execute("INSERT INTO test_notes (id) VALUES (1)");
  };
  seen.written = co_await database.write(insert);
  seen.own_thread = seen.own_thread && here == std::this_thread::get_id();

  auto refuse = [](db::Tx& tx) -> Result<std::int64_t> {
    tx.execute("INSERT INTO test_notes (id) VALUES (2)");
    return conflict("not-now", "Not now.");
  };
  seen.refused = co_await database.write(refuse);

  auto fail = [](db::Tx& tx) -> Result<std::int64_t> {
    return tx.execute("INSERT INTO test_notes (id) VALUES (1)");
  };
  try {
    seen.refused = co_await database.write(fail);
  } catch (const db::DatabaseError&) {
    seen.thrown = true;
  }

  auto count = [](db::Tx& tx) -> Result<std::int64_t> {
    return tx.number("SELECT COUNT(*) FROM test_notes");
  };
  seen.counted = co_await database.read(count);
  seen.own_thread = seen.own_thread && here == std::this_thread::get_id();
}

Task<void> ask_stopped(db::Database& database, Result<std::int64_t>& answer) {
  auto count = [](db::Tx& tx) -> Result<std::int64_t> {
    return tx.number("SELECT COUNT(*) FROM test_notes");
  };
  answer = co_await database.read(count);
}

void run(Task<void> task) {
  boost::asio::io_context io(1);
  std::exception_ptr failure;
  boost::asio::co_spawn(io, std::move(task), [&](std::exception_ptr thrown) { failure = thrown; });
  io.run();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace

TEST_CASE("coroutines await their work and go on on their own thread") {
  for_each_database({schema}, [](db::Database& database) {
    Seen seen;
    run(use(database, seen));
    CHECK(seen.written.value() == 1);
    REQUIRE(seen.refused.has_error());
    CHECK(seen.refused.error().code == "not-now");
    CHECK(seen.thrown);
    CHECK(seen.counted.value() == 1);
    CHECK(seen.own_thread);
  });
}

TEST_CASE("a database that takes nothing more answers that it is unavailable") {
  for_each_database({schema}, [](db::Database& database) {
    database.stop();
    Result<std::int64_t> answer = 0;
    run(ask_stopped(database, answer));
    REQUIRE(answer.has_error());
    CHECK(answer.error().kind == ErrorKind::unavailable);
  });
}
