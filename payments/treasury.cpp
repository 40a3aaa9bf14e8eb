#include "payments/treasury.hpp"

#include "payments/book/commands.hpp"

#include <filesystem>

namespace cp::payments {
namespace {

constexpr std::size_t most_expiries = 1'000;

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
}

Result<ledger::Reply> Treasury::perform_now(ledger::Command& command) {
  auto reply = ledger_.perform_now(command);
  if (reply) projection_.catch_up();
  return reply;
}

Task<Result<ledger::Reply>> Treasury::perform(ledger::Command& command) {
  // The first command of a day finds the streams as they are without what has expired.
  const auto today = ledger::to_day(day_of(clock_.now()));
  if (expired_on_.exchange(today) != today) {
    const auto expired = co_await expire(ledger::from_day(today));
    if (!expired) {
      expired_on_ = 0;
      co_return expired.error();
    }
  }
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

Task<Result<std::int64_t>> Treasury::expire(Date today) {
  auto find = [&](ledger::Machine&) { return pools_to_expire(book_, today, most_expiries); };
  const auto pools = co_await ledger_.ask(find);
  if (!pools) co_return pools.error();
  for (const auto& pool : *pools) {
    Expire command(book_, pool, today);
    const auto done = co_await perform(command);
    if (!done) co_return done.error();
  }
  co_return static_cast<std::int64_t>(pools->size());
}

}  // namespace cp::payments
