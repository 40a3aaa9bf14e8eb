// Reads noise as an operation of the ledger. What it takes, it has to write again byte for byte, for
// an operation has one encoding; whole, in part and entry by entry it says the same.

#include "payments/ledger/encoding.hpp"

#include <cstdint>
#include <cstdlib>

using namespace cp::ledger;

namespace {

void check(const Operation& operation, std::string_view body) {
  std::string again;
  encode(operation, again);
  if (again != body) std::abort();
  auto head = operation;
  head.entries.clear();
  if (decode_head(body) != head) std::abort();
  for (std::uint32_t leg = 0; leg < operation.entries.size() && leg < 20; ++leg) {
    if (decode_entry(body, leg).entry != operation.entries[leg]) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  try {
    check(decode(body), body);
  } catch (const JournalCorrupt&) {
  }
  try {
    decode_entry(body, 3);
  } catch (const JournalCorrupt&) {
  }
  return 0;
}
