// The routes of issued statements, and what issues them when a period is closed.
#pragma once

#include "payments/statements/statement_store.hpp"
#include "payments/statements/statement_wire.hpp"
#include "payments/treasury.hpp"
#include "services/identity/client.hpp"
#include "shared/app/service.hpp"
#include "shared/http/router.hpp"

namespace cp::payments {

class StatementApi {
 public:
  /// Adds its routes to the context's router, and what the outbox has to send to it.
  StatementApi(app::Context& context, Treasury& treasury);

 private:
  template <class T>
  using Answer = Result<http::Answer<T>>;

  Task<Answer<IssuedNote>> issue(http::Request& request, IssuePath path, NewIssue body);
  Task<Answer<http::Page<IssuedNote>>> list(http::Request& request, IssuedQuery query);
  Task<Answer<IssuedView>> show(http::Request& request, IssuedPath path);
  Task<http::Response> file(http::Request& request);
  Task<Result<http::Response>> file_of(const http::Request& request);
  Task<Result<Done>> issue_months(const db::Message& message);

  /// Issues the family's next statement, up to the day `last`, on what is drawn up to the head; answers the one there is
  /// where it was issued before.
  Task<Result<store::IssuedRow>> issue_one(const identity::AuthorityView& authority, Id<"family"> family, Date last,
                                           const ledger::SignedHead& head, std::string actor);
  /// Every month of the family that is over by `through` and is not issued yet.
  Task<Result<Done>> issue_months_of(const identity::AuthorityView& authority, Id<"family"> family, Date through,
                                     const ledger::SignedHead& head);
  /// The statement, where the caller may read it.
  Task<Result<store::IssuedRow>> find(const http::Request& request, std::optional<Id<"family">> family, std::int64_t number);

  app::Context& context_;
  Treasury& treasury_;
  identity::Client identity_;
};

}  // namespace cp::payments
