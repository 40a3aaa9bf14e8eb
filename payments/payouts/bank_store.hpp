// Payment runs, bank details and what the bank said, in the database: SQL and nothing else.
#pragma once

#include "payments/banking/reconcile.hpp"
#include "payments/banking/run.hpp"
#include "payments/book/book.hpp"
#include "payments/store.hpp"
#include "shared/db/database.hpp"

#include <optional>
#include <string>
#include <vector>

namespace cp::payments::store {

// ---------------------------------------------------------------- runs, drawn from the ledger

void insert(db::Tx& tx, const BookRun& run);
void send_run(db::Tx& tx, const Id<"payment-run">& run, Timestamp at);
void move_payment(db::Tx& tx, const Id<"payment-run">& run, const Id<"provider">& payee, RunStep to);

struct RunRow {
  BookRun run;
  std::vector<banking::Release> releases;
  std::optional<Timestamp> sent_at;
};
std::optional<RunRow> find_run(db::Tx& tx, const Id<"payment-run">& id);
/// The run that this operation made.
std::optional<Id<"payment-run">> run_made_by(db::Tx& tx, std::int64_t sequence);
void keep_release(db::Tx& tx, const Id<"payment-run">& run, const banking::Release& release);
/// What is listed by a time and an id, newest first.
struct NewestFirst {
  std::optional<Timestamp> before;
  std::string before_id;
  std::int64_t limit = 50;
};
std::vector<Id<"payment-run">> list_runs(db::Tx& tx, const Id<"authority">& authority, const NewestFirst& page);

/// What is open of an invoice, and how much of it is in runs.
struct InvoiceStanding {
  Money total, batched, sent, settled;
  bool was_returned = false;
  [[nodiscard]] Money owed() const { return total - batched - sent - settled; }
};
InvoiceStanding standing(db::Tx& tx, const Id<"pool">& pool, Month period);
/// The authority's invoices of which something is owed, by pool and month, after `after_pool` and
/// `after_period`.
struct PayableRow {
  Id<"invoice"> invoice;
  Id<"pool"> pool;
  std::string pool_title;
  Id<"provider"> provider;
  Month period = {};
  Money total, owed;
};
std::vector<PayableRow> payables(db::Tx& tx, const Id<"authority">& authority, const std::string& after_pool,
                                 const std::string& after_period, std::int64_t limit);
std::string pool_title(db::Tx& tx, const Id<"pool">& pool);

// ---------------------------------------------------------------- bank details

struct BankDetailsRow {
  banking::DetailsChange change;  // without what an authority says of it
  std::string sealed;
};
struct BankConfirmationRow {
  Id<"authority"> authority;
  Timestamp at = {};
  Date usable_from = {};
  bool withdrawn = false;
};
void insert(db::Tx& tx, const BankDetailsRow& details);
std::optional<BankDetailsRow> find_bank_details(db::Tx& tx, const Id<"bank-details">& id);
/// Newest first: a provider's, or those of all providers that an authority's pools buy from.
std::vector<BankDetailsRow> bank_details_of_provider(db::Tx& tx, const Id<"provider">& provider, std::int64_t limit);
std::vector<BankDetailsRow> bank_details_for(db::Tx& tx, const Id<"authority">& authority, std::int64_t limit);
std::vector<BankConfirmationRow> confirmations(db::Tx& tx, const Id<"bank-details">& id);
bool buys_from(db::Tx& tx, const Id<"authority">& authority, const Id<"provider">& provider);
void confirm(db::Tx& tx, const Id<"authority">& authority, const banking::DetailsChange& change);
void withdraw(db::Tx& tx, const Id<"bank-details">& id);
void withdraw_confirmation(db::Tx& tx, const Id<"bank-details">& id, const Id<"authority">& authority);
/// All that this authority has confirmed, as the rules of banking know it.
std::vector<banking::DetailsChange> changes(db::Tx& tx, const Id<"authority">& authority);

struct PayerRow {
  std::string sealed;
  std::string service_user_number;
  std::int64_t version = 0;
};
/// An account that was entered and is not confirmed yet.
struct PayerChangeRow {
  Id<"payer-change"> id;
  std::string sealed;
  std::string service_user_number;
  Id<"account"> requested_by;
  Timestamp requested_at = {};
};
std::optional<PayerChangeRow> find_payer_change(db::Tx& tx, const Id<"authority">& authority);
/// In place of the one there is.
void keep_payer_change(db::Tx& tx, const Id<"authority">& authority, const PayerChangeRow& change);
void drop_payer_change(db::Tx& tx, const Id<"authority">& authority);
std::optional<PayerRow> find_payer(db::Tx& tx, const Id<"authority">& authority);
void keep_payer(db::Tx& tx, const Id<"authority">& authority, const PayerRow& payer);

// ---------------------------------------------------------------- what the bank said

struct BankStatementRow {
  Id<"bank-statement"> id;
  Id<"authority"> authority;
  std::string hash;
  Id<"account"> uploaded_by;
  Timestamp at = {};
  std::int64_t lines = 0, settled = 0, returned = 0, unmatched = 0;
};
/// False where the authority has taken in this statement before.
bool insert(db::Tx& tx, const BankStatementRow& statement);
std::optional<BankStatementRow> find_bank_statement(db::Tx& tx, const Id<"authority">& authority, const std::string& hash);
std::vector<BankStatementRow> bank_statements(db::Tx& tx, const Id<"authority">& authority, const NewestFirst& page);

enum class BankLineState { unmatched, assigned, dismissed };
constexpr auto names_of(BankLineState) {
  return names<BankLineState>({{BankLineState::unmatched, "unmatched"},
                               {BankLineState::assigned, "assigned"},
                               {BankLineState::dismissed, "dismissed"}});
}
struct BankLineRow {
  Id<"bank-line"> id;
  Id<"authority"> authority;
  Id<"bank-statement"> statement;
  std::string place;
  banking::Direction direction = banking::Direction::debit;
  Money amount;
  Date booked = {};
  std::string reference;
  banking::UnmatchedReason reason = banking::UnmatchedReason::no_candidate;
  std::string candidates;  // `run payee`, a line each
  BankLineState state = BankLineState::unmatched;
  Timestamp created = {};
  std::int64_t version = 1;
};
void insert(db::Tx& tx, const BankLineRow& line);
std::optional<BankLineRow> find_bank_line(db::Tx& tx, const Id<"bank-line">& id);
/// Moves its version on.
void update(db::Tx& tx, BankLineRow& line);
std::vector<BankLineRow> unmatched_lines(db::Tx& tx, const Id<"authority">& authority, const NewestFirst& page);

}  // namespace cp::payments::store
