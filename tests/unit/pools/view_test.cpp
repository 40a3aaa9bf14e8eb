#include "services/pools/view.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace cp;
using namespace cp::pools;

namespace {

const Id<"authority"> here("0190a000-0000-7000-8000-000000000001");
const Id<"authority"> elsewhere("0190a000-0000-7000-8000-000000000002");
const Id<"family"> alder("0190a000-0000-7000-8000-00000000000a");
const Id<"family"> beech("0190a000-0000-7000-8000-00000000000b");
const Id<"provider"> provider("0190a000-0000-7000-8000-00000000000f");

Pool pool_in(PoolState state) {
  Pool pool;
  pool.authority = here;
  pool.state = state;
  pool.purchase.provider = provider;
  pool.reasons = {"Both are free on Saturdays."};
  Member member;
  member.family = alder;
  member.known_as = "The Alders";
  pool.members = {member};
  return pool;
}

http::Principal parent(const Id<"family">& family, const Id<"authority">& authority) {
  http::Principal who;
  who.role = http::Role::parent;
  who.family = family;
  who.authority = authority;
  return who;
}

http::Principal staff(http::Role role, std::optional<Id<"authority">> authority,
                      std::optional<Id<"provider">> of = std::nullopt) {
  http::Principal who;
  who.role = role;
  who.authority = std::move(authority);
  who.provider = std::move(of);
  return who;
}

}  // namespace

TEST_CASE("who may see a pool, and who is in it") {
  using http::Role;
  struct Row {
    const char* what;
    http::Principal who;
    PoolState state;
    bool sees_pool, sees_members;
  };
  const Row rows[] = {
      {"a member", parent(alder, here), PoolState::active, true, true},
      {"a parent of the same place, while it forms", parent(beech, here), PoolState::proposed, true, false},
      {"a parent of the same place, later", parent(beech, here), PoolState::active, false, false},
      {"a parent of another place", parent(beech, elsewhere), PoolState::proposed, false, false},
      {"its facilitator", staff(Role::facilitator, here), PoolState::active, true, true},
      {"another place's facilitator", staff(Role::facilitator, elsewhere), PoolState::active, false, false},
      {"its commissioner", staff(Role::commissioner, here), PoolState::active, true, true},
      {"its provider", staff(Role::provider, std::nullopt, provider), PoolState::active, true, false},
      {"another provider", staff(Role::provider, std::nullopt, Id<"provider">(beech.text())),
       PoolState::active, false, false},
      {"an administrator", staff(Role::administrator, std::nullopt), PoolState::active, false, false},
  };
  for (const auto& row : rows) {
    INFO(row.what);
    const auto pool = pool_in(row.state);
    CHECK(may_see(row.who, pool) == row.sees_pool);
    const auto view = view_of(pool, row.who);
    CHECK(view.members.empty() == !row.sees_members);
    CHECK(view.reasons.empty() == !row.sees_members);
    CHECK(view.children == 1);
  }
}

TEST_CASE("only a member is shown a share of its own") {
  const auto pool = pool_in(PoolState::active);
  CHECK(view_of(pool, parent(alder, here)).my);
  CHECK_FALSE(view_of(pool, staff(http::Role::facilitator, here)).my);
}

TEST_CASE("what is agreed with one family alone is not for the others") {
  auto pool = pool_in(PoolState::agreement);
  Member other;
  other.family = beech;
  other.terms.can_pay = Money(700);
  pool.members.push_back(other);
  const auto alders = view_of(pool, parent(alder, here));
  CHECK_FALSE(alders.members[1].terms);
  CHECK_FALSE(alders.my->terms);
  const auto beeches = view_of(pool, parent(beech, here));
  CHECK_FALSE(beeches.members[1].terms);
  REQUIRE(beeches.my->terms);
  CHECK(beeches.my->terms->can_pay == Money(700));
  const auto arranged = view_of(pool, staff(http::Role::facilitator, here));
  CHECK_FALSE(arranged.members[0].terms);
  REQUIRE(arranged.members[1].terms);
  CHECK(arranged.members[1].terms->can_pay == Money(700));
}

TEST_CASE("minutes said once are for every session") {
  AgreementMember agreed;
  agreed.minutes = {90};
  CHECK(terms_of(agreed, 3).minutes == std::vector<std::int64_t>{90, 90, 90});
  agreed.minutes = {90, 30, 0};
  CHECK(terms_of(agreed, 3).minutes == std::vector<std::int64_t>{90, 30, 0});
}
