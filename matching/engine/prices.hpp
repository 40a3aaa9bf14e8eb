// What an offer costs by the size of the group, worked out once: prices, shares and savings of a session.
#pragma once

#include "matching/engine/model.hpp"

#include <cstdint>
#include <vector>

namespace cp::matching {

class Prices {
 public:
  /// For groups of up to `most_children`.
  Prices(const Offer& offer, std::int64_t most_children);

  [[nodiscard]] bool has(std::int64_t group_children) const {
    return group_children >= 0 && group_children <= most_children_ && price_[at(group_children)] >= 0;
  }
  /// A family's part of a session, rounded up; only for sizes that have a price.
  [[nodiscard]] std::int64_t share(std::int64_t family_children, std::int64_t group_children) const {
    if (family_children <= children_in_tables) return share_[at(family_children, group_children)];
    return (price_[at(group_children)] * family_children + group_children - 1) / group_children;
  }
  /// Thousandths saved against buying alone; 1,000 if it is not sold to one family.
  [[nodiscard]] std::int64_t saving(std::int64_t family_children, std::int64_t group_children) const {
    if (family_children <= children_in_tables) return saving_[at(family_children, group_children)];
    return saving_of(family_children, group_children);
  }

 private:
  /// Larger families are rare; theirs is worked out each time.
  static constexpr std::int64_t children_in_tables = 3;
  [[nodiscard]] std::size_t at(std::int64_t group_children) const { return static_cast<std::size_t>(group_children); }
  [[nodiscard]] std::size_t at(std::int64_t family_children, std::int64_t group_children) const {
    return static_cast<std::size_t>((family_children - 1) * (most_children_ + 1) + group_children);
  }
  [[nodiscard]] std::int64_t saving_of(std::int64_t family_children, std::int64_t group_children) const;

  const Offer* offer_;
  std::int64_t most_children_;
  std::vector<std::int64_t> price_;   // -1 is not sold
  std::vector<std::int64_t> share_;   // by family's and group's children
  std::vector<std::int16_t> saving_;  // the same
};

}  // namespace cp::matching
