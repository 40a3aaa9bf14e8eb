// Exact shares made into whole pence: every session adds up, and nobody is ever a penny off. Knows
// numbers alone; docs/splitting.md has the proofs.
#pragma once

#include <cstdint>
#include <vector>

namespace cp::payments {

// A price has 34 bits, a weight at most 25, a sum of weights 35: products need more than 64 bits.
__extension__ using Wide = __int128;

Wide greatest_common_divisor(Wide a, Wide b);

/// A number as a fraction of whole numbers, never negative.
struct Fraction {
  Wide numerator = 0;
  Wide denominator = 1;  // positive
};
Fraction reduced(Fraction fraction);

/// What everybody should pay in one session: whole pence, and `rest / one` of a penny more.
struct Target {
  std::int64_t pence = 0;
  std::int64_t rest = 0;
};
/// By session, then by member. With `constant` there is one row, which holds for every session.
/// The rests of a row add up to a multiple of `one`.
struct Targets {
  std::int64_t one = 1;
  std::int64_t sessions = 0;
  std::size_t members = 0;
  bool constant = false;
  std::vector<Target> rows;
  const Target& at(std::int64_t session, std::size_t member) const {
    return rows[(constant ? 0 : static_cast<std::size_t>(session) * members) + member];
  }
};

/// The common denominator of the fractions if it is at most 10^18, else 10^15: then a share counts
/// as exact when it is within 10^-15 of a penny. A multiple of 10^9 where `of_billionths`.
std::int64_t common_denominator(const std::vector<Fraction>& fractions, bool of_billionths);
/// The fractions of one session over `one`; together they stay exactly what they were.
std::vector<Target> over(const std::vector<Fraction>& fractions, std::int64_t one);

/// Who comes first where the arithmetic leaves a choice.
struct Preference {
  std::int64_t carried = 0;                // who paid less so far pays the penny first; then by index
  std::int64_t least = 0, most = 0;        // of the first session; kept where nothing better speaks against it
};

/// Pence by session, then by member: each the target rounded down or up; each session exactly the
/// sum of its targets; and after every session everybody has paid their targets' sum rounded down
/// or up. Such pence always exist.
std::vector<std::int64_t> deal(const Targets& targets, const std::vector<Preference>& preferences);

}  // namespace cp::payments
