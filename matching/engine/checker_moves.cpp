#include "matching/engine/checker_moves.hpp"

#include "matching/engine/checker_values.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>
#include <utility>

namespace cp::matching::checking {
namespace {

using Members = std::vector<const Family*>;
constexpr std::size_t nowhere = static_cast<std::size_t>(-1);

std::int64_t children_in(const Members& members) {
  std::int64_t children = 0;
  for (const auto* one : members) children += static_cast<std::int64_t>(one->children.size());
  return children;
}

/// What a group's value holds for one family, as a fraction: numerator and a denominator above 0.
struct Fraction {
  std::int64_t up = 0, down = 1;
};
bool above(const Fraction& a, const Fraction& b, std::int64_t by) { return (a.up - by * a.down) * b.down > b.up * a.down; }

struct Mover {
  const Family* family = nullptr;
  std::size_t from = nowhere;
};

class Look {
 public:
  explicit Look(const Scene& scene) : scene_(scene) {
    for (std::size_t group = 0; group < scene.groups.size(); ++group) {
      const auto& made = scene.groups[group];
      taken_[made.at.run] += children_in(made.families);
      on_[made.at.run].push_back(group);
      for (const auto* family : made.families) in_[family].push_back(group);
    }
    const auto& weights = scene.policy->weights;
    best_company_ = 1'000 * (weights.ages + weights.mixing + weights.shared_interests + weights.together);
  }

  Moves all() {
    for (const auto& place : scene_.runs) {
      place_ = place;
      everybody_ = scene_.candidates(place);
      for (const auto group : on_[place.run]) look_into(group);
      look_at_a_new_one();
    }
    moves_.rather = static_cast<std::int64_t>(rather_.size());
    moves_.rather_at_most = static_cast<std::int64_t>(perhaps_.size());
    return std::move(moves_);
  }

 private:
  // -------------------------------------------------------------- which moves there are

  void look_into(std::size_t group) {
    group_ = group;
    const auto movers = movers_to();
    for (std::size_t one = 0; one < movers.size(); ++one) {
      look_at_rather(movers[one]);
      try_move({movers[one]});
      for (std::size_t other = 0; other < one; ++other) {
        if (movers[one].family != movers[other].family) try_move({movers[one], movers[other]});
      }
    }
  }

  void look_at_a_new_one() {
    group_ = nowhere;
    const auto movers = movers_to();
    for (std::size_t one = 0; one < movers.size(); ++one) {
      try_move({movers[one]});
      for (std::size_t two = 0; two < one; ++two) {
        if (movers[one].family == movers[two].family) continue;
        try_move({movers[one], movers[two]});
        for (std::size_t three = 0; three < two; ++three) {
          if (movers[three].family == movers[one].family || movers[three].family == movers[two].family) continue;
          try_move({movers[one], movers[two], movers[three]});
        }
      }
    }
  }

  /// Everybody with each of its groups that it could give up, or none, who might gain with the best company.
  std::vector<Mover> movers_to() {
    std::vector<Mover> movers;
    for (const auto* family : everybody_) {
      const auto& in = in_[family];
      if (group_ != nowhere && std::find(in.begin(), in.end(), group_) != in.end()) continue;
      const auto own = own_at(place_, *family).value + 1'000 * scene_.policy->weights.saving;
      const auto add = [&](std::size_t from) {
        if (above({own + best_company_, 1}, now_of(family, from), 0)) movers.push_back({family, from});
      };
      if (static_cast<std::int64_t>(in.size()) < scene_.most_groups(*family)) add(nowhere);
      for (const auto from : in) add(from);
    }
    return movers;
  }

  // -------------------------------------------------------------- one move

  void try_move(const std::vector<Mover>& movers) {
    const auto joined = with(movers);
    const auto wanted = wanted_by(movers, joined);
    if (wanted != Wanted::surely || !group_is_allowed(movers, joined) || !those_left_go_on(movers, joined)) return;
    if (gain_of(movers, joined) <= slack_) return;
    ++moves_.blocking;
    if (!moves_.example.empty()) return;
    for (const auto& mover : movers) moves_.example += (moves_.example.empty() ? "" : " and ") + mover.family->id;
    moves_.example += std::string(group_ == nowhere ? " to a new group" : " to a group") + " on " + place_.run->id;
  }

  void look_at_rather(const Mover& mover) {
    if (mover.from == nowhere) return;
    const std::vector<Mover> one{mover};
    const auto joined = with(one);
    const auto wanted = wanted_by(one, joined);
    if (wanted == Wanted::no || !group_is_allowed(one, joined)) return;
    perhaps_.insert(mover.family);
    if (wanted == Wanted::surely) rather_.insert(mover.family);
  }

  Members with(const std::vector<Mover>& movers) const {
    Members joined = group_ == nowhere ? Members{} : scene_.groups[group_].families;
    for (const auto& mover : movers) joined.push_back(mover.family);
    return joined;
  }

  enum class Wanted { no, perhaps, surely };
  /// There is room, every mover gains and no receiver loses; leaves in `slack_` by what roundings of distances may be off.
  Wanted wanted_by(const std::vector<Mover>& movers, const Members& joined) {
    if (!size_is_allowed(place_, joined) || !has_places(movers)) return Wanted::no;
    slack_ = 0;
    auto wanted = Wanted::surely;
    for (const auto& mover : movers) {
      const auto now = now_of(mover.family, mover.from);
      const auto slack = own_at(place_, *mover.family).tolerance + (mover.from == nowhere ? 0 : own_at(scene_.groups[mover.from].at, *mover.family).tolerance);
      slack_ += slack;
      const auto then = part_of(place_, joined, mover.family);
      if (!above(then, now, -slack)) return Wanted::no;
      if (!above(then, now, slack)) wanted = Wanted::perhaps;
    }
    if (group_ == nowhere) return wanted;
    const auto& before = scene_.groups[group_].families;
    for (const auto* member : before) {
      if (above(part_of(place_, before, member), part_of(place_, joined, member), 0)) return Wanted::no;
    }
    return wanted;
  }

  /// The group that they make, by the other rules about groups.
  bool group_is_allowed(const std::vector<Mover>& movers, const Members& joined) {
    for (std::size_t at = 0; at < joined.size(); ++at) {
      for (std::size_t other = 0; other < at; ++other) {
        if (!may_be_together(*joined[at], *joined[other]) || !have_words(*joined[at], *joined[other])) return false;
      }
    }
    for (const auto& mover : movers) {
      for (const auto in : in_[mover.family]) {
        const auto& other = scene_.groups[in].at;
        if (in != mover.from && exclude_each_other(*other.offer, *other.run, *place_.offer, *place_.run)) return false;
      }
    }
    return all_can_pay(joined, movers, joined);
  }

  bool has_places(const std::vector<Mover>& movers) {
    auto taken = taken_[place_.run];
    for (const auto& mover : movers) {
      if (mover.from != nowhere && scene_.groups[mover.from].at.run == place_.run) continue;
      taken += static_cast<std::int64_t>(mover.family->children.size());
    }
    return taken <= scene_.left(*movers.front().family, *place_.run).places;
  }

  bool those_left_go_on(const std::vector<Mover>& movers, const Members& joined) {
    for (const auto& mover : movers) {
      if (mover.from == nowhere) continue;
      const auto left = without(mover.from, movers);
      if (left.empty()) continue;
      if (!size_is_allowed(scene_.groups[mover.from].at, left) || !all_can_pay(left, movers, joined)) return false;
    }
    return true;
  }

  std::int64_t gain_of(const std::vector<Mover>& movers, const Members& joined) {
    auto gain = value(place_, joined) - (group_ == nowhere ? 0 : value(place_, scene_.groups[group_].families));
    std::set<std::size_t> left;
    for (const auto& mover : movers) {
      if (mover.from == nowhere || !left.insert(mover.from).second) continue;
      const auto& group = scene_.groups[mover.from];
      gain += value(group.at, without(mover.from, movers)) - value(group.at, group.families);
    }
    return gain;
  }

  // -------------------------------------------------------------- groups

  static bool has_a_price(const Scene::Place& at, const Members& members) {
    const auto children = children_in(members);
    return children >= at.offer->minimum_children && children <= at.offer->maximum_children &&
           share_of(*at.offer, *at.run, 1, children) >= 0;
  }
  bool size_is_allowed(const Scene::Place& at, const Members& members) const {
    return static_cast<std::int64_t>(members.size()) >= scene_.policy->minimum_families && has_a_price(at, members);
  }

  Members without(std::size_t group, const std::vector<Mover>& movers) const {
    auto left = scene_.groups[group].families;
    for (const auto& mover : movers) {
      if (mover.from == group) std::erase(left, mover.family);
    }
    return left;
  }

  /// Each of these with all its groups as they then are; one that became too small costs nothing any more.
  bool all_can_pay(const Members& members, const std::vector<Mover>& movers, const Members& joined) {
    return std::all_of(members.begin(), members.end(), [&](const Family* family) {
      const auto own = static_cast<std::int64_t>(family->children.size());
      std::int64_t pays = 0;
      const auto add = [&](const Scene::Place& at, const Members& all) {
        if (has_a_price(at, all)) pays += share_of(*at.offer, *at.run, own, children_in(all));
      };
      for (const auto in : in_[family]) {
        if (in == group_) continue;
        const auto left = without(in, movers);
        if (std::find(left.begin(), left.end(), family) != left.end()) add(scene_.groups[in].at, left);
      }
      if (std::find(joined.begin(), joined.end(), family) != joined.end()) add(place_, joined);
      return pays <= scene_.left(*family, *place_.run).headroom_pence;
    });
  }

  // -------------------------------------------------------------- values

  std::int64_t pair(const Family* a, const Family* b) {
    const auto [known, is_new] = pairs_.try_emplace(std::minmax(a, b), 0);
    if (is_new) known->second = value_of_pair(*scene_.policy, *a, *b);
    return known->second;
  }
  const OneValued& own_at(const Scene::Place& at, const Family& family) {
    const auto [known, is_new] = owns_.try_emplace({at.run, &family});
    if (is_new) known->second = value_of_one(*scene_.policy, *at.offer, *at.run, {&family, scene_.was_on(family, *at.run)});
    return known->second;
  }

  Fraction part_of(const Scene::Place& at, const Members& members, const Family* family) {
    const auto saved = saving_of(*at.offer, *at.run, static_cast<std::int64_t>(family->children.size()), children_in(members));
    const auto whole = own_at(at, *family).value + scene_.policy->weights.saving * saved;
    std::int64_t pairs = 0;
    for (const auto* other : members) pairs += other == family ? 0 : pair(family, other);
    const auto others = std::max<std::int64_t>(1, static_cast<std::int64_t>(members.size()) - 1);
    return {whole * others + pairs, others};
  }
  Fraction now_of(const Family* family, std::size_t from) {
    return from == nowhere ? Fraction{} : part_of(scene_.groups[from].at, scene_.groups[from].families, family);
  }

  std::int64_t value(const Scene::Place& at, const Members& members) {
    std::int64_t sum = 0, pairs = 0;
    for (std::size_t one = 0; one < members.size(); ++one) {
      const auto own = static_cast<std::int64_t>(members[one]->children.size());
      sum += own_at(at, *members[one]).value +
             scene_.policy->weights.saving * saving_of(*at.offer, *at.run, own, children_in(members));
      for (std::size_t other = 0; other < one; ++other) pairs += pair(members[one], members[other]);
    }
    return members.size() > 1 ? sum + 2 * pairs / static_cast<std::int64_t>(members.size() - 1) : sum;
  }

  const Scene& scene_;
  std::int64_t best_company_ = 0;
  std::unordered_map<const Run*, std::int64_t> taken_;
  std::unordered_map<const Run*, std::vector<std::size_t>> on_;
  std::unordered_map<const Family*, std::vector<std::size_t>> in_;
  std::map<std::pair<const Family*, const Family*>, std::int64_t> pairs_;
  std::map<std::pair<const Run*, const Family*>, OneValued> owns_;
  std::set<const Family*> rather_, perhaps_;
  Scene::Place place_;
  Members everybody_;
  std::size_t group_ = nowhere;
  std::int64_t slack_ = 0;
  Moves moves_;
};

}  // namespace

Moves look_for_moves(const Scene& scene) { return Look(scene).all(); }

}  // namespace cp::matching::checking
