#include "payments/payouts/runs_api.hpp"

#include "payments/banking/bacs18.hpp"
#include "payments/banking/batch.hpp"
#include "payments/banking/pain001.hpp"
#include "payments/planning/holders.hpp"
#include "payments/signing.hpp"
#include "payments/store.hpp"
#include "payments/taken.hpp"
#include "shared/core/hash.hpp"
#include "shared/http/commit.hpp"
#include "shared/http/cursor.hpp"

#include <algorithm>

namespace cp::payments {
namespace {

using http::Method;
using http::Role;

constexpr const char* any_file = "application/octet-stream";
constexpr std::size_t serial_length = 6;

Error no_such_run() { return not_found("There is no such payment run, or it is not yours to see."); }

Id<"authority"> authority_of(const http::Request& request) {
  return request.who().authority.value_or(Id<"authority">());
}

RunPaymentView payment_view(db::Tx& tx, const BookRun::Payment& payment) {
  RunPaymentView view;
  view.provider = payment.payee;
  view.details = payment.details;
  view.amount = payment.amount();
  view.step = payment.step;
  for (const auto& part : payment.parts) {
    view.invoices.push_back({part.pool, store::pool_title(tx, part.pool), part.month, part.amount});
  }
  return view;
}

Result<RunFileQuery> query_of(const http::Request& request) {
  const http::Route route{.doc = {Method::get, request.path, http::signed_in(), {}}};
  return http::read_params<RunFileQuery>(route, request, {});
}

/// Six digits or capitals that are this run's and no other's, as far as six can be.
std::string serial_of(const Id<"payment-run">& run) {
  auto serial = sha256_hex("bacs serial " + run.text()).substr(0, serial_length);
  std::transform(serial.begin(), serial.end(), serial.begin(),
                 [](char c) { return c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c; });
  return serial;
}

/// The signed head as a comment, behind the XML declaration.
std::string with_head(std::string xml, const std::string& head) {
  const auto end = xml.find("?>");
  const auto at = end == std::string::npos ? 0 : end + 2;
  xml.insert(at, (at > 0 ? "\n<!-- " : "<!-- ") + head + " -->");
  return xml;
}

/// What the bank details of a run say, opened.
Result<std::map<Id<"bank-details">, banking::BankDetails>> opened(db::Tx& tx, const BookRun& run,
                                                                  const banking::KeyRing& keys) {
  std::map<Id<"bank-details">, banking::BankDetails> found;
  for (const auto& payment : run.payments) {
    const auto row = store::find_bank_details(tx, payment.details);
    if (!row) continue;
    auto details = banking::open(row->sealed, payment.payee.text(), keys);
    if (!details) return details.error();
    found.emplace(payment.details, std::move(*details));
  }
  return found;
}

}  // namespace

RunsApi::RunsApi(app::Context& context, Treasury& treasury, const BankOffice& office)
    : context_(context), treasury_(treasury), office_(office), identity_(context.transport) {
  auto& router = context_.router;
  const auto commissioner = http::roles(Role::commissioner);
  router.add({Method::get, "/v1/payments/payables", commissioner, "What is owed to providers, by invoice."}, this,
             &RunsApi::list_payables);
  router.add({Method::get, "/v1/payments/run-preview", commissioner,
              "What a payment run made now would pay, and what it could not."},
             this, &RunsApi::preview);
  router.add({Method::post, "/v1/payments/runs", commissioner, "Put what is owed into a payment run."}, this,
             &RunsApi::make);
  router.add({Method::get, "/v1/payments/runs", commissioner, "The own authority's payment runs, newest first."}, this,
             &RunsApi::list);
  router.add({Method::get, "/v1/payments/runs/{run}", commissioner, "One payment run."}, this, &RunsApi::show);
  router.add({Method::post, "/v1/payments/runs/{run}/releases", commissioner,
              "Release a run that somebody else made; above a sum two people have to."},
             this, &RunsApi::release);
  router.add({Method::post, "/v1/payments/runs/{run}/sending", commissioner,
              "Say that the run's file went to the bank."},
             this, &RunsApi::send);
  router.add({Method::post, "/v1/payments/runs/{run}/cancellation", commissioner,
              "Cancel a run that is not sent: what it would pay is owed again."},
             this, &RunsApi::cancel);
  router.add_raw({Method::get, "/v1/payments/run-files", commissioner,
                  "A released run's file, ?run=...&format=pain.001 or bacs-18. It has bank details in plain."},
                 [this](http::Request& request) { return file(request); }, any_file);
}

std::int64_t RunsApi::page_limit(const std::optional<std::int64_t>& asked) const {
  return std::min(asked.value_or(context_.config.page_items), 10 * context_.config.page_items);
}

RunView RunsApi::view_of(db::Tx& tx, const store::RunRow& row) const {
  const auto plain = to_banking(row.run, row.releases, office_.policy);
  RunView view;
  view.id = row.run.id;
  view.state = plain.state;
  view.made_by = row.run.made_by;
  view.made_at = row.run.made_at;
  view.pay_on = row.run.pay_on;
  view.total = plain.total;
  view.releases_needed = banking::releases_needed(plain.total, office_.policy);
  for (const auto& release : row.releases) view.releases.push_back({release.by, release.at});
  view.digest = banking::digest_of(plain);
  std::map<Id<"provider">, std::string> references;
  for (const auto& payment : banking::payments_of(plain)) references[payment.payee] = payment.reference;
  for (const auto& payment : row.run.payments) {
    view.payments.push_back(payment_view(tx, payment));
    view.payments.back().reference = references[payment.payee];
  }
  return view;
}

Task<Result<std::vector<banking::DetailsChange>>> RunsApi::changes_of(const http::Request& request) {
  auto work = [&](db::Tx& tx) -> Result<std::vector<banking::DetailsChange>> {
    return store::changes(tx, authority_of(request));
  };
  co_return co_await context_.database.read(work);
}

// ---------------------------------------------------------------- what is owed

namespace {

std::vector<ToCollect> to_collect(db::Tx& tx, const Id<"pool">& pool, Month month) {
  std::vector<ToCollect> found;
  for (const auto& one : store::charged_by_holder(tx, pool, month, most_to_collect)) {
    if (!is_with_authority(one.holder)) found.push_back({one.holder, one.plan, one.family, one.amount});
  }
  return found;
}

}  // namespace

Task<RunsApi::Answer<http::Page<PayableView>>> RunsApi::list_payables(http::Request& request, StatementQuery query) {
  const auto limit = page_limit(query.limit);
  const auto today = day_of(context_.clock.now());
  std::vector<std::string> after{"", ""};
  if (query.after) {
    const auto values = http::decode_cursor(*query.after, 2);
    if (!values) co_return values.error();
    after = *values;
  }
  auto work = [&](db::Tx& tx) -> Answer<http::Page<PayableView>> {
    const auto changes = store::changes(tx, authority_of(request));
    http::Page<PayableView> page;
    auto rows = store::payables(tx, authority_of(request), after[0], after[1], limit + 1);
    page.next = http::cut(request, rows, limit, [](const auto& last) {
      return std::vector<std::string>{last.pool.text(), to_text(last.period)};
    });
    for (auto& row : rows) {
      page.items.push_back({row.invoice, row.pool, std::move(row.pool_title), row.provider, row.period, row.total,
                            row.owed, banking::details_on(changes, row.provider, today) != nullptr, to_collect(tx, row.pool, row.period)});
    }
    return page;
  };
  co_return co_await context_.database.read(work);
}

Task<RunsApi::Answer<RunPreview>> RunsApi::preview(http::Request& request, http::NoParams) {
  const auto changes = co_await changes_of(request);
  if (!changes) co_return changes.error();
  const auto today = day_of(context_.clock.now());
  const auto authority = authority_of(request);
  const std::optional<std::vector<Id<"pool">>> all;
  auto look = [&](ledger::Machine& machine) {
    return plan_run(treasury_.book(), machine.accounts(), authority, all, *changes, today);
  };
  const auto plan = co_await treasury_.ledger().ask(look);
  if (!plan) co_return plan.error();
  auto work = [&](db::Tx& tx) -> Answer<RunPreview> {
    RunPreview view;
    view.pay_on = office_.calendar.next(today);
    view.total = plan->total;
    view.releases_needed = banking::releases_needed(plan->total, office_.policy);
    for (const auto& note : plan->payments) {
      view.payments.push_back(payment_view(tx, {note.payee, note.details, RunStep::batched, note.parts}));
    }
    for (const auto& one : plan->excluded) {
      view.excluded.push_back({one.payee, one.pool, store::pool_title(tx, one.pool), one.amount, one.reason});
    }
    return view;
  };
  co_return co_await context_.database.read(work);
}

// ---------------------------------------------------------------- a run's life

Task<RunsApi::Answer<RunView>> RunsApi::make(http::Request& request, http::NoParams, NewRun body) {
  auto changes = co_await changes_of(request);
  if (!changes) co_return changes.error();
  const auto canonical = json::write(body);
  RunOrder order;
  order.id = context_.ids.make<"payment-run">(context_.clock.now());
  order.authority = authority_of(request);
  order.made_by = request.who().account;
  order.pay_on = body.pay_on;
  order.pools = std::move(body.pools);
  order.changes = std::move(*changes);
  BatchRun command(treasury_.book(), std::move(order), office_.policy, office_.calendar);
  sign(command, request, context_, "batch", canonical);
  const auto done = co_await treasury_.perform(command);
  if (!done) co_return done.error();
  // Asked again under the same key, it is the run that was made then.
  auto work = [&](db::Tx& tx) -> Answer<RunView> {
    const auto made = store::run_made_by(tx, static_cast<std::int64_t>(done->sequence));
    if (!made) return no_such_run();
    return http::created(view_of(tx, *store::find_run(tx, *made)), "/v1/payments/runs/" + made->text());
  };
  co_return co_await context_.database.read(work);
}

Task<RunsApi::Answer<http::Page<RunView>>> RunsApi::list(http::Request& request, StatementQuery query) {
  const auto limit = page_limit(query.limit);
  const auto before = http::decode_time_key(query.after);
  if (!before) co_return before.error();
  store::NewestFirst asked;
  asked.limit = limit + 1;
  if (*before) {
    asked.before = (*before)->time;
    asked.before_id = (*before)->id;
  }
  auto work = [&](db::Tx& tx) -> Answer<http::Page<RunView>> {
    http::Page<RunView> page;
    for (const auto& id : store::list_runs(tx, authority_of(request), asked)) {
      page.items.push_back(view_of(tx, *store::find_run(tx, id)));
    }
    page.next = http::cut(request, page.items, limit, &RunView::made_at);
    return page;
  };
  co_return co_await context_.database.read(work);
}

Task<RunsApi::Answer<RunView>> RunsApi::shown(const http::Request& request, Id<"payment-run"> id) {
  auto work = [&](db::Tx& tx) -> Answer<RunView> {
    const auto row = store::find_run(tx, id);
    if (!row || row->run.authority != authority_of(request).text()) return no_such_run();
    return view_of(tx, *row);
  };
  co_return co_await context_.database.read(work);
}

Task<RunsApi::Answer<RunView>> RunsApi::show(http::Request& request, RunPath path) {
  co_return co_await shown(request, path.run);
}

Task<RunsApi::Answer<RunView>> RunsApi::release(http::Request& request, RunPath path, RunReleaseInput body) {
  const auto now = context_.clock.now();
  auto work = [&](db::Tx& tx) -> Answer<RunView> {
    auto row = store::find_run(tx, path.run);
    if (!row || row->run.authority != authority_of(request).text()) return no_such_run();
    const auto plain = to_banking(row->run, row->releases, office_.policy);
    const auto released = banking::release(plain, request.who().account, now, body.digest, office_.policy);
    if (!released) return released.error();
    store::keep_release(tx, path.run, released->releases.back());
    row->releases = released->releases;
    return view_of(tx, *row);
  };
  co_return co_await http::commit<RunView>(context_.database, request, now, work);
}

Task<RunsApi::Answer<RunView>> RunsApi::send(http::Request& request, RunPath path) {
  auto find = [&](db::Tx& tx) -> Result<store::RunRow> {
    auto row = store::find_run(tx, path.run);
    if (!row || row->run.authority != authority_of(request).text()) return no_such_run();
    return std::move(*row);
  };
  const auto row = co_await context_.database.read(find);
  if (!row) co_return row.error();
  auto changes = co_await changes_of(request);
  if (!changes) co_return changes.error();
  SendRun command(treasury_.book(), authority_of(request), path.run, row->releases, std::move(*changes), office_.policy);
  sign(command, request, context_, "send", path.run.text());
  const auto done = co_await treasury_.perform(command);
  if (!done) co_return done.error();
  co_return co_await shown(request, path.run);
}

Task<RunsApi::Answer<RunView>> RunsApi::cancel(http::Request& request, RunPath path) {
  RejectFact fact{path.run, {}, true, "Cancelled before it was sent."};
  RejectPayments command(treasury_.book(), authority_of(request), std::move(fact));
  sign(command, request, context_, "cancel", path.run.text());
  const auto done = co_await treasury_.perform(command);
  if (!done) co_return done.error();
  co_return co_await shown(request, path.run);
}

// ---------------------------------------------------------------- its file

Task<Result<http::Response>> RunsApi::file_of(const http::Request& request) {
  const auto query = query_of(request);
  if (!query) co_return query.error();
  const auto head = co_await treasury_.signed_head();
  if (!head) co_return head.error();
  const auto head_text = ledger::to_text(*head);
  const auto now = context_.clock.now();
  const auto authority = authority_of(request);
  auto work = [&](db::Tx& tx) -> Result<http::Response> {
    const auto row = store::find_run(tx, query->run);
    if (!row || row->run.authority != authority.text()) return no_such_run();
    const auto payer = store::find_payer(tx, authority);
    if (!payer) return conflict("payer-missing", "Enter the account that your authority pays from first.");
    const auto from = banking::open(payer->sealed, authority.text(), office_.keys);
    if (!from) return from.error();
    const auto to = opened(tx, row->run, office_.keys);
    if (!to) return to.error();
    const auto file = banking::file_of(to_banking(row->run, row->releases, office_.policy), *from, *to, now);
    if (!file) return file.error();
    http::Response response;
    const bool is_pain = query->format == RunFileFormat::pain001;
    auto text = is_pain ? banking::write_pain001(*file, office_.calendar)
                        : banking::write_bacs18(*file, {payer->service_user_number, serial_of(row->run.id)}, office_.calendar);
    if (!text) return text.error();
    response.body = is_pain ? with_head(std::move(*text), head_text) : std::move(*text);
    response.content_type = is_pain ? "application/xml" : "text/plain; charset=us-ascii";
    response.headers.emplace_back("Content-Disposition", "attachment; filename=\"run-" + file->id +
                                                             (is_pain ? ".xml\"" : ".txt\""));
    response.headers.emplace_back("Cache-Control", "no-store");
    response.headers.emplace_back("Ledger-Head", head_text);
    return response;
  };
  co_return co_await context_.database.read(work);
}

Task<http::Response> RunsApi::file(http::Request& request) {
  auto answer = co_await file_of(request);
  auto subject = answer ? "payment-run:" + query_of(request)->run.text() : std::string();
  co_return co_await taken(identity_, request, std::move(answer), std::move(subject));
}

}  // namespace cp::payments
