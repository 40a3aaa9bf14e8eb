// Which moves are blocking, one by one: who moves, who stays, and who only would rather.
#include "matching/engine/settling.hpp"

#include "matching/engine/checker.hpp"
#include "matching/engine/explain.hpp"
#include "matching/engine/regions.hpp"
#include "matching/engine/rules.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <functional>
#include <set>

using namespace cp::matching;

namespace {

using Groups = std::set<std::pair<std::string, std::set<std::string>>>;  // run and families

Family family(const std::string& id, std::int64_t age) {
  Family made;
  made.id = id;
  made.children = {{id, age, {}, 1, 1, false}};
  made.max_miles = 5;
  made.slots = {{6, 0, 1'440}};
  made.interests = {{"swimming", 5}};
  made.headroom_pence = 10'000;
  return made;
}

/// A session on Saturday that costs each the same in whatever group.
Offer offer(const std::string& id, std::int64_t minimum_children) {
  Offer made;
  made.id = made.provider_id = made.title = id;
  made.activity_type = "swimming";
  made.minimum_children = minimum_children;
  made.maximum_children = 6;
  made.tiers = {{1, 0, 1'000, 0}};
  made.runs = {{id, 6, 600, 660, 1, 12}};
  return made;
}

/// What families like is only the age of the others, their friends and the activity.
Instance instance_of(std::vector<Family> families, std::vector<Offer> offers) {
  Instance made;
  made.policy = Policy{};
  made.policy->weights = {.placed = 40, .interest = 20, .distance = 0, .waiting = 0, .saving = 0, .ages = 20, .mixing = 0,
                          .shared_interests = 0, .together = 20, .fairness = 0, .kept = 0, .pinned = 10'000};
  made.families = std::move(families);
  made.offers = std::move(offers);
  return made;
}

struct Outcome {
  Groups groups;
  Settled settled;
};

/// Settles these groups, and lets the checker look before and after.
Outcome outcome_of(const Instance& instance, const Groups& groups) {
  REQUIRE(validate(instance).has_value());
  const Index index(instance);
  Work work(index, 1, Budget({}));
  for (const auto& [run, families] : groups) {
    RunAt at = 0;
    while (index.run(at).id != run) ++at;
    FoundGroup group{at, {}};
    for (const auto& id : families) {
      group.families.push_back(index.find_family(id).value());
      REQUIRE(index.find_candidate(at, group.families.back()));
    }
    REQUIRE(work.now.holds(seat(work, group)));
  }
  auto before = told(index, found_groups(work.now));
  before.blocking_moves = 0;
  Outcome outcome;
  outcome.settled = settle(work);
  CHECK(outcome.settled.is_through);
  CHECK(check(instance, before).empty() == (outcome.settled.moves == 0));
  auto after = told(index, found_groups(work.now));
  after.blocking_moves = 0;
  after.rather_elsewhere = outcome.settled.rather_elsewhere;
  CHECK(check(instance, after).empty());
  ++*after.rather_elsewhere;
  CHECK_FALSE(check(instance, after).empty());
  for (const auto& group : after.groups) {
    std::set<std::string> ids;
    for (const auto& one : group.families) ids.insert(one.id);
    outcome.groups.emplace(group.run, ids);
  }
  return outcome;
}

}  // namespace

TEST_CASE("a family moves to a group where it fares better, if those who are there do not fare worse") {
  struct Case {
    const char* why;
    std::function<void(Instance&)> change;
    bool moves;
    std::int64_t rather;
  };
  const Case cases[] = {
      {"all are for it", [](Instance&) {}, true, 0},
      {"those left behind would be too few", [](Instance& one) { one.offers[0].minimum_children = 3; }, false, 1},
      {"the group is full", [](Instance& one) { one.offers[1].maximum_children = 2; }, false, 0},
      {"no places are left", [](Instance& one) { one.offers[1].runs[0].places_left = 2; }, false, 0},
      {"it cannot pay there", [](Instance& one) { one.offers[1].tiers = {{1, 0, 1'000, 0}, {3, 0, 20'000, 0}}; }, false, 0},
      {"one there must not meet it", [](Instance& one) { one.families[3].not_with = {"odd"}; }, false, 0},
      {"the receivers would fare worse", [](Instance& one) { one.families[2].children[0].age_years = 13; }, false, 0},
      {"it is pinned where it is", [](Instance& one) { one.families[2].pinned = {"first"}; }, false, 0},
      {"it is set aside from there", [](Instance& one) { one.families[2].forbidden = {"second"}; }, false, 0},
  };
  for (const auto& [why, change, moves, rather] : cases) {
    INFO(why);
    auto instance = instance_of({family("a", 8), family("b", 8), family("odd", 16), family("d", 16), family("e", 16)},
                                {offer("first", 2), offer("second", 2)});
    change(instance);
    const Groups before{{"first", {"a", "b", "odd"}}, {"second", {"d", "e"}}};
    const auto outcome = outcome_of(instance, before);
    CHECK(outcome.groups == (moves ? Groups{{"first", {"a", "b"}}, {"second", {"d", "e", "odd"}}} : before));
    CHECK(outcome.settled.moves == (moves ? 1 : 0));
    CHECK(outcome.settled.rather_elsewhere == rather);
  }
}

TEST_CASE("a family stays where those left behind would lose more than it gains") {
  auto instance = instance_of({family("a", 4), family("b", 20), family("c", 12), family("d", 12), family("e", 12)},
                              {offer("swim", 2), offer("paint", 2)});
  instance.offers[1].activity_type = "painting";
  instance.families[2].interests = {{"swimming", 1}, {"painting", 5}};
  instance.families[2].with = {"a", "b"};
  for (const std::size_t at : {3U, 4U}) instance.families[at].interests = {{"painting", 5}};
  // It gains 36,000 - 10,000 there; each of the two would lose 5,000 if they could not be 10,000 better off without it.
  const Groups before{{"swim", {"a", "b", "c"}}, {"paint", {"d", "e"}}};
  CHECK(outcome_of(instance, before).settled.moves == 1);
  // With friends only, of no matter what age, they lose: 2 x 5,000 and its own 10,000 are more than the 16,000 of painting.
  instance.policy->weights.ages = 0;
  const auto outcome = outcome_of(instance, before);
  CHECK(outcome.groups == before);
  CHECK(outcome.settled.moves == 0);
  CHECK(outcome.settled.rather_elsewhere == 1);
}

TEST_CASE("two friends move together where neither would alone") {
  auto instance = instance_of({family("f", 16), family("g", 16), family("x", 8), family("y", 8), family("z", 8),
                               family("d", 16), family("e", 16), family("h", 16)},
                              {offer("first", 2), offer("second", 2)});
  instance.policy->weights.together = 100;
  instance.policy->minimum_families = 3;
  instance.families[0].with = {"g"};
  instance.families[1].with = {"f"};
  const auto outcome = outcome_of(instance, {{"first", {"f", "g", "x", "y", "z"}}, {"second", {"d", "e", "h"}}});
  CHECK(outcome.groups == Groups{{"first", {"x", "y", "z"}}, {"second", {"d", "e", "f", "g", "h"}}});
  CHECK(outcome.settled.moves == 1);
}

TEST_CASE("three who are each the odd one out make a group of their own") {
  const auto instance = instance_of({family("a", 8), family("b", 8), family("p", 16), family("c", 8), family("d", 8),
                                     family("q", 16), family("e", 8), family("f", 8), family("r", 16)},
                                    {offer("first", 2), offer("second", 2), offer("third", 2), offer("new", 3)});
  const auto outcome =
      outcome_of(instance, {{"first", {"a", "b", "p"}}, {"second", {"c", "d", "q"}}, {"third", {"e", "f", "r"}}});
  CHECK(outcome.groups.contains({"new", {"p", "q", "r"}}));
  CHECK(outcome.groups.size() == 4);
}

TEST_CASE("a family that may be in two groups joins a second one only at another time and for its money") {
  auto instance = instance_of({family("a", 8), family("b", 8), family("c", 8), family("d", 8)}, {offer("first", 2), offer("second", 2)});
  instance.policy->groups_per_family = 2;
  const Groups before{{"first", {"a", "b"}}, {"second", {"c", "d"}}};
  CHECK(outcome_of(instance, before).settled.moves == 0);
  instance.offers[1].runs[0].from_minute = 660;
  instance.offers[1].runs[0].to_minute = 720;
  CHECK(outcome_of(instance, before).settled.moves == 4);
  for (auto& one : instance.families) one.headroom_pence = 1'999;
  CHECK(outcome_of(instance, before).settled.moves == 0);
}

TEST_CASE("without steps left nothing is claimed") {
  const auto instance = instance_of({family("a", 8), family("b", 8), family("c", 16)}, {offer("first", 2)});
  const Index index(instance);
  Work work(index, 1, Budget({}, 0));
  CHECK_FALSE(settle(work).is_through);
  CHECK_FALSE(propose(instance, {1, 1, {}}).blocking_moves);
  CHECK(propose(instance).blocking_moves == 0);
}
