// The routes of payment runs: what is owed, who releases it, and its file.
#pragma once

#include "payments/payouts/bank_office.hpp"
#include "payments/payouts/bank_wire.hpp"
#include "payments/treasury.hpp"
#include "payments/wire.hpp"
#include "services/identity/client.hpp"
#include "shared/app/service.hpp"
#include "shared/http/router.hpp"

namespace cp::payments {

class RunsApi {
 public:
  /// Adds its routes to the context's router.
  RunsApi(app::Context& context, Treasury& treasury, const BankOffice& office);

 private:
  template <class T>
  using Answer = Result<http::Answer<T>>;

  Task<Answer<http::Page<PayableView>>> list_payables(http::Request& request, StatementQuery query);
  Task<Answer<RunPreview>> preview(http::Request& request, http::NoParams);
  Task<Answer<RunView>> make(http::Request& request, http::NoParams, NewRun body);
  Task<Answer<http::Page<RunView>>> list(http::Request& request, StatementQuery query);
  Task<Answer<RunView>> show(http::Request& request, RunPath path);
  Task<Answer<RunView>> release(http::Request& request, RunPath path, RunReleaseInput body);
  Task<Answer<RunView>> send(http::Request& request, RunPath path);
  Task<Answer<RunView>> cancel(http::Request& request, RunPath path);
  Task<http::Response> file(http::Request& request);
  Task<Result<http::Response>> file_of(const http::Request& request);

  Task<Answer<RunView>> shown(const http::Request& request, Id<"payment-run"> id);
  Task<Result<std::vector<banking::DetailsChange>>> changes_of(const http::Request& request);
  [[nodiscard]] RunView view_of(db::Tx& tx, const store::RunRow& row) const;
  [[nodiscard]] std::int64_t page_limit(const std::optional<std::int64_t>& asked) const;

  app::Context& context_;
  Treasury& treasury_;
  const BankOffice& office_;
  identity::Client identity_;
};

}  // namespace cp::payments
