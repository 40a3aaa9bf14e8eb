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

class Value {
 public:
  Value(const Policy& policy, const Offer& offer, const Run& run, const std::vector<MemberOf>& members)
      : weights_(policy.weights), offer_(offer), run_(run), members_(members) {}

  Valued all() {
    std::vector<Facts> facts;
    std::int64_t children = 0;
    for (const auto& member : members_) {
      facts.push_back(facts_of(*member.family));
      children += size_of(*member.family);
    }
    for (const auto& member : members_) add_member(member, children);
    std::int64_t pairs = 0;
    for (std::size_t at = 0; at < facts.size(); ++at) {
      for (std::size_t other = at + 1; other < facts.size(); ++other) pairs += pair(facts[at], facts[other]);
    }
    const auto families = static_cast<std::int64_t>(members_.size());
    if (families > 1) valued_.score += 2 * pairs / (families - 1);
    finish();
    return valued_;
  }

 private:
  void add_member(const MemberOf& member, std::int64_t children) {
    const auto& family = *member.family;
    std::int64_t interest = 0;
    for (const auto& one : family.interests) {
      if (one.activity_type == offer_.activity_type) interest = std::max(interest, bounded(200 * one.weight));
    }
    const auto distance = distance_of(family);
    const auto waiting = 1'000 * std::min<std::int64_t>(365, std::max<std::int64_t>(0, family.days_waited)) / 365;
    const auto hard = family.open_runs ? 1'000 / std::max<std::int64_t>(1, *family.open_runs) : 0;
    const auto fairness = (1'000 / (1 + family.groups_had) + waiting + hard) / 3;
    const std::int64_t kept = member.was_here ? 1'000 : 0;
    const std::int64_t pinned = is_in(family.pinned, run_.id) ? 1'000 : 0;
    const auto saving = saving_of(family, children);
    valued_.score += 1'000 * weights_.placed + weights_.interest * interest + weights_.distance * distance +
                     weights_.waiting * waiting + weights_.fairness * fairness + weights_.kept * kept +
                     weights_.pinned * pinned + weights_.saving * saving;
    const auto sum = [](double& to, std::int64_t thousandths) { to += static_cast<double>(thousandths) / 1'000; };
    sum(valued_.terms.interest, interest);
    sum(valued_.terms.distance, distance);
    sum(valued_.terms.waiting, waiting);
    sum(valued_.terms.fairness, fairness);
    sum(valued_.terms.kept, kept);
    sum(valued_.terms.pinned, pinned);
    sum(valued_.terms.saving, saving);
  }

  std::int64_t distance_of(const Family& family) {
    if (family.max_miles <= 0) return 1'000;
    const auto exact = 1'000 * (1 - chord_miles(family.place, offer_.place) / family.max_miles);
    const auto slack = 1'000 * miles_tolerance / family.max_miles + 1e-9;
    if (std::llround(exact - slack) != std::llround(exact + slack)) valued_.tolerance += weights_.distance;
    return bounded(std::llround(exact));
  }

  std::int64_t saving_of(const Family& family, std::int64_t children) const {
    // By session: the number of sessions is the same on both sides.
    Run once = run_;
    once.sessions = 1;
    const auto alone = share_of(offer_, once, size_of(family), size_of(family));
    if (alone < 0) return 1'000;
    if (alone == 0) return 0;
    return bounded(1'000 * (alone - share_of(offer_, once, size_of(family), children)) / alone);
  }

  std::int64_t pair(const Facts& a, const Facts& b) {
    const auto ages = bounded(1'000 - std::abs(a.age - b.age) / 8);
    const auto alike = overlap_of(a.needs, b.needs);
    const auto mixing = (wish_of(*a.family, alike) + wish_of(*b.family, alike)) / 2;
    const auto shared = overlap_of(a.interests, b.interests);
    const auto together = (is_in(a.family->with, b.family->id) ? 500 : 0) + (is_in(b.family->with, a.family->id) ? 500 : 0);
    ++pair_count_;
    valued_.terms.ages += static_cast<double>(ages) / 1'000;
    valued_.terms.mixing += static_cast<double>(mixing) / 1'000;
    valued_.terms.shared_interests += static_cast<double>(shared) / 1'000;
    valued_.terms.together += static_cast<double>(together) / 1'000;
    return weights_.ages * ages + weights_.mixing * mixing + weights_.shared_interests * shared + weights_.together * together;
  }

  void finish() {
    const auto families = static_cast<double>(members_.size());
    auto& terms = valued_.terms;
    for (auto* term : {&terms.interest, &terms.distance, &terms.waiting, &terms.fairness, &terms.kept, &terms.pinned,
                       &terms.saving}) {
      *term /= families;
    }
    if (pair_count_ == 0) return;
    for (auto* term : {&terms.ages, &terms.mixing, &terms.shared_interests, &terms.together}) {
      *term /= static_cast<double>(pair_count_);
    }
  }

  const Weights& weights_;
  const Offer& offer_;
  const Run& run_;
  const std::vector<MemberOf>& members_;
  Valued valued_;
  std::int64_t pair_count_ = 0;
};

}  // namespace

Valued value_of(const Policy& policy, const Offer& offer, const Run& run, const std::vector<MemberOf>& members) {
  return Value(policy, offer, run, members).all();
}

}  // namespace cp::matching::checking
