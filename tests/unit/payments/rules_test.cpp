#include "payments/rules.hpp"

#include <catch2/catch_test_macros.hpp>

namespace cp::payments {
namespace {

using namespace std::chrono;

const Id<"family"> ann("00000000-0000-7000-8000-00000000000a");
const Id<"family"> ben("00000000-0000-7000-8000-00000000000b");
constexpr Date first_day = year(2026) / 1 / 1;
constexpr Date last_day = year(2026) / 12 / 31;

Plan plan(const Id<"family">& family, int number, std::vector<std::pair<Stream, std::int64_t>> streams,
          std::int64_t free_percent = 100) {
  Plan made;
  made.id = Id<"plan">("00000000-0000-7000-8000-0000000000f" + std::to_string(number));
  made.family = family;
  made.state = PlanState::agreed;
  made.starts = first_day;
  made.ends = last_day;
  made.free_percent = free_percent;
  for (const auto& [stream, pence] : streams) made.streams.push_back({stream, Money(pence), {}, {}, Money(pence)});
  return made;
}

WantedShare want(const Id<"family">& family, std::int64_t session, std::int64_t pence, Date date = year(2026) / 6 / 1) {
  return {family, session, date, Money(pence), {}};
}

std::int64_t extra(const Error& error, std::string_view key) {
  for (const auto& [name, value] : error.extras) {
    if (name == key) return std::get<std::int64_t>(value);
  }
  return -1;
}
std::string family_of(const Error& error) {
  for (const auto& [name, value] : error.extras) {
    if (name == "family") return std::get<std::string>(value);
  }
  return {};
}

TEST_CASE("the cap is the free part and what was permitted, and never above the plan") {
  struct Row {
    std::int64_t total, percent, permitted, cap;
  };
  for (const auto& row : {Row{10'000, 30, 0, 3'000}, Row{9'999, 30, 0, 2'999}, Row{10'000, 0, 500, 500},
                          Row{10'000, 30, 500, 3'500}, Row{10'000, 30, 9'000, 10'000}, Row{3, 33, 0, 0},
                          Row{10'000'000'000, 99, 0, 9'900'000'000}}) {
    auto one = plan(ann, 1, {{Stream::short_breaks, row.total}}, row.percent);
    one.permitted = Money(row.permitted);
    INFO(row.total << " pence at " << row.percent << " percent");
    CHECK(pooled_cap(one) == Money(row.cap));
    CHECK(headroom(one) == Money(row.cap));
    one.state = PlanState::indicative;
    CHECK(pooled_cap(one) == Money());
  }
}

TEST_CASE("a stream's rule for the category comes before its rule for all") {
  auto one = plan(ann, 1, {{Stream::short_breaks, 100}, {Stream::health, 100}, {Stream::own_money, 100}});
  one.rules = {{Stream::health, "*", SpendingRuling::not_allowed},
               {Stream::health, "Sport", SpendingRuling::allowed},
               {Stream::short_breaks, "Sport", SpendingRuling::ask}};
  CHECK(usable_streams(one, "Sport") == std::vector{Stream::health, Stream::own_money});
  CHECK(usable_streams(one, "Music") == std::vector{Stream::short_breaks, Stream::own_money});
  CHECK(headroom_for(one, "Sport") == Money(200));
}

TEST_CASE("a family's own money is under no cap, counts to none, and is used last") {
  auto one = plan(ann, 1, {{Stream::short_breaks, 1'000}, {Stream::education_transport, 50}, {Stream::own_money, 300}}, 30);
  CHECK(allocated(one) == Money(1'050));
  CHECK(pooled_cap(one) == Money(315));
  CHECK(headroom(one) == Money(615));
  CHECK(headroom_for(one, "Sport") == Money(615));
  one.rules = {{Stream::short_breaks, "Music", SpendingRuling::not_allowed}, {Stream::education_transport, "*", SpendingRuling::ask}};
  CHECK(headroom_for(one, "Music") == Money(300));
  one.rules.clear();

  std::vector<Plan> plans{one};
  const auto held = draw(plans, "Sport", {want(ann, 1, 400)});
  REQUIRE(held.has_value());
  REQUIRE(held->front().parts.size() == 2);
  CHECK(held->front().parts[0].amount == Money(315));
  CHECK(held->front().parts[1].stream == Stream::own_money);
  CHECK(held->front().parts[1].amount == Money(85));
  CHECK(plans.front().pooled_used == Money(315));
  CHECK(headroom(plans.front()) == Money(215));
  auto tried = plans;
  const auto refused = draw(tried, "Sport", {want(ann, 2, 216)});
  REQUIRE(refused.has_error());
  CHECK(extra(refused.error(), "short_by_pence") == 1);
  put_back(plans, held->front().parts);
  CHECK(plans.front().pooled_used == Money());
  CHECK(headroom(plans.front()) == Money(615));
}

TEST_CASE("own money is not allocated by a plan") {
  const auto fine = check_plan(plan(ann, 1, {{Stream::short_breaks, 100}}));
  CHECK(fine.has_value());
  const auto refused = check_plan(plan(ann, 1, {{Stream::short_breaks, 100}, {Stream::own_money, 1}}));
  REQUIRE(refused.has_error());
  CHECK(refused.error().fields.front().pointer == "/streams/1/stream");
}

TEST_CASE("shares are taken stream by stream, plan by plan") {
  std::vector<Plan> plans{plan(ann, 2, {{Stream::short_breaks, 1'000}}),
                          plan(ann, 1, {{Stream::social_care, 30}, {Stream::short_breaks, 50}})};
  const auto held = draw(plans, "Sport", {want(ann, 1, 100)});
  REQUIRE(held.has_value());
  const auto& parts = held->front().parts;
  REQUIRE(parts.size() == 3);
  CHECK(parts[0].stream == Stream::short_breaks);
  CHECK(parts[0].amount == Money(50));
  CHECK(parts[1].stream == Stream::social_care);
  CHECK(parts[1].amount == Money(30));
  CHECK(parts[2].amount == Money(20));
  CHECK(parts[0].plan == parts[1].plan);
  CHECK(parts[1].plan < parts[2].plan);
}

TEST_CASE("a family one penny short is told one penny") {
  std::vector<Plan> plans{plan(ann, 1, {{Stream::short_breaks, 10'000}}, 30), plan(ben, 2, {{Stream::short_breaks, 10'000}}, 30)};
  auto enough = plans;
  REQUIRE(draw(enough, "Sport", {want(ann, 1, 1'500), want(ann, 2, 1'500), want(ben, 1, 3'000)}).has_value());
  const auto refused = draw(plans, "Sport", {want(ann, 1, 1'500), want(ann, 2, 1'500), want(ben, 1, 1'500), want(ben, 2, 1'501)});
  REQUIRE(refused.has_error());
  CHECK(refused.error().code == "headroom-exceeded");
  CHECK(refused.error().kind == ErrorKind::conflict);
  CHECK(family_of(refused.error()) == ben.text());
  CHECK(extra(refused.error(), "short_by_pence") == 1);
}

TEST_CASE("why a family cannot pay") {
  std::vector<Plan> none;
  CHECK(draw(none, "Sport", {want(ann, 1, 5)}).error().code == "no-agreed-plan");
  CHECK(extra(draw(none, "Sport", {want(ann, 1, 5), want(ann, 2, 6)}).error(), "short_by_pence") == 11);
  std::vector<Plan> over{plan(ann, 1, {{Stream::short_breaks, 100}})};
  CHECK(draw(over, "Sport", {want(ann, 1, 5, year(2027) / 1 / 1)}).error().code == "no-agreed-plan");
  std::vector<Plan> forbidden{plan(ann, 1, {{Stream::short_breaks, 100}})};
  forbidden.front().rules = {{Stream::short_breaks, "*", SpendingRuling::ask}};
  CHECK(draw(forbidden, "Sport", {want(ann, 1, 5)}).error().code == "spending-not-allowed");
  CHECK(draw(none, "Sport", {want(ann, 1, 0)}).has_value());
}

TEST_CASE("a check says the same as a hold, without refusing") {
  const std::vector<Plan> plans{plan(ann, 1, {{Stream::short_breaks, 10'000}}, 30)};
  const auto fits = check_spending(plans, "Sport", Money(3'000), first_day, last_day);
  CHECK(fits.short_by == Money());
  CHECK(fits.code.empty());
  CHECK(fits.headroom == Money(3'000));
  const auto is_short = check_spending(plans, "Sport", Money(3'001), first_day, last_day);
  CHECK(is_short.short_by == Money(1));
  CHECK(is_short.code == "headroom-exceeded");
  CHECK(check_spending(plans, "Sport", Money(1), first_day, year(2027) / 1 / 1).code == "no-agreed-plan");
}

/// A quarter's money each: at once, in April and in July.
Plan in_quarters() {
  auto one = plan(ann, 1, {{Stream::short_breaks, 100}, {Stream::short_breaks, 100}, {Stream::short_breaks, 100}});
  one.streams[1].from = year(2026) / 4 / 1;
  one.streams[2].from = year(2026) / 7 / 1;
  return one;
}

TEST_CASE("a session is paid from the instalment of its day, and then from what is left of earlier ones") {
  struct Row {
    Date day;
    std::int64_t pence;
    std::vector<std::int64_t> taken;  // by instalment
    std::int64_t short_by;
  };
  for (const auto& row : {Row{year(2026) / 2 / 1, 60, {60, 0, 0}, 0}, Row{year(2026) / 3 / 31, 101, {}, 1},
                          Row{year(2026) / 4 / 1, 60, {0, 60, 0}, 0}, Row{year(2026) / 6 / 30, 150, {50, 100, 0}, 0},
                          Row{year(2026) / 7 / 1, 250, {50, 100, 100}, 0}, Row{year(2026) / 12 / 31, 301, {}, 1}}) {
    INFO(to_text(row.day) << ", " << row.pence << " pence");
    std::vector<Plan> plans{in_quarters()};
    const auto held = draw(plans, "Sport", {want(ann, 1, row.pence, row.day)});
    REQUIRE(held.has_value() == (row.short_by == 0));
    if (!held) {
      CHECK(extra(held.error(), "short_by_pence") == row.short_by);
      continue;
    }
    std::vector<std::int64_t> taken(3, 0);
    for (const auto& part : held->front().parts) {
      taken[!part.from ? 0 : *part.from == year(2026) / 4 / 1 ? 1 : 2] += part.amount.pence();
    }
    CHECK(taken == row.taken);
    put_back(plans, held->front().parts);
    CHECK(left(plans.front()) == Money(300));
  }
}

TEST_CASE("a check counts the instalments that have come by the last day") {
  const std::vector<Plan> plans{in_quarters()};
  CHECK(check_spending(plans, "Sport", Money(), year(2026) / 1 / 1, year(2026) / 3 / 31).headroom == Money(100));
  CHECK(check_spending(plans, "Sport", Money(), year(2026) / 1 / 1, year(2026) / 7 / 1).headroom == Money(300));
  CHECK(headroom(plans.front()) == Money(300));
}

TEST_CASE("what is put back is there again") {
  std::vector<Plan> plans{plan(ann, 1, {{Stream::short_breaks, 100}, {Stream::health, 100}})};
  const auto before = headroom(plans.front());
  const auto held = draw(plans, "Sport", {want(ann, 1, 150)});
  REQUIRE(held.has_value());
  CHECK(headroom(plans.front()) == Money(50));
  put_back(plans, held->front().parts);
  CHECK(headroom(plans.front()) == before);
  CHECK(plans.front().pooled_used == Money());
}

TEST_CASE("wanted shares are each a family's one share of a session") {
  CHECK(check_wanted({want(ann, 1, 5), want(ann, 1, 5)}, 1).error().fields.front().pointer == "/shares");
  CHECK(check_wanted({want(ann, 1, 5)}, 2).error().fields.front().pointer == "/shares/0/session");
  CHECK(check_wanted({want(ben, 2, 5), want(ann, 3, 5)}, 2)->front().family == ann);
}

TEST_CASE("plans that make no sense are refused") {
  auto twice = plan(ann, 1, {{Stream::health, 1}, {Stream::health, 1}});
  CHECK(check_plan(twice).error().fields.front().pointer == "/streams/1/stream");
  auto backwards = plan(ann, 1, {{Stream::health, 1}});
  std::swap(backwards.starts, backwards.ends);
  CHECK(check_plan(backwards).error().fields.front().pointer == "/ends");
  CHECK(may_change(twice).error().code == "plan-agreed");
  CHECK(check_plan(in_quarters()).has_value());
  for (const auto day : {first_day, year(2025) / 12 / 31, year(2027) / 1 / 1}) {
    auto outside = in_quarters();
    outside.streams[2].from = day;
    CHECK(check_plan(outside).error().fields.front().pointer == "/streams/2/from");
  }
  auto same_day = in_quarters();
  same_day.streams[2].from = same_day.streams[1].from;
  CHECK(check_plan(same_day).error().fields.front().pointer == "/streams/2/stream");
}

}  // namespace
}  // namespace cp::payments
