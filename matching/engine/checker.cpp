#include "matching/engine/checker.hpp"

#include "matching/engine/checker_moves.hpp"
#include "matching/engine/checker_rules.hpp"
#include "matching/engine/checker_values.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <set>
#include <unordered_map>
#include <unordered_set>

namespace cp::matching {
namespace {

using namespace checking;

constexpr std::size_t most_sentences = 1'000;
constexpr double term_tolerance = 1e-9;
/// A little less than it is.
constexpr double miles_in_a_degree = 69.0;
constexpr double degrees_of_row = 0.05;

struct Bought {
  const Offer* offer = nullptr;
  const Run* run = nullptr;
};

/// What new groups take beside what agreed ones took: these may have taken too much already, which
/// is no fault of the proposal.
struct Amount {
  std::int64_t agreed = 0, added = 0;
  void add(bool is_agreed, std::int64_t amount) { (is_agreed ? agreed : added) += amount; }
  [[nodiscard]] bool within(std::int64_t most) const { return added == 0 || agreed + added <= most; }
};

struct Seat {
  Bought bought;
  bool agreed = false;
};

/// What the proposal does with one family.
struct Taking {
  std::vector<Seat> seats;
  std::vector<const Run*> busy;  // with agreed groups
  Amount pence;
};

class Check {
 public:
  Check(const Instance& instance, const Proposal& proposal)
      : proposal_(proposal), policy_(instance.policy ? *instance.policy : Policy{}) {
    for (const auto& family : instance.families) families_.emplace(family.id, &family);
    for (const auto& offer : instance.offers) {
      for (const auto& run : offer.runs) runs_.emplace(run.id, Bought{&offer, &run});
    }
    for (const auto& group : instance.standing) {
      if (group.standing == Standing::agreed) {
        agreed_.emplace(group.run, std::set<std::string>(group.families.begin(), group.families.end()));
        continue;
      }
      for (const auto& id : group.families) was_on_[id].insert(group.run);
    }
  }

  void rules() {
    for (std::size_t at = 0; at < proposal_.groups.size(); ++at) {
      where_ = "Group " + std::to_string(at + 1);
      check_group(proposal_.groups[at]);
    }
    where_ = "The whole";
    require(agreed_.empty(), "an agreed group is missing");
    check_places();
    check_families();
    check_everybody_is_told();
  }

  void values_and_words() {
    std::int64_t score = 0;
    for (std::size_t at = 0; at < proposal_.groups.size(); ++at) {
      where_ = "Group " + std::to_string(at + 1);
      check_value(proposal_.groups[at]);
      score += proposal_.groups[at].score;
    }
    where_ = "The whole";
    require(score == proposal_.score, "the score is not the sum of the groups' scores");
    check_bound();
    sort_by_place();
    for (const auto& left : proposal_.left_out) check_reason(left);
    for (std::size_t at = 0; at < proposal_.unmet.size(); ++at) {
      where_ = "Unmet need " + std::to_string(at + 1);
      check_unmet(proposal_.unmet[at]);
    }
    where_ = "The whole";
    check_pins();
    check_moves();
  }

  std::vector<std::string> take() && { return std::move(wrong_); }

 private:
  void require(bool holds, const std::string& otherwise) {
    if (!holds && wrong_.size() < most_sentences) wrong_.push_back(where_ + ": " + otherwise + ".");
  }

  // -------------------------------------------------------------- groups

  void check_group(const Group& group) {
    const auto found = runs_.find(group.run);
    if (found == runs_.end() || found->second.offer->id != group.offer) {
      return require(false, "there is no such offer and run");
    }
    const auto bought = found->second;
    std::int64_t children = 0;
    std::vector<const Family*> members;
    for (const auto& entry : group.families) {
      const auto family = families_.find(entry.id);
      if (family == families_.end()) return require(false, "there is no family " + entry.id);
      members.push_back(family->second);
      children += static_cast<std::int64_t>(family->second->children.size());
      require(entry.children == static_cast<std::int64_t>(family->second->children.size()),
              entry.id + " has another number of children");
    }
    if (members.empty()) return require(false, "nobody is in it");
    const bool agreed = group.standing == Standing::agreed;
    require(!group.reasons.empty(), "it gives no reasons");
    if (agreed) check_agreed(group);
    else check_new_group(bought, members, children);
    for (std::size_t at = 0; at < members.size(); ++at) {
      check_money(group.families[at], bought, children);
      auto& taking = taking_[members[at]];
      taking.seats.push_back({bought, agreed});
      taking.pence.add(agreed, group.families[at].share_pence);
      if (agreed) taking.busy.push_back(bought.run);
      taken_[bought.run].add(agreed, group.families[at].children);
    }
    // Nobody joins an agreed group, so it keeps nobody away either.
    if (!agreed) groups_on_[bought.run].push_back(std::move(members));
  }

  /// A group of before is not held against the rules again; it has to be there as it was.
  void check_agreed(const Group& group) {
    std::set<std::string> members;
    for (const auto& entry : group.families) members.insert(entry.id);
    const auto [first, last] = agreed_.equal_range(group.run);
    const auto found = std::find_if(first, last, [&](const auto& one) { return one.second == members; });
    if (found == last) return require(false, "no agreed group is like it");
    agreed_.erase(found);
  }

  void check_new_group(const Bought& bought, const std::vector<const Family*>& members, std::int64_t children) {
    require(static_cast<std::int64_t>(members.size()) >= policy_.minimum_families, "it has too few families");
    require(children >= bought.offer->minimum_children, "it is below the smallest group");
    require(children <= bought.offer->maximum_children, "it is above the largest group");
    for (std::size_t at = 0; at < members.size(); ++at) {
      const auto& family = *members[at];
      // Money, times and places are looked at over all groups.
      const Left everything{family.headroom_pence, bought.run->places_left, nullptr};
      if (const auto broken = first_failing(family, *bought.offer, *bought.run, everything)) {
        require(false, family.id + " may not be in it: " + std::string(name(*broken)));
      }
      for (std::size_t other = 0; other < at; ++other) {
        require(members[other] != members[at], family.id + " is in it twice");
        require(may_be_together(family, *members[other]), family.id + " is with a family that it may not meet");
        require(have_words(family, *members[other]), family.id + " has no language in common with another family");
      }
    }
  }

  void check_money(const GroupFamily& entry, const Bought& bought, std::int64_t children) {
    const auto share = share_of(*bought.offer, *bought.run, entry.children, children);
    if (share < 0) return require(false, "no tier is for its size");
    require(entry.share_pence == share, entry.id + " has a wrong share");
    const auto alone = share_of(*bought.offer, *bought.run, entry.children, entry.children);
    require(entry.alone_pence.value_or(-1) == alone, entry.id + " has a wrong price alone");
  }

  // -------------------------------------------------------------- all groups

  void check_places() {
    for (const auto& [run, children] : taken_) {
      require(children.within(run->places_left), "run " + run->id + " has too few places");
    }
  }

  void check_families() {
    for (const auto& [family, taking] : taking_) {
      const auto& seats = taking.seats;
      const auto most = std::min(family->wished_groups.value_or(policy_.groups_per_family), policy_.groups_per_family);
      Amount groups;
      for (const auto& seat : seats) groups.add(seat.agreed, 1);
      require(groups.within(most), family->id + " is in too many groups");
      require(taking.pence.within(family->headroom_pence), family->id + " pays more than its headroom");
      for (std::size_t at = 0; at < seats.size(); ++at) {
        for (std::size_t other = 0; other < at; ++other) {
          require(may_both(*family, seats[at], seats[other]), family->id + " is in two groups at the same time");
        }
      }
    }
  }

  static bool may_both(const Family& family, const Seat& a, const Seat& b) {
    if ((a.agreed && b.agreed) || !at_once(*a.bought.run, *b.bought.run)) return true;
    if (a.bought.run == b.bought.run) return false;
    // Where a group is agreed, its time is gone from the family's week, and only who attends the extra's session may still
    // have it.
    if (a.agreed || b.agreed) return attends(family, *(a.agreed ? b : a).bought.offer);
    return !exclude_each_other(*a.bought.offer, *a.bought.run, *b.bought.offer, *b.bought.run);
  }

  void check_everybody_is_told() {
    std::unordered_set<const Family*> told;
    for (const auto& left : proposal_.left_out) {
      const auto found = families_.find(left.family);
      if (found == families_.end()) {
        require(false, "a family left out is not known");
        continue;
      }
      require(told.insert(found->second).second, left.family + " is left out twice");
      require(!taking_.contains(found->second), left.family + " is left out and in a group");
      require(!left.text.empty() && !left.what_would_help.empty(), left.family + " is left out without a reason");
    }
    for (const auto& [id, family] : families_) {
      require(taking_.contains(family) || told.contains(family), std::string(id) + " is neither in a group nor left out");
    }
  }

  // -------------------------------------------------------------- values

  void check_value(const Group& group) {
    const auto bought = runs_.find(group.run);
    if (bought == runs_.end()) return;
    std::vector<MemberOf> members;
    for (const auto& entry : group.families) {
      const auto family = families_.find(entry.id);
      if (family == families_.end()) return;
      const auto before = was_on_.find(entry.id);
      members.push_back({family->second, before != was_on_.end() && before->second.contains(group.run)});
    }
    if (members.empty()) return;
    const auto value = value_of(policy_, *bought->second.offer, *bought->second.run, members);
    require(std::abs(group.score - value.score) <= value.tolerance,
            "its score is " + std::to_string(group.score) + ", not " + std::to_string(value.score));
    check_terms(group.terms, value);
  }

  void check_terms(const Terms& told, const Valued& value) {
    const auto& right = value.terms;
    const auto slack = value.tolerance > 0 ? 1e-3 : term_tolerance;
    const auto same = [&](const char* what, double one, double other) {
      require(std::abs(one - other) <= slack, std::string("its term ") + what + " is wrong");
    };
    same("interest", told.interest, right.interest);
    same("distance", told.distance, right.distance);
    same("waiting", told.waiting, right.waiting);
    same("saving", told.saving, right.saving);
    same("ages", told.ages, right.ages);
    same("mixing", told.mixing, right.mixing);
    same("shared_interests", told.shared_interests, right.shared_interests);
    same("together", told.together, right.together);
    same("fairness", told.fairness, right.fairness);
    same("kept", told.kept, right.kept);
    same("pinned", told.pinned, right.pinned);
  }

  void check_bound() {
    if (proposal_.gap) require(proposal_.bound.has_value(), "it tells a gap without a bound");
    if (!proposal_.bound) return;
    const auto bound = *proposal_.bound;
    require(bound >= proposal_.score, "the bound is below the score");
    if (!proposal_.gap) return;
    const auto gap = bound == 0 ? 0 : static_cast<double>(bound - proposal_.score) / static_cast<double>(bound);
    require(std::abs(*proposal_.gap - gap) < 1e-6, "the gap is not that of bound and score");
  }

  // -------------------------------------------------------------- reasons

  Left left_for(const Family& family, const Run& run) const {
    Left left{family.headroom_pence, run.places_left, nullptr};
    if (const auto found = taking_.find(&family); found != taking_.end()) {
      left.headroom_pence = std::max<std::int64_t>(0, left.headroom_pence - found->second.pence.agreed);
      left.busy = &found->second.busy;
    }
    if (const auto found = taken_.find(&run); found != taken_.end()) {
      left.places = std::max<std::int64_t>(0, left.places - found->second.agreed);
    }
    return left;
  }

  void check_reason(const LeftOut& told) {
    const auto family = families_.find(told.family);
    if (family == families_.end()) return;
    if (!told.run) {
      return require(told.reason == Rule::activity && !somebody_offers_what(*family->second),
                     told.family + " is told that nobody offers what it wants");
    }
    const auto bought = runs_.find(*told.run);
    if (bought == runs_.end()) return require(false, told.family + " is told of a run that there is not");
    require(is_confirmed(told.reason, *family->second, bought->second),
            told.family + " is left out by " + std::string(name(told.reason)) + ", which is not so");
  }

  bool somebody_offers_what(const Family& family) {
    if (offered_.empty()) {
      for (const auto& [id, bought] : runs_) offered_.insert(bought.offer->activity_type);
    }
    for (const auto& interest : family.interests) {
      if (offered_.contains(interest.activity_type)) return true;
    }
    return false;
  }

  bool is_confirmed(Rule reason, const Family& family, const Bought& bought) {
    const auto failing = first_failing(family, *bought.offer, *bought.run, left_for(family, *bought.run));
    if (failing) return *failing == reason;
    if (reason < Rule::places) return false;
    if (family.wished_groups == 0) return reason == Rule::chosen;
    const bool too_few = others_are_too_few(family, bought);
    if (too_few || reason == Rule::others) return too_few && reason == Rule::others;
    const auto taken = taken_.find(bought.run);
    const auto left = bought.run->places_left - (taken == taken_.end() ? 0 : taken->second.agreed + taken->second.added);
    const bool is_full = left < static_cast<std::int64_t>(family.children.size());
    if (is_full || reason == Rule::places) return is_full && reason == Rule::places;
    if (reason == Rule::exclusion || reason == Rule::language) return is_kept_away(reason, family, bought);
    return reason == Rule::chosen;
  }

  /// Every group there has somebody whom the family may not meet.
  bool is_kept_away(Rule reason, const Family& family, const Bought& bought) {
    const auto found = groups_on_.find(bought.run);
    if (found == groups_on_.end()) return false;
    bool is_avoided = false;
    for (const auto& members : found->second) {
      bool away = false;
      for (const auto* member : members) {
        is_avoided = is_avoided || !may_be_together(*member, family);
        away = away || !may_be_together(*member, family) || !have_words(*member, family);
      }
      if (!away) return false;
    }
    return is_avoided == (reason == Rule::exclusion);
  }

  /// Those who could share the run with the family are fewer than a pool, or have together fewer children than the smallest
  /// group allowed that the family can pay for.
  bool others_are_too_few(const Family& family, const Bought& bought) {
    const auto& could_be_there = candidates_of(bought);
    const auto needed = smallest_group(family, *bought.offer, *bought.run, left_for(family, *bought.run)).value_or(0);
    std::int64_t children = 0, families = 0;
    for (const auto* other : could_be_there) {
      if (other != &family && (!may_be_together(family, *other) || !have_words(family, *other))) continue;
      children += static_cast<std::int64_t>(other->children.size());
      ++families;
    }
    return children < needed || families < policy_.minimum_families;
  }

  void sort_by_place() {
    for (const auto& [id, family] : families_) {
      rows_[row_of(family->place.lat)].push_back(family);
      furthest_miles_ = std::max(furthest_miles_, family->max_miles);
    }
    for (auto& [row, families] : rows_) {
      std::sort(families.begin(), families.end(), [](const Family* a, const Family* b) { return a->place.lon < b->place.lon; });
    }
  }
  static int row_of(double lat) { return static_cast<int>(std::floor(lat / degrees_of_row)); }

  /// Everybody who may be within so many miles, and some who are not: rows of latitude, each in the order of longitude.
  template <class Look>
  void look_around(const Place& place, double miles, const Look& look) const {
    const auto degrees = miles / miles_in_a_degree + 1e-6;
    const auto furthest_lat = std::min(90.0, std::abs(place.lat) + degrees);
    const auto narrowest = std::cos(furthest_lat * std::numbers::pi / 180);
    const auto east = narrowest * 180 > degrees ? degrees / narrowest : 180;
    const bool is_around = place.lon - east < -180 || place.lon + east > 180;
    for (auto row = rows_.lower_bound(row_of(place.lat - degrees)); row != rows_.end(); ++row) {
      if (row->first > row_of(place.lat + degrees)) return;
      const auto& families = row->second;
      auto at = is_around ? families.begin()
                          : std::lower_bound(families.begin(), families.end(), place.lon - east,
                                             [](const Family* family, double west) { return family->place.lon < west; });
      for (; at != families.end() && (is_around || (*at)->place.lon <= place.lon + east); ++at) look(*at);
    }
  }

  /// Everybody whom no rule about one family keeps from the run.
  const std::vector<const Family*>& candidates_of(const Bought& bought) {
    const auto tried = candidates_.try_emplace(bought.run);
    const auto known = tried.first;  // clang 14 lets no lambda use a structured binding
    const bool is_new = tried.second;
    if (!is_new) return known->second;
    const auto look_at = [&](const Family* family) {
      const auto found = taking_.find(family);
      if (found != taking_.end() && std::count(found->second.busy.begin(), found->second.busy.end(), bought.run) > 0) return;
      if (most_groups_of(*family) <= 0 || first_failing(*family, *bought.offer, *bought.run, left_for(*family, *bought.run))) return;
      known->second.push_back(family);
    };
    look_around(bought.offer->place, std::max(furthest_miles_, bought.offer->collects_within_miles.value_or(0)),
                [&](const Family* family) {
                  if (!attends(*family, *bought.offer)) look_at(family);
                });
    if (!bought.offer->extra) return known->second;
    const auto& there = bought.offer->extra->attended_by;
    for (const auto& id : std::set<std::string>(there.begin(), there.end())) {
      if (const auto found = families_.find(id); found != families_.end()) look_at(found->second);
    }
    return known->second;
  }

  // -------------------------------------------------------------- unmet needs and pins

  void check_unmet(const UnmetNeed& need) {
    require(static_cast<std::int64_t>(need.families.size()) >= policy_.minimum_families, "it has too few families");
    std::vector<const Family*> members;
    std::int64_t children = 0, youngest = 1'000, oldest = 0;
    for (const auto& id : need.families) {
      const auto found = families_.find(id);
      if (found == families_.end()) return require(false, "there is no family " + id);
      const auto& family = *found->second;
      require(!taking_.contains(&family), id + " is in a group");
      bool wants = false, is_free = false;
      for (const auto& interest : family.interests) wants = wants || interest.activity_type == need.activity_type;
      for (const auto& slot : family.slots) {
        is_free = is_free || (slot.weekday == need.slot.weekday && slot.from_minute <= need.slot.from_minute &&
                              need.slot.to_minute <= slot.to_minute);
      }
      require(wants, id + " does not want it");
      require(is_free, id + " is not free then");
      const auto miles = chord_miles(need.place, family.place);
      require(miles <= std::min(family.max_miles, need.within_miles) + miles_tolerance, id + " is too far away");
      for (const auto& child : family.children) {
        ++children;
        youngest = std::min(youngest, child.age_years);
        oldest = std::max(oldest, child.age_years);
      }
      for (const auto* other : members) {
        require(other != &family && may_be_together(*other, family) && have_words(*other, family),
                id + " may not meet another family");
      }
      members.push_back(&family);
    }
    require(children == need.children && youngest == need.age_min && oldest == need.age_max, "its children are others");
  }

  void check_pins() {
    std::set<std::pair<std::string_view, std::string_view>> told;
    for (const auto& missed : proposal_.pins_missed) told.emplace(missed.family, missed.run);
    for (const auto& [id, family] : families_) {
      for (const auto& run : family->pinned) {
        bool is_there = false;
        if (const auto found = taking_.find(family); found != taking_.end()) {
          for (const auto& seat : found->second.seats) is_there = is_there || seat.bought.run->id == run;
        }
        require(is_there != told.contains({id, run}), std::string(id) + " has a pin that is kept and missed, or neither");
      }
    }
  }

  // -------------------------------------------------------------- moves

  /// Only what is claimed: that no move is left, and how many would rather be elsewhere.
  void check_moves() {
    if (!proposal_.blocking_moves && !proposal_.rather_elsewhere) return;
    Scene scene;
    scene.policy = &policy_;
    for (const auto& [id, bought] : runs_) scene.runs.push_back({bought.offer, bought.run});
    for (const auto& group : proposal_.groups) {
      const auto found = runs_.find(group.run);
      if (group.standing == Standing::agreed || found == runs_.end()) continue;
      auto& made = scene.groups.emplace_back();
      made.at = {found->second.offer, found->second.run};
      for (const auto& entry : group.families) {
        if (const auto family = families_.find(entry.id); family != families_.end()) made.families.push_back(family->second);
      }
    }
    scene.candidates = [this](const Scene::Place& at) -> const std::vector<const Family*>& {
      return candidates_of({at.offer, at.run});
    };
    scene.left = [this](const Family& family, const Run& run) { return left_for(family, run); };
    scene.was_on = [this](const Family& family, const Run& run) {
      const auto found = was_on_.find(family.id);
      return found != was_on_.end() && found->second.contains(run.id);
    };
    scene.most_groups = [this](const Family& family) { return most_groups_of(family); };
    const auto moves = look_for_moves(scene);
    require(!proposal_.blocking_moves || *proposal_.blocking_moves >= moves.blocking,
            std::to_string(moves.blocking) + " moves are left, so of " + moves.example);
    require(!proposal_.rather_elsewhere || (*proposal_.rather_elsewhere >= moves.rather &&
                                            *proposal_.rather_elsewhere <= moves.rather_at_most),
            std::to_string(moves.rather) + " families would rather be in another group");
  }

  /// Beside its agreed ones.
  std::int64_t most_groups_of(const Family& family) const {
    const auto most = std::min(family.wished_groups.value_or(policy_.groups_per_family), policy_.groups_per_family);
    const auto found = taking_.find(&family);
    return most - (found == taking_.end() ? 0 : static_cast<std::int64_t>(found->second.busy.size()));
  }

  const Proposal& proposal_;
  Policy policy_;
  std::unordered_map<std::string_view, const Family*> families_;
  std::unordered_map<std::string_view, Bought> runs_;
  std::unordered_map<std::string_view, std::set<std::string_view>> was_on_;
  std::multimap<std::string, std::set<std::string>> agreed_;
  std::unordered_map<const Family*, Taking> taking_;
  std::unordered_map<const Run*, Amount> taken_;
  std::unordered_map<const Run*, std::vector<std::vector<const Family*>>> groups_on_;
  std::unordered_map<const Run*, std::vector<const Family*>> candidates_;
  std::unordered_set<std::string_view> offered_;
  std::map<int, std::vector<const Family*>> rows_;  // by latitude
  double furthest_miles_ = 0;
  std::string where_;
  std::vector<std::string> wrong_;
};

}  // namespace

std::vector<std::string> check_rules(const Instance& instance, const Proposal& proposal) {
  Check checking(instance, proposal);
  checking.rules();
  return std::move(checking).take();
}

std::vector<std::string> check(const Instance& instance, const Proposal& proposal) {
  Check checking(instance, proposal);
  checking.rules();
  checking.values_and_words();
  return std::move(checking).take();
}

}  // namespace cp::matching
