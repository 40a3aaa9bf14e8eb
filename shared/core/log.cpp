#include "shared/core/log.hpp"

#include "shared/core/time.hpp"

#include <unistd.h>

#include <atomic>
#include <charconv>
#include <cmath>
#include <string>

namespace cp::log {
namespace {

std::atomic<Level> least_level{Level::info};

// The log knows no JSON library: `core` is below it, and a line is simple.
void append_text(std::string& out, std::string_view text) {
  constexpr std::string_view hex = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20) {
      out += "\\u00";
      out += hex[byte >> 4];
      out += hex[byte & 0xF];
    } else {
      out += c;
    }
  }
  out += '"';
}

template <class Number>
void append_number(std::string& out, Number number) {
  char buffer[40];
  const auto written = std::to_chars(buffer, buffer + sizeof buffer, number);
  out.append(buffer, written.ptr);
}

struct AppendValue {
  std::string& out;
  void operator()(std::string_view text) const { append_text(out, text); }
  void operator()(std::int64_t number) const { append_number(out, number); }
  void operator()(double number) const {
    if (std::isfinite(number)) append_number(out, number);
    else out += "null";
  }
  void operator()(bool flag) const { out += flag ? "true" : "false"; }
};

}  // namespace

void set_level(Level least) { least_level.store(least, std::memory_order_relaxed); }

void write(Level level, std::string_view event, Entries entries) {
  if (level < least_level.load(std::memory_order_relaxed)) return;
  std::string line = R"({"time":")" + to_text(SystemClock().now()) + R"(","level":")";
  line.append(name(level)).append(R"(","event":)");
  append_text(line, event);
  for (const auto& entry : entries) {
    line += ',';
    append_text(line, entry.key);
    line += ':';
    std::visit(AppendValue{line}, entry.value);
  }
  line += "}\n";
  // A log that cannot be written must not stop the service, so a failure is let pass.
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace cp::log
