#include "matching/engine/index.hpp"

#include "matching/engine/rules.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

namespace cp::matching {
namespace {

constexpr std::int64_t whole = 1'000;
/// After a year of waiting a family's wait counts fully. The evaluations saw 9 to 56 weeks.
constexpr std::int64_t longest_wait_days = 365;
/// Ages this far apart have nothing in common. No source; see docs/matching.md.
constexpr std::int64_t widest_age_gap_years = 8;

using Numbers = std::vector<std::uint32_t>;

/// Gives texts small numbers, so that sets of them compare quickly.
class Numbering {
 public:
  std::uint32_t of(const std::string& text) {
    return numbers_.try_emplace(text, static_cast<std::uint32_t>(numbers_.size())).first->second;
  }

 private:
  std::map<std::string, std::uint32_t> numbers_;
};

void make_set(Numbers& numbers) {
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
}

/// What two sets have in common of what they have together; two empty sets are alike.
std::int64_t likeness(const Numbers& a, const Numbers& b) {
  std::size_t common = 0;
  for (auto left = a.begin(), right = b.begin(); left != a.end() && right != b.end();) {
    if (*left < *right) ++left;
    else if (*right < *left) ++right;
    else ++common, ++left, ++right;
  }
  const auto together = static_cast<std::int64_t>(a.size() + b.size() - common);
  return together == 0 ? whole : whole * static_cast<std::int64_t>(common) / together;
}

std::int64_t mixing_wish(Mixing mixing, std::int64_t alike) {
  switch (mixing) {
    case Mixing::mixed: return whole - alike;
    case Mixing::similar: return alike;
    case Mixing::either: return whole;
  }
  return whole;
}

bool has(const Numbers& set, std::uint32_t number) { return std::binary_search(set.begin(), set.end(), number); }

}  // namespace

Index::Index(const Instance& instance) : policy_(instance.policy.value_or(Policy{})) {
  read_families(instance);
  read_runs(instance);
  find_candidates();
}

void Index::read_families(const Instance& instance) {
  for (const auto& family : instance.families) families_.push_back(&family);
  std::sort(families_.begin(), families_.end(), [](const Family* a, const Family* b) { return a->id < b->id; });
  std::map<std::string_view, FamilyAt> by_id;
  for (FamilyAt at = 0; at < families_.size(); ++at) by_id[families_[at]->id] = at;

  Numbering needs, activities;
  avoids_.resize(families_.size());
  wishes_.resize(families_.size());
  for (FamilyAt at = 0; at < families_.size(); ++at) {
    const auto& family = *families_[at];
    std::int64_t years = 0;
    Numbers own_needs, own_interests;
    for (const auto& child : family.children) {
      years += child.age_years;
      for (const auto& need : child.needs) own_needs.push_back(needs.of(need));
    }
    for (const auto& interest : family.interests) own_interests.push_back(activities.of(interest.activity_type));
    make_set(own_needs);
    make_set(own_interests);
    needs_.push_back(std::move(own_needs));
    interests_.push_back(std::move(own_interests));
    children_.push_back(static_cast<std::int64_t>(family.children.size()));
    age_thousandths_.push_back(years * whole / children_.back());
    for (const auto& other : family.not_with) {
      const auto found = by_id.find(other);
      if (found == by_id.end()) continue;
      avoids_[at].push_back(found->second);
      avoids_[found->second].push_back(at);
    }
    for (const auto& other : family.with) {
      if (const auto found = by_id.find(other); found != by_id.end()) wishes_[at].push_back(found->second);
    }
  }
  for (auto& set : avoids_) make_set(set);
  for (auto& set : wishes_) make_set(set);
}

void Index::read_runs(const Instance& instance) {
  std::int64_t largest_family = 0;
  for (const auto children : children_) largest_family = std::max(largest_family, children);
  for (const auto& offer : instance.offers) {
    for (const auto& run : offer.runs) {
      RunRow row;
      row.offer = &offer;
      row.run = &run;
      row.most_children = std::min(offer.maximum_children, run.places_left);
      for (std::int64_t size = 0; size <= row.most_children; ++size) {
        row.prices.push_back(session_price_pence(offer, size).value_or(-1));
      }
      for (std::int64_t size = 0; size <= largest_family; ++size) {
        row.alone.push_back(size == 0 ? std::nullopt : alone_pence(offer, run, size));
      }
      runs_.push_back(std::move(row));
    }
  }
  std::sort(runs_.begin(), runs_.end(), [](const RunRow& a, const RunRow& b) {
    return std::tie(a.offer->id, a.run->id) < std::tie(b.offer->id, b.run->id);
  });
}

void Index::find_candidates() {
  candidates_.resize(runs_.size());
  options_.resize(families_.size());
  for (RunAt run = 0; run < runs_.size(); ++run) {
    for (FamilyAt family = 0; family < families_.size(); ++family) {
      if (first_broken(*families_[family], offer(run), this->run(run))) continue;
      const auto least = least_children(*families_[family], offer(run), this->run(run));
      const auto own = own_value(run, family);
      candidates_[run].push_back({family, own, least.value_or(1)});
      options_[family].push_back({run, own});
    }
  }
  for (auto& options : options_) {
    std::stable_sort(options.begin(), options.end(), [](const Option& a, const Option& b) { return a.own > b.own; });
  }
}

const Candidate* Index::find_candidate(RunAt run, FamilyAt family) const {
  const auto& list = candidates_[run];
  const auto found = std::lower_bound(list.begin(), list.end(), family,
                                      [](const Candidate& c, FamilyAt at) { return c.family < at; });
  return found != list.end() && found->family == family ? &*found : nullptr;
}

bool Index::size_fits(RunAt at, std::int64_t group_children) const {
  const auto& row = runs_[at];
  return matching::size_fits(*row.offer, group_children) && group_children <= row.most_children &&
         row.prices[static_cast<std::size_t>(group_children)] >= 0;
}

std::int64_t Index::share(RunAt at, std::int64_t family_children, std::int64_t group_children) const {
  const auto& row = runs_[at];
  const auto price = row.prices[static_cast<std::size_t>(group_children)];
  return (price * family_children + group_children - 1) / group_children * row.run->sessions;
}

bool Index::may_meet(FamilyAt a, FamilyAt b) const { return !has(avoids_[a], b); }

OwnTerms Index::own_terms(RunAt run, FamilyAt family) const {
  const auto& here = *families_[family];
  OwnTerms terms;
  for (const auto& interest : here.interests) {
    if (interest.activity_type != offer(run).activity_type) continue;
    terms.interest = std::max(terms.interest, std::clamp<std::int64_t>(interest.weight, 0, 5) * whole / 5);
  }
  const auto miles = miles_between(here.place, offer(run).place);
  terms.distance = here.max_miles > 0
                       ? std::clamp<std::int64_t>(std::llround(1'000 * (1 - miles / here.max_miles)), 0, whole)
                       : whole;
  terms.waiting = std::clamp<std::int64_t>(here.days_waited, 0, longest_wait_days) * whole / longest_wait_days;
  return terms;
}

PairTerms Index::pair_terms(FamilyAt a, FamilyAt b) const {
  PairTerms terms;
  const auto gap = std::abs(age_thousandths_[a] - age_thousandths_[b]);
  terms.ages = std::max<std::int64_t>(0, whole - gap / widest_age_gap_years);
  const auto alike = likeness(needs_[a], needs_[b]);
  terms.mixing = (mixing_wish(families_[a]->mixing, alike) + mixing_wish(families_[b]->mixing, alike)) / 2;
  terms.shared_interests = likeness(interests_[a], interests_[b]);
  terms.together = (has(wishes_[a], b) ? whole / 2 : 0) + (has(wishes_[b], a) ? whole / 2 : 0);
  return terms;
}

std::int64_t Index::saving(RunAt run, std::int64_t family_children, std::int64_t group_children) const {
  const auto alone = runs_[run].alone[static_cast<std::size_t>(family_children)];
  if (!alone) return whole;
  if (*alone == 0) return 0;
  return std::clamp<std::int64_t>(whole * (*alone - share(run, family_children, group_children)) / *alone, 0, whole);
}

std::int64_t Index::own_value(RunAt run, FamilyAt family) const {
  const auto terms = own_terms(run, family);
  const auto& weights = policy_.weights;
  return weights.placed * whole + weights.interest * terms.interest + weights.distance * terms.distance +
         weights.waiting * terms.waiting;
}

std::int64_t Index::pair_value(FamilyAt a, FamilyAt b) const {
  const auto terms = pair_terms(a, b);
  const auto& weights = policy_.weights;
  return weights.ages * terms.ages + weights.mixing * terms.mixing +
         weights.shared_interests * terms.shared_interests + weights.together * terms.together;
}

std::int64_t Index::score(RunAt run, std::span<const FamilyAt> group) const {
  std::int64_t size = 0, own = 0, pairs = 0, savings = 0;
  for (const auto family : group) size += children_[family];
  for (std::size_t at = 0; at < group.size(); ++at) {
    own += own_value(run, group[at]);
    savings += saving(run, children_[group[at]], size);
    for (std::size_t other = 0; other < at; ++other) pairs += pair_value(group[at], group[other]);
  }
  const auto others = static_cast<std::int64_t>(group.size()) - 1;
  return own + policy_.weights.saving * savings + (others > 0 ? 2 * pairs / others : 0);
}

}  // namespace cp::matching
