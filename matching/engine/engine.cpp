#include "matching/engine/engine.hpp"

#include "matching/engine/arrangement.hpp"
#include "matching/engine/explain.hpp"
#include "matching/engine/index.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <tuple>

namespace cp::matching {
namespace {

/// The deadline is asked for once in so many trials.
constexpr std::int64_t trials_between_questions = 256;
/// How many runs are looked at for a new group of one family, best first.
constexpr std::size_t most_openings = 8;
/// How many times a new group is grown again without somebody who could not pay.
constexpr int most_regrowths = 6;
/// Rebuilding stops after this many attempts for each group without any gain.
constexpr std::int64_t idle_rebuilds_per_group = 12;
constexpr std::int64_t least_idle_rebuilds = 200;
/// While rebuilding, one in so many choices is overlooked, so that the same families do not always
/// end in the same groups.
constexpr std::size_t one_in_runs_overlooked = 4;
constexpr std::size_t one_in_families_overlooked = 8;
constexpr std::size_t one_in_larger_groups_overlooked = 4;

/// SplitMix64: the same numbers on every machine, which the standard's distributions are not.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    auto z = state_ += 0x9E3779B97F4A7C15;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return z ^ (z >> 31);
  }
  std::size_t below(std::size_t bound) { return static_cast<std::size_t>(next() % bound); }
  template <class T>
  void shuffle(std::vector<T>& list) {
    for (std::size_t at = list.size(); at > 1; --at) std::swap(list[at - 1], list[below(at)]);
  }

 private:
  std::uint64_t state_;
};

class Searcher {
 public:
  Searcher(const Index& index, const Search& search)
      : index_(index), search_(search), random_(search.seed), now_(index) {}

  void run() {
    place_by_regret();
    while (!stopped() && improve_once()) {
    }
    rebuild();
  }
  [[nodiscard]] const Arrangement& arrangement() const { return now_; }
  [[nodiscard]] std::int64_t steps() const { return steps_; }
  [[nodiscard]] bool stopped_early() const { return stopped_; }

 private:
  /// What placing a family would gain, and how to do it again.
  struct Placement {
    std::int64_t gain = 0;  // for each family newly placed, or of all of them
    std::vector<std::pair<FamilyAt, std::int64_t>> joining;
    RunAt run = 0;
    bool is_new = true;  // a new group on the run; else `group`
    GroupAt group = 0;
  };

  bool stopped() {
    if (!stopped_ && steps_ >= search_.steps) stopped_ = true;
    if (!stopped_ && search_.stop && steps_ >= next_question_) {
      next_question_ = steps_ + trials_between_questions;
      stopped_ = search_.stop();
    }
    return stopped_;
  }

  [[nodiscard]] std::vector<FamilyAt> families_by_regret();
  void place_by_regret();
  bool place(FamilyAt family);
  void try_joining(FamilyAt family, Placement& best);
  void try_opening(FamilyAt family, RunAt run, Placement& best);
  bool grow(GroupAt group, FamilyAt seed, std::vector<FamilyAt>& refused);
  [[nodiscard]] std::optional<FamilyAt> who_needs_the_largest_group(GroupAt group, FamilyAt seed) const;
  std::optional<Candidate> best_addition(GroupAt group, const std::vector<FamilyAt>& refused);

  bool improve_once();
  bool try_insert(FamilyAt family);
  bool try_move(FamilyAt family);
  bool try_exchange(FamilyAt family);
  bool exchange(FamilyAt family, std::optional<GroupAt> from, GroupAt to, FamilyAt other);
  bool try_close(GroupAt group);

  void rebuild();
  bool rebuild_once();
  std::vector<FamilyAt> clear_some_groups();
  bool overlook(std::size_t one_in) { return rebuilding_ && random_.below(one_in) == 0; }

  const Index& index_;
  const Search& search_;
  Random random_;
  Arrangement now_;
  std::int64_t steps_ = 0;
  std::int64_t next_question_ = 0;
  bool stopped_ = false;
  bool rebuilding_ = false;
  bool by_whole_gain_ = false;  // large groups before those that are best for each family
};

// ---------------------------------------------------------------- greedy

/// Regret is what a family loses if it does not get the best of its runs but the second best; a
/// family with one run only loses it all. Those who lose most choose first.
std::vector<FamilyAt> Searcher::families_by_regret() {
  struct Row {
    FamilyAt family;
    std::int64_t regret;
    std::size_t options;
  };
  std::vector<Row> rows;
  for (FamilyAt family = 0; family < index_.family_count(); ++family) {
    const auto options = index_.options(family);
    if (options.empty()) continue;
    rows.push_back({family, options[0].own - (options.size() > 1 ? options[1].own : 0), options.size()});
  }
  // Equals stand in an order of the seed's making.
  random_.shuffle(rows);
  std::stable_sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
    return a.regret != b.regret ? a.regret > b.regret : a.options < b.options;
  });
  std::vector<FamilyAt> families;
  for (const auto& row : rows) families.push_back(row.family);
  return families;
}

void Searcher::place_by_regret() {
  const auto families = families_by_regret();
  for (std::int64_t round = 0; round < index_.policy().groups_per_family; ++round) {
    for (const auto family : families) {
      if (stopped()) return;
      if (static_cast<std::int64_t>(now_.groups_of(family).size()) > round) continue;
      place(family);
      now_.keep();
    }
  }
}

/// Puts a family into the group, existing or new, that gains most for each family placed.
bool Searcher::place(FamilyAt family) {
  Placement best;
  try_joining(family, best);
  std::size_t looked_at = 0;
  for (const auto& option : index_.options(family)) {
    if (looked_at == most_openings || stopped()) break;
    if (overlook(one_in_runs_overlooked)) continue;
    ++looked_at;
    try_opening(family, option.run, best);
  }
  if (best.joining.empty()) return false;
  const auto group = best.is_new ? now_.open(best.run) : best.group;
  for (const auto& [joining, own] : best.joining) now_.join(group, joining, own);
  return true;
}

void Searcher::try_joining(FamilyAt family, Placement& best) {
  for (const auto& option : index_.options(family)) {
    for (const auto group : now_.groups_of_run(option.run)) {
      ++steps_;
      if (now_.group(group).families.empty() || !now_.may_join(group, family)) continue;
      const auto before = now_.score();
      const auto mark = now_.mark();
      now_.join(group, family, option.own);
      const auto gain = now_.score() - before;
      if (gain > best.gain && now_.holds(group)) best = {gain, {{family, option.own}}, option.run, false, group};
      now_.take_back(mark);
    }
  }
}

void Searcher::try_opening(FamilyAt family, RunAt run, Placement& best) {
  if (!now_.may_start(run, family) || now_.places_left(run) < index_.offer(run).minimum_children) return;
  std::vector<FamilyAt> refused;
  for (int attempt = 0; attempt < most_regrowths; ++attempt) {
    const auto before = now_.score();
    const auto mark = now_.mark();
    const auto group = now_.open(run);
    const auto refused_before = refused.size();
    if (grow(group, family, refused)) {
      const auto& families = now_.group(group).families;
      const auto share_of_gain = by_whole_gain_ ? 1 : static_cast<std::int64_t>(families.size());
      const auto gain = (now_.score() - before) / share_of_gain;
      if (gain > best.gain) {
        best.gain = gain;
        best.run = run;
        best.is_new = true;
        best.joining.clear();
        for (const auto& seated : families) best.joining.emplace_back(seated.family, seated.own);
      }
      now_.take_back(mark);
      return;
    }
    now_.take_back(mark);
    if (refused.size() == refused_before) return;
  }
}

/// Fills a new group around a family, one best addition after the other, and goes back to the size
/// at which the group held and was worth most. If it never held, names somebody who could not pay.
bool Searcher::grow(GroupAt group, FamilyAt seed, std::vector<FamilyAt>& refused) {
  now_.join(group, seed, index_.find_candidate(now_.group(group).run, seed)->own);
  auto best_score = std::numeric_limits<std::int64_t>::min();
  auto best_mark = now_.mark();
  while (true) {
    ++steps_;
    if (now_.score() > best_score && now_.holds(group)) {
      best_score = now_.score();
      best_mark = now_.mark();
      if (overlook(one_in_larger_groups_overlooked)) break;
    }
    const auto addition = best_addition(group, refused);
    if (!addition) break;
    now_.join(group, addition->family, addition->own);
  }
  if (best_score == std::numeric_limits<std::int64_t>::min()) {
    if (const auto family = who_needs_the_largest_group(group, seed)) refused.push_back(*family);
    return false;
  }
  now_.take_back(best_mark);
  return true;
}

/// Of the families but the seed, the one that can pay only in the largest group, if that is larger
/// than the smallest allowed: without it the others may do.
std::optional<FamilyAt> Searcher::who_needs_the_largest_group(GroupAt group, FamilyAt seed) const {
  const auto& here = now_.group(group);
  std::optional<FamilyAt> found;
  std::int64_t largest = index_.offer(here.run).minimum_children;
  for (const auto& seated : here.families) {
    const auto needs = index_.find_candidate(here.run, seated.family)->least_children;
    if (seated.family == seed || needs <= largest) continue;
    largest = needs;
    found = seated.family;
  }
  return found;
}

std::optional<Candidate> Searcher::best_addition(GroupAt group, const std::vector<FamilyAt>& refused) {
  const auto& here = now_.group(group);
  const auto room = std::min(now_.places_left(here.run), index_.most_children(here.run) - here.children);
  const auto largest = here.children + room;
  std::optional<Candidate> best;
  std::int64_t best_value = 0;
  for (const auto& candidate : index_.candidates(here.run)) {
    if (candidate.least_children > largest || index_.children(candidate.family) > room) continue;
    if (!now_.may_join(group, candidate.family)) continue;
    if (std::find(refused.begin(), refused.end(), candidate.family) != refused.end()) continue;
    auto value = candidate.own * static_cast<std::int64_t>(here.families.size());
    for (const auto& seated : here.families) value += 2 * now_.pair_value(seated.family, candidate.family);
    if (best && (value <= best_value || overlook(one_in_families_overlooked))) continue;
    best = candidate;
    best_value = value;
  }
  return best;
}

// ---------------------------------------------------------------- local search

/// One round over all families and groups; true if anything became better.
bool Searcher::improve_once() {
  std::vector<FamilyAt> families;
  for (FamilyAt family = 0; family < index_.family_count(); ++family) {
    if (!index_.options(family).empty()) families.push_back(family);
  }
  random_.shuffle(families);
  bool improved = false;
  for (const auto family : families) {
    if (stopped()) return improved;
    improved |= try_insert(family);
    improved |= try_move(family);
    improved |= try_exchange(family);
    now_.keep();
  }
  for (GroupAt group = 0; group < now_.group_count() && !stopped(); ++group) improved |= try_close(group);
  return improved;
}

/// Insert into a group, or open one.
bool Searcher::try_insert(FamilyAt family) {
  if (static_cast<std::int64_t>(now_.groups_of(family).size()) >= index_.policy().groups_per_family) return false;
  return place(family);
}

bool Searcher::try_move(FamilyAt family) {
  const std::vector<GroupAt> groups(now_.groups_of(family).begin(), now_.groups_of(family).end());
  for (const auto from : groups) {
    const auto before = now_.score();
    const auto mark = now_.mark();
    now_.leave(from, family);
    if (now_.holds(from) && place(family) && now_.score() > before && now_.holds(from)) return true;
    now_.take_back(mark);
  }
  return false;
}

/// Takes the place of another family, which goes to the place that became free or out.
bool Searcher::try_exchange(FamilyAt family) {
  std::vector<std::optional<GroupAt>> from;
  for (const auto group : now_.groups_of(family)) from.emplace_back(group);
  if (static_cast<std::int64_t>(from.size()) < index_.policy().groups_per_family) from.emplace_back();
  for (const auto& option : index_.options(family)) {
    for (const auto to : now_.groups_of_run(option.run)) {
      // A copy, because an exchange that is taken back leaves the seats in another order.
      const auto seated = now_.group(to).families;
      for (const auto& other : seated) {
        for (const auto& origin : from) {
          if (stopped()) return false;
          if (other.family == family || origin == to) continue;
          if (exchange(family, origin, to, other.family)) return true;
        }
      }
    }
  }
  return false;
}

bool Searcher::exchange(FamilyAt family, std::optional<GroupAt> from, GroupAt to, FamilyAt other) {
  ++steps_;
  const auto* here = index_.find_candidate(now_.group(to).run, family);
  const auto* back = from ? index_.find_candidate(now_.group(*from).run, other) : nullptr;
  if (from && !back) return false;
  const auto before = now_.score();
  const auto mark = now_.mark();
  if (from) now_.leave(*from, family);
  now_.leave(to, other);
  bool better = now_.may_join(to, family);
  if (better) {
    now_.join(to, family, here->own);
    better = !from || now_.may_join(*from, other);
  }
  if (better && from) now_.join(*from, other, back->own);
  if (better && now_.score() > before && now_.holds(to) && (!from || now_.holds(*from))) return true;
  now_.take_back(mark);
  return false;
}

/// Closes a group and places its families one by one elsewhere.
bool Searcher::try_close(GroupAt group) {
  if (now_.group(group).families.empty()) return false;
  const auto before = now_.score();
  const auto mark = now_.mark();
  const auto families = now_.group(group).families;
  for (const auto& seated : families) now_.leave(group, seated.family);
  for (const auto& seated : families) place(seated.family);
  const bool better = now_.score() > before;
  if (!better) now_.take_back(mark);
  now_.keep();
  return better;
}

// ---------------------------------------------------------------- rebuilding

void Searcher::rebuild() {
  std::int64_t idle = 0;
  rebuilding_ = true;
  while (!stopped()) {
    const auto patience =
        std::max(least_idle_rebuilds, idle_rebuilds_per_group * static_cast<std::int64_t>(now_.group_count()));
    if (idle >= patience) return;
    idle = rebuild_once() ? 0 : idle + 1;
  }
}

/// Closes two or three groups that compete for families, places everybody concerned anew in a
/// random order, and keeps the outcome if it is not worse. True if it is better.
bool Searcher::rebuild_once() {
  const auto before = now_.score();
  const auto mark = now_.mark();
  ++steps_;
  by_whole_gain_ = random_.below(2) == 0;
  auto families = clear_some_groups();
  random_.shuffle(families);
  for (const auto family : families) {
    if (static_cast<std::int64_t>(now_.groups_of(family).size()) < index_.policy().groups_per_family) place(family);
  }
  const auto after = now_.score();
  if (after < before) now_.take_back(mark);
  now_.keep();
  return after > before;
}

std::vector<FamilyAt> Searcher::clear_some_groups() {
  std::vector<GroupAt> open;
  for (GroupAt group = 0; group < now_.group_count(); ++group) {
    if (!now_.group(group).families.empty()) open.push_back(group);
  }
  std::vector<FamilyAt> families;
  const auto clear = [&](GroupAt group) {
    const auto seated = now_.group(group).families;
    for (const auto& one : seated) {
      now_.leave(group, one.family);
      families.push_back(one.family);
    }
  };
  // Beside the families set free, some who are in no group have another chance.
  const auto add_some_outside = [&](RunAt run) {
    const auto candidates = index_.candidates(run);
    for (int attempt = 0; attempt < 4 && !candidates.empty(); ++attempt) {
      const auto family = candidates[random_.below(candidates.size())].family;
      if (now_.groups_of(family).empty()) families.push_back(family);
    }
  };
  if (open.empty()) {
    if (index_.run_count() > 0) add_some_outside(static_cast<RunAt>(random_.below(index_.run_count())));
    return families;
  }
  const auto first = open[random_.below(open.size())];
  add_some_outside(now_.group(first).run);
  clear(first);
  const auto members = families;
  for (std::size_t more = 1 + random_.below(2); more > 0; --more) {
    const auto options = index_.options(members[random_.below(members.size())]);
    if (options.empty()) continue;
    const auto run = options[random_.below(options.size())].run;
    const auto groups = now_.groups_of_run(run);
    if (!groups.empty()) clear(groups[random_.below(groups.size())]);
    add_some_outside(run);
  }
  std::sort(families.begin(), families.end());
  families.erase(std::unique(families.begin(), families.end()), families.end());
  return families;
}

std::vector<FoundGroup> found_groups(const Arrangement& arrangement) {
  std::vector<FoundGroup> found;
  for (GroupAt at = 0; at < arrangement.group_count(); ++at) {
    const auto& group = arrangement.group(at);
    if (group.families.empty()) continue;
    FoundGroup& entry = found.emplace_back();
    entry.run = group.run;
    for (const auto& seated : group.families) entry.families.push_back(seated.family);
    std::sort(entry.families.begin(), entry.families.end());
  }
  std::sort(found.begin(), found.end(), [](const FoundGroup& a, const FoundGroup& b) {
    return std::tie(a.run, a.families) < std::tie(b.run, b.families);
  });
  return found;
}

}  // namespace

Proposal propose(const Instance& instance, const Search& search) {
  const Index index(instance);
  Searcher searcher(index, search);
  searcher.run();

  Proposal proposal;
  const auto found = found_groups(searcher.arrangement());
  std::vector<bool> placed(index.family_count(), false);
  for (const auto& group : found) {
    proposal.groups.push_back(describe(index, group));
    proposal.score += proposal.groups.back().score;
    for (const auto family : group.families) placed[family] = true;
  }
  for (FamilyAt family = 0; family < index.family_count(); ++family) {
    if (!placed[family]) proposal.left_out.push_back(explain_left_out(index, family, found));
  }
  proposal.why_not = count_reasons(proposal.left_out);
  proposal.steps = searcher.steps();
  proposal.stopped_early = searcher.stopped_early();
  return proposal;
}

}  // namespace cp::matching
