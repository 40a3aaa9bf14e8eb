#include "services/pools/store.hpp"
#include "shared/db/migrations.hpp"
#include "tests/support/databases.hpp"

#include <catch2/catch_test_macros.hpp>

namespace cp {
extern const std::string_view pools_schema;
}

using namespace cp;
using namespace cp::pools;

namespace {

std::string uuid(int number) {
  auto digits = std::to_string(number);
  return "0190a000-0000-7000-8000-" + std::string(12 - digits.size(), '0') + digits;
}

Pool pool_number(int number) {
  Pool pool;
  pool.id = Id<"pool">(uuid(number));
  pool.authority = Id<"authority">(uuid(900));
  pool.purchase.offer = Id<"offer">(uuid(800));
  pool.purchase.run = Id<"run">(uuid(801));
  pool.purchase.provider = Id<"provider">(uuid(802));
  pool.purchase.provider_name = "Sale Harriers' \"Juniors\"";
  pool.purchase.title = "Boccia – beginners";
  pool.purchase.tiers = {{1, Money(4'000), Money(500), Money(0)}, {4, Money(6'000), Money(250), Money(120)}};
  pool.created = from_microseconds(1'000'000 + number);
  pool.reasons = {"Near", "Free on Saturdays"};
  for (int family = 1; family <= 2; ++family) {
    Member member;
    member.family = Id<"family">(uuid(10 * number + family));
    member.known_as = "Family " + std::to_string(family);
    member.children = family;
    pool.members.push_back(member);
  }
  pool.sessions = {{1, *parse_date("2026-11-28")}, {2, *parse_date("2026-12-05")}};
  return pool;
}

void on_each_database(const std::function<void(db::Database&)>& body) {
  test::for_each_database({{"pools", pools_schema}}, body);
}

}  // namespace

TEST_CASE("a pool comes back as it was stored") {
  on_each_database([](db::Database& database) {
    auto pool = pool_number(1);
    database.write_now([&](db::Tx& tx) { store::insert(tx, pool); });
    const auto before = pool;
    pool.state = PoolState::agreement;
    pool.agreement = {1, Money(5'000), 2, 20, 3};
    pool.members[0].state = MemberState::accepted;
    pool.members[0].accepted_version = 1;
    pool.members[0].ceiling = Money(2'000);
    pool.members[1].pays_until = 1;
    pool.sessions[1].state = SessionState::cancelled;
    pool.refusal = Refusal{pool.members[1].family, "headroom-exceeded", "You are 1 p short.", 1};
    database.write_now([&](db::Tx& tx) { CHECK(store::update(tx, before, pool)); });
    database.read_now([&](db::Tx& tx) {
      const auto found = store::find(tx, pool.id);
      REQUIRE(found);
      CHECK(found->version == 2);
      CHECK(found->purchase.title == pool.purchase.title);
      CHECK(found->purchase.provider_name == pool.purchase.provider_name);
      REQUIRE(found->purchase.tiers.size() == 2);
      CHECK(found->purchase.tiers[1].per_hour == Money(120));
      CHECK(found->agreement.ceiling_percent == 20);
      REQUIRE(found->members.size() == 2);
      CHECK(found->members[0].ceiling == Money(2'000));
      CHECK(found->members[1].pays_until == 1);
      CHECK(found->sessions[1].state == SessionState::cancelled);
      CHECK(found->sessions[1].date == pool.sessions[1].date);
      CHECK(found->reasons == pool.reasons);
      REQUIRE(found->refusal);
      CHECK(found->refusal->short_by_pence == 1);
      CHECK_FALSE(store::find(tx, Id<"pool">(uuid(2))));
    });
  });
}

TEST_CASE("an agreement's kind of split, costs and terms come back as they were stored") {
  on_each_database([](db::Database& database) {
    auto pool = pool_number(1);
    database.write_now([&](db::Tx& tx) {
      store::insert(tx, pool);
      const auto fresh = store::find(tx, pool.id);
      CHECK(fresh->agreement.split == SplitKind::by_child);
      CHECK(fresh->agreement.costs.empty());
      CHECK(fresh->members[0].terms.ratio_adults == 1);
    });
    pool.agreement = {1, Money(5'000), 2, 20, 3, SplitKind::by_hours,
                      {{CostKind::insurance, "a shared assistant", Money(), Money(6'000)}, {CostKind::fee, "payroll", Money(150), Money()}}};
    auto& terms = pool.members[0].terms;
    terms.minutes = {60, 90};
    terms.fixed = Money(500);
    terms.ratio_adults = 2;
    pool.members[1].terms.minutes = {0, 45};
    pool.members[1].terms.can_pay = Money(700);
    pool.members[1].terms.carries_to = Money(900);
    pool.members[1].terms.weight = 4;
    const auto store_agreement = [&] {
      database.write_now([&](db::Tx& tx) {
        const auto before = store::find(tx, pool.id);
        REQUIRE(before);
        store::replace_terms(tx, pool);
        REQUIRE(store::update(tx, *before, pool));
      });
    };
    store_agreement();
    database.read_now([&](db::Tx& tx) {
      const auto found = store::find(tx, pool.id);
      CHECK(found->agreement.split == SplitKind::by_hours);
      REQUIRE(found->agreement.costs.size() == 2);
      CHECK(found->agreement.costs[0].kind == CostKind::insurance);
      CHECK(found->agreement.costs[0].once == Money(6'000));
      CHECK(found->agreement.costs[1].label == "payroll");
      CHECK(found->agreement.costs[1].per_session == Money(150));
      CHECK(found->members[0].terms.minutes == std::vector<std::int64_t>{60, 90});
      CHECK(found->members[0].terms.fixed == Money(500));
      CHECK(found->members[0].terms.ratio_adults == 2);
      CHECK_FALSE(found->members[0].terms.weight);
      CHECK(found->members[1].terms.minutes == std::vector<std::int64_t>{0, 45});
      CHECK(found->members[1].terms.can_pay == Money(700));
      CHECK(found->members[1].terms.carries_to == Money(900));
      CHECK(found->members[1].terms.weight == 4);
    });
    pool.agreement.split = SplitKind::equal;
    pool.agreement.costs.clear();
    for (auto& member : pool.members) member.terms = {};
    store_agreement();
    database.read_now([&](db::Tx& tx) {
      const auto found = store::find(tx, pool.id);
      CHECK(found->agreement.split == SplitKind::equal);
      CHECK(found->agreement.costs.empty());
      CHECK(found->members[0].terms.minutes.empty());
      CHECK_FALSE(found->members[1].terms.can_pay);
    });
  });
}

TEST_CASE("a proposed group has one pool, until that is dissolved") {
  on_each_database([](db::Database& database) {
    const Id<"group"> group(uuid(700));
    auto pool = pool_number(1);
    pool.group = group;
    database.write_now([&](db::Tx& tx) {
      CHECK_FALSE(store::of_group(tx, group));
      store::insert(tx, pool);
      CHECK(store::of_group(tx, group) == pool.id);
      CHECK(store::find(tx, pool.id)->group == group);
      const auto before = pool;
      pool.state = PoolState::dissolved;
      REQUIRE(store::update(tx, before, pool));
      CHECK_FALSE(store::of_group(tx, group));
    });
  });
}

TEST_CASE("an older version is not written over a newer one") {
  on_each_database([](db::Database& database) {
    auto first = pool_number(1);
    database.write_now([&](db::Tx& tx) { store::insert(tx, first); });
    const auto before = first;
    auto second = first;
    first.state = PoolState::dissolved;
    second.state = PoolState::agreement;
    database.write_now([&](db::Tx& tx) {
      CHECK(store::update(tx, before, first));
      CHECK_FALSE(store::update(tx, before, second));
      CHECK(store::find(tx, first.id)->state == PoolState::dissolved);
    });
  });
}

TEST_CASE("shares are replaced from a session on") {
  on_each_database([](db::Database& database) {
    const auto pool = pool_number(1);
    const auto a = pool.members[0].family;
    const auto b = pool.members[1].family;
    database.write_now([&](db::Tx& tx) {
      store::insert(tx, pool);
      store::replace_shares(tx, pool.id, 1, {{a, 1, Money(10), 500'000'000}, {b, 1, Money(11), -500'000'000}, {a, 2, Money(12)}, {b, 2, Money(13)}});
      store::replace_shares(tx, pool.id, 2, {{a, 2, Money(25)}});
      const auto shares = store::shares(tx, pool.id);
      REQUIRE(shares.size() == 3);
      CHECK(shares[0].amount == Money(10));
      CHECK(shares[1].amount == Money(11));
      CHECK(shares[1].rounding == -500'000'000);
      CHECK(shares[2].session == 2);
      CHECK(shares[2].amount == Money(25));
    });
  });
}

TEST_CASE("children of pools that hold places are counted, those of other runs and states are not") {
  on_each_database([](db::Database& database) {
    database.write_now([](db::Tx& tx) {
      for (int number = 1; number <= 3; ++number) {
        auto pool = pool_number(number);
        for (auto& member : pool.members) member.state = MemberState::accepted;
        if (number == 3) pool.purchase.run = Id<"run">(uuid(805));
        store::insert(tx, pool);
        if (number == 2) continue;
        const auto before = pool;
        pool.state = PoolState::active;
        REQUIRE(store::update(tx, before, pool));
      }
      const Id<"run"> run(uuid(801));
      CHECK(store::children_in_run(tx, run, {}) == 3);
      CHECK(store::children_in_run(tx, run, Id<"pool">(uuid(1))) == 0);
    });
  });
}

TEST_CASE("lists are of a family, an authority or a provider, newest first, page by page") {
  on_each_database([](db::Database& database) {
    database.write_now([](db::Tx& tx) {
      for (int number = 1; number <= 5; ++number) store::insert(tx, pool_number(number));
      store::Filter filter;
      filter.authority = Id<"authority">(uuid(900));
      filter.limit = 2;
      CHECK(store::list(tx, filter) == std::vector{Id<"pool">(uuid(5)), Id<"pool">(uuid(4))});
      filter.before_created = from_microseconds(1'000'004);
      filter.before_id = Id<"pool">(uuid(4));
      CHECK(store::list(tx, filter) == std::vector{Id<"pool">(uuid(3)), Id<"pool">(uuid(2))});

      store::Filter of_family;
      of_family.family = Id<"family">(uuid(31));
      CHECK(store::list(tx, of_family) == std::vector{Id<"pool">(uuid(3))});
      store::Filter of_state;
      of_state.provider = Id<"provider">(uuid(802));
      of_state.state = PoolState::closed;
      CHECK(store::list(tx, of_state).empty());
    });
  });
}

TEST_CASE("a family is busy while a pool that takes it in is not over") {
  on_each_database([](db::Database& database) {
    database.write_now([](db::Tx& tx) {
      auto pool = pool_number(1);
      pool.members[1].state = MemberState::declined;
      store::insert(tx, pool);
      const auto busy = store::busy_times(tx, pool.authority);
      REQUIRE(busy.size() == 1);
      CHECK(busy[0].family == pool.members[0].family);
      const auto before = pool;
      pool.state = PoolState::dissolved;
      REQUIRE(store::update(tx, before, pool));
      CHECK(store::busy_times(tx, pool.authority).empty());
    });
  });
}
