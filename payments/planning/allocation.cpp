#include "payments/planning/allocation.hpp"

#include <algorithm>

namespace cp::payments {
namespace {

__extension__ using Wide = __int128;

Money least(const AllocationPolicy& policy, Money current) {
  return Money(static_cast<std::int64_t>((Wide{current.pence()} * policy.keep_permille + 999) / 1'000));
}
Money most(const AllocationPolicy& policy, Money current) {
  return Money(static_cast<std::int64_t>(Wide{current.pence()} * policy.rise_permille / 1'000));
}

/// `0.755` for 755.
std::string factor(std::int64_t permille) {
  auto digits = std::to_string(permille % 1'000);
  digits.insert(0, 3 - digits.size(), '0');
  return std::to_string(permille / 1'000) + "." + digits;
}

std::string protection_text(const AllocationPolicy& policy, Money current, Money table, Money amount) {
  const auto now = "The family has " + to_text(current) + " now. ";
  if (amount > table) {
    return now + "The new amount is much lower, so " + factor(policy.keep_permille) + " of that is kept: " + to_text(amount) + ".";
  }
  if (amount < table) {
    return now + "The new amount is much higher, so it rises to " + factor(policy.rise_permille) + " times that: " + to_text(amount) + ".";
  }
  return now + "The new amount is near it, and is paid as it is.";
}

}  // namespace

Money protected_amount(const AllocationPolicy& policy, Money current, Money table) {
  // The lower bound is never above the current amount, nor the upper one below it.
  return std::max(least(policy, current), std::min(most(policy, current), table));
}

Allocation allocate(const AllocationPolicy& policy, const Points& points, const std::optional<Money>& current) {
  Allocation result;
  const auto sum = points.child + points.family;
  result.table = result.amount = Money(sum * policy.price_of_point.pence());
  result.steps.push_back({"points", std::to_string(points.child) + " points for the child and " + std::to_string(points.family) +
                                        " for the family, together " + std::to_string(sum) + ".", {}});
  result.steps.push_back({"table", std::to_string(sum) + " points at " + to_text(policy.price_of_point) + " are " +
                                       to_text(result.table) + ".", result.table});
  if (current) {
    result.amount = protected_amount(policy, *current, result.table);
    result.steps.push_back({"protection", protection_text(policy, *current, result.table, result.amount), result.amount});
  }
  if (policy.threshold_points) {
    result.broker_support = sum > *policy.threshold_points;
    result.steps.push_back({"broker", "Support by a broker is offered above " + std::to_string(*policy.threshold_points) +
                                          " points: " + (result.broker_support ? "it is offered." : "it is not."), {}});
  }
  return result;
}

}  // namespace cp::payments
