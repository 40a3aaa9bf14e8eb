#include "services/families/client.hpp"
#include "services/families/service.hpp"
#include "services/identity/client.hpp"
#include "services/identity/service.hpp"
#include "tests/support/application.hpp"
#include "tests/support/wait.hpp"

#include <nlohmann/json.hpp>

#include <set>

using namespace cp;
using namespace cp::test;
using Json = nlohmann::json;
using namespace std::chrono_literals;

namespace {

const std::vector<app::Service> services{identity::service(), families::service()};

Json profile() {
  return {{"known_as", "Sam"},
          {"children",
           {{{"nickname", "Bo"},
             {"birth_month", "2014-03"},
             {"needs", {"autism", "epilepsy"}},
             {"support_adults", 1},
             {"support_children", 2},
             {"wheelchair", false},
             {"behaviours", Json::array()}}}},
          {"place", " m33"},
          {"slots", {{{"weekday", 6}, {"from_minute", 600}, {"to_minute", 720}}}},
          {"interests", {{{"activity_type", "Swimming"}, {"weight", 5}}}},
          {"max_miles", 5},
          {"mixing", "either"},
          {"with", Json::array()},
          {"not_with", Json::array()},
          {"languages", Json::array()},
          {"needs_shared_language", false},
          {"not_with_behaviours", Json::array()},
          {"looking", true}};
}

}  // namespace

TEST_CASE("a parent writes the family's profile and changes it") {
  for_each_application(services, [](TestApplication& app) {
    auto sam = app.person(http::Role::parent, "sam@example.org", "Trafford");
    const auto me = sam.get("/v1/identity/me").json();
    CHECK(sam.get("/v1/families/mine").expect(404).body.find("no-family") != std::string::npos);
    const auto made = sam.put("/v1/families/mine", profile().dump()).expect(201);
    CHECK(made.header("ETag") == "\"1\"");
    CHECK(made.header("Location") == "/v1/families/mine");
    auto family = made.json();
    CHECK(family["id"] == me["family"]);
    CHECK(family["authority"] == me["authority"]);
    CHECK(family["place"] == "M33");
    CHECK(family["children"][0]["age_band"] == "6-13");
    CHECK(sam.get("/v1/families/mine").expect(200).json() == family);

    auto body = profile();
    sam.put("/v1/families/mine", body.dump()).expect(428);
    body["children"][0]["id"] = family["children"][0]["id"];
    body["looking"] = false;
    body["slots"].push_back({{"weekday", 6}, {"from_minute", 700}, {"to_minute", 800}});
    const auto changed = sam.if_match(1).put("/v1/families/mine", body.dump()).expect(200).json();
    CHECK(changed["version"] == 2);
    CHECK(changed["children"] == family["children"]);
    CHECK(changed["slots"] == Json{{{"weekday", 6}, {"from_minute", 600}, {"to_minute", 800}}});
    sam.if_match(1).put("/v1/families/mine", body.dump()).expect(412);
    CHECK(sam.get("/v1/families/mine").expect(200).json() == changed);
  });
}

TEST_CASE("a first profile sent twice is written once") {
  for_each_application(services, [](TestApplication& app) {
    auto sam = app.person(http::Role::parent, "sam@example.org", "Trafford");
    const auto made = sam.key("first").put("/v1/families/mine", profile().dump()).expect(201);
    const auto again = sam.key("first").put("/v1/families/mine", profile().dump()).expect(201);
    CHECK(made.body == again.body);
    CHECK(again.header("ETag") == "\"1\"");
  });
}

TEST_CASE("what is wrong with a family is said at the field") {
  for_each_application(services, [](TestApplication& app) {
    auto sam = app.person(http::Role::parent, "sam@example.org", "Trafford");
    auto body = profile();
    body["place"] = "M33 2AB";
    body["children"][0]["birth_month"] = "2026-12";
    body["slots"][0]["to_minute"] = 600;
    body["with"] = {"00000000-0000-7000-8000-000000000001"};
    CHECK(sam.put("/v1/families/mine", body.dump()).expect(422).pointers() ==
          std::set<std::string>{"/place", "/children/0/birth_month", "/slots/0/to_minute"});
    body = profile();
    body["with"] = {"00000000-0000-7000-8000-000000000001"};
    CHECK(sam.put("/v1/families/mine", body.dump()).expect(422).pointers() == std::set<std::string>{"/with/0"});
    body = profile();
    body["children"][0]["needs"] = {"autism", "sleep"};
    body["children"][0]["support_adults"] = 5;
    body["max_miles"] = 0;
    CHECK(sam.put("/v1/families/mine", body.dump()).expect(422).pointers() ==
          std::set<std::string>{"/children/0/needs/1", "/children/0/support_adults", "/max_miles"});
    sam.get("/v1/families/mine").expect(404);
  });
}

TEST_CASE("a family is seen by itself and by its facilitator, and by nobody else") {
  for_each_application(services, [](TestApplication& app) {
    auto sam = app.person(http::Role::parent, "sam@example.org", "Trafford");
    auto eva = app.person(http::Role::parent, "eva@example.org", "Trafford");
    auto there = app.person(http::Role::parent, "there@example.org", "Plymouth");
    auto facilitator = app.person(http::Role::facilitator, "f@example.org", "Trafford");
    auto commissioner = app.person(http::Role::commissioner, "c@example.org", "Trafford");
    auto elsewhere = app.person(http::Role::facilitator, "f.plymouth@example.org", "Plymouth");
    const auto eva_family = eva.put("/v1/families/mine", profile().dump()).expect(201).json();
    const auto plymouth_family = there.put("/v1/families/mine", profile().dump()).expect(201).json();
    auto body = profile();
    body["not_with"] = {plymouth_family["id"]};
    CHECK(sam.put("/v1/families/mine", body.dump()).expect(422).pointers() == std::set<std::string>{"/not_with/0"});
    body["not_with"] = {eva_family["id"]};
    const auto family = sam.put("/v1/families/mine", body.dump()).expect(201).json();
    const auto path = "/v1/families/" + family["id"].get<std::string>();

    CHECK(facilitator.get(path).expect(200).json() == family);
    elsewhere.get(path).expect(404);
    elsewhere.if_match(1).put(path, profile().dump()).expect(404);
    eva.get(path).expect(403);
    commissioner.get(path).expect(403);
    app.client().get(path).expect(401);
    facilitator.get("/v1/families/00000000-0000-7000-8000-000000000001").expect(404);
    CHECK(eva.get("/v1/families/mine").expect(200).body.find(family["id"].get<std::string>()) == std::string::npos);

    facilitator.put(path, body.dump()).expect(428);
    body["known_as"] = "Sammy";
    CHECK(facilitator.if_match(1).put(path, body.dump()).expect(200).json()["known_as"] == "Sammy");
    CHECK(sam.get("/v1/families/mine").expect(200).header("ETag") == "\"2\"");

    const auto listed = commissioner.get("/v1/families?limit=1").expect(200).json();
    const auto rest = commissioner.get(listed["next"].get<std::string>()).expect(200).json();
    CHECK(rest["next"].is_null());
    std::set<std::string> ids{listed["items"][0]["id"], rest["items"][0]["id"]};
    CHECK(ids == std::set<std::string>{family["id"], eva_family["id"]});
    CHECK(elsewhere.get("/v1/families").expect(200).json()["items"].size() == 1);
    CHECK(facilitator.get("/v1/families?looking=false").expect(200).json()["items"].empty());
    sam.get("/v1/families").expect(403);
  });
}

TEST_CASE("the places a family can name are told to everybody") {
  TestApplication app(services);
  CHECK(app.client().get("/v1/families/places").expect(200).json()["items"].size() == 19);
  const auto here = app.client().get("/v1/families/places?authority=plymouth").expect(200).json()["items"];
  REQUIRE(here.size() == 9);
  CHECK(here[0]["district"] == "PL1");
}

TEST_CASE("other services learn what they need of families, and no more") {
  for_each_application(services, [](TestApplication& app) {
    const auto transport = net::make_local_transport(app.application().router());
    const families::Client client(*transport);
    const identity::Client accounts(*transport);
    auto sam = app.person(http::Role::parent, "sam@example.org", "Trafford");
    const auto me = sam.get("/v1/identity/me").json();
    const Id<"family"> id(me["family"].get<std::string>());
    const auto missing = wait(client.card(id));
    REQUIRE(missing.has_error());
    CHECK(missing.error().kind == ErrorKind::not_found);

    sam.put("/v1/families/mine", profile().dump()).expect(201);
    auto eva = app.person(http::Role::parent, "eva@example.org", "Trafford");
    auto shy = profile();
    shy["looking"] = false;
    eva.put("/v1/families/mine", shy.dump()).expect(201);

    const auto card = wait(client.card(id));
    REQUIRE(card.has_value());
    CHECK(card->known_as == "Sam");
    CHECK(card->children == 1);
    CHECK(card->authority.text() == me["authority"]);
    const auto matching = wait(client.for_matching(card->authority));
    REQUIRE(matching.has_value());
    REQUIRE(matching->size() == 1);
    const auto& family = matching->front();
    CHECK(family.id == id);
    CHECK(family.children.front().age_years == 12);
    CHECK(family.latitude > 53);
    CHECK(family.slots.front().weekday == 6);

    const auto policy = wait(accounts.authority(card->authority));
    REQUIRE(policy.has_value());
    CHECK(policy->policy.free_percent == 30);
    CHECK(wait(accounts.authority_named("traFFord")).value().id == card->authority);
    CHECK(wait(accounts.authority_named("no & such")).error().kind == ErrorKind::not_found);
    CHECK(wait(accounts.account(Id<"account">(me["id"].get<std::string>()))).value().name == "sam");
  });
}

TEST_CASE("matching gets every family however many pages they are") {
  TestApplication app(services);
  const auto transport = net::make_local_transport(app.application().router());
  const families::Client client(*transport);
  Id<"authority"> trafford;
  app.database().write_now([&](db::Tx& tx) {
    trafford = identity::ensure_authority(tx, app.ids(), app.clock().now(), "Trafford");
    for (int number = 0; number < 1'001; ++number) {
      tx.execute(
          "INSERT INTO families_families (id, authority, known_as, place, max_miles, mixing, looking, "
          "created, version) VALUES ($1, $2, 'Sam', 'M33', 5, 'either', 1, 1, 1)",
          {app.ids().make<"family">(app.clock().now()), trafford});
    }
  });
  const auto matching = wait(client.for_matching(trafford));
  REQUIRE(matching.has_value());
  std::set<std::string> ids;
  for (const auto& family : *matching) ids.insert(family.id.text());
  CHECK(ids.size() == 1'001);
  CHECK(matching->size() == 1'001);
}
