// Measures the engine in CPU-seconds: bench_matching FAMILIES RUNS DENSITY SECONDS...
// Each of the seconds is one search of that length, generation aside; the scores can be compared with one another.
#include "matching/engine/engine.hpp"
#include "matching/engine/index.hpp"
#include "tests/bench/matching/instances.hpp"

#include <ctime>
#include <iostream>
#include <string>
#include <vector>

using namespace cp::matching;

namespace {

double cpu_seconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

}  // namespace

int main(int count, char** words) {
  const std::vector<std::string> arguments(words + 1, words + count);
  if (arguments.size() < 4) {
    std::cerr << "bench_matching FAMILIES RUNS DENSITY SECONDS...\n";
    return 1;
  }
  auto start = cpu_seconds();
  const auto instance = bench::country(std::stoll(arguments[0]), std::stoll(arguments[1]), std::stod(arguments[2]), 1);
  std::cout << "generated in " << cpu_seconds() - start << " s\n";
  start = cpu_seconds();
  {
    const Index index(instance);
    std::size_t pairs = 0;
    for (RunAt run = 0; run < index.run_count(); ++run) pairs += index.candidates(run).size();
    std::cout << index.family_count() << " families, " << index.run_count() << " runs, " << pairs << " pairs that fit, indexed in "
              << cpu_seconds() - start << " s\n";
  }
  for (std::size_t at = 3; at < arguments.size(); ++at) {
    const auto seconds = std::stod(arguments[at]);
    start = cpu_seconds();
    Search search;
    search.steps = 1'000'000'000'000;
    search.time_used = [&] { return (cpu_seconds() - start) / seconds; };
    const auto proposal = propose(instance, search);
    std::cout << seconds << " s: score " << proposal.score << ", " << proposal.groups.size() << " groups, "
              << proposal.left_out.size() << " left out, " << proposal.steps << " steps, took " << cpu_seconds() - start
              << " CPU-seconds" << std::endl;
  }
  return 0;
}
