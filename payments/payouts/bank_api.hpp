// The routes of bank details and bank statements.
#pragma once

#include "payments/payouts/runs_api.hpp"

namespace cp::payments {

class BankApi {
 public:
  /// Adds its routes, and those of payment runs, to the context's router.
  BankApi(app::Context& context, Treasury& treasury);

 private:
  template <class T>
  using Answer = Result<http::Answer<T>>;

  Task<Answer<BankDetailsView>> propose(http::Request& request, http::NoParams, BankDetailsInput body);
  Task<Answer<http::Page<BankDetailsView>>> list_details(http::Request& request, http::NoParams);
  Task<Answer<BankDetailsView>> confirm(http::Request& request, BankDetailsPath path, BankConfirmationInput body);
  Task<Answer<BankDetailsView>> withdraw(http::Request& request, BankDetailsPath path);
  Task<Answer<PayerView>> show_payer(http::Request& request, http::NoParams);
  Task<Answer<PayerView>> change_payer(http::Request& request, http::NoParams, PayerInput body);
  Task<Answer<PayerView>> confirm_payer(http::Request& request, PayerChangePath path);
  Task<Answer<PayerView>> withdraw_payer(http::Request& request, PayerChangePath path);

  Task<Answer<BankStatementView>> take_statement(http::Request& request, http::NoParams, BankStatementInput body);
  Task<Answer<http::Page<BankStatementView>>> list_statements(http::Request& request, StatementQuery query);
  Task<Answer<http::Page<BankLineView>>> list_lines(http::Request& request, StatementQuery query);
  Task<Answer<BankLineView>> assign(http::Request& request, BankLinePath path, BankAssignment body);
  Task<Answer<BankLineView>> dismiss(http::Request& request, BankLinePath path);

  [[nodiscard]] Result<BankDetailsView> view_of(db::Tx& tx, const http::Principal& who,
                                                const store::BankDetailsRow& row) const;
  /// The payer as it is, and what waits for a second person.
  [[nodiscard]] Answer<PayerView> payer_view(db::Tx& tx, const Id<"authority">& authority) const;
  /// The lines of a statement; refused where it is of another account than the payer's.
  Task<Result<std::vector<banking::StatementLine>>> lines_of(Id<"authority"> authority, const BankStatementInput& body);
  /// Does in the ledger what a line says; false where it cannot be done any more.
  Task<Result<bool>> apply(const http::Request& request, const banking::Match& match, std::string key);
  [[nodiscard]] std::int64_t page_limit(const std::optional<std::int64_t>& asked) const;

  app::Context& context_;
  Treasury& treasury_;
  const BankOffice office_;
  RunsApi runs_;
  identity::Client identity_;
};

}  // namespace cp::payments
