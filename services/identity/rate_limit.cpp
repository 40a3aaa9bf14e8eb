#include "services/identity/rate_limit.hpp"

#include <boost/asio/ip/address.hpp>

#include <algorithm>

namespace cp::identity {

using std::chrono::microseconds;

RateLimit::RateLimit(std::int64_t per_minute, std::size_t keys)
    : interval_(microseconds(std::chrono::minutes(1)) / std::max<std::int64_t>(1, per_minute)),
      burst_(interval_ * (std::max<std::int64_t>(1, per_minute) - 1)),
      whole_again_(keys) {}

std::optional<std::int64_t> RateLimit::take(const std::string& key, Timestamp now) {
  const std::scoped_lock lock(mutex_);
  auto* known = whole_again_.find(key);
  const auto from = known ? std::clamp(*known, now, now + burst_ + interval_) : now;
  // A clock that was put back must not keep anybody waiting for longer than the whole bucket.
  if (known && *known > from) *known = from;
  if (from - now > burst_) {
    const auto wait = from - now - burst_;
    return std::max<std::int64_t>(1, std::chrono::ceil<std::chrono::seconds>(wait).count());
  }
  whole_again_.put(key, from + interval_);
  return std::nullopt;
}

void RateLimit::give_back(const std::string& key) {
  const std::scoped_lock lock(mutex_);
  if (auto* known = whole_again_.find(key)) *known -= interval_;
}

std::size_t RateLimit::keys() const {
  const std::scoped_lock lock(mutex_);
  return whole_again_.size();
}

std::string network_of(std::string_view remote_address) {
  boost::system::error_code failed;
  const auto address = boost::asio::ip::make_address(remote_address, failed);
  if (failed || !address.is_v6()) return std::string(remote_address);
  const auto six = address.to_v6();
  if (six.is_v4_mapped()) {
    return boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, six).to_string();
  }
  auto bytes = six.to_bytes();
  std::fill(bytes.begin() + 8, bytes.end(), std::uint8_t{0});
  return boost::asio::ip::address_v6(bytes).to_string() + "/64";
}

}  // namespace cp::identity
