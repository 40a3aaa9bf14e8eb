#include "tests/bench/matching/annealing.hpp"

#include "matching/engine/arrangement.hpp"
#include "matching/engine/greedy.hpp"
#include "matching/engine/search.hpp"
#include "tests/bench/matching/bench.hpp"

#include <cmath>

namespace cp::matching::bench {
namespace {

constexpr double warmest = 60'000, coldest = 300;  // a family brings some hundred thousand
constexpr int drawn_for_a_group = 12;

class Annealing {
 public:
  Annealing(const Index& index, std::uint64_t seed) : index_(index), now_(index), random_(seed) {}

  std::int64_t run(double seconds) {
    const auto start = cpu_seconds();
    auto best = now_.score();
    for (std::int64_t trial = 0;; ++trial) {
      if (trial % 64 == 0) {
        const auto used = (cpu_seconds() - start) / seconds;
        if (used >= 1) return best;
        temperature_ = warmest * std::pow(coldest / warmest, used);
      }
      const auto before = now_.score();
      touched_.clear();
      try_something();
      const auto gain = static_cast<double>(now_.score() - before);
      if (!all_hold() || (gain < 0 && random_.part() >= std::exp(gain / temperature_))) now_.take_back(0);
      now_.keep();
      best = std::max(best, now_.score());
    }
  }

 private:
  void try_something() {
    const auto family = static_cast<FamilyAt>(random_.below(index_.family_count()));
    const auto options = index_.options(family);
    if (options.empty()) return;
    const auto option = options[random_.below(options.size())];
    const auto groups = now_.groups_of_run(option.run);
    if (groups.empty() || random_.below(4) == 0) return open(family, option);
    const auto group = groups[random_.below(groups.size())];
    if (now_.group(group).families.empty()) return open(family, option);
    // Where it was it leaves, perhaps for one who is where it goes to, who takes its place if he may.
    const auto was_in = leave(family);
    if (random_.below(3) == 0) {
      const auto& seats = now_.group(group).families;
      if (!seats.empty()) {
        const auto other = seats[random_.below(seats.size())].family;
        now_.leave(group, other);
        touched_.push_back(group);
        if (was_in) seat(*was_in, other);
      }
    }
    seat(group, family);
  }

  std::optional<GroupAt> leave(FamilyAt family) {
    const auto groups = now_.groups_of(family);
    if (groups.empty()) return std::nullopt;
    const auto group = groups.front();
    now_.leave(group, family);
    touched_.push_back(group);
    return group;
  }

  void seat(GroupAt group, FamilyAt family) {
    const auto* candidate = index_.find_candidate(now_.group(group).run, family);
    if (!candidate || !now_.is_free(family) || !now_.may_join(group, family)) return;
    now_.join(group, family, candidate->own);
    touched_.push_back(group);
  }

  void open(FamilyAt family, const Option& option) {
    if (!now_.is_free(family)) leave(family);
    if (!now_.may_start(option.run, family)) return;
    const auto group = now_.open(option.run);
    touched_.push_back(group);
    now_.join(group, family, option.own);
    const auto candidates = index_.candidates(option.run);
    for (int draw = 0; draw < drawn_for_a_group; ++draw) {
      const auto size = now_.group(group).children;
      if (size >= index_.least_children(option.run) && random_.below(3) == 0) break;
      const auto& other = candidates[random_.below(candidates.size())];
      if (size + index_.children(other.family) <= index_.most_children(option.run)) seat(group, other.family);
    }
  }

  [[nodiscard]] bool all_hold() const {
    for (const auto group : touched_) {
      if (!now_.holds(group)) return false;
    }
    return true;
  }

  const Index& index_;
  Arrangement now_;
  Random random_;
  std::vector<GroupAt> touched_;
  double temperature_ = 0;
};

}  // namespace

std::int64_t anneal(const Index& index, double seconds, std::uint64_t seed) { return Annealing(index, seed).run(seconds); }

std::int64_t place_greedily(const Index& index, std::uint64_t seed) {
  Work work(index, seed, Budget(Search{}));
  place_by_regret(work);
  return work.now.score();
}

}  // namespace cp::matching::bench
