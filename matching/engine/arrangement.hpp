// The groups as they stand during a search, kept up to date by two moves, `join` and `leave`, that
// can be taken back. Between moves an arrangement may break rules of groups; `holds` tells.
#pragma once

#include "matching/engine/index.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace cp::matching {

using GroupAt = std::uint32_t;

struct Seated {
  FamilyAt family = 0;
  std::int64_t own = 0;
  std::int64_t pairs = 0;  // sum over its pairs with the others
};

struct OpenGroup {
  RunAt run = 0;
  std::vector<Seated> families;
  std::int64_t children = 0;
  std::int64_t own = 0;    // sum over families
  std::int64_t pairs = 0;  // sum over pairs
  std::int64_t score = 0;
  bool locked = false;  // nobody may join
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
  /// Whether the family may be in one more group, as far as its wishes go.
  [[nodiscard]] bool is_free(FamilyAt at) const { return more_groups_[at] > 0; }
  /// How many candidates of a run are free.
  [[nodiscard]] std::int64_t free_candidates(RunAt at) const { return free_[at]; }
  /// What a family pays for the groups it is in.
  [[nodiscard]] std::int64_t spent(FamilyAt at) const;

  /// An empty group on this run, new or one that was emptied.
  GroupAt open(RunAt run);
  void join(GroupAt group, FamilyAt family, std::int64_t own);
  void leave(GroupAt group, FamilyAt family);
  /// All of them leave, the last first.
  void leave_all(GroupAt group);

  /// Whether the family may be seated here as far as its other groups and the families in this one
  /// go; what it pays is for `holds`.
  [[nodiscard]] bool may_join(GroupAt group, FamilyAt family) const;
  /// The same for a new group.
  [[nodiscard]] bool may_start(RunAt run, FamilyAt family) const;
  /// Whether the group is empty or breaks no rule: size, families, places, shares.
  [[nodiscard]] bool holds(GroupAt group) const;

  // Moves that are only thought of. Each answers the score that the group would have, or nothing if it would not hold.

  /// One more family, of whom `may_join` is true.
  [[nodiscard]] std::optional<std::int64_t> score_with(GroupAt group, FamilyAt family, std::int64_t own) const;
  /// Without the family in that seat; 0 for a group that is then empty.
  [[nodiscard]] std::optional<std::int64_t> score_without(GroupAt group, std::size_t seat) const;
  /// With `family` in that seat. `values` are its pair values with each seat, in their order; it may not be busy or unmet
  /// elsewhere.
  [[nodiscard]] std::optional<std::int64_t> score_exchanged(GroupAt group, std::size_t seat, FamilyAt family,
                                                            std::int64_t own, std::span<const std::int64_t> values) const;

  /// An agreed group: `may_join` refuses everybody, and no stage may take anybody out.
  void lock(GroupAt group, bool locked) { groups_[group].locked = locked; }
  /// Groups that moves since the last `keep` concern, some of them twice.
  [[nodiscard]] std::vector<GroupAt> groups_moved() const;

  // The index got a family or runs more, at the end, or is about to lose one, which must be in no group.
  void family_added();
  void family_removed(FamilyAt at);
  void run_added();
  void run_removed(RunAt at);

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
    FamilyAt family = 0;
    std::int64_t own = 0;
  };
  void do_join(GroupAt group, FamilyAt family, std::int64_t own);
  std::int64_t do_leave(GroupAt group, FamilyAt family);
  void count_score(OpenGroup& group);
  void count_free(FamilyAt family, std::int32_t change);
  [[nodiscard]] bool can_pay(RunAt run, FamilyAt family, std::int64_t group_children, const OpenGroup* inside) const;
  /// The score of `group` as it would be, without `left_out` and with `added`, or nothing if it would not hold.
  [[nodiscard]] std::optional<std::int64_t> score_of(const OpenGroup& group, const Seated* left_out, const Seated* added) const;

  const Index& index_;
  std::vector<OpenGroup> groups_;
  std::vector<std::vector<GroupAt>> by_run_, by_family_;
  std::vector<std::int32_t> more_groups_;  // that each family may be in
  std::vector<std::int64_t> places_;       // left of each run
  std::vector<std::int32_t> free_;    // candidates of each run
  std::int64_t score_ = 0;
  std::vector<Move> journal_;
};

}  // namespace cp::matching
