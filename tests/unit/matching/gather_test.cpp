#include "matching/gather.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace cp;
using namespace cp::matching;

namespace {

const Id<"family"> alder("0190a000-0000-7000-8000-00000000000a");
const Id<"run"> saturdays("0190a000-0000-7000-8000-000000000001");
const Id<"run"> over("0190a000-0000-7000-8000-000000000002");
const std::string swimming = "Swimming";
const std::string sailing = "Sailing";

/// A family free on Saturdays from nine to five, and an offer with a run then and a run in the past.
Gathered market() {
  Gathered gathered;
  families::MatchingFamily family;
  family.id = alder;
  family.children.push_back({10, {catalogue::Need::autism}, 1, 2, false});
  family.slots = {{6, 540, 1'020}, {7, 540, 600}};
  family.interests = {{swimming, 5}, {sailing, 2}};
  gathered.families = {family};

  catalogue::OfferForMatching offer;
  offer.id = Id<"offer">("0190a000-0000-7000-8000-000000000003");
  offer.activity_type = swimming;
  offer.minutes_per_session = 90;
  offer.tiers = {{1, Money(4'000), Money(500), Money(1'000)}};
  catalogue::RunView run;
  run.id = saturdays;
  run.weekday = 6;
  run.from_minute = 600;
  run.to_minute = 690;
  run.dates = {*parse_date("2026-11-21"), *parse_date("2026-11-28"), *parse_date("2026-12-05")};
  run.places = 8;
  auto past = run;
  past.id = over;
  past.dates.resize(1);
  offer.runs = {run, past};
  gathered.offers = {offer};
  gathered.headrooms[swimming] = {{alder, Money(9'000)}};
  return gathered;
}

const Date today = *parse_date("2026-11-23");

}  // namespace

TEST_CASE("an instance has the sessions still to come and what a family may spend") {
  const auto instance = make_instance(market(), today);
  REQUIRE(instance.families.size() == 1);
  const auto& family = instance.families[0];
  CHECK(family.headroom_pence == 9'000);
  CHECK(family.children[0].needs == std::vector<std::string>{"autism"});
  REQUIRE(instance.offers.size() == 1);
  REQUIRE(instance.offers[0].runs.size() == 1);
  CHECK(instance.offers[0].runs[0].sessions == 2);
  CHECK(instance.offers[0].runs[0].places_left == 8);
  CHECK_FALSE(instance.offers[0].wheelchair_access.has_value());
  CHECK(instance.offers[0].tiers[0].per_hour_pence == 1'000);
}

TEST_CASE("an offer whose sessions are all over is not looked at") {
  CHECK(make_instance(market(), *parse_date("2026-12-06")).offers.empty());
}

TEST_CASE("places other pools hold are not free") {
  auto gathered = market();
  gathered.commitments.taken = {{saturdays, 6}};
  CHECK(make_instance(gathered, today).offers[0].runs[0].places_left == 2);
  gathered.commitments.taken = {{saturdays, 9}};
  CHECK(make_instance(gathered, today).offers[0].runs[0].places_left == 0);
}

TEST_CASE("a time given to another pool is cut out of the family's week") {
  struct Row {
    const char* what;
    std::int64_t weekday, from, to;
    std::vector<std::pair<std::int64_t, std::int64_t>> left;  // of Saturday
  };
  const Row rows[] = {
      {"another day", 5, 540, 1'020, {{540, 1'020}}},
      {"just before", 6, 480, 540, {{540, 1'020}}},
      {"in the middle", 6, 600, 690, {{540, 600}, {690, 1'020}}},
      {"at the beginning", 6, 500, 600, {{600, 1'020}}},
      {"at the end", 6, 1'000, 1'100, {{540, 1'000}}},
      {"all of it", 6, 0, 1'440, {}},
  };
  for (const auto& row : rows) {
    INFO(row.what);
    auto gathered = market();
    gathered.commitments.busy = {{alder, row.weekday, row.from, row.to}};
    const auto instance = make_instance(gathered, today);
    std::vector<std::pair<std::int64_t, std::int64_t>> left;
    for (const auto& slot : instance.families[0].slots) {
      if (slot.weekday == 6) left.emplace_back(slot.from_minute, slot.to_minute);
    }
    CHECK(left == row.left);
  }
}

TEST_CASE("what a family may not spend on is told as such, and does not raise its headroom") {
  auto gathered = market();
  gathered.headrooms[swimming] = {};
  gathered.headrooms[sailing] = {{alder, Money(500)}};
  const auto instance = make_instance(gathered, today);
  CHECK(instance.families[0].interests.size() == 2);
  CHECK(instance.families[0].not_payable == std::vector<std::string>{swimming});
  CHECK(instance.families[0].headroom_pence == 500);
}
