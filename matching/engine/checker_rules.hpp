// What the checker thinks of prices, distances and rules: written from docs/matching.md alone, without the engine's code.
#pragma once

#include "matching/engine/model.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace cp::matching::checking {

/// What two ways to work out the same distance may differ by.
inline constexpr double miles_tolerance = 1e-6;

/// Along the Earth, by chords through it: not the formula the engine uses.
double chord_miles(const Place& a, const Place& b);
/// Of the whole run; -1 if no tier is for so few.
std::int64_t share_of(const Offer& offer, const Run& run, std::int64_t own, std::int64_t children);
bool attends(const Family& family, const Offer& offer);
/// Nobody asked not to meet the other or has a behaviour the other must not meet.
bool may_be_together(const Family& a, const Family& b);
bool have_words(const Family& a, const Family& b);
bool at_once(const Run& a, const Run& b);
/// A family cannot be in groups on both: an extra is at the time of the session it is for.
bool exclude_each_other(const Offer& offer_a, const Run& a, const Offer& offer_b, const Run& b);

/// What agreed groups leave of a family and of a run.
struct Left {
  std::int64_t headroom_pence = 0;
  std::int64_t places = 0;
  const std::vector<const Run*>* busy = nullptr;  // may be null
};
/// The first of the rules about one family and one run that fails.
std::optional<Rule> first_failing(const Family& family, const Offer& offer, const Run& run, const Left& left);
/// The smallest group in which the family can pay its share.
std::optional<std::int64_t> smallest_group(const Family& family, const Offer& offer, const Run& run, const Left& left);

}  // namespace cp::matching::checking
