// From what payments know to what their readers see.
#pragma once

#include "payments/ledger/journal.hpp"
#include "payments/payouts/bank_store.hpp"
#include "payments/store.hpp"
#include "payments/wire.hpp"

namespace cp::payments {

PlanView view_of(const Plan& plan);
StatementLine view_of(const store::Line& line);
/// Over agreed plans.
StatementTotals totals_of(const std::vector<Plan>& plans);
LedgerHeadView view_of(const ledger::SignedHead& head);
InvoiceView view_of(const store::InvoiceRow& invoice, const std::vector<store::InvoiceLineRow>& lines,
                    const store::InvoiceStanding& standing);
PriceResult view_of(const Price& price);

std::vector<Tier> tiers_of(const std::vector<TierView>& tiers);

}  // namespace cp::payments
