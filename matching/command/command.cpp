#include "matching/command/command.hpp"

#include "matching/engine/checker.hpp"
#include "matching/engine/deadline.hpp"
#include "matching/engine/engine.hpp"
#include "matching/engine/generator.hpp"
#include "matching/engine/rules.hpp"
#include "matching/command/wire.hpp"

#include <chrono>
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>

namespace cp::matching {
namespace {

constexpr int status_done = 0;
constexpr int status_refused = 1;
constexpr int status_files = 2;
constexpr json::ParseLimits file_limits{.bytes = std::size_t{256} << 20, .depth = 16};

std::optional<std::string> read_text_file(const std::string& path) {
  std::ifstream file;
  if (path != "-") file.open(path, std::ios::binary);
  std::istream& source = path == "-" ? std::cin : file;
  if (source) {
    std::string text{std::istreambuf_iterator<char>(source), std::istreambuf_iterator<char>()};
    if (!source.bad()) return text;
  }
  std::cerr << path << ": cannot be read.\n";
  return std::nullopt;
}

int write_text_file(const std::string& path, const std::string& text) {
  std::ofstream file;
  if (path != "-") file.open(path, std::ios::binary | std::ios::trunc);
  std::ostream& target = path == "-" ? std::cout : file;
  target << text << '\n' << std::flush;
  if (target) return status_done;
  std::cerr << path << ": cannot be written.\n";
  return status_files;
}

int refuse(const std::string& path, const Error& error) {
  std::cerr << path << ": " << error.detail << '\n';
  for (const auto& field : error.fields) std::cerr << "  " << field.pointer << ": " << field.detail << '\n';
  return status_refused;
}

/// Reads a file's value or answers the exit status.
template <class T>
struct Loaded {
  std::optional<T> value;
  int status = status_done;
};
template <class T>
Loaded<T> load(const std::string& path) {
  const auto text = read_text_file(path);
  if (!text) return {std::nullopt, status_files};
  auto value = json::read<T>(*text, file_limits);
  if (!value) return {std::nullopt, refuse(path, value.error())};
  return {std::move(*value), status_done};
}

Loaded<Instance> load_instance(const std::string& path) {
  auto loaded = load<Instance>(path);
  if (!loaded.value) return loaded;
  if (const auto valid = validate(*loaded.value); !valid) return {std::nullopt, refuse(path, valid.error())};
  return loaded;
}

}  // namespace

int match_command(const std::string& input, const std::string& output, std::int64_t deadline_ms,
                  std::uint64_t seed) {
  using Clock = std::chrono::steady_clock;
  const auto loaded = load_instance(input);
  if (!loaded.value) return loaded.status;
  const auto start = Clock::now();
  Search search;
  search.seed = seed;
  if (deadline_ms > 0) search.time_used = time_from_now(std::chrono::milliseconds(deadline_ms));
  const auto proposal = propose(*loaded.value, search);
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start);
  std::cerr << proposal.groups.size() << " groups, " << proposal.left_out.size() << " of "
            << loaded.value->families.size() << " families left out, score " << proposal.score << ", "
            << proposal.steps << " steps in " << took.count() << " ms"
            << (proposal.stopped_early ? ", stopped early" : "") << ".\n";
  return write_text_file(output, json::write(proposal));
}

int generate_command(std::int64_t families, std::int64_t offers, double density, std::uint64_t seed,
                     const std::string& output) {
  if (families < 0 || families > 100'000 || offers < 0 || offers > 100'000 || !(density >= 0 && density <= 1)) {
    std::cerr << "Use 0 to 100000 families and offers and a density from 0 to 1.\n";
    return status_refused;
  }
  return write_text_file(output, json::write(generate({families, offers, density, seed})));
}

int check_command(const std::string& instance_path, const std::string& proposal_path) {
  const auto instance = load_instance(instance_path);
  if (!instance.value) return instance.status;
  const auto proposal = load<Proposal>(proposal_path);
  if (!proposal.value) return proposal.status;
  const auto wrong = check(*instance.value, *proposal.value);
  for (const auto& sentence : wrong) std::cerr << sentence << '\n';
  std::cerr << (wrong.empty() ? "No rule is broken.\n" : std::to_string(wrong.size()) + " rules are broken.\n");
  return wrong.empty() ? status_done : status_refused;
}

}  // namespace cp::matching
