// The routes for what happens to an agreed plan beside pools.
#pragma once

#include "payments/planning/allocation.hpp"
#include "payments/planning/planning_wire.hpp"
#include "payments/store.hpp"
#include "payments/treasury.hpp"
#include "payments/wire.hpp"
#include "services/catalogue/client.hpp"
#include "services/identity/client.hpp"
#include "shared/app/service.hpp"
#include "shared/http/router.hpp"

#include <functional>
#include <optional>
#include <string>

namespace cp::payments {

class PlanningApi {
 public:
  /// Adds its routes to the context's router.
  PlanningApi(app::Context& context, Treasury& treasury);

 private:
  Task<Result<http::Answer<PlanView>>> move_own_money(http::Request& request, PlanPath path, NewOwnMoney body);

  Task<Result<http::Answer<PlanView>>> end_plan(http::Request& request, PlanPath path, PlanEnding body);
  Task<Result<http::Answer<AllocationView>>> work_out(http::Request& request, http::NoParams, AllocationQuestion body);
  Task<Result<http::Answer<PlanView>>> allocate_plan(http::Request& request, PlanPath path, NewAllocation body);
  Task<Result<http::Answer<HoldersView>>> hand_over(http::Request& request, PlanPath path, NewHandOver body);
  Task<Result<http::Answer<HoldersView>>> holders(http::Request& request, PlanPath path);
  Task<Result<http::Answer<FeeView>>> agree_fee(http::Request& request, PlanPath path, NewFee body);
  Task<Result<http::Answer<FeeView>>> charge_fee(http::Request& request, FeePath path, FeeCharge body);
  Task<Result<http::Answer<FeeView>>> release_fee(http::Request& request, FeePath path, FeeRelease body);
  Task<Result<http::Answer<http::Page<FeeView>>>> fees(http::Request& request, PlanPath path);

  /// The payee is in the catalogue, and the caller's authority has not rejected it.
  Task<Result<Done>> check_payee(const http::Request& request, const Id<"provider">& payee);
  /// As it stands, in the tables.
  using FindFee = std::function<std::optional<store::FeeRow>(db::Tx&)>;
  Task<Result<FeeView>> read_fee(const FindFee& find);
  Task<Result<http::Answer<FeeView>>> move_fee(http::Request& request, const Id<"fee">& fee, std::optional<Money> amount,
                                               const std::string& reason);
  /// `no-price-per-point` where the authority's policy has none.
  Task<Result<AllocationPolicy>> allocation_policy(const http::Request& request);
  /// The plan, where it is of the caller's authority.
  Task<Result<Plan>> find_plan(const http::Request& request, const Id<"plan">& id);
  /// The plan as it is after the command.
  Task<Result<http::Answer<PlanView>>> done(http::Request& request, ledger::Command& command, std::string_view what,
                                            const std::string& canonical, const Id<"plan">& plan);

  app::Context& context_;
  catalogue::Client catalogue_;
  identity::Client identity_;
  Treasury& treasury_;
};

}  // namespace cp::payments
