// Hints between processes: something changed, look again. The database is the truth; a lost hint
// costs a moment, never data.
#pragma once

#include "shared/core/error.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace cp::net {

class Bus {
 public:
  using Handler = std::function<void(std::string_view channel, std::string_view message)>;
  virtual ~Bus() = default;
  /// Sends to every process, this one included. Never blocks; drops, counts and logs when its
  /// bounded queue is full.
  virtual void publish(std::string channel, std::string message) = 0;
  /// Calls `handler`, on a thread of the bus, for every message. All handlers are set before the
  /// first message.
  virtual void on_message(Handler handler) = 0;
  /// Calls `handler`, on a thread of the bus, when the connection is back after messages may have
  /// been missed. Set before the first message.
  virtual void on_gap(std::function<void()> handler) = 0;
  /// False while the connection to other processes is down.
  [[nodiscard]] virtual bool ready() const = 0;
  virtual void stop() = 0;
};

std::unique_ptr<Bus> make_local_bus(std::size_t queue_limit = 10'000);
/// `redis://host:port`; reconnects by itself.
std::unique_ptr<Bus> make_redis_bus(const std::string& url, std::size_t queue_limit = 10'000);

}  // namespace cp::net
