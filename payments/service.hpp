// Payments: plans, the calculator, splits, the ledger, statements and invoices.
#pragma once

#include "shared/app/service.hpp"

namespace cp::payments {

app::Service service();

}  // namespace cp::payments
