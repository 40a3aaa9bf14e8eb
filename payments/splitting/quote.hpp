// The calculator: what an offer costs me alone, and in a pool of so many children; by session, by
// month and by plan year; what it leaves for other things; and what happens if one family leaves.
#pragma once

#include "payments/model.hpp"
#include "shared/core/error.hpp"

#include <optional>
#include <string>
#include <vector>

namespace cp::payments {

/// What the calculator needs to know of an offer.
struct PricedOffer {
  std::vector<Tier> tiers;
  std::int64_t minutes_per_session = 60;
  std::int64_t minimum_children = 1;
  std::int64_t maximum_children = 1;
};

/// What the reader may spend, if it is a parent who is signed in.
struct OwnMoney {
  Money headroom;                // what may still be pooled on this
  Money left;                    // of the agreed plans: neither held nor charged
  std::optional<Date> year_ends; // of the plan that pays on the first day
};
/// From the reader's agreed plans, for spending on `category` from `first` to `last`.
OwnMoney own_money(const std::vector<Plan>& plans, std::string_view category, Date first, Date last);

struct Question {
  std::int64_t children = 1;        // mine
  std::int64_t sessions = 1;
  std::vector<Date> dates;          // of the run; empty: not known yet
  std::vector<std::int64_t> sizes;  // of groups; empty: every size the offer takes
  std::optional<std::int64_t> minimum_children;  // the pool closes below it; the offer's otherwise
  std::optional<std::int64_t> ceiling_percent;   // how far my share may rise
  std::optional<OwnMoney> own;
};

/// When a family with one child leaves the group, and nobody comes instead.
struct OneLeaves {
  std::int64_t children = 1;         // that are left, mine included
  bool stands = false;               // whether the group may go on
  std::optional<Money> share_after;  // of a session
  std::optional<Money> rise;         // above my share before; below zero: I pay less
  std::optional<std::int64_t> needs_percent;  // the least ceiling that allows it
  std::optional<Money> ceiling;
  std::optional<bool> inside_ceiling;
  std::string text;
};

struct Costs {
  Money per_session, total;         // the most
  std::optional<Money> per_month;   // in the month with most sessions
  std::optional<Money> plan_year;   // until the plan ends, or for twelve months
};

struct PoolCost {
  std::int64_t children = 2;             // in the whole group, mine included
  std::optional<std::int64_t> families;  // if each of the others brings one child
  Money per_session_group;
  Costs mine;
  std::optional<Money> saving;
  std::int64_t tier_from_children = 1;
  std::optional<bool> affordable;
  std::optional<Money> left_after, left_for_other_things;
  OneLeaves one_leaves;
};

struct Calculation {
  bool alone = false;  // whether I can buy it alone
  std::optional<Costs> alone_costs;
  std::optional<std::string> why_not_alone;
  std::optional<std::int64_t> most_sessions_a_month, sessions_in_plan_year;
  std::vector<PoolCost> pools;  // by size
  /// The smallest group that costs me less than alone, the one that saves me most, and the largest that still saves.
  std::optional<std::int64_t> smallest_saving_size, largest_saving_size, largest_group_that_saves;
  std::vector<std::string> derivation;
};

/// Sizes that the offer does not take, or that leave no room for another family, are left out and
/// the derivation says so.
Calculation calculate(const PricedOffer& offer, const Question& question);

}  // namespace cp::payments
