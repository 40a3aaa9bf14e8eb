// Path and query parameters become one JSON document, so that params structs are read by the same
// strict reader as bodies.
#include "shared/http/router.hpp"

#include <algorithm>

namespace cp::http {
namespace {

constexpr std::size_t most_parameters = 200;
constexpr std::size_t most_query_bytes = 16'384;

Error bad_encoding() {
  return malformed("bad-encoding", "Write the address in UTF-8 with % and two hexadecimal digits for other bytes.");
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// In a query a plus stands for a space, as forms write it; in a path it is itself.
enum class Part { path, query };

Result<std::string> decode(std::string_view text, Part part) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '+' && part == Part::query) {
      out += ' ';
    } else if (text[at] != '%') {
      out += text[at];
    } else {
      if (text.size() - at < 3) return bad_encoding();
      const int high = hex_value(text[at + 1]);
      const int low = hex_value(text[at + 2]);
      if (high < 0 || low < 0) return bad_encoding();
      out += static_cast<char>(high * 16 + low);
      at += 2;
    }
  }
  return out;
}

struct Parameter {
  std::string name;
  std::vector<std::string> values;
  bool in_path = false;
};

Result<Done> add_query(std::string_view query, std::vector<Parameter>& parameters) {
  if (query.size() > most_query_bytes) return malformed("query-too-long", "Shorten the query.");
  std::size_t count = 0;
  while (!query.empty()) {
    const auto end = query.find('&');
    const auto pair = query.substr(0, end);
    query = end == std::string_view::npos ? std::string_view{} : query.substr(end + 1);
    if (pair.empty()) continue;
    if (++count > most_parameters) {
      return malformed("too-many-parameters", "Send at most " + std::to_string(most_parameters) + " parameters.");
    }
    const auto equals = pair.find('=');
    auto name = decode(pair.substr(0, equals), Part::query);
    if (!name) return name.error();
    auto value = decode(equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1), Part::query);
    if (!value) return value.error();
    const auto known = std::find_if(parameters.begin(), parameters.end(),
                                    [&](const Parameter& one) { return one.name == *name; });
    if (known == parameters.end()) {
      parameters.push_back({std::move(*name), {std::move(*value)}});
    } else if (known->in_path) {
      return invalid_field("/" + *name, "This stands in the path; leave it out of the query.");
    } else {
      known->values.push_back(std::move(*value));
    }
  }
  return Done{};
}

std::string as_json(const std::vector<Parameter>& parameters) {
  std::string out = "{";
  for (const auto& [name, values, in_path] : parameters) {
    if (out.size() > 1) out += ',';
    json::append_text(out, name);
    out += ':';
    if (values.size() == 1) json::append_text(out, values.front());
    else json::append(out, values);
  }
  return out + "}";
}

}  // namespace

namespace detail {

Result<json::Document> parameters_document(const Route& route, const Request& request,
                                           const std::vector<std::string>& path_values) {
  std::vector<Parameter> parameters;
  std::size_t at = 0;
  for (const auto& segment : route.segments) {
    if (segment.empty() || segment.front() != '{' || at == path_values.size()) continue;
    auto value = decode(path_values[at++], Part::path);
    if (!value) return value.error();
    parameters.push_back({segment.substr(1, segment.size() - 2), {std::move(*value)}, true});
  }
  CP_TRY(add_query(request.query, parameters));
  // All that can be wrong with the text we made ourselves is that values are not UTF-8.
  auto document = json::Document::parse(as_json(parameters));
  if (!document) return bad_encoding();
  return document;
}

}  // namespace detail
}  // namespace cp::http
