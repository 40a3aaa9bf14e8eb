#include "shared/http/commit.hpp"

#include "shared/db/migrations.hpp"
#include "tests/unit/http/example.hpp"
#include "tests/unit/http/run.hpp"

#include <catch2/catch_test_macros.hpp>
#include <unistd.h>

#include <filesystem>

using namespace cp;
using namespace cp::http;
using example::Note;

namespace {

struct Fixture {
  std::filesystem::path folder = std::filesystem::temp_directory_path() / ("commit-" + std::to_string(::getpid()));
  std::unique_ptr<db::Database> database;
  Fixture() {
    std::filesystem::create_directories(folder);
    db::SqliteOptions options;
    options.path = (folder / "test.db").string();
    database = db::open_sqlite(options);
    db::migrate(*database, {db::own_schema()}, Timestamp{});
    database->write_now([](db::Tx& tx) { tx.execute("CREATE TABLE notes (text TEXT)"); });
  }
  ~Fixture() {
    database->stop();
    std::filesystem::remove_all(folder);
  }
  Fixture(const Fixture&) = delete;
  Fixture& operator=(const Fixture&) = delete;

  Task<Result<Answer<Note>>> make(Request request, bool refuse) {
    auto work = [&](db::Tx& tx) -> Result<Answer<Note>> {
      tx.execute("INSERT INTO notes VALUES ($1)", {request.body});
      if (refuse) return conflict("refused", "Not now.");
      return created(Note{count(tx), request.body}, "/v1/notes/1").at_version(5);
    };
    co_return co_await commit<Note>(*database, request, Timestamp{}, work);
  }
  static std::int64_t count(db::Tx& tx) { return tx.number("SELECT COUNT(*) FROM notes"); }
  std::int64_t count() {
    std::int64_t answer = 0;
    database->read_now([&](db::Tx& tx) { answer = count(tx); });
    return answer;
  }
};

Request post(std::optional<std::string> key, std::string body = "a") {
  Request request;
  request.method = Method::post;
  request.path = "/v1/notes";
  request.body = std::move(body);
  request.idempotency_key = std::move(key);
  return request;
}

}  // namespace

TEST_CASE("with a key a write happens once, and is answered the same again") {
  Fixture fixture;
  const auto first = run(fixture.make(post("k1"), false));
  const auto second = run(fixture.make(post("k1"), false));
  REQUIRE(first.has_value());
  REQUIRE(second.has_value());
  CHECK(second->value.number == first->value.number);
  CHECK(second->status == 201);
  CHECK(second->version == 5);
  CHECK(second->headers == first->headers);
  CHECK(fixture.count() == 1);
}

TEST_CASE("the same key with another request is refused, and without a key everything happens") {
  Fixture fixture;
  CHECK(run(fixture.make(post("k1"), false)).has_value());
  CHECK(run(fixture.make(post("k1", "b"), false)).error().code == "idempotency-key-reused");
  CHECK(fixture.count() == 1);
  CHECK(run(fixture.make(post(std::nullopt), false)).has_value());
  CHECK(run(fixture.make(post(std::nullopt), false)).has_value());
  CHECK(fixture.count() == 3);
}

TEST_CASE("the same key of two accounts is two keys") {
  Fixture fixture;
  auto request = post("k1");
  CHECK(run(fixture.make(request, false)).has_value());
  request.principal.emplace();
  request.principal->account = Id<"account">("0190a000-0000-7000-8000-000000000001");
  CHECK(run(fixture.make(request, false)).has_value());
  CHECK(fixture.count() == 2);
}

TEST_CASE("a refusal changes nothing and is not kept") {
  Fixture fixture;
  CHECK(run(fixture.make(post("k1"), true)).error().code == "refused");
  CHECK(fixture.count() == 0);
  CHECK(run(fixture.make(post("k1"), false)).has_value());
  CHECK(fixture.count() == 1);
}

TEST_CASE("a cookie is never kept with an answer") {
  const auto kept = detail::stored_answer(200, "{}", 7, {{"Set-Cookie", "secret"}, {"Location", "/x: y"}});
  CHECK(kept.headers.find("secret") == std::string::npos);
  const auto read = detail::read_stored_headers(kept.headers);
  CHECK(read.version == 7);
  CHECK(read.headers == Headers{{"Location", "/x: y"}});
}
