// bench_matching search FAMILIES OFFERS DENSITY SECONDS...: one search of each of these lengths, generation aside.
// bench_matching baselines FAMILIES OFFERS DENSITY SECONDS...: greedy and plain annealing on the same instance.
// bench_matching country FAMILIES OFFERS DENSITY SECONDS THREADS: one search, given so many seconds by the clock; took_s are CPU-seconds of all threads.
// bench_matching growth FAMILIES DENSITY TRIALS: what a search of so many trials for each family takes.
#include "matching/engine/deadline.hpp"
#include "matching/engine/index.hpp"
#include "tests/bench/matching/annealing.hpp"
#include "tests/bench/matching/bench.hpp"

#include <sys/resource.h>

#include <chrono>
#include <cmath>
#include <iostream>

namespace cp::matching::bench {
namespace {

Instance given(const Words& words) { return instance_of(std::stoll(words[0]), std::stoll(words[1]), words[2], 1); }

double peak_mebibytes() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  return static_cast<double>(used.ru_maxrss) / 1'024;
}

double wall_seconds() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

void tell_search(const Instance& instance, double generated, const Search& search, const std::string& given_s) {
  const auto start = cpu_seconds(), wall_start = wall_seconds();
  const auto proposal = propose(instance, search);
  std::cout << "{\"families\": " << instance.families.size() << ", \"generated_s\": " << generated << ", \"given_s\": " << given_s
            << ", \"took_s\": " << cpu_seconds() - start << ", \"wall_s\": " << wall_seconds() - wall_start << ", \"score\": " << proposal.score
            << ", \"bound\": " << proposal.bound.value_or(0) << ", \"groups\": " << proposal.groups.size()
            << ", \"left_out\": " << proposal.left_out.size() << ", \"peak_mib\": " << peak_mebibytes() << '}' << std::endl;
}

}  // namespace

int search_command(const Words& words) {
  const auto start = cpu_seconds();
  const auto instance = given(words);
  const auto generated = cpu_seconds() - start;
  for (std::size_t at = 3; at < words.size(); ++at) tell_search(instance, generated, search_of(std::stod(words[at])), words[at]);
  return 0;
}

int country_command(const Words& words) {
  const auto start = cpu_seconds();
  const auto instance = given(words);
  const auto generated = cpu_seconds() - start;
  Search search;
  end_after(search, std::chrono::milliseconds(std::llround(1'000 * std::stod(words[3]))));
  search.threads = std::stoll(words[4]);
  tell_search(instance, generated, search, words[3]);
  return 0;
}

int baselines_command(const Words& words) {
  const auto instance = given(words);
  const Index index(instance);
  std::size_t pairs = 0;
  for (RunAt run = 0; run < index.run_count(); ++run) pairs += index.candidates(run).size();
  const auto start = cpu_seconds();
  const auto greedy = place_greedily(index, 1);
  std::cout << "{\"runs\": " << index.run_count() << ", \"pairs\": " << pairs << ", \"what\": \"greedy\", \"took_s\": "
            << cpu_seconds() - start << ", \"score\": " << greedy << '}' << std::endl;
  for (std::size_t at = 3; at < words.size(); ++at) {
    std::cout << "{\"what\": \"annealing\", \"given_s\": " << words[at] << ", \"score\": " << anneal(index, std::stod(words[at]), 1)
              << '}' << std::endl;
  }
  return 0;
}

int growth_command(const Words& words) {
  constexpr std::int64_t families_per_offer = 10;
  const auto families = std::stoll(words[0]);
  const auto& density = words[1];
  auto start = cpu_seconds();
  const auto instance = instance_of(families, families / families_per_offer, density, 1);
  const auto generated = cpu_seconds() - start;
  start = cpu_seconds();
  Search search;
  search.steps = std::stoll(words[2]) * families;
  const auto proposal = propose(instance, search);
  std::cout << "{\"density\": \"" << density << "\", \"families\": " << families << ", \"trials\": " << words[2] << ", \"generated_s\": " << generated
            << ", \"took_s\": " << cpu_seconds() - start << ", \"score\": " << proposal.score << ", \"steps\": " << proposal.steps
            << ", \"peak_mib\": " << peak_mebibytes() << '}' << std::endl;
  return 0;
}

}  // namespace cp::matching::bench
