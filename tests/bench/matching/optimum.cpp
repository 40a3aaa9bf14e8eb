// bench_matching optimum FOLDER SECONDS...: the engine against the optimum that CBC proves from all groups enumerated, on
// instances of 60 to 150 families. Programs and optima are kept in the folder and taken from there the next time.
#include "tests/bench/matching/bench.hpp"
#include "tests/bench/matching/columns.hpp"

#include "matching/engine/checker.hpp"
#include "matching/engine/rules.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <stdexcept>

namespace cp::matching::bench {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_groups = 150'000;
constexpr int most_proof_s = 120;  // CPU

/// Groups of a dense instance are so small, or there were too many to enumerate.
constexpr std::int64_t most_children_where_dense = 4;

struct Case {
  std::int64_t families = 0, offers = 0;
  std::string density;
  std::uint64_t seed = 1;
  [[nodiscard]] std::string name() const { return std::to_string(families) + "-" + density + "-" + std::to_string(seed); }
  [[nodiscard]] Instance instance() const {
    auto made = instance_of(families, offers, density, seed);
    if (density == "dense") keep_groups_small(made, most_children_where_dense);
    return made;
  }
};

/// Three runs for ten families, as in the instances of a thousand; in the sparse ones four for each, or there were no groups.
std::vector<Case> cases() {
  std::vector<Case> all;
  for (const std::int64_t families : {60, 80, 100, 120, 150}) {
    for (const std::uint64_t seed : {1, 2, 3}) {
      for (const char* density : {"medium", "0.7", "dense"}) all.push_back({families, families * 15 / 100, density, seed});
    }
    all.push_back({families, families * 2, "sparse", 1});
  }
  return all;
}

/// The value of the groups CBC has chosen, if it says that no others are worth more. They have to pass the checker, too.
std::optional<std::int64_t> proved(const fs::path& solution, const Instance& instance, const Columns& columns) {
  std::ifstream from(solution);
  std::string line;
  if (!std::getline(from, line) || !line.starts_with("Optimal")) return std::nullopt;
  std::int64_t sum = 0;
  std::vector<std::size_t> chosen;
  std::string number, name;
  double amount = 0, cost = 0;
  while (from >> number >> name >> amount >> cost) {
    if (amount < 0.5) continue;
    chosen.push_back(std::stoull(name.substr(1)));
    sum += columns.groups.at(chosen.back()).value;
  }
  const auto wrong = check_rules(instance, proposal_of(instance, columns, chosen));
  if (!wrong.empty()) throw std::logic_error("The optimum breaks a rule: " + wrong.front());
  return sum;
}

struct Proof {
  std::optional<std::int64_t> optimum;
  std::size_t groups = 0;
  double enumerated_s = 0;
};

Proof prove(const Case& which, const Instance& instance, const fs::path& folder) {
  const auto kept = folder / (which.name() + ".optimum");
  Proof proof;
  if (std::ifstream from(kept); from) {
    std::int64_t optimum = 0;
    from >> optimum >> proof.groups >> proof.enumerated_s;
    proof.optimum = optimum;
    return proof;
  }
  const auto start = cpu_seconds();
  const auto columns = all_columns(instance, most_groups);
  proof.enumerated_s = cpu_seconds() - start;
  if (!columns) return proof;
  proof.groups = columns->groups.size();
  const auto program = folder / (which.name() + ".lp"), solution = folder / (which.name() + ".solution");
  {
    std::ofstream to(program);
    write_program(to, *columns);
  }
  const auto command = "cbc '" + program.string() + "' timeMode cpu sec " + std::to_string(most_proof_s) +
                       " ratioGap 0 allowableGap 0 solve solu '" + solution.string() + "' >'" +
                       (folder / (which.name() + ".log")).string() + "' 2>&1";
  if (std::system(command.c_str()) != 0) throw std::runtime_error("CBC failed: is coinor-cbc installed?");
  proof.optimum = proved(solution, instance, *columns);
  if (proof.optimum) std::ofstream(kept) << *proof.optimum << ' ' << proof.groups << ' ' << proof.enumerated_s << '\n';
  return proof;
}

/// Instances with fewer groups leave little to choose.
constexpr std::size_t groups_of_a_hard_one = 1'000;

/// Of the results of many instances at one length of search.
struct Reached {
  double sum = 0, worst = 1;
  int count = 0, optimal = 0;
  void add(double part) {
    sum += part;
    worst = std::min(worst, part);
    optimal += part >= 1 ? 1 : 0;
    ++count;
  }
  void tell(const std::string& given_s, const char* which) const {
    std::cout << "{\"given_s\": " << given_s << ", \"which\": \"" << which << "\", \"instances\": " << count
              << ", \"optimal\": " << optimal << ", \"mean\": " << sum / std::max(1, count) << ", \"worst\": " << worst << '}' << std::endl;
  }
};

}  // namespace

int optimum_command(const Words& words) {
  const fs::path folder = words[0];
  fs::create_directories(folder);
  std::vector<Reached> reached(words.size()), of_hard(words.size());
  for (const auto& which : cases()) {
    const auto instance = which.instance();
    const auto proof = prove(which, instance, folder);
    std::cout << "{\"instance\": \"" << which.name() << "\", \"groups\": " << proof.groups << ", \"enumerated_s\": " << proof.enumerated_s;
    if (!proof.optimum || *proof.optimum == 0) {
      std::cout << ", \"optimum\": null}" << std::endl;
      continue;
    }
    std::cout << ", \"optimum\": " << *proof.optimum;
    for (std::size_t at = 1; at < words.size(); ++at) {
      const auto start = cpu_seconds();
      const auto proposal = propose(instance, search_of(std::stod(words[at])));
      const auto took = cpu_seconds() - start;
      if (const auto wrong = check(instance, proposal); !wrong.empty()) throw std::logic_error(wrong.front());
      const auto value = value_of_groups(instance, proposal.groups);
      if (value > *proof.optimum) throw std::logic_error(which.name() + ": the engine found more than the optimum.");
      const auto part = static_cast<double>(value) / static_cast<double>(*proof.optimum);
      reached[at].add(part);
      if (proof.groups >= groups_of_a_hard_one) of_hard[at].add(part);
      std::cout << ", \"" << words[at] << "\": {\"part\": " << part << ", \"gap\": " << proposal.gap.value_or(-1)
                << ", \"took_s\": " << took << '}';
    }
    std::cout << '}' << std::endl;
  }
  for (std::size_t at = 1; at < words.size(); ++at) {
    reached[at].tell(words[at], "all");
    of_hard[at].tell(words[at], "hard");
  }
  return 0;
}

}  // namespace cp::matching::bench
