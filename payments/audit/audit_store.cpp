#include "payments/audit/audit_store.hpp"

namespace cp::payments::store {

AuditInput audit_input(db::Tx& tx, const Id<"authority">& authority, Month first, Month last) {
  AuditInput input;
  input.first = first;
  input.last = last;
  const auto from = to_text(Date(first / 1));
  const auto until = to_text(Date((last + std::chrono::months(1)) / 1));
  const auto month_of = [](const db::Row& row, int column) {
    const auto text = row.string(column);
    return text.empty() ? std::nullopt : parse_month(text);
  };
  input.movements =
      tx.all("SELECT l.stream, CASE WHEN l.effective < $2 THEN '' ELSE substr(l.effective, 1, 7) END AS month, l.kind, "
             "CAST(SUM(l.amount) AS BIGINT) FROM payments_plans p JOIN payments_lines l ON l.plan = p.id "
             "WHERE p.authority = $1 AND p.state = 'agreed' AND l.effective < $3 GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
             {authority, from, until}, [&](const db::Row& row) {
               return AuditMovement{row.named<Stream>(0), month_of(row, 1), row.named<LineKind>(2), row.money(3)};
             });
  input.bookings =
      tx.all("SELECT s.stream, substr(h.date, 1, 7) AS month, CAST(SUM(s.held) AS BIGINT), CAST(SUM(s.charged) AS BIGINT) "
             "FROM payments_pools p JOIN payments_shares h ON h.pool = p.pool JOIN payments_share_parts s ON s.share = h.id "
             "WHERE p.authority = $1 AND h.date >= $2 AND h.date < $3 GROUP BY 1, 2 ORDER BY 1, 2",
             {authority, from, until}, [&](const db::Row& row) {
               return AuditBooking{row.named<Stream>(0), *month_of(row, 1), row.money(2), row.money(3)};
             });
  // An instalment is planned for the days until the next one of its stream comes.
  input.plans = tx.all("SELECT starts, ends, next, stream, CAST(SUM(amount) AS BIGINT) FROM (SELECT "
                       "CASE WHEN s.instalment = '' THEN p.starts ELSE s.instalment END AS starts, p.ends, "
                       "COALESCE(LEAD(s.instalment) OVER (PARTITION BY s.plan, s.stream ORDER BY s.instalment), '') AS next, "
                       "s.stream, s.amount FROM payments_plans p JOIN payments_plan_streams s ON s.plan = p.id "
                       "WHERE p.authority = $1 AND p.state = 'agreed' AND p.starts < $3 AND p.ends >= $2 AND s.stream <> 'own_money') AS planned "
                       "GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4",
                       {authority, from, until}, [](const db::Row& row) {
                         auto ends = row.date(1);
                         if (const auto next = parse_date(row.string(2))) {
                           ends = Date(std::chrono::sys_days(*next) - std::chrono::days(1));
                         }
                         return AuditPlan{row.date(0), ends, row.named<Stream>(3), row.money(4)};
                       });
  return input;
}

}  // namespace cp::payments::store
