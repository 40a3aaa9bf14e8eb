// What those who run the program rely on: what it says of itself, and how it ends.
#include "tests/system/story.hpp"

#include <catch2/catch_test_macros.hpp>

#include <sqlite3.h>

#include <csignal>
#include <set>
#include <thread>

using namespace cp;
using namespace std::chrono_literals;
using Json = nlohmann::json;

namespace {

/// An administrator, made before the program starts on this folder.
void make_administrator(const std::string& data_dir, const std::string& email) {
  Config config;
  config.data_dir = data_dir;
  const auto database = app::open_database(config);
  const auto ids = make_random_ids();
  const auto now = SystemClock().now();
  app::migrate(*database, all_services(), now);
  identity::AccountOrder order;
  order.email = email;
  order.name = "Administrator";
  order.password = test::usual_password;
  REQUIRE(identity::create_account(*database, *ids, now, order).has_value());
  database->stop();
}

/// Adds authorities, from several threads at once, until the program is gone; answers the names of
/// those that it acknowledged.
class Writers {
 public:
  Writers(const test::Process& program, const std::string& email, const std::string& round) {
    for (int number = 0; number < 4; ++number) {
      threads_.emplace_back([this, &program, email, prefix = round + "-" + std::to_string(number) + "-"] {
        auto client = program.client();
        const Json account{{"email", email}, {"password", test::usual_password}};
        if (client.post("/v1/identity/sign-in", account.dump()).status != 200) return;
        for (int count = 0; !ended_; ++count) {
          const auto name = prefix + std::to_string(count);
          const Json body{{"name", name}, {"slug", name}};
          const auto status = client.post("/v1/identity/authorities", body.dump()).status;
          if (status == 0) return;
          const std::scoped_lock lock(mutex_);
          if (status == 201) acknowledged_.insert(name);
        }
      });
    }
  }
  std::size_t count() {
    const std::scoped_lock lock(mutex_);
    return acknowledged_.size();
  }
  std::set<std::string> finish() {
    ended_ = true;
    for (auto& thread : threads_) thread.join();
    return acknowledged_;
  }

 private:
  std::atomic<bool> ended_ = false;
  std::mutex mutex_;
  std::set<std::string> acknowledged_;
  std::vector<std::thread> threads_;
};

std::set<std::string> stored_authorities(const std::string& data_dir) {
  Config config;
  config.data_dir = data_dir;
  const auto database = app::open_database(config);
  std::set<std::string> names;
  database->read_now([&](db::Tx& tx) {
    const auto all = tx.all("SELECT name FROM identity_authorities", {}, [](const db::Row& row) { return row.string(0); });
    names.insert(all.begin(), all.end());
  });
  database->stop();
  return names;
}

int end_under_load(int signal, const std::string& round) {
  const test::TemporaryFolder folder;
  const auto data_dir = folder.file("data");
  make_administrator(data_dir, "admin@example.org");
  test::Process program(test::built_program(), data_dir);
  program.start();
  Writers writers(program, "admin@example.org", round);
  const auto deadline = std::chrono::steady_clock::now() + 60s;
  while (writers.count() < 50) {
    REQUIRE(std::chrono::steady_clock::now() < deadline);
    std::this_thread::sleep_for(5ms);
  }
  const int status = program.kill(signal);
  const auto acknowledged = writers.finish();
  const auto stored = stored_authorities(data_dir);
  CHECK(acknowledged.size() >= 50);
  for (const auto& name : acknowledged) {
    INFO("acknowledged and lost: " << name);
    CHECK(stored.contains(name));
  }
  program.start();  // and it starts again on what is there
  CHECK(program.kill(SIGTERM) == 0);
  return status;
}

}  // namespace

TEST_CASE("the program says that it is alive, ready, how it does and what it can do") {
  test::TestApplication app(all_services());
  auto client = app.client();
  CHECK(client.get("/healthz").status == 200);
  client.get("/readyz").expect(200);
  const auto metrics = client.get("/metrics").expect(200).body;
  CHECK(metrics.find("commonpurse_database_writes_total") != std::string::npos);
  CHECK(metrics.find("commonpurse_live_sockets") != std::string::npos);
  const auto openapi = client.get("/openapi.json").expect(200).json();
  CHECK(openapi["openapi"].get<std::string>().starts_with("3.1"));
  CHECK(openapi["paths"].contains("/v1/identity/sign-in"));
  const auto routes = client.get("/v1/_routes").expect(200).body;
  CHECK(routes.find("POST   /v1/identity/sign-in") != std::string::npos);
  client.get("/v1/nothing").expect(404);
  client.get("/internal/identity/authorities").expect(404);
}

namespace {

/// As if another process had taken the ledger over.
void raise_epoch(test::TestApplication& app) {
  if (!app.config().database_url.empty()) {
    app.database().write_now([](db::Tx& tx) { tx.execute("UPDATE ledger_head SET epoch = epoch + 1", {}); });
    return;
  }
  sqlite3* file = nullptr;
  REQUIRE(sqlite3_open((app.config().data_dir + "/ledger.db").c_str(), &file) == SQLITE_OK);
  sqlite3_busy_timeout(file, 5'000);
  CHECK(sqlite3_exec(file, "UPDATE ledger_head SET epoch = epoch + 1", nullptr, nullptr, nullptr) == SQLITE_OK);
  sqlite3_close(file);
}

}  // namespace

TEST_CASE("a ledger that has halted says so where alarms look, and pages go on being answered") {
  test::on_each([](test::Story& story) {
    auto& alder = story.family("alder", 300'000);
    CHECK(story.commissioner.get("/metrics").expect(200).body.find("commonpurse_ledger_halted 0") != std::string::npos);
    CHECK(story.commissioner.get("/readyz").expect(200).json()["checks"]["ledger"] == "ready");
    raise_epoch(story.app);
    const Json more = {{"amount", {{"pence", 100}, {"currency", "GBP"}}}, {"reason", "A pound."}};
    story.commissioner.post("/v1/payments/plans/" + alder.plan + "/permissions", more.dump()).expect(503);
    CHECK(story.commissioner.get("/metrics").expect(200).body.find("commonpurse_ledger_halted 1") != std::string::npos);
    CHECK(story.commissioner.get("/readyz").expect(503).json()["ledger"] == "not ready");
    alder.browser.get("/v1/payments/plans").expect(200);
  });
}

TEST_CASE("an orderly stop under load loses no acknowledged write and ends with 0") {
  CHECK(end_under_load(SIGTERM, "stop") == 0);
}

TEST_CASE("a killed program loses no acknowledged write and starts again") {
  CHECK(end_under_load(SIGKILL, "kill") == -SIGKILL);
}

TEST_CASE("two processes do not serve from one folder") {
  const test::TemporaryFolder folder;
  Config config;
  config.http_port = 0;
  config.data_dir = folder.file("data");
  const SystemClock clock;
  const auto ids = make_random_ids();
  app::Application first(config, {}, clock, *ids);
  CHECK_THROWS_AS(app::Application(config, {}, clock, *ids), std::runtime_error);
}

TEST_CASE("services are chosen by name") {
  CHECK(app::choose(all_services(), "all").size() == all_services().size());
  const auto two = app::choose(all_services(), "pools,identity");
  REQUIRE(two.size() == 2);
  CHECK(two[0].name == "identity");
  CHECK(two[1].name == "pools");
  CHECK_THROWS_AS(app::choose(all_services(), "pools,poels"), std::invalid_argument);
}
