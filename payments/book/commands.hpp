// What moves money: each command decides on the ledger's states, in its turn, and changes nothing
// itself. No limit can be passed between the check and the spending, because nothing is between.
#pragma once

#include "payments/book/book.hpp"
#include "payments/ledger/machine.hpp"
#include "payments/wire.hpp"

#include <string>
#include <vector>

namespace cp::payments {

/// Names the command and its canonical request, whose hash tells the same key's second use from
/// its misuse. `actor` is the account or the service that asks.
void sign(ledger::Command& command, std::string key, std::string actor, std::string_view what,
          const std::string& canonical);

/// Funds the plan's streams and grants its cap, with the authority's policy of that day in it.
class AgreePlan final : public ledger::Command {
 public:
  AgreePlan(const Book& book, Plan plan);
  Result<ledger::Draft> decide(const ledger::Accounts& accounts, Timestamp now) override;

 private:
  const Book& book_;
  Plan plan_;
};

/// Changes an agreed plan to these terms, its version one above that of the plan as it is
/// (`stale-version` otherwise; permissions count as versions). Every hold is looked at again: `plan-overdrawn` says what
/// each stream lacks and which pools hold it; nothing is ever overdrawn.
class RevisePlan final : public ledger::Command {
 public:
  RevisePlan(const Book& book, Plan plan, std::string reason);
  Result<ledger::Draft> decide(const ledger::Accounts& accounts, Timestamp now) override;

 private:
  const Book& book_;
  Plan plan_;
  std::string reason_;
};

/// Lets more of a plan be pooled.
class Permit final : public ledger::Command {
 public:
  Permit(const Book& book, const Plan& plan, Money amount, std::string reason);
  Result<ledger::Draft> decide(const ledger::Accounts& accounts, Timestamp now) override;

 private:
  const Book& book_;
  Id<"plan"> plan_;
  Money amount_;
  std::string reason_;
};

/// Replaces a pool's unspent shares from a session on, all or none.
class Hold final : public ledger::Command {
 public:
  Hold(const Book& book, IdSource& ids, Timestamp now, HoldRequest request);
  Result<ledger::Draft> decide(const ledger::Accounts& accounts, Timestamp now) override;

 private:
  const Book& book_;
  HoldRequest request_;
  std::vector<Id<"share">> ids_;
};

/// Charges a delivered session: all that is held for it, or the amounts that are named.
class Charge final : public ledger::Command {
 public:
  Charge(const Book& book, IdSource& ids, Timestamp now, ChargeRequest request);
  Result<ledger::Draft> decide(const ledger::Accounts& accounts, Timestamp now) override;

 private:
  Result<Done> take_amounts(const ledger::Accounts& accounts, const BookPool& pool, ChargeFact& fact) const;

  const Book& book_;
  ChargeRequest request_;
  std::vector<Id<"share">> ids_;
};

/// Gives back what is held for sessions that will not take place.
class Release final : public ledger::Command {
 public:
  Release(const Book& book, ReleaseRequest request);
  Result<ledger::Draft> decide(const ledger::Accounts& accounts, Timestamp now) override;

 private:
  const Book& book_;
  ReleaseRequest request_;
};

/// Gives back what is still held of a pool though its sessions are long past.
class Expire final : public ledger::Command {
 public:
  Expire(const Book& book, Id<"pool"> pool, Date today);
  Result<ledger::Draft> decide(const ledger::Accounts& accounts, Timestamp now) override;

 private:
  const Book& book_;
  Id<"pool"> pool_;
};
/// The pools with expired holds, at most `limit`.
std::vector<Id<"pool">> pools_to_expire(const Book& book, Date today, std::size_t limit);

/// Brings a charged session back to the streams it came from, or some of it.
class Refund final : public ledger::Command {
 public:
  Refund(const Book& book, RefundRequest request);
  Result<ledger::Draft> decide(const ledger::Accounts& accounts, Timestamp now) override;

 private:
  const Book& book_;
  RefundRequest request_;
};

/// Numbers a family's statement and keeps the hash of its bytes. `statement-exists` where its number is taken, or its days
/// are covered already.
class IssueStatement final : public ledger::Command {
 public:
  IssueStatement(const Book& book, const Id<"authority">& authority, StatementFact fact);
  Result<ledger::Draft> decide(const ledger::Accounts& accounts, Timestamp now) override;

 private:
  const Book& book_;
  StatementFact fact_;
};

/// Closes an authority's periods up to a day: nothing counts for them any more.
class ClosePeriod final : public ledger::Command {
 public:
  ClosePeriod(Id<"authority"> authority, Date through);
  Result<ledger::Draft> decide(const ledger::Accounts& accounts, Timestamp now) override;

 private:
  Date through_;
};

}  // namespace cp::payments
