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
  family.children.push_back({10, {catalogue::Need::autism}, 1, 2, false, {}});
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
  gathered.types = {swimming};
  gathered.headrooms = {{alder, {Money(9'000)}}};
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
  gathered.types = {sailing, swimming};
  gathered.headrooms = {{alder, {Money(500), Money()}}};
  const auto instance = make_instance(gathered, today);
  CHECK(instance.families[0].interests.size() == 2);
  CHECK(instance.families[0].not_payable == std::vector<std::string>{swimming});
  CHECK(instance.families[0].headroom_pence == 500);
  gathered.headrooms = {};
  CHECK(make_instance(gathered, today).families[0].not_payable.size() == 2);
}

TEST_CASE("what must not mix, languages and days waited reach the engine") {
  auto gathered = market();
  auto& from = gathered.families[0];
  from.children[0].behaviours = {families::Behaviour::loud};
  from.languages = {families::Language::bfi, families::Language::pl};
  from.needs_shared_language = true;
  from.not_with_behaviours = {families::Behaviour::rough};
  from.looking_since = parse_timestamp("2026-11-13T23:30:00Z");
  const auto family = make_instance(gathered, today).families.at(0);
  CHECK(family.children[0].behaviours == std::vector<std::string>{"loud"});
  CHECK(family.languages == std::vector<std::string>{"bfi", "pl"});
  CHECK(family.needs_shared_language);
  CHECK(family.not_with_behaviours == std::vector<std::string>{"rough"});
  CHECK(family.days_waited == 10);
}

TEST_CASE("a family is looked at until it has as many groups as it wishes for") {
  struct Row {
    std::optional<std::int64_t> wished;
    std::size_t has;
    std::int64_t most;
    std::optional<std::int64_t> looks_for;
  };
  for (const auto& row : std::vector<Row>{{{}, 0, 3, 1}, {{}, 2, 3, 1}, {1, 0, 3, 1}, {1, 1, 3, {}}, {2, 3, 3, {}},
                                          {3, 1, 3, 2}, {5, 0, 3, 3}, {5, 0, 1, 1}}) {
    CAPTURE(row.has, row.most);
    auto gathered = market();
    gathered.families[0].wished_groups = row.wished;
    gathered.commitments.busy.assign(row.has, {alder, 1, 600, 660});
    const auto instance = make_instance(gathered, today, row.most);
    REQUIRE(instance.families.size() == (row.looks_for ? 1U : 0U));
    CHECK(instance.policy->groups_per_family == row.looks_for.value_or(1));
    if (!row.looks_for) continue;
    CHECK(instance.families[0].wished_groups == row.looks_for);
    CHECK(instance.families[0].groups_had == static_cast<std::int64_t>(row.has));
  }
}
