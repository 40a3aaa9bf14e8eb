// bench_matching columns FOLDER FAMILIES OFFERS DENSITY SEED MOST_CHILDREN: an instance, and the same as an integer program
// and as facts, for other solvers. bench_matching solve INSTANCE SECONDS...: the engine on such a file.
#include "tests/bench/matching/bench.hpp"
#include "tests/bench/matching/columns.hpp"

#include "matching/command/wire.hpp"
#include "matching/engine/checker.hpp"

#include <filesystem>
#include <fstream>
#include <iostream>
#include <stdexcept>

namespace cp::matching::bench {
namespace {
constexpr std::size_t most_groups = 1'000'000;
}

int columns_command(const Words& words) {
  const std::filesystem::path folder = words[0];
  std::filesystem::create_directories(folder);
  auto instance = instance_of(std::stoll(words[1]), std::stoll(words[2]), words[3], std::stoull(words[4]));
  keep_groups_small(instance, std::stoll(words[5]));
  const auto start = cpu_seconds();
  const auto columns = all_columns(instance, most_groups);
  if (!columns) throw std::runtime_error("There are more groups than a million.");
  const auto took = cpu_seconds() - start;
  std::ofstream(folder / "instance.json") << json::write(instance) << '\n';
  std::ofstream program(folder / "program.lp"), facts(folder / "facts.lp");
  write_program(program, *columns);
  write_facts(facts, *columns);
  if (!program.flush() || !facts.flush()) throw std::runtime_error(folder.string() + ": cannot be written.");
  std::cout << "{\"families\": " << instance.families.size() << ", \"runs\": " << columns->runs.size()
            << ", \"groups\": " << columns->groups.size() << ", \"enumerated_s\": " << took << '}' << std::endl;
  return 0;
}

int solve_command(const Words& words) {
  const auto instance = read_instance(words[0]);
  for (std::size_t at = 1; at < words.size(); ++at) {
    const auto start = cpu_seconds();
    const auto proposal = propose(instance, search_of(std::stod(words[at])));
    const auto took = cpu_seconds() - start;
    if (const auto wrong = check(instance, proposal); !wrong.empty()) throw std::logic_error(wrong.front());
    std::cout << "{\"given_s\": " << words[at] << ", \"took_s\": " << took << ", \"score\": " << proposal.score
              << ", \"bound\": " << proposal.bound.value_or(0) << '}' << std::endl;
  }
  return 0;
}

}  // namespace cp::matching::bench
