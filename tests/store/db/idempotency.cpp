#include "shared/db/idempotency.hpp"
#include "tests/store/db/pending_job.hpp"
#include "tests/support/databases.hpp"

#include <catch2/catch_test_macros.hpp>

#include <atomic>
#include <thread>

using namespace cp;
namespace idempotency = db::idempotency;
using test::for_each_database;

namespace {
Timestamp at(int second) { return from_microseconds(1'700'000'000'000'000) + std::chrono::seconds(second); }
const idempotency::Key key{"account", "key-1", "hash"};
}  // namespace

TEST_CASE("an answer is kept under its scope and key, for the same request") {
  for_each_database({db::own_schema()}, [](db::Database& database) {
    database.write_now([](db::Tx& tx) {
      const auto before = idempotency::find(tx, key);
      REQUIRE(before.has_value());
      CHECK_FALSE(before->has_value());
      idempotency::keep(tx, key, {201, "{\"id\":\"é\"}", "ETag: \"1\"\nLocation: /v1/pools/1"}, at(1));

      const auto after = idempotency::find(tx, key);
      REQUIRE(after.has_value());
      REQUIRE(after->has_value());
      CHECK((*after)->status == 201);
      CHECK((*after)->body == "{\"id\":\"é\"}");
      CHECK((*after)->headers == "ETag: \"1\"\nLocation: /v1/pools/1");

      const auto other_request = idempotency::find(tx, {"account", "key-1", "another"});
      REQUIRE(other_request.has_error());
      CHECK(other_request.error().code == "idempotency-key-reused");
      CHECK_FALSE(idempotency::find(tx, {"another account", "key-1", "hash"}).value().has_value());
      CHECK_FALSE(idempotency::find(tx, {"account", "key-2", "hash"}).value().has_value());
    });
  });
}

TEST_CASE("old keys are forgotten, the oldest first and a few at a time") {
  for_each_database({db::own_schema()}, [](db::Database& database) {
    database.write_now([](db::Tx& tx) {
      for (int second = 1; second <= 5; ++second) {
        idempotency::keep(tx, {"account", std::to_string(second), "hash"}, {}, at(second));
      }
      CHECK(idempotency::forget(tx, at(4), 2) == 2);
      CHECK_FALSE(idempotency::find(tx, {"account", "2", "hash"}).value().has_value());
      CHECK(idempotency::find(tx, {"account", "3", "hash"}).value().has_value());
      CHECK(idempotency::forget(tx, at(4), 2) == 1);
      CHECK(idempotency::forget(tx, at(4), 2) == 0);
      CHECK(idempotency::find(tx, {"account", "4", "hash"}).value().has_value());
    });
  });
}

TEST_CASE("of requests with one key at the same time, one is done and the others see its answer") {
  for_each_database({db::own_schema()}, [](db::Database& database) {
    for (int round = 0; round < 10; ++round) {
      const idempotency::Key same{"account", "round " + std::to_string(round), "hash"};
      std::atomic<int> done = 0;
      std::atomic<int> seen = 0;
      std::vector<std::thread> threads;
      for (int racer = 0; racer < 4; ++racer) {
        threads.emplace_back([&] {
          bool first = false;
          test::PendingJob job([&](db::Tx& tx) {
            first = !idempotency::find(tx, same).value();
            if (first) idempotency::keep(tx, same, {}, at(1));
            return true;
          });
          if (!database.submit_write(job) || job.failed()) return;
          ++(first ? done : seen);
        });
      }
      for (auto& thread : threads) thread.join();
      CHECK(done == 1);
      CHECK(seen == 3);
    }
  });
}
