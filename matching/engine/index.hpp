// An instance made ready for searching: who may be in which run, and what that is worth. The rules
// about one family and one run are settled here once; the search asks only about groups.
//
// Families and runs are put in the order of where they are, then of what they are, and of their ids only between equals: so
// neighbours stand together in memory, and neither ids nor the order in which things were given change anything.
#pragma once

#include "matching/engine/distance.hpp"
#include "matching/engine/homes.hpp"
#include "matching/engine/ids.hpp"
#include "matching/engine/lists.hpp"
#include "matching/engine/model.hpp"
#include "matching/engine/prices.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace cp::matching {

using FamilyAt = std::uint32_t;
using RunAt = std::uint32_t;

/// Values of one family, or of a pair, in thousandths.
struct OwnTerms {
  std::int64_t interest = 0, distance = 0, waiting = 0, fairness = 0, kept = 0, pinned = 0;
};
struct PairTerms {
  std::int64_t ages = 0, mixing = 0, shared_interests = 0, together = 0;
};

/// A family that breaks none of the rules of this run by itself.
struct Candidate {
  FamilyAt family = 0;
  std::int32_t least_children = 1;  // the smallest group it can afford
  std::int64_t own = 0;             // weighted
};
/// The same, seen from the family.
struct Option {
  RunAt run = 0;
  std::int32_t least_children = 1;
  std::int64_t own = 0;
};

/// A group as the engine found it: families in rising order.
struct FoundGroup {
  RunAt run = 0;
  std::vector<FamilyAt> families;
};

/// Places near each other have numbers near each other.
std::uint64_t order_of_place(Place place);

class Index {
 public:
  /// `instance` must have passed `validate` and outlive this. Families and runs are seen with what agreed groups leave
  /// them; the agreed groups themselves are told apart.
  explicit Index(const Instance& instance);
  /// A part of `whole`, which must outlive it: these families and runs, numbered anew in the order given, and what there is
  /// between them. `places_left` is by run.
  Index(const Index& whole, std::span<const FamilyAt> families, std::span<const RunAt> runs,
        std::span<const std::int64_t> places_left);

  [[nodiscard]] const Policy& policy() const { return policy_; }
  [[nodiscard]] std::size_t family_count() const { return families_.size(); }
  [[nodiscard]] std::size_t run_count() const { return runs_.size(); }
  [[nodiscard]] const Family& family(FamilyAt at) const { return *families_[at].family; }
  [[nodiscard]] const Offer& offer(RunAt at) const { return *runs_[at].offer; }
  [[nodiscard]] const Run& run(RunAt at) const { return *runs_[at].run; }
  [[nodiscard]] std::int64_t children(FamilyAt at) const { return families_[at].children; }
  [[nodiscard]] std::int64_t headroom_pence(FamilyAt at) const { return families_[at].headroom_pence; }
  /// Groups that stay whatever a search finds.
  [[nodiscard]] std::span<const FoundGroup> agreed() const { return agreed_; }
  /// How many groups a family may be in, beside its agreed ones.
  [[nodiscard]] std::int64_t most_groups(FamilyAt at) const { return families_[at].most_groups; }

  /// Who may be in this run, by number.
  [[nodiscard]] std::span<const Candidate> candidates(RunAt at) const { return candidates_[at]; }
  /// The runs this family may be in, the best first.
  [[nodiscard]] std::span<const Option> options(FamilyAt at) const { return options_[at]; }
  [[nodiscard]] const Candidate* find_candidate(RunAt run, FamilyAt family) const;

  [[nodiscard]] std::int64_t least_children(RunAt at) const { return runs_[at].least_children; }
  /// The largest group of this run, by the offer and the places left.
  [[nodiscard]] std::int64_t most_children(RunAt at) const { return runs_[at].most_children; }
  [[nodiscard]] std::int64_t places_left(RunAt at) const { return runs_[at].places_left; }
  /// Whether so many children are a group that has a price.
  [[nodiscard]] bool size_fits(RunAt at, std::int64_t group_children) const {
    const auto& row = runs_[at];
    return group_children >= row.least_children && group_children <= row.most_children &&
           row.prices->has(group_children);
  }
  /// The share of the whole run; only for sizes that fit.
  [[nodiscard]] std::int64_t share(RunAt at, std::int64_t family_children, std::int64_t group_children) const {
    return runs_[at].prices->share(family_children, group_children) * runs_[at].run->sessions;
  }
  /// As far as exclusions, behaviours and languages go.
  [[nodiscard]] bool may_meet(FamilyAt a, FamilyAt b) const {
    return !(pairs_[a].is_picky || pairs_[b].is_picky) || picky_may_meet(a, b);
  }
  /// Nobody can be in groups on both.
  [[nodiscard]] bool clash(RunAt a, RunAt b) const;

  [[nodiscard]] OwnTerms own_terms(RunAt run, FamilyAt family) const;
  [[nodiscard]] PairTerms pair_terms(FamilyAt a, FamilyAt b) const;
  /// Thousandths saved against buying alone; 1,000 if it is not sold to one family.
  [[nodiscard]] std::int64_t saving(RunAt run, std::int64_t family_children, std::int64_t group_children) const {
    return runs_[run].prices->saving(family_children, group_children);
  }
  /// The weighted sum of a pair's terms.
  [[nodiscard]] std::int64_t pair_value(FamilyAt a, FamilyAt b) const;

  /// The integer weight of a group, as docs/matching.md defines it.
  [[nodiscard]] std::int64_t score(RunAt run, std::span<const FamilyAt> group) const;

  [[nodiscard]] const Point& home(FamilyAt at) const { return facts_[at].home; }
  [[nodiscard]] const Point& place(RunAt at) const { return runs_[at].place; }
  /// Whether the run is of what the family wants, or an extra for what it attends.
  [[nodiscard]] bool wants(RunAt run, FamilyAt family) const {
    const auto& row = runs_[run];
    const bool may = (pairs_[family].interests & std::uint64_t{1} << row.activity % 64) != 0;
    return interests_are_bits_ && !row.is_extra ? may : (may || row.is_extra) && wants_by_name(row, family);
  }
  /// The rules about one family and one run that this pair breaks, as `broken_rules` of the instance.
  [[nodiscard]] std::uint32_t broken_rules(RunAt run, FamilyAt family) const;
  /// Whether a family could be in a run by the rules about one family and one run, worked out anew.
  [[nodiscard]] std::optional<Candidate> judge(RunAt run, FamilyAt family) const;
  [[nodiscard]] std::optional<FamilyAt> find_family(std::string_view id) const;

  // In place. What is added must outlive the index and gets the next number; what is removed keeps its number, and is nobody's
  // candidate and of no use.
  FamilyAt add_family(const Family& family);
  void remove_family(FamilyAt at);
  std::vector<RunAt> add_offer(const Offer& offer);
  void remove_run(RunAt at);
  [[nodiscard]] bool is_gone(RunAt at) const { return runs_[at].is_gone; }

 private:
  /// What the search reads of a family by itself.
  struct FamilyRow {
    const Family* family = nullptr;
    std::int64_t headroom_pence = 0;
    std::int32_t children = 0;
    std::int32_t most_groups = 1;
  };
  /// What it reads of two of them, in one line of the cache. Kinds are bits; of more than 64 some share one.
  struct PairRow {
    std::uint64_t needs = 0, interests = 0;
    std::uint64_t behaviours = 0, avoided_behaviours = 0, languages = 0;
    std::int32_t age_thousandths = 0;                 // mean
    std::int16_t mixing_base = 0, mixing_slope = 0;   // of how much needs have in common
    std::uint8_t need_count = 0, interest_count = 0;  // bits of these
    std::uint32_t named = 0;  // the family's number in `company_`, or `nobody`
    bool needs_language = false;
    bool is_picky = false;    // may not meet everybody
  };
  /// What only finding candidates and telling reasons reads of a family.
  struct Facts {
    Place place;
    Point home;
    Reach reach;
    std::int64_t age_min = 0, age_max = 0;
    std::int64_t support_adults = 0, support_children = 1;  // of the child that needs most
    std::int32_t waiting = 0, fairness = 0;                 // terms that are the same in every run
    bool wheelchair = false;
    bool is_limited = false;  // something is not paid for, or some run is forbidden
    bool has_wishes = false;  // to be on some run, its own or a facilitator's
  };
  /// A slot of a family's week.
  struct Hours {
    std::int16_t weekday = 1, from_minute = 0, to_minute = 0;
  };
  /// Families whom a family named or who named it; sorted.
  struct Company {
    std::vector<FamilyAt> avoids, wishes;  // avoiding goes both ways
  };
  /// What is asked of a run again and again, so that its offer need not be looked up.
  struct RunRow {
    const Offer* offer = nullptr;
    const Run* run = nullptr;
    const Prices* prices = nullptr;
    Point place;
    Reach reach;  // for those who are fetched
    std::int64_t least_children = 0, most_children = 0;
    std::int64_t places_left = 0;
    std::int64_t age_min = 0, age_max = 0;
    std::int64_t staff_adults = 0, staff_children = 1;
    std::uint64_t needs = 0;  // catered for
    std::uint32_t activity = 0;
    Hours hours;
    bool every_need = true;
    bool has_access = false;
    bool is_rejected = false;
    bool is_extra = false;
    bool is_gone = false;
  };
  /// A family that an offer suits, and how far its way would be, worked out once it matters.
  struct Suited {
    FamilyAt family = 0;
    std::optional<double> miles;
  };
  static constexpr std::uint32_t nobody = 0xFFFF'FFFF;

  /// Gives texts small numbers.
  class Numbering {
   public:
    std::uint32_t of(const std::string& text) {
      const auto letter = [&text](std::size_t at) { return static_cast<unsigned char>(text.c_str()[at]); };
      auto& recent = recent_[(text.size() * 5 + letter(0) + letter(text.size() / 2) * 3U) % recent_.size()];
      if (!recent.text || *recent.text != text) {
        const auto& [known, number] = *numbers_.try_emplace(text, static_cast<std::uint32_t>(numbers_.size())).first;
        recent = {&known, number};
      }
      return recent.number;
    }
    [[nodiscard]] std::uint32_t known(const std::string& text) const { return numbers_.at(text); }
    [[nodiscard]] bool fits_bits() const { return numbers_.size() <= 64; }

   private:
    /// The same few texts are asked for again and again, and comparing is sooner than looking them up.
    struct Recent {
      const std::string* text = nullptr;
      std::uint32_t number = 0;
    };
    std::unordered_map<std::string, std::uint32_t> numbers_;
    std::array<Recent, 64> recent_;
  };

  void read_families(const Instance& instance);
  void read_family(const Family& family, FamilyAt at);
  void read_interests(const Family& family, PairRow& row);
  void read_kinds();
  [[nodiscard]] PairRow pair_row_of(const Family& family);
  void read_pickiness(FamilyAt at);
  void read_company(FamilyAt at);
  void read_standing(const Instance& given);
  Company& company_of(FamilyAt at);
  void read_runs(const Instance& instance);
  [[nodiscard]] RunRow row_of(const Offer& offer, const Run& run, const Prices& prices);
  void name_back(FamilyAt at);
  [[nodiscard]] std::vector<Suited> suited_to(const RunRow& row) const;
  void append_candidates(const RunRow& row, std::span<Suited> suited);
  void find_candidates();
  [[nodiscard]] bool wants_by_name(const RunRow& row, FamilyAt family) const;
  [[nodiscard]] bool ages_fit(const RunRow& row, FamilyAt family) const;
  [[nodiscard]] bool needs_are_catered_for(const RunRow& row, FamilyAt family) const;
  [[nodiscard]] bool can_get_in(const RunRow& row, FamilyAt family) const;
  [[nodiscard]] bool has_enough_support(const RunRow& row, FamilyAt family) const;
  [[nodiscard]] bool has_room(const RunRow& row, FamilyAt family) const;
  [[nodiscard]] bool may_spend(const RunRow& row, FamilyAt family) const;
  [[nodiscard]] bool is_not_forbidden(const RunRow& row, FamilyAt family) const;
  [[nodiscard]] bool is_free(const RunRow& row, FamilyAt family) const;
  [[nodiscard]] bool is_near_enough(const RunRow& row, FamilyAt family) const;
  [[nodiscard]] std::optional<std::int32_t> least_group(const RunRow& row, FamilyAt family) const;
  [[nodiscard]] bool suits(const RunRow& row, FamilyAt family) const;
  [[nodiscard]] std::optional<Candidate> judge(const RunRow& row, Suited& one) const;
  [[nodiscard]] OwnTerms own_terms(const RunRow& row, FamilyAt family, double miles) const;
  [[nodiscard]] std::int64_t own_value(const OwnTerms& terms) const;
  [[nodiscard]] bool picky_may_meet(FamilyAt a, FamilyAt b) const;
  [[nodiscard]] std::uint32_t likeness_of_needs(FamilyAt a, FamilyAt b) const;
  [[nodiscard]] std::uint32_t likeness_of_interests(FamilyAt a, FamilyAt b) const;
  [[nodiscard]] static PairTerms terms_of(const PairRow& left, const PairRow& right, std::uint32_t needs_alike, std::uint32_t interests_alike);
  [[nodiscard]] std::int64_t together_term(FamilyAt a, FamilyAt b) const;
  [[nodiscard]] std::int64_t weighed(const PairTerms& terms) const;
  [[nodiscard]] std::int64_t pair_value_by_terms(FamilyAt a, FamilyAt b) const;
  [[nodiscard]] std::int64_t with_together(std::int64_t value, FamilyAt a, FamilyAt b) const;

  std::optional<Instance> beside_agreed_;  // if a group is agreed
  Policy policy_;
  std::vector<FoundGroup> agreed_;
  std::unordered_map<std::string_view, std::vector<std::string_view>> kept_;  // runs by family of proposed groups
  Numbering behaviours_, languages_;
  Numbering needs_, activities_;
  bool needs_are_bits_ = true, interests_are_bits_ = true, company_is_bits_ = true;
  std::vector<FamilyRow> families_;
  std::vector<PairRow> pairs_;  // by family
  std::vector<Facts> facts_;    // not of a part
  Lists<Hours> hours_of_;       // the same
  Lists<std::uint32_t> needs_of_, interests_of_;  // numbers by family, sorted; in a part only of more kinds than bits
  Lists<std::int16_t> wanting_;                   // the term of each of these interests; not of a part
  std::vector<Company> company_;
  std::vector<RunRow> runs_;
  std::vector<std::unique_ptr<Prices>> prices_;
  Lists<Candidate> candidates_;  // by run
  Lists<Option> options_;        // by family
  Homes homes_;
  Ids by_id_;
  bool knows_who_named_ = false;
  std::unordered_map<std::string_view, std::vector<FamilyAt>> named_by_;  // once a family was added
};

}  // namespace cp::matching
