// Where runs stand: bands from west to east, so that those near a home are found without looking at a whole country's.
#pragma once

#include "matching/engine/index.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace cp::matching {

class Sites {
 public:
  /// Knows the runs that are there now; `index` must outlive it.
  explicit Sites(const Index& index);

  /// Of what the family wants, the runs within so many miles of its home.
  [[nodiscard]] std::vector<RunAt> wanted_within(double miles, FamilyAt family) const;
  /// Of what the family wants, the nearest, however far it is.
  [[nodiscard]] std::optional<RunAt> nearest_wanted(FamilyAt family) const;

 private:
  struct Site {
    std::int32_t band = 0;
    RunAt run = 0;
    double lon = 0;
  };
  static std::int32_t band_of(double lat);
  void add_wanted(std::int32_t band, double west, double east, FamilyAt family, const Reach& reach, std::vector<RunAt>& found) const;

  const Index& index_;
  std::vector<Site> sites_;  // by band, then longitude
};

}  // namespace cp::matching
