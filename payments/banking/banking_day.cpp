#include "payments/banking/banking_day.hpp"

#include <algorithm>

namespace cp::banking {
namespace {

using namespace std::chrono;

bool is_weekend(Date day) {
  const weekday name{sys_days(day)};
  return name == Saturday || name == Sunday;
}

Date shifted(Date day, int by) { return Date(sys_days(day) + days(by)); }

/// The yearly holidays of England and Wales, with substitutes for those on a week-end.
bool is_yearly_holiday(Date day) {
  const auto year = day.year();
  std::set<Date> holidays{shifted(easter(year), -2), shifted(easter(year), 1),
                          Date(sys_days(year / May / Monday[1])), Date(sys_days(year / May / Monday[last])),
                          Date(sys_days(year / August / Monday[last]))};
  for (Date given : {year / January / 1, year / December / 25, year / December / 26}) {
    while (is_weekend(given) || holidays.contains(given)) given = shifted(given, 1);
    holidays.insert(given);
  }
  return holidays.contains(day);
}

}  // namespace

Date easter(year year) {
  // The anonymous Gregorian computus (Meeus, Astronomical Algorithms, chapter 8).
  const int y = static_cast<int>(year);
  const int a = y % 19;
  const int b = y / 100;
  const int c = y % 100;
  const int d = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
  const int e = (32 + 2 * (b % 4) + 2 * (c / 4) - d - c % 4) % 7;
  const int f = d + e - 7 * ((a + 11 * d + 22 * e) / 451) + 114;
  return Date{year, month(static_cast<unsigned>(f / 31)), day(static_cast<unsigned>(f % 31 + 1))};
}

Result<BankCalendar> BankCalendar::read(std::string_view text) {
  BankCalendar calendar;
  for (std::int64_t number = 1; !text.empty(); ++number) {
    const auto end = std::min(text.find('\n'), text.size());
    auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    line = line.substr(0, line.find('#'));
    while (!line.empty() && (line.back() == ' ' || line.back() == '\r' || line.back() == '\t')) line.remove_suffix(1);
    if (line.empty()) continue;
    const bool working = line.starts_with('-');
    const auto date = parse_date(working ? line.substr(1) : line);
    if (!date) {
      return malformed("bank-holidays-malformed", "Line " + std::to_string(number) +
                                                      ": write a day as 2023-05-08, with `-` in front where banks open.")
          .with("line", number);
    }
    (working ? calendar.working_days_ : calendar.holidays_).insert(*date);
  }
  return calendar;
}

bool BankCalendar::is_banking_day(Date day) const {
  if (is_weekend(day) || holidays_.contains(day)) return false;
  return working_days_.contains(day) || !is_yearly_holiday(day);
}

Date BankCalendar::next(Date day) const {
  do {
    day = shifted(day, 1);
  } while (!is_banking_day(day));
  return day;
}

Date BankCalendar::previous(Date day) const {
  do {
    day = shifted(day, -1);
  } while (!is_banking_day(day));
  return day;
}

}  // namespace cp::banking
