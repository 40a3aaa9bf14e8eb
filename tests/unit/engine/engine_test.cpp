#include "matching/engine/engine.hpp"

#include "matching/engine/checker.hpp"
#include "matching/command/command.hpp"
#include "matching/engine/rules.hpp"
#include "matching/command/wire.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>

using namespace cp::matching;

namespace {

const std::string two_groups_path = CP_SOURCE_DIR "/tests/unit/engine/two-groups.json";

Instance two_groups() {
  std::ifstream file(two_groups_path);
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  const auto instance = cp::json::read<Instance>(text);
  REQUIRE(instance.has_value());
  REQUIRE(validate(*instance).has_value());
  return *instance;
}

std::vector<std::string> ids_of(const Group& group) {
  std::vector<std::string> ids;
  for (const auto& family : group.families) ids.push_back(family.id);
  return ids;
}

using Ids = std::vector<std::string>;

}  // namespace

TEST_CASE("two groups are found, and two families are told why not") {
  const auto instance = two_groups();
  const auto proposal = propose(instance);
  CHECK(check(instance, proposal).empty());
  REQUIRE(proposal.groups.size() == 2);
  CHECK(proposal.groups[0].offer == "band");
  CHECK(ids_of(proposal.groups[0]) == Ids{"elm", "fir", "hazel"});
  CHECK(proposal.groups[1].run == "pool-saturday");
  CHECK(ids_of(proposal.groups[1]) == Ids{"ash", "beech", "cedar"});
  // A session: 90.00 + 3 x 10.00 + 12.50 an hour for 100 minutes, rounded up, is 140.84.
  CHECK(proposal.groups[1].families[0].share_pence == 4'695 * 8);
  CHECK(proposal.groups[1].families[0].alone_pence == (9'000 + 1'000 + 2'084) * 8);
  CHECK(proposal.groups[1].reasons ==
        Ids{"All 3 families asked for swimming.",
            "All 3 families are free on Saturdays from 10:00 to 11:40.",
            "The furthest home is 1.5 miles away, the nearest 0 miles, each within what the family said.",
            "The 3 children are 9 to 10 years old; the activity is for 7 to 12.",
            "Each family pays at most £375.60 for 8 sessions; alone it would be £966.72.",
            "1 pair of families asked to be together.",
            "The family that has waited longest has waited 60 days."});
  REQUIRE(proposal.left_out.size() == 2);
  CHECK(proposal.left_out[0].family == "larch");
  CHECK(proposal.left_out[0].reason == Rule::slot);
  CHECK(proposal.left_out[0].text == "Swimming together runs on Saturday 10:00 to 11:40, when the family is not free.");
  CHECK(proposal.left_out[1].family == "maple");
  CHECK(proposal.left_out[1].reason == Rule::distance);
  CHECK(proposal.why_not.size() == 2);
  CHECK_FALSE(proposal.stopped_early);
}

TEST_CASE("the same seed gives the same proposal, in whatever order the instance is") {
  auto instance = two_groups();
  const auto first = cp::json::write(propose(instance, {7, 100'000, {}}));
  CHECK(cp::json::write(propose(instance, {7, 100'000, {}})) == first);
  std::reverse(instance.families.begin(), instance.families.end());
  std::reverse(instance.offers.begin(), instance.offers.end());
  CHECK(cp::json::write(propose(instance, {7, 100'000, {}})) == first);
}

TEST_CASE("a search whose time is over at once still places, and answers for every family") {
  const auto instance = two_groups();
  const auto proposal = propose(instance, {1, 100'000, [] { return 1.0; }});
  CHECK(proposal.stopped_early);
  CHECK(check(instance, proposal).empty());
  CHECK(proposal.groups.size() == 2);
  CHECK(proposal.left_out.size() == 2);
  CHECK_FALSE(proposal.bound);
  CHECK_FALSE(proposal.blocking_moves);
}

TEST_CASE("nothing to match is no trouble") {
  const auto empty = propose(Instance{});
  CHECK(empty.groups.empty());
  CHECK(empty.left_out.empty());
  auto instance = two_groups();
  instance.offers.clear();
  const auto proposal = propose(instance);
  REQUIRE(proposal.left_out.size() == instance.families.size());
  CHECK(proposal.left_out[0].reason == Rule::activity);
  CHECK(check(instance, proposal).empty());
}

TEST_CASE("families who must not meet are kept apart") {
  auto instance = two_groups();
  instance.families[0].not_with = {"cedar"};
  const auto proposal = propose(instance);
  CHECK(check(instance, proposal).empty());
  CHECK(proposal.groups.size() == 1);
  const auto& left = proposal.left_out;
  CHECK(std::count_if(left.begin(), left.end(), [](const LeftOut& one) { return one.reason == Rule::others; }) >= 2);
}

TEST_CASE("a family may be in two groups only at different times and within its headroom") {
  auto instance = two_groups();
  instance.policy = Policy{};
  instance.policy->groups_per_family = 2;
  auto second = instance.offers[0];
  second.id = "pool-two";
  second.runs[0].id = "second";
  instance.offers.push_back(second);
  SECTION("at the same time") { CHECK(propose(instance).groups.size() == 2); }
  SECTION("later, without the money") {
    instance.offers[2].runs[0].from_minute = 700;
    instance.offers[2].runs[0].to_minute = 780;
    CHECK(propose(instance).groups.size() == 2);
  }
  SECTION("later, with the money") {
    instance.offers[2].runs[0].from_minute = 700;
    instance.offers[2].runs[0].to_minute = 780;
    for (auto& family : instance.families) family.headroom_pence = 80'000;
    CHECK(propose(instance).groups.size() == 3);
  }
  CHECK(check(instance, propose(instance)).empty());
}

TEST_CASE("an agreed group stays, and the others are found beside it") {
  auto instance = two_groups();
  // Elm and Fir have gone to music as two since before the smallest group was three.
  instance.standing = {{Standing::agreed, "band-sunday", {"elm", "fir"}}};
  const auto proposal = propose(instance);
  CHECK(check(instance, proposal) == Ids{});
  REQUIRE(proposal.groups.size() == 2);
  CHECK(proposal.groups[0].standing == Standing::agreed);
  CHECK(ids_of(proposal.groups[0]) == Ids{"elm", "fir"});
  CHECK(proposal.groups[1].offer == "pool");
  CHECK(proposal.left_out.size() == 3);
}

TEST_CASE("a proposed group is broken up only for what is worth more") {
  auto instance = two_groups();
  instance.offers[0].maximum_children = 3;
  instance.offers[0].runs[0].places_left = 3;
  instance.families[6].slots = instance.families[0].slots;  // Larch, who would fit as well
  instance.families[6].days_waited = 200;
  const auto first = propose(instance);
  CHECK(ids_of(first.groups[1]) == Ids{"ash", "beech", "larch"});
  instance.standing = {{Standing::proposed, "pool-saturday", {"ash", "beech", "cedar"}}};
  const auto second = propose(instance);
  CHECK(check(instance, second) == Ids{});
  CHECK(ids_of(second.groups[1]) == Ids{"ash", "beech", "cedar"});
  CHECK(second.groups[1].terms.kept == 1);
}

TEST_CASE("a facilitator's pins and prohibitions are kept, or it is said why not") {
  auto instance = two_groups();
  instance.families[0].forbidden = {"pool-saturday"};
  instance.families[6].pinned = {"pool-saturday"};
  const auto proposal = propose(instance);
  CHECK(check(instance, proposal) == Ids{});
  CHECK(proposal.groups.size() == 1);
  CHECK(proposal.left_out[0].family == "ash");
  CHECK(proposal.left_out[0].reason == Rule::forbidden);
  REQUIRE(proposal.pins_missed.size() == 1);
  CHECK(proposal.pins_missed[0].reason == Rule::slot);
}

TEST_CASE("nobody learns whose behaviour keeps a group apart") {
  auto instance = two_groups();
  instance.offers[0].maximum_children = 3;
  instance.offers[0].minimum_children = 2;
  instance.families[2].children[0].behaviours = {"biting"};
  for (const std::size_t other : {0U, 1U}) instance.families[other].not_with_behaviours = {"biting"};
  const auto proposal = propose(instance);
  CHECK(check(instance, proposal) == Ids{});
  const auto& cedar = proposal.left_out.at(0);
  CHECK(cedar.family == "cedar");
  CHECK(cp::json::write(cedar).find("biting") == std::string::npos);
}

TEST_CASE("the checker finds every kind of broken rule") {
  const auto instance = two_groups();
  const auto proposal = propose(instance);
  REQUIRE(check(instance, proposal).empty());
  using Break = std::function<void(Instance&, Proposal&)>;
  const std::vector<std::pair<const char*, Break>> breaks{
      {"activity", [](Instance& i, Proposal&) { i.families[0].interests.clear(); }},
      {"vetting", [](Instance& i, Proposal&) { i.offers[0].vetting = Vetting::rejected; }},
      {"age", [](Instance& i, Proposal&) { i.families[0].children[0].age_years = 13; }},
      {"needs", [](Instance& i, Proposal&) { i.offers[0].needs_catered = {"autism"}; }},
      {"access", [](Instance& i, Proposal&) { i.families[0].children[0].wheelchair = true; }},
      {"support", [](Instance& i, Proposal&) { i.families[0].children[0].support_adults = 2; }},
      {"distance", [](Instance& i, Proposal&) { i.families[1].max_miles = 0.1; }},
      {"slot", [](Instance& i, Proposal&) { i.families[0].slots.clear(); }},
      {"smallest group", [](Instance& i, Proposal&) { i.offers[0].minimum_children = 4; }},
      {"largest group", [](Instance& i, Proposal&) { i.offers[0].maximum_children = 2; }},
      {"places", [](Instance& i, Proposal&) { i.offers[0].runs[0].places_left = 2; }},
      {"headroom", [](Instance& i, Proposal&) { i.families[0].headroom_pence = 37'559; }},
      {"share", [](Instance&, Proposal& p) { p.groups[0].families[0].share_pence -= 1; }},
      {"alone", [](Instance&, Proposal& p) { p.groups[0].families[0].alone_pence.reset(); }},
      {"exclusion", [](Instance& i, Proposal&) { i.families[2].not_with = {"ash"}; }},
      {"behaviour",
       [](Instance& i, Proposal&) {
         i.families[0].not_with_behaviours = {"biting"};
         i.families[1].children[0].behaviours = {"biting"};
       }},
      {"language",
       [](Instance& i, Proposal&) {
         i.families[0].needs_shared_language = true;
         i.families[0].languages = {"Urdu"};
       }},
      {"spending", [](Instance& i, Proposal&) { i.families[0].not_payable = {"swimming"}; }},
      {"forbidden", [](Instance& i, Proposal&) { i.families[0].forbidden = {"pool-saturday"}; }},
      {"wished", [](Instance& i, Proposal&) { i.families[0].wished_groups = 0; }},
      {"agreed and gone",
       [](Instance& i, Proposal&) { i.standing = {{Standing::agreed, "pool-saturday", {"ash", "beech"}}}; }},
      {"said to be agreed", [](Instance&, Proposal& p) { p.groups[0].standing = Standing::agreed; }},
      {"families", [](Instance& i, Proposal&) { i.policy = Policy{}; i.policy->minimum_families = 4; }},
      {"overlap", [](Instance&, Proposal& p) { p.groups.push_back(p.groups[0]); }},
      {"twice", [](Instance&, Proposal& p) { p.groups[0].families[0] = p.groups[0].families[1]; }},
      {"silently left out", [](Instance&, Proposal& p) { p.left_out.pop_back(); }},
      {"in and out", [](Instance&, Proposal& p) { p.left_out[0].family = "ash"; }},
      {"no reasons", [](Instance&, Proposal& p) { p.groups[0].reasons.clear(); }},
      {"score", [](Instance&, Proposal& p) { p.score += 1; }},
      {"unknown run", [](Instance&, Proposal& p) { p.groups[0].run = "other"; }},
      {"unknown family", [](Instance&, Proposal& p) { p.groups[0].families[0].id = "other"; }},
  };
  for (const auto& [what, change] : breaks) {
    INFO(what);
    auto changed_instance = instance;
    auto changed = proposal;
    change(changed_instance, changed);
    CHECK_FALSE(check(changed_instance, changed).empty());
  }
}

TEST_CASE("the command line matches, checks and generates files") {
  const auto folder = std::filesystem::path(CP_BINARY_DIR) / "matching-command";
  std::filesystem::create_directories(folder);
  const std::string instance = folder / "instance.json", proposal = folder / "proposal.json";
  CHECK(match_command(two_groups_path, proposal, 0, 1) == 0);
  CHECK(check_command(two_groups_path, proposal) == 0);
  CHECK(generate_command(30, 6, "0.6", 5, instance) == 0);
  CHECK(check_command(instance, proposal) == 1);
  CHECK(match_command(instance, proposal, 0, 1) == 0);
  CHECK(check_command(instance, proposal) == 0);
  CHECK(match_command(folder / "missing.json", proposal, 0, 1) == 2);
  CHECK(match_command(proposal, proposal, 0, 1) == 1);
  CHECK(match_command(instance, folder / "no" / "folder.json", 0, 1) == 2);
  CHECK(generate_command(1, 1, "1.5", 1, instance) == 1);
}
