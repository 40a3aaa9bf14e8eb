#include "matching/engine/cutting.hpp"
#include "matching/engine/generator.hpp"
#include "matching/engine/index.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <set>

namespace {

using namespace cp::matching;

std::vector<bool> parted(const Index& index, const std::vector<std::uint32_t>& parts) {
  std::vector<bool> parted;
  for (FamilyAt family = 0; family < index.family_count(); ++family) {
    std::set<std::uint32_t> of_family;
    for (const auto& option : index.options(family)) of_family.insert(parts[option.run]);
    parted.push_back(of_family.size() > 1);
  }
  return parted;
}

}  // namespace

TEST_CASE("towns far from each other are parted between them") {
  auto instance = generate({1'200, 120, 0.5, 5});
  // Four corners of a square, two degrees apart; the town of an entry is told by its place in the list.
  const auto move = [](auto& list) {
    for (std::size_t at = 0; at < list.size(); ++at) {
      list[at].place.lat += at % 4 < 2 ? 0 : 2;
      list[at].place.lon += at % 2 == 0 ? 0 : 2;
    }
  };
  move(instance.families);
  move(instance.offers);
  const Index index(instance);
  const auto parts = cut_by_places(index, 4);
  const auto of_families = parted(index, parts);
  CHECK(std::count(of_families.begin(), of_families.end(), true) == 0);
  CHECK(std::set<std::uint32_t>(parts.begin(), parts.end()) == std::set<std::uint32_t>{0, 1, 2, 3});
}

TEST_CASE("a second cut of a country without gaps parts other families than the first") {
  auto instance = generate({1'200, 240, 0.3, 6});
  // One long town from west to east.
  const auto stretch = [](auto& list) {
    for (std::size_t at = 0; at < list.size(); ++at) list[at].place.lon += 2.0 * static_cast<double>(at) / static_cast<double>(list.size());
  };
  stretch(instance.families);
  stretch(instance.offers);
  const Index index(instance);
  const auto first = cut_by_places(index, 3), second = cut_by_places(index, 3, first);
  const auto by_first = parted(index, first), by_second = parted(index, second);
  std::size_t by_one = 0, by_both = 0;
  for (std::size_t at = 0; at < by_first.size(); ++at) {
    by_one += by_first[at] ? 1 : 0;
    by_both += by_first[at] && by_second[at] ? 1 : 0;
  }
  CAPTURE(by_one, by_both);
  CHECK(by_one > 0);
  CHECK(by_both * 4 <= by_one);
}

TEST_CASE("what cannot be parted stays whole") {
  auto instance = generate({50, 1, 0.5, 7});
  instance.offers[0].runs.resize(1);
  const Index index(instance);
  CHECK(cut_by_places(index, 3) == std::vector<std::uint32_t>{0});
  instance.offers.clear();
  CHECK(cut_by_places(Index(instance), 3).empty());
}
