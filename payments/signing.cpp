#include "payments/signing.hpp"

#include "payments/book/commands.hpp"

namespace cp::payments {

void sign(ledger::Command& command, const http::Request& request, app::Context& context, std::string_view what,
          const std::string& canonical) {
  auto key = request.idempotency_key.value_or(std::string());
  std::string actor = "service";
  if (request.principal) {
    actor = request.principal->account.text();
    if (!key.empty()) key = actor + ":" + key;
    else key = context.ids.next(context.clock.now());
  }
  sign(command, std::move(key), std::move(actor), what, canonical);
}

}  // namespace cp::payments
