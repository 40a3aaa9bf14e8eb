// Two connections to Redis, because one that subscribes may do nothing else. A heartbeat is
// published on the one and has to arrive on the other, so that a connection which hangs without
// being closed is noticed on either side.
#include "shared/core/hash.hpp"
#include "shared/core/log.hpp"
#include "shared/net/bus.hpp"
#include "shared/net/redis_connection.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <hiredis/hiredis.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <chrono>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace cp::net {
namespace asio = boost::asio;
namespace {

constexpr std::string_view prefix = "cp:";
constexpr auto connect_timeout = std::chrono::seconds(5);
constexpr auto heartbeat_every = std::chrono::seconds(3);
constexpr int heartbeats_missed = 3;
constexpr auto first_wait = std::chrono::milliseconds(100);
constexpr auto longest_wait = std::chrono::milliseconds(5'000);
// Commands handed to hiredis and not yet answered: its own buffer has no bound.
constexpr std::size_t in_flight_limit = 1'000;

RedisAddress parse_address(const std::string& url) {
  constexpr std::string_view scheme = "redis://";
  const auto refuse = [] { throw std::invalid_argument("The setting redis.url has to be redis://host:port."); };
  if (!url.starts_with(scheme)) refuse();
  auto rest = std::string_view(url).substr(scheme.size());
  rest = rest.substr(0, rest.find('/'));
  const auto colon = rest.rfind(':');
  RedisAddress address{.host = std::string(rest.substr(0, colon))};
  if (colon != std::string_view::npos) {
    const auto port = rest.substr(colon + 1);
    const auto [end, failed] = std::from_chars(port.data(), port.data() + port.size(), address.port);
    if (failed != std::errc() || end != port.data() + port.size()) refuse();
  }
  if (address.host.empty()) refuse();
  return address;
}

class RedisBus final : public Bus {
 public:
  RedisBus(const std::string& url, std::size_t queue_limit)
      : address_(parse_address(url)), queue_limit_(queue_limit), timer_(io_),
        heartbeat_channel_(std::string(prefix) + "heartbeat." + random_token().substr(0, 16)) {
    asio::post(io_, [this] { connect(); });
    thread_ = std::thread([this] { io_.run(); });
  }
  ~RedisBus() override { stop(); }

  void publish(std::string channel, std::string message) override {
    {
      const std::scoped_lock lock(mutex_);
      if (stopping_) return;
      if (queue_.size() >= queue_limit_) {
        if (dropped_++ % 1'000 == 0) log::warning("bus-message-dropped", {{"dropped", dropped_}});
        return;
      }
      queue_.emplace_back(std::string(prefix) + std::move(channel), std::move(message));
      if (std::exchange(send_posted_, true)) return;
    }
    asio::post(io_, [this] { send_queued(); });
  }

  void on_message(Handler handler) override {
    const std::scoped_lock lock(handlers_mutex_);
    handlers_.push_back(std::move(handler));
  }
  void on_gap(std::function<void()> handler) override {
    const std::scoped_lock lock(handlers_mutex_);
    gap_handlers_.push_back(std::move(handler));
  }
  [[nodiscard]] bool ready() const override { return ready_; }

  void stop() override {
    {
      const std::scoped_lock lock(mutex_);
      if (std::exchange(stopping_, true)) return;
    }
    asio::post(io_, [this] {
      ready_ = false;
      ++timer_number_;
      timer_.cancel();
      close_connections();
      work_.reset();
    });
    thread_.join();
  }

 private:
  // Everything below runs on the bus's own thread. `attempt_` numbers the connections, so that
  // what an earlier one says is no longer listened to.
  void connect() {
    const auto attempt = ++attempt_;
    publisher_ = std::make_shared<RedisConnection>(io_);
    subscriber_ = std::make_shared<RedisConnection>(io_);
    const auto lost = [this, attempt] {
      if (attempt == attempt_) reconnect_later();
    };
    publisher_->open(address_, [this] { publisher_connected_ = true; became_ready(); }, lost);
    subscriber_->open(address_, [] {}, lost);
    subscriber_->subscribe(std::string(prefix) + "*",
                           [this](const redisReply* reply) { received(*reply); });
    after(connect_timeout, [this] { if (!ready_) reconnect_later(); });
  }

  void received(const redisReply& reply) {
    if (reply.type != REDIS_REPLY_ARRAY || reply.elements < 3 || !reply.element[0]->str) return;
    const std::string_view what(reply.element[0]->str, static_cast<std::size_t>(reply.element[0]->len));
    if (what == "psubscribe") {
      subscribed_ = true;
      return became_ready();
    }
    if (what != "pmessage" || reply.elements != 4) return;
    const std::string_view channel(reply.element[2]->str, static_cast<std::size_t>(reply.element[2]->len));
    const std::string_view message(reply.element[3]->str, static_cast<std::size_t>(reply.element[3]->len));
    if (channel.starts_with("cp:heartbeat.")) {
      if (channel == heartbeat_channel_) unanswered_heartbeats_ = 0;
      return;
    }
    const std::scoped_lock lock(handlers_mutex_);
    for (const auto& handler : handlers_) handler(channel.substr(prefix.size()), message);
  }

  void became_ready() {
    if (!publisher_connected_ || !subscribed_ || ready_) return;
    ready_ = true;
    wait_ = first_wait;
    unanswered_heartbeats_ = 0;
    log::info("bus-connected");
    if (std::exchange(was_ready_, true)) {
      const std::scoped_lock lock(handlers_mutex_);
      for (const auto& handler : gap_handlers_) handler();
    }
    beat();
    send_queued();
  }

  void beat() {
    if (unanswered_heartbeats_++ >= heartbeats_missed) return reconnect_later();
    publisher_->publish(heartbeat_channel_, "", [](bool) {});
    after(heartbeat_every, [this] { beat(); });
  }

  void reconnect_later() {
    {
      const std::scoped_lock lock(mutex_);
      if (stopping_) return;
    }
    ++attempt_;
    if (ready_.exchange(false)) log::warning("bus-disconnected");
    close_connections();
    after(wait_, [this] { connect(); });
    wait_ = std::min(wait_ * 2, longest_wait);
  }

  void close_connections() {
    publisher_connected_ = subscribed_ = false;
    if (publisher_) publisher_->close();
    if (subscriber_) subscriber_->close();
    in_flight_ = 0;
  }

  void send_queued() {
    std::deque<std::pair<std::string, std::string>> messages;
    {
      const std::scoped_lock lock(mutex_);
      send_posted_ = false;
      if (!ready_) return;
      while (!queue_.empty() && in_flight_ + messages.size() < in_flight_limit) {
        messages.push_back(std::move(queue_.front()));
        queue_.pop_front();
      }
    }
    for (auto& [channel, message] : messages) {
      const auto attempt = attempt_;
      const auto answered = [this, attempt](bool) {
        if (attempt != attempt_) return;
        --in_flight_;
        if (in_flight_ == in_flight_limit / 2) send_queued();
      };
      if (publisher_->publish(channel, message, answered)) ++in_flight_;
    }
  }

  template <class Then>
  void after(std::chrono::milliseconds wait, Then then) {
    timer_.expires_after(wait);
    // An earlier wait that is over already can no longer be cancelled; its number is out of date.
    const auto number = ++timer_number_;
    timer_.async_wait([this, number, then](const boost::system::error_code& cancelled) {
      if (!cancelled && number == timer_number_) then();
    });
  }

  RedisAddress address_;
  std::size_t queue_limit_;
  asio::io_context io_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_{io_.get_executor()};
  asio::steady_timer timer_;
  std::string heartbeat_channel_;
  std::shared_ptr<RedisConnection> publisher_;
  std::shared_ptr<RedisConnection> subscriber_;
  std::int64_t attempt_ = 0;
  std::int64_t timer_number_ = 0;
  std::chrono::milliseconds wait_ = first_wait;
  std::size_t in_flight_ = 0;
  int unanswered_heartbeats_ = 0;
  bool publisher_connected_ = false;
  bool subscribed_ = false;
  bool was_ready_ = false;
  std::atomic<bool> ready_ = false;

  std::mutex handlers_mutex_;
  std::vector<Handler> handlers_;
  std::vector<std::function<void()>> gap_handlers_;
  std::mutex mutex_;
  std::deque<std::pair<std::string, std::string>> queue_;
  std::int64_t dropped_ = 0;
  bool send_posted_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace

std::unique_ptr<Bus> make_redis_bus(const std::string& url, std::size_t queue_limit) {
  return std::make_unique<RedisBus>(url, queue_limit);
}

}  // namespace cp::net
