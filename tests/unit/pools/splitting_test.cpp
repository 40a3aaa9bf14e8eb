#include "services/pools/splitting.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace cp;
using namespace cp::pools;

namespace {

const Id<"family"> alder("0190a000-0000-7000-8000-00000000000a");
const Id<"family"> beech("0190a000-0000-7000-8000-00000000000b");

Pool pool_of_two() {
  Pool pool;
  for (std::int64_t number = 1; number <= 4; ++number) {
    pool.sessions.push_back({number, Date(std::chrono::year(2026), std::chrono::month(11), std::chrono::day(static_cast<unsigned>(number)))});
  }
  for (const auto& family : {alder, beech}) {
    Member member;
    member.family = family;
    member.children = family == alder ? 1 : 2;
    pool.members.push_back(member);
  }
  return pool;
}

}  // namespace

TEST_CASE("an agreement without terms asks for a split by child, as ever") {
  const auto pool = pool_of_two();
  const auto asked = split_request(pool, whole_pool(pool), Money(9'000), {});
  CHECK(asked.kind == payments::SplitKind::by_child);
  CHECK(asked.sessions == 4);
  CHECK(asked.price_per_session == Money(9'000));
  REQUIRE(asked.members.size() == 2);
  CHECK(asked.members[1].weight == 2);
  CHECK_FALSE(asked.members[1].minutes);
  CHECK_FALSE(asked.members[1].carried);
  CHECK_FALSE(asked.costs);
}

TEST_CASE("terms become what the split is asked for") {
  auto pool = pool_of_two();
  pool.agreement.split = SplitKind::by_weight;
  pool.members[0].terms.weight = 3;
  pool.members[0].terms.carries_to = Money(900);
  pool.members[1].terms.weight = 5;
  pool.members[1].terms.can_pay = Money(800);
  const auto asked = split_request(pool, whole_pool(pool), Money(1'600), {});
  CHECK(asked.members[0].weight == 3);
  CHECK(asked.members[0].carries_to == Money(900));
  CHECK(asked.members[1].weight == 5);
  CHECK(asked.members[1].can_pay == Money(800));
}

TEST_CASE("a family that was away brings along what it was rounded by before, and the others what they were since") {
  const auto pool = pool_of_two();
  const Segment last{{4}, {alder, beech}, 3};
  const std::vector<Share> paid{{alder, 1, Money(50), 500'000'000}, {beech, 1, Money(50), -500'000'000}, {beech, 2, Money(100), 0},
                                {beech, 3, Money(101), 250'000'000}};
  const auto asked = split_request(pool, last, Money(100), paid);
  CHECK(asked.members[0].carried == 500'000'000);
  CHECK(asked.members[1].carried == -250'000'000);
}

TEST_CASE("a later segment takes its own hours, its part of the costs, and the rounding so far") {
  auto pool = pool_of_two();
  pool.agreement.split = SplitKind::by_hours;
  pool.agreement.costs = {{CostKind::insurance, "cover", Money(), Money(1'001)}};
  pool.members[0].terms.minutes = {60, 90, 120, 0};
  pool.members[1].terms.minutes = {60, 60, 60, 60};
  pool.sessions[1].state = SessionState::cancelled;
  const Segment last{{3, 4}, {alder, beech}, 3};
  // The second session was cancelled: nothing was paid for it, so nothing is carried from it.
  const std::vector<Share> paid{{alder, 1, Money(50), 500'000'000}, {beech, 1, Money(50), -500'000'000},
                                {alder, 2, Money(50), 900'000'000}, {beech, 2, Money(50), -900'000'000}};
  const auto asked = split_request(pool, last, Money(100), paid);
  CHECK(asked.sessions == 2);
  CHECK(asked.members[0].minutes == std::vector<std::int64_t>{120, 0});
  CHECK(asked.members[0].carried == 500'000'000);
  CHECK(asked.members[1].carried == -500'000'000);
  REQUIRE(asked.costs);
  CHECK(asked.costs->front().once == Money(501));  // 250, 250, 250 and 251
}
