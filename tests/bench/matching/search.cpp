// bench_matching search FAMILIES OFFERS DENSITY SECONDS...: one search of each of these lengths, generation aside.
#include "matching/engine/index.hpp"
#include "tests/bench/matching/bench.hpp"

#include <iostream>

namespace cp::matching::bench {

int search_command(const Words& words) {
  auto start = cpu_seconds();
  const auto instance = instance_of(std::stoll(words[0]), std::stoll(words[1]), words[2], 1);
  std::cout << "{\"generated_s\": " << cpu_seconds() - start;
  start = cpu_seconds();
  {
    const Index index(instance);
    std::size_t pairs = 0;
    for (RunAt run = 0; run < index.run_count(); ++run) pairs += index.candidates(run).size();
    std::cout << ", \"families\": " << index.family_count() << ", \"runs\": " << index.run_count() << ", \"pairs\": " << pairs
              << ", \"indexed_s\": " << cpu_seconds() - start << '}' << std::endl;
  }
  for (std::size_t at = 3; at < words.size(); ++at) {
    start = cpu_seconds();
    const auto proposal = propose(instance, search_of(std::stod(words[at])));
    std::cout << "{\"given_s\": " << words[at] << ", \"took_s\": " << cpu_seconds() - start << ", \"score\": " << proposal.score
              << ", \"bound\": " << proposal.bound.value_or(0) << ", \"groups\": " << proposal.groups.size()
              << ", \"left_out\": " << proposal.left_out.size() << ", \"steps\": " << proposal.steps << '}' << std::endl;
  }
  return 0;
}

}  // namespace cp::matching::bench
