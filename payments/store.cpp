#include "payments/store.hpp"

#include <algorithm>

namespace cp::payments::store {
namespace {

constexpr std::string_view plan_columns =
    "id, authority, family, child_label, state, holder, starts, ends, free_percent, permitted, pooled_used, "
    "created, version";

Plan read_plan(const db::Row& row) {
  Plan plan;
  plan.id = row.id<"plan">(0);
  plan.authority = row.id<"authority">(1);
  plan.family = row.id<"family">(2);
  plan.child_label = row.maybe(3, &db::Row::string);
  plan.state = row.named<PlanState>(4);
  plan.holder = row.named<Holder>(5);
  plan.starts = row.date(6);
  plan.ends = row.date(7);
  plan.free_percent = row.integer(8);
  plan.permitted = row.money(9);
  plan.pooled_used = row.money(10);
  plan.created = row.timestamp(11);
  plan.version = row.integer(12);
  return plan;
}

/// Streams with what the accounts hold of them, and the rules.
void complete(db::Tx& tx, Plan& plan) {
  plan.streams = tx.all(
      "SELECT s.stream, s.amount, "
      "(SELECT CAST(COALESCE(SUM(a.balance), 0) AS BIGINT) FROM payments_accounts a "
      " WHERE a.plan = s.plan AND a.stream = s.stream AND a.kind = 'held'), "
      "(SELECT CAST(COALESCE(SUM(a.balance), 0) AS BIGINT) FROM payments_accounts a "
      " WHERE a.plan = s.plan AND a.stream = s.stream AND a.kind = 'available') "
      "FROM payments_plan_streams s WHERE s.plan = $1",
      {plan.id}, [&](const db::Row& row) {
        StreamBudget budget;
        budget.stream = row.named<Stream>(0);
        budget.allocated = row.money(1);
        budget.held = row.money(2);
        budget.left = plan.state == PlanState::agreed ? row.money(3) : budget.allocated;
        budget.charged = budget.allocated - budget.held - budget.left;
        return budget;
      });
  std::sort(plan.streams.begin(), plan.streams.end(),
            [](const StreamBudget& a, const StreamBudget& b) { return a.stream < b.stream; });
  plan.rules = tx.all("SELECT stream, category, ruling FROM payments_plan_rules WHERE plan = $1 "
                      "ORDER BY stream, category",
                      {plan.id}, [](const db::Row& row) {
                        return SpendingRule{row.named<Stream>(0), row.string(1), row.named<SpendingRuling>(2)};
                      });
}

void put_parts(db::Tx& tx, const Plan& plan) {
  for (const auto& budget : plan.streams) {
    tx.execute("INSERT INTO payments_plan_streams (plan, stream, amount) VALUES ($1, $2, $3)",
               {plan.id, budget.stream, budget.allocated});
  }
  for (const auto& rule : plan.rules) {
    tx.execute("INSERT INTO payments_plan_rules (plan, stream, category, ruling) VALUES ($1, $2, $3, $4) "
               "ON CONFLICT (plan, stream, category) DO NOTHING",
               {plan.id, rule.stream, rule.category, rule.ruling});
  }
}

std::vector<Plan> plans_where(db::Tx& tx, std::string_view condition, std::initializer_list<db::Param> params) {
  auto plans = tx.all("SELECT " + std::string(plan_columns) + " FROM payments_plans WHERE " +
                          std::string(condition) + " ORDER BY starts, id",
                      params, read_plan);
  for (auto& plan : plans) complete(tx, plan);
  return plans;
}

template <Name K>
std::optional<Id<K>> maybe_id(const db::Row& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return row.id<K>(column);
}

/// Numbers parameters as conditions are added.
class Conditions {
 public:
  std::string bind(db::Param value) {
    params_.push_back(value);
    return std::string("$").append(std::to_string(params_.size()));
  }
  [[nodiscard]] db::Params params() const { return params_; }

 private:
  std::vector<db::Param> params_;
};

}  // namespace

// ---------------------------------------------------------------- plans

void insert(db::Tx& tx, const Plan& plan) {
  tx.execute(
      "INSERT INTO payments_plans (id, authority, family, child_label, state, holder, starts, ends, "
      "free_percent, permitted, pooled_used, created, version) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, $11, $12)",
      {plan.id, plan.authority, plan.family, plan.child_label, plan.state, plan.holder, to_text(plan.starts),
       to_text(plan.ends), plan.free_percent, plan.permitted, plan.created, plan.version});
  put_parts(tx, plan);
}

std::optional<Plan> find_plan(db::Tx& tx, const Id<"plan">& id) {
  auto plan = tx.one("SELECT " + std::string(plan_columns) + " FROM payments_plans WHERE id = $1", {id}, read_plan);
  if (plan) complete(tx, *plan);
  return plan;
}

void update(db::Tx& tx, Plan& plan) {
  tx.execute(
      "UPDATE payments_plans SET child_label = $2, state = $3, holder = $4, starts = $5, ends = $6, "
      "free_percent = $7, permitted = $8, version = $9 WHERE id = $1",
      {plan.id, plan.child_label, plan.state, plan.holder, to_text(plan.starts), to_text(plan.ends),
       plan.free_percent, plan.permitted, plan.version + 1});
  tx.execute("DELETE FROM payments_plan_streams WHERE plan = $1", {plan.id});
  tx.execute("DELETE FROM payments_plan_rules WHERE plan = $1", {plan.id});
  put_parts(tx, plan);
  ++plan.version;
}

std::vector<Plan> agreed_plans(db::Tx& tx, const Id<"authority">& authority, const Id<"family">& family) {
  return plans_where(tx, "authority = $1 AND family = $2 AND state = 'agreed'", {authority, family});
}

std::vector<Plan> plans_of_family(db::Tx& tx, const Id<"family">& family) {
  return plans_where(tx, "family = $1", {family});
}

std::vector<Id<"plan">> list_plans(db::Tx& tx, const PlanFilter& filter) {
  Conditions bound;
  std::string sql = "SELECT id FROM payments_plans WHERE 1 = 1";
  if (filter.authority) sql += " AND authority = " + bound.bind(*filter.authority);
  if (filter.family) sql += " AND family = " + bound.bind(*filter.family);
  if (filter.before_created) {
    const auto created = bound.bind(*filter.before_created);
    sql += " AND (created, id) < (" + created + ", " + bound.bind(filter.before_id) + ")";
  }
  sql += " ORDER BY created DESC, id DESC LIMIT " + bound.bind(filter.limit);
  return tx.all_of(sql, bound.params(), [](const db::Row& row) { return row.id<"plan">(0); });
}

void keep_permission(db::Tx& tx, const Permission& permission) {
  tx.execute("INSERT INTO payments_permissions (id, plan, amount, reason, account, at) VALUES ($1, $2, $3, $4, $5, $6)",
             {permission.id, permission.plan, permission.amount, permission.reason, permission.account,
              permission.at});
}

std::vector<Id<"family">> families_with_plans(db::Tx& tx, const Id<"authority">& authority,
                                              const Id<"family">& after, std::int64_t limit) {
  return tx.all("SELECT DISTINCT family FROM payments_plans WHERE authority = $1 AND state = 'agreed' "
                "AND family > $2 ORDER BY family LIMIT $3",
                {authority, after, limit}, [](const db::Row& row) { return row.id<"family">(0); });
}

// ---------------------------------------------------------------- pools and shares

std::optional<PoolNote> find_pool(db::Tx& tx, const Id<"pool">& pool) {
  return tx.one("SELECT pool, title, provider, authority FROM payments_pools WHERE pool = $1", {pool},
                [](const db::Row& row) {
                  return PoolNote{row.id<"pool">(0), row.string(1), row.id<"provider">(2), row.id<"authority">(3)};
                });
}

void keep_pool(db::Tx& tx, const PoolNote& note) {
  tx.execute("INSERT INTO payments_pools (pool, title, provider, authority) VALUES ($1, $2, $3, $4) "
             "ON CONFLICT (pool) DO UPDATE SET title = excluded.title",
             {note.pool, note.title, note.provider, note.authority});
}

void insert(db::Tx& tx, const HeldShare& share) {
  tx.execute("INSERT INTO payments_shares (id, pool, family, session, date, amount, state, derivation) "
             "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
             {share.id, share.pool, share.family, share.session, to_text(share.date), share.amount, share.state,
              share.derivation});
  for (const auto& part : share.parts) {
    tx.execute("INSERT INTO payments_share_parts (share, plan, stream, amount) VALUES ($1, $2, $3, $4)",
               {share.id, part.plan, part.stream, part.amount});
  }
}

void set_state(db::Tx& tx, const Id<"share">& share, ShareState state) {
  tx.execute("UPDATE payments_shares SET state = $2 WHERE id = $1", {share, state});
}

std::vector<HeldShare> shares(db::Tx& tx, const ShareFilter& filter) {
  std::vector<HeldShare> found;
  tx.run(
      "SELECT s.id, s.pool, s.family, s.session, s.date, s.amount, s.state, s.derivation, p.plan, p.stream, "
      "p.amount FROM payments_shares s LEFT JOIN payments_share_parts p ON p.share = s.id "
      "WHERE s.pool = $1 AND s.state = $2 AND s.session >= $3 AND s.session <= $4 "
      "ORDER BY s.session, s.family, s.id, p.plan, p.stream",
      std::initializer_list<db::Param>{filter.pool, filter.state, filter.first_session, filter.last_session},
      [&](const db::Row& row) {
        auto id = row.id<"share">(0);
        if (found.empty() || found.back().id != id) {
          HeldShare share;
          share.id = std::move(id);
          share.pool = row.id<"pool">(1);
          share.family = row.id<"family">(2);
          share.session = row.integer(3);
          share.date = row.date(4);
          share.amount = row.money(5);
          share.state = row.named<ShareState>(6);
          share.derivation = row.string(7);
          found.push_back(std::move(share));
        }
        // A share of nothing has no parts.
        if (!row.is_null(8)) {
          found.back().parts.push_back({row.id<"plan">(8), row.named<Stream>(9), row.money(10)});
        }
      });
  return found;
}

std::vector<std::int64_t> spent_sessions(db::Tx& tx, const Id<"pool">& pool, std::int64_t first_session) {
  return tx.all("SELECT DISTINCT session FROM payments_shares WHERE pool = $1 AND session >= $2 "
                "AND state IN ('charged', 'refunded') ORDER BY session",
                {pool, first_session}, [](const db::Row& row) { return row.integer(0); });
}

// ---------------------------------------------------------------- ledger

Balances balances(db::Tx& tx, const std::vector<Leg>& legs) {
  Balances found;
  std::vector<std::string_view> asked;
  for (const auto& leg : legs) asked.push_back(leg.account);
  std::sort(asked.begin(), asked.end());
  asked.erase(std::unique(asked.begin(), asked.end()), asked.end());
  for (const auto account : asked) {
    const auto balance = tx.one("SELECT kind, balance, version FROM payments_accounts WHERE account = $1", {account},
                                [](const db::Row& row) {
                                  return Balance{row.named<AccountKind>(0), row.money(1), row.integer(2)};
                                });
    if (balance) found.emplace(std::string(account), *balance);
  }
  return found;
}

Head head(db::Tx& tx, const Id<"authority">& authority) {
  const auto found = tx.one("SELECT sequence, hash FROM payments_heads WHERE authority = $1", {authority},
                            [](const db::Row& row) { return Head{row.integer(0), row.string(1)}; });
  return found.value_or(Head{0, first_hash()});
}

namespace {

void append_entry(db::Tx& tx, const Operation& operation, std::int64_t sequence, std::int64_t number,
                  const Entry& entry) {
  const auto& leg = entry.leg;
  tx.execute(
      "INSERT INTO payments_entries (authority, sequence, leg, account, kind, amount, balance, version, plan, "
      "family, stream, pool, session, share) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
      {operation.authority, sequence, number, leg.account, leg.kind, leg.amount, entry.balance, entry.version,
       leg.plan, leg.family, leg.stream, leg.pool, leg.session, leg.share});
}

/// Each touched account once, with its last balance.
void put_balances(db::Tx& tx, const std::vector<Entry>& entries, const Balances& after) {
  Balances left = after;
  for (const auto& entry : entries) {
    const auto found = left.find(entry.leg.account);
    if (found == left.end()) continue;
    const auto& leg = entry.leg;
    tx.execute(
        "INSERT INTO payments_accounts (account, kind, plan, stream, pool, balance, version) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7) "
        "ON CONFLICT (account) DO UPDATE SET balance = excluded.balance, version = excluded.version",
        {leg.account, leg.kind, leg.plan, leg.stream, leg.kind == AccountKind::available ? std::nullopt : leg.pool,
         found->second.amount, found->second.version});
    left.erase(found);
  }
}

}  // namespace

void append(db::Tx& tx, const Operation& operation, const std::vector<Entry>& entries, const Balances& after) {
  const auto before = head(tx, operation.authority);
  const auto sequence = before.sequence + 1;
  const auto hash = operation_hash(before.hash, sequence, operation, entries);
  tx.execute(
      "INSERT INTO payments_operations (authority, sequence, id, kind, key, request, pool, at, legs, previous, hash, "
      "reason) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
      {operation.authority, sequence, operation.id, operation.kind, operation.key, operation.request, operation.pool,
       operation.at, static_cast<std::int64_t>(entries.size()), before.hash, hash, operation.reason});
  std::int64_t number = 0;
  for (const auto& entry : entries) append_entry(tx, operation, sequence, ++number, entry);
  put_balances(tx, entries, after);
  for (const auto& [plan, change] : pooled_change(operation)) {
    tx.execute("UPDATE payments_plans SET pooled_used = pooled_used + $2 WHERE id = $1", {plan, change});
  }
  tx.execute("INSERT INTO payments_heads (authority, sequence, hash) VALUES ($1, $2, $3) "
             "ON CONFLICT (authority) DO UPDATE SET sequence = excluded.sequence, hash = excluded.hash",
             {operation.authority, sequence, hash});
}

void take_turn(db::Tx& tx) {
  // Alone among statements it is answered before the transaction's snapshot is taken.
  if (tx.dialect() == db::Dialect::postgres) tx.execute("LOCK TABLE payments_heads IN SHARE ROW EXCLUSIVE MODE");
}

std::optional<KeptAnswer> find_command(db::Tx& tx, const std::string& key) {
  return tx.one("SELECT request, status, body FROM payments_commands WHERE key = $1", {key},
                [](const db::Row& row) { return KeptAnswer{row.string(0), row.integer(1), row.string(2)}; });
}

void keep_command(db::Tx& tx, const std::string& key, const KeptAnswer& answer, Timestamp at) {
  tx.execute("INSERT INTO payments_commands (key, request, status, body, at) VALUES ($1, $2, $3, $4, $5)",
             {key, answer.request, answer.status, answer.body, at});
}

void each_operation(db::Tx& tx, const std::function<void(const StoredOperation&)>& visit) {
  const auto all = tx.all(
      "SELECT authority, sequence, id, kind, key, request, pool, at, legs, previous, hash, reason "
      "FROM payments_operations ORDER BY authority, sequence",
      {}, [](const db::Row& row) {
        StoredOperation stored;
        stored.operation.authority = row.id<"authority">(0);
        stored.sequence = row.integer(1);
        stored.operation.id = row.id<"operation">(2);
        stored.operation.kind = row.named<OperationKind>(3);
        stored.operation.key = row.string(4);
        stored.operation.request = row.string(5);
        stored.operation.pool = maybe_id<"pool">(row, 6);
        stored.operation.at = row.timestamp(7);
        stored.legs = row.integer(8);
        stored.previous = row.string(9);
        stored.hash = row.string(10);
        stored.operation.reason = row.string(11);
        return stored;
      });
  for (const auto& stored : all) visit(stored);
}

std::vector<Entry> entries_of(db::Tx& tx, const Id<"authority">& authority, std::int64_t sequence) {
  return tx.all(
      "SELECT account, kind, amount, balance, version, plan, family, stream, pool, session, share "
      "FROM payments_entries WHERE authority = $1 AND sequence = $2 ORDER BY leg",
      {authority, sequence}, [](const db::Row& row) {
        Entry entry;
        entry.leg.account = row.string(0);
        entry.leg.kind = row.named<AccountKind>(1);
        entry.leg.amount = row.money(2);
        entry.balance = row.money(3);
        entry.version = row.integer(4);
        entry.leg.plan = maybe_id<"plan">(row, 5);
        entry.leg.family = maybe_id<"family">(row, 6);
        if (!row.is_null(7)) entry.leg.stream = row.named<Stream>(7);
        entry.leg.pool = maybe_id<"pool">(row, 8);
        entry.leg.session = row.maybe(9, &db::Row::integer);
        entry.leg.share = maybe_id<"share">(row, 10);
        return entry;
      });
}

Balances all_balances(db::Tx& tx) {
  Balances all;
  tx.run("SELECT account, kind, balance, version FROM payments_accounts", {}, [&](const db::Row& row) {
    all.emplace(row.string(0), Balance{row.named<AccountKind>(1), row.money(2), row.integer(3)});
  });
  return all;
}

// ---------------------------------------------------------------- statements and invoices

std::vector<Line> lines(db::Tx& tx, const LineFilter& filter) {
  Conditions bound;
  std::string sql =
      "SELECT o.at, o.kind, e.kind, e.amount, e.plan, e.stream, e.pool, e.session, COALESCE(p.title, ''), "
      "COALESCE(s.derivation, ''), e.authority, e.sequence, e.leg FROM payments_entries e "
      "JOIN payments_operations o ON o.authority = e.authority AND o.sequence = e.sequence "
      "LEFT JOIN payments_pools p ON p.pool = e.pool LEFT JOIN payments_shares s ON s.id = e.share "
      "WHERE e.family = " +
      bound.bind(filter.family) + " AND (e.kind = 'available' OR (e.kind = 'held' AND o.kind = 'charge'))";
  if (filter.before_authority) {
    const auto authority = bound.bind(*filter.before_authority);
    const auto sequence = bound.bind(filter.before_sequence);
    sql += " AND (e.authority, e.sequence, e.leg) < (" + authority + ", " + sequence + ", " +
           bound.bind(filter.before_leg) + ")";
  }
  sql += " ORDER BY e.authority DESC, e.sequence DESC, e.leg DESC LIMIT " + bound.bind(filter.limit);
  return tx.all_of(sql, bound.params(), [](const db::Row& row) {
    Line line;
    line.at = row.timestamp(0);
    line.operation = row.named<OperationKind>(1);
    line.account = row.named<AccountKind>(2);
    line.amount = row.money(3);
    line.plan = row.id<"plan">(4);
    line.stream = row.named<Stream>(5);
    line.pool = maybe_id<"pool">(row, 6);
    line.session = row.maybe(7, &db::Row::integer);
    line.pool_title = row.string(8);
    line.derivation = row.string(9);
    line.authority = row.string(10);
    line.sequence = row.integer(11);
    line.leg = row.integer(12);
    return line;
  });
}

void add_invoice_line(db::Tx& tx, const PoolNote& pool, const Id<"invoice">& new_id, const InvoiceLineRow& line,
                      Timestamp now) {
  tx.execute("INSERT INTO payments_invoices (id, pool, provider, authority, created) VALUES ($1, $2, $3, $4, $5) "
             "ON CONFLICT (pool) DO NOTHING",
             {new_id, pool.pool, pool.provider, pool.authority, now});
  const auto invoice = tx.one("SELECT id FROM payments_invoices WHERE pool = $1", {pool.pool},
                              [](const db::Row& row) { return row.id<"invoice">(0); });
  const auto lines = tx.number("SELECT COUNT(*) FROM payments_invoice_lines WHERE invoice = $1", {*invoice});
  tx.execute("INSERT INTO payments_invoice_lines (invoice, line, session, date, amount) VALUES ($1, $2, $3, $4, $5)",
             {*invoice, lines + 1, line.session, to_text(line.date), line.amount});
}

std::vector<InvoiceRow> invoices(db::Tx& tx, const InvoiceFilter& filter) {
  Conditions bound;
  std::string sql =
      "SELECT i.id, i.provider, i.pool, p.title, i.authority, i.created FROM payments_invoices i "
      "JOIN payments_pools p ON p.pool = i.pool WHERE 1 = 1";
  if (filter.provider) sql += " AND i.provider = " + bound.bind(*filter.provider);
  if (filter.authority) sql += " AND i.authority = " + bound.bind(*filter.authority);
  if (filter.before_created) {
    const auto created = bound.bind(*filter.before_created);
    sql += " AND (i.created, i.id) < (" + created + ", " + bound.bind(filter.before_id) + ")";
  }
  sql += " ORDER BY i.created DESC, i.id DESC LIMIT " + bound.bind(filter.limit);
  return tx.all_of(sql, bound.params(), [](const db::Row& row) {
    return InvoiceRow{row.id<"invoice">(0), row.id<"provider">(1), row.id<"pool">(2), row.string(3),
                      row.id<"authority">(4), row.timestamp(5)};
  });
}

std::vector<InvoiceLineRow> invoice_lines(db::Tx& tx, const Id<"invoice">& invoice) {
  return tx.all("SELECT session, date, amount FROM payments_invoice_lines WHERE invoice = $1 ORDER BY line", {invoice},
                [](const db::Row& row) { return InvoiceLineRow{row.integer(0), row.date(1), row.money(2)}; });
}

}  // namespace cp::payments::store
