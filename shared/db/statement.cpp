#include "shared/db/statement.hpp"

#include <cctype>
#include <stdexcept>

namespace cp::db {
namespace {

/// Where the quoted text, comment or `$$` body that begins at `at` ends; `at` if none begins there.
std::size_t skip_opaque(std::string_view sql, std::size_t at) {
  const auto behind = [&](std::string_view end, std::size_t from) {
    const auto found = sql.find(end, from);
    return found == std::string_view::npos ? sql.size() : found + end.size();
  };
  if (sql[at] == '\'') return behind("'", at + 1);  // a doubled quote is two texts in a row
  if (sql[at] == '"') return behind("\"", at + 1);
  if (sql.substr(at, 2) == "--") return behind("\n", at + 2);
  if (sql.substr(at, 2) == "$$") return behind("$$", at + 2);
  return at;
}

std::string upper(std::string_view text) {
  std::string out(text);
  for (auto& c : out) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return out;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blank = " \t\r\n";
  const auto first = text.find_first_not_of(blank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

/// Whether `text` is the body of a trigger up to one of its inner `;`.
bool inside_trigger(std::string_view text) {
  const auto statement = upper(text);
  if (!statement.starts_with("CREATE TRIGGER") || statement.find("BEGIN") == std::string::npos) {
    return false;
  }
  return !statement.ends_with("END");
}

/// The text without whole-line comments, blank when there is nothing else.
std::string_view without_leading_comments(std::string_view text) {
  text = trimmed(text);
  while (text.starts_with("--")) {
    const auto end = text.find('\n');
    text = end == std::string_view::npos ? std::string_view{} : trimmed(text.substr(end));
  }
  return text;
}

}  // namespace

void check_parameters(std::string_view sql, std::size_t count) {
  std::vector<bool> used(count, false);
  for (std::size_t at = 0; at < sql.size();) {
    if (const auto behind = skip_opaque(sql, at); behind != at) {
      at = behind;
      continue;
    }
    if (sql[at++] != '$') continue;
    std::size_t number = 0;
    for (; at < sql.size() && sql[at] >= '0' && sql[at] <= '9' && number < 100'000; ++at) {
      number = number * 10 + static_cast<std::size_t>(sql[at] - '0');
    }
    if (number == 0 || number > count) {
      throw std::logic_error("no value was given for a parameter of: " + shortened(sql));
    }
    used[number - 1] = true;
  }
  for (std::size_t at = 0; at < count; ++at) {
    if (!used[at]) {
      throw std::logic_error("$" + std::to_string(at + 1) + " is not used by: " + shortened(sql));
    }
  }
}

std::vector<std::string> split_statements(std::string_view sql) {
  std::vector<std::string> statements;
  const auto keep = [&](std::string_view text) {
    text = without_leading_comments(text);
    if (!text.empty()) statements.emplace_back(text);
  };
  std::size_t begin = 0;
  for (std::size_t at = 0; at < sql.size();) {
    if (const auto behind = skip_opaque(sql, at); behind != at) {
      at = behind;
      continue;
    }
    if (sql[at] == ';' && !inside_trigger(without_leading_comments(sql.substr(begin, at - begin)))) {
      keep(sql.substr(begin, at - begin));
      begin = at + 1;
    }
    ++at;
  }
  keep(sql.substr(begin));
  return statements;
}

std::string shortened(std::string_view sql) {
  return std::string(sql.substr(0, 160)) + (sql.size() > 160 ? "..." : "");
}

}  // namespace cp::db
