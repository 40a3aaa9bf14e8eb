// Pricing finds the best group that trying everything finds, and no proposal passes the bound.
#include "optimum.hpp"

#include "matching/engine/bound.hpp"
#include "matching/engine/engine.hpp"
#include "matching/engine/packing.hpp"
#include "matching/engine/random.hpp"

#include <catch2/catch_test_macros.hpp>

#include <limits>
#include <random>

using namespace cp::matching;

namespace {

constexpr auto nothing = std::numeric_limits<std::int64_t>::min();

Charges random_prices(const Index& index, std::mt19937_64& random) {
  Charges prices;
  for (FamilyAt family = 0; family < index.family_count(); ++family) {
    prices.families.push_back(static_cast<std::int64_t>(random() % 220'000));
  }
  const auto things = index.family_count() + index.run_count();
  for (int cut = 0; cut < 6; ++cut) {
    std::array<std::uint32_t, 3> chosen{};
    for (auto& thing : chosen) thing = static_cast<std::uint32_t>(random() % things);
    std::sort(chosen.begin(), chosen.end());
    if (std::adjacent_find(chosen.begin(), chosen.end()) != chosen.end()) continue;
    prices.cuts.push_back({chosen, static_cast<std::int64_t>(2 * (random() % 40'000))});
  }
  return prices;
}

/// What is left of a group's value, by the definitions alone; `nothing` if it breaks a rule.
std::int64_t reduced_value(const Index& index, const Charges& prices, const Column& column) {
  if (!index.size_fits(column.run, column.children)) return nothing;
  if (static_cast<std::int64_t>(column.families.size()) < index.policy().minimum_families) return nothing;
  auto value = index.score(column.run, column.families);
  for (const auto family : column.families) {
    if (index.share(column.run, index.children(family), column.children) > index.family(family).headroom_pence) return nothing;
    for (const auto other : column.families) {
      if (!index.may_meet(family, other)) return nothing;
    }
    value -= prices.families[family];
  }
  for (const auto& cut : prices.cuts) value -= uses_two(column, cut, index.family_count()) ? cut.price : 0;
  return value;
}

Column column_of(const Index& index, RunAt run, unsigned set) {
  const auto candidates = index.candidates(run);
  Column column{run, 0, 0, {}};
  for (std::size_t at = 0; at < candidates.size(); ++at) {
    if ((set >> at & 1U) == 0) continue;
    column.families.push_back(candidates[at].family);
    column.children += index.children(candidates[at].family);
  }
  return column;
}

}  // namespace

TEST_CASE("pricing finds what trying every group finds, and is never too low where it is cut off") {
  std::size_t compared = 0, cut_off = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    INFO("seed " << seed);
    std::mt19937_64 random(seed);
    auto instance = small_instance(seed);
    instance.policy->minimum_families = 1 + static_cast<std::int64_t>(random() % 3);
    if (random() % 2 == 0) instance.families[0].not_with.push_back(instance.families[1].id);
    const Index index(instance);
    const auto prices = random_prices(index, random);
    for (RunAt run = 0; run < index.run_count(); ++run) {
      const RunPricing pricing(index, run, {});
      if (!pricing.can_have_groups()) continue;
      const auto sizes = static_cast<std::size_t>(pricing.most_children()) + 1;
      std::vector<std::int64_t> best(sizes, -10'000'000);
      std::vector<Column> all;
      for (unsigned set = 1; set < 1U << index.candidates(run).size(); ++set) {
        auto column = column_of(index, run, set);
        const auto value = reduced_value(index, prices, column);
        if (value == nothing) continue;
        auto& here = best[static_cast<std::size_t>(column.children)];
        here = std::max(here, value);
        column.value = index.score(run, column.families);
        if (value > -400'000) all.push_back(column);
      }
      RunPricing::Question question{&prices, std::vector<std::int64_t>(sizes, -10'000'000), false, false, 1'000'000, 1'000'000};
      const auto exact = pricing.price(question);
      REQUIRE(exact.is_exact);
      REQUIRE(exact.bounds == best);

      question.nodes = 3;
      const auto bounded = pricing.price(question);
      for (std::size_t size = 0; size < sizes; ++size) REQUIRE(bounded.bounds[size] >= best[size]);
      cut_off += bounded.is_exact ? 0 : 1;

      question = {&prices, std::vector<std::int64_t>(sizes, -400'000), true, false, 1'000'000, 1'000'000};
      auto everything = pricing.price(question).columns;
      std::sort(everything.begin(), everything.end());
      std::sort(all.begin(), all.end());
      REQUIRE(everything == all);
      compared += all.size();

      std::vector<char> allowed(index.family_count());
      for (auto& may : allowed) may = random() % 3 > 0;
      std::erase_if(all, [&](const Column& column) {
        return std::any_of(column.families.begin(), column.families.end(), [&](FamilyAt family) { return !allowed[family]; });
      });
      question.allowed = &allowed;
      auto some = pricing.price(question).columns;
      std::sort(some.begin(), some.end());
      REQUIRE(some == all);
    }
  }
  CHECK(compared > 300);
  CHECK(cut_off > 10);
}

TEST_CASE("groups that lose little against the best of all runs are listed whole, or it is said that they are not") {
  std::size_t listed = 0, cut_short = 0;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    INFO("seed " << seed);
    std::mt19937_64 random(seed);
    const auto instance = small_instance(seed);
    const Index index(instance);
    auto prices = random_prices(index, random);
    std::vector<RunPricing> pricings;
    for (RunAt run = 0; run < index.run_count(); ++run) {
      RunPricing pricing(index, run, {});
      if (pricing.can_have_groups() && pricing.most_groups() == 1) pricings.push_back(std::move(pricing));
    }
    if (pricings.empty()) continue;
    Losses::Question question;
    for (const auto& pricing : pricings) question.runs.push_back(&pricing);
    question.prices = &prices;
    const Losses losses(index, question);
    REQUIRE_FALSE(losses.was_stopped());

    const std::int64_t loss = 400'000;
    std::int64_t best_sum = 0;
    std::vector<Column> all;
    for (const auto& pricing : pricings) {
      std::vector<std::pair<std::int64_t, Column>> here;
      std::int64_t best = 0;
      for (unsigned set = 1; set < 1U << index.candidates(pricing.run()).size(); ++set) {
        auto column = column_of(index, pricing.run(), set);
        const auto value = reduced_value(index, prices, column);
        if (value == nothing) continue;
        column.value = index.score(pricing.run(), column.families);
        best = std::max(best, value);
        here.emplace_back(value, std::move(column));
      }
      best_sum += best;
      for (auto& [value, column] : here) {
        if (value >= best - loss) all.push_back(std::move(column));
      }
    }
    REQUIRE(losses.best_sum() == best_sum);
    auto groups = losses.losing_up_to(loss, 1'000, 1'000'000);
    REQUIRE(groups.is_complete);
    std::sort(groups.columns.begin(), groups.columns.end());
    std::sort(all.begin(), all.end());
    REQUIRE(groups.columns == all);
    listed += all.size();
    if (all.size() < 2) continue;
    REQUIRE_FALSE(losses.losing_up_to(loss, all.size() - 1, 1'000'000).is_complete);
    ++cut_short;

    question.stop = [] { return true; };
    REQUIRE(Losses(index, question).was_stopped());
  }
  CHECK(listed > 100);
  CHECK(cut_short > 10);
}

TEST_CASE("no proposal is worth more than the bound, whenever its search is stopped") {
  std::int64_t bounds = 0, optima = 0;
  std::size_t early = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    INFO("seed " << seed);
    const auto instance = small_instance(seed);
    const auto optimum = Optimum(instance).score();
    const Index index(instance);
    ColumnGeneration whole(index, {}, {});
    whole.generate(0);
    REQUIRE(whole.has_bound());
    REQUIRE(whole.has_converged());
    REQUIRE(whole.bound() >= optimum);
    while (whole.add_cuts() > 0) {
      whole.generate(0);
      REQUIRE(whole.bound() >= optimum);
    }
    bounds += whole.bound();
    optima += optimum;

    ColumnGeneration stopped(index, {}, [questions = seed]() mutable { return questions-- == 0; });
    stopped.generate(0);
    if (!stopped.has_bound()) continue;
    REQUIRE(stopped.bound() >= whole.bound() - 1'000);
    ++early;
  }
  WARN("bounds " << bounds << ", optima " << optima);
  CHECK(early > 10);
  CHECK(bounds * 100 <= optima * 112);
}

TEST_CASE("a set that only places keep out is decided in a few nodes") {
  // Two sets of five places each where nine are left: the linear program takes one of them and four fifths of the other.
  const Packing packing{{1, 1, 1, 1, 9}, {{10, {{0, 1}, {1, 1}, {4, 5}}}, {9, {{2, 1}, {3, 1}, {4, 5}}}}};
  PackingSearch search;
  search.nodes = 10;
  const auto answer = pack(packing, search);
  CHECK(answer.weight == 10);
  CHECK(answer.is_proven());
}

TEST_CASE("packings drawn at random are chosen as trying all choices does") {
  std::int64_t nodes = 0;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    INFO("seed " << seed);
    Random random(seed);
    Packing packing;
    for (int item = 0; item < 6; ++item) packing.capacities.push_back(1);
    packing.capacities.push_back(static_cast<std::int64_t>(5 + random.below(6)));
    for (int count = 0; count < 11; ++count) {
      auto& set = packing.sets.emplace_back();
      set.weight = static_cast<std::int64_t>(1 + random.below(50));
      for (std::uint32_t item = 0; item < 6; ++item) {
        if (random.below(3) == 0) set.uses.push_back({item, 1});
      }
      set.uses.push_back({6, static_cast<std::int64_t>(1 + random.below(5))});
    }
    std::int64_t best = 0;
    for (std::uint32_t choice = 0; choice < 1U << packing.sets.size(); ++choice) {
      std::vector<std::uint32_t> chosen;
      std::int64_t weight = 0;
      for (std::uint32_t set = 0; set < packing.sets.size(); ++set) {
        if ((choice >> set & 1) == 0) continue;
        chosen.push_back(set);
        weight += packing.sets[set].weight;
      }
      if (weight > best && fits(packing, chosen)) best = weight;
    }
    PackingSearch search;
    search.nodes = 2'000;
    const auto answer = pack(packing, search);
    REQUIRE(answer.weight == best);
    REQUIRE(answer.is_proven());
    REQUIRE(fits(packing, answer.chosen));
    nodes += answer.nodes;
  }
  CHECK(nodes > 300);
}
