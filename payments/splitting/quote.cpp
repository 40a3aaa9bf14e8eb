#include "payments/splitting/quote.hpp"

#include "payments/rules.hpp"
#include "payments/splitting/split.hpp"
#include "shared/core/counted.hpp"

#include <algorithm>
#include <map>

namespace cp::payments {
namespace {

constexpr std::int64_t most_sizes = 100;

/// Twelve months from `first` on, or until the plan ends.
Date year_ends(const Question& question, Date first) {
  if (question.own && question.own->year_ends) return *question.own->year_ends;
  const std::chrono::sys_days day = first;
  return Date(day + std::chrono::days(364));
}

void count_sessions(Calculation& found, const Question& question) {
  if (question.dates.empty()) return;
  const auto ends = year_ends(question, question.dates.front());
  std::map<Month, std::int64_t> by_month;
  std::int64_t in_year = 0, most = 0;
  for (std::size_t at = 0; at < question.dates.size() && static_cast<std::int64_t>(at) < question.sessions; ++at) {
    const auto date = question.dates[at];
    most = std::max(most, ++by_month[Month(date.year(), date.month())]);
    if (date <= ends) ++in_year;
  }
  found.most_sessions_a_month = most;
  found.sessions_in_plan_year = in_year;
}

/// The most that my children's part of a price comes to.
Costs costs_of(const Calculation& found, const Question& question, Money price, std::int64_t children) {
  const auto part = [&](std::int64_t sessions) { return highest_total(price, sessions, question.children, children); };
  Costs costs;
  costs.per_session = part(1);
  costs.total = part(question.sessions);
  if (found.most_sessions_a_month) costs.per_month = part(*found.most_sessions_a_month);
  if (found.sessions_in_plan_year) costs.plan_year = part(*found.sessions_in_plan_year);
  return costs;
}

void calculate_alone(Calculation& found, const PricedOffer& offer, const Question& question) {
  if (const auto price = price_of_session(offer.tiers, offer.minutes_per_session, question.children)) {
    found.alone_costs = costs_of(found, question, price->per_session, question.children);
    found.derivation.push_back("Alone: " + price->text);
  }
  if (question.children < offer.minimum_children) {
    found.why_not_alone = "The offer needs at least " + counted(offer.minimum_children, "child", "children") + ".";
  } else if (question.children > offer.maximum_children) {
    found.why_not_alone = "The offer takes at most " + counted(offer.maximum_children, "child", "children") + ".";
  } else if (!found.alone_costs) {
    found.why_not_alone = "The offer has no price for so small a group.";
  }
  found.alone = !found.why_not_alone;
}

/// Every size the offer takes that leaves room for another family, or those asked for.
std::vector<std::int64_t> sizes_to_show(const PricedOffer& offer, const Question& question,
                                        std::vector<std::string>& derivation) {
  const auto least = std::max(offer.minimum_children, question.children + 1);
  std::vector<std::int64_t> sizes;
  if (question.sizes.empty()) {
    const auto most = std::min(offer.maximum_children, least + most_sizes - 1);
    for (auto size = least; size <= most; ++size) sizes.push_back(size);
    return sizes;
  }
  auto asked = question.sizes;
  std::sort(asked.begin(), asked.end());
  asked.erase(std::unique(asked.begin(), asked.end()), asked.end());
  for (const auto size : asked) {
    if (size >= least && size <= offer.maximum_children) sizes.push_back(size);
    else derivation.push_back("A group of " + std::to_string(size) + " is not possible here.");
  }
  return sizes;
}

/// The same rule as a pool's: a share and so many per cent more, rounded down.
Money ceiling_of(Money share, std::int64_t percent) { return share + Money((share * percent).pence() / 100); }

std::int64_t percent_needed(Money before, Money after) {
  if (after <= before) return 0;
  if (before == Money()) return 100;
  auto percent = ((after - before) * 100).pence() / before.pence();
  while (ceiling_of(before, percent) < after) ++percent;
  return percent;
}

void tell_consequences(OneLeaves& left, std::int64_t minimum, Money before) {
  if (left.children < minimum) {
    left.text = "The group would have " + counted(left.children, "child", "children") + ", fewer than the " +
                std::to_string(minimum) + " it needs. It would close, and money not yet spent would go back.";
    return;
  }
  if (!left.share_after) {
    left.text = "The offer has no price for so small a group. It would close, and money not yet spent would go back.";
    return;
  }
  left.text = "Your share of a session would " +
              (*left.rise > Money() ? "rise from " + to_text(before) + " to " + to_text(*left.share_after)
               : left.rise->is_negative() ? "fall from " + to_text(before) + " to " + to_text(*left.share_after)
                                          : "stay at " + to_text(before)) +
              ".";
  if (left.inside_ceiling && !*left.inside_ceiling) {
    left.text += " That is above your ceiling of " + to_text(*left.ceiling) +
                 ", so the group would close, and money not yet spent would go back.";
  } else if (left.inside_ceiling) {
    left.text += " That is within your ceiling of " + to_text(*left.ceiling) + ".";
  } else if (*left.rise > Money()) {
    left.text += " It goes on only if you agreed to a ceiling of " + std::to_string(*left.needs_percent) + "% or more.";
  }
}

OneLeaves if_one_leaves(const PricedOffer& offer, const Question& question, std::int64_t size, Money before) {
  OneLeaves left;
  left.children = size - 1;
  const auto minimum = std::max(offer.minimum_children, question.minimum_children.value_or(1));
  const auto price = price_of_session(offer.tiers, offer.minutes_per_session, left.children);
  if (left.children >= minimum && price) {
    left.share_after = highest_total(price->per_session, 1, question.children, left.children);
    left.rise = *left.share_after - before;
    left.needs_percent = percent_needed(before, *left.share_after);
    if (question.ceiling_percent) {
      left.ceiling = ceiling_of(before, *question.ceiling_percent);
      left.inside_ceiling = *left.share_after <= *left.ceiling;
    }
    left.stands = left.inside_ceiling.value_or(true);
  }
  tell_consequences(left, minimum, before);
  return left;
}

void add_saving(Calculation& found, PoolCost& cost, std::optional<Money>& best) {
  cost.saving = found.alone_costs->total - cost.mine.total;
  if (*cost.saving <= Money()) return;
  if (!found.smallest_saving_size) found.smallest_saving_size = cost.children;
  found.largest_group_that_saves = cost.children;
  if (*cost.saving > best.value_or(Money())) {
    best = cost.saving;
    found.largest_saving_size = cost.children;
  }
}

}  // namespace

OwnMoney own_money(const std::vector<Plan>& plans, std::string_view category, Date first, Date last) {
  OwnMoney own;
  own.headroom = check_spending(plans, category, Money(), first, last).headroom;
  for (const auto& plan : plans) {
    if (plan.state != PlanState::agreed || first < plan.starts || first > plan.ends) continue;
    for (const auto& budget : plan.streams) own.left += budget.left;
    if (!own.year_ends || *own.year_ends < plan.ends) own.year_ends = plan.ends;
  }
  return own;
}

Calculation calculate(const PricedOffer& offer, const Question& question) {
  Calculation found;
  count_sessions(found, question);
  calculate_alone(found, offer, question);
  std::optional<Money> best;
  for (const auto size : sizes_to_show(offer, question, found.derivation)) {
    const auto price = price_of_session(offer.tiers, offer.minutes_per_session, size);
    if (!price) continue;
    PoolCost cost;
    cost.children = size;
    cost.families = 1 + size - question.children;
    cost.per_session_group = price->per_session;
    cost.mine = costs_of(found, question, price->per_session, size);
    cost.tier_from_children = price->tier.from_children;
    if (found.alone) add_saving(found, cost, best);
    if (question.own) {
      cost.affordable = cost.mine.total <= question.own->headroom;
      if (*cost.affordable) {
        cost.left_after = question.own->headroom - cost.mine.total;
        cost.left_for_other_things = question.own->left - cost.mine.total;
      }
    }
    cost.one_leaves = if_one_leaves(offer, question, size, cost.mine.per_session);
    found.derivation.push_back("Group of " + std::to_string(size) + ": " + price->text + " My " +
                               counted(question.children, "child", "children") + ": " + to_text(price->per_session) +
                               " × " + std::to_string(question.children) + " ÷ " + std::to_string(size) +
                               " = at most " + to_text(cost.mine.per_session) + " a session.");
    found.pools.push_back(std::move(cost));
  }
  if (found.most_sessions_a_month) {
    found.derivation.push_back("A month is the one with most sessions: " +
                               counted(*found.most_sessions_a_month, "session", "sessions") + ". " +
                               counted(*found.sessions_in_plan_year, "session is", "sessions are") +
                               (question.own && question.own->year_ends ? " before your plan ends."
                                                                        : " within twelve months."));
  }
  return found;
}

}  // namespace cp::payments
