// One connection to Redis: hiredis' asynchronous interface on Asio. Used on one thread only.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <functional>
#include <memory>
#include <string>

struct redisAsyncContext;
struct redisReply;

namespace cp::net {

struct RedisAddress {
  std::string host;
  int port = 6379;
};

class RedisConnection : public std::enable_shared_from_this<RedisConnection> {
 public:
  using Reply = std::function<void(const redisReply*)>;

  explicit RedisConnection(boost::asio::io_context& io) : io_(io), descriptor_(io) {}
  ~RedisConnection() { close(); }
  RedisConnection(const RedisConnection&) = delete;
  RedisConnection& operator=(const RedisConnection&) = delete;

  /// Begins to connect. `on_end` is called once when the connection fails or breaks, unless it was
  /// closed from here; `on_connected` when it is there.
  void open(const RedisAddress& address, std::function<void()> on_connected,
            std::function<void()> on_end);
  void close();
  /// `PUBLISH channel message`; `done(true)` once Redis has taken it.
  bool publish(const std::string& channel, const std::string& message,
               std::function<void(bool)> done);
  /// `PSUBSCRIBE pattern`; every reply, the confirmation included, goes to `reply`.
  bool subscribe(const std::string& pattern, Reply reply);

 private:
  struct Hooks;
  void watch_reads();
  void watch_writes();

  boost::asio::io_context& io_;
  boost::asio::posix::stream_descriptor descriptor_;
  redisAsyncContext* context_ = nullptr;
  std::function<void()> on_connected_;
  std::function<void()> on_end_;
  Reply on_reply_;
  bool wants_reads_ = false;
  bool wants_writes_ = false;
  bool reading_ = false;
  bool writing_ = false;
};

}  // namespace cp::net
