// Who is near whom, told sooner than by working out miles: places as points on a sphere of radius 1, and squares of chords.
#pragma once

#include "matching/engine/model.hpp"
#include "shared/core/earth.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace cp::matching {

/// A little less than it is, so that what is looked through is rather too wide.
inline constexpr double miles_in_a_degree = 69.0;

struct Point {
  double x = 0, y = 0, z = 0;
  [[nodiscard]] double square_of_chord(const Point& to) const {
    return (x - to.x) * (x - to.x) + (y - to.y) * (y - to.y) + (z - to.z) * (z - to.z);
  }
};

inline Point point_of(Place place) {
  const auto lat = place.lat * std::numbers::pi / 180, lon = place.lon * std::numbers::pi / 180;
  return {std::cos(lat) * std::cos(lon), std::cos(lat) * std::sin(lon), std::sin(lat)};
}

/// So many miles, held against squares of chords. Both answers are sure; where neither is true miles have to be worked out.
class Reach {
 public:
  explicit Reach(double miles = 0) : miles_(miles) {
    const auto half = std::sin(std::min(std::numbers::pi / 2, miles / (2 * earth_radius_miles)));
    square_ = 4 * half * half;
  }
  [[nodiscard]] double miles() const { return miles_; }
  [[nodiscard]] double square_of_chord() const { return square_; }
  [[nodiscard]] bool is_surely_less_than(double square_of_chord) const { return square_of_chord > square_ * 1.000'001 + least; }
  [[nodiscard]] bool is_surely_more_than(double square_of_chord) const { return square_of_chord < square_ * 0.999'999 - least; }

 private:
  /// Points are rounded to so much.
  static constexpr double least = 1e-15;
  double miles_;
  double square_ = 0;
};

/// The longitudes within `east` degrees of `lon`, as stretches from west to east: one, or two where the ends of the map meet.
template <class Visit>
void visit_longitudes(double lon, double east, const Visit& visit) {
  if (east >= 180) {
    visit(-180.0, 180.0);
    return;
  }
  visit(lon - east, lon + east);
  if (lon - east < -180) visit(lon - east + 360, 180.0);
  if (lon + east > 180) visit(-180.0, lon + east - 360);
}

}  // namespace cp::matching
