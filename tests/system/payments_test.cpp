#include "payments/client.hpp"
#include "payments/command.hpp"
#include "payments/service.hpp"
#include "services/catalogue/service.hpp"
#include "services/families/service.hpp"
#include "services/identity/service.hpp"
#include "tests/support/application.hpp"
#include "tests/support/wait.hpp"

#include <nlohmann/json.hpp>

#include <set>

using namespace cp;
using namespace cp::test;
using Json = nlohmann::json;

namespace {

const std::vector<app::Service> services{identity::service(), families::service(), catalogue::service(),
                                         payments::service()};

Json money(std::int64_t pence) { return {{"pence", pence}, {"currency", "GBP"}}; }

Json profile(const std::string& known_as) {
  return {{"known_as", known_as},
          {"children",
           {{{"nickname", "Bo"},
             {"birth_month", "2014-03"},
             {"needs", {"autism"}},
             {"support_adults", 1},
             {"support_children", 2},
             {"wheelchair", false},
             {"behaviours", Json::array()}}}},
          {"place", "M33"},
          {"slots", Json::array()},
          {"interests", Json::array()},
          {"max_miles", 5},
          {"mixing", "either"},
          {"with", Json::array()},
          {"not_with", Json::array()},
          {"languages", Json::array()},
          {"needs_shared_language", false},
          {"not_with_behaviours", Json::array()},
          {"looking", true}};
}

Json plan_body(const std::string& family, std::int64_t pence) {
  return {{"family", family},
          {"child_label", "Bo"},
          {"starts", "2026-01-01"},
          {"ends", "2027-12-31"},
          {"streams", {{{"stream", "short_breaks"}, {"amount", money(pence)}}}},
          {"holder", "managed"}};
}

Json offer_body(const std::string& authority) {
  return {{"authorities", {authority}},
          {"title", "Boccia"},
          {"activity_type", "Sport"},
          {"description", "Indoor bowls for everybody."},
          {"age_min", 5},
          {"age_max", 14},
          {"needs_catered", {"autism"}},
          {"wheelchair_access", "yes"},
          {"staff_checks", "known"},
          {"staff_adults", 1},
          {"staff_children", 3},
          {"place", "M33"},
          {"minimum_children", 1},
          {"maximum_children", 4},
          {"minutes_per_session", 90},
          {"tiers",
           {{{"from_children", 1}, {"fixed", money(6'000)}, {"per_child", money(1'000)}, {"per_hour", money(0)}},
            {{"from_children", 3}, {"fixed", money(1'500)}, {"per_child", money(1'000)}, {"per_hour", money(2'000)}}}},
          {"service", nullptr}};
}

/// Two families of Trafford with the people who look after their plans.
struct Town {
  explicit Town(TestApplication& app)
      : ann(app.person(http::Role::parent, "ann@example.org", "Trafford")),
        ben(app.person(http::Role::parent, "ben@example.org", "Trafford")),
        facilitator(app.person(http::Role::facilitator, "facilitator@example.org", "Trafford")),
        commissioner(app.person(http::Role::commissioner, "commissioner@example.org", "Trafford")),
        stranger(app.person(http::Role::commissioner, "commissioner@example.net", "Plymouth")) {
    ann.put("/v1/families/mine", profile("Ann").dump()).expect(201);
    ben.put("/v1/families/mine", profile("Ben").dump()).expect(201);
    authority = own(commissioner, "authority");
    ann_family = own(ann, "family");
    ben_family = own(ben, "family");
    const auto path = "/v1/identity/authorities/" + authority + "/policy";
    const auto version = commissioner.get(path).expect(200).json()["version"].get<std::int64_t>();
    const Json policy{{"free_percent", 30}, {"permission_required", true}, {"ras_threshold_points", nullptr},
                      {"spending_rules", Json::array()}};
    commissioner.if_match(version).put(path, policy.dump()).expect(200);
  }
  static std::string own(HttpClient& who, const std::string& what) {
    return who.get("/v1/identity/me").expect(200).json()[what].get<std::string>();
  }
  /// The path of an agreed plan.
  std::string agreed(const std::string& family, std::int64_t pence) {
    const auto made = facilitator.post("/v1/payments/plans", plan_body(family, pence).dump()).expect(201);
    const auto path = made.header("Location");
    commissioner.if_match(1).post(path + "/agreement").expect(200);
    return path;
  }

  HttpClient ann, ben, facilitator, commissioner, stranger;
  std::string authority, ann_family, ben_family;
};

}  // namespace

TEST_CASE("a plan is made, changed, agreed, and more is permitted") {
  for_each_application(services, [](TestApplication& app) {
    Town town(app);
    const auto made = town.facilitator.post("/v1/payments/plans", plan_body(town.ann_family, 10'000).dump()).expect(201);
    const auto path = made.header("Location");
    CHECK(made.header("ETag") == "\"1\"");
    CHECK(made.json()["state"] == "indicative");
    CHECK(made.json()["headroom"] == money(0));
    town.facilitator.post(path + "/agreement").expect(403);
    town.commissioner.post(path + "/agreement").expect(428);
    town.stranger.get(path).expect(404);
    town.ben.get(path).expect(404);

    town.facilitator.if_match(1).put(path, plan_body(town.ann_family, 20'001).dump()).expect(200);
    const auto agreed = town.commissioner.if_match(2).post(path + "/agreement").expect(200).json();
    CHECK(agreed["state"] == "agreed");
    CHECK(agreed["pooled_cap"] == money(6'000));
    CHECK(agreed["headroom"] == money(6'000));
    CHECK(agreed["streams"][0]["left"] == money(20'001));
    town.facilitator.if_match(3).put(path, plan_body(town.ann_family, 1).dump()).expect(409);
    town.commissioner.if_match(3).post(path + "/agreement").expect(409);

    const Json permission{{"amount", money(500)}, {"reason", "A second activity."}};
    town.facilitator.post(path + "/permissions", permission.dump()).expect(403);
    town.stranger.post(path + "/permissions", permission.dump()).expect(404);
    town.commissioner.key("once").post(path + "/permissions", permission.dump()).expect(200);
    town.commissioner.key("once").post(path + "/permissions", permission.dump()).expect(200);
    CHECK(town.ann.get(path).expect(200).json()["pooled_cap"] == money(6'500));
    CHECK(town.ann.get("/v1/payments/plans").expect(200).json()["items"].size() == 1);
    CHECK(town.ben.get("/v1/payments/plans").expect(200).json()["items"].empty());
    CHECK(town.stranger.get("/v1/payments/plans").expect(200).json()["items"].empty());
    town.stranger.post("/v1/payments/plans", plan_body(town.ann_family, 1).dump()).expect(422);
    town.ann.post("/v1/payments/plans", plan_body(town.ann_family, 1).dump()).expect(403);
  });
}

TEST_CASE("the calculator tells what it costs alone and in a pool, and what is left after it") {
  for_each_application(services, [](TestApplication& app) {
    Town town(app);
    town.agreed(town.ann_family, 50'000);
    const Json provider{{"name", "Sale Harriers"}, {"kind", "voluntary"}, {"authorities", {town.authority}}};
    identity::AccountOrder order;
    order.role = http::Role::provider;
    order.email = "provider@example.org";
    order.name = "Provider";
    order.password = usual_password;
    order.provider = town.commissioner.post("/v1/catalogue/providers", provider.dump()).expect(201).json()["id"];
    REQUIRE(identity::create_account(app.database(), app.ids(), app.clock().now(), order).has_value());
    auto seller = app.sign_in("provider@example.org");
    const auto offer = seller.post("/v1/catalogue/offers", offer_body(town.authority).dump()).expect(201).json();

    const Json question{{"offer", offer["id"]}, {"run", nullptr}, {"children", 1}, {"sessions", 6}, {"group_sizes", nullptr}};
    auto visitor = app.client();
    const auto quote = visitor.post("/v1/payments/quote", question.dump()).expect(200).json();
    CHECK(quote["sessions"] == 6);
    CHECK(quote["alone"]["available"] == true);
    CHECK(quote["alone"]["per_session"] == money(7'000));
    CHECK(quote["alone"]["total"] == money(42'000));
    REQUIRE(quote["pools"].size() == 3);
    // 90 minutes at £20 an hour are £30.
    CHECK(quote["pools"][0]["my_share_per_session"] == money(4'000));
    CHECK(quote["pools"][1]["per_session_group"] == money(7'500));
    CHECK(quote["pools"][1]["my_total"] == money(15'000));
    CHECK(quote["pools"][1]["saving"] == money(27'000));
    CHECK(quote["pools"][2]["my_share_per_session"] == money(2'125));
    CHECK(quote["smallest_saving_size"] == 2);
    CHECK(quote["largest_saving_size"] == 4);
    CHECK(quote["pools"][0]["affordable"].is_null());

    // A parent signed in has £150.00 of headroom.
    const auto own = town.ann.post("/v1/payments/quote", question.dump()).expect(200).json();
    CHECK(own["pools"][0]["affordable"] == false);
    CHECK(own["pools"][0]["left_after"].is_null());
    CHECK(own["pools"][1]["affordable"] == true);
    CHECK(own["pools"][1]["left_after"] == money(0));
    CHECK(own["pools"][2]["left_after"] == money(2'250));

    auto unknown = question;
    unknown["offer"] = town.authority;
    visitor.post("/v1/payments/quote", unknown.dump()).expect(422);
  });
}

TEST_CASE("a pool holds, charges and releases, and a statement tells each family its own") {
  for_each_application(services, [](TestApplication& app) {
    Town town(app);
    const auto ann_plan = town.agreed(town.ann_family, 10'000);
    town.agreed(town.ben_family, 10'000);
    const auto transport = net::make_local_transport(app.application().router());
    payments::Client client(*transport);
    const Id<"pool"> pool(app.ids().next(app.clock().now()));
    const Id<"provider"> provider(app.ids().next(app.clock().now()));
    const Id<"family"> ann(town.ann_family);
    const Id<"family"> ben(town.ben_family);

    payments::SplitRequest asked;
    asked.price_per_session = Money(1'001);
    asked.sessions = 3;
    asked.members = {{ann, 1}, {ben, 1}};
    const auto split = wait(client.split(asked));
    REQUIRE(split.has_value());
    payments::HoldRequest request{pool, "Boccia", provider, Id<"authority">(town.authority), "Sport", 1, 1, {}};
    for (const auto& share : split->shares) {
      request.shares.push_back({share.family, share.session, *parse_date("2026-12-01"), share.amount, payments::note("Half each.")});
    }
    const auto held = wait(client.hold(request, "hold-1"));
    REQUIRE(held.has_value());
    CHECK(held->held == Money(3'003));
    CHECK(wait(client.hold(request, "hold-1"))->operation == held->operation);
    CHECK(wait(client.charge(pool, 1, "charge-1"))->charged == Money(1'001));
    CHECK(wait(client.charge(pool, 1, "charge-2")).error().code == "session-already-charged");
    CHECK(wait(client.release(pool, {3}, "release-3"))->released == Money(1'001));

    auto too_much = request;
    too_much.from_session = 2;
    too_much.shares = {{ann, 2, *parse_date("2026-12-01"), Money(2'501), {}}};
    const auto refused = wait(client.hold(too_much, "hold-2"));
    REQUIRE(refused.has_error());
    CHECK(refused.error().code == "headroom-exceeded");
    CHECK(wait(client.hold(request, "hold-2")).error().code == "idempotency-key-reused");

    const auto check = wait(client.check({ann, "Sport", Money(100'000), {*parse_date("2026-12-01"), *parse_date("2026-12-02")}}));
    REQUIRE(check.has_value());
    CHECK(check->code == "headroom-exceeded");
    CHECK(check->short_by == Money(100'000) - check->headroom);
    const auto headrooms = wait(client.headrooms(Id<"authority">(town.authority), {"Sport & play", "Sport"}));
    REQUIRE(headrooms->size() == 2);
    for (const auto& one : *headrooms) {
      REQUIRE(one.headrooms.size() == 2);
      if (one.family == ann) CHECK(one.headrooms[1] == check->headroom);
    }

    const auto statement = town.ann.get("/v1/payments/statement").expect(200).json();
    CHECK(statement["family"] == town.ann_family);
    CHECK(statement["totals"]["allocated"] == money(10'000));
    CHECK(statement["totals"]["held"].at("pence").get<int>() + statement["totals"]["charged"].at("pence").get<int>() +
              statement["totals"]["left"].at("pence").get<int>() ==
          10'000);
    REQUIRE(statement["lines"].size() == 6);
    CHECK(statement["lines"][0]["kind"] == "release");
    CHECK(statement["lines"][1]["kind"] == "charge");
    CHECK(statement["lines"][1]["derivation"][0]["text"] == "Half each.");
    CHECK(statement["lines"][5]["kind"] == "allocation");
    CHECK(statement["next"].is_null());
    CHECK(statement.dump().find(town.ben_family) == std::string::npos);
    const auto first = town.ann.get("/v1/payments/statement?limit=4").expect(200).json();
    const auto rest = town.ann.get(first["next"].get<std::string>()).expect(200).json();
    CHECK(rest["lines"].size() == 2);
    CHECK(town.facilitator.get("/v1/payments/statements/" + town.ann_family).expect(200).json()["lines"] == statement["lines"]);
    town.stranger.get("/v1/payments/statements/" + town.ann_family).expect(404);

    const auto invoices = town.commissioner.get("/v1/payments/invoices").expect(200).json();
    REQUIRE(invoices["items"].size() == 1);
    CHECK(invoices["items"][0]["total"] == money(1'001));
    CHECK(invoices["items"][0]["lines"].size() == 1);
    CHECK(town.stranger.get("/v1/payments/invoices").expect(200).json()["items"].empty());
    town.ann.post("/internal/payments/charges", Json{{"pool", pool.text()}, {"session", 2}}.dump()).expect(404);
    CHECK(payments::ledger_verify_command(app.config(), app.database()) == 0);
  });
}

TEST_CASE("an agreed plan is changed by versions, and never below what pools hold") {
  for_each_application(services, [](TestApplication& app) {
    Town town(app);
    const auto path = town.agreed(town.ann_family, 10'000);
    const auto transport = net::make_local_transport(app.application().router());
    payments::Client client(*transport);
    const Id<"provider"> provider(app.ids().next(app.clock().now()));
    const Id<"pool"> pool(app.ids().next(app.clock().now()));
    payments::HoldRequest request{pool, "Boccia", provider, Id<"authority">(town.authority), "Sport", 1, 1, {}};
    request.shares = {{Id<"family">(town.ann_family), 1, *parse_date("2026-12-01"), Money(3'000), payments::note("All of it.")}};
    REQUIRE(wait(client.hold(request, "hold-1")).has_value());

    const auto revision = [](std::int64_t pence) {
      return Json{{"streams", {{{"stream", "short_breaks"}, {"amount", money(pence)}}}}, {"reason", "A yearly review."}}.dump();
    };
    const auto version = town.commissioner.get(path).expect(200).json()["version"].get<std::int64_t>();
    const auto refused = town.commissioner.if_match(version).post(path + "/versions", revision(2'500)).expect(409).json();
    CHECK(refused["code"] == "plan-overdrawn");
    CHECK(refused.dump().find("£5.00 less than is held and charged") != std::string::npos);
    CHECK(refused.dump().find(pool.text()) != std::string::npos);
    CHECK(town.commissioner.get(path).expect(200).json()["version"] == version);

    town.commissioner.if_match(version).post(path + "/versions", revision(20'000)).expect(200);
    town.commissioner.if_match(version).post(path + "/versions", revision(30'000)).expect(412);
    const auto plan = town.commissioner.get(path).expect(200).json();
    CHECK(plan["headroom"] == money(3'000));
    const auto versions = town.ann.get(path + "/versions").expect(200).json()["items"];
    REQUIRE(versions.size() == 2);
    CHECK(versions[0]["reason"] == "A yearly review.");
    town.stranger.get(path + "/versions").expect(404);
    const auto lines = town.ann.get("/v1/payments/statement").expect(200).json()["lines"];
    CHECK(lines[0]["amount"] == money(10'000));
    CHECK(lines[0]["derivation"][0]["text"] == "Changed by the authority: A yearly review.");
  });
}

TEST_CASE("a period is closed only when it is over, and heads are signed") {
  for_each_application(services, [](TestApplication& app) {
    Town town(app);
    town.agreed(town.ann_family, 10'000);
    const auto today = to_text(day_of(app.clock().now()));
    town.commissioner.post("/v1/payments/closed-periods", Json{{"through", today}}.dump()).expect(422);
    town.commissioner.post("/v1/payments/closed-periods", R"({"through":"2025-12-31"})").expect(200);
    const auto head = town.commissioner.get("/v1/payments/ledger/head").expect(200).json();
    CHECK(head["sequence"] == 3);
    CHECK(head["signature"].get<std::string>().size() == 128);
    CHECK(town.ann.get("/v1/payments/statement").expect(200).json()["head"]["public_key"] == head["public_key"]);
    CHECK(payments::ledger_verify_command(app.config(), app.database()) == 0);
  });
}
