#include "shared/core/money.hpp"

namespace cp {

std::string to_text(Money amount) {
  const bool negative = amount.is_negative();
  // Negating as unsigned keeps the smallest 64-bit number right.
  const auto pence = negative ? 0 - static_cast<std::uint64_t>(amount.pence())
                              : static_cast<std::uint64_t>(amount.pence());
  std::string pounds = std::to_string(pence / 100);
  for (auto at = static_cast<std::ptrdiff_t>(pounds.size()) - 3; at > 0; at -= 3) {
    pounds.insert(static_cast<std::size_t>(at), 1, ',');
  }
  const auto rest = pence % 100;
  return (negative ? "-£" : "£") + pounds + (rest < 10 ? ".0" : ".") + std::to_string(rest);
}

}  // namespace cp
