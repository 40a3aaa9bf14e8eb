#include "services/catalogue/places.hpp"

#include "shared/core/earth.hpp"

#include <algorithm>
#include <array>

namespace cp::catalogue {
namespace {

// Middles of the districts to two or three decimals, which is within half a mile: near enough for
// "how far is it", too coarse to point at a house.
constexpr std::array table{
    Place{"PL1", "Plymouth city centre and Stonehouse", 50.370, -4.150, "Plymouth"},
    Place{"PL2", "Devonport and Keyham", 50.388, -4.165, "Plymouth"},
    Place{"PL3", "Mannamead and Efford", 50.388, -4.121, "Plymouth"},
    Place{"PL4", "Mutley and Barbican", 50.374, -4.128, "Plymouth"},
    Place{"PL5", "Crownhill and St Budeaux", 50.409, -4.163, "Plymouth"},
    Place{"PL6", "Derriford and Estover", 50.422, -4.109, "Plymouth"},
    Place{"PL7", "Plympton", 50.391, -4.047, "Plymouth"},
    Place{"PL8", "Yealmpton and Newton Ferrers", 50.335, -4.007, "Plymouth"},
    Place{"PL9", "Plymstock", 50.356, -4.085, "Plymouth"},
    Place{"M16", "Old Trafford and Firswood", 53.455, -2.270, "Trafford"},
    Place{"M17", "Trafford Park", 53.467, -2.320, "Trafford"},
    Place{"M23", "Baguley and Brooklands", 53.400, -2.289, "Trafford"},
    Place{"M31", "Carrington and Partington", 53.421, -2.416, "Trafford"},
    Place{"M32", "Stretford", 53.449, -2.306, "Trafford"},
    Place{"M33", "Sale", 53.424, -2.322, "Trafford"},
    Place{"M41", "Urmston", 53.449, -2.362, "Trafford"},
    Place{"WA13", "Lymm and Warburton", 53.384, -2.474, "Trafford"},
    Place{"WA14", "Altrincham", 53.387, -2.362, "Trafford"},
    Place{"WA15", "Hale and Timperley", 53.384, -2.325, "Trafford"},
};

constexpr char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

}  // namespace

std::span<const Place> places() { return table; }

const Place* find_place(std::string_view district) {
  while (!district.empty() && district.front() == ' ') district.remove_prefix(1);
  while (!district.empty() && district.back() == ' ') district.remove_suffix(1);
  const auto same = [&](const Place& place) {
    return std::equal(district.begin(), district.end(), place.district.begin(), place.district.end(),
                      [](char a, char b) { return upper(a) == b; });
  };
  const auto found = std::find_if(table.begin(), table.end(), same);
  return found == table.end() ? nullptr : &*found;
}

double miles_between(const Place& a, const Place& b) {
  return miles_along_earth(a.latitude, a.longitude, b.latitude, b.longitude);
}

std::vector<std::string_view> districts_within(const Place& place, double miles) {
  std::vector<std::string_view> near;
  for (const auto& other : table) {
    if (miles_between(place, other) <= miles) near.push_back(other.district);
  }
  return near;
}

}  // namespace cp::catalogue
