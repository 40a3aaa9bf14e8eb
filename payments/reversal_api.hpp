// The route that undoes an operation: it reads what the operation was, and has the ledger move it back.
#pragma once

#include "payments/book/reverse.hpp"
#include "payments/ledger/journal.hpp"
#include "payments/treasury.hpp"
#include "payments/wire.hpp"
#include "shared/app/service.hpp"
#include "shared/http/router.hpp"

namespace cp::payments {

/// The operation, and what has to be known beside it to undo it: the plan or the shares as they were before.
Result<ReversalOrder> reversal_order(db::Tx& tx, ledger::JournalReader& journal, std::uint64_t sequence, std::string reason);

class ReversalApi {
 public:
  /// Adds its route to the context's router.
  ReversalApi(app::Context& context, Treasury& treasury);

 private:
  Task<Result<http::Answer<ReversalView>>> reverse(http::Request& request, http::NoParams, NewReversal body);

  app::Context& context_;
  Treasury& treasury_;
};

}  // namespace cp::payments
