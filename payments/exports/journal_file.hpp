// The whole ledger as a text file, byte for byte, and back again.
//
//   commonpurse-journal 1
//   operation {sequence} {SHA-256} {the body in Base64}
//   head {sequence} {SHA-256} {microseconds} {public key} {signature}
//   end {sequence} {SHA-256}
//
// one operation a line, in order; then the heads that were signed; the last line says where it ends.
#pragma once

#include "payments/ledger/journal.hpp"
#include "shared/core/error.hpp"

#include <istream>
#include <ostream>

namespace cp::payments {

void export_journal(ledger::JournalReader& journal, std::ostream& out);

/// Reads the file twice: first all of it is checked, its sequence, its chain and its end; then it
/// is written. Refused, with nothing written, where the file is not whole (`journal-damaged`) or the
/// ledger is not empty (`ledger-not-empty`). The lease is taken. Answers the last head.
Result<ledger::Head> import_journal(std::istream& in, ledger::Journal& journal);

}  // namespace cp::payments
