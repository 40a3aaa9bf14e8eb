// A seeded campaign: pools hold, replace, charge, release, refund and lose members in any order,
// and after every step the ledger is whole. A failure prints the seed and the step.
#include "tests/store/payments/money.hpp"

#include <cstdlib>
#include <random>
#include <set>

namespace cp::payments::test {
namespace {

std::uint64_t seed() {
  const char* asked = std::getenv("COMMONPURSE_TEST_SEED");
  return asked ? std::strtoull(asked, nullptr, 10) : 20'261'123;
}

struct Pooled {
  Id<"pool"> id;
  std::vector<Id<"family">> members;
  std::int64_t sessions = 6;
};

class Campaign {
 public:
  Campaign(db::Database& database, std::uint64_t from) : world_(database, from), random_(from) {
    for (int at = 0; at < 6; ++at) {
      const auto family = world_.family();
      families_.push_back(family);
      plans_.push_back(world_.plan(family, {{Stream::short_breaks, pick(0, 3'000)}, {Stream::health, pick(0, 3'000)}},
                                   pick(0, 100)));
      if (at % 3 == 0) plans_.push_back(world_.plan(family, {{Stream::equipment, pick(1, 500)}}, 100));
      if (at % 2 == 0) REQUIRE(world_.own_money(plans_.back(), Way::in, pick(1, 500)).has_value());
    }
    for (int at = 0; at < 4; ++at) {
      Pooled pooled{world_.pool(), families_, pick(1, 6)};
      std::shuffle(pooled.members.begin(), pooled.members.end(), random_);
      pooled.members.resize(static_cast<std::size_t>(pick(2, 5)));
      pools_.push_back(pooled);
    }
  }

  void step() {
    auto& pool = pools_[static_cast<std::size_t>(pick(0, static_cast<std::int64_t>(pools_.size()) - 1))];
    const auto session = pick(1, pool.sessions);
    switch (pick(0, 9)) {
      case 0: case 1: case 2: hold(pool, session); break;
      case 3: leave(pool, session); break;
      case 4: case 5: case 6: count(world_.charge(pool.id, session)); break;
      case 7: count(world_.release(pool.id, {session})); break;
      case 8: count(world_.release_all(pool.id)); break;
      default: count(world_.refund(pool.id, session)); break;
    }
    check();
  }

  int done = 0;
  int refused = 0;

 private:
  std::int64_t pick(std::int64_t least, std::int64_t most) {
    return std::uniform_int_distribution<std::int64_t>(least, most)(random_);
  }

  template <class T>
  void count(const Result<T>& result) {
    if (result) ++done;
    else ++refused;
  }

  void hold(const Pooled& pool, std::int64_t from) {
    std::vector<Wanted> wanted;
    const auto price = pick(0, 400);
    for (auto session = from; session <= pool.sessions; ++session) {
      for (const auto& family : pool.members) wanted.push_back({family, session, price + pick(0, 1)});
    }
    const auto before = held_of(pool);
    const auto held = world_.hold(world_.hold_request(pool.id, from, wanted));
    count(held);
    // Refused means that nothing changed, for anybody.
    if (!held && held_of(pool) != before) FAIL("a refused hold moved money");
    if (!held && held.error().code == "headroom-exceeded") check_shortage(pool, from, wanted, held.error());
  }

  /// The shortage is exact: with that much less it fits that family, with a penny more it does not.
  void check_shortage(const Pooled& pool, std::int64_t from, std::vector<Wanted> wanted, const Error& error) {
    auto by = short_by(error);
    if (by <= 0) FAIL("short by nothing");
    const auto family = short_family(error);
    std::erase_if(wanted, [&](const Wanted& want) { return want.family.text() != family; });
    for (auto& want : wanted) {
      const auto less = std::min(by - 1, want.pence);
      want.pence -= less;
      by -= less;
    }
    const auto refused_again = world_.hold(world_.hold_request(pool.id, from, wanted));
    if (refused_again || short_by(refused_again.error()) != 1) FAIL("a shortage is not exact");
  }

  void leave(Pooled& pool, std::int64_t from) {
    if (pool.members.size() > 2) pool.members.pop_back();
    hold(pool, from);
  }

  std::int64_t held_of(const Pooled&) {
    std::int64_t sum = 0;
    for (const auto& id : plans_) {
      for (const auto& budget : world_.read(id).streams) sum += budget.held.pence();
    }
    return sum;
  }

  void check() {
    for (const auto& id : plans_) {
      const auto plan = world_.read(id);
      Money parts;
      for (const auto& budget : plan.streams) {
        if (budget.left.is_negative() || budget.held.is_negative() || budget.charged.is_negative()) FAIL("below nothing");
        if (budget.left + budget.held + budget.charged != budget.allocated) FAIL("money was lost or made");
        if (is_allocated(budget.stream)) parts += budget.held + budget.charged;
      }
      if (parts != plan.pooled_used) FAIL("the pooled counter is wrong");
      if (plan.pooled_used > pooled_cap(plan)) FAIL("a cap was passed");
    }
    for (const auto& problem : world_.problems()) FAIL(problem);
  }

  World world_;
  std::mt19937_64 random_;
  std::vector<Id<"family">> families_;
  std::vector<Id<"plan">> plans_;
  std::vector<Pooled> pools_;
};

TEST_CASE("whatever pools do, the ledger is whole") {
  const auto from = seed();
  int done = 0;
  int refused = 0;
  for (std::uint64_t world = 0; world < 4; ++world) {
    cp::test::for_each_database(schemas(), [&](db::Database& database) {
      const bool sqlite = database.dialect() == db::Dialect::sqlite;
      if (!sqlite && world > 0) return;
      Campaign campaign(database, from + world);
      for (int step = 0; step < (sqlite ? 150 : 60); ++step) {
        INFO("seed " << from << ", world " << world << ", step " << step);
        campaign.step();
      }
      done += campaign.done;
      refused += campaign.refused;
    });
  }
  // A campaign that is never refused, or always, tests nothing.
  CHECK(done > 10);
  CHECK(refused > 10);
}

}  // namespace
}  // namespace cp::payments::test
