#include "shared/http/connection.hpp"

#include "shared/core/hash.hpp"
#include "shared/core/log.hpp"
#include "shared/http/format.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/rfc7230.hpp>
#include <boost/beast/http/string_body.hpp>

#include <algorithm>
#include <typeinfo>

namespace cp::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace wire = boost::beast::http;
using boost::system::error_code;
using Parser = wire::request_parser<wire::string_body>;

constexpr auto as_tuple = asio::as_tuple_t<asio::use_awaitable_t<Executor>>(use_task);

constexpr std::size_t first_input_bytes = 4'096;
constexpr std::size_t body_input_bytes = 65'536;
/// A body up to this size is copied behind its head and leaves in one piece.
constexpr std::size_t copied_body_bytes = 16'384;
constexpr std::size_t kept_output_bytes = 65'536;
constexpr std::size_t token_bytes = 32;

/// Why a request is answered without asking the router; the connection closes afterwards.
struct Refusal {
  int status = 400;
  std::string_view code;
  std::string_view detail;
};

enum class Outcome { whole, closed, refused };

std::string_view view(beast::string_view text) { return {text.data(), text.size()}; }

Refusal refusal_of(const error_code& failed) {
  if (failed == wire::error::header_limit) {
    return {431, "headers-too-large", "Send fewer or shorter headers."};
  }
  if (failed == wire::error::body_limit) return {413, "too-large", "Send a smaller body."};
  if (failed == wire::error::bad_version) return {505, "other-http-version", "Use HTTP/1.1."};
  return {400, "bad-request", "This is not a well-formed HTTP/1.1 request."};
}

/// What Beast's parser lets pass and two servers in a row could understand differently.
std::optional<Refusal> check_head(const Parser& parser) {
  const auto& head = parser.get();
  const auto count = [&](wire::field field) { return head.count(field); };
  if (count(wire::field::transfer_encoding) > 0) {
    if (head.version() < 11 || count(wire::field::content_length) > 0) {
      return Refusal{400, "bad-request", "Give the length of the body in one way."};
    }
    if (count(wire::field::transfer_encoding) > 1 ||
        !beast::iequals(head[wire::field::transfer_encoding], "chunked")) {
      return Refusal{501, "other-transfer-encoding", "Send the body as it is or chunked."};
    }
  }
  if (count(wire::field::content_length) > 1 || count(wire::field::host) > 1 ||
      (head.version() >= 11 && count(wire::field::host) == 0)) {
    return Refusal{400, "bad-request", "Send one Host and at most one Content-Length."};
  }
  if (count(wire::field::expect) > 0 && !beast::iequals(head[wire::field::expect], "100-continue")) {
    return Refusal{417, "other-expectation", "Expect 100-continue or nothing."};
  }
  return std::nullopt;
}

std::optional<Method> method_of(wire::verb verb) {
  switch (verb) {
    case wire::verb::get:
    case wire::verb::head: return Method::get;
    case wire::verb::post: return Method::post;
    case wire::verb::put: return Method::put;
    case wire::verb::patch: return Method::patch;
    case wire::verb::delete_: return Method::del;
    default: return std::nullopt;
  }
}

/// The path and query; of an absolute address only these. False where there is neither.
bool set_target(std::string_view target, Request& request) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!target.starts_with(scheme)) continue;
    const auto slash = target.find('/', scheme.size());
    target = slash == std::string_view::npos ? std::string_view("/") : target.substr(slash);
  }
  if (target.empty() || target.front() != '/' || target.find('#') != std::string_view::npos) return false;
  const auto question = target.find('?');
  request.path = target.substr(0, question);
  if (question != std::string_view::npos) request.query = target.substr(question + 1);
  return true;
}

bool is_trusted(const Site& site, std::string_view address) {
  const auto& trusted = site.trusted_proxies;
  return std::find(trusted.begin(), trusted.end(), address) != trusted.end();
}

/// The last address of `X-Forwarded-For` that no proxy of ours has.
std::string forwarded_address(const Site& site, const Request& request) {
  std::string chain;
  for (const auto& [name, value] : request.headers) {
    if (beast::iequals(name, "X-Forwarded-For")) chain.append(chain.empty() ? "" : ",").append(value);
  }
  std::string_view rest = chain;
  while (!rest.empty()) {
    const auto comma = rest.rfind(',');
    auto last = comma == std::string_view::npos ? rest : rest.substr(comma + 1);
    rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(0, comma);
    while (!last.empty() && last.front() == ' ') last.remove_prefix(1);
    while (!last.empty() && last.back() == ' ') last.remove_suffix(1);
    error_code failed;
    const auto address = asio::ip::make_address(std::string(last), failed);
    if (failed) break;
    if (!is_trusted(site, last)) return address.to_string();
  }
  return request.remote_address;
}

bool is_plain_id(std::string_view id) {
  return !id.empty() && id.size() <= 64 && std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
  });
}

/// Whether another service of ours asks: only then are `/internal/` routes there at all.
bool has_service_token(const Site& site, const Request& request) {
  const auto& token = site.config.service_token;
  if (token.size() < token_bytes) return false;
  const auto* given = find_header(request.headers, "X-Service-Token");
  return given && equal_secrets(*given, token);
}

void set_origin_of_request(const Site& site, const Connection& connection, Request& request) {
  request.remote_address = connection.remote_address;
  request.internal = has_service_token(site, request);
  const bool trusted = is_trusted(site, connection.remote_address);
  if (trusted) request.remote_address = forwarded_address(site, request);
  if (!trusted && !request.internal) return;
  const auto* id = find_header(request.headers, "X-Request-Id");
  if (id && is_plain_id(*id)) request.request_id = *id;
}

void set_headers(const Parser& parser, Request& request) {
  const auto& head = parser.get();
  request.headers.reserve(8);
  for (const auto& field : head) {
    request.headers.emplace_back(std::string(view(field.name_string())), std::string(view(field.value())));
  }
}

// ---------------------------------------------------------------- reading

/// Makes room for reading; false where the bounds are reached.
bool make_room(const Site& site, Connection& connection, bool header_done) {
  auto& input = connection.input;
  const auto keep_from = header_done ? connection.parsed : connection.began;
  if (keep_from == connection.filled) {
    connection.began = connection.parsed = connection.filled = 0;
  } else if (keep_from > 0 && connection.filled == input.size()) {
    std::copy(input.begin() + static_cast<std::ptrdiff_t>(keep_from),
              input.begin() + static_cast<std::ptrdiff_t>(connection.filled), input.begin());
    connection.began = 0;
    connection.parsed -= keep_from;
    connection.filled -= keep_from;
  }
  if (input.empty()) input.resize(first_input_bytes);
  if (connection.filled < input.size()) return true;
  const auto most = std::max(static_cast<std::size_t>(site.config.http_header_bytes) * 2, body_input_bytes);
  if (input.size() >= most) return false;
  input.resize(std::min(most, input.size() * 4));
  return true;
}

void skip_blank_lines(Connection& connection) {
  const auto& input = connection.input;
  while (connection.filled - connection.parsed >= 2 && input[connection.parsed] == '\r' &&
         input[connection.parsed + 1] == '\n') {
    connection.parsed += 2;
    connection.began = connection.parsed;
  }
}

bool expects_continue(const Parser& parser) {
  return parser.is_header_done() && !parser.is_done() && parser.get().version() >= 11 &&
         parser.get().count(wire::field::expect) > 0;
}

/// Gives the parser what there is. Nothing: it wants more.
std::optional<Outcome> parse(Connection& connection, Parser& parser, Refusal& refusal) {
  // In a body a line's end that begins what has come is the end of a chunk.
  if (connection.began == connection.parsed && !parser.is_header_done()) {
    skip_blank_lines(connection);
    // Half a blank line, perhaps: the parser would take it for the request.
    if (connection.filled - connection.parsed == 1 && connection.input[connection.parsed] == '\r') return std::nullopt;
  }
  while (connection.parsed < connection.filled) {
    error_code failed;
    const bool had_head = parser.is_header_done();
    const auto taken = parser.put(asio::buffer(connection.input.data() + connection.parsed,
                                               connection.filled - connection.parsed),
                                  failed);
    connection.parsed += taken;
    if (failed && failed != wire::error::need_more) {
      refusal = refusal_of(failed);
      return Outcome::refused;
    }
    if (!had_head && parser.is_header_done()) {
      if (const auto refused = check_head(parser)) {
        refusal = *refused;
        return Outcome::refused;
      }
    }
    if (parser.is_done()) return Outcome::whole;
    if (taken == 0) break;
  }
  return std::nullopt;
}

/// Reads one request, however it arrives in pieces.
Task<Outcome> read_request(const Site& site, Connection& connection, Parser& parser, Refusal& refusal) {
  const auto request_time = std::chrono::seconds(site.config.http_request_seconds);
  bool told_to_continue = false;
  connection.began = connection.parsed;
  for (;;) {
    if (const auto outcome = parse(connection, parser, refusal)) co_return *outcome;
    if (!told_to_continue && expects_continue(parser)) {
      told_to_continue = true;
      error_code ignored;
      connection.socket.write_some(asio::buffer("HTTP/1.1 100 Continue\r\n\r\n", 25), ignored);
    }
    const bool begun = parser.got_some();
    if (!make_room(site, connection, parser.is_header_done())) {
      refusal = refusal_of(wire::error::header_limit);
      co_return Outcome::refused;
    }
    connection.idle = !begun && connection.began == connection.filled;
    if (connection.idle && site.stopping.load(std::memory_order_relaxed)) co_return Outcome::closed;
    const bool was_idle = connection.idle;
    const auto [failed, count] = co_await connection.socket.async_read_some(
        asio::buffer(connection.input.data() + connection.filled, connection.input.size() - connection.filled),
        as_tuple);
    connection.idle = false;
    connection.filled += count;
    if (failed) {
      if (!connection.timed_out || was_idle) co_return Outcome::closed;
      refusal = {408, "too-slow", "Send the whole request sooner."};
      co_return Outcome::refused;
    }
    if (was_idle) connection.deadline = SteadyClock::now() + request_time;
  }
}

// ---------------------------------------------------------------- writing

/// Sends what the socket did not take at once.
Task<bool> write_rest(const Site& site, Connection& connection, std::string_view body, std::size_t sent) {
  const auto total = connection.output.size() + body.size();
  while (sent < total) {
    connection.deadline = SteadyClock::now() + std::chrono::seconds(site.config.http_request_seconds);
    const std::string_view piece = sent < connection.output.size()
                                       ? std::string_view(connection.output).substr(sent)
                                       : body.substr(sent - connection.output.size());
    const auto [failed, count] =
        co_await connection.socket.async_write_some(asio::buffer(piece.data(), piece.size()), as_tuple);
    if (failed) co_return false;
    sent += count;
  }
  co_return true;
}

/// Tries to send without waiting; most answers go at once. Nothing: the connection is broken.
std::optional<std::size_t> write_now(Connection& connection, std::string_view body) {
  error_code failed;
  const std::array<asio::const_buffer, 2> pieces{asio::buffer(connection.output),
                                                 asio::buffer(body.data(), body.size())};
  const auto sent = connection.socket.write_some(pieces, failed);
  if (failed && failed != asio::error::would_block) return std::nullopt;
  return sent;
}

void refresh_date(IoThread& thread) {
  const auto second = std::chrono::duration_cast<std::chrono::seconds>(
                          std::chrono::system_clock::now().time_since_epoch())
                          .count();
  if (second == thread.date_second) return;
  thread.date_second = second;
  thread.date = http_date(second);
}

struct Exchange {
  std::string request_id;
  bool head_only = false;
  bool keep_alive = false;
  bool old_client = false;
};

/// Formats the head, and a body that is small, into the connection's output; answers the rest.
std::string_view format_answer(const Site& site, IoThread& thread, Connection& connection,
                               const Response& response, const Exchange& exchange) {
  refresh_date(thread);
  auto& output = connection.output;
  if (output.capacity() > kept_output_bytes) output = std::string();
  output.clear();
  append_head(output, response,
              {thread.date, exchange.request_id, exchange.keep_alive, exchange.old_client,
               site.config.http_secure_cookies});
  if (exchange.head_only || response.status == 204 || response.status == 304) return {};
  const auto body = body_of(response);
  if (body.size() > copied_body_bytes) return body;
  output += body;
  return {};
}

void count_answer(Site& site, int status, SteadyClock::time_point begun) {
  site.answered[static_cast<std::size_t>(std::clamp(status / 100, 0, 5))]->add();
  site.duration.observe_us(
      std::chrono::duration_cast<std::chrono::microseconds>(SteadyClock::now() - begun).count());
}

/// Reads what the other side still sends, for a moment: closing over unread bytes would reset the
/// connection, and the refusal would be lost on its way.
Task<void> linger(Connection& connection) {
  error_code ignored;
  connection.socket.shutdown(asio::socket_base::shutdown_send, ignored);
  connection.deadline = SteadyClock::now() + std::chrono::seconds(2);
  connection.input.resize(std::max(connection.input.size(), first_input_bytes));
  std::size_t left = 4U << 20;
  while (left > 0 && !connection.timed_out) {
    const auto [failed, count] =
        co_await connection.socket.async_read_some(asio::buffer(connection.input), as_tuple);
    if (failed) break;
    left -= std::min(left, count);
  }
}

Task<void> refuse(Site& site, IoThread& thread, Connection& connection, Refusal refusal) {
  const auto begun = SteadyClock::now();
  connection.timed_out = false;
  const auto error = malformed(std::string(refusal.code), std::string(refusal.detail));
  const auto response = problem(refusal.status, error, "");
  const Exchange exchange{};
  const auto body = format_answer(site, thread, connection, response, exchange);
  count_answer(site, response.status, begun);
  if (refusal.status == 408) site.timeouts.add();
  // One try: who sends nonsense, or nothing, is not waited for.
  if (write_now(connection, body)) co_await linger(connection);
}

// ---------------------------------------------------------------- answering

class InFlight {
 public:
  explicit InFlight(Site& site)
      : site_(site), allowed_(site.in_flight.fetch_add(1, std::memory_order_relaxed) < site.config.http_in_flight) {}
  ~InFlight() { site_.in_flight.fetch_sub(1, std::memory_order_relaxed); }
  InFlight(const InFlight&) = delete;
  InFlight& operator=(const InFlight&) = delete;
  [[nodiscard]] bool allowed() const { return allowed_; }

 private:
  Site& site_;
  bool allowed_;
};

bool wants_websocket(const Parser& parser) {
  return parser.upgrade() && parser.get().method() == wire::verb::get &&
         wire::token_list(parser.get()[wire::field::upgrade]).exists("websocket");
}

/// The request for the router, or why there is none.
std::optional<Refusal> make_request(const Site& site, const Connection& connection, Parser& parser,
                                    Request& request) {
  const auto method = method_of(parser.get().method());
  if (!method) return Refusal{501, "other-method", "Use GET, HEAD, POST, PUT, PATCH or DELETE."};
  request.method = *method;
  if (!set_target(view(parser.get().target()), request)) {
    return Refusal{400, "bad-request", "Ask for an address that begins with a slash."};
  }
  set_headers(parser, request);
  set_origin_of_request(site, connection, request);
  request.body = std::move(parser.get().body());
  return std::nullopt;
}

Task<Response> answer(Site& site, Request& request) {
  const InFlight one(site);
  if (!one.allowed()) {
    site.turned_away.add();
    co_return problem(unavailable(), request.request_id);
  }
  if (!request.internal && request.path.starts_with("/internal/")) {
    co_return problem(not_found("There is nothing at this address."), request.request_id);
  }
  co_return co_await site.router.dispatch(request);
}

const Response* constant_for(const Site& site, const Parser& parser) {
  const auto verb = parser.get().method();
  if (verb != wire::verb::get && verb != wire::verb::head) return nullptr;
  const auto found = site.constants.find(view(parser.get().target()));
  return found == site.constants.end() ? nullptr : &found->second;
}

/// Gives the socket away: nothing of this connection is left to do here.
Task<void> hand_over(const Upgrade& handler, Connection& connection, Request request) {
  std::string bytes = connection.input.substr(connection.began, connection.filled - connection.began);
  connection.input = std::string();
  connection.output = std::string();
  connection.unlink();
  Socket socket = std::move(connection.socket);
  auto running = handler(std::move(socket), std::move(bytes), std::move(request));
  co_await std::move(running);
}

/// Writes the answer; false where the connection is over.
Task<bool> write_answer(Site& site, IoThread& thread, Connection& connection, const Response& response,
                        const Exchange& exchange) {
  const auto body = format_answer(site, thread, connection, response, exchange);
  const auto sent = write_now(connection, body);
  if (!sent) co_return false;
  if (*sent < connection.output.size() + body.size() &&
      !co_await write_rest(site, connection, body, *sent)) {
    co_return false;
  }
  co_return exchange.keep_alive;
}

/// A parsed request to its answer; false where the connection is over.
Task<bool> exchange_one(Site& site, IoThread& thread, Connection& connection, Parser& parser) {
  const auto begun = SteadyClock::now();
  connection.deadline = SteadyClock::time_point::max();
  Exchange exchange;
  exchange.head_only = parser.get().method() == wire::verb::head;
  exchange.keep_alive = parser.keep_alive() && !site.stopping.load(std::memory_order_relaxed);
  exchange.old_client = parser.get().version() < 11;
  if (const auto* constant = constant_for(site, parser)) {
    count_answer(site, constant->status, begun);
    co_return co_await write_answer(site, thread, connection, *constant, exchange);
  }
  Request request;
  if (const auto refusal = make_request(site, connection, parser, request)) {
    co_await refuse(site, thread, connection, *refusal);
    co_return false;
  }
  Response response;
  const auto upgrade = wants_websocket(parser) ? site.upgrades.find(request.path) : site.upgrades.end();
  if (upgrade != site.upgrades.end()) {
    const auto identified = co_await site.router.identify(request);
    if (identified) {
      co_await hand_over(upgrade->second, connection, std::move(request));
      co_return false;
    }
    response = problem(identified.error(), request.request_id);
  } else {
    response = co_await answer(site, request);
  }
  exchange.request_id = std::move(request.request_id);
  exchange.keep_alive = exchange.keep_alive && !site.stopping.load(std::memory_order_relaxed);
  count_answer(site, response.status, begun);
  co_return co_await write_answer(site, thread, connection, response, exchange);
}

Task<void> converse(Site& site, IoThread& thread, Connection& connection) {
  const auto idle_time = std::chrono::seconds(site.config.http_idle_seconds);
  const auto request_time = std::chrono::seconds(site.config.http_request_seconds);
  for (;;) {
    Parser parser;
    parser.header_limit(static_cast<std::uint32_t>(site.config.http_header_bytes));
    parser.body_limit(static_cast<std::uint64_t>(site.config.http_body_bytes));
    parser.eager(true);
    const bool waiting = connection.parsed == connection.filled;
    connection.deadline = SteadyClock::now() + (waiting ? idle_time : request_time);
    Refusal refusal;
    const auto outcome = co_await read_request(site, connection, parser, refusal);
    if (outcome == Outcome::refused) co_await refuse(site, thread, connection, refusal);
    if (outcome != Outcome::whole) co_return;
    if (!co_await exchange_one(site, thread, connection, parser)) co_return;
  }
}

/// Counts the connection out when it is over, whichever way.
class CountOut {
 public:
  explicit CountOut(Site& site) : site_(site) {}
  ~CountOut() {
    site_.open.fetch_sub(1);
    if (!site_.stopping.load()) return;
    const std::scoped_lock lock(site_.closing);
    site_.closed.notify_all();
  }
  CountOut(const CountOut&) = delete;
  CountOut& operator=(const CountOut&) = delete;

 private:
  Site& site_;
};

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const auto comma = text.find(',');
    auto item = text.substr(0, comma);
    text = comma == std::string_view::npos ? std::string_view{} : text.substr(comma + 1);
    while (!item.empty() && item.front() == ' ') item.remove_prefix(1);
    while (!item.empty() && item.back() == ' ') item.remove_suffix(1);
    if (!item.empty()) out.emplace_back(item);
  }
  return out;
}

}  // namespace

Site::Site(const Config& settings, const Router& table, metrics::Registry& registry)
    : config(settings),
      router(table),
      trusted_proxies(split_list(settings.http_trusted_proxies)),
      duration(registry.histogram("commonpurse_http_request_duration_seconds",
                                  "From a whole request to its answer, without its writing.")),
      accepted(registry.counter("commonpurse_http_connections_total", "Connections accepted.")),
      turned_away(registry.counter("commonpurse_http_refused_total", "Connections and requests beyond the bounds.")),
      timeouts(registry.counter("commonpurse_http_timeouts_total", "Requests that did not arrive in time.")) {
  constexpr const char* classes[] = {"other", "1xx", "2xx", "3xx", "4xx", "5xx"};
  for (std::size_t at = 0; at < answered.size(); ++at) {
    answered[at] = &registry.counter("commonpurse_http_requests_total", "Requests answered.", {{"status", classes[at]}});
  }
}

Task<void> serve(Site& site, IoThread& thread, Socket socket) {
  const CountOut count_out(site);
  Connection connection(std::move(socket));
  thread.connections.push_back(connection);
  error_code failed;
  const auto peer = connection.socket.remote_endpoint(failed);
  if (failed) co_return;
  connection.remote_address = peer.address().to_string();
  try {
    co_await converse(site, thread, connection);
  } catch (const std::exception& broken) {
    log::error("connection-failed", {{"exception", typeid(broken).name()}});
  }
}

}  // namespace cp::http
