#include "shared/db/idempotency.hpp"

namespace cp::db::idempotency {

Result<std::optional<StoredAnswer>> find(Tx& tx, const Key& key) {
  struct Kept {
    std::string request;
    StoredAnswer answer;
  };
  auto kept = tx.one(
      "SELECT request, status, body, headers FROM db_idempotency WHERE scope = $1 AND key = $2",
      {key.scope, key.key}, [](const Row& row) {
        return Kept{row.string(0), {row.integer(1), row.string(2), row.string(3)}};
      });
  if (!kept) return std::optional<StoredAnswer>();
  if (kept->request != key.request) {
    return invalid("idempotency-key-reused",
                   "This Idempotency-Key was used for another request. Make a new key for each one.");
  }
  return std::optional(std::move(kept->answer));
}

void keep(Tx& tx, const Key& key, const StoredAnswer& answer, Timestamp now) {
  tx.later(
      "INSERT INTO db_idempotency (scope, key, request, status, body, headers, created) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7)",
      {key.scope, key.key, key.request, answer.status, answer.body, answer.headers, now});
}

std::int64_t forget(Tx& tx, Timestamp before, std::int64_t limit) {
  return tx.execute(
      "DELETE FROM db_idempotency WHERE (scope, key) IN (SELECT scope, key FROM db_idempotency "
      "WHERE created < $1 ORDER BY created LIMIT $2)",
      {before, limit});
}

}  // namespace cp::db::idempotency
