#include "matching/engine/checker_values.hpp"

#include "matching/engine/checker_rules.hpp"

#include <algorithm>
#include <cmath>
#include <set>

namespace cp::matching::checking {
namespace {

std::int64_t bounded(std::int64_t thousandths) { return std::max<std::int64_t>(0, std::min<std::int64_t>(1'000, thousandths)); }

std::int64_t size_of(const Family& family) { return static_cast<std::int64_t>(family.children.size()); }

bool is_in(const std::vector<std::string>& list, const std::string& text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

/// What both have of what either has.
std::int64_t overlap_of(const std::set<std::string>& a, const std::set<std::string>& b) {
  std::int64_t both = 0;
  for (const auto& text : a) both += b.contains(text) ? 1 : 0;
  const auto either = static_cast<std::int64_t>(a.size() + b.size()) - both;
  return either == 0 ? 1'000 : 1'000 * both / either;
}

/// What is needed of a family again and again.
struct Facts {
  const Family* family = nullptr;
  std::set<std::string> needs, interests;
  std::int64_t age = 0;  // thousandths of years, mean
};

Facts facts_of(const Family& family) {
  Facts facts{&family, {}, {}, 0};
  std::int64_t years = 0;
  for (const auto& child : family.children) {
    years += child.age_years;
    facts.needs.insert(child.needs.begin(), child.needs.end());
  }
  for (const auto& interest : family.interests) facts.interests.insert(interest.activity_type);
  facts.age = 1'000 * years / size_of(family);
  return facts;
}

std::int64_t wish_of(const Family& family, std::int64_t alike) {
  if (family.mixing == Mixing::either) return 1'000;
  return family.mixing == Mixing::similar ? alike : 1'000 - alike;
}

/// Thousandths of what a family has of a run, whoever else is there.
struct Own {
  std::int64_t interest = 0, distance = 0, waiting = 0, fairness = 0, kept = 0, pinned = 0;
  bool distance_is_doubtful = false;
};

Own own_of(const Offer& offer, const Run& run, const MemberOf& member) {
  const auto& family = *member.family;
  Own own;
  for (const auto& one : family.interests) {
    if (one.activity_type == offer.activity_type) own.interest = std::max(own.interest, bounded(200 * one.weight));
  }
  own.distance = 1'000;
  if (family.max_miles > 0) {
    const auto exact = 1'000 * (1 - chord_miles(family.place, offer.place) / family.max_miles);
    const auto slack = 1'000 * miles_tolerance / family.max_miles + 1e-9;
    own.distance_is_doubtful = std::llround(exact - slack) != std::llround(exact + slack);
    own.distance = bounded(std::llround(exact));
  }
  own.waiting = 1'000 * std::min<std::int64_t>(365, std::max<std::int64_t>(0, family.days_waited)) / 365;
  const auto hard = family.open_runs ? 1'000 / std::max<std::int64_t>(1, *family.open_runs) : 0;
  own.fairness = (1'000 / (1 + family.groups_had) + own.waiting + hard) / 3;
  own.kept = member.was_here ? 1'000 : 0;
  own.pinned = is_in(family.pinned, run.id) ? 1'000 : 0;
  return own;
}

std::int64_t weigh(const Weights& weights, const Own& own) {
  return 1'000 * weights.placed + weights.interest * own.interest + weights.distance * own.distance +
         weights.waiting * own.waiting + weights.fairness * own.fairness + weights.kept * own.kept +
         weights.pinned * own.pinned;
}

/// Thousandths of two families in a group.
struct Both {
  std::int64_t ages = 0, mixing = 0, shared = 0, together = 0;
};

Both both_of(const Facts& a, const Facts& b) {
  const auto alike = overlap_of(a.needs, b.needs);
  Both both;
  both.ages = bounded(1'000 - std::abs(a.age - b.age) / 8);
  both.mixing = (wish_of(*a.family, alike) + wish_of(*b.family, alike)) / 2;
  both.shared = overlap_of(a.interests, b.interests);
  both.together = (is_in(a.family->with, b.family->id) ? 500 : 0) + (is_in(b.family->with, a.family->id) ? 500 : 0);
  return both;
}

std::int64_t weigh(const Weights& weights, const Both& both) {
  return weights.ages * both.ages + weights.mixing * both.mixing + weights.shared_interests * both.shared +
         weights.together * both.together;
}

double part(std::int64_t thousandths, std::size_t of) { return static_cast<double>(thousandths) / 1'000 / static_cast<double>(of); }

}  // namespace

std::int64_t saving_of(const Offer& offer, const Run& run, std::int64_t own, std::int64_t children) {
  // By session: the number of sessions is the same on both sides.
  Run once = run;
  once.sessions = 1;
  const auto alone = share_of(offer, once, own, own);
  if (alone < 0) return 1'000;
  if (alone == 0) return 0;
  return bounded(1'000 * (alone - share_of(offer, once, own, children)) / alone);
}

OneValued value_of_one(const Policy& policy, const Offer& offer, const Run& run, const MemberOf& member) {
  const auto own = own_of(offer, run, member);
  return {weigh(policy.weights, own), own.distance_is_doubtful ? policy.weights.distance : 0};
}

std::int64_t value_of_pair(const Policy& policy, const Family& a, const Family& b) {
  return weigh(policy.weights, both_of(facts_of(a), facts_of(b)));
}

Valued value_of(const Policy& policy, const Offer& offer, const Run& run, const std::vector<MemberOf>& members) {
  Valued valued;
  auto& terms = valued.terms;
  std::vector<Facts> facts;
  std::int64_t children = 0, pairs = 0;
  for (const auto& member : members) {
    facts.push_back(facts_of(*member.family));
    children += size_of(*member.family);
  }
  const auto families = members.size();
  for (const auto& member : members) {
    const auto own = own_of(offer, run, member);
    const auto saving = saving_of(offer, run, size_of(*member.family), children);
    valued.score += weigh(policy.weights, own) + policy.weights.saving * saving;
    valued.tolerance += own.distance_is_doubtful ? policy.weights.distance : 0;
    terms.interest += part(own.interest, families);
    terms.distance += part(own.distance, families);
    terms.waiting += part(own.waiting, families);
    terms.fairness += part(own.fairness, families);
    terms.kept += part(own.kept, families);
    terms.pinned += part(own.pinned, families);
    terms.saving += part(saving, families);
  }
  for (std::size_t at = 0; at < families; ++at) {
    for (std::size_t other = 0; other < at; ++other) {
      const auto both = both_of(facts[other], facts[at]);
      pairs += weigh(policy.weights, both);
      const auto of = families * (families - 1) / 2;
      terms.ages += part(both.ages, of);
      terms.mixing += part(both.mixing, of);
      terms.shared_interests += part(both.shared, of);
      terms.together += part(both.together, of);
    }
  }
  if (families > 1) valued.score += 2 * pairs / static_cast<std::int64_t>(families - 1);
  return valued;
}

}  // namespace cp::matching::checking
