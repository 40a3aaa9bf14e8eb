// The needs a child may have and an offer may cater for: one list for every service.
#pragma once

#include "shared/core/names.hpp"

#include <cstdint>
#include <vector>

namespace cp::catalogue {

/// The order is stored (see `to_mask`): new needs go to the end.
enum class Need {
  learning,
  autism,
  physical,
  sensory_hearing,
  sensory_vision,
  communication,
  behaviour,
  adhd,
  complex,
  palliative,
  personal_care,
  epilepsy,
  other,
};
constexpr auto names_of(Need) {
  return names<Need>({{Need::learning, "learning"},
                      {Need::autism, "autism"},
                      {Need::physical, "physical"},
                      {Need::sensory_hearing, "sensory_hearing"},
                      {Need::sensory_vision, "sensory_vision"},
                      {Need::communication, "communication"},
                      {Need::behaviour, "behaviour"},
                      {Need::adhd, "adhd"},
                      {Need::complex, "complex"},
                      {Need::palliative, "palliative"},
                      {Need::personal_care, "personal_care"},
                      {Need::epilepsy, "epilepsy"},
                      {Need::other, "other"}});
}

/// A set out of a list such as that of needs as one integer, a bit for each: stored and compared as one column.
template <class Listed = Need>
constexpr std::int64_t to_mask(const std::vector<Listed>& set) {
  std::int64_t mask = 0;
  for (const auto one : set) mask |= std::int64_t{1} << static_cast<int>(one);
  return mask;
}
/// The set again, in the list's order, each once.
template <class Listed = Need>
std::vector<Listed> from_mask(std::int64_t mask) {
  std::vector<Listed> set;
  for (const auto& [one, text] : names_of(Listed{})) {
    if ((mask >> static_cast<int>(one)) & 1) set.push_back(one);
  }
  return set;
}

}  // namespace cp::catalogue
