#include "payments/statements/issued.hpp"

namespace cp::payments {

void StreamSums::add(LineKind kind, Money amount) {
  switch (kind) {
    case LineKind::allocation: allocated += amount; break;
    case LineKind::hold: held += amount; break;
    case LineKind::charge:
      held -= amount;
      charged += amount;
      break;
    case LineKind::release: held -= amount; break;
    case LineKind::refund: charged -= amount; break;
    case LineKind::paid_in: allocated += amount; break;
    case LineKind::paid_back: allocated -= amount; break;
    case LineKind::fee: held += amount; break;
    case LineKind::fee_charge:
      held -= amount;
      charged += amount;
      break;
    case LineKind::fee_release: held -= amount; break;
    case LineKind::carried_in: allocated += amount; break;
    case LineKind::carried_over: case LineKind::returned: allocated -= amount; break;
  }
  left = allocated - held - charged;
}

std::vector<IssuedStream> streams_of(const StatementSums& sums) {
  std::map<std::pair<Id<"plan">, Stream>, IssuedStream> streams;
  const auto at = [&](const StreamMovement& moved) -> IssuedStream& {
    auto& one = streams[{moved.plan, moved.stream}];
    one.plan = moved.plan;
    one.stream = moved.stream;
    return one;
  };
  for (const auto& moved : sums.before) at(moved).opening.add(moved.kind, moved.amount);
  for (const auto& moved : sums.now) at(moved).closing.add(moved.kind, moved.amount);
  std::vector<IssuedStream> all;
  for (auto& [key, one] : streams) {
    if (const auto plan = sums.plans.find(one.plan); plan != sums.plans.end()) {
      std::tie(one.plan_starts, one.plan_ends) = plan->second;
    }
    all.push_back(std::move(one));
  }
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.plan_starts < b.plan_starts; });
  return all;
}

Date first_day(const std::optional<Cover>& before, Date first_line) {
  if (!before) return first_line.year() / first_line.month() / 1;
  return std::chrono::sys_days(before->last) + std::chrono::days(1);
}

}  // namespace cp::payments
