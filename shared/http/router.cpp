#include "shared/http/router.hpp"

#include "shared/core/log.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <random>
#include <stdexcept>
#include <typeinfo>

namespace cp::http {
namespace {

/// A path deeper than this is no route of ours.
constexpr std::size_t most_segments = 16;
constexpr std::size_t most_key_characters = 200;

using Segments = std::array<std::string_view, most_segments>;

/// Splits `/v1/pools` into `v1` and `pools`; answers how many there are, 0 where it cannot be.
std::size_t split(std::string_view path, Segments& segments) {
  if (path.empty() || path.front() != '/') return 0;
  path.remove_prefix(1);
  std::size_t count = 0;
  for (;;) {
    if (count == most_segments) return 0;
    const auto end = path.find('/');
    segments[count++] = path.substr(0, end);
    if (end == std::string_view::npos) return count;
    path.remove_prefix(end + 1);
  }
}

bool is_parameter(std::string_view segment) { return !segment.empty() && segment.front() == '{'; }

bool matches(const std::vector<std::string>& pattern, const Segments& segments) {
  for (std::size_t at = 0; at < pattern.size(); ++at) {
    if (is_parameter(pattern[at]) ? segments[at].empty() : pattern[at] != segments[at]) return false;
  }
  return true;
}

/// Sorts literals before parameters, segment by segment: `/pools/mine` wins over `/pools/{pool}`.
std::string precedence(const Route& route) {
  std::string key;
  for (const auto& segment : route.segments) key += is_parameter(segment) ? 'p' : 'l';
  return key;
}

/// Texts that two routes may not share: parameters count by place, not by name.
std::string shape(const Route& route) {
  std::string key;
  for (const auto& segment : route.segments) key += "/" + (is_parameter(segment) ? "{}" : segment);
  return key;
}

bool is_unsafe(Method method) { return method != Method::get; }

std::string make_request_id() {
  thread_local std::mt19937_64 random{std::random_device{}()};
  constexpr std::string_view hex = "0123456789abcdef";
  std::string id(16, '0');
  auto bits = random();
  for (auto& digit : id) {
    digit = hex[bits & 0xF];
    bits >>= 4;
  }
  return id;
}

Result<Done> read_if_match(Request& request) {
  const auto* header = find_header(request.headers, "If-Match");
  if (!header || request.if_match) return Done{};
  std::int64_t version = 0;
  const auto& text = *header;
  if (text.size() >= 3 && text.front() == '"' && text.back() == '"') {
    const char* end = text.data() + text.size() - 1;
    const auto [after, failed] = std::from_chars(text.data() + 1, end, version);
    if (failed == std::errc() && after == end && version >= 0) {
      request.if_match = version;
      return Done{};
    }
  }
  return malformed("bad-if-match", "Name in If-Match the ETag you were given, such as \"3\".");
}

Result<Done> read_idempotency_key(Request& request) {
  const auto* header = find_header(request.headers, "Idempotency-Key");
  if (!header || request.idempotency_key) return Done{};
  const bool printable = std::all_of(header->begin(), header->end(), [](char c) { return c > ' ' && c < 127; });
  if (header->empty() || header->size() > most_key_characters || !printable) {
    return malformed("bad-idempotency-key",
                     "Use from 1 to 200 printable characters without spaces as Idempotency-Key.");
  }
  request.idempotency_key = *header;
  return Done{};
}

/// What every route asks of a request before its handler sees it.
Result<Done> check_headers(const RouteDoc& doc, Request& request) {
  CP_TRY(doc.access.check(request));
  CP_TRY(read_if_match(request));
  CP_TRY(read_idempotency_key(request));
  if (!doc.needs_if_match || request.if_match) return Done{};
  Error error;
  error.kind = ErrorKind::precondition_required;
  error.code = "if-match-needed";
  error.detail = "Name in If-Match the version you saw: the ETag of your last read.";
  return error;
}

/// A body that says what it is has to say JSON: a form sent by another site cannot.
bool is_json_or_silent(const Request& request) {
  const auto* type = find_header(request.headers, "Content-Type");
  if (!type || request.body.empty()) return true;
  auto media = std::string(std::string_view(*type).substr(0, type->find(';')));
  while (!media.empty() && media.back() == ' ') media.pop_back();
  std::transform(media.begin(), media.end(), media.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return media == "application/json" || media == "application/merge-patch+json";
}

/// What an exception says, without what stands in quotes or brackets: that may be a person's data.
std::string without_values(std::string_view what) {
  std::string out;
  char closing = '\0';
  for (const char c : what.substr(0, 300)) {
    if (c == '\n') break;
    if (closing != '\0') {
      if (c == closing) closing = '\0';
      continue;
    }
    if (c == '"' || c == '\'' || c == '`') closing = c;
    if (c == '(') closing = ')';
    out += closing == '\0' ? c : '?';
  }
  return out;
}

}  // namespace

// ---------------------------------------------------------------- access

Result<Done> Access::check(const Request& request) const {
  if (kind_ == Kind::anyone) return Done{};
  if (kind_ == Kind::internal) {
    if (request.internal) return Done{};
    return not_found();
  }
  if (!request.principal) return unauthenticated();
  if ((mask_ & static_cast<unsigned>(request.principal->role)) != 0) return Done{};
  return forbidden();
}

std::string Access::text() const {
  if (kind_ == Kind::anyone) return "anyone";
  if (kind_ == Kind::internal) return "internal";
  if (mask_ == ~0U) return "signed-in";
  std::string out;
  for (const auto& [role, role_name] : names_of(Role{})) {
    if ((mask_ & static_cast<unsigned>(role)) == 0) continue;
    if (!out.empty()) out += '|';
    out += role_name;
  }
  return out;
}

// ---------------------------------------------------------------- the table

void Router::insert(Route route) {
  Segments segments;
  const auto count = split(route.doc.path, segments);
  if (count == 0) throw std::logic_error("not a path: " + route.doc.path);
  route.segments.assign(segments.begin(), segments.begin() + static_cast<std::ptrdiff_t>(count));
  auto& same_length = by_length_[{route.doc.method, count}];
  for (const auto index : same_length) {
    if (shape(routes_[index]) == shape(route)) {
      throw std::logic_error("two routes: " + std::string(name(route.doc.method)) + " " + route.doc.path);
    }
  }
  const auto place = std::find_if(same_length.begin(), same_length.end(), [&](std::size_t index) {
    return precedence(route) < precedence(routes_[index]);
  });
  same_length.insert(place, routes_.size());
  routes_.push_back(std::move(route));
}

void Router::add_raw(RouteDoc doc, std::function<Task<Response>(Request&)> handler,
                     std::string content_type) {
  Route route{.doc = std::move(doc)};
  route.answer_type = std::move(content_type);
  route.params_schema = [](json::Schemas& schemas) { return json::schema<NoParams>(schemas); };
  route.handler = [handler = std::move(handler)](Request& request, const std::vector<std::string>&) {
    return handler(request);
  };
  insert(std::move(route));
}

Router::Match Router::match(Method method, std::string_view path) const {
  Segments segments;
  const auto count = split(path, segments);
  const auto same_length = by_length_.find({method, count});
  if (same_length == by_length_.end()) return {};
  for (const auto index : same_length->second) {
    const auto& route = routes_[index];
    if (!matches(route.segments, segments)) continue;
    Match found{&route, {}};
    for (std::size_t at = 0; at < count; ++at) {
      if (is_parameter(route.segments[at])) found.path_values.emplace_back(segments[at]);
    }
    return found;
  }
  return {};
}

Response Router::no_route(const Request& request) const {
  std::string allowed;
  for (const auto& [method, method_name] : names_of(Method{})) {
    const auto other = match(method, request.path);
    if (!other.route || (other.route->doc.access.for_services() && !request.internal)) continue;
    if (!allowed.empty()) allowed += ", ";
    allowed += method_name;
    if (method == Method::get) allowed += ", HEAD";
  }
  if (!allowed.empty()) {
    auto response = problem(405, malformed("method-not-allowed", "Use one of: " + allowed + "."), request.request_id);
    response.headers.emplace_back("Allow", allowed);
    return response;
  }
  if (fallback_ && request.method == Method::get) {
    if (auto response = fallback_(request)) return std::move(*response);
  }
  return problem(not_found("There is nothing at this address."), request.request_id);
}

// ---------------------------------------------------------------- a request's way

Result<Done> Router::check_origin(const Request& request) const {
  Error refused = forbidden("This cannot be sent from another web site.");
  refused.code = "other-origin";
  const auto* origin = find_header(request.headers, "Origin");
  if (!origin) {
    // Browsers that send no Origin say at least whether another site is behind the request.
    const auto* site = find_header(request.headers, "Sec-Fetch-Site");
    if (!site || *site == "same-origin" || *site == "none") return Done{};
    return refused;
  }
  if (std::find(origins_.begin(), origins_.end(), *origin) != origins_.end()) return Done{};
  const auto* host = find_header(request.headers, "Host");
  const auto scheme = origin->find("://");
  if (host && scheme != std::string::npos && std::string_view(*origin).substr(scheme + 3) == *host) {
    return Done{};
  }
  return refused;
}

Task<Result<Done>> Router::authenticate(Request& request, bool needed) const {
  if (!authenticator_ || request.principal) co_return Done{};
  if (!needed && !find_header(request.headers, "Cookie")) co_return Done{};
  auto who = co_await authenticator_(request);
  if (who) request.principal = std::move(*who);
  else if (needed) co_return who.error();
  co_return Done{};
}

Task<Result<Done>> Router::identify(Request& request) const {
  if (request.request_id.empty()) request.request_id = make_request_id();
  if (const auto allowed = check_origin(request); !allowed) co_return allowed.error();
  co_return co_await authenticate(request, true);
}

Task<Response> Router::answer(Request& request) const {
  const auto found = match(request.method, request.path);
  if (!found.route) co_return no_route(request);
  const auto& doc = found.route->doc;
  if (doc.access.for_services() && !request.internal) co_return no_route(request);
  if (!request.internal) {
    if (is_unsafe(request.method)) {
      if (const auto allowed = check_origin(request); !allowed) {
        co_return problem(allowed.error(), request.request_id);
      }
    }
    const auto identified = co_await authenticate(request, !doc.access.for_anyone());
    if (!identified) co_return problem(identified.error(), request.request_id);
  }
  if (const auto checked = check_headers(doc, request); !checked) {
    co_return problem(checked.error(), request.request_id);
  }
  if (found.route->body_schema && !is_json_or_silent(request)) {
    co_return problem(415, malformed("not-json", "Send the body as application/json."), request.request_id);
  }
  co_return co_await found.route->handler(request, found.path_values);
}

Task<Response> Router::dispatch(Request& request) const {
  if (request.request_id.empty()) request.request_id = make_request_id();
  try {
    co_return co_await answer(request);
  } catch (const std::exception& broken) {
    log::error("request-failed", {{"request_id", std::string_view(request.request_id)},
                                  {"method", name(request.method)},
                                  {"exception", typeid(broken).name()},
                                  {"what", std::string_view(without_values(broken.what()))}});
  } catch (...) {
    log::error("request-failed", {{"request_id", std::string_view(request.request_id)},
                                  {"method", name(request.method)}});
  }
  Error error;
  error.code = "internal";
  error.detail = "Something went wrong here. It has been noted; name the request_id if you ask about it.";
  co_return problem(error, request.request_id);
}

// ---------------------------------------------------------------- answers

namespace detail {

Response finish(int status, std::string body, const std::optional<std::int64_t>& version, Headers headers) {
  Response response;
  response.status = status;
  response.headers = std::move(headers);
  response.body = std::move(body);
  if (response.body.empty()) response.content_type.clear();
  if (version) response.headers.emplace_back("ETag", "\"" + std::to_string(*version) + "\"");
  return response;
}

}  // namespace detail

}  // namespace cp::http
