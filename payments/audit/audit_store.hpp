// What the audit and the files are made from, out of the tables drawn from the ledger.
#pragma once

#include "payments/audit/audit.hpp"
#include "shared/db/database.hpp"

namespace cp::payments::store {

/// The authority's lines, sessions and plans from the first month to the last; sums only, so that
/// their number grows with months and streams and not with families.
AuditInput audit_input(db::Tx& tx, const Id<"authority">& authority, Month first, Month last);

}  // namespace cp::payments::store
