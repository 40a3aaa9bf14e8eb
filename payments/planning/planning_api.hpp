// The routes for what happens to an agreed plan beside pools.
#pragma once

#include "payments/planning/planning_wire.hpp"
#include "payments/treasury.hpp"
#include "payments/wire.hpp"
#include "shared/app/service.hpp"
#include "shared/http/router.hpp"

namespace cp::payments {

class PlanningApi {
 public:
  /// Adds its routes to the context's router.
  PlanningApi(app::Context& context, Treasury& treasury);

 private:
  Task<Result<http::Answer<PlanView>>> move_own_money(http::Request& request, PlanPath path, NewOwnMoney body);

  /// The plan, where it is of the caller's authority.
  Task<Result<Plan>> find_plan(const http::Request& request, const Id<"plan">& id);
  /// The plan as it is after the command.
  Task<Result<http::Answer<PlanView>>> done(http::Request& request, ledger::Command& command, std::string_view what,
                                            const std::string& canonical, const Id<"plan">& plan);

  app::Context& context_;
  Treasury& treasury_;
};

}  // namespace cp::payments
