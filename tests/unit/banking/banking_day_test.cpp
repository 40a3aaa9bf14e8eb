// Against the bank holidays of England and Wales as GOV.UK published them.
#include "payments/banking/banking_day.hpp"

#include <catch2/catch_test_macros.hpp>

#include <map>
#include <vector>

using namespace cp;
using namespace cp::banking;

namespace {

Date date(std::string_view text) { return parse_date(text).value(); }

/// Days from Monday to Friday of a year on which banks are closed.
std::vector<std::string> closed_weekdays(const BankCalendar& calendar, int year) {
  std::vector<std::string> days;
  const std::chrono::year y(year);
  for (auto day = std::chrono::sys_days(y / 1 / 1); day <= std::chrono::sys_days(y / 12 / 31); day += std::chrono::days(1)) {
    const std::chrono::weekday name(day);
    const bool weekend = name == std::chrono::Saturday || name == std::chrono::Sunday;
    if (weekend) CHECK_FALSE(calendar.is_banking_day(Date(day)));
    else if (!calendar.is_banking_day(Date(day))) days.push_back(to_text(Date(day)).substr(5));
  }
  return days;
}

}  // namespace

TEST_CASE("yearly bank holidays, with their substitutes") {
  const std::map<int, std::vector<std::string>> published{
      {2021, {"01-01", "04-02", "04-05", "05-03", "05-31", "08-30", "12-27", "12-28"}},
      {2024, {"01-01", "03-29", "04-01", "05-06", "05-27", "08-26", "12-25", "12-26"}},
      {2025, {"01-01", "04-18", "04-21", "05-05", "05-26", "08-25", "12-25", "12-26"}},
      {2026, {"01-01", "04-03", "04-06", "05-04", "05-25", "08-31", "12-25", "12-28"}},
      {2027, {"01-01", "03-26", "03-29", "05-03", "05-31", "08-30", "12-27", "12-28"}}};
  for (const auto& [year, days] : published) {
    INFO(year);
    CHECK(closed_weekdays(BankCalendar(), year) == days);
  }
}

TEST_CASE("days proclaimed for one year are configured") {
  const auto calendar = BankCalendar::read(
      "# jubilee, funeral, coronation\r\n-2022-05-30\n2022-06-02\n2022-06-03\n2022-09-19\n\n2023-05-08  # coronation\n").value();
  CHECK(closed_weekdays(calendar, 2022) == std::vector<std::string>{"01-03", "04-15", "04-18", "05-02", "06-02", "06-03",
                                                                    "08-29", "09-19", "12-26", "12-27"});
  CHECK(closed_weekdays(calendar, 2023) == std::vector<std::string>{"01-02", "04-07", "04-10", "05-01", "05-08", "05-29",
                                                                    "08-28", "12-25", "12-26"});
  for (const auto* text : {"2023-5-8", "2023-02-30", "x", "2023-05-08 2023-05-09"}) {
    CHECK(BankCalendar::read(text).error().code == "bank-holidays-malformed");
  }
}

TEST_CASE("banking days follow each other over holidays") {
  const BankCalendar calendar;
  CHECK(calendar.next(date("2026-12-24")) == date("2026-12-29"));
  CHECK(calendar.previous(date("2026-12-29")) == date("2026-12-24"));
  CHECK(calendar.next(date("2026-04-02")) == date("2026-04-07"));
  CHECK(calendar.next(date("2026-11-23")) == date("2026-11-24"));
}

TEST_CASE("Easter, from the tables") {
  for (const auto* day : {"1961-04-02", "2000-04-23", "2008-03-23", "2011-04-24", "2016-03-27", "2025-04-20", "2026-04-05",
                          "2038-04-25", "2049-04-18"}) {
    CHECK(to_text(easter(date(day).year())) == day);
  }
}
