// What a split looks like between services.
#pragma once

#include "payments/splitting/split.hpp"
#include "shared/json/wire.hpp"

#include <optional>
#include <string>
#include <vector>

namespace cp::payments {

struct RatioView {
  std::int64_t adults = 1, children = 1;
};
constexpr auto wire(const RatioView*) {
  return json::object(
      "SupportRatio", json::field("adults", &RatioView::adults, "So many adults", json::between(1, most_ratio)),
      json::field("children", &RatioView::children, "for so many children.", json::between(1, most_ratio)));
}

struct SplitMember {
  Id<"family"> family;
  std::int64_t weight = 1;
  std::optional<RatioView> ratio = {};
  std::optional<std::vector<std::int64_t>> minutes = {};
  std::optional<Money> fixed = {}, can_pay = {}, headroom = {}, carries_to = {};
  std::optional<std::int64_t> carried = {};
};
constexpr auto wire(const SplitMember*) {
  return json::object(
      "SplitMember", json::field("family", &SplitMember::family, "Who pays."),
      json::field("weight", &SplitMember::weight,
                  "How many of its children take part; by weight: what was agreed.", json::between(1, most_weight)),
      json::field("ratio", &SplitMember::ratio, "By support ratio: what its children need; 1:1 otherwise."),
      json::field("minutes", &SplitMember::minutes, "By hours: minutes of all its children, session by session.",
                  json::between(0, most_split_sessions)),
      json::field("fixed", &SplitMember::fixed, "It pays this a session, and the others split the rest.",
                  json::between(0, most_price.pence())),
      json::field("can_pay", &SplitMember::can_pay, "The most it can pay for a session.",
                  json::between(0, most_price.pence())),
      json::field("headroom", &SplitMember::headroom, "The most it can pay for all sessions.",
                  json::between(0, most_price.pence())),
      json::field("carries_to", &SplitMember::carries_to,
                  "It agreed to pay up to this a session so that nobody has to drop out.",
                  json::between(0, most_price.pence())),
      json::field("carried", &SplitMember::carried, "What an earlier split answered.",
                  json::between(-most_carried, most_carried)));
}

struct CostView {
  CostKind kind = CostKind::fee;
  std::string label;
  std::optional<Money> per_session = {}, once = {};
};
constexpr auto wire(const CostView*) {
  return json::object("SplitCost", json::field("kind", &CostView::kind, "What it is."),
                      json::field("label", &CostView::label, "What it is for.", json::between(1, 80)),
                      json::field("per_session", &CostView::per_session, "In every session.",
                                  json::between(0, 100'000'000)),
                      json::field("once", &CostView::once, "Once, spread over all sessions.",
                                  json::between(0, 100'000'000)));
}

/// As before there were kinds: by child.
struct SplitRequest {
  Money price_per_session;
  std::int64_t sessions = 1;
  std::optional<std::int64_t> first_session = 1;
  std::vector<SplitMember> members;
  std::optional<SplitKind> kind;
  std::optional<std::vector<Money>> prices;
  std::optional<std::vector<CostView>> costs;
};
constexpr auto wire(const SplitRequest*) {
  return json::object(
      "SplitRequest",
      json::field("price_per_session", &SplitRequest::price_per_session, "For the whole group.",
                  json::between(0, most_price.pence())),
      json::field("sessions", &SplitRequest::sessions, "How many.", json::between(0, most_split_sessions)),
      json::field("first_session", &SplitRequest::first_session, "The number of the first one; 1 otherwise.",
                  json::between(1, 1'000'000)),
      json::field("members", &SplitRequest::members, "Who pays.", json::between(1, most_split_members)),
      json::field("kind", &SplitRequest::kind, "What a part is measured by; by child otherwise."),
      json::field("prices", &SplitRequest::prices, "A price for each session, where they differ.",
                  json::between(0, most_split_sessions)),
      json::field("costs", &SplitRequest::costs, "Fees and insurance, on top of the price.", json::between(0, 20)));
}
SplitTerms terms_of(const SplitRequest& request);

struct ShareView {
  Id<"family"> family;
  std::int64_t session = 1;
  Money amount;
  std::int64_t rounding = 0;
};
constexpr auto wire(const ShareView*) {
  return json::object("PaymentShareView", json::field("family", &ShareView::family, "Who pays."),
                      json::field("session", &ShareView::session, "For which session."),
                      json::field("amount", &ShareView::amount, "How much."),
                      json::field("rounding", &ShareView::rounding,
                                  "How far above the exact share, in billionths of a penny; below zero: below it. A "
                                  "family's own, added up over sessions that took place, is what it carries into "
                                  "the next split."));
}
/// The steps of an amount's derivation, at most: those of a price with all its costs, and of a share.
inline constexpr std::int64_t most_derivation_lines = 40;
constexpr auto wire(const DerivationLine*) {
  return json::object("DerivationLine",
                      json::field("what", &DerivationLine::what,
                                  "Which step: price, fee, insurance, other, group-price, fixed-parts, share, fixed, "
                                  "limited, carried, rounding, total, from-session or note.",
                                  json::between(1, 40)),
                      json::field("text", &DerivationLine::text, "The step in words."),
                      json::field("amount", &DerivationLine::amount, "The amount it comes to, where it has one."));
}
/// A derivation as one text in a table, and back; a plain text from before is one step.
std::string text_of(const Derivation& derivation);
Derivation derivation_of(const std::string& text);

struct MemberShareView {
  Id<"family"> family;
  Money highest_share, total;
  Derivation derivation;
  std::int64_t carried = 0;
};
constexpr auto wire(const MemberShareView*) {
  return json::object("MemberShareView", json::field("family", &MemberShareView::family, "Who pays."),
                      json::field("highest_share", &MemberShareView::highest_share, "Of one session."),
                      json::field("total", &MemberShareView::total, "Of all sessions."),
                      json::field("derivation", &MemberShareView::derivation, "How it was worked out, step by step.",
                                  json::between(0, most_derivation_lines)),
                      json::field("carried", &MemberShareView::carried,
                                  "Paid above the exact share so far, in billionths of a penny: for the next split."));
}
struct SplitResult {
  std::vector<ShareView> shares;
  std::vector<MemberShareView> members;
  Derivation price;
};
constexpr auto wire(const SplitResult*) {
  return json::object("SplitResult",
                      json::field("shares", &SplitResult::shares, "By session, then by family.",
                                  json::between(0, most_split_sessions* most_split_members)),
                      json::field("members", &SplitResult::members, "By family."),
                      json::field("price", &SplitResult::price, "What there was to split, step by step."));
}
SplitResult view_of(const Split& split);

}  // namespace cp::payments
