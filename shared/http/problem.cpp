#include "shared/http/message.hpp"
#include "shared/json/node.hpp"
#include "shared/json/wire.hpp"

#include <algorithm>
#include <array>

namespace cp::http {
namespace {

struct KindRow {
  ErrorKind kind;
  int status;
};
constexpr auto kinds = std::to_array<KindRow>({
    {ErrorKind::malformed, 400},
    {ErrorKind::unauthenticated, 401},
    {ErrorKind::forbidden, 403},
    {ErrorKind::not_found, 404},
    {ErrorKind::conflict, 409},
    {ErrorKind::precondition_failed, 412},
    {ErrorKind::too_large, 413},
    {ErrorKind::invalid, 422},
    {ErrorKind::precondition_required, 428},
    {ErrorKind::rate_limited, 429},
    {ErrorKind::internal, 500},
    {ErrorKind::unavailable, 503},
});

std::string_view title_of(int status) {
  switch (status) {
    case 400: return "The request could not be understood";
    case 401: return "Nobody is signed in";
    case 403: return "Not allowed";
    case 404: return "Not found";
    case 405: return "This cannot be done here";
    case 408: return "The request took too long to arrive";
    case 409: return "The present state does not allow it";
    case 412: return "It was changed meanwhile";
    case 413: return "Too large";
    case 415: return "Not JSON";
    case 417: return "An expectation that cannot be met";
    case 422: return "Some of it needs to be put right";
    case 428: return "The version has to be named";
    case 429: return "Too many attempts";
    case 431: return "The headers are too large";
    case 501: return "Not understood here";
    case 503: return "Busy";
    case 505: return "Another version of HTTP";
    default: return status >= 500 ? "Something went wrong here" : "Refused";
  }
}

void append_member(std::string& out, std::string_view key, std::string_view text) {
  out += ',';
  json::append_text(out, key);
  out += ':';
  json::append_text(out, text);
}

void append_field_errors(std::string& out, const std::vector<FieldError>& fields) {
  if (fields.empty()) return;
  out += ",\"errors\":[";
  for (std::size_t at = 0; at < fields.size(); ++at) {
    out += at == 0 ? "{\"pointer\":" : ",{\"pointer\":";
    json::append_text(out, fields[at].pointer);
    out += ",\"detail\":";
    json::append_text(out, fields[at].detail);
    out += '}';
  }
  out += ']';
}

/// The members that every problem has; all others are an error's extras.
constexpr auto own_members = std::to_array<std::string_view>(
    {"type", "title", "status", "detail", "code", "request_id", "errors", "instance"});

bool is_own_member(std::string_view name) {
  return std::find(own_members.begin(), own_members.end(), name) != own_members.end();
}

std::string text_member(const json::Node& node, std::string_view key) {
  const auto found = node.find(key);
  if (!found || found->kind() != json::Kind::string) return {};
  return std::string(found->as_string());
}

void read_field_errors(const json::Node& node, Error& error) {
  const auto list = node.find("errors");
  if (!list || list->kind() != json::Kind::array) return;
  for (std::size_t at = 0; at < list->size(); ++at) {
    const auto item = list->at(at);
    if (item.kind() != json::Kind::object) continue;
    error.fields.push_back({text_member(item, "pointer"), text_member(item, "detail")});
  }
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

const std::string* find_header(const Headers& headers, std::string_view name) {
  for (const auto& [known, text] : headers) {
    if (known.size() == name.size() &&
        std::equal(known.begin(), known.end(), name.begin(),
                   [](char a, char b) { return lower(a) == lower(b); })) {
      return &text;
    }
  }
  return nullptr;
}

int status_of(ErrorKind kind) {
  for (const auto& row : kinds) {
    if (row.kind == kind) return row.status;
  }
  return 500;
}

Response problem(int status, const Error& error, std::string_view request_id) {
  Response response;
  response.status = status;
  response.content_type = "application/problem+json";
  auto& out = response.body;
  out += "{\"type\":";
  json::append_text(out, "/problems/" + error.code);
  append_member(out, "title", title_of(status));
  out += ",\"status\":";
  json::append_number(out, std::int64_t{status});
  append_member(out, "detail", error.detail);
  append_member(out, "code", error.code);
  append_member(out, "request_id", request_id);
  append_field_errors(out, error.fields);
  for (const auto& [name, value] : error.extras) {
    if (is_own_member(name)) continue;
    if (const auto* text = std::get_if<std::string>(&value)) {
      append_member(out, name, *text);
    } else {
      out += ',';
      json::append_text(out, name);
      out += ':';
      json::append_number(out, std::get<std::int64_t>(value));
    }
  }
  out += '}';
  if (status == 503 || status == 429) {
    // How long to wait is the error's to say; a busy moment is over soon.
    const auto wait = std::find_if(error.extras.begin(), error.extras.end(), [](const auto& extra) {
      return extra.first == "retry_after_seconds" && std::holds_alternative<std::int64_t>(extra.second);
    });
    const auto seconds = wait != error.extras.end() ? std::get<std::int64_t>(wait->second)
                                                    : std::int64_t{status == 503 ? 2 : 60};
    response.headers.emplace_back("Retry-After", std::to_string(seconds));
  }
  return response;
}

Response problem(const Error& error, std::string_view request_id) {
  return problem(status_of(error.kind), error, request_id);
}

Error error_from_problem(int status, std::string_view body) {
  Error error;
  error.kind = status >= 500 ? ErrorKind::internal : ErrorKind::malformed;
  for (const auto& row : kinds) {
    if (row.status == status) error.kind = row.kind;
  }
  const auto document = json::Document::parse(body);
  if (!document || document->root().kind() != json::Kind::object) {
    error.code = error.kind == ErrorKind::unavailable ? "busy" : "unexpected-answer";
    error.detail = "Another part of the service answered " + std::to_string(status) +
                   " without saying why. Try again in a few seconds.";
    return error;
  }
  const auto root = document->root();
  error.code = text_member(root, "code");
  error.detail = text_member(root, "detail");
  read_field_errors(root, error);
  root.each_member([&](std::string_view key, json::Node value) {
    if (is_own_member(key)) return;
    if (value.kind() == json::Kind::string) {
      error.extras.emplace_back(std::string(key), std::string(value.as_string()));
    } else if (value.kind() == json::Kind::integer) {
      error.extras.emplace_back(std::string(key), value.as_integer());
    }
  });
  if (error.code.empty()) error.code = "unexpected-answer";
  return error;
}

}  // namespace cp::http
