#include "matching/engine/checker_rules.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace cp::matching::checking {
namespace {

template <class List>
bool is_in(const List& list, const std::string& text) {
  for (const auto& one : list) {
    if (one == text) return true;
  }
  return false;
}

bool avoids(const Family& family, const Family& other) {
  if (is_in(family.not_with, other.id)) return true;
  for (const auto& child : other.children) {
    for (const auto& behaviour : child.behaviours) {
      if (is_in(family.not_with_behaviours, behaviour)) return true;
    }
  }
  return false;
}

bool every_need_is_met(const Family& family, const Offer& offer) {
  for (const auto& child : family.children) {
    for (const auto& need : child.needs) {
      if (!offer.needs_catered.empty() && !is_in(offer.needs_catered, need)) return false;
    }
  }
  return true;
}

bool is_wanted(const Family& family, const Offer& offer) {
  for (const auto& interest : family.interests) {
    if (interest.activity_type == offer.activity_type) return true;
  }
  return false;
}

bool is_in_reach(const Family& family, const Offer& offer) {
  const auto reach = std::max(family.max_miles, offer.collects_within_miles.value_or(0));
  return chord_miles(family.place, offer.place) <= reach + miles_tolerance;
}

bool has_the_time(const Family& family, const Run& run, const Left& left) {
  if (left.busy) {
    for (const auto* busy : *left.busy) {
      if (at_once(*busy, run)) return false;
    }
  }
  for (const auto& slot : family.slots) {
    if (slot.weekday == run.weekday && slot.from_minute <= run.from_minute && slot.to_minute >= run.to_minute) return true;
  }
  return false;
}

}  // namespace

double chord_miles(const Place& a, const Place& b) {
  const double degree = std::acos(-1.0) / 180;
  const auto point = [degree](const Place& p) {
    return std::array<double, 3>{std::cos(p.lat * degree) * std::cos(p.lon * degree),
                                 std::cos(p.lat * degree) * std::sin(p.lon * degree), std::sin(p.lat * degree)};
  };
  const auto from = point(a), to = point(b);
  double square = 0;
  for (std::size_t axis = 0; axis < 3; ++axis) square += (from[axis] - to[axis]) * (from[axis] - to[axis]);
  return 3'958.7613 * 2 * std::asin(std::min(1.0, std::sqrt(square) / 2));
}

std::int64_t share_of(const Offer& offer, const Run& run, std::int64_t own, std::int64_t children) {
  std::int64_t price = -1;
  for (const auto& tier : offer.tiers) {
    if (tier.from_children > children) break;
    const auto hours = tier.per_hour_pence * offer.minutes_per_session;
    price = tier.fixed_pence + tier.per_child_pence * children + hours / 60 + (hours % 60 == 0 ? 0 : 1);
  }
  if (price < 0) return -1;
  const auto part = price * own;
  return (part / children + (part % children == 0 ? 0 : 1)) * run.sessions;
}

bool attends(const Family& family, const Offer& offer) {
  return offer.extra && is_in(offer.extra->attended_by, family.id);
}

bool may_be_together(const Family& a, const Family& b) { return !avoids(a, b) && !avoids(b, a); }

bool have_words(const Family& a, const Family& b) {
  if (!a.needs_shared_language && !b.needs_shared_language) return true;
  for (const auto& language : a.languages) {
    if (is_in(b.languages, language)) return true;
  }
  return false;
}

bool at_once(const Run& a, const Run& b) {
  return a.weekday == b.weekday && a.to_minute > b.from_minute && b.to_minute > a.from_minute;
}

bool exclude_each_other(const Offer& offer_a, const Run& a, const Offer& offer_b, const Run& b) {
  if (!at_once(a, b)) return false;
  if (a.id == b.id) return true;
  const auto &one = offer_a.extra, &other = offer_b.extra;
  const bool belong_together = (one && one->for_run == b.id) || (other && other->for_run == a.id) ||
                               (one && other && one->for_run == other->for_run);
  return !belong_together;
}

std::optional<std::int64_t> smallest_group(const Family& family, const Offer& offer, const Run& run, const Left& left) {
  const auto own = static_cast<std::int64_t>(family.children.size());
  for (std::int64_t size = std::max(own, offer.minimum_children); size <= std::min(offer.maximum_children, left.places);
       ++size) {
    const auto share = share_of(offer, run, own, size);
    if (share >= 0 && share <= left.headroom_pence) return size;
  }
  return std::nullopt;
}

std::optional<Rule> first_failing(const Family& family, const Offer& offer, const Run& run, const Left& left) {
  const bool there = attends(family, offer);
  if (!there && !is_wanted(family, offer)) return Rule::activity;
  if (is_in(family.not_payable, offer.activity_type)) return Rule::spending;
  if (offer.vetting == Vetting::rejected) return Rule::vetting;
  for (const auto& child : family.children) {
    if (child.age_years < offer.age_min || offer.age_max < child.age_years) return Rule::age;
  }
  if (!every_need_is_met(family, offer)) return Rule::needs;
  for (const auto& child : family.children) {
    if (child.wheelchair && offer.wheelchair_access != true) return Rule::access;
  }
  // Adults for each child, as fractions over the product of both denominators.
  for (const auto& child : family.children) {
    if (child.support_adults * offer.staff_children > offer.staff_adults * child.support_children) return Rule::support;
  }
  if (!there && !is_in_reach(family, offer)) return Rule::distance;
  if (!there && !has_the_time(family, run, left)) return Rule::slot;
  const auto own = static_cast<std::int64_t>(family.children.size());
  if (own > offer.maximum_children || own > left.places || offer.minimum_children > left.places) return Rule::size;
  if (!smallest_group(family, offer, run, left)) return Rule::share;
  if (is_in(family.forbidden, run.id)) return Rule::forbidden;
  return std::nullopt;
}

}  // namespace cp::matching::checking
