// What happens to an agreed plan beside pools.
#pragma once

#include "payments/book/book.hpp"
#include "payments/planning/carry_over.hpp"

#include <optional>
#include <string>

namespace cp::payments {

/// A family's own money is paid into an agreed plan, or what is left of it is given back: `own-money-spent` with
/// `short_by_pence` where that is more than is left.
class MoveOwnMoney final : public ledger::Command {
 public:
  MoveOwnMoney(const Book& book, const Plan& plan, Way way, Money amount, std::string reference);
  Result<ledger::Draft> decide(const ledger::Accounts& accounts, Timestamp now) override;

 private:
  const Book& book_;
  Id<"plan"> plan_;
  Way way_;
  Money amount_;
  std::string reference_;
};

/// Agrees a fee for a plan and reserves it from a stream, its earliest instalments first: `stream-short` with
/// `short_by_pence` where less is left of it.
class AgreeFee final : public ledger::Command {
 public:
  /// `fee` has no parts yet.
  AgreeFee(const Book& book, const Plan& plan, Fee fee, Stream stream, Money amount);
  Result<ledger::Draft> decide(const ledger::Accounts& accounts, Timestamp now) override;

 private:
  const Book& book_;
  Fee fee_;
  Stream stream_;
  Money amount_;
};

/// Charges part of what is reserved for a fee, which its payee is owed then, or gives all of the rest back to its
/// stream. Refusals: `fee-not-agreed`, `fee-above-reserved` with `over_by_pence`.
class MoveFee final : public ledger::Command {
 public:
  /// No amount: give back what is left.
  MoveFee(const Book& book, const Id<"authority">& authority, Id<"fee"> fee, std::optional<Money> amount, std::string reason);
  Result<ledger::Draft> decide(const ledger::Accounts& accounts, Timestamp now) override;

 private:
  const Book& book_;
  Id<"fee"> fee_;
  std::optional<Money> amount_;
  std::string reason_;
};

/// Says that somebody else holds a stream of an agreed plan, or one instalment of it, from a day of the plan on. What was
/// charged before stays with who held it then. Refused with `invalid-fields` for what the plan does not have.
class HandOverPlan final : public ledger::Command {
 public:
  HandOverPlan(const Book& book, const Plan& plan, HandOver hand_over, std::string reason);
  Result<ledger::Draft> decide(const ledger::Accounts& accounts, Timestamp now) override;

 private:
  const Book& book_;
  Id<"plan"> plan_;
  HandOver hand_over_;
  std::string reason_;
};

/// A plan has ended: carries over what the policy lets into the next plan, in one operation; the rest goes back to the
/// authority, own money that is not carried over to the family. Done again it moves only what has come back since.
/// Refusals: `plan-not-over`, `plan-still-held` which names what holds it, `nothing-left`.
class EndPlan final : public ledger::Command {
 public:
  EndPlan(const Book& book, const Plan& plan, std::optional<Id<"plan">> next, CarryPolicy policy);
  Result<ledger::Draft> decide(const ledger::Accounts& accounts, Timestamp now) override;

 private:
  [[nodiscard]] Result<Done> may_end(const BookPlan& plan, Date today) const;

  const Book& book_;
  Id<"plan"> plan_;
  std::optional<Id<"plan">> next_;
  CarryPolicy policy_;
};

}  // namespace cp::payments
