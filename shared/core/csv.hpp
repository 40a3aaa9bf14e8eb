// Comma-separated values as RFC 4180 has them. Pure and bounded: any bytes are safe to read.
#pragma once

#include "shared/core/error.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cp {

struct CsvRecord {
  std::int64_t line = 1;  // of the file, where the record begins
  std::vector<std::string> fields;
  bool operator==(const CsvRecord&) const = default;
};

struct CsvLimits {
  std::size_t bytes = 8U << 20;
  std::size_t records = 100'000;
  std::size_t fields = 100;        // of one record
  std::size_t field_bytes = 8'192;
};

/// Reads the whole text: commas, fields in double quotes (which may hold commas, line ends and
/// doubled quotes), lines ending in LF or CRLF, a byte order mark in front. Empty lines are left
/// out. Refused as `csv-malformed`, with the line in the extra `line`: a quote in the middle of a
/// field, text behind a closing quote, a quote that is never closed, a lone CR, a NUL, bytes that
/// are not UTF-8. Beyond the limits: `csv-too-large`.
Result<std::vector<CsvRecord>> read_csv(std::string_view text, const CsvLimits& limits = {});

/// The bytes in `text` that begin a valid UTF-8 text; all of them where it is one.
std::size_t valid_utf8_bytes(std::string_view text);

}  // namespace cp
