#include "payments/planning/holders.hpp"

#include <tuple>

namespace cp::payments {

Holder holder_on(Date day, Holder of_plan, const std::vector<HandOver>& hand_overs, Stream stream, const Instalment& instalment) {
  if (!is_allocated(stream)) return Holder::managed;
  const HandOver* latest = nullptr;
  const auto rank = [](const HandOver& one) { return std::tuple(one.from, one.instalment.has_value()); };
  for (const auto& one : hand_overs) {
    const bool applies = one.stream == stream && (!one.instalment || one.instalment == instalment) && one.from <= day;
    if (applies && (!latest || rank(*latest) <= rank(one))) latest = &one;
  }
  return latest ? latest->holder : of_plan;
}

}  // namespace cp::payments
