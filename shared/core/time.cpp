#include "shared/core/time.hpp"

#include <array>

namespace cp {
namespace {

using namespace std::chrono;

void append_padded(std::string& out, std::int64_t value, int width) {
  const std::string digits = std::to_string(value);
  for (int missing = width - static_cast<int>(digits.size()); missing > 0; --missing) out += '0';
  out += digits;
}

/// Reads exactly `width` digits at `at` and moves past them.
std::optional<int> take_digits(std::string_view text, std::size_t& at, int width) {
  int value = 0;
  for (int count = 0; count < width; ++count, ++at) {
    if (at >= text.size() || text[at] < '0' || text[at] > '9') return std::nullopt;
    value = value * 10 + (text[at] - '0');
  }
  return value;
}

bool take(std::string_view text, std::size_t& at, char wanted) {
  if (at >= text.size() || text[at] != wanted) return false;
  ++at;
  return true;
}

std::optional<Date> take_date(std::string_view text, std::size_t& at) {
  const auto y = take_digits(text, at, 4);
  if (!y || !take(text, at, '-')) return std::nullopt;
  const auto m = take_digits(text, at, 2);
  if (!m || !take(text, at, '-')) return std::nullopt;
  const auto d = take_digits(text, at, 2);
  if (!d) return std::nullopt;
  const Date date{year(*y), month(static_cast<unsigned>(*m)), day(static_cast<unsigned>(*d))};
  return date.ok() ? std::optional(date) : std::nullopt;
}

/// `.123` to `.123456`: microseconds, at most six digits.
std::optional<microseconds> take_fraction(std::string_view text, std::size_t& at) {
  std::int64_t value = 0;
  int digits = 0;
  for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, ++digits) {
    if (digits == 6) return std::nullopt;
    value = value * 10 + (text[at] - '0');
  }
  if (digits == 0) return std::nullopt;
  for (; digits < 6; ++digits) value *= 10;
  return microseconds(value);
}

/// `Z` or `+01:00`: what to subtract from the local time.
std::optional<minutes> take_offset(std::string_view text, std::size_t& at) {
  if (take(text, at, 'Z')) return minutes(0);
  const bool west = at < text.size() && text[at] == '-';
  if (!west && (at >= text.size() || text[at] != '+')) return std::nullopt;
  ++at;
  const auto h = take_digits(text, at, 2);
  if (!h || *h > 23 || !take(text, at, ':')) return std::nullopt;
  const auto m = take_digits(text, at, 2);
  if (!m || *m > 59) return std::nullopt;
  const minutes offset = hours(*h) + minutes(*m);
  return west ? -offset : offset;
}

}  // namespace

std::string to_text(Date date) {
  std::string out;
  append_padded(out, static_cast<int>(date.year()), 4);
  out += '-';
  append_padded(out, static_cast<unsigned>(date.month()), 2);
  out += '-';
  append_padded(out, static_cast<unsigned>(date.day()), 2);
  return out;
}

std::string to_text(Month value) { return to_text(Date(value / day(1))).substr(0, 7); }

std::string to_text(Timestamp instant) {
  const auto midnight = floor<days>(instant);
  const hh_mm_ss<microseconds> clock(instant - midnight);
  std::string out = to_text(Date(midnight));
  out += 'T';
  append_padded(out, clock.hours().count(), 2);
  out += ':';
  append_padded(out, clock.minutes().count(), 2);
  out += ':';
  append_padded(out, clock.seconds().count(), 2);
  if (const auto rest = clock.subseconds().count(); rest != 0) {
    out += '.';
    append_padded(out, rest, 6);
  }
  out += 'Z';
  return out;
}

std::optional<Date> parse_date(std::string_view text) {
  std::size_t at = 0;
  const auto date = take_date(text, at);
  return at == text.size() ? date : std::nullopt;
}

std::optional<Month> parse_month(std::string_view text) {
  const auto date = parse_date(std::string(text) + "-01");
  return date ? std::optional(Month(date->year(), date->month())) : std::nullopt;
}

std::optional<Timestamp> parse_timestamp(std::string_view text) {
  std::size_t at = 0;
  const auto date = take_date(text, at);
  if (!date || !take(text, at, 'T')) return std::nullopt;
  std::array<int, 3> parts{};
  for (std::size_t part = 0; part < parts.size(); ++part) {
    if (part > 0 && !take(text, at, ':')) return std::nullopt;
    const auto value = take_digits(text, at, 2);
    if (!value || *value > (part == 0 ? 23 : 59)) return std::nullopt;
    parts[part] = *value;
  }
  microseconds fraction(0);
  if (take(text, at, '.')) {
    const auto taken = take_fraction(text, at);
    if (!taken) return std::nullopt;
    fraction = *taken;
  }
  const auto offset = take_offset(text, at);
  if (!offset || at != text.size()) return std::nullopt;
  return Timestamp(sys_days(*date)) + hours(parts[0]) + minutes(parts[1]) + seconds(parts[2]) +
         fraction - *offset;
}

}  // namespace cp
