#include "payments/audit/audit_api.hpp"

#include "payments/audit/audit_store.hpp"
#include "payments/exports/export.hpp"
#include "payments/store.hpp"
#include "payments/taken.hpp"
#include "payments/treasury.hpp"
#include "shared/core/csv_writer.hpp"
#include "shared/http/cursor.hpp"

#include <algorithm>
#include <charconv>
#include <sstream>

namespace cp::payments {
namespace {

using http::Method;
using http::Role;

constexpr std::int64_t most_months = 36;
constexpr std::int64_t usual_months = 12;
constexpr std::int64_t most_lines = 10'000;
constexpr const char* csv_type = "text/csv; charset=utf-8";
constexpr const char* text_type = "text/plain; charset=utf-8";

/// A statement as a file: whose, for those who may see other families, and which lines.
struct StatementFileQuery {
  std::optional<Id<"family">> family;
  std::optional<std::string> after;
  std::optional<std::int64_t> limit;
};
constexpr auto wire(const StatementFileQuery*) {
  return json::object("StatementFileQuery",
                      json::field("family", &StatementFileQuery::family, "The family; a parent's own where it is left out."),
                      json::field("after", &StatementFileQuery::after, "From the `Link` of the file before."),
                      json::field("limit", &StatementFileQuery::limit, "Lines in a file.", json::between(1, most_lines)));
}

/// The own authority's part of the ledger, for other programs.
enum class LedgerFileFormat { hledger, beancount, csv };
constexpr auto names_of(LedgerFileFormat) {
  return names<LedgerFileFormat>({{LedgerFileFormat::hledger, "hledger"},
                                  {LedgerFileFormat::beancount, "beancount"},
                                  {LedgerFileFormat::csv, "csv"}});
}
struct LedgerFileQuery {
  LedgerFileFormat format = LedgerFileFormat::csv;
};
constexpr auto wire(const LedgerFileQuery*) {
  return json::object("LedgerFileQuery", json::field("format", &LedgerFileQuery::format, "For which program."));
}

/// The parameters of a route that answers a file.
template <class T>
Result<T> query_of(const http::Request& request) {
  const http::Route route{.doc = {Method::get, request.path, http::signed_in(), {}}};
  return http::read_params<T>(route, request, {});
}

http::Response file(std::string body, const std::string& name, const std::string& type = csv_type) {
  http::Response response;
  response.content_type = type;
  response.headers.emplace_back("Content-Disposition", "attachment; filename=\"" + name + "\"");
  response.headers.emplace_back("Cache-Control", "no-store");
  response.body = std::move(body);
  return response;
}

Result<Done> read_cursor(store::LineFilter& filter, const std::string& after) {
  const auto values = http::decode_cursor(after, 2);
  if (!values) return values.error();
  std::int64_t numbers[2] = {0, 0};
  for (std::size_t at = 0; at < 2; ++at) {
    const auto& text = (*values)[at];
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), numbers[at]);
    if (failed != std::errc() || end != text.data() + text.size()) {
      return invalid_field("/after", "Use the address in `Link` of the file before.");
    }
  }
  filter.before_sequence = numbers[0];
  filter.before_line = numbers[1];
  return Done{};
}

std::string csv_of(const std::vector<store::Line>& lines) {
  std::string text;
  CsvWriter csv(text);
  for (const auto* column : {"date", "recorded", "kind", "plan", "stream", "amount", "pool", "pool_title", "session",
                             "derivation"}) {
    csv.text(column);
  }
  csv.end();
  for (const auto& line : lines) {
    csv.text(to_text(line.effective)).text(to_text(line.at)).text(name(line.kind)).text(line.plan.text());
    csv.text(name(line.stream)).money(line.amount);
    csv.text(line.pool ? line.pool->text() : std::string()).text(line.pool_title);
    if (line.session) csv.number(*line.session);
    else csv.empty();
    std::string steps;
    for (const auto& step : line.derivation) steps += (steps.empty() ? "" : "; ") + step.text;
    csv.text(steps).end();
  }
  return text;
}

}  // namespace

AuditApi::AuditApi(app::Context& context) : context_(context), identity_(context.transport) {
  auto& router = context_.router;
  const auto commissioner = http::roles(Role::commissioner);
  router.add({Method::get, "/v1/payments/audit", commissioner,
              "The own authority's money by stream and month, planned and actual."},
             this, &AuditApi::show);
  router.add_raw({Method::get, "/v1/payments/audit.csv", commissioner, "The same as a file, with the same parameters."},
                 [this](http::Request& request) { return show_csv(request); }, csv_type);
  router.add_raw({Method::get, "/v1/payments/statement.csv",
                  http::roles(Role::parent, Role::facilitator, Role::commissioner),
                  "My family's statement as a file, newest first; staff name the family with ?family=."},
                 [this](http::Request& request) { return statement_csv(request); }, csv_type);
  router.add_raw({Method::get, "/v1/payments/ledger-files", commissioner,
                  "The own authority's part of the ledger, ?format=hledger, beancount or csv."},
                 [this](http::Request& request) { return ledger_file(request); }, text_type);
}

Task<Result<AuditView>> AuditApi::audit_of(const http::Request& request, AuditQuery query) {
  const auto today = day_of(context_.clock.now());
  AuditView view;
  view.to = query.to.value_or(today.year() / today.month());
  view.from = query.from.value_or(view.to - std::chrono::months(usual_months - 1));
  const auto months = (view.to - view.from).count() + 1;
  if (months < 1 || months > most_months) {
    co_return invalid_field("/from", "Ask for 1 to " + std::to_string(most_months) + " months.");
  }
  const auto authority = request.who().authority.value_or(Id<"authority">());
  auto work = [&](db::Tx& tx) -> Result<AuditInput> { return store::audit_input(tx, authority, view.from, view.to); };
  const auto input = co_await context_.database.read(work);
  if (!input) co_return input.error();
  view.rows = audit(*input);
  co_return view;
}

Task<Result<http::Answer<AuditView>>> AuditApi::show(http::Request& request, AuditQuery query) {
  auto view = co_await audit_of(request, query);
  if (!view) co_return view.error();
  co_return std::move(*view);
}

Task<http::Response> AuditApi::show_csv(http::Request& request) {
  const auto query = query_of<AuditQuery>(request);
  if (!query) co_return http::problem(query.error(), request.request_id);
  const auto view = co_await audit_of(request, *query);
  if (!view) co_return http::problem(view.error(), request.request_id);
  auto answer = file(audit_csv(view->rows), "audit.csv");
  co_return co_await taken(identity_, request, std::move(answer), "audit:" + to_text(view->from) + ":" + to_text(view->to));
}

Task<Result<http::Response>> AuditApi::statement_of(const http::Request& request) {
  auto query = query_of<StatementFileQuery>(request);
  if (!query) co_return query.error();
  const auto& who = request.who();
  const bool is_parent = who.role == Role::parent;
  store::LineFilter filter;
  if (is_parent) filter.family = who.family.value_or(Id<"family">());
  else if (query->family) filter.family = *query->family;
  else co_return invalid_field("/family", "Say which family.");
  if (is_parent && query->family && *query->family != filter.family) co_return not_found("There is no such family here.");
  const auto limit = query->limit.value_or(most_lines);
  filter.limit = limit + 1;
  if (query->after) {
    if (const auto read = read_cursor(filter, *query->after); !read) co_return read.error();
  }
  auto work = [&](db::Tx& tx) -> Result<http::Response> {
    const auto plans = store::plans_of_family(tx, filter.family);
    const bool foreign = std::any_of(plans.begin(), plans.end(),
                                     [&](const Plan& plan) { return !is_parent && plan.authority != who.authority; });
    if (foreign || (plans.empty() && !is_parent)) return not_found("There is no such family here.");
    auto lines = store::lines(tx, filter);
    const auto next = http::cut(request, lines, limit, [](const auto& last) {
      return std::vector<std::string>{std::to_string(last.sequence), std::to_string(last.line)};
    });
    auto response = file(csv_of(lines), "statement.csv");
    if (next) response.headers.emplace_back("Link", "<" + *next + ">; rel=\"next\"");
    return response;
  };
  co_return co_await context_.database.read(work);
}

Task<http::Response> AuditApi::statement_csv(http::Request& request) {
  auto answer = co_await statement_of(request);
  const bool is_own = request.who().role == Role::parent;
  auto subject = is_own || !answer ? std::string() : "statement:" + query_of<StatementFileQuery>(request)->family->text();
  co_return co_await taken(identity_, request, std::move(answer), std::move(subject));
}

Task<Result<http::Response>> AuditApi::ledger_of(const http::Request& request) {
  const auto query = query_of<LedgerFileQuery>(request);
  if (!query) co_return query.error();
  const auto format = *from_name<ExportFormat>(name(query->format));
  const std::optional<std::string> scope = request.who().authority.value_or(Id<"authority">()).text();
  // A reader of its own, on a thread of its own: it may take a while.
  auto write = [&]() -> Result<std::string> {
    const auto journal = open_journal_reader(context_.config);
    if (journal->head().sequence > static_cast<std::uint64_t>(context_.config.ledger_file_operations)) {
      return conflict("ledger-too-large", "The ledger is too large to be sent as one file. Ask those who run the program for "
                                          "`commonpurse ledger export`.");
    }
    std::ostringstream out;
    export_ledger(*journal, format, out, scope);
    return out.str();
  };
  auto written = co_await context_.workers.run(write);
  if (!written) co_return written.error();
  const bool is_csv = format == ExportFormat::csv;
  const auto ending = is_csv ? ".csv" : format == ExportFormat::hledger ? ".journal" : ".beancount";
  co_return file(std::move(*written), std::string("ledger") + ending, is_csv ? csv_type : text_type);
}

Task<http::Response> AuditApi::ledger_file(http::Request& request) {
  auto answer = co_await ledger_of(request);
  auto subject = answer ? "ledger:" + std::string(name(query_of<LedgerFileQuery>(request)->format)) : std::string();
  co_return co_await taken(identity_, request, std::move(answer), std::move(subject));
}

}  // namespace cp::payments
