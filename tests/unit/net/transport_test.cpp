// The same request and the same answer, within the process and over HTTP.
#include "shared/http/server.hpp"
#include "shared/net/transport.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>

#include <catch2/catch_test_macros.hpp>

using namespace cp;

namespace {

const std::string token = "a token that two processes share, long enough";

struct Sum {
  std::int64_t left = 0;
  std::int64_t right = 0;
};
constexpr auto wire(const Sum*) {
  return json::object("TestSum", json::field("left", &Sum::left, "One number."),
                      json::field("right", &Sum::right, "Another."));
}
struct SumPath {
  std::int64_t factor = 0;
  std::optional<std::int64_t> more;
};
constexpr auto wire(const SumPath*) {
  return json::object("TestSumPath", json::field("factor", &SumPath::factor, "Times this."),
                      json::field("more", &SumPath::more, "And this on top."));
}
struct Total {
  std::int64_t total = 0;
  std::string key;
};
constexpr auto wire(const Total*) {
  return json::object("TestTotal", json::field("total", &Total::total, "The sum."),
                      json::field("key", &Total::key, "The idempotency key that came."));
}

/// A service with one internal route.
struct Adder {
  explicit Adder(http::Router& router) {
    router.add({http::Method::post, "/internal/sums/{factor}", http::internal(), "Adds."}, this, &Adder::add);
    router.add({http::Method::del, "/internal/sums", http::internal(), "Forgets."}, this, &Adder::forget);
  }
  Task<Result<http::Answer<Total>>> add(http::Request& request, SumPath path, Sum sum) {
    if (sum.left < 0) co_return conflict("negative", "Add what is not negative.").with("left", sum.left);
    Total total{(sum.left + sum.right) * path.factor + path.more.value_or(0),
                request.idempotency_key.value_or("")};
    co_return total;
  }
  Task<Result<http::Answer<json::Empty>>> forget(http::Request&, http::NoParams) {
    co_return http::no_content();
  }
};

/// The calling side's I/O thread; outlives the transports, whose connections stay on it.
boost::asio::io_context caller{1};

template <class T>
T run(Task<T> task) {
  auto future = boost::asio::co_spawn(caller.get_executor(), std::move(task), boost::asio::use_future);
  while (future.wait_for(std::chrono::seconds(0)) != std::future_status::ready) {
    caller.restart();
    caller.run_one_for(std::chrono::milliseconds(100));
  }
  return future.get();
}

Task<Result<Total>> ask(net::Transport& transport, Sum sum) {
  auto body = json::write(sum);
  std::string path = "/internal/sums/10?more=5";
  std::string key = "key-1";
  co_return co_await net::call<Total>(transport, "adder", http::Method::post, path, body, key);
}

void check_contract(net::Transport& transport) {
  const auto total = run(ask(transport, {2, 3}));
  REQUIRE(total.has_value());
  CHECK(total->total == 55);
  CHECK(total->key == "key-1");

  const auto refused = run(ask(transport, {-1, 3}));
  REQUIRE(refused.has_error());
  CHECK(refused.error().kind == ErrorKind::conflict);
  CHECK(refused.error().code == "negative");
  CHECK(refused.error().detail == "Add what is not negative.");

  const auto nothing = run(net::call<json::Empty>(transport, "adder", http::Method::del, "/internal/sums"));
  CHECK(nothing.has_value());

  const auto unknown = run(net::call<json::Empty>(transport, "adder", http::Method::get, "/internal/other"));
  REQUIRE(unknown.has_error());
  CHECK(unknown.error().kind == ErrorKind::not_found);
}

/// The adder in a server of its own.
struct AdderProcess {
  explicit AdderProcess(const std::string& accepted_token) {
    config.http_port = 0;
    config.http_threads = 1;
    config.service_token = accepted_token;
    server.emplace(config, router, registry);
    server->start();
  }
  ~AdderProcess() { server->stop(std::chrono::seconds(2)); }
  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(server->port()); }

  Config config;
  metrics::Registry registry;
  http::Router router;
  Adder adder{router};
  std::optional<http::Server> server;
};

}  // namespace

TEST_CASE("a call within the process reaches the internal route") {
  http::Router router;
  const Adder adder(router);
  const auto transport = net::make_local_transport(router);
  check_contract(*transport);
}

TEST_CASE("a call over HTTP reaches the same route and brings the same answer") {
  const AdderProcess there(token);
  const http::Router nothing_here;
  const auto transport = net::make_http_transport(nothing_here, {{"adder", there.url()}}, token);
  check_contract(*transport);
}

TEST_CASE("a service without an address is asked in this process") {
  http::Router router;
  const Adder adder(router);
  const auto transport = net::make_http_transport(router, {{"other", "http://127.0.0.1:1"}}, token);
  check_contract(*transport);
}

TEST_CASE("with the wrong token the internal routes are not there") {
  const AdderProcess there(token);
  const http::Router nothing_here;
  const auto transport = net::make_http_transport(nothing_here, {{"adder", there.url()}}, token + "!");
  const auto answer = run(ask(*transport, {2, 3}));
  REQUIRE(answer.has_error());
  CHECK(answer.error().kind == ErrorKind::not_found);
}

TEST_CASE("a service that is away answers unavailable") {
  std::string url;
  {
    const AdderProcess gone(token);
    url = gone.url();
  }
  const http::Router nothing_here;
  const auto transport = net::make_http_transport(nothing_here, {{"adder", url}}, token);
  const auto answer = run(ask(*transport, {2, 3}));
  REQUIRE(answer.has_error());
  CHECK(answer.error().kind == ErrorKind::unavailable);
}

TEST_CASE("an address that is none is refused at the start") {
  const http::Router router;
  for (const auto* url : {"payments:80", "https://payments:80", "http://payments", "http://payments:0",
                          "http://payments:99999", "http://:80"}) {
    INFO(url);
    CHECK_THROWS_AS(net::make_http_transport(router, {{"payments", url}}, token), std::invalid_argument);
  }
}
