// The calculator: what an offer costs me alone, and in a pool of so many children.
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

struct PoolCost {
  std::int64_t children = 2;             // in the whole group, mine included
  std::optional<std::int64_t> families;  // if each of the others brings one child
  Money per_session_group;
  Money my_share_per_session;  // the most a session costs me
  Money my_total;              // the most all sessions cost me
  std::optional<Money> saving;
  std::int64_t tier_from_children = 1;
};

struct Calculation {
  bool alone = false;  // whether I can buy it alone
  std::optional<Money> alone_per_session, alone_total;
  std::optional<std::string> why_not_alone;
  std::vector<PoolCost> pools;  // by size
  std::optional<std::int64_t> smallest_saving_size, largest_saving_size;
  std::vector<std::string> derivation;
};

/// `sizes` are the group sizes asked for; empty: every size the offer takes. Sizes that the offer
/// does not take, or that leave no room for another family, are left out and the derivation says so.
Calculation calculate(const PricedOffer& offer, std::int64_t children, std::int64_t sessions,
                      std::vector<std::int64_t> sizes);

}  // namespace cp::payments
