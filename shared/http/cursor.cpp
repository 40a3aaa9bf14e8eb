#include "shared/http/cursor.hpp"

#include <sodium.h>

#include <array>
#include <charconv>

namespace cp::http {
namespace {

constexpr std::size_t most_cursor_bytes = 2'000;
constexpr int base64 = sodium_base64_VARIANT_URLSAFE_NO_PADDING;

Error bad_cursor() {
  return invalid_field("/after", "Use the `next` link of the page before, unchanged.");
}

bool is_plain(unsigned char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_' || c == '.' || c == '~';
}

}  // namespace

// Each value as its length, a colon and itself: any bytes can stand in any value.
std::string encode_cursor(const std::vector<std::string>& values) {
  std::string packed;
  for (const auto& value : values) packed.append(std::to_string(value.size())).append(":").append(value);
  std::string out(sodium_base64_encoded_len(packed.size(), base64), '\0');
  sodium_bin2base64(out.data(), out.size(), reinterpret_cast<const unsigned char*>(packed.data()),
                    packed.size(), base64);
  out.pop_back();  // the zero that libsodium ends its text with
  return out;
}

Result<std::vector<std::string>> decode_cursor(std::string_view cursor, std::size_t expected_values) {
  if (cursor.size() > most_cursor_bytes) return bad_cursor();
  std::string packed(cursor.size(), '\0');
  std::size_t length = 0;
  const char* end = nullptr;
  if (sodium_base642bin(reinterpret_cast<unsigned char*>(packed.data()), packed.size(), cursor.data(),
                        cursor.size(), nullptr, &length, &end, base64) != 0 ||
      end != cursor.data() + cursor.size()) {
    return bad_cursor();
  }
  packed.resize(length);
  std::vector<std::string> values;
  std::string_view rest = packed;
  while (!rest.empty()) {
    std::size_t bytes = 0;
    const auto [after, failed] = std::from_chars(rest.data(), rest.data() + rest.size(), bytes);
    if (failed != std::errc()) return bad_cursor();
    const auto digits = static_cast<std::size_t>(after - rest.data());
    if (digits == rest.size() || rest[digits] != ':') return bad_cursor();
    rest.remove_prefix(digits + 1);
    if (bytes > rest.size()) return bad_cursor();
    values.emplace_back(rest.substr(0, bytes));
    rest.remove_prefix(bytes);
  }
  if (values.size() != expected_values) return bad_cursor();
  return values;
}

Result<std::optional<TimeKey>> decode_time_key(const std::optional<std::string>& after) {
  if (!after) return std::optional<TimeKey>();
  auto values = decode_cursor(*after, 2);
  if (!values) return values.error();
  const auto time = parse_timestamp((*values)[0]);
  if (!time) return bad_cursor();
  return std::optional(TimeKey{*time, std::move((*values)[1])});
}

std::string in_query(std::string_view value) {
  constexpr std::string_view hex = "0123456789ABCDEF";
  std::string out;
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (is_plain(byte)) out += c;
    else out.append("%").append(1, hex[byte >> 4]).append(1, hex[byte & 0xF]);
  }
  return out;
}

std::string next_link(const Request& request, const std::string& cursor) {
  std::string query;
  std::string_view rest = request.query;
  while (!rest.empty()) {
    const auto end = rest.find('&');
    const auto pair = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    if (pair.substr(0, pair.find('=')) == "after" || pair.empty()) continue;
    query.append(pair) += '&';
  }
  query.append("after=").append(in_query(cursor));
  return request.path + "?" + query;
}

}  // namespace cp::http
