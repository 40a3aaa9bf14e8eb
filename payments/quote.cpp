#include "payments/quote.hpp"

#include "payments/split.hpp"

#include <algorithm>

namespace cp::payments {
namespace {

constexpr std::int64_t most_sizes = 100;

std::string count(std::int64_t number, std::string_view singular, std::string_view plural) {
  return std::to_string(number) + " " + std::string(number == 1 ? singular : plural);
}

void calculate_alone(Calculation& found, const PricedOffer& offer, std::int64_t children, std::int64_t sessions) {
  if (const auto price = price_of_session(offer.tiers, offer.minutes_per_session, children)) {
    found.alone_per_session = price->per_session;
    found.alone_total = price->per_session * sessions;
    found.derivation.push_back("Alone: " + price->text);
  }
  if (children < offer.minimum_children) {
    found.why_not_alone = "The offer needs at least " + count(offer.minimum_children, "child", "children") + ".";
  } else if (children > offer.maximum_children) {
    found.why_not_alone = "The offer takes at most " + count(offer.maximum_children, "child", "children") + ".";
  } else if (!found.alone_total) {
    found.why_not_alone = "The offer has no price for so small a group.";
  }
  found.alone = !found.why_not_alone;
}

/// Every size the offer takes that leaves room for another family, or those asked for.
std::vector<std::int64_t> sizes_to_show(const PricedOffer& offer, std::int64_t children,
                                        std::vector<std::int64_t> asked, std::vector<std::string>& derivation) {
  const auto least = std::max(offer.minimum_children, children + 1);
  std::vector<std::int64_t> sizes;
  if (asked.empty()) {
    const auto most = std::min(offer.maximum_children, least + most_sizes - 1);
    for (auto size = least; size <= most; ++size) sizes.push_back(size);
    return sizes;
  }
  std::sort(asked.begin(), asked.end());
  asked.erase(std::unique(asked.begin(), asked.end()), asked.end());
  for (const auto size : asked) {
    if (size >= least && size <= offer.maximum_children) sizes.push_back(size);
    else derivation.push_back("A group of " + std::to_string(size) + " is not possible here.");
  }
  return sizes;
}

}  // namespace

Calculation calculate(const PricedOffer& offer, std::int64_t children, std::int64_t sessions,
                      std::vector<std::int64_t> sizes) {
  Calculation found;
  calculate_alone(found, offer, children, sessions);
  std::optional<Money> best;
  for (const auto size : sizes_to_show(offer, children, std::move(sizes), found.derivation)) {
    const auto price = price_of_session(offer.tiers, offer.minutes_per_session, size);
    if (!price) continue;
    PoolCost cost;
    cost.children = size;
    cost.families = 1 + size - children;
    cost.per_session_group = price->per_session;
    cost.my_share_per_session = highest_total(price->per_session, 1, children, size);
    cost.my_total = highest_total(price->per_session, sessions, children, size);
    cost.tier_from_children = price->tier.from_children;
    if (found.alone) {
      cost.saving = *found.alone_total - cost.my_total;
      if (*cost.saving > Money() && !found.smallest_saving_size) found.smallest_saving_size = size;
      if (*cost.saving > best.value_or(Money())) {
        best = cost.saving;
        found.largest_saving_size = size;
      }
    }
    found.derivation.push_back("Group of " + std::to_string(size) + ": " + price->text + " My " +
                               count(children, "child", "children") + ": " + to_text(price->per_session) + " × " +
                               std::to_string(children) + " ÷ " + std::to_string(size) + " = at most " +
                               to_text(cost.my_share_per_session) + " a session.");
    found.pools.push_back(std::move(cost));
  }
  return found;
}

}  // namespace cp::payments
