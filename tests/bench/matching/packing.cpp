// bench_matching packing FILE SECONDS...: the packing core alone on a set-packing instance (packing_file.hpp).
// bench_matching make-packing ITEMS SETS DENSITY MOST_WEIGHT SEED FILE PROGRAM: one of a family, and the same as an integer program.
#include "matching/engine/packing_exchanges.hpp"
#include "tests/bench/matching/bench.hpp"
#include "tests/bench/matching/packing_file.hpp"

#include <fstream>
#include <iostream>
#include <iterator>
#include <stdexcept>

namespace cp::matching::bench {
namespace {

void write_integer_program(std::ostream& to, const Packing& packing) {
  std::vector<std::vector<std::size_t>> by_item(packing.capacities.size());
  to << "Maximize\n worth:";
  for (std::size_t set = 0; set < packing.sets.size(); ++set) {
    to << (set == 0 ? " " : set % 10 == 0 ? " +\n " : " + ") << packing.sets[set].weight << " x" << set;
    for (const auto& use : packing.sets[set].uses) by_item[use.item].push_back(set);
  }
  to << "\nSubject To\n";
  for (std::size_t item = 0; item < by_item.size(); ++item) {
    if (by_item[item].size() < 2) continue;
    to << " i" << item << ':';
    for (std::size_t at = 0; at < by_item[item].size(); ++at) to << (at == 0 ? " " : at % 20 == 0 ? " +\n " : " + ") << 'x' << by_item[item][at];
    to << " <= 1\n";
  }
  to << "Binary\n";
  for (std::size_t set = 0; set < packing.sets.size(); ++set) to << " x" << set << (set % 10 == 9 ? "\n" : "");
  to << "\nEnd\n";
}

}  // namespace

int packing_command(const Words& words) {
  std::ifstream from(words[0], std::ios::binary);
  if (!from) throw std::runtime_error(words[0] + ": cannot be read.");
  const std::string text{std::istreambuf_iterator<char>(from), {}};
  const auto packing = read_packing(text);
  if (!packing) throw std::runtime_error(words[0] + ": " + packing.error().code + ": " + packing.error().detail);
  for (std::size_t at = 1; at < words.size(); ++at) {
    const auto seconds = std::stod(words[at]);
    const auto start = cpu_seconds();
    // Half of the time to look for something good, the other half to prove it.
    const auto until = [start](double end) { return [start, end] { return cpu_seconds() - start >= end; }; };
    PackingSearch search;
    search.nodes = 1'000'000'000;
    search.start = exchange_sets(*packing, {}, 1'000'000'000'000, 1, until(seconds / 2));
    search.stop = until(seconds);
    const auto answer = pack(*packing, search);
    if (!fits(*packing, answer.chosen)) throw std::logic_error("The packing does not fit.");
    std::cout << "{\"given_s\": " << words[at] << ", \"took_s\": " << cpu_seconds() - start << ", \"weight\": " << answer.weight
              << ", \"bound\": " << answer.bound << ", \"nodes\": " << answer.nodes << '}' << std::endl;
  }
  return 0;
}

int make_packing_command(const Words& words) {
  const auto packing = generate_packing({std::stoll(words[0]), std::stoll(words[1]), std::stod(words[2]), std::stoll(words[3]), std::stoull(words[4])});
  std::ofstream file(words[5]), program(words[6]);
  write_packing(file, packing);
  write_integer_program(program, packing);
  if (!file.flush() || !program.flush()) throw std::runtime_error(words[5] + ": cannot be written.");
  return 0;
}

}  // namespace cp::matching::bench
