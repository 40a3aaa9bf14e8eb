// Who should pay how much of a session, as exact fractions: weights, fixed parts, limits, and who
// carries what another cannot pay. See docs/splitting.md.
#pragma once

#include "payments/splitting/pennies.hpp"
#include "payments/splitting/split.hpp"

#include <optional>
#include <vector>

namespace cp::payments {

/// One family's part of one session.
struct ExactShare {
  std::int64_t weight = 0;  // of `ExactSession::weights`; 0: it pays nothing, or a fixed part
  Fraction unlimited;       // what it would pay if everybody could pay
  Fraction due;             // what it pays
  bool limited = false;     // it pays what it can
  bool carries = false;     // it pays for others, too
};
struct ExactSession {
  Money price;               // with costs
  Money split;               // of it, after the fixed parts
  std::int64_t weights = 0;  // the sum of all
  std::vector<ExactShare> shares;  // in the order of the families
};

/// The sessions of `terms`, whose families are sorted; one only where all of them are the same.
/// Refused where what some cannot pay is not carried by others: `share-short`, for the family that
/// is short of most.
Result<std::vector<ExactSession>> exact_sessions(const SplitTerms& terms);

/// `share-short`, in words for that family alone.
Error share_short(const Party& party, std::int64_t session, Money due, Money can_pay);

}  // namespace cp::payments
