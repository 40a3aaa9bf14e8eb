#include "services/pools/store.hpp"

#include "services/pools/wire.hpp"

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

Member read_member(const db::Row& row) {
  Member member;
  member.family = row.id<"family">(0);
  member.known_as = row.string(1);
  member.children = row.integer(2);
  member.state = row.named<MemberState>(3);
  member.accepted_version = row.maybe(4, &db::Row::integer);
  member.highest_share = row.money(5);
  member.total = row.money(6);
  member.ceiling = row.maybe(7, &db::Row::money);
  member.pays_until = row.maybe(8, &db::Row::integer);
  member.derivation = steps_of(row.string(9));
  member.terms.weight = row.maybe(10, &db::Row::integer);
  member.terms.ratio_adults = row.integer(11);
  member.terms.ratio_children = row.integer(12);
  member.terms.fixed = row.maybe(13, &db::Row::money);
  member.terms.can_pay = row.maybe(14, &db::Row::money);
  member.terms.carries_to = row.maybe(15, &db::Row::money);
  return member;
}

void put_members(db::Tx& tx, const Pool& pool) {
  for (const auto& member : pool.members) {
    tx.execute(
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

void find_costs(db::Tx& tx, Pool& pool) {
  if (pool.agreement.costs.empty()) return;
  pool.agreement.costs = tx.all(
      "SELECT kind, label, per_session, once FROM pools_costs WHERE pool = $1 ORDER BY position", {pool.id},
      [](const db::Row& row) {
        return Cost{row.named<CostKind>(0), row.string(1), row.money(2), row.money(3)};
      });
}

void find_attendance(db::Tx& tx, Pool& pool) {
  if (pool.agreement.split != SplitKind::by_hours) return;
  struct Attended {
    Id<"family"> family;
    std::int64_t minutes;
  };
  const auto rows = tx.all(
      "SELECT family, minutes FROM pools_attendance WHERE pool = $1 ORDER BY session, family", {pool.id},
      [](const db::Row& row) { return Attended{row.id<"family">(0), row.integer(1)}; });
  for (const auto& row : rows) {
    for (auto& member : pool.members) {
      if (member.family == row.family) member.terms.minutes.push_back(row.minutes);
    }
  }
}

void put_sessions(db::Tx& tx, const Pool& pool) {
  for (const auto& session : pool.sessions) {
    tx.execute(
        "INSERT INTO pools_sessions (pool, number, date, state) VALUES ($1, $2, $3, $4) "
        "ON CONFLICT (pool, number) DO UPDATE SET state = excluded.state",
        {pool.id, session.number, to_text(session.date), session.state});
  }
}

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
  put_members(tx, pool);
  put_sessions(tx, pool);
}

std::optional<Pool> find(db::Tx& tx, const Id<"pool">& id) {
  auto pool = tx.one("SELECT " + std::string(pool_columns) + " FROM pools_pools WHERE id = $1", {id},
                     read_pool);
  if (!pool) return std::nullopt;
  pool->purchase.tiers = tx.all(
      "SELECT from_children, fixed, per_child, per_hour FROM pools_tiers WHERE pool = $1 "
      "ORDER BY from_children",
      {id}, [](const db::Row& row) {
        return Tier{row.integer(0), row.money(1), row.money(2), row.money(3)};
      });
  pool->reasons = tx.all("SELECT text FROM pools_reasons WHERE pool = $1 ORDER BY position", {id},
                         [](const db::Row& row) { return row.string(0); });
  pool->members = tx.all(
      "SELECT family, known_as, children, state, accepted_version, highest_share, total, ceiling, "
      "pays_until, derivation, weight, ratio_adults, ratio_children, fixed, can_pay, carries_to "
      "FROM pools_members WHERE pool = $1 ORDER BY family",
      {id}, read_member);
  pool->sessions = tx.all("SELECT number, date, state FROM pools_sessions WHERE pool = $1 ORDER BY number",
                          {id}, [](const db::Row& row) {
                            return Session{row.integer(0), row.date(1), row.named<SessionState>(2)};
                          });
  find_costs(tx, *pool);
  find_attendance(tx, *pool);
  return pool;
}

std::optional<Id<"pool">> of_group(db::Tx& tx, const Id<"group">& group) {
  return tx.one("SELECT id FROM pools_pools WHERE proposed_group = $1 AND state <> 'dissolved'", {group},
                [](const db::Row& row) { return row.id<"pool">(0); });
}

bool update(db::Tx& tx, Pool& pool) {
  using Text = std::optional<std::string_view>;
  const auto* refusal = pool.refusal ? &*pool.refusal : nullptr;
  const auto changed = tx.execute(
      "UPDATE pools_pools SET state = $3, agreement_version = $4, price_per_session = $5, "
      "notice_sessions = $6, ceiling_percent = $7, agreed_minimum = $8, refusal_family = $9, "
      "refusal_code = $10, refusal_detail = $11, refusal_short_by = $12, split = $13, costs = $14, "
      "version = version + 1 "
      "WHERE id = $1 AND version = $2",
      {pool.id, pool.version, pool.state, pool.agreement.version, pool.agreement.price_per_session,
       pool.agreement.notice_sessions, pool.agreement.ceiling_percent,
       pool.agreement.minimum_children, refusal ? Text(refusal->family.text()) : Text(),
       refusal ? Text(refusal->code) : Text(), refusal ? Text(refusal->detail) : Text(),
       refusal ? std::optional(refusal->short_by_pence) : std::nullopt, pool.agreement.split,
       static_cast<std::int64_t>(pool.agreement.costs.size())});
  if (changed == 0) return false;
  ++pool.version;
  put_members(tx, pool);
  put_sessions(tx, pool);
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
  tx.execute("DELETE FROM pools_shares WHERE pool = $1 AND session >= $2", {id, from_session});
  for (const auto& share : shares) {
    tx.execute("INSERT INTO pools_shares (pool, session, family, amount, rounding) VALUES ($1, $2, $3, $4, $5)",
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
