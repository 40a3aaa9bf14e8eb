#include "matching/engine/climbing.hpp"

#include <algorithm>

namespace cp::matching {
namespace {

constexpr int most_exchanges = 6;

}  // namespace

void Climbing::climb(const RunPricing& run, const std::vector<std::int64_t>& prices, std::vector<Column>& best) {
  run_ = &run;
  prices_ = &prices;
  read(best);
  for (std::size_t size = 1; size < groups_.size(); ++size) {
    if (groups_[size].members.empty()) continue;
    look_at(size);
    exchange(size);
    add_one(size);
  }
  for (auto size = groups_.size(); --size > 0;) {
    if (groups_[size].members.empty()) continue;
    look_at(size);
    exchange(size);
    leave_one(size);
  }
  write(best);
}

void Climbing::read(const std::vector<Column>& best) {
  groups_.resize(static_cast<std::size_t>(run_->most_children_) + 1);
  for (std::size_t size = 0; size < groups_.size(); ++size) {
    auto& group = groups_[size];
    group.members.clear();
    for (const auto family : best[size].families) group.members.push_back(run_->member_of(family));
    if (group.members.empty()) continue;
    look_at(size);
    group.reduced = reduced_of(own_sum_, pair_sum_, group.members.size());
  }
}

void Climbing::write(std::vector<Column>& best) const {
  for (std::size_t size = 1; size < groups_.size(); ++size) {
    const auto& members = groups_[size].members;
    if (members.empty()) continue;
    auto& column = best[size];
    column = {run_->run_, static_cast<std::int64_t>(size), groups_[size].reduced, {}};
    for (const auto member : members) {
      column.families.push_back(run_->members_[member].family);
      column.value += (*prices_)[column.families.back()];
    }
    std::sort(column.families.begin(), column.families.end());
  }
}

void Climbing::look_at(std::size_t size) {
  const auto count = run_->members_.size();
  const auto& members = groups_[size].members;
  with_.assign(count, 0);
  is_in_.assign(count, 0);
  own_sum_ = pair_sum_ = 0;
  for (const auto one : members) {
    is_in_[one] = 1;
    own_sum_ += own(size, one);
    for (std::size_t other = 0; other < count; ++other) with_[other] += run_->pair(one, other);
  }
  for (const auto one : members) pair_sum_ += with_[one];
  pair_sum_ /= 2;
}

/// The best exchange for a family with as many children, as long as one is better.
void Climbing::exchange(std::size_t size) {
  auto& group = groups_[size];
  const auto others = std::max<std::int64_t>(1, static_cast<std::int64_t>(group.members.size()) - 1);
  for (int round = 0; round < most_exchanges; ++round) {
    std::int64_t best = 0;
    std::size_t out = 0;
    At in = 0;
    for (std::size_t at = 0; at < group.members.size(); ++at) {
      const auto leaving = group.members[at];
      const auto less = others * own(size, leaving) + 2 * with_[leaving];
      for (At member = 0; member < with_.size(); ++member) {
        if (is_in_[member] || run_->members_[member].children != run_->members_[leaving].children || !may_be(size, member)) continue;
        const auto gain = others * own(size, member) + 2 * (with_[member] - run_->pair(leaving, member)) - less;
        if (gain <= best) continue;
        best = gain;
        out = at;
        in = member;
      }
    }
    if (best == 0) return;
    group.members[out] = in;
    look_at(size);
    group.reduced = reduced_of(own_sum_, pair_sum_, group.members.size());
  }
}

void Climbing::add_one(std::size_t size) {
  const auto& members = groups_[size].members;
  for (At member = 0; member < with_.size(); ++member) {
    const auto larger = size + static_cast<std::size_t>(run_->members_[member].children);
    if (is_in_[member] || larger >= groups_.size() || !may_be(larger, member)) continue;
    if (!std::all_of(members.begin(), members.end(), [&](At one) { return may_be(larger, one); })) continue;
    auto sum = own(larger, member);
    for (const auto one : members) sum += own(larger, one);
    const auto reduced = reduced_of(sum, pair_sum_ + with_[member], members.size() + 1);
    auto& group = groups_[larger];
    if (!group.members.empty() && reduced <= group.reduced) continue;
    if (with_[member] < 0) continue;
    group.members = members;
    group.members.push_back(member);
    group.reduced = reduced;
  }
}

void Climbing::leave_one(std::size_t size) {
  const auto members = groups_[size].members;
  for (std::size_t at = 0; at < members.size(); ++at) {
    const auto smaller = size - static_cast<std::size_t>(run_->members_[members[at]].children);
    if (smaller == 0 || static_cast<std::int64_t>(members.size()) <= run_->minimum_families_) continue;
    std::int64_t sum = 0;
    bool may = true;
    for (const auto one : members) {
      if (one == members[at]) continue;
      may = may && may_be(smaller, one);
      sum += may ? own(smaller, one) : 0;
    }
    if (!may) continue;
    const auto reduced = reduced_of(sum, pair_sum_ - with_[members[at]], members.size() - 1);
    auto& group = groups_[smaller];
    if (!group.members.empty() && reduced <= group.reduced) continue;
    group.members = members;
    group.members.erase(group.members.begin() + static_cast<std::ptrdiff_t>(at));
    group.reduced = reduced;
  }
}

std::int64_t Climbing::reduced_of(std::int64_t own, std::int64_t pairs, std::size_t families) {
  return own + (families > 1 ? floor_division(2 * pairs, static_cast<std::int64_t>(families) - 1) : 0);
}
std::int64_t Climbing::own(std::size_t size, At member) const {
  return run_->own(size, member) - (*prices_)[run_->members_[member].family];
}
bool Climbing::may_be(std::size_t size, At member) const { return run_->may_be(size, member); }

}  // namespace cp::matching
