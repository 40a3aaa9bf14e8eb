// Which homes are so near a place that their families may go there: a grid of cells for each power of two of miles that a
// family goes, so that nine cells of each grid hold all who come into question, however far a few would go.
#pragma once

#include "matching/engine/model.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <unordered_map>
#include <vector>

namespace cp::matching {

class Homes {
 public:
  struct Home {
    std::uint64_t marks = 0;  // what the family has, as bits; a search names those it needs
    std::uint32_t family = 0;
  };

  /// No place is nearer to a pole than this.
  explicit Homes(double furthest_lat_degrees = 66) : furthest_lat_degrees_(furthest_lat_degrees) {
    const auto narrowest = std::max(1e-9, std::cos(std::min(89.9, furthest_lat_degrees) * std::numbers::pi / 180));
    for (int level = 0; level < levels; ++level) {
      columns_[static_cast<std::size_t>(level)] = columns_for(level, narrowest);
    }
  }
  [[nodiscard]] bool covers(Place place) const { return std::abs(place.lat) <= furthest_lat_degrees_; }

  void add(Place place, double max_miles, Home home) {
    cells_[cell_of(level_of(max_miles), place)].push_back(home);
    used_.at(static_cast<std::size_t>(level_of(max_miles))) = true;
  }
  void remove(Place place, double max_miles, std::uint32_t family) {
    const auto found = cells_.find(cell_of(level_of(max_miles), place));
    if (found == cells_.end()) return;
    std::erase_if(found->second, [&](const Home& home) { return home.family == family; });
    if (found->second.empty()) cells_.erase(found);
  }
  /// Every family with these marks that may be near enough, and some that are not. Whoever is within `reach_miles` is near
  /// enough, too, however far the family itself would go.
  template <class Visit>
  void visit_near(Place place, std::uint64_t marks, double reach_miles, const Visit& visit) const {
    for (int level = 0; level < levels; ++level) {
      if (!used_[static_cast<std::size_t>(level)]) continue;
      const auto [row, column] = row_and_column(level, place);
      const auto columns = columns_[static_cast<std::size_t>(level)];
      const auto cells = std::max<std::int64_t>(1, static_cast<std::int64_t>(std::ceil(reach_miles / (1 << level))));
      const auto last_row = static_cast<std::int64_t>(180 / degrees_of(level)) + 1;
      const auto wide = std::min<std::int64_t>(columns, 2 * cells + 1);
      for (auto north = std::max<std::int64_t>(-1, row - cells); north <= std::min(last_row, row + cells); ++north) {
        for (std::int64_t east = 0; east < wide; ++east) {
          const auto found = cells_.find(key(level, north, (column + east - std::min(cells, wide) + 2 * columns) % columns));
          if (found == cells_.end()) continue;
          for (const auto& home : found->second) {
            if ((home.marks & marks) == marks) visit(home.family);
          }
        }
      }
    }
  }

 private:
  static constexpr int levels = 15;  // the last is for 13,000 miles, half around the Earth
  /// A little less than it is, so that cells are rather too large than too small.
  static constexpr double miles_in_a_degree = 69.0;

  static int level_of(double max_miles) {
    int level = 0;
    while (level + 1 < levels && max_miles > static_cast<double>(1 << level)) ++level;
    return level;
  }
  static double degrees_of(int level) { return static_cast<double>(1 << level) / miles_in_a_degree; }
  /// Cells are so wide in degrees that nowhere they are narrower in miles than their level.
  static std::int64_t columns_for(int level, double narrowest) {
    const auto part = std::sin(std::min(std::numbers::pi / 2, degrees_of(level) * std::numbers::pi / 180)) / narrowest;
    if (part >= 1) return 1;
    return std::max<std::int64_t>(1, static_cast<std::int64_t>(360 / (std::asin(part) * 180 / std::numbers::pi)));
  }
  [[nodiscard]] std::pair<std::int64_t, std::int64_t> row_and_column(int level, Place place) const {
    const auto columns = columns_[static_cast<std::size_t>(level)];
    const auto column = static_cast<std::int64_t>(std::floor((place.lon + 180) / 360 * static_cast<double>(columns)));
    return {static_cast<std::int64_t>(std::floor((place.lat + 90) / degrees_of(level))), std::min(column, columns - 1)};
  }
  static std::uint64_t key(int level, std::int64_t row, std::int64_t column) {
    return static_cast<std::uint64_t>(level) << 60 | static_cast<std::uint64_t>(row + 1) << 30 |
           static_cast<std::uint64_t>(column);
  }
  [[nodiscard]] std::uint64_t cell_of(int level, Place place) const {
    const auto [row, column] = row_and_column(level, place);
    return key(level, row, column);
  }

  double furthest_lat_degrees_;
  std::array<std::int64_t, levels> columns_{};
  std::array<bool, levels> used_{};
  std::unordered_map<std::uint64_t, std::vector<Home>> cells_;
};

}  // namespace cp::matching
