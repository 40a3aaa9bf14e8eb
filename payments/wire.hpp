// What payments look like on the wire.
#pragma once

#include "payments/model.hpp"
#include "payments/splitting/quote_wire.hpp"
#include "payments/splitting/split_wire.hpp"
#include "shared/http/router.hpp"
#include "shared/json/wire.hpp"

#include <optional>
#include <string>
#include <vector>

namespace cp::payments {

/// The most families of a pool times the most sessions of a run.
inline constexpr std::int64_t most_shares = 2'400;

// ---------------------------------------------------------------- plans

/// The most streams and instalments of a plan.
inline constexpr std::int64_t most_instalments = 100;

struct StreamAmount {
  Stream stream = Stream::short_breaks;
  Money amount;
  std::optional<Date> from = {};
};
constexpr auto wire(const StreamAmount*) {
  return json::object("StreamAmount", json::field("stream", &StreamAmount::stream, "Where the money is from."),
                      json::field("amount", &StreamAmount::amount, "How much for the whole plan, or of this instalment.",
                                  json::between(0, 10'000'000'000)),
                      json::field("from", &StreamAmount::from,
                                  "The day from which on this instalment may be spent; left out: from the first day."));
}

struct PlanInput {
  Id<"family"> family;
  std::optional<std::string> child_label;
  Date starts = {};
  Date ends = {};
  std::vector<StreamAmount> streams;
  Holder holder = Holder::managed;
};
constexpr auto wire(const PlanInput*) {
  return json::object(
      "PlanInput", json::field("family", &PlanInput::family, "Whose plan it is."),
      json::field("child_label", &PlanInput::child_label,
                  "Which child it is for, in a word the family knows; no full names.", json::between(0, 40)),
      json::field("starts", &PlanInput::starts, "The first day."),
      json::field("ends", &PlanInput::ends, "The last day."),
      json::field("streams", &PlanInput::streams, "The amounts: each stream once, or once for each instalment.",
                  json::between(1, most_instalments)),
      json::field("holder", &PlanInput::holder, "Who keeps the money."));
}

struct StreamView {
  Stream stream = Stream::short_breaks;
  std::optional<Date> from;
  Money allocated, held, charged, left, returned;
};
constexpr auto wire(const StreamView*) {
  return json::object("StreamView", json::field("stream", &StreamView::stream, "Where the money is from."),
                      json::field("from", &StreamView::from, "The day from which on this instalment may be spent."),
                      json::field("allocated", &StreamView::allocated, "For the whole plan, or of this instalment."),
                      json::field("held", &StreamView::held, "Reserved for sessions to come and for fees."),
                      json::field("charged", &StreamView::charged, "Paid for sessions that took place and for fees."),
                      json::field("left", &StreamView::left, "Neither held, nor charged, nor returned."),
                      json::field("returned", &StreamView::returned, "Carried over or given back when the plan had ended."));
}

struct PlanView {
  Id<"plan"> id;
  Id<"family"> family;
  Id<"authority"> authority;
  std::optional<std::string> child_label;
  PlanState state = PlanState::indicative;
  Date starts = {};
  Date ends = {};
  std::vector<StreamView> streams;
  Holder holder = Holder::managed;
  Money pooled_cap, pooled_used, headroom;
  std::int64_t version = 1;
};
constexpr auto wire(const PlanView*) {
  return json::object(
      "PlanView", json::field("id", &PlanView::id, "The plan."),
      json::field("family", &PlanView::family, "Whose plan it is."),
      json::field("authority", &PlanView::authority, "Who pays."),
      json::field("child_label", &PlanView::child_label, "Which child it is for."),
      json::field("state", &PlanView::state, "Indicative until the authority has agreed it."),
      json::field("starts", &PlanView::starts, "The first day."),
      json::field("ends", &PlanView::ends, "The last day."),
      json::field("streams", &PlanView::streams, "The amounts by stream."),
      json::field("holder", &PlanView::holder, "Who keeps the money."),
      json::field("pooled_cap", &PlanView::pooled_cap, "The most that may be pooled; nothing before it is agreed."),
      json::field("pooled_used", &PlanView::pooled_used, "Held and charged by pools."),
      json::field("headroom", &PlanView::headroom, "What may still be pooled."),
      json::field("version", &PlanView::version, "Also the ETag."));
}

struct NewPermission {
  Money amount;
  std::string reason;
};
constexpr auto wire(const NewPermission*) {
  return json::object("NewPermission",
                      json::field("amount", &NewPermission::amount,
                                  "How much more than the free part may be pooled.",
                                  json::between(1, 10'000'000'000)),
                      json::field("reason", &NewPermission::reason, "Why.", json::between(1, 500)));
}

/// An agreed plan's next version.
struct PlanRevision {
  std::vector<StreamAmount> streams;
  std::optional<Date> ends;
  std::optional<Holder> holder;
  std::string reason;
};
constexpr auto wire(const PlanRevision*) {
  return json::object(
      "PlanRevision",
      json::field("streams", &PlanRevision::streams,
                  "All streams and instalments with their new amounts; one left out becomes nothing.",
                  json::between(1, most_instalments)),
      json::field("ends", &PlanRevision::ends, "The last day, where it changes."),
      json::field("holder", &PlanRevision::holder, "Who keeps the money, where it changes."),
      json::field("reason", &PlanRevision::reason, "Why; the family reads it.", json::between(1, 500)));
}

/// What an agreed plan was at one of its versions.
struct PlanVersionView {
  std::int64_t version = 1;
  Timestamp at = {};
  std::string reason, streams;
};
constexpr auto wire(const PlanVersionView*) {
  return json::object("PlanVersionView", json::field("version", &PlanVersionView::version, "Its number."),
                      json::field("at", &PlanVersionView::at, "From when on."),
                      json::field("reason", &PlanVersionView::reason, "Why; empty for the first."),
                      json::field("streams", &PlanVersionView::streams, "The amounts, in words."));
}

/// The ledger's last operation, signed.
struct LedgerHeadView {
  std::int64_t sequence = 0;
  std::string hash, public_key, signature;
  Timestamp at = {};
};
constexpr auto wire(const LedgerHeadView*) {
  return json::object(
      "LedgerHeadView", json::field("sequence", &LedgerHeadView::sequence, "How many operations there are."),
      json::field("hash", &LedgerHeadView::hash, "SHA-256 of the last one and all before it."),
      json::field("at", &LedgerHeadView::at, "When it was signed."),
      json::field("public_key", &LedgerHeadView::public_key, "Ed25519, in hexadecimal digits."),
      json::field("signature", &LedgerHeadView::signature, "Of sequence, hash and time; docs/ledger.md says how."));
}

struct ClosedPeriod {
  Date through = {};
};
constexpr auto wire(const ClosedPeriod*) {
  return json::object("ClosedPeriod", json::field("through", &ClosedPeriod::through, "The last day that is closed."));
}

/// Undo an operation.
struct NewReversal {
  std::int64_t operation = 0;
  std::string reason;
};
constexpr auto wire(const NewReversal*) {
  return json::object("NewReversal",
                      json::field("operation", &NewReversal::operation, "The number of the operation that is undone.",
                                  json::between(1, std::numeric_limits<std::int64_t>::max())),
                      json::field("reason", &NewReversal::reason, "Why; families read it.", json::between(1, 500)));
}
struct ReversalView {
  std::int64_t operation = 0, undone = 0;
  Date corrected = {};
  Money amount;
};
constexpr auto wire(const ReversalView*) {
  return json::object("ReversalView", json::field("operation", &ReversalView::operation, "The number of the operation that undoes it."),
                      json::field("undone", &ReversalView::undone, "The number of the one that is undone."),
                      json::field("corrected", &ReversalView::corrected, "The day that it counted for."),
                      json::field("amount", &ReversalView::amount, "What it had come to."));
}

struct PlanPath {
  Id<"plan"> plan;
};
constexpr auto wire(const PlanPath*) {
  return json::object("PlanPath", json::field("plan", &PlanPath::plan, "The plan."));
}
struct PlanVersionQuery {
  Id<"plan"> plan;
  std::optional<std::string> after;
  std::optional<std::int64_t> limit;
};
constexpr auto wire(const PlanVersionQuery*) {
  return json::object("PlanVersionQuery", json::field("plan", &PlanVersionQuery::plan, "The plan."),
                      json::field("after", &PlanVersionQuery::after, "From the `next` of the page before."),
                      json::field("limit", &PlanVersionQuery::limit, "Items on a page.", json::between(1, 500)));
}
struct PlanQuery {
  std::optional<Id<"family">> family;
  std::optional<std::string> after;
  std::optional<std::int64_t> limit;
};
constexpr auto wire(const PlanQuery*) {
  return json::object("PlanQuery", json::field("family", &PlanQuery::family, "Only plans of this family."),
                      json::field("after", &PlanQuery::after, "From the `next` of the page before."),
                      json::field("limit", &PlanQuery::limit, "Items on a page.", json::between(1, 500)));
}

// ---------------------------------------------------------------- statements and invoices

struct StatementLine {
  std::int64_t operation = 0;
  Timestamp at = {};
  Date effective = {};
  LineKind kind = LineKind::allocation;
  Id<"plan"> plan;
  std::optional<Id<"pool">> pool;
  std::string pool_title;
  std::optional<std::int64_t> session;
  Stream stream = Stream::short_breaks;
  std::optional<Date> from;
  Money amount;
  Derivation derivation;
};
constexpr auto wire(const StatementLine*) {
  return json::object(
      "StatementLine", json::field("operation", &StatementLine::operation, "The number of the ledger's operation."),
      json::field("at", &StatementLine::at, "When it was written."),
      json::field("effective", &StatementLine::effective, "The day it counts for."),
      json::field("kind", &StatementLine::kind, "What happened."),
      json::field("plan", &StatementLine::plan, "To which plan."),
      json::field("pool", &StatementLine::pool, "For which pool."),
      json::field("pool_title", &StatementLine::pool_title, "What the pool buys."),
      json::field("session", &StatementLine::session, "For which session."),
      json::field("stream", &StatementLine::stream, "Whose money."),
      json::field("from", &StatementLine::from, "Which instalment: the day from which on it may be spent."),
      json::field("amount", &StatementLine::amount, "How much."),
      json::field("derivation", &StatementLine::derivation, "How the amount was worked out, step by step.",
                  json::between(0, most_derivation_lines)));
}

struct StatementTotals {
  Money allocated, held, charged, left, headroom;
};
constexpr auto wire(const StatementTotals*) {
  return json::object("StatementTotals",
                      json::field("allocated", &StatementTotals::allocated, "Of agreed plans."),
                      json::field("held", &StatementTotals::held, "Reserved for sessions to come and for fees."),
                      json::field("charged", &StatementTotals::charged, "Paid for sessions that took place and for fees."),
                      json::field("left", &StatementTotals::left, "Neither held nor charged."),
                      json::field("headroom", &StatementTotals::headroom, "What may still be pooled."));
}

struct StatementView {
  Id<"family"> family;
  std::vector<PlanView> plans;
  std::vector<StatementLine> lines;
  StatementTotals totals;
  LedgerHeadView head;
  std::optional<std::string> next;
};
constexpr auto wire(const StatementView*) {
  return json::object("StatementView", json::field("family", &StatementView::family, "Whose statement it is."),
                      json::field("plans", &StatementView::plans, "The family's plans."),
                      json::field("lines", &StatementView::lines, "Every movement, newest first."),
                      json::field("totals", &StatementView::totals, "Over all agreed plans."),
                      json::field("head", &StatementView::head, "The ledger at most an hour ago, signed."),
                      json::field("next", &StatementView::next, "The address of older lines."));
}

struct StatementQuery {
  std::optional<std::string> after;
  std::optional<std::int64_t> limit;
};
constexpr auto wire(const StatementQuery*) {
  return json::object("StatementQuery",
                      json::field("after", &StatementQuery::after, "From the `next` of the page before."),
                      json::field("limit", &StatementQuery::limit, "Lines on a page.", json::between(1, 500)));
}
struct FamilyStatementQuery {
  Id<"family"> family;
  std::optional<std::string> after;
  std::optional<std::int64_t> limit;
};
constexpr auto wire(const FamilyStatementQuery*) {
  return json::object("FamilyStatementQuery",
                      json::field("family", &FamilyStatementQuery::family, "The family."),
                      json::field("after", &FamilyStatementQuery::after, "From the `next` of the page before."),
                      json::field("limit", &FamilyStatementQuery::limit, "Lines on a page.",
                                  json::between(1, 500)));
}

enum class InvoiceState {
  open,      // something of it is owed and in no payment run
  batched,   // in a run that is not sent
  sent,      // with the bank
  settled,   // paid
  returned,  // it came back, and is owed again
};
constexpr auto names_of(InvoiceState) {
  return names<InvoiceState>({{InvoiceState::open, "open"},
                              {InvoiceState::batched, "batched"},
                              {InvoiceState::sent, "sent"},
                              {InvoiceState::settled, "settled"},
                              {InvoiceState::returned, "returned"}});
}

struct InvoiceLine {
  std::int64_t session = 1;
  Date date = {};
  Money amount;
};
constexpr auto wire(const InvoiceLine*) {
  return json::object("InvoiceLine", json::field("session", &InvoiceLine::session, "The session delivered."),
                      json::field("date", &InvoiceLine::date, "Its day."),
                      json::field("amount", &InvoiceLine::amount, "Negative where it was refunded."));
}
struct InvoiceView {
  Id<"invoice"> id;
  Id<"provider"> provider;
  Id<"pool"> pool;
  std::string pool_title;
  Id<"authority"> authority;
  Month period = {};
  std::vector<InvoiceLine> lines;
  Money total, owed, settled;
  InvoiceState state = InvoiceState::open;
};
constexpr auto wire(const InvoiceView*) {
  return json::object("InvoiceView", json::field("id", &InvoiceView::id, "The invoice."),
                      json::field("provider", &InvoiceView::provider, "Who is paid."),
                      json::field("pool", &InvoiceView::pool, "For which pool."),
                      json::field("pool_title", &InvoiceView::pool_title, "What the pool buys."),
                      json::field("authority", &InvoiceView::authority, "Whose families these are."),
                      json::field("period", &InvoiceView::period, "The month of its sessions."),
                      json::field("lines", &InvoiceView::lines, "A line a session."),
                      json::field("total", &InvoiceView::total, "The sum of the lines."),
                      json::field("owed", &InvoiceView::owed, "What of it is owed and in no payment run."),
                      json::field("settled", &InvoiceView::settled, "What of it the bank has paid."),
                      json::field("state", &InvoiceView::state, "Where it stands."));
}

// ---------------------------------------------------------------- between services

struct TierView {
  std::int64_t from_children = 1;
  Money fixed, per_child, per_hour;
};
constexpr auto wire(const TierView*) {
  return json::object("PaymentTier",
                      json::field("from_children", &TierView::from_children, "For groups from this many on.",
                                  json::between(1, 1'000)),
                      json::field("fixed", &TierView::fixed, "A session.", json::between(0, 100'000'000)),
                      json::field("per_child", &TierView::per_child, "And for each child.",
                                  json::between(0, 100'000'000)),
                      json::field("per_hour", &TierView::per_hour, "And for each hour.",
                                  json::between(0, 100'000'000)));
}
struct PriceRequest {
  std::vector<TierView> tiers;
  std::int64_t minutes_per_session = 60;
  std::int64_t children = 1;
};
constexpr auto wire(const PriceRequest*) {
  return json::object(
      "PriceRequest", json::field("tiers", &PriceRequest::tiers, "The offer's prices.", json::between(1, 100)),
      json::field("minutes_per_session", &PriceRequest::minutes_per_session, "How long a session is.",
                  json::between(1, 1'440)),
      json::field("children", &PriceRequest::children, "In the whole group.", json::between(1, 1'000)));
}
struct PriceResult {
  Money price_per_session;
  std::int64_t tier_from_children = 1;
  std::string text;
};
constexpr auto wire(const PriceResult*) {
  return json::object("PriceResult", json::field("price_per_session", &PriceResult::price_per_session,
                                                 "For the whole group."),
                      json::field("tier_from_children", &PriceResult::tier_from_children, "Which price applies."),
                      json::field("text", &PriceResult::text, "How it was worked out."));
}

struct CheckDates {
  Date first = {};
  Date last = {};
};
constexpr auto wire(const CheckDates*) {
  return json::object("CheckDates", json::field("first", &CheckDates::first, "The first session's day."),
                      json::field("last", &CheckDates::last, "The last session's day."));
}
struct CheckRequest {
  Id<"family"> family;
  std::string category;
  Money amount;
  CheckDates dates;
};
constexpr auto wire(const CheckRequest*) {
  return json::object("CheckRequest", json::field("family", &CheckRequest::family, "Who would pay."),
                      json::field("category", &CheckRequest::category, "The activity type."),
                      json::field("amount", &CheckRequest::amount, "How much.", json::between(0, 10'000'000'000)),
                      json::field("dates", &CheckRequest::dates, "For when."));
}
/// Being short is an answer, not an error: `code` is empty where it fits.
struct CheckResult {
  Money headroom, short_by;
  std::string code, detail;
};
constexpr auto wire(const CheckResult*) {
  return json::object("CheckResult", json::field("headroom", &CheckResult::headroom, "What may still be pooled."),
                      json::field("short_by", &CheckResult::short_by, "Nothing where it fits."),
                      json::field("code", &CheckResult::code, "What a hold would be refused with."),
                      json::field("detail", &CheckResult::detail, "The same in words."));
}

struct HoldShare {
  Id<"family"> family;
  std::int64_t session = 1;
  Date date = {};
  Money amount;
  Derivation derivation;
};
constexpr auto wire(const HoldShare*) {
  return json::object("HoldShare", json::field("family", &HoldShare::family, "Who pays."),
                      json::field("session", &HoldShare::session, "For which session.",
                                  json::between(1, 1'000'000)),
                      json::field("date", &HoldShare::date, "The session's day."),
                      json::field("amount", &HoldShare::amount, "How much.", json::between(0, 10'000'000'000)),
                      json::field("derivation", &HoldShare::derivation, "How it was worked out, step by step.",
                                  json::between(0, most_derivation_lines)));
}
struct HoldRequest {
  Id<"pool"> pool;
  std::string pool_title;
  Id<"provider"> provider;
  Id<"authority"> authority;
  std::string category;
  std::int64_t agreement_version = 1;
  std::int64_t from_session = 1;
  std::vector<HoldShare> shares;
};
constexpr auto wire(const HoldRequest*) {
  return json::object(
      "HoldRequest", json::field("pool", &HoldRequest::pool, "Who holds."),
      json::field("pool_title", &HoldRequest::pool_title, "What the pool buys."),
      json::field("provider", &HoldRequest::provider, "Who will be paid."),
      json::field("authority", &HoldRequest::authority, "Whose families these are."),
      json::field("category", &HoldRequest::category, "The activity type, for the spending rules."),
      json::field("agreement_version", &HoldRequest::agreement_version, "What the members accepted.",
                  json::between(1, 1'000'000)),
      json::field("from_session", &HoldRequest::from_session,
                  "Every unspent hold from this session on is replaced.", json::between(1, 1'000'000)),
      json::field("shares", &HoldRequest::shares, "All shares from that session on.",
                  json::between(0, most_shares)));
}
struct HoldResult {
  Money held;
  Id<"operation"> operation;
};
constexpr auto wire(const HoldResult*) {
  return json::object("HoldResult", json::field("held", &HoldResult::held, "What this request holds."),
                      json::field("operation", &HoldResult::operation, "Its place in the ledger."));
}
struct FamilyAmount {
  Id<"family"> family;
  Money amount;
};
constexpr auto wire(const FamilyAmount*) {
  return json::object("FamilyAmount", json::field("family", &FamilyAmount::family, "Who pays."),
                      json::field("amount", &FamilyAmount::amount, "How much.", json::between(0, 10'000'000'000)));
}
struct ChargeRequest {
  Id<"pool"> pool;
  std::int64_t session = 1;
  std::optional<std::vector<FamilyAmount>> amounts = {};
  std::optional<bool> release_rest = {};
};
constexpr auto wire(const ChargeRequest*) {
  return json::object(
      "ChargeRequest", json::field("pool", &ChargeRequest::pool, "Whose session."),
      json::field("session", &ChargeRequest::session, "The session delivered.", json::between(1, 1'000'000)),
      json::field("amounts", &ChargeRequest::amounts,
                  "What each family pays, where it is not all that is held. More than is held is checked and held first.",
                  json::between(1, 1'000)),
      json::field("release_rest", &ChargeRequest::release_rest,
                  "Whether what is held above `amounts` is released; it stays held otherwise."));
}
struct ChargeResult {
  Money charged;
};
constexpr auto wire(const ChargeResult*) {
  return json::object("ChargeResult", json::field("charged", &ChargeResult::charged, "For all members together."));
}
/// Either `sessions` or `all`.
struct ReleaseRequest {
  Id<"pool"> pool;
  std::optional<std::vector<std::int64_t>> sessions;
  std::optional<bool> all;
};
constexpr auto wire(const ReleaseRequest*) {
  return json::object("ReleaseRequest", json::field("pool", &ReleaseRequest::pool, "Whose holds."),
                      json::field("sessions", &ReleaseRequest::sessions, "Of these sessions."),
                      json::field("all", &ReleaseRequest::all, "Or every unspent hold."));
}
struct ReleaseResult {
  Money released;
};
constexpr auto wire(const ReleaseResult*) {
  return json::object("ReleaseResult", json::field("released", &ReleaseResult::released, "Back to the streams."));
}
struct RefundRequest {
  Id<"pool"> pool;
  std::int64_t session = 1;
  std::string reason;
  std::optional<Id<"family">> family = {};
  std::optional<Money> amount = {};
};
constexpr auto wire(const RefundRequest*) {
  return json::object(
      "RefundRequest", json::field("pool", &RefundRequest::pool, "Whose session."),
      json::field("session", &RefundRequest::session, "The session charged.", json::between(1, 1'000'000)),
      json::field("reason", &RefundRequest::reason, "Why.", json::between(0, 500)),
      json::field("family", &RefundRequest::family, "Whose share, where it is not everybody's."),
      json::field("amount", &RefundRequest::amount, "How much of that share, where it is not all of it.",
                  json::between(1, 10'000'000'000)));
}
struct RefundResult {
  Money refunded;
};
constexpr auto wire(const RefundResult*) {
  return json::object("RefundResult", json::field("refunded", &RefundResult::refunded, "Back to the streams."));
}

struct HeadroomView {
  Id<"family"> family;
  std::vector<Money> headrooms;
};
constexpr auto wire(const HeadroomView*) {
  return json::object("HeadroomView", json::field("family", &HeadroomView::family, "The family."),
                      json::field("headrooms", &HeadroomView::headrooms, "What it may still pool on each category asked for, "
                                                                         "in their order."));
}
struct HeadroomQuery {
  Id<"authority"> authority;
  std::vector<std::string> categories;
  std::optional<Id<"family">> after;
};
constexpr auto wire(const HeadroomQuery*) {
  return json::object("HeadroomQuery", json::field("authority", &HeadroomQuery::authority, "Whose families."),
                      json::field("categories", &HeadroomQuery::categories, "Activity types.", json::between(0, 1'000)),
                      json::field("after", &HeadroomQuery::after, "From the `next` of the answer before."));
}
struct Headrooms {
  std::vector<HeadroomView> items;
  std::optional<Id<"family">> next;
};
constexpr auto wire(const Headrooms*) {
  return json::object("Headrooms", json::field("items", &Headrooms::items, "Families with an agreed plan, by id.", json::between(0, 1'000)),
                      json::field("next", &Headrooms::next, "There are more: ask again with it as `after`."));
}

}  // namespace cp::payments
