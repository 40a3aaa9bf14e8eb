#include "matching/engine/local_search.hpp"

#include "matching/engine/placing.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace cp::matching {
namespace {

/// A round lasts so many attempts for each group, each round twice as long as the one before, and so many rounds that found
/// nothing better in turn end the search. By a clock the first is so long that it has all of the time unless families are few:
/// one slow cooling finds more than several quick ones.
struct Rounds {
  std::int64_t attempts_per_group;
  int most_idle;
};
constexpr Rounds by_trials{40, 2}, by_clock{1'000, 1};
constexpr std::int64_t least_attempts = 400;
/// How much worse an outcome may be at the start of a round, against what a family brings on average.
constexpr double warmest = 0.1;
constexpr int outsiders = 4;

class Rebuilding {
 public:
  explicit Rebuilding(Work& work) : work_(work), placing_(work) { placing_.set_overlooking(true); }

  void run() {
    best_ = work_.now.score();
    work_.now.keep();
    const auto& rounds = work_.budget.has_clock() ? by_clock : by_trials;
    auto attempts = std::max(least_attempts, rounds.attempts_per_group * static_cast<std::int64_t>(work_.now.group_count()));
    for (int idle = 0; idle < rounds.most_idle && !work_.budget.is_spent(); attempts *= 2) {
      idle = round(attempts) ? 0 : idle + 1;
    }
    work_.now.take_back(0);
  }

  void run_near(std::span<const FamilyAt> around, std::int64_t disturbance) {
    while (!work_.budget.is_spent()) {
      work_.budget.count();
      const auto family = around[work_.random.below(around.size())];
      const auto options = work_.index.options(family);
      if (options.empty()) continue;
      const auto before = work_.now.score();
      const auto mark = work_.now.mark();
      families_.clear();
      cleared_ = 0;
      if (work_.now.is_free(family)) families_.push_back(family);
      for (auto more = 1 + work_.random.below(3); more > 0; --more) clear_on(options[work_.random.below(options.size())].run);
      place_all();
      if (work_.now.score() - before <= disturbance * cleared_) work_.now.take_back(mark);
    }
  }

 private:
  void clear_on(RunAt run) {
    const auto groups = work_.now.groups_of_run(run);
    if (!groups.empty()) clear(groups[work_.random.below(groups.size())]);
    add_some_outside(run);
  }
  void place_all() {
    std::sort(families_.begin(), families_.end());
    families_.erase(std::unique(families_.begin(), families_.end()), families_.end());
    work_.random.shuffle(families_);
    for (const auto family : families_) {
      if (work_.now.is_free(family)) placing_.place(family);
    }
  }

  /// True if it found something better than all before.
  bool round(std::int64_t attempts) {
    const auto before = best_;
    const auto used_before = work_.budget.used();
    for (std::int64_t attempt = 0; attempt < attempts && !work_.budget.is_spent(); ++attempt) {
      if (attempt % 64 == 0) {
        const auto by_budget = (work_.budget.used() - used_before) / std::max(1e-9, 1 - used_before);
        cool(std::max(static_cast<double>(attempt) / static_cast<double>(attempts), by_budget));
      }
      attempt_once();
    }
    return best_ > before;
  }
  void cool(double progress) {
    const auto families = static_cast<double>(std::max<std::size_t>(1, work_.index.family_count()));
    const auto mean = static_cast<double>(work_.now.score()) / families;
    temperature_ = warmest * mean * (1 - progress) * (1 - progress);
  }

  /// The journal holds what was done since the best; a rebuilding that is refused is taken back from it.
  void attempt_once() {
    auto& now = work_.now;
    const auto before = now.score();
    const auto mark = now.mark();
    work_.budget.count();
    placing_.set_by_whole_gain(work_.random.below(2) == 0);
    clear_some_groups();
    place_all();
    const auto loss = static_cast<double>(before - now.score());
    if (loss > 0 && loss > -temperature_ * std::log(1 - work_.random.part())) return now.take_back(mark);
    if (now.score() > best_) {
      best_ = now.score();
      now.keep();
    } else if (now.mark() > most_moves_from_best) {
      now.take_back(0);
    }
  }

  void clear_some_groups() {
    families_.clear();
    const auto first = some_group();
    if (!first) {
      if (work_.index.run_count() > 0) add_some_outside(static_cast<RunAt>(work_.random.below(work_.index.run_count())));
      return;
    }
    add_some_outside(work_.now.group(*first).run);
    clear(*first);
    const auto members = families_.size();
    for (auto more = 1 + work_.random.below(2); more > 0; --more) {
      const auto options = work_.index.options(families_[work_.random.below(members)]);
      if (options.empty()) continue;
      clear_on(options[work_.random.below(options.size())].run);
    }
  }

  std::optional<GroupAt> some_group() {
    for (int attempt = 0; attempt < 16 && work_.now.group_count() > 0; ++attempt) {
      const auto group = static_cast<GroupAt>(work_.random.below(work_.now.group_count()));
      if (!work_.now.group(group).families.empty() && !work_.now.group(group).locked) return group;
    }
    return std::nullopt;
  }

  void clear(GroupAt group) {
    if (work_.now.group(group).locked || work_.now.group(group).families.empty()) return;
    ++cleared_;
    const auto& families = work_.now.group(group).families;
    for (auto seated = families.rbegin(); seated != families.rend(); ++seated) families_.push_back(seated->family);
    work_.now.leave_all(group);
  }

  /// Beside the families set free, some who are in no group have another chance.
  void add_some_outside(RunAt run) {
    const auto candidates = work_.index.candidates(run);
    for (int attempt = 0; attempt < outsiders && !candidates.empty(); ++attempt) {
      const auto family = candidates[work_.random.below(candidates.size())].family;
      if (work_.now.is_free(family)) families_.push_back(family);
    }
  }

  static constexpr std::size_t most_moves_from_best = 1'000'000;
  Work& work_;
  Placing placing_;
  std::vector<FamilyAt> families_;
  std::int64_t best_ = 0, cleared_ = 0;
  double temperature_ = 0;
};

}  // namespace

void rebuild(Work& work) { Rebuilding(work).run(); }

void rebuild_near(Work& work, std::span<const FamilyAt> families, std::int64_t disturbance) {
  if (!families.empty()) Rebuilding(work).run_near(families, disturbance);
}

}  // namespace cp::matching
