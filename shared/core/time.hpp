// Instants, days and months, and their texts (RFC 3339), always in UTC.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cp {

/// An instant in UTC, to the microsecond; stored as that many since 1970.
using Timestamp = std::chrono::sys_time<std::chrono::microseconds>;
/// A calendar day; stored and sent as `2026-11-23`.
using Date = std::chrono::year_month_day;
/// A calendar month; stored and sent as `2014-03`. A child's birth month is all we keep of it.
using Month = std::chrono::year_month;

/// `2026-11-23T09:05:32.000000Z`; six decimals only where there are any.
std::string to_text(Timestamp instant);
std::string to_text(Date day);
std::string to_text(Month month);

/// Accepts RFC 3339 with an offset and brings it to UTC; nothing else.
std::optional<Timestamp> parse_timestamp(std::string_view text);
std::optional<Date> parse_date(std::string_view text);
std::optional<Month> parse_month(std::string_view text);

inline std::int64_t to_microseconds(Timestamp instant) { return instant.time_since_epoch().count(); }
inline Timestamp from_microseconds(std::int64_t count) {
  return Timestamp(std::chrono::microseconds(count));
}
inline Date day_of(Timestamp instant) {
  return Date(std::chrono::floor<std::chrono::days>(instant));
}

/// Where the time comes from. Only the API and the wiring ask it; rules and stores are told.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual Timestamp now() const = 0;
};

class SystemClock final : public Clock {
 public:
  [[nodiscard]] Timestamp now() const override {
    return std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
  }
};

}  // namespace cp
