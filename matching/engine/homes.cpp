#include "matching/engine/homes.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace cp::matching {
namespace {

constexpr double radians = std::numbers::pi / 180;
/// Bands are so high in degrees for families who go one mile, twice as high for two, and so on: a quarter of their way.
constexpr double degrees_for_a_mile = 0.5 / miles_in_a_degree;
constexpr int most_levels = 15;  // the last is for 13,000 miles, half around the Earth
/// More than longitudes and coordinates are rounded by.
constexpr double rounded_degrees = 1e-4, rounded_chord = 1e-6;

double miles_of_level(int level) { return static_cast<double>(std::int64_t{1} << level); }
int level_of(double max_miles) {
  int level = 0;
  while (level + 1 < most_levels && max_miles > miles_of_level(level)) ++level;
  return level;
}
double degrees_of(int level) { return degrees_for_a_mile * miles_of_level(level); }

double square_of_half_sine(double degrees) {
  const auto sine = std::sin(std::min(std::numbers::pi / 2, degrees * radians / 2));
  return sine * sine;
}

}  // namespace

Homes::RoundedPoint::RoundedPoint(Place place) {
  const auto point = point_of(place);
  x = static_cast<float>(point.x);
  y = static_cast<float>(point.y);
  z = static_cast<float>(point.z);
}

Homes::RoundedReach::RoundedReach(double miles) {
  const auto chord = std::sqrt(Reach(miles).square_of_chord()) + rounded_chord;
  square = static_cast<float>(chord * chord * 1.000'01);
}

Homes::Band& Homes::band_for(double max_miles, double lat) {
  const auto level = level_of(max_miles);
  const auto number = static_cast<std::int64_t>(std::floor(lat / degrees_of(level)));
  auto& band = bands_[{level, number}];
  if (band.homes.empty()) {
    band.south = static_cast<double>(number) * degrees_of(level);
    band.north = band.south + degrees_of(level);
    const auto furthest = std::min(90.0, std::max(std::abs(band.south), std::abs(band.north)));
    band.least_cosine = std::cos(furthest * radians);
  }
  return band;
}

void Homes::append(Place place, double max_miles, std::uint64_t marks, std::uint32_t family) {
  band_for(max_miles, place.lat).homes.push_back({marks, static_cast<float>(place.lon), RoundedPoint(place), RoundedReach(max_miles), family});
}

void Homes::sort() {
  for (auto& [key, band] : bands_) {
    std::sort(band.homes.begin(), band.homes.end(), [](const Home& a, const Home& b) { return a.lon < b.lon; });
  }
}

void Homes::add(Place place, double max_miles, std::uint64_t marks, std::uint32_t family) {
  append(place, max_miles, marks, family);
  auto& homes = band_for(max_miles, place.lat).homes;
  const auto position = std::upper_bound(homes.begin(), homes.end() - 1, homes.back(), [](const Home& a, const Home& b) { return a.lon < b.lon; });
  std::rotate(position, homes.end() - 1, homes.end());
}

void Homes::remove(Place place, double max_miles, std::uint32_t family) {
  std::erase_if(band_for(max_miles, place.lat).homes, [family](const Home& home) { return home.family == family; });
}

/// By the haversine formula two places no further apart than the reach differ in longitude by so much at most:
/// the square of the sine of half of that is (that of half the reach - that of half the difference in latitude) / the cosines
/// of both latitudes.
void Homes::visit_bands(Place place, double reach_miles, const VisitHomes& visit) const {
  const auto cosine = std::cos(place.lat * radians);
  for (auto at = bands_.begin(); at != bands_.end();) {
    const auto level = at->first.first;
    const Reach reach(std::max(reach_miles, miles_of_level(level)));
    const auto square = reach.square_of_chord() / 4 * 1.000'001;
    const auto north = reach.miles() / miles_in_a_degree;
    at = bands_.lower_bound({level, static_cast<std::int64_t>(std::floor((place.lat - north) / degrees_of(level)))});
    for (; at != bands_.end() && at->first.first == level && at->second.south <= place.lat + north; ++at) {
      const auto& band = at->second;
      const auto left = square - square_of_half_sine(std::max({0.0, band.south - place.lat, place.lat - band.north}));
      const auto most = cosine * band.least_cosine;
      if (left < 0) continue;
      const auto east = left < most ? 2 * std::asin(std::sqrt(left / most)) / radians + rounded_degrees : 180.0;
      visit_longitudes(place.lon, east, [&](double from, double to) {
        const auto first = std::lower_bound(band.homes.begin(), band.homes.end(), from, [](const Home& home, double lon) { return home.lon < lon; });
        const auto last = std::upper_bound(first, band.homes.end(), to, [](double lon, const Home& home) { return lon < home.lon; });
        visit(band.homes.data() + (first - band.homes.begin()), band.homes.data() + (last - band.homes.begin()));
      });
    }
    at = bands_.lower_bound({level + 1, std::numeric_limits<std::int64_t>::min()});
  }
}

}  // namespace cp::matching
