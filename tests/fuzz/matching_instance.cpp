// Any bytes into the reader of matching instances: refused at a place that is named, or proposed for without breaking a rule.
#include "matching/command/wire.hpp"
#include "matching/engine/checker.hpp"
#include "matching/engine/engine.hpp"
#include "matching/engine/rules.hpp"
#include "matching/engine/unmet.hpp"

#include <cstdint>
#include <cstdlib>

using namespace cp;
using namespace cp::matching;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto instance = json::read<Instance>(text, {.bytes = 65'536, .depth = 16});
  if (!instance) {
    if (instance.error().code.empty() || instance.error().detail.empty()) std::abort();
    return 0;
  }
  if (const auto valid = validate(*instance); !valid) {
    if (valid.error().fields.empty()) std::abort();
    for (const auto& field : valid.error().fields) {
      if (!field.pointer.starts_with('/') || field.detail.empty()) std::abort();
    }
    return 0;
  }
  auto proposal = propose(*instance, {.seed = 1, .steps = 2'000});
  proposal.unmet = find_unmet(*instance, proposal.left_out);
  if (!check(*instance, proposal).empty()) std::abort();
  return 0;
}
