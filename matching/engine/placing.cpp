#include "matching/engine/placing.hpp"

#include <algorithm>
#include <utility>

namespace cp::matching {
namespace {

/// How many times a new group is grown again without somebody who could not pay.
constexpr int most_regrowths = 6;
/// Of so many choices one is overlooked.
constexpr std::size_t one_in_runs = 4;
constexpr std::size_t one_in_families = 8;
constexpr std::size_t one_in_larger_groups = 4;
constexpr std::size_t none = static_cast<std::size_t>(-1);

}  // namespace

bool Placing::place(FamilyAt family) {
  best_.found = false;
  best_.gain = 0;
  std::size_t openings = 0;
  for (const auto& option : work_.index.options(family)) {
    try_joining(family, option);
    if (openings == most_openings_ || overlook(one_in_runs)) continue;
    ++openings;
    try_opening(family, option);
  }
  if (!best_.found) return false;
  const auto group = best_.is_new ? work_.now.open(best_.run) : best_.group;
  for (const auto& member : best_.joining) work_.now.join(group, member.family, member.own);
  return true;
}

void Placing::try_joining(FamilyAt family, const Option& option) {
  auto& now = work_.now;
  for (const auto group : now.groups_of_run(option.run)) {
    if (now.group(group).families.empty() || !now.may_join(group, family)) continue;
    work_.budget.count();
    const auto score = now.score_with(group, family, option.own);
    if (!score) continue;
    const auto gain = *score - now.group(group).score;
    if (gain <= best_.gain) continue;
    best_.gain = gain;
    best_.found = true;
    best_.is_new = false;
    best_.run = option.run;
    best_.group = group;
    best_.joining.assign(1, {family, option.least_children, option.own, 0, 0});
  }
}

void Placing::try_opening(FamilyAt family, const Option& option) {
  const auto& index = work_.index;
  const auto& now = work_.now;
  if (now.places_left(option.run) < std::max<std::int64_t>(index.least_children(option.run), option.least_children) ||
      now.free_candidates(option.run) < index.policy().minimum_families || !now.may_start(option.run, family)) {
    return;
  }
  gather(family, option);
  for (int attempt = 0; attempt < most_regrowths; ++attempt) {
    work_.budget.count();
    if (grow(option.run)) {
      const auto gain = by_whole_gain_ ? best_score_ : best_score_ / static_cast<std::int64_t>(best_size_);
      if (gain <= best_.gain) return;
      best_.gain = gain;
      best_.found = best_.is_new = true;
      best_.run = option.run;
      best_.joining.assign(in_.begin(), in_.begin() + static_cast<std::ptrdiff_t>(best_size_));
      return;
    }
    if (!refuse_who_needs_the_largest_group(option.run)) return;
  }
}

/// Everybody who could be in a new group: the family itself first.
void Placing::gather(FamilyAt family, const Option& option) {
  const auto& index = work_.index;
  const auto largest = std::min(work_.now.places_left(option.run), index.most_children(option.run));
  everybody_.clear();
  everybody_.push_back({family, option.least_children, option.own, 0, index.children(family)});
  for (const auto& candidate : index.candidates(option.run)) {
    if (!work_.now.is_free(candidate.family) || candidate.family == family) continue;
    if (candidate.least_children > largest || !work_.now.may_start(option.run, candidate.family)) continue;
    everybody_.push_back({candidate.family, candidate.least_children, candidate.own, 0, index.children(candidate.family)});
  }
}

/// Fills a new group, one best addition after the other, and remembers the size at which it held and was worth most. False
/// if it never held.
bool Placing::grow(RunAt run) {
  const auto& index = work_.index;
  const auto largest = std::min(work_.now.places_left(run), index.most_children(run));
  waiting_ = everybody_;
  in_.clear();
  children_ = own_ = pairs_ = 0;
  best_size_ = 0;
  for (std::size_t next = 0; next != none; next = best_addition(largest - children_)) {
    const auto member = waiting_[next];
    waiting_[next] = waiting_.back();
    waiting_.pop_back();
    in_.push_back(member);
    children_ += member.children;
    own_ += member.own;
    pairs_ += member.pairs;
    const auto score = score_of(run);
    if (score && (best_size_ == 0 || *score > best_score_)) {
      best_size_ = in_.size();
      best_score_ = *score;
      if (overlook(one_in_larger_groups)) break;
    }
    std::erase_if(waiting_, [&](Member& other) {
      if (!index.may_meet(member.family, other.family)) return true;
      other.pairs += index.pair_value(member.family, other.family);
      return false;
    });
  }
  return best_size_ > 0;
}

std::size_t Placing::best_addition(std::int64_t room) const {
  auto best = none;
  std::int64_t best_value = 0;
  for (std::size_t at = 0; at < waiting_.size(); ++at) {
    const auto& member = waiting_[at];
    if (member.children > room) continue;
    const auto value = member.own * static_cast<std::int64_t>(in_.size()) + 2 * member.pairs;
    if (best != none && (value <= best_value || (overlooks_ && work_.random.below(one_in_families) == 0))) continue;
    best = at;
    best_value = value;
  }
  return best;
}

std::optional<std::int64_t> Placing::score_of(RunAt run) const {
  const auto& index = work_.index;
  const auto count = static_cast<std::int64_t>(in_.size());
  if (count < index.policy().minimum_families || !index.size_fits(run, children_)) return std::nullopt;
  std::int64_t savings = 0;
  for (const auto& member : in_) {
    if (member.least_children > children_) return std::nullopt;
    const auto pays = index.share(run, member.children, children_) + work_.now.spent(member.family);
    if (pays > index.headroom_pence(member.family)) return std::nullopt;
    savings += index.saving(run, member.children, children_);
  }
  return own_ + index.policy().weights.saving * savings + (count > 1 ? 2 * pairs_ / (count - 1) : 0);
}

/// Of the families but the first, the one that can pay only in the largest group, if that is larger than the smallest
/// allowed: without it the others may do.
bool Placing::refuse_who_needs_the_largest_group(RunAt run) {
  std::size_t found = none;
  std::int64_t largest = work_.index.least_children(run);
  for (std::size_t at = 1; at < in_.size(); ++at) {
    if (in_[at].least_children <= largest) continue;
    largest = in_[at].least_children;
    found = at;
  }
  if (found == none) return false;
  const auto family = in_[found].family;
  return std::erase_if(everybody_, [&](const Member& member) { return member.family == family; }) > 0;
}

}  // namespace cp::matching
