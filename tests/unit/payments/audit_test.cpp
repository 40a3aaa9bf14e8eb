#include "payments/audit/audit.hpp"

#include <catch2/catch_test_macros.hpp>

#include <chrono>

namespace cp::payments {
namespace {

using std::chrono::year;

TEST_CASE("a plan is spread over its months to the penny") {
  const Date starts = year(2026) / 1 / 15;
  const Date ends = year(2027) / 3 / 1;
  Money sum;
  Money least(1'000'000), most;
  for (Month month = year(2025) / 1; month <= year(2028) / 12; month += std::chrono::months(1)) {
    const auto planned = planned_for(Money(100'003), starts, ends, month);
    sum += planned;
    if (month < year(2026) / 1 || month > year(2027) / 3) {
      CHECK(planned == Money());
    } else {
      least = std::min(least, planned);
      most = std::max(most, planned);
    }
  }
  CHECK(sum == Money(100'003));
  CHECK(most - least <= Money(1));
  CHECK(planned_for(Money(7), starts, starts, year(2026) / 1) == Money(7));
}

TEST_CASE("an audit adds up by stream and month") {
  AuditInput input;
  input.first = year(2026) / 2;
  input.last = year(2026) / 3;
  const auto stream = Stream::short_breaks;
  input.movements = {{stream, std::nullopt, LineKind::allocation, Money(1'000)},
                     {stream, std::nullopt, LineKind::hold, Money(300)},
                     {stream, year(2026) / 2, LineKind::charge, Money(100)},
                     {stream, year(2026) / 2, LineKind::release, Money(150)},
                     {stream, year(2026) / 3, LineKind::refund, Money(40)},
                     {stream, year(2026) / 3, LineKind::allocation, Money(-10)},
                     {Stream::health, year(2026) / 3, LineKind::allocation, Money(5)},
                     {Stream::own_money, std::nullopt, LineKind::paid_in, Money(70)},
                     {Stream::own_money, year(2026) / 2, LineKind::paid_back, Money(30)},
                     {Stream::own_money, year(2026) / 3, LineKind::paid_in, Money(4)}};
  input.bookings = {{stream, year(2026) / 2, Money(50), Money(60)}};
  input.plans = {{year(2026) / 1 / 1, year(2026) / 12 / 31, stream, Money(1'200)}};
  const auto rows = audit(input);
  REQUIRE(rows.size() == 5);
  CHECK(rows[0].month == year(2026) / 2);
  CHECK(rows[0].left == Money(850));
  CHECK(rows[0].charged == Money(100));
  CHECK(rows[0].planned == Money(100));
  CHECK(rows[0].booked == Money(110));
  CHECK(rows[0].actual == Money(60));
  CHECK(rows[1].stream == Stream::own_money);
  CHECK(rows[1].paid_in == Money(-30));
  CHECK(rows[1].left == Money(40));
  CHECK(rows[2].left == Money(880));
  CHECK(rows[2].refunded == Money(40));
  CHECK(rows[2].allocated == Money(-10));
  CHECK(rows[3].stream == Stream::health);
  CHECK(rows[3].left == Money(5));
  CHECK(rows[4].paid_in == Money(4));
  CHECK(rows[4].left == Money(44));
  const auto csv = audit_csv(rows);
  CHECK(csv.find("2026-03,short_breaks,-0.10,0.00,0.00,0.00,0.00,0.00,0.00,0.00,0.40,8.80,1.00,0.00,0.00\r\n") != std::string::npos);
}

}  // namespace
}  // namespace cp::payments
