// What the ledger's operations mean: the part of them that names plans, pools and shares. It is
// covered by the ledger's hash, and everything else that payments know follows from it.
#pragma once

#include "payments/ledger/model.hpp"
#include "payments/model.hpp"
#include "payments/planning/carry_over.hpp"

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

/// What of a share was taken, given back or refunded, by plan and stream; what was taken says who held it.
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

/// What a payment run pays of a pool's invoice of one month, or of a fee's, whose id stands in the pool's place; below nothing where more was refunded
/// than charged since the run before.
struct RunPart {
  Id<"pool"> pool;
  Month month = {};
  Money amount;
};
/// One credit of a run: all that it pays to one provider, and the bank details it is paid by.
struct RunPaymentNote {
  Id<"provider"> payee;
  Id<"bank-details"> details;
  std::vector<RunPart> parts;
};

/// What was owed was put into a payment run.
struct BatchFact {
  Id<"payment-run"> run;
  Id<"account"> made_by;
  Date pay_on = {};
  std::vector<RunPaymentNote> payments;
};

/// A run's file went to the bank, released by these people.
struct SendFact {
  Id<"payment-run"> run;
  std::string digest;  // of what they released
  std::vector<Id<"account">> released_by;
};

/// The bank says that these payees have their money.
struct SettleFact {
  Id<"payment-run"> run;
  std::vector<Id<"provider">> payees;
  std::string evidence;
};

/// The bank says that the money of these payees came back, or their run was cancelled.
struct RejectFact {
  Id<"payment-run"> run;
  std::vector<Id<"provider">> payees;
  bool cancelled = false;
  std::string reason;
};

/// A family's statement was issued: what it covers, and the hash of its bytes.
struct StatementFact {
  Id<"family"> family;
  std::int64_t number = 1;
  Date first = {};
  Date last = {};
  std::int64_t through = 0;  // the last operation that it covers
  std::string sha256;
};

/// An operation was undone by this one, which names it: what it moved was moved back.
struct ReversalFact {
  std::uint64_t sequence = 0;      // of the operation that is undone
  Date corrected = {};             // the day it counted for
  std::string reason;
  std::string undone;              // what it meant: its facts
  std::optional<Plan> terms;       // where a plan was changed: what it is again
  std::vector<HeldShare> shares;   // where shares were released: what is held again
};

/// A family paid its own money in, or got back what of it was not spent.
struct DepositFact {
  Id<"plan"> plan;
  Id<"family"> family;
  Money amount;  // below nothing: given back
  std::string reference;
};

/// A fee was agreed, and is reserved.
struct FeeFact {
  Fee fee;
};

/// Part of a fee is owed to its payee, or the rest of it was not needed.
struct FeeMoveFact {
  Id<"fee"> fee;
  bool is_charged = false;
  std::string reason;
  std::vector<SharePart> parts;
};

/// A plan had ended: what was left of it went into the next one, or back to where it came from.
struct EndingFact {
  Id<"plan"> plan;
  Id<"family"> family;
  std::optional<Plan> next;  // what the next plan is from now on
  std::vector<Leftover> parts;
  std::string rule;  // the authority's policy, in words
};

/// Somebody else holds part of a plan from a day on.
struct HandOverFact {
  Id<"plan"> plan;
  HandOver hand_over;
  std::string reason;
};

using Fact = std::variant<std::monostate, PlanFact, PermissionFact, HoldFact, ChargeFact, ReleaseFact, RefundFact,
                          ClosingFact, BatchFact, SendFact, SettleFact, RejectFact, StatementFact, ReversalFact, DepositFact, FeeFact,
                          FeeMoveFact, EndingFact, HandOverFact>;

/// A plan as facts have it: agreed, with nothing that names a child or says what pools use of it.
Plan terms_of(const Plan& plan);

/// What they come to together.
template <class T>
Money sum_of(const std::vector<T>& all, Money T::*which = &T::amount) {
  Money sum;
  for (const auto& one : all) sum += one.*which;
  return sum;
}
Money sum_of(const std::vector<ShareMove>& moves);

std::string encode(const Fact& fact);
/// Throws `ledger::JournalCorrupt` where the bytes are not an encoded fact.
Fact decode_fact(std::string_view bytes);

}  // namespace cp::payments
