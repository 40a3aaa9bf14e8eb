#include "shared/http/server.hpp"

#include "shared/core/log.hpp"
#include "shared/http/connection.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <optional>

namespace cp::http {

namespace asio = boost::asio;
using boost::system::error_code;
using Acceptor = asio::basic_socket_acceptor<asio::ip::tcp, Executor>;

namespace {

constexpr auto as_tuple = asio::as_tuple_t<asio::use_awaitable_t<Executor>>(use_task);
constexpr std::chrono::milliseconds sweep_interval{250};
constexpr std::chrono::milliseconds accept_pause{50};

/// Cancels what has waited too long; its coroutine sees that and closes.
Task<void> sweep(Site& site, IoThread& thread) {
  for (;;) {
    thread.sweep.expires_after(sweep_interval);
    const auto [failed] = co_await thread.sweep.async_wait(as_tuple);
    if (failed) co_return;
    const auto now = SteadyClock::now();
    const bool stopping = site.stopping.load(std::memory_order_relaxed);
    for (auto& connection : thread.connections) {
      if (connection.deadline > now && !(stopping && connection.idle)) continue;
      connection.timed_out = true;
      error_code ignored;
      connection.socket.cancel(ignored);
    }
  }
}

void close_idle(IoThread& thread) {
  for (auto& connection : thread.connections) {
    error_code ignored;
    if (connection.idle) connection.socket.cancel(ignored);
  }
}

}  // namespace

struct Server::State {
  State(const Config& config, const Router& router, metrics::Registry& registry) : site(config, router, registry) {
    for (std::int64_t count = 0; count < config.http_threads; ++count) {
      threads.push_back(std::make_unique<IoThread>());
    }
  }

  Task<void> accept_all();

  // The contexts destroy coroutines that refer to the site, so the site is declared before them.
  Site site;
  std::vector<std::unique_ptr<IoThread>> threads;
  std::optional<Acceptor> acceptor;
  std::optional<Timer> pause;
  std::atomic<std::size_t> turn{0};
  std::uint16_t port = 0;
  bool started = false;
};

/// One thread accepts for all and deals connections out in turn: with a listener for each thread
/// the kernel would put a few long connections on one thread, and two programs could share a port.
Task<void> Server::State::accept_all() {
  std::size_t next = 0;
  for (;;) {
    auto& thread = *threads[next++ % threads.size()];
    Socket socket(thread.context.get_executor());
    const auto [failed] = co_await acceptor->async_accept(socket, as_tuple);
    if (failed == asio::error::operation_aborted || site.stopping.load()) co_return;
    if (failed) {
      // Most likely no file descriptor is left; another moment may bring one.
      pause->expires_after(accept_pause);
      co_await pause->async_wait(as_tuple);
      continue;
    }
    if (site.open.fetch_add(1) >= site.config.http_connections) {
      site.open.fetch_sub(1);
      site.turned_away.add();
      continue;
    }
    site.accepted.add();
    error_code ignored;
    socket.non_blocking(true, ignored);
    socket.set_option(asio::ip::tcp::no_delay(true), ignored);
    asio::co_spawn(thread.context, serve(site, thread, std::move(socket)), asio::detached);
  }
}

Server::Server(const Config& config, const Router& router, metrics::Registry& registry)
    : state_(std::make_unique<State>(config, router, registry)) {
  auto& site = state_->site;
  registry.gauge("commonpurse_http_open_connections", "Open connections.",
                 [&site] { return static_cast<double>(site.open.load()); });
  registry.gauge("commonpurse_http_in_flight", "Requests being answered.",
                 [&site] { return static_cast<double>(site.in_flight.load()); });
}

Server::~Server() { stop(std::chrono::seconds(0)); }

void Server::on_upgrade(std::string path, Upgrade handler) {
  state_->site.upgrades[std::move(path)] = std::move(handler);
}

void Server::answer_always(std::string path, const Response& response) {
  state_->site.constants[std::move(path)] = response;
}

void Server::start() {
  auto& state = *state_;
  const auto& config = state.site.config;
  const asio::ip::tcp::endpoint endpoint(asio::ip::make_address(config.http_address),
                                         static_cast<std::uint16_t>(config.http_port));
  auto& first = state.threads.front()->context;
  state.acceptor.emplace(first.get_executor());
  state.pause.emplace(first.get_executor());
  state.acceptor->open(endpoint.protocol());
  state.acceptor->set_option(asio::socket_base::reuse_address(true));
  state.acceptor->bind(endpoint);
  state.acceptor->listen(4'096);
  state.port = state.acceptor->local_endpoint().port();
  state.started = true;
  asio::co_spawn(first, state.accept_all(), asio::detached);
  for (auto& thread : state.threads) {
    asio::co_spawn(thread->context, sweep(state.site, *thread), asio::detached);
    thread->thread = std::thread([&context = thread->context] { context.run(); });
  }
}

std::uint16_t Server::port() const { return state_->port; }

std::vector<Executor> Server::executors() const {
  std::vector<Executor> out;
  for (const auto& thread : state_->threads) out.push_back(thread->context.get_executor());
  return out;
}

Executor Server::any_executor() {
  auto& threads = state_->threads;
  return threads[state_->turn.fetch_add(1) % threads.size()]->context.get_executor();
}

void Server::stop_accepting() {
  auto& state = *state_;
  if (state.site.stopping.exchange(true) || !state.started) return;
  asio::post(state.threads.front()->context, [&state] {
    error_code ignored;
    state.acceptor->close(ignored);
  });
  for (auto& thread : state.threads) {
    asio::post(thread->context, [&thread = *thread] { close_idle(thread); });
  }
}

void Server::stop(std::chrono::seconds limit) {
  auto& state = *state_;
  stop_accepting();
  {
    std::unique_lock lock(state.site.closing);
    const bool all = state.site.closed.wait_for(lock, limit, [&] { return state.site.open.load() == 0; });
    if (!all && limit.count() > 0) {
      log::warning("connections-cut", {{"count", state.site.open.load()}});
    }
  }
  for (auto& thread : state.threads) thread->context.stop();
  for (auto& thread : state.threads) {
    if (thread->thread.joinable()) thread->thread.join();
  }
}

std::int64_t Server::open_connections() const { return state_->site.open.load(); }
std::int64_t Server::in_flight() const { return state_->site.in_flight.load(); }

}  // namespace cp::http
