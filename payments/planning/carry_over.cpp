#include "payments/planning/carry_over.hpp"

#include <algorithm>

namespace cp::payments {
namespace {

__extension__ using Wide = __int128;

Money allowance(const Plan& plan, Stream stream, const CarryPolicy& policy, const std::vector<Carried>& before) {
  Money allocated;
  for (const auto& budget : plan.streams) allocated += budget.stream == stream ? budget.allocated : Money();
  auto most = Money(static_cast<std::int64_t>(Wide{allocated.pence()} * policy.percent / 100));
  if (policy.limit) most = std::min(most, *policy.limit);
  for (const auto& carried : before) most -= carried.stream == stream ? carried.amount : Money();
  return std::max(Money(), most);
}

}  // namespace

std::vector<Leftover> leftovers(const Plan& plan, const CarryPolicy& policy, const std::vector<Carried>& before,
                                bool has_next) {
  std::vector<Leftover> found;
  auto carried = before;
  for (const auto& budget : plan.streams) {
    if (budget.left <= Money()) continue;
    if (!is_allocated(budget.stream)) {
      const auto left = budget.left;
      found.push_back({budget.stream, budget.from, has_next ? left : Money(), has_next ? Money() : left});
      continue;
    }
    const auto most = has_next ? allowance(plan, budget.stream, policy, carried) : Money();
    const auto over = std::min(budget.left, most);
    found.push_back({budget.stream, budget.from, over, budget.left - over});
    carried.push_back({budget.stream, over});
  }
  return found;
}

std::string words_of(const CarryPolicy& policy) {
  if (policy.percent == 0) return "The authority's policy carries nothing over.";
  auto text = "Up to " + std::to_string(policy.percent) + " % of a stream may be carried over";
  if (policy.limit) text += ", at most " + to_text(*policy.limit);
  return text + ".";
}

}  // namespace cp::payments
