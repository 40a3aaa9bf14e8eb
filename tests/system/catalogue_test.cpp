#include "services/catalogue/client.hpp"
#include "services/catalogue/command.hpp"
#include "services/catalogue/service.hpp"
#include "services/identity/service.hpp"
#include "services/reports/service.hpp"
#include "tests/support/application.hpp"

#include <nlohmann/json.hpp>

#include <fstream>
#include <set>

using namespace cp;
using namespace cp::test;
using Json = nlohmann::json;

namespace {

const std::vector<app::Service> services{identity::service(), catalogue::service(), reports::service()};
const std::string mapping_file = CP_SOURCE_DIR "/services/catalogue/data/short-breaks-mapping.csv";

void import_mapping(TestApplication& app, const std::string& file = mapping_file, int expected = 0) {
  CHECK(catalogue::import_mapping_command(app.database(), app.ids(), app.clock().now(), file) == expected);
}

std::size_t count(HttpClient& client, const std::string& path) {
  return client.get(path).expect(200).json()["items"].size();
}

Json money(std::int64_t pence) { return {{"pence", pence}, {"currency", "GBP"}}; }

Json offer_body(const std::vector<std::string>& authorities) {
  return {{"authorities", authorities},
          {"title", "Boccia"},
          {"activity_type", "Groups: Sports and outdoor activities"},
          {"description", "Indoor bowls for everybody."},
          {"age_min", 5},
          {"age_max", 11},
          {"needs_catered", {"physical", "autism"}},
          {"wheelchair_access", "yes"},
          {"staff_checks", "known"},
          {"staff_adults", 1},
          {"staff_children", 3},
          {"place", "m33"},
          {"minimum_children", 1},
          {"maximum_children", 8},
          {"minutes_per_session", 120},
          {"tiers",
           {{{"from_children", 1}, {"fixed", money(4'000)}, {"per_child", money(0)}, {"per_hour", money(0)}},
            {{"from_children", 4}, {"fixed", money(6'000)}, {"per_child", money(250)}, {"per_hour", money(100)}}}},
          {"service", nullptr}};
}

/// A provider's account, made for a provider that the commissioner has registered.
HttpClient provider_account(TestApplication& app, const std::string& email, const std::string& provider) {
  identity::AccountOrder order;
  order.role = http::Role::provider;
  order.email = email;
  order.name = "Provider";
  order.password = usual_password;
  order.provider = provider;
  REQUIRE(identity::create_account(app.database(), app.ids(), app.clock().now(), order).has_value());
  return app.sign_in(email);
}

/// Two authorities with their people, and a provider that serves both.
struct Market {
  explicit Market(TestApplication& app)
      : visitor(app.client()),
        parent(app.person(http::Role::parent, "parent@example.org", "Trafford")),
        commissioner(app.person(http::Role::commissioner, "commissioner@example.org", "Trafford")),
        other_parent(app.person(http::Role::parent, "parent@example.net", "Plymouth")),
        other_commissioner(app.person(http::Role::commissioner, "commissioner@example.net", "Plymouth")),
        trafford(authority_of(commissioner)),
        plymouth(authority_of(other_commissioner)),
        id(register_provider()),
        provider(provider_account(app, "provider@example.org", id)) {}

  static std::string authority_of(HttpClient& who) {
    return who.get("/v1/identity/me").expect(200).json()["authority"].get<std::string>();
  }
  std::string register_provider() {
    const Json body{{"name", "Sale Harriers"}, {"kind", "voluntary"}, {"authorities", {trafford, plymouth}}};
    return commissioner.post("/v1/catalogue/providers", body.dump()).expect(201).json()["id"].get<std::string>();
  }
  Json publish() {
    return provider.post("/v1/catalogue/offers", offer_body({trafford, plymouth}).dump()).expect(201).json();
  }
  void vet(HttpClient& who, const std::string& state) {
    const Json body{{"state", state}, {"note", "Seen in May."}};
    who.put("/v1/catalogue/providers/" + id + "/vetting", body.dump()).expect(200);
  }

  HttpClient visitor, parent, commissioner, other_parent, other_commissioner;
  std::string trafford, plymouth, id;
  HttpClient provider;
};

}  // namespace

TEST_CASE("the market of two places, counted for everybody") {
  for_each_application(services, [](TestApplication& app) {
    import_mapping(app);
    import_mapping(app);
    auto visitor = app.client();
    const auto trafford = visitor.get("/v1/reports/market?authority=Trafford").expect(200).json();
    CHECK(trafford["authority"] == "Trafford");
    CHECK(trafford["total"] == 68);
    std::int64_t sum = 0;
    for (const auto& row : trafford["rows"]) sum += row["count"].get<std::int64_t>();
    CHECK(sum == 68);
    CHECK(trafford["rows"].size() == 23);
    const Json one{{"type", "One to one support"}, {"tier", "family information service"}, {"count", 10}};
    CHECK(std::find(trafford["rows"].begin(), trafford["rows"].end(), one) != trafford["rows"].end());
    CHECK(visitor.get("/v1/reports/market?authority=plymouth").expect(200).json()["total"] == 42);
    CHECK(visitor.get("/v1/reports/market").expect(200).json()["total"] == 110);
    CHECK(visitor.get("/v1/reports/market?authority=Narnia").expect(422).pointers() == std::set<std::string>{"/authority"});
    visitor.get("/internal/catalogue/market").expect(404);
  });
}

TEST_CASE("a mapping with a bad row loads nothing") {
  for_each_application(services, [](TestApplication& app) {
    TemporaryFolder folder;
    const auto file = folder.file("mapping.csv");
    std::ifstream good(mapping_file, std::ios::binary);
    std::ofstream(file, std::ios::binary) << good.rdbuf() << "Trafford,nowhere,Boccia\n";
    import_mapping(app, file, 1);
    import_mapping(app, folder.file("missing.csv"), 1);
    auto visitor = app.client();
    CHECK(count(visitor, "/v1/catalogue/services") == 0);
  });
}

TEST_CASE("services are found by text, type, need, age, place and distance") {
  for_each_application(services, [](TestApplication& app) {
    import_mapping(app);
    auto visitor = app.client();
    struct Case {
      const char* query;
      std::size_t expected;
    };
    const Case cases[] = {
        {"", 110},
        {"&authority=Trafford", 68},
        {"&authority=PLYMOUTH", 42},
        {"&q=sailing", 2},
        {"&q=Youth+sail", 1},
        {"&q=%20", 110},
        {"&type=Equipment", 1},
        {"&type=Groups%3A%20Youth&authority=Trafford", 7},
        {"&tier=local+core+offer&authority=Trafford", 14},
        {"&need=autism", 12},
        {"&need=sensory_hearing", 3},
        {"&age_min=5&age_max=11", 97},
        {"&age_min=19&age_max=25", 75},
        {"&age_max=3", 82},
        {"&place=M33", 68},
        {"&place=PL4&miles=1", 42},
        {"&offers_only=true", 0},
        {"&offers_only=false", 110},
    };
    for (const auto& [query, expected] : cases) {
      CAPTURE(query);
      CHECK(count(visitor, "/v1/catalogue/services?limit=500" + std::string(query)) == expected);
    }
    const auto types = visitor.get("/v1/catalogue/types?authority=Plymouth").expect(200).json()["items"];
    std::int64_t sum = 0;
    for (const auto& item : types) sum += item["count"].get<std::int64_t>();
    CHECK(sum == 42);
  });
}

TEST_CASE("pages of services hold each once and end") {
  for_each_application(services, [](TestApplication& app) {
    import_mapping(app);
    auto visitor = app.client();
    std::set<std::string> seen;
    std::vector<std::size_t> sizes;
    std::string path = "/v1/catalogue/services";
    for (;;) {
      const auto page = visitor.get(path).expect(200).json();
      sizes.push_back(page["items"].size());
      for (const auto& item : page["items"]) CHECK(seen.insert(item["id"].get<std::string>()).second);
      if (page["next"].is_null()) break;
      path = page["next"].get<std::string>();
    }
    CHECK(sizes == std::vector<std::size_t>{50, 50, 10});
    CHECK(visitor.get("/v1/catalogue/services?after=nonsense").expect(422).pointers() == std::set<std::string>{"/after"});
  });
}

TEST_CASE("unknown stays unknown, and is said") {
  for_each_application(services, [](TestApplication& app) {
    import_mapping(app);
    auto visitor = app.client();
    const auto item = visitor.get("/v1/catalogue/services?q=Beckly").expect(200).json()["items"][0];
    CHECK(item["provider_name"] == "unknown");
    CHECK(item["provider_kind"] == "unknown");
    CHECK(item["ages_known"] == false);
    CHECK(item["age_min"].is_null());
    CHECK(item["place"].is_null());
    const auto one = visitor.get("/v1/catalogue/services/" + item["id"].get<std::string>()).expect(200).json();
    CHECK(one["name"] == "The Beckly Centre");
    CHECK(one["offers"].empty());
    visitor.get("/v1/catalogue/services/0190a000-0000-7000-8000-000000000001").expect(404);
  });
}

TEST_CASE("what is wrong with a search is said at the parameter") {
  for_each_application(services, [](TestApplication& app) {
    auto visitor = app.client();
    struct Case {
      const char* query;
      const char* pointer;
    };
    const Case cases[] = {{"authority=Narnia", "/authority"}, {"place=SW1", "/place"}, {"age_min=9&age_max=8", "/age_max"},
                          {"age_min=-1", "/age_min"},         {"need=sleep", "/need"}, {"limit=501", "/limit"},
                          {"colour=red", "/colour"}};
    for (const auto& [query, pointer] : cases) {
      CAPTURE(query);
      CHECK(visitor.get("/v1/catalogue/services?" + std::string(query)).expect(422).pointers() == std::set<std::string>{pointer});
    }
  });
}

TEST_CASE("a provider publishes an offer with prices and sessions, changes and withdraws it") {
  for_each_application(services, [](TestApplication& app) {
    Market market(app);
    const auto made = market.provider.key("o1").post("/v1/catalogue/offers", offer_body({market.trafford}).dump()).expect(201);
    CHECK(market.provider.key("o1").post("/v1/catalogue/offers", offer_body({market.trafford}).dump()).expect(201).body == made.body);
    CHECK(made.header("ETag") == "\"1\"");
    const auto offer = made.json();
    const auto path = "/v1/catalogue/offers/" + offer["id"].get<std::string>();
    CHECK(made.header("Location") == path);
    CHECK(offer["provider_name"] == "Sale Harriers");
    CHECK(offer["place"] == "M33");
    CHECK(offer["vetting"] == "unknown");
    CHECK(offer["tiers"][1]["per_child"] == money(250));

    const Json run{{"weekday", nullptr}, {"first_date", "2026-11-28"}, {"from_minute", 600}, {"to_minute", 720},
                   {"sessions", 6}, {"places", 8}};
    const auto announced = market.provider.post(path + "/runs", run.dump()).expect(201).json();
    CHECK(announced["weekday"] == 6);
    CHECK(announced["dates"].size() == 6);
    CHECK(announced["dates"][5] == "2027-01-02");
    auto wrong = run;
    wrong["to_minute"] = 660;
    CHECK(market.provider.post(path + "/runs", wrong.dump()).expect(422).pointers() == std::set<std::string>{"/to_minute"});

    CHECK(market.visitor.get(path).expect(200).json()["runs"][0] == announced);
    CHECK(count(market.visitor, "/v1/catalogue/offers?authority=Trafford&place=M32&miles=5&need=autism&age_min=11") == 1);
    CHECK(count(market.visitor, "/v1/catalogue/offers?authority=Plymouth") == 0);
    CHECK(count(market.visitor, "/v1/catalogue/offers?q=bowls") == 1);
    CHECK(market.visitor.get("/v1/catalogue/offers?place=M32").expect(200).json()["items"][0]["distance_miles"].get<double>() < 3);
    const auto found = market.visitor.get("/v1/catalogue/services?offers_only=true").expect(200).json()["items"];
    REQUIRE(found.size() == 1);
    CHECK(found[0]["tier"] == "published");
    CHECK(found[0]["id"] == offer["service"]);
    const auto detail = market.visitor.get("/v1/catalogue/services/" + offer["service"].get<std::string>()).expect(200).json();
    CHECK(detail["offers"][0]["id"] == offer["id"]);

    auto changed = offer_body({market.trafford});
    changed["title"] = "Boccia for beginners";
    market.provider.put(path, changed.dump()).expect(428);
    CHECK(market.provider.if_match(1).put(path, changed.dump()).expect(200).json()["version"] == 2);
    market.provider.if_match(1).put(path, changed.dump()).expect(412);
    changed["minutes_per_session"] = 60;
    CHECK(market.provider.if_match(2).put(path, changed.dump()).expect(422).pointers() == std::set<std::string>{"/minutes_per_session"});

    CHECK(market.provider.post(path + "/withdrawal").expect(200).json()["state"] == "withdrawn");
    CHECK(count(market.visitor, "/v1/catalogue/offers") == 0);
    CHECK(count(market.visitor, "/v1/catalogue/services") == 0);
    CHECK(count(market.provider, "/v1/catalogue/offers?provider=" + market.id) == 1);
    market.provider.post(path + "/runs", run.dump()).expect(409);
  });
}

TEST_CASE("prices that make no sense are refused at the tier") {
  for_each_application(services, [](TestApplication& app) {
    Market market(app);
    auto body = offer_body({market.trafford});
    body["tiers"][1]["from_children"] = 1;
    body["tiers"][0]["fixed"] = money(0);
    CHECK(market.provider.post("/v1/catalogue/offers", body.dump()).expect(422).pointers() ==
          std::set<std::string>{"/tiers/0", "/tiers/1/from_children"});
    body = offer_body({market.trafford});
    body["tiers"][0]["fixed"] = money(-1);
    CHECK(market.provider.post("/v1/catalogue/offers", body.dump()).expect(422).body.find("/tiers/0/fixed") != std::string::npos);
    body = offer_body({"0190a000-0000-7000-8000-000000000001"});
    CHECK(market.provider.post("/v1/catalogue/offers", body.dump()).expect(422).pointers() == std::set<std::string>{"/authorities/0"});
  });
}

TEST_CASE("families are not shown what their authority rejected; staff see it marked") {
  for_each_application(services, [](TestApplication& app) {
    Market market(app);
    const auto offer = market.publish();
    const auto path = "/v1/catalogue/offers/" + offer["id"].get<std::string>();
    const auto service = "/v1/catalogue/services/" + offer["service"].get<std::string>();
    market.vet(market.commissioner, "approved");
    CHECK(market.parent.get(path).expect(200).json()["vetting"] == "approved");
    CHECK(market.other_parent.get(path).expect(200).json()["vetting"] == "unknown");

    market.vet(market.commissioner, "rejected");
    market.parent.get(path).expect(404);
    market.parent.get(service).expect(404);
    CHECK(count(market.parent, "/v1/catalogue/offers") == 0);
    CHECK(count(market.parent, "/v1/catalogue/offers?authority=Plymouth") == 0);
    CHECK(count(market.parent, "/v1/catalogue/services") == 0);
    CHECK(count(market.visitor, "/v1/catalogue/offers?authority=Trafford") == 0);
    CHECK(count(market.visitor, "/v1/catalogue/offers?authority=Plymouth") == 1);
    CHECK(count(market.other_parent, "/v1/catalogue/services") == 1);
    CHECK(market.commissioner.get(path).expect(200).json()["vetting"] == "rejected");
    CHECK(market.provider.get(path).expect(200).json()["state"] == "published");

    // A note is for the authority's own staff.
    const auto note = [&](HttpClient& who) {
      const auto page = who.get("/v1/catalogue/providers").expect(200).json();
      for (const auto& vetting : page["items"][0]["vetting"]) {
        if (vetting["authority_name"] == "Trafford") return vetting["note"].get<std::string>();
      }
      return std::string("nothing");
    };
    CHECK(note(market.commissioner) == "Seen in May.");
    CHECK(note(market.other_commissioner).empty());
    CHECK(note(market.parent).empty());
    market.vet(market.other_commissioner, "rejected");
    CHECK(count(market.visitor, "/v1/catalogue/offers") == 0);
  });
}

TEST_CASE("who may do what in the catalogue") {
  for_each_application(services, [](TestApplication& app) {
    Market market(app);
    const auto offer = market.publish();
    const auto path = "/v1/catalogue/offers/" + offer["id"].get<std::string>();
    market.visitor.get("/v1/catalogue/providers").expect(401);
    market.visitor.post("/v1/catalogue/offers", offer_body({market.trafford}).dump()).expect(401);
    market.parent.post("/v1/catalogue/offers", offer_body({market.trafford}).dump()).expect(403);
    market.parent.put("/v1/catalogue/providers/" + market.id + "/vetting", R"({"state":"approved","note":""})").expect(403);
    auto rival = provider_account(app, "rival@example.org", market.register_provider());
    rival.post(path + "/withdrawal").expect(404);
    rival.if_match(1).put(path, offer_body({market.trafford}).dump()).expect(404);
    market.visitor.get("/internal/catalogue/offers/" + offer["id"].get<std::string>()).expect(404);
  });
}

TEST_CASE("what nobody offers is heard by one's own authority") {
  for_each_application(services, [](TestApplication& app) {
    Market market(app);
    market.parent.post("/v1/catalogue/unmet-needs", R"({"what":"A hoist at the pool","place":"m41"})").expect(201);
    CHECK(market.parent.post("/v1/catalogue/unmet-needs", R"({"what":""})").expect(422).pointers() == std::set<std::string>{"/what"});
    const auto heard = market.commissioner.get("/v1/catalogue/unmet-needs").expect(200).json()["items"];
    REQUIRE(heard.size() == 1);
    CHECK(heard[0]["what"] == "A hoist at the pool");
    CHECK(heard[0]["place"] == "M41");
    CHECK(count(market.other_commissioner, "/v1/catalogue/unmet-needs") == 0);
    market.parent.get("/v1/catalogue/unmet-needs").expect(403);
  });
}
