#include "matching/engine/settling.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <initializer_list>
#include <optional>
#include <span>
#include <vector>

namespace cp::matching {
namespace {

/// What a group's score holds for one of its families: `whole` + `pairs` / `others`. Parts of a group add up to its score.
struct Part {
  std::int64_t whole = 0, pairs = 0, others = 1;
};
bool is_less(const Part& a, const Part& b) {
  return (a.whole - b.whole) * a.others * b.others + a.pairs * b.others - b.pairs * a.others < 0;
}

std::int64_t others_among(std::size_t families) { return std::max<std::int64_t>(1, static_cast<std::int64_t>(families) - 1); }

/// A family that might move, and which of its groups it would give up for that.
struct Mover {
  FamilyAt family = 0;
  std::optional<GroupAt> from;
  Part now;
  std::int64_t children = 0, own = 0;
  std::int64_t best = 0;   // what `whole` of its part might be where it goes
  std::int64_t pairs = 0;  // with those who would receive it
  std::size_t values = 0;  // where the values of these pairs begin
};
using Movers = std::span<const Mover* const>;
/// Of two families that do not go together.
constexpr std::int64_t nothing = -1;

class Settling {
 public:
  explicit Settling(Work& work)
      : work_(work), index_(work.index), now_(work.now), weights_(index_.policy().weights), waits_(index_.run_count(), true) {
    for (RunAt run = 0; run < index_.run_count(); ++run) queue_.push_back(run);
    best_pair_ = 1'000 * (weights_.ages + weights_.mixing + weights_.shared_interests + weights_.together);
  }

  Settled run() {
    now_.keep();
    while (!queue_.empty()) {
      const auto run = queue_.front();
      queue_.pop_front();
      waits_[run] = false;
      while (!is_stopped_ && make_one_to(run)) ++moves_;
      if (is_stopped_) return {false, moves_, 0};
    }
    const auto families = count_rather_elsewhere();
    return {!is_stopped_, moves_, is_stopped_ ? 0 : families};
  }

 private:
  /// Makes the first blocking move to this run that it finds.
  bool make_one_to(RunAt run) {
    const auto here = now_.groups_of_run(run);
    const std::vector<GroupAt> groups(here.begin(), here.end());
    for (const auto group : groups) {
      if (receive(group) && (make_alone(group) || make_in_twos(group))) return true;
    }
    return open_one_on(run);
  }

  // ---------------------------------------------------------------- to a group that is there

  /// Takes down who is in a group and who might come; false if nobody can.
  bool receive(GroupAt group) {
    const auto& here = now_.group(group);
    if (here.locked || here.families.empty() || here.children >= index_.most_children(here.run)) return false;
    run_ = here.run;
    children_ = here.children;
    members_ = here.families;
    values_.clear();
    gather_movers(group);
    for (auto& mover : movers_) {
      mover.values = values_.size();
      for (const auto& member : members_) {
        values_.push_back(index_.pair_value(member.family, mover.family));
        mover.pairs += values_.back();
      }
    }
    return true;
  }

  bool make_alone(GroupAt group) {
    return std::any_of(movers_.begin(), movers_.end(), [&](const Mover& mover) {
      const std::array one{&mover};
      return !is_out() && is_wanted(one) && make(one, group);
    });
  }

  bool make_in_twos(GroupAt group) {
    // Only who leaves room for another and might gain with the best company there is.
    const auto others = others_among(members_.size() + 2);
    const auto room = index_.most_children(run_) - children_;
    std::erase_if(movers_, [&](const Mover& mover) {
      return mover.children >= room || !is_less(mover.now, {mover.best, mover.pairs + best_pair_, others});
    });
    for (std::size_t first = 0; first < movers_.size(); ++first) {
      for (std::size_t second = 0; second < first; ++second) {
        if (is_out()) return false;
        if (movers_[first].family == movers_[second].family) continue;
        const std::array two{&movers_[first], &movers_[second]};
        if (is_wanted(two) && make(two, group)) return true;
      }
    }
    return false;
  }

  /// Whether all who move gain and nobody who receives them loses, if they can be there at all.
  bool is_wanted(Movers movers) const {
    auto children = children_, places = now_.places_left(run_);
    for (const auto* mover : movers) {
      children += mover->children;
      if (!mover->from || now_.group(*mover->from).run != run_) places -= mover->children;
    }
    if (places < 0 || !index_.size_fits(run_, children)) return false;
    const auto others = others_among(members_.size() + movers.size());
    for (const auto* mover : movers) {
      auto pairs = mover->pairs;
      for (const auto* with : movers) pairs += with == mover ? 0 : index_.pair_value(mover->family, with->family);
      if (!is_less(mover->now, {mover->own + saving(mover->children, children), pairs, others})) return false;
    }
    const auto others_before = others_among(members_.size());
    for (std::size_t at = 0; at < members_.size(); ++at) {
      const auto own = index_.children(members_[at].family);
      const Part before{saving(own, children_), members_[at].pairs, others_before};
      Part after{saving(own, children), members_[at].pairs, others};
      for (const auto* mover : movers) after.pairs += values_[mover->values + at];
      if (is_less(after, before)) return false;
    }
    return true;
  }

  // ---------------------------------------------------------------- to a new group

  bool open_one_on(RunAt run) {
    run_ = run;
    if (index_.most_children(run) == 0) return false;
    members_.clear();
    children_ = 0;
    gather_movers(std::nullopt);
    std::erase_if(movers_, [&](const Mover& mover) { return !is_less(mover.now, {mover.best, best_pair_, 1}); });
    const auto least = index_.policy().minimum_families;
    find_company();
    for (std::size_t first = 0; first < movers_.size(); ++first) {
      if (least <= 1 && open({&movers_[first]})) return true;
      for (std::size_t second = 0; second < first; ++second) {
        if (is_stopped_) return false;
        if (!might_go(first, second)) continue;
        if (least <= 2 && open({&movers_[first], &movers_[second]})) return true;
        for (std::size_t third = 0; third < second; ++third) {
          if (!might_go(first, third) || !might_go(second, third)) continue;
          if (open({&movers_[first], &movers_[second], &movers_[third]})) return true;
        }
      }
    }
    return false;
  }

  /// Which two might both gain in a new group with the third who suits each best.
  void find_company() {
    const auto count = movers_.size();
    company_.assign(count * count, nothing);
    std::vector<std::int64_t> most(count, 0);
    for (std::size_t one = 0; one < count && !is_out(); ++one) {
      for (std::size_t other = 0; other < one; ++other) {
        if (movers_[one].family == movers_[other].family) continue;
        const auto value = index_.pair_value(movers_[one].family, movers_[other].family);
        company_[one * count + other] = value;
        most[one] = std::max(most[one], value);
        most[other] = std::max(most[other], value);
      }
    }
    for (std::size_t one = 0; one < count; ++one) {
      for (std::size_t other = 0; other < one; ++other) {
        auto& value = company_[one * count + other];
        const auto gains = [&](std::size_t at) { return is_less(movers_[at].now, {movers_[at].best, value + most[at], 2}); };
        if (value != nothing && !(gains(one) && gains(other))) value = nothing;
      }
    }
  }
  [[nodiscard]] bool might_go(std::size_t one, std::size_t other) const {
    return company_[one * movers_.size() + other] != nothing;
  }

  bool open(std::initializer_list<const Mover*> set) {
    const Movers movers(set.begin(), set.size());
    return !is_out() && is_wanted(movers) && make(movers, std::nullopt);
  }

  // ---------------------------------------------------------------- both

  /// Families that may be on this run, are not in the group and find room.
  void gather_movers(std::optional<GroupAt> group) {
    movers_.clear();
    const auto room = index_.most_children(run_) - children_;
    const auto places = now_.places_left(run_);
    for (const auto& candidate : index_.candidates(run_)) {
      const auto family = candidate.family;
      const auto in = now_.groups_of(family);
      if (group && std::find(in.begin(), in.end(), *group) != in.end()) continue;
      Mover mover;
      mover.family = family;
      mover.children = index_.children(family);
      mover.own = candidate.own;
      mover.best = candidate.own + best_saving(mover.children, candidate.least_children);
      if (mover.children > room) continue;
      if (now_.is_free(family) && mover.children <= places) movers_.push_back(mover);
      for (const auto from : in) {
        if (now_.group(from).locked || (mover.children > places && now_.group(from).run != run_)) continue;
        mover.from = from;
        mover.now = part_of(from, family);
        movers_.push_back(mover);
      }
    }
  }

  [[nodiscard]] Part part_of(GroupAt at, FamilyAt family) const {
    const auto& group = now_.group(at);
    const auto seat = std::find_if(group.families.begin(), group.families.end(),
                                   [&](const Seated& seated) { return seated.family == family; });
    const auto saved = weights_.saving * index_.saving(group.run, index_.children(family), group.children);
    return {seat->own + saved, seat->pairs, others_among(group.families.size())};
  }
  [[nodiscard]] std::int64_t saving(std::int64_t family_children, std::int64_t group_children) const {
    return weights_.saving * index_.saving(run_, family_children, group_children);
  }
  [[nodiscard]] std::int64_t best_saving(std::int64_t family_children, std::int64_t least_children) const {
    std::int64_t best = 0;
    for (auto size = least_children; size <= index_.most_children(run_); ++size) {
      if (index_.size_fits(run_, size)) best = std::max(best, saving(family_children, size));
    }
    return best;
  }

  /// Makes a move that is wanted, if it breaks no rule, there and where they come from, and raises the score. `to` is empty
  /// for a new group.
  bool make(Movers movers, std::optional<GroupAt> to) {
    const auto before = now_.score();
    if (move(movers, to) && now_.score() > before && those_left_can_go_on(movers)) {
      wake(movers);
      now_.keep();
      return true;
    }
    now_.take_back(0);
    return false;
  }

  /// Whether they may be there and what they make holds; `take_back` has to follow if not.
  bool move(Movers movers, std::optional<GroupAt> to) {
    for (const auto* mover : movers) {
      if (mover->from) now_.leave(*mover->from, mover->family);
    }
    const auto group = to ? *to : now_.open(run_);
    for (const auto* mover : movers) {
      if (!now_.may_join(group, mover->family)) return false;
      now_.join(group, mover->family, mover->own);
    }
    return now_.holds(group);
  }
  [[nodiscard]] bool those_left_can_go_on(Movers movers) const {
    return std::all_of(movers.begin(), movers.end(), [&](const Mover* mover) { return !mover->from || now_.holds(*mover->from); });
  }

  /// Runs of all whose groups have changed: only what they could do, or do with them, may be new.
  void wake(Movers movers) {
    for (const auto group : now_.groups_moved()) {
      for (const auto& seated : now_.group(group).families) wake(seated.family);
    }
    for (const auto* mover : movers) wake(mover->family);
  }
  void wake(FamilyAt family) {
    for (const auto& option : index_.options(family)) {
      if (waits_[option.run]) continue;
      waits_[option.run] = true;
      queue_.push_back(option.run);
    }
  }

  std::int64_t count_rather_elsewhere() {
    std::vector<bool> is_counted(index_.family_count(), false);
    std::int64_t families = 0;
    for (GroupAt group = 0; group < now_.group_count() && !is_stopped_; ++group) {
      if (!receive(group)) continue;
      for (const auto& mover : movers_) {
        const std::array one{&mover};
        if (is_counted[mover.family] || is_out() || !is_wanted(one)) continue;
        if (move(one, group)) {
          is_counted[mover.family] = true;
          ++families;
        }
        now_.take_back(0);
      }
    }
    return families;
  }

  bool is_out() {
    work_.budget.count();
    return is_stopped_ = is_stopped_ || work_.budget.is_spent();
  }

  Work& work_;
  const Index& index_;
  Arrangement& now_;
  const Weights& weights_;
  std::int64_t best_pair_ = 0;
  std::deque<RunAt> queue_;
  std::vector<bool> waits_;  // of runs: in the queue
  bool is_stopped_ = false;
  std::int64_t moves_ = 0;
  // The run and the group that are looked at.
  RunAt run_ = 0;
  std::int64_t children_ = 0;
  std::vector<Seated> members_;
  std::vector<Mover> movers_;
  std::vector<std::int64_t> values_;   // of pairs of movers and members
  std::vector<std::int64_t> company_;  // of pairs of movers, where both might gain by going together
};

}  // namespace

Settled settle(Work& work) { return Settling(work).run(); }

}  // namespace cp::matching
