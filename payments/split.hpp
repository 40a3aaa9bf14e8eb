// What a session costs and who pays how much of it: exact, to the penny. See docs/splitting.md.
#pragma once

#include "payments/model.hpp"
#include "shared/core/error.hpp"

#include <string>
#include <vector>

namespace cp::payments {

inline constexpr std::int64_t most_split_sessions = 1'000;
inline constexpr std::int64_t most_split_members = 1'000;
inline constexpr std::int64_t most_weight = 1'000;
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

struct MemberSplit {
  Id<"family"> family;
  Money highest_share;  // of one session
  Money total;          // of all sessions
  std::string derivation;
};
struct Split {
  std::vector<SessionShare> shares;  // by session, then by family
  std::vector<MemberSplit> members;  // by family
};

/// Splits the price of `sessions` sessions, numbered from `first_session`, by weight.
///
/// Every session's shares add up to the price. A share of a session is the exact share rounded
/// down or up; and so is the sum of a member's shares over the first s sessions, for every s: at
/// no time has anybody paid a penny more or less than their exact part. The order of `members`
/// makes no difference.
Result<Split> split(Money price_per_session, std::int64_t sessions, std::int64_t first_session,
                    std::vector<Weight> members);

/// `ceil(price x weight x sessions / whole)`: the most a member of any such split pays.
Money highest_total(Money price_per_session, std::int64_t sessions, std::int64_t weight,
                    std::int64_t whole);

}  // namespace cp::payments
