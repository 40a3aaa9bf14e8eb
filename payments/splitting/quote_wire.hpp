// What the calculator looks like on the wire.
#pragma once

#include "payments/splitting/quote.hpp"
#include "shared/json/wire.hpp"

#include <optional>
#include <string>
#include <vector>

namespace cp::payments {

struct Quote {
  Id<"offer"> offer;
  std::optional<Id<"run">> run;
  std::int64_t children = 1;
  std::optional<std::int64_t> sessions;
  std::optional<std::vector<std::int64_t>> group_sizes;
  std::optional<std::int64_t> minimum_children, ceiling_percent;
};
constexpr auto wire(const Quote*) {
  return json::object(
      "Quote", json::field("offer", &Quote::offer, "What to buy."),
      json::field("run", &Quote::run, "Which of its runs; the first one otherwise."),
      json::field("children", &Quote::children, "How many of my children take part.", json::between(1, 8)),
      json::field("sessions", &Quote::sessions, "How many sessions; all of the run otherwise.",
                  json::between(1, 60)),
      json::field("group_sizes", &Quote::group_sizes,
                  "Children in the whole group, mine included; every size the offer takes otherwise.",
                  json::between(0, 100)),
      json::field("minimum_children", &Quote::minimum_children,
                  "With fewer children than this the pool would close; the offer's smallest group otherwise.",
                  json::between(1, 1'000)),
      json::field("ceiling_percent", &Quote::ceiling_percent,
                  "How far I would let my share rise if somebody leaves.", json::between(0, 100)));
}

struct QuoteAlone {
  bool available = false;
  std::optional<Money> per_session, total, per_month, plan_year;
  std::optional<std::string> why_not;
};
constexpr auto wire(const QuoteAlone*) {
  return json::object("QuoteAlone", json::field("available", &QuoteAlone::available, "Whether I can buy it alone."),
                      json::field("per_session", &QuoteAlone::per_session, "What a session costs me alone."),
                      json::field("total", &QuoteAlone::total, "What all sessions cost me alone."),
                      json::field("per_month", &QuoteAlone::per_month, "In the month with most sessions."),
                      json::field("plan_year", &QuoteAlone::plan_year,
                                  "Until my plan ends; for twelve months where I have none."),
                      json::field("why_not", &QuoteAlone::why_not, "Why I cannot buy it alone."));
}

struct QuoteOneLeaves {
  std::int64_t children = 1;
  bool stands = false;
  std::optional<Money> share_after, rise;
  std::optional<std::int64_t> needs_percent;
  std::optional<Money> ceiling;
  std::optional<bool> inside_ceiling;
  std::string text;
};
constexpr auto wire(const QuoteOneLeaves*) {
  return json::object(
      "QuoteOneLeaves", json::field("children", &QuoteOneLeaves::children, "Children who are left, mine included."),
      json::field("stands", &QuoteOneLeaves::stands, "Whether the group may go on."),
      json::field("share_after", &QuoteOneLeaves::share_after, "The most a session then costs me."),
      json::field("rise", &QuoteOneLeaves::rise, "How much more that is; negative: less."),
      json::field("needs_percent", &QuoteOneLeaves::needs_percent, "The least ceiling under which it goes on."),
      json::field("ceiling", &QuoteOneLeaves::ceiling, "The most I would let a session cost, where I said."),
      json::field("inside_ceiling", &QuoteOneLeaves::inside_ceiling, "Whether my share stays within it."),
      json::field("text", &QuoteOneLeaves::text, "The same in words."));
}

struct QuotePool {
  std::int64_t children = 2;
  std::optional<std::int64_t> families;
  Money per_session_group, my_share_per_session, my_total;
  std::optional<Money> my_month, my_plan_year, saving;
  std::int64_t tier_from_children = 1;
  std::optional<bool> affordable;
  std::optional<Money> left_after, left_for_other_things;
  QuoteOneLeaves one_leaves;
};
constexpr auto wire(const QuotePool*) {
  return json::object(
      "QuotePool", json::field("children", &QuotePool::children, "Children in the whole group."),
      json::field("families", &QuotePool::families, "How many families, if each of the others brings one child."),
      json::field("per_session_group", &QuotePool::per_session_group, "What a session costs the group."),
      json::field("my_share_per_session", &QuotePool::my_share_per_session,
                  "The most a session costs me; a penny less in some where it does not divide."),
      json::field("my_total", &QuotePool::my_total, "The most all sessions cost me."),
      json::field("my_month", &QuotePool::my_month, "The most in the month with most sessions."),
      json::field("my_plan_year", &QuotePool::my_plan_year,
                  "The most until my plan ends; for twelve months where I have none."),
      json::field("saving", &QuotePool::saving, "Against buying alone, where that is possible; negative: dearer."),
      json::field("tier_from_children", &QuotePool::tier_from_children, "Which of the offer's prices applies."),
      json::field("affordable", &QuotePool::affordable, "Whether my plan has the headroom; for a parent signed in."),
      json::field("left_after", &QuotePool::left_after, "My headroom after it."),
      json::field("left_for_other_things", &QuotePool::left_for_other_things,
                  "What would be left of my plan for other things."),
      json::field("one_leaves", &QuotePool::one_leaves, "What happens if a family with one child leaves."));
}

struct QuoteView {
  std::int64_t sessions = 1;
  QuoteAlone alone;
  std::vector<QuotePool> pools;
  std::optional<std::int64_t> smallest_saving_size, largest_saving_size, largest_group_that_saves;
  std::optional<std::int64_t> most_sessions_a_month, sessions_in_plan_year;
  std::vector<std::string> derivation;
};
constexpr auto wire(const QuoteView*) {
  return json::object(
      "QuoteView", json::field("sessions", &QuoteView::sessions, "How many sessions this is for."),
      json::field("alone", &QuoteView::alone, "Without a pool."),
      json::field("pools", &QuoteView::pools, "By size of the group."),
      json::field("smallest_saving_size", &QuoteView::smallest_saving_size,
                  "The smallest group in which it costs me less than alone."),
      json::field("largest_saving_size", &QuoteView::largest_saving_size,
                  "The group in which I save most; the smallest of these."),
      json::field("largest_group_that_saves", &QuoteView::largest_group_that_saves,
                  "The largest group in which it still costs me less than alone."),
      json::field("most_sessions_a_month", &QuoteView::most_sessions_a_month, "What a month is reckoned with."),
      json::field("sessions_in_plan_year", &QuoteView::sessions_in_plan_year, "What a plan year is reckoned with."),
      json::field("derivation", &QuoteView::derivation, "How it was worked out."));
}
QuoteView view_of(const Calculation& found, std::int64_t sessions);

}  // namespace cp::payments
