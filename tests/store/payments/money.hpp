// A small world of plans and pools for the tests of payments' commands.
#pragma once

#include "payments/book/commands.hpp"
#include "payments/book/plan_commands.hpp"
#include "payments/ledger/encoding.hpp"
#include "payments/rules.hpp"
#include "payments/store.hpp"
#include "payments/treasury.hpp"
#include "payments/verify.hpp"
#include "shared/core/time.hpp"
#include "tests/support/databases.hpp"
#include "tests/support/postgres_server.hpp"

#include <catch2/catch_test_macros.hpp>

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace cp {
extern const std::string_view payments_schema;
}

namespace cp::payments::test {

inline std::vector<db::Schema> schemas() { return {{"payments", payments_schema}}; }

inline constexpr Timestamp now = Timestamp(std::chrono::microseconds(1'764'000'000'000'000));
inline constexpr Date session_day = std::chrono::year(2026) / 6 / 1;

/// What one family should pay for one session.
struct Wanted {
  Id<"family"> family;
  std::int64_t session = 1;
  std::int64_t pence = 0;
};

/// Where the ledger is kept: in the folder, or in a PostgreSQL.
struct Place {
  std::string folder;
  std::string database_url;
};

/// A ledger drawn into one database; used from any thread.
class World {
 public:
  /// In a folder of its own, or in the PostgreSQL that it is drawn into, which then has both lose races now and then.
  explicit World(db::Database& database, std::uint64_t seed = 1) : World(database, seed, Place{{}, cp::test::url_of(database)}) {
    if (!config_.database_url.empty()) lose_races();
  }
  /// Where `place` says; an empty folder is one of its own.
  World(db::Database& database, std::uint64_t seed, const Place& place) : database_(database), ids_(make_seeded_ids(seed)) {
    config_.data_dir = place.folder.empty() ? folder_.path().string() : place.folder;
    config_.database_url = place.database_url;
    restart();
    authority = ids_->make<"authority">(now);
    provider = ids_->make<"provider">(now);
  }

  /// Stops the ledger and reads it again.
  void restart() {
    treasury_.reset();
    treasury_ = std::make_unique<Treasury>(config_, clock_, database_);
  }

  Id<"family"> family() { return ids_->make<"family">(now); }
  Id<"pool"> pool() { return ids_->make<"pool">(now); }
  std::string key() { return ids_->next(now); }

  /// An agreed plan for all of 2026.
  Id<"plan"> plan(const Id<"family">& family, std::vector<std::pair<Stream, std::int64_t>> streams,
                  std::int64_t free_percent, std::vector<SpendingRule> rules = {}) {
    std::vector<StreamBudget> budgets;
    for (const auto& [stream, pence] : streams) budgets.push_back({stream, Money(pence)});
    return plan_of(family, std::move(budgets), free_percent, std::move(rules));
  }
  Id<"plan"> plan_of(const Id<"family">& family, std::vector<StreamBudget> streams, std::int64_t free_percent = 100,
                     std::vector<SpendingRule> rules = {}, Date starts = std::chrono::year(2026) / 1 / 1,
                     Date ends = std::chrono::year(2026) / 12 / 31) {
    Plan plan;
    plan.id = ids_->make<"plan">(now);
    plan.authority = authority;
    plan.family = family;
    plan.starts = starts;
    plan.ends = ends;
    plan.created = now;
    plan.streams = std::move(streams);
    database_.write_now([&](db::Tx& tx) { store::insert(tx, plan); });
    plan.state = PlanState::agreed;
    plan.free_percent = free_percent;
    plan.rules = std::move(rules);
    AgreePlan command(treasury_->book(), plan);
    REQUIRE(run(command, "agree:" + plan.id.text(), plan.id.text()).has_value());
    return plan.id;
  }

  Result<ledger::Reply> own_money(const Id<"plan">& plan, Way way, std::int64_t pence, std::string key = {}) {
    MoveOwnMoney command(treasury_->book(), read(plan), way, Money(pence), "standing order");
    return run(command, std::move(key), plan.text() + std::string(name(way)) + std::to_string(pence));
  }

  Result<Id<"fee">> agree_fee(const Id<"plan">& plan, const Id<"provider">& payee, Stream stream, std::int64_t pence) {
    Fee fee;
    fee.id = ids_->make<"fee">(now);
    fee.kind = FeeKind::payroll;
    fee.payee = payee;
    fee.derivation = "agreed";
    const auto id = fee.id;
    AgreeFee command(treasury_->book(), read(plan), std::move(fee), stream, Money(pence));
    const auto done = run(command, {}, id.text());
    if (!done) return done.error();
    return id;
  }
  /// No pence: the rest is not needed.
  Result<ledger::Reply> move_fee(const Id<"fee">& fee, std::optional<std::int64_t> pence) {
    const auto amount = pence ? std::optional(Money(*pence)) : std::nullopt;
    MoveFee command(treasury_->book(), authority, fee, amount, "November");
    return run(command, {}, fee.text() + std::to_string(pence.value_or(-1)));
  }

  HoldRequest hold_request(const Id<"pool">& pool, std::int64_t from_session, const std::vector<Wanted>& wanted) {
    HoldRequest request{pool, "Climbing", provider, authority, "Sport", 1, from_session, {}};
    for (const auto& want : wanted) {
      request.shares.push_back({want.family, want.session, session_day, Money(want.pence), note("half of it")});
    }
    return request;
  }
  Result<HoldResult> hold(const HoldRequest& request, std::string key = {}) {
    Hold command(treasury_->book(), *ids_, now, request);
    const auto done = run(command, std::move(key), json::write(request));
    if (!done) return done.error();
    return HoldResult{done->amount, Id<"operation">(ledger::to_text(done->id))};
  }
  Result<ChargeResult> charge(const ChargeRequest& request, std::string key = {}) {
    Charge command(treasury_->book(), *ids_, now, request);
    const auto done = run(command, std::move(key), json::write(request));
    if (!done) return done.error();
    return ChargeResult{done->amount};
  }
  Result<ChargeResult> charge(const Id<"pool">& pool, std::int64_t session, std::string key = {}) {
    return charge(ChargeRequest{pool, session}, std::move(key));
  }
  Result<ReleaseResult> release(const Id<"pool">& pool, std::vector<std::int64_t> sessions, std::string key = {}) {
    return release(ReleaseRequest{pool, std::move(sessions), {}}, std::move(key));
  }
  Result<ReleaseResult> release_all(const Id<"pool">& pool, std::string key = {}) {
    return release(ReleaseRequest{pool, {}, true}, std::move(key));
  }
  Result<RefundResult> refund(const RefundRequest& request, std::string key = {}) {
    Refund command(treasury_->book(), request);
    const auto done = run(command, std::move(key), json::write(request));
    if (!done) return done.error();
    return RefundResult{done->amount};
  }
  Result<RefundResult> refund(const Id<"pool">& pool, std::int64_t session, std::string key = {}) {
    return refund(RefundRequest{pool, session, "cancelled late"}, std::move(key));
  }
  /// Signs it with the key, or a new one, and has the ledger do it.
  Result<ledger::Reply> run(ledger::Command& command, std::string key, const std::string& canonical) {
    sign(command, key.empty() ? ids_->next(now) : std::move(key), "test", command_name(command), canonical);
    return treasury_->perform_now(command);
  }
  Treasury& treasury() { return *treasury_; }
  IdSource& ids() { return *ids_; }
  [[nodiscard]] std::unique_ptr<ledger::JournalReader> journal() const { return open_journal_reader(config_); }
  [[nodiscard]] db::Database& database() { return database_; }
  [[nodiscard]] std::string ledger_file() const { return folder_.file("ledger.db"); }

  Plan read(const Id<"plan">& id) {
    std::optional<Plan> plan;
    database_.read_now([&](db::Tx& tx) { plan = store::find_plan(tx, id); });
    return *plan;
  }
  std::vector<std::string> problems() {
    Verification found;
    const auto journal = open_journal_reader(config_);
    database_.read_now([&](db::Tx& tx) { found = verify(tx, *journal, config_.ledger_expiry_days); });
    return found.problems;
  }
  /// From now on one in ten writes of ledger and tables is refused by PostgreSQL as a race that was lost, half of them
  /// before anything is written, half when the commit is under way.
  void lose_races() {
    execute("CREATE FUNCTION lose_race() RETURNS trigger LANGUAGE plpgsql AS "
            "'BEGIN IF random() < 0.05 THEN RAISE EXCEPTION ''lost'' USING ERRCODE = ''40001''; END IF; RETURN NULL; END'");
    for (const std::string table : {"ledger_head", "payments_projection"}) {
      execute("CREATE TRIGGER early BEFORE UPDATE ON " + table + " FOR EACH STATEMENT EXECUTE FUNCTION lose_race()");
      execute("CREATE CONSTRAINT TRIGGER late AFTER UPDATE ON " + table +
              " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION lose_race()");
    }
  }
  void execute(std::string_view sql) {
    database_.write_now([&](db::Tx& tx) { tx.execute(sql); });
  }

  Id<"authority"> authority;
  Id<"provider"> provider;

 private:
  Result<ReleaseResult> release(const ReleaseRequest& request, std::string key) {
    Release command(treasury_->book(), request);
    const auto done = run(command, std::move(key), json::write(request));
    if (!done) return done.error();
    return ReleaseResult{done->amount};
  }
  static std::string_view command_name(const ledger::Command& command) { return name(command.kind); }

  class TestClock final : public Clock {
   public:
    [[nodiscard]] Timestamp now() const override { return test::now; }
  };

  cp::test::TemporaryFolder folder_;
  Config config_;
  TestClock clock_;
  db::Database& database_;
  std::unique_ptr<IdSource> ids_;
  std::unique_ptr<Treasury> treasury_;
};

inline std::int64_t short_by(const Error& error) {
  for (const auto& [name, value] : error.extras) {
    if (name == "short_by_pence") return std::get<std::int64_t>(value);
  }
  return -1;
}
inline std::string short_family(const Error& error) {
  for (const auto& [name, value] : error.extras) {
    if (name == "family") return std::get<std::string>(value);
  }
  return {};
}

}  // namespace cp::payments::test
