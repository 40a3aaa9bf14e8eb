// Issued statements in the database: SQL and nothing else.
#pragma once

#include "payments/statements/issued.hpp"
#include "payments/store.hpp"
#include "shared/db/database.hpp"

namespace cp::payments::store {

/// What is known of a statement beside its bytes.
struct IssuedRow {
  Id<"family"> family;
  std::int64_t number = 1;
  Id<"authority"> authority;
  Date first = {};
  Date last = {};
  std::int64_t through = 0;  // the last operation that it covers
  std::string sha256;
  Timestamp made = {};
  std::string body;  // where it was asked for
};

/// Keeps the bytes before the ledger says that they are a statement. Several may be kept for one number; the ledger
/// takes one.
void prepare(db::Tx& tx, const IssuedRow& statement);
/// The ledger took the one with this hash: it is issued, and the others for its number go.
void issue(db::Tx& tx, const Id<"family">& family, std::int64_t number, const std::string& sha256, std::int64_t operation);

/// With its bytes.
std::optional<IssuedRow> find_issued(db::Tx& tx, const Id<"family">& family, std::int64_t number);
/// The one that ends with this day; without its bytes.
std::optional<IssuedRow> issued_for(db::Tx& tx, const Id<"family">& family, Date last);
std::optional<IssuedRow> last_issued(db::Tx& tx, const Id<"family">& family);
/// Newest first, at most `limit` before `before`; without bytes.
std::vector<IssuedRow> list_issued(db::Tx& tx, const Id<"family">& family, std::int64_t before, std::int64_t limit);
/// All of them, for the check against the ledger.
std::int64_t count_issued(db::Tx& tx);

/// What is covered now and was not before: oldest first, at most `limit`.
std::vector<Line> lines_between(db::Tx& tx, const Id<"family">& family, const std::optional<Cover>& before, const Cover& now,
                                std::int64_t limit);
StatementSums sums_between(db::Tx& tx, const Id<"family">& family, const std::optional<Cover>& before, const Cover& now);
/// The day of the family's first line.
std::optional<Date> first_line_day(db::Tx& tx, const Id<"family">& family);
/// Whose plan it is; nobody's where the family has no agreed plan.
std::optional<Id<"authority">> authority_of_family(db::Tx& tx, const Id<"family">& family);

}  // namespace cp::payments::store
