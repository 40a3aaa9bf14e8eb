// Plans, shares, invoices and the ledger's entries in the database: SQL and nothing else.
#pragma once

#include "payments/ledger.hpp"
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
/// Writes everything but the ledger's part, and moves the version on by one.
void update(db::Tx& tx, Plan& plan);
/// The authority's plans of these families, each family's in the order they are used in.
std::vector<Plan> agreed_plans(db::Tx& tx, const Id<"authority">& authority, const Id<"family">& family);
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

// ---------------------------------------------------------------- pools and shares

struct PoolNote {
  Id<"pool"> pool;
  std::string title;
  Id<"provider"> provider;
  Id<"authority"> authority;
};
std::optional<PoolNote> find_pool(db::Tx& tx, const Id<"pool">& pool);
void keep_pool(db::Tx& tx, const PoolNote& note);

void insert(db::Tx& tx, const HeldShare& share);
void set_state(db::Tx& tx, const Id<"share">& share, ShareState state);
/// The pool's shares in this state, by session and family; of one session, or from a session on.
struct ShareFilter {
  Id<"pool"> pool;
  ShareState state = ShareState::held;
  std::int64_t first_session = 1;
  std::int64_t last_session = 1'000'000;
};
std::vector<HeldShare> shares(db::Tx& tx, const ShareFilter& filter);
/// The first of the pool's sessions from `first_session` on that was charged, refunded or not.
std::vector<std::int64_t> spent_sessions(db::Tx& tx, const Id<"pool">& pool, std::int64_t first_session);

// ---------------------------------------------------------------- ledger

/// The balances of the accounts that the legs touch.
Balances balances(db::Tx& tx, const std::vector<Leg>& legs);

struct Head {
  std::int64_t sequence = 0;
  std::string hash;
};
Head head(db::Tx& tx, const Id<"authority">& authority);
/// Appends the operation and its entries, and moves accounts, plans' pooled counters and the head.
void append(db::Tx& tx, const Operation& operation, const std::vector<Entry>& entries, const Balances& after);

/// One command at a time: every operation extends its authority's chain, so that commands of
/// several connections could only collide and be tried again. Has to be the transaction's first
/// statement; SQLite has one writer anyway.
void take_turn(db::Tx& tx);

struct KeptAnswer {
  std::string request;
  std::int64_t status = 200;
  std::string body;
};
std::optional<KeptAnswer> find_command(db::Tx& tx, const std::string& key);
void keep_command(db::Tx& tx, const std::string& key, const KeptAnswer& answer, Timestamp at);

/// One stored operation as it is, for verification.
struct StoredOperation {
  Operation operation;  // legs left empty
  std::int64_t sequence = 0;
  std::int64_t legs = 0;
  std::string previous;
  std::string hash;
};
/// Every operation, by authority and sequence.
void each_operation(db::Tx& tx, const std::function<void(const StoredOperation&)>& visit);
std::vector<Entry> entries_of(db::Tx& tx, const Id<"authority">& authority, std::int64_t sequence);
/// The accounts as they are stored.
Balances all_balances(db::Tx& tx);

// ---------------------------------------------------------------- statements and invoices

struct Line {
  Timestamp at = {};
  OperationKind operation = OperationKind::allocation;
  AccountKind account = AccountKind::available;
  Money amount;
  Id<"plan"> plan;
  Stream stream = Stream::short_breaks;
  std::optional<Id<"pool">> pool;
  std::optional<std::int64_t> session;
  std::string pool_title;
  std::string derivation;
  // The sort key.
  std::string authority;
  std::int64_t sequence = 0;
  std::int64_t leg = 0;
};
struct LineFilter {
  Id<"family"> family;
  std::optional<std::string> before_authority;
  std::int64_t before_sequence = 0;
  std::int64_t before_leg = 0;
  std::int64_t limit = 50;
};
/// What happened to the family's money, newest first.
std::vector<Line> lines(db::Tx& tx, const LineFilter& filter);

struct InvoiceRow {
  Id<"invoice"> id;
  Id<"provider"> provider;
  Id<"pool"> pool;
  std::string pool_title;
  Id<"authority"> authority;
  Timestamp created = {};
};
struct InvoiceLineRow {
  std::int64_t session = 1;
  Date date = {};
  Money amount;
};
/// Adds a line to the pool's invoice, which is made with `new_id` where there is none.
void add_invoice_line(db::Tx& tx, const PoolNote& pool, const Id<"invoice">& new_id, const InvoiceLineRow& line,
                      Timestamp now);
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
