#include "shared/http/server.hpp"

#include "shared/http/client.hpp"
#include "shared/http/operations.hpp"
#include "tests/unit/http/example.hpp"
#include "tests/unit/http/run.hpp"

#include <arpa/inet.h>
#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <catch2/catch_test_macros.hpp>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <future>
#include <thread>

using namespace cp;
using namespace cp::http;

namespace {

const std::string token = "a-secret-of-at-least-thirty-two-characters";

/// A blocking socket to the server, so that a test reads like the conversation it is.
class Peer {
 public:
  explicit Peer(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    // A test that waits for nothing fails instead of hanging.
    const timeval patience{20, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  }
  ~Peer() { ::close(socket_); }
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  void send(std::string_view text) {
    while (!text.empty()) {
      const auto sent = ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      text.remove_prefix(static_cast<std::size_t>(sent));
    }
  }
  /// Head and body of the next answer; empty at the end of the connection.
  std::string answer(bool without_body = false) {
    while (buffer_.find("\r\n\r\n") == std::string::npos) {
      if (!more()) return std::exchange(buffer_, "");
    }
    auto length = buffer_.find("\r\n\r\n") + 4;
    const auto at = buffer_.find("Content-Length: ");
    if (!without_body && at < length) length += std::stoul(buffer_.substr(at + 16));
    while (buffer_.size() < length && more()) {
    }
    auto out = buffer_.substr(0, length);
    buffer_.erase(0, length);
    return out;
  }
  std::string everything() {
    while (more()) {
    }
    return std::exchange(buffer_, "");
  }
  std::string ask(std::string_view text) {
    send(text);
    return answer();
  }

 private:
  bool more() {
    char piece[4096];
    const auto count = ::recv(socket_, piece, sizeof piece, 0);
    if (count <= 0) return false;
    buffer_.append(piece, static_cast<std::size_t>(count));
    return true;
  }
  int socket_;
  std::string buffer_;
};

/// What the network tests ask: echoes, waits until it is let go, and answers something large.
class EchoApi {
 public:
  explicit EchoApi(Router& router) {
    router.add_raw({Method::get, "/v1/me", anyone(), "Who asks."}, [](Request& request) { return me(request); });
    router.add_raw({Method::post, "/v1/echo", anyone(), "The body again."}, [](Request& request) { return echo(request); });
    router.add_raw({Method::get, "/v1/wait", anyone(), "Answers when it may."}, [this](Request&) { return wait(); });
    router.add_raw({Method::get, "/v1/large", anyone(), "Eight megabytes."}, [this](Request&) { return large(); });
    router.add_raw({Method::get, "/internal/secret", internal(), "For services."}, [](Request& request) { return me(request); });
  }
  void let_go() {
    while (!done_) std::this_thread::yield();
    const auto done = done_.exchange(nullptr);
    (*done)(true);
    delete done;
  }
  [[nodiscard]] bool waits() const { return done_ != nullptr; }

 private:
  static Task<Response> me(Request& request) {
    Response response;
    response.body = request.remote_address + " " + request.request_id + (request.internal ? " internal" : "");
    co_return response;
  }
  static Task<Response> echo(Request& request) {
    Response response;
    response.body = request.body;
    co_return response;
  }
  Task<Response> wait() {
    auto start = [this](std::function<void(bool)> done) { done_ = new std::function<void(bool)>(std::move(done)); };
    co_await wait_for<bool>(start);
    Response response;
    response.body = "waited";
    co_return response;
  }
  Task<Response> large() {
    Response response;
    response.shared_body = large_;
    co_return response;
  }
  std::atomic<std::function<void(bool)>*> done_ = nullptr;
  std::shared_ptr<const std::string> large_ = std::make_shared<const std::string>(8U << 20, 'x');
};

struct Fixture {
  Config config;
  Router router;
  metrics::Registry registry;
  EchoApi api{router};
  std::unique_ptr<Server> server;
  explicit Fixture(const std::function<void(Config&)>& change = {}) {
    config.http_port = 0;
    config.http_header_bytes = 2'048;
    config.http_body_bytes = 10'000;
    config.service_token = token;
    if (change) change(config);
    add_metrics(router, registry);
    server = std::make_unique<Server>(config, router, registry);
    server->answer_always("/healthz", health_answer());
  }
  void start() { server->start(); }
  [[nodiscard]] std::uint16_t port() const { return server->port(); }
};

std::string get(const std::string& path, const std::string& headers = "") {
  return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n";
}
std::string post(const std::string& body, const std::string& headers = "") {
  return "POST /v1/echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
         headers + "\r\n" + body;
}
/// Asks the echo for "hello world".
const std::string chunked =
    "POST /v1/echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;x=y\r\n world\r\n0\r\n\r\n";
bool ok(const std::string& answer) { return answer.starts_with("HTTP/1.1 200 OK\r\n"); }
bool ends_with(const std::string& answer, const std::string& body) { return answer.ends_with("\r\n\r\n" + body); }

}  // namespace

TEST_CASE("a connection is kept, and every answer has the security headers") {
  Fixture fixture;
  fixture.start();
  Peer peer(fixture.port());
  CHECK(ends_with(peer.ask(get("/healthz")), R"({"status":"alive"})"));
  const auto answer = peer.ask(get("/v1/me"));
  CHECK(ok(answer));
  for (const auto* line : {"\r\nX-Content-Type-Options: nosniff\r\n", "\r\nReferrer-Policy: no-referrer\r\n",
                           "\r\nCache-Control: no-store\r\n", "\r\nX-Request-Id: ", "\r\nDate: ",
                           "\r\nContent-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n"}) {
    INFO(line);
    CHECK(answer.find(line) != std::string::npos);
  }
  CHECK(answer.find("Connection: close") == std::string::npos);
  CHECK(peer.ask(get("/v1/nothing")).starts_with("HTTP/1.1 404 "));
  CHECK(ends_with(peer.ask(post("hello")), "hello"));
  CHECK(fixture.server->open_connections() == 1);
}

TEST_CASE("HEAD is answered as GET without the body") {
  Fixture fixture;
  fixture.start();
  Peer peer(fixture.port());
  peer.send("HEAD /healthz HTTP/1.1\r\nHost: a\r\n\r\nHEAD /v1/large HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK(peer.answer(true).find("Content-Length: 18\r\n") != std::string::npos);
  CHECK(peer.answer(true).find("Content-Length: 8388608\r\n") != std::string::npos);
  CHECK(ok(peer.ask(get("/v1/me"))));
}

TEST_CASE("requests that come together are answered in their order") {
  Fixture fixture;
  fixture.start();
  Peer peer(fixture.port());
  std::string all;
  for (int count = 0; count < 500; ++count) all += post("body " + std::to_string(count)) + "\r\n" + get("/healthz");
  std::thread sender([&] { peer.send(all); });
  for (int count = 0; count < 500; ++count) {
    REQUIRE(ends_with(peer.answer(), "body " + std::to_string(count)));
    REQUIRE(ends_with(peer.answer(), R"({"status":"alive"})"));
  }
  sender.join();
}

TEST_CASE("a request may come in any pieces") {
  Fixture fixture;
  fixture.start();
  Peer peer(fixture.port());
  for (const char c : chunked) peer.send(std::string(1, c));
  CHECK(ends_with(peer.answer(), "hello world"));
  for (const char c : post("once more")) peer.send(std::string(1, c));
  CHECK(ends_with(peer.answer(), "once more"));
  const std::string large(9'999, 'y');
  CHECK(ends_with(peer.ask(post(large)), large));
}

TEST_CASE("a request may be cut in two anywhere") {
  Fixture fixture;
  fixture.start();
  Peer peer(fixture.port());
  const auto after_a_blank_line = "\r\n" + chunked;
  for (std::size_t at = 1; at < after_a_blank_line.size(); ++at) {
    INFO("cut after " << at << " bytes");
    peer.send(std::string_view(after_a_blank_line).substr(0, at));
    std::this_thread::sleep_for(std::chrono::milliseconds(2));  // time to be read by itself
    peer.send(std::string_view(after_a_blank_line).substr(at));
    REQUIRE(ends_with(peer.answer(), "hello world"));
  }
}

TEST_CASE("who expects it is told to continue") {
  Fixture fixture;
  fixture.start();
  Peer peer(fixture.port());
  peer.send("POST /v1/echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  CHECK(peer.answer().starts_with("HTTP/1.1 100 Continue"));
  CHECK(ends_with(peer.ask("hi"), "hi"));
}

TEST_CASE("malformed and oversized requests are refused and the connection closed") {
  Fixture fixture;
  fixture.start();
  const std::string head = "POST /v1/echo HTTP/1.1\r\nHost: a\r\n";
  const std::vector<std::pair<std::string, int>> table = {
      {"hello\r\n\r\n", 400},
      {"GET /healthz\r\n\r\n", 400},
      {"GET  /healthz HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET /healthz HTTP/1.1\nHost: a\n\n", 505},
      {"GET /healthz HTTP/2.0\r\nHost: a\r\n\r\n", 505},
      {"GET /healthz HTTP/1.1\r\n\r\n", 400},
      {"GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
      {"GET /healthz HTTP/1.1\r\nHost : a\r\n\r\n", 400},
      {"GET /healthz HTTP/1.1\r\nHost: a\r\nX: a\x01" "b\r\n\r\n", 400},
      {"GET * HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET /v1/me#part HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"TRACE /healthz HTTP/1.1\r\nHost: a\r\n\r\n", 501},
      {"BREW /healthz HTTP/1.1\r\nHost: a\r\n\r\n", 501},
      {head + "Content-Length: -1\r\n\r\n", 400},
      {head + "Content-Length: 1x\r\n\r\n", 400},
      {head + "Content-Length: 99999999999999999999999\r\n\r\n", 400},
      {head + "Content-Length: 2\r\nContent-Length: 3\r\n\r\nabc", 400},
      {head + "Content-Length: 2, 3\r\n\r\nabc", 400},
      {head + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      {head + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n", 400},
      {head + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501},
      {head + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      {head + "Transfer-Encoding: identity\r\n\r\n", 501},
      {head + "Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400},
      {head + "Transfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n0\r\n\r\n", 400},
      {"POST /v1/echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      {head + "Expect: tea\r\n\r\n", 417},
      {head + "Content-Length: 10001\r\n\r\n", 413},
      {head + "Transfer-Encoding: chunked\r\n\r\n4000\r\n" + std::string(0x4000, 'x') + "\r\n0\r\n\r\n", 413},
      {"GET /" + std::string(3'000, 'x') + " HTTP/1.1\r\nHost: a\r\n\r\n", 431},
      {"GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(3'000, 'x') + "\r\n\r\n", 431},
      {"GET / HTTP/1.1\r\n" + std::string(3'000, 'x'), 431},
  };
  for (const auto& [text, status] : table) {
    INFO(text.substr(0, 200));
    Peer peer(fixture.port());
    peer.send(text);
    const auto answer = peer.everything();
    // Nothing may follow the refusal: what comes behind it could be a smuggled request.
    CHECK(answer.substr(0, 12) == "HTTP/1.1 " + std::to_string(status));
    CHECK(answer.find("Connection: close\r\n") != std::string::npos);
    CHECK(answer.find("\r\nDate: ") == answer.rfind("\r\nDate: "));
    CHECK(answer.find("application/problem+json") != std::string::npos);
  }
  Peer peer(fixture.port());
  CHECK(ok(peer.ask(get("/healthz"))));
}

TEST_CASE("a large body that is refused does not lose the refusal") {
  Fixture fixture;
  fixture.start();
  Peer peer(fixture.port());
  peer.send(post(std::string(1U << 20, 'x')));
  CHECK(peer.answer().starts_with("HTTP/1.1 413 "));
}

TEST_CASE("old clients and those who close are understood") {
  Fixture fixture;
  fixture.start();
  Peer old(fixture.port());
  old.send("GET /healthz HTTP/1.0\r\n\r\n");
  CHECK(old.everything().find("Connection: close\r\n") != std::string::npos);
  Peer kept(fixture.port());
  CHECK(kept.ask("GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").find("Connection: keep-alive") != std::string::npos);
  CHECK(ok(kept.ask(get("/healthz"))));
  Peer closing(fixture.port());
  closing.send(get("/v1/me", "Connection: close\r\n"));
  CHECK(ok(closing.everything()));
  Peer absolute(fixture.port());
  CHECK(ok(absolute.ask("GET http://localhost/v1/me?x HTTP/1.1\r\nHost: localhost\r\n\r\n")));
}

TEST_CASE("a large answer reaches a slow reader whole") {
  Fixture fixture;
  fixture.start();
  Peer peer(fixture.port());
  CHECK(peer.ask(get("/v1/large")).size() > (8U << 20));
  CHECK(ok(peer.ask(get("/v1/me"))));
}

TEST_CASE("a request that does not arrive in time is told so, an idle connection closed") {
  Fixture fixture([](Config& config) {
    config.http_idle_seconds = 1;
    config.http_request_seconds = 1;
  });
  fixture.start();
  Peer idle(fixture.port());
  Peer slow(fixture.port());
  Peer slow_body(fixture.port());
  slow.send("GET /healthz HT");
  slow_body.send("POST /v1/echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
  CHECK(idle.everything().empty());
  CHECK(slow.everything().starts_with("HTTP/1.1 408 "));
  CHECK(slow_body.everything().starts_with("HTTP/1.1 408 "));
}

TEST_CASE("connections and requests beyond the bounds are turned away") {
  Fixture fixture([](Config& config) {
    config.http_connections = 2;
    config.http_in_flight = 1;
  });
  fixture.start();
  Peer first(fixture.port());
  first.send(get("/v1/wait"));
  while (!fixture.api.waits()) std::this_thread::yield();
  Peer second(fixture.port());
  const auto busy = second.ask(get("/v1/me"));
  CHECK(busy.starts_with("HTTP/1.1 503 "));
  CHECK(busy.find("Retry-After: ") != std::string::npos);
  CHECK(ok(second.ask(get("/healthz"))));
  Peer third(fixture.port());
  CHECK(third.everything().empty());
  fixture.api.let_go();
  CHECK(ends_with(first.answer(), "waited"));
  CHECK(ok(second.ask(get("/v1/me"))));
}

TEST_CASE("internal routes are there for those with the token only") {
  Fixture fixture;
  fixture.start();
  Peer peer(fixture.port());
  CHECK(peer.ask(get("/internal/secret")).starts_with("HTTP/1.1 404 "));
  CHECK(peer.ask(get("/internal/secret", "X-Service-Token: wrong\r\n")).starts_with("HTTP/1.1 404 "));
  CHECK(peer.ask(get("/internal/secret", "X-Service-Token: " + token.substr(1) + "\r\n")).starts_with("HTTP/1.1 404 "));
  CHECK(ends_with(peer.ask(get("/internal/secret", "X-Service-Token: " + token + "\r\nX-Request-Id: r-1\r\n")),
                  "127.0.0.1 r-1 internal"));
}

TEST_CASE("a token that is too short opens nothing") {
  Fixture fixture([](Config& config) { config.service_token.clear(); });
  fixture.start();
  Peer peer(fixture.port());
  CHECK(peer.ask(get("/internal/secret", "X-Service-Token: \r\n")).starts_with("HTTP/1.1 404 "));
}

TEST_CASE("only trusted proxies say who asks") {
  Fixture plain;
  plain.start();
  Peer direct(plain.port());
  CHECK(direct.ask(get("/v1/me", "X-Forwarded-For: 9.9.9.9\r\nX-Request-Id: mine\r\n")).find("127.0.0.1 ") != std::string::npos);
  CHECK(direct.ask(get("/v1/me", "X-Request-Id: mine\r\n")).find(" mine") == std::string::npos);
  Fixture behind([](Config& config) { config.http_trusted_proxies = "10.0.0.1, 127.0.0.1"; });
  behind.start();
  Peer peer(behind.port());
  const std::vector<std::pair<std::string, std::string>> table = {
      {"X-Forwarded-For: 9.9.9.9\r\n", "9.9.9.9 "},
      {"X-Forwarded-For: 1.1.1.1, 9.9.9.9, 10.0.0.1\r\n", "9.9.9.9 "},
      {"X-Forwarded-For: 1.1.1.1\r\nX-Forwarded-For: 2001:db8::1\r\n", "2001:db8::1 "},
      {"X-Forwarded-For: nonsense\r\n", "127.0.0.1 "},
      {"", "127.0.0.1 "}};
  for (const auto& [headers, expected] : table) {
    INFO(headers);
    CHECK(peer.ask(get("/v1/me", headers)).find("\r\n\r\n" + expected) != std::string::npos);
  }
  CHECK(peer.ask(get("/v1/me", "X-Request-Id: mine\r\n")).find("127.0.0.1 mine") != std::string::npos);
}

TEST_CASE("an upgrade gets the socket with everything that came") {
  Fixture fixture;
  fixture.server->on_upgrade("/live", [](Socket socket, std::string bytes, Request request) -> Task<void> {
    const auto text = request.path + "|" + bytes;
    co_await boost::asio::async_write(socket, boost::asio::buffer(text), use_task);
  });
  fixture.start();
  const auto handshake = get("/live", "Connection: Upgrade\r\nUpgrade: websocket\r\n");
  Peer peer(fixture.port());
  CHECK(ok(peer.ask(get("/v1/me"))));
  peer.send(handshake + "and more");
  const auto answer = peer.everything();
  CHECK(answer.starts_with("/live|" + handshake));
  Peer foreign(fixture.port());
  CHECK(foreign.ask(get("/live", "Connection: Upgrade\r\nUpgrade: websocket\r\nOrigin: http://evil\r\n")).starts_with("HTTP/1.1 403 "));
  Peer plain(fixture.port());
  CHECK(plain.ask(get("/live")).starts_with("HTTP/1.1 404 "));
}

TEST_CASE("stopping answers what is in flight, closes what is idle and takes nothing new") {
  Fixture fixture;
  fixture.start();
  Peer idle(fixture.port());
  CHECK(ok(idle.ask(get("/healthz"))));
  Peer waiting(fixture.port());
  waiting.send(get("/v1/wait"));
  while (!fixture.api.waits()) std::this_thread::yield();
  auto stopped = std::async(std::launch::async, [&] { fixture.server->stop(std::chrono::seconds(30)); });
  CHECK(idle.everything().empty());
  fixture.api.let_go();
  const auto answer = waiting.everything();
  CHECK(ends_with(answer, "waited"));
  CHECK(answer.find("Connection: close\r\n") != std::string::npos);
  stopped.get();
  CHECK(fixture.server->open_connections() == 0);
}

TEST_CASE("the port is free again at once") {
  std::uint16_t port = 0;
  for (int round = 0; round < 3; ++round) {
    Fixture fixture([&](Config& config) { config.http_port = port; });
    fixture.start();
    port = fixture.port();
    Peer peer(port);
    CHECK(ok(peer.ask(get("/healthz"))));
    fixture.server->stop(std::chrono::seconds(10));
  }
  Fixture fixture([&](Config& config) { config.http_port = port; });
  fixture.start();
  Fixture other([&](Config& config) { config.http_port = port; });
  CHECK_THROWS(other.start());
}

TEST_CASE("what happened is counted") {
  Fixture fixture;
  fixture.start();
  Peer peer(fixture.port());
  CHECK(ok(peer.ask(get("/v1/me"))));
  CHECK(peer.ask(get("/v1/nothing")).starts_with("HTTP/1.1 404 "));
  const auto answer = peer.ask(get("/metrics"));
  for (const auto* line : {"\ncommonpurse_http_requests_total{status=\"2xx\"} 1\n",
                           "\ncommonpurse_http_requests_total{status=\"4xx\"} 1\n",
                           "\ncommonpurse_http_open_connections 1\n", "\ncommonpurse_http_in_flight 1\n",
                           "\ncommonpurse_http_request_duration_seconds_count 2\n"}) {
    INFO(line);
    CHECK(answer.find(line) != std::string::npos);
  }
}

TEST_CASE("the client talks to the server") {
  Fixture fixture;
  fixture.start();
  boost::asio::io_context context(1);
  Client client;
  const auto ask = [&](Request request) {
    std::optional<Result<Response>> answer;
    boost::asio::co_spawn(context, answer_into(client.send("127.0.0.1", fixture.port(), std::move(request)), answer),
                          [](std::exception_ptr failure) { CHECK_FALSE(failure); });
    context.restart();
    context.run();
    return std::move(*answer);
  };
  for (int round = 0; round < 3; ++round) {
    Request request;
    request.method = Method::post;
    request.path = "/v1/echo";
    request.body = std::string(9'000, 'e');
    const auto answer = ask(std::move(request));
    REQUIRE(answer.has_value());
    CHECK(answer->status == 200);
    CHECK(answer->body.size() == 9'000);
  }
  CHECK(fixture.server->open_connections() == 1);
  Request internal;
  internal.path = "/internal/secret";
  internal.headers = {{"X-Service-Token", token}};
  internal.request_id = "r-2";
  CHECK(ask(internal)->body == "127.0.0.1 r-2 internal");
  Request large;
  large.path = "/v1/large";
  CHECK(ask(large)->body.size() == 8U << 20);
  // A server that went away while the connection was kept: the call is repeated, then given up.
  fixture.server->stop(std::chrono::seconds(0));
  CHECK(ask(large).error().kind == ErrorKind::unavailable);
}

TEST_CASE("the client does not wait for ever") {
  Fixture fixture;
  fixture.start();
  ClientLimits limits;
  limits.timeout = std::chrono::milliseconds(100);
  Client client(limits);
  Request request;
  request.path = "/v1/wait";
  CHECK(run(client.send("127.0.0.1", fixture.port(), request)).error().kind == ErrorKind::unavailable);
  fixture.api.let_go();
}
