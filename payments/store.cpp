#include "payments/store.hpp"

#include "payments/splitting/split_wire.hpp"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

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

/// The day of an instalment as it is stored: empty for what may be spent from the plan's first day.
std::string text_of(const Instalment& from) { return from ? to_text(*from) : std::string(); }
Instalment read_instalment(const db::Row& row, int column) {
  const auto text = row.string(column);
  return text.empty() ? Instalment() : parse_date(text);
}

StreamBudget read_budget(const db::Row& row) {
  StreamBudget budget;
  budget.stream = row.named<Stream>(1);
  budget.allocated = row.money(2);
  budget.held = row.money(3);
  budget.charged = row.money(4);
  budget.from = read_instalment(row, 5);
  budget.returned = row.money(6);
  budget.left = budget.allocated - budget.held - budget.charged - budget.returned;
  return budget;
}

/// Streams with what of them is held and charged, and the rules, of the plans for which `condition` holds.
void complete(db::Tx& tx, std::vector<Plan>& plans, const std::string& condition, db::Params params) {
  std::map<std::string, Plan*, std::less<>> by_id;
  for (auto& plan : plans) by_id.emplace(plan.id.text(), &plan);
  const auto each = [&](const std::string& columns_of_table, const auto& add) {
    tx.run("SELECT plan, " + columns_of_table + " WHERE plan IN (SELECT id FROM payments_plans WHERE " + condition + ")",
           params, [&](const db::Row& row) {
             if (const auto found = by_id.find(row.text(0)); found != by_id.end()) add(*found->second, row);
           });
  };
  each("stream, amount, held, charged, instalment, returned FROM payments_plan_streams",
       [](Plan& plan, const db::Row& row) { plan.streams.push_back(read_budget(row)); });
  each("stream, category, ruling FROM payments_plan_rules", [](Plan& plan, const db::Row& row) {
    plan.rules.push_back({row.named<Stream>(1), row.string(2), row.named<SpendingRuling>(3)});
  });
  for (auto& plan : plans) {
    std::sort(plan.streams.begin(), plan.streams.end(), [](const StreamBudget& one, const StreamBudget& other) {
      return std::pair(one.stream, one.from) < std::pair(other.stream, other.from);
    });
    std::sort(plan.rules.begin(), plan.rules.end(), [](const SpendingRule& one, const SpendingRule& other) {
      return std::pair(name(one.stream), std::string_view(one.category)) <
             std::pair(name(other.stream), std::string_view(other.category));
    });
  }
}

void put_streams(db::Tx& tx, const Plan& plan) {
  for (const auto& budget : plan.streams) {
    tx.execute("INSERT INTO payments_plan_streams (plan, stream, instalment, amount) VALUES ($1, $2, $3, $4)",
               {plan.id, budget.stream, text_of(budget.from), budget.allocated});
  }
}

void put_rules(db::Tx& tx, const Plan& plan) {
  for (const auto& rule : plan.rules) {
    tx.execute("INSERT INTO payments_plan_rules (plan, stream, category, ruling) VALUES ($1, $2, $3, $4) "
               "ON CONFLICT (plan, stream, category) DO NOTHING",
               {plan.id, rule.stream, rule.category, rule.ruling});
  }
}

/// In three statements however many they are.
std::vector<Plan> plans_where(db::Tx& tx, const std::string& condition, const std::vector<db::Param>& params) {
  auto plans = tx.all_of("SELECT " + std::string(plan_columns) + " FROM payments_plans WHERE " + condition + " ORDER BY starts, id",
                         params, read_plan);
  if (!plans.empty()) complete(tx, plans, condition, params);
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
  put_streams(tx, plan);
}

std::optional<Plan> find_plan(db::Tx& tx, const Id<"plan">& id) {
  auto plans = plans_where(tx, "id = $1", {id});
  if (plans.empty()) return std::nullopt;
  return std::move(plans.front());
}

void update(db::Tx& tx, Plan& plan) {
  tx.execute("UPDATE payments_plans SET child_label = $2, holder = $3, starts = $4, ends = $5, version = $6 WHERE id = $1",
             {plan.id, plan.child_label, plan.holder, to_text(plan.starts), to_text(plan.ends), plan.version + 1});
  tx.execute("DELETE FROM payments_plan_streams WHERE plan = $1", {plan.id});
  put_streams(tx, plan);
  ++plan.version;
}

std::vector<Plan> agreed_plans(db::Tx& tx, const Id<"authority">& authority, const Id<"family">& first,
                               const Id<"family">& last) {
  return plans_where(tx, "authority = $1 AND family >= $2 AND family <= $3 AND state = 'agreed'", {authority, first, last});
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

// ---------------------------------------------------------------- what is drawn from the ledger

Position position(db::Tx& tx) {
  const auto found = tx.one("SELECT sequence, hash FROM payments_projection", {},
                            [](const db::Row& row) { return Position{row.integer(0), row.string(1)}; });
  return found.value_or(Position{});
}

void move_position(db::Tx& tx, const Position& to) {
  tx.later("UPDATE payments_projection SET sequence = $1, hash = $2", {to.sequence, to.hash});
}

void keep_pool(db::Tx& tx, const PoolNote& note) {
  tx.later("INSERT INTO payments_pools (pool, title, provider, authority) VALUES ($1, $2, $3, $4) "
           "ON CONFLICT (pool) DO UPDATE SET title = excluded.title",
           {note.pool, note.title, note.provider, note.authority});
}

void insert(db::Tx& tx, const HeldShare& share) {
  tx.later("INSERT INTO payments_shares (id, pool, family, session, date, derivation) VALUES ($1, $2, $3, $4, $5, $6)",
           {share.id, share.pool, share.family, share.session, to_text(share.date), text_of(share.derivation)});
  for (const auto& part : share.parts) {
    tx.later("INSERT INTO payments_share_parts (share, plan, stream, instalment, held, charged) VALUES ($1, $2, $3, $4, $5, 0)",
             {share.id, part.plan, part.stream, text_of(part.from), part.amount});
  }
}

void move_share(db::Tx& tx, const Id<"share">& share, const SharePart& part, Money held, Money charged) {
  const auto holder = part.holder ? std::string(name(*part.holder)) : std::string();
  tx.later("UPDATE payments_share_parts SET held = held + $4, charged = charged + $5, "
           "holder = CASE WHEN $7 = '' THEN holder ELSE $7 END "
           "WHERE share = $1 AND plan = $2 AND stream = $3 AND instalment = $6",
           {share, part.plan, part.stream, held, charged, text_of(part.from), holder});
}

void move_stream(db::Tx& tx, const SharePart& part, Money held, Money charged) {
  tx.later("UPDATE payments_plan_streams SET held = held + $3, charged = charged + $4 WHERE plan = $1 AND stream = $2 "
           "AND instalment = $5",
           {part.plan, part.stream, held, charged, text_of(part.from)});
}

void keep(db::Tx& tx, const HandOverFact& fact, std::int64_t sequence, Timestamp at) {
  const auto& one = fact.hand_over;
  tx.execute("INSERT INTO payments_hand_overs (plan, sequence, stream, instalment, holder, from_day, reason, at) "
             "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
             {fact.plan, sequence, one.stream, text_of(one.instalment), one.holder, to_text(one.from), fact.reason, at});
}

Holders holders_of(db::Tx& tx, const Id<"plan">& plan) {
  Holders found;
  if (const auto holder = tx.one("SELECT holder FROM payments_plans WHERE id = $1", {plan},
                                 [](const db::Row& row) { return row.named<Holder>(0); })) {
    found.of_plan = *holder;
  }
  tx.run("SELECT stream, instalment, holder, from_day, reason FROM payments_hand_overs WHERE plan = $1 ORDER BY sequence",
         std::vector<db::Param>{plan}, [&](const db::Row& row) {
           found.hand_overs.push_back({row.named<Stream>(0), read_instalment(row, 1), row.named<Holder>(2), row.date(3)});
           found.reasons.push_back(row.string(4));
         });
  return found;
}

std::vector<HeldBy> charged_by_holder(db::Tx& tx, const Id<"pool">& pool, Month month, std::int64_t limit) {
  return tx.all("SELECT p.plan, s.family, p.holder, CAST(SUM(p.charged) AS BIGINT) FROM payments_shares s "
                "JOIN payments_share_parts p ON p.share = s.id WHERE s.pool = $1 AND substr(s.date, 1, 7) = $2 AND p.charged > 0 "
                "AND p.holder <> '' GROUP BY p.plan, s.family, p.holder "
                "UNION ALL SELECT f.plan, f.family, c.holder, c.charged FROM payments_fee_charges c "
                "JOIN payments_fees f ON f.id = c.fee WHERE c.fee = $1 AND c.month = $2 AND c.charged > 0 ORDER BY 1, 3 LIMIT $3",
                {pool, to_text(month), limit}, [](const db::Row& row) {
                  return HeldBy{row.id<"plan">(0), row.id<"family">(1), row.named<Holder>(2), row.money(3)};
                });
}

void give_back(db::Tx& tx, const SharePart& part) {
  tx.execute("UPDATE payments_plan_streams SET returned = returned + $4 WHERE plan = $1 AND stream = $2 AND instalment = $3",
             {part.plan, part.stream, text_of(part.from), part.amount});
}

void move_pooled(db::Tx& tx, const Id<"plan">& plan, Money amount) {
  tx.later("UPDATE payments_plans SET pooled_used = pooled_used + $2 WHERE id = $1", {plan, amount});
}

namespace {

constexpr std::string_view fee_columns =
    "id, plan, family, kind, payee, derivation, stream, authority, agreed, reserved, charged, charges";

FeeRow read_fee(const db::Row& row) {
  FeeRow fee;
  fee.fee.id = row.id<"fee">(0);
  fee.fee.plan = row.id<"plan">(1);
  fee.fee.family = row.id<"family">(2);
  fee.fee.kind = row.named<FeeKind>(3);
  fee.fee.payee = row.id<"provider">(4);
  fee.fee.derivation = row.string(5);
  fee.stream = row.named<Stream>(6);
  fee.authority = row.id<"authority">(7);
  fee.agreed = row.timestamp(8);
  fee.reserved = row.money(9);
  fee.charged = row.money(10);
  fee.charges = row.integer(11);
  return fee;
}

}  // namespace

void insert(db::Tx& tx, const Fee& fee, const Id<"authority">& authority, std::int64_t sequence, Timestamp at) {
  tx.execute("INSERT INTO payments_fees (id, plan, family, kind, payee, derivation, stream, authority, agreed, reserved, charged, "
             "charges, sequence) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, 0, $11)",
             {fee.id, fee.plan, fee.family, fee.kind, fee.payee, fee.derivation, fee.parts.front().stream, authority, at,
              sum_of(fee.parts, &Fee::Part::reserved), sequence});
}

void move_fee(db::Tx& tx, const Id<"fee">& fee, Money reserved, Money charged) {
  tx.execute("UPDATE payments_fees SET reserved = reserved + $2, charged = charged + $3, charges = charges + $4 WHERE id = $1",
             {fee, reserved, charged, charged == Money() ? 0 : 1});
}

void charge_fee(db::Tx& tx, const Id<"fee">& fee, Month month, Holder holder, Money charged) {
  tx.execute("INSERT INTO payments_fee_charges (fee, month, holder, charged) VALUES ($1, $2, $3, $4) "
             "ON CONFLICT (fee, month, holder) DO UPDATE SET charged = payments_fee_charges.charged + excluded.charged",
             {fee, to_text(month), holder, charged});
}

std::optional<FeeRow> find_fee(db::Tx& tx, const Id<"fee">& fee) {
  return tx.one("SELECT " + std::string(fee_columns) + " FROM payments_fees WHERE id = $1", {fee}, read_fee);
}

std::optional<FeeRow> fee_agreed_by(db::Tx& tx, std::int64_t sequence) {
  return tx.one("SELECT " + std::string(fee_columns) + " FROM payments_fees WHERE sequence = $1", {sequence}, read_fee);
}

std::vector<FeeRow> fees_of(db::Tx& tx, const Id<"plan">& plan, std::int64_t limit) {
  return tx.all("SELECT " + std::string(fee_columns) + " FROM payments_fees WHERE plan = $1 ORDER BY agreed, id LIMIT $2",
                {plan, limit}, read_fee);
}

std::optional<ShareRow> find_share(db::Tx& tx, const Id<"share">& share) {
  auto found = tx.one("SELECT id, pool, family, session, derivation, date FROM payments_shares WHERE id = $1", {share},
                      [](const db::Row& row) {
                        return ShareRow{row.id<"share">(0), row.id<"pool">(1), row.id<"family">(2), row.integer(3),
                                        row.date(5), derivation_of(row.string(4)), {}};
                      });
  if (!found) return found;
  found->held = tx.all("SELECT plan, stream, instalment, held FROM payments_share_parts WHERE share = $1 AND held > 0 "
                       "ORDER BY plan, stream, instalment",
                       {share}, [](const db::Row& row) {
                         return SharePart{row.id<"plan">(0), row.named<Stream>(1), read_instalment(row, 2), row.money(3)};
                       });
  return found;
}

void keep_terms(db::Tx& tx, const Plan& plan) {
  tx.execute("UPDATE payments_plans SET state = 'agreed', holder = $2, starts = $3, ends = $4, free_percent = $5, "
             "permitted = $6, version = $7 WHERE id = $1",
             {plan.id, plan.holder, to_text(plan.starts), to_text(plan.ends), plan.free_percent, plan.permitted,
              plan.version});
  // A stream that is no longer in the plan was used before, perhaps: it stays, at nothing.
  tx.execute("UPDATE payments_plan_streams SET amount = 0 WHERE plan = $1 AND stream <> $2", {plan.id, Stream::own_money});
  for (const auto& budget : plan.streams) {
    tx.execute("INSERT INTO payments_plan_streams (plan, stream, instalment, amount) VALUES ($1, $2, $3, $4) "
               "ON CONFLICT (plan, stream, instalment) DO UPDATE SET amount = excluded.amount",
               {plan.id, budget.stream, text_of(budget.from), budget.allocated});
  }
  tx.execute("DELETE FROM payments_plan_rules WHERE plan = $1", {plan.id});
  put_rules(tx, plan);
}

void keep_version(db::Tx& tx, const Plan& plan, std::int64_t sequence, Timestamp at, const std::string& reason,
                  const std::string& streams) {
  tx.execute("INSERT INTO payments_plan_versions (plan, version, sequence, at, reason, streams, free_percent) "
             "VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (plan, version) DO NOTHING",
             {plan.id, plan.version, sequence, at, reason, streams, plan.free_percent});
}

std::vector<PlanVersion> plan_versions(db::Tx& tx, const Id<"plan">& plan, std::int64_t before, std::int64_t limit) {
  return tx.all("SELECT version, at, reason, streams FROM payments_plan_versions WHERE plan = $1 AND version < $2 "
                "ORDER BY version DESC LIMIT $3",
                {plan, before, limit}, [](const db::Row& row) {
                  return PlanVersion{row.integer(0), row.timestamp(1), row.string(2), row.string(3)};
                });
}

std::optional<std::int64_t> operation_before(db::Tx& tx, const Id<"plan">& plan, std::int64_t sequence) {
  return tx.one("SELECT sequence FROM payments_plan_versions WHERE plan = $1 AND sequence < $2 ORDER BY sequence DESC LIMIT 1",
                {plan, sequence}, [](const db::Row& row) { return row.integer(0); });
}

void pay_in(db::Tx& tx, const Id<"plan">& plan, Money amount) {
  // The row has to be there first: a new one may not be below nothing, even where it is to be added to another.
  tx.execute("INSERT INTO payments_plan_streams (plan, stream, instalment, amount) VALUES ($1, $2, '', 0) "
             "ON CONFLICT (plan, stream, instalment) DO NOTHING",
             {plan, Stream::own_money});
  tx.execute("UPDATE payments_plan_streams SET amount = amount + $3 WHERE plan = $1 AND stream = $2 AND instalment = ''",
             {plan, Stream::own_money, amount});
}

void add_permitted(db::Tx& tx, const Id<"plan">& plan, Money amount) {
  tx.execute("UPDATE payments_plans SET permitted = permitted + $2, version = version + 1 WHERE id = $1", {plan, amount});
}

// ---------------------------------------------------------------- statements and invoices

void insert(db::Tx& tx, const Line& line) {
  tx.later("INSERT INTO payments_lines (family, sequence, line, at, effective, kind, plan, stream, amount, pool, session, "
           "derivation, instalment) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
           {line.family, line.sequence, line.line, line.at, to_text(line.effective), line.kind, line.plan, line.stream,
            line.amount, line.pool, line.session, text_of(line.derivation), text_of(line.from)});
}

void insert_of_share(db::Tx& tx, const Id<"share">& share, const Line& line) {
  tx.later("INSERT INTO payments_lines (family, sequence, line, at, effective, kind, plan, stream, amount, pool, session, "
           "derivation, instalment) SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, session, "
           "CASE WHEN $11 = '' THEN derivation ELSE $11 END, $12 FROM payments_shares WHERE id = $13",
           {line.family, line.sequence, line.line, line.at, to_text(line.effective), line.kind, line.plan, line.stream,
            line.amount, line.pool, text_of(line.derivation), text_of(line.from), share});
}

std::vector<Line> lines_where(db::Tx& tx, std::string_view condition, const db::Params& params) {
  const auto sql =
      "SELECT l.family, l.sequence, l.line, l.at, l.effective, l.kind, l.plan, l.stream, l.amount, l.pool, l.session, "
      "l.derivation, COALESCE(p.title, ''), l.instalment FROM payments_lines l "
      "LEFT JOIN payments_pools p ON p.pool = l.pool WHERE " +
      std::string(condition);
  return tx.all_of(sql, params, [](const db::Row& row) {
    Line line;
    line.family = row.id<"family">(0);
    line.sequence = row.integer(1);
    line.line = row.integer(2);
    line.at = row.timestamp(3);
    line.effective = row.date(4);
    line.kind = row.named<LineKind>(5);
    line.plan = row.id<"plan">(6);
    line.stream = row.named<Stream>(7);
    line.amount = row.money(8);
    line.pool = maybe_id<"pool">(row, 9);
    line.session = row.maybe(10, &db::Row::integer);
    line.derivation = derivation_of(row.string(11));
    line.pool_title = row.string(12);
    line.from = read_instalment(row, 13);
    return line;
  });
}

std::vector<Line> lines(db::Tx& tx, const LineFilter& filter) {
  Conditions bound;
  auto condition = "l.family = " + bound.bind(filter.family);
  if (filter.before_sequence) {
    const auto sequence = bound.bind(*filter.before_sequence);
    condition += " AND (l.sequence, l.line) < (" + sequence + ", " + bound.bind(filter.before_line) + ")";
  }
  condition += " ORDER BY l.sequence DESC, l.line DESC LIMIT " + bound.bind(filter.limit);
  return lines_where(tx, condition, bound.params());
}

void add_invoice_line(db::Tx& tx, const Id<"pool">& pool, Month period, const Id<"invoice">& new_id,
                      const InvoiceLineRow& line, Timestamp now) {
  tx.execute("INSERT INTO payments_invoices (id, pool, period, provider, authority, created) "
             "SELECT $1, pool, $3, provider, authority, $4 FROM payments_pools WHERE pool = $2 "
             "ON CONFLICT (pool, period) DO NOTHING",
             {new_id, pool, to_text(period), now});
  const auto invoice = tx.one("SELECT id FROM payments_invoices WHERE pool = $1 AND period = $2", {pool, to_text(period)},
                              [](const db::Row& row) { return row.id<"invoice">(0); });
  const auto lines = tx.number("SELECT COUNT(*) FROM payments_invoice_lines WHERE invoice = $1", {*invoice});
  tx.execute("INSERT INTO payments_invoice_lines (invoice, line, session, date, amount) VALUES ($1, $2, $3, $4, $5)",
             {*invoice, lines + 1, line.session, to_text(line.date), line.amount});
}

std::vector<InvoiceRow> invoices(db::Tx& tx, const InvoiceFilter& filter) {
  Conditions bound;
  std::string sql =
      "SELECT i.id, i.provider, i.pool, p.title, i.authority, i.period, i.created FROM payments_invoices i "
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
                      row.id<"authority">(4), row.month(5), row.timestamp(6)};
  });
}

std::vector<InvoiceLineRow> invoice_lines(db::Tx& tx, const Id<"invoice">& invoice) {
  return tx.all("SELECT session, date, amount FROM payments_invoice_lines WHERE invoice = $1 ORDER BY line", {invoice},
                [](const db::Row& row) { return InvoiceLineRow{row.integer(0), row.date(1), row.money(2)}; });
}

}  // namespace cp::payments::store
