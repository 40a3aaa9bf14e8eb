#include "services/families/service.hpp"
#include "services/identity/service.hpp"
#include "tests/support/application.hpp"

#include <nlohmann/json.hpp>

#include <set>

using namespace cp;
using namespace cp::test;
using Json = nlohmann::json;
using namespace std::chrono_literals;

namespace {

const std::vector<app::Service> services{identity::service(), families::service()};

/// The authority of this name, made where it is missing.
std::string authority(TestApplication& app, const std::string& name) {
  std::string id;
  app.database().write_now([&](db::Tx& tx) {
    id = identity::ensure_authority(tx, app.ids(), app.clock().now(), name).text();
  });
  return id;
}

Json sign_up(const std::string& authority_id, const std::string& email) {
  return {{"authority", authority_id}, {"email", email}, {"password", usual_password}, {"name", "Sam"}};
}
Json sign_in(const std::string& email, const std::string& password = usual_password) {
  return {{"email", email}, {"password", password}};
}

/// The stable end of a problem's type.
std::string code(const HttpAnswer& answer) {
  const auto type = answer.json().at("type").get<std::string>();
  return type.substr(type.find_last_of("/:#") + 1);
}

}  // namespace

TEST_CASE("a parent signs up, is known, signs out and in again") {
  for_each_application(services, [](TestApplication& app) {
    const auto trafford = authority(app, "Trafford");
    auto sam = app.client();
    const auto made = sam.post("/v1/identity/sign-up", sign_up(trafford, " Sam@Example.org ").dump()).expect(201);
    const auto account = made.json();
    CHECK(account["role"] == "parent");
    CHECK(account["email"] == "sam@example.org");
    CHECK(account["authority"] == trafford);
    CHECK(account["authority_name"] == "Trafford");
    CHECK(account["family"].is_string());
    CHECK(made.header("Location") == "/v1/identity/me");
    const auto cookie = made.header("Set-Cookie");
    CHECK(cookie.starts_with("session="));
    CHECK(cookie.ends_with("; Max-Age=43200; Path=/; HttpOnly; SameSite=Lax"));

    CHECK(sam.get("/v1/identity/me").expect(200).json() == account);
    auto copy = app.client();
    copy.with("Cookie", sam.cookie()).get("/v1/identity/me").expect(200);
    const auto kept = sam.cookie();
    CHECK(sam.post("/v1/identity/sign-out").expect(204).header("Set-Cookie").starts_with("session=; Max-Age=0"));
    CHECK(sam.cookie().empty());
    sam.get("/v1/identity/me").expect(401);
    copy.with("Cookie", kept).get("/v1/identity/me").expect(401);

    CHECK(sam.post("/v1/identity/sign-in", sign_in("SAM@example.org").dump()).expect(200).json() == account);
    CHECK(sam.get("/v1/identity/me").expect(200).json() == account);
    CHECK(sam.cookie() != kept);
  });
}

TEST_CASE("a session ends by itself") {
  for_each_application(services, [](TestApplication& app) {
    auto sam = app.person(http::Role::parent, "sam@example.org", "Trafford");
    app.clock().advance(12h - 1s);
    sam.get("/v1/identity/me").expect(200);
    app.clock().advance(1s);
    sam.get("/v1/identity/me").expect(401);
  });
}

TEST_CASE("cookies are for https alone where the configuration says so") {
  TestApplication app(services, {{"http.secure_cookies", "true"}});
  const auto body = sign_up(authority(app, "Trafford"), "sam@example.org");
  const auto made = app.client().post("/v1/identity/sign-up", body.dump()).expect(201);
  CHECK(made.header("Set-Cookie").ends_with("; Secure"));
}

TEST_CASE("a wrong sign-in does not tell what was wrong") {
  for_each_application(services, [](TestApplication& app) {
    app.person(http::Role::parent, "sam@example.org", "Trafford");
    auto stranger = app.client();
    auto wrong = stranger.post("/v1/identity/sign-in", sign_in("sam@example.org", "not the password").dump());
    auto nobody = stranger.post("/v1/identity/sign-in", sign_in("eva@example.org").dump());
    wrong.expect(401);
    nobody.expect(401);
    CHECK(code(wrong) == "wrong-sign-in");
    auto one = wrong.json(), other = nobody.json();
    for (auto* problem : {&one, &other}) {
      problem->erase("request_id");
      problem->erase("instance");
    }
    CHECK(one == other);
    CHECK(wrong.header("Set-Cookie").empty());
  });
}

TEST_CASE("guessing is slowed down, and nobody is locked out") {
  for_each_application(
      services,
      [](TestApplication& app) {
        app.person(http::Role::parent, "sam@example.org", "Trafford");
        auto stranger = app.client();
        // Right ones do not count.
        for (int time = 0; time < 5; ++time) app.sign_in("sam@example.org");
        for (int guess = 0; guess < 3; ++guess) {
          stranger.post("/v1/identity/sign-in", sign_in("sam@example.org", "guess").dump()).expect(401);
        }
        const auto refused = stranger.post("/v1/identity/sign-in", sign_in("sam@example.org").dump()).expect(429);
        CHECK(code(refused) == "too-many-attempts");
        CHECK(refused.header("Retry-After") == "20");
        app.clock().advance(20s);
        stranger.post("/v1/identity/sign-in", sign_in("sam@example.org").dump()).expect(200);
      },
      {{"sign_in.attempts_per_minute", "3"}});
}

TEST_CASE("an e-mail address signs up once, and asking for many is slowed down") {
  for_each_application(
      services,
      [](TestApplication& app) {
        const auto trafford = authority(app, "Trafford");
        app.client().post("/v1/identity/sign-up", sign_up(trafford, "sam@example.org").dump()).expect(201);
        for (int time = 0; time < 3; ++time) {
          const auto taken = app.client().post("/v1/identity/sign-up", sign_up(trafford, "SAM@example.org").dump());
          CHECK(code(taken.expect(409)) == "account-exists");
          CHECK(taken.header("Set-Cookie").empty());
        }
        app.client().post("/v1/identity/sign-up", sign_up(trafford, "sam@example.org").dump()).expect(429);
      },
      {{"sign_in.attempts_per_minute", "3"}});
}

TEST_CASE("a sign-up says which fields to put right") {
  for_each_application(services, [](TestApplication& app) {
    const auto trafford = authority(app, "Trafford");
    auto body = sign_up(trafford, "sam at example.org");
    body["name"] = "  ";
    auto refused = app.client().post("/v1/identity/sign-up", body.dump()).expect(422);
    CHECK(refused.pointers() == std::set<std::string>{"/email", "/name"});
    body = sign_up(trafford, "sam@example.org");
    body["password"] = "short";
    body["role"] = "administrator";
    refused = app.client().post("/v1/identity/sign-up", body.dump()).expect(422);
    CHECK(refused.pointers() == std::set<std::string>{"/password", "/role"});
    body = sign_up("00000000-0000-7000-8000-000000000000", "sam@example.org");
    refused = app.client().post("/v1/identity/sign-up", body.dump()).expect(422);
    CHECK(refused.pointers() == std::set<std::string>{"/authority"});
    app.client().post("/v1/identity/sign-in", sign_in("sam@example.org").dump()).expect(401);
  });
}

TEST_CASE("another web site cannot write in somebody's name") {
  for_each_application(services, [](TestApplication& app) {
    auto sam = app.person(http::Role::parent, "sam@example.org", "Trafford");
    CHECK(code(sam.with("Origin", "https://evil.example").post("/v1/identity/sign-out").expect(403)) ==
          "other-origin");
    sam.with("Sec-Fetch-Site", "cross-site").post("/v1/identity/sign-out").expect(403);
    sam.get("/v1/identity/me").expect(200);
    sam.with("Origin", "http://localhost:" + std::to_string(app.port())).post("/v1/identity/sign-out").expect(204);
  });
}

TEST_CASE("authorities are listed for everybody and added by administrators of all") {
  for_each_application(services, [](TestApplication& app) {
    auto root = app.person(http::Role::administrator, "root@example.org");
    auto local = app.person(http::Role::administrator, "local@example.org", "Trafford");
    const auto body = Json{{"name", "Plymouth"}, {"slug", "plymouth"}}.dump();
    app.client().post("/v1/identity/authorities", body).expect(401);
    local.post("/v1/identity/authorities", body).expect(403);
    const auto made = root.key("p").post("/v1/identity/authorities", body).expect(201).json();
    CHECK(root.key("p").post("/v1/identity/authorities", body).expect(201).json() == made);
    CHECK(code(root.post("/v1/identity/authorities", body).expect(409)) == "authority-exists");
    auto page = app.client().get("/v1/identity/authorities?limit=1").expect(200).json();
    CHECK(page["items"][0] == made);
    page = app.client().get(page["next"].get<std::string>()).expect(200).json();
    CHECK(page["items"][0]["name"] == "Trafford");
    CHECK(page["next"].is_null());
    CHECK(app.client().get("/v1/identity/authorities?name=PLYMOUTH").expect(200).json()["items"][0] == made);
    app.client().get("/v1/identity/authorities?after=nonsense").expect(422);
  });
}

TEST_CASE("a policy is data that its commissioner changes") {
  for_each_application(services, [](TestApplication& app) {
    auto commissioner = app.person(http::Role::commissioner, "c@example.org", "Trafford");
    auto parent = app.person(http::Role::parent, "p@example.org", "Trafford");
    auto other = app.person(http::Role::commissioner, "c.plymouth@example.org", "Plymouth");
    auto root = app.person(http::Role::administrator, "root@example.org");
    const auto path = "/v1/identity/authorities/" + authority(app, "Trafford") + "/policy";
    const auto first = commissioner.get(path).expect(200);
    CHECK(first.header("ETag") == "\"1\"");
    CHECK(first.json() == Json{{"free_percent", 30}, {"permission_required", true},
                               {"ras_threshold_points", nullptr}, {"spending_rules", Json::array()},
                               {"budget", {{"carry_over_percent", 0}, {"carry_over_pence", nullptr}, {"pence_per_point", nullptr},
                                           {"keep_permille", 755}, {"rise_permille", 1'035}}},
                               {"currency", "GBP"}, {"version", 1}});
    Json body{{"free_percent", 40},
              {"permission_required", false},
              {"ras_threshold_points", 150},
              {"spending_rules", {{{"stream", "health"}, {"category", "*"}, {"rule", "ask"}, {"reason", "Ask."}}}}};
    commissioner.put(path, body.dump()).expect(428);
    app.clock().advance(1s);  // the log is in order of time
    const auto second = commissioner.if_match(1).put(path, body.dump()).expect(200);
    CHECK(second.header("ETag") == "\"2\"");
    CHECK(second.json()["spending_rules"] == body["spending_rules"]);
    commissioner.if_match(1).put(path, body.dump()).expect(412);
    CHECK(parent.get(path).expect(200).json() == second.json());
    parent.if_match(2).put(path, body.dump()).expect(403);
    other.get(path).expect(404);
    other.if_match(2).put(path, body.dump()).expect(404);
    app.clock().advance(1s);
    root.if_match(2).put(path, body.dump()).expect(200);
    body["spending_rules"].push_back(body["spending_rules"][0]);
    body["free_percent"] = 101;
    CHECK(commissioner.if_match(3).put(path, body.dump()).expect(422).pointers().contains("/free_percent"));
    body["free_percent"] = 100;
    CHECK(commissioner.if_match(3).put(path, body.dump()).expect(422).pointers() ==
          std::set<std::string>{"/spending_rules/1/category"});

    const auto log = commissioner.get("/v1/identity/access-log?limit=2").expect(200).json();
    CHECK(log["items"][0]["action"] == "policy-changed");
    CHECK(log["items"][0]["account"] == root.get("/v1/identity/me").json()["id"]);
    CHECK(log["items"][1]["account"] == commissioner.get("/v1/identity/me").json()["id"]);
    parent.get("/v1/identity/access-log").expect(403);
    const auto others = other.get("/v1/identity/access-log").expect(200).json();
    for (const auto& entry : others["items"]) {
      CHECK(entry["authority"] == authority(app, "Plymouth"));
    }
  });
}

TEST_CASE("accounts are made within one's own authority") {
  for_each_application(services, [](TestApplication& app) {
    auto commissioner = app.person(http::Role::commissioner, "c@example.org", "Trafford");
    auto facilitator = app.person(http::Role::facilitator, "f@example.org", "Trafford");
    app.person(http::Role::parent, "p.plymouth@example.org", "Plymouth");
    const auto path = std::string("/v1/identity/accounts");
    Json body{{"role", "parent"}, {"email", "new@example.org"}, {"password", usual_password}, {"name", "Nia"}};
    const auto made = facilitator.key("n").post(path, body.dump()).expect(201).json();
    CHECK(made["authority_name"] == "Trafford");
    CHECK(made["family"].is_string());
    CHECK(facilitator.key("n").post(path, body.dump()).expect(201).json() == made);
    CHECK(code(facilitator.post(path, body.dump()).expect(409)) == "account-exists");
    auto nia = app.sign_in("new@example.org");
    nia.post(path, body.dump()).expect(403);
    nia.get(path).expect(403);
    facilitator.get(path).expect(403);

    body["role"] = "commissioner";
    body["email"] = "c2@example.org";
    facilitator.post(path, body.dump()).expect(403);
    body["authority"] = authority(app, "Plymouth");
    commissioner.post(path, body.dump()).expect(403);
    body.erase("authority");
    commissioner.post(path, body.dump()).expect(201);
    body["role"] = "provider";
    body["email"] = "v@example.org";
    CHECK(commissioner.post(path, body.dump()).expect(422).pointers() == std::set<std::string>{"/provider"});
    body["provider"] = "00000000-0000-7000-8000-000000000001";
    CHECK(commissioner.post(path, body.dump()).expect(201).json()["authority"].is_null());

    std::set<std::string> emails;
    std::string next = path + "?limit=2";
    while (!next.empty()) {
      const auto page = commissioner.get(next).expect(200).json();
      for (const auto& account : page["items"]) emails.insert(account["email"]);
      next = page["next"].is_null() ? "" : page["next"].get<std::string>();
    }
    CHECK(emails == std::set<std::string>{"c@example.org", "c2@example.org", "f@example.org", "new@example.org"});
    CHECK(commissioner.get(path + "?role=parent").expect(200).json()["items"].size() == 1);
  });
}

TEST_CASE("what services ask each other is not for the outside") {
  TestApplication app(services);
  auto root = app.person(http::Role::administrator, "root@example.org");
  root.get("/internal/identity/authorities").expect(404);
  root.post("/internal/identity/sessions", Json{{"token_hash", std::string(64, 'a')}}.dump()).expect(404);
}

TEST_CASE("a process without accounts asks the one that has them") {
  const std::string service_token(40, 's');
  TestApplication accounts({identity::service()}, {{"service.token", service_token}});
  const app::Service remote{"remote", {"remote", "-- version 1\nCREATE TABLE remote_nothing (id TEXT);"},
                            [](app::Context& context) -> std::shared_ptr<void> {
                              identity::authenticate_remotely(context);
                              return nullptr;
                            }};
  TestApplication elsewhere({families::service(), remote},
                            {{"service.token", service_token},
                             {"service.urls", "identity=http://127.0.0.1:" + std::to_string(accounts.port())}});
  auto sam = accounts.person(http::Role::parent, "sam@example.org", "Trafford");
  auto there = elsewhere.client();
  const auto cookie = sam.cookie();
  CHECK(code(there.with("Cookie", cookie).get("/v1/families/mine").expect(404)) == "no-family");
  there.with("Cookie", "session=" + std::string(64, 'a')).get("/v1/families/mine").expect(401);
  sam.post("/v1/identity/sign-out").expect(204);
  // The other process finds out when its few seconds are over.
  there.with("Cookie", cookie).get("/v1/families/mine").expect(404);
  elsewhere.clock().advance(6s);
  there.with("Cookie", cookie).get("/v1/families/mine").expect(401);
}
