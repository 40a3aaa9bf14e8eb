// Mistakes that other ledgers published: each is a test that ours does not make it.
#include "payments/ledger/history.hpp"
#include "tests/store/payments/money.hpp"
#include "tests/support/memory_journal.hpp"

#include <latch>
#include <set>
#include <thread>

namespace cp::payments::test {
namespace {

void on_each(const std::function<void(World&)>& body) {
  cp::test::for_each_database(schemas(), [&](db::Database& database) {
    World world(database);
    body(world);
    for (const auto& problem : world.problems()) FAIL_CHECK(problem);
  });
}

struct Stands {
  std::int64_t left = 0, held = 0, charged = 0;
  bool operator==(const Stands&) const = default;
};

Stands stands(World& world, const Id<"plan">& plan, Stream stream = Stream::short_breaks) {
  for (const auto& budget : world.read(plan).streams) {
    if (budget.stream == stream) return {budget.left.pence(), budget.held.pence(), budget.charged.pence()};
  }
  return {};
}

TEST_CASE("holds that are not counted in the check") {
  on_each([](World& world) {
    const auto family = world.family();
    const auto plan = world.plan(family, {{Stream::short_breaks, 1'000}}, 50);
    REQUIRE(world.hold(world.hold_request(world.pool(), 1, {{family, 1, 300}})).has_value());
    const auto second = world.hold(world.hold_request(world.pool(), 1, {{family, 1, 201}}));
    REQUIRE_FALSE(second.has_value());
    CHECK(second.error().code == "headroom-exceeded");
    CHECK(short_by(second.error()) == 1);
    REQUIRE(world.hold(world.hold_request(world.pool(), 1, {{family, 1, 200}})).has_value());
    CHECK(stands(world, plan) == Stands{500, 500, 0});
  });
}

TEST_CASE("what is charged counts against the cap as what is held does") {
  on_each([](World& world) {
    const auto family = world.family();
    world.plan(family, {{Stream::short_breaks, 1'000}}, 50);
    const auto pool = world.pool();
    REQUIRE(world.hold(world.hold_request(pool, 1, {{family, 1, 500}})).has_value());
    REQUIRE(world.charge(pool, 1).has_value());
    CHECK_FALSE(world.hold(world.hold_request(world.pool(), 1, {{family, 1, 1}})).has_value());
  });
}

TEST_CASE("a repeated refund that undoes itself") {
  on_each([](World& world) {
    const auto family = world.family();
    const auto plan = world.plan(family, {{Stream::short_breaks, 1'000}}, 100);
    const auto pool = world.pool();
    REQUIRE(world.hold(world.hold_request(pool, 1, {{family, 1, 300}, {family, 2, 300}})).has_value());
    REQUIRE(world.charge(pool, 1).has_value());
    const auto key = world.key();
    REQUIRE(world.refund(pool, 1, key)->refunded == Money(300));
    const Stands refunded{700, 300, 0};
    CHECK(stands(world, plan) == refunded);
    CHECK(world.refund(pool, 1, key)->refunded == Money(300));  // the answer of then
    CHECK(stands(world, plan) == refunded);
    for (int again = 0; again < 3; ++again) {
      const auto twice = world.refund(pool, 1);
      REQUIRE_FALSE(twice.has_value());
      CHECK(twice.error().code == "session-already-refunded");
    }
    CHECK(world.charge(pool, 1).error().code == "session-already-charged");
    CHECK(stands(world, plan) == refunded);
  });
}

TEST_CASE("a refused hold that can be captured") {
  on_each([](World& world) {
    const auto rich = world.family();
    const auto poor = world.family();
    const auto plan = world.plan(rich, {{Stream::short_breaks, 1'000}}, 100);
    world.plan(poor, {{Stream::short_breaks, 10}}, 100);
    const auto pool = world.pool();
    const auto key = world.key();
    const auto request = world.hold_request(pool, 1, {{rich, 1, 100}, {poor, 1, 100}});
    CHECK_FALSE(world.hold(request, key).has_value());
    CHECK_FALSE(world.hold(request, key).has_value());
    CHECK(world.charge(pool, 1).error().code == "nothing-held");
    CHECK(world.charge(ChargeRequest{pool, 1, std::vector<FamilyAmount>{{rich, Money(100)}}}).error().code == "nothing-held");
    CHECK(world.refund(pool, 1).error().code == "session-not-charged");
    CHECK(stands(world, plan) == Stands{1'000, 0, 0});
  });
}

TEST_CASE("a capture above the hold") {
  on_each([](World& world) {
    const auto family = world.family();
    const auto plan = world.plan(family, {{Stream::short_breaks, 1'000}}, 50);
    const auto pool = world.pool();
    REQUIRE(world.hold(world.hold_request(pool, 1, {{family, 1, 300}})).has_value());
    const auto charge = [&](std::int64_t pence) {
      return world.charge(ChargeRequest{pool, 1, std::vector<FamilyAmount>{{family, Money(pence)}}});
    };
    const auto above = charge(501);
    REQUIRE_FALSE(above.has_value());
    CHECK(above.error().code == "headroom-exceeded");
    CHECK(short_by(above.error()) == 1);
    CHECK(stands(world, plan) == Stands{700, 300, 0});
    REQUIRE(charge(500).has_value());  // the 200 above are checked and held like any other
    CHECK(stands(world, plan) == Stands{500, 0, 500});
    CHECK(charge(1).error().code == "session-already-charged");
  });
}

TEST_CASE("a partial refund of split legs") {
  on_each([](World& world) {
    const auto ann = world.family();
    const auto ben = world.family();
    const auto plan = world.plan(ann, {{Stream::short_breaks, 100}, {Stream::health, 1'000}}, 100);
    const auto other = world.plan(ben, {{Stream::short_breaks, 1'000}}, 100);
    const auto pool = world.pool();
    REQUIRE(world.hold(world.hold_request(pool, 1, {{ann, 1, 250}, {ben, 1, 250}})).has_value());
    REQUIRE(world.charge(pool, 1).has_value());
    const auto refund = [&](std::int64_t pence) { return world.refund(RefundRequest{pool, 1, "part", ann, Money(pence)}); };
    REQUIRE(refund(30).has_value());
    CHECK(stands(world, plan) == Stands{30, 0, 70});
    REQUIRE(refund(120).has_value());  // 70 of the one stream, 50 of the other
    CHECK(stands(world, plan) == Stands{100, 0, 0});
    CHECK(stands(world, plan, Stream::health) == Stands{900, 0, 100});
    const auto above = refund(101);
    REQUIRE_FALSE(above.has_value());
    CHECK(above.error().code == "refund-above-charge");
    REQUIRE(refund(100).has_value());
    CHECK(refund(1).error().code == "session-already-refunded");
    CHECK(stands(world, other) == Stands{750, 0, 250});
    REQUIRE(world.refund(pool, 1).has_value());  // the rest: the other family's
    CHECK(stands(world, other) == Stands{1'000, 0, 0});
  });
}

TEST_CASE("deadlock and duplicate ids under concurrency") {
  on_each([](World& world) {
    std::vector<Id<"family">> families;
    std::vector<Id<"plan">> plans;
    for (int at = 0; at < 4; ++at) {
      families.push_back(world.family());
      plans.push_back(world.plan(families.back(), {{Stream::short_breaks, 1'000}}, 60));
    }
    constexpr int callers = 8;
    std::latch ready(callers);
    std::atomic<int> accepted = 0;
    std::vector<Id<"pool">> pools;
    for (int at = 0; at < callers * 6; ++at) pools.push_back(world.pool());
    {
      std::vector<std::jthread> threads;
      for (int caller = 0; caller < callers; ++caller) {
        threads.emplace_back([&, caller] {
          ready.arrive_and_wait();
          for (int at = 0; at < 6; ++at) {
            // Each from another family on, so that nobody's order is anybody else's.
            std::vector<Wanted> wanted;
            for (std::size_t family = 0; family < 4; ++family) {
              wanted.push_back({families[(family + static_cast<std::size_t>(caller)) % 4], 1, 50});
            }
            const auto& pool = pools[static_cast<std::size_t>(caller * 6 + at)];
            if (world.hold(world.hold_request(pool, 1, wanted)).has_value()) ++accepted;
            if (at % 2 == 0) (void)world.charge(pool, 1);
          }
        });
      }
    }
    // The caps hold exactly twelve of them, whoever came first.
    CHECK(accepted == 12);
    for (const auto& plan : plans) CHECK(world.read(plan).pooled_used == Money(600));
    std::set<std::string> operations;
    std::set<std::string> shares;
    std::size_t made = 0;
    const auto journal = world.journal();
    const auto head = journal->head();
    journal->read(1, head.sequence, [&](const ledger::Record& record) {
      const auto operation = ledger::decode(record.body);
      operations.insert(ledger::to_text(operation.id));
      if (operation.refusal) return;
      const auto fact = decode_fact(operation.facts);
      if (const auto* held = std::get_if<HoldFact>(&fact)) {
        for (const auto& share : held->shares) shares.insert(share.id.text());
        made += held->shares.size();
      }
    });
    CHECK(operations.size() == head.sequence);
    CHECK(shares.size() == made);
  });
}

}  // namespace

TEST_CASE("a backdated void that leaves a stale balance") {
  cp::test::MemoryJournal journal(std::make_shared<cp::test::MemoryJournalStore>());
  const auto ids = make_seeded_ids(7);
  Book book(60);
  ledger::Machine machine(journal, &book, {});
  const auto at = [](Date day) { return Timestamp(std::chrono::sys_days(day)) + std::chrono::hours(10); };
  const auto year = std::chrono::year(2026);
  const auto run = [&](ledger::Command& command, Date day) {
    sign(command, ids->next(at(day)), "test", "test", to_text(day));
    REQUIRE(machine.execute(command, at(day)).has_value());
  };
  Plan plan;
  plan.id = ids->make<"plan">(now);
  plan.authority = ids->make<"authority">(now);
  plan.family = ids->make<"family">(now);
  plan.state = PlanState::agreed;
  plan.starts = year / 1 / 1;
  plan.ends = year / 12 / 31;
  plan.streams = {{Stream::short_breaks, Money(1'000), {}, {}, Money(1'000)}};
  plan.free_percent = 100;
  AgreePlan agree(book, plan);
  run(agree, year / 1 / 5);
  const auto pool = ids->make<"pool">(now);
  const auto provider = ids->make<"provider">(now);
  HoldRequest request{pool, "Climbing", provider, plan.authority, "Sport", 1, 1, {}};
  request.shares = {{plan.family, 1, year / 2 / 10, Money(100), {}}, {plan.family, 2, year / 3 / 1, Money(200), {}}};
  Hold hold(book, *ids, now, request);
  run(hold, year / 2 / 1);
  Charge second(book, *ids, now, ChargeRequest{pool, 2});
  run(second, year / 3 / 2);
  Charge late(book, *ids, now, ChargeRequest{pool, 1});  // counts for 10 February
  run(late, year / 3 / 20);
  Refund voided(book, RefundRequest{pool, 1, "it never took place"});
  run(voided, year / 3 / 25);
  machine.commit();

  const auto payable = ledger::find_account(journal, payable_account(provider, pool));
  REQUIRE(payable.has_value());
  CHECK(payable->balance == Money(200));
  const auto owed = [&](Date day, Date known) {
    return ledger::History(journal).balance(payable->last(), ledger::to_day(day), at(known)).pence();
  };
  CHECK(owed(year / 2 / 9, year / 3 / 31) == 0);
  CHECK(owed(year / 2 / 28, year / 3 / 10) == 0);    // nobody knew yet
  CHECK(owed(year / 2 / 28, year / 3 / 20) == 100);  // now they do
  CHECK(owed(year / 2 / 28, year / 3 / 31) == 100);  // the void counts for its own day
  CHECK(owed(year / 3 / 1, year / 3 / 31) == 300);
  CHECK(owed(year / 3 / 24, year / 3 / 31) == 300);
  CHECK(owed(year / 3 / 25, year / 3 / 31) == 200);
  CHECK(owed(year / 3 / 25, year / 3 / 19) == 200);
}

}  // namespace cp::payments::test
