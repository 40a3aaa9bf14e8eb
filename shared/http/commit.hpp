// Writes that happen once: the answer is kept under its `Idempotency-Key` in the same transaction.
#pragma once

#include "shared/core/hash.hpp"
#include "shared/db/database.hpp"
#include "shared/db/idempotency.hpp"
#include "shared/http/router.hpp"

namespace cp::http {

/// The key of a request, with the hash that tells whether it is the same request again.
std::optional<db::idempotency::Key> idempotency_key(const Request& request);

namespace detail {
db::idempotency::StoredAnswer stored_answer(int status, std::string body,
                                            const std::optional<std::int64_t>& version,
                                            const Headers& headers);
struct StoredHeaders {
  std::optional<std::int64_t> version;
  Headers headers;
};
StoredHeaders read_stored_headers(std::string_view text);
}  // namespace detail

/// Runs `work(Tx&) -> Result<Answer<Out>>` in one transaction. With an `Idempotency-Key`, a second
/// call answers what the first did and changes nothing. Refusals are not kept: nothing happened.
template <class Out, class Work>
Task<Result<Answer<Out>>> commit(db::Database& database, const Request& request, Timestamp now,
                                 Work& work) {
  const auto key = idempotency_key(request);
  auto whole = [&](db::Tx& tx) -> Result<Answer<Out>> {
    if (!key) return work(tx);
    const auto kept = db::idempotency::find(tx, *key);
    if (!kept) return kept.error();
    if (*kept) {
      auto value = Out{};
      if constexpr (!std::is_same_v<Out, json::Empty>) {
        auto again = json::read_own<Out>((*kept)->body);
        if (!again) return again.error();
        value = std::move(*again);
      }
      Answer<Out> answer(std::move(value), static_cast<int>((*kept)->status));
      auto headers = detail::read_stored_headers((*kept)->headers);
      answer.version = headers.version;
      answer.headers = std::move(headers.headers);
      return answer;
    }
    auto answer = work(tx);
    if (answer) {
      db::idempotency::keep(
          tx, *key,
          detail::stored_answer(answer->status, json::write(answer->value), answer->version,
                                answer->headers),
          now);
    }
    return answer;
  };
  co_return co_await database.write(whole);
}

/// Refuses with 412 when the caller saw another version than the one there is.
Result<Done> check_version(const Request& request, std::int64_t version);

}  // namespace cp::http
