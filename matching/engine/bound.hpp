// How good a proposal can be at most, and the groups that matter for being as good: column
// generation. A linear program over the groups known so far gives each family a price; pricing finds
// groups that are worth more than the prices of their families, until there are none.
//
// At any prices, their sum and the best each run could have at them is an upper bound of the whole
// (docs/matching.md says why). It is worked out in whole numbers, whatever the linear program said.
#pragma once

#include "matching/engine/climbing.hpp"
#include "matching/engine/linear_program.hpp"
#include "matching/engine/losses.hpp"
#include "matching/engine/pricing.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <unordered_set>
#include <vector>

namespace cp::matching {

/// A part of an instance: these runs, with these families alone. Empty is all.
struct Scope {
  std::vector<RunAt> runs;
  std::vector<bool> families;
};

class ColumnGeneration {
 public:
  ColumnGeneration(const Index& index, const Scope& scope, std::function<bool()> stop);

  /// A group to start from; one that is known already is nothing new. True if it was new.
  bool add(Column column);
  /// Charges to start from, by family; those of a good proposal spare many rounds.
  void start_at(std::vector<std::int64_t> family_prices);

  /// Moves the prices from where they are to where the bound is low, without a linear program: families whom more runs want
  /// than may have them get dearer, those whom nobody wants cheaper. Quick at first and never quite there: before `generate`.
  /// `target` is what is known to be reachable. One round in a few prices exactly, the others only look for good groups.
  /// `time_left` tells how long there is, in whatever unit, so that it ends with exact rounds.
  void approach(std::int64_t target, std::int64_t rounds, const std::function<double()>& time_left = {});
  /// Goes on until no group is worth more than its prices, the bound is at most `target`, or it is
  /// stopped.
  void generate(std::int64_t target);
  /// Cuts that what the linear program answers now breaks; how many were found. Only with one group
  /// for each family.
  std::size_t add_cuts();

  [[nodiscard]] bool has_bound() const { return bound_.has_value(); }
  [[nodiscard]] std::int64_t bound() const { return *bound_; }
  [[nodiscard]] bool has_converged() const { return converged_; }
  /// Every pricing of the best bound was finished.
  [[nodiscard]] bool bound_is_exact() const { return bound_is_exact_; }
  [[nodiscard]] const std::vector<Column>& pool() const { return pool_; }
  [[nodiscard]] const Charges& best_prices() const { return best_prices_; }
  [[nodiscard]] std::int64_t rounds() const { return rounds_; }
  [[nodiscard]] const std::vector<RunPricing>& runs() const { return runs_; }
  /// What groups of a run may use together, with the cuts so far; `at` is its place among `runs`.
  [[nodiscard]] std::vector<RunPricing::Limit> limits(std::size_t at) const;
  [[nodiscard]] const RunPricing* pricing_of(RunAt run) const {
    return run_at_[run] < 0 ? nullptr : &runs_[static_cast<std::size_t>(run_at_[run])];
  }

  /// All groups that a solution worth `least` or more may have, if they are no more than `most`.
  [[nodiscard]] Losses::Groups columns_for(std::int64_t least, std::size_t most, const std::function<bool()>& stop) const;

 private:
  struct Point {
    std::vector<double> families, limits, cuts, fillings;
  };
  /// What groups of a run may use together so that it is no more than a whole number of them could: by size in children,
  /// against 1.
  struct Filling {
    std::vector<double> of_size;
    int row = 0;
  };
  void add_rows();
  std::size_t add_filling_cuts();
  std::size_t add_company_cuts();
  void add_to_program(const Column& column);
  [[nodiscard]] Point program_point() const;
  [[nodiscard]] Point between(const Point& from, const Point& to, double part) const;
  [[nodiscard]] Charges rounded(const Point& point) const;
  struct Found {
    std::size_t columns = 0;
    bool is_exact = true, is_better = false;
  };
  std::optional<Found> price_all(const Point& point);
  /// What every run would do at these prices.
  struct Wanted {
    std::int64_t bound = 0;
    bool is_exact = true;
    std::vector<std::int32_t> uses;          // by row: in how many groups the family would be
    std::vector<std::int64_t> worth_of_run;  // after prices
  };
  /// Exactly, or only as far as climbing leads: then the bound is a guess.
  std::optional<Wanted> wants_at(const Charges& prices, bool exactly);
  std::int64_t want(std::size_t run, const Charges& prices, bool exactly, Wanted& wanted);
  void note_point(const Point& point, const Charges& prices, const Wanted& wanted);
  void take_wanted();
  [[nodiscard]] std::int64_t price_of_capacities(const Charges& prices) const;

  const Index& index_;
  std::function<bool()> stop_;
  std::vector<RunPricing> runs_;
  std::vector<std::int32_t> run_at_, row_of_family_;  // -1: not in the scope
  std::vector<FamilyAt> families_;                    // by row
  std::vector<std::vector<RunPricing::Limit>> limits_;  // by run in scope
  std::vector<int> first_limit_row_;
  std::vector<Column> pool_;
  std::unordered_set<std::uint64_t> known_;
  std::vector<std::vector<Column>> liked_;  // by run in scope and size: the best at the last prices of `approach`
  std::vector<Column> wanted_;              // by runs in the rounds of `approach`
  Climbing climbing_;
  LinearProgram program_;
  std::vector<Cut> cuts_;
  std::vector<int> cut_rows_;
  std::vector<Filling> fillings_;
  std::vector<std::vector<std::size_t>> fillings_of_;  // by run in scope
  int first_cut_row_ = 0;

  std::optional<std::int64_t> bound_;
  bool bound_is_exact_ = false, converged_ = false;
  Point best_point_;
  Charges best_prices_;
  bool has_point_ = false;
  std::int64_t rounds_ = 0;
  /// Of the pricing of one run. A few runs cut off too soon spoil the bound of all.
  std::int64_t nodes_ = 30'000;
};

}  // namespace cp::matching
