#include "matching/what_if.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace cp;
using namespace cp::matching;

namespace {

const Id<"family"> alder("0190a000-0000-7000-8000-00000000000a");
const Id<"family"> beech("0190a000-0000-7000-8000-00000000000b");
const Id<"run"> saturdays("0190a000-0000-7000-8000-000000000001");
const Id<"run"> sundays("0190a000-0000-7000-8000-000000000002");

Instance weekend() {
  Instance instance;
  Offer offer;
  offer.id = "swimming";
  offer.activity_type = "Swimming";
  offer.maximum_children = 4;
  offer.tiers = {{1, 1'000, 0, 0}};
  offer.runs = {{saturdays.text(), 6, 600, 660, 1, 4}, {sundays.text(), 7, 600, 660, 1, 4}};
  instance.offers = {offer};
  for (const auto& id : {alder, beech}) {
    Family family;
    family.id = id.text();
    family.children.resize(1);
    family.children[0].age_years = 10;
    family.max_miles = 5;
    family.slots = {{6, 0, 1'440}, {7, 0, 1'440}};
    family.interests = {{"Swimming", 5}};
    family.headroom_pence = 10'000;
    instance.families.push_back(family);
  }
  return instance;
}

const std::vector<StandingGroup> apart{{Standing::proposed, saturdays.text(), {alder.text()}},
                                       {Standing::proposed, sundays.text(), {beech.text()}}};

}  // namespace

TEST_CASE("a swap is worked out as where each of the two goes") {
  const auto worked_out = work_out(std::vector<Change>{{ChangeKind::swap, alder, {}, beech}}, apart);
  REQUIRE(worked_out.has_value());
  REQUIRE(worked_out->size() == 2);
  CHECK((*worked_out)[0].run == sundays);
  CHECK((*worked_out)[1].family == beech);
  CHECK((*worked_out)[1].run == saturdays);
  auto instance = weekend();
  REQUIRE(try_out(instance, *worked_out, apart).has_value());
  CHECK(instance.families[0].pinned == std::vector{sundays.text()});
  CHECK(instance.families[1].pinned == std::vector{saturdays.text()});
  CHECK(instance.standing.size() == 2);
}

TEST_CASE("the last word on a family and a run counts") {
  auto instance = weekend();
  REQUIRE(try_out(instance, std::vector<Change>{{ChangeKind::pin, alder, saturdays, {}}, {ChangeKind::forbid, alder, saturdays, {}}}, {}).has_value());
  CHECK(instance.families[0].pinned.empty());
  CHECK(instance.families[0].forbidden == std::vector{saturdays.text()});
  REQUIRE(try_out(instance, std::vector<Change>{{ChangeKind::pin, alder, saturdays, {}}}, {}).has_value());
  CHECK(instance.families[0].forbidden.empty());
}

TEST_CASE("a family that is left out is in no group to start from") {
  auto instance = weekend();
  REQUIRE(try_out(instance, std::vector<Change>{{ChangeKind::remove, beech, {}, {}}}, apart).has_value());
  CHECK(instance.families.size() == 1);
  REQUIRE(instance.standing.size() == 1);
  CHECK(instance.standing[0].run == saturdays.text());
  CHECK_FALSE(try_out(instance, std::vector<Change>{{ChangeKind::remove, beech, {}, {}}}, {}).has_value());
}

TEST_CASE("what a rule forbids is refused with that rule") {
  auto instance = weekend();
  instance.offers[0].age_max = 8;
  const auto refused = try_out(instance, std::vector<Change>{{ChangeKind::pin, alder, saturdays, {}}}, {});
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == "family-cannot-join");
  CHECK(refused.error().detail.starts_with("This family cannot be in this run. "));
}

TEST_CASE("credits for staying and pins are not part of what groups are compared by") {
  Group group;
  group.families.resize(2);
  group.score = 1'000 + 2 * 1'000 * 30 + 1'000 * 10'000;
  group.terms.kept = 1;
  group.terms.pinned = 0.5;
  CHECK(plain_score(group, Weights()) == 1'000);
}
