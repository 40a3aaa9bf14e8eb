// The rules of double entry: which operation may move which account, and what no account may become.
#pragma once

#include "payments/ledger/model.hpp"

#include <optional>
#include <string>
#include <vector>

namespace cp::ledger {

Unit unit_of(AccountKind kind);
/// `funding`, `granted` and `paid_in` say where units came from: never above nothing. All others: never below.
bool may_hold(AccountKind kind, Money balance);
/// Whether this kind of operation may add to (or, below nothing, take from) this kind of account.
bool may_move(OperationKind operation, AccountKind account, Money amount);
/// What is wrong with the legs by themselves: each moves what it may, and each unit adds up to
/// nothing. Balances are looked at by `Accounts`.
std::optional<std::string> broken_rule(OperationKind operation, const std::vector<Leg>& legs);

}  // namespace cp::ledger
