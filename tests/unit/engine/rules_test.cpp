#include "matching/engine/rules.hpp"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include <functional>

using namespace cp::matching;

namespace {

Family a_family() {
  Family family;
  family.id = "f1";
  family.children = {{"c1", 9, {"learning"}, 1, 2, false}};
  family.place = {52.4, -1.5};
  family.max_miles = 5;
  family.slots = {{6, 540, 780}};
  family.interests = {{"swimming", 4}};
  family.headroom_pence = 40'000;
  return family;
}

Offer an_offer() {
  Offer offer;
  offer.id = "o1";
  offer.provider_id = "p1";
  offer.title = "Swimming";
  offer.activity_type = "swimming";
  offer.age_min = 7;
  offer.age_max = 12;
  offer.staff_adults = 1;
  offer.staff_children = 2;
  offer.place = {52.42, -1.5};
  offer.minimum_children = 3;
  offer.maximum_children = 5;
  offer.tiers = {{1, 9'000, 1'000, 0}, {4, 8'000, 900, 0}};
  offer.minutes_per_session = 90;
  offer.vetting = Vetting::approved;
  offer.runs = {{"r1", 6, 600, 690, 8, 5}};
  return offer;
}

struct Case {
  const char* what;
  std::function<void(Family&, Offer&)> change;
  std::optional<Rule> broken;
};

}  // namespace

TEST_CASE("each rule about a family and a run refuses by itself") {
  const std::vector<Case> cases{
      {"everything fits", [](Family&, Offer&) {}, std::nullopt},
      {"another activity", [](Family& f, Offer&) { f.interests = {{"music", 5}}; }, Rule::activity},
      {"pending is not rejected", [](Family&, Offer& o) { o.vetting = Vetting::pending; }, std::nullopt},
      {"no stream pays", [](Family& f, Offer&) { f.not_payable = {"music", "swimming"}; }, Rule::spending},
      {"set aside", [](Family& f, Offer&) { f.forbidden = {"r1"}; }, Rule::forbidden},
      {"rejected", [](Family&, Offer& o) { o.vetting = Vetting::rejected; }, Rule::vetting},
      {"youngest age", [](Family& f, Offer&) { f.children[0].age_years = 7; }, std::nullopt},
      {"too young", [](Family& f, Offer&) { f.children[0].age_years = 6; }, Rule::age},
      {"oldest age", [](Family& f, Offer&) { f.children[0].age_years = 12; }, std::nullopt},
      {"too old", [](Family& f, Offer&) { f.children[0].age_years = 13; }, Rule::age},
      {"a brother too old", [](Family& f, Offer&) { f.children.push_back({"c2", 13, {}, 1, 2, false}); }, Rule::age},
      {"need catered for", [](Family&, Offer& o) { o.needs_catered = {"autism", "learning"}; }, std::nullopt},
      {"need not catered for", [](Family&, Offer& o) { o.needs_catered = {"autism"}; }, Rule::needs},
      {"wheelchair, access unknown", [](Family& f, Offer&) { f.children[0].wheelchair = true; }, Rule::access},
      {"wheelchair, no access",
       [](Family& f, Offer& o) { f.children[0].wheelchair = true; o.wheelchair_access = false; }, Rule::access},
      {"wheelchair, access",
       [](Family& f, Offer& o) { f.children[0].wheelchair = true; o.wheelchair_access = true; }, std::nullopt},
      {"1:1 needed, 1:2 offered", [](Family& f, Offer&) { f.children[0].support_children = 1; }, Rule::support},
      {"1:1 needed, 2:2 offered",
       [](Family& f, Offer& o) { f.children[0].support_children = 1; o.staff_adults = 2; }, std::nullopt},
      {"too far", [](Family& f, Offer&) { f.max_miles = 1.3; }, Rule::distance},
      {"too far, and fetched", [](Family& f, Offer& o) { f.max_miles = 1; o.collects_within_miles = 1.4; }, std::nullopt},
      {"too far to be fetched", [](Family& f, Offer& o) { f.max_miles = 1; o.collects_within_miles = 1.3; },
       Rule::distance},
      {"who attends has the time, the way and the wish",
       [](Family& f, Offer& o) {
         f.interests.clear();
         f.slots.clear();
         f.max_miles = 0;
         o.extra = Extra{ExtraKind::worker, "session", {"f1"}};
       },
       std::nullopt},
      {"others who join an extra need them",
       [](Family& f, Offer& o) { f.slots.clear(); o.extra = Extra{ExtraKind::worker, "session", {"f2"}}; }, Rule::slot},
      {"just near enough", [](Family& f, Offer&) { f.max_miles = 1.4; }, std::nullopt},
      {"another day", [](Family& f, Offer&) { f.slots[0].weekday = 7; }, Rule::slot},
      {"free too late", [](Family& f, Offer&) { f.slots[0].from_minute = 601; }, Rule::slot},
      {"free to the minute", [](Family& f, Offer&) { f.slots[0] = {6, 600, 690}; }, std::nullopt},
      {"free too short", [](Family& f, Offer&) { f.slots[0].to_minute = 689; }, Rule::slot},
      {"two slots that touch do not add up",
       [](Family& f, Offer&) { f.slots = {{6, 540, 640}, {6, 640, 780}}; }, Rule::slot},
      {"fewer places than the smallest group", [](Family&, Offer& o) { o.runs[0].places_left = 2; }, Rule::size},
      // Five children: 8,000 + 5 x 900 = 12,500; a fifth is 2,500; eight sessions are 20,000.
      {"headroom to the penny", [](Family& f, Offer&) { f.headroom_pence = 20'000; }, std::nullopt},
      {"a penny short", [](Family& f, Offer&) { f.headroom_pence = 19'999; }, Rule::share},
  };
  for (const auto& one : cases) {
    INFO(one.what);
    auto family = a_family();
    auto offer = an_offer();
    one.change(family, offer);
    CHECK(first_broken(family, offer, offer.runs[0]) == one.broken);
    CHECK((broken_rules(family, offer, offer.runs[0]) != 0) == one.broken.has_value());
    if (!one.broken) continue;
    const auto why = refusal(*one.broken, family, offer, offer.runs[0]);
    CHECK(why.rule == *one.broken);
    CHECK_FALSE(why.text.empty());
    CHECK_FALSE(why.what_would_help.empty());
  }
}

TEST_CASE("shares are upper bounds, rounded up for each session") {
  auto offer = an_offer();
  offer.tiers = {{2, 10'000, 0, 0}, {4, 1'000, 500, 1'001}};
  offer.minutes_per_session = 90;
  const auto& run = offer.runs[0];
  CHECK(session_price_pence(offer, 1) == std::nullopt);
  CHECK(session_price_pence(offer, 3) == 10'000);
  // An hour and a half of 10.01 is 15.015, rounded up.
  CHECK(session_price_pence(offer, 4) == 1'000 + 4 * 500 + 1'502);
  CHECK(share_pence(offer, run, 1, 3) == 3'334 * 8);
  CHECK(share_pence(offer, run, 2, 3) == 6'667 * 8);
  CHECK(alone_pence(offer, run, 1) == std::nullopt);
  CHECK(alone_pence(offer, run, 2) == 10'000 * 8);
}

TEST_CASE("the least group a family can afford follows its headroom") {
  auto family = a_family();
  const auto offer = an_offer();
  // Three: 12,000 / 3 x 8 = 32,000. Four: 11,600 / 4 x 8 = 23,200. Five: 20,000.
  for (const auto& [headroom, least] : std::vector<std::pair<std::int64_t, std::optional<std::int64_t>>>{
           {32'000, 3}, {31'999, 4}, {23'200, 4}, {23'199, 5}, {20'000, 5}, {19'999, std::nullopt}}) {
    family.headroom_pence = headroom;
    CHECK(least_children(family, offer, offer.runs[0]) == least);
  }
}

TEST_CASE("distance is along the Earth") {
  CHECK(miles_between({52.4, -1.5}, {52.4, -1.5}) == 0);
  // Coventry to London, and around the date line.
  CHECK(miles_between({52.4081, -1.5106}, {51.5074, -0.1278}) == Catch::Approx(85.9).margin(0.3));
  CHECK(miles_between({0, 179.5}, {0, -179.5}) == Catch::Approx(69.09).margin(0.01));
  CHECK(miles_between({90, 0}, {-90, 0}) == Catch::Approx(12'436.8).margin(0.5));
  CHECK(miles_text(1) == "1 mile");
  CHECK(miles_text(4.12) == "4.2 miles");
}

TEST_CASE("a wish not to meet goes both ways") {
  auto a = a_family(), b = a_family();
  b.id = "f2";
  CHECK(may_meet(a, b));
  a.not_with = {"f2"};
  CHECK_FALSE(may_meet(a, b));
  CHECK_FALSE(may_meet(b, a));
}

TEST_CASE("a behaviour that one must not meet keeps both apart") {
  auto a = a_family(), b = a_family();
  b.id = "f2";
  a.not_with_behaviours = {"shouting"};
  a.children[0].behaviours = {"shouting"};  // one's own children do not count
  CHECK(may_meet(a, b));
  b.children[0].behaviours = {"running off", "shouting"};
  CHECK_FALSE(may_meet(a, b));
  CHECK_FALSE(may_meet(b, a));
}

TEST_CASE("a language in common is asked for only where a family needs it") {
  auto a = a_family(), b = a_family();
  CHECK(can_talk(a, b));
  a.languages = {"Urdu"};
  b.languages = {"English"};
  CHECK(can_talk(a, b));
  a.needs_shared_language = true;
  CHECK_FALSE(can_talk(a, b));
  CHECK_FALSE(can_talk(b, a));
  b.languages.push_back("Urdu");
  CHECK(can_talk(a, b));
}

TEST_CASE("an extra is at the time of the session it is for") {
  auto session = an_offer(), worker = an_offer(), bus = an_offer();
  worker.extra = Extra{ExtraKind::worker, "r1", {}};
  worker.runs[0].id = "r2";
  bus.extra = Extra{ExtraKind::transport, "r1", {}};
  bus.runs[0].id = "r3";
  CHECK(belong_together(session, session.runs[0], worker, worker.runs[0]));
  CHECK(belong_together(worker, worker.runs[0], session, session.runs[0]));
  CHECK(belong_together(worker, worker.runs[0], bus, bus.runs[0]));
  bus.extra->for_run = "r4";
  CHECK_FALSE(belong_together(worker, worker.runs[0], bus, bus.runs[0]));
  CHECK_FALSE(belong_together(session, session.runs[0], bus, bus.runs[0]));
}

TEST_CASE("an agreed group takes money, time and places") {
  Instance instance{std::nullopt, {a_family(), a_family(), a_family()}, {an_offer()}};
  for (std::size_t at = 0; at < 3; ++at) instance.families[at].id = "f" + std::to_string(at + 1);
  instance.standing = {{Standing::agreed, "r1", {"f1", "f2"}}};
  instance.offers[0].tiers[0].from_children = 3;
  CHECK_FALSE(validate(instance).has_value());  // no price for two
  instance.offers[0].tiers = {{1, 9'000, 1'000, 0}};
  REQUIRE(validate(instance).has_value());
  const auto left = beside_agreed(instance);
  CHECK(left.standing.empty());
  CHECK(left.offers[0].runs[0].places_left == 3);
  // Two children: 9,000 + 2 x 1,000 is 11,000; a half is 5,500; eight sessions are 44,000.
  CHECK(left.families[0].headroom_pence == 0);
  CHECK(left.families[0].wished_groups == 0);
  REQUIRE(left.families[0].slots.size() == 2);
  CHECK(left.families[0].slots[0].to_minute == 600);
  CHECK(left.families[2].headroom_pence == 40'000);
  CHECK(left.families[2].slots.size() == 1);
}

TEST_CASE("runs that only touch do not overlap") {
  const Run morning{"r1", 6, 540, 600, 1, 1}, noon{"r2", 6, 600, 660, 1, 1}, late{"r3", 6, 599, 610, 1, 1},
      sunday{"r4", 7, 540, 600, 1, 1};
  CHECK_FALSE(overlap(morning, noon));
  CHECK(overlap(morning, late));
  CHECK(overlap(late, noon));
  CHECK_FALSE(overlap(morning, sunday));
}

TEST_CASE("an instance that makes no sense is refused field by field") {
  Instance instance{std::nullopt, {a_family(), a_family()}, {an_offer()}};
  instance.families[1].place.lat = 91;
  instance.offers[0].tiers[1].from_children = 1;
  instance.offers[0].runs[0].to_minute = 600;
  const auto valid = validate(instance);
  REQUIRE_FALSE(valid.has_value());
  std::vector<std::string> pointers;
  for (const auto& field : valid.error().fields) pointers.push_back(field.pointer);
  CHECK(pointers == std::vector<std::string>{"/families/1/id", "/families/1/place/lat",
                                             "/offers/0/tiers/1/from_children", "/offers/0/runs/0/to_minute"});
}
