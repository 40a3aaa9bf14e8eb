// Days on which banks in England and Wales move money: no week-ends, no bank holidays.
//
// Source: Banking and Financial Dealings Act 1971, schedule 1, and the substitute days that are
// proclaimed by custom. Days proclaimed for one year (a coronation, a jubilee) are configured.
#pragma once

#include "shared/core/error.hpp"
#include "shared/core/time.hpp"

#include <set>
#include <string_view>

namespace cp::banking {

class BankCalendar {
 public:
  /// The yearly holidays alone.
  BankCalendar() = default;
  /// Days beside the yearly ones, one a line: `2023-05-08` is a holiday, `-2022-05-30` is not one,
  /// though by rule it would be. `#` begins a comment. Refused: `bank-holidays-malformed`.
  static Result<BankCalendar> read(std::string_view text);

  [[nodiscard]] bool is_banking_day(Date day) const;
  /// The next banking day after `day`, or the one before it.
  [[nodiscard]] Date next(Date day) const;
  [[nodiscard]] Date previous(Date day) const;

 private:
  std::set<Date> holidays_;
  std::set<Date> working_days_;
};

/// Easter Sunday of a year of the Gregorian calendar.
Date easter(std::chrono::year year);

}  // namespace cp::banking
