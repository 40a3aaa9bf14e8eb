// What the ledger's accounts are called in the journals of hledger and Beancount.
#pragma once

#include "payments/ledger/model.hpp"

#include <string>
#include <string_view>

namespace cp::payments {

/// A name that both programs accept, another one for every account. The sign of every balance stays
/// as it is in the ledger, so the top level follows from which side an account is on in double entry:
///
///   funding             Equity:Funding    where the money came from; a credit, below nothing
///   available, held     Assets:...        money that plans have
///   payable ... sent    Assets:...        money that is set aside for a provider and not yet paid
///   settled             Expenses:Settled  money that is gone
///   granted             Equity:Granted    where the right to pool came from; below nothing
///   cap, pooled         Assets:...        the right to pool, free and in use
///   reserved            Assets:Reserved   money that is set aside for fees
///   paid_in             Equity:Paid-in    where families' own money came from; below nothing
///
/// Below it the parts of the ledger's own name, each with what it is: `available:{plan}:short_breaks`
/// becomes `Assets:Available:Plan-{plan}:Short-breaks`, and its instalment of a day `...:Short-breaks-2026-07-01`.
std::string exported_name(ledger::AccountKind kind, std::string_view account);
/// What the account counts: pounds, or in a commodity of its own, which never mixes with them, what
/// may be pooled.
std::string_view exported_commodity(ledger::AccountKind kind);

}  // namespace cp::payments
