// How often something may be tried. Nobody is ever locked out: whoever waits may try again.
#pragma once

#include "services/identity/recent_map.hpp"
#include "shared/core/time.hpp"

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace cp::identity {

/// `per_minute` attempts at once for each key, and one more every `60 / per_minute` seconds.
/// Thread-safe; remembers a bounded number of keys, those tried last.
class RateLimit {
 public:
  RateLimit(std::int64_t per_minute, std::size_t keys);

  /// Takes one attempt; or answers how many seconds to wait, and takes none.
  std::optional<std::int64_t> take(const std::string& key, Timestamp now);
  /// The attempt was a good one and shall not count.
  void give_back(const std::string& key);
  [[nodiscard]] std::size_t keys() const;

 private:
  // The generic cell rate algorithm: one instant a key, at which all its attempts are back.
  const std::chrono::microseconds interval_;
  const std::chrono::microseconds burst_;
  mutable std::mutex mutex_;
  RecentMap<Timestamp> whole_again_;
};

/// What counts as one place: an IPv4 address, or the /64 that an IPv6 customer is given whole.
std::string network_of(std::string_view remote_address);

}  // namespace cp::identity
