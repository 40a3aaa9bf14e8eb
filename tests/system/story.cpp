#include "tests/system/story.hpp"

#include "payments/command.hpp"

namespace cp::test {
namespace {

Json money(std::int64_t pence) { return {{"pence", pence}, {"currency", "GBP"}}; }

std::int64_t pence(const Json& amount) { return amount.at("pence").get<std::int64_t>(); }

}  // namespace

Story::Story(TestApplication& application)
    : app(application),
      facilitator(app.person(http::Role::facilitator, "facilitator@test.example", "Trafford")),
      commissioner(app.person(http::Role::commissioner, "commissioner@test.example", "Trafford")),
      administrator(app.person(http::Role::administrator, "administrator@test.example")),
      authority(facilitator.get("/v1/identity/me").expect(200).json().at("authority")),
      provider(register_provider()) {}

HttpClient Story::register_provider() {
  const Json who = {{"name", "Sale Swimmers"}, {"kind", "voluntary"}, {"authorities", {authority}}};
  provider_id = administrator.post("/v1/catalogue/providers", who.dump()).expect(201).json().at("id");
  commissioner
      .put("/v1/catalogue/providers/" + provider_id + "/vetting", R"({"state":"approved","note":"Visited."})")
      .expect(200);
  const Json account = {{"role", "provider"},        {"email", "provider@test.example"}, {"name", "Sale Swimmers"},
                        {"password", usual_password}, {"provider", provider_id}};
  administrator.post("/v1/identity/accounts", account.dump()).expect(201);
  return app.sign_in("provider@test.example");
}

FamilyActor& Story::family(const std::string& name, std::int64_t plan_pence) {
  auto browser = app.client();
  const Json sign_up = {{"authority", authority},
                        {"email", name + "@family.example"},
                        {"password", usual_password},
                        {"name", name}};
  const auto me = browser.post("/v1/identity/sign-up", sign_up.dump()).expect(201).json();
  const Json child = {{"nickname", "Kit"},      {"birth_month", "2016-05"}, {"needs", {"learning", "communication"}},
                      {"support_adults", 1},    {"support_children", 2},    {"wheelchair", false},
                      {"behaviours", Json::array()}};
  const Json profile = {
      {"known_as", "The " + name + " family"},
      {"children", {child}},
      {"place", "M33"},
      {"slots", {{{"weekday", 6}, {"from_minute", 540}, {"to_minute", 1'080}}}},
      {"interests", {{{"activity_type", OfferOrder{}.activity_type}, {"weight", 5}}}},
      {"max_miles", 10},
      {"mixing", "either"},
      {"with", Json::array()},
      {"not_with", Json::array()},
      {"languages", Json::array()},
      {"needs_shared_language", false},
      {"not_with_behaviours", Json::array()},
      {"looking", true}};
  browser.put("/v1/families/mine", profile.dump()).expect(201);
  families_.push_back({std::move(browser), me.at("family"), {}});
  auto& family = families_.back();
  if (plan_pence == 0) return family;

  const Json plan = {{"family", family.id},
                     {"starts", "2026-04-01"},
                     {"ends", "2027-12-31"},
                     {"streams", {{{"stream", "short_breaks"}, {"amount", money(plan_pence)}}}},
                     {"holder", "managed"}};
  const auto made = facilitator.post("/v1/payments/plans", plan.dump()).expect(201).json();
  family.plan = made.at("id");
  commissioner.if_match(made.at("version").get<std::int64_t>())
      .post("/v1/payments/plans/" + family.plan + "/agreement")
      .expect(200);
  return family;
}

OfferActor Story::offer(const OfferOrder& order) {
  const Json tier = {{"from_children", 1},
                     {"fixed", money(order.fixed)},
                     {"per_child", money(order.per_child)},
                     {"per_hour", money(order.per_hour)}};
  const Json offer = {{"authorities", {authority}},
                      {"title", order.title},
                      {"activity_type", order.activity_type},
                      {"description", "In the small pool, with a hoist."},
                      {"age_min", 5},
                      {"age_max", 18},
                      {"needs_catered", {"learning", "communication", "autism"}},
                      {"wheelchair_access", "yes"},
                      {"staff_checks", "known"},
                      {"staff_adults", 1},
                      {"staff_children", 2},
                      {"place", "M33"},
                      {"minimum_children", order.minimum_children},
                      {"maximum_children", order.maximum_children},
                      {"minutes_per_session", order.to_minute - order.from_minute},
                      {"tiers", {tier}}};
  const auto made = provider.post("/v1/catalogue/offers", offer.dump()).expect(201).json();
  const Json run = {{"first_date", order.first_date}, {"from_minute", order.from_minute},
                    {"to_minute", order.to_minute},   {"sessions", order.sessions},
                    {"places", order.places}};
  const std::string id = made.at("id");
  const auto published = provider.post("/v1/catalogue/offers/" + id + "/runs", run.dump()).expect(201).json();
  return {id, published.at("id")};
}

std::string Story::pool(const OfferActor& offer, const std::vector<std::string>& families) {
  const Json proposal = {{"offer", offer.id}, {"run", offer.run}, {"families", families}, {"reasons", {"By hand."}}};
  return facilitator.post("/v1/pools", proposal.dump()).expect(201).json().at("id");
}

Story::Three Story::three(const OfferOrder& order) {
  auto& alder = family("alder", 300'000);
  auto& beech = family("beech", 300'000);
  auto& cedar = family("cedar", 300'000);
  return {alder, beech, cedar, pool(offer(order), {alder.id, beech.id, cedar.id})};
}

Json Story::agree(const std::string& pool, std::int64_t notice_sessions, std::int64_t ceiling_percent,
                  std::int64_t minimum_children) {
  const Json terms = {{"notice_sessions", notice_sessions},
                      {"ceiling_percent", ceiling_percent},
                      {"minimum_children", minimum_children}};
  return facilitator.post("/v1/pools/" + pool + "/agreement", terms.dump()).expect(200).json();
}

HttpAnswer Story::accept(FamilyActor& family, const std::string& pool, std::int64_t version) {
  return family.browser.post("/v1/pools/" + pool + "/acceptances", Json{{"agreement_version", version}}.dump());
}

Json Story::see(HttpClient& browser, const std::string& pool) {
  return browser.get("/v1/pools/" + pool).expect(200).json();
}

Json Story::statement(FamilyActor& family) {
  return family.browser.get("/v1/payments/statement").expect(200).json();
}

Story::Totals Story::totals(FamilyActor& family) {
  const auto sums = statement(family).at("totals");
  return {pence(sums.at("held")), pence(sums.at("charged")), pence(sums.at("left")), pence(sums.at("headroom"))};
}

int Story::verify() { return payments::ledger_verify_command(app.config(), app.database()); }

void on_each(const std::function<void(Story&)>& body) {
  const auto tell = [&](TestApplication& app) {
    Story story(app);
    body(story);
  };
  for_each_application(all_services(), tell, {{"session.hours", "720"}});
}

}  // namespace cp::test
