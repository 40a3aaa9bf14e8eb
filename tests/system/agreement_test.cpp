// Agreements that share a price otherwise than by child, over HTTP, on SQLite and on PostgreSQL:
// who carries what another cannot pay, and what stays of the terms when somebody leaves.
#include "tests/system/story.hpp"

using namespace cp;
using namespace cp::test;

namespace {

Json money(std::int64_t pence) { return {{"pence", pence}, {"currency", "GBP"}}; }
std::int64_t pence(const Json& amount) { return amount.at("pence").get<std::int64_t>(); }

const Json& member(const Json& pool, const std::string& family) {
  for (const auto& one : pool.at("members")) {
    if (one.at("family") == family) return one;
  }
  throw std::logic_error("the family is not in the pool");
}

Json terms(const std::string& split, Json members) {
  return {{"notice_sessions", 0}, {"ceiling_percent", 100}, {"minimum_children", 2},
          {"split", split},       {"members", std::move(members)}};
}

}  // namespace

TEST_CASE("who cannot pay an equal share pays what it can once another has agreed to carry the rest") {
  on_each([](Story& story) {
    const auto three = story.three();
    auto& [alder, beech, cedar, pool] = three;
    const auto path = "/v1/pools/" + pool + "/agreement";

    auto wanted = terms("equal", {{{"family", alder.id}, {"can_pay", money(2'000)}}});
    const auto refused = story.facilitator.post(path, wanted.dump()).expect(409).json();
    CHECK(refused.at("code") == "share-short");
    CHECK(refused.at("family") == alder.id);
    CHECK(refused.at("short_by_pence") == 1'167);
    CHECK(story.see(story.facilitator, pool).at("state") == "proposed");

    wanted.at("members").push_back({{"family", beech.id}, {"carries_to", money(5'000)}});
    const auto agreed = story.facilitator.post(path, wanted.dump()).expect(200).json();
    CHECK(agreed.at("agreement").at("split") == "equal");
    CHECK(pence(member(agreed, alder.id).at("share_per_session")) == 2'000);
    CHECK(pence(member(agreed, beech.id).at("share_per_session")) == 4'334);
    CHECK(pence(member(agreed, cedar.id).at("share_per_session")) == 3'167);
    CHECK(pence(member(agreed, alder.id).at("terms").at("can_pay")) == 2'000);

    // The others learn that there are such terms, and not whose.
    const auto cedars = story.see(cedar.browser, pool);
    CHECK(member(cedars, alder.id).at("terms").is_null());
    CHECK(cedars.at("agreement").at("text").get<std::string>().find("so that nobody has to drop out") != std::string::npos);
    const auto alders = story.see(alder.browser, pool).at("my");
    CHECK(pence(alders.at("terms").at("can_pay")) == 2'000);
    CHECK(alders.at("derivation").dump().find("You pay what you can, £20.00 a session") != std::string::npos);

    for (auto* family : {&alder, &beech, &cedar}) story.accept(*family, pool).expect(200);
    CHECK(story.totals(alder).held == 4 * 2'000);
    CHECK(story.totals(alder).held + story.totals(beech).held + story.totals(cedar).held == 4 * 9'500);
    CHECK(story.verify() == 0);
  });
}

TEST_CASE("parts and costs of an agreement hold for those who are left") {
  on_each([](Story& story) {
    const auto three = story.three();
    auto& [alder, beech, cedar, pool] = three;
    auto wanted = terms("by_weight", {{{"family", alder.id}, {"weight", 3}}, {{"family", beech.id}, {"weight", 2}}});
    wanted["costs"] = {{{"kind", "insurance"}, {"label", "a shared helper"}, {"once", money(1'000)}}};
    const auto path = "/v1/pools/" + pool;
    CHECK(story.facilitator.post(path + "/agreement", wanted.dump()).expect(422).json().at("errors")[0].at("pointer") == "/members");
    wanted.at("members").push_back({{"family", cedar.id}, {"weight", 1}});
    const auto agreed = story.facilitator.post(path + "/agreement", wanted.dump()).expect(200).json();
    // £95.00 and £2.50 of the insurance, by 3, 2 and 1.
    CHECK(pence(member(agreed, alder.id).at("share_per_session")) == 4'875);
    CHECK(pence(member(agreed, beech.id).at("share_per_session")) == 3'250);
    CHECK(pence(member(agreed, cedar.id).at("share_per_session")) == 1'625);
    for (auto* family : {&alder, &beech, &cedar}) story.accept(*family, pool).expect(200);

    story.app.clock().set(*parse_timestamp("2026-11-28T18:00:00Z"));
    story.provider.post(path + "/sessions/1/delivery").expect(200);
    cedar.browser.post(path + "/leaving", R"({"reason":""})").expect(200);
    // £90.00 for two and £2.50 of the insurance, by 3 and 2.
    const auto after = story.see(story.facilitator, pool);
    CHECK(after.at("state") == "active");
    CHECK(pence(member(after, alder.id).at("share_per_session")) == 5'550);
    CHECK(pence(member(after, beech.id).at("share_per_session")) == 3'700);
    CHECK(story.totals(alder).charged == 4'875);
    CHECK(story.totals(alder).held == 3 * 5'550);
    CHECK(story.totals(cedar).held == 0);
    CHECK(story.verify() == 0);
  });
}
