#include "shared/app/outbox_runner.hpp"

#include "shared/core/log.hpp"
#include "shared/db/idempotency.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>

#include <algorithm>
#include <exception>

namespace cp::app {
namespace asio = boost::asio;
namespace {

constexpr auto lease_time = std::chrono::seconds(10);
constexpr auto longest_retry = std::chrono::seconds(3'600);
constexpr std::int64_t forget_batch = 1'000;

std::vector<Id<"message">> ids_from(const std::vector<db::Message>& messages, std::size_t first) {
  std::vector<Id<"message">> ids;
  for (auto at = first; at < messages.size(); ++at) ids.push_back(messages[at].id);
  return ids;
}

}  // namespace

DatabaseOutboxRunner::DatabaseOutboxRunner(const Config& config, const Clock& clock,
                                           db::Database& database, net::Bus& bus,
                                           metrics::Registry& registry)
    : clock_(clock), database_(database), bus_(bus), batch_(config.outbox_batch),
      interval_(config.outbox_interval_ms), first_retry_(config.outbox_retry_seconds),
      keep_keys_(config.idempotency_keep_hours),
      events_sent_(registry.counter("commonpurse_outbox_events_total", "Events published.")),
      commands_done_(registry.counter("commonpurse_outbox_commands_total", "Commands dealt with.")),
      commands_failed_(registry.counter("commonpurse_outbox_retries_total",
                                        "Commands set aside to be tried again.")) {}

DatabaseOutboxRunner::~DatabaseOutboxRunner() { stop(std::chrono::seconds(0)); }

void DatabaseOutboxRunner::on_command(std::string name, CommandHandler handler) {
  commands_.push_back(name);
  handlers_.emplace(std::move(name), std::move(handler));
}

void DatabaseOutboxRunner::start() {
  ended_ = asio::co_spawn(io_.get_executor(), run(), asio::use_future);
  thread_ = std::thread([this] { io_.run(); });
}

void DatabaseOutboxRunner::stop(std::chrono::seconds limit) {
  if (!thread_.joinable()) return;
  stopping_ = true;
  look();
  if (ended_.wait_for(limit) != std::future_status::ready) {
    log::warning("outbox-stopped-while-busy");
    io_.stop();
  }
  thread_.join();
}

void DatabaseOutboxRunner::look() {
  if (looked_.exchange(true)) return;
  asio::post(io_, [this] { timer_.cancel(); });
}

Task<void> DatabaseOutboxRunner::run() {
  while (!stopping_) {
    looked_ = false;
    bool more = false;
    try {
      more = co_await pass();
      co_await forget_old_keys();
    } catch (const std::exception& failure) {
      log::error("outbox-pass-failed", {{"reason", failure.what()}});
    }
    if (!more && !stopping_) co_await pause();
  }
}

// Until `look` or the interval's end, whichever comes first. `looked_` says whether somebody
// called between the pass and here.
Task<void> DatabaseOutboxRunner::pause() {
  timer_.expires_after(interval_);
  if (!looked_) co_await timer_.async_wait(asio::as_tuple(use_task));
}

/// Sends one batch; true when there may be more right now.
Task<bool> DatabaseOutboxRunner::pass() {
  auto messages = co_await take();
  if (!messages || messages->empty()) co_return false;
  const bool more = std::ssize(*messages) >= batch_;
  auto leased = std::chrono::steady_clock::now();
  std::vector<db::Message> events;
  for (const auto& message : *messages) {
    if (message.kind == db::MessageKind::event) events.push_back(message);
  }
  co_await publish(std::move(events));
  away_.clear();
  std::vector<db::Message> commands;
  for (auto& message : *messages) {
    if (message.kind == db::MessageKind::command) commands.push_back(std::move(message));
  }
  for (std::size_t at = 0; at < commands.size() && !stopping_; ++at) {
    if (shared_table() && std::chrono::steady_clock::now() - leased > lease_time / 2) {
      leased = std::chrono::steady_clock::now();
      auto rest = ids_from(commands, at);
      co_await lease(std::move(rest), lease_time);
    }
    // A service that is away is asked once a pass.
    if (away_.contains(commands[at].topic)) {
      std::vector<MessageId> id{commands[at].id};
      co_await lease(std::move(id), first_retry_);
    } else {
      co_await command(commands[at]);
    }
  }
  co_return more;
}

Task<Result<std::vector<db::Message>>> DatabaseOutboxRunner::take() {
  const auto now = clock_.now();
  auto look_first = [&](db::Tx& tx) -> Result<std::vector<db::Message>> {
    return db::outbox::due_for(tx, now, batch_, commands_);
  };
  auto messages = co_await database_.read(look_first);
  if (!shared_table() || !messages || messages->empty()) co_return messages;
  auto lease = [&](db::Tx& tx) -> Result<std::vector<db::Message>> {
    auto taken = db::outbox::due_for(tx, now, batch_, commands_);
    for (const auto& message : taken) db::outbox::lease(tx, message.id, now + lease_time);
    return taken;
  };
  co_return co_await database_.write(lease);
}

Task<void> DatabaseOutboxRunner::publish(std::vector<db::Message> events) {
  if (events.empty()) co_return;
  std::vector<MessageId> ids;
  for (auto& event : events) {
    bus_.publish(std::move(event.topic), std::move(event.body));
    ids.push_back(std::move(event.id));
  }
  events_sent_.add(std::ssize(ids));
  co_await finished(std::move(ids));
}

Task<void> DatabaseOutboxRunner::command(db::Message message) {
  if (!claim(message.id)) co_return;  // a request delivers it just now
  const auto result = co_await deliver_claimed(message.id);
  if (!result && result.error().kind == ErrorKind::unavailable) away_.insert(message.topic);
}

Task<Result<Done>> DatabaseOutboxRunner::deliver(const MessageId& wanted) {
  const auto id = wanted;
  if (!claim(id)) {
    co_await wait_until_released(id);
    if (!claim(id)) co_return unavailable();
  }
  co_return co_await deliver_claimed(id);
}

/// Reads the claimed message again, because it may be done since it was listed; handles it, and
/// gives the claim back.
Task<Result<Done>> DatabaseOutboxRunner::deliver_claimed(MessageId id) {
  auto find = [&](db::Tx& tx) -> Result<std::optional<db::Message>> {
    return db::outbox::find(tx, id);
  };
  Result<Done> result = Done{};
  std::exception_ptr failure;
  try {
    auto message = co_await database_.read(find);
    if (!message) {
      result = message.error();
    } else if (*message) {
      std::vector<MessageId> ids{id};
      if (shared_table()) co_await lease(std::move(ids), lease_time);
      result = co_await handle(std::move(**message));
    }
  } catch (...) {
    failure = std::current_exception();
  }
  release(id);
  if (failure) std::rethrow_exception(failure);
  co_return result;
}

Task<Result<Done>> DatabaseOutboxRunner::deliver(const db::Message& message, const CommandHandler& handler) {
  // Somebody else has it already only where the commit took longer than the message was in hand.
  if (!claim(message.id)) co_return co_await deliver(message.id);
  Result<Done> result = Done{};
  std::exception_ptr failure;
  try {
    result = co_await attempt(message, handler);
  } catch (...) {
    failure = std::current_exception();
  }
  release(message.id);
  if (failure) std::rethrow_exception(failure);
  co_return result;
}

/// Runs the handler of a claimed command and keeps what came of it.
Task<Result<Done>> DatabaseOutboxRunner::handle(db::Message message) {
  const auto handler = handlers_.find(message.topic);
  if (handler == handlers_.end()) co_return unavailable();
  auto result = co_await attempt(message, handler->second);
  if (!result) co_return result;
  std::vector<MessageId> ids{message.id};
  co_return co_await finished(std::move(ids));
}

Task<Result<Done>> DatabaseOutboxRunner::attempt(const db::Message& message, const CommandHandler& handler) {
  Result<Done> result = unavailable();
  try {
    result = co_await handler(message);
  } catch (const std::exception& failure) {
    log::error("outbox-command-threw", {{"command", message.topic}, {"reason", failure.what()}});
    result = Error{ErrorKind::internal, "internal", "Something went wrong here."};
  }
  if (result) {
    commands_done_.add();
    co_return result;
  }
  log::warning("outbox-command-failed", {{"command", message.topic}, {"message", message.id.text()},
                                         {"code", result.error().code}, {"attempts", message.attempts + 1}});
  commands_failed_.add();
  co_await set_aside(message);
  co_return result;
}

Task<Result<Done>> DatabaseOutboxRunner::set_aside(db::Message message) {
  const auto doublings = std::min<std::int64_t>(message.attempts, 20);
  const auto wait = std::min<std::chrono::seconds>(first_retry_ * (std::int64_t{1} << doublings), longest_retry);
  const auto again = clock_.now() + wait;
  auto work = [&](db::Tx& tx) -> Result<Done> {
    db::outbox::retry(tx, message.id, again);
    return Done{};
  };
  co_return co_await database_.write(work);
}

Task<Result<Done>> DatabaseOutboxRunner::lease(std::vector<MessageId> ids, std::chrono::seconds time) {
  const auto until = clock_.now() + time;
  auto work = [&](db::Tx& tx) -> Result<Done> {
    for (const auto& id : ids) db::outbox::lease(tx, id, until);
    return Done{};
  };
  co_return co_await database_.write(work);
}

Task<Result<Done>> DatabaseOutboxRunner::finished(std::vector<MessageId> ids) {
  auto work = [&](db::Tx& tx) -> Result<Done> {
    for (const auto& id : ids) db::outbox::done(tx, id);
    return Done{};
  };
  co_return co_await database_.write(work);
}

bool DatabaseOutboxRunner::claim(const MessageId& id) {
  const std::scoped_lock lock(claims_mutex_);
  return claims_.try_emplace(id).second;
}

void DatabaseOutboxRunner::release(const MessageId& id) {
  std::vector<std::function<void(bool)>> waiting;
  {
    const std::scoped_lock lock(claims_mutex_);
    const auto found = claims_.find(id);
    waiting = std::move(found->second);
    claims_.erase(found);
  }
  for (const auto& resume : waiting) resume(true);
}

Task<void> DatabaseOutboxRunner::wait_until_released(const MessageId& id) {
  auto start = [&](std::function<void(bool)> done) {
    {
      const std::scoped_lock lock(claims_mutex_);
      if (const auto found = claims_.find(id); found != claims_.end()) {
        found->second.push_back(std::move(done));
        return;
      }
    }
    done(true);
  };
  co_await wait_for<bool>(start);
}

Task<void> DatabaseOutboxRunner::forget_old_keys() {
  const auto now = clock_.now();
  if (forgot_ && now - *forgot_ < std::chrono::hours(1)) co_return;
  const auto before = now - keep_keys_;
  for (;;) {
    auto work = [&](db::Tx& tx) -> Result<std::int64_t> {
      return db::idempotency::forget(tx, before, forget_batch);
    };
    const auto forgotten = co_await database_.write(work);
    if (!forgotten) co_return;  // busy: another time
    if (*forgotten < forget_batch) break;
  }
  forgot_ = now;
}

}  // namespace cp::app
