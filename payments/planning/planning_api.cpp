#include "payments/planning/planning_api.hpp"

#include "payments/book/commands.hpp"
#include "payments/book/plan_commands.hpp"
#include "payments/planning/holders.hpp"
#include "payments/rules.hpp"
#include "payments/signing.hpp"
#include "payments/view.hpp"
#include "shared/http/commit.hpp"

#include <algorithm>

namespace cp::payments {
namespace {

using http::Method;
using http::Role;

Error no_such_plan() { return not_found("There is no such plan, or it is not yours to see."); }

bool may_see(const http::Principal& who, const Plan& plan) {
  return who.role == Role::parent ? who.family == plan.family : who.authority == plan.authority;
}

FeeView view_of(const store::FeeRow& row) {
  return {row.fee.id, row.fee.plan, row.fee.kind, row.fee.payee, row.stream, row.fee.derivation, row.reserved, row.charged, row.agreed};
}

FeeTerms terms_of(const NewFee& body) {
  return {body.basis, body.rate.value_or(Money()), body.minutes.value_or(0), body.hundredths.value_or(0)};
}

}  // namespace

PlanningApi::PlanningApi(app::Context& context, Treasury& treasury) : context_(context), catalogue_(context.transport), identity_(context.transport), treasury_(treasury) {
  auto& router = context_.router;
  const auto commissioner = http::roles(Role::commissioner);
  const auto readers = http::roles(Role::parent, Role::facilitator, Role::commissioner);
  router.add({Method::post, "/v1/payments/plans/{plan}/own-money", commissioner,
              "A family's own money was paid in, or is given back."},
             this, &PlanningApi::move_own_money);
  router.add({Method::post, "/v1/payments/plans/{plan}/ending", commissioner,
              "A plan is over: carry over what the policy lets, and give back the rest."},
             this, &PlanningApi::end_plan);
  router.add({Method::post, "/v1/payments/allocations", http::roles(Role::facilitator, Role::commissioner),
              "What points come to by the authority's policy, protected against sudden change; nothing is kept."},
             this, &PlanningApi::work_out);
  router.add({Method::post, "/v1/payments/plans/{plan}/allocation", commissioner,
              "Set an agreed plan's stream to what its points come to; the working is the version's reason.", true},
             this, &PlanningApi::allocate_plan);
  router.add({Method::post, "/v1/payments/plans/{plan}/holders", commissioner,
              "Somebody else holds a stream of an agreed plan from a day on."},
             this, &PlanningApi::hand_over);
  router.add({Method::get, "/v1/payments/plans/{plan}/holders", readers, "Who holds a plan's money, and since when."}, this,
             &PlanningApi::holders);
  router.add({Method::post, "/v1/payments/plans/{plan}/fees", commissioner,
              "Agree a fee for a plan: it is reserved before anything is committed."},
             this, &PlanningApi::agree_fee);
  router.add({Method::get, "/v1/payments/plans/{plan}/fees", readers, "A plan's fees, oldest first."}, this,
             &PlanningApi::fees);
  router.add({Method::post, "/v1/payments/fees/{fee}/charges", commissioner, "Charge part of a fee: its payee is owed it."}, this,
             &PlanningApi::charge_fee);
  router.add({Method::post, "/v1/payments/fees/{fee}/release", commissioner, "Give back to the plan what is not needed of a fee."},
             this, &PlanningApi::release_fee);
}

Task<Result<Plan>> PlanningApi::find_plan(const http::Request& request, const Id<"plan">& id) {
  auto work = [&](db::Tx& tx) -> Result<Plan> {
    auto plan = store::find_plan(tx, id);
    if (!plan || plan->authority != request.who().authority) return no_such_plan();
    return std::move(*plan);
  };
  co_return co_await context_.database.read(work);
}

Task<Result<http::Answer<PlanView>>> PlanningApi::done(http::Request& request, ledger::Command& command, std::string_view what,
                                                       const std::string& canonical, const Id<"plan">& plan) {
  sign(command, request, context_, std::string(what) + " " + plan.text(), canonical);
  const auto reply = co_await treasury_.perform(command);
  if (!reply) co_return reply.error();
  const auto after = co_await find_plan(request, plan);
  if (!after) co_return after.error();
  http::Answer<PlanView> answer(view_of(*after));
  co_return std::move(answer).at_version(after->version);
}

Task<Result<http::Answer<PlanView>>> PlanningApi::move_own_money(http::Request& request, PlanPath path, NewOwnMoney body) {
  const auto plan = co_await find_plan(request, path.plan);
  if (!plan) co_return plan.error();
  MoveOwnMoney command(treasury_.book(), *plan, body.way, body.amount, body.reference);
  co_return co_await done(request, command, "own-money", json::write(body), path.plan);
}

// ---------------------------------------------------------------- allocations

Task<Result<AllocationPolicy>> PlanningApi::allocation_policy(const http::Request& request) {
  const auto authority = co_await identity_.authority(request.who().authority.value_or(Id<"authority">()));
  if (!authority) co_return authority.error();
  const auto& budget = authority->policy.budget;
  if (!budget.pence_per_point) {
    co_return conflict("no-price-per-point", "Your authority's policy does not say what a point is worth. A commissioner sets it there.");
  }
  co_return AllocationPolicy{Money(*budget.pence_per_point), authority->policy.ras_threshold_points, budget.keep_permille,
                             budget.rise_permille};
}

Task<Result<http::Answer<AllocationView>>> PlanningApi::work_out(http::Request& request, http::NoParams, AllocationQuestion body) {
  const auto policy = co_await allocation_policy(request);
  if (!policy) co_return policy.error();
  auto found = allocate(*policy, {body.child_points, body.family_points}, body.current);
  co_return AllocationView{found.table, found.amount, found.broker_support, std::move(found.steps)};
}

Task<Result<http::Answer<PlanView>>> PlanningApi::allocate_plan(http::Request& request, PlanPath path, NewAllocation body) {
  auto plan = co_await find_plan(request, path.plan);
  if (!plan) co_return plan.error();
  if (const auto current = http::check_version(request, plan->version); !current) co_return current.error();
  const auto policy = co_await allocation_policy(request);
  if (!policy) co_return policy.error();
  std::erase_if(plan->streams, [](const StreamBudget& budget) { return !is_allocated(budget.stream); });
  StreamBudget* whole = nullptr;
  for (auto& budget : plan->streams) {
    if (budget.stream != body.stream) continue;
    if (budget.from) co_return invalid_field("/stream", "This stream comes in instalments. Change the plan's amounts one by one.");
    whole = &budget;
  }
  if (!whole) co_return invalid_field("/stream", "The plan has nothing of this stream.");
  const auto worked = allocate(*policy, {body.child_points, body.family_points}, whole->allocated);
  whole->allocated = worked.amount;
  ++plan->version;
  std::string reason;
  for (const auto& step : worked.steps) reason += (reason.empty() ? "" : " ") + step.text;
  RevisePlan command(treasury_.book(), std::move(*plan), std::move(reason));
  co_return co_await done(request, command, "allocate", json::write(body), path.plan);
}

// ---------------------------------------------------------------- holders

Task<Result<http::Answer<HoldersView>>> PlanningApi::hand_over(http::Request& request, PlanPath path, NewHandOver body) {
  const auto plan = co_await find_plan(request, path.plan);
  if (!plan) co_return plan.error();
  auto count = [&](db::Tx& tx) -> Result<std::int64_t> { return std::ssize(store::holders_of(tx, path.plan).hand_overs); };
  const auto before = co_await context_.database.read(count);
  if (!before) co_return before.error();
  if (*before >= most_hand_overs) {
    co_return conflict("too-many-hand-overs", "This plan was handed over " + std::to_string(*before) + " times. Make a new plan.");
  }
  HandOverPlan command(treasury_.book(), *plan, {body.stream, body.instalment, body.holder, body.from}, body.reason);
  sign(command, request, context_, "hand-over " + path.plan.text(), json::write(body));
  const auto reply = co_await treasury_.perform(command);
  if (!reply) co_return reply.error();
  co_return co_await holders(request, std::move(path));
}

Task<Result<http::Answer<HoldersView>>> PlanningApi::holders(http::Request& request, PlanPath path) {
  const auto today = day_of(context_.clock.now());
  auto work = [&](db::Tx& tx) -> Result<HoldersView> {
    const auto plan = store::find_plan(tx, path.plan);
    if (!plan || !may_see(request.who(), *plan)) return no_such_plan();
    const auto held = store::holders_of(tx, path.plan);
    HoldersView view;
    for (const auto& budget : plan->streams) {
      view.today.push_back({budget.stream, budget.from, holder_on(today, held.of_plan, held.hand_overs, budget.stream, budget.from)});
    }
    for (std::size_t at = 0; at < held.hand_overs.size(); ++at) {
      const auto& one = held.hand_overs[at];
      view.hand_overs.push_back({one.stream, one.instalment, one.holder, one.from, held.reasons[at]});
    }
    return view;
  };
  auto view = co_await context_.database.read(work);
  if (!view) co_return view.error();
  co_return std::move(*view);
}

// ---------------------------------------------------------------- a plan's end

Task<Result<http::Answer<PlanView>>> PlanningApi::end_plan(http::Request& request, PlanPath path, PlanEnding body) {
  const auto plan = co_await find_plan(request, path.plan);
  if (!plan) co_return plan.error();
  const auto authority = co_await identity_.authority(plan->authority);
  if (!authority) co_return authority.error();
  const auto& budget = authority->policy.budget;
  CarryPolicy policy{budget.carry_over_percent, {}};
  if (budget.carry_over_pence) policy.limit = Money(*budget.carry_over_pence);
  EndPlan command(treasury_.book(), *plan, body.next, policy);
  co_return co_await done(request, command, "end", json::write(body), path.plan);
}

// ---------------------------------------------------------------- fees

Task<Result<Done>> PlanningApi::check_payee(const http::Request& request, const Id<"provider">& payee) {
  const auto known = co_await catalogue_.provider(payee);
  if (!known && known.error().kind != ErrorKind::not_found) co_return known.error();
  if (!known) co_return invalid_field("/payee", "There is no such provider. Enter it in the catalogue first.");
  const bool is_rejected = std::any_of(known->vetting.begin(), known->vetting.end(), [&](const auto& one) {
    return one.authority == request.who().authority && one.state == catalogue::VettingState::rejected;
  });
  if (is_rejected) co_return invalid_field("/payee", "Your authority has rejected this provider.");
  co_return Done{};
}

Task<Result<FeeView>> PlanningApi::read_fee(const FindFee& find) {
  auto work = [&](db::Tx& tx) -> Result<FeeView> {
    const auto row = find(tx);
    if (!row) return not_found("There is no such fee.");
    return view_of(*row);
  };
  co_return co_await context_.database.read(work);
}

Task<Result<http::Answer<FeeView>>> PlanningApi::agree_fee(http::Request& request, PlanPath path, NewFee body) {
  const auto plan = co_await find_plan(request, path.plan);
  if (!plan) co_return plan.error();
  const auto worked = fee_amount(terms_of(body), *plan, body.stream);
  if (!worked) co_return worked.error();
  const auto fine = co_await check_payee(request, body.payee);
  if (!fine) co_return fine.error();
  Fee fee;
  fee.id = context_.ids.make<"fee">(context_.clock.now());
  fee.kind = body.kind;
  fee.payee = body.payee;
  fee.derivation = worked->text;
  AgreeFee command(treasury_.book(), *plan, std::move(fee), body.stream, worked->amount);
  sign(command, request, context_, "fee " + path.plan.text(), json::write(body));
  const auto reply = co_await treasury_.perform(command);
  if (!reply) co_return reply.error();
  // Asked again under the same key it is the fee of the first time.
  const auto sequence = static_cast<std::int64_t>(reply->sequence);
  const FindFee find = [sequence](db::Tx& tx) { return store::fee_agreed_by(tx, sequence); };
  auto agreed = co_await read_fee(find);
  if (!agreed) co_return agreed.error();
  co_return http::created(std::move(*agreed), "/v1/payments/plans/" + path.plan.text() + "/fees");
}

Task<Result<http::Answer<FeeView>>> PlanningApi::move_fee(http::Request& request, const Id<"fee">& id, std::optional<Money> amount,
                                                          const std::string& reason) {
  const auto authority = request.who().authority.value_or(Id<"authority">());
  auto look = [&](db::Tx& tx) -> Result<Done> {
    const auto row = store::find_fee(tx, id);
    if (!row || row->authority != authority) return not_found("There is no such fee, or it is not yours to see.");
    return Done{};
  };
  const auto seen = co_await context_.database.read(look);
  if (!seen) co_return seen.error();
  MoveFee command(treasury_.book(), authority, id, amount, reason);
  sign(command, request, context_, (amount ? "charge-fee " : "release-fee ") + id.text(),
       (amount ? std::to_string(amount->pence()) : std::string()) + "\n" + reason);
  const auto reply = co_await treasury_.perform(command);
  if (!reply) co_return reply.error();
  const FindFee find = [&](db::Tx& tx) { return store::find_fee(tx, id); };
  auto moved = co_await read_fee(find);
  if (!moved) co_return moved.error();
  co_return std::move(*moved);
}

Task<Result<http::Answer<FeeView>>> PlanningApi::charge_fee(http::Request& request, FeePath path, FeeCharge body) {
  co_return co_await move_fee(request, path.fee, body.amount, body.reason);
}

Task<Result<http::Answer<FeeView>>> PlanningApi::release_fee(http::Request& request, FeePath path, FeeRelease body) {
  co_return co_await move_fee(request, path.fee, std::nullopt, body.reason);
}

Task<Result<http::Answer<http::Page<FeeView>>>> PlanningApi::fees(http::Request& request, PlanPath path) {
  auto work = [&](db::Tx& tx) -> Result<http::Page<FeeView>> {
    const auto plan = store::find_plan(tx, path.plan);
    if (!plan || !may_see(request.who(), *plan)) return no_such_plan();
    http::Page<FeeView> page;
    for (const auto& row : store::fees_of(tx, path.plan, most_fees)) page.items.push_back(view_of(row));
    return page;
  };
  auto page = co_await context_.database.read(work);
  if (!page) co_return page.error();
  co_return std::move(*page);
}

}  // namespace cp::payments
