// Any bytes into the reader of bank statements: refused by name, or lines that add up.
#include "payments/banking/camt053.hpp"

#include <cstdint>
#include <cstdlib>
#include <set>

using namespace cp;
using namespace cp::banking;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto statements = read_camt053(text, {.bytes = 65'536, .depth = 24, .elements = 5'000, .lines = 1'000});
  if (!statements) {
    const auto& error = statements.error();
    if (!error.code.starts_with("statement-") || error.detail.empty()) std::abort();
    return 0;
  }
  if (statements->empty()) std::abort();
  std::set<std::string> ids;
  for (const auto& statement : *statements) {
    Money balance = statement.opening.value_or(Money{});
    for (const auto& line : statement.lines) {
      if (line.amount.is_negative() || !line.booked.ok() || !ids.insert(line.id).second) std::abort();
      if (line.status != LineStatus::booked) continue;
      balance += line.direction == Direction::credit ? line.amount : -line.amount;
    }
    if (statement.opening && statement.closing && balance != *statement.closing) std::abort();
  }
  return 0;
}
