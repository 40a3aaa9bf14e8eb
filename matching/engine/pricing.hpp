// The best groups of one run when every family has a price: exactly, by branch and bound.
//
// With a price for each family, what is left of a group's value is its reduced value. The best
// reduced value of each run gives an upper bound of the whole (bound.hpp), and the groups that have
// it are those worth knowing.
#pragma once

#include "matching/engine/index.hpp"

#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace cp::matching {

/// One group of one run with its value.
struct Column {
  RunAt run = 0;
  std::int64_t children = 0;
  std::int64_t value = 0;
  std::vector<FamilyAt> families;  // sorted
  auto operator<=>(const Column&) const = default;
};

/// Of three things, each of which can be used once, at most one group can use two: a cut of the
/// linear program. A thing is a family, or a run that can have one group only, as family_count + run.
struct Cut {
  std::array<std::uint32_t, 3> things{};
  std::int64_t price = 0;  // even
};

[[nodiscard]] bool uses_two(const Column& column, const Cut& cut, std::size_t family_count);

/// What a group is charged for its families and for the cuts it fills.
struct Charges {
  std::vector<std::int64_t> families;
  std::vector<Cut> cuts;
};

/// Whole numbers are divided towards minus infinity.
constexpr std::int64_t floor_division(std::int64_t value, std::int64_t by) {
  return value / by - (value % by < 0 ? 1 : 0);
}

class RunPricing {
 public:
  /// Only families that `allowed` has are considered; empty is all.
  RunPricing(const Index& index, RunAt run, const std::vector<bool>& allowed);

  struct Question {
    const Charges* prices = nullptr;
    /// By size in children from 0: only reduced values above are of interest.
    std::vector<std::int64_t> above;
    /// Everything above, not only what is better than what was found before.
    bool everything = false;
    /// Only the best of all sizes: `bounds` then hold for the best of them, not for each size.
    bool best_size_only = false;
    std::int64_t nodes = 10'000;
    std::size_t columns = 1'000'000;  // at most
    /// By family: only groups of these; null is all.
    const std::vector<char>* allowed = nullptr;
  };
  struct Answer {
    /// By size: no group has a reduced value above this, which is `above` at least.
    std::vector<std::int64_t> bounds;
    std::vector<Column> columns;
    bool is_exact = true;  // false where nodes or columns ran out: `bounds` may then be too high
    std::int64_t nodes = 0;
  };
  [[nodiscard]] Answer price(const Question& question) const;

  [[nodiscard]] RunAt run() const { return run_; }
  [[nodiscard]] std::int64_t most_children() const { return most_children_; }
  [[nodiscard]] std::int64_t fewest_children() const { return fewest_children_; }
  [[nodiscard]] bool has_size(std::int64_t children) const {
    return has_size_[static_cast<std::size_t>(children)] != 0;
  }
  /// How many groups the run has places for at most.
  [[nodiscard]] std::int64_t most_groups() const { return most_groups_; }
  /// What groups of the run may use together: `most`, where one of so many children uses `of_size`.
  struct Limit {
    std::int64_t most = 1;
    std::vector<std::int64_t> of_size;
  };
  /// Their number, their places, and what follows for those that are large against the places: of groups with more than a
  /// third of them, at most two. A linear program does not know that by itself.
  [[nodiscard]] std::vector<Limit> limits() const;
  [[nodiscard]] std::vector<FamilyAt> families() const;
  [[nodiscard]] bool can_have_groups() const { return most_groups_ > 0; }

 private:
  friend class PricingSearch;
  friend class Climbing;
  /// So low that no group with such a pair is worth anything.
  static constexpr std::int32_t may_not_meet = -(1 << 28);
  static constexpr std::int64_t impossible = std::numeric_limits<std::int64_t>::min() / 1'000'000;
  struct Member {
    FamilyAt family = 0;
    std::int64_t children = 1;
    std::int64_t own = 0;
    std::int64_t headroom = 0;
  };
  [[nodiscard]] std::int32_t pair(std::size_t a, std::size_t b) const { return pairs_[a * members_.size() + b]; }
  [[nodiscard]] std::int64_t best_pairs(std::size_t member, std::int64_t others) const {
    return best_pairs_[member * static_cast<std::size_t>(most_children_) + static_cast<std::size_t>(others)];
  }

  [[nodiscard]] std::uint32_t member_of(FamilyAt family) const;
  /// What the member is worth in a group of that size, pairs aside; only if it may be in one.
  [[nodiscard]] std::int64_t own(std::size_t size, std::size_t member) const { return own_[size * members_.size() + member]; }
  [[nodiscard]] bool may_be(std::size_t size, std::size_t member) const { return own(size, member) != impossible; }

  const Index& index_;
  RunAt run_;
  std::int64_t most_children_ = 0, fewest_children_ = 0, most_groups_ = 0, minimum_families_ = 1;
  std::vector<Member> members_;
  std::vector<std::int32_t> pairs_;             // value of a pair, or may_not_meet
  struct Partner {
    std::uint32_t member = 0;
    std::int32_t value = 0;
  };
  std::vector<Partner> partners_;               // for each member the others it may meet, the best first
  std::vector<std::size_t> first_partner_;      // by member, and the end
  std::vector<std::int64_t> best_pairs_;        // by member and number of others: the sum of the best
  std::vector<char> has_size_;                  // by children
  std::vector<std::int64_t> own_;               // by size and member, with what it saves; or impossible
};

/// What a group uses up that can be used once: its families, and its run if that can have one group.
std::vector<std::uint32_t> things_of(const Column& column, std::uint32_t family_count, const RunPricing& run);

}  // namespace cp::matching
