// The command line of matching: `commonpurse match ...`. Each function does one command, tells
// people on standard error what went wrong and answers the exit status: 0 done, 1 the content was
// refused, 2 a file could not be read or written. `-` is standard input or output.
#pragma once

#include <cstdint>
#include <string>

namespace cp::matching {

/// `match --input INSTANCE --output PROPOSAL`. With `deadline_ms` 0 the search ends by itself and
/// the answer is the same on every machine.
int match_command(const std::string& input, const std::string& output, std::int64_t deadline_ms,
                  std::uint64_t seed);
/// `match generate --families N --offers M --density D --seed S --output INSTANCE`
int generate_command(std::int64_t families, std::int64_t offers, double density, std::uint64_t seed,
                     const std::string& output);
/// `match check INSTANCE PROPOSAL`
int check_command(const std::string& instance_path, const std::string& proposal_path);

}  // namespace cp::matching
