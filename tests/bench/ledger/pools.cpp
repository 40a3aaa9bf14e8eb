// Pools: charges of ten families by themselves, and holds through the ledger and its tables.
#include "tests/bench/ledger/bench.hpp"

#include "payments/book/commands.hpp"
#include "payments/store.hpp"
#include "payments/treasury.hpp"
#include "shared/db/migrations.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <cstdio>
#include <stdexcept>
#include <thread>

namespace cp {
extern const std::string_view payments_schema;
}

namespace cp::bench {
namespace {

using namespace cp::payments;
using Steady = std::chrono::steady_clock;

constexpr int families_a_pool = 10;

/// A town of families with plans, and pools that hold one session each.
class Town {
 public:
  explicit Town(const Setting& setting) : ids_(make_seeded_ids(5)), today_(day_of(clock_.now())) {
    config_.data_dir = setting.folder;
    config_.database_url = setting.postgres;
    authority_ = ids_->make<"authority">(clock_.now());
    provider_ = ids_->make<"provider">(clock_.now());
    for (int at = 0; at < 100; ++at) families_.push_back(ids_->make<"family">(clock_.now()));
  }

  Plan plan(const Id<"family">& family) {
    Plan plan;
    plan.id = ids_->make<"plan">(clock_.now());
    plan.authority = authority_;
    plan.family = family;
    plan.state = PlanState::agreed;
    plan.starts = today_.year() / 1 / 1;
    plan.ends = (today_.year() + std::chrono::years(1)) / 12 / 31;
    plan.free_percent = 100;
    plan.streams.push_back({Stream::short_breaks, Money(100'000'000'000), {}, {}, {}});
    return plan;
  }
  HoldRequest hold(int pool, int families, std::int64_t sessions) {
    HoldRequest request{ids_->make<"pool">(clock_.now()), "Climbing", provider_, authority_, "Sport", 1, 1, {}};
    for (int at = 0; at < families; ++at) {
      const auto& family = families_[static_cast<std::size_t>(pool * families + at) % families_.size()];
      for (std::int64_t session = 1; session <= sessions; ++session) {
        request.shares.push_back({family, session, today_, Money(1'250), payments::note("In equal parts.")});
      }
    }
    return request;
  }
  void perform(ledger::Ledger& ledger, ledger::Command& command) {
    sign(command, ids_->next(clock_.now()), "bench", "bench", command.key);
    if (const auto done = ledger.perform_now(command); !done) throw std::runtime_error(done.error().detail);
  }

  SystemClock clock_;
  std::unique_ptr<IdSource> ids_;
  Date today_;
  Config config_;
  Id<"authority"> authority_;
  Id<"provider"> provider_;
  std::vector<Id<"family">> families_;
};

struct ChargeJob final : ledger::Ledger::Job {
  ChargeJob(const Book& book, Town& town, const Id<"pool">& pool, std::atomic<int>& count)
      : command(book, *town.ids_, town.clock_.now(), ChargeRequest{pool, 1}), finished(count) {
    sign(command, town.ids_->next(town.clock_.now()), "bench", "charge", pool.text());
  }
  void run(ledger::Machine& machine, Timestamp now) override { is_done = machine.execute(command, now).has_value(); }
  void finish(std::optional<Error> failed) override {
    if (failed || !is_done) std::abort();
    ++finished;
  }
  Charge command;
  std::atomic<int>& finished;
  bool is_done = false;
};

}  // namespace

void charges(const Setting& setting) {
  Town town(setting);
  Book book(60);
  ledger::Ledger ledger(open_journal(town.config_), &book, {}, town.clock_);
  for (const auto& family : town.families_) {
    AgreePlan command(book, town.plan(family));
    town.perform(ledger, command);
  }
  std::vector<std::unique_ptr<ChargeJob>> jobs;
  std::atomic<int> finished = 0;
  for (int pool = 0; pool < setting.operations; ++pool) {
    const auto request = town.hold(pool, families_a_pool, 1);
    Hold command(book, *town.ids_, town.clock_.now(), request);
    town.perform(ledger, command);
    jobs.push_back(std::make_unique<ChargeJob>(book, town, request.pool, finished));
  }
  const auto begin = Steady::now();
  for (auto& job : jobs) {
    while (!ledger.submit(*job)) std::this_thread::sleep_for(std::chrono::microseconds(100));
  }
  while (finished < setting.operations) std::this_thread::sleep_for(std::chrono::microseconds(100));
  std::printf("{\"a_second\": %.0f}\n", setting.operations / seconds_since(begin));
}

void service_layer_holds(const Setting& setting) {
  Town town(setting);
  const auto database = setting.postgres.empty() ? db::open_sqlite({.path = setting.folder + "/tables.db"})
                                                 : db::open_postgres({.url = setting.postgres});
  db::migrate(*database, {{"payments", payments_schema}}, town.clock_.now());
  Treasury treasury(town.config_, town.clock_, *database);
  for (const auto& family : town.families_) {
    auto plan = town.plan(family);
    database->write_now([&](db::Tx& tx) { store::insert(tx, plan); });
    AgreePlan command(treasury.book(), plan);
    town.perform(treasury.ledger(), command);
  }
  boost::asio::io_context context(1);
  const int each = setting.operations / setting.callers;
  int at = 0;
  auto call = [&]() -> Task<void> {
    for (int round = 0; round < each; ++round) {
      Hold command(treasury.book(), *town.ids_, town.clock_.now(), town.hold(at++, 2, 6));
      sign(command, town.ids_->next(town.clock_.now()), "bench", "hold", std::to_string(at));
      if (!co_await treasury.perform(command)) std::abort();
    }
  };
  for (int caller = 0; caller < setting.callers; ++caller) {
    boost::asio::co_spawn(context, call(), boost::asio::detached);
  }
  const auto begin = Steady::now();
  context.run();
  std::printf("{\"a_second\": %.0f}\n", each * setting.callers / seconds_since(begin));
  database->stop();
}

}  // namespace cp::bench
