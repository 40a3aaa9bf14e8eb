#include "shared/core/csv_writer.hpp"

namespace cp {

void CsvWriter::separate() {
  if (!first_) out_ += ',';
  first_ = false;
}

CsvWriter& CsvWriter::text(std::string_view value) {
  separate();
  const bool is_formula = !value.empty() && std::string_view("=+-@\t\r").find(value.front()) != std::string_view::npos;
  const bool quoted = is_formula || value.find_first_of(",\"\r\n") != std::string_view::npos;
  if (!quoted) {
    out_ += value;
    return *this;
  }
  out_ += '"';
  if (is_formula) out_ += '\'';
  for (const char c : value) {
    if (c == '"') out_ += '"';
    out_ += c;
  }
  out_ += '"';
  return *this;
}

CsvWriter& CsvWriter::number(std::int64_t value) {
  separate();
  out_ += std::to_string(value);
  return *this;
}

CsvWriter& CsvWriter::money(Money value) {
  separate();
  out_ += to_decimal(value);
  return *this;
}

CsvWriter& CsvWriter::empty() {
  separate();
  return *this;
}

void CsvWriter::end() {
  out_ += "\r\n";
  first_ = true;
}

std::string to_decimal(Money amount) {
  const auto pence = amount.pence();
  // Negated without a sign first: the smallest number has no positive one.
  const auto size = pence < 0 ? ~static_cast<std::uint64_t>(pence) + 1 : static_cast<std::uint64_t>(pence);
  auto digits = std::to_string(size % 100);
  if (digits.size() < 2) digits.insert(digits.begin(), '0');
  return (pence < 0 ? "-" : "") + std::to_string(size / 100) + "." + digits;
}

}  // namespace cp
