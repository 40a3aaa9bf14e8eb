#include "services/pools/rules.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace cp;
using namespace cp::pools;

namespace {

const Id<"family"> alder("0190a000-0000-7000-8000-00000000000a");
const Id<"family"> beech("0190a000-0000-7000-8000-00000000000b");
const Id<"family"> cedar("0190a000-0000-7000-8000-00000000000c");

Date day(unsigned number) {
  return Date(std::chrono::year(2026), std::chrono::month(11), std::chrono::day(number));
}

Member member(const Id<"family">& family, MemberState state = MemberState::invited) {
  Member one;
  one.family = family;
  one.state = state;
  return one;
}

/// Three families, four weekly sessions, an offer for two to six children.
Pool pool_in(PoolState state, MemberState members = MemberState::invited) {
  Pool pool;
  pool.state = state;
  pool.purchase.minimum_children = 2;
  pool.purchase.maximum_children = 6;
  pool.purchase.places = 8;
  pool.members = {member(alder, members), member(beech, members), member(cedar, members)};
  pool.sessions = {{1, day(2)}, {2, day(9)}, {3, day(16)}, {4, day(23)}};
  if (state != PoolState::proposed) pool.agreement = {1, Money(9'000), 1, 25, 2};
  return pool;
}

std::string code(const Result<Done>& result) { return result ? "" : result.error().code; }

}  // namespace

TEST_CASE("an agreement is laid only before a group that fits the offer") {
  struct Row {
    const char* what;
    PoolState state;
    std::int64_t children_each, minimum, notice;
    std::string expected;
  };
  const Row rows[] = {
      {"a proposal that fits", PoolState::proposed, 1, 2, 1, ""},
      {"a second agreement", PoolState::agreement, 1, 3, 0, ""},
      {"a running pool", PoolState::active, 1, 2, 1, "pool-state"},
      {"more children than the offer takes", PoolState::proposed, 3, 2, 1, "group-too-large"},
      {"a minimum above the group", PoolState::proposed, 1, 4, 1, "invalid-fields"},
      {"a minimum below the offer's", PoolState::proposed, 1, 1, 1, "invalid-fields"},
      {"a notice longer than the pool", PoolState::proposed, 1, 2, 5, "invalid-fields"},
  };
  for (const auto& row : rows) {
    INFO(row.what);
    auto pool = pool_in(row.state);
    for (auto& one : pool.members) one.children = row.children_each;
    Agreement terms;
    terms.minimum_children = row.minimum;
    terms.notice_sessions = row.notice;
    CHECK(code(may_agree(pool, terms)) == row.expected);
  }
  auto alone = pool_in(PoolState::proposed);
  alone.members.resize(1);
  CHECK(code(may_agree(alone, {})) == "group-too-small");
  auto late = pool_in(PoolState::proposed);
  late.sessions.clear();
  CHECK(code(may_agree(late, {})) == "no-sessions");
}

TEST_CASE("a ceiling is a percentage above the share, rounded down to a penny") {
  CHECK(ceiling_of(Money(1'000), 25) == Money(1'250));
  CHECK(ceiling_of(Money(333), 10) == Money(366));
  CHECK(ceiling_of(Money(1), 99) == Money(1));
  CHECK(ceiling_of(Money(0), 100) == Money(0));
}

TEST_CASE("a family accepts the version it read, while the pool is in agreement") {
  auto pool = pool_in(PoolState::agreement);
  CHECK(code(may_accept(pool, alder, 1)).empty());
  CHECK(code(may_accept(pool, alder, 2)) == "agreement-changed");
  CHECK(code(may_accept(pool, Id<"family">("0190a000-0000-7000-8000-0000000000ff"), 1)) == "not-found");
  pool.members[0].state = MemberState::declined;
  CHECK(code(may_accept(pool, alder, 1)) == "not-found");

  auto active = pool_in(PoolState::active, MemberState::accepted);
  for (auto& one : active.members) one.accepted_version = 1;
  CHECK(code(may_accept(active, beech, 1)).empty());
  active.members[1].state = MemberState::invited;
  CHECK(code(may_accept(active, beech, 1)) == "pool-state");
}

TEST_CASE("all have accepted when each of those who take part accepted this version") {
  auto pool = pool_in(PoolState::agreement, MemberState::accepted);
  for (auto& one : pool.members) one.accepted_version = 1;
  CHECK(all_accepted(pool));
  pool.members[2].accepted_version = 0;
  CHECK_FALSE(all_accepted(pool));
  pool.members[2].state = MemberState::declined;
  CHECK(all_accepted(pool));
  pool.members.clear();
  CHECK_FALSE(all_accepted(pool));
}

TEST_CASE("a pool takes no more places of a run than other pools left") {
  const auto pool = pool_in(PoolState::agreement);
  CHECK(code(places_left(pool, 5)).empty());
  CHECK(code(places_left(pool, 6)) == "no-places-left");
}

TEST_CASE("saying no makes the pool a proposal again and asks the others anew") {
  auto pool = pool_in(PoolState::agreement, MemberState::accepted);
  for (auto& one : pool.members) one.accepted_version = 1;
  step_back(pool, beech);
  CHECK(pool.state == PoolState::proposed);
  CHECK(pool.members[0].state == MemberState::invited);
  CHECK(pool.members[1].state == MemberState::declined);
  CHECK_FALSE(pool.members[2].accepted_version.has_value());
}

TEST_CASE("notice counts the planned sessions from now, and skips cancelled ones") {
  auto pool = pool_in(PoolState::active, MemberState::accepted);
  CHECK(last_session_of_notice(pool) == 1);
  pool.sessions[0].state = SessionState::delivered;
  CHECK(last_session_of_notice(pool) == 2);
  pool.sessions[1].state = SessionState::cancelled;
  CHECK(last_session_of_notice(pool) == 3);
  pool.agreement.notice_sessions = 0;
  CHECK(last_session_of_notice(pool) == 1);
  pool.sessions[0].state = SessionState::planned;
  CHECK(last_session_of_notice(pool) == 0);
}

TEST_CASE("planned sessions are cut where a notice ends") {
  auto pool = pool_in(PoolState::active, MemberState::accepted);
  pool.sessions[0].state = SessionState::delivered;
  pool.members[1].state = MemberState::leaving;
  pool.members[1].pays_until = 2;
  const auto cut = segments(pool);
  REQUIRE(cut.size() == 2);
  CHECK(cut[0].sessions == std::vector<std::int64_t>{2});
  CHECK(cut[0].payers == std::vector{alder, beech, cedar});
  CHECK(cut[1].sessions == std::vector<std::int64_t>{3, 4});
  CHECK(cut[1].payers == std::vector{alder, cedar});
  CHECK(cut[1].children == 2);

  end_notices(pool);
  CHECK(pool.members[1].state == MemberState::leaving);
  pool.sessions[1].state = SessionState::delivered;
  end_notices(pool);
  CHECK(pool.members[1].state == MemberState::left);
}

TEST_CASE("sessions run on only with enough children and within every ceiling") {
  auto pool = pool_in(PoolState::active, MemberState::accepted);
  for (auto& one : pool.members) one.ceiling = Money(4'500);
  Segment segment{{3, 4}, {alder, cedar}, 2};
  CHECK_FALSE(why_it_cannot_run(pool, segment, {Money(4'500), Money(4'500)}));
  CHECK(why_it_cannot_run(pool, segment, {Money(4'500), Money(4'501)}));
  pool.agreement.minimum_children = 3;
  CHECK(why_it_cannot_run(pool, segment, {Money(1), Money(1)}));
}

TEST_CASE("a session is delivered on its day or later, or cancelled, once") {
  auto pool = pool_in(PoolState::active, MemberState::accepted);
  CHECK(code(may_deliver(pool, 1, day(2))).empty());
  CHECK(code(may_deliver(pool, 1, day(1))) == "session-in-future");
  CHECK(code(may_deliver(pool, 9, day(2))) == "not-found");
  pool.sessions[0].state = SessionState::delivered;
  CHECK(code(may_deliver(pool, 1, day(2))).empty());
  CHECK(code(may_cancel(pool, 1)) == "session-delivered");
  pool.sessions[1].state = SessionState::cancelled;
  CHECK(code(may_cancel(pool, 2)).empty());
  CHECK(code(may_deliver(pool, 2, day(9))) == "session-cancelled");
  pool.state = PoolState::resplitting;
  CHECK(code(may_deliver(pool, 3, day(16))) == "pool-busy");
  CHECK(code(may_cancel(pool, 3)) == "pool-busy");
}

TEST_CASE("nobody leaves and nothing is dissolved while the ledger is being asked") {
  for (const auto state : {PoolState::holding, PoolState::resplitting}) {
    const auto pool = pool_in(state, MemberState::accepted);
    CHECK(code(may_leave(pool, alder)) == "pool-busy");
    CHECK(code(may_dissolve(pool)) == "pool-busy");
  }
  CHECK(code(may_leave(pool_in(PoolState::active, MemberState::accepted), alder)).empty());
  CHECK(code(may_leave(pool_in(PoolState::closed, MemberState::accepted), alder)) == "pool-state");
  CHECK(code(may_dissolve(pool_in(PoolState::dissolved))).empty());
  CHECK(code(may_dissolve(pool_in(PoolState::closed))) == "pool-state");
}

TEST_CASE("the agreement says in words what leaving and a rising share mean") {
  auto pool = pool_in(PoolState::agreement);
  const auto text = agreement_text(pool);
  CHECK(text.find("£90.00") != std::string::npos);
  CHECK(text.find("the next 1 session.") != std::string::npos);
  CHECK(text.find("25%") != std::string::npos);
  pool.agreement.ceiling_percent = 0;
  pool.agreement.notice_sessions = 0;
  CHECK(agreement_text(pool).find("cannot go up") != std::string::npos);
  CHECK(agreement_text(pool).find("pay for no more sessions") != std::string::npos);
}

TEST_CASE("the agreement says in words how the price is shared, and what comes on top of it") {
  auto pool = pool_in(PoolState::agreement);
  CHECK(agreement_text(pool).find("£90.00. Nothing is paid") != std::string::npos);
  pool.agreement.split = SplitKind::by_hours;
  pool.agreement.costs = {{CostKind::insurance, "a shared assistant", Money(), Money(6'000)},
                          {CostKind::fee, "payroll", Money(150), Money()}};
  pool.members[0].terms.fixed = Money(500);
  const auto text = agreement_text(pool);
  CHECK(text.find("£90.00. On top of it come £60.00 in all for a shared assistant, and £1.50 a session for payroll. Each "
                  "family pays for the time its children are there. Some families pay a fixed part") != std::string::npos);
}

TEST_CASE("a kind of split has to know what it needs of every family") {
  auto pool = pool_in(PoolState::agreement);
  CHECK(code(check_terms(pool)).empty());
  pool.agreement.split = SplitKind::by_weight;
  CHECK(code(check_terms(pool)) == "invalid-fields");
  for (auto& member : pool.members) member.terms.weight = 2;
  CHECK(code(check_terms(pool)).empty());
  pool.agreement.split = SplitKind::by_hours;
  CHECK(code(check_terms(pool)) == "invalid-fields");
  for (auto& member : pool.members) member.terms.minutes = {60, 60, 60};
  CHECK(code(check_terms(pool)) == "invalid-fields");
  for (auto& member : pool.members) member.terms.minutes = {60, 60, 60, 0};
  CHECK(code(check_terms(pool)).empty());
  pool.members[2].state = MemberState::declined;
  pool.members[2].terms = {};
  CHECK(code(check_terms(pool)).empty());
}

TEST_CASE("a ceiling is never above what a family can pay, and a fixed part does not rise") {
  Member one;
  one.highest_share = Money(1'000);
  CHECK(ceiling_of(one, 25) == Money(1'250));
  one.terms.can_pay = Money(1'100);
  CHECK(ceiling_of(one, 25) == Money(1'100));
  CHECK(ceiling_of(one, 5) == Money(1'050));
  one.terms.fixed = Money(1'000);
  CHECK(ceiling_of(one, 25) == Money(1'000));
}
