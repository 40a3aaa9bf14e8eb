#include "tests/bench/matching/instances.hpp"

#include "matching/engine/generator.hpp"

#include <algorithm>
#include <iterator>
#include <string>

namespace cp::matching::bench {
namespace {

constexpr std::int64_t families_of_town = 1'000;
/// Rows of towns 0.4 degrees apart: nobody goes from one to the next but one, some to the next.
constexpr std::int64_t towns_in_a_row = 40;
constexpr double degrees_between_towns = 0.3;
constexpr double first_town_lat = 52.4, first_town_lon = -1.5;

void move_to(Instance& town, std::int64_t number) {
  const auto prefix = "t" + std::to_string(number) + "-";
  const auto north = static_cast<double>(number / towns_in_a_row) * degrees_between_towns;
  const auto east = static_cast<double>(number % towns_in_a_row) * degrees_between_towns * 1.6;
  for (auto& family : town.families) {
    family.id = prefix + family.id;
    family.place.lat += north, family.place.lon += east;
    for (auto* list : {&family.with, &family.not_with}) {
      for (auto& other : *list) other = prefix + other;
    }
  }
  for (auto& offer : town.offers) {
    offer.id = prefix + offer.id;
    offer.place.lat += north, offer.place.lon += east;
    for (auto& run : offer.runs) run.id = prefix + run.id;
  }
}

}  // namespace

Instance country(std::int64_t families, std::int64_t runs, double density, std::uint64_t seed) {
  Instance all;
  all.policy = Policy{};
  const auto towns = std::max<std::int64_t>(1, families / families_of_town);
  // The generator gives an offer two runs on average.
  const auto offers_of_town = std::max<std::int64_t>(1, runs / 2 / towns);
  for (std::int64_t number = 0; number < towns; ++number) {
    auto town = generate({families / towns, offers_of_town, density, seed * 1'000'003 + static_cast<std::uint64_t>(number)});
    move_to(town, number);
    std::move(town.families.begin(), town.families.end(), std::back_inserter(all.families));
    std::move(town.offers.begin(), town.offers.end(), std::back_inserter(all.offers));
  }
  return all;
}

}  // namespace cp::matching::bench
