#include "services/catalogue/places.hpp"
#include "shared/core/earth.hpp"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <set>

using namespace cp::catalogue;
using cp::miles_along_earth;
using Catch::Approx;

TEST_CASE("every district once, in one of two places") {
  std::set<std::string_view> districts;
  for (const auto& place : places()) {
    districts.insert(place.district);
    CAPTURE(place.district);
    const bool trafford = place.authority_name == "Trafford";
    CHECK((trafford || place.authority_name == "Plymouth"));
    CHECK(place.latitude == Approx(trafford ? 53.42 : 50.38).margin(0.06));
    CHECK(place.longitude == Approx(trafford ? -2.34 : -4.10).margin(0.14));
  }
  CHECK(districts.size() == places().size());
  CHECK(districts.size() == 19);
}

TEST_CASE("a district is found however it is written") {
  for (const std::string_view text : {"M33", "m33", " M33 "}) {
    CAPTURE(text);
    REQUIRE(find_place(text));
    CHECK(find_place(text)->district == "M33");
  }
  for (const std::string_view text : {"", "M", "M3", "M333", "M 33", "SW1"}) {
    CAPTURE(text);
    CHECK_FALSE(find_place(text));
  }
}

TEST_CASE("miles along the earth") {
  CHECK(miles_along_earth(51.5, -0.12, 51.5, -0.12) == Approx(0).margin(1e-9));
  CHECK(miles_along_earth(0, 0, 1, 0) == Approx(69.09).margin(0.01));         // a degree of latitude
  CHECK(miles_along_earth(60, 0, 60, 1) == Approx(34.55).margin(0.01));       // of longitude, half as much
  CHECK(miles_along_earth(0, 0, 0, 180) == Approx(12'436.9).margin(1));       // half way round
  CHECK(miles_along_earth(90, 0, -90, 0) == Approx(12'436.9).margin(1));
  const auto& sale = *find_place("M33");
  const auto& plymouth = *find_place("PL1");
  CHECK(miles_between(sale, plymouth) == Approx(226).margin(5));
  CHECK(miles_between(sale, plymouth) == miles_between(plymouth, sale));
}

TEST_CASE("districts within so many miles") {
  const auto& sale = *find_place("M33");
  CHECK(districts_within(sale, 0) == std::vector<std::string_view>{"M33"});
  CHECK(districts_within(sale, 20).size() == 10);
  CHECK(districts_within(sale, 1'000).size() == places().size());
  const auto near = districts_within(sale, 2.5);
  CHECK(std::find(near.begin(), near.end(), "M32") != near.end());
  CHECK(std::find(near.begin(), near.end(), "WA13") == near.end());
}
