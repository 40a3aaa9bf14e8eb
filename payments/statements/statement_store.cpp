#include "payments/statements/statement_store.hpp"

namespace cp::payments::store {
namespace {

constexpr const char* columns = "family, number, authority, first_day, last_day, through, sha256, made";

IssuedRow read_row(const db::Row& row) {
  IssuedRow one;
  one.family = row.id<"family">(0);
  one.number = row.integer(1);
  one.authority = row.id<"authority">(2);
  one.first = row.date(3);
  one.last = row.date(4);
  one.through = row.integer(5);
  one.sha256 = row.string(6);
  one.made = row.timestamp(7);
  return one;
}

IssuedRow read_whole(const db::Row& row) {
  auto one = read_row(row);
  one.body = row.string(8);
  return one;
}

std::vector<StreamMovement> sums(db::Tx& tx, const Id<"family">& family, const Cover& cover) {
  return tx.all("SELECT plan, stream, kind, CAST(SUM(amount) AS BIGINT) FROM payments_lines "
                "WHERE family = $1 AND effective <= $2 AND sequence <= $3 GROUP BY plan, stream, kind "
                "ORDER BY plan, stream, kind",
                {family, to_text(cover.last), cover.through}, [](const db::Row& row) {
                  return StreamMovement{row.id<"plan">(0), row.named<Stream>(1), row.named<LineKind>(2), row.money(3)};
                });
}

}  // namespace

void prepare(db::Tx& tx, const IssuedRow& one) {
  tx.execute("INSERT INTO payments_statements (family, number, authority, first_day, last_day, through, sha256, made, body) "
             "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (family, number, sha256) DO NOTHING",
             {one.family, one.number, one.authority, to_text(one.first), to_text(one.last), one.through, one.sha256, one.made,
              one.body});
}

void issue(db::Tx& tx, const Id<"family">& family, std::int64_t number, const std::string& sha256, std::int64_t operation) {
  tx.execute("UPDATE payments_statements SET operation = $4 WHERE family = $1 AND number = $2 AND sha256 = $3",
             {family, number, sha256, operation});
  tx.execute("DELETE FROM payments_statements WHERE family = $1 AND number = $2 AND operation IS NULL", {family, number});
}

std::optional<IssuedRow> find_issued(db::Tx& tx, const Id<"family">& family, std::int64_t number) {
  return tx.one("SELECT " + std::string(columns) + ", body FROM payments_statements "
                "WHERE family = $1 AND number = $2 AND operation IS NOT NULL",
                {family, number}, read_whole);
}

std::optional<IssuedRow> issued_for(db::Tx& tx, const Id<"family">& family, Date last) {
  return tx.one("SELECT " + std::string(columns) + " FROM payments_statements "
                "WHERE family = $1 AND last_day = $2 AND operation IS NOT NULL",
                {family, to_text(last)}, read_row);
}

std::optional<IssuedRow> last_issued(db::Tx& tx, const Id<"family">& family) {
  return tx.one("SELECT " + std::string(columns) + " FROM payments_statements "
                "WHERE family = $1 AND operation IS NOT NULL ORDER BY number DESC LIMIT 1",
                {family}, read_row);
}

std::vector<IssuedRow> list_issued(db::Tx& tx, const Id<"family">& family, std::int64_t before, std::int64_t limit) {
  return tx.all("SELECT " + std::string(columns) + " FROM payments_statements "
                "WHERE family = $1 AND number < $2 AND operation IS NOT NULL ORDER BY number DESC LIMIT $3",
                {family, before, limit}, read_row);
}

std::int64_t count_issued(db::Tx& tx) {
  return tx.number("SELECT COUNT(*) FROM payments_statements WHERE operation IS NOT NULL");
}

std::vector<Line> lines_between(db::Tx& tx, const Id<"family">& family, const std::optional<Cover>& before, const Cover& now,
                                std::int64_t limit) {
  const auto last = to_text(now.last);
  const auto before_last = before ? to_text(before->last) : std::string();
  const std::vector<db::Param> params{family, last, now.through, before_last, before ? before->through : 0, limit};
  return lines_where(tx,
                     "l.family = $1 AND l.effective <= $2 AND l.sequence <= $3 AND NOT (l.effective <= $4 AND l.sequence <= $5) "
                     "ORDER BY l.effective, l.sequence, l.line LIMIT $6",
                     params);
}

StatementSums sums_between(db::Tx& tx, const Id<"family">& family, const std::optional<Cover>& before, const Cover& now) {
  StatementSums found;
  if (before) found.before = sums(tx, family, *before);
  found.now = sums(tx, family, now);
  const auto plans = tx.all("SELECT id, starts, ends FROM payments_plans WHERE family = $1", {family}, [](const db::Row& row) {
    return std::pair(row.id<"plan">(0), std::pair(row.date(1), row.date(2)));
  });
  found.plans.insert(plans.begin(), plans.end());
  return found;
}

std::optional<Date> first_line_day(db::Tx& tx, const Id<"family">& family) {
  return tx.one("SELECT effective FROM payments_lines WHERE family = $1 ORDER BY effective LIMIT 1", {family},
                [](const db::Row& row) { return row.date(0); });
}

std::optional<Id<"authority">> authority_of_family(db::Tx& tx, const Id<"family">& family) {
  return tx.one("SELECT authority FROM payments_plans WHERE family = $1 AND state = 'agreed' ORDER BY created, id LIMIT 1",
                {family}, [](const db::Row& row) { return row.id<"authority">(0); });
}

}  // namespace cp::payments::store
