// Distances along the surface of the Earth, taken as a sphere.
#pragma once

#include <algorithm>
#include <cmath>
#include <numbers>

namespace cp {

/// The mean radius of the IUGG, 6,371.0088 km.
inline constexpr double earth_radius_miles = 3'958.7613;

/// By the haversine formula; degrees, north and east.
inline double miles_along_earth(double latitude_a, double longitude_a, double latitude_b, double longitude_b) {
  constexpr double radians = std::numbers::pi / 180;
  const double north = std::sin((latitude_b - latitude_a) * radians / 2);
  const double east = std::sin((longitude_b - longitude_a) * radians / 2);
  const double half =
      north * north + std::cos(latitude_a * radians) * std::cos(latitude_b * radians) * east * east;
  return 2 * earth_radius_miles * std::asin(std::sqrt(std::min(1.0, half)));
}

}  // namespace cp
