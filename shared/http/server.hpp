// The HTTP/1.1 server: sockets, bounds and deadlines. What is answered is the router's business.
//
// A few I/O threads, each with one `io_context(1)`; a connection stays on its thread. Everything is
// bounded by the configuration: connections, bytes of headers and body, requests in flight, time.
#pragma once

#include "shared/core/config.hpp"
#include "shared/core/metrics.hpp"
#include "shared/core/task.hpp"
#include "shared/http/message.hpp"
#include "shared/http/router.hpp"

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace cp::http {

using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, Executor>;

/// Takes over a connection whose request asked for `Upgrade`; runs on the connection's own thread.
/// `bytes` is everything read and not answered yet: the handshake as it came, and whatever
/// followed. It is what Beast's `websocket::stream::async_accept(buffer(bytes))` wants.
/// `request` is the handshake, authenticated (`request.principal` where there is a session), its
/// `Origin` already checked. The socket is in non-blocking mode with `TCP_NODELAY` set. The
/// connection counts against `http.connections` until the task ends.
using Upgrade = std::function<Task<void>(Socket socket, std::string bytes, Request request)>;

class Server {
 public:
  /// Makes the I/O threads' contexts, so that background coroutines can be started on them, but
  /// nothing runs before `start`. The arguments have to outlive the server.
  Server(const Config& config, const Router& router, metrics::Registry& registry);
  /// Stops at once what `stop` was not called for. Coroutines that still wait are destroyed here:
  /// whatever resumes them (database, workers) has to be stopped before.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Requests with `Upgrade: websocket` for this path go to `handler`. Before `start`.
  void on_upgrade(std::string path, Upgrade handler);
  /// Answers GETs of this path with a constant, without asking the router: `/healthz`. Before `start`.
  void answer_always(std::string path, const Response& response);

  /// Listens and starts the threads; throws where the address cannot be had.
  void start();
  /// The port listened on: the one the system chose where the configuration says 0.
  [[nodiscard]] std::uint16_t port() const;

  /// One for each I/O thread; there from construction on.
  [[nodiscard]] std::vector<Executor> executors() const;
  /// One of them, in turn.
  [[nodiscard]] Executor any_executor();

  /// Refuses new connections, closes idle ones, and answers what is in flight with
  /// `Connection: close`. Returns at once.
  void stop_accepting();
  /// `stop_accepting`, waits until every connection is closed but no longer than `limit`, closes
  /// the rest and joins the threads. Never from an I/O thread.
  void stop(std::chrono::seconds limit);

  [[nodiscard]] std::int64_t open_connections() const;
  [[nodiscard]] std::int64_t in_flight() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace cp::http
