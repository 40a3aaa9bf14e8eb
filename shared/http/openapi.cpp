// `/openapi.json`: the routes' own declarations, as OpenAPI 3.1.
#include "shared/http/router.hpp"

#include <algorithm>
#include <cctype>

namespace cp::http {
namespace {

void append_quoted(std::string& out, std::string_view key, std::string_view text) {
  json::append_text(out, key);
  out += ':';
  json::append_text(out, text);
}

/// `get /v1/pools/{pool}` as `get_v1_pools_pool`.
std::string operation_id(const Route& route) {
  std::string out(name(route.doc.method));
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  for (const char c : route.doc.path) {
    if (c == '{' || c == '}') continue;
    out += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  }
  return out;
}

/// The folder a route is of: the segment after the version.
std::string tag_of(const Route& route) {
  if (route.segments.size() < 2 || route.segments.front() != "v1") return "operations";
  return route.segments[1];
}

/// A parameter that may be left out is never null: it is not there.
std::string without_null(json::Node schema) {
  const auto any = schema.find("anyOf");
  if (any && any->kind() == json::Kind::array && any->size() == 2) return any->at(0).text();
  std::string out = "{";
  schema.each_member([&](std::string_view key, json::Node value) {
    if (key == "description") return;
    if (out.size() > 1) out += ',';
    json::append_text(out, key);
    out += ':' + value.text();
  });
  return out + "}";
}

struct Declared {
  std::string name;
  std::string schema;
  std::string description;
  bool required = false;
};

/// The fields of a params struct, read back from its own JSON Schema.
std::vector<Declared> declared_parameters(const Route& route, json::Schemas& components) {
  json::Schemas own;
  const auto reference = route.params_schema(own);
  const auto name_at = reference.rfind('/') + 1;
  const auto top = reference.substr(name_at, reference.find('"', name_at) - name_at);
  const auto document = json::Document::parse(own[top]);
  own.erase(top);
  components.merge(own);
  std::vector<Declared> out;
  if (!document) return out;
  const auto properties = document->root().find("properties");
  if (!properties) return out;
  properties->each_member([&](std::string_view key, json::Node value) {
    Declared declared{std::string(key), without_null(value), {}};
    if (const auto text = value.find("description")) declared.description = text->as_string();
    out.push_back(std::move(declared));
  });
  if (const auto required = document->root().find("required")) {
    for (std::size_t at = 0; at < required->size(); ++at) {
      for (auto& declared : out) {
        // A list that a query does not name is empty.
        const bool list = declared.schema.find(R"("type":"array")") != std::string::npos;
        if (declared.name == required->at(at).as_string() && !list) declared.required = true;
      }
    }
  }
  return out;
}

void append_parameter(std::string& out, std::string_view in, const Declared& declared) {
  if (out.back() != '[') out += ',';
  out += '{';
  append_quoted(out, "name", declared.name);
  out += ',';
  append_quoted(out, "in", in);
  out += ',';
  append_quoted(out, "description", declared.description);
  out += declared.required ? R"(,"required":true,"schema":)" : R"(,"required":false,"schema":)";
  out += declared.schema + "}";
}

void append_parameters(std::string& out, const Route& route, json::Schemas& components) {
  out += R"("parameters":[)";
  for (auto& declared : declared_parameters(route, components)) {
    const auto in_path = std::find(route.segments.begin(), route.segments.end(), "{" + declared.name + "}") !=
                         route.segments.end();
    declared.required = declared.required || in_path;
    append_parameter(out, in_path ? "path" : "query", declared);
  }
  if (route.doc.needs_if_match) {
    append_parameter(out, "header", {"If-Match", R"({"type":"string","pattern":"^\"[0-9]+\"$"})",
                                     "The ETag of the version you saw.", true});
  }
  if (route.doc.method != Method::get) {
    append_parameter(out, "header", {"Idempotency-Key", R"({"type":"string","minLength":1,"maxLength":200})",
                                     "Sent again with the same key, the request does nothing new and "
                                     "is answered as the first time.",
                                     false});
  }
  out += ']';
}

void append_answer(std::string& out, int status, std::string_view content_type, const std::string& schema) {
  if (out.back() != '{') out += ',';
  out += '"' + std::to_string(status) + R"(":{"description":"Done.")";
  if (status != 204) {
    out += R"(,"headers":{"ETag":{"schema":{"type":"string"},"description":"The version, where it has one."}},)";
    out += R"("content":{)";
    json::append_text(out, content_type);
    out += R"(:{"schema":)" + schema + "}}";
  }
  out += '}';
}

/// A handler chooses between done and created when it runs; one without an answer says 204.
void append_responses(std::string& out, const Route& route, json::Schemas& components) {
  out += R"("responses":{)";
  const auto schema = route.answer_schema ? route.answer_schema(components) : std::string("{}");
  const bool empty = schema.find("/Empty\"") != std::string::npos;
  if (empty) {
    append_answer(out, 204, {}, {});
  } else {
    append_answer(out, 200, route.answer_type, schema);
    if (route.doc.method == Method::post || route.doc.method == Method::put) append_answer(out, 201, route.answer_type, schema);
  }
  out += R"(,"default":{"description":"A problem (RFC 9457).",)"
         R"("content":{"application/problem+json":{"schema":{"$ref":"#/components/schemas/Problem"}}}}})";
}

void append_operation(std::string& out, const Route& route, json::Schemas& components) {
  std::string method(name(route.doc.method));
  std::transform(method.begin(), method.end(), method.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  json::append_text(out, method);
  out += ":{";
  append_quoted(out, "operationId", operation_id(route));
  out += R"(,"tags":[)";
  json::append_text(out, tag_of(route));
  out += "],";
  append_quoted(out, "summary", route.doc.summary);
  out += ',';
  append_quoted(out, "x-access", route.doc.access.text());
  out += ',';
  append_parameters(out, route, components);
  if (route.body_schema) {
    const auto schema = route.body_schema(components);
    out += R"(,"requestBody":{"required":true,"content":{"application/json":{"schema":)" + schema + "}}}";
  }
  out += ',';
  append_responses(out, route, components);
  out += '}';
}

constexpr std::string_view problem_schema =
    R"({"type":"object","description":"An error as RFC 9457 has it; some codes add members of their own.",)"
    R"("properties":{"type":{"type":"string","format":"uri-reference"},"title":{"type":"string"},)"
    R"("status":{"type":"integer"},"detail":{"type":"string"},)"
    R"("code":{"type":"string","description":"Stable; what programs look at."},)"
    R"("request_id":{"type":"string"},"errors":{"type":"array","items":{"type":"object",)"
    R"("properties":{"pointer":{"type":"string","description":"A JSON pointer into the request."},)"
    R"("detail":{"type":"string"}},"required":["pointer","detail"]}}},)"
    R"("required":["type","title","status","detail","code","request_id"]})";

}  // namespace

std::string Router::openapi(std::string_view title, std::string_view version) const {
  std::map<std::string, std::vector<const Route*>> by_path;
  for (const auto& route : routes_) {
    if (!route.doc.access.for_services()) by_path[route.doc.path].push_back(&route);
  }
  json::Schemas components;
  std::string paths;
  for (const auto& [path, routes] : by_path) {
    if (!paths.empty()) paths += ',';
    json::append_text(paths, path);
    paths += ":{";
    for (const auto* route : routes) {
      if (paths.back() != '{') paths += ',';
      append_operation(paths, *route, components);
    }
    paths += '}';
  }
  components["Problem"] = problem_schema;
  components.erase("Empty");
  std::string out = R"({"openapi":"3.1.0","info":{)";
  append_quoted(out, "title", title);
  out += ',';
  append_quoted(out, "version", version);
  out += R"(},"paths":{)" + paths + R"(},"components":{"schemas":{)";
  for (const auto& [schema_name, schema] : components) {
    if (out.back() != '{') out += ',';
    json::append_text(out, schema_name);
    out += ':' + schema;
  }
  return out + "}}}";
}

}  // namespace cp::http
