// `commonpurse import mapping FILE`.
#pragma once

#include "shared/core/id.hpp"
#include "shared/core/time.hpp"
#include "shared/db/database.hpp"

#include <string>

namespace cp::catalogue {

/// Loads a mapping of short breaks (CSV, see docs) in one transaction: all of it or, where a row is
/// wrong, nothing, and every wrong row is reported by its line on standard error. Loading the same
/// rows again changes nothing. Makes the authorities the file names where they are missing.
/// Answers the exit code: 0 loaded, 1 refused.
int import_mapping_command(db::Database& database, IdSource& ids, Timestamp now,
                           const std::string& file);

}  // namespace cp::catalogue
