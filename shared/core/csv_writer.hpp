// Writes comma-separated values as RFC 4180 has them, so that no spreadsheet runs what is in them.
#pragma once

#include "shared/core/money.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace cp {

/// Appends cells and records to a text. A text that begins with one of `= + - @`, a tab or a
/// carriage return would be a formula to a spreadsheet: it gets an apostrophe in front, which shows
/// it as it is. Numbers and amounts are made here of digits alone and stay numbers.
class CsvWriter {
 public:
  explicit CsvWriter(std::string& out) : out_(out) {}
  CsvWriter& text(std::string_view value);
  CsvWriter& number(std::int64_t value);
  /// Pounds with two decimals, such as `-12.30`.
  CsvWriter& money(Money value);
  CsvWriter& empty();
  /// CRLF.
  void end();

 private:
  void separate();

  std::string& out_;
  bool first_ = true;
};

/// `-12.30`, for files that programs read.
std::string to_decimal(Money amount);

}  // namespace cp
