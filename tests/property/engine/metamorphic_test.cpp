// What has to follow when an instance is changed in a way whose effect is known: other names, another offer, a stricter rule,
// a penny less.
#include "optimum.hpp"

#include "matching/engine/checker.hpp"
#include "matching/engine/engine.hpp"
#include "matching/engine/rules.hpp"

#include <catch2/catch_test_macros.hpp>

#include <map>
#include <set>

using namespace cp::matching;

namespace {

/// Steps enough for a small instance to be searched to its end.
Proposal solved(const Instance& instance) { return propose(instance, {.seed = 1, .steps = 200'000}); }

/// The same instance under names that stand in another order.
class Renaming {
 public:
  explicit Renaming(const Instance& instance) {
    for (const auto& family : instance.families) families_[family.id];
    std::size_t left = families_.size();
    for (auto& [old_id, id] : families_) id = "z" + std::to_string(1'000 + left--);
    std::map<std::string, std::string> runs;
    for (const auto& offer : instance.offers) {
      for (const auto& run : offer.runs) runs_[run.id];
    }
    left = runs_.size();
    for (auto& [old_id, id] : runs_) id = "a" + std::to_string(1'000 + left--);
  }
  [[nodiscard]] Instance of(Instance instance) const {
    for (auto& family : instance.families) {
      family.id = families_.at(family.id);
      for (auto* list : {&family.with, &family.not_with}) {
        for (auto& id : *list) id = families_.at(id);
      }
    }
    for (auto& offer : instance.offers) {
      offer.id = "named " + offer.id;
      for (auto& run : offer.runs) run.id = runs_.at(run.id);
    }
    return instance;
  }
  [[nodiscard]] const std::string& run(const std::string& id) const { return runs_.at(id); }
  [[nodiscard]] const std::string& family(const std::string& id) const { return families_.at(id); }

 private:
  std::map<std::string, std::string> families_, runs_;
};

using Groups = std::multiset<std::pair<std::string, std::set<std::string>>>;

Groups groups_of(const Proposal& proposal, const Renaming* renaming) {
  Groups groups;
  for (const auto& group : proposal.groups) {
    std::set<std::string> families;
    for (const auto& family : group.families) families.insert(renaming ? renaming->family(family.id) : family.id);
    groups.emplace(renaming ? renaming->run(group.run) : group.run, std::move(families));
  }
  return groups;
}

/// Makes one rule stricter without changing what any group is worth, or making it worth less; says which.
std::string tighten(Instance& instance, std::mt19937_64& random) {
  auto& family = instance.families[random() % instance.families.size()];
  auto& offer = instance.offers[random() % instance.offers.size()];
  auto& run = offer.runs[random() % offer.runs.size()];
  switch (random() % 13) {
    case 0: return family.max_miles *= 0.7, "distance";
    case 1:
      if (!family.slots.empty()) family.slots.pop_back();
      return "slot";
    case 2: return family.not_with.push_back(instance.families[random() % instance.families.size()].id), std::erase(family.not_with, family.id), "company";
    case 3: return family.headroom_pence = family.headroom_pence * 6 / 10, "headroom";
    case 4: return family.forbidden.push_back(run.id), "forbidden";
    case 5: return offer.vetting = Vetting::rejected, "vetting";
    case 6: return offer.age_min = std::min<std::int64_t>(offer.age_max, offer.age_min + 5), "age";
    case 7: return offer.wheelchair_access.reset(), "access";
    case 8: return offer.staff_children = 2, "ratio";
    case 9: return offer.maximum_children = std::max(offer.minimum_children, offer.maximum_children - 1), "largest group";
    case 10: return run.places_left /= 2, "places";
    case 11: return instance.policy->minimum_families += 1, "fewest families";
    default: return offer.needs_catered = {"learning", "communication"}, "needs";
  }
}

}  // namespace

TEST_CASE("other names in another order give the same groups") {
  std::size_t groups = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    INFO("seed " << seed);
    const auto instance = generate({30, 8, 0.9, seed});
    const Renaming renaming(instance);
    const auto renamed = solved(renaming.of(instance));
    const auto proposal = solved(instance);
    REQUIRE(renamed.score == proposal.score);
    REQUIRE(groups_of(renamed, nullptr) == groups_of(proposal, &renaming));
    groups += proposal.groups.size();
  }
  CHECK(groups > 100);
}

TEST_CASE("one offer more never lowers the optimum, nor what the engine can prove") {
  int raised = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    INFO("seed " << seed);
    const auto more = small_instance(seed);
    auto fewer = more;
    fewer.offers.pop_back();
    const auto before = Optimum(fewer).score(), after = Optimum(more).score();
    REQUIRE(after >= before);
    raised += after > before ? 1 : 0;
    const auto proposal = solved(more);
    if (proposal.bound) REQUIRE(*proposal.bound >= before);
  }
  CHECK(raised > 10);
}

TEST_CASE("a stricter rule never raises the optimum") {
  std::set<std::string> rules_that_cost;
  int lowered = 0;
  for (std::uint64_t seed = 1; seed <= 150; ++seed) {
    std::mt19937_64 random(seed);
    const auto instance = small_instance(seed);
    auto stricter = instance;
    const auto rule = tighten(stricter, random);
    INFO("seed " << seed << ", " << rule);
    REQUIRE(validate(stricter).has_value());
    const auto before = Optimum(instance).score(), after = Optimum(stricter).score();
    REQUIRE(after <= before);
    const auto proposal = solved(stricter);
    REQUIRE(check(stricter, proposal).empty());
    REQUIRE(proposal.score <= before);
    if (after == before) continue;
    ++lowered;
    rules_that_cost.insert(rule);
  }
  CHECK(lowered > 20);
  CHECK(rules_that_cost.size() >= 8);
}

TEST_CASE("headroom of a penny less than the share takes a family out of its group") {
  int cut = 0;
  for (std::uint64_t seed = 1; seed <= 80; ++seed) {
    INFO("seed " << seed);
    const auto instance = generate({40, 10, 0.9, seed});
    const auto proposal = solved(instance);
    for (std::size_t at = 0; at < proposal.groups.size(); at += 3) {
      const auto& group = proposal.groups[at];
      const auto& member = group.families[seed % group.families.size()];
      if (member.share_pence == 0) continue;
      auto tight = instance;
      auto& family = *std::find_if(tight.families.begin(), tight.families.end(), [&](const Family& one) { return one.id == member.id; });
      family.headroom_pence = member.share_pence;
      REQUIRE(check_rules(tight, proposal).empty());
      family.headroom_pence = member.share_pence - 1;
      REQUIRE_FALSE(check_rules(tight, proposal).empty());
      const auto after = solved(tight);
      REQUIRE(check(tight, after).empty());
      for (const auto& other : after.groups) {
        for (const auto& now : other.families) REQUIRE((now.id != member.id || now.share_pence < member.share_pence));
      }
      ++cut;
    }
  }
  CHECK(cut > 100);
}
