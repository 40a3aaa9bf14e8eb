#include "payments/payouts/bank_store.hpp"

#include <limits>

namespace cp::payments::store {
namespace {

using banking::DetailsChange;

constexpr const char* details_columns =
    "d.id, d.provider, d.requested_by, d.requested_at, d.answer, d.reason, d.withdrawn, d.sealed";

BankDetailsRow details_row(const db::Row& row) {
  BankDetailsRow details;
  details.change.id = row.id<"bank-details">(0);
  details.change.owner = row.id<"provider">(1);
  details.change.requested_by = row.id<"account">(2);
  details.change.requested_at = row.timestamp(3);
  details.change.modulus = {row.named<banking::ModulusAnswer>(4), row.named<banking::ModulusReason>(5)};
  if (row.boolean(6)) details.change.state = banking::ChangeState::withdrawn;
  details.sealed = row.string(7);
  return details;
}

/// The end of every list that is newest first.
Timestamp before_of(const NewestFirst& page) {
  return page.before.value_or(from_microseconds(std::numeric_limits<std::int64_t>::max()));
}

}  // namespace

// ---------------------------------------------------------------- runs

void insert(db::Tx& tx, const BookRun& run) {
  tx.execute("INSERT INTO payments_runs (id, sequence, authority, made_by, made_at, pay_on) VALUES ($1, $2, $3, $4, $5, $6)",
             {run.id, static_cast<std::int64_t>(run.sequence), run.authority, run.made_by, run.made_at,
              to_text(run.pay_on)});
  for (const auto& payment : run.payments) {
    for (const auto& part : payment.parts) {
      tx.execute("INSERT INTO payments_run_lines (run, payee, details, pool, period, amount, step) "
                 "VALUES ($1, $2, $3, $4, $5, $6, $7)",
                 {run.id, payment.payee, payment.details, part.pool, to_text(part.month), part.amount, payment.step});
    }
  }
}

void send_run(db::Tx& tx, const Id<"payment-run">& run, Timestamp at) {
  tx.execute("UPDATE payments_runs SET sent_at = $2 WHERE id = $1", {run, at});
  tx.execute("UPDATE payments_run_lines SET step = 'sent' WHERE run = $1", {run});
}

void move_payment(db::Tx& tx, const Id<"payment-run">& run, const Id<"provider">& payee, RunStep to) {
  tx.execute("UPDATE payments_run_lines SET step = $3 WHERE run = $1 AND payee = $2", {run, payee, to});
}

std::optional<RunRow> find_run(db::Tx& tx, const Id<"payment-run">& id) {
  auto found = tx.one("SELECT id, sequence, authority, made_by, made_at, pay_on, sent_at FROM payments_runs WHERE id = $1",
                      {id}, [](const db::Row& row) {
                        RunRow run;
                        run.run.id = row.id<"payment-run">(0);
                        run.run.sequence = static_cast<std::uint64_t>(row.integer(1));
                        run.run.authority = row.string(2);
                        run.run.made_by = row.id<"account">(3);
                        run.run.made_at = row.timestamp(4);
                        run.run.pay_on = row.date(5);
                        run.sent_at = row.maybe(6, &db::Row::timestamp);
                        return run;
                      });
  if (!found) return found;
  tx.run("SELECT payee, details, step, pool, period, amount FROM payments_run_lines WHERE run = $1 "
         "ORDER BY payee, pool, period",
         std::vector<db::Param>{id}, [&](const db::Row& row) {
           auto& payments = found->run.payments;
           const auto payee = row.id<"provider">(0);
           if (payments.empty() || payments.back().payee != payee) {
             payments.push_back({payee, row.id<"bank-details">(1), row.named<RunStep>(2), {}});
           }
           payments.back().parts.push_back({row.id<"pool">(3), row.month(4), row.money(5)});
         });
  found->releases = tx.all("SELECT account, at, digest FROM payments_run_releases WHERE run = $1 ORDER BY at, account",
                           {id}, [](const db::Row& row) {
                             return banking::Release{row.id<"account">(0), row.timestamp(1), row.string(2)};
                           });
  return found;
}

std::optional<Id<"payment-run">> run_made_by(db::Tx& tx, std::int64_t sequence) {
  return tx.one("SELECT id FROM payments_runs WHERE sequence = $1", {sequence},
                [](const db::Row& row) { return row.id<"payment-run">(0); });
}

void keep_release(db::Tx& tx, const Id<"payment-run">& run, const banking::Release& release) {
  tx.execute("INSERT INTO payments_run_releases (run, account, at, digest) VALUES ($1, $2, $3, $4)",
             {run, release.by, release.at, release.digest});
}

std::vector<Id<"payment-run">> list_runs(db::Tx& tx, const Id<"authority">& authority, const NewestFirst& page) {
  return tx.all("SELECT id FROM payments_runs WHERE authority = $1 AND (made_at, id) < ($2, $3) "
                "ORDER BY made_at DESC, id DESC LIMIT $4",
                {authority, before_of(page), page.before_id, page.limit},
                [](const db::Row& row) { return row.id<"payment-run">(0); });
}

InvoiceStanding standing(db::Tx& tx, const Id<"pool">& pool, Month period) {
  InvoiceStanding found;
  const auto month = to_text(period);
  found.total = Money(tx.number("SELECT CAST(COALESCE(SUM(l.amount), 0) AS BIGINT) FROM payments_invoices i "
                                "JOIN payments_invoice_lines l ON l.invoice = i.id WHERE i.pool = $1 AND i.period = $2",
                                {pool, month}));
  tx.run("SELECT step, CAST(SUM(amount) AS BIGINT) FROM payments_run_lines WHERE pool = $1 AND period = $2 GROUP BY step",
         std::vector<db::Param>{pool, month}, [&](const db::Row& row) {
           switch (row.named<RunStep>(0)) {
             case RunStep::batched: found.batched = row.money(1); break;
             case RunStep::sent: found.sent = row.money(1); break;
             case RunStep::settled: found.settled = row.money(1); break;
             case RunStep::returned: found.was_returned = true; break;
             case RunStep::cancelled: break;
           }
         });
  return found;
}

std::vector<PayableRow> payables(db::Tx& tx, const Id<"authority">& authority, const std::string& after_pool,
                                 const std::string& after_period, std::int64_t limit) {
  return tx.all(
      "SELECT invoice, pool, title, provider, period, total, total - taken FROM ("
      "SELECT i.id AS invoice, i.pool AS pool, p.title AS title, i.provider AS provider, i.period AS period, "
      "CAST((SELECT COALESCE(SUM(l.amount), 0) FROM payments_invoice_lines l WHERE l.invoice = i.id) AS BIGINT) AS total, "
      "CAST((SELECT COALESCE(SUM(r.amount), 0) FROM payments_run_lines r WHERE r.pool = i.pool AND r.period = i.period "
      "AND r.step IN ('batched', 'sent', 'settled')) AS BIGINT) AS taken "
      "FROM payments_invoices i JOIN payments_pools p ON p.pool = i.pool "
      "WHERE i.authority = $1 AND (i.pool, i.period) > ($2, $3)) AS open_invoices "
      "WHERE total <> taken ORDER BY pool, period LIMIT $4",
      {authority, after_pool, after_period, limit}, [](const db::Row& row) {
        return PayableRow{row.id<"invoice">(0), row.id<"pool">(1), row.string(2), row.id<"provider">(3),
                          row.month(4),         row.money(5),      row.money(6)};
      });
}

std::string pool_title(db::Tx& tx, const Id<"pool">& pool) {
  return tx.one("SELECT title FROM payments_pools WHERE pool = $1", {pool}, [](const db::Row& row) {
             return row.string(0);
           }).value_or(std::string());
}

// ---------------------------------------------------------------- bank details

void insert(db::Tx& tx, const BankDetailsRow& details) {
  const auto& change = details.change;
  tx.execute("INSERT INTO payments_bank_details (id, provider, sealed, requested_by, requested_at, answer, reason) "
             "VALUES ($1, $2, $3, $4, $5, $6, $7)",
             {change.id, change.owner, details.sealed, change.requested_by, change.requested_at, change.modulus.answer,
              change.modulus.reason});
}

std::optional<BankDetailsRow> find_bank_details(db::Tx& tx, const Id<"bank-details">& id) {
  return tx.one("SELECT " + std::string(details_columns) + " FROM payments_bank_details d WHERE d.id = $1", {id},
                details_row);
}

std::vector<BankDetailsRow> bank_details_of_provider(db::Tx& tx, const Id<"provider">& provider, std::int64_t limit) {
  return tx.all("SELECT " + std::string(details_columns) + " FROM payments_bank_details d WHERE d.provider = $1 "
                "ORDER BY d.requested_at DESC, d.id DESC LIMIT $2",
                {provider, limit}, details_row);
}

std::vector<BankDetailsRow> bank_details_for(db::Tx& tx, const Id<"authority">& authority, std::int64_t limit) {
  return tx.all("SELECT " + std::string(details_columns) + " FROM payments_bank_details d WHERE d.provider IN "
                "(SELECT provider FROM payments_pools WHERE authority = $1) "
                "ORDER BY d.requested_at DESC, d.id DESC LIMIT $2",
                {authority, limit}, details_row);
}

std::vector<BankConfirmationRow> confirmations(db::Tx& tx, const Id<"bank-details">& id) {
  return tx.all("SELECT authority, at, usable_from, withdrawn FROM payments_bank_confirmations WHERE details = $1 "
                "ORDER BY at, authority",
                {id}, [](const db::Row& row) {
                  return BankConfirmationRow{row.id<"authority">(0), row.timestamp(1), row.date(2), row.boolean(3)};
                });
}

bool buys_from(db::Tx& tx, const Id<"authority">& authority, const Id<"provider">& provider) {
  return tx.number("SELECT COUNT(*) FROM payments_pools WHERE authority = $1 AND provider = $2", {authority, provider}) > 0;
}

void confirm(db::Tx& tx, const Id<"authority">& authority, const DetailsChange& change) {
  tx.execute("INSERT INTO payments_bank_confirmations (details, authority, account, at, usable_from) "
             "VALUES ($1, $2, $3, $4, $5)",
             {change.id, authority, change.confirmed_by, *change.confirmed_at, to_text(*change.usable_from)});
}

void withdraw(db::Tx& tx, const Id<"bank-details">& id) {
  tx.execute("UPDATE payments_bank_details SET withdrawn = 1 WHERE id = $1", {id});
}

void withdraw_confirmation(db::Tx& tx, const Id<"bank-details">& id, const Id<"authority">& authority) {
  tx.execute("UPDATE payments_bank_confirmations SET withdrawn = 1 WHERE details = $1 AND authority = $2",
             {id, authority});
}

std::vector<DetailsChange> changes(db::Tx& tx, const Id<"authority">& authority) {
  return tx.all("SELECT " + std::string(details_columns) +
                    ", c.account, c.at, c.usable_from FROM payments_bank_confirmations c "
                    "JOIN payments_bank_details d ON d.id = c.details "
                    "WHERE c.authority = $1 AND c.withdrawn = 0 AND d.withdrawn = 0 ORDER BY c.at, d.id",
                {authority}, [](const db::Row& row) {
                  auto change = details_row(row).change;
                  change.state = banking::ChangeState::confirmed;
                  change.confirmed_by = row.id<"account">(8);
                  change.confirmed_at = row.timestamp(9);
                  change.usable_from = row.date(10);
                  return change;
                });
}

std::optional<PayerChangeRow> find_payer_change(db::Tx& tx, const Id<"authority">& authority) {
  return tx.one("SELECT id, sealed, service_user_number, requested_by, requested_at FROM payments_payer_changes "
                "WHERE authority = $1",
                {authority}, [](const db::Row& row) {
                  return PayerChangeRow{row.id<"payer-change">(0), row.string(1), row.string(2), row.id<"account">(3),
                                        row.timestamp(4)};
                });
}

void keep_payer_change(db::Tx& tx, const Id<"authority">& authority, const PayerChangeRow& change) {
  drop_payer_change(tx, authority);
  tx.execute("INSERT INTO payments_payer_changes (authority, id, sealed, service_user_number, requested_by, requested_at) "
             "VALUES ($1, $2, $3, $4, $5, $6)",
             {authority, change.id, change.sealed, change.service_user_number, change.requested_by, change.requested_at});
}

void drop_payer_change(db::Tx& tx, const Id<"authority">& authority) {
  tx.execute("DELETE FROM payments_payer_changes WHERE authority = $1", {authority});
}

std::optional<PayerRow> find_payer(db::Tx& tx, const Id<"authority">& authority) {
  return tx.one("SELECT sealed, service_user_number, version FROM payments_payers WHERE authority = $1", {authority},
                [](const db::Row& row) { return PayerRow{row.string(0), row.string(1), row.integer(2)}; });
}

void keep_payer(db::Tx& tx, const Id<"authority">& authority, const PayerRow& payer) {
  tx.execute("INSERT INTO payments_payers (authority, sealed, service_user_number, version) VALUES ($1, $2, $3, $4) "
             "ON CONFLICT (authority) DO UPDATE SET sealed = excluded.sealed, "
             "service_user_number = excluded.service_user_number, version = excluded.version",
             {authority, payer.sealed, payer.service_user_number, payer.version});
}

// ---------------------------------------------------------------- what the bank said

namespace {

constexpr const char* statement_columns = "id, authority, hash, uploaded_by, at, lines, settled, returned, unmatched";

BankStatementRow statement_row(const db::Row& row) {
  return {row.id<"bank-statement">(0), row.id<"authority">(1), row.string(2),  row.id<"account">(3), row.timestamp(4),
          row.integer(5),              row.integer(6),         row.integer(7), row.integer(8)};
}

constexpr const char* line_columns =
    "id, authority, statement, place, direction, amount, booked, reference, reason, candidates, state, created, version";

BankLineRow line_row(const db::Row& row) {
  BankLineRow line;
  line.id = row.id<"bank-line">(0);
  line.authority = row.id<"authority">(1);
  line.statement = row.id<"bank-statement">(2);
  line.place = row.string(3);
  line.direction = row.named<banking::Direction>(4);
  line.amount = row.money(5);
  line.booked = row.date(6);
  line.reference = row.string(7);
  line.reason = row.named<banking::UnmatchedReason>(8);
  line.candidates = row.string(9);
  line.state = row.named<BankLineState>(10);
  line.created = row.timestamp(11);
  line.version = row.integer(12);
  return line;
}

}  // namespace

bool insert(db::Tx& tx, const BankStatementRow& statement) {
  return tx.execute("INSERT INTO payments_bank_statements (id, authority, hash, uploaded_by, at, lines, settled, returned, "
                    "unmatched) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (authority, hash) DO NOTHING",
                    {statement.id, statement.authority, statement.hash, statement.uploaded_by, statement.at,
                     statement.lines, statement.settled, statement.returned, statement.unmatched}) == 1;
}

std::optional<BankStatementRow> find_bank_statement(db::Tx& tx, const Id<"authority">& authority,
                                                    const std::string& hash) {
  return tx.one("SELECT " + std::string(statement_columns) +
                    " FROM payments_bank_statements WHERE authority = $1 AND hash = $2",
                {authority, hash}, statement_row);
}

std::vector<BankStatementRow> bank_statements(db::Tx& tx, const Id<"authority">& authority, const NewestFirst& page) {
  return tx.all("SELECT " + std::string(statement_columns) +
                    " FROM payments_bank_statements WHERE authority = $1 AND (at, id) < ($2, $3) "
                    "ORDER BY at DESC, id DESC LIMIT $4",
                {authority, before_of(page), page.before_id, page.limit}, statement_row);
}

void insert(db::Tx& tx, const BankLineRow& line) {
  tx.execute("INSERT INTO payments_bank_lines (id, authority, statement, place, direction, amount, booked, reference, "
             "reason, candidates, state, created, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
             {line.id, line.authority, line.statement, line.place, line.direction, line.amount, to_text(line.booked),
              line.reference, line.reason, line.candidates, line.state, line.created, line.version});
}

std::optional<BankLineRow> find_bank_line(db::Tx& tx, const Id<"bank-line">& id) {
  return tx.one("SELECT " + std::string(line_columns) + " FROM payments_bank_lines WHERE id = $1", {id}, line_row);
}

void update(db::Tx& tx, BankLineRow& line) {
  ++line.version;
  tx.execute("UPDATE payments_bank_lines SET state = $2, version = $3 WHERE id = $1", {line.id, line.state, line.version});
}

std::vector<BankLineRow> unmatched_lines(db::Tx& tx, const Id<"authority">& authority, const NewestFirst& page) {
  return tx.all("SELECT " + std::string(line_columns) +
                    " FROM payments_bank_lines WHERE authority = $1 AND state = 'unmatched' AND (created, id) < ($2, $3) "
                    "ORDER BY created DESC, id DESC LIMIT $4",
                {authority, before_of(page), page.before_id, page.limit}, line_row);
}

}  // namespace cp::payments::store
