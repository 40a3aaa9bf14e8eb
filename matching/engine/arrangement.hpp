// The groups as they stand during a search, kept up to date by two moves, `join` and `leave`, that
// can be taken back. Between moves an arrangement may break rules of groups; `holds` tells.
#pragma once

#include "matching/engine/index.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace cp::matching {

using GroupAt = std::uint32_t;

struct Seated {
  FamilyAt family = 0;
  std::int64_t own = 0;
};

struct OpenGroup {
  RunAt run = 0;
  std::vector<Seated> families;
  std::int64_t children = 0;
  std::int64_t own = 0;    // sum over families
  std::int64_t pairs = 0;  // sum over pairs
  std::int64_t score = 0;
};

class Arrangement {
 public:
  explicit Arrangement(const Index& index);

  [[nodiscard]] std::int64_t score() const { return score_; }
  [[nodiscard]] std::size_t group_count() const { return groups_.size(); }  // also empty ones
  [[nodiscard]] const OpenGroup& group(GroupAt at) const { return groups_[at]; }
  [[nodiscard]] std::span<const GroupAt> groups_of_run(RunAt at) const { return by_run_[at]; }
  [[nodiscard]] std::span<const GroupAt> groups_of(FamilyAt at) const { return by_family_[at]; }
  [[nodiscard]] std::int64_t places_left(RunAt at) const { return places_[at]; }

  /// An empty group on this run, new or one that was emptied.
  GroupAt open(RunAt run);
  void join(GroupAt group, FamilyAt family, std::int64_t own);
  void leave(GroupAt group, FamilyAt family);

  /// Whether the family may be seated here as far as its other groups and the families in this one
  /// go; what it pays is for `holds`.
  [[nodiscard]] bool may_join(GroupAt group, FamilyAt family) const;
  /// The same for a new group.
  [[nodiscard]] bool may_start(RunAt run, FamilyAt family) const;
  /// Whether the group is empty or breaks no rule: size, families, places, shares.
  [[nodiscard]] bool holds(GroupAt group) const;
  /// A family whose shares pass its headroom, or nothing.
  [[nodiscard]] const Seated* who_cannot_pay(GroupAt group) const;
  [[nodiscard]] std::int64_t pair_value(FamilyAt a, FamilyAt b) const;

  /// Takes back every move since the mark.
  using Mark = std::size_t;
  [[nodiscard]] Mark mark() const { return journal_.size(); }
  void take_back(Mark mark);
  /// Forgets how to take back: call between changes that stay.
  void keep() { journal_.clear(); }

 private:
  struct Move {
    bool joined = true;
    GroupAt group = 0;
    Seated seated;
  };
  void do_join(GroupAt group, Seated seated);
  void do_leave(GroupAt group, FamilyAt family);
  void count_shares(const OpenGroup& group, std::int64_t sign);
  void count_score(OpenGroup& group);

  const Index& index_;
  std::vector<OpenGroup> groups_;
  std::vector<std::vector<GroupAt>> by_run_, by_family_;
  std::vector<std::int64_t> places_;  // left of each run
  std::vector<std::int64_t> spent_;   // pence of each family
  std::int64_t score_ = 0;
  std::vector<Move> journal_;
  mutable std::vector<std::int32_t> pair_values_;  // known ones of instances that are not too large
};

}  // namespace cp::matching
