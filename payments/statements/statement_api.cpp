#include "payments/statements/statement_api.hpp"

#include "payments/book/commands.hpp"
#include "payments/statements/statement_pdf.hpp"
#include "payments/taken.hpp"
#include "payments/view.hpp"
#include "shared/core/hash.hpp"
#include "shared/http/cursor.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

namespace cp::payments {
namespace {

using http::Method;
using http::Role;

constexpr std::int64_t families_at_once = 20;
constexpr int most_months_at_once = 120;

Error no_such_statement() { return not_found("There is no such statement, or it is not yours to see."); }

Date end_of(Month month) { return Date(month / std::chrono::last); }

/// The last day of the month before this day's.
Date end_of_last_month(Date today) { return end_of(Month(today.year() / today.month()) - std::chrono::months(1)); }

IssuedNote note_of(const store::IssuedRow& row) {
  return {row.number, row.first, row.last, row.made, row.through, row.sha256};
}

Result<IssuedFileQuery> query_of(const http::Request& request) {
  const http::Route route{.doc = {Method::get, request.path, http::signed_in(), {}}};
  return http::read_params<IssuedFileQuery>(route, request, {});
}

/// Whose statements the caller asks for, before it is looked up whether they may be seen.
Result<Id<"family">> family_of(const http::Request& request, const std::optional<Id<"family">>& asked) {
  const auto& who = request.who();
  if (who.role != Role::parent) {
    if (!asked) return invalid_field("/family", "Say which family.");
    return *asked;
  }
  const auto own = who.family.value_or(Id<"family">());
  if (asked && *asked != own) return no_such_statement();
  return own;
}

bool may_see(db::Tx& tx, const http::Principal& who, const Id<"family">& family) {
  return who.role == Role::parent || store::authority_of_family(tx, family) == who.authority;
}

IssuedLine line_of(const store::Line& line, const std::optional<Cover>& before) {
  IssuedLine one;
  one.operation = line.sequence;
  one.effective = line.effective;
  one.at = line.at;
  one.earlier = before && line.effective <= before->last;
  one.kind = line.kind;
  one.plan = line.plan;
  one.stream = line.stream;
  one.amount = line.amount;
  one.pool = line.pool;
  one.pool_title = line.pool_title;
  one.session = line.session;
  one.derivation = line.derivation;
  return one;
}

}  // namespace

StatementApi::StatementApi(app::Context& context, Treasury& treasury)
    : context_(context), treasury_(treasury), identity_(context.transport) {
  auto& router = context_.router;
  const auto staff = http::roles(Role::facilitator, Role::commissioner);
  const auto readers = http::roles(Role::parent, Role::facilitator, Role::commissioner);
  router.add({Method::post, "/v1/payments/statements/{family}/issued", staff,
              "Issue a family's next statement: numbered, and never changed again."},
             this, &StatementApi::issue);
  router.add({Method::get, "/v1/payments/issued-statements", readers,
              "Statements that were issued, newest first; staff name the family with ?family=."},
             this, &StatementApi::list);
  router.add({Method::get, "/v1/payments/issued-statements/{number}", readers, "An issued statement, as it was then."}, this,
             &StatementApi::show);
  router.add_raw({Method::get, "/v1/payments/issued-statement-files", readers,
                  "An issued statement as a file, ?number=...&format=pdf or json; json is the bytes whose hash the ledger has."},
                 [this](http::Request& request) { return file(request); }, "application/pdf");
  context_.outbox.on_command(std::string(issue_command),
                             [this](const db::Message& message) { return issue_months(message); });
}

// ---------------------------------------------------------------- issuing

Task<Result<store::IssuedRow>> StatementApi::issue_one(const identity::AuthorityView& authority, Id<"family"> family,
                                                       Date last, const ledger::SignedHead& head, std::string actor) {
  const Cover now{last, static_cast<std::int64_t>(head.sequence)};
  store::IssuedRow row;
  auto make = [&](db::Tx& tx) -> Result<std::optional<store::IssuedRow>> {
    if (auto known = store::issued_for(tx, family, last)) return known;
    const auto latest = store::last_issued(tx, family);
    if (latest && latest->last > last) {
      return conflict("statement-gone-by", "Statement " + std::to_string(latest->number) + " covers the days up to " +
                                               to_text(latest->last) + " already.");
    }
    const auto first_line = store::first_line_day(tx, family);
    if (!first_line || *first_line > last) return conflict("nothing-to-state", "Nothing had happened to this family's money by then.");
    const auto before = latest ? std::optional(Cover{latest->last, latest->through}) : std::nullopt;
    IssuedStatement statement;
    statement.authority = authority.id;
    statement.authority_name = authority.name;
    statement.family = family;
    statement.number = latest ? latest->number + 1 : 1;
    statement.first = first_day(before, *first_line);
    statement.last = last;
    statement.head = view_of(head);
    statement.streams = streams_of(store::sums_between(tx, family, before, now));
    const auto lines = store::lines_between(tx, family, before, now, most_issued_lines + 1);
    if (std::ssize(lines) > most_issued_lines) {
      return conflict("statement-too-long", "There is too much for one statement. Issue it up to an earlier day first.");
    }
    for (const auto& line : lines) statement.lines.push_back(line_of(line, before));
    row = {family, statement.number, authority.id, statement.first, last, now.through, {}, head.at, json::write(statement)};
    row.sha256 = sha256_hex(row.body);
    store::prepare(tx, row);
    return std::optional<store::IssuedRow>();
  };
  const auto known = co_await context_.database.write(make);
  if (!known) co_return known.error();
  if (*known) co_return **known;

  IssueStatement command(treasury_.book(), authority.id, {family, row.number, row.first, last, row.through, row.sha256});
  const auto key = "statement:" + family.text() + ":" + std::to_string(row.number) + ":" + row.sha256;
  sign(command, key, std::move(actor), "issue", key);
  const auto done = co_await treasury_.perform(command);
  if (done) co_return row;
  if (done.error().code != "statement-exists") co_return done.error();
  // Somebody else was quicker, perhaps with the same.
  auto again = [&](db::Tx& tx) -> Result<std::optional<store::IssuedRow>> { return store::issued_for(tx, family, last); };
  const auto other = co_await context_.database.read(again);
  if (!other) co_return other.error();
  if (!*other) co_return done.error();
  co_return **other;
}

Task<StatementApi::Answer<IssuedNote>> StatementApi::issue(http::Request& request, IssuePath path, NewIssue body) {
  const auto today = day_of(context_.clock.now());
  const auto last = body.through.value_or(end_of_last_month(today));
  if (last >= today) co_return invalid_field("/through", "A day that is over.");
  auto look = [&](db::Tx& tx) -> Result<Done> {
    if (!may_see(tx, request.who(), path.family)) return not_found("There is no such family here.");
    return Done{};
  };
  const auto seen = co_await context_.database.read(look);
  if (!seen) co_return seen.error();
  const auto authority = co_await identity_.authority(request.who().authority.value_or(Id<"authority">()));
  if (!authority) co_return authority.error();
  const auto head = co_await treasury_.drawn_head();
  if (!head) co_return head.error();
  const identity::AuthorityView issuer{authority->id, authority->name, authority->slug};
  const auto row = co_await issue_one(issuer, path.family, last, *head, request.who().account.text());
  if (!row) co_return row.error();
  co_return note_of(*row);
}

Task<Result<Done>> StatementApi::issue_months_of(const identity::AuthorityView& authority, Id<"family"> family, Date through,
                                                 const ledger::SignedHead& head) {
  auto look = [&](db::Tx& tx) -> Result<std::optional<Date>> {
    const auto latest = store::last_issued(tx, family);
    if (latest) return std::optional(first_day(Cover{latest->last, 0}, {}));
    return store::first_line_day(tx, family);
  };
  const auto from = co_await context_.database.read(look);
  if (!from) co_return from.error();
  if (!*from) co_return Done{};
  auto month = (*from)->year() / (*from)->month();
  for (int count = 0; count < most_months_at_once && end_of(month) <= through; ++count, month += std::chrono::months(1)) {
    const auto row = co_await issue_one(authority, family, end_of(month), head, "service");
    if (!row && row.error().kind == ErrorKind::unavailable) co_return row.error();
  }
  co_return Done{};
}

/// A few families of the authority; the rest by the next message, so that none takes long.
Task<Result<Done>> StatementApi::issue_months(const db::Message& message) {
  const auto order = json::read_own<IssueOrder>(message.body);
  if (!order) co_return order.error();
  auto find = [&](db::Tx& tx) -> Result<std::vector<Id<"family">>> {
    return store::families_with_plans(tx, order->authority, order->after.value_or(Id<"family">()), families_at_once);
  };
  const auto families = co_await context_.database.read(find);
  if (!families) co_return families.error();
  if (families->empty()) co_return Done{};
  const auto authority = co_await identity_.authority(order->authority);
  if (!authority) co_return authority.error();
  const identity::AuthorityView issuer{authority->id, authority->name, authority->slug};
  const auto head = co_await treasury_.drawn_head();
  if (!head) co_return head.error();
  for (const auto& family : *families) {
    const auto done = co_await issue_months_of(issuer, family, order->through, *head);
    if (!done) co_return done.error();
  }
  if (std::ssize(*families) < families_at_once) co_return Done{};
  const auto now = context_.clock.now();
  db::Message next{context_.ids.make<"message">(now), db::MessageKind::command, std::string(issue_command),
                   json::write(IssueOrder{order->authority, order->through, families->back()}), now};
  auto go_on = [&](db::Tx& tx) -> Result<Done> {
    db::outbox::put(tx, next);
    return Done{};
  };
  co_return co_await context_.database.write(go_on);
}

// ---------------------------------------------------------------- reading

Task<Result<store::IssuedRow>> StatementApi::find(const http::Request& request, std::optional<Id<"family">> family,
                                                  std::int64_t number) {
  const auto whose = family_of(request, family);
  if (!whose) co_return whose.error();
  auto work = [&](db::Tx& tx) -> Result<store::IssuedRow> {
    if (!may_see(tx, request.who(), *whose)) return no_such_statement();
    auto row = store::find_issued(tx, *whose, number);
    if (!row) return no_such_statement();
    return std::move(*row);
  };
  co_return co_await context_.database.read(work);
}

Task<StatementApi::Answer<http::Page<IssuedNote>>> StatementApi::list(http::Request& request, IssuedQuery query) {
  const auto family = family_of(request, query.family);
  if (!family) co_return family.error();
  const auto limit = std::min(query.limit.value_or(context_.config.page_items), 10 * context_.config.page_items);
  std::int64_t before = std::numeric_limits<std::int64_t>::max();
  if (query.after) {
    const auto values = http::decode_cursor(*query.after, 1);
    if (!values) co_return values.error();
    const auto& text = values->front();
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), before);
    if (failed != std::errc() || end != text.data() + text.size()) {
      co_return invalid_field("/after", "Use the address in `next` of the page before.");
    }
  }
  auto work = [&](db::Tx& tx) -> Answer<http::Page<IssuedNote>> {
    if (!may_see(tx, request.who(), *family)) return not_found("There is no such family here.");
    auto rows = store::list_issued(tx, *family, before, limit + 1);
    http::Page<IssuedNote> page;
    page.next = http::cut(request, rows, limit,
                          [](const auto& last) { return std::vector<std::string>{std::to_string(last.number)}; });
    for (const auto& row : rows) page.items.push_back(note_of(row));
    return page;
  };
  co_return co_await context_.database.read(work);
}

Task<StatementApi::Answer<IssuedView>> StatementApi::show(http::Request& request, IssuedPath path) {
  const auto row = co_await find(request, path.family, path.number);
  if (!row) co_return row.error();
  auto statement = json::read_own<IssuedStatement>(row->body);
  if (!statement) co_return statement.error();
  co_return IssuedView{row->sha256, std::move(*statement)};
}

Task<Result<http::Response>> StatementApi::file_of(const http::Request& request) {
  const auto query = query_of(request);
  if (!query) co_return query.error();
  const auto row = co_await find(request, query->family, query->number);
  if (!row) co_return row.error();
  http::Response response;
  const auto file = "statement-" + std::to_string(row->number) + "." + std::string(name(query->format));
  response.headers.emplace_back("Content-Disposition", "attachment; filename=\"" + file + "\"");
  response.headers.emplace_back("Cache-Control", "no-store");
  if (query->format == IssuedFormat::json) {
    response.content_type = "application/json";
    response.body = row->body;
    co_return response;
  }
  const auto statement = json::read_own<IssuedStatement>(row->body);
  if (!statement) co_return statement.error();
  auto draw = [&]() -> Result<std::string> { return statement_pdf(*statement, row->sha256); };
  auto drawn = co_await context_.workers.run(draw);
  if (!drawn) co_return drawn.error();
  response.content_type = "application/pdf";
  response.body = std::move(*drawn);
  co_return response;
}

Task<http::Response> StatementApi::file(http::Request& request) {
  auto answer = co_await file_of(request);
  std::string subject;
  if (answer && request.who().role != Role::parent) {
    const auto query = query_of(request);
    subject = "statement:" + query->family->text() + ":" + std::to_string(query->number);
  }
  co_return co_await taken(identity_, request, std::move(answer), std::move(subject));
}

}  // namespace cp::payments
