#include "shared/http/client.hpp"

#include "shared/http/server.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/basic_resolver.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <atomic>
#include <list>
#include <mutex>
#include <optional>

namespace cp::http {
namespace {

namespace asio = boost::asio;
namespace wire = boost::beast::http;
using boost::system::error_code;
using SteadyClock = std::chrono::steady_clock;
using Timer = asio::basic_waitable_timer<SteadyClock, asio::wait_traits<SteadyClock>, Executor>;
using Resolver = asio::ip::basic_resolver<asio::ip::tcp, Executor>;
using Parser = wire::response_parser<wire::string_body>;

constexpr auto as_tuple = asio::as_tuple_t<asio::use_awaitable_t<Executor>>(use_task);
constexpr std::size_t read_bytes = 16'384;
constexpr std::uint32_t header_bytes = 65'536;

/// The socket of a call, shared with the timer that cuts it short.
struct Call {
  Call(const Executor& executor, std::string to_host, std::uint16_t to_port)
      : socket(executor), resolver(executor), host(std::move(to_host)), port(to_port) {}
  Socket socket;
  Resolver resolver;
  std::string host;
  std::uint16_t port;
  bool reused = false;
  bool answer_begun = false;
  bool keep_alive = false;
};

Error no_answer() { return unavailable("Another part of the service does not answer. Try again in a few seconds."); }

void append_header(std::string& out, std::string_view name, std::string_view value) {
  if (value.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos) return;
  out.append(name).append(": ").append(value).append("\r\n");
}

std::string format_request(const Call& call, const Request& request) {
  std::string out(name(request.method));
  out.append(" ").append(request.path);
  if (!request.query.empty()) out.append("?").append(request.query);
  out += " HTTP/1.1\r\n";
  const bool v6 = call.host.find(':') != std::string::npos;
  append_header(out, "Host", (v6 ? "[" + call.host + "]" : call.host) + ":" + std::to_string(call.port));
  append_header(out, "Content-Length", std::to_string(request.body.size()));
  if (!request.body.empty() && !find_header(request.headers, "Content-Type")) {
    append_header(out, "Content-Type", "application/json");
  }
  if (request.if_match) append_header(out, "If-Match", "\"" + std::to_string(*request.if_match) + "\"");
  if (request.idempotency_key) append_header(out, "Idempotency-Key", *request.idempotency_key);
  if (!request.request_id.empty()) append_header(out, "X-Request-Id", request.request_id);
  for (const auto& [header, value] : request.headers) append_header(out, header, value);
  return out.append("\r\n").append(request.body);
}

/// Whether sending the request a second time does no harm where the first may have arrived.
bool may_repeat(const Request& request) {
  return request.method == Method::get || request.method == Method::put || request.method == Method::del ||
         request.idempotency_key.has_value();
}

bool is_alive(Socket& socket) {
  char byte = 0;
  error_code state;
  socket.receive(asio::buffer(&byte, 1), asio::socket_base::message_peek, state);
  return state == asio::error::would_block;
}

Task<bool> connect(std::shared_ptr<Call> call) {
  error_code not_an_address;
  const auto address = asio::ip::make_address(call->host, not_an_address);
  if (!not_an_address) {
    const asio::ip::tcp::endpoint endpoint(address, call->port);
    const auto [failed] = co_await call->socket.async_connect(endpoint, as_tuple);
    if (failed) co_return false;
  } else {
    const auto service = std::to_string(call->port);
    const auto [unknown, found] = co_await call->resolver.async_resolve(call->host, service, as_tuple);
    if (unknown) co_return false;
    const auto [failed, endpoint] = co_await asio::async_connect(call->socket, found, as_tuple);
    if (failed) co_return false;
  }
  error_code ignored;
  call->socket.non_blocking(true, ignored);
  call->socket.set_option(asio::ip::tcp::no_delay(true), ignored);
  co_return true;
}

Response response_from(Parser& parser) {
  Response response;
  response.status = static_cast<int>(parser.get().result_int());
  response.content_type.clear();
  for (const auto& field : parser.get()) {
    std::string header(field.name_string().data(), field.name_string().size());
    std::string value(field.value().data(), field.value().size());
    if (field.name() == wire::field::content_type) response.content_type = std::move(value);
    else response.headers.emplace_back(std::move(header), std::move(value));
  }
  response.body = std::move(parser.get().body());
  return response;
}

/// Reads the answer; nothing where it is broken, too long or does not end.
Task<std::optional<Response>> read_answer(std::shared_ptr<Call> call, std::size_t most_bytes) {
  Parser parser;
  parser.header_limit(header_bytes);
  parser.body_limit(most_bytes);
  parser.eager(true);
  std::string input;
  for (;;) {
    const auto kept = input.size();
    if (kept > 2 * std::size_t{header_bytes}) co_return std::nullopt;
    input.resize(kept + read_bytes);
    const auto [failed, count] =
        co_await call->socket.async_read_some(asio::buffer(input.data() + kept, read_bytes), as_tuple);
    input.resize(kept + count);
    call->answer_begun = call->answer_begun || count > 0;
    error_code wrong;
    if (failed) {
      // A body without a length ends with its connection.
      if (failed == asio::error::eof && parser.got_some()) parser.put_eof(wrong);
      if (failed != asio::error::eof || wrong || !parser.is_done()) co_return std::nullopt;
    }
    while (!parser.is_done() && !input.empty()) {
      const auto taken = parser.put(asio::buffer(input), wrong);
      input.erase(0, taken);
      if (wrong && wrong != wire::error::need_more) co_return std::nullopt;
      if (taken == 0) break;
    }
    if (!parser.is_done()) continue;
    call->keep_alive = !failed && parser.keep_alive() && input.empty();
    co_return response_from(parser);
  }
}

Task<std::optional<Response>> exchange(std::shared_ptr<Call> call, const Request& request,
                                       std::size_t most_bytes) {
  if (!call->reused && !co_await connect(call)) co_return std::nullopt;
  const auto text = format_request(*call, request);
  const auto [failed, sent] = co_await asio::async_write(call->socket, asio::buffer(text), as_tuple);
  // A server that refuses early may close before it has read everything; its answer still counts.
  if (failed == asio::error::operation_aborted) co_return std::nullopt;
  co_return co_await read_answer(call, most_bytes);
}

struct Idle {
  asio::execution_context* context = nullptr;
  std::string host;
  std::uint16_t port = 0;
  Socket socket;
  SteadyClock::time_point since;
};

}  // namespace

struct Client::State {
  ClientLimits limits;
  std::atomic<std::size_t> in_flight{0};
  std::mutex mutex;
  std::list<Idle> idle;  // the oldest first

  /// A kept connection of this thread to that host, or one not connected yet.
  std::shared_ptr<Call> take(const Executor& executor, const std::string& host, std::uint16_t port, bool fresh) {
    auto call = std::make_shared<Call>(executor, host, port);
    const auto oldest = SteadyClock::now() - limits.idle;
    const std::scoped_lock lock(mutex);
    for (auto one = idle.begin(); one != idle.end();) {
      // Sockets belong to their thread: those of others are closed by them.
      const bool ours = one->context == &executor.context();
      if (ours && (one->since < oldest || !is_alive(one->socket))) {
        one = idle.erase(one);
      } else if (!fresh && ours && one->host == host && one->port == port) {
        call->socket = std::move(one->socket);
        call->reused = true;
        idle.erase(one);
        break;
      } else {
        ++one;
      }
    }
    return call;
  }

  void keep(const Executor& executor, Call& call) {
    const std::scoped_lock lock(mutex);
    if (!call.keep_alive || idle.size() >= limits.idle_connections) return;
    idle.push_back({&executor.context(), call.host, call.port, std::move(call.socket), SteadyClock::now()});
  }
};

Client::Client(const ClientLimits& limits) : state_(std::make_unique<State>()) { state_->limits = limits; }
Client::~Client() = default;

Task<Result<Response>> Client::send(std::string host, std::uint16_t port, Request request) {
  struct Counted {
    std::atomic<std::size_t>& count;
    std::size_t before;
    explicit Counted(std::atomic<std::size_t>& counter) : count(counter), before(counter.fetch_add(1)) {}
    ~Counted() { count.fetch_sub(1); }
  };
  const Counted counted(state_->in_flight);
  if (counted.before >= state_->limits.in_flight) co_return unavailable();
  const auto executor = co_await asio::this_coro::executor;
  const auto until = SteadyClock::now() + state_->limits.timeout;
  for (int attempt = 0; attempt < 2; ++attempt) {
    auto call = state_->take(executor, host, port, attempt > 0);
    Timer timer(executor, until);
    timer.async_wait([call](const error_code& cancelled) {
      if (cancelled) return;
      call->resolver.cancel();
      error_code ignored;
      call->socket.close(ignored);
    });
    auto response = co_await exchange(call, request, state_->limits.answer_bytes);
    timer.cancel();
    if (response) {
      state_->keep(executor, *call);
      co_return std::move(*response);
    }
    // A kept connection may have been closed by the server just when it was used again.
    const bool again = call->reused && !call->answer_begun && may_repeat(request) && SteadyClock::now() < until;
    if (!again) break;
  }
  co_return no_answer();
}

}  // namespace cp::http
