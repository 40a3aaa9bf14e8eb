#include "services/catalogue/rules.hpp"

#include <catch2/catch_test_macros.hpp>

#include <functional>

using namespace cp;
using namespace cp::catalogue;

namespace {

const Id<"authority"> trafford("0190a000-0000-7000-8000-000000000001");
const Id<"authority"> plymouth("0190a000-0000-7000-8000-000000000002");
const Id<"authority"> elsewhere("0190a000-0000-7000-8000-000000000003");
const Id<"provider"> harriers("0190a000-0000-7000-8000-000000000004");

OfferTerms good_terms() {
  OfferTerms terms;
  terms.authorities = {trafford};
  terms.title = "Boccia";
  terms.activity_type = "Groups: Sports and outdoor activities";
  terms.age_min = 5;
  terms.age_max = 11;
  terms.place = "M33";
  terms.minimum_children = 2;
  terms.maximum_children = 8;
  terms.minutes_per_session = 120;
  terms.tiers = {{1, Money(4'000), Money(500), Money(0)}, {5, Money(6'000), Money(0), Money(100)}};
  return terms;
}

Offer good_offer() {
  Offer offer;
  offer.provider = harriers;
  offer.service = Id<"service">("0190a000-0000-7000-8000-000000000005");
  offer.terms = good_terms();
  offer.vetting = {{{trafford, "Trafford"}, VettingState::approved, ""}};
  return offer;
}

std::vector<std::string> pointers(const Result<Done>& result) {
  std::vector<std::string> found;
  if (!result) {
    for (const auto& field : result.error().fields) found.push_back(field.pointer);
  }
  return found;
}

}  // namespace

TEST_CASE("what an offer may say") {
  struct Case {
    const char* what;
    std::function<void(OfferTerms&)> change;
    std::vector<std::string> refused;
  };
  const Case cases[] = {
      {"nothing changed", [](OfferTerms&) {}, {}},
      {"one age", [](OfferTerms& t) { t.age_min = t.age_max = 7; }, {}},
      {"ages the wrong way round", [](OfferTerms& t) { t.age_min = 12; }, {"/age_max"}},
      {"no authority", [](OfferTerms& t) { t.authorities.clear(); }, {"/authorities"}},
      {"an authority it does not serve", [](OfferTerms& t) { t.authorities = {trafford, elsewhere}; }, {"/authorities/1"}},
      {"an authority twice", [](OfferTerms& t) { t.authorities = {trafford, trafford}; }, {"/authorities/0", "/authorities/1"}},
      {"a place not served", [](OfferTerms& t) { t.place = "SW1"; }, {"/place"}},
      {"groups the wrong way round", [](OfferTerms& t) { t.minimum_children = 9; }, {"/maximum_children"}},
      {"no price", [](OfferTerms& t) { t.tiers.clear(); }, {"/tiers"}},
      {"a price of nothing", [](OfferTerms& t) { t.tiers = {{1, Money(0), Money(0), Money(0)}}; }, {"/tiers/0"}},
      {"a price below nothing", [](OfferTerms& t) { t.tiers[1].per_hour = Money(-1); }, {"/tiers/1"}},
      {"a price for each hour only", [](OfferTerms& t) { t.tiers = {{1, Money(0), Money(0), Money(1)}}; }, {}},
      {"tiers not ascending", [](OfferTerms& t) { t.tiers[1].from_children = 1; }, {"/tiers/1/from_children"}},
      {"a tier from no child", [](OfferTerms& t) { t.tiers[0].from_children = 0; }, {"/tiers/0/from_children"}},
      {"first tier from the smallest group", [](OfferTerms& t) { t.tiers[0].from_children = 2; }, {}},
      {"first tier above the smallest group", [](OfferTerms& t) { t.tiers[0].from_children = 3; }, {"/tiers/0/from_children"}},
      {"a tier for no possible group", [](OfferTerms& t) { t.tiers[1].from_children = 9; }, {"/tiers/1/from_children"}},
      {"a tier for the largest group", [](OfferTerms& t) { t.tiers[1].from_children = 8; }, {}},
  };
  for (const auto& [what, change, refused] : cases) {
    CAPTURE(what);
    auto terms = good_terms();
    change(terms);
    CHECK(pointers(check_offer(terms, {trafford, plymouth})) == refused);
  }
}

TEST_CASE("what a change of an offer may not touch") {
  auto offer = good_offer();
  auto terms = offer.terms;
  CHECK(check_change(offer, terms).has_value());
  terms.service = offer.service;
  CHECK(check_change(offer, terms).has_value());
  terms.service = Id<"service">("0190a000-0000-7000-8000-000000000099");
  CHECK(pointers(check_change(offer, terms)) == std::vector<std::string>{"/service"});
  terms.service.reset();
  terms.minutes_per_session = 60;
  CHECK(check_change(offer, terms).has_value());
  offer.runs.emplace_back();
  CHECK(pointers(check_change(offer, terms)) == std::vector<std::string>{"/minutes_per_session"});
  offer.state = OfferState::withdrawn;
  CHECK(check_change(offer, offer.terms).error().code == "offer-withdrawn");
}

TEST_CASE("what a series of sessions may say") {
  struct Case {
    const char* what;
    std::function<void(Run&)> change;
    std::optional<std::int64_t> weekday;
    std::vector<std::string> refused;
  };
  const auto today = *parse_date("2026-11-23");
  const Case cases[] = {
      {"nothing changed", [](Run&) {}, std::nullopt, {}},
      {"the right weekday", [](Run&) {}, 6, {}},
      {"the wrong weekday", [](Run&) {}, 5, {"/weekday"}},
      {"ends before it begins", [](Run& r) { r.to_minute = 600; }, std::nullopt, {"/to_minute"}},
      {"another length", [](Run& r) { r.to_minute = 660; }, std::nullopt, {"/to_minute"}},
      {"over midnight", [](Run& r) { r.from_minute = 1'380; r.to_minute = 1'440; }, std::nullopt, {}},
      {"long ago", [](Run& r) { r.first_date = *parse_date("2025-11-22"); }, 6, {"/first_date"}},
      {"far ahead", [](Run& r) { r.first_date = *parse_date("2029-11-24"); }, 6, {"/first_date"}},
      {"too few places", [](Run& r) { r.places = 1; }, std::nullopt, {"/places"}},
  };
  for (const auto& [what, change, weekday, refused] : cases) {
    CAPTURE(what);
    Run run;
    run.first_date = *parse_date("2026-11-28");
    run.weekday = 6;
    run.from_minute = 600;
    run.to_minute = 720;
    run.places = 8;
    change(run);
    CHECK(pointers(check_run(good_offer(), run, weekday, today)) == refused);
  }
  auto withdrawn = good_offer();
  withdrawn.state = OfferState::withdrawn;
  CHECK(check_run(withdrawn, {}, {}, today).error().code == "offer-withdrawn");
}

TEST_CASE("sessions are a week apart, over a month's and a year's end") {
  Run run;
  run.first_date = *parse_date("2026-12-21");
  run.sessions = 3;
  CHECK(dates_of(run) == std::vector{*parse_date("2026-12-21"), *parse_date("2026-12-28"), *parse_date("2027-01-04")});
  CHECK(weekday_of(*parse_date("2026-11-23")) == 1);
  CHECK(weekday_of(*parse_date("2026-11-29")) == 7);
}

TEST_CASE("who is shown an offer, and what of its vetting") {
  using V = VettingState;
  struct Case {
    const char* what;
    V of_trafford, of_plymouth;
    Reader reader;
    bool seen;
    V told;
  };
  Reader visitor, asks_trafford, asks_plymouth, from_trafford, trafford_asks_plymouth, staff, provider;
  asks_trafford.asked = trafford;
  asks_plymouth.asked = plymouth;
  from_trafford.own = trafford;
  trafford_asks_plymouth.own = trafford;
  trafford_asks_plymouth.asked = plymouth;
  staff.own = trafford;
  staff.sees_rejected = true;
  provider.provider = harriers;
  const Case cases[] = {
      {"a visitor, nobody rejected", V::approved, V::pending, visitor, true, V::unknown},
      {"a visitor, one rejected", V::rejected, V::pending, visitor, true, V::unknown},
      {"a visitor, all rejected", V::rejected, V::rejected, visitor, false, V::unknown},
      {"asked for one that approved", V::approved, V::rejected, asks_trafford, true, V::approved},
      {"asked for one that rejected", V::approved, V::rejected, asks_plymouth, false, V::rejected},
      {"a family whose authority approved", V::approved, V::rejected, from_trafford, true, V::approved},
      {"a family whose authority did not look", V::unknown, V::rejected, from_trafford, true, V::unknown},
      {"a family whose authority rejected", V::rejected, V::approved, from_trafford, false, V::rejected},
      {"asking elsewhere does not help", V::rejected, V::approved, trafford_asks_plymouth, false, V::approved},
      {"asking where it is rejected", V::approved, V::rejected, trafford_asks_plymouth, false, V::rejected},
      {"staff see it, marked", V::rejected, V::approved, staff, true, V::rejected},
      {"the provider's own", V::rejected, V::rejected, provider, true, V::unknown},
  };
  for (const auto& [what, of_trafford, of_plymouth, reader, seen, told] : cases) {
    CAPTURE(what);
    auto offer = good_offer();
    offer.terms.authorities = {trafford, plymouth};
    offer.vetting = {{{plymouth, "Plymouth"}, of_plymouth, ""}, {{trafford, "Trafford"}, of_trafford, ""}};
    CHECK(may_see(reader, offer) == seen);
    CHECK(vetting_for(reader, offer) == told);
  }
  CHECK(vetting_for(visitor, good_offer()) == V::approved);  // the offer's only authority
}

TEST_CASE("the service that stands for an offer") {
  auto offer = good_offer();
  offer.provider_name = "Sale Harriers";
  offer.terms.needs_catered = {Need::autism, Need::adhd};
  offer.terms.minutes_per_session = 90;
  const auto service = service_of(offer, ProviderKind::voluntary, "Trafford");
  CHECK(service.tier == ServiceTier::published);
  CHECK(service.name == "Boccia");
  CHECK(service.needs_text == "autism;adhd");
  CHECK(service.session_hours == "1 hour 30 minutes");
  CHECK(service.age_min == 5);
  CHECK(service.place == "M33");
  CHECK(service.provider_name == "Sale Harriers");
}

TEST_CASE("a set of needs as an integer and back") {
  for (const auto& [need, text] : names_of(Need{})) {
    CHECK(from_mask(to_mask({need})) == std::vector{need});
  }
  CHECK(from_mask(to_mask({Need::other, Need::learning, Need::other})) == std::vector{Need::learning, Need::other});
  CHECK(from_mask(0).empty());
}
