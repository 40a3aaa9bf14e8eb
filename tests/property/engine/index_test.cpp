// The index finds exactly who the rules allow, and values as they are defined, however odd the places and the kinds.
#include "matching/engine/generator.hpp"
#include "matching/engine/index.hpp"
#include "matching/engine/rules.hpp"
#include "matching/engine/sites.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <optional>
#include <random>
#include <set>
#include <utility>

using namespace cp::matching;

namespace {

/// Places moved to where grids are at their limits, ways of very different length, and more kinds than 64 bits hold.
Instance odd_instance(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  auto instance = generate({60, 25, 0.9, seed});
  constexpr Place corners[] = {{0, 0}, {37.5, 181.45}, {36.0, 1.5}, {-140.0, -177.0}, {8.0, 0}, {-52.4, 1.5}};
  const auto by = corners[seed % 6];
  const auto move = [&](Place& place) {
    place = {std::clamp(place.lat + by.lat, -90.0, 90.0), place.lon + by.lon};
    if (place.lon > 180) place.lon -= 360;
    if (place.lon < -180) place.lon += 360;
  };
  const bool many_kinds = seed % 3 == 0;
  for (auto& family : instance.families) {
    move(family.place);
    if (random() % 5 == 0) family.max_miles = static_cast<double>(random() % 13'001);
    if (random() % 3 == 0) family.headroom_pence /= 5;
    for (auto& child : family.children) {
      if (random() % 8 == 0) child.age_years = static_cast<std::int64_t>(random() % 30);
      if (many_kinds) child.needs.push_back("need " + std::to_string(random() % 90));
    }
    if (many_kinds) family.interests.push_back({"activity " + std::to_string(random() % 90), 4});
  }
  for (auto& offer : instance.offers) {
    move(offer.place);
    if (many_kinds && random() % 2 == 0) offer.activity_type = "activity " + std::to_string(random() % 90);
    if (many_kinds && !offer.needs_catered.empty()) {
      for (int kind = 0; kind < 90; kind += 2) offer.needs_catered.push_back("need " + std::to_string(kind));
    }
  }
  return instance;
}

}  // namespace

TEST_CASE("the index finds exactly the pairs that break no rule") {
  std::size_t pairs = 0;
  for (std::uint64_t seed = 1; seed <= 90; ++seed) {
    INFO("seed " << seed);
    const auto instance = odd_instance(seed);
    const Index index(instance);
    for (RunAt run = 0; run < index.run_count(); ++run) {
      for (FamilyAt family = 0; family < index.family_count(); ++family) {
        const auto broken = first_broken(index.family(family), index.offer(run), index.run(run));
        REQUIRE(index.broken_rules(run, family) == broken_rules(index.family(family), index.offer(run), index.run(run)));
        const auto* candidate = index.find_candidate(run, family);
        REQUIRE((candidate == nullptr) == broken.has_value());
        const auto options = index.options(family);
        const auto option = std::find_if(options.begin(), options.end(), [&](const Option& one) { return one.run == run; });
        REQUIRE((option != options.end()) == (candidate != nullptr));
        if (!candidate) continue;
        ++pairs;
        REQUIRE(candidate->least_children == least_children(index.family(family), index.offer(run), index.run(run)));
        REQUIRE(option->own == candidate->own);
        REQUIRE(option->least_children == candidate->least_children);
        const auto terms = index.own_terms(run, family);
        REQUIRE(candidate->own == 40'000 + 20 * terms.interest + 15 * terms.distance + 10 * terms.waiting + 30 * terms.fairness);
      }
    }
  }
  CHECK(pairs > 2'000);
}

TEST_CASE("the runs near a home are those within so many miles that the family wants") {
  std::size_t near = 0;
  for (std::uint64_t seed = 1; seed <= 90; ++seed) {
    INFO("seed " << seed);
    const auto instance = odd_instance(seed);
    const Index index(instance);
    const Sites sites(index);
    for (FamilyAt family = 0; family < index.family_count(); ++family) {
      const auto& here = index.family(family);
      std::set<RunAt> expected;
      std::optional<std::pair<double, RunAt>> nearest;
      for (RunAt run = 0; run < index.run_count(); ++run) {
        if (!wants_activity(here, index.offer(run))) continue;
        const auto miles = miles_between(here.place, index.offer(run).place);
        if (miles <= here.max_miles) expected.insert(run);
        nearest = std::min(nearest.value_or(std::pair{miles, run}), std::pair{miles, run});
      }
      const auto found = sites.wanted_within(here.max_miles, family);
      REQUIRE(std::set<RunAt>(found.begin(), found.end()) == expected);
      REQUIRE(found.size() == expected.size());
      const auto first = sites.nearest_wanted(family);
      REQUIRE(first.has_value() == nearest.has_value());
      if (first) REQUIRE(miles_between(here.place, index.offer(*first).place) <= nearest->first * 1.000'001 + 0.001);
      near += found.size();
    }
  }
  CHECK(near > 2'000);
}

TEST_CASE("shares, savings and company are those of the rules") {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    INFO("seed " << seed);
    const auto instance = odd_instance(seed);
    const Index index(instance);
    for (RunAt run = 0; run < index.run_count(); ++run) {
      const auto& offer = index.offer(run);
      for (std::int64_t size = 1; size <= index.most_children(run); ++size) {
        if (!index.size_fits(run, size)) continue;
        for (std::int64_t own = 1; own <= 5; ++own) {
          const auto share = share_pence(offer, index.run(run), own, size).value();
          REQUIRE(index.share(run, own, size) == share);
          const auto alone = alone_pence(offer, index.run(run), own);
          const auto saving = !alone ? 1'000 : *alone == 0 ? 0 : std::clamp<std::int64_t>(1'000 * (*alone - share) / *alone, 0, 1'000);
          REQUIRE(index.saving(run, own, size) == saving);
        }
      }
    }
    for (FamilyAt a = 0; a < index.family_count(); ++a) {
      for (FamilyAt b = 0; b < index.family_count(); ++b) {
        if (a == b) continue;
        const auto &one = index.family(a), &other = index.family(b);
        REQUIRE(index.may_meet(a, b) == (may_meet(one, other) && can_talk(one, other)));
        REQUIRE(index.pair_value(a, b) == index.pair_value(b, a));
      }
    }
  }
}

TEST_CASE("a part of an index knows what the whole knows of its families and runs") {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    INFO("seed " << seed);
    const auto instance = odd_instance(seed);
    const Index whole(instance);
    std::mt19937_64 random(seed);
    std::vector<FamilyAt> families;
    std::vector<RunAt> runs;
    std::vector<std::int64_t> places;
    for (FamilyAt family = 0; family < whole.family_count(); ++family) {
      if (random() % 2 == 0) families.push_back(family);
    }
    for (RunAt run = 0; run < whole.run_count(); ++run) {
      if (random() % 2 != 0) continue;
      runs.push_back(run);
      places.push_back(whole.places_left(run));
    }
    const Index part(whole, families, runs, places);
    for (FamilyAt a = 0; a < part.family_count(); ++a) {
      REQUIRE(&part.family(a) == &whole.family(families[a]));
      for (FamilyAt b = 0; b < a; ++b) {
        REQUIRE(part.pair_value(a, b) == whole.pair_value(families[a], families[b]));
        REQUIRE(part.may_meet(a, b) == whole.may_meet(families[a], families[b]));
      }
      for (RunAt run = 0; run < part.run_count(); ++run) {
        const auto* here = part.find_candidate(run, a);
        const auto* there = whole.find_candidate(runs[run], families[a]);
        REQUIRE((here == nullptr) == (there == nullptr));
        if (here) REQUIRE(here->own == there->own);
      }
      const auto options = part.options(a);
      REQUIRE(std::is_sorted(options.begin(), options.end(), [](const Option& x, const Option& y) { return x.own > y.own; }));
    }
  }
}
