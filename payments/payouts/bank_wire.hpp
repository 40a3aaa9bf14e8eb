// What bank details, payment runs and bank statements look like on the wire.
#pragma once

#include "payments/payouts/bank_store.hpp"
#include "payments/banking/bank_csv.hpp"
#include "payments/payouts/runs.hpp"
#include "shared/json/wire.hpp"

#include <optional>
#include <string>
#include <vector>

namespace cp::payments {

// ---------------------------------------------------------------- bank details

struct BankDetailsInput {
  std::string sort_code, account_number, account_name;
};
constexpr auto wire(const BankDetailsInput*) {
  return json::object(
      "BankDetailsInput", json::field("sort_code", &BankDetailsInput::sort_code, "Six digits.", json::between(0, 20)),
      json::field("account_number", &BankDetailsInput::account_number, "Six to eight digits.", json::between(0, 20)),
      json::field("account_name", &BankDetailsInput::account_name, "As the bank has it.", json::between(0, 600)));
}
struct BankConfirmationView {
  Id<"authority"> authority;
  Timestamp at = {};
  Date usable_from = {};
  bool withdrawn = false;
};
constexpr auto wire(const BankConfirmationView*) {
  return json::object("BankConfirmationView",
                      json::field("authority", &BankConfirmationView::authority, "Which authority."),
                      json::field("at", &BankConfirmationView::at, "When it confirmed."),
                      json::field("usable_from", &BankConfirmationView::usable_from, "From when it pays by these details."),
                      json::field("withdrawn", &BankConfirmationView::withdrawn, "Whether it took that back."));
}
/// Masked: nobody is shown whole bank details, not even those who gave them.
struct BankDetailsView {
  Id<"bank-details"> id;
  Id<"provider"> provider;
  std::string sort_code, account_number;
  Timestamp requested_at = {};
  banking::ModulusAnswer digits = banking::ModulusAnswer::not_checked;
  bool withdrawn = false;
  std::vector<BankConfirmationView> confirmations;
};
constexpr auto wire(const BankDetailsView*) {
  return json::object(
      "BankDetailsView", json::field("id", &BankDetailsView::id, "These details."),
      json::field("provider", &BankDetailsView::provider, "Whose they are."),
      json::field("sort_code", &BankDetailsView::sort_code, "Hidden."),
      json::field("account_number", &BankDetailsView::account_number, "The last four digits; the rest is hidden."),
      json::field("requested_at", &BankDetailsView::requested_at, "When they were entered."),
      json::field("digits", &BankDetailsView::digits, "What the modulus check says."),
      json::field("withdrawn", &BankDetailsView::withdrawn, "Whether the provider took them back."),
      json::field("confirmations", &BankDetailsView::confirmations,
                  "By authority; a commissioner sees the own one's alone."));
}
struct BankDetailsPath {
  Id<"bank-details"> details;
};
constexpr auto wire(const BankDetailsPath*) {
  return json::object("BankDetailsPath", json::field("details", &BankDetailsPath::details, "Which details."));
}
struct BankConfirmationInput {
  bool checked_with_payee = false;
};
constexpr auto wire(const BankConfirmationInput*) {
  return json::object("BankConfirmationInput",
                      json::field("checked_with_payee", &BankConfirmationInput::checked_with_payee,
                                  "You spoke to the provider by a number known before."));
}

struct PayerInput {
  std::string sort_code, account_number, account_name;
  std::optional<std::string> service_user_number;
};
constexpr auto wire(const PayerInput*) {
  return json::object(
      "PayerInput", json::field("sort_code", &PayerInput::sort_code, "Six digits.", json::between(0, 20)),
      json::field("account_number", &PayerInput::account_number, "Six to eight digits.", json::between(0, 20)),
      json::field("account_name", &PayerInput::account_name, "As the bank has it.", json::between(0, 600)),
      json::field("service_user_number", &PayerInput::service_user_number, "For Bacs files: six digits.",
                  json::between(0, 6)));
}
/// An account that one person entered and another has to confirm.
struct PayerChangeView {
  Id<"payer-change"> id;
  std::string sort_code, account_number;
  std::string service_user_number;
  Id<"account"> requested_by;
  Timestamp requested_at = {};
};
constexpr auto wire(const PayerChangeView*) {
  return json::object("PayerChangeView", json::field("id", &PayerChangeView::id, "The change."),
                      json::field("sort_code", &PayerChangeView::sort_code, "Hidden."),
                      json::field("account_number", &PayerChangeView::account_number, "The last four digits."),
                      json::field("service_user_number", &PayerChangeView::service_user_number, "For Bacs files; or empty."),
                      json::field("requested_by", &PayerChangeView::requested_by, "Who entered it; somebody else confirms it."),
                      json::field("requested_at", &PayerChangeView::requested_at, "When."));
}
struct PayerChangePath {
  Id<"payer-change"> change;
};
constexpr auto wire(const PayerChangePath*) {
  return json::object("PayerChangePath", json::field("change", &PayerChangePath::change, "The change."));
}
struct PayerView {
  bool configured = false;
  std::string sort_code, account_number;
  std::string service_user_number;
  std::int64_t version = 0;
  std::optional<PayerChangeView> change = {};
};
constexpr auto wire(const PayerView*) {
  return json::object("PayerView", json::field("configured", &PayerView::configured, "Whether there is one."),
                      json::field("sort_code", &PayerView::sort_code, "Hidden."),
                      json::field("account_number", &PayerView::account_number, "The last four digits."),
                      json::field("service_user_number", &PayerView::service_user_number, "For Bacs files; or empty."),
                      json::field("version", &PayerView::version, "For `If-Match`; 0 where there is none."),
                      json::field("change", &PayerView::change, "What waits for a second person."));
}

// ---------------------------------------------------------------- payables and runs

/// What somebody else holds of what the authority pays.
struct ToCollect {
  Holder holder = Holder::direct_payment;
  Id<"plan"> plan;
  Id<"family"> family;
  Money amount;
};
constexpr auto wire(const ToCollect*) {
  return json::object("ToCollect", json::field("holder", &ToCollect::holder, "Who holds it."),
                      json::field("plan", &ToCollect::plan, "Of which plan."),
                      json::field("family", &ToCollect::family, "Whose plan it is."),
                      json::field("amount", &ToCollect::amount, "How much of the invoice."));
}
/// The most that one invoice lists: the families of a pool times the holders of a plan.
inline constexpr std::int64_t most_to_collect = 1'000;

struct PayableView {
  Id<"invoice"> invoice;
  Id<"pool"> pool;
  std::string pool_title;
  Id<"provider"> provider;
  Month period = {};
  Money total, owed;
  bool payable = false;
  std::vector<ToCollect> to_collect;
};
constexpr auto wire(const PayableView*) {
  return json::object(
      "PayableView", json::field("invoice", &PayableView::invoice, "The invoice."),
      json::field("pool", &PayableView::pool, "For which pool; a run pays all that a pool owes."),
      json::field("pool_title", &PayableView::pool_title, "What the pool buys."),
      json::field("provider", &PayableView::provider, "Who is paid."),
      json::field("period", &PayableView::period, "The month of its sessions."),
      json::field("total", &PayableView::total, "The invoice's total."),
      json::field("owed", &PayableView::owed, "What of it is in no run; below nothing where more was refunded."),
      json::field("payable", &PayableView::payable, "Whether the provider has usable bank details."),
      json::field("to_collect", &PayableView::to_collect,
                  "What of the invoice's sessions is held by others than the authority, which pays all of it.",
                  json::between(0, most_to_collect)));
}

struct RunInvoiceView {
  Id<"pool"> pool;
  std::string pool_title;
  Month period = {};
  Money amount;
};
constexpr auto wire(const RunInvoiceView*) {
  return json::object("RunInvoiceView", json::field("pool", &RunInvoiceView::pool, "Which pool."),
                      json::field("pool_title", &RunInvoiceView::pool_title, "What it buys."),
                      json::field("period", &RunInvoiceView::period, "The invoice's month."),
                      json::field("amount", &RunInvoiceView::amount, "Below nothing for a refund that is taken off."));
}
struct RunPaymentView {
  Id<"provider"> provider;
  Id<"bank-details"> details;
  Money amount;
  RunStep step = RunStep::batched;
  std::string reference;
  std::vector<RunInvoiceView> invoices;
};
constexpr auto wire(const RunPaymentView*) {
  return json::object("RunPaymentView", json::field("provider", &RunPaymentView::provider, "Who is paid."),
                      json::field("details", &RunPaymentView::details, "By which bank details."),
                      json::field("amount", &RunPaymentView::amount, "How much."),
                      json::field("step", &RunPaymentView::step, "Where it stands."),
                      json::field("reference", &RunPaymentView::reference, "What the provider sees on its statement."),
                      json::field("invoices", &RunPaymentView::invoices, "For what."));
}
struct ExcludedView {
  Id<"provider"> provider;
  Id<"pool"> pool;
  std::string pool_title;
  Money amount;
  Exclusion reason = Exclusion::no_details;
};
constexpr auto wire(const ExcludedView*) {
  return json::object("ExcludedView", json::field("provider", &ExcludedView::provider, "Who would be paid."),
                      json::field("pool", &ExcludedView::pool, "For which pool."),
                      json::field("pool_title", &ExcludedView::pool_title, "What it buys."),
                      json::field("amount", &ExcludedView::amount, "How much."),
                      json::field("reason", &ExcludedView::reason, "Why not."));
}
struct RunPreview {
  Date pay_on = {};
  Money total;
  std::int64_t releases_needed = 1;
  std::vector<RunPaymentView> payments;
  std::vector<ExcludedView> excluded;
};
constexpr auto wire(const RunPreview*) {
  return json::object("RunPreview", json::field("pay_on", &RunPreview::pay_on, "The next banking day."),
                      json::field("total", &RunPreview::total, "What a run made now would pay."),
                      json::field("releases_needed", &RunPreview::releases_needed, "People who have to release it."),
                      json::field("payments", &RunPreview::payments, "One a provider."),
                      json::field("excluded", &RunPreview::excluded, "What cannot be paid yet."));
}
struct NewRun {
  Date pay_on = {};
  std::optional<std::vector<Id<"pool">>> pools;
};
constexpr auto wire(const NewRun*) {
  return json::object("NewPaymentRun", json::field("pay_on", &NewRun::pay_on, "A banking day, from today."),
                      json::field("pools", &NewRun::pools, "What to pay; all that can be paid where it is left out.",
                                  json::between(1, 1'000)));
}
struct RunReleaseView {
  Id<"account"> account;
  Timestamp at = {};
};
constexpr auto wire(const RunReleaseView*) {
  return json::object("RunReleaseView", json::field("account", &RunReleaseView::account, "Who released."),
                      json::field("at", &RunReleaseView::at, "When."));
}
struct RunView {
  Id<"payment-run"> id;
  banking::RunState state = banking::RunState::draft;
  Id<"account"> made_by;
  Timestamp made_at = {};
  Date pay_on = {};
  Money total;
  std::int64_t releases_needed = 1;
  std::vector<RunReleaseView> releases;
  std::string digest;
  std::vector<RunPaymentView> payments;
};
constexpr auto wire(const RunView*) {
  return json::object("PaymentRunView", json::field("id", &RunView::id, "The run."),
                      json::field("state", &RunView::state, "Where it stands."),
                      json::field("made_by", &RunView::made_by, "Who made it, and never releases it."),
                      json::field("made_at", &RunView::made_at, "When."),
                      json::field("pay_on", &RunView::pay_on, "The day on which providers have the money."),
                      json::field("total", &RunView::total, "All payments together."),
                      json::field("releases_needed", &RunView::releases_needed, "People who have to release it."),
                      json::field("releases", &RunView::releases, "Who did."),
                      json::field("digest", &RunView::digest, "What is released: name it in the release."),
                      json::field("payments", &RunView::payments, "One a provider."));
}
struct RunPath {
  Id<"payment-run"> run;
};
constexpr auto wire(const RunPath*) {
  return json::object("RunPath", json::field("run", &RunPath::run, "Which payment run."));
}
struct RunReleaseInput {
  std::string digest;
};
constexpr auto wire(const RunReleaseInput*) {
  return json::object("RunReleaseInput", json::field("digest", &RunReleaseInput::digest, "Of the run as you saw it.",
                                                     json::between(64, 64)));
}
enum class RunFileFormat { pain001, bacs18 };
constexpr auto names_of(RunFileFormat) {
  return names<RunFileFormat>({{RunFileFormat::pain001, "pain.001"}, {RunFileFormat::bacs18, "bacs-18"}});
}
struct RunFileQuery {
  Id<"payment-run"> run;
  RunFileFormat format = RunFileFormat::pain001;
};
constexpr auto wire(const RunFileQuery*) {
  return json::object("RunFileQuery", json::field("run", &RunFileQuery::run, "Which payment run."),
                      json::field("format", &RunFileQuery::format, "For which bank system."));
}

// ---------------------------------------------------------------- bank statements

enum class BankStatementFormat { camt053, csv };
constexpr auto names_of(BankStatementFormat) {
  return names<BankStatementFormat>({{BankStatementFormat::camt053, "camt.053"}, {BankStatementFormat::csv, "csv"}});
}
struct BankCsvLayout {
  banking::CsvDate date_format = banking::CsvDate::day_month_year;
  std::string date;
  std::optional<std::string> amount, paid_in, paid_out, description, reference, bank_reference, balance;
  std::optional<std::int64_t> lines_above;
};
constexpr auto wire(const BankCsvLayout*) {
  return json::object(
      "BankCsvLayout", json::field("date_format", &BankCsvLayout::date_format, "How days are written."),
      json::field("date", &BankCsvLayout::date, "The day's column."),
      json::field("amount", &BankCsvLayout::amount, "The amount's column, negative where paid out."),
      json::field("paid_in", &BankCsvLayout::paid_in, "Or the column of what was paid in,"),
      json::field("paid_out", &BankCsvLayout::paid_out, "and that of what was paid out."),
      json::field("description", &BankCsvLayout::description, "The text's column."),
      json::field("reference", &BankCsvLayout::reference, "The reference's column."),
      json::field("bank_reference", &BankCsvLayout::bank_reference, "The column of the bank's own mark."),
      json::field("balance", &BankCsvLayout::balance, "The balance's column: then a missing row is seen."),
      json::field("lines_above", &BankCsvLayout::lines_above, "Records above the header.", json::between(0, 100)));
}
struct BankStatementInput {
  BankStatementFormat format = BankStatementFormat::camt053;
  std::string text;
  std::optional<BankCsvLayout> layout;
};
constexpr auto wire(const BankStatementInput*) {
  return json::object("BankStatementInput", json::field("format", &BankStatementInput::format, "What it is."),
                      json::field("text", &BankStatementInput::text, "The whole file.", json::between(1, 16'777'216)),
                      json::field("layout", &BankStatementInput::layout, "For CSV: which column is which."));
}
struct BankStatementView {
  Id<"bank-statement"> id;
  Timestamp at = {};
  std::int64_t lines = 0, settled = 0, returned = 0, unmatched = 0;
};
constexpr auto wire(const BankStatementView*) {
  return json::object("BankStatementView", json::field("id", &BankStatementView::id, "The statement."),
                      json::field("at", &BankStatementView::at, "When it was taken in."),
                      json::field("lines", &BankStatementView::lines, "Lines it has."),
                      json::field("settled", &BankStatementView::settled, "Payments it settled."),
                      json::field("returned", &BankStatementView::returned, "Payments that came back."),
                      json::field("unmatched", &BankStatementView::unmatched, "Lines for a person to look at."));
}
struct BankLineCandidate {
  Id<"payment-run"> run;
  Id<"provider"> provider;
};
constexpr auto wire(const BankLineCandidate*) {
  return json::object("BankLineCandidate", json::field("run", &BankLineCandidate::run, "Of which run."),
                      json::field("provider", &BankLineCandidate::provider, "To whom."));
}
struct BankLineView {
  Id<"bank-line"> id;
  Id<"bank-statement"> statement;
  std::string place;
  banking::Direction direction = banking::Direction::debit;
  Money amount;
  Date booked = {};
  std::string reference;
  banking::UnmatchedReason reason = banking::UnmatchedReason::no_candidate;
  std::vector<BankLineCandidate> candidates;
  store::BankLineState state = store::BankLineState::unmatched;
  std::int64_t version = 1;
};
constexpr auto wire(const BankLineView*) {
  return json::object("BankLineView", json::field("id", &BankLineView::id, "The line."),
                      json::field("statement", &BankLineView::statement, "Of which statement."),
                      json::field("place", &BankLineView::place, "Where in it."),
                      json::field("direction", &BankLineView::direction, "Paid out is a debit."),
                      json::field("amount", &BankLineView::amount, "How much."),
                      json::field("booked", &BankLineView::booked, "When."),
                      json::field("reference", &BankLineView::reference, "The bank's text."),
                      json::field("reason", &BankLineView::reason, "Why it was not matched."),
                      json::field("candidates", &BankLineView::candidates, "Payments to look at first."),
                      json::field("state", &BankLineView::state, "Whether somebody dealt with it."),
                      json::field("version", &BankLineView::version, "For `If-Match`."));
}
struct BankLinePath {
  Id<"bank-line"> line;
};
constexpr auto wire(const BankLinePath*) {
  return json::object("BankLinePath", json::field("line", &BankLinePath::line, "Which line."));
}
struct BankAssignment {
  Id<"payment-run"> run;
  Id<"provider"> provider;
};
constexpr auto wire(const BankAssignment*) {
  return json::object("BankAssignment", json::field("run", &BankAssignment::run, "Of which run."),
                      json::field("provider", &BankAssignment::provider, "To whom the payment was."));
}

}  // namespace cp::payments
