#include "matching/engine/arrangement.hpp"

#include <algorithm>

namespace cp::matching {

Arrangement::Arrangement(const Index& index)
    : index_(index), by_run_(index.run_count()), by_family_(index.family_count()) {
  for (FamilyAt family = 0; family < index.family_count(); ++family) {
    more_groups_.push_back(static_cast<std::int32_t>(index.most_groups(family)));
  }
  for (RunAt run = 0; run < index.run_count(); ++run) {
    places_.push_back(index.places_left(run));
    free_.push_back(0);
    for (const auto& candidate : index.candidates(run)) free_.back() += is_free(candidate.family) ? 1 : 0;
  }
}

std::int64_t Arrangement::spent(FamilyAt at) const {
  std::int64_t sum = 0;
  for (const auto group : by_family_[at]) {
    const auto& here = groups_[group];
    // A size without a price costs nothing here; such a group does not hold anyway.
    if (index_.size_fits(here.run, here.children)) sum += index_.share(here.run, index_.children(at), here.children);
  }
  return sum;
}

std::vector<GroupAt> Arrangement::groups_moved() const {
  std::vector<GroupAt> moved;
  for (const auto& move : journal_) moved.push_back(move.group);
  return moved;
}

void Arrangement::family_added() {
  const auto at = static_cast<FamilyAt>(by_family_.size());
  by_family_.emplace_back();
  more_groups_.push_back(static_cast<std::int32_t>(index_.most_groups(at)));
  if (is_free(at)) count_free(at, 1);
}

void Arrangement::family_removed(FamilyAt at) {
  if (is_free(at)) count_free(at, -1);
  more_groups_[at] = 0;
}

void Arrangement::run_added() {
  const auto at = static_cast<RunAt>(by_run_.size());
  by_run_.emplace_back();
  places_.push_back(index_.places_left(at));
  free_.push_back(0);
  for (const auto& candidate : index_.candidates(at)) free_.back() += is_free(candidate.family) ? 1 : 0;
}

void Arrangement::run_removed(RunAt at) {
  places_[at] = 0;
  free_[at] = 0;
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
  do_join(group, family, own);
  journal_.push_back({true, group, family, own});
}

void Arrangement::leave(GroupAt group, FamilyAt family) {
  const auto own = do_leave(group, family);
  journal_.push_back({false, group, family, own});
}

/// What the families are to each other need not be taken off one by one.
void Arrangement::leave_all(GroupAt group) {
  auto& here = groups_[group];
  for (auto seated = here.families.rbegin(); seated != here.families.rend(); ++seated) {
    journal_.push_back({false, group, seated->family, seated->own});
    if (more_groups_[seated->family]++ == 0) count_free(seated->family, 1);
    std::erase(by_family_[seated->family], group);
  }
  places_[here.run] += here.children;
  score_ -= here.score;
  here.families.clear();
  here.children = here.own = here.pairs = here.score = 0;
}

void Arrangement::take_back(Mark mark) {
  while (journal_.size() > mark) {
    const auto move = journal_.back();
    journal_.pop_back();
    if (move.joined) do_leave(move.group, move.family);
    else do_join(move.group, move.family, move.own);
  }
}

bool Arrangement::may_start(RunAt run, FamilyAt family) const {
  if (!is_free(family)) return false;
  const auto& groups = by_family_[family];
  return std::none_of(groups.begin(), groups.end(), [&](GroupAt at) { return index_.clash(groups_[at].run, run); });
}

bool Arrangement::may_join(GroupAt group, FamilyAt family) const {
  const auto& here = groups_[group];
  if (here.locked || here.children + index_.children(family) > index_.most_children(here.run)) return false;
  if (!may_start(here.run, family)) return false;
  return std::all_of(here.families.begin(), here.families.end(),
                     [&](const Seated& seated) { return index_.may_meet(seated.family, family); });
}

bool Arrangement::holds(GroupAt group) const {
  const auto& here = groups_[group];
  return here.families.empty() || (places_[here.run] >= 0 && score_of(here, nullptr, nullptr).has_value());
}

bool Arrangement::can_pay(RunAt run, FamilyAt family, std::int64_t group_children, const OpenGroup* inside) const {
  auto pays = index_.share(run, index_.children(family), group_children);
  for (const auto at : by_family_[family]) {
    const auto& other = groups_[at];
    if (&other == inside || !index_.size_fits(other.run, other.children)) continue;
    pays += index_.share(other.run, index_.children(family), other.children);
  }
  return pays <= index_.headroom_pence(family);
}

std::optional<std::int64_t> Arrangement::score_of(const OpenGroup& group, const Seated* left_out,
                                                  const Seated* added) const {
  auto children = group.children, own = group.own, pairs = group.pairs;
  auto count = static_cast<std::int64_t>(group.families.size());
  if (left_out) {
    children -= index_.children(left_out->family);
    own -= left_out->own;
    pairs -= left_out->pairs;
    --count;
  }
  if (added) {
    children += index_.children(added->family);
    own += added->own;
    pairs += added->pairs;
    ++count;
  }
  if (count == 0) return 0;
  if (!index_.size_fits(group.run, children) || count < index_.policy().minimum_families) return std::nullopt;
  std::int64_t savings = 0;
  const auto seat = [&](FamilyAt family) {
    savings += index_.saving(group.run, index_.children(family), children);
    return can_pay(group.run, family, children, &group);
  };
  for (const auto& seated : group.families) {
    if (&seated != left_out && !seat(seated.family)) return std::nullopt;
  }
  if (added && !seat(added->family)) return std::nullopt;
  return own + index_.policy().weights.saving * savings + (count > 1 ? 2 * pairs / (count - 1) : 0);
}

std::optional<std::int64_t> Arrangement::score_with(GroupAt group, FamilyAt family, std::int64_t own) const {
  const auto& here = groups_[group];
  if (places_[here.run] < index_.children(family)) return std::nullopt;
  Seated added{family, own, 0};
  for (const auto& other : here.families) added.pairs += index_.pair_value(other.family, family);
  return score_of(here, nullptr, &added);
}

std::optional<std::int64_t> Arrangement::score_without(GroupAt group, std::size_t seat) const {
  return score_of(groups_[group], &groups_[group].families[seat], nullptr);
}

std::optional<std::int64_t> Arrangement::score_exchanged(GroupAt group, std::size_t seat, FamilyAt family,
                                                         std::int64_t own, std::span<const std::int64_t> values) const {
  const auto& here = groups_[group];
  const auto& out = here.families[seat];
  if (places_[here.run] + index_.children(out.family) < index_.children(family)) return std::nullopt;
  Seated added{family, own, -values[seat]};
  for (const auto value : values) added.pairs += value;
  return score_of(here, &out, &added);
}

void Arrangement::count_free(FamilyAt family, std::int32_t change) {
  for (const auto& option : index_.options(family)) free_[option.run] += change;
}

void Arrangement::do_join(GroupAt group, FamilyAt family, std::int64_t own) {
  auto& here = groups_[group];
  Seated seated{family, own, 0};
  for (auto& other : here.families) {
    const auto value = index_.pair_value(other.family, family);
    other.pairs += value;
    seated.pairs += value;
  }
  here.pairs += seated.pairs;
  here.families.push_back(seated);
  here.own += own;
  here.children += index_.children(family);
  places_[here.run] -= index_.children(family);
  by_family_[family].push_back(group);
  if (--more_groups_[family] == 0) count_free(family, -1);
  count_score(here);
}

std::int64_t Arrangement::do_leave(GroupAt group, FamilyAt family) {
  auto& here = groups_[group];
  const auto found = std::find_if(here.families.begin(), here.families.end(),
                                  [&](const Seated& seated) { return seated.family == family; });
  const auto own = found->own;
  here.own -= own;
  here.pairs -= found->pairs;
  here.families.erase(found);
  for (auto& other : here.families) other.pairs -= index_.pair_value(other.family, family);
  here.children -= index_.children(family);
  places_[here.run] += index_.children(family);
  if (more_groups_[family]++ == 0) count_free(family, 1);
  std::erase(by_family_[family], group);
  count_score(here);
  return own;
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
