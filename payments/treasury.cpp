#include "payments/treasury.hpp"

#include "payments/book/commands.hpp"
#include "shared/core/log.hpp"

#include <boost/asio/co_spawn.hpp>

#include <condition_variable>
#include <filesystem>

namespace cp::payments {
namespace {

constexpr std::size_t most_expiries = 1'000;  // looked through at once

std::string in_data_dir(const Config& config, std::string_view file) {
  std::filesystem::create_directories(config.data_dir);
  return (std::filesystem::path(config.data_dir) / file).string();
}

ledger::LedgerOptions options_of(const Config& config) {
  ledger::LedgerOptions options;
  options.queue_limit = static_cast<std::size_t>(config.ledger_queue);
  options.batch_limit = static_cast<std::size_t>(config.ledger_batch);
  options.machine.save_within = static_cast<std::uint64_t>(config.ledger_save_within);
  options.machine.recent_keys = static_cast<std::size_t>(config.ledger_recent_keys);
  options.machine.clock_tolerance = std::chrono::seconds(config.ledger_clock_seconds);
  return options;
}

}  // namespace

std::unique_ptr<ledger::Journal> open_journal(const Config& config) {
  if (!config.database_url.empty()) return ledger::open_postgres_journal(config.database_url);
  return ledger::open_sqlite_journal({in_data_dir(config, "ledger.db"), {}});
}

std::unique_ptr<ledger::JournalReader> open_journal_reader(const Config& config) {
  if (!config.database_url.empty()) return ledger::open_postgres_journal_reader(config.database_url);
  return ledger::open_sqlite_journal_reader({in_data_dir(config, "ledger.db"), {}});
}

Treasury::Treasury(const Config& config, const Clock& clock, db::Database& database)
    : book_(config.ledger_expiry_days),
      key_(ledger::SigningKey::from_file(config.ledger_key_file.empty() ? in_data_dir(config, "ledger.key")
                                                                       : config.ledger_key_file)),
      ledger_(open_journal(config), &book_, options_of(config), clock), projection_(database, open_journal_reader(config)),
      clock_(clock) {
  projection_.check_origin();
  projection_.catch_up();
  watcher_ = std::jthread([this, every = std::chrono::seconds(config.ledger_expiry_look_seconds)](const std::stop_token& ended) {
    watch(ended, every);
  });
}

Treasury::~Treasury() {
  watcher_ = {};  // asks it to end, and waits for it
  ledger_.stop();
}

Result<ledger::Reply> Treasury::perform_now(ledger::Command& command) {
  auto reply = ledger_.perform_now(command);
  if (reply) projection_.catch_up();
  return reply;
}

Task<Result<ledger::Reply>> Treasury::perform(ledger::Command& command) {
  // The first command of a day finds the streams as they are without what has expired.
  if (const auto expired = co_await expire(); !expired) co_return expired.error();
  auto reply = co_await ledger_.perform(command);
  if (!reply) co_return reply;
  const auto drawn = co_await projection_.reach(reply->sequence);
  if (!drawn) co_return drawn.error();
  co_return reply;
}

Task<Result<ledger::SignedHead>> Treasury::signed_head() {
  const auto now = clock_.now();
  auto sign = [&](ledger::Machine& machine) {
    const auto head = key_.sign(machine.head(), now);
    machine.keep(head);
    return head;
  };
  co_return co_await ledger_.ask(sign);
}

Task<Result<ledger::SignedHead>> Treasury::drawn_head() {
  auto head = co_await signed_head();
  if (!head) co_return head;
  const auto drawn = co_await projection_.reach(head->sequence);
  if (!drawn) co_return drawn.error();
  co_return head;
}

Task<Result<ledger::SignedHead>> Treasury::recent_head() {
  {
    const std::scoped_lock lock(mutex_);
    if (recent_ && clock_.now() - recent_->at < std::chrono::hours(1)) co_return *recent_;
  }
  auto head = co_await signed_head();
  if (head) {
    const std::scoped_lock lock(mutex_);
    recent_ = *head;
  }
  co_return head;
}

Task<Result<Done>> Treasury::expire() {
  const auto today = ledger::to_day(day_of(clock_.now()));
  if (expired_on_.exchange(today) == today) co_return Done{};
  auto find = [&](ledger::Machine&) { return pools_to_expire(book_, ledger::from_day(today), most_expiries); };
  const auto pools = co_await ledger_.ask(find);
  if (!pools) {
    expired_on_ = 0;
    co_return pools.error();
  }
  for (const auto& pool : *pools) {
    Expire command(book_, pool, ledger::from_day(today));
    const auto done = co_await perform(command);
    if (done) continue;
    expired_on_ = 0;
    co_return done.error();
  }
  if (pools->size() == most_expiries) expired_on_ = 0;  // there may be more
  co_return Done{};
}

void Treasury::watch(const std::stop_token& ended, std::chrono::seconds every) {
  std::mutex mutex;
  std::condition_variable_any waiting;
  std::unique_lock lock(mutex);
  while (!waiting.wait_for(lock, ended, every, [&] { return ended.stop_requested(); })) {
    boost::asio::io_context io(1);
    const auto tell = [](const std::exception_ptr& thrown, const Result<Done>& done) {
      if (thrown || !done) log::warning("expired holds could not be released; it is tried again");
    };
    boost::asio::co_spawn(io.get_executor(), expire(), tell);
    io.run();
  }
}

}  // namespace cp::payments
