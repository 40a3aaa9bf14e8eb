// A small world of plans and pools for the tests of payments' commands.
#pragma once

#include "payments/commands.hpp"
#include "payments/rules.hpp"
#include "payments/store.hpp"
#include "payments/verify.hpp"
#include "shared/core/time.hpp"
#include "tests/support/databases.hpp"

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

/// Runs commands against one database, each in a transaction of its own, from any thread.
class World {
 public:
  explicit World(db::Database& database, std::uint64_t seed = 1) : database_(database), ids_(make_seeded_ids(seed)) {
    authority = ids_->make<"authority">(now);
    provider = ids_->make<"provider">(now);
  }

  Id<"family"> family() { return ids_->make<"family">(now); }
  Id<"pool"> pool() { return ids_->make<"pool">(now); }
  std::string key() { return ids_->next(now); }

  /// An agreed plan for all of 2026.
  Id<"plan"> plan(const Id<"family">& family, std::vector<std::pair<Stream, std::int64_t>> streams,
                  std::int64_t free_percent, std::vector<SpendingRule> rules = {}) {
    Plan plan;
    plan.id = ids_->make<"plan">(now);
    plan.authority = authority;
    plan.family = family;
    plan.starts = std::chrono::year(2026) / 1 / 1;
    plan.ends = std::chrono::year(2026) / 12 / 31;
    plan.created = now;
    for (const auto& [stream, pence] : streams) plan.streams.push_back({stream, Money(pence), {}, {}, Money(pence)});
    const auto operation = ids_->make<"operation">(now);
    database_.write_now([&](db::Tx& tx) {
      auto stored = plan;
      store::insert(tx, stored);
      REQUIRE(agree(tx, stored, free_percent, rules, operation, now).has_value());
    });
    return plan.id;
  }

  HoldRequest hold_request(const Id<"pool">& pool, std::int64_t from_session, const std::vector<Wanted>& wanted) {
    HoldRequest request{pool, "Climbing", provider, authority, "Sport", 1, from_session, {}};
    for (const auto& want : wanted) {
      request.shares.push_back({want.family, want.session, session_day, Money(want.pence), "half of it"});
    }
    return request;
  }
  Result<HoldResult> hold(const HoldRequest& request, std::string key = {}) {
    return run(request, std::move(key), request.shares.size(), &payments::hold);
  }
  Result<ChargeResult> charge(const Id<"pool">& pool, std::int64_t session, std::string key = {}) {
    return run(ChargeRequest{pool, session}, std::move(key), 0, &payments::charge);
  }
  Result<ReleaseResult> release(const Id<"pool">& pool, std::vector<std::int64_t> sessions, std::string key = {}) {
    return run(ReleaseRequest{pool, std::move(sessions), {}}, std::move(key), 0, &payments::release);
  }
  Result<ReleaseResult> release_all(const Id<"pool">& pool, std::string key = {}) {
    return run(ReleaseRequest{pool, {}, true}, std::move(key), 0, &payments::release);
  }
  Result<RefundResult> refund(const Id<"pool">& pool, std::int64_t session, std::string key = {}) {
    return run(RefundRequest{pool, session, "cancelled late"}, std::move(key), 0, &payments::refund);
  }

  Plan read(const Id<"plan">& id) {
    std::optional<Plan> plan;
    database_.read_now([&](db::Tx& tx) { plan = store::find_plan(tx, id); });
    return *plan;
  }
  std::vector<std::string> problems() {
    Verification found;
    database_.read_now([&](db::Tx& tx) { found = verify(tx); });
    return found.problems;
  }
  void execute(std::string_view sql) {
    database_.write_now([&](db::Tx& tx) { tx.execute(sql); });
  }

  Id<"authority"> authority;
  Id<"provider"> provider;

 private:
  template <class Out, class In>
  Result<Out> run(const In& request, std::string key, std::size_t shares,
                  Result<Outcome<Out>> (*command)(db::Tx&, const In&, const Stamp&)) {
    const auto canonical = json::write(request);
    const auto stamp = stamp_of(*ids_, now, key.empty() ? ids_->next(now) : std::move(key), "test", canonical, shares);
    std::optional<Result<Outcome<Out>>> outcome;
    database_.write_now([&](db::Tx& tx) { outcome.emplace(command(tx, request, stamp)); });
    if (!*outcome) return outcome->error();
    return (*outcome)->result();
  }

  db::Database& database_;
  std::unique_ptr<IdSource> ids_;
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
