#include "shared/json/wire.hpp"

#include <charconv>
#include <cmath>

namespace cp::json {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";

std::string range_text(Bounds bounds) {
  if (bounds.least == std::numeric_limits<std::int64_t>::min()) {
    return "Use at most " + std::to_string(bounds.most) + ".";
  }
  if (bounds.most == std::numeric_limits<std::int64_t>::max()) {
    return "Use at least " + std::to_string(bounds.least) + ".";
  }
  return "Use a value from " + std::to_string(bounds.least) + " to " + std::to_string(bounds.most) + ".";
}

template <class T>
bool parse_whole(std::string_view text, T& value) {
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  return failed == std::errc() && end == text.data() + text.size();
}

Bounds text_bounds(Bounds bounds) { return bounds.given() ? bounds : between(0, default_text_bytes); }

}  // namespace

void append_text(std::string& out, std::string_view text) {
  out += '"';
  std::size_t plain_from = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte >= 0x20 && byte != '"' && byte != '\\') continue;
    out.append(text, plain_from, at - plain_from);
    plain_from = at + 1;
    switch (byte) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default:
        out += "\\u00";
        out += hex_digits[byte >> 4];
        out += hex_digits[byte & 0xF];
    }
  }
  out.append(text, plain_from, text.size() - plain_from);
  out += '"';
}

void append_number(std::string& out, std::int64_t value) {
  char buffer[24];
  const auto written = std::to_chars(buffer, buffer + sizeof buffer, value);
  out.append(buffer, written.ptr);
}

void append_number(std::string& out, double value) {
  if (!std::isfinite(value)) throw std::domain_error("JSON has no text for this number");
  char buffer[40];
  const auto written = std::to_chars(buffer, buffer + sizeof buffer, value);
  out.append(buffer, written.ptr);
}

void append_pointer_token(std::string& pointer, std::string_view key) {
  pointer += '/';
  for (const char c : key) {
    if (c == '~') pointer += "~0";
    else if (c == '/') pointer += "~1";
    else pointer += c;
  }
}

void read_bool(Reading& reading, Node node, bool& value) {
  if (node.kind() == Kind::boolean) {
    value = node.as_bool();
    return;
  }
  if (reading.source == Source::parameters && node.kind() == Kind::string) {
    value = node.as_string() == "true";
    if (value || node.as_string() == "false") return;
  }
  reading.refuse("Use true or false.");
}

void read_integer(Reading& reading, Node node, Bounds bounds, std::int64_t& value) {
  if (node.kind() == Kind::integer) {
    value = node.as_integer();
  } else if (!(reading.source == Source::parameters && node.kind() == Kind::string &&
               parse_whole(node.as_string(), value))) {
    reading.refuse("Use a whole number.");
    return;
  }
  if (value < bounds.least || value > bounds.most) reading.refuse(range_text(bounds));
}

void read_double(Reading& reading, Node node, double& value) {
  if (node.kind() == Kind::integer || node.kind() == Kind::decimal) {
    value = node.as_double();
  } else if (!(reading.source == Source::parameters && node.kind() == Kind::string &&
               parse_whole(node.as_string(), value))) {
    reading.refuse("Use a number.");
    return;
  }
  if (!std::isfinite(value)) reading.refuse("Use a finite number.");
}

void read_text(Reading& reading, Node node, Bounds bounds, std::string& value) {
  if (node.kind() != Kind::string) {
    reading.refuse("Use a text.");
    return;
  }
  const auto text = node.as_string();
  if (!reading.bounded()) {
    value = text;
    return;
  }
  const auto allowed = text_bounds(bounds);
  if (static_cast<std::int64_t>(text.size()) < allowed.least) {
    reading.refuse(allowed.least == 1 ? "This may not be empty."
                                      : "Use at least " + std::to_string(allowed.least) + " characters.");
  } else if (static_cast<std::int64_t>(text.size()) > allowed.most) {
    reading.refuse("Use at most " + std::to_string(allowed.most) + " characters.");
  } else if (text.find('\0') != std::string_view::npos) {
    // A zero byte would end the text for C libraries and is refused by PostgreSQL.
    reading.refuse("This text has a character that cannot be stored.");
  } else {
    value = text;
  }
}

void read_money(Reading& reading, Node node, Bounds bounds, Money& value) {
  if (!check_object(reading, node)) return;
  const auto pence = node.find("pence");
  const auto currency = node.find("currency");
  if (!pence || pence->kind() != Kind::integer) {
    reading.refuse("Give whole pence, such as {\"pence\":1250,\"currency\":\"GBP\"}.");
  } else if (!currency || currency->kind() != Kind::string ||
             currency->as_string() != Money::currency) {
    reading.refuse("The currency has to be GBP.");
  } else if (node.size() != 2) {
    reading.refuse("Money has only pence and currency.");
  } else if (pence->as_integer() < bounds.least || pence->as_integer() > bounds.most) {
    reading.refuse(range_text(bounds));
  } else {
    value = Money(pence->as_integer());
  }
}

bool check_list(Reading& reading, Node node, Bounds bounds) {
  if (node.kind() != Kind::array) {
    reading.refuse("Use a list.");
    return false;
  }
  if (!reading.bounded()) return true;
  const auto allowed = bounds.given() ? bounds : between(0, default_list_items);
  const auto size = static_cast<std::int64_t>(node.size());
  if (size < allowed.least || size > allowed.most) {
    reading.refuse("Give from " + std::to_string(std::max<std::int64_t>(0, allowed.least)) + " to " +
                   std::to_string(allowed.most) + " items.");
    return false;
  }
  return true;
}

bool check_object(Reading& reading, Node node) {
  if (node.kind() == Kind::object) return true;
  reading.refuse("Use an object.");
  return false;
}

void refuse_unknown_keys(Reading& reading, Node node, const std::vector<std::string_view>& known) {
  node.each_member([&](std::string_view key, Node) {
    if (std::find(known.begin(), known.end(), key) != known.end()) return;
    const auto length = reading.pointer.size();
    append_pointer_token(reading.pointer, key);
    reading.refuse("This is not known here; check its spelling.");
    reading.pointer.resize(length);
  });
}

std::string integer_schema(Bounds bounds) {
  std::string out = R"({"type":"integer","format":"int64")";
  if (bounds.least != std::numeric_limits<std::int64_t>::min()) {
    out += R"(,"minimum":)" + std::to_string(bounds.least);
  }
  if (bounds.most != std::numeric_limits<std::int64_t>::max()) {
    out += R"(,"maximum":)" + std::to_string(bounds.most);
  }
  return out + "}";
}

std::string text_schema(Bounds bounds) {
  // Bounds count bytes, JSON Schema counts characters: only the upper one is sure to hold, and a
  // text that is not empty has at least one character.
  const auto allowed = text_bounds(bounds);
  return R"({"type":"string","minLength":)" + std::to_string(allowed.least > 0 ? 1 : 0) +
         R"(,"maxLength":)" + std::to_string(allowed.most) + "}";
}

std::string money_schema() {
  return R"({"type":"object","description":"Whole pence sterling.","additionalProperties":false,)"
         R"("properties":{"pence":{"type":"integer","format":"int64"},)"
         R"("currency":{"type":"string","const":"GBP"}},"required":["pence","currency"]})";
}

std::string format_schema(std::string_view format) {
  return R"({"type":"string","format":")" + std::string(format) + "\"}";
}

std::string pattern_schema(std::string_view pattern) {
  std::string out = R"({"type":"string","pattern":)";
  append_text(out, pattern);
  return out + "}";
}

std::string nullable_schema(const std::string& schema) {
  if (schema == "{}") return schema;
  return R"({"anyOf":[)" + schema + R"(,{"type":"null"}]})";
}

std::string documented_schema(const std::string& schema, std::string_view doc) {
  if (doc.empty()) return schema;
  std::string out = R"({"description":)";
  append_text(out, doc);
  // In 2020-12 keywords may stand beside a `$ref`.
  if (schema.size() > 2) out += "," + schema.substr(1, schema.size() - 2);
  return out + "}";
}

}  // namespace cp::json
