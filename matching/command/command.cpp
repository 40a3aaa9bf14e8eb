#include "matching/command/command.hpp"

#include "matching/engine/checker.hpp"
#include "matching/engine/deadline.hpp"
#include "matching/engine/engine.hpp"
#include "matching/engine/generator.hpp"
#include "matching/engine/rules.hpp"
#include "matching/engine/unmet.hpp"
#include "matching/command/wire.hpp"

#include <charconv>
#include <chrono>
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>
#include <vector>

namespace cp::matching {
namespace {

constexpr int status_done = 0;
constexpr int status_refused = 1;
constexpr int status_files = 2;
constexpr std::int64_t most_generated = 1'000'000;
constexpr json::ParseLimits file_limits{.bytes = std::size_t{256} << 20, .depth = 16};

std::optional<std::string> read_text_file(const std::string& path) {
  std::ifstream file;
  if (path != "-") file.open(path, std::ios::binary);
  std::istream& source = path == "-" ? std::cin : file;
  if (source) {
    // One byte more than is allowed is enough to know, and the memory stays bounded.
    std::string text;
    std::vector<char> part(std::size_t{1} << 20);
    while (text.size() <= file_limits.bytes && source.read(part.data(), static_cast<std::streamsize>(part.size())).gcount() > 0) {
      text.append(part.data(), static_cast<std::size_t>(source.gcount()));
    }
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

std::optional<Shape> shape_named(const std::string& density, std::int64_t families, std::int64_t offers,
                                 std::uint64_t seed) {
  if (const auto named = from_name<Density>(density)) return shape_of(*named, families, offers, seed);
  double number = 0;
  const auto [end, error] = std::from_chars(density.data(), density.data() + density.size(), number);
  if (error != std::errc{} || end != density.data() + density.size() || !(number >= 0 && number <= 1)) return std::nullopt;
  return Shape{families, offers, number, seed};
}

template <class T>
std::string schema_of() {
  json::Schemas named;
  const auto root = json::schema<T>(named);
  std::string text = R"({"$schema":"https://json-schema.org/draft/2020-12/schema",)" "\n" + root.substr(1, root.size() - 2) +
                     ",\n\"$defs\":{";
  for (auto entry = named.begin(); entry != named.end(); ++entry) {
    text.append(entry == named.begin() ? "\n\"" : ",\n\"").append(entry->first).append("\":").append(entry->second);
  }
  text += "}}";
  // OpenAPI keeps schemas elsewhere than a schema by itself does.
  const std::string there = "#/components/schemas/", here = "#/$defs/";
  for (auto at = text.find(there); at != std::string::npos; at = text.find(there, at)) text.replace(at, there.size(), here);
  return text;
}

}  // namespace

int match_command(const std::string& input, const std::string& output, std::int64_t deadline_ms,
                  std::uint64_t seed, std::int64_t threads) {
  using Clock = std::chrono::steady_clock;
  const auto loaded = load_instance(input);
  if (!loaded.value) return loaded.status;
  const auto start = Clock::now();
  Search search;
  search.seed = seed;
  search.threads = threads;
  if (deadline_ms > 0) end_after(search, std::chrono::milliseconds(deadline_ms));
  search.progress = [start](std::string_view stage, std::int64_t score) {
    const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start);
    std::cerr << now.count() << " ms: " << stage << ", score " << score << ".\n";
  };
  auto proposal = propose(*loaded.value, search);
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start);
  std::cerr << proposal.groups.size() << " groups, " << proposal.left_out.size() << " of "
            << loaded.value->families.size() << " families left out, score " << proposal.score << ", "
            << proposal.steps << " steps in " << took.count() << " ms"
            << (proposal.stopped_early ? ", stopped early" : "") << ".\n";
  if (proposal.bound) {
    std::cerr << "Nothing scores more than " << *proposal.bound << " (" << 100 * proposal.gap.value_or(0) << " % more"
              << (proposal.bound_could_be_lower ? "; with more time the bound might be lower" : "") << ").\n";
  }
  proposal.unmet = find_unmet(*loaded.value, proposal.left_out);
  return write_text_file(output, json::write(proposal));
}

int generate_command(std::int64_t families, std::int64_t offers, const std::string& density, std::uint64_t seed,
                     const std::string& output) {
  const auto shape = shape_named(density, families, offers, seed);
  if (!shape || families < 0 || families > most_generated || offers < 0 || offers > most_generated) {
    std::cerr << "Use 0 to 1000000 families and offers and a density of sparse, medium, dense or 0 to 1.\n";
    return status_refused;
  }
  return write_text_file(output, json::write(generate(*shape)));
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

std::string schema_text(const std::string& of) {
  if (of == "instance") return schema_of<Instance>();
  if (of == "result") return schema_of<Proposal>();
  return "";
}

int schema_command(const std::string& of) {
  const auto text = schema_text(of);
  if (!text.empty()) return write_text_file("-", text);
  std::cerr << "There are schemas of instance and of result.\n";
  return status_refused;
}

}  // namespace cp::matching
