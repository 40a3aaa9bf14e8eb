// Undoing an operation by another one that names it: what it moved is moved back, checked like anything else, once.
//
// A plan's agreement or change (until the next one), its end (until the plan that it was carried into changes), a
// permission, a deposit of own money, a charge, a release, a refund and a fee's charge or release can be undone. The
// others have operations of their own: a hold is released, a run cancelled, a payment returned.
#pragma once

#include "payments/book/book.hpp"
#include "payments/ledger/machine.hpp"

namespace cp::payments {

struct ReversalOrder {
  ledger::Operation undone;        // as the journal has it
  std::string reason;
  std::optional<Plan> terms = {};  // where a plan was changed, or carried into: what it was before
  std::vector<HeldShare> shares = {};  // where shares were released: what they were
};

/// Refused: `not-reversible`, `already-reversed`, `changed-since` where the money or the plan has moved on, with
/// `over_by_pence` where there is too little left to move back; `provider-already-paid`, `hold-expired`.
class Reverse final : public ledger::Command {
 public:
  Reverse(const Book& book, const Id<"authority">& authority, ReversalOrder order);
  Result<ledger::Draft> decide(const ledger::Accounts& accounts, Timestamp now) override;

 private:
  Result<Done> may_undo(const PlanFact& fact, Date today) const;
  Result<Done> may_undo(const PermissionFact& fact, Date today) const;
  Result<Done> may_undo(const ChargeFact& fact, Date today) const;
  Result<Done> may_undo(const ReleaseFact& fact, Date today) const;
  Result<Done> may_undo(const RefundFact& fact, Date today) const;
  Result<Done> may_undo(const FeeMoveFact& fact, Date today) const;
  Result<Done> may_undo(const EndingFact& fact, Date today) const;
  // What is left to move back, the accounts say.
  Result<Done> may_undo(const DepositFact&, Date) const { return Done{}; }
  /// The plan is still what this operation made it, and what it was before is known.
  [[nodiscard]] bool is_last_change(const Id<"plan">& plan) const;

  const Book& book_;
  ReversalOrder order_;
};

}  // namespace cp::payments
