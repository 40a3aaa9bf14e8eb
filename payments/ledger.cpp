#include "payments/ledger.hpp"

#include "shared/core/hash.hpp"

#include <algorithm>
#include <array>

namespace cp::payments {
namespace {

/// Which kinds of account an operation may move, and in which direction. A hold may also release
/// what it replaces, so it moves both of its kinds both ways.
struct Movement {
  OperationKind operation;
  AccountKind account;
  bool down;
  bool up;
};
constexpr auto movements = std::to_array<Movement>({
    {OperationKind::allocation, AccountKind::funding, true, false},
    {OperationKind::allocation, AccountKind::available, false, true},
    {OperationKind::hold, AccountKind::available, true, true},
    {OperationKind::hold, AccountKind::held, true, true},
    {OperationKind::charge, AccountKind::held, true, false},
    {OperationKind::charge, AccountKind::payable, false, true},
    {OperationKind::release, AccountKind::held, true, false},
    {OperationKind::release, AccountKind::available, false, true},
    {OperationKind::refund, AccountKind::payable, true, false},
    {OperationKind::refund, AccountKind::available, false, true},
});

bool may_move(OperationKind operation, const Leg& leg) {
  return std::any_of(movements.begin(), movements.end(), [&](const Movement& movement) {
    return movement.operation == operation && movement.account == leg.kind &&
           (leg.amount.is_negative() ? movement.down : movement.up);
  });
}

Leg part_leg(const HeldShare& share, const SharePart& part, AccountKind kind, std::string account, Money amount) {
  Leg leg;
  leg.account = std::move(account);
  leg.kind = kind;
  leg.amount = amount;
  leg.plan = part.plan;
  leg.family = share.family;
  leg.stream = part.stream;
  leg.pool = share.pool;
  leg.session = share.session;
  leg.share = share.id;
  return leg;
}

Leg available_leg(const HeldShare& share, const SharePart& part, Money amount) {
  return part_leg(share, part, AccountKind::available, available_account(part.plan, part.stream), amount);
}
Leg held_leg(const HeldShare& share, const SharePart& part, Money amount) {
  return part_leg(share, part, AccountKind::held, held_account(share.pool, part.plan, part.stream), amount);
}
/// What is owed for one session; which families it is from is in the other legs.
Leg payable_leg(const Id<"provider">& provider, const HeldShare& share, Money amount) {
  Leg leg;
  leg.account = payable_account(provider, share.pool);
  leg.kind = AccountKind::payable;
  leg.amount = amount;
  leg.pool = share.pool;
  leg.session = share.session;
  return leg;
}

Money total_of(const std::vector<HeldShare>& shares) {
  Money sum;
  for (const auto& share : shares) {
    for (const auto& part : share.parts) sum += part.amount;
  }
  return sum;
}

/// Each field with its length before it, so that no two lists of fields read alike.
void append_field(std::string& text, std::string_view field) {
  text.append(std::to_string(field.size())).append(":").append(field);
}

}  // namespace

std::string funding_account(const Id<"authority">& authority, Stream stream) {
  return "funding:" + authority.text() + ":" + std::string(name(stream));
}
std::string available_account(const Id<"plan">& plan, Stream stream) {
  return "available:" + plan.text() + ":" + std::string(name(stream));
}
std::string held_account(const Id<"pool">& pool, const Id<"plan">& plan, Stream stream) {
  return "held:" + pool.text() + ":" + plan.text() + ":" + std::string(name(stream));
}
std::string payable_account(const Id<"provider">& provider, const Id<"pool">& pool) {
  return "payable:" + provider.text() + ":" + pool.text();
}

std::vector<Leg> allocation_legs(const Plan& plan) {
  std::vector<Leg> legs;
  for (const auto& budget : plan.streams) {
    if (budget.allocated == Money()) continue;
    Leg from;
    from.account = funding_account(plan.authority, budget.stream);
    from.kind = AccountKind::funding;
    from.amount = -budget.allocated;
    from.stream = budget.stream;
    Leg to;
    to.account = available_account(plan.id, budget.stream);
    to.kind = AccountKind::available;
    to.amount = budget.allocated;
    to.plan = plan.id;
    to.family = plan.family;
    to.stream = budget.stream;
    legs.push_back(std::move(from));
    legs.push_back(std::move(to));
  }
  return legs;
}

std::vector<Leg> hold_legs(const std::vector<HeldShare>& shares) {
  std::vector<Leg> legs;
  for (const auto& share : shares) {
    for (const auto& part : share.parts) {
      legs.push_back(available_leg(share, part, -part.amount));
      legs.push_back(held_leg(share, part, part.amount));
    }
  }
  return legs;
}

std::vector<Leg> release_legs(const std::vector<HeldShare>& shares) {
  std::vector<Leg> legs;
  for (const auto& share : shares) {
    for (const auto& part : share.parts) {
      legs.push_back(held_leg(share, part, -part.amount));
      legs.push_back(available_leg(share, part, part.amount));
    }
  }
  return legs;
}

std::vector<Leg> charge_legs(const Id<"provider">& provider, const std::vector<HeldShare>& shares) {
  std::vector<Leg> legs;
  for (const auto& share : shares) {
    for (const auto& part : share.parts) legs.push_back(held_leg(share, part, -part.amount));
  }
  if (!legs.empty()) legs.push_back(payable_leg(provider, shares.front(), total_of(shares)));
  return legs;
}

std::vector<Leg> refund_legs(const Id<"provider">& provider, const std::vector<HeldShare>& shares) {
  std::vector<Leg> legs;
  for (const auto& share : shares) {
    for (const auto& part : share.parts) legs.push_back(available_leg(share, part, part.amount));
  }
  if (!legs.empty()) legs.push_back(payable_leg(provider, shares.front(), -total_of(shares)));
  return legs;
}

std::vector<Entry> post(const Operation& operation, Balances& balances) {
  std::vector<Entry> entries;
  entries.reserve(operation.legs.size());
  for (const auto& leg : operation.legs) {
    auto [found, is_new] = balances.try_emplace(leg.account, Balance{leg.kind, Money(), 0});
    auto& balance = found->second;
    if (balance.kind != leg.kind) throw LedgerBroken("account " + leg.account + " is of another kind");
    balance.amount += leg.amount;
    balance.version += 1;
    entries.push_back({leg, balance.amount, balance.version});
  }
  if (const auto broken = broken_rule(operation, balances)) throw LedgerBroken(*broken);
  return entries;
}

std::optional<std::string> broken_rule(const Operation& operation, const Balances& after) {
  Money sum;
  for (const auto& leg : operation.legs) {
    sum += leg.amount;
    if (!may_move(operation.kind, leg)) {
      return "a " + std::string(name(operation.kind)) + " may not move " + leg.account + " this way";
    }
    const auto found = after.find(leg.account);
    if (found == after.end()) return "there is no balance of " + leg.account;
    const auto amount = found->second.amount;
    if (leg.kind == AccountKind::funding ? amount > Money() : amount.is_negative()) {
      return leg.account + " would hold " + std::to_string(amount.pence()) + " pence";
    }
  }
  if (sum != Money()) return "the legs add up to " + std::to_string(sum.pence()) + " pence, not to nothing";
  return std::nullopt;
}

std::map<Id<"plan">, Money> pooled_change(const Operation& operation) {
  // What leaves a stream that was already funded goes to a pool, and what comes back was pooled.
  std::map<Id<"plan">, Money> change;
  if (operation.kind == OperationKind::allocation) return change;
  for (const auto& leg : operation.legs) {
    if (leg.kind == AccountKind::available && leg.plan) change[*leg.plan] -= leg.amount;
  }
  return change;
}

std::string first_hash() { return std::string(64, '0'); }

std::string operation_hash(const std::string& previous, std::int64_t sequence, const Operation& operation,
                           const std::vector<Entry>& entries) {
  std::string text;
  append_field(text, previous);
  append_field(text, std::to_string(sequence));
  append_field(text, operation.authority.text());
  append_field(text, operation.id.text());
  append_field(text, name(operation.kind));
  append_field(text, operation.key);
  append_field(text, operation.request);
  append_field(text, operation.pool ? operation.pool->text() : std::string());
  append_field(text, operation.reason);
  append_field(text, std::to_string(to_microseconds(operation.at)));
  append_field(text, std::to_string(entries.size()));
  for (const auto& entry : entries) {
    const auto& leg = entry.leg;
    append_field(text, leg.account);
    append_field(text, std::to_string(leg.amount.pence()));
    append_field(text, std::to_string(entry.balance.pence()));
    append_field(text, std::to_string(entry.version));
    append_field(text, leg.plan ? leg.plan->text() : std::string());
    append_field(text, leg.family ? leg.family->text() : std::string());
    append_field(text, leg.stream ? name(*leg.stream) : std::string_view());
    append_field(text, leg.pool ? leg.pool->text() : std::string());
    append_field(text, leg.session ? std::to_string(*leg.session) : std::string());
    append_field(text, leg.share ? leg.share->text() : std::string());
  }
  return sha256_hex(text);
}

}  // namespace cp::payments
