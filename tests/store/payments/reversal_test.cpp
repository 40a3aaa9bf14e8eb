// Undoing an operation by one that names it: once, checked like anything else, and never where the money has moved on.
#include "payments/reversal_api.hpp"
#include "tests/store/payments/money.hpp"

using namespace cp;
using namespace cp::payments;
using namespace cp::payments::test;

namespace {

/// A family with £100 of which all may be pooled, and a pool that holds two sessions of £10.
struct Held {
  explicit Held(World& its_world)
      : world(its_world), family(world.family()), plan(world.plan(family, {{Stream::short_breaks, 10'000}}, 100)),
        pool(world.pool()) {
    REQUIRE(world.hold(world.hold_request(pool, 1, {{family, 1, 1'000}, {family, 2, 1'000}})).has_value());
  }

  std::uint64_t last() { return world.journal()->head().sequence; }
  std::string reverse(std::uint64_t sequence) {
    Result<ReversalOrder> order = not_found("");
    world.database().read_now([&](db::Tx& tx) { order = reversal_order(tx, *world.journal(), sequence, "It was wrong."); });
    if (!order) return order.error().code;
    Reverse command(world.treasury().book(), world.authority, std::move(*order));
    const auto done = world.run(command, {}, std::to_string(sequence));
    return done ? "" : done.error().code;
  }
  /// Held, charged, left.
  std::vector<std::int64_t> money() {
    const auto budget = world.read(plan).streams.at(0);
    return {budget.held.pence(), budget.charged.pence(), budget.left.pence()};
  }

  World& world;
  Id<"family"> family;
  Id<"plan"> plan;
  Id<"pool"> pool;
};

using Pence = std::vector<std::int64_t>;

void on_each(const std::function<void(Held&)>& body) {
  cp::test::for_each_database(schemas(), [&](db::Database& database) {
    World world(database);
    Held held(world);
    body(held);
    CHECK(world.problems() == std::vector<std::string>());
    const auto before = held.money();
    world.restart();
    CHECK(held.money() == before);
    CHECK(world.problems() == std::vector<std::string>());
  });
}

}  // namespace

TEST_CASE("a charge that was wrong is undone, and its session can be charged again") {
  on_each([](Held& held) {
    REQUIRE(held.world.charge(held.pool, 1).has_value());
    const auto charge = held.last();
    CHECK(held.money() == Pence{1'000, 1'000, 8'000});
    CHECK(held.reverse(charge) == "");
    CHECK(held.money() == Pence{2'000, 0, 8'000});
    CHECK(held.reverse(charge) == "already-reversed");
    REQUIRE(held.world.charge(held.pool, 1).has_value());
    CHECK(held.money() == Pence{1'000, 1'000, 8'000});
    // What was refunded since has moved on.
    const auto again = held.last();
    REQUIRE(held.world.refund(RefundRequest{held.pool, 1, "half", held.family, Money(1)}).has_value());
    CHECK(held.reverse(again) == "changed-since");
  });
}

TEST_CASE("a charge above and below what was held is undone whole") {
  on_each([](Held& held) {
    REQUIRE(held.world.charge(ChargeRequest{held.pool, 1, std::vector<FamilyAmount>{{held.family, Money(1'500)}}, true}).has_value());
    CHECK(held.money() == Pence{1'000, 1'500, 7'500});
    CHECK(held.reverse(held.last()) == "");
    CHECK(held.money() == Pence{2'000, 0, 8'000});
    REQUIRE(held.world.charge(ChargeRequest{held.pool, 2, std::vector<FamilyAmount>{{held.family, Money(400)}}, true}).has_value());
    CHECK(held.money() == Pence{1'000, 400, 8'600});
    CHECK(held.reverse(held.last()) == "");
    CHECK(held.money() == Pence{2'000, 0, 8'000});
  });
}

TEST_CASE("a release is undone unless the session was held anew or the money is spent") {
  on_each([](Held& held) {
    REQUIRE(held.world.release(held.pool, {2}).has_value());
    const auto release = held.last();
    CHECK(held.money() == Pence{1'000, 0, 9'000});
    CHECK(held.reverse(release) == "");
    CHECK(held.money() == Pence{2'000, 0, 8'000});
    REQUIRE(held.world.charge(held.pool, 2).has_value());
    REQUIRE(held.world.release_all(held.pool).has_value());
    const auto second = held.last();
    REQUIRE(held.world.hold(held.world.hold_request(held.pool, 1, {{held.family, 1, 500}})).has_value());
    CHECK(held.reverse(second) == "changed-since");
    REQUIRE(held.world.release_all(held.pool).has_value());
    const auto third = held.last();
    const auto other = held.world.pool();
    REQUIRE(held.world.hold(held.world.hold_request(other, 1, {{held.family, 1, 8'900}})).has_value());
    CHECK(held.reverse(third) == "changed-since");
  });
}

TEST_CASE("a charge is not undone where what it freed was released and came back as nothing") {
  on_each([](Held& held) {
    // Nobody is charged; what is held for the session goes back.
    REQUIRE(held.world.charge(ChargeRequest{held.pool, 1, std::vector<FamilyAmount>(), true}).has_value());
    const auto charge = held.last();
    REQUIRE(held.world.release(held.pool, {1}).has_value());
    REQUIRE(held.reverse(held.last()) == "");
    CHECK(held.reverse(charge) == "changed-since");
    CHECK(held.money() == Pence{1'000, 0, 9'000});
    CHECK_FALSE(held.world.treasury().statistics().halted);
  });
}

TEST_CASE("a refund is undone, and paid to the provider after all") {
  on_each([](Held& held) {
    REQUIRE(held.world.charge(held.pool, 1).has_value());
    REQUIRE(held.world.refund(held.pool, 1).has_value());
    CHECK(held.money() == Pence{1'000, 0, 9'000});
    CHECK(held.reverse(held.last()) == "");
    CHECK(held.money() == Pence{1'000, 1'000, 8'000});
    CHECK(held.reverse(held.last()) == "not-reversible");  // an undoing is not undone
  });
}

TEST_CASE("a plan's change and its agreement are undone while nothing else has changed it") {
  on_each([](Held& held) {
    auto revised = held.world.read(held.plan);
    revised.streams.at(0).allocated = Money(12'000);
    revised.streams.push_back({Stream::health, Money(700), {}, {}, {}});
    ++revised.version;
    RevisePlan change(held.world.treasury().book(), revised, "More.");
    REQUIRE(held.world.run(change, {}, "revise").has_value());
    const auto sequence = held.last();
    CHECK(held.money() == Pence{2'000, 0, 10'000});
    CHECK(held.reverse(sequence) == "");
    CHECK(held.money() == Pence{2'000, 0, 8'000});
    CHECK(held.world.read(held.plan).version == revised.version + 1);
    CHECK(held.reverse(1) == "changed-since");  // it was changed since

    const auto cedar = held.world.family();
    const auto unused = held.world.plan(cedar, {{Stream::short_breaks, 5'000}}, 30);
    CHECK(held.reverse(held.last()) == "");
    CHECK(held.world.read(unused).streams.at(0).left == Money());
  });
}

TEST_CASE("a permission is undone while what it allowed is not used") {
  cp::test::for_each_database(schemas(), [](db::Database& database) {
    World world(database);
    Held held(world);
    const auto ash = world.family();
    const auto plan = world.plan(ash, {{Stream::short_breaks, 5'000}}, 0);
    const auto permit = [&] {
      Permit command(world.treasury().book(), world.read(plan), Money(300), "For the trip.");
      REQUIRE(world.run(command, {}, "permit").has_value());
      return held.last();
    };
    const auto first = permit();
    CHECK(held.reverse(first) == "");
    CHECK(headroom(world.read(plan)) == Money());
    const auto second = permit();
    const auto pool = world.pool();
    REQUIRE(world.hold(world.hold_request(pool, 1, {{ash, 1, 200}})).has_value());
    CHECK(held.reverse(second) == "changed-since");
    CHECK(world.problems() == std::vector<std::string>());
  });
}

TEST_CASE("what has an operation of its own, was refused, or is another's is not undone") {
  on_each([](Held& held) {
    CHECK(held.reverse(held.last()) == "not-reversible");  // the hold
    REQUIRE_FALSE(held.world.hold(held.world.hold_request(held.world.pool(), 1, {{held.family, 1, 99'999}})).has_value());
    CHECK(held.reverse(held.last()) == "not-reversible");
    CHECK(held.reverse(9'999) == "not-found");
    const auto own = held.world.authority;
    held.world.authority = Id<"authority">("another");
    CHECK(held.reverse(1) == "not-found");
    held.world.authority = own;
  });
}
