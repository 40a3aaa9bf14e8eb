// Money: whole pence, never a fraction, never silently wrapped.
#pragma once

#include <compare>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace cp {

/// An amount in pence sterling. Arithmetic throws `std::overflow_error` instead of wrapping: a sum
/// that does not fit 64 bits is a bug or an attack, never an amount of a short break.
class Money {
 public:
  constexpr Money() = default;
  constexpr explicit Money(std::int64_t pence) : pence_(pence) {}

  [[nodiscard]] constexpr std::int64_t pence() const { return pence_; }
  [[nodiscard]] constexpr bool is_negative() const { return pence_ < 0; }

  constexpr Money& operator+=(Money other) {
    if (__builtin_add_overflow(pence_, other.pence_, &pence_)) overflow();
    return *this;
  }
  constexpr Money& operator-=(Money other) {
    if (__builtin_sub_overflow(pence_, other.pence_, &pence_)) overflow();
    return *this;
  }
  constexpr Money& operator*=(std::int64_t count) {
    if (__builtin_mul_overflow(pence_, count, &pence_)) overflow();
    return *this;
  }
  friend constexpr Money operator+(Money a, Money b) { return a += b; }
  friend constexpr Money operator-(Money a, Money b) { return a -= b; }
  friend constexpr Money operator*(Money a, std::int64_t count) { return a *= count; }
  friend constexpr Money operator-(Money a) { return Money{} -= a; }
  constexpr auto operator<=>(const Money&) const = default;

  /// The ISO 4217 code every amount is in. An account in another currency would be a new type.
  static constexpr std::string_view currency = "GBP";

 private:
  [[noreturn]] static void overflow() { throw std::overflow_error("money does not fit 64 bits"); }
  std::int64_t pence_ = 0;
};

/// `£1,234.50`, `-£0.01`: for sentences that people read.
std::string to_text(Money amount);

}  // namespace cp
