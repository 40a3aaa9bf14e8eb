#include "shared/app/live_socket.hpp"

#include "shared/app/live_session.hpp"
#include "shared/core/log.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>

#include <deque>
#include <mutex>

namespace cp::app {
namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;
namespace {

using Timer = asio::basic_waitable_timer<std::chrono::steady_clock,
                                         asio::wait_traits<std::chrono::steady_clock>, Executor>;
using Failure = boost::system::error_code;

constexpr std::size_t message_bytes = 65'536;
constexpr std::size_t frames_in_one_write = 64;
constexpr auto handshake_time = std::chrono::seconds(10);
// Whether the client may still listen is asked at every so many pings.
constexpr int pings_between_checks = 4;

/// One client's socket. Frames are queued from any thread; everything else happens on the
/// socket's own.
class LiveSocket final : public LiveListener, public std::enable_shared_from_this<LiveSocket> {
 public:
  LiveSocket(const Config& config, const http::Router& router, LiveHub& hub, http::Socket socket,
             http::Request handshake)
      : config_(config), router_(router), executor_(socket.get_executor()),
        stream_(std::move(socket)), timer_(executor_), handshake_(std::move(handshake)),
        session_(config, hub, *this, handshake_.who()),
        queue_limit_(static_cast<std::size_t>(config.live_queue_bytes)) {}

  Task<void> run(std::string bytes);

  void send(LiveFrame frame) override;
  void disconnect(std::uint16_t code, std::string_view reason) override;
  [[nodiscard]] const std::vector<std::string>& channels() const { return session_.channels(); }
  /// The socket back, where it was not let in.
  http::Socket release() { return std::move(stream_.next_layer()); }

 private:
  Task<void> read();
  Task<void> watch(std::shared_ptr<LiveSocket> self);
  Task<bool> check();
  void flush();
  void written(Failure failed);
  void close_now();
  void post_flush();

  const Config& config_;
  const http::Router& router_;
  Executor executor_;
  websocket::stream<http::Socket, false> stream_;
  Timer timer_;
  http::Request handshake_;
  LiveSession session_;
  bool open_ = false;
  bool closing_ = false;
  std::vector<LiveFrame> sending_;

  std::mutex mutex_;
  const std::size_t queue_limit_;
  std::deque<LiveFrame> queue_;
  std::size_t queued_bytes_ = 0;  // waiting or being written
  bool flush_posted_ = false;
  std::optional<websocket::close_reason> last_words_;
};

void LiveSocket::send(LiveFrame frame) {
  {
    const std::scoped_lock lock(mutex_);
    if (last_words_) return;
    queued_bytes_ += frame->size() + 1;
    if (queued_bytes_ <= queue_limit_) {
      queue_.push_back(std::move(frame));
    } else {
      // It cannot be told either: what is said would wait behind what it does not read.
      last_words_.emplace(static_cast<websocket::close_code>(disconnects::slow), "slow");
      queue_.clear();
    }
  }
  post_flush();
}

void LiveSocket::disconnect(std::uint16_t code, std::string_view reason) {
  {
    const std::scoped_lock lock(mutex_);
    if (last_words_) return;
    last_words_.emplace(static_cast<websocket::close_code>(code), beast::string_view(reason.data(), reason.size()));
  }
  post_flush();
}

void LiveSocket::post_flush() {
  {
    const std::scoped_lock lock(mutex_);
    if (std::exchange(flush_posted_, true)) return;
  }
  asio::post(executor_, [self = shared_from_this()] {
    {
      const std::scoped_lock lock(self->mutex_);
      self->flush_posted_ = false;
    }
    self->flush();
  });
}

// All that waits goes out in one message, frames parted by newlines.
void LiveSocket::flush() {
  if (!open_ || closing_) return;
  std::optional<websocket::close_reason> last_words;
  std::vector<asio::const_buffer> buffers;
  {
    const std::scoped_lock lock(mutex_);
    const bool slow = last_words_ && last_words_->code == disconnects::slow;
    if (!slow && !sending_.empty()) return;
    while (!queue_.empty() && sending_.size() < frames_in_one_write) {
      sending_.push_back(std::move(queue_.front()));
      queue_.pop_front();
    }
    if (slow || sending_.empty()) last_words = last_words_;
  }
  if (last_words && last_words->code == disconnects::slow) {
    log::info("live-socket-slow");
    return close_now();
  }
  if (last_words) {
    closing_ = true;
    return stream_.async_close(*last_words, [self = shared_from_this()](Failure) { self->close_now(); });
  }
  if (sending_.empty()) return;
  static constexpr char newline = '\n';
  buffers.reserve(sending_.size() * 2);
  for (const auto& frame : sending_) {
    if (!buffers.empty()) buffers.emplace_back(&newline, 1);
    buffers.emplace_back(frame->data(), frame->size());
  }
  stream_.async_write(buffers, [self = shared_from_this()](Failure failed, std::size_t) {
    self->written(failed);
  });
}

void LiveSocket::written(Failure failed) {
  {
    const std::scoped_lock lock(mutex_);
    for (const auto& frame : sending_) queued_bytes_ -= frame->size() + 1;
  }
  sending_.clear();
  if (failed) return close_now();
  flush();
}

void LiveSocket::close_now() {
  closing_ = true;
  Failure ignored;
  stream_.next_layer().close(ignored);  // ends the read, and with it the socket
}

Task<void> LiveSocket::run(std::string bytes) {
  websocket::stream_base::timeout times{};
  times.handshake_timeout = handshake_time;  // of the closing handshake too
  times.idle_timeout = websocket::stream_base::none();
  times.keep_alive_pings = false;
  stream_.set_option(times);
  stream_.read_message_max(message_bytes);
  stream_.text(true);
  stream_.auto_fragment(false);
  const auto handshake = asio::buffer(bytes);
  const auto [failed] = co_await stream_.async_accept(handshake, asio::as_tuple(use_task));
  if (failed) co_return;
  open_ = true;
  asio::co_spawn(executor_, watch(shared_from_this()), asio::detached);
  flush();
  std::exception_ptr broken;
  try {
    co_await read();
  } catch (...) {
    broken = std::current_exception();
  }
  close_now();
  timer_.cancel();
  if (broken) std::rethrow_exception(broken);
}

Task<void> LiveSocket::read() {
  beast::flat_buffer buffer;
  for (;;) {
    const auto [failed, size] = co_await stream_.async_read(buffer, asio::as_tuple(use_task));
    if (failed) co_return;
    const std::string text(static_cast<const char*>(buffer.data().data()), size);
    buffer.consume(size);
    // After a refusal it goes on reading, for the client's half of the closing handshake.
    const bool stay = co_await session_.receive(text);
    while (!stay) {
      const auto [ended, rest] = co_await stream_.async_read(buffer, asio::as_tuple(use_task));
      if (ended) co_return;
      buffer.consume(rest);
    }
  }
}

// Pings, and asks at each whether the sign-in still holds. It keeps the socket alive by itself.
Task<void> LiveSocket::watch(std::shared_ptr<LiveSocket> self) {
  static const auto ping = std::make_shared<const std::string>("{}");
  const auto every = std::chrono::seconds(config_.live_ping_seconds);
  for (int pings = 1; self->open_; ++pings) {
    timer_.expires_after(every);
    const auto [cancelled] = co_await timer_.async_wait(asio::as_tuple(use_task));
    if (cancelled || closing_) co_return;
    if (!session_.connected()) co_return disconnect(disconnects::stale, "stale");
    if (!session_.heard_something()) co_return disconnect(disconnects::no_pong, "no pong");
    send(ping);
    bool welcome = true;
    try {
      welcome = co_await check();
      if (welcome && pings % pings_between_checks == 0) co_await session_.check_channels();
    } catch (const std::exception& failure) {
      log::error("live-check-failed", {{"reason", failure.what()}});
    }
    if (!welcome) co_return disconnect(disconnects::invalid_token, "invalid token");
  }
}

/// Whether the same person is still signed in. A service that is away does not throw anybody out.
Task<bool> LiveSocket::check() {
  auto request = handshake_;
  request.principal.reset();
  const auto identified = co_await router_.identify(request);
  if (!identified) co_return identified.error().kind == ErrorKind::unavailable;
  co_return request.principal && *request.principal == session_.who();
}

/// A plain HTTP answer where there is no WebSocket to be had.
Task<void> refuse(http::Socket socket, Error error, std::string request_id) {
  const auto response = http::problem(error, request_id);
  const std::string text = "HTTP/1.1 " + std::to_string(response.status) +
                           " Refused\r\nConnection: close\r\nContent-Type: " + response.content_type +
                           "\r\nContent-Length: " + std::to_string(response.body.size()) +
                           "\r\n\r\n" + response.body;
  const auto bytes = asio::buffer(text);
  co_await asio::async_write(socket, bytes, asio::as_tuple(use_task));
  Failure ignored;
  socket.shutdown(asio::socket_base::shutdown_both, ignored);
}

/// Out of the hub again however the socket ends.
struct Joined {
  LiveHub& hub;
  LiveSocket& socket;
  ~Joined() { hub.leave(socket, socket.channels()); }
};

Task<void> take_over(const Config& config, const http::Router& router, LiveHub& hub,
                     http::Socket socket, std::string bytes, http::Request request) {
  const auto id = request.request_id;
  if (!request.principal) {
    auto error = unauthenticated();
    co_await refuse(std::move(socket), std::move(error), id);
    co_return;
  }
  const auto live = std::make_shared<LiveSocket>(config, router, hub, std::move(socket), std::move(request));
  if (!hub.join(*live)) {
    auto error = unavailable("There are too many open pages just now. Try again in a few seconds.");
    co_await refuse(live->release(), std::move(error), id);
    co_return;
  }
  const Joined joined{hub, *live};
  co_await live->run(std::move(bytes));
}

}  // namespace

http::Upgrade live_upgrade(const Config& config, const http::Router& router, LiveHub& hub) {
  return [&config, &router, &hub](http::Socket socket, std::string bytes, http::Request request) {
    return take_over(config, router, hub, std::move(socket), std::move(bytes), std::move(request));
  };
}

}  // namespace cp::app
