#include "payments/api.hpp"

#include "payments/book/commands.hpp"
#include "payments/ledger/encoding.hpp"
#include "payments/rules.hpp"
#include "payments/service.hpp"
#include "payments/signing.hpp"
#include "payments/store.hpp"
#include "payments/view.hpp"
#include "shared/http/commit.hpp"
#include "shared/http/cursor.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <map>

namespace cp {
extern const std::string_view payments_schema;
}

namespace cp::payments {
namespace {

using http::Method;
using http::Role;

Error no_such_plan() { return not_found("There is no such plan, or it is not yours to see."); }

Id<"authority"> authority_of(const http::Request& request) {
  return request.who().authority.value_or(Id<"authority">());
}

bool may_see(const http::Principal& who, const Plan& plan) {
  if (who.role == Role::parent) return who.family == plan.family;
  return who.authority == plan.authority;
}

template <class Amounts>
std::vector<StreamBudget> budgets_of(const Amounts& amounts) {
  std::vector<StreamBudget> budgets;
  for (const auto& stream : amounts) {
    StreamBudget budget;
    budget.stream = stream.stream;
    budget.allocated = budget.left = stream.amount;
    budget.from = stream.from;
    budgets.push_back(budget);
  }
  return budgets;
}

/// What the body says, in a plan that has its id and its authority already.
void apply_input(Plan& plan, const PlanInput& body) {
  plan.family = body.family;
  plan.child_label = body.child_label;
  plan.starts = body.starts;
  plan.ends = body.ends;
  plan.holder = body.holder;
  plan.streams = budgets_of(body.streams);
}

/// The authority's rules in our own words.
std::vector<SpendingRule> rules_of(const identity::PolicyView& policy) {
  std::vector<SpendingRule> rules;
  for (const auto& rule : policy.spending_rules) {
    const auto stream = from_name<Stream>(name(rule.stream));
    const auto ruling = from_name<SpendingRuling>(name(rule.rule));
    if (stream && ruling) rules.push_back({*stream, rule.category, *ruling});
  }
  return rules;
}

PricedOffer priced(const catalogue::OfferForPool& offer) {
  PricedOffer priced;
  for (const auto& tier : offer.tiers) {
    priced.tiers.push_back({tier.from_children, tier.fixed, tier.per_child, tier.per_hour});
  }
  priced.minutes_per_session = offer.minutes_per_session;
  priced.minimum_children = offer.minimum_children;
  priced.maximum_children = offer.maximum_children;
  return priced;
}

Error bad_cursor() { return invalid_field("/after", "Use the address in `next` of the page before."); }

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

// ---------------------------------------------------------------- the table

PaymentsApi::PaymentsApi(app::Context& context)
    : context_(context), identity_(context.transport), families_(context.transport), catalogue_(context.transport),
      treasury_(context.config, context.clock, context.database), audit_(context), bank_(context, treasury_), statements_(context, treasury_),
      reversals_(context, treasury_), planning_(context, treasury_) {
  add_plan_routes();
  add_reading_routes();
  add_internal_routes();
  add_operations();
}

void PaymentsApi::add_operations() {
  const auto counted = [this](const std::string& name, const std::string& help,
                              std::int64_t ledger::LedgerStatistics::*member) {
    context_.metrics.counter_from("commonpurse_ledger_" + name + "_total", help,
                                  [this, member] { return static_cast<double>(treasury_.statistics().*member); });
  };
  counted("operations", "Operations written, refused ones included.", &ledger::LedgerStatistics::operations);
  counted("batches", "Batches made durable.", &ledger::LedgerStatistics::batches);
  counted("refused", "Commands refused because the queue was full.", &ledger::LedgerStatistics::refused);
  counted("faults", "Batches that the disk or the database did not take.", &ledger::LedgerStatistics::faults);
  context_.metrics.gauge("commonpurse_ledger_halted", "1 when the ledger has stopped writing: alarm somebody.",
                         [this] { return treasury_.statistics().halted ? 1.0 : 0.0; });
  context_.ready_checks.push_back({"ledger", [this] { return !treasury_.statistics().halted; }});
}

void PaymentsApi::add_plan_routes() {
  auto& router = context_.router;
  const auto staff = http::roles(Role::facilitator, Role::commissioner);
  const auto commissioner = http::roles(Role::commissioner);
  const auto readers = http::roles(Role::parent, Role::facilitator, Role::commissioner);
  router.add({Method::post, "/v1/payments/plans", staff, "Make an indicative plan for a family."}, this,
             &PaymentsApi::create_plan);
  router.add({Method::put, "/v1/payments/plans/{plan}", staff, "Change a plan that is still indicative.", true}, this,
             &PaymentsApi::change_plan);
  router.add({Method::post, "/v1/payments/plans/{plan}/agreement", commissioner,
              "Agree a plan: its streams are funded, and part of it may be pooled.", true},
             this, &PaymentsApi::agree_plan);
  router.add({Method::post, "/v1/payments/plans/{plan}/permissions", commissioner,
              "Permit a family to pool more than the free part."},
             this, &PaymentsApi::permit);
  router.add({Method::post, "/v1/payments/plans/{plan}/versions", commissioner,
              "Change an agreed plan, with a reason; refused where pools hold more than would be left.", true},
             this, &PaymentsApi::revise_plan);
  router.add({Method::get, "/v1/payments/plans/{plan}/versions", readers, "What an agreed plan was, newest first."}, this,
             &PaymentsApi::plan_versions);
  router.add({Method::get, "/v1/payments/plans", readers, "Plans, newest first."}, this, &PaymentsApi::list_plans);
  router.add({Method::get, "/v1/payments/plans/{plan}", readers, "One plan."}, this, &PaymentsApi::show_plan);
}

void PaymentsApi::add_reading_routes() {
  auto& router = context_.router;
  router.add({Method::post, "/v1/payments/quote", http::anyone(),
              "What an offer costs me alone, and in a pool of so many children."},
             this, &PaymentsApi::quote);
  router.add({Method::get, "/v1/payments/statement", http::roles(Role::parent),
              "My family's money: plans, every movement, and how each share was worked out."},
             this, &PaymentsApi::own_statement);
  router.add({Method::get, "/v1/payments/statements/{family}", http::roles(Role::facilitator, Role::commissioner),
              "The statement of a family of the own authority."},
             this, &PaymentsApi::family_statement);
  router.add({Method::get, "/v1/payments/ledger/head", http::roles(Role::commissioner),
              "The ledger's last operation with its hash, signed: keep it, and nobody can rewrite what was before."},
             this, &PaymentsApi::head);
  router.add({Method::post, "/v1/payments/closed-periods", http::roles(Role::commissioner),
              "Close the own authority's periods up to a day: nothing counts for them any more."},
             this, &PaymentsApi::close_period);
  router.add({Method::get, "/v1/payments/invoices", http::roles(Role::provider, Role::commissioner),
              "One invoice a pool, with a line a delivered session."},
             this, &PaymentsApi::list_invoices);
}

void PaymentsApi::add_internal_routes() {
  auto& router = context_.router;
  const auto internal = http::internal();
  router.add({Method::post, "/internal/payments/splits", internal, "Split a price exactly."}, this,
             &PaymentsApi::make_split);
  router.add({Method::post, "/internal/payments/prices", internal, "The price of a session."}, this,
             &PaymentsApi::make_price);
  router.add({Method::post, "/internal/payments/checks", internal, "Whether a family could pay."}, this,
             &PaymentsApi::check);
  router.add({Method::post, "/internal/payments/holds", internal, "Replace a pool's unspent holds, all or none."},
             this, &PaymentsApi::make_hold);
  router.add({Method::post, "/internal/payments/charges", internal, "Charge a delivered session."}, this,
             &PaymentsApi::make_charge);
  router.add({Method::post, "/internal/payments/releases", internal, "Release unspent holds."}, this,
             &PaymentsApi::make_release);
  router.add({Method::post, "/internal/payments/refunds", internal, "Refund a charged session."}, this,
             &PaymentsApi::make_refund);
  router.add({Method::post, "/internal/payments/headrooms", internal, "What families may still pool."}, this,
             &PaymentsApi::headrooms);
}

std::int64_t PaymentsApi::page_limit(const std::optional<std::int64_t>& asked) const {
  return std::min(asked.value_or(context_.config.page_items), 10 * context_.config.page_items);
}

// ---------------------------------------------------------------- plans

Task<Result<Done>> PaymentsApi::check_family(Id<"family"> family, Id<"authority"> authority) {
  const auto card = co_await families_.card(family);
  if (!card && card.error().kind != ErrorKind::not_found) co_return card.error();
  if (!card || card->authority != authority) {
    co_return invalid_field("/family", "There is no such family here. It fills in its profile first.");
  }
  co_return Done{};
}

Task<PaymentsApi::Answer<PlanView>> PaymentsApi::create_plan(http::Request& request, http::NoParams, PlanInput body) {
  const auto known = co_await check_family(body.family, authority_of(request));
  if (!known) co_return known.error();
  const auto now = context_.clock.now();
  Plan plan;
  plan.id = context_.ids.make<"plan">(now);
  plan.authority = authority_of(request);
  plan.created = now;
  apply_input(plan, body);
  if (const auto fine = check_plan(plan); !fine) co_return fine.error();
  auto work = [&](db::Tx& tx) -> Answer<PlanView> {
    store::insert(tx, plan);
    auto answer = http::created(view_of(*store::find_plan(tx, plan.id)), "/v1/payments/plans/" + plan.id.text());
    return std::move(answer).at_version(plan.version);
  };
  co_return co_await http::commit<PlanView>(context_.database, request, now, work);
}

Task<Result<Plan>> PaymentsApi::find_plan(const http::Request& request, Id<"plan"> id) {
  auto work = [&](db::Tx& tx) -> Result<Plan> {
    auto plan = store::find_plan(tx, id);
    if (!plan || !may_see(request.who(), *plan)) return no_such_plan();
    return std::move(*plan);
  };
  co_return co_await context_.database.read(work);
}

Task<PaymentsApi::Answer<PlanView>> PaymentsApi::shown(const http::Request& request, Id<"plan"> id) {
  const auto plan = co_await find_plan(request, std::move(id));
  if (!plan) co_return plan.error();
  http::Answer<PlanView> answer(view_of(*plan));
  co_return std::move(answer).at_version(plan->version);
}

Task<PaymentsApi::Answer<PlanView>> PaymentsApi::change_plan(http::Request& request, PlanPath path, PlanInput body) {
  auto work = [&](db::Tx& tx) -> Answer<PlanView> {
    auto plan = store::find_plan(tx, path.plan);
    if (!plan || !may_see(request.who(), *plan)) return no_such_plan();
    CP_TRY(http::check_version(request, plan->version));
    CP_TRY(may_change(*plan));
    if (body.family != plan->family) return invalid_field("/family", "A plan stays with its family.");
    apply_input(*plan, body);
    CP_TRY(check_plan(*plan));
    store::update(tx, *plan);
    http::Answer<PlanView> answer(view_of(*store::find_plan(tx, path.plan)));
    return std::move(answer).at_version(plan->version);
  };
  co_return co_await http::commit<PlanView>(context_.database, request, context_.clock.now(), work);
}

Task<Result<ledger::Reply>> PaymentsApi::perform(const http::Request& request, ledger::Command& command,
                                                 std::string_view what, const std::string& canonical) {
  sign(command, request, context_, what, canonical);
  co_return co_await treasury_.perform(command);
}

Task<PaymentsApi::Answer<PlanView>> PaymentsApi::agree_plan(http::Request& request, PlanPath path) {
  auto plan = co_await find_plan(request, path.plan);
  if (!plan) co_return plan.error();
  const bool is_new = plan->state == PlanState::indicative;
  if (const auto current = http::check_version(request, plan->version); is_new && !current) co_return current.error();
  // The policy of this moment goes into the plan: holds need no other service, and what is agreed
  // does not change when the policy does.
  const auto authority = co_await identity_.authority(authority_of(request));
  if (!authority) co_return authority.error();
  if (is_new) ++plan->version;
  plan->free_percent = authority->policy.free_percent;
  plan->rules = rules_of(authority->policy);
  plan->state = PlanState::agreed;
  AgreePlan command(treasury_.book(), std::move(*plan));
  const auto done = co_await perform(request, command, "agree", path.plan.text());
  if (!done) co_return done.error();
  co_return co_await shown(request, path.plan);
}

Task<PaymentsApi::Answer<PlanView>> PaymentsApi::revise_plan(http::Request& request, PlanPath path, PlanRevision body) {
  auto plan = co_await find_plan(request, path.plan);
  if (!plan) co_return plan.error();
  if (const auto current = http::check_version(request, plan->version); !current) co_return current.error();
  ++plan->version;
  plan->ends = body.ends.value_or(plan->ends);
  plan->holder = body.holder.value_or(plan->holder);
  plan->streams = budgets_of(body.streams);
  if (const auto fine = check_plan(*plan); !fine) co_return fine.error();
  RevisePlan command(treasury_.book(), std::move(*plan), body.reason);
  const auto done = co_await perform(request, command, "revise " + path.plan.text(), json::write(body));
  if (!done) co_return done.error();
  co_return co_await shown(request, path.plan);
}

Task<PaymentsApi::Answer<PlanView>> PaymentsApi::permit(http::Request& request, PlanPath path, NewPermission body) {
  const auto plan = co_await find_plan(request, path.plan);
  if (!plan) co_return plan.error();
  Permit command(treasury_.book(), *plan, body.amount, body.reason);
  const auto done = co_await perform(request, command, "permit " + path.plan.text(), json::write(body));
  if (!done) co_return done.error();
  co_return co_await shown(request, path.plan);
}

Task<PaymentsApi::Answer<PlanView>> PaymentsApi::show_plan(http::Request& request, PlanPath path) {
  co_return co_await shown(request, path.plan);
}

Task<PaymentsApi::Answer<http::Page<PlanVersionView>>> PaymentsApi::plan_versions(http::Request& request,
                                                                                   PlanVersionQuery query) {
  const auto limit = page_limit(query.limit);
  std::int64_t before = std::numeric_limits<std::int64_t>::max();
  if (query.after) {
    const auto values = http::decode_cursor(*query.after, 1);
    if (!values) co_return values.error();
    const auto version = whole_number(values->front());
    if (!version) co_return bad_cursor();
    before = *version;
  }
  auto work = [&](db::Tx& tx) -> Answer<http::Page<PlanVersionView>> {
    const auto plan = store::find_plan(tx, query.plan);
    if (!plan || !may_see(request.who(), *plan)) return no_such_plan();
    auto versions = store::plan_versions(tx, query.plan, before, limit + 1);
    http::Page<PlanVersionView> page;
    page.next = http::cut(request, versions, limit,
                          [](const auto& last) { return std::vector<std::string>{std::to_string(last.version)}; });
    for (auto& one : versions) {
      page.items.push_back({one.version, one.at, std::move(one.reason), std::move(one.streams)});
    }
    return page;
  };
  co_return co_await context_.database.read(work);
}

Task<PaymentsApi::Answer<http::Page<PlanView>>> PaymentsApi::list_plans(http::Request& request, PlanQuery query) {
  const auto& who = request.who();
  store::PlanFilter filter;
  filter.family = query.family;
  if (who.role != Role::parent) filter.authority = authority_of(request);
  else if (query.family && query.family != who.family) co_return not_found("There is no such family here.");
  else filter.family = who.family.value_or(Id<"family">());
  const auto limit = page_limit(query.limit);
  filter.limit = limit + 1;
  const auto before = http::decode_time_key(query.after);
  if (!before) co_return before.error();
  if (*before) {
    filter.before_created = (*before)->time;
    filter.before_id = Id<"plan">((*before)->id);
  }
  auto work = [&](db::Tx& tx) -> Answer<http::Page<PlanView>> {
    http::Page<PlanView> page;
    std::vector<Plan> plans;
    for (const auto& id : store::list_plans(tx, filter)) plans.push_back(*store::find_plan(tx, id));
    page.next = http::cut(request, plans, limit, &Plan::created);
    for (const auto& plan : plans) page.items.push_back(view_of(plan));
    return page;
  };
  co_return co_await context_.database.read(work);
}

// ---------------------------------------------------------------- the calculator

Task<Result<std::optional<OwnMoney>>> PaymentsApi::own_money(const http::Request& request, std::string category,
                                                             std::vector<Date> dates) {
  if (!request.principal || request.principal->role != Role::parent || !request.principal->family) {
    co_return std::nullopt;
  }
  const auto family = *request.principal->family;
  const auto today = day_of(context_.clock.now());
  const auto first = dates.empty() ? today : dates.front();
  const auto last = dates.empty() ? today : dates.back();
  auto work = [&](db::Tx& tx) -> Result<std::optional<OwnMoney>> {
    return std::optional(payments::own_money(store::plans_of_family(tx, family), category, first, last));
  };
  co_return co_await context_.database.read(work);
}

Task<PaymentsApi::Answer<QuoteView>> PaymentsApi::quote(http::Request& request, http::NoParams, Quote body) {
  const auto offer = co_await catalogue_.offer(body.offer);
  if (!offer && offer.error().kind == ErrorKind::not_found) {
    co_return invalid_field("/offer", "There is no such offer.");
  }
  if (!offer) co_return offer.error();
  auto run = offer->runs.begin();
  if (body.run) {
    run = std::find_if(offer->runs.begin(), offer->runs.end(), [&](const auto& one) { return one.id == *body.run; });
    if (run == offer->runs.end()) co_return invalid_field("/run", "The offer has no such run.");
  }
  const auto dates = run == offer->runs.end() ? std::vector<Date>() : run->dates;
  const auto in_run = std::max<std::int64_t>(1, static_cast<std::int64_t>(dates.size()));
  const auto sessions = body.sessions.value_or(in_run);
  const auto own = co_await own_money(request, offer->activity_type, dates);
  if (!own) co_return own.error();
  Question question;
  question.children = body.children;
  question.sessions = sessions;
  question.dates = dates;
  question.sizes = body.group_sizes.value_or(std::vector<std::int64_t>());
  question.minimum_children = body.minimum_children;
  question.ceiling_percent = body.ceiling_percent;
  question.own = *own;
  co_return view_of(calculate(priced(*offer), question), sessions);
}

// ---------------------------------------------------------------- statements and invoices

Task<PaymentsApi::Answer<StatementView>> PaymentsApi::statement(http::Request& request, Id<"family"> family,
                                                                StatementQuery query) {
  const auto limit = page_limit(query.limit);
  store::LineFilter filter;
  filter.family = family;
  filter.limit = limit + 1;
  if (query.after) {
    const auto values = http::decode_cursor(*query.after, 2);
    if (!values) co_return values.error();
    const auto sequence = whole_number((*values)[0]);
    const auto line = whole_number((*values)[1]);
    if (!sequence || !line) co_return bad_cursor();
    filter.before_sequence = *sequence;
    filter.before_line = *line;
  }
  const auto head = co_await treasury_.recent_head();
  if (!head) co_return head.error();
  auto work = [&](db::Tx& tx) -> Answer<StatementView> {
    StatementView view;
    view.family = family;
    view.head = view_of(*head);
    const auto plans = store::plans_of_family(tx, family);
    for (const auto& plan : plans) {
      if (!may_see(request.who(), plan)) return not_found("There is no such family here.");
      view.plans.push_back(view_of(plan));
    }
    if (plans.empty() && request.who().role != Role::parent) return not_found("This family has no plan yet.");
    view.totals = totals_of(plans);
    auto lines = store::lines(tx, filter);
    view.next = http::cut(request, lines, limit, [](const auto& last) {
      return std::vector<std::string>{std::to_string(last.sequence), std::to_string(last.line)};
    });
    for (const auto& line : lines) view.lines.push_back(view_of(line));
    return view;
  };
  co_return co_await context_.database.read(work);
}

Task<PaymentsApi::Answer<StatementView>> PaymentsApi::own_statement(http::Request& request, StatementQuery query) {
  co_return co_await statement(request, request.who().family.value_or(Id<"family">()), std::move(query));
}

Task<PaymentsApi::Answer<StatementView>> PaymentsApi::family_statement(http::Request& request,
                                                                       FamilyStatementQuery query) {
  StatementQuery page{std::move(query.after), query.limit};
  co_return co_await statement(request, std::move(query.family), std::move(page));
}

Task<PaymentsApi::Answer<http::Page<InvoiceView>>> PaymentsApi::list_invoices(http::Request& request,
                                                                              StatementQuery query) {
  const auto& who = request.who();
  store::InvoiceFilter filter;
  if (who.role == Role::provider) filter.provider = who.provider.value_or(Id<"provider">());
  else filter.authority = authority_of(request);
  const auto limit = page_limit(query.limit);
  filter.limit = limit + 1;
  const auto before = http::decode_time_key(query.after);
  if (!before) co_return before.error();
  if (*before) {
    filter.before_created = (*before)->time;
    filter.before_id = Id<"invoice">((*before)->id);
  }
  auto work = [&](db::Tx& tx) -> Answer<http::Page<InvoiceView>> {
    http::Page<InvoiceView> page;
    auto rows = store::invoices(tx, filter);
    page.next = http::cut(request, rows, limit, &store::InvoiceRow::created);
    for (const auto& row : rows) {
      page.items.push_back(view_of(row, store::invoice_lines(tx, row.id), store::standing(tx, row.pool, row.period)));
    }
    return page;
  };
  co_return co_await context_.database.read(work);
}

// ---------------------------------------------------------------- between services

Task<PaymentsApi::Answer<SplitResult>> PaymentsApi::make_split(http::Request&, http::NoParams, SplitRequest body) {
  const auto found = split(terms_of(body));
  if (!found) co_return found.error();
  co_return view_of(*found);
}

Task<PaymentsApi::Answer<PriceResult>> PaymentsApi::make_price(http::Request&, http::NoParams, PriceRequest body) {
  const auto found = price_of_session(tiers_of(body.tiers), body.minutes_per_session, body.children);
  if (!found) co_return found.error();
  co_return view_of(*found);
}

Task<PaymentsApi::Answer<CheckResult>> PaymentsApi::check(http::Request&, http::NoParams, CheckRequest body) {
  auto work = [&](db::Tx& tx) -> Answer<CheckResult> {
    const auto plans = store::plans_of_family(tx, body.family);
    auto found = check_spending(plans, body.category, body.amount, body.dates.first, body.dates.last);
    return CheckResult{found.headroom, found.short_by, std::move(found.code), std::move(found.detail)};
  };
  co_return co_await context_.database.read(work);
}

Task<PaymentsApi::Answer<HoldResult>> PaymentsApi::make_hold(http::Request& request, http::NoParams,
                                                             HoldRequest body) {
  const auto canonical = json::write(body);
  Hold command(treasury_.book(), context_.ids, context_.clock.now(), std::move(body));
  const auto done = co_await perform(request, command, "hold", canonical);
  if (!done) co_return done.error();
  co_return HoldResult{done->amount, Id<"operation">(ledger::to_text(done->id))};
}

Task<PaymentsApi::Answer<ChargeResult>> PaymentsApi::make_charge(http::Request& request, http::NoParams,
                                                                 ChargeRequest body) {
  const auto canonical = json::write(body);
  Charge command(treasury_.book(), context_.ids, context_.clock.now(), std::move(body));
  const auto done = co_await perform(request, command, "charge", canonical);
  if (!done) co_return done.error();
  co_return ChargeResult{done->amount};
}

Task<PaymentsApi::Answer<ReleaseResult>> PaymentsApi::make_release(http::Request& request, http::NoParams,
                                                                   ReleaseRequest body) {
  const auto canonical = json::write(body);
  Release command(treasury_.book(), std::move(body));
  const auto done = co_await perform(request, command, "release", canonical);
  if (!done) co_return done.error();
  co_return ReleaseResult{done->amount};
}

Task<PaymentsApi::Answer<RefundResult>> PaymentsApi::make_refund(http::Request& request, http::NoParams,
                                                                 RefundRequest body) {
  const auto canonical = json::write(body);
  Refund command(treasury_.book(), std::move(body));
  const auto done = co_await perform(request, command, "refund", canonical);
  if (!done) co_return done.error();
  co_return RefundResult{done->amount};
}

Task<PaymentsApi::Answer<ClosedPeriod>> PaymentsApi::close_period(http::Request& request, http::NoParams,
                                                                  ClosedPeriod body) {
  ClosePeriod command(authority_of(request), body.through);
  const auto done = co_await perform(request, command, "close", json::write(body));
  if (!done) co_return done.error();
  co_return body;
}

Task<PaymentsApi::Answer<LedgerHeadView>> PaymentsApi::head(http::Request&, http::NoParams) {
  const auto head = co_await treasury_.signed_head();
  if (!head) co_return head.error();
  co_return view_of(*head);
}

Task<PaymentsApi::Answer<Headrooms>> PaymentsApi::headrooms(http::Request&, http::NoParams, HeadroomQuery query) {
  constexpr std::int64_t families_at_once = 1'000;
  const auto today = day_of(context_.clock.now());
  auto work = [&](db::Tx& tx) -> Result<Headrooms> {
    Headrooms page;
    const auto families = store::families_with_plans(tx, query.authority, query.after.value_or(Id<"family">()), families_at_once);
    if (families.empty()) return page;
    if (std::ssize(families) == families_at_once) page.next = families.back();
    std::map<Id<"family">, std::vector<Money>> sums;
    for (const auto& plan : store::agreed_plans(tx, query.authority, families.front(), families.back())) {
      auto& sum = sums.try_emplace(plan.family, query.categories.size()).first->second;
      if (plan.ends < today) continue;
      for (std::size_t at = 0; at < sum.size(); ++at) sum[at] += headroom_for(plan, query.categories[at]);
    }
    for (auto& [family, headrooms] : sums) page.items.push_back({family, std::move(headrooms)});
    return page;
  };
  auto page = co_await context_.database.read(work);
  if (!page) co_return page.error();
  co_return std::move(*page);
}

// ---------------------------------------------------------------- the service

app::Service service() {
  return {"payments", {"payments", payments_schema}, [](app::Context& context) -> std::shared_ptr<void> {
            return std::make_shared<PaymentsApi>(context);
          }};
}

}  // namespace cp::payments
