#include "payments/banking/statement.hpp"

namespace cp::banking {
namespace {

constexpr std::int64_t most_pounds = 1'000'000'000;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// `1,234` without its commas; nothing where they are not every three digits.
std::optional<std::string> without_commas(std::string_view whole) {
  const auto first = whole.find(',');
  if (first == std::string_view::npos) return std::string(whole);
  if (first == 0 || first > 3) return std::nullopt;
  std::string digits(whole.substr(0, first));
  for (whole.remove_prefix(first); !whole.empty(); whole.remove_prefix(4)) {
    if (whole.size() < 4 || whole[0] != ',') return std::nullopt;
    digits += whole.substr(1, 3);
  }
  return digits;
}

}  // namespace

std::optional<Money> parse_pounds(std::string_view text, bool thousands) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (thousands && text.starts_with("£")) text.remove_prefix(std::string_view("£").size());
  const auto point = text.find('.');
  const auto whole = thousands ? without_commas(text.substr(0, point)) : std::string(text.substr(0, point));
  const auto fraction = point == std::string_view::npos ? std::string_view("0") : text.substr(point + 1);
  if (!whole || whole->empty() || whole->size() > 18 || fraction.empty() || fraction.size() > 18) return std::nullopt;
  std::int64_t pounds = 0;
  for (const char c : *whole) {
    if (!is_digit(c)) return std::nullopt;
    pounds = pounds * 10 + (c - '0');
  }
  std::int64_t pence = 0;
  for (std::size_t at = 0; at < fraction.size(); ++at) {
    if (!is_digit(fraction[at]) || (at >= 2 && fraction[at] != '0')) return std::nullopt;
    if (at < 2) pence += (fraction[at] - '0') * (at == 0 ? 10 : 1);
  }
  if (pounds > most_pounds) return std::nullopt;
  const Money amount(pounds * 100 + pence);
  return negative ? -amount : amount;
}

}  // namespace cp::banking
