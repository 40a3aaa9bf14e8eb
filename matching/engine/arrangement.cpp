#include "matching/engine/arrangement.hpp"

#include "matching/engine/rules.hpp"

#include <algorithm>

namespace cp::matching {
namespace {

/// Up to here every pair's value is kept once known: 50 MB at most.
constexpr std::size_t most_families_in_table = 5'000;

}  // namespace

Arrangement::Arrangement(const Index& index)
    : index_(index), by_run_(index.run_count()), by_family_(index.family_count()), spent_(index.family_count(), 0) {
  for (RunAt run = 0; run < index.run_count(); ++run) places_.push_back(index.run(run).places_left);
  if (index.family_count() <= most_families_in_table) {
    pair_values_.assign(index.family_count() * (index.family_count() + 1) / 2, -1);
  }
}

std::int64_t Arrangement::pair_value(FamilyAt a, FamilyAt b) const {
  if (pair_values_.empty()) return index_.pair_value(a, b);
  const std::size_t low = std::min(a, b), high = std::max(a, b);
  auto& known = pair_values_[high * (high + 1) / 2 + low];
  if (known < 0) known = static_cast<std::int32_t>(index_.pair_value(a, b));
  return known;
}

GroupAt Arrangement::open(RunAt run) {
  for (const auto at : by_run_[run]) {
    if (groups_[at].families.empty()) return at;
  }
  const auto at = static_cast<GroupAt>(groups_.size());
  groups_.emplace_back().run = run;
  by_run_[run].push_back(at);
  return at;
}

void Arrangement::join(GroupAt group, FamilyAt family, std::int64_t own) {
  const Seated seated{family, own};
  do_join(group, seated);
  journal_.push_back({true, group, seated});
}

void Arrangement::leave(GroupAt group, FamilyAt family) {
  const auto& families = groups_[group].families;
  const auto found = std::find_if(families.begin(), families.end(),
                                  [&](const Seated& seated) { return seated.family == family; });
  journal_.push_back({false, group, *found});
  do_leave(group, family);
}

void Arrangement::take_back(Mark mark) {
  while (journal_.size() > mark) {
    const auto move = journal_.back();
    journal_.pop_back();
    if (move.joined) do_leave(move.group, move.seated.family);
    else do_join(move.group, move.seated);
  }
}

bool Arrangement::may_start(RunAt run, FamilyAt family) const {
  const auto& groups = by_family_[family];
  if (static_cast<std::int64_t>(groups.size()) >= index_.policy().groups_per_family) return false;
  return std::none_of(groups.begin(), groups.end(), [&](GroupAt at) {
    return overlap(index_.run(groups_[at].run), index_.run(run));
  });
}

bool Arrangement::may_join(GroupAt group, FamilyAt family) const {
  const auto& here = groups_[group];
  if (here.children + index_.children(family) > index_.most_children(here.run)) return false;
  if (!may_start(here.run, family)) return false;
  return std::all_of(here.families.begin(), here.families.end(),
                     [&](const Seated& seated) { return index_.may_meet(seated.family, family); });
}

bool Arrangement::holds(GroupAt group) const {
  const auto& here = groups_[group];
  if (here.families.empty()) return true;
  return places_[here.run] >= 0 && index_.size_fits(here.run, here.children) &&
         static_cast<std::int64_t>(here.families.size()) >= index_.policy().minimum_families &&
         !who_cannot_pay(group);
}

const Seated* Arrangement::who_cannot_pay(GroupAt group) const {
  const auto& families = groups_[group].families;
  const auto found = std::find_if(families.begin(), families.end(), [&](const Seated& seated) {
    return spent_[seated.family] > index_.family(seated.family).headroom_pence;
  });
  return found == families.end() ? nullptr : &*found;
}

void Arrangement::do_join(GroupAt group, Seated seated) {
  auto& here = groups_[group];
  count_shares(here, -1);
  for (const auto& other : here.families) here.pairs += pair_value(other.family, seated.family);
  here.families.push_back(seated);
  here.own += seated.own;
  here.children += index_.children(seated.family);
  places_[here.run] -= index_.children(seated.family);
  by_family_[seated.family].push_back(group);
  count_shares(here, 1);
  count_score(here);
}

void Arrangement::do_leave(GroupAt group, FamilyAt family) {
  auto& here = groups_[group];
  count_shares(here, -1);
  const auto found = std::find_if(here.families.begin(), here.families.end(),
                                  [&](const Seated& seated) { return seated.family == family; });
  here.own -= found->own;
  here.families.erase(found);
  for (const auto& other : here.families) here.pairs -= pair_value(other.family, family);
  here.children -= index_.children(family);
  places_[here.run] += index_.children(family);
  std::erase(by_family_[family], group);
  count_shares(here, 1);
  count_score(here);
}

void Arrangement::count_shares(const OpenGroup& group, std::int64_t sign) {
  // A size without a price costs nothing here; such a group does not hold anyway.
  if (!index_.size_fits(group.run, group.children)) return;
  for (const auto& seated : group.families) {
    spent_[seated.family] += sign * index_.share(group.run, index_.children(seated.family), group.children);
  }
}

void Arrangement::count_score(OpenGroup& group) {
  score_ -= group.score;
  group.score = group.own;
  if (const auto others = static_cast<std::int64_t>(group.families.size()) - 1; others > 0) {
    group.score += 2 * group.pairs / others;
  }
  if (index_.size_fits(group.run, group.children)) {
    for (const auto& seated : group.families) {
      group.score += index_.policy().weights.saving *
                     index_.saving(group.run, index_.children(seated.family), group.children);
    }
  }
  score_ += group.score;
}

}  // namespace cp::matching
