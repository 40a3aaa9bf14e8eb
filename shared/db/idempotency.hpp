// `Idempotency-Key`: the answer of a write is kept, in the same transaction, under its key.
#pragma once

#include "shared/db/database.hpp"

#include <functional>
#include <optional>
#include <string>

namespace cp::db::idempotency {

struct Key {
  std::string scope;    // who asks: an account's id, or the calling service
  std::string key;      // as the caller gave it
  std::string request;  // hash of verb, path and body
};

struct StoredAnswer {
  std::int64_t status = 200;
  std::string body;
  std::string headers;  // `Name: value` lines that belong to the answer, such as ETag
};

/// The kept answer, nothing for a new key, or `idempotency-key-reused` where the same key came
/// with another request.
Result<std::optional<StoredAnswer>> find(Tx& tx, const Key& key);
void keep(Tx& tx, const Key& key, const StoredAnswer& answer, Timestamp now);
/// Forgets keys older than `before`; answers how many, at most `limit`.
std::int64_t forget(Tx& tx, Timestamp before, std::int64_t limit);

}  // namespace cp::db::idempotency
