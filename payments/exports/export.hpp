// The ledger as other programs read it: hledger, Beancount, spreadsheets.
#pragma once

#include "payments/ledger/journal.hpp"

#include <optional>
#include <ostream>
#include <string>

namespace cp::payments {

enum class ExportFormat { hledger, beancount, csv, journal };
constexpr auto names_of(ExportFormat) {
  return names<ExportFormat>({{ExportFormat::hledger, "hledger"},
                              {ExportFormat::beancount, "beancount"},
                              {ExportFormat::csv, "csv"},
                              {ExportFormat::journal, "journal"}});
}

/// Writes every operation up to the head, in the ledger's order.
///
/// hledger and beancount: a transaction for each operation that moved something, on the day it
/// counts for, with its id, sequence, time and hash; those that were refused or moved nothing as
/// comments. Then, for the end of each month, what every account that was touched in it held, and for
/// the last day what every account holds: both programs check these against the transactions, to the
/// penny. See `payments/export_names.hpp` for what accounts are called.
///
/// csv: a record for each entry, and for each operation without any.
/// journal: everything, to be read again by `import_journal` (payments/journal_file.hpp).
///
/// With a scope, only what belongs to that authority: its accounts move in no other operation. Not for `journal`, which is
/// everything or nothing.
///
/// Memory grows with accounts and the months in which they moved, not with history.
void export_ledger(ledger::JournalReader& journal, ExportFormat format, std::ostream& out,
                   const std::optional<std::string>& scope = std::nullopt);

}  // namespace cp::payments
