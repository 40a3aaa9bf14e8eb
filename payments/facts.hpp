// What the ledger's operations mean: the part of them that names plans, pools and shares. It is
// covered by the ledger's hash, and everything else that payments know follows from it.
#pragma once

#include "payments/ledger/model.hpp"
#include "payments/model.hpp"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace cp::payments {

/// A plan was agreed, or an agreed one was changed: this is what it is from now on.
struct PlanFact {
  Plan plan;  // its terms; not what pools use of it, and nothing that names a child
  std::string reason;
};

/// More of a plan may be pooled.
struct PermissionFact {
  Id<"plan"> plan;
  Money amount;
  std::string reason;
};

/// Which pool it is, from whom it buys, and what kind of short break.
struct PoolNote {
  Id<"pool"> pool;
  std::string title;
  Id<"provider"> provider;
  Id<"authority"> authority;
  std::string category;
};

/// Unspent shares of a pool were replaced.
struct HoldFact {
  PoolNote pool;
  std::int64_t agreement_version = 1;
  std::vector<Id<"share">> replaced;
  std::vector<HeldShare> shares;
};

/// What of a share was taken, given back or refunded, by plan and stream.
struct ShareMove {
  Id<"share"> share;
  Id<"family"> family;
  std::vector<SharePart> parts;
};

/// A session was delivered, or part of it.
struct ChargeFact {
  Id<"pool"> pool;
  std::int64_t session = 1;
  Date date = {};
  std::int64_t agreement_version = 1;
  std::vector<ShareMove> taken;
  std::vector<HeldShare> added;      // charged above what was held: held and taken at once
  std::vector<ShareMove> released;   // what was held above the charge
};

/// What was held and was not needed, or not in time.
struct ReleaseFact {
  Id<"pool"> pool;
  bool expired = false;
  std::vector<ShareMove> released;
};

struct RefundFact {
  Id<"pool"> pool;
  std::int64_t session = 1;
  Date date = {};
  std::string reason;
  std::vector<ShareMove> refunded;
};

/// The authority's periods up to this day are closed: nothing counts for them any more.
struct ClosingFact {
  Date through = {};
};

using Fact = std::variant<std::monostate, PlanFact, PermissionFact, HoldFact, ChargeFact, ReleaseFact, RefundFact,
                          ClosingFact>;

std::string encode(const Fact& fact);
/// Throws `ledger::JournalCorrupt` where the bytes are not an encoded fact.
Fact decode_fact(std::string_view bytes);


}  // namespace cp::payments
