// ISO 20022 bank statements: `camt.053.001.02` and `camt.053.001.08`.
//
// Strict: a statement that is not understood in full is refused as a whole, with the place; nothing
// is left out in silence. Bounded: size, depth, entries. Safe: a document type is refused, so there
// are no entities, external or other; only the five of XML and numbers.
#pragma once

#include "payments/banking/statement.hpp"
#include "shared/core/error.hpp"

#include <string_view>
#include <vector>

namespace cp::banking {

struct CamtLimits {
  std::size_t bytes = 16U << 20;
  std::size_t depth = 32;
  std::size_t elements = 1'000'000;
  std::size_t lines = 100'000;  // of all statements together
};

/// Every statement of the message, in its order. A batch entry becomes a line for each of its
/// transactions; where the bank gave them no amounts, one line with `unsplit`.
///
/// Refused: `statement-too-large`; `statement-malformed` (no UTF-8 XML, a document type, a name space
/// other than the two, an element missing, twice or of another form), `statement-currency` (not
/// pounds), `statement-sum` (the transactions of an entry are not its amount, or opening balance
/// and booked entries are not the closing balance). The extra `path` names the element, such as
/// `/Document/BkToCstmrStmt/Stmt[1]/Ntry[3]/Amt`.
Result<std::vector<Statement>> read_camt053(std::string_view xml, const CamtLimits& limits = {});

}  // namespace cp::banking
