// How a budget is worked out: points of a resource allocation score times the price of a point, and how far an amount
// may move at once from what the family has now. Whole pence, with every step in words.
#pragma once

#include "payments/model.hpp"

#include <optional>
#include <string>
#include <vector>

namespace cp::payments {

/// The authority's policy; parts of an amount are in thousandths.
struct AllocationPolicy {
  Money price_of_point = {};
  std::optional<std::int64_t> threshold_points = {};  // above it a budget comes with a broker's support
  std::int64_t keep_permille = 755;                   // a new amount is at least this part of the current one,
  std::int64_t rise_permille = 1'035;                 // and at most this part
};

/// Of the child and of its family.
struct Points {
  std::int64_t child = 0;
  std::int64_t family = 0;
};

struct Allocation {
  Money table;   // what the points come to
  Money amount;  // what is offered, after protection
  bool broker_support = false;
  Derivation steps;
};

/// Transitional protection, as it was seen in one of the published evaluations of personal budgets: where the table's amount is
/// much lower than what the family has, max(0.755 x current, table); where it is higher, at most 1.035 x current. What is kept is rounded up
/// and what it may rise to down, so that neither bound is ever passed.
Money protected_amount(const AllocationPolicy& policy, Money current, Money table);

/// The indicative amount; without a current one the table's.
Allocation allocate(const AllocationPolicy& policy, const Points& points, const std::optional<Money>& current);

}  // namespace cp::payments
