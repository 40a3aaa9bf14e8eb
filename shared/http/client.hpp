// A small HTTP/1.1 client for calls between services: plain TCP, kept-alive connections, bounds.
#pragma once

#include "shared/core/task.hpp"
#include "shared/http/message.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace cp::http {

struct ClientLimits {
  std::size_t idle_connections = 32;  // kept open, all hosts and threads together
  std::chrono::seconds idle{20};      // shorter than the server's own `http.idle_seconds`
  std::chrono::milliseconds timeout{10'000};  // a whole call: connect, send, answer
  std::size_t answer_bytes = 256U << 20;
  std::size_t in_flight = 1'000;  // more are answered `unavailable` at once
};

/// Thread-safe. Destroyed before the I/O contexts it was used on.
class Client {
 public:
  explicit Client(const ClientLimits& limits = {});
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  /// Sends the request with its `If-Match` and `Idempotency-Key`, and answers what came back,
  /// whatever its status. An error (`unavailable`) means that no answer came in time; the request
  /// may have been carried out all the same. Runs on the caller's I/O thread.
  Task<Result<Response>> send(std::string host, std::uint16_t port, Request request);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace cp::http
