// What happens to an agreed plan beside pools: a family's own money, fees, holders, its end.
#include "payments/audit/audit_store.hpp"
#include "payments/reversal_api.hpp"
#include "tests/store/payments/money.hpp"

namespace cp::payments::test {
namespace {

void on_each(const std::function<void(World&)>& body) {
  cp::test::for_each_database(schemas(), [&](db::Database& database) {
    World world(database);
    body(world);
    CHECK(world.problems() == std::vector<std::string>());
    world.restart();
    CHECK(world.problems() == std::vector<std::string>());
  });
}

StreamBudget stream_of(World& world, const Id<"plan">& plan, Stream stream) {
  for (const auto& budget : world.read(plan).streams) {
    if (budget.stream == stream) return budget;
  }
  return {};
}

std::vector<LineKind> kinds(World& world, const Id<"family">& family) {
  std::vector<LineKind> found;
  world.database().read_now([&](db::Tx& tx) {
    store::LineFilter filter;
    filter.family = family;
    for (const auto& line : store::lines(tx, filter)) found.push_back(line.kind);
  });
  return found;
}

std::map<Holder, Money> charged_by_holder(World& world, const Id<"pool">& billed, Month month) {
  std::map<Holder, Money> by;
  world.database().read_now([&](db::Tx& tx) {
    for (const auto& one : store::charged_by_holder(tx, billed, month, 10)) by[one.holder] += one.amount;
  });
  return by;
}

/// Undoes an operation, by how many before the last one it was.
Result<ledger::Reply> undo_last(World& world, std::uint64_t before = 0) {
  Result<ReversalOrder> order = not_found("");
  const auto undone = world.journal()->head().sequence - before;
  world.database().read_now([&](db::Tx& tx) { order = reversal_order(tx, *world.journal(), undone, "It was wrong."); });
  Reverse command(world.treasury().book(), world.authority, std::move(*order));
  return world.run(command, {}, "undo " + std::to_string(undone));
}

TEST_CASE("own money is paid in, spent in a pool beyond the cap, and given back") {
  on_each([](World& world) {
    const auto family = world.family();
    const auto plan = world.plan(family, {{Stream::short_breaks, 1'000}}, 30);
    const auto pool = world.pool();
    CHECK(world.own_money(plan, Way::back, 1).error().code == "own-money-spent");
    CHECK(world.own_money(plan, Way::in, 0).error().code == "invalid-fields");
    REQUIRE(world.own_money(plan, Way::in, 500, "transfer-1").has_value());
    CHECK(world.own_money(plan, Way::in, 500, "transfer-1")->again);
    CHECK(headroom(world.read(plan)) == Money(800));

    const auto refused = world.hold(world.hold_request(pool, 1, {{family, 1, 801}}));
    REQUIRE(refused.has_error());
    CHECK(short_by(refused.error()) == 1);
    REQUIRE(world.hold(world.hold_request(pool, 1, {{family, 1, 200}, {family, 2, 550}})).has_value());
    CHECK(world.read(plan).pooled_used == Money(300));
    CHECK(stream_of(world, plan, Stream::own_money).held == Money(450));
    REQUIRE(world.charge(pool, 1).has_value());

    // What a pool holds of it cannot be given back before it is released.
    const auto held = world.own_money(plan, Way::back, 51);
    REQUIRE(held.has_error());
    CHECK(held.error().code == "own-money-spent");
    CHECK(short_by(held.error()) == 1);
    REQUIRE(world.charge(pool, 2).has_value());
    REQUIRE(world.refund(RefundRequest{pool, 2, "rained off", family, Money(550)}).has_value());
    CHECK(stream_of(world, plan, Stream::own_money).left == Money(500));
    REQUIRE(world.own_money(plan, Way::back, 500).has_value());
    CHECK(headroom(world.read(plan)) == Money(100));
    CHECK(kinds(world, family).front() == LineKind::paid_back);
  });
}

TEST_CASE("a plan's new version keeps what the family has paid in") {
  on_each([](World& world) {
    const auto family = world.family();
    const auto plan = world.plan(family, {{Stream::short_breaks, 1'000}}, 100);
    REQUIRE(world.own_money(plan, Way::in, 70).has_value());
    auto terms = world.read(plan);
    ++terms.version;
    terms.streams = {{Stream::health, Money(400)}};
    RevisePlan revise(world.treasury().book(), terms, "reviewed");
    REQUIRE(world.run(revise, {}, "revise").has_value());
    CHECK(stream_of(world, plan, Stream::own_money).left == Money(70));
    CHECK(allocated(world.read(plan)) == Money(400));

    ++terms.version;
    terms.streams.push_back({Stream::own_money, Money(5)});
    RevisePlan wrong(world.treasury().book(), terms, "reviewed");
    CHECK(world.run(wrong, {}, "wrong").error().code == "invalid-fields");
  });
}

TEST_CASE("the audit has own money in a column of its own, and not among what was planned") {
  on_each([](World& world) {
    const auto family = world.family();
    const auto plan = world.plan(family, {{Stream::short_breaks, 1'000}}, 100);
    REQUIRE(world.own_money(plan, Way::in, 500).has_value());
    REQUIRE(world.own_money(plan, Way::back, 120).has_value());
    AuditInput input;
    const auto year = std::chrono::year(2025);
    world.database().read_now([&](db::Tx& tx) {
      input = store::audit_input(tx, world.authority, year / 11, year / 11);
    });
    for (const auto& row : audit(input)) {
      if (row.stream != Stream::own_money) continue;
      CHECK(row.paid_in == Money(380));
      CHECK(row.left == Money(380));
      CHECK(row.planned == Money());
      return;
    }
    FAIL("the audit has no own money");
  });
}

TEST_CASE("a fee is reserved when it is agreed, charged bit by bit, and the rest goes back") {
  on_each([](World& world) {
    const auto family = world.family();
    const auto payee = world.provider;
    const Date july = std::chrono::year(2026) / 7 / 1;
    const auto plan = world.plan_of(family, {{Stream::short_breaks, Money(1'000)}, {Stream::short_breaks, Money(500), {}, {}, {}, july}}, 30);
    const auto short_of = world.agree_fee(plan, payee, Stream::short_breaks, 1'501);
    REQUIRE(short_of.has_error());
    CHECK(short_of.error().code == "stream-short");
    CHECK(short_by(short_of.error()) == 1);
    CHECK(world.agree_fee(plan, payee, Stream::health, 1).error().code == "stream-short");

    // The first instalment first; nothing of it counts as pooled.
    const auto fee = world.agree_fee(plan, payee, Stream::short_breaks, 1'200);
    REQUIRE(fee.has_value());
    CHECK(stream_of(world, plan, Stream::short_breaks).left == Money());
    CHECK(left(world.read(plan)) == Money(300));
    CHECK(world.read(plan).pooled_used == Money());
    CHECK(pooled_cap(world.read(plan)) == Money(450));
    CHECK(world.problems() == std::vector<std::string>());

    const auto above = world.move_fee(*fee, 1'201);
    REQUIRE(above.has_error());
    CHECK(above.error().code == "fee-above-reserved");
    REQUIRE(world.move_fee(*fee, 1'100).has_value());
    CHECK(stream_of(world, plan, Stream::short_breaks).charged == Money(1'000));
    CHECK(world.problems() == std::vector<std::string>());
    CHECK(world.move_fee(*fee, std::nullopt)->amount == Money(100));
    CHECK(left(world.read(plan)) == Money(400));
    CHECK(world.move_fee(*fee, 1).error().code == "fee-above-reserved");
    CHECK(world.move_fee(Id<"fee">("none"), 1).error().code == "fee-not-agreed");
    CHECK(kinds(world, family).front() == LineKind::fee_release);
  });
}

TEST_CASE("a plan is not made smaller than what its fees have reserved") {
  on_each([](World& world) {
    const auto plan = world.plan(world.family(), {{Stream::short_breaks, 1'000}}, 100);
    REQUIRE(world.agree_fee(plan, world.provider, Stream::short_breaks, 600).has_value());
    auto terms = world.read(plan);
    ++terms.version;
    terms.streams = {{Stream::short_breaks, Money(599)}};
    RevisePlan revise(world.treasury().book(), terms, "cut");
    const auto refused = world.run(revise, {}, "cut");
    REQUIRE(refused.has_error());
    CHECK(refused.error().code == "plan-overdrawn");
    CHECK(refused.error().fields.at(0).detail.find("payroll fee by £0.01") != std::string::npos);
  });
}

TEST_CASE("a fee that was charged by mistake is undone, and so is its release") {
  on_each([](World& world) {
    const auto family = world.family();
    const auto plan = world.plan(family, {{Stream::short_breaks, 1'000}}, 100);
    const auto fee = world.agree_fee(plan, world.provider, Stream::short_breaks, 600);
    REQUIRE(fee.has_value());
    REQUIRE(world.move_fee(*fee, 250).has_value());
    REQUIRE(undo_last(world).has_value());
    CHECK(stream_of(world, plan, Stream::short_breaks).held == Money(600));
    CHECK(stream_of(world, plan, Stream::short_breaks).charged == Money());
    CHECK(world.problems() == std::vector<std::string>());
    REQUIRE(world.move_fee(*fee, std::nullopt).has_value());
    REQUIRE(undo_last(world).has_value());
    CHECK(stream_of(world, plan, Stream::short_breaks).held == Money(600));
    CHECK(kinds(world, family).front() == LineKind::fee);
  });
}

TEST_CASE("what is charged of a fee says who held it, until it is undone") {
  on_each([](World& world) {
    const auto family = world.family();
    const auto plan = world.plan_of(family, {{Stream::short_breaks, Money(1'000)}}, 100, {}, std::chrono::year(2025) / 1 / 1);
    const auto fee = world.agree_fee(plan, world.provider, Stream::short_breaks, 600);
    REQUIRE(fee.has_value());
    const Date today = day_of(now);
    HandOverPlan command(world.treasury().book(), world.read(plan), {Stream::short_breaks, {}, Holder::prepaid_card, today}, "as wished");
    REQUIRE(world.run(command, {}, "card").has_value());
    const auto charged = [&] { return charged_by_holder(world, billed_as(*fee), today.year() / today.month()); };
    REQUIRE(world.move_fee(*fee, 250).has_value());
    REQUIRE(world.move_fee(*fee, 50).has_value());
    CHECK(charged() == std::map<Holder, Money>{{Holder::prepaid_card, Money(300)}});
    REQUIRE(undo_last(world).has_value());
    CHECK(charged() == std::map<Holder, Money>{{Holder::prepaid_card, Money(250)}});
  });
}

TEST_CASE("what a pool charges says who held it on the session's day") {
  on_each([](World& world) {
    const auto family = world.family();
    const auto plan = world.plan(family, {{Stream::short_breaks, 1'000}, {Stream::health, 1'000}}, 100);
    const auto hand_over = [&](Stream stream, Holder holder, Date from, Instalment instalment = {}) {
      HandOverPlan command(world.treasury().book(), world.read(plan), {stream, instalment, holder, from}, "as wished");
      const auto done = world.run(command, {}, std::string(name(holder)) + to_text(from));
      return done ? std::string() : done.error().fields.at(0).pointer;
    };
    const Date before = std::chrono::year(2026) / 5 / 31, after = std::chrono::year(2026) / 6 / 2;
    CHECK(hand_over(Stream::equipment, Holder::prepaid_card, before) == "/stream");
    CHECK(hand_over(Stream::health, Holder::prepaid_card, before, after) == "/instalment");
    CHECK(hand_over(Stream::health, Holder::prepaid_card, std::chrono::year(2027) / 1 / 1) == "/from");
    CHECK(hand_over(Stream::short_breaks, Holder::direct_payment, before).empty());
    CHECK(hand_over(Stream::health, Holder::third_party, after).empty());

    const auto pool = world.pool();
    REQUIRE(world.hold(world.hold_request(pool, 1, {{family, 1, 1'200}, {family, 2, 100}})).has_value());
    REQUIRE(world.charge(pool, 1).has_value());
    const auto charged = [&] { return charged_by_holder(world, pool, std::chrono::year(2026) / 6); };
    // The plan is managed; its short breaks were handed over the day before, its health money is only the day after.
    CHECK(charged() == std::map<Holder, Money>{{Holder::direct_payment, Money(1'000)}, {Holder::managed, Money(200)}});
    // What is said later changes nothing that was charged.
    CHECK(hand_over(Stream::health, Holder::prepaid_card, before).empty());
    world.restart();
    REQUIRE(world.charge(pool, 2).has_value());
    CHECK(charged() == std::map<Holder, Money>{{Holder::direct_payment, Money(1'000)}, {Holder::managed, Money(200)},
                                               {Holder::prepaid_card, Money(100)}});
    REQUIRE(world.refund(RefundRequest{pool, 1, "rained off", family, Money(1'200)}).has_value());
    CHECK(charged() == std::map<Holder, Money>{{Holder::prepaid_card, Money(100)}});
  });
}

/// A plan that ended three weeks ago, and the one after it.
struct TwoYears {
  explicit TwoYears(World& its_world, std::vector<StreamBudget> streams)
      : world(its_world), family(world.family()),
        plan(world.plan_of(family, std::move(streams), 30, {}, std::chrono::year(2025) / 1 / 1, std::chrono::year(2025) / 10 / 31)),
        next(world.plan_of(family, {{Stream::health, Money(1'000)}}, 30, {}, std::chrono::year(2025) / 11 / 1)) {}

  Result<ledger::Reply> end(std::optional<Id<"plan">> into, CarryPolicy policy, std::string key = {}) {
    EndPlan command(world.treasury().book(), world.read(plan), std::move(into), policy);
    return world.run(command, std::move(key), plan.text());
  }
  void hold(const Id<"pool">& pool, std::int64_t pence) {
    auto request = world.hold_request(pool, 1, {{family, 1, pence}});
    request.shares.front().date = std::chrono::year(2025) / 10 / 20;
    REQUIRE(world.hold(request).has_value());
  }

  World& world;
  Id<"family"> family;
  Id<"plan"> plan, next;
};

TEST_CASE("a plan that is over carries over what the policy lets, and gives back the rest") {
  on_each([](World& world) {
    TwoYears years(world, {{Stream::short_breaks, Money(1'001)}, {Stream::health, Money(500)}});
    REQUIRE(world.own_money(years.plan, Way::in, 70).has_value());
    const auto pool = world.pool();
    years.hold(pool, 200);

    const auto held = years.end(years.next, {10, {}});
    REQUIRE(held.has_error());
    CHECK(held.error().code == "plan-still-held");
    CHECK(held.error().detail.find("Climbing (" + pool.text() + ") £2.00") != std::string::npos);
    REQUIRE(world.charge(pool, 1).has_value());

    // Of £10.01 ten per cent are £1.00, of £5.00 they are 50p.
    REQUIRE(years.end(years.next, {10, {}}, "end").has_value());
    CHECK(years.end(years.next, {10, {}}, "end")->again);
    CHECK(left(world.read(years.plan)) == Money());
    CHECK(stream_of(world, years.plan, Stream::short_breaks).returned == Money(801));
    CHECK(stream_of(world, years.next, Stream::short_breaks).left == Money(100));
    CHECK(stream_of(world, years.next, Stream::health).left == Money(1'050));
    CHECK(stream_of(world, years.next, Stream::own_money).left == Money(70));
    CHECK(pooled_cap(world.read(years.next)) == Money(345));
    CHECK(world.read(years.next).version == 2);
    CHECK(years.end(years.next, {10, {}}).error().code == "nothing-left");
    CHECK(world.problems() == std::vector<std::string>());

    // What is refunded later goes back: as much as could be was carried over before.
    REQUIRE(world.refund(RefundRequest{pool, 1, "closed early", years.family, Money(50)}).has_value());
    REQUIRE(years.end(years.next, {10, {}}).has_value());
    CHECK(stream_of(world, years.plan, Stream::short_breaks).returned == Money(851));
    CHECK(stream_of(world, years.next, Stream::short_breaks).left == Money(100));
    CHECK(kinds(world, years.family).front() == LineKind::returned);
  });
}

TEST_CASE("without a next plan all goes back, own money to the family") {
  on_each([](World& world) {
    TwoYears years(world, {{Stream::short_breaks, Money(1'000)}});
    REQUIRE(world.own_money(years.plan, Way::in, 70).has_value());
    REQUIRE(years.end({}, {100, {}}).has_value());
    CHECK(left(world.read(years.plan)) == Money());
    CHECK(stream_of(world, years.plan, Stream::short_breaks).returned == Money(1'000));
    const auto found = kinds(world, years.family);
    CHECK(std::count(found.begin(), found.end(), LineKind::paid_back) == 1);
    CHECK(std::count(found.begin(), found.end(), LineKind::returned) == 1);
    CHECK(std::count(found.begin(), found.end(), LineKind::carried_over) == 0);
  });
}

TEST_CASE("a plan is not ended before its last day, while a fee is reserved, or into another family's plan") {
  on_each([](World& world) {
    TwoYears years(world, {{Stream::short_breaks, Money(1'000)}});
    EndPlan early(world.treasury().book(), world.read(years.next), {}, {100, {}});
    CHECK(world.run(early, {}, "early").error().code == "plan-not-over");
    const auto other = world.plan(world.family(), {{Stream::health, 100}}, 30);
    CHECK(years.end(other, {100, {}}).error().code == "invalid-fields");
    CHECK(years.end(years.plan, {100, {}}).error().code == "invalid-fields");
    const auto fee = world.agree_fee(years.plan, world.provider, Stream::short_breaks, 600);
    REQUIRE(fee.has_value());
    const auto reserved = years.end(years.next, {100, {}});
    REQUIRE(reserved.has_error());
    CHECK(reserved.error().detail.find("payroll fee £6.00") != std::string::npos);
    REQUIRE(world.move_fee(*fee, std::nullopt).has_value());
    REQUIRE(years.end(years.next, {100, Money(400)}).has_value());
    CHECK(stream_of(world, years.next, Stream::short_breaks).left == Money(400));
  });
}

TEST_CASE("the next plan is changed and put right after money was carried into it") {
  on_each([](World& world) {
    TwoYears years(world, {{Stream::short_breaks, Money(1'000)}});
    REQUIRE(years.end(years.next, {50, {}}).has_value());
    auto terms = world.read(years.next);
    ++terms.version;
    terms.streams = {{Stream::health, Money(10)}, {Stream::short_breaks, Money(500)}};
    RevisePlan revise(world.treasury().book(), terms, "cut by mistake");
    REQUIRE(world.run(revise, {}, "cut").has_value());
    REQUIRE(undo_last(world).has_value());
    CHECK(stream_of(world, years.next, Stream::health).left == Money(1'000));
    CHECK(stream_of(world, years.next, Stream::short_breaks).left == Money(500));
  });
}

TEST_CASE("a deposit of own money is undone while it is there") {
  on_each([](World& world) {
    const auto family = world.family();
    const auto plan = world.plan(family, {{Stream::short_breaks, 1'000}}, 30);
    REQUIRE(world.own_money(plan, Way::in, 500, "right").has_value());
    REQUIRE(world.own_money(plan, Way::in, 300, "of another family").has_value());
    REQUIRE(undo_last(world).has_value());
    CHECK(stream_of(world, plan, Stream::own_money).left == Money(500));
    CHECK(kinds(world, family).front() == LineKind::paid_back);
    REQUIRE(world.own_money(plan, Way::back, 200).has_value());
    REQUIRE(undo_last(world).has_value());
    CHECK(stream_of(world, plan, Stream::own_money).left == Money(500));
    CHECK(undo_last(world, 1).error().code == "already-reversed");
    REQUIRE(world.own_money(plan, Way::back, 400).has_value());
    const auto spent = undo_last(world, 6);  // the 500 of which 100 are left
    REQUIRE(spent.has_error());
    CHECK(spent.error().code == "changed-since");
  });
}

TEST_CASE("a plan's end is undone until the plan that it was carried into changes") {
  on_each([](World& world) {
    TwoYears years(world, {{Stream::short_breaks, Money(1'000)}});
    REQUIRE(world.own_money(years.plan, Way::in, 70).has_value());
    const auto before = world.read(years.next);
    REQUIRE(years.end(years.next, {40, {}}).has_value());
    CHECK(stream_of(world, years.next, Stream::short_breaks).left == Money(400));
    REQUIRE(undo_last(world).has_value());
    CHECK(stream_of(world, years.plan, Stream::short_breaks).left == Money(1'000));
    CHECK(stream_of(world, years.plan, Stream::short_breaks).returned == Money());
    CHECK(stream_of(world, years.plan, Stream::own_money).left == Money(70));
    CHECK(left(world.read(years.next)) == left(before));
    CHECK(allocated(world.read(years.next)) == allocated(before));
    CHECK(world.read(years.next).version == before.version + 2);
    CHECK(world.problems() == std::vector<std::string>());

    // What was carried does not count against what may be carried any more.
    REQUIRE(years.end(years.next, {40, {}}).has_value());
    CHECK(stream_of(world, years.next, Stream::short_breaks).left == Money(400));
    CHECK(stream_of(world, years.next, Stream::own_money).left == Money(70));
    Permit permit(world.treasury().book(), world.read(years.next), Money(100), "asked for");
    REQUIRE(world.run(permit, {}, "permit").has_value());
    CHECK(undo_last(world, 1).error().code == "changed-since");
  });
}

TEST_CASE("a plan's end that gave all back is undone") {
  on_each([](World& world) {
    TwoYears years(world, {{Stream::short_breaks, Money(1'000)}});
    REQUIRE(years.end({}, {100, {}}).has_value());
    REQUIRE(undo_last(world).has_value());
    CHECK(stream_of(world, years.plan, Stream::short_breaks).left == Money(1'000));
    CHECK(kinds(world, years.family).front() == LineKind::allocation);
  });
}

}  // namespace
}  // namespace cp::payments::test
