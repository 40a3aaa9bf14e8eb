// bench_matching regional FAMILIES OFFERS DENSITY THREADS WHOLE_SECONDS SECONDS...: what no arrangement can be worth that keeps
// within the regions of the first cut. Each region's own problem is bounded by itself for so many CPU-seconds of its thread,
// and the bounds are added up. Lengths rise; the shorter ones are told on the way to the longest. Beside it what no arrangement
// of the whole can be worth, whatever borders it crosses, after so many CPU-seconds of moving all prices together.
// bench_matching borders FAMILIES OFFERS DENSITY SECONDS SEEDS: the same search of the same length with one region and with many.
#include "matching/engine/bound.hpp"
#include "matching/engine/exact.hpp"
#include "matching/engine/greedy.hpp"
#include "matching/engine/index.hpp"
#include "matching/engine/local_search.hpp"
#include "matching/engine/regions.hpp"
#include "tests/bench/matching/bench.hpp"

#include <ctime>
#include <iostream>
#include <limits>
#include <mutex>

namespace cp::matching::bench {
namespace {

/// Of a region's shortest time: what is found by then tells how far prices have to go.
constexpr double searching = 0.15;
constexpr std::int64_t rounds_of_a_region = 100, rounds_of_all = 100'000;
constexpr std::int64_t no_bound = std::numeric_limits<std::int64_t>::max() / 1'000'000;

double thread_seconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

/// Known groups and what each family has of its own, for prices to start from.
void start(ColumnGeneration& generation, const Index& index, const std::vector<FoundGroup>& found) {
  std::vector<std::int64_t> shares(index.family_count(), 0);
  for (const auto& group : found) {
    auto column = column_of(index, group.run, group.families);
    for (const auto family : column.families) shares[family] = column.value / static_cast<std::int64_t>(column.families.size());
    generation.add(std::move(column));
  }
  generation.start_at(std::move(shares));
}

class Region {
 public:
  Region(Work& work, const std::vector<double>& seconds) : work_(work), seconds_(seconds), start_s_(thread_seconds()) {}

  void bound() {
    search();
    ColumnGeneration generation(work_.index, {}, [&] { return is_over(); });
    generation_ = &generation;
    start(generation, work_.index, found_groups(work_.now));
    generation.approach(work_.now.score(), rounds_of_a_region);
    do generation.generate(work_.now.score());
    while (!is_over() && generation.add_cuts() > 0);
    ended_by_itself_ = bounds_.size() < seconds_.size();
    note_to(seconds_.size());
    generation_ = nullptr;
  }

  [[nodiscard]] const std::vector<std::int64_t>& bounds() const { return bounds_; }
  [[nodiscard]] bool ended_by_itself() const { return ended_by_itself_; }

 private:
  void search() {
    place_by_regret(work_);
    Search search;
    search.time_used = [this] { return (thread_seconds() - start_s_) / (searching * seconds_.front()); };
    work_.budget = Budget(search);
    rebuild(work_);
  }
  bool is_over() {
    const auto now = thread_seconds() - start_s_;
    while (bounds_.size() < seconds_.size() && now >= seconds_[bounds_.size()]) note_to(bounds_.size() + 1);
    return bounds_.size() == seconds_.size();
  }
  void note_to(std::size_t count) { bounds_.resize(count, generation_->has_bound() ? generation_->bound() : no_bound); }

  Work& work_;
  const std::vector<double>& seconds_;
  double start_s_;
  const ColumnGeneration* generation_ = nullptr;
  std::vector<std::int64_t> bounds_;
  bool ended_by_itself_ = false;
};

/// All of them together.
struct Sums {
  std::vector<std::int64_t> bounds;
  std::int64_t found = 0;
  std::size_t regions = 0, ended_by_themselves = 0;

  void add(const Work& work, const Region& region) {
    bounds.resize(region.bounds().size(), 0);
    for (std::size_t at = 0; at < bounds.size(); ++at) bounds[at] += region.bounds()[at];
    found += work.now.score();
    ended_by_themselves += region.ended_by_itself() ? 1 : 0;
    ++regions;
  }
};

void tell_whole(const Index& index, const Regions& regions, std::int64_t found, double seconds) {
  const auto start_s = thread_seconds();
  ColumnGeneration generation(index, {}, [&] { return thread_seconds() - start_s >= seconds; });
  start(generation, index, regions.found());
  generation.approach(found, rounds_of_all);
  std::cout << "{\"of\": \"the whole\", \"seconds\": " << thread_seconds() - start_s << ", \"rounds\": " << generation.rounds()
            << ", \"bound\": " << (generation.has_bound() ? generation.bound() : 0) << '}' << std::endl;
}

}  // namespace

int regional_command(const Words& words) {
  const auto instance = instance_of(std::stoll(words[0]), std::stoll(words[1]), words[2], 1);
  std::vector<double> seconds;
  for (std::size_t at = 5; at < words.size(); ++at) seconds.push_back(std::stod(words[at]));
  const Index index(instance);
  Search search;
  search.threads = std::stoll(words[3]);
  Regions regions(index, search);
  std::mutex mutex;
  Sums sums;
  regions.pass([&](Work& work) {
    Region region(work, seconds);
    region.bound();
    const std::lock_guard lock(mutex);
    sums.add(work, region);
  }, 1, search.steps);
  for (std::size_t at = 0; at < seconds.size(); ++at) {
    std::cout << "{\"of\": \"regions\", \"regions\": " << sums.regions << ", \"seconds\": " << seconds[at] << ", \"bound\": " << sums.bounds[at]
              << ", \"found\": " << sums.found << ", \"ended_by_themselves\": " << sums.ended_by_themselves << '}' << std::endl;
  }
  if (std::stod(words[4]) > 0) tell_whole(index, regions, sums.found, std::stod(words[4]));
  return 0;
}

int borders_command(const Words& words) {
  for (std::int64_t seed = 1; seed <= std::stoll(words[4]); ++seed) {
    const auto instance = instance_of(std::stoll(words[0]), std::stoll(words[1]), words[2], static_cast<std::uint64_t>(seed));
    for (const bool is_one : {true, false}) {
      auto search = search_of(std::stod(words[3]));
      if (is_one) search.families_of_region = static_cast<std::int64_t>(instance.families.size());
      const auto start = cpu_seconds();
      const auto proposal = propose(instance, search);
      std::cout << "{\"seed\": " << seed << ", \"regions\": \"" << (is_one ? "one" : "many") << "\", \"score\": " << proposal.score
                << ", \"bound\": " << proposal.bound.value_or(0) << ", \"took_s\": " << cpu_seconds() - start << '}' << std::endl;
    }
  }
  return 0;
}

}  // namespace cp::matching::bench
