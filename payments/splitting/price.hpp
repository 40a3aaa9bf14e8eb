// What a session costs a group: the offer's price for its size, and what was agreed on top of it.
#pragma once

#include "payments/model.hpp"
#include "shared/core/error.hpp"

#include <string>
#include <vector>

namespace cp::payments {

/// A hundred million pounds; keeps every product of the split far inside 128 bits.
inline constexpr Money most_price{10'000'000'000};

struct Price {
  Money per_session;
  Tier tier;         // the one that applies
  std::string text;  // how the price was worked out
};

/// The last tier whose `from_children` is not above `children` applies: fixed + per child x
/// children + per hour x minutes / 60 rounded up. `no-price` where no tier applies.
Result<Price> price_of_session(const std::vector<Tier>& tiers, std::int64_t minutes,
                               std::int64_t children);

/// What is paid beside the provider's price. It is agreed before anybody commits, is split like the
/// price, and counts inside every limit.
enum class CostKind { fee, insurance, other };
constexpr auto names_of(CostKind) {
  return names<CostKind>({{CostKind::fee, "fee"}, {CostKind::insurance, "insurance"}, {CostKind::other, "other"}});
}
struct Cost {
  CostKind kind = CostKind::fee;
  std::string label;
  Money per_session;  // in every session
  Money once;         // for all sessions together
};

/// A cost's part of session `at` (from 0) of `sessions`: a cost paid once is spread so that after
/// every session its exact part has been paid, rounded down.
Money part_of_cost(const Cost& cost, std::int64_t at, std::int64_t sessions);

}  // namespace cp::payments
