// One declaration of what a struct looks like on the wire; reading, writing and the JSON Schema of
// `/openapi.json` all come from it, so that they cannot differ.
//
//   struct NewThread { std::string title; std::vector<std::string> tags; };
//   constexpr auto wire(const NewThread*) {
//     return json::object("NewThread",
//         json::field("title", &NewThread::title, "What it is about.", json::between(3, 120)),
//         json::field("tags", &NewThread::tags, "Words to find it by.", json::between(0, 8)));
//   }
//
// A field may be bool, std::int64_t, double, std::string, Money, Id, Timestamp, Date, Month, an
// enumeration with `names_of`, another declared struct, json::Any, and std::optional,
// std::vector or std::map<std::string, ...> of these. Reading collects every field error;
// unknown keys are refused.
#pragma once

#include "shared/core/error.hpp"
#include "shared/core/id.hpp"
#include "shared/core/money.hpp"
#include "shared/core/names.hpp"
#include "shared/core/time.hpp"
#include "shared/json/node.hpp"

#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

namespace cp::json {

/// Bounds of a field: the value of a number or of Money in pence, the bytes of a text, the count
/// of a list. Without bounds of its own a text has at most 1,000 bytes and a list 1,000 items.
struct Bounds {
  std::int64_t least = std::numeric_limits<std::int64_t>::min();
  std::int64_t most = std::numeric_limits<std::int64_t>::max();
  [[nodiscard]] constexpr bool given() const {
    return least != std::numeric_limits<std::int64_t>::min() ||
           most != std::numeric_limits<std::int64_t>::max();
  }
};
constexpr Bounds between(std::int64_t least, std::int64_t most) { return {least, most}; }
inline constexpr std::int64_t default_text_bytes = 1'000;
inline constexpr std::int64_t default_list_items = 1'000;

template <class T, class M>
struct Field {
  std::string_view key;
  M T::*member;
  std::string_view doc;
  Bounds bounds;
};
template <class T, class M>
constexpr Field<T, M> field(std::string_view key, M T::*member, std::string_view doc,
                            Bounds bounds = {}) {
  return {key, member, doc, bounds};
}

template <class... F>
struct Object {
  std::string_view name;
  std::tuple<F...> fields;
};
template <class... F>
constexpr Object<F...> object(std::string_view name, F... fields) {
  return {name, {fields...}};
}

template <class T>
concept Declared = requires { wire(static_cast<const T*>(nullptr)); };

/// Any JSON value, kept as text: for documents inside documents. Not checked beyond its syntax.
struct Any {
  std::string text = "null";
  bool operator==(const Any&) const = default;
};

/// An answer or body without content.
struct Empty {
  bool operator==(const Empty&) const = default;
};
constexpr auto wire(const Empty*) { return object("Empty"); }

// ---------------------------------------------------------------- writing

void append_text(std::string& out, std::string_view text);  // quoted and escaped
void append_number(std::string& out, std::int64_t value);
void append_number(std::string& out, double value);

template <class T>
void append(std::string& out, const T& value);

namespace detail {

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;
template <class T>
inline constexpr bool is_vector = false;
template <class T>
inline constexpr bool is_vector<std::vector<T>> = true;
template <class T>
inline constexpr bool is_map = false;
template <class T>
inline constexpr bool is_map<std::map<std::string, T>> = true;
template <class T>
inline constexpr bool is_id = false;
template <Name K>
inline constexpr bool is_id<Id<K>> = true;

template <class T>
void append_object(std::string& out, const T& value) {
  out += '{';
  bool first = true;
  std::apply(
      [&](const auto&... field) {
        ((out.append(first ? "\"" : ",\"").append(field.key).append("\":"), first = false,
          append(out, value.*field.member)),
         ...);
      },
      wire(static_cast<const T*>(nullptr)).fields);
  out += '}';
}

}  // namespace detail

/// Writes `value` as compact JSON behind `out`. An empty optional is `null`.
template <class T>
void append(std::string& out, const T& value) {
  if constexpr (std::is_same_v<T, bool>) {
    out += value ? "true" : "false";
  } else if constexpr (std::is_integral_v<T>) {
    append_number(out, static_cast<std::int64_t>(value));
  } else if constexpr (std::is_floating_point_v<T>) {
    append_number(out, static_cast<double>(value));
  } else if constexpr (std::is_same_v<T, std::string> || std::is_same_v<T, std::string_view>) {
    append_text(out, value);
  } else if constexpr (std::is_same_v<T, Money>) {
    out += "{\"pence\":";
    append_number(out, value.pence());
    out += ",\"currency\":\"GBP\"}";
  } else if constexpr (std::is_same_v<T, Timestamp> || std::is_same_v<T, Date> ||
                       std::is_same_v<T, Month>) {
    append_text(out, to_text(value));
  } else if constexpr (detail::is_id<T>) {
    append_text(out, value.text());
  } else if constexpr (std::is_same_v<T, Any>) {
    out += value.text;
  } else if constexpr (Named<T>) {
    append_text(out, name(value));
  } else if constexpr (detail::is_optional<T>) {
    if (value) append(out, *value);
    else out += "null";
  } else if constexpr (detail::is_vector<T>) {
    out += '[';
    for (std::size_t at = 0; at < value.size(); ++at) {
      if (at > 0) out += ',';
      append(out, value[at]);
    }
    out += ']';
  } else if constexpr (detail::is_map<T>) {
    out += '{';
    bool first = true;
    for (const auto& [key, item] : value) {
      if (!first) out += ',';
      first = false;
      append_text(out, key);
      out += ':';
      append(out, item);
    }
    out += '}';
  } else {
    static_assert(Declared<T>, "declare wire(const T*) beside the struct");
    detail::append_object(out, value);
  }
}

template <class T>
std::string write(const T& value) {
  std::string out;
  append(out, value);
  return out;
}

// ---------------------------------------------------------------- reading

/// Where a text comes from. In `parameters`, query strings and paths, numbers and booleans are
/// written as texts. What the program wrote itself, `own`, is not held against bounds again: they
/// are for what others send.
enum class Source { json, parameters, own };

/// Gathers the field errors of one reading; `pointer` is the JSON pointer to where it is now.
struct Reading {
  Source source = Source::json;
  std::string pointer = {};
  std::vector<FieldError> errors = {};
  [[nodiscard]] bool bounded() const { return source != Source::own; }
  void refuse(std::string detail) { errors.push_back({pointer, std::move(detail)}); }
};

/// One step of a JSON pointer (RFC 6901); a key may hold any character.
void append_pointer_token(std::string& pointer, std::string_view key);
void read_bool(Reading& reading, Node node, bool& value);
void read_integer(Reading& reading, Node node, Bounds bounds, std::int64_t& value);
void read_double(Reading& reading, Node node, double& value);
void read_text(Reading& reading, Node node, Bounds bounds, std::string& value);
void read_money(Reading& reading, Node node, Bounds bounds, Money& value);
/// True if the node is a list within its bounds.
bool check_list(Reading& reading, Node node, Bounds bounds);
bool check_object(Reading& reading, Node node);
void refuse_unknown_keys(Reading& reading, Node node, const std::vector<std::string_view>& known);

template <class T>
void read_value(Reading& reading, Node node, Bounds bounds, T& value);

namespace detail {

template <class T, class Parse>
void read_parsed(Reading& reading, Node node, T& value, std::string_view expected, Parse parse) {
  std::string text;
  const auto before = reading.errors.size();
  read_text(reading, node, {}, text);
  if (reading.errors.size() != before) return;
  if (auto parsed = parse(text)) value = std::move(*parsed);
  else reading.refuse(std::string(expected));
}

template <Named E>
std::string expected_names() {
  std::string list = "Use one of: ";
  bool first = true;
  for (const auto& [value, text] : names_of(E{})) {
    list.append(first ? "" : ", ").append(text);
    first = false;
  }
  return list + ".";
}

template <class T, class F>
void read_field(Reading& reading, Node node, const F& field, T& value) {
  using Member = std::remove_reference_t<decltype(value.*field.member)>;
  const auto length = reading.pointer.size();
  reading.pointer.append("/").append(field.key);
  const auto found = node.find(field.key);
  const auto bounds = reading.bounded() ? field.bounds : Bounds{};
  if (found) read_value(reading, *found, bounds, value.*field.member);
  else if constexpr (!is_optional<Member>) {
    // A list that a query string does not name is empty.
    if (!(is_vector<Member> && reading.source == Source::parameters)) {
      reading.refuse("This is needed.");
    }
  }
  reading.pointer.resize(length);
}

template <class T>
void read_object(Reading& reading, Node node, T& value) {
  if (!check_object(reading, node)) return;
  std::apply(
      [&](const auto&... field) {
        (read_field(reading, node, field, value), ...);
        refuse_unknown_keys(reading, node, {field.key...});
      },
      wire(static_cast<const T*>(nullptr)).fields);
}

template <class T>
void read_list(Reading& reading, Node node, Bounds bounds, std::vector<T>& value) {
  // One value of a repeatable query parameter stands alone.
  if (reading.source == Source::parameters && node.kind() != Kind::array) {
    read_value(reading, node, {}, value.emplace_back());
    return;
  }
  if (!check_list(reading, node, bounds)) return;
  value.clear();
  value.reserve(node.size());
  const auto length = reading.pointer.size();
  for (std::size_t at = 0; at < node.size(); ++at) {
    reading.pointer.append("/").append(std::to_string(at));  // g++ 12 misreads `"/" + text`
    T item{};
    read_value(reading, node.at(at), {}, item);
    value.push_back(std::move(item));
    reading.pointer.resize(length);
  }
}

template <class T>
void read_map(Reading& reading, Node node, Bounds bounds, std::map<std::string, T>& value) {
  if (!check_object(reading, node)) return;
  const auto most = bounds.given() ? bounds.most : default_list_items;
  if (reading.bounded() && node.size() > static_cast<std::size_t>(most)) {
    reading.refuse("At most " + std::to_string(most) + " keys.");
    return;
  }
  node.each_member([&](std::string_view key, Node member) {
    const auto length = reading.pointer.size();
    append_pointer_token(reading.pointer, key);
    read_value(reading, member, {}, value[std::string(key)]);
    reading.pointer.resize(length);
  });
}

}  // namespace detail

template <class T>
void read_value(Reading& reading, Node node, Bounds bounds, T& value) {
  if constexpr (std::is_same_v<T, bool>) {
    read_bool(reading, node, value);
  } else if constexpr (std::is_integral_v<T>) {
    std::int64_t wide = 0;
    const Bounds fits{std::max<std::int64_t>(bounds.least, std::numeric_limits<T>::min()),
                      std::min<std::int64_t>(bounds.most, std::numeric_limits<T>::max())};
    read_integer(reading, node, fits, wide);
    value = static_cast<T>(wide);
  } else if constexpr (std::is_floating_point_v<T>) {
    read_double(reading, node, value);
  } else if constexpr (std::is_same_v<T, std::string>) {
    read_text(reading, node, bounds, value);
  } else if constexpr (std::is_same_v<T, Money>) {
    read_money(reading, node, bounds, value);
  } else if constexpr (std::is_same_v<T, Timestamp>) {
    detail::read_parsed(reading, node, value, "Use a time such as 2026-11-23T09:00:00Z.",
                        parse_timestamp);
  } else if constexpr (std::is_same_v<T, Date>) {
    detail::read_parsed(reading, node, value, "Use a day such as 2026-11-23.", parse_date);
  } else if constexpr (std::is_same_v<T, Month>) {
    detail::read_parsed(reading, node, value, "Use a month such as 2014-03.", parse_month);
  } else if constexpr (detail::is_id<T>) {
    detail::read_parsed(reading, node, value, "Use an id as this service gave it.",
                        [](const std::string& text) { return T::parse(text); });
  } else if constexpr (std::is_same_v<T, Any>) {
    value.text = node.text();
  } else if constexpr (Named<T>) {
    detail::read_parsed(reading, node, value, detail::expected_names<T>(),
                        [](const std::string& text) { return from_name<T>(text); });
  } else if constexpr (detail::is_optional<T>) {
    if (node.kind() == Kind::null) value.reset();
    else read_value(reading, node, bounds, value.emplace());
  } else if constexpr (detail::is_vector<T>) {
    detail::read_list(reading, node, bounds, value);
  } else if constexpr (detail::is_map<T>) {
    detail::read_map(reading, node, bounds, value);
  } else {
    static_assert(Declared<T>, "declare wire(const T*) beside the struct");
    detail::read_object(reading, node, value);
  }
}

/// Reads a whole value, or answers `invalid-fields` with every field that has to be put right.
template <class T>
Result<T> read(Node node, Source source = Source::json) {
  Reading reading{.source = source};
  T value{};
  read_value(reading, node, {}, value);
  if (reading.errors.empty()) return value;
  Error error = invalid("invalid-fields", "Some fields need to be put right.");
  error.fields = std::move(reading.errors);
  return error;
}

template <class T>
Result<T> read(std::string_view text, const ParseLimits& limits = {}) {
  const auto document = Document::parse(text, limits);
  if (!document) return document.error();
  return read<T>(document->root());
}

/// Reads what `write` of this program wrote: kept answers, other services' answers, messages.
inline constexpr ParseLimits own_limits{.bytes = 256U << 20, .depth = 64};
template <class T>
Result<T> read_own(std::string_view text) {
  const auto document = Document::parse(text, own_limits);
  if (!document) return document.error();
  return read<T>(document->root(), Source::own);
}

// ---------------------------------------------------------------- JSON Schema

/// Schemas of named objects by name, as JSON texts: OpenAPI's `components/schemas`.
using Schemas = std::map<std::string, std::string>;

std::string integer_schema(Bounds bounds);
std::string text_schema(Bounds bounds);
std::string money_schema();
std::string format_schema(std::string_view format);
std::string pattern_schema(std::string_view pattern);
/// The same schema, where null is allowed too.
std::string nullable_schema(const std::string& schema);
std::string documented_schema(const std::string& schema, std::string_view doc);

template <class T>
std::string schema(Schemas& components, Bounds bounds = {});

namespace detail {

template <class T>
std::string object_schema(Schemas& components) {
  const auto declared = wire(static_cast<const T*>(nullptr));
  const std::string name(declared.name);
  const std::string reference = R"({"$ref":"#/components/schemas/)" + name + R"("})";
  if (components.contains(name)) return reference;
  components[name] = "{}";  // stands here while a struct that holds itself is described
  std::string properties;
  std::string required;
  const auto describe = [&](const auto& field) {
    using Member = std::remove_reference_t<decltype(std::declval<T&>().*field.member)>;
    if (!properties.empty()) properties += ',';
    append_text(properties, field.key);
    properties += ':' + documented_schema(schema<Member>(components, field.bounds), field.doc);
    if (is_optional<Member>) return;
    if (!required.empty()) required += ',';
    append_text(required, field.key);
  };
  std::apply([&](const auto&... field) { (describe(field), ...); }, declared.fields);
  components[name] = R"({"type":"object","additionalProperties":false,"properties":{)" + properties +
                     R"(},"required":[)" + required + "]}";
  return reference;
}

}  // namespace detail

/// The JSON Schema (2020-12) of `T`; named objects go into `components` and are referred to.
template <class T>
std::string schema(Schemas& components, Bounds bounds) {
  if constexpr (std::is_same_v<T, bool>) {
    return R"({"type":"boolean"})";
  } else if constexpr (std::is_integral_v<T>) {
    return integer_schema(bounds);
  } else if constexpr (std::is_floating_point_v<T>) {
    return R"({"type":"number"})";
  } else if constexpr (std::is_same_v<T, std::string>) {
    return text_schema(bounds);
  } else if constexpr (std::is_same_v<T, Money>) {
    components["Money"] = money_schema();
    return R"({"$ref":"#/components/schemas/Money"})";
  } else if constexpr (std::is_same_v<T, Timestamp>) {
    return format_schema("date-time");
  } else if constexpr (std::is_same_v<T, Date>) {
    return format_schema("date");
  } else if constexpr (std::is_same_v<T, Month>) {
    return pattern_schema("^[0-9]{4}-(0[1-9]|1[0-2])$");
  } else if constexpr (detail::is_id<T>) {
    return format_schema("uuid");
  } else if constexpr (std::is_same_v<T, Any>) {
    return "{}";
  } else if constexpr (Named<T>) {
    std::string list;
    for (const auto& [value, text] : names_of(T{})) {
      if (!list.empty()) list += ',';
      append_text(list, text);
    }
    return R"({"type":"string","enum":[)" + list + "]}";
  } else if constexpr (detail::is_optional<T>) {
    return nullable_schema(schema<typename T::value_type>(components, bounds));
  } else if constexpr (detail::is_vector<T>) {
    std::string out = R"({"type":"array","items":)" + schema<typename T::value_type>(components);
    if (bounds.given()) {
      out += R"(,"minItems":)" + std::to_string(std::max<std::int64_t>(0, bounds.least)) +
             R"(,"maxItems":)" + std::to_string(bounds.most);
    }
    return out + "}";
  } else if constexpr (detail::is_map<T>) {
    return R"({"type":"object","additionalProperties":)" +
           schema<typename T::mapped_type>(components) + "}";
  } else {
    static_assert(Declared<T>, "declare wire(const T*) beside the struct");
    return detail::object_schema<T>(components);
  }
}

}  // namespace cp::json
