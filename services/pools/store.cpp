#include "services/pools/store.hpp"

#include "services/pools/wire.hpp"

#include <algorithm>
#include <bit>
#include <map>

namespace cp::pools::store {
namespace {

constexpr std::string_view pool_columns =
    "id, authority, state, offer, run, provider, provider_name, title, activity_type, weekday, "
    "from_minute, to_minute, minutes_per_session, minimum_children, maximum_children, places, "
    "agreement_version, price_per_session, notice_sessions, ceiling_percent, agreed_minimum, "
    "refusal_family, refusal_code, refusal_detail, refusal_short_by, created, version, proposed_group, split, costs";

Pool read_pool(const db::Row& row) {
  Pool pool;
  pool.id = row.id<"pool">(0);
  pool.authority = row.id<"authority">(1);
  pool.state = row.named<PoolState>(2);
  pool.purchase.offer = row.id<"offer">(3);
  pool.purchase.run = row.id<"run">(4);
  pool.purchase.provider = row.id<"provider">(5);
  pool.purchase.provider_name = row.string(6);
  pool.purchase.title = row.string(7);
  pool.purchase.activity_type = row.string(8);
  pool.purchase.weekday = row.integer(9);
  pool.purchase.from_minute = row.integer(10);
  pool.purchase.to_minute = row.integer(11);
  pool.purchase.minutes_per_session = row.integer(12);
  pool.purchase.minimum_children = row.integer(13);
  pool.purchase.maximum_children = row.integer(14);
  pool.purchase.places = row.integer(15);
  pool.agreement = {row.integer(16), row.money(17), row.integer(18), row.integer(19), row.integer(20),
                    row.named<SplitKind>(28)};
  pool.agreement.costs.resize(static_cast<std::size_t>(row.integer(29)));  // filled in by `find`
  if (!row.is_null(21)) {
    pool.refusal = Refusal{row.id<"family">(21), row.string(22), row.string(23), row.integer(24)};
  }
  pool.created = row.timestamp(25);
  pool.version = row.integer(26);
  if (!row.is_null(27)) pool.group = row.id<"group">(27);
  return pool;
}

/// A share's steps; a plain text from before is one.
std::vector<ShareStep> steps_of(const std::string& text) {
  if (text.empty()) return {};
  auto read = json::read_own<std::vector<ShareStep>>(text);
  if (!read) return {{"note", text, {}}};
  return std::move(*read);
}

/// Of columns that begin with the pool's id.
Member read_member(const db::Row& row) {
  Member member;
  member.family = row.id<"family">(1);
  member.known_as = row.string(2);
  member.children = row.integer(3);
  member.state = row.named<MemberState>(4);
  member.accepted_version = row.maybe(5, &db::Row::integer);
  member.highest_share = row.money(6);
  member.total = row.money(7);
  member.ceiling = row.maybe(8, &db::Row::money);
  member.pays_until = row.maybe(9, &db::Row::integer);
  member.derivation = steps_of(row.string(10));
  member.terms.weight = row.maybe(11, &db::Row::integer);
  member.terms.ratio_adults = row.integer(12);
  member.terms.ratio_children = row.integer(13);
  member.terms.fixed = row.maybe(14, &db::Row::money);
  member.terms.can_pay = row.maybe(15, &db::Row::money);
  member.terms.carries_to = row.maybe(16, &db::Row::money);
  return member;
}

void put_members(db::Tx& tx, const Pool& pool, const std::vector<Member>& before) {
  for (const auto& member : pool.members) {
    if (std::find(before.begin(), before.end(), member) != before.end()) continue;
    tx.later(
        "INSERT INTO pools_members (pool, family, known_as, children, state, accepted_version, "
        "highest_share, total, ceiling, pays_until, derivation, weight, ratio_adults, ratio_children, "
        "fixed, can_pay, carries_to) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) "
        "ON CONFLICT (pool, family) DO UPDATE SET known_as = excluded.known_as, "
        "children = excluded.children, state = excluded.state, "
        "accepted_version = excluded.accepted_version, highest_share = excluded.highest_share, "
        "total = excluded.total, ceiling = excluded.ceiling, pays_until = excluded.pays_until, "
        "derivation = excluded.derivation, weight = excluded.weight, ratio_adults = excluded.ratio_adults, "
        "ratio_children = excluded.ratio_children, fixed = excluded.fixed, can_pay = excluded.can_pay, "
        "carries_to = excluded.carries_to",
        {pool.id, member.family, member.known_as, member.children, member.state,
         member.accepted_version, member.highest_share, member.total, member.ceiling,
         member.pays_until, json::write(member.derivation), member.terms.weight, member.terms.ratio_adults,
         member.terms.ratio_children, member.terms.fixed, member.terms.can_pay, member.terms.carries_to});
  }
}

void put_sessions(db::Tx& tx, const Pool& pool, const std::vector<Session>& before) {
  for (const auto& session : pool.sessions) {
    if (std::find(before.begin(), before.end(), session) != before.end()) continue;
    tx.later(
        "INSERT INTO pools_sessions (pool, number, date, state) VALUES ($1, $2, $3, $4) "
        "ON CONFLICT (pool, number) DO UPDATE SET state = excluded.state",
        {pool.id, session.number, to_text(session.date), session.state});
  }
}

/// Reads many pools with one statement for each table.
class Reader {
 public:
  Reader(db::Tx& tx, const std::vector<Id<"pool">>& ids) : tx_(tx), params_(ids.begin(), ids.end()) {
    // Lists of a few lengths only, so that their statements are prepared once: the last id is
    // named again.
    params_.resize(std::bit_ceil(ids.size()), ids.back());
    for (std::size_t at = 1; at <= params_.size(); ++at) list_ += (at > 1 ? ", $" : "($") + std::to_string(at);
    list_ += ")";
  }

  void pools() {
    visit("SELECT " + std::string(pool_columns) + " FROM pools_pools WHERE id IN " + list_, [&](const db::Row& row) {
      auto pool = read_pool(row);
      has_costs_ |= !pool.agreement.costs.empty();
      has_hours_ |= pool.agreement.split == SplitKind::by_hours;
      pool.agreement.costs.clear();
      pools_.emplace(pool.id.text(), std::move(pool));
    });
  }
  void tiers() {
    each("from_children, fixed, per_child, per_hour", "pools_tiers", "from_children", [](Pool& pool, const db::Row& row) {
      pool.purchase.tiers.push_back({row.integer(1), row.money(2), row.money(3), row.money(4)});
    });
  }
  void reasons() {
    each("text", "pools_reasons", "position", [](Pool& pool, const db::Row& row) { pool.reasons.push_back(row.string(1)); });
  }
  void members() {
    each("family, known_as, children, state, accepted_version, highest_share, total, ceiling, pays_until, derivation, "
         "weight, ratio_adults, ratio_children, fixed, can_pay, carries_to",
         "pools_members", "family", [](Pool& pool, const db::Row& row) { pool.members.push_back(read_member(row)); });
  }
  void sessions() {
    each("number, date, state", "pools_sessions", "number", [](Pool& pool, const db::Row& row) {
      pool.sessions.push_back({row.integer(1), row.date(2), row.named<SessionState>(3)});
    });
  }
  void costs() {
    if (!has_costs_) return;
    each("kind, label, per_session, once", "pools_costs", "position", [](Pool& pool, const db::Row& row) {
      pool.agreement.costs.push_back({row.named<CostKind>(1), row.string(2), row.money(3), row.money(4)});
    });
  }
  void attendance() {
    if (!has_hours_) return;
    each("family, minutes", "pools_attendance", "session, family", [](Pool& pool, const db::Row& row) {
      if (pool.agreement.split != SplitKind::by_hours) return;
      const auto family = row.id<"family">(1);
      for (auto& member : pool.members) {
        if (member.family == family) member.terms.minutes.push_back(row.integer(2));
      }
    });
  }
  std::vector<Pool> in_order_of(const std::vector<Id<"pool">>& ids) {
    std::vector<Pool> found;
    for (const auto& id : ids) {
      if (const auto at = pools_.find(id.text()); at != pools_.end()) found.push_back(std::move(at->second));
    }
    return found;
  }

 private:
  void visit(const std::string& sql, const db::Tx::RowVisitor& row) { tx_.run(sql, params_, row); }
  /// Rows of a table that belong to a pool; its id is their first column.
  template <class Take>
  void each(const std::string& columns, const std::string& table, const std::string& order, Take take) {
    visit("SELECT pool, " + columns + " FROM " + table + " WHERE pool IN " + list_ + " ORDER BY " + order,
          [&](const db::Row& row) {
            if (const auto at = pools_.find(row.text(0)); at != pools_.end()) take(at->second, row);
          });
  }

  db::Tx& tx_;
  std::vector<db::Param> params_;
  std::string list_;
  std::map<std::string, Pool, std::less<>> pools_;
  bool has_costs_ = false, has_hours_ = false;
};

}  // namespace

void insert(db::Tx& tx, const Pool& pool) {
  const auto& bought = pool.purchase;
  tx.execute(
      "INSERT INTO pools_pools (id, authority, state, offer, run, provider, provider_name, title, "
      "activity_type, weekday, from_minute, to_minute, minutes_per_session, minimum_children, "
      "maximum_children, places, created, version, proposed_group) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)",
      {pool.id, pool.authority, pool.state, bought.offer, bought.run, bought.provider,
       bought.provider_name, bought.title, bought.activity_type, bought.weekday, bought.from_minute,
       bought.to_minute, bought.minutes_per_session, bought.minimum_children,
       bought.maximum_children, bought.places, pool.created, pool.version, pool.group});
  for (const auto& tier : bought.tiers) {
    tx.execute(
        "INSERT INTO pools_tiers (pool, from_children, fixed, per_child, per_hour) "
        "VALUES ($1, $2, $3, $4, $5)",
        {pool.id, tier.from_children, tier.fixed, tier.per_child, tier.per_hour});
  }
  std::int64_t position = 0;
  for (const auto& reason : pool.reasons) {
    tx.execute("INSERT INTO pools_reasons (pool, position, text) VALUES ($1, $2, $3)",
               {pool.id, position++, reason});
  }
  put_members(tx, pool, {});
  put_sessions(tx, pool, {});
}

std::optional<Pool> find(db::Tx& tx, const Id<"pool">& id) {
  auto found = find_all(tx, {id});
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

std::vector<Pool> find_all(db::Tx& tx, const std::vector<Id<"pool">>& ids) {
  if (ids.empty()) return {};
  Reader reader(tx, ids);
  reader.pools();
  reader.tiers();
  reader.reasons();
  reader.members();
  reader.sessions();
  reader.costs();
  reader.attendance();
  return reader.in_order_of(ids);
}

std::optional<Id<"pool">> of_group(db::Tx& tx, const Id<"group">& group) {
  return tx.one("SELECT id FROM pools_pools WHERE proposed_group = $1 AND state <> 'dissolved'", {group},
                [](const db::Row& row) { return row.id<"pool">(0); });
}

bool update(db::Tx& tx, const Pool& before, Pool& pool) {
  using Text = std::optional<std::string_view>;
  const auto* refusal = pool.refusal ? &*pool.refusal : nullptr;
  const auto changed = tx.execute(
      "UPDATE pools_pools SET state = $3, agreement_version = $4, price_per_session = $5, "
      "notice_sessions = $6, ceiling_percent = $7, agreed_minimum = $8, refusal_family = $9, "
      "refusal_code = $10, refusal_detail = $11, refusal_short_by = $12, split = $13, costs = $14, "
      "version = version + 1 "
      "WHERE id = $1 AND version = $2",
      {pool.id, before.version, pool.state, pool.agreement.version, pool.agreement.price_per_session,
       pool.agreement.notice_sessions, pool.agreement.ceiling_percent,
       pool.agreement.minimum_children, refusal ? Text(refusal->family.text()) : Text(),
       refusal ? Text(refusal->code) : Text(), refusal ? Text(refusal->detail) : Text(),
       refusal ? std::optional(refusal->short_by_pence) : std::nullopt, pool.agreement.split,
       static_cast<std::int64_t>(pool.agreement.costs.size())});
  if (changed == 0) return false;
  pool.version = before.version + 1;
  put_members(tx, pool, before.members);
  put_sessions(tx, pool, before.sessions);
  return true;
}

void replace_terms(db::Tx& tx, const Pool& pool) {
  tx.execute("DELETE FROM pools_costs WHERE pool = $1", {pool.id});
  tx.execute("DELETE FROM pools_attendance WHERE pool = $1", {pool.id});
  std::int64_t position = 0;
  for (const auto& cost : pool.agreement.costs) {
    tx.execute("INSERT INTO pools_costs (pool, position, kind, label, per_session, once) "
               "VALUES ($1, $2, $3, $4, $5, $6)",
               {pool.id, position++, cost.kind, cost.label, cost.per_session, cost.once});
  }
  if (pool.agreement.split != SplitKind::by_hours) return;
  for (const auto& member : pool.members) {
    std::int64_t session = 0;
    for (const auto minutes : member.terms.minutes) {
      tx.execute("INSERT INTO pools_attendance (pool, session, family, minutes) VALUES ($1, $2, $3, $4)",
                 {pool.id, ++session, member.family, minutes});
    }
  }
}

void replace_shares(db::Tx& tx, const Id<"pool">& id, std::int64_t from_session,
                    const std::vector<Share>& shares) {
  tx.later("DELETE FROM pools_shares WHERE pool = $1 AND session >= $2", {id, from_session});
  for (const auto& share : shares) {
    tx.later("INSERT INTO pools_shares (pool, session, family, amount, rounding) VALUES ($1, $2, $3, $4, $5)",
               {id, share.session, share.family, share.amount, share.rounding});
  }
}

std::vector<Share> shares(db::Tx& tx, const Id<"pool">& id) {
  return tx.all(
      "SELECT family, session, amount, rounding FROM pools_shares WHERE pool = $1 ORDER BY session, family", {id},
      [](const db::Row& row) { return Share{row.id<"family">(0), row.integer(1), row.money(2), row.integer(3)}; });
}

std::int64_t children_in_run(db::Tx& tx, const Id<"run">& run, const Id<"pool">& except) {
  return tx.number(
      "SELECT CAST(COALESCE(SUM(m.children), 0) AS BIGINT) FROM pools_pools p "
      "JOIN pools_members m ON m.pool = p.id "
      "WHERE p.run = $1 AND p.id <> $2 AND p.state IN ('holding', 'active', 'resplitting') "
      "AND m.state IN ('accepted', 'leaving')",
      {run, except});
}

std::vector<BusyTime> busy_times(db::Tx& tx, const Id<"authority">& authority) {
  return tx.all(
      "SELECT m.family, p.weekday, p.from_minute, p.to_minute FROM pools_pools p "
      "JOIN pools_members m ON m.pool = p.id "
      "WHERE p.authority = $1 AND p.state NOT IN ('closed', 'dissolved') "
      "AND m.state IN ('invited', 'accepted', 'leaving') ORDER BY m.family, p.id",
      {authority}, [](const db::Row& row) {
        return BusyTime{row.id<"family">(0), row.integer(1), row.integer(2), row.integer(3)};
      });
}

void keep_reason(db::Tx& tx, const std::string& id, const Id<"pool">& pool,
                 const std::optional<Id<"family">>& family, std::string_view what,
                 std::string_view reason, Timestamp at) {
  tx.execute(
      "INSERT INTO pools_reasons_given (id, pool, family, what, reason, at) "
      "VALUES ($1, $2, $3, $4, $5, $6)",
      {id, pool, family, what, reason, at});
}

std::vector<Id<"pool">> list(db::Tx& tx, const Filter& filter) {
  std::string sql = "SELECT p.id FROM pools_pools p WHERE 1 = 1";
  std::vector<db::Param> params;
  const auto bind = [&](db::Param value) {
    params.push_back(value);
    return "$" + std::to_string(params.size());
  };
  if (filter.family) {
    sql += " AND EXISTS (SELECT 1 FROM pools_members m WHERE m.pool = p.id AND m.family = " +
           bind(*filter.family) + ")";
  }
  if (filter.authority) sql += " AND p.authority = " + bind(*filter.authority);
  if (filter.provider) sql += " AND p.provider = " + bind(*filter.provider);
  if (filter.state) sql += " AND p.state = " + bind(*filter.state);
  if (filter.before_created) {
    sql += " AND (p.created, p.id) < (" + bind(*filter.before_created) + ", " + bind(filter.before_id) + ")";
  }
  sql += " ORDER BY p.created DESC, p.id DESC LIMIT " + bind(filter.limit);
  return tx.all_of(sql, params, [](const db::Row& row) { return row.id<"pool">(0); });
}

}  // namespace cp::pools::store
