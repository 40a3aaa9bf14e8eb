#include "payments/banking/characters.hpp"

#include "shared/core/csv.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace cp::banking {
namespace {

/// U+00C0 to U+017F: the Latin letters of European names, without their marks.
constexpr std::array<std::string_view, 0x180 - 0xC0> latin = {
    // 00C0
    "A", "A", "A", "A", "A", "A", "AE", "C", "E", "E", "E", "E", "I", "I", "I", "I",
    // 00D0
    "D", "N", "O", "O", "O", "O", "O", "x", "O", "U", "U", "U", "U", "Y", "TH", "ss",
    // 00E0
    "a", "a", "a", "a", "a", "a", "ae", "c", "e", "e", "e", "e", "i", "i", "i", "i",
    // 00F0
    "d", "n", "o", "o", "o", "o", "o", "/", "o", "u", "u", "u", "u", "y", "th", "y",
    // 0100
    "A", "a", "A", "a", "A", "a", "C", "c", "C", "c", "C", "c", "C", "c", "D", "d",
    // 0110
    "D", "d", "E", "e", "E", "e", "E", "e", "E", "e", "E", "e", "G", "g", "G", "g",
    // 0120
    "G", "g", "G", "g", "H", "h", "H", "h", "I", "i", "I", "i", "I", "i", "I", "i",
    // 0130
    "I", "i", "IJ", "ij", "J", "j", "K", "k", "k", "L", "l", "L", "l", "L", "l", "L",
    // 0140
    "l", "L", "l", "N", "n", "N", "n", "N", "n", "n", "N", "n", "O", "o", "O", "o",
    // 0150
    "O", "o", "OE", "oe", "R", "r", "R", "r", "R", "r", "S", "s", "S", "s", "S", "s",
    // 0160
    "S", "s", "T", "t", "T", "t", "T", "t", "U", "u", "U", "u", "U", "u", "U", "u",
    // 0170
    "U", "u", "U", "u", "W", "w", "Y", "y", "Y", "Z", "z", "Z", "z", "Z", "z", "s"};
static_assert(latin.back() == "s");

/// The character at the front of a valid text, and how many bytes it has.
struct Character {
  std::uint32_t code = 0;
  std::size_t bytes = 1;
};

Character front_of(std::string_view text) {
  const auto byte = [&](std::size_t at) { return static_cast<std::uint32_t>(static_cast<unsigned char>(text[at])); };
  const auto first = byte(0);
  if (first < 0x80) return {first, 1};
  const std::size_t bytes = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  std::uint32_t code = first & (0x7FU >> bytes);
  for (std::size_t at = 1; at < bytes; ++at) code = (code << 6U) | (byte(at) & 0x3FU);
  return {code, bytes};
}

/// In ASCII: one space for whatever has no counterpart.
std::string ascii_of(std::string_view utf8) {
  std::string out;
  utf8 = utf8.substr(0, valid_utf8_bytes(utf8));
  while (!utf8.empty()) {
    const auto [code, bytes] = front_of(utf8);
    if (code < 0x80) out += static_cast<char>(code);
    else if (code >= 0xC0 && code < 0x180) out += latin[code - 0xC0];
    else if (code == 0x2018 || code == 0x2019) out += '\'';
    else if (code >= 0x2010 && code <= 0x2015) out += '-';
    else if (code < 0x300 || code > 0x36F) out += ' ';  // combining marks just go
    utf8.remove_prefix(bytes);
  }
  return out;
}

bool is_letter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_capital(char c) { return c >= 'A' && c <= 'Z'; }
char capital(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

/// Keeps the characters of `marks`, letters and digits; single spaces for the rest, cut to `most`.
std::string kept(std::string_view ascii, std::string_view marks, std::size_t most) {
  std::string out;
  for (const char c : ascii) {
    const bool known = is_letter(c) || is_digit(c) || marks.find(c) != std::string_view::npos;
    if (known && !(c == '/' && (out.empty() || out.back() == '/'))) out += c;
    else if (!known && !out.empty() && out.back() != ' ') out += ' ';
  }
  out.resize(std::min(out.size(), most));
  while (out.ends_with(' ')) out.pop_back();
  return out;
}

}  // namespace

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blank = " \t\r\n";
  const auto first = text.find_first_not_of(blank);
  if (first == std::string_view::npos) return "";
  return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

std::string iso_text(std::string_view utf8, std::size_t most) {
  auto ascii = ascii_of(utf8);
  std::replace(ascii.begin(), ascii.end(), '&', '+');
  return kept(ascii, "/-?:().,'+", most);
}

std::string bacs_text(std::string_view utf8, std::size_t most) {
  auto ascii = ascii_of(utf8);
  // "O'NEIL" becomes "ONEIL", not "O NEIL".
  std::erase(ascii, '\'');
  std::transform(ascii.begin(), ascii.end(), ascii.begin(), capital);
  return kept(ascii, ".&/-", most);
}

bool is_bank_id(std::string_view text, std::size_t most) {
  const auto fits = [](char c) { return is_letter(c) || is_digit(c) || c == '-'; };
  return !text.empty() && text.size() <= most && std::all_of(text.begin(), text.end(), fits);
}

bool is_reference(std::string_view text) {
  const auto fits = [](char c) { return is_capital(c) || is_digit(c) || c == '.' || c == '-' || c == '/' || c == ' '; };
  return !text.empty() && text.size() <= 18 && std::all_of(text.begin(), text.end(), fits) && text.front() != ' ' &&
         text.front() != '/' && text.back() != ' ' && text.find("  ") == std::string_view::npos &&
         text.find("//") == std::string_view::npos;
}

std::string bank_id(std::string_view uuid) {
  std::string id;
  for (const char c : uuid) {
    if (c != '-') id += capital(c);
  }
  return id;
}

std::string reference_for(std::string_view uuid) {
  const auto id = bank_id(uuid);
  return "CP" + id.substr(id.size() - std::min<std::size_t>(id.size(), 16));
}

}  // namespace cp::banking
