// Postcode districts of the two places of the pilot, and how far they are apart. Pure data, so that
// any service can include it.
#pragma once

#include <array>
#include <cmath>
#include <numbers>
#include <string_view>

namespace cp::families {

/// A postcode district and roughly its middle, in degrees.
struct Place {
  std::string_view district;
  std::string_view name;
  double latitude;
  double longitude;
  std::string_view authority_name;
};

/// By authority and district. The middles were put in by hand to a kilometre or so: good enough to
/// say which of two activities is nearer, and no more exact than what families are asked for.
inline constexpr std::array<Place, 19> all_places{{
    {"PL1", "Plymouth city centre and Stonehouse", 50.3690, -4.1540, "Plymouth"},
    {"PL2", "Keyham and Beacon Park", 50.3930, -4.1640, "Plymouth"},
    {"PL3", "Mannamead and Efford", 50.3880, -4.1270, "Plymouth"},
    {"PL4", "Barbican and Lipson", 50.3730, -4.1270, "Plymouth"},
    {"PL5", "St Budeaux and Whitleigh", 50.4110, -4.1740, "Plymouth"},
    {"PL6", "Derriford and Estover", 50.4190, -4.1130, "Plymouth"},
    {"PL7", "Plympton", 50.3860, -4.0490, "Plymouth"},
    {"PL8", "Brixton and Yealmpton", 50.3410, -4.0060, "Plymouth"},
    {"PL9", "Plymstock", 50.3530, -4.0890, "Plymouth"},
    {"M16", "Old Trafford and Firswood", 53.4560, -2.2740, "Trafford"},
    {"M17", "Trafford Park", 53.4690, -2.3190, "Trafford"},
    {"M23", "Baguley and Brooklands", 53.3960, -2.2850, "Trafford"},
    {"M31", "Partington and Carrington", 53.4170, -2.4280, "Trafford"},
    {"M32", "Stretford", 53.4470, -2.3090, "Trafford"},
    {"M33", "Sale", 53.4230, -2.3220, "Trafford"},
    {"M41", "Urmston and Flixton", 53.4490, -2.3600, "Trafford"},
    {"WA13", "Lymm and Warburton", 53.3810, -2.4780, "Trafford"},
    {"WA14", "Altrincham and Dunham", 53.3850, -2.3620, "Trafford"},
    {"WA15", "Hale and Timperley", 53.3830, -2.3290, "Trafford"},
}};

/// The place of a district written in capitals, or null.
constexpr const Place* find_place(std::string_view district) {
  for (const auto& place : all_places) {
    if (place.district == district) return &place;
  }
  return nullptr;
}

/// As the crow flies.
inline double miles_between(double latitude_a, double longitude_a, double latitude_b,
                            double longitude_b) {
  constexpr double earth_radius_miles = 3958.8;
  constexpr double radians = std::numbers::pi / 180.0;
  const double north = std::sin((latitude_b - latitude_a) * radians / 2);
  const double east = std::sin((longitude_b - longitude_a) * radians / 2);
  const double a = north * north + std::cos(latitude_a * radians) * std::cos(latitude_b * radians) *
                                       east * east;
  return 2 * earth_radius_miles * std::asin(std::sqrt(std::fmin(1.0, a)));
}

}  // namespace cp::families
