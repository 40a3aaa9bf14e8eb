#include "tests/store/payments/money.hpp"

#include <sqlite3.h>

#include <atomic>
#include <thread>

namespace cp::payments::test {
namespace {

void on_each(const std::function<void(World&)>& body) {
  cp::test::for_each_database(schemas(), [&](db::Database& database) {
    World world(database);
    body(world);
    CHECK(world.problems() == std::vector<std::string>());
  });
}

TEST_CASE("a hold, a charge, a release and a refund move what they say") {
  on_each([](World& world) {
    const auto ann = world.family();
    const auto ben = world.family();
    const auto ann_plan = world.plan(ann, {{Stream::short_breaks, 10'000}}, 50);
    const auto ben_plan = world.plan(ben, {{Stream::short_breaks, 1'000}, {Stream::health, 10'000}}, 30);
    const auto pool = world.pool();
    const auto held = world.hold(world.hold_request(pool, 1, {{ann, 1, 501}, {ann, 2, 500}, {ben, 1, 1'499}, {ben, 2, 1'500}}));
    REQUIRE(held.has_value());
    CHECK(held->held == Money(4'000));
    CHECK(headroom(world.read(ann_plan)) == Money(5'000 - 1'001));
    CHECK(world.read(ben_plan).streams[0].held == Money(1'000));
    CHECK(world.read(ben_plan).streams[1].held == Money(1'999));

    CHECK(world.charge(pool, 1)->charged == Money(2'000));
    CHECK(world.charge(pool, 1).error().code == "session-already-charged");
    CHECK(world.charge(pool, 3).error().code == "nothing-held");
    CHECK(world.read(ann_plan).streams[0].charged == Money(501));

    CHECK(world.release(pool, {2})->released == Money(2'000));
    CHECK(world.release(pool, {2})->released == Money());
    CHECK(world.release(pool, {1}).error().code == "session-already-charged");
    CHECK(world.read(ann_plan).pooled_used == Money(501));

    CHECK(world.refund(pool, 1)->refunded == Money(2'000));
    CHECK(world.refund(pool, 1).error().code == "session-already-refunded");
    CHECK(world.refund(pool, 2).error().code == "session-not-charged");
    CHECK(world.read(ben_plan).pooled_used == Money());
    CHECK(world.read(ben_plan).streams[0].left == Money(1'000));
    CHECK(world.charge(pool, 1).error().code == "session-already-charged");
  });
}

TEST_CASE("a hold replaces what was held, or changes nothing") {
  on_each([](World& world) {
    const auto ann = world.family();
    const auto ben = world.family();
    const auto ann_plan = world.plan(ann, {{Stream::short_breaks, 1'000}}, 100);
    const auto ben_plan = world.plan(ben, {{Stream::short_breaks, 1'000}}, 100);
    const auto pool = world.pool();
    REQUIRE(world.hold(world.hold_request(pool, 1, {{ann, 1, 500}, {ann, 2, 500}, {ben, 1, 500}, {ben, 2, 500}})).has_value());
    REQUIRE(world.charge(pool, 1).has_value());

    const auto refused = world.hold(world.hold_request(pool, 2, {{ann, 2, 500}, {ben, 2, 501}}));
    REQUIRE(refused.has_error());
    CHECK(refused.error().code == "headroom-exceeded");
    CHECK(short_family(refused.error()) == ben.text());
    CHECK(short_by(refused.error()) == 1);
    CHECK(world.read(ann_plan).streams[0].held == Money(500));
    CHECK(world.read(ben_plan).streams[0].held == Money(500));

    CHECK(world.hold(world.hold_request(pool, 1, {{ann, 1, 1}})).error().code == "session-already-charged");
    REQUIRE(world.hold(world.hold_request(pool, 2, {{ann, 2, 300}})).has_value());
    CHECK(world.read(ann_plan).streams[0].held == Money(300));
    CHECK(world.read(ben_plan).streams[0].held == Money());
    CHECK(world.charge(pool, 2)->charged == Money(300));
    CHECK(world.release_all(pool)->released == Money());
  });
}

TEST_CASE("a family without a plan, and money that may not be spent on it") {
  on_each([](World& world) {
    const auto ann = world.family();
    const auto pool = world.pool();
    const auto no_plan = world.hold(world.hold_request(pool, 1, {{ann, 1, 5}}));
    CHECK(no_plan.error().code == "no-agreed-plan");
    CHECK(short_by(no_plan.error()) == 5);
    world.plan(ann, {{Stream::health, 1'000}}, 100, {{Stream::health, "*", SpendingRuling::ask}});
    CHECK(world.hold(world.hold_request(pool, 1, {{ann, 1, 5}})).error().code == "spending-not-allowed");
  });
}

TEST_CASE("a key does it once, refusals included") {
  on_each([](World& world) {
    const auto ann = world.family();
    const auto plan = world.plan(ann, {{Stream::short_breaks, 1'000}}, 100);
    const auto pool = world.pool();
    const auto request = world.hold_request(pool, 1, {{ann, 1, 600}});
    const auto key = world.key();
    const auto first = world.hold(request, key);
    const auto second = world.hold(request, key);
    REQUIRE(first.has_value());
    REQUIRE(second.has_value());
    CHECK(first->operation == second->operation);
    CHECK(world.read(plan).streams[0].held == Money(600));
    CHECK(world.hold(world.hold_request(pool, 1, {{ann, 1, 601}}), key).error().code == "idempotency-key-reused");
    CHECK(world.charge(pool, 1, key).error().code == "idempotency-key-reused");

    const auto too_much = world.hold_request(pool, 1, {{ann, 1, 1'001}});
    const auto refused_key = world.key();
    const auto refused = world.hold(too_much, refused_key);
    // Even where it would fit by now, the same key is answered the same.
    world.plan(ann, {{Stream::short_breaks, 1'000}}, 100);
    const auto again = world.hold(too_much, refused_key);
    CHECK(refused.error().code == "headroom-exceeded");
    CHECK(again.error().code == refused.error().code);
    CHECK(again.error().detail == refused.error().detail);
    CHECK(short_by(again.error()) == 1);
    CHECK(short_family(again.error()) == ann.text());
    CHECK(world.hold(too_much).has_value());

    const auto charge_key = world.key();
    CHECK(world.charge(pool, 1, charge_key)->charged == Money(1'001));
    CHECK(world.charge(pool, 1, charge_key)->charged == Money(1'001));
  });
}

TEST_CASE("of two holds that together break a cap exactly one wins") {
  on_each([](World& world) {
    const auto ann = world.family();
    const auto plan = world.plan(ann, {{Stream::short_breaks, 10'000}}, 30);
    std::int64_t used = 0;
    for (int round = 0; round < 5; ++round) {
      // Each fits what is left alone; together they are one penny too much.
      const auto left = 3'000 - used;
      std::atomic<int> won = 0;
      std::atomic<int> refused = 0;
      std::atomic<int> at_line = 0;
      std::vector<std::thread> threads;
      std::vector<HoldRequest> requests;
      for (int at = 0; at < 2; ++at) requests.push_back(world.hold_request(world.pool(), 1, {{ann, 1, left / 2 + 1}}));
      for (int at = 0; at < 2; ++at) {
        threads.emplace_back([&, at] {
          ++at_line;
          while (at_line < 2) std::this_thread::yield();
          const auto held = world.hold(requests[static_cast<std::size_t>(at)]);
          if (held) ++won;
          else if (held.error().code == "headroom-exceeded") ++refused;
        });
      }
      for (auto& thread : threads) thread.join();
      CHECK(won == 1);
      CHECK(refused == 1);
      used += left / 2 + 1;
      CHECK(world.read(plan).pooled_used == Money(used));
    }
  });
}

TEST_CASE("a statement and an invoice say what happened") {
  cp::test::for_each_database(schemas(), [](db::Database& database) {
    World world(database);
    const auto ann = world.family();
    world.plan(ann, {{Stream::short_breaks, 1'000}}, 100);
    const auto pool = world.pool();
    REQUIRE(world.hold(world.hold_request(pool, 1, {{ann, 1, 100}, {ann, 2, 200}})).has_value());
    REQUIRE(world.charge(pool, 1).has_value());
    REQUIRE(world.release_all(pool).has_value());
    REQUIRE(world.refund(pool, 1).has_value());
    database.read_now([&](db::Tx& tx) {
      store::LineFilter filter;
      filter.family = ann;
      const auto lines = store::lines(tx, filter);
      REQUIRE(lines.size() == 6);
      CHECK(lines[0].kind == LineKind::refund);
      CHECK(lines[0].amount == Money(100));
      CHECK(lines[1].kind == LineKind::release);
      CHECK(lines[2].kind == LineKind::charge);
      CHECK(lines[2].amount == Money(100));
      CHECK(lines[2].derivation == note("half of it"));
      CHECK(lines[2].pool_title == "Climbing");
      CHECK(lines[3].session == 2);
      CHECK(lines[5].kind == LineKind::allocation);
      filter.before_sequence = lines[2].sequence;
      filter.before_line = lines[2].line;
      CHECK(store::lines(tx, filter).size() == 3);

      store::InvoiceFilter invoices;
      invoices.provider = world.provider;
      const auto found = store::invoices(tx, invoices);
      REQUIRE(found.size() == 1);
      const auto invoice_lines = store::invoice_lines(tx, found.front().id);
      REQUIRE(invoice_lines.size() == 2);
      CHECK(invoice_lines[0].amount == Money(100));
      CHECK(invoice_lines[1].amount == Money(-100));
    });
  });
}

TEST_CASE("instalments are spent from their day on, and a smaller one names the pool that would be short") {
  on_each([](World& world) {
    const auto ann = world.family();
    const Instalment july = std::chrono::year(2026) / 7 / 1;
    const auto id = world.plan_of(ann, {{Stream::health, Money(300)}, {Stream::health, Money(400), {}, {}, {}, july}});
    const auto pool = world.pool();
    auto request = world.hold_request(pool, 1, {{ann, 1, 200}, {ann, 2, 450}});
    CHECK(short_by(world.hold(request).error()) == 350);
    request.shares[1].date = std::chrono::year(2026) / 8 / 1;
    REQUIRE(world.hold(request).has_value());
    auto plan = world.read(id);
    REQUIRE(plan.streams.size() == 2);
    CHECK(plan.streams[0].held == Money(250));
    CHECK(plan.streams[1].held == Money(400));
    CHECK(plan.streams[1].from == july);
    REQUIRE(world.charge(pool, 1).has_value());
    world.restart();
    CHECK(world.charge(pool, 2)->charged == Money(450));
    CHECK(world.read(id).streams[1].charged == Money(400));
    CHECK(world.refund(pool, 2)->refunded == Money(450));
    CHECK(world.read(id).streams[1].left == Money(400));

    REQUIRE(world.hold(world.hold_request(world.pool(), 1, {{ann, 1, 50}})).has_value());
    auto smaller = world.read(id);
    ++smaller.version;
    smaller.streams[0].allocated = Money(240);
    RevisePlan command(world.treasury().book(), smaller, "less is needed");
    const auto refused = world.run(command, {}, "smaller");
    REQUIRE(refused.has_error());
    CHECK(refused.error().code == "plan-overdrawn");
    CHECK(refused.error().fields.front().pointer == "/streams/health");
    CHECK(refused.error().fields.front().detail.find("Climbing") != std::string::npos);
    smaller.streams[0].allocated = Money(250);
    smaller.streams[1].allocated = Money(0);
    RevisePlan fits(world.treasury().book(), smaller, "less is needed");
    CHECK(world.run(fits, {}, "fits").has_value());
  });
}

/// Something happened to a table, or to the ledger's own file.
struct Tampering {
  std::string_view sql;
  bool in_ledger = false;
};

TEST_CASE("verification finds what was tampered with") {
  const std::vector<Tampering> tampering{
      {"UPDATE payments_plans SET pooled_used = pooled_used + 1"},
      {"UPDATE payments_plans SET free_percent = 10"},
      {"UPDATE payments_plans SET state = 'indicative'"},
      {"UPDATE payments_share_parts SET held = held + 1"},
      {"UPDATE payments_invoice_lines SET amount = amount + 1"},
      {"UPDATE payments_plan_streams SET amount = amount - 1"},
      {"UPDATE payments_projection SET sequence = sequence + 1"},
      {"UPDATE payments_projection SET hash = 'another'"},
      {"UPDATE ledger_operations SET body = replace(body, 'Climbing', 'Swimming') WHERE sequence = 2", true},
      {"UPDATE ledger_operations SET body = substr(body, 1, length(body) - 1) WHERE sequence = 2", true},
      {"UPDATE ledger_operations SET hash = zeroblob(32) WHERE sequence = 2", true},
      {"DELETE FROM ledger_operations WHERE sequence = 2", true},
      {"DELETE FROM ledger_operations WHERE sequence = 3", true},
      {"UPDATE ledger_head SET sequence = sequence - 1", true},
      {"UPDATE ledger_head SET hash = zeroblob(32)", true},
      {"DELETE FROM ledger_keys WHERE sequence = 2", true},
      {"UPDATE ledger_keys SET sequence = 1 WHERE sequence = 2", true},
      {"UPDATE ledger_states SET body = (SELECT body FROM ledger_states WHERE shelf = 0 AND number = 1) "
       "WHERE shelf = 0 AND number = 0", true},
  };
  for (const auto& [sql, in_ledger] : tampering) {
    cp::test::for_each_database(schemas(), [&, sql = sql, in_ledger = in_ledger](db::Database& database) {
      World world(database, 1, {});
      const auto ann = world.family();
      world.plan(ann, {{Stream::short_breaks, 1'000}}, 30);
      const auto pool = world.pool();
      REQUIRE(world.hold(world.hold_request(pool, 1, {{ann, 1, 100}, {ann, 2, 200}})).has_value());
      REQUIRE(world.charge(pool, 1).has_value());
      world.restart();  // with all state saved
      REQUIRE(world.problems() == std::vector<std::string>());
      INFO(sql);
      if (in_ledger) {
        sqlite3* file = nullptr;
        REQUIRE(sqlite3_open(world.ledger_file().c_str(), &file) == SQLITE_OK);
        CHECK(sqlite3_exec(file, std::string(sql).c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
        sqlite3_close(file);
      } else {
        world.execute(sql);
      }
      CHECK(!world.problems().empty());
    });
  }
}

}  // namespace
}  // namespace cp::payments::test
