#include "matching/engine/sites.hpp"

#include "matching/engine/rules.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <tuple>

namespace cp::matching {
namespace {

constexpr double bands_in_a_degree = 16;

}  // namespace

std::int32_t Sites::band_of(double lat) { return static_cast<std::int32_t>(std::floor(lat * bands_in_a_degree)); }

Sites::Sites(const Index& index) : index_(index) {
  sites_.reserve(index.run_count());
  for (RunAt run = 0; run < index.run_count(); ++run) {
    const auto place = index.offer(run).place;
    if (!index.is_gone(run)) sites_.push_back({band_of(place.lat), run, place.lon});
  }
  std::sort(sites_.begin(), sites_.end(), [](const Site& a, const Site& b) {
    return std::tie(a.band, a.lon, a.run) < std::tie(b.band, b.lon, b.run);
  });
}

std::vector<RunAt> Sites::wanted_within(double miles, FamilyAt family) const {
  const auto home = index_.family(family).place;
  const Reach reach(miles);
  const auto north = miles / miles_in_a_degree;
  const auto furthest_lat = std::min(89.0, std::abs(home.lat) + north);
  const auto east = north / std::cos(furthest_lat * std::numbers::pi / 180);
  std::vector<RunAt> found;
  const auto last = band_of(std::min(90.0, home.lat + north));
  for (auto band = band_of(std::max(-90.0, home.lat - north)); band <= last; ++band) {
    visit_longitudes(home.lon, east, [&](double from, double to) { add_wanted(band, from, to, family, reach, found); });
  }
  return found;
}

void Sites::add_wanted(std::int32_t band, double west, double east, FamilyAt family, const Reach& reach,
                       std::vector<RunAt>& found) const {
  auto at = std::lower_bound(sites_.begin(), sites_.end(), std::pair(band, west), [](const Site& site, const auto& from) {
    return site.band != from.first ? site.band < from.first : site.lon < from.second;
  });
  const auto home = index_.home(family);
  for (; at != sites_.end() && at->band == band && at->lon <= east; ++at) {
    if (!index_.wants(at->run, family)) continue;
    const auto square = home.square_of_chord(index_.place(at->run));
    if (reach.is_surely_less_than(square)) continue;
    if (reach.is_surely_more_than(square) ||
        miles_between(index_.family(family).place, index_.offer(at->run).place) <= reach.miles()) {
      found.push_back(at->run);
    }
  }
}

std::optional<RunAt> Sites::nearest_wanted(FamilyAt family) const {
  const auto home = index_.home(family);
  std::optional<RunAt> nearest;
  double least = std::numeric_limits<double>::infinity();
  for (const auto& site : sites_) {
    if (!index_.wants(site.run, family)) continue;
    const auto square = home.square_of_chord(index_.place(site.run));
    if (nearest && std::tie(least, *nearest) <= std::tie(square, site.run)) continue;
    nearest = site.run;
    least = square;
  }
  return nearest;
}

}  // namespace cp::matching
