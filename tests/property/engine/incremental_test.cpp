// A living arrangement through thousands of seeded events: after each one the independent checker finds no rule broken, and
// agreed groups are what they were.
#include "matching/engine/checker.hpp"
#include "matching/engine/engine.hpp"
#include "matching/engine/generator.hpp"
#include "matching/engine/incremental.hpp"
#include "matching/engine/index.hpp"
#include "matching/engine/rules.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <map>
#include <random>
#include <set>

using namespace cp::matching;

namespace {

using Agreed = std::map<std::string, std::multiset<std::set<std::string>>>;  // families by run

Agreed agreed_groups(const Proposal& proposal, const std::string& without) {
  Agreed agreed;
  for (const auto& group : proposal.groups) {
    std::set<std::string> families;
    for (const auto& family : group.families) families.insert(family.id);
    if (group.standing == Standing::agreed && !families.contains(without)) agreed[group.run].insert(families);
  }
  return agreed;
}

struct Waiting {
  std::vector<Family> families;
  std::vector<Offer> offers;
};

/// Half of the families and most of the offers are there; the others wait to appear.
std::pair<Instance, Waiting> split(Instance all) {
  Waiting waiting;
  waiting.families.assign(all.families.begin() + static_cast<std::ptrdiff_t>(all.families.size() / 2), all.families.end());
  waiting.offers.assign(all.offers.begin() + static_cast<std::ptrdiff_t>(all.offers.size() * 3 / 4), all.offers.end());
  all.families.resize(all.families.size() / 2);
  all.offers.resize(all.offers.size() * 3 / 4);
  return {std::move(all), std::move(waiting)};
}

template <class T>
T take(std::vector<T>& list, std::mt19937_64& random) {
  std::swap(list[random() % list.size()], list.back());
  auto taken = std::move(list.back());
  list.pop_back();
  return taken;
}

}  // namespace

TEST_CASE("after every event no rule is broken and agreed groups are what they were") {
  std::size_t seen_agreed = 0, groups = 0;
  std::int64_t lived = 0, solved = 0;
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    INFO("seed " << seed);
    std::mt19937_64 random(seed);
    auto all = generate({90, 30, 0.7, seed});
    all.policy->groups_per_family = 1 + static_cast<std::int64_t>(seed % 2);
    auto [instance, waiting] = split(std::move(all));
    const auto first = propose(instance, {seed, 20'000, {}});
    for (const auto& group : first.groups) {
      std::vector<std::string> families;
      for (const auto& family : group.families) families.push_back(family.id);
      instance.standing.push_back({random() % 3 == 0 ? Standing::agreed : Standing::proposed, group.run, families});
    }
    Living living(instance, seed);
    REQUIRE(living.proposal().groups.size() == first.groups.size());
    for (int event = 0; event < 150; ++event) {
      INFO("event " << event);
      const auto now = living.instance();
      const auto before = living.proposal();
      std::string touched, cancelled;
      switch (random() % 8) {
        case 0:
        case 1:
        case 2:
          if (!waiting.families.empty()) REQUIRE(living.join(take(waiting.families, random)));
          break;
        case 3:
        case 4: {
          if (now.families.empty()) break;
          const auto& gone = now.families[random() % now.families.size()];
          touched = gone.id;
          waiting.families.push_back(gone);
          REQUIRE(living.leave(gone.id));
          break;
        }
        case 5: {
          auto family = now.families[random() % now.families.size()];
          touched = family.id;
          family.headroom_pence = family.headroom_pence * static_cast<std::int64_t>(50 + random() % 100) / 100;
          if (!family.slots.empty()) family.slots.pop_back();
          REQUIRE(living.change(family));
          break;
        }
        case 6:
          if (!waiting.offers.empty()) REQUIRE(living.add_offer(take(waiting.offers, random)));
          break;
        default: {
          if (now.offers.size() < 10) break;
          const auto& gone = now.offers[random() % now.offers.size()];
          cancelled = gone.id;
          waiting.offers.push_back(gone);
          REQUIRE(living.cancel_offer(gone.id));
        }
      }
      const auto after = living.proposal();
      const auto wrong = check(living.instance(), after);
      CAPTURE(wrong);
      REQUIRE(wrong.empty());
      REQUIRE(after.score == living.score());
      if (event % 25 == 0) {
        for (const auto& left : after.left_out) {
          const auto alone = living.why_left_out(left.family);
          REQUIRE(alone.text == left.text);
          REQUIRE(alone.run == left.run);
        }
      }
      const auto kept = agreed_groups(after, "");
      for (const auto& group : before.groups) {
        std::set<std::string> families;
        for (const auto& family : group.families) families.insert(family.id);
        if (group.standing != Standing::agreed || group.offer == cancelled || families.contains(touched)) continue;
        ++seen_agreed;
        REQUIRE(kept.contains(group.run));
        REQUIRE(kept.at(group.run).contains(families));
      }
      groups += after.groups.size();
    }
    auto fresh_instance = living.instance();
    std::erase_if(fresh_instance.standing, [](const StandingGroup& group) { return group.standing == Standing::proposed; });
    const auto fresh = propose(fresh_instance, {seed, 50'000, {}});
    lived += living.score();
    solved += fresh.score;
  }
  CHECK(seen_agreed > 1'000);
  CHECK(groups > 5'000);
  WARN("after 150 events " << 100 * static_cast<double>(lived) / static_cast<double>(solved) << " % of a fresh solution");
  CHECK(lived * 100 >= solved * 95);
}

TEST_CASE("an unknown family cannot leave, and a known one cannot join again") {
  const auto instance = generate({20, 8, 0.8, 3});
  Living living(instance);
  CHECK_FALSE(living.leave("nobody"));
  CHECK_FALSE(living.join(instance.families.front()));
  CHECK_FALSE(living.add_offer(instance.offers.front()));
  CHECK_FALSE(living.cancel_offer("nothing"));
  CHECK_FALSE(living.agree("no run", instance.families.front().id));
}

TEST_CASE("an index changed in place is the index of what is there") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    INFO("seed " << seed);
    auto all = generate({60, 20, 0.9, seed});
    const auto [given, waiting] = split(std::move(all));
    Index index(given);
    std::set<FamilyAt> gone;
    std::set<RunAt> cancelled;
    for (std::size_t at = 0; at < waiting.families.size(); ++at) {
      index.add_family(waiting.families[at]);
      if (at < waiting.offers.size()) index.add_offer(waiting.offers[at]);
      const auto family = static_cast<FamilyAt>(at * 2 % index.family_count());
      if (at % 4 == 0 && gone.insert(family).second) index.remove_family(family);
      const auto run = static_cast<RunAt>(at * 5 % index.run_count());
      if (at % 9 == 0 && cancelled.insert(run).second) index.remove_run(run);
    }
    for (RunAt run = 0; run < index.run_count(); ++run) {
      for (FamilyAt family = 0; family < index.family_count(); ++family) {
        const bool fits = !gone.contains(family) && !cancelled.contains(run) &&
                          !first_broken(index.family(family), index.offer(run), index.run(run));
        REQUIRE((index.find_candidate(run, family) != nullptr) == fits);
        const auto options = index.options(family);
        REQUIRE(fits == std::any_of(options.begin(), options.end(), [&](const Option& one) { return one.run == run; }));
        REQUIRE(std::is_sorted(options.begin(), options.end(), [](const Option& a, const Option& b) { return a.own > b.own; }));
      }
    }
    for (FamilyAt a = 0; a < index.family_count(); ++a) {
      for (FamilyAt b = 0; b < index.family_count(); ++b) {
        if (gone.contains(a) || gone.contains(b) || a == b) continue;
        REQUIRE(index.may_meet(a, b) == (may_meet(index.family(a), index.family(b)) && can_talk(index.family(a), index.family(b))));
      }
    }
  }
}
