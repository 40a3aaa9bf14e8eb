#include "shared/core/id.hpp"

#include <sys/random.h>

#include <mutex>
#include <random>
#include <stdexcept>

namespace cp {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";

/// Lays 48 bits of milliseconds, the version and 74 random bits out as RFC 9562 says.
std::string uuid7(Timestamp now, std::uint64_t random_high, std::uint64_t random_low) {
  const auto milliseconds = static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count());
  const std::uint64_t high = (milliseconds << 16) | 0x7000U | (random_high & 0x0FFFU);
  const std::uint64_t low = (random_low & 0x3FFFFFFFFFFFFFFFULL) | 0x8000000000000000ULL;
  std::string text;
  text.reserve(36);
  for (int nibble = 0; nibble < 32; ++nibble) {
    if (nibble == 8 || nibble == 12 || nibble == 16 || nibble == 20) text += '-';
    const std::uint64_t word = nibble < 16 ? high : low;
    text += hex_digits[(word >> (60 - 4 * (nibble % 16))) & 0xFU];
  }
  return text;
}

class RandomIds final : public IdSource {
 public:
  std::string next(Timestamp now) override {
    std::uint64_t words[2];
    if (getrandom(words, sizeof words, 0) != sizeof words) {
      throw std::runtime_error("the operating system gave no random numbers");
    }
    return uuid7(now, words[0], words[1]);
  }
};

class SeededIds final : public IdSource {
 public:
  explicit SeededIds(std::uint64_t seed) : random_(seed) {}
  std::string next(Timestamp now) override {
    const std::scoped_lock lock(mutex_);
    const auto high = random_();
    return uuid7(now, high, random_());
  }

 private:
  std::mutex mutex_;
  std::mt19937_64 random_;
};

}  // namespace

bool is_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool dash = at == 8 || at == 13 || at == 18 || at == 23;
    if (dash ? text[at] != '-' : hex_digits.find(text[at]) == std::string_view::npos) return false;
  }
  return true;
}

std::unique_ptr<IdSource> make_random_ids() { return std::make_unique<RandomIds>(); }
std::unique_ptr<IdSource> make_seeded_ids(std::uint64_t seed) {
  return std::make_unique<SeededIds>(seed);
}

}  // namespace cp
