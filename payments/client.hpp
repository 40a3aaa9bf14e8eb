// How other services ask payments for a split, a price, a check, or to move money.
#pragma once

#include "payments/wire.hpp"
#include "shared/net/transport.hpp"

#include <string>
#include <vector>

namespace cp::payments {

/// Every write takes a key: the same key with the same request does it once and answers the same,
/// refusals included; with another request it is refused with `idempotency-key-reused`.
class Client {
 public:
  explicit Client(net::Transport& transport) : transport_(transport) {}

  Task<Result<SplitResult>> split(SplitRequest request);
  Task<Result<PriceResult>> price(PriceRequest request);
  /// Whether the family could pay; being short is an answer, not an error.
  Task<Result<CheckResult>> check(CheckRequest request);
  /// Replaces the pool's unspent holds from `from_session` on: all shares are held, or none and
  /// everything stays as it was. Refusals: `headroom-exceeded`, `no-agreed-plan`,
  /// `spending-not-allowed` (each with `family` and `short_by_pence`), `session-already-charged`.
  Task<Result<HoldResult>> hold(HoldRequest request, std::string key);
  Task<Result<ChargeResult>> charge(Id<"pool"> pool, std::int64_t session, std::string key);
  Task<Result<ReleaseResult>> release(Id<"pool"> pool, std::vector<std::int64_t> sessions, std::string key);
  Task<Result<ReleaseResult>> release_all(Id<"pool"> pool, std::string key);
  Task<Result<RefundResult>> refund(Id<"pool"> pool, std::int64_t session, std::string reason, std::string key);
  /// What each family of the authority may still pool on each of the categories; walks every page.
  Task<Result<std::vector<HeadroomView>>> headrooms(Id<"authority"> authority, std::vector<std::string> categories);

 private:
  net::Transport& transport_;
};

}  // namespace cp::payments
