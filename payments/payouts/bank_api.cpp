#include "payments/payouts/bank_api.hpp"

#include "payments/banking/camt053.hpp"
#include "payments/book/commands.hpp"
#include "payments/signing.hpp"
#include "shared/core/hash.hpp"
#include "shared/core/csv.hpp"
#include "shared/http/commit.hpp"
#include "shared/http/cursor.hpp"

#include <algorithm>

namespace cp::payments {
namespace {

using http::Method;
using http::Role;

constexpr std::int64_t most_details = 1'000;
constexpr std::size_t most_reference = 400;

Error no_such_details() { return not_found("There are no such bank details, or they are not yours to see."); }
Error no_such_line() { return not_found("There is no such line, or it is not yours to see."); }

Id<"authority"> authority_of(const http::Request& request) {
  return request.who().authority.value_or(Id<"authority">());
}
Id<"provider"> provider_of(const http::Request& request) { return request.who().provider.value_or(Id<"provider">()); }

/// Details that this caller may know of.
Result<store::BankDetailsRow> find_details(db::Tx& tx, const http::Request& request, const Id<"bank-details">& id) {
  auto row = store::find_bank_details(tx, id);
  if (!row) return no_such_details();
  const bool own = request.who().role == Role::provider
                       ? row->change.owner == provider_of(request)
                       : store::buys_from(tx, authority_of(request), row->change.owner);
  if (!own) return no_such_details();
  return std::move(*row);
}

/// A payment as `sent_payments` names it.
BankLineCandidate candidate_of(const std::string& payment) {
  const auto space = payment.find(' ');
  return {Id<"payment-run">(payment.substr(0, space)), Id<"provider">(payment.substr(space + 1))};
}

std::vector<BankLineCandidate> candidates_of(const std::string& text) {
  std::vector<BankLineCandidate> found;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    found.push_back(candidate_of(text.substr(at, end - at)));
    at = end + 1;
  }
  return found;
}

BankStatementView statement_view(const store::BankStatementRow& row) {
  return {row.id, row.at, row.lines, row.settled, row.returned, row.unmatched};
}

BankLineView line_view(const store::BankLineRow& row) {
  return {row.id,        row.statement, row.place,  row.direction,                 row.amount, row.booked,
          row.reference, row.reason,    candidates_of(row.candidates), row.state, row.version};
}

banking::CsvLayout layout_of(const BankCsvLayout& wire) {
  banking::CsvLayout layout;
  layout.lines_above = static_cast<std::size_t>(wire.lines_above.value_or(0));
  layout.date_format = wire.date_format;
  layout.date = wire.date;
  layout.amount = wire.amount.value_or("");
  layout.paid_in = wire.paid_in.value_or("");
  layout.paid_out = wire.paid_out.value_or("");
  layout.description = wire.description.value_or("");
  layout.reference = wire.reference.value_or("");
  layout.bank_reference = wire.bank_reference.value_or("");
  layout.balance = wire.balance.value_or("");
  return layout;
}

Result<std::vector<banking::Statement>> statements_of(const BankStatementInput& body) {
  if (body.format == BankStatementFormat::camt053) return banking::read_camt053(body.text);
  if (!body.layout) return invalid_field("/layout", "Say which column of the file is which.");
  auto statement = banking::read_bank_csv(body.text, layout_of(*body.layout));
  if (!statement) return statement.error();
  return std::vector<banking::Statement>{std::move(*statement)};
}

/// What a person can do nothing about is not laid before one.
bool is_for_a_person(banking::UnmatchedReason reason) {
  return reason != banking::UnmatchedReason::not_booked && reason != banking::UnmatchedReason::no_amount;
}

Result<store::NewestFirst> page_of(const StatementQuery& query, std::int64_t limit) {
  store::NewestFirst page;
  page.limit = limit + 1;
  const auto before = http::decode_time_key(query.after);
  if (!before) return before.error();
  if (*before) {
    page.before = (*before)->time;
    page.before_id = (*before)->id;
  }
  return page;
}

}  // namespace

BankApi::BankApi(app::Context& context, Treasury& treasury)
    : context_(context), treasury_(treasury), office_(BankOffice::open(context.config)),
      runs_(context, treasury, office_), identity_(context.transport) {
  auto& router = context_.router;
  const auto provider = http::roles(Role::provider);
  const auto commissioner = http::roles(Role::commissioner);
  const auto both = http::roles(Role::provider, Role::commissioner);
  router.add({Method::get, "/v1/payments/bank-details", both,
              "Bank details, masked: my own, or those of the providers that my authority buys from."},
             this, &BankApi::list_details);
  router.add({Method::post, "/v1/payments/bank-details", provider,
              "Enter my bank details; each authority confirms them before it pays by them."},
             this, &BankApi::propose);
  router.add({Method::post, "/v1/payments/bank-details/{details}/confirmation", commissioner,
              "Confirm a provider's bank details for the own authority; changed ones are used some days later."},
             this, &BankApi::confirm);
  router.add({Method::post, "/v1/payments/bank-details/{details}/withdrawal", both,
              "Stop bank details that are not in use yet."},
             this, &BankApi::withdraw);
  router.add({Method::get, "/v1/payments/payer", commissioner, "The account that my authority pays from, masked."},
             this, &BankApi::show_payer);
  router.add({Method::put, "/v1/payments/payer", commissioner, "Enter another account for my authority to pay from; somebody else has to confirm it.", true},
             this, &BankApi::change_payer);
  router.add({Method::post, "/v1/payments/payer/changes/{change}/confirmation", commissioner,
              "Confirm the account that somebody else entered: it is paid from now on."},
             this, &BankApi::confirm_payer);
  router.add({Method::post, "/v1/payments/payer/changes/{change}/withdrawal", commissioner,
              "Stop a change of the account that nobody has confirmed."},
             this, &BankApi::withdraw_payer);
  router.add({Method::post, "/v1/payments/bank-statements", commissioner,
              "Take in a bank statement: payments settle or come back, and the rest waits for a person."},
             this, &BankApi::take_statement);
  router.add({Method::get, "/v1/payments/bank-statements", commissioner, "Statements taken in, newest first."}, this,
             &BankApi::list_statements);
  router.add({Method::get, "/v1/payments/bank-lines", commissioner, "Lines of statements that nothing matched."}, this,
             &BankApi::list_lines);
  router.add({Method::post, "/v1/payments/bank-lines/{line}/assignment", commissioner,
              "Say which payment a line is: paid out settles it, paid in brings it back.", true},
             this, &BankApi::assign);
  router.add({Method::post, "/v1/payments/bank-lines/{line}/dismissal", commissioner,
              "Say that a line is no payment of a run.", true},
             this, &BankApi::dismiss);
}

std::int64_t BankApi::page_limit(const std::optional<std::int64_t>& asked) const {
  return std::min(asked.value_or(context_.config.page_items), 10 * context_.config.page_items);
}

// ---------------------------------------------------------------- bank details

Result<BankDetailsView> BankApi::view_of(db::Tx& tx, const http::Principal& who,
                                         const store::BankDetailsRow& row) const {
  const auto details = banking::open(row.sealed, row.change.owner.text(), office_.keys);
  if (!details) return details.error();
  const auto masked = banking::masked(*details);
  BankDetailsView view;
  view.id = row.change.id;
  view.provider = row.change.owner;
  view.sort_code = masked.sort_code;
  view.account_number = masked.account_number;
  view.requested_at = row.change.requested_at;
  view.digits = row.change.modulus.answer;
  view.withdrawn = row.change.state == banking::ChangeState::withdrawn;
  for (const auto& one : store::confirmations(tx, row.change.id)) {
    if (who.role != Role::provider && one.authority != who.authority) continue;
    view.confirmations.push_back({one.authority, one.at, one.usable_from, one.withdrawn});
  }
  return view;
}

Task<BankApi::Answer<BankDetailsView>> BankApi::propose(http::Request& request, http::NoParams, BankDetailsInput body) {
  const auto details = banking::BankDetails::parse(body.sort_code, body.account_number, body.account_name);
  if (!details) co_return details.error();
  const auto now = context_.clock.now();
  const auto owner = provider_of(request);
  if (owner.empty()) co_return invalid("no-provider", "Your account belongs to no provider yet. Ask the administrator.");
  const auto checked = office_.modulus.check(details->sort_code(), details->account_number());
  const auto id = context_.ids.make<"bank-details">(now);
  const auto change = banking::request_change(id, owner, request.who().account, now, checked);
  if (!change) co_return change.error();
  const store::BankDetailsRow row{*change, banking::seal(*details, owner.text(), office_.keys)};
  auto work = [&](db::Tx& tx) -> Answer<BankDetailsView> {
    store::insert(tx, row);
    auto view = view_of(tx, request.who(), row);
    if (!view) return view.error();
    return http::created(std::move(*view), "/v1/payments/bank-details/" + id.text());
  };
  co_return co_await http::commit<BankDetailsView>(context_.database, request, now, work);
}

Task<BankApi::Answer<http::Page<BankDetailsView>>> BankApi::list_details(http::Request& request, http::NoParams) {
  auto work = [&](db::Tx& tx) -> Answer<http::Page<BankDetailsView>> {
    http::Page<BankDetailsView> page;
    const auto rows = request.who().role == Role::provider
                          ? store::bank_details_of_provider(tx, provider_of(request), most_details)
                          : store::bank_details_for(tx, authority_of(request), most_details);
    for (const auto& row : rows) {
      auto view = view_of(tx, request.who(), row);
      if (!view) return view.error();
      page.items.push_back(std::move(*view));
    }
    return page;
  };
  co_return co_await context_.database.read(work);
}

Task<BankApi::Answer<BankDetailsView>> BankApi::confirm(http::Request& request, BankDetailsPath path,
                                                        BankConfirmationInput body) {
  const auto now = context_.clock.now();
  const auto authority = authority_of(request);
  auto work = [&](db::Tx& tx) -> Answer<BankDetailsView> {
    auto row = find_details(tx, request, path.details);
    if (!row) return row.error();
    for (const auto& one : store::confirmations(tx, path.details)) {
      if (one.authority == authority) return conflict("change-not-open", "Your authority has decided on these already.");
    }
    const auto changes = store::changes(tx, authority);
    // Whoever has been paid by other details, or will be, has these as a change.
    const bool has_details = std::any_of(changes.begin(), changes.end(),
                                         [&](const auto& one) { return one.owner == row->change.owner; });
    const auto confirmed = banking::confirm_change(row->change, request.who().account, now, has_details,
                                                   body.checked_with_payee, office_.policy);
    if (!confirmed) return confirmed.error();
    store::confirm(tx, authority, *confirmed);
    auto view = view_of(tx, request.who(), *row);
    if (!view) return view.error();
    return std::move(*view);
  };
  co_return co_await http::commit<BankDetailsView>(context_.database, request, now, work);
}

Task<BankApi::Answer<BankDetailsView>> BankApi::withdraw(http::Request& request, BankDetailsPath path) {
  const auto now = context_.clock.now();
  const auto today = day_of(now);
  auto work = [&](db::Tx& tx) -> Answer<BankDetailsView> {
    auto row = find_details(tx, request, path.details);
    if (!row) return row.error();
    const bool by_provider = request.who().role == Role::provider;
    auto change = row->change;
    bool is_confirmed = false;
    for (const auto& one : store::confirmations(tx, path.details)) {
      if (one.withdrawn || (!by_provider && one.authority != authority_of(request))) continue;
      is_confirmed = true;
      change.state = banking::ChangeState::confirmed;
      // In use anywhere is in use.
      change.usable_from = std::min(change.usable_from.value_or(one.usable_from), one.usable_from);
    }
    if (!by_provider && !is_confirmed) {
      return conflict("change-not-open", "Your authority has not confirmed these, so there is nothing to stop.");
    }
    const auto withdrawn = banking::withdraw_change(change, today);
    if (!withdrawn) return withdrawn.error();
    if (by_provider) store::withdraw(tx, path.details);
    else store::withdraw_confirmation(tx, path.details, authority_of(request));
    auto view = view_of(tx, request.who(), *store::find_bank_details(tx, path.details));
    if (!view) return view.error();
    return std::move(*view);
  };
  co_return co_await http::commit<BankDetailsView>(context_.database, request, now, work);
}

BankApi::Answer<PayerView> BankApi::payer_view(db::Tx& tx, const Id<"authority">& authority) const {
  PayerView view;
  if (const auto payer = store::find_payer(tx, authority)) {
    const auto details = banking::open(payer->sealed, authority.text(), office_.keys);
    if (!details) return details.error();
    const auto masked = banking::masked(*details);
    view.configured = true;
    view.sort_code = masked.sort_code;
    view.account_number = masked.account_number;
    view.service_user_number = payer->service_user_number;
    view.version = payer->version;
  }
  if (const auto change = store::find_payer_change(tx, authority)) {
    const auto details = banking::open(change->sealed, authority.text(), office_.keys);
    if (!details) return details.error();
    const auto masked = banking::masked(*details);
    view.change = PayerChangeView{change->id, masked.sort_code, masked.account_number, change->service_user_number,
                                  change->requested_by, change->requested_at};
  }
  const auto version = view.version;
  http::Answer<PayerView> answer(std::move(view));
  return std::move(answer).at_version(version);
}

Task<BankApi::Answer<PayerView>> BankApi::show_payer(http::Request& request, http::NoParams) {
  auto work = [&](db::Tx& tx) { return payer_view(tx, authority_of(request)); };
  co_return co_await context_.database.read(work);
}

Task<BankApi::Answer<PayerView>> BankApi::change_payer(http::Request& request, http::NoParams, PayerInput body) {
  const auto details = banking::BankDetails::parse(body.sort_code, body.account_number, body.account_name);
  if (!details) co_return details.error();
  const auto number = body.service_user_number.value_or("");
  const bool digits = std::all_of(number.begin(), number.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!digits || (!number.empty() && number.size() != 6)) {
    co_return invalid_field("/service_user_number", "Six digits, or leave it empty.");
  }
  if (office_.modulus.check(details->sort_code(), details->account_number()).answer == banking::ModulusAnswer::invalid) {
    co_return invalid("bank-details-invalid", "The sort code and the account number do not go together. Check both.");
  }
  const auto authority = authority_of(request);
  const auto now = context_.clock.now();
  const store::PayerChangeRow change{context_.ids.make<"payer-change">(now),
                                     banking::seal(*details, authority.text(), office_.keys), number, request.who().account, now};
  auto work = [&](db::Tx& tx) -> Answer<PayerView> {
    const auto before = store::find_payer(tx, authority);
    CP_TRY(http::check_version(request, before ? before->version : 0));
    store::keep_payer_change(tx, authority, change);
    return payer_view(tx, authority);
  };
  co_return co_await http::commit<PayerView>(context_.database, request, now, work);
}

namespace {

/// The change that waits, where it is the one that was seen.
Result<store::PayerChangeRow> find_change(db::Tx& tx, const http::Request& request, const Id<"payer-change">& id) {
  auto change = store::find_payer_change(tx, authority_of(request));
  if (!change || change->id != id) return not_found("There is no such change; it was confirmed, stopped or replaced by another.");
  return std::move(*change);
}

}  // namespace

Task<BankApi::Answer<PayerView>> BankApi::confirm_payer(http::Request& request, PayerChangePath path) {
  const auto authority = authority_of(request);
  auto look = [&](db::Tx& tx) { return find_change(tx, request, path.change); };
  const auto seen = co_await context_.database.read(look);
  if (!seen) co_return seen.error();
  if (seen->requested_by == request.who().account) {
    co_return Error{ErrorKind::forbidden, "change-by-same-person", "Ask somebody else to confirm the account you entered."};
  }
  identity::LogNote note{identity::LoggedAction::payer_changed, request.who().account, authority, path.change.text()};
  const auto noted = co_await identity_.log(std::move(note));
  if (!noted) co_return noted.error();
  auto work = [&](db::Tx& tx) -> Answer<PayerView> {
    const auto change = find_change(tx, request, path.change);
    if (!change) return change.error();
    const auto before = store::find_payer(tx, authority);
    store::keep_payer(tx, authority, {change->sealed, change->service_user_number, before ? before->version + 1 : 1});
    store::drop_payer_change(tx, authority);
    return payer_view(tx, authority);
  };
  co_return co_await http::commit<PayerView>(context_.database, request, context_.clock.now(), work);
}

Task<BankApi::Answer<PayerView>> BankApi::withdraw_payer(http::Request& request, PayerChangePath path) {
  const auto authority = authority_of(request);
  auto work = [&](db::Tx& tx) -> Answer<PayerView> {
    const auto change = find_change(tx, request, path.change);
    if (!change) return change.error();
    store::drop_payer_change(tx, authority);
    return payer_view(tx, authority);
  };
  co_return co_await http::commit<PayerView>(context_.database, request, context_.clock.now(), work);
}

// ---------------------------------------------------------------- statements

Task<Result<std::vector<banking::StatementLine>>> BankApi::lines_of(Id<"authority"> authority,
                                                                    const BankStatementInput& body) {
  auto statements = statements_of(body);
  if (!statements) co_return statements.error();
  auto find = [&](db::Tx& tx) -> Result<std::optional<store::PayerRow>> { return store::find_payer(tx, authority); };
  const auto payer = co_await context_.database.read(find);
  if (!payer) co_return payer.error();
  std::string own;
  if (*payer) {
    const auto details = banking::open((*payer)->sealed, authority.text(), office_.keys);
    if (!details) co_return details.error();
    own = details->account_number();
  }
  std::vector<banking::StatementLine> lines;
  for (auto& statement : *statements) {
    // An IBAN ends with the account number.
    if (!statement.account.empty() && !own.empty() && !statement.account.ends_with(own)) {
      co_return invalid("statement-account", "This statement is of another account than the one your authority pays from.");
    }
    for (auto& line : statement.lines) lines.push_back(std::move(line));
  }
  co_return lines;
}

Task<Result<bool>> BankApi::apply(const http::Request& request, const banking::Match& match, std::string key) {
  std::map<Id<"payment-run">, std::vector<Id<"provider">>> runs;
  for (const auto& payment : match.payments) {
    const auto one = candidate_of(payment);
    runs[one.run].push_back(one.provider);
  }
  for (auto& [run, payees] : runs) {
    std::unique_ptr<ledger::Command> command;
    if (match.outcome == banking::Outcome::settled) {
      SettleFact fact{run, std::move(payees), std::string(name(match.evidence))};
      command = std::make_unique<SettlePayments>(treasury_.book(), authority_of(request), std::move(fact));
    } else {
      RejectFact fact{run, std::move(payees), false, match.return_reason};
      command = std::make_unique<RejectPayments>(treasury_.book(), authority_of(request), std::move(fact));
    }
    const auto own_key = key + ":" + run.text();
    sign(*command, own_key, request.who().account.text(), name(match.outcome), own_key);
    const auto done = co_await treasury_.perform(*command);
    if (!done && done.error().kind == ErrorKind::unavailable) co_return done.error();
    if (!done) co_return false;
  }
  co_return true;
}

Task<BankApi::Answer<BankStatementView>> BankApi::take_statement(http::Request& request, http::NoParams,
                                                                 BankStatementInput body) {
  const auto now = context_.clock.now();
  const auto authority = authority_of(request);
  const auto hash = sha256_hex(body.text);
  // The same file again is answered as it was the first time.
  auto find = [&](db::Tx& tx) -> Result<std::optional<store::BankStatementRow>> {
    return store::find_bank_statement(tx, authority, hash);
  };
  const auto known = co_await context_.database.read(find);
  if (!known) co_return known.error();
  if (*known) co_return statement_view(**known);
  const auto lines = co_await lines_of(authority, body);
  if (!lines) co_return lines.error();
  auto look = [&](ledger::Machine&) { return sent_payments(treasury_.book(), authority); };
  const auto sent = co_await treasury_.ledger().ask(look);
  if (!sent) co_return sent.error();
  auto found = banking::reconcile(*sent, *lines);
  if (!found) co_return found.error();

  store::BankStatementRow row;
  row.id = context_.ids.make<"bank-statement">(now);
  row.authority = authority;
  row.hash = hash;
  row.uploaded_by = request.who().account;
  row.at = now;
  row.lines = static_cast<std::int64_t>(lines->size());
  // What a statement both settles and brings back is settled first.
  std::stable_sort(found->matches.begin(), found->matches.end(),
                   [](const auto& a, const auto& b) { return a.outcome < b.outcome; });
  for (const auto& match : found->matches) {
    auto key = "statement:" + authority.text() + ":" + hash + ":" + match.line;
    const auto applied = co_await apply(request, match, std::move(key));
    if (!applied) co_return applied.error();
    if (!*applied) {
      found->unmatched.push_back({match.line, banking::UnmatchedReason::duplicate, match.payments});
      continue;
    }
    auto& count = match.outcome == banking::Outcome::settled ? row.settled : row.returned;
    count += static_cast<std::int64_t>(match.payments.size());
  }

  std::map<std::string, const banking::StatementLine*> by_place;
  for (const auto& line : *lines) by_place[line.id] = &line;
  std::vector<store::BankLineRow> open;
  for (const auto& unmatched : found->unmatched) {
    if (!is_for_a_person(unmatched.reason)) continue;
    const auto& line = *by_place.at(unmatched.line);
    store::BankLineRow one;
    one.id = context_.ids.make<"bank-line">(now);
    one.authority = authority;
    one.statement = row.id;
    one.place = line.id;
    one.direction = line.direction;
    one.amount = line.amount;
    one.booked = line.booked;
    one.reference = line.reference.substr(0, valid_utf8_bytes(line.reference.substr(0, most_reference)));
    one.reason = unmatched.reason;
    for (const auto& candidate : unmatched.candidates) one.candidates += (one.candidates.empty() ? "" : "\n") + candidate;
    one.created = now;
    open.push_back(std::move(one));
  }
  row.unmatched = std::ssize(open);
  auto work = [&](db::Tx& tx) -> Answer<BankStatementView> {
    if (!store::insert(tx, row)) return statement_view(*store::find_bank_statement(tx, authority, hash));
    for (const auto& line : open) store::insert(tx, line);
    return http::Answer<BankStatementView>(statement_view(row), 201);
  };
  co_return co_await http::commit<BankStatementView>(context_.database, request, now, work);
}

Task<BankApi::Answer<http::Page<BankStatementView>>> BankApi::list_statements(http::Request& request,
                                                                              StatementQuery query) {
  const auto limit = page_limit(query.limit);
  const auto asked = page_of(query, limit);
  if (!asked) co_return asked.error();
  auto work = [&](db::Tx& tx) -> Answer<http::Page<BankStatementView>> {
    http::Page<BankStatementView> page;
    auto rows = store::bank_statements(tx, authority_of(request), *asked);
    page.next = http::cut(request, rows, limit, &store::BankStatementRow::at);
    for (const auto& row : rows) page.items.push_back(statement_view(row));
    return page;
  };
  co_return co_await context_.database.read(work);
}

// ---------------------------------------------------------------- what a person has to look at

Task<BankApi::Answer<http::Page<BankLineView>>> BankApi::list_lines(http::Request& request, StatementQuery query) {
  const auto limit = page_limit(query.limit);
  const auto asked = page_of(query, limit);
  if (!asked) co_return asked.error();
  auto work = [&](db::Tx& tx) -> Answer<http::Page<BankLineView>> {
    http::Page<BankLineView> page;
    auto rows = store::unmatched_lines(tx, authority_of(request), *asked);
    page.next = http::cut(request, rows, limit, &store::BankLineRow::created);
    for (const auto& row : rows) page.items.push_back(line_view(row));
    return page;
  };
  co_return co_await context_.database.read(work);
}

namespace {

Result<store::BankLineRow> find_line(db::Tx& tx, const http::Request& request, const Id<"bank-line">& id) {
  auto line = store::find_bank_line(tx, id);
  if (!line || line->authority != authority_of(request)) return no_such_line();
  return std::move(*line);
}

/// The line as it was seen, and nobody has dealt with it.
Result<Done> may_deal_with(const http::Request& request, const store::BankLineRow& line) {
  CP_TRY(http::check_version(request, line.version));
  if (line.state == store::BankLineState::unmatched) return Done{};
  return conflict("line-not-open", "This line was " + std::string(name(line.state)) + " already.");
}

Result<http::Answer<BankLineView>> close_line(db::Tx& tx, const http::Request& request, const Id<"bank-line">& id,
                                              store::BankLineState state) {
  auto line = find_line(tx, request, id);
  if (!line) return line.error();
  CP_TRY(may_deal_with(request, *line));
  line->state = state;
  store::update(tx, *line);
  http::Answer<BankLineView> answer(line_view(*line));
  return std::move(answer).at_version(line->version);
}

}  // namespace

Task<BankApi::Answer<BankLineView>> BankApi::assign(http::Request& request, BankLinePath path, BankAssignment body) {
  struct Found {
    store::BankLineRow line;
    std::optional<store::RunRow> run;
  };
  auto find = [&](db::Tx& tx) -> Result<Found> {
    auto line = find_line(tx, request, path.line);
    if (!line) return line.error();
    return Found{std::move(*line), store::find_run(tx, body.run)};
  };
  const auto found = co_await context_.database.read(find);
  if (!found) co_return found.error();
  const auto& line = found->line;
  if (line.state == store::BankLineState::unmatched) {
    if (const auto current = http::check_version(request, line.version); !current) co_return current.error();
    const bool own = found->run && found->run->run.authority == authority_of(request).text();
    const auto* payment = own ? found->run->run.find(body.provider) : nullptr;
    if (!payment) co_return not_found("There is no such payment, or it is not yours to see.");
    if (payment->amount() != line.amount) {
      auto error = conflict("amount-differs", "The line has another amount than the payment, so it cannot be it.");
      co_return std::move(error).with("payment_pence", payment->amount().pence());
    }
    banking::Match match;
    match.line = line.id.text();
    match.payments = {body.run.text() + " " + body.provider.text()};
    match.outcome = line.direction == banking::Direction::debit ? banking::Outcome::settled : banking::Outcome::returned;
    match.return_reason = "Assigned by hand.";
    // A refusal is kept under its key: what is tried anew, once the payment stands otherwise, has another one.
    auto key = "line:" + line.id.text() + ":" + request.idempotency_key.value_or(context_.ids.next(context_.clock.now()));
    const auto applied = co_await apply(request, match, std::move(key));
    if (!applied) co_return applied.error();
    if (!*applied) co_return conflict("payment-state", "This payment is in another state already. Look at its run.");
  }
  auto work = [&](db::Tx& tx) { return close_line(tx, request, path.line, store::BankLineState::assigned); };
  co_return co_await http::commit<BankLineView>(context_.database, request, context_.clock.now(), work);
}

Task<BankApi::Answer<BankLineView>> BankApi::dismiss(http::Request& request, BankLinePath path) {
  auto work = [&](db::Tx& tx) { return close_line(tx, request, path.line, store::BankLineState::dismissed); };
  co_return co_await http::commit<BankLineView>(context_.database, request, context_.clock.now(), work);
}

}  // namespace cp::payments
