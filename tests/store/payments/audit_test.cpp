#include "payments/audit/audit_store.hpp"
#include "tests/store/payments/money.hpp"

namespace cp::payments::test {
namespace {

struct Sums {
  Money allocated, held, charged, released, refunded, planned, booked, actual;
};

Sums sums_of(const std::vector<AuditRow>& rows, Stream stream) {
  Sums sums;
  for (const auto& row : rows) {
    if (row.stream != stream) continue;
    sums.allocated += row.allocated;
    sums.held += row.held;
    sums.charged += row.charged;
    sums.released += row.released;
    sums.refunded += row.refunded;
    sums.planned += row.planned;
    sums.booked += row.booked;
    sums.actual += row.actual;
  }
  return sums;
}

TEST_CASE("an authority's audit is what its families' plans say") {
  cp::test::for_each_database(schemas(), [](db::Database& database) {
    World world(database);
    const auto ann = world.family();
    const auto ben = world.family();
    const auto plan = world.plan(ann, {{Stream::short_breaks, 10'000}, {Stream::health, 500}}, 100);
    const auto other = world.plan(ben, {{Stream::short_breaks, 1'000}}, 100);
    const auto pool = world.pool();
    REQUIRE(world.hold(world.hold_request(pool, 1, {{ann, 1, 300}, {ben, 1, 200}, {ann, 2, 300}, {ben, 2, 200}})).has_value());
    REQUIRE(world.charge(pool, 1).has_value());
    REQUIRE(world.refund(RefundRequest{pool, 1, "in part", ann, Money(50)}).has_value());
    REQUIRE(world.release(pool, {2}).has_value());

    const auto ask = [&](const Id<"authority">& authority, Month first, Month last) {
      AuditInput input;
      database.read_now([&](db::Tx& tx) { input = store::audit_input(tx, authority, first, last); });
      return audit(input);
    };
    const auto year = std::chrono::year(2025);
    const auto rows = ask(world.authority, year / 1, std::chrono::year(2026) / 12);
    const auto sums = sums_of(rows, Stream::short_breaks);
    CHECK(sums.allocated == Money(11'000));
    CHECK(sums.planned == Money(11'000));
    CHECK(sums.held == Money(1'000));
    CHECK(sums.charged == Money(500));
    CHECK(sums.released == Money(500));
    CHECK(sums.refunded == Money(50));
    CHECK(sums.booked == Money(450));
    CHECK(sums.actual == Money(450));
    CHECK(sums_of(rows, Stream::health).allocated == Money(500));
    Money left;
    for (const auto& id : {plan, other}) left += world.read(id).streams.front().left;
    for (const auto& row : rows) {
      if (row.month == std::chrono::year(2026) / 12 && row.stream == Stream::short_breaks) CHECK(row.left == left);
      if (row.month == std::chrono::year(2026) / 6 && row.stream == Stream::short_breaks) CHECK(row.actual == Money(450));
    }
    // What was before the first month is in what is left.
    const auto later = ask(world.authority, std::chrono::year(2026) / 6, std::chrono::year(2026) / 6);
    REQUIRE(later.size() == 2);
    CHECK(later.front().stream == Stream::short_breaks);
    CHECK(later.front().left == left);
    CHECK(later.back().left == Money(500));
    CHECK(later.front().allocated == Money());
    CHECK(ask(make_seeded_ids(5)->make<"authority">(now), year / 1, year / 12).empty());
  });
}

}  // namespace
}  // namespace cp::payments::test
