#include "payments/ledger/rules.hpp"

#include <array>

namespace cp::ledger {
namespace {

enum Direction : unsigned { down = 1, up = 2, both = 3 };

struct Movement {
  OperationKind operation;
  AccountKind account;
  Direction direction;
};

// A change of a plan takes from its streams as well as adding to them. A hold that replaces another
// puts back what it does not need. A charge above what is held takes the rest from the stream.
constexpr auto movements = std::to_array<Movement>({
    {OperationKind::allocation, AccountKind::funding, both},
    {OperationKind::allocation, AccountKind::available, both},
    {OperationKind::allocation, AccountKind::granted, both},
    {OperationKind::allocation, AccountKind::cap, both},
    {OperationKind::grant, AccountKind::granted, both},
    {OperationKind::grant, AccountKind::cap, both},
    {OperationKind::transfer, AccountKind::available, both},
    {OperationKind::transfer, AccountKind::funding, up},
    {OperationKind::transfer, AccountKind::paid_in, up},
    {OperationKind::transfer, AccountKind::granted, down},
    {OperationKind::transfer, AccountKind::cap, up},
    {OperationKind::hold, AccountKind::available, both},
    {OperationKind::hold, AccountKind::held, both},
    {OperationKind::hold, AccountKind::cap, both},
    {OperationKind::hold, AccountKind::pooled, both},
    {OperationKind::charge, AccountKind::held, down},
    {OperationKind::charge, AccountKind::available, both},
    {OperationKind::charge, AccountKind::cap, both},
    {OperationKind::charge, AccountKind::pooled, both},
    {OperationKind::charge, AccountKind::payable, up},
    {OperationKind::release, AccountKind::held, down},
    {OperationKind::release, AccountKind::available, up},
    {OperationKind::release, AccountKind::pooled, down},
    {OperationKind::release, AccountKind::cap, up},
    {OperationKind::refund, AccountKind::payable, down},
    {OperationKind::refund, AccountKind::available, up},
    {OperationKind::refund, AccountKind::pooled, down},
    {OperationKind::refund, AccountKind::cap, up},
    {OperationKind::batch, AccountKind::payable, down},
    {OperationKind::batch, AccountKind::batched, up},
    {OperationKind::send, AccountKind::batched, down},
    {OperationKind::send, AccountKind::sent, up},
    {OperationKind::settle, AccountKind::sent, down},
    {OperationKind::settle, AccountKind::settled, up},
    {OperationKind::reject, AccountKind::batched, down},
    {OperationKind::reject, AccountKind::sent, down},
    {OperationKind::reject, AccountKind::settled, down},
    {OperationKind::reject, AccountKind::payable, up},
    {OperationKind::reversal, AccountKind::funding, both},
    {OperationKind::reversal, AccountKind::available, both},
    {OperationKind::reversal, AccountKind::held, both},
    {OperationKind::reversal, AccountKind::payable, both},
    {OperationKind::reversal, AccountKind::granted, both},
    {OperationKind::reversal, AccountKind::cap, both},
    {OperationKind::reversal, AccountKind::pooled, both},
    {OperationKind::reversal, AccountKind::reserved, both},
    {OperationKind::reversal, AccountKind::paid_in, both},
    {OperationKind::deposit, AccountKind::paid_in, both},
    {OperationKind::deposit, AccountKind::available, both},
    {OperationKind::fee, AccountKind::available, both},
    {OperationKind::fee, AccountKind::reserved, both},
    {OperationKind::fee_charge, AccountKind::reserved, down},
    {OperationKind::fee_charge, AccountKind::payable, up},
});

constexpr std::size_t operation_kinds = names_of(OperationKind{}).size();
constexpr std::size_t account_kinds = names_of(AccountKind{}).size();

constexpr auto allowed = [] {
  std::array<std::array<unsigned, account_kinds>, operation_kinds> table{};
  for (const auto& movement : movements) {
    table[static_cast<std::size_t>(movement.operation)][static_cast<std::size_t>(movement.account)] =
        movement.direction;
  }
  return table;
}();

}  // namespace

Unit unit_of(AccountKind kind) {
  return kind == AccountKind::granted || kind == AccountKind::cap || kind == AccountKind::pooled ? Unit::counter
                                                                                                : Unit::money;
}

bool may_hold(AccountKind kind, Money balance) {
  const bool is_source = kind == AccountKind::funding || kind == AccountKind::granted || kind == AccountKind::paid_in;
  return is_source ? balance <= Money() : !balance.is_negative();
}

bool may_move(OperationKind operation, AccountKind account, Money amount) {
  const unsigned direction = amount.is_negative() ? down : up;
  return (allowed[static_cast<std::size_t>(operation)][static_cast<std::size_t>(account)] & direction) != 0;
}

std::optional<std::string> broken_rule(OperationKind operation, const std::vector<Leg>& legs) {
  std::array<Money, 2> sums;
  for (const auto& leg : legs) {
    if (leg.amount == Money()) return "a leg of " + leg.account + " moves nothing";
    if (!may_move(operation, leg.kind, leg.amount)) {
      return "a " + std::string(name(operation)) + " may not move " + leg.account + " this way";
    }
    sums[static_cast<std::size_t>(unit_of(leg.kind))] += leg.amount;
  }
  for (const auto sum : sums) {
    if (sum != Money()) return "the legs add up to " + std::to_string(sum.pence()) + " pence, not to nothing";
  }
  return std::nullopt;
}

}  // namespace cp::ledger
