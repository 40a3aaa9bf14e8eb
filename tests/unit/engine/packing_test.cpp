// The packing by itself, held against trying every choice.
#include "matching/engine/packing.hpp"
#include "matching/engine/random.hpp"
#include "tests/bench/matching/packing_file.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <sstream>

using namespace cp::matching;

namespace {

Packing random_packing(Random& random, std::size_t items, std::size_t sets) {
  Packing packing;
  for (std::size_t item = 0; item < items; ++item) packing.capacities.push_back(static_cast<std::int64_t>(1 + random.below(3) / 2 * random.below(4)));
  for (std::size_t at = 0; at < sets; ++at) {
    PackingSet set{static_cast<std::int64_t>(1 + random.below(100)), {}};
    for (std::uint32_t item = 0; item < items; ++item) {
      if (random.below(4) == 0) set.uses.push_back({item, static_cast<std::int64_t>(1 + random.below(2))});
    }
    packing.sets.push_back(std::move(set));
  }
  return packing;
}

std::int64_t best_by_trying(const Packing& packing) {
  std::int64_t best = 0;
  for (unsigned choice = 0; choice < 1U << packing.sets.size(); ++choice) {
    std::vector<std::int64_t> left = packing.capacities;
    std::int64_t weight = 0;
    for (std::size_t at = 0; at < packing.sets.size(); ++at) {
      if ((choice >> at & 1U) == 0) continue;
      weight += packing.sets[at].weight;
      for (const auto& use : packing.sets[at].uses) left[use.item] -= use.amount;
    }
    if (std::all_of(left.begin(), left.end(), [](std::int64_t amount) { return amount >= 0; })) best = std::max(best, weight);
  }
  return best;
}

std::int64_t weight_of(const Packing& packing, const std::vector<std::uint32_t>& chosen) {
  std::int64_t weight = 0;
  for (const auto at : chosen) weight += packing.sets[at].weight;
  return weight;
}

}  // namespace

TEST_CASE("the packing is the best that trying every choice finds, and is proved to be") {
  for (std::uint64_t seed = 1; seed <= 120; ++seed) {
    INFO("seed " << seed);
    Random random(seed);
    const auto packing = random_packing(random, 3 + random.below(8), 1 + random.below(12));
    PackingSearch search;
    search.exchanges = seed % 2 == 0 ? 50 : 0;
    const auto answer = pack(packing, search);
    REQUIRE(fits(packing, answer.chosen));
    REQUIRE(weight_of(packing, answer.chosen) == answer.weight);
    REQUIRE(answer.weight == best_by_trying(packing));
    REQUIRE(answer.is_proven());
    REQUIRE(std::is_sorted(answer.chosen.begin(), answer.chosen.end()));
  }
}

TEST_CASE("a packing cut off keeps what it started from, and its bound is never too low") {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    INFO("seed " << seed);
    Random random(seed);
    const auto packing = random_packing(random, 10, 12);
    const auto best = best_by_trying(packing);
    const auto full = pack(packing, {});
    PackingSearch search;
    search.start = full.chosen;
    search.nodes = 1;
    const auto from_best = pack(packing, search);
    REQUIRE(from_best.weight == best);
    REQUIRE(from_best.bound >= best);
    search.start = {};
    search.stop = [] { return true; };
    const auto stopped = pack(packing, search);
    REQUIRE(fits(packing, stopped.chosen));
    REQUIRE(stopped.bound >= best);
  }
}

TEST_CASE("a packing that is told to stop asks only a few times more, wherever it is") {
  Random random(1);
  Packing packing{std::vector<std::int64_t>(60, 1), {}};
  for (int set = 0; set < 600; ++set) {
    packing.sets.push_back({static_cast<std::int64_t>(50 + random.below(50)), {}});
    for (std::uint32_t item = static_cast<std::uint32_t>(random.below(15)); item < 60; item += static_cast<std::uint32_t>(8 + random.below(15))) {
      packing.sets.back().uses.push_back({item, 1});
    }
  }
  for (const int fires_at : {1, 2, 3, 5, 9, 17, 33, 65, 129}) {
    INFO("stopped at question " << fires_at);
    int asked = 0;
    PackingSearch search;
    search.stop = [&] { return ++asked >= fires_at; };
    const auto answer = pack(packing, search);
    REQUIRE(fits(packing, answer.chosen));
    REQUIRE(answer.bound >= answer.weight);
    REQUIRE(asked >= fires_at);
    REQUIRE(asked <= fires_at + 6);
  }
}

TEST_CASE("a packing of nothing, of one set too large, and of sets that use nothing") {
  CHECK(pack({}, {}).weight == 0);
  CHECK(pack({{1}, {}}, {}).chosen.empty());
  CHECK(pack({{1}, {{5, {{0, 2}}}}}, {}).weight == 0);
  const auto free = pack({{1}, {{5, {}}, {7, {{0, 1}}}, {6, {{0, 1}}}}}, {});
  CHECK(free.weight == 12);
  CHECK(free.chosen == std::vector<std::uint32_t>{0, 1});
  CHECK_FALSE(fits({{1}, {{5, {{0, 1}}}, {5, {{0, 1}}}}}, {0, 1}));
}

TEST_CASE("the same packing and seed give the same choice") {
  Random random(9);
  const auto packing = random_packing(random, 40, 80);
  PackingSearch search;
  search.exchanges = 100;
  search.nodes = 50;
  CHECK(pack(packing, search).chosen == pack(packing, search).chosen);
}

namespace {

std::string code_of(const std::string& text) {
  const auto read = bench::read_packing(text);
  return read ? "fine" : read.error().code;
}

}  // namespace

TEST_CASE("a packing instance is read from lists of sets and from lists of items") {
  const auto by_set = bench::read_packing("3 2\n5 7\n2 1 3\n1 2\n");
  REQUIRE(by_set.has_value());
  CHECK(by_set->capacities == std::vector<std::int64_t>{1, 1, 1});
  CHECK(by_set->sets[0].weight == 5);
  REQUIRE(by_set->sets[0].uses.size() == 2);
  CHECK(by_set->sets[0].uses[1].item == 2);
  const auto by_item = bench::read_packing("3 2 5 7 1 1 1 2 2 2 1");
  REQUIRE(by_item.has_value());
  CHECK(by_item->sets[0].uses.size() == 2);
  CHECK(by_item->sets[1].uses[1].item == 2);
  CHECK(pack(*by_item, {}).weight == 7);
}

TEST_CASE("what is wrong with a packing instance has a name and a place") {
  CHECK(code_of("") == "ends-early");
  CHECK(code_of("3") == "ends-early");
  CHECK(code_of("3 2 5") == "ends-early");
  CHECK(code_of("3 2 5 7 1 1") == "ends-early");
  CHECK(code_of("3 2 5 7 2 1") == "ends-early");
  CHECK(code_of("3 two 5 7") == "not-a-number");
  CHECK(code_of("3 2.5 5 7") == "not-a-number");
  CHECK(code_of("0 2") == "too-large");
  CHECK(code_of("3 2 -5 7 1 1 1 1") == "too-large");
  CHECK(code_of("99999999999999999999 2") == "too-large");
  CHECK(code_of("2000000 2") == "too-large");
  CHECK(code_of("3 2 5 7 1 1 2 2 2") == "item-twice");
  CHECK(code_of("2 3 5 7 1 1 3 1 1 1 2") == "unknown-item");
  CHECK(code_of("3 2 5 7 1 1 1 2 1 3") == "unknown-item");
  CHECK(code_of("1 2 5 7 1 1 1 1 1 1") == "too-long");
  CHECK(code_of("1 2 5 7 1 1 1 1 \n\t ") == "fine");
}

TEST_CASE("a generated packing instance is read as it was written") {
  const auto made = bench::generate_packing({60, 40, 0.05, 20, 3});
  std::ostringstream text;
  bench::write_packing(text, made);
  const auto read = bench::read_packing(text.str());
  REQUIRE(read.has_value());
  REQUIRE(read->sets.size() == made.sets.size());
  for (std::size_t at = 0; at < made.sets.size(); ++at) {
    CHECK(read->sets[at].weight == made.sets[at].weight);
    CHECK(std::equal(made.sets[at].uses.begin(), made.sets[at].uses.end(), read->sets[at].uses.begin(), read->sets[at].uses.end(),
                     [](const PackingUse& a, const PackingUse& b) { return a.item == b.item && a.amount == b.amount; }));
  }
}
