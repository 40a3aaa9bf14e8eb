// The real program killed in the middle of a load of writes: nothing that was acknowledged is lost,
// nothing is half-done, and the ledger is clean before and after the restart.
#include "tests/system/story.hpp"

#include <csignal>
#include <cstdlib>
#include <mutex>
#include <random>
#include <thread>

using namespace cp;
using namespace cp::test;

namespace {

constexpr int pool_count = 24;
constexpr int kills = 3;

/// What the program said it had done.
struct Acknowledged {
  std::mutex mutex;
  std::vector<std::string> active_pools;
  std::vector<std::string> delivered_pools;
  std::vector<std::string> threads;

  void add(std::vector<std::string>& list, const std::string& id) {
    const std::lock_guard lock(mutex);
    list.push_back(id);
  }
};

struct Prepared {
  std::vector<std::string> pools;
  std::vector<std::string> late_families;  // e-mail of the one who has still to accept, by pool
};

/// Pools of two, in which one family has accepted.
Prepared prepare(TestApplication& app) {
  Story story(app);
  std::vector<FamilyActor*> early, late;
  for (int number = 0; number < 3; ++number) {
    early.push_back(&story.family("early" + std::to_string(number), 100'000'000));
    late.push_back(&story.family("late" + std::to_string(number), 100'000'000));
  }
  Prepared prepared;
  for (int number = 0; number < pool_count; ++number) {
    const auto who = static_cast<std::size_t>(number % 3);
    const auto offer = story.offer({.title = "Swimming " + std::to_string(number), .first_date = "2026-11-23"});
    const auto pool = story.pool(offer, {early[who]->id, late[who]->id});
    story.agree(pool, 0, 0);
    story.accept(*early[who], pool).expect(200);
    prepared.pools.push_back(pool);
    prepared.late_families.push_back("late" + std::to_string(who) + "@family.example");
  }
  return prepared;
}

HttpClient sign_in(Process& program, const std::string& email) {
  auto browser = program.client();
  browser.post("/v1/identity/sign-in", Json{{"email", email}, {"password", usual_password}}.dump()).expect(200);
  return browser;
}

/// Accepts, delivers and posts until the program is gone or everything is done.
void load(Process& program, const Prepared& prepared, Acknowledged& acknowledged, std::chrono::milliseconds until_kill) {
  std::vector<std::thread> threads;
  for (std::size_t who = 0; who < 3; ++who) {
    threads.emplace_back([&, who, browser = sign_in(program, prepared.late_families[who])]() mutable {
      for (std::size_t at = who; at < prepared.pools.size(); at += 3) {
        const auto answer = browser.post("/v1/pools/" + prepared.pools[at] + "/acceptances", R"({"agreement_version":1})");
        if (answer.status == 0) return;
        if (answer.status == 200 && answer.json().at("state") == "active") {
          acknowledged.add(acknowledged.active_pools, prepared.pools[at]);
        }
      }
    });
  }
  threads.emplace_back([&, browser = sign_in(program, "provider@test.example")]() mutable {
    for (int round = 0; round < 200; ++round) {
      const auto& pool = prepared.pools[static_cast<std::size_t>(round) % prepared.pools.size()];
      const auto answer = browser.post("/v1/pools/" + pool + "/sessions/1/delivery");
      if (answer.status == 0) return;
      if (answer.status == 200) acknowledged.add(acknowledged.delivered_pools, pool);
    }
  });
  threads.emplace_back([&, browser = sign_in(program, "facilitator@test.example")]() mutable {
    for (int round = 0; round < 1'000; ++round) {
      const auto answer = browser.post("/v1/forum/threads", R"({"title":"Written under load","text":"Anybody?"})");
      if (answer.status == 0) return;
      if (answer.status == 201) acknowledged.add(acknowledged.threads, answer.json().at("id"));
    }
  });
  std::this_thread::sleep_for(until_kill);
  CHECK(program.kill(SIGKILL) == -SIGKILL);
  for (auto& thread : threads) thread.join();
}

/// The outbox goes on where the killed program stopped.
void wait_until_settled(HttpClient& facilitator) {
  for (int tries = 0; tries < 600; ++tries) {
    const auto holding = facilitator.get("/v1/pools?state=holding").expect(200).json();
    if (holding.at("items").empty()) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  FAIL("pools are still being held after half a minute");
}

void check_kept(Process& program, Acknowledged& acknowledged) {
  auto facilitator = sign_in(program, "facilitator@test.example");
  wait_until_settled(facilitator);
  for (const auto& pool : acknowledged.active_pools) {
    const auto state = facilitator.get("/v1/pools/" + pool).expect(200).json().at("state");
    CHECK((state == "active" || state == "closed"));
  }
  for (const auto& pool : acknowledged.delivered_pools) {
    const auto sessions = facilitator.get("/v1/pools/" + pool).expect(200).json().at("sessions");
    CHECK(sessions[0].at("state") == "delivered");
  }
  for (const auto& thread : acknowledged.threads) facilitator.get("/v1/forum/threads/" + thread).expect(200);
}

void kill_and_restart(const std::string& data_dir, const std::string& database_url) {
  const Settings settings = {{"database.url", database_url},
                             {"outbox.retry_seconds", "1"},
                             {"outbox.interval_ms", "50"},
                             {"sign_in.attempts_per_minute", "1000"}};
  auto verify = built_program() + " ledger verify --set data.dir=" + data_dir;
  if (!database_url.empty()) verify += " --set 'database.url=" + database_url + "'";

  Prepared prepared;
  {
    TestApplication app(all_services(), {{"data.dir", data_dir}, {"sign_in.attempts_per_minute", "1000"}}, database_url);
    prepared = prepare(app);
  }
  std::random_device device;
  const auto seed = device();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  Acknowledged acknowledged;
  for (int round = 0; round < kills; ++round) {
    Process program(built_program(), data_dir, settings);
    program.start();
    load(program, prepared, acknowledged, std::chrono::milliseconds(20 + random() % 600));
    REQUIRE(std::system(verify.c_str()) == 0);
    program.start();
    check_kept(program, acknowledged);
    CHECK(program.kill(SIGTERM) == 0);
    REQUIRE(std::system(verify.c_str()) == 0);
  }
  CHECK_FALSE(acknowledged.threads.empty());
}

}  // namespace

TEST_CASE("killed in the middle of writes, nothing acknowledged is lost: SQLite") {
  const TemporaryFolder folder;
  kill_and_restart(folder.file("data"), "");
}

TEST_CASE("killed in the middle of writes, nothing acknowledged is lost: PostgreSQL") {
  const TemporaryFolder folder;
  const PostgresDatabase database;
  kill_and_restart(folder.file("data"), database.url());
}
