#include "services/identity/store.hpp"

#include "services/identity/rules.hpp"

namespace cp::identity::store {
namespace {

constexpr std::string_view authority_columns =
    "id, name, slug, free_percent, permission_required, ras_threshold_points, version, created, carry_over_percent, "
    "carry_over_pence, pence_per_point, keep_permille, rise_permille";
constexpr std::string_view account_columns =
    "a.id, a.role, a.email, a.name, a.authority, a.family, a.provider, a.created";

std::string select(std::string_view columns, std::string_view rest) {
  return "SELECT " + std::string(columns) + " FROM " + std::string(rest);
}

Authority read_authority(const db::Row& row) {
  Authority authority;
  authority.id = row.id<"authority">(0);
  authority.name = row.string(1);
  authority.slug = row.string(2);
  authority.policy.free_percent = row.integer(3);
  authority.policy.permission_required = row.boolean(4);
  authority.policy.ras_threshold_points = row.maybe(5, &db::Row::integer);
  authority.policy.version = row.integer(6);
  authority.created = row.timestamp(7);
  authority.policy.budget = {row.integer(8),  row.maybe(9, &db::Row::integer), row.maybe(10, &db::Row::integer),
                             row.integer(11), row.integer(12)};
  return authority;
}

Account read_account(const db::Row& row) {
  Account account;
  account.id = row.id<"account">(0);
  account.role = row.named<http::Role>(1);
  account.email = row.string(2);
  account.name = row.string(3);
  account.authority = row.maybe(4, &db::Row::id<"authority">);
  account.family = row.maybe(5, &db::Row::id<"family">);
  account.provider = row.maybe(6, &db::Row::id<"provider">);
  account.created = row.timestamp(7);
  return account;
}

LogEntry read_entry(const db::Row& row) {
  LogEntry entry;
  entry.id = row.string(0);
  entry.at = row.timestamp(1);
  entry.action = row.named<LoggedAction>(2);
  entry.account = row.maybe(3, &db::Row::id<"account">);
  entry.authority = row.maybe(4, &db::Row::id<"authority">);
  entry.subject = row.string(5);
  return entry;
}

void put_rules(db::Tx& tx, const Id<"authority">& id, const Policy& policy) {
  const auto& budget = policy.budget;
  tx.execute("UPDATE identity_authorities SET carry_over_percent = $2, carry_over_pence = $3, pence_per_point = $4, "
             "keep_permille = $5, rise_permille = $6 WHERE id = $1",
             {id, budget.carry_over_percent, budget.carry_over_pence, budget.pence_per_point, budget.keep_permille,
              budget.rise_permille});
  tx.execute("DELETE FROM identity_spending_rules WHERE authority = $1", {id});
  for (const auto& rule : policy.spending_rules) {
    tx.execute(
        "INSERT INTO identity_spending_rules (authority, stream, category, decision, reason) "
        "VALUES ($1, $2, $3, $4, $5)",
        {id, rule.stream, rule.category, rule.decision, rule.reason});
  }
}

std::optional<Authority> with_rules(db::Tx& tx, std::optional<Authority> authority) {
  if (!authority) return authority;
  authority->policy.spending_rules = tx.all(
      "SELECT stream, category, decision, reason FROM identity_spending_rules WHERE authority = $1 "
      "ORDER BY stream, category",
      {authority->id}, [](const db::Row& row) {
        return SpendingRule{row.named<FundingStream>(0), row.string(1), row.named<SpendingDecision>(2),
                            row.string(3)};
      });
  return authority;
}

/// The conditions of a filter, with their parameters numbered as they come. The filter has to
/// outlive the parameters.
struct Conditions {
  std::string text;
  std::vector<db::Param> params;

  void add(std::string_view condition, db::Param param) {
    params.push_back(param);
    text += text.empty() ? " WHERE " : " AND ";
    text += std::string(condition) + " $" + std::to_string(params.size());
  }
  void limit(std::string_view order, std::int64_t count) {
    params.emplace_back(count);
    text += std::string(order) + " LIMIT $" + std::to_string(params.size());
  }
};

}  // namespace

bool insert(db::Tx& tx, const Authority& authority) {
  const auto& policy = authority.policy;
  const auto name_lower = lower(authority.name);
  const auto written = tx.execute(
      "INSERT INTO identity_authorities (id, name, name_lower, slug, free_percent, "
      "permission_required, ras_threshold_points, version, created) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING",
      {authority.id, authority.name, name_lower, authority.slug, policy.free_percent,
       policy.permission_required, policy.ras_threshold_points, policy.version, authority.created});
  if (written == 0) return false;
  put_rules(tx, authority.id, policy);
  return true;
}

std::optional<Authority> find(db::Tx& tx, const Id<"authority">& id) {
  return with_rules(tx, tx.one(select(authority_columns, "identity_authorities WHERE id = $1"), {id},
                               read_authority));
}

std::optional<Authority> find_named(db::Tx& tx, std::string_view name_or_slug) {
  const auto wanted = lower(name_or_slug);
  return with_rules(tx, tx.one(select(authority_columns,
                                      "identity_authorities WHERE slug = $1 OR name_lower = $1 "
                                      "ORDER BY CASE WHEN slug = $1 THEN 0 ELSE 1 END LIMIT 1"),
                               {wanted}, read_authority));
}

bool update(db::Tx& tx, const Id<"authority">& id, Policy& policy) {
  const auto changed = tx.execute(
      "UPDATE identity_authorities SET free_percent = $3, permission_required = $4, "
      "ras_threshold_points = $5, version = version + 1 WHERE id = $1 AND version = $2",
      {id, policy.version, policy.free_percent, policy.permission_required,
       policy.ras_threshold_points});
  if (changed == 0) return false;
  ++policy.version;
  put_rules(tx, id, policy);
  return true;
}

std::vector<Authority> authorities(db::Tx& tx, std::string_view after_lower_name,
                                   std::string_view after_id, std::int64_t limit) {
  return tx.all(select(authority_columns,
                       "identity_authorities WHERE (name_lower, id) > ($1, $2) "
                       "ORDER BY name_lower, id LIMIT $3"),
                {after_lower_name, after_id, limit}, read_authority);
}

bool insert(db::Tx& tx, const Account& account, std::string_view password_hash) {
  return tx.execute(
             "INSERT INTO identity_accounts (id, role, email, name, password_hash, authority, family, "
             "provider, created) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) "
             "ON CONFLICT (email) DO NOTHING",
             {account.id, account.role, account.email, account.name, password_hash, account.authority,
              account.family, account.provider, account.created}) == 1;
}

std::optional<Account> find(db::Tx& tx, const Id<"account">& id) {
  return tx.one(select(account_columns, "identity_accounts a WHERE a.id = $1"), {id}, read_account);
}

bool email_taken(db::Tx& tx, std::string_view email) {
  return tx.number("SELECT COUNT(*) FROM identity_accounts WHERE email = $1", {email}) != 0;
}

std::optional<Credentials> find_credentials(db::Tx& tx, std::string_view email) {
  return tx.one(select(std::string(account_columns) + ", a.password_hash",
                       "identity_accounts a WHERE a.email = $1"),
                {email}, [](const db::Row& row) {
                  return Credentials{read_account(row), row.string(8)};
                });
}

std::vector<Account> accounts(db::Tx& tx, const Filter& filter) {
  Conditions where;
  if (filter.authority) where.add("a.authority =", *filter.authority);
  if (filter.role) where.add("a.role =", *filter.role);
  if (filter.before_id) where.add("a.id <", *filter.before_id);
  where.limit(" ORDER BY a.id DESC", filter.limit);
  return tx.all_of(select(account_columns, "identity_accounts a") + where.text, where.params,
                   read_account);
}

void insert(db::Tx& tx, const Session& session) {
  tx.execute(
      "INSERT INTO identity_sessions (token_hash, account, created, expires) VALUES ($1, $2, $3, $4)",
      {session.token_hash, session.account, session.created, session.expires});
}

std::optional<SignedIn> find_session(db::Tx& tx, std::string_view token_hash, Timestamp now) {
  return tx.one(select(std::string(account_columns) + ", s.expires",
                       "identity_sessions s JOIN identity_accounts a ON a.id = s.account "
                       "WHERE s.token_hash = $1 AND s.expires > $2"),
                {token_hash, now}, [](const db::Row& row) {
                  return SignedIn{read_account(row), row.timestamp(8)};
                });
}

void delete_session(db::Tx& tx, std::string_view token_hash) {
  tx.execute("DELETE FROM identity_sessions WHERE token_hash = $1", {token_hash});
}

std::int64_t delete_ended_sessions(db::Tx& tx, Timestamp now, std::int64_t limit) {
  return tx.execute(
      "DELETE FROM identity_sessions WHERE token_hash IN (SELECT token_hash FROM identity_sessions "
      "WHERE expires <= $1 ORDER BY expires LIMIT $2)",
      {now, limit});
}

void put_log(db::Tx& tx, const LogEntry& entry) {
  tx.execute(
      "INSERT INTO identity_access_log (id, at, action, account, authority, subject) "
      "VALUES ($1, $2, $3, $4, $5, $6)",
      {entry.id, entry.at, entry.action, entry.account, entry.authority, entry.subject});
}

std::vector<LogEntry> log(db::Tx& tx, const Filter& filter) {
  Conditions where;
  if (filter.authority) where.add("authority =", *filter.authority);
  if (filter.before_id) where.add("id <", *filter.before_id);
  where.limit(" ORDER BY id DESC", filter.limit);
  return tx.all_of(select("id, at, action, account, authority, subject", "identity_access_log") +
                       where.text,
                   where.params, read_entry);
}

}  // namespace cp::identity::store
