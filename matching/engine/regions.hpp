// A country is searched region by region: runs that stand together, the families in their groups and the free families who
// like one of them best. A region has an index of its own, so that what it reads stays in the cache, and regions share
// nothing, so that threads work beside each other and the outcome is the same however many there are.
#pragma once

#include "matching/engine/search.hpp"

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace cp::matching {

class Regions {
 public:
  Regions(const Index& index, const Search& search) : index_(index), search_(search) {}

  /// What is done with a region; its arrangement holds the groups found before.
  using Stage = std::function<void(Work&)>;
  /// Cuts the country anew, elsewhere than the pass before did, and runs the stage in every region. `time_to` is the part
  /// of the caller's time at which the pass should end, `steps` are shared out by families.
  void pass(const Stage& stage, double time_to, std::int64_t steps);
  /// The same regions as the pass before.
  void pass_again(const Stage& stage, double time_to, std::int64_t steps);

  [[nodiscard]] const std::vector<FoundGroup>& found() const { return found_; }
  /// Puts better groups in the place of those found; no pass follows.
  void adopt(std::vector<FoundGroup> found) { found_ = std::move(found); }
  [[nodiscard]] std::int64_t trials() const { return trials_; }
  /// A region had more to try when its time or its steps were used up.
  [[nodiscard]] bool stopped_early() const { return stopped_early_; }
  [[nodiscard]] bool is_one() const { return region_count() == 1; }

 private:
  struct Region {
    std::vector<FamilyAt> families;  // rising
    std::vector<RunAt> runs;         // rising
    std::vector<std::int64_t> places_left;
    std::vector<FoundGroup> found;  // in the numbers of the whole
    std::int64_t trials = 0;
    bool stopped_early = false;
  };
  [[nodiscard]] std::size_t region_count() const;
  void cut();
  void work_on(Region& region, std::uint64_t number, const Stage& stage, const Budget& budget) const;
  static FoundGroup in_part(const Region& region, FoundGroup group);
  void gather();

  const Index& index_;
  const Search& search_;
  std::vector<FoundGroup> found_;
  std::vector<FoundGroup> left_alone_;  // whose families are in groups of several regions
  std::vector<Region> regions_;
  std::vector<std::uint32_t> region_of_run_;
  std::uint64_t passes_ = 0, cuts_ = 0;
  std::int64_t trials_ = 0;
  bool stopped_early_ = false;
};

/// What an arrangement holds: families in rising order, groups as they come.
std::vector<FoundGroup> found_groups(const Arrangement& arrangement);
/// Opens such a group in the work's arrangement.
GroupAt seat(Work& work, const FoundGroup& group);

}  // namespace cp::matching
