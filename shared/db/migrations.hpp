// Schema versions. A folder's `schema.sql` is a list of numbered steps, applied once, in order:
//
//   -- version 1
//   CREATE TABLE ...;
//   -- version 2: why
//   ALTER TABLE ...;
//
// Lines between `-- only sqlite` (or `-- only postgres`) and `-- end only` are for that database.
#pragma once

#include "shared/db/database.hpp"

#include <string_view>
#include <vector>

namespace cp::db {

/// One folder's schema: its name and the text of its `schema.sql`, compiled into the program.
struct Schema {
  std::string_view name;
  std::string_view sql;
};

/// Brings every schema to its newest version, each version in one transaction. Throws
/// `NewerDatabase` where the database has a version this program does not know.
void migrate(Database& database, const std::vector<Schema>& schemas, Timestamp now);

class NewerDatabase : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The tables of `shared/db` itself: outbox and idempotency keys.
Schema own_schema();

}  // namespace cp::db
