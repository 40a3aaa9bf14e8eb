#include "payments/exports/export_names.hpp"

#include "payments/ledger/rules.hpp"
#include "payments/model.hpp"

#include <array>
#include <vector>

namespace cp::payments {
namespace {

using ledger::AccountKind;

struct Naming {
  AccountKind kind;
  std::string_view top;
  std::array<std::string_view, 3> parts;  // what the parts of the name are; `stream` is one
};

constexpr std::string_view stream_part = "stream";
constexpr auto namings = std::to_array<Naming>({
    {AccountKind::funding, "Equity:Funding", {"Authority", stream_part, ""}},
    {AccountKind::available, "Assets:Available", {"Plan", stream_part, ""}},
    {AccountKind::held, "Assets:Held", {"Pool", "Plan", stream_part}},
    {AccountKind::payable, "Assets:Payable", {"Provider", "Pool", ""}},
    {AccountKind::batched, "Assets:Batched", {"Run", "Provider", ""}},
    {AccountKind::sent, "Assets:Sent", {"Run", "Provider", ""}},
    {AccountKind::settled, "Expenses:Settled", {"Run", "Provider", ""}},
    {AccountKind::granted, "Equity:Granted", {"Plan", "", ""}},
    {AccountKind::cap, "Assets:Cap", {"Plan", "", ""}},
    {AccountKind::pooled, "Assets:Pooled", {"Plan", "", ""}},
    {AccountKind::paid_in, "Equity:Paid-in", {"Authority", "Family", ""}},
    {AccountKind::reserved, "Assets:Reserved", {"Fee", "Plan", stream_part}},
});

/// Letters and digits as they are, and dashes; anything else, and X itself, as X and two digits.
std::string escaped(std::string_view part) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string text;
  for (const char c : part) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z' && c != 'X') || (c >= '0' && c <= '9') || c == '-';
    if (plain) {
      text += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    text += {'X', digits[byte >> 4], digits[byte & 15]};
  }
  return text;
}

/// `short_breaks` becomes `Short-breaks`.
std::string stream_name(std::string_view part) {
  if (!from_name<Stream>(part)) return "Stream-" + escaped(part);
  std::string text(part);
  text.front() = static_cast<char>(text.front() - 'a' + 'A');
  for (auto& c : text) {
    if (c == '_') c = '-';
  }
  return text;
}

std::vector<std::string_view> split(std::string_view name) {
  std::vector<std::string_view> parts;
  for (;;) {
    const auto colon = name.find(':');
    parts.push_back(name.substr(0, colon));
    if (colon == std::string_view::npos) return parts;
    name.remove_prefix(colon + 1);
  }
}

}  // namespace

std::string exported_name(ledger::AccountKind kind, std::string_view account) {
  const auto& naming = namings[static_cast<std::size_t>(kind)];
  std::string text(naming.top);
  const auto parts = split(account);
  if (parts.front() != name(kind) || parts.size() < 2) return text + ":Name-" + escaped(account);
  for (std::size_t at = 1; at < parts.size(); ++at) {
    const auto what = at <= naming.parts.size() ? naming.parts[at - 1] : std::string_view();
    // An instalment stands beside its stream, not below it: a balance asserted there would count both.
    if (what.empty() && at >= 2 && naming.parts[at - 2] == stream_part) text += "-" + escaped(parts[at]);
    else if (what == stream_part) text += ":" + stream_name(parts[at]);
    else text += ":" + std::string(what.empty() ? "Part" : what) + "-" + escaped(parts[at]);
  }
  return text;
}

std::string_view exported_commodity(ledger::AccountKind kind) {
  return ledger::unit_of(kind) == ledger::Unit::money ? Money::currency : std::string_view("POOLABLE");
}

}  // namespace cp::payments
