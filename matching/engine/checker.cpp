#include "matching/engine/checker.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace cp::matching {
namespace {

/// What two ways to work out the same distance may differ by.
constexpr double miles_tolerance = 1e-6;

/// By chords through the Earth: not the formula the engine uses.
double chord_miles(const Place& a, const Place& b) {
  const double degree = std::acos(-1.0) / 180;
  const auto point = [degree](const Place& p) {
    return std::vector<double>{std::cos(p.lat * degree) * std::cos(p.lon * degree),
                               std::cos(p.lat * degree) * std::sin(p.lon * degree), std::sin(p.lat * degree)};
  };
  const auto from = point(a), to = point(b);
  double square = 0;
  for (std::size_t axis = 0; axis < 3; ++axis) square += (from[axis] - to[axis]) * (from[axis] - to[axis]);
  return 3'958.7613 * 2 * std::asin(std::min(1.0, std::sqrt(square) / 2));
}

struct Bought {
  const Offer* offer = nullptr;
  const Run* run = nullptr;
};

class Check {
 public:
  Check(const Instance& instance, const Proposal& proposal)
      : proposal_(proposal), policy_(instance.policy ? *instance.policy : Policy{}) {
    for (const auto& family : instance.families) families_[family.id] = &family;
    for (const auto& offer : instance.offers) {
      for (const auto& run : offer.runs) runs_[{offer.id, run.id}] = {&offer, &run};
    }
    for (const auto& group : instance.standing) {
      if (group.standing != Standing::agreed) continue;
      agreed_.emplace(group.run, std::set<std::string>(group.families.begin(), group.families.end()));
    }
  }

  std::vector<std::string> all() && {
    std::int64_t score = 0;
    for (std::size_t at = 0; at < proposal_.groups.size(); ++at) {
      where_ = "Group " + std::to_string(at + 1);
      check_group(proposal_.groups[at]);
      score += proposal_.groups[at].score;
    }
    where_ = "The whole";
    require(score == proposal_.score, "the score is not the sum of the groups' scores");
    check_places();
    check_families();
    check_left_out();
    require(agreed_.empty(), "an agreed group is missing");
    return std::move(wrong_);
  }

 private:
  void require(bool holds, const std::string& otherwise) {
    if (!holds) wrong_.push_back(where_ + ": " + otherwise + ".");
  }

  void check_group(const Group& group) {
    const auto found = runs_.find({group.offer, group.run});
    if (found == runs_.end()) return require(false, "there is no such offer and run");
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
    const bool agreed = group.standing == Standing::agreed;
    require(!group.reasons.empty(), "it gives no reasons");
    check_terms(group.terms);
    if (agreed) check_agreed(group);
    else check_new_group(bought, members, children);
    for (std::size_t at = 0; at < members.size(); ++at) {
      check_money(group.families[at], bought, children);
      taken_[&*bought.run].add(agreed, group.families[at].children);
      seats_[members[at]->id].push_back({bought, agreed});
      pays_[members[at]->id].add(agreed, group.families[at].share_pence);
    }
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
    require(bought.offer->vetting != Vetting::rejected, "the provider is rejected");
    for (std::size_t at = 0; at < members.size(); ++at) {
      check_member(*members[at], bought);
      for (std::size_t other = 0; other < members.size(); ++other) {
        if (other == at) continue;
        require(members[other]->id != members[at]->id, members[at]->id + " is in it twice");
        for (const auto& avoided : members[at]->not_with) {
          require(avoided != members[other]->id, members[at]->id + " is with a family it must not meet");
        }
        check_company(*members[at], *members[other]);
      }
    }
  }

  void check_company(const Family& family, const Family& other) {
    const std::set<std::string> avoided(family.not_with_behaviours.begin(), family.not_with_behaviours.end());
    for (const auto& child : other.children) {
      for (const auto& behaviour : child.behaviours) {
        require(!avoided.contains(behaviour), family.id + " is with a behaviour it must not meet");
      }
    }
    if (!family.needs_shared_language) return;
    const std::set<std::string> spoken(family.languages.begin(), family.languages.end());
    bool shared = false;
    for (const auto& language : other.languages) shared = shared || spoken.contains(language);
    require(shared, family.id + " has no language in common with " + other.id);
  }

  void check_terms(const Terms& terms) {
    for (const auto term : {terms.interest, terms.distance, terms.waiting, terms.saving, terms.ages, terms.mixing,
                            terms.shared_interests, terms.together, terms.fairness, terms.kept, terms.pinned}) {
      require(term >= 0 && term <= 1, "a term is not from 0 to 1");
    }
  }

  void check_member(const Family& family, const Bought& bought) {
    const auto& offer = *bought.offer;
    const std::set<std::string> catered(offer.needs_catered.begin(), offer.needs_catered.end());
    for (const auto& child : family.children) {
      require(offer.age_min <= child.age_years && child.age_years <= offer.age_max,
              "a child of " + family.id + " is not of the age");
      for (const auto& need : child.needs) {
        require(catered.empty() || catered.contains(need), "a need of " + family.id + " is not catered for");
      }
      if (child.wheelchair) {
        require(offer.wheelchair_access == true, "a wheelchair of " + family.id + " may not get in");
      }
      // Adults for each child, as fractions over the product of both denominators.
      require(child.support_adults * offer.staff_children <= offer.staff_adults * child.support_children,
              "a child of " + family.id + " has too little support");
    }
    for (const auto& type : family.not_payable) {
      require(type != offer.activity_type, "no funding of " + family.id + " pays for it");
    }
    for (const auto& run : family.forbidden) require(run != bought.run->id, family.id + " is where it is forbidden");
    if (attends(family, offer)) return;
    const auto reach = std::max(family.max_miles, offer.collects_within_miles.value_or(0));
    require(chord_miles(family.place, offer.place) <= reach + miles_tolerance, family.id + " is too far away");
    bool wanted = false, free = false;
    for (const auto& interest : family.interests) wanted = wanted || interest.activity_type == offer.activity_type;
    for (const auto& slot : family.slots) {
      free = free || (slot.weekday == bought.run->weekday && slot.from_minute <= bought.run->from_minute &&
                      slot.to_minute >= bought.run->to_minute);
    }
    require(wanted, family.id + " does not want the activity");
    require(free, family.id + " is not free");
  }

  static bool attends(const Family& family, const Offer& offer) {
    if (!offer.extra) return false;
    const auto& there = offer.extra->attended_by;
    return std::find(there.begin(), there.end(), family.id) != there.end();
  }

  void check_money(const GroupFamily& entry, const Bought& bought, std::int64_t children) {
    const auto share = share_of(bought, entry.children, children);
    if (share < 0) return require(false, "no tier is for its size");
    require(entry.share_pence == share, entry.id + " has a wrong share");
    const auto alone = share_of(bought, entry.children, entry.children);
    require(entry.alone_pence.value_or(-1) == alone, entry.id + " has a wrong price alone");
  }

  /// -1 if no tier is for so few.
  static std::int64_t share_of(const Bought& bought, std::int64_t own, std::int64_t children) {
    std::int64_t price = -1;
    for (const auto& tier : bought.offer->tiers) {
      if (tier.from_children > children) break;
      const auto hours = tier.per_hour_pence * bought.offer->minutes_per_session;
      price = tier.fixed_pence + tier.per_child_pence * children + hours / 60 + (hours % 60 == 0 ? 0 : 1);
    }
    if (price < 0) return -1;
    const auto part = price * own;
    return (part / children + (part % children == 0 ? 0 : 1)) * bought.run->sessions;
  }

  void check_places() {
    for (const auto& [run, children] : taken_) {
      require(children.within(run->places_left), "run " + run->id + " has too few places");
    }
  }

  void check_families() {
    for (const auto& [id, seats] : seats_) {
      const auto& family = *families_[id];
      const auto most = std::min(family.wished_groups.value_or(policy_.groups_per_family), policy_.groups_per_family);
      Amount groups;
      for (const auto& seat : seats) groups.add(seat.agreed, 1);
      require(groups.within(most), id + " is in too many groups");
      require(pays_[id].within(family.headroom_pence), id + " pays more than its headroom");
      for (std::size_t at = 0; at < seats.size(); ++at) {
        for (std::size_t other = 0; other < at; ++other) {
          require(may_both(family, seats[at], seats[other]), id + " is in two groups at the same time");
        }
      }
    }
  }

  void check_left_out() {
    std::set<std::string> told;
    for (const auto& left : proposal_.left_out) {
      require(families_.contains(left.family), "a family left out is not known");
      require(told.insert(left.family).second, left.family + " is left out twice");
      require(!seats_.contains(left.family), left.family + " is left out and in a group");
      require(!left.text.empty() && !left.what_would_help.empty(), left.family + " is left out without a reason");
    }
    for (const auto& [id, family] : families_) {
      require(seats_.contains(id) || told.contains(id), id + " is neither in a group nor left out");
    }
  }

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

  static bool may_both(const Family& family, const Seat& a, const Seat& b) {
    if (a.agreed && b.agreed) return true;
    const auto &one = *a.bought.run, &two = *b.bought.run;
    if (one.weekday != two.weekday || one.to_minute <= two.from_minute || two.to_minute <= one.from_minute) return true;
    const auto &bought = a.bought.offer->extra, &also = b.bought.offer->extra;
    // An extra is at the time of the session it is for. Where a group is agreed, its time is gone from the family's
    // week, and only who attends the extra's session may still have it.
    if (a.agreed || b.agreed) return attends(family, *(a.agreed ? b : a).bought.offer);
    return (bought && bought->for_run == two.id) || (also && also->for_run == one.id) ||
           (bought && also && bought->for_run == also->for_run);
  }

  const Proposal& proposal_;
  Policy policy_;
  std::map<std::string, const Family*> families_;
  std::map<std::pair<std::string, std::string>, Bought> runs_;
  std::map<const Run*, Amount> taken_;
  std::map<std::string, std::vector<Seat>> seats_;
  std::map<std::string, Amount> pays_;
  std::multimap<std::string, std::set<std::string>> agreed_;
  std::string where_;
  std::vector<std::string> wrong_;
};

}  // namespace

std::vector<std::string> check(const Instance& instance, const Proposal& proposal) {
  return Check(instance, proposal).all();
}

}  // namespace cp::matching
