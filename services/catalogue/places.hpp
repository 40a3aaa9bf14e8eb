// Postcode districts of the places served and where they are. Pure: a table in the program, so that
// a family's exact address is never needed.
#pragma once

#include <span>
#include <string_view>
#include <vector>

namespace cp::catalogue {

/// A postcode district, with the approximate middle of it in degrees (WGS 84).
struct Place {
  std::string_view district;
  std::string_view name;
  double latitude = 0;
  double longitude = 0;
  std::string_view authority_name;
};

/// Every district known, by authority and district.
std::span<const Place> places();
/// Without regard to case and surrounding spaces; a null pointer where the district is not known.
const Place* find_place(std::string_view district);

/// Along the surface of the Earth.
double miles_between(const Place& a, const Place& b);
/// The districts whose middles are at most `miles` apart from this one's; itself included.
std::vector<std::string_view> districts_within(const Place& place, double miles);

}  // namespace cp::catalogue
