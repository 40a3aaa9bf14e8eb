#include "payments/planning/planning_api.hpp"

#include "payments/book/plan_commands.hpp"
#include "payments/signing.hpp"
#include "payments/store.hpp"
#include "payments/view.hpp"

namespace cp::payments {

using http::Method;
using http::Role;

PlanningApi::PlanningApi(app::Context& context, Treasury& treasury) : context_(context), treasury_(treasury) {
  auto& router = context_.router;
  const auto commissioner = http::roles(Role::commissioner);
  router.add({Method::post, "/v1/payments/plans/{plan}/own-money", commissioner,
              "A family's own money was paid in, or is given back."},
             this, &PlanningApi::move_own_money);
}

Task<Result<Plan>> PlanningApi::find_plan(const http::Request& request, const Id<"plan">& id) {
  auto work = [&](db::Tx& tx) -> Result<Plan> {
    auto plan = store::find_plan(tx, id);
    if (!plan || plan->authority != request.who().authority) return not_found("There is no such plan, or it is not yours to see.");
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

}  // namespace cp::payments
