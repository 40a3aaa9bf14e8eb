#include "shared/net/redis_connection.hpp"

#include <boost/asio/post.hpp>

#include <hiredis/async.h>

#include <cassert>
#include <utility>

namespace cp::net {
namespace asio = boost::asio;

// What hiredis calls. It says which events it waits for; Asio says when they are there. hiredis
// owns the socket: the descriptor is released, never closed, when hiredis is done with it.
struct RedisConnection::Hooks {
  static RedisConnection& self(void* data) { return *static_cast<RedisConnection*>(data); }

  static void add_read(void* data) {
    self(data).wants_reads_ = true;
    self(data).watch_reads();
  }
  static void stop_read(void* data) { self(data).wants_reads_ = false; }
  static void add_write(void* data) {
    self(data).wants_writes_ = true;
    self(data).watch_writes();
  }
  static void stop_write(void* data) { self(data).wants_writes_ = false; }
  static void clean_up(void* data) {
    auto& connection = self(data);
    connection.wants_reads_ = connection.wants_writes_ = false;
    connection.context_ = nullptr;  // freed by hiredis right after this
    if (connection.descriptor_.is_open()) connection.descriptor_.release();
  }

  static void ended(RedisConnection& connection) {
    if (auto on_end = std::exchange(connection.on_end_, nullptr)) {
      asio::post(connection.io_, std::move(on_end));
    }
  }
  static void connected(const redisAsyncContext* context, int status) {
    auto& connection = self(context->data);
    if (status != REDIS_OK) return ended(connection);
    if (auto on_connected = std::exchange(connection.on_connected_, nullptr)) on_connected();
  }
  static void disconnected(const redisAsyncContext* context, int) { ended(self(context->data)); }

  static void published(redisAsyncContext*, void* reply, void* data) {
    const std::unique_ptr<std::function<void(bool)>> done(static_cast<std::function<void(bool)>*>(data));
    const auto* answer = static_cast<redisReply*>(reply);
    (*done)(answer && answer->type == REDIS_REPLY_INTEGER);
  }
  static void received(redisAsyncContext* context, void* reply, void*) {
    const auto on_reply = self(context->data).on_reply_;
    if (reply && on_reply) on_reply(static_cast<redisReply*>(reply));
  }
};

void RedisConnection::open(const RedisAddress& address, std::function<void()> on_connected,
                           std::function<void()> on_end) {
  assert(!context_);
  on_connected_ = std::move(on_connected);
  on_end_ = std::move(on_end);
  auto* context = redisAsyncConnect(address.host.c_str(), address.port);
  if (!context || context->err) {
    if (context) redisAsyncFree(context);
    return Hooks::ended(*this);
  }
  context_ = context;
  context->data = this;
  descriptor_.assign(context->c.fd);
  context->ev.data = this;
  context->ev.addRead = &Hooks::add_read;
  context->ev.delRead = &Hooks::stop_read;
  context->ev.addWrite = &Hooks::add_write;
  context->ev.delWrite = &Hooks::stop_write;
  context->ev.cleanup = &Hooks::clean_up;
  redisAsyncSetConnectCallback(context, &Hooks::connected);
  redisAsyncSetDisconnectCallback(context, &Hooks::disconnected);
}

void RedisConnection::close() {
  on_connected_ = nullptr;
  on_end_ = nullptr;
  on_reply_ = nullptr;
  if (auto* context = std::exchange(context_, nullptr)) redisAsyncFree(context);
}

bool RedisConnection::publish(const std::string& channel, const std::string& message,
                              std::function<void(bool)> done) {
  if (!context_) return false;
  auto kept = std::make_unique<std::function<void(bool)>>(std::move(done));
  if (redisAsyncCommand(context_, &Hooks::published, kept.get(), "PUBLISH %b %b", channel.data(),
                        channel.size(), message.data(), message.size()) != REDIS_OK) {
    return false;
  }
  std::ignore = kept.release();  // NOLINT: `published` owns it now
  return true;
}

bool RedisConnection::subscribe(const std::string& pattern, Reply reply) {
  if (!context_) return false;
  on_reply_ = std::move(reply);
  return redisAsyncCommand(context_, &Hooks::received, nullptr, "PSUBSCRIBE %b", pattern.data(),
                           pattern.size()) == REDIS_OK;
}

void RedisConnection::watch_reads() {
  if (reading_ || !wants_reads_ || !context_) return;
  reading_ = true;
  descriptor_.async_wait(asio::posix::stream_descriptor::wait_read,
                         [self = shared_from_this()](const boost::system::error_code& failed) {
                           self->reading_ = false;
                           if (failed || !self->context_ || !self->wants_reads_) return;
                           redisAsyncHandleRead(self->context_);
                           self->watch_reads();
                         });
}

void RedisConnection::watch_writes() {
  if (writing_ || !wants_writes_ || !context_) return;
  writing_ = true;
  descriptor_.async_wait(asio::posix::stream_descriptor::wait_write,
                         [self = shared_from_this()](const boost::system::error_code& failed) {
                           self->writing_ = false;
                           if (failed || !self->context_ || !self->wants_writes_) return;
                           redisAsyncHandleWrite(self->context_);
                           self->watch_writes();
                         });
}

}  // namespace cp::net
