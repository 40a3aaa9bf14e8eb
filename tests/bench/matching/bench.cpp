// Measures the engine in CPU-seconds. What each command prints is one JSON object a line, which tests/bench/rows reads.
#include "tests/bench/matching/bench.hpp"

#include "matching/command/wire.hpp"
#include "matching/engine/generator.hpp"
#include "matching/engine/rules.hpp"
#include "shared/core/large_pages.hpp"

#include <ctime>
#include <exception>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <stdexcept>

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

Instance read_instance(const std::string& path) {
  std::ifstream from(path, std::ios::binary);
  if (!from) throw std::runtime_error(path + ": cannot be read.");
  const std::string text{std::istreambuf_iterator<char>(from), {}};
  auto instance = json::read<Instance>(text, {.bytes = text.size(), .depth = 16});
  if (!instance) throw std::runtime_error(path + ": " + instance.error().detail);
  if (const auto valid = validate(*instance); !valid) throw std::runtime_error(path + ": " + valid.error().detail);
  return std::move(*instance);
}

}  // namespace cp::matching::bench

int main(int count, char** words) {
  cp::use_large_pages(words);  // as `commonpurse match` does
  using namespace cp::matching::bench;
  struct Command {
    const char* words;
    std::size_t least;
    int (*run)(const Words&);
  };
  const std::map<std::string, Command> commands{
      {"search", {"FAMILIES OFFERS DENSITY SECONDS...", 4, search_command}},
      {"baselines", {"FAMILIES OFFERS DENSITY SECONDS...", 4, baselines_command}},
      {"country", {"FAMILIES OFFERS DENSITY SECONDS THREADS", 5, country_command}},
      {"regional", {"FAMILIES OFFERS DENSITY THREADS WHOLE_SECONDS SECONDS...", 6, regional_command}},
      {"borders", {"FAMILIES OFFERS DENSITY SECONDS SEEDS", 5, borders_command}},
      {"growth", {"FAMILIES DENSITY TRIALS", 3, growth_command}},
      {"living", {"FAMILIES OFFERS DENSITY EVENTS SECONDS", 5, living_command}},
      {"explanations", {"FAMILIES OFFERS DENSITY", 3, explanations_command}},
      {"optimum", {"FOLDER SECONDS...", 2, optimum_command}},
      {"columns", {"FOLDER FAMILIES OFFERS DENSITY SEED MOST_CHILDREN", 6, columns_command}},
      {"equity", {"FAMILIES OFFERS DENSITY WEEKS SEED", 5, equity_command}},
      {"packing", {"FILE SECONDS...", 2, packing_command}},
      {"make-packing", {"ITEMS SETS DENSITY MOST_WEIGHT SEED FILE PROGRAM", 7, make_packing_command}},
      {"solve", {"INSTANCE SECONDS...", 2, solve_command}},
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
