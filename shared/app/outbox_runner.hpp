// Sends what transactions left in the outbox. One coroutine on a thread of its own goes through it
// in order; a request that wants to know what came of its command has it delivered on its own
// thread. Both claim a message first, so that this process works on each only once at a time;
// on PostgreSQL, where several processes share the table, a short lease does the same between them.
#pragma once

#include "shared/app/service.hpp"
#include "shared/core/metrics.hpp"

#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <chrono>
#include <future>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace cp::app {

class DatabaseOutboxRunner final : public OutboxRunner {
 public:
  DatabaseOutboxRunner(const Config& config, const Clock& clock, db::Database& database,
                       net::Bus& bus, metrics::Registry& registry);
  /// The coroutines that still wait are destroyed here: stop the database before.
  ~DatabaseOutboxRunner() override;

  void on_command(std::string name, CommandHandler handler) override;
  void look() override;
  Task<Result<Done>> deliver(const Id<"message">& id) override;
  Task<Result<Done>> deliver(const db::Message& message, const CommandHandler& handler) override;

  /// After every handler was set.
  void start();
  /// Finishes the message at hand, but waits no longer than `limit`, and joins the thread.
  void stop(std::chrono::seconds limit);

 private:
  using MessageId = Id<"message">;
  Task<void> run();
  Task<void> pause();
  Task<bool> pass();
  Task<Result<std::vector<db::Message>>> take();
  Task<void> publish(std::vector<db::Message> events);
  Task<void> command(db::Message message);
  Task<Result<Done>> deliver_claimed(MessageId id);
  Task<Result<Done>> handle(db::Message message);
  /// What the handler says; what it throws is a failure. A failed command is set aside.
  Task<Result<Done>> attempt(const db::Message& message, const CommandHandler& handler);
  Task<Result<Done>> set_aside(db::Message message);
  Task<Result<Done>> lease(std::vector<MessageId> ids, std::chrono::seconds time);
  Task<Result<Done>> finished(std::vector<MessageId> ids);
  Task<void> forget_old_keys();
  Task<void> wait_until_released(const MessageId& id);
  bool claim(const MessageId& id);
  void release(const MessageId& id);
  [[nodiscard]] bool shared_table() const { return database_.dialect() == db::Dialect::postgres; }

  const Clock& clock_;
  db::Database& database_;
  net::Bus& bus_;
  const std::int64_t batch_;
  const std::chrono::milliseconds interval_;
  const std::chrono::seconds first_retry_;
  const std::chrono::hours keep_keys_;
  metrics::Counter& events_sent_;
  metrics::Counter& commands_done_;
  metrics::Counter& commands_failed_;

  std::map<std::string, CommandHandler, std::less<>> handlers_;
  std::vector<std::string> commands_;
  std::set<std::string, std::less<>> away_;  // commands whose service did not answer in this pass

  std::mutex claims_mutex_;
  std::map<MessageId, std::vector<std::function<void(bool)>>> claims_;  // and who waits for each

  boost::asio::io_context io_{1};
  boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                    boost::asio::wait_traits<std::chrono::steady_clock>, Executor>
      timer_{io_};
  std::atomic<bool> looked_ = false;
  std::atomic<bool> stopping_ = false;
  std::optional<Timestamp> forgot_;
  std::future<void> ended_;
  std::thread thread_;
};

}  // namespace cp::app
