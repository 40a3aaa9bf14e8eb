#include "services/catalogue/command.hpp"

#include "services/catalogue/mapping.hpp"
#include "services/catalogue/store.hpp"
#include "services/identity/command.hpp"

#include <cstdio>
#include <fstream>
#include <iterator>
#include <map>

namespace cp::catalogue {
namespace {

constexpr std::size_t most_bytes = 8U << 20;

/// At most one byte more than allowed, so that the reader sees that it is too much.
std::optional<std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  std::string text(most_bytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad()) return std::nullopt;
  text.resize(static_cast<std::size_t>(file.gcount()));
  return text;
}

/// `Trafford` -> `trafford`: until identity tells the short name it uses itself.
std::string short_name(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c >= 'A' && c <= 'Z') out += static_cast<char>(c - 'A' + 'a');
    else out += c == ' ' ? '-' : c;
  }
  return out;
}

/// `/12/age_min` becomes `line 12, age_min`.
std::string where(const std::string& pointer) {
  const auto column = pointer.find('/', 1);
  auto text = "line " + pointer.substr(1, column == std::string::npos ? column : column - 1);
  if (column != std::string::npos) text += ", " + pointer.substr(column + 1);
  return text;
}

void report(const Error& error, const std::string& file) {
  std::fprintf(stderr, "%s: %s\n", file.c_str(), error.detail.c_str());
  for (const auto& field : error.fields) {
    std::fprintf(stderr, "  %s: %s\n", where(field.pointer).c_str(), field.detail.c_str());
  }
}

}  // namespace

int import_mapping_command(db::Database& database, IdSource& ids, Timestamp now, const std::string& file) {
  const auto text = read_file(file);
  if (!text) {
    std::fprintf(stderr, "%s: this file cannot be read.\n", file.c_str());
    return 1;
  }
  const auto rows = read_mapping(*text);
  if (!rows) {
    report(rows.error(), file);
    return 1;
  }
  store::Imported count;
  std::map<std::string, std::int64_t> by_authority;
  for (const auto& row : *rows) ++by_authority[row.authority_name];
  database.write_now([&](db::Tx& tx) {
    store::prepare(tx);
    std::map<std::string, Id<"authority">> authorities;
    for (const auto& [name, services] : by_authority) {
      const auto id = identity::ensure_authority(tx, ids, now, name);
      authorities[name] = id;
      store::put_authority(tx, {id, name}, short_name(name));
    }
    count = store::import_rows(tx, ids, now, *rows, authorities);
  });
  std::printf("%zu services", rows->size());
  for (const auto& [name, services] : by_authority) {
    std::printf(", %s %lld", name.c_str(), static_cast<long long>(services));
  }
  std::printf(" (%lld new, %lld changed, %lld as before)\n", static_cast<long long>(count.added),
              static_cast<long long>(count.changed), static_cast<long long>(count.unchanged));
  return 0;
}

}  // namespace cp::catalogue
