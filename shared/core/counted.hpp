// Numbers of things in sentences that people read.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace cp {

/// `1 child`, `3 children`.
inline std::string counted(std::int64_t number, std::string_view singular, std::string_view plural) {
  return std::to_string(number) + " " + std::string(number == 1 ? singular : plural);
}

}  // namespace cp
