// The routes of the authority's audit, and of what people take home as files.
#pragma once

#include "payments/audit/audit_wire.hpp"
#include "payments/wire.hpp"
#include "services/identity/client.hpp"
#include "shared/app/service.hpp"
#include "shared/http/router.hpp"

namespace cp::payments {

class AuditApi {
 public:
  /// Adds its routes to the context's router.
  explicit AuditApi(app::Context& context);

 private:
  Task<Result<http::Answer<AuditView>>> show(http::Request& request, AuditQuery query);
  Task<http::Response> show_csv(http::Request& request);
  Task<http::Response> statement_csv(http::Request& request);
  Task<http::Response> ledger_file(http::Request& request);

  Task<Result<AuditView>> audit_of(const http::Request& request, AuditQuery query);
  Task<Result<http::Response>> statement_of(const http::Request& request);
  Task<Result<http::Response>> ledger_of(const http::Request& request);

  app::Context& context_;
  identity::Client identity_;
};

}  // namespace cp::payments
