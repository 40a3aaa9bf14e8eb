// The one table of what can be asked: verb, path, access and handler of every route.
//
//   router.add({Method::post, "/v1/forum/threads", roles(Role::parent, Role::facilitator),
//               "Start a thread on your authority's board."},
//              this, &ForumApi::start_thread);
//
// where the handler's signature is the declaration that `/openapi.json` is made from:
//
//   Task<Result<Answer<ThreadView>>> start_thread(Request& request, NoParams, NewThread body);
//   Task<Result<Answer<Page<ThreadView>>>> threads(Request& request, ThreadQuery params);
//
// Parameters in braces in the path, and the query, are fields of the params struct. Unknown query
// parameters and unknown body keys are refused.
#pragma once

#include "shared/core/task.hpp"
#include "shared/http/message.hpp"
#include "shared/json/wire.hpp"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace cp::http {

/// Who may call a route: a required column, so that it cannot be forgotten.
class Access {
 public:
  /// Whether the route may be tried at all; which rows are seen is the handler's business.
  [[nodiscard]] Result<Done> check(const Request& request) const;
  [[nodiscard]] std::string text() const;  // `anyone`, `signed-in`, `internal`, `parent|provider`
  [[nodiscard]] bool for_anyone() const { return kind_ == Kind::anyone; }
  [[nodiscard]] bool for_services() const { return kind_ == Kind::internal; }

 private:
  friend constexpr Access anyone();
  friend constexpr Access signed_in();
  friend constexpr Access internal();
  template <class... R>
  friend constexpr Access roles(R... allowed);
  enum class Kind { anyone, roles, internal };
  constexpr Access(Kind kind, unsigned mask) : kind_(kind), mask_(mask) {}
  Kind kind_;
  unsigned mask_;
};
constexpr Access anyone() { return {Access::Kind::anyone, 0}; }
constexpr Access signed_in() { return {Access::Kind::roles, ~0U}; }
/// Only other services, over the `Transport`.
constexpr Access internal() { return {Access::Kind::internal, 0}; }
template <class... R>
constexpr Access roles(R... allowed) {
  return {Access::Kind::roles, (static_cast<unsigned>(allowed) | ...)};
}

/// What a handler answers with: the value, and what goes into headers.
template <class T>
struct Answer {
  T value;
  int status = 200;
  std::optional<std::int64_t> version = {};  // becomes the ETag; what `If-Match` has to name
  Headers headers = {};
  Answer(T from) : value(std::move(from)) {}  // NOLINT: `co_return view;` should work
  Answer(T from, int code) : value(std::move(from)), status(code) {}
  Answer&& at_version(std::int64_t number) && { version = number; return std::move(*this); }
  Answer&& with(std::string header, std::string text) && {
    headers.emplace_back(std::move(header), std::move(text));
    return std::move(*this);
  }
};
/// 201 with the new thing's address.
template <class T>
Answer<T> created(T value, std::string location) {
  return Answer<T>(std::move(value), 201).with("Location", std::move(location));
}
/// 204.
inline Answer<json::Empty> no_content() { return {json::Empty{}, 204}; }

struct NoParams {};
constexpr auto wire(const NoParams*) { return json::object("NoParams"); }

/// One page of a list and the address of the next one, if there is one.
template <class T>
struct Page {
  std::vector<T> items;
  std::optional<std::string> next;
};
template <class T>
struct PageName;  // gives a page's schema a name of its own: `PageOf` and the item's name
template <class T>
constexpr auto wire(const Page<T>*) {
  return json::object(PageName<T>::text(),
                      json::field("items", &Page<T>::items, "The things, in a stable order.",
                                  json::between(0, 1'000)),
                      json::field("next", &Page<T>::next, "The address of the next page."));
}
template <class T>
struct PageName {
  static constexpr std::size_t length = 6 + wire(static_cast<const T*>(nullptr)).name.size();
  static constexpr auto characters = [] {
    std::array<char, length> out{};
    std::size_t at = 0;
    for (const char c : std::string_view("PageOf")) out[at++] = c;
    for (const char c : wire(static_cast<const T*>(nullptr)).name) out[at++] = c;
    return out;
  }();
  static constexpr std::string_view text() { return {characters.data(), length}; }
};

struct RouteDoc {
  Method method;
  std::string path;
  Access access;
  std::string summary;
  /// The caller has to name the version it saw in `If-Match`.
  bool needs_if_match = false;
};

/// What the table holds for one route, and what `/openapi.json` says of it.
struct Route {
  using Handler = std::function<Task<Response>(Request&, const std::vector<std::string>& path_values)>;
  RouteDoc doc;
  Handler handler = {};
  std::function<std::string(json::Schemas&)> params_schema = {};
  std::function<std::string(json::Schemas&)> body_schema = {};  // empty function: no body
  std::function<std::string(json::Schemas&)> answer_schema = {};
  std::string answer_type = "application/json";
  std::vector<std::string> segments = {};
};

class Router {
 public:
  /// Registers a member function as the handler. `owner` has to outlive the router's last request.
  template <class Api, class Owner, class Out, class Params>
  void add(RouteDoc doc, Owner* owner,
           Task<Result<Answer<Out>>> (Api::*handler)(Request&, Params));
  template <class Api, class Owner, class Out, class Params, class Body>
  void add(RouteDoc doc, Owner* owner,
           Task<Result<Answer<Out>>> (Api::*handler)(Request&, Params, Body));
  /// A route whose answer is not JSON of ours, such as `/metrics`.
  void add_raw(RouteDoc doc, std::function<Task<Response>(Request&)> handler,
               std::string content_type = "application/json");

  /// Finds the route, checks access, `If-Match` and bounds, and runs its handler. Never throws:
  /// what goes wrong inside is logged and becomes a problem.
  Task<Response> dispatch(Request& request) const;

  /// Checks `Origin` and authenticates, for what is not a route: the handshake of a WebSocket.
  Task<Result<Done>> identify(Request& request) const;

  /// Sets who turns a request's cookie into a principal. The answer may be nobody.
  using Authenticator = std::function<Task<Result<std::optional<Principal>>>(const Request&)>;
  void authenticate_with(Authenticator authenticator) { authenticator_ = std::move(authenticator); }
  /// Bounds of request bodies, as JSON.
  void set_parse_limits(json::ParseLimits limits) { parse_limits_ = limits; }
  /// Origins from which a browser may write, such as `http://localhost:8080`. A write with an
  /// `Origin` that is neither one of these nor the request's own `Host` is refused.
  void set_allowed_origins(std::vector<std::string> origins) { origins_ = std::move(origins); }

  /// Answers GETs that no route knows, such as the web client's files; nothing means 404.
  using Fallback = std::function<std::optional<Response>(const Request&)>;
  void fall_back_to(Fallback fallback) { fallback_ = std::move(fallback); }

  [[nodiscard]] const std::vector<Route>& routes() const { return routes_; }
  /// OpenAPI 3.1 of every route that is not internal.
  [[nodiscard]] std::string openapi(std::string_view title, std::string_view version) const;

 private:
  void insert(Route route);
  struct Match {
    const Route* route = nullptr;
    std::vector<std::string> path_values;
  };
  [[nodiscard]] Match match(Method method, std::string_view path) const;
  [[nodiscard]] Response no_route(const Request& request) const;
  [[nodiscard]] Result<Done> check_origin(const Request& request) const;
  Task<Result<Done>> authenticate(Request& request, bool needed) const;
  Task<Response> answer(Request& request) const;

  std::vector<Route> routes_;
  std::map<std::pair<Method, std::size_t>, std::vector<std::size_t>> by_length_;
  Authenticator authenticator_;
  json::ParseLimits parse_limits_;
  std::vector<std::string> origins_;
  Fallback fallback_;
};

// ---------------------------------------------------------------- how typed routes are made

namespace detail {
/// Path and query parameters as one JSON document of texts.
Result<json::Document> parameters_document(const Route& route, const Request& request,
                                           const std::vector<std::string>& path_values);
Response finish(int status, std::string body, const std::optional<std::int64_t>& version, Headers headers);
}  // namespace detail

template <class T>
Result<T> read_params(const Route& route, const Request& request,
                      const std::vector<std::string>& path_values) {
  const auto document = detail::parameters_document(route, request, path_values);
  if (!document) return document.error();
  return json::read<T>(document->root(), json::Source::parameters);
}

/// The response for a handler's answer.
template <class Out>
Response to_response(const Result<Answer<Out>>& result, std::string_view request_id) {
  if (!result) return problem(result.error(), request_id);
  const auto& answer = *result;
  std::string body;
  if constexpr (!std::is_same_v<Out, json::Empty>) json::append(body, answer.value);
  return detail::finish(answer.status, std::move(body), answer.version, answer.headers);
}

template <class Api, class Owner, class Out, class Params>
void Router::add(RouteDoc doc, Owner* owner,
                 Task<Result<Answer<Out>>> (Api::*handler)(Request&, Params)) {
  Route route{.doc = std::move(doc)};
  route.params_schema = [](json::Schemas& schemas) { return json::schema<Params>(schemas); };
  route.answer_schema = [](json::Schemas& schemas) { return json::schema<Out>(schemas); };
  const auto index = routes_.size();
  route.handler = [this, index, owner, handler](
                      Request& request, const std::vector<std::string>& values) -> Task<Response> {
    auto params = read_params<Params>(routes_[index], request, values);
    if (!params) co_return problem(params.error(), request.request_id);
    auto result = co_await (owner->*handler)(request, std::move(*params));
    co_return to_response(result, request.request_id);
  };
  insert(std::move(route));
}

template <class Api, class Owner, class Out, class Params, class Body>
void Router::add(RouteDoc doc, Owner* owner,
                 Task<Result<Answer<Out>>> (Api::*handler)(Request&, Params, Body)) {
  Route route{.doc = std::move(doc)};
  route.params_schema = [](json::Schemas& schemas) { return json::schema<Params>(schemas); };
  route.body_schema = [](json::Schemas& schemas) { return json::schema<Body>(schemas); };
  route.answer_schema = [](json::Schemas& schemas) { return json::schema<Out>(schemas); };
  const auto index = routes_.size();
  route.handler = [this, index, owner, handler](
                      Request& request, const std::vector<std::string>& values) -> Task<Response> {
    auto params = read_params<Params>(routes_[index], request, values);
    if (!params) co_return problem(params.error(), request.request_id);
    auto body = json::read<Body>(request.body, parse_limits_);
    if (!body) co_return problem(body.error(), request.request_id);
    auto result = co_await (owner->*handler)(request, std::move(*params), std::move(*body));
    co_return to_response(result, request.request_id);
  };
  insert(std::move(route));
}

}  // namespace cp::http
