// What a service is given, and what it gives: nothing global, no container, wiring by hand.
#pragma once

#include "shared/core/config.hpp"
#include "shared/core/id.hpp"
#include "shared/core/metrics.hpp"
#include "shared/core/time.hpp"
#include "shared/core/workers.hpp"
#include "shared/db/database.hpp"
#include "shared/db/migrations.hpp"
#include "shared/db/outbox.hpp"
#include "shared/http/operations.hpp"
#include "shared/http/router.hpp"
#include "shared/net/bus.hpp"
#include "shared/net/transport.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace cp::app {

/// Sends what the outbox holds: events to the bus, commands to the handlers set here.
class OutboxRunner {
 public:
  /// Answers `Done` when the command is dealt with, refusals included; an error means: try again.
  using CommandHandler = std::function<Task<Result<Done>>(const db::Message&)>;
  virtual ~OutboxRunner() = default;
  virtual void on_command(std::string name, CommandHandler handler) = 0;
  /// Something was committed: look now instead of at the next interval. Any thread, any number of
  /// times.
  virtual void look() = 0;
  /// Delivers one command now, on the caller's thread, so that a request can answer with what came
  /// of it. The outbox delivers it anyway if this does not happen.
  virtual Task<Result<Done>> deliver(const Id<"message">& id) = 0;
  /// The same for a command that the caller has just committed, not due before `in_hand` has
  /// passed: nothing is read again, and `handler` does it. Its last transaction takes the message
  /// out of the outbox.
  virtual Task<Result<Done>> deliver(const db::Message& message, const CommandHandler& handler) = 0;
  static constexpr std::chrono::seconds in_hand{5};
};

/// Says who may listen to a live channel, by the part of its name before the colon.
class LiveChannels {
 public:
  using Guard = std::function<Task<bool>(const http::Principal& who, std::string_view rest)>;
  virtual ~LiveChannels() = default;
  virtual void guard(std::string prefix, Guard may_listen) = 0;
};

struct Context {
  const Config& config;
  const Clock& clock;
  IdSource& ids;
  db::Database& database;
  Workers& workers;
  net::Transport& transport;
  http::Router& router;
  OutboxRunner& outbox;
  LiveChannels& live;
  metrics::Registry& metrics;
  std::vector<http::ReadyCheck>& ready_checks;  // a service may add its own while it starts
};

/// A folder's service. `start` adds its routes and answers the object they need to stay alive.
struct Service {
  std::string_view name;
  db::Schema schema;
  std::function<std::shared_ptr<void>(Context&)> start;
};

}  // namespace cp::app
