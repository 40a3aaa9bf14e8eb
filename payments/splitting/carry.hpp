// Rounding that families bring along from an earlier split, and how it is made good.
#pragma once

#include "payments/splitting/exact_shares.hpp"

#include <vector>

namespace cp::payments {

inline constexpr std::int64_t billion = 1'000'000'000;

/// In 1 / `one` of a penny.
Wide units(const Targets& targets, const Target& target);
Wide due_in_all(const Targets& targets, std::size_t member);

struct Carry {
  Targets targets;                    // what is to be dealt: what is due, and what was carried in
  std::vector<std::int64_t> brought;  // by family, without its part of what those who are away took along; billionths of a penny
  std::vector<std::int64_t> left;     // of it, not made good in this split
};

/// Who paid too much before is due less, and who paid too little more, by the same amount together,
/// from the first session on. No share falls below zero or passes a limit by it.
Carry settle_carried(const SplitTerms& terms, const std::vector<ExactSession>& sessions, const Targets& due);

}  // namespace cp::payments
