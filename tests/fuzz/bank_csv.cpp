// Any bytes into the reader of bank CSV, by every layout: refused by name, or a line a row.
#include "payments/banking/bank_csv.hpp"

#include <cstdint>
#include <cstdlib>

using namespace cp;
using namespace cp::banking;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const CsvLimits limits{.bytes = 65'536, .records = 1'000, .fields = 20, .field_bytes = 4'096};
  const CsvLayout layouts[] = {
      {.date = "Date", .paid_in = "Paid in", .paid_out = "Paid out", .description = "Description", .balance = "Balance"},
      {.lines_above = 1, .date_format = CsvDate::day_month_name, .date = "Date", .amount = "Amount", .description = "Type"},
      {.date_format = CsvDate::iso, .date = "date", .amount = "amount"}};
  for (const auto& layout : layouts) {
    const auto statement = read_bank_csv(text, layout, limits);
    if (!statement) {
      if (statement.error().code.empty() || statement.error().detail.empty()) std::abort();
      continue;
    }
    const auto records = read_csv(text, limits);
    if (statement->lines.size() + layout.lines_above + 1 > records->size()) std::abort();
    Money balance = statement->opening.value_or(Money{});
    for (const auto& line : statement->lines) {
      if (line.amount.is_negative() || !line.booked.ok()) std::abort();
      balance += line.direction == Direction::credit ? line.amount : -line.amount;
    }
    if (statement->closing && balance != *statement->closing) std::abort();
  }
  return 0;
}
