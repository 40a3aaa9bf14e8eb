// Plans, shares, invoices and the ledger's entries in the database: SQL and nothing else.
#pragma once

#include "payments/book/facts.hpp"
#include "payments/model.hpp"
#include "shared/db/database.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace cp::payments::store {

// ---------------------------------------------------------------- plans

void insert(db::Tx& tx, const Plan& plan);
/// The plan with its streams as the ledger has them.
std::optional<Plan> find_plan(db::Tx& tx, const Id<"plan">& id);
/// Writes an indicative plan, and moves its version on by one.
void update(db::Tx& tx, Plan& plan);
/// The authority's agreed plans of the families whose ids are from `first` to `last`, in the order they are used in.
std::vector<Plan> agreed_plans(db::Tx& tx, const Id<"authority">& authority, const Id<"family">& first,
                               const Id<"family">& last);
std::vector<Plan> plans_of_family(db::Tx& tx, const Id<"family">& family);

struct PlanFilter {
  std::optional<Id<"authority">> authority;
  std::optional<Id<"family">> family;
  std::optional<Timestamp> before_created;  // the sort key of the last plan of the page before
  Id<"plan"> before_id;
  std::int64_t limit = 50;
};
/// Newest first.
std::vector<Id<"plan">> list_plans(db::Tx& tx, const PlanFilter& filter);

struct Permission {
  std::string id;
  Id<"plan"> plan;
  Money amount;
  std::string reason;
  Id<"account"> account;
  Timestamp at = {};
};
void keep_permission(db::Tx& tx, const Permission& permission);
/// Families with an agreed plan, by id, after `after`.
std::vector<Id<"family">> families_with_plans(db::Tx& tx, const Id<"authority">& authority,
                                              const Id<"family">& after, std::int64_t limit);

// ---------------------------------------------------------------- what is drawn from the ledger

/// The last operation that was drawn.
struct Position {
  std::int64_t sequence = 0;
  std::string hash;
};
Position position(db::Tx& tx);
void move_position(db::Tx& tx, const Position& to);

void keep_pool(db::Tx& tx, const PoolNote& note);
void insert(db::Tx& tx, const HeldShare& share);
/// What a share holds and was charged, by plan and stream, moves by these amounts; who holds it is as the last charge says.
void move_share(db::Tx& tx, const Id<"share">& share, const SharePart& part, Money held, Money charged);
/// The same for the plan's stream, and for what is pooled of the plan.
void move_stream(db::Tx& tx, const SharePart& part, Money held, Money charged);
void keep(db::Tx& tx, const HandOverFact& fact, std::int64_t sequence, Timestamp at);
/// A plan's holder, and its hand-overs in the order in which they were said.
struct Holders {
  Holder of_plan = Holder::managed;
  std::vector<HandOver> hand_overs;
  std::vector<std::string> reasons;
};
Holders holders_of(db::Tx& tx, const Id<"plan">& plan);
/// What was charged of a month's sessions of a pool, or of a fee in a month, by plan and holder.
struct HeldBy {
  Id<"plan"> plan;
  Id<"family"> family;
  Holder holder = Holder::managed;
  Money amount;
};
std::vector<HeldBy> charged_by_holder(db::Tx& tx, const Id<"pool">& pool, Month month, std::int64_t limit);

/// What leaves an ended plan's stream, its amount.
void give_back(db::Tx& tx, const SharePart& part);
void move_pooled(db::Tx& tx, const Id<"plan">& plan, Money amount);

/// `sequence` is of the operation that agreed it.
void insert(db::Tx& tx, const Fee& fee, const Id<"authority">& authority, std::int64_t sequence, Timestamp at);
/// What is reserved for it and was charged moves by these amounts.
void move_fee(db::Tx& tx, const Id<"fee">& fee, Money reserved, Money charged);
/// Of what this holder held, more of a fee was charged in a month, or less.
void charge_fee(db::Tx& tx, const Id<"fee">& fee, Month month, Holder holder, Money charged);
/// A fee as it stands; its parts are added up in `reserved` and `charged`.
struct FeeRow {
  Fee fee;
  Stream stream = Stream::short_breaks;
  Id<"authority"> authority;
  Timestamp agreed = {};
  Money reserved, charged;
  std::int64_t charges = 0;  // how often it was charged, or a charge was undone
};
std::optional<FeeRow> find_fee(db::Tx& tx, const Id<"fee">& fee);
std::optional<FeeRow> fee_agreed_by(db::Tx& tx, std::int64_t sequence);
/// A plan's fees, oldest first.
std::vector<FeeRow> fees_of(db::Tx& tx, const Id<"plan">& plan, std::int64_t limit);
/// A share and what is held of it now.
struct ShareRow {
  Id<"share"> share;
  Id<"pool"> pool;
  Id<"family"> family;
  std::int64_t session = 1;
  Date date = {};
  Derivation derivation;
  std::vector<SharePart> held;
};
std::optional<ShareRow> find_share(db::Tx& tx, const Id<"share">& share);

/// An agreed plan as its newest version says; its balances stay, and the family's own money.
void keep_terms(db::Tx& tx, const Plan& plan);
void keep_version(db::Tx& tx, const Plan& plan, std::int64_t sequence, Timestamp at, const std::string& reason,
                  const std::string& streams);
struct PlanVersion {
  std::int64_t version = 1;
  Timestamp at = {};
  std::string reason, streams;
};
/// Newest first, at most `limit` before `before`.
std::vector<PlanVersion> plan_versions(db::Tx& tx, const Id<"plan">& plan, std::int64_t before, std::int64_t limit);
/// The operation that made the version before this one of an agreed plan, where there is one.
std::optional<std::int64_t> operation_before(db::Tx& tx, const Id<"plan">& plan, std::int64_t sequence);
/// A family's own money: so much more of it is in the plan, or less.
void pay_in(db::Tx& tx, const Id<"plan">& plan, Money amount);
void add_permitted(db::Tx& tx, const Id<"plan">& plan, Money amount);

// ---------------------------------------------------------------- statements and invoices

/// One movement on a family's statement.
struct Line {
  Id<"family"> family;
  std::int64_t sequence = 0;  // of the ledger's operation
  std::int64_t line = 0;      // of this family in it
  Timestamp at = {};
  Date effective = {};
  LineKind kind = LineKind::allocation;
  Id<"plan"> plan;
  Stream stream = Stream::short_breaks;
  Instalment from;
  Money amount;  // never below nothing, but where a plan was made smaller
  std::optional<Id<"pool">> pool;
  std::optional<std::int64_t> session;
  Derivation derivation;
  std::string pool_title;  // as it is now; not stored with the line
};
void insert(db::Tx& tx, const Line& line);
/// The same with the share's session, and its derivation where the line has none.
void insert_of_share(db::Tx& tx, const Id<"share">& share, const Line& line);
struct LineFilter {
  Id<"family"> family;
  std::optional<std::int64_t> before_sequence;
  std::int64_t before_line = 0;
  std::int64_t limit = 50;
};
/// Lines `l` for which this holds, in this order: `l.family = $1 ORDER BY l.sequence`.
std::vector<Line> lines_where(db::Tx& tx, std::string_view condition, const db::Params& params);
/// What happened to the family's money, newest first.
std::vector<Line> lines(db::Tx& tx, const LineFilter& filter);

struct InvoiceRow {
  Id<"invoice"> id;
  Id<"provider"> provider;
  Id<"pool"> pool;
  std::string pool_title;
  Id<"authority"> authority;
  Month period = {};
  Timestamp created = {};
};
struct InvoiceLineRow {
  std::int64_t session = 1;
  Date date = {};
  Money amount;
};
/// Adds a line to the invoice of the pool and the month, which is made with `new_id` where there is
/// none.
void add_invoice_line(db::Tx& tx, const Id<"pool">& pool, Month period, const Id<"invoice">& new_id,
                      const InvoiceLineRow& line, Timestamp now);
struct InvoiceFilter {
  std::optional<Id<"provider">> provider;
  std::optional<Id<"authority">> authority;
  std::optional<Timestamp> before_created;
  Id<"invoice"> before_id;
  std::int64_t limit = 50;
};
std::vector<InvoiceRow> invoices(db::Tx& tx, const InvoiceFilter& filter);
std::vector<InvoiceLineRow> invoice_lines(db::Tx& tx, const Id<"invoice">& invoice);

}  // namespace cp::payments::store
