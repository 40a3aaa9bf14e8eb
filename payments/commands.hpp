// What moves money: each command reads, decides, checks the ledger's rules and writes within the
// one transaction it is given, so that no limit can be passed between the check and the spending.
#pragma once

#include "payments/model.hpp"
#include "payments/wire.hpp"
#include "shared/db/database.hpp"

#include <string>
#include <vector>

namespace cp::payments {

/// What a command needs from outside. It is made before the transaction, which may run twice.
struct Stamp {
  Timestamp now = {};
  std::string key;      // the same key does it once, for ever
  std::string request;  // hash of the command and its canonical request
  Id<"operation"> operation;
  Id<"invoice"> invoice;                // for a charge
  std::vector<Id<"share">> shares;      // for a hold: one a share
};
/// `command` names what is asked, `request` is the body as this program writes it.
Stamp stamp_of(IdSource& ids, Timestamp now, std::string key, std::string_view command,
               const std::string& request, std::size_t shares = 0);

/// What came of a command. A refusal is an outcome: it is kept under the key like any other, so
/// the transaction that found it is committed.
template <class Out>
struct Outcome {
  std::optional<Out> done;
  std::optional<Error> refused;  // where it was not done

  [[nodiscard]] Result<Out> result() const {
    if (done) return *done;
    return *refused;
  }
};

/// An error instead of an outcome, such as `idempotency-key-reused`, keeps nothing.
Result<Outcome<HoldResult>> hold(db::Tx& tx, const HoldRequest& request, const Stamp& stamp);
Result<Outcome<ChargeResult>> charge(db::Tx& tx, const ChargeRequest& request, const Stamp& stamp);
Result<Outcome<ReleaseResult>> release(db::Tx& tx, const ReleaseRequest& request, const Stamp& stamp);
Result<Outcome<RefundResult>> refund(db::Tx& tx, const RefundRequest& request, const Stamp& stamp);

/// Makes an indicative plan agreed, with the authority's policy of that day, and funds its streams.
Result<Done> agree(db::Tx& tx, Plan& plan, std::int64_t free_percent, std::vector<SpendingRule> rules,
                   const Id<"operation">& operation, Timestamp now);

}  // namespace cp::payments
