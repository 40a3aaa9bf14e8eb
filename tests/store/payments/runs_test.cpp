// Money out: what is owed goes into one run, and what comes back is owed again.
#include "payments/payouts/runs.hpp"
#include "payments/banking/batch.hpp"
#include "tests/store/payments/money.hpp"

#include <atomic>
#include <random>
#include <thread>

namespace cp::payments::test {
namespace {

const Date tuesday = std::chrono::year(2025) / 11 / 25;
const banking::BankCalendar calendar;

/// People and providers with bank details that are in use.
class Office {
 public:
  explicit Office(World& world) : world_(world), ids_(make_seeded_ids(77)), maker(ids_->make<"account">(now)),
                                  checker(ids_->make<"account">(now)) {}

  void know_details_of(const Id<"provider">& provider) {
    banking::DetailsChange change;
    change.id = ids_->make<"bank-details">(now);
    change.owner = provider;
    change.state = banking::ChangeState::confirmed;
    change.confirmed_at = now;
    change.usable_from = day_of(now);
    changes.push_back(change);
  }
  /// A pool of one family with one charged session.
  Id<"pool"> owed(const Id<"family">& family, std::int64_t pence) {
    const auto pool = world_.pool();
    REQUIRE(world_.hold(world_.hold_request(pool, 1, {{family, 1, pence}})).has_value());
    REQUIRE(world_.charge(pool, 1).has_value());
    return pool;
  }
  Result<Id<"payment-run">> batch(std::optional<std::vector<Id<"pool">>> pools = {}, std::string key = {}) {
    RunOrder order{ids_->make<"payment-run">(now), world_.authority, maker, tuesday, std::move(pools), changes};
    const auto id = order.id;
    BatchRun command(world_.treasury().book(), std::move(order), policy, calendar);
    const auto done = world_.run(command, std::move(key), id.text());
    if (!done) return done.error();
    return id;
  }
  Result<ledger::Reply> send(const Id<"payment-run">& run) {
    auto plain = to_banking(*world_.treasury().book().run(run), {}, policy);
    auto released = banking::release(plain, checker, now, banking::digest_of(plain), policy);
    if (!released) return released.error();
    SendRun command(world_.treasury().book(), world_.authority, run, released->releases, changes, policy);
    return world_.run(command, {}, run.text());
  }
  Result<ledger::Reply> settle(const Id<"payment-run">& run, const Id<"provider">& payee) {
    SettlePayments command(world_.treasury().book(), world_.authority, {run, {payee, payee}, "end-to-end-id"});
    return world_.run(command, {}, run.text());
  }
  Result<ledger::Reply> reject(const Id<"payment-run">& run, const Id<"provider">& payee, bool cancelled = false) {
    RejectPayments command(world_.treasury().book(), world_.authority, {run, {payee}, cancelled, "AC04"});
    return world_.run(command, {}, run.text());
  }
  Money balance(const std::string& account) {
    auto look = [&](ledger::Machine& machine) { return machine.accounts().balance(account); };
    return *world_.treasury().ledger().ask_now(look);
  }

 private:
  World& world_;
  std::unique_ptr<IdSource> ids_;

 public:
  Id<"account"> maker, checker;
  std::vector<banking::DetailsChange> changes;
  banking::BankingPolicy policy;
};

void on_each(const std::function<void(World&, Office&)>& body) {
  cp::test::for_each_database(schemas(), [&](db::Database& database) {
    World world(database);
    Office office(world);
    body(world, office);
    CHECK(world.problems() == std::vector<std::string>());
    world.restart();
    CHECK(world.problems() == std::vector<std::string>());
  });
}

TEST_CASE("a fee is paid to its own payee, in the run that pays the pools") {
  on_each([](World& world, Office& office) {
    const auto ann = world.family();
    const auto plan = world.plan(ann, {{Stream::short_breaks, 100'000}}, 100);
    const auto bureau = Id<"provider">("bureau");
    const auto fee = world.agree_fee(plan, bureau, Stream::short_breaks, 46'000);
    REQUIRE(fee.has_value());
    REQUIRE(world.move_fee(*fee, 3'834).has_value());
    const auto pool = office.owed(ann, 2'000);
    office.know_details_of(world.provider);
    office.know_details_of(bureau);
    const auto run = office.batch();
    REQUIRE(run.has_value());
    CHECK(office.balance(batched_account(*run, bureau)) == Money(3'834));
    CHECK(office.balance(batched_account(*run, world.provider)) == Money(2'000));
    CHECK(world.problems() == std::vector<std::string>());
    REQUIRE(office.send(*run).has_value());
    REQUIRE(office.settle(*run, bureau).has_value());
    CHECK(office.balance(settled_account(*run, bureau)) == Money(3'834));
    REQUIRE(office.reject(*run, bureau).has_value());
    CHECK(office.balance(payable_account(bureau, billed_as(*fee))) == Money(3'834));
    REQUIRE(world.move_fee(*fee, 3'833).has_value());
    REQUIRE(office.batch({{billed_as(*fee)}}).has_value());
    CHECK(office.balance(payable_account(bureau, billed_as(*fee))) == Money());
  });
}

TEST_CASE("what is owed goes out in one run and settles") {
  on_each([](World& world, Office& office) {
    const auto ann = world.family();
    world.plan(ann, {{Stream::short_breaks, 100'000}}, 100);
    const auto pool = office.owed(ann, 2'000);
    const auto payable = payable_account(world.provider, pool);
    CHECK(office.batch().error().code == "run-empty");
    CHECK(office.batch({{pool}}).error().fields.at(0).pointer == "/pools/0");
    office.know_details_of(world.provider);

    const auto run = office.batch();
    REQUIRE(run.has_value());
    CHECK(office.balance(payable) == Money());
    CHECK(office.balance(batched_account(*run, world.provider)) == Money(2'000));
    CHECK(world.problems() == std::vector<std::string>());
    CHECK(office.batch().error().code == "run-empty");
    CHECK(office.batch({{pool}}).error().code == "invalid-fields");
    CHECK(office.settle(*run, world.provider).error().code == "payment-state");

    SendRun unreleased(world.treasury().book(), world.authority, *run, {}, office.changes, office.policy);
    CHECK(world.run(unreleased, {}, "x").error().code == "run-not-released");
    REQUIRE(office.send(*run).has_value());
    CHECK(office.send(*run).error().code == "run-not-draft");
    CHECK(office.reject(*run, world.provider, true).error().code == "run-sent");
    CHECK(office.balance(sent_account(*run, world.provider)) == Money(2'000));
    REQUIRE(office.settle(*run, world.provider).has_value());
    CHECK(office.settle(*run, world.provider).error().code == "payment-state");
    CHECK(office.balance(settled_account(*run, world.provider)) == Money(2'000));
  });
}

TEST_CASE("what came back or was cancelled is owed again, and paid by the next run") {
  on_each([](World& world, Office& office) {
    const auto ann = world.family();
    world.plan(ann, {{Stream::short_breaks, 100'000}}, 100);
    const auto pool = office.owed(ann, 2'000);
    const auto payable = payable_account(world.provider, pool);
    office.know_details_of(world.provider);
    const auto cancelled = office.batch();
    REQUIRE(office.reject(*cancelled, world.provider, true).has_value());
    CHECK(office.reject(*cancelled, world.provider, true).error().code == "run-cancelled");
    CHECK(office.send(*cancelled).error().code == "run-not-draft");
    CHECK(office.balance(payable) == Money(2'000));

    const auto first = office.batch();
    REQUIRE(office.send(*first).has_value());
    REQUIRE(office.settle(*first, world.provider).has_value());
    REQUIRE(office.reject(*first, world.provider).has_value());
    CHECK(office.reject(*first, world.provider).error().code == "payment-state");
    CHECK(office.balance(payable) == Money(2'000));
    const auto second = office.batch();
    REQUIRE(office.send(*second).has_value());
    REQUIRE(office.settle(*second, world.provider).has_value());
    CHECK(office.balance(settled_account(*first, world.provider)) == Money());
    CHECK(office.balance(settled_account(*second, world.provider)) == Money(2'000));
  });
}

TEST_CASE("a refund is taken off what is owed, and refused where it is on its way to the provider") {
  on_each([](World& world, Office& office) {
    const auto ann = world.family();
    world.plan(ann, {{Stream::short_breaks, 100'000}}, 100);
    office.know_details_of(world.provider);
    const auto pool = world.pool();
    REQUIRE(world.hold(world.hold_request(pool, 1, {{ann, 1, 2'000}, {ann, 2, 3'000}})).has_value());
    REQUIRE(world.charge(pool, 1).has_value());
    const auto first = office.batch();
    REQUIRE(first.has_value());
    const auto refused = world.refund(pool, 1);
    REQUIRE(refused.has_error());
    CHECK(refused.error().code == "provider-already-paid");
    CHECK(world.problems() == std::vector<std::string>());

    // Once more is owed for the pool, the refund is a credit of the next run.
    REQUIRE(world.charge(pool, 2).has_value());
    REQUIRE(world.refund(pool, 1).has_value());
    const auto second = office.batch();
    REQUIRE(second.has_value());
    CHECK(office.balance(batched_account(*second, world.provider)) == Money(1'000));
  });
}

TEST_CASE("however many make runs at once, nothing is in two of them") {
  on_each([](World& world, Office& office) {
    const auto ann = world.family();
    world.plan(ann, {{Stream::short_breaks, 100'000}}, 100);
    office.know_details_of(world.provider);
    std::vector<Id<"pool">> pools;
    for (int at = 0; at < 5; ++at) pools.push_back(office.owed(ann, 1'000 + at));
    std::atomic<int> made = 0;
    std::vector<std::thread> threads;
    for (int at = 0; at < 4; ++at) {
      threads.emplace_back([&] {
        for (const auto& pool : pools) {
          if (office.batch({{pool}})) ++made;
        }
      });
    }
    for (auto& thread : threads) thread.join();
    CHECK(made == 5);
  });
}

TEST_CASE("a seeded campaign: what was charged is owed, in one run, or paid") {
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    INFO("seed " << seed);
    on_each([&](World& world, Office& office) {
      std::mt19937_64 random(seed);
      const auto pick = [&](std::size_t most) { return static_cast<std::size_t>(random() % most); };
      const auto ann = world.family();
      world.plan(ann, {{Stream::short_breaks, 10'000'000}}, 100);
      office.know_details_of(world.provider);
      std::vector<Id<"pool">> pools;
      std::map<Id<"pool">, std::int64_t> sessions;
      for (int at = 0; at < 4; ++at) pools.push_back(world.pool());
      std::vector<Id<"payment-run">> runs;
      Money charged;
      for (int step = 0; step < 120; ++step) {
        const auto& pool = pools[pick(pools.size())];
        switch (pick(8)) {
          case 0: case 1: case 2: {
            const auto session = ++sessions[pool];
            const auto pence = static_cast<std::int64_t>(pick(500) + 1);
            REQUIRE(world.hold(world.hold_request(pool, session, {{ann, session, pence}})).has_value());
            REQUIRE(world.charge(pool, session).has_value());
            charged += Money(pence);
            break;
          }
          case 3:
            if (const auto back = world.refund(pool, static_cast<std::int64_t>(pick(6) + 1))) charged -= back->refunded;
            break;
          case 4:
            if (const auto run = office.batch()) runs.push_back(*run);
            break;
          case 5: if (!runs.empty()) (void)office.send(runs[pick(runs.size())]); break;
          case 6: if (!runs.empty()) (void)office.settle(runs[pick(runs.size())], world.provider); break;
          default:
            if (!runs.empty()) (void)office.reject(runs[pick(runs.size())], world.provider, pick(2) == 0);
            break;
        }
        Money found;
        for (const auto& one : pools) found += office.balance(payable_account(world.provider, one));
        for (const auto& run : runs) {
          found += office.balance(batched_account(run, world.provider)) + office.balance(sent_account(run, world.provider)) +
                   office.balance(settled_account(run, world.provider));
        }
        REQUIRE(found == charged);
        if (step % 20 == 0) REQUIRE(world.problems() == std::vector<std::string>());
      }
    });
  }
}

}  // namespace
}  // namespace cp::payments::test
