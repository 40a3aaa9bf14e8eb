#include "payments/ledger.hpp"

#include <catch2/catch_test_macros.hpp>

namespace cp::payments {
namespace {

const Id<"plan"> plan_id("00000000-0000-7000-8000-000000000001");
const Id<"pool"> pool_id("00000000-0000-7000-8000-000000000002");
const Id<"provider"> provider_id("00000000-0000-7000-8000-000000000003");
const Id<"authority"> authority_id("00000000-0000-7000-8000-000000000004");

Operation operation(OperationKind kind, std::vector<Leg> legs) {
  Operation made;
  made.id = Id<"operation">("00000000-0000-7000-8000-000000000009");
  made.authority = authority_id;
  made.kind = kind;
  made.legs = std::move(legs);
  return made;
}

Plan plan(std::int64_t pence) {
  Plan made;
  made.id = plan_id;
  made.authority = authority_id;
  made.streams = {{Stream::short_breaks, Money(pence), {}, {}, {}}};
  return made;
}

std::vector<HeldShare> shares(std::int64_t pence) {
  HeldShare share;
  share.pool = pool_id;
  share.amount = Money(pence);
  share.parts = {{plan_id, Stream::short_breaks, Money(pence)}};
  return {share};
}

Money at(const Balances& balances, const std::string& account) { return balances.at(account).amount; }

TEST_CASE("money goes from the authority through plan and pool to the provider, and back") {
  Balances balances;
  const auto available = available_account(plan_id, Stream::short_breaks);
  const auto held = held_account(pool_id, plan_id, Stream::short_breaks);
  const auto payable = payable_account(provider_id, pool_id);
  post(operation(OperationKind::allocation, allocation_legs(plan(1'000))), balances);
  CHECK(at(balances, available) == Money(1'000));
  CHECK(at(balances, funding_account(authority_id, Stream::short_breaks)) == Money(-1'000));

  const auto entries = post(operation(OperationKind::hold, hold_legs(shares(300))), balances);
  CHECK(entries[0].balance == Money(700));
  CHECK(entries[0].version == 2);
  CHECK(entries[1].balance == Money(300));
  CHECK(entries[1].version == 1);

  post(operation(OperationKind::charge, charge_legs(provider_id, shares(300))), balances);
  CHECK(at(balances, held) == Money());
  CHECK(at(balances, payable) == Money(300));

  post(operation(OperationKind::refund, refund_legs(provider_id, shares(300))), balances);
  CHECK(at(balances, available) == Money(1'000));
  CHECK(at(balances, payable) == Money());
}

TEST_CASE("the rules hold whatever the operation was") {
  Balances balances;
  post(operation(OperationKind::allocation, allocation_legs(plan(1'000))), balances);
  SECTION("no account but funding below nothing") {
    CHECK_THROWS_AS(post(operation(OperationKind::hold, hold_legs(shares(1'001))), balances), LedgerBroken);
  }
  SECTION("legs add up to nothing") {
    auto legs = hold_legs(shares(10));
    legs.back().amount += Money(1);
    CHECK_THROWS_AS(post(operation(OperationKind::hold, legs), balances), LedgerBroken);
  }
  SECTION("an operation moves its own accounts only") {
    CHECK_THROWS_AS(post(operation(OperationKind::charge, hold_legs(shares(10))), balances), LedgerBroken);
    CHECK_THROWS_AS(post(operation(OperationKind::release, hold_legs(shares(10))), balances), LedgerBroken);
    CHECK_THROWS_AS(post(operation(OperationKind::hold, allocation_legs(plan(1))), balances), LedgerBroken);
  }
}

TEST_CASE("what is pooled is what left the streams for pools") {
  CHECK(pooled_change(operation(OperationKind::allocation, allocation_legs(plan(10)))).empty());
  CHECK(pooled_change(operation(OperationKind::hold, hold_legs(shares(10)))).at(plan_id) == Money(10));
  CHECK(pooled_change(operation(OperationKind::release, release_legs(shares(10)))).at(plan_id) == Money(-10));
  CHECK(pooled_change(operation(OperationKind::refund, refund_legs(provider_id, shares(10)))).at(plan_id) == Money(-10));
  CHECK(pooled_change(operation(OperationKind::charge, charge_legs(provider_id, shares(10)))).empty());
}

TEST_CASE("a hash covers the operation, its entries and the hash before") {
  Balances balances;
  const auto allocation = operation(OperationKind::allocation, allocation_legs(plan(10)));
  auto entries = post(allocation, balances);
  const auto hash = operation_hash(first_hash(), 1, allocation, entries);
  CHECK(hash.size() == 64);
  CHECK(hash == operation_hash(first_hash(), 1, allocation, entries));
  CHECK(hash != operation_hash(hash, 1, allocation, entries));
  CHECK(hash != operation_hash(first_hash(), 2, allocation, entries));
  entries.back().leg.session = 1;
  CHECK(hash != operation_hash(first_hash(), 1, allocation, entries));
  entries.pop_back();
  CHECK(hash != operation_hash(first_hash(), 1, allocation, entries));
}

}  // namespace
}  // namespace cp::payments
