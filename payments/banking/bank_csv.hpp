// Bank statements as comma-separated values. Every bank has columns of its own, so the treasurer
// says which is which; nothing is guessed, least of all the order of day and month.
#pragma once

#include "payments/banking/statement.hpp"
#include "shared/core/csv.hpp"

#include <string>
#include <string_view>

namespace cp::banking {

enum class CsvDate {
  iso,             // 2026-11-23
  day_month_year,  // 23/11/2026, 23-11-2026, 23/11/26
  day_month_name,  // 23 Nov 2026, 23-Nov-26, 23 November 2026
};
constexpr auto names_of(CsvDate) {
  return names<CsvDate>({{CsvDate::iso, "iso"},
                         {CsvDate::day_month_year, "day-month-year"},
                         {CsvDate::day_month_name, "day-month-name"}});
}

/// Names of columns, as the header has them (case and spaces around do not matter). Wanted: `date`
/// and either `amount` (negative is paid out) or both `paid_in` and `paid_out`. The rest may be empty.
struct CsvLayout {
  std::size_t lines_above = 0;  // records in front of the header
  CsvDate date_format = CsvDate::day_month_year;
  std::string date = {};
  std::string amount = {};
  std::string paid_in = {};
  std::string paid_out = {};
  std::string description = {};
  std::string reference = {};
  std::string bank_reference = {};
  std::string balance = {};
};

/// One statement of all rows below the header, each row a booked line; rows without any text are no
/// rows. With a `balance` column, every row has to lead from one balance to the next, oldest first or
/// newest first, so that a missing row is seen; opening and closing balance come from it.
///
/// Refused: what `read_csv` refuses; `bank-layout-invalid` (the layout names too few columns, or one
/// the header lacks or has twice); `statement-malformed` with the line (a date or an amount that is
/// not one, both or neither of paid in and paid out, fields beyond the header); `statement-sum`.
Result<Statement> read_bank_csv(std::string_view text, const CsvLayout& layout, const CsvLimits& limits = {});

}  // namespace cp::banking
