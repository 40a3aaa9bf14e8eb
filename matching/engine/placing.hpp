// Finds the best place for a family: a group that is there, or a new one grown around it.
#pragma once

#include "matching/engine/search.hpp"

#include <optional>
#include <vector>

namespace cp::matching {

class Placing {
 public:
  explicit Placing(Work& work) : work_(work) {}

  /// Puts a family into the group, existing or new, that gains most for each family placed; false if no place gains.
  bool place(FamilyAt family);

  /// Overlooks a choice now and then, so that the same families do not always end in the same groups.
  void set_overlooking(bool overlooks) { overlooks_ = overlooks; }
  /// Large groups before those that are best for each family.
  void set_by_whole_gain(bool by_whole_gain) { by_whole_gain_ = by_whole_gain; }
  /// Looks at no more than so many runs for a new group of one family, the best first.
  void set_most_openings(std::size_t most) { most_openings_ = most; }

 private:
  struct Member {
    FamilyAt family = 0;
    std::int32_t least_children = 0;
    std::int64_t own = 0;
    std::int64_t pairs = 0;  // with those who are in
    std::int64_t children = 0;
  };
  struct Best {
    std::int64_t gain = 0;  // for each family newly placed, or of all of them
    bool found = false, is_new = false;
    RunAt run = 0;
    GroupAt group = 0;
    std::vector<Member> joining;
  };
  void try_joining(FamilyAt family, const Option& option);
  void try_opening(FamilyAt family, const Option& option);
  void gather(FamilyAt family, const Option& option);
  bool grow(RunAt run);
  std::size_t best_addition(std::int64_t room) const;
  [[nodiscard]] std::optional<std::int64_t> score_of(RunAt run) const;
  bool refuse_who_needs_the_largest_group(RunAt run);
  bool overlook(std::size_t one_in) { return overlooks_ && work_.random.below(one_in) == 0; }

  Work& work_;
  bool overlooks_ = false, by_whole_gain_ = false;
  std::size_t most_openings_ = 8;
  Best best_;
  std::vector<Member> in_, waiting_, everybody_;  // of a group that is grown
  std::int64_t children_ = 0, own_ = 0, pairs_ = 0;
  std::size_t best_size_ = 0;
  std::int64_t best_score_ = 0;
};

}  // namespace cp::matching
