// Facts are read for ever: those that were written before somebody held what is charged, too.
#include "payments/book/fact_encoding.hpp"

#include <catch2/catch_test_macros.hpp>

namespace cp::payments {
namespace {

const SharePart part{Id<"plan">("a-plan"), Stream::health, std::chrono::year(2026) / 7 / 1, Money(123), Holder::prepaid_card};

TEST_CASE("a charge says who held each part of it") {
  ChargeFact fact;
  fact.pool = Id<"pool">("a-pool");
  fact.taken = {{Id<"share">("a-share"), Id<"family">("a-family"), {part}}};
  const auto bytes = encode(fact);
  const auto read = std::get<ChargeFact>(decode_fact(bytes));
  REQUIRE(read.taken.size() == 1);
  CHECK(read.taken[0].parts.at(0).holder == Holder::prepaid_card);
  CHECK(read.taken[0].parts.at(0).from == part.from);
  CHECK(encode(read) == bytes);
}

TEST_CASE("a fact of the format before is read without holders") {
  std::string bytes;
  FactEncoder to(bytes);
  to.number(2);
  to.number(5);  // a release
  to.id(Id<"pool">("a-pool"));
  to.flag(true);
  to.number(1);
  to.id(Id<"share">("a-share"));
  to.id(Id<"family">("a-family"));
  to.number(1);
  to.id(part.plan);
  to.stream(part.stream, part.from);
  to.money(part.amount);
  const auto read = std::get<ReleaseFact>(decode_fact(bytes));
  CHECK(read.expired);
  REQUIRE(read.released.size() == 1);
  const auto& moved = read.released[0].parts.at(0);
  CHECK(moved.amount == Money(123));
  CHECK(moved.from == part.from);
  CHECK_FALSE(moved.holder.has_value());

  auto newer = bytes;
  newer[0] = 4;
  CHECK_THROWS_AS(decode_fact(newer), ledger::JournalCorrupt);
}

TEST_CASE("what happens to a plan beside pools is read as it was written") {
  Fee fee{Id<"fee">("a-fee"), part.plan, Id<"family">("a-family"), FeeKind::payroll, Id<"provider">("a-bureau"), "agreed", {}};
  fee.parts = {{Stream::health, part.from, Money(5), Money(7)}};
  Plan next;
  next.id = Id<"plan">("next");
  next.state = PlanState::agreed;
  next.streams = {{Stream::health, Money(9)}};
  for (const Fact& fact : {Fact(DepositFact{part.plan, fee.family, Money(-3), "FPI 1"}), Fact(FeeFact{fee}),
                           Fact(FeeMoveFact{fee.id, true, "November", {part}}),
                           Fact(EndingFact{part.plan, fee.family, next, {{Stream::health, part.from, Money(1), Money(2)}}, "by policy"}),
                           Fact(EndingFact{part.plan, fee.family, {}, {}, ""}),
                           Fact(HandOverFact{part.plan, {Stream::health, part.from, Holder::third_party, *part.from}, "wished"})}) {
    const auto bytes = encode(fact);
    const auto read = decode_fact(bytes);
    CHECK(read.index() == fact.index());
    CHECK(encode(read) == bytes);
    CHECK_THROWS_AS(decode_fact(std::string_view(bytes).substr(0, bytes.size() - 1)), ledger::JournalCorrupt);
  }
}

}  // namespace
}  // namespace cp::payments
