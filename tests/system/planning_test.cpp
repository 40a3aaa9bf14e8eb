// A plan's money beside pools, through HTTP.
#include "payments/command.hpp"
#include "payments/service.hpp"
#include "services/catalogue/service.hpp"
#include "services/families/service.hpp"
#include "services/identity/service.hpp"
#include "tests/support/application.hpp"

#include <nlohmann/json.hpp>

using namespace cp;
using namespace cp::test;
using Json = nlohmann::json;

namespace {

const std::vector<app::Service> services{identity::service(), families::service(), catalogue::service(), payments::service()};

Json money(std::int64_t pence) { return {{"pence", pence}, {"currency", "GBP"}}; }

/// A family of Trafford with an agreed plan, and the people who look after it.
struct Office {
  explicit Office(TestApplication& app)
      : parent(app.person(http::Role::parent, "ann@example.org", "Trafford")),
        facilitator(app.person(http::Role::facilitator, "facilitator@example.org", "Trafford")),
        commissioner(app.person(http::Role::commissioner, "commissioner@example.org", "Trafford")),
        stranger(app.person(http::Role::commissioner, "commissioner@example.net", "Plymouth")) {
    const Json profile{{"known_as", "Ann"},
                       {"children", {{{"nickname", "Bo"}, {"birth_month", "2014-03"}, {"needs", {"autism"}}, {"support_adults", 1},
                                      {"support_children", 2}, {"wheelchair", false}, {"behaviours", Json::array()}}}},
                       {"place", "M33"}, {"slots", Json::array()}, {"interests", Json::array()}, {"max_miles", 5},
                       {"mixing", "either"}, {"with", Json::array()}, {"not_with", Json::array()}, {"looking", true},
                       {"languages", Json::array()}, {"needs_shared_language", false}, {"not_with_behaviours", Json::array()}};
    parent.put("/v1/families/mine", profile.dump()).expect(201);
    family = parent.get("/v1/identity/me").expect(200).json()["family"].get<std::string>();
    authority = commissioner.get("/v1/identity/me").expect(200).json()["authority"].get<std::string>();
  }

  /// The path of an agreed plan.
  std::string agreed(const std::string& starts, const std::string& ends, std::int64_t pence) {
    const Json plan{{"family", family}, {"child_label", "Bo"}, {"starts", starts}, {"ends", ends}, {"holder", "managed"},
                    {"streams", {{{"stream", "short_breaks"}, {"amount", money(pence)}}}}};
    const auto path = facilitator.post("/v1/payments/plans", plan.dump()).expect(201).header("Location");
    commissioner.if_match(1).post(path + "/agreement").expect(200);
    return path;
  }

  HttpClient parent, facilitator, commissioner, stranger;
  std::string family, authority;
};

Json stream_of(const Json& plan, const std::string& stream) {
  for (const auto& one : plan["streams"]) {
    if (one["stream"] == stream) return one;
  }
  return {};
}

}  // namespace

TEST_CASE("a commissioner enters what a family pays in, and the family reads it") {
  for_each_application(services, [](TestApplication& app) {
    Office office(app);
    const auto path = office.agreed("2026-01-01", "2027-12-31", 10'000);
    const auto cap = office.parent.get(path).expect(200).json()["pooled_cap"];
    const auto paid = [](const char* way, std::int64_t pence) {
      return Json{{"way", way}, {"amount", money(pence)}, {"reference", "FPI 4711"}}.dump();
    };
    office.parent.post(path + "/own-money", paid("in", 500)).expect(403);
    office.facilitator.post(path + "/own-money", paid("in", 500)).expect(403);
    office.stranger.post(path + "/own-money", paid("in", 500)).expect(404);
    office.commissioner.post(path + "/own-money", paid("in", 0)).expect(422);
    office.commissioner.key("once").post(path + "/own-money", paid("in", 500)).expect(200);
    office.commissioner.key("once").post(path + "/own-money", paid("in", 500)).expect(200);
    const auto plan = office.parent.get(path).expect(200).json();
    CHECK(stream_of(plan, "own_money")["left"] == money(500));
    CHECK(plan["pooled_cap"] == cap);
    const auto refused = office.commissioner.post(path + "/own-money", paid("back", 501)).expect(409).json();
    CHECK(refused["code"] == "own-money-spent");
    CHECK(refused["short_by_pence"] == 1);
    office.commissioner.post(path + "/own-money", paid("back", 200)).expect(200);
    const auto lines = office.parent.get("/v1/payments/statement").expect(200).json()["lines"];
    CHECK(lines[0]["kind"] == "paid_back");
    CHECK(lines[1]["kind"] == "paid_in");
    CHECK(lines[1]["derivation"][0]["text"] == "Reference: FPI 4711");

    // It is paid in, never allocated.
    const Json revision{{"streams", {{{"stream", "own_money"}, {"amount", money(5)}}}}, {"reason", "Reviewed."}};
    office.commissioner.if_match(2).post(path + "/versions", revision.dump()).expect(422);
    CHECK(payments::ledger_verify_command(app.config(), app.database()) == 0);
  });
}
