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
                  std::uint64_t seed, std::int64_t threads = 1);
/// `match generate --families N --offers M --density D --seed S --output INSTANCE`, where the density is `sparse`, `medium`,
/// `dense` or a number from 0 to 1.
int generate_command(std::int64_t families, std::int64_t offers, const std::string& density, std::uint64_t seed,
                     const std::string& output);
/// `match check INSTANCE PROPOSAL`
int check_command(const std::string& instance_path, const std::string& proposal_path);
/// `match schema instance|result`: the JSON Schema of a file, on standard output.
int schema_command(const std::string& of);
/// The same as a text; empty for another name.
std::string schema_text(const std::string& of);

}  // namespace cp::matching
