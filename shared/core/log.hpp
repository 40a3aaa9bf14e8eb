// Structured logs: one JSON object a line, on standard error. No personal data: ids, codes,
// counts and times only; never names, addresses, texts people wrote, or tokens.
#pragma once

#include "shared/core/names.hpp"

#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <utility>
#include <variant>

namespace cp::log {

enum class Level { debug, info, warning, error };
constexpr auto names_of(Level) {
  return names<Level>({{Level::debug, "debug"}, {Level::info, "info"},
                       {Level::warning, "warning"}, {Level::error, "error"}});
}
using Value = std::variant<std::string_view, std::int64_t, double, bool>;

struct Entry {
  std::string_view key;
  Value value;
  Entry(std::string_view k, std::string_view v) : key(k), value(v) {}
  Entry(std::string_view k, const char* v) : key(k), value(std::string_view(v)) {}
  Entry(std::string_view k, std::int64_t v) : key(k), value(v) {}
  Entry(std::string_view k, int v) : key(k), value(std::int64_t{v}) {}
  Entry(std::string_view k, double v) : key(k), value(v) {}
  Entry(std::string_view k, bool v) : key(k), value(v) {}
};
using Entries = std::initializer_list<Entry>;

void set_level(Level least);
/// Writes one line with a single call, so that threads do not mix theirs. `event` is kebab-case.
void write(Level level, std::string_view event, Entries entries = {});
inline void debug(std::string_view event, Entries entries = {}) { write(Level::debug, event, entries); }
inline void info(std::string_view event, Entries entries = {}) { write(Level::info, event, entries); }
inline void warning(std::string_view event, Entries entries = {}) { write(Level::warning, event, entries); }
inline void error(std::string_view event, Entries entries = {}) { write(Level::error, event, entries); }

}  // namespace cp::log
