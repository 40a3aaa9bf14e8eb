// The main job over HTTP, on SQLite and on PostgreSQL: from a market of real services to a session
// that was delivered and paid for, and what happens when somebody is short, late, twice, or leaves.
#include "services/catalogue/command.hpp"
#include "tests/system/story.hpp"

#include <algorithm>
#include <barrier>
#include <random>
#include <thread>

using namespace cp;
using namespace cp::test;

namespace {

std::int64_t pence(const Json& amount) { return amount.at("pence").get<std::int64_t>(); }

/// Each member's share of one session by family, as the facilitator sees it.
std::map<std::string, std::int64_t> shares(Story& story, const std::string& pool) {
  std::map<std::string, std::int64_t> out;
  const auto view = story.see(story.facilitator, pool);
  for (const auto& member : view.at("members")) {
    out[member.at("family")] = pence(member.at("share_per_session"));
  }
  return out;
}

/// Alder has accepted two pools, one with Beech and one with Cedar, and has money for either alone.
struct TwoPools {
  FamilyActor &alder, &beech, &cedar;
  std::string swimming, climbing;
};
TwoPools two_pools_for_one_purse(Story& story) {
  const auto first = story.offer({.title = "Swimming", .sessions = 4});
  const auto second = story.offer({.title = "Climbing", .sessions = 4, .from_minute = 800, .to_minute = 920});
  auto& alder = story.family("alder", 60'000);
  auto& beech = story.family("beech", 300'000);
  auto& cedar = story.family("cedar", 300'000);
  TwoPools pools{alder, beech, cedar, story.pool(first, {alder.id, beech.id}), story.pool(second, {alder.id, cedar.id})};
  for (const auto& pool : {pools.swimming, pools.climbing}) {
    story.agree(pool, 0, 0);
    story.accept(alder, pool).expect(200);
  }
  return pools;
}

}  // namespace

TEST_CASE("the main job, from the real market to a session delivered and charged") {
  on_each([](Story& story) {
    const auto imported = catalogue::import_mapping_command(
        story.app.database(), story.app.ids(), story.app.clock().now(),
        CP_SOURCE_DIR "/services/catalogue/data/short-breaks-mapping.csv");
    REQUIRE(imported == 0);
    auto nobody = story.app.client();
    CHECK(nobody.get("/v1/reports/market").expect(200).json().at("total") == 110);
    CHECK(nobody.get("/v1/reports/market?authority=Trafford").expect(200).json().at("total") == 68);
    CHECK(nobody.get("/v1/reports/market?authority=Plymouth").expect(200).json().at("total") == 42);

    const auto offer = story.offer();
    auto& alder = story.family("alder", 300'000);
    auto& beech = story.family("beech", 200'000);
    auto& cedar = story.family("cedar", 150'000);

    // A parent finds an activity, and sees what it would cost alone and shared.
    const auto found =
        alder.browser.get("/v1/catalogue/offers?q=swimming&place=M33&miles=5&age_min=10&age_max=10").expect(200).json();
    REQUIRE(found.at("items").size() == 1);
    CHECK(found.at("items")[0].at("id") == offer.id);
    const auto quote =
        alder.browser.post("/v1/payments/quote", Json{{"offer", offer.id}, {"children", 1}}.dump()).expect(200).json();
    CHECK(quote.at("sessions") == 4);
    const auto of_three = std::find_if(quote.at("pools").begin(), quote.at("pools").end(),
                                       [](const Json& size) { return size.at("children") == 3; });
    REQUIRE(of_three != quote.at("pools").end());
    // £60 and £5 a child and two hours at £10 make £95; a third of it, a penny rounded up.
    CHECK(pence(of_three->at("per_session_group")) == 9'500);
    CHECK(pence(of_three->at("my_share_per_session")) == 3'167);

    // The facilitator runs matching and confirms the group.
    const auto run = story.facilitator.post("/v1/matching/runs").expect(201).json();
    REQUIRE(run.at("groups").size() == 1);
    const auto group = run.at("groups")[0];
    CHECK(group.at("families").size() == 3);
    CHECK_FALSE(group.at("reasons").empty());
    const auto proposals = alder.browser.get("/v1/matching/proposals").expect(200).json().at("items");
    REQUIRE(proposals.size() == 1);
    CHECK(proposals[0].at("group") == group.at("id"));
    const Json confirm = {{"offer", group.at("offer")},       {"run", group.at("run")}, {"families", Json::array()},
                          {"matching_run", run.at("id")},     {"group", group.at("id")}, {"reasons", Json::array()}};
    const std::string pool = story.facilitator.post("/v1/pools", confirm.dump()).expect(201).json().at("id");
    CHECK(story.facilitator.post("/v1/pools", confirm.dump()).expect(409).json().at("pool") == pool);
    const auto agreed = story.agree(pool, 1, 50);
    CHECK(agreed.at("state") == "agreement");
    CHECK(pence(agreed.at("agreement").at("price_per_session")) == 9'500);

    // All accept; nothing is held before the last one has.
    story.accept(alder, pool).expect(200);
    story.accept(beech, pool).expect(200);
    CHECK(story.totals(alder).held == 0);
    const auto last = story.accept(cedar, pool).expect(200).json();
    CHECK(last.at("state") == "active");
    std::int64_t held = 0;
    for (auto* family : {&alder, &beech, &cedar}) {
      const auto totals = story.totals(*family);
      held += totals.held;
      // Over four sessions of 3,166 2/3 nobody is more than a penny from the exact share.
      CHECK(std::abs(totals.held * 3 - 4 * 9'500) <= 3);
      const auto lines = story.statement(*family).at("lines");
      CHECK(std::any_of(lines.begin(), lines.end(), [](const Json& line) {
        return line.at("kind") == "hold" && line.at("derivation").at(0).at("what") == "share";
      }));
    }
    CHECK(held == 4 * 9'500);
    CHECK(story.totals(alder).headroom == 90'000 - story.totals(alder).held);

    // A session is delivered and charged; the provider has one invoice for the pool.
    story.provider.post("/v1/pools/" + pool + "/sessions/1/delivery").expect(409);
    story.app.clock().set(*parse_timestamp("2026-11-28T18:00:00Z"));
    const auto delivered = story.provider.post("/v1/pools/" + pool + "/sessions/1/delivery").expect(200).json();
    CHECK(delivered.at("sessions")[0].at("state") == "delivered");
    CHECK(delivered.at("members").empty());
    std::int64_t charged = 0;
    for (auto* family : {&alder, &beech, &cedar}) charged += story.totals(*family).charged;
    CHECK(charged == 9'500);
    const auto invoices = story.provider.get("/v1/payments/invoices").expect(200).json().at("items");
    REQUIRE(invoices.size() == 1);
    CHECK(invoices[0].at("pool") == pool);
    REQUIRE(invoices[0].at("lines").size() == 1);
    CHECK(pence(invoices[0].at("total")) == 9'500);

    // A cancelled one gives its money back, the others close the pool.
    story.provider.post("/v1/pools/" + pool + "/sessions/2/cancellation", R"({"reason":"Pool shut."})").expect(200);
    story.app.clock().set(*parse_timestamp("2026-12-19T18:00:00Z"));
    story.provider.post("/v1/pools/" + pool + "/sessions/3/delivery").expect(200);
    const auto closed = story.provider.post("/v1/pools/" + pool + "/sessions/4/delivery").expect(200).json();
    CHECK(closed.at("state") == "closed");
    charged = 0;
    for (auto* family : {&alder, &beech, &cedar}) {
      CHECK(story.totals(*family).held == 0);
      charged += story.totals(*family).charged;
    }
    CHECK(charged == 3 * 9'500);
    CHECK(story.verify() == 0);
  });
}

TEST_CASE("a family a penny short is told so, and nobody's money is held") {
  on_each([](Story& story) {
    // Four sessions of £90 for two: each pays £180, and needs a plan of £600 for that at 30 %.
    const auto offer = story.offer();
    auto& alder = story.family("alder", 60'000);
    auto& beech = story.family("beech", 59'999);
    const auto pool = story.pool(offer, {alder.id, beech.id});
    story.agree(pool, 0, 0);
    story.accept(alder, pool).expect(200);
    const auto refused = story.accept(beech, pool).expect(409);
    CHECK(refused.header("Content-Type") == "application/problem+json");
    CHECK(refused.json().at("code") == "headroom-exceeded");
    CHECK(refused.json().at("short_by_pence") == 1);
    CHECK(story.totals(alder).held == 0);
    CHECK(story.totals(beech).held == 0);
    CHECK(story.see(alder.browser, pool).at("state") == "agreement");

    // A permission for the missing penny, and the pool goes live.
    const Json permission = {{"amount", {{"pence", 1}, {"currency", "GBP"}}}, {"reason", "A penny."}};
    story.commissioner.post("/v1/payments/plans/" + beech.plan + "/permissions", permission.dump()).expect(200);
    CHECK(story.accept(beech, pool).expect(200).json().at("state") == "active");
    CHECK(story.totals(beech) == Story::Totals{18'000, 0, 41'999, 0});
    CHECK(story.verify() == 0);
  });
}

TEST_CASE("a share that no longer fits at the hold is told to that family alone") {
  on_each([](Story& story) {
    const auto pools = two_pools_for_one_purse(story);
    auto& alder = pools.alder;
    auto& beech = pools.beech;
    auto& cedar = pools.cedar;
    story.accept(beech, pools.swimming).expect(200);
    // Alder's money is in the first pool now. Cedar learns that somebody is short, not who or by how much.
    const auto told = story.accept(cedar, pools.climbing).expect(409).json();
    CHECK(told.at("code") == "shares-not-held");
    CHECK_FALSE(told.contains("short_by_pence"));
    CHECK(story.totals(cedar).held == 0);
    CHECK(story.see(cedar.browser, pools.climbing).at("state") == "agreement");
    const auto refused = story.accept(alder, pools.climbing).expect(409).json();
    CHECK(refused.at("code") == "headroom-exceeded");
    CHECK(refused.at("short_by_pence") == 18'000);
    CHECK(story.verify() == 0);
  });
}

TEST_CASE("of two simultaneous acceptances that would break a cap exactly one wins") {
  on_each([](Story& story) {
    const auto pools = two_pools_for_one_purse(story);
    auto& alder = pools.alder;
    auto& beech = pools.beech;
    auto& cedar = pools.cedar;

    std::barrier together(2);
    HttpAnswer one, other;
    std::thread beech_accepts([&] {
      together.arrive_and_wait();
      one = story.accept(beech, pools.swimming);
    });
    std::thread cedar_accepts([&] {
      together.arrive_and_wait();
      other = story.accept(cedar, pools.climbing);
    });
    beech_accepts.join();
    cedar_accepts.join();
    INFO(one.body << "\n" << other.body);
    CHECK(std::minmax(one.status, other.status) == std::pair<const int&, const int&>(200, 409));
    CHECK(story.totals(alder).held == 18'000);
    CHECK(story.totals(beech).held + story.totals(cedar).held == 18'000);
    CHECK(story.verify() == 0);
  });
}

TEST_CASE("a cap attacked by many requests at once lets in what fits, and nothing that fits is turned away") {
  const auto seed = std::random_device{}();
  on_each([&](Story& story) {
    INFO("seed " << seed);
    std::mt19937 random(seed);
    // 30 % of it is free for pools.
    constexpr std::int64_t headroom = 24'000;
    auto& alder = story.family("alder", 80'000);
    struct Attack {
      FamilyActor* other;
      std::string pool;
      std::int64_t total;  // Alder's part of all sessions, in pence
      HttpAnswer answer;
    };
    std::vector<Attack> attacks;
    for (const char* name : {"beech", "cedar", "dogwood", "elder", "fir", "gorse", "hazel", "ivy"}) {
      OfferOrder order{.title = std::string("Club ") + name, .from_minute = 540 + 60 * std::ssize(attacks)};
      order.to_minute = order.from_minute + 60;
      order.fixed = 2 * std::uniform_int_distribution<std::int64_t>(0, 3'000)(random);
      auto& other = story.family(name, 300'000);
      const auto pool = story.pool(story.offer(order), {alder.id, other.id});
      story.agree(pool, 0, 0);
      story.accept(alder, pool).expect(200);
      attacks.push_back({&other, pool, order.sessions * shares(story, pool).at(alder.id), {}});
    }

    std::barrier together(std::ssize(attacks));
    {
      std::vector<std::jthread> threads;
      for (auto& attack : attacks) {
        threads.emplace_back([&] {
          together.arrive_and_wait();
          attack.answer = story.accept(*attack.other, attack.pool);
        });
      }
    }
    std::int64_t held = 0;
    for (const auto& attack : attacks) held += attack.answer.status == 200 ? attack.total : 0;
    CHECK(held > 0);
    CHECK(held <= headroom);
    CHECK(story.totals(alder).held == held);
    for (const auto& attack : attacks) {
      INFO(attack.answer.body);
      CHECK((attack.answer.status == 200 || attack.answer.status == 409));
      if (attack.answer.status == 409) CHECK(held + attack.total > headroom);
      CHECK(story.totals(*attack.other).held == (attack.answer.status == 200 ? attack.total : 0));
    }
    CHECK(story.verify() == 0);
  });
}

TEST_CASE("of two groups that want the last places exactly one gets them") {
  on_each([](Story& story) {
    const auto offer = story.offer({.places = 3});
    auto& alder = story.family("alder", 300'000);
    auto& beech = story.family("beech", 300'000);
    auto& cedar = story.family("cedar", 300'000);
    auto& dogwood = story.family("dogwood", 300'000);
    const auto first = story.pool(offer, {alder.id, beech.id});
    const auto second = story.pool(offer, {cedar.id, dogwood.id});
    story.agree(first, 0, 0);
    story.agree(second, 0, 0);
    story.accept(alder, first).expect(200);
    story.accept(cedar, second).expect(200);
    story.accept(beech, first).expect(200);
    CHECK(story.accept(dogwood, second).expect(409).json().at("code") == "no-places-left");
    CHECK(story.totals(cedar).held == 0);
  });
}

TEST_CASE("the same request sent twice with one key happens once") {
  on_each([](Story& story) {
    const auto offer = story.offer();
    auto& alder = story.family("alder", 300'000);
    auto& beech = story.family("beech", 300'000);
    const Json proposal = {{"offer", offer.id}, {"run", offer.run}, {"families", {alder.id, beech.id}},
                           {"reasons", Json::array()}};
    const auto once = story.facilitator.key("propose").post("/v1/pools", proposal.dump()).expect(201);
    const auto twice = story.facilitator.key("propose").post("/v1/pools", proposal.dump()).expect(201);
    CHECK(once.json() == twice.json());
    CHECK(story.facilitator.get("/v1/pools").expect(200).json().at("items").size() == 1);
    const Json other = {{"offer", offer.id}, {"run", offer.run}, {"families", {alder.id}}, {"reasons", Json::array()}};
    CHECK(story.facilitator.key("propose").post("/v1/pools", other.dump()).expect(422).json().at("code") ==
          "idempotency-key-reused");

    const std::string pool = once.json().at("id");
    story.agree(pool, 0, 0);
    const auto body = Json{{"agreement_version", 1}}.dump();
    const auto address = "/v1/pools/" + pool + "/acceptances";
    story.accept(alder, pool).expect(200);
    const auto first = beech.browser.key("accept").post(address, body).expect(200).json();
    const auto second = beech.browser.key("accept").post(address, body).expect(200).json();
    CHECK(first == second);
    CHECK(story.totals(beech).held == 18'000);

    story.app.clock().set(*parse_timestamp("2026-11-28T18:00:00Z"));
    for (int time = 0; time < 2; ++time) {
      story.provider.key("deliver").post("/v1/pools/" + pool + "/sessions/1/delivery").expect(200);
    }
    story.provider.post("/v1/pools/" + pool + "/sessions/1/delivery").expect(200);
    CHECK(story.totals(beech).charged == 4'500);
    CHECK(story.verify() == 0);
  });
}

TEST_CASE("when a family leaves the others pay more, up to the ceiling each agreed") {
  on_each([](Story& story) {
    const auto three = story.three();
    auto& [alder, beech, cedar, pool] = three;
    story.agree(pool, 1, 50);
    for (auto* family : {&alder, &beech, &cedar}) story.accept(*family, pool).expect(200);

    // £95 for three, £90 for two: £31.67 becomes £45, below the ceiling of £47.50.
    const auto left = cedar.browser.post("/v1/pools/" + pool + "/leaving", R"({"reason":"We move."})").expect(200).json();
    CHECK(left.at("state") == "active");
    CHECK(left.at("my").at("pays_until") == 1);
    const auto now = shares(story, pool);
    CHECK(now.at(alder.id) == 4'500);
    CHECK(now.at(beech.id) == 4'500);
    const auto first_of_cedar = story.totals(cedar).held;
    CHECK((first_of_cedar == 3'166 || first_of_cedar == 3'167));
    CHECK(story.totals(alder).held + story.totals(beech).held + first_of_cedar == 9'500 + 3 * 9'000);

    story.app.clock().set(*parse_timestamp("2026-12-05T18:00:00Z"));
    story.provider.post("/v1/pools/" + pool + "/sessions/1/delivery").expect(200);
    story.provider.post("/v1/pools/" + pool + "/sessions/2/delivery").expect(200);
    CHECK(story.totals(cedar).held == 0);
    CHECK(story.totals(cedar).charged == first_of_cedar);
    CHECK(story.see(cedar.browser, pool).at("my").at("state") == "left");
    CHECK(story.verify() == 0);
  });
}

TEST_CASE("a share above a ceiling closes the pool, and what is not spent goes back") {
  on_each([](Story& story) {
    const auto three = story.three();
    auto& [alder, beech, cedar, pool] = three;
    story.agree(pool, 1, 25);  // a ceiling of £39.58
    for (auto* family : {&alder, &beech, &cedar}) story.accept(*family, pool).expect(200);
    story.app.clock().set(*parse_timestamp("2026-11-28T18:00:00Z"));
    story.provider.post("/v1/pools/" + pool + "/sessions/1/delivery").expect(200);

    // The notice is the next session, which the three still share; then two cannot go on.
    cedar.browser.post("/v1/pools/" + pool + "/leaving", R"({"reason":""})").expect(200);
    const auto after = story.see(story.facilitator, pool);
    CHECK(after.at("sessions")[1].at("state") == "planned");
    CHECK(after.at("sessions")[2].at("state") == "cancelled");
    CHECK(after.at("sessions")[3].at("state") == "cancelled");
    std::int64_t held = 0;
    for (auto* family : {&alder, &beech, &cedar}) held += story.totals(*family).held;
    CHECK(held == 9'500);
    story.app.clock().set(*parse_timestamp("2026-12-05T18:00:00Z"));
    CHECK(story.provider.post("/v1/pools/" + pool + "/sessions/2/delivery").expect(200).json().at("state") == "closed");
    CHECK(story.verify() == 0);
  });
}

TEST_CASE("a session delivered out of turn is paid, whoever leaves and however the pool ends") {
  on_each([](Story& story) {
    const auto three = story.three();
    auto& [alder, beech, cedar, pool] = three;
    story.agree(pool, 0, 50);
    for (auto* family : {&alder, &beech, &cedar}) story.accept(*family, pool).expect(200);
    story.app.clock().set(*parse_timestamp("2026-12-06T18:00:00Z"));
    story.provider.post("/v1/pools/" + pool + "/sessions/2/delivery").expect(200);
    cedar.browser.post("/v1/pools/" + pool + "/leaving", R"({"reason":""})").expect(200);
    CHECK(story.totals(cedar).held == 0);
    story.provider.post("/v1/pools/" + pool + "/sessions/1/delivery").expect(200);
    story.facilitator.post("/v1/pools/" + pool + "/dissolution", R"({"reason":"Enough."})").expect(200);
    std::int64_t charged = 0;
    for (auto* family : {&alder, &beech, &cedar}) {
      CHECK(story.totals(*family).held == 0);
      charged += story.totals(*family).charged;
    }
    // The second session by three, the first, a re-split, by two.
    CHECK(charged == 9'500 + 9'000);
    const auto invoices = story.provider.get("/v1/payments/invoices").expect(200).json().at("items");
    std::int64_t invoiced = 0;  // an invoice a month
    for (const auto& invoice : invoices) invoiced += pence(invoice.at("total"));
    CHECK(invoices.size() == 2);
    CHECK(invoiced == 18'500);
    CHECK(story.verify() == 0);
  });
}

TEST_CASE("a dissolved pool gives back everything that was not spent") {
  on_each([](Story& story) {
    const auto offer = story.offer();
    auto& alder = story.family("alder", 300'000);
    auto& beech = story.family("beech", 300'000);
    const auto pool = story.pool(offer, {alder.id, beech.id});
    story.agree(pool, 0, 0);
    story.accept(alder, pool).expect(200);
    story.accept(beech, pool).expect(200);
    CHECK(story.totals(alder).held == 18'000);
    const auto gone = story.facilitator.post("/v1/pools/" + pool + "/dissolution", R"({"reason":"No hoist."})");
    CHECK(gone.expect(200).json().at("state") == "dissolved");
    CHECK(story.totals(alder) == Story::Totals{0, 0, 300'000, 90'000});
    CHECK(story.verify() == 0);
  });
}

TEST_CASE("what is held expires though nobody asks anything of the ledger") {
  const auto body = [](TestApplication& app) {
    Story story(app);
    const auto three = story.three();
    story.agree(three.pool, 0, 0);
    for (auto* family : {&three.alder, &three.beech, &three.cedar}) story.accept(*family, three.pool).expect(200);
    CHECK(story.totals(three.alder).held > 0);
    app.clock().set(*parse_timestamp("2027-03-10T09:00:00Z"));
    auto parent = app.sign_in("alder@family.example");
    const auto held = [&] {
      return pence(parent.get("/v1/payments/statement").expect(200).json().at("totals").at("held"));
    };
    for (int look = 0; look < 300 && held() != 0; ++look) std::this_thread::sleep_for(std::chrono::milliseconds(100));
    CHECK(held() == 0);
    CHECK(story.verify() == 0);
  };
  for_each_application(all_services(), body, {{"ledger.expiry_look_seconds", "1"}});
}

TEST_CASE("a parent starts a pool, another joins, a third says no") {
  on_each([](Story& story) {
    const auto offer = story.offer();
    auto& alder = story.family("alder", 300'000);
    auto& beech = story.family("beech", 300'000);
    auto& cedar = story.family("cedar", 300'000);
    const Json proposal = {{"offer", offer.id}, {"run", offer.run}, {"families", Json::array()},
                           {"reasons", {"Kit loves water."}}};
    const std::string pool = alder.browser.post("/v1/pools", proposal.dump()).expect(201).json().at("id");
    // Who is in it is not told to those who are not.
    CHECK(story.see(beech.browser, pool).at("members").empty());
    for (auto* family : {&beech, &cedar}) {
      family->browser.post("/v1/pools/" + pool + "/members", Json{{"family", family->id}}.dump()).expect(200);
    }
    CHECK(story.see(beech.browser, pool).at("members").size() == 3);
    beech.browser.post("/v1/pools/" + pool + "/members", Json{{"family", alder.id}}.dump()).expect(422);
    story.agree(pool, 0, 0);
    story.accept(alder, pool).expect(200);
    cedar.browser.post("/v1/pools/" + pool + "/declines", R"({"reason":"Too early in the day."})").expect(200);
    CHECK(story.see(alder.browser, pool).at("state") == "proposed");
    story.agree(pool, 0, 0);
    story.accept(alder, pool, 1).expect(409);
    story.accept(alder, pool, 2).expect(200);
    CHECK(story.accept(beech, pool, 2).expect(200).json().at("state") == "active");
    // A running pool is nobody else's business.
    cedar.browser.get("/v1/pools/" + pool).expect(404);
  });
}
