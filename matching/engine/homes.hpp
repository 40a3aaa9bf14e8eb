// Which homes are so near a place that their families may go there. Families who go about as far stand together, in bands of
// latitude from west to east, so that little more than a circle is looked through, however far a few would go.
#pragma once

#include "matching/engine/distance.hpp"
#include "matching/engine/model.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <utility>
#include <vector>

namespace cp::matching {

class Homes {
 public:
  /// `marks` are what the family has, as bits; a search names those it needs.
  void add(Place place, double max_miles, std::uint64_t marks, std::uint32_t family);
  void remove(Place place, double max_miles, std::uint32_t family);
  /// As `add`, of many, which is sooner; `sort` has to follow.
  void append(Place place, double max_miles, std::uint64_t marks, std::uint32_t family);
  void sort();

  /// Every family with these marks that may be near enough, and a few that are not quite. Whoever is within `reach_miles` is
  /// near enough, too, however far the family itself would go.
  template <class Visit>
  void visit_near(Place place, std::uint64_t marks, double reach_miles, const Visit& visit) const {
    const RoundedPoint here(place);
    const RoundedReach reach(reach_miles);
    visit_bands(place, reach_miles, [&](const Home* from, const Home* to) {
      for (; from != to; ++from) {
        const auto square = from->point.square_of_chord(here);
        // All at once: which of it fails cannot be foreseen, and guessing wrong costs more.
        if (((from->marks & marks) == marks) & ((square <= from->reach.square) | (square <= reach.square))) visit(from->family);
      }
    });
  }

 private:
  // Rounded, as half the room is read in half the time: some are told to be near who are not, none to be far who are not.
  struct RoundedPoint {
    explicit RoundedPoint(Place place);
    [[nodiscard]] float square_of_chord(const RoundedPoint& to) const {
      return (x - to.x) * (x - to.x) + (y - to.y) * (y - to.y) + (z - to.z) * (z - to.z);
    }
    float x, y, z;
  };
  struct RoundedReach {
    explicit RoundedReach(double miles);
    float square;
  };
  struct Home {
    std::uint64_t marks;
    float lon;
    RoundedPoint point;
    RoundedReach reach;
    std::uint32_t family;
  };
  struct Band {
    double south = 0, north = 0;  // degrees
    double least_cosine = 0;      // of its latitudes
    std::vector<Home> homes;      // from west to east
  };
  using VisitHomes = std::function<void(const Home* from, const Home* to)>;
  Band& band_for(double max_miles, double lat);
  void visit_bands(Place place, double reach_miles, const VisitHomes& visit) const;

  std::map<std::pair<int, std::int64_t>, Band> bands_;  // by how far families go, and from south to north
};

}  // namespace cp::matching
