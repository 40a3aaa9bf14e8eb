// Who asks the ledger, and under which key.
#pragma once

#include "payments/ledger/machine.hpp"
#include "shared/app/service.hpp"
#include "shared/http/message.hpp"

#include <string>
#include <string_view>

namespace cp::payments {

/// Signs a command with the request's key and caller. People's keys are told apart by account, and
/// one is made where there is none; services make theirs from the time and never twice.
void sign(ledger::Command& command, const http::Request& request, app::Context& context, std::string_view what,
          const std::string& canonical);

}  // namespace cp::payments
