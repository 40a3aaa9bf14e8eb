// A plan's money beside pools, through HTTP.
#include "payments/client.hpp"
#include "payments/command.hpp"
#include "payments/service.hpp"
#include "services/catalogue/service.hpp"
#include "services/families/service.hpp"
#include "services/identity/service.hpp"
#include "tests/support/application.hpp"
#include "tests/support/wait.hpp"

#include <nlohmann/json.hpp>

#include <map>

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

  std::string provider(const std::string& name) {
    const Json body{{"name", name}, {"kind", "voluntary"}, {"authorities", {authority}}};
    return commissioner.post("/v1/catalogue/providers", body.dump()).expect(201).json()["id"].get<std::string>();
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

TEST_CASE("a fee is agreed, charged to its own payee's invoice, and the rest given back") {
  for_each_application(services, [](TestApplication& app) {
    Office office(app);
    const auto path = office.agreed("2026-01-01", "2027-12-31", 200'000);
    const auto bureau = office.provider("Payroll Bureau");
    const auto fee = [&](const std::string& payee, std::int64_t pence) {
      return Json{{"kind", "payroll"}, {"payee", payee}, {"stream", "short_breaks"}, {"basis", "yearly"}, {"rate", money(pence)}}.dump();
    };
    office.facilitator.post(path + "/fees", fee(bureau, 46'000)).expect(403);
    office.stranger.post(path + "/fees", fee(bureau, 46'000)).expect(404);
    office.commissioner.post(path + "/fees", fee(office.authority, 46'000)).expect(422);
    CHECK(office.commissioner.post(path + "/fees", fee(bureau, 200'000)).expect(409).json()["code"] == "stream-short");
    const auto agreed = office.commissioner.key("fee").post(path + "/fees", fee(bureau, 46'000)).expect(201).json();
    CHECK(office.commissioner.key("fee").post(path + "/fees", fee(bureau, 46'000)).expect(201).json() == agreed);
    CHECK(agreed["reserved"] == money(92'000));
    CHECK(agreed["derivation"] == "£460.00 a year for 2 years = £920.00");
    CHECK(office.parent.get(path + "/fees").expect(200).json()["items"].size() == 1);
    office.stranger.get(path + "/fees").expect(404);

    const auto where = "/v1/payments/fees/" + agreed["id"].get<std::string>();
    const auto charge = [](std::int64_t pence) { return Json{{"amount", money(pence)}, {"reason", "November"}}.dump(); };
    office.parent.post(where + "/charges", charge(3'833)).expect(403);
    office.stranger.post(where + "/charges", charge(3'833)).expect(404);
    const auto charged = office.commissioner.key("november").post(where + "/charges", charge(3'833)).expect(200).json();
    CHECK(charged["charged"] == money(3'833));
    office.commissioner.key("november").post(where + "/charges", charge(3'833)).expect(200);
    const auto above = office.commissioner.post(where + "/charges", charge(88'168)).expect(409).json();
    CHECK(above["code"] == "fee-above-reserved");
    CHECK(above["over_by_pence"] == 1);

    const auto invoices = office.commissioner.get("/v1/payments/invoices").expect(200).json()["items"];
    REQUIRE(invoices.size() == 1);
    CHECK(invoices[0]["provider"] == bureau);
    CHECK(invoices[0]["pool_title"] == "Payroll fee");
    CHECK(invoices[0]["owed"] == money(3'833));
    office.commissioner.post(where + "/release", R"({"reason":"She moved."})").expect(200);
    const auto stream = stream_of(office.parent.get(path).expect(200).json(), "short_breaks");
    CHECK(stream["held"] == money(0));
    CHECK(stream["left"] == money(200'000 - 3'833));
    const auto line = office.parent.get("/v1/payments/statement").expect(200).json()["lines"][1];
    CHECK(line["kind"] == "fee_charge");
    CHECK(line["derivation"][0]["text"] == "Payroll fee: November");
    CHECK(payments::ledger_verify_command(app.config(), app.database()) == 0);
  });
}

TEST_CASE("a part of a plan is handed over, and who may say so") {
  for_each_application(services, [](TestApplication& app) {
    Office office(app);
    const auto path = office.agreed("2026-01-01", "2027-12-31", 10'000);
    const auto body = [](const char* stream) {
      return Json{{"stream", stream}, {"holder", "direct_payment"}, {"from", "2026-01-01"}, {"reason", "As the family wishes."}}.dump();
    };
    office.parent.post(path + "/holders", body("short_breaks")).expect(403);
    office.facilitator.post(path + "/holders", body("short_breaks")).expect(403);
    office.stranger.post(path + "/holders", body("short_breaks")).expect(404);
    office.stranger.get(path + "/holders").expect(404);
    office.commissioner.post(path + "/holders", body("health")).expect(422);
    CHECK(office.parent.get(path + "/holders").expect(200).json()["today"][0]["holder"] == "managed");
    office.commissioner.post(path + "/holders", body("short_breaks")).expect(200);
    const auto holders = office.parent.get(path + "/holders").expect(200).json();
    CHECK(holders["today"][0]["holder"] == "direct_payment");
    CHECK(holders["hand_overs"][0]["reason"] == "As the family wishes.");

    // The provider is owed the whole session; the authority has to collect what the family holds itself.
    const auto transport = net::make_local_transport(app.application().router());
    payments::Client client(*transport);
    const Id<"pool"> pool(app.ids().next(app.clock().now()));
    payments::HoldRequest request{pool, "Boccia", Id<"provider">(office.provider("Sale Harriers")), Id<"authority">(office.authority),
                                  "Sport", 1, 1, {}};
    const Date day = std::chrono::year(2026) / 12 / 1;
    request.shares = {{Id<"family">(office.family), 1, day, Money(1'000), payments::note("All of it.")}};
    REQUIRE(wait(client.hold(request, "hold")).has_value());
    REQUIRE(wait(client.charge(pool, 1, "charge")).has_value());
    const auto payables = office.commissioner.get("/v1/payments/payables").expect(200).json()["items"];
    REQUIRE(payables.size() == 1);
    CHECK(payables[0]["owed"] == money(1'000));
    REQUIRE(payables[0]["to_collect"].size() == 1);
    CHECK(payables[0]["to_collect"][0]["holder"] == "direct_payment");
    CHECK(payables[0]["to_collect"][0]["family"] == office.family);
    CHECK(payables[0]["to_collect"][0]["amount"] == money(1'000));
    CHECK(payments::ledger_verify_command(app.config(), app.database()) == 0);
  });
}

TEST_CASE("a plan's year is ended by the authority's policy, and both plans say so") {
  for_each_application(services, [](TestApplication& app) {
    Office office(app);
    const auto old_path = office.agreed("2024-04-01", "2025-03-31", 10'000);
    const auto path = office.agreed("2025-04-01", "2027-03-31", 20'000);
    const auto policy_path = "/v1/identity/authorities/" + office.authority + "/policy";
    auto policy = office.commissioner.get(policy_path).expect(200).json();
    const auto version = policy["version"].get<std::int64_t>();
    CHECK(policy["budget"]["carry_over_percent"] == 0);
    policy.erase("version");
    policy.erase("currency");
    policy["budget"]["carry_over_percent"] = 15;
    office.commissioner.if_match(version).put(policy_path, policy.dump()).expect(200);

    const auto next = path.substr(path.rfind('/') + 1);
    const auto body = Json{{"next", next}}.dump();
    office.facilitator.post(old_path + "/ending", body).expect(403);
    office.parent.post(old_path + "/ending", body).expect(403);
    office.stranger.post(old_path + "/ending", body).expect(404);
    CHECK(office.commissioner.post(path + "/ending", "{}").expect(409).json()["code"] == "plan-not-over");
    const auto ended = office.commissioner.key("end").post(old_path + "/ending", body).expect(200).json();
    CHECK(stream_of(ended, "short_breaks")["returned"] == money(10'000));
    CHECK(stream_of(ended, "short_breaks")["left"] == money(0));
    office.commissioner.key("end").post(old_path + "/ending", body).expect(200);
    CHECK(stream_of(office.parent.get(path).expect(200).json(), "short_breaks")["left"] == money(21'500));
    const auto versions = office.parent.get(path + "/versions").expect(200).json()["items"];
    CHECK(versions[0]["reason"] == "Carried over from the plan before. Up to 15 % of a stream may be carried over.");
    const auto statement = office.parent.get("/v1/payments/statement").expect(200).json();
    CHECK(statement["totals"]["allocated"] == money(21'500));
    std::map<std::string, std::int64_t> lines;
    for (const auto& line : statement["lines"]) lines[line["kind"]] += line["amount"]["pence"].get<std::int64_t>();
    CHECK(lines["carried_over"] == 1'500);
    CHECK(lines["carried_in"] == 1'500);
    CHECK(lines["returned"] == 8'500);
    CHECK(payments::ledger_verify_command(app.config(), app.database()) == 0);
  });
}

TEST_CASE("an allocation is worked out by the authority's policy, and its working is the version's reason") {
  for_each_application(services, [](TestApplication& app) {
    Office office(app);
    const auto path = office.agreed("2026-01-01", "2027-12-31", 1'200'000);
    const Json question{{"child_points", 110}, {"family_points", 40}, {"current", money(1'200'000)}};
    CHECK(office.commissioner.post("/v1/payments/allocations", question.dump()).expect(409).json()["code"] == "no-price-per-point");
    const auto policy_path = "/v1/identity/authorities/" + office.authority + "/policy";
    auto policy = office.commissioner.get(policy_path).expect(200).json();
    const auto version = policy["version"].get<std::int64_t>();
    policy.erase("version");
    policy.erase("currency");
    policy["budget"]["pence_per_point"] = 5'000;
    office.commissioner.if_match(version).put(policy_path, policy.dump()).expect(200);

    office.parent.post("/v1/payments/allocations", question.dump()).expect(403);
    const auto worked = office.facilitator.post("/v1/payments/allocations", question.dump()).expect(200).json();
    CHECK(worked["table"] == money(750'000));
    CHECK(worked["amount"] == money(906'000));
    CHECK(worked["steps"].size() == 3);

    const Json allocation{{"stream", "short_breaks"}, {"child_points", 110}, {"family_points", 40}};
    office.facilitator.if_match(2).post(path + "/allocation", allocation.dump()).expect(403);
    office.commissioner.post(path + "/allocation", allocation.dump()).expect(428);
    office.commissioner.if_match(1).post(path + "/allocation", allocation.dump()).expect(412);
    const Json nothing{{"stream", "health"}, {"child_points", 110}, {"family_points", 40}};
    office.commissioner.if_match(2).post(path + "/allocation", nothing.dump()).expect(422);
    const auto plan = office.commissioner.if_match(2).post(path + "/allocation", allocation.dump()).expect(200).json();
    CHECK(stream_of(plan, "short_breaks")["allocated"] == money(906'000));
    const auto reason = office.parent.get(path + "/versions").expect(200).json()["items"][0]["reason"].get<std::string>();
    CHECK(reason.find("0.755 of that is kept: £9,060.00.") != std::string::npos);
    CHECK(payments::ledger_verify_command(app.config(), app.database()) == 0);
  });
}
