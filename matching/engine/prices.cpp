#include "matching/engine/prices.hpp"

#include "matching/engine/rules.hpp"

#include <algorithm>

namespace cp::matching {
namespace {

constexpr std::int64_t whole = 1'000;

}  // namespace

Prices::Prices(const Offer& offer, std::int64_t most_children)
    : offer_(&offer), most_children_(std::max<std::int64_t>(0, most_children)) {
  for (std::int64_t size = 0; size <= most_children_; ++size) {
    price_.push_back(size == 0 ? -1 : session_price_pence(offer, size).value_or(-1));
  }
  for (std::int64_t own = 1; own <= children_in_tables; ++own) {
    for (std::int64_t size = 0; size <= most_children_; ++size) {
      share_.push_back(has(size) ? (price_[at(size)] * own + size - 1) / size : -1);
      saving_.push_back(static_cast<std::int16_t>(has(size) ? saving_of(own, size) : 0));
    }
  }
}

/// Sessions cancel out: alone and in the group the run has as many.
std::int64_t Prices::saving_of(std::int64_t family_children, std::int64_t group_children) const {
  const auto alone = session_price_pence(*offer_, family_children);
  if (!alone) return whole;
  if (*alone == 0) return 0;
  const auto share = (price_[at(group_children)] * family_children + group_children - 1) / group_children;
  return std::clamp<std::int64_t>(whole * (*alone - share) / *alone, 0, whole);
}

}  // namespace cp::matching
