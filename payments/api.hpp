// The routes of payments: who asks, which policy holds, one transaction.
#pragma once

#include "payments/commands.hpp"
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

  Task<Answer<PlanView>> create_plan(http::Request& request, http::NoParams, PlanInput body);
  Task<Answer<PlanView>> change_plan(http::Request& request, PlanPath path, PlanInput body);
  Task<Answer<PlanView>> agree_plan(http::Request& request, PlanPath path);
  Task<Answer<PlanView>> permit(http::Request& request, PlanPath path, NewPermission body);
  Task<Answer<PlanView>> show_plan(http::Request& request, PlanPath path);
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
  Task<Answer<http::Page<HeadroomView>>> headrooms(http::Request& request, HeadroomQuery query);

  /// Runs a command of the ledger in one transaction; a refusal is kept under its key too.
  template <class Out, class In>
  Task<Answer<Out>> run(http::Request& request, const In& body, std::string_view name, std::size_t shares,
                        Result<Outcome<Out>> (*command)(db::Tx&, const In&, const Stamp&));
  /// Changes a plan of the caller's own authority and stores it at its next version.
  template <class Apply>
  Task<Answer<PlanView>> change(http::Request& request, Id<"plan"> id, Timestamp now, Apply& apply);
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
};

}  // namespace cp::payments
