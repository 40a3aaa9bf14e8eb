// An instance made ready for searching: who may be in which run, and what that is worth. The rules
// about one family and one run are settled here once; the search asks only about groups.
//
// Families, offers and runs are put in the order of their ids, so that the order in which they were
// given changes nothing.
#pragma once

#include "matching/engine/model.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace cp::matching {

using FamilyAt = std::uint32_t;
using RunAt = std::uint32_t;

/// Values of one family, or of a pair, in thousandths.
struct OwnTerms {
  std::int64_t interest = 0, distance = 0, waiting = 0;
};
struct PairTerms {
  std::int64_t ages = 0, mixing = 0, shared_interests = 0, together = 0;
};

/// A family that breaks none of the rules of this run by itself.
struct Candidate {
  FamilyAt family = 0;
  std::int64_t own = 0;             // weighted
  std::int64_t least_children = 1;  // the smallest group it can afford
};
/// The same, seen from the family.
struct Option {
  RunAt run = 0;
  std::int64_t own = 0;
};

class Index {
 public:
  /// `instance` must have passed `validate` and outlive this.
  explicit Index(const Instance& instance);

  [[nodiscard]] const Policy& policy() const { return policy_; }
  [[nodiscard]] std::size_t family_count() const { return families_.size(); }
  [[nodiscard]] std::size_t run_count() const { return runs_.size(); }
  [[nodiscard]] const Family& family(FamilyAt at) const { return *families_[at]; }
  [[nodiscard]] const Offer& offer(RunAt at) const { return *runs_[at].offer; }
  [[nodiscard]] const Run& run(RunAt at) const { return *runs_[at].run; }
  [[nodiscard]] std::int64_t children(FamilyAt at) const { return children_[at]; }

  [[nodiscard]] std::span<const Candidate> candidates(RunAt at) const { return candidates_[at]; }
  /// The runs this family may be in, the best first.
  [[nodiscard]] std::span<const Option> options(FamilyAt at) const { return options_[at]; }
  [[nodiscard]] const Candidate* find_candidate(RunAt run, FamilyAt family) const;

  /// The largest group of this run, by the offer and the places left.
  [[nodiscard]] std::int64_t most_children(RunAt at) const { return runs_[at].most_children; }
  /// Whether so many children are a group that has a price.
  [[nodiscard]] bool size_fits(RunAt at, std::int64_t group_children) const;
  /// The share of the whole run; only for sizes that fit.
  [[nodiscard]] std::int64_t share(RunAt at, std::int64_t family_children, std::int64_t group_children) const;
  [[nodiscard]] bool may_meet(FamilyAt a, FamilyAt b) const;

  [[nodiscard]] OwnTerms own_terms(RunAt run, FamilyAt family) const;
  [[nodiscard]] PairTerms pair_terms(FamilyAt a, FamilyAt b) const;
  /// Thousandths saved against buying alone; 1,000 if it is not sold to one family.
  [[nodiscard]] std::int64_t saving(RunAt run, std::int64_t family_children, std::int64_t group_children) const;
  /// The weighted sum of a pair's terms.
  [[nodiscard]] std::int64_t pair_value(FamilyAt a, FamilyAt b) const;

  /// The integer weight of a group, as docs/matching.md defines it.
  [[nodiscard]] std::int64_t score(RunAt run, std::span<const FamilyAt> group) const;

 private:
  struct RunRow {
    const Offer* offer = nullptr;
    const Run* run = nullptr;
    std::int64_t most_children = 0;
    std::vector<std::int64_t> prices;               // of a session by children; -1 is not sold
    std::vector<std::optional<std::int64_t>> alone;  // of the run by a family's children
  };
  void read_families(const Instance& instance);
  void read_runs(const Instance& instance);
  void find_candidates();
  [[nodiscard]] std::int64_t own_value(RunAt run, FamilyAt family) const;

  Policy policy_;
  std::vector<const Family*> families_;
  std::vector<std::int64_t> children_;
  std::vector<std::int64_t> age_thousandths_;           // mean
  std::vector<std::vector<std::uint32_t>> needs_;       // numbered, sorted
  std::vector<std::vector<std::uint32_t>> interests_;   // numbered, sorted
  std::vector<std::vector<FamilyAt>> avoids_, wishes_;  // sorted; avoiding goes both ways
  std::vector<RunRow> runs_;
  std::vector<std::vector<Candidate>> candidates_;  // by family
  std::vector<std::vector<Option>> options_;
};

}  // namespace cp::matching
