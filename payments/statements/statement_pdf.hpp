// An issued statement on paper.
#pragma once

#include "payments/statements/issued.hpp"

namespace cp::payments {

/// The whole file. `sha256` is that of the statement's bytes.
std::string statement_pdf(const IssuedStatement& statement, const std::string& sha256);

}  // namespace cp::payments
