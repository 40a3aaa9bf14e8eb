// Measures the engine in CPU-seconds. What each command prints is one JSON object a line, which tests/bench/rows reads.
#include "tests/bench/matching/bench.hpp"

#include "matching/engine/generator.hpp"

#include <ctime>
#include <exception>
#include <iostream>
#include <map>

namespace cp::matching::bench {

double cpu_seconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

Search search_of(double seconds, std::uint64_t seed) {
  Search search;
  search.seed = seed;
  search.steps = 1'000'000'000'000;
  if (seconds > 0) search.time_used = [start = cpu_seconds(), seconds] { return (cpu_seconds() - start) / seconds; };
  return search;
}

Instance instance_of(std::int64_t families, std::int64_t offers, const std::string& density, std::uint64_t seed) {
  if (const auto named = from_name<Density>(density)) return generate(shape_of(*named, families, offers, seed));
  return generate({families, offers, std::stod(density), seed});
}

}  // namespace cp::matching::bench

int main(int count, char** words) {
  using namespace cp::matching::bench;
  struct Command {
    const char* words;
    std::size_t least;
    int (*run)(const Words&);
  };
  const std::map<std::string, Command> commands{
      {"search", {"FAMILIES OFFERS DENSITY SECONDS...", 4, search_command}},
      {"optimum", {"FOLDER SECONDS...", 2, optimum_command}},
  };
  const Words arguments(words + std::min(count, 2), words + count);
  const auto found = count > 1 ? commands.find(words[1]) : commands.end();
  if (found == commands.end() || arguments.size() < found->second.least) {
    for (const auto& [name, command] : commands) std::cerr << "bench_matching " << name << ' ' << command.words << '\n';
    return 2;
  }
  try {
    return found->second.run(arguments);
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
