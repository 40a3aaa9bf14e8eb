// What happens to an agreed plan beside pools.
#pragma once

#include "payments/book/book.hpp"

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

}  // namespace cp::payments
