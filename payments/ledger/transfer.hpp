// The plainest command: an amount from one account to another.
#pragma once

#include "payments/ledger/machine.hpp"

namespace cp::ledger {

/// Between streams. No route asks for it: tests and measurements do. What is carried over when a plan has ended is a
/// command of `payments/book`. Refused where
/// the source has less than that (`insufficient-funds`) or either account is not open
/// (`unknown-account`).
class Transfer final : public Command {
 public:
  /// The hash of the request is made from the accounts and the amount.
  Transfer(std::string from, std::string to, Money amount);
  Result<Draft> decide(const Accounts& accounts, Timestamp now) override;

 private:
  std::string from_, to_;
  Money amount_;
};

}  // namespace cp::ledger
