// The routes of payments: who asks, which policy holds, one transaction.
#pragma once

#include "payments/audit/audit_api.hpp"
#include "payments/payouts/bank_api.hpp"
#include "payments/book/commands.hpp"
#include "payments/planning/planning_api.hpp"
#include "payments/reversal_api.hpp"
#include "payments/statements/statement_api.hpp"
#include "payments/treasury.hpp"
#include "payments/wire.hpp"
#include "services/catalogue/client.hpp"
#include "services/families/client.hpp"
#include "services/identity/client.hpp"
#include "shared/app/service.hpp"
#include "shared/http/router.hpp"

namespace cp::payments {

class PaymentsApi {
 public:
  explicit PaymentsApi(app::Context& context);

 private:
  template <class T>
  using Answer = Result<http::Answer<T>>;

  void add_plan_routes();
  void add_reading_routes();
  void add_internal_routes();
  /// What those who run the program are told of the ledger.
  void add_operations();

  Task<Answer<PlanView>> create_plan(http::Request& request, http::NoParams, PlanInput body);
  Task<Answer<PlanView>> change_plan(http::Request& request, PlanPath path, PlanInput body);
  Task<Answer<PlanView>> agree_plan(http::Request& request, PlanPath path);
  Task<Answer<PlanView>> revise_plan(http::Request& request, PlanPath path, PlanRevision body);
  Task<Answer<PlanView>> permit(http::Request& request, PlanPath path, NewPermission body);
  Task<Answer<PlanView>> show_plan(http::Request& request, PlanPath path);
  Task<Answer<http::Page<PlanVersionView>>> plan_versions(http::Request& request, PlanVersionQuery query);
  Task<Answer<http::Page<PlanView>>> list_plans(http::Request& request, PlanQuery query);

  Task<Answer<QuoteView>> quote(http::Request& request, http::NoParams, Quote body);
  Task<Answer<StatementView>> own_statement(http::Request& request, StatementQuery query);
  Task<Answer<StatementView>> family_statement(http::Request& request, FamilyStatementQuery query);
  Task<Answer<http::Page<InvoiceView>>> list_invoices(http::Request& request, StatementQuery query);

  Task<Answer<SplitResult>> make_split(http::Request& request, http::NoParams, SplitRequest body);
  Task<Answer<PriceResult>> make_price(http::Request& request, http::NoParams, PriceRequest body);
  Task<Answer<CheckResult>> check(http::Request& request, http::NoParams, CheckRequest body);
  Task<Answer<HoldResult>> make_hold(http::Request& request, http::NoParams, HoldRequest body);
  Task<Answer<ChargeResult>> make_charge(http::Request& request, http::NoParams, ChargeRequest body);
  Task<Answer<ReleaseResult>> make_release(http::Request& request, http::NoParams, ReleaseRequest body);
  Task<Answer<RefundResult>> make_refund(http::Request& request, http::NoParams, RefundRequest body);
  Task<Answer<LedgerHeadView>> head(http::Request& request, http::NoParams);
  Task<Answer<ClosedPeriod>> close_period(http::Request& request, http::NoParams, ClosedPeriod body);
  Task<Answer<Headrooms>> headrooms(http::Request& request, http::NoParams, HeadroomQuery query);

  /// Signs a command with the request's key and has the ledger do it.
  Task<Result<ledger::Reply>> perform(const http::Request& request, ledger::Command& command, std::string_view what,
                                      const std::string& canonical);
  /// The plan as it is, where the caller may see it.
  Task<Result<Plan>> find_plan(const http::Request& request, Id<"plan"> id);
  Task<Answer<PlanView>> shown(const http::Request& request, Id<"plan"> id);
  Task<Answer<StatementView>> statement(http::Request& request, Id<"family"> family, StatementQuery query);
  /// What the parent who asks may spend on it; nothing for anybody else.
  Task<Result<std::optional<OwnMoney>>> own_money(const http::Request& request, std::string category,
                                                  std::vector<Date> dates);
  Task<Result<Done>> check_family(Id<"family"> family, Id<"authority"> authority);
  [[nodiscard]] std::int64_t page_limit(const std::optional<std::int64_t>& asked) const;

  app::Context& context_;
  identity::Client identity_;
  families::Client families_;
  catalogue::Client catalogue_;
  Treasury treasury_;
  AuditApi audit_;
  BankApi bank_;
  StatementApi statements_;
  ReversalApi reversals_;
  PlanningApi planning_;
};

}  // namespace cp::payments
