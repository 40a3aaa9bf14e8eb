// How a share was worked out, step by step, for the family that pays it.
#pragma once

#include "payments/splitting/exact_shares.hpp"

namespace cp::payments {

/// What there was to split: the price, what was agreed on top of it, what fixed parts leave.
Derivation price_lines(const SplitTerms& terms, const std::vector<ExactSession>& sessions);

/// What a family was dealt: in the first session, the least and most of one, and in all.
struct Dealt {
  Money least, most, total;
  std::int64_t rounding = 0;  // paid above the exact shares, in billionths of a penny
  std::int64_t settled = 0;   // of the rounding carried in, in billionths of a penny
  std::int64_t of_others = 0;  // its part of what families that are away paid less than their exact part
};
Derivation member_lines(const SplitTerms& terms, const std::vector<ExactSession>& sessions,
                        std::size_t family, const Dealt& dealt);

/// The steps one after another, from those of the price if there are any beside the price itself.
Derivation together(const Derivation& price, const Derivation& own);

}  // namespace cp::payments
