// The ledger's core: double entry over accounts, from values alone.
//
// Every operation becomes legs that add up to nothing; every leg moves one account and says what
// the account held afterwards and how often it had been moved. Nothing is ever changed or taken
// away. The operations of an authority form a chain: each one's hash covers the one before it.
#pragma once

#include "payments/model.hpp"
#include "shared/core/error.hpp"

#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace cp::payments {

/// funding:{authority}:{stream}    what the authority has put in; the only account below nothing
/// available:{plan}:{stream}       what a plan's stream may still spend
/// held:{pool}:{plan}:{stream}     what a pool has reserved of it
/// payable:{provider}:{pool}       what is owed to the provider
enum class AccountKind { funding, available, held, payable };
constexpr auto names_of(AccountKind) {
  return names<AccountKind>({{AccountKind::funding, "funding"},
                             {AccountKind::available, "available"},
                             {AccountKind::held, "held"},
                             {AccountKind::payable, "payable"}});
}

enum class OperationKind { allocation, hold, charge, release, refund };
constexpr auto names_of(OperationKind) {
  return names<OperationKind>({{OperationKind::allocation, "allocation"},
                               {OperationKind::hold, "hold"},
                               {OperationKind::charge, "charge"},
                               {OperationKind::release, "release"},
                               {OperationKind::refund, "refund"}});
}

/// One side of a movement, with what a statement tells of it.
struct Leg {
  std::string account;
  AccountKind kind = AccountKind::available;
  Money amount;  // what is added; negative: taken
  std::optional<Id<"plan">> plan;
  std::optional<Id<"family">> family;
  std::optional<Stream> stream;
  std::optional<Id<"pool">> pool;
  std::optional<std::int64_t> session;
  std::optional<Id<"share">> share;
};

struct Operation {
  Id<"operation"> id;
  Id<"authority"> authority;
  OperationKind kind = OperationKind::allocation;
  std::string key;      // the idempotency key it came with
  std::string request;  // hash of the canonical request
  std::optional<Id<"pool">> pool;
  std::string reason;   // of a refund
  Timestamp at = {};
  std::vector<Leg> legs;
};

std::string funding_account(const Id<"authority">& authority, Stream stream);
std::string available_account(const Id<"plan">& plan, Stream stream);
std::string held_account(const Id<"pool">& pool, const Id<"plan">& plan, Stream stream);
std::string payable_account(const Id<"provider">& provider, const Id<"pool">& pool);

/// Agreeing a plan funds its streams.
std::vector<Leg> allocation_legs(const Plan& plan);
/// Holding moves from the streams to what the pool holds; releasing goes the other way.
std::vector<Leg> hold_legs(const std::vector<HeldShare>& shares);
std::vector<Leg> release_legs(const std::vector<HeldShare>& shares);
/// Charging moves what is held to the provider; refunding brings it back to the same streams.
std::vector<Leg> charge_legs(const Id<"provider">& provider, const std::vector<HeldShare>& shares);
std::vector<Leg> refund_legs(const Id<"provider">& provider, const std::vector<HeldShare>& shares);

struct Balance {
  AccountKind kind = AccountKind::available;
  Money amount;
  std::int64_t version = 0;  // how many entries there are
  bool operator==(const Balance&) const = default;
};
using Balances = std::map<std::string, Balance>;

struct Entry {
  Leg leg;
  Money balance;             // of the account, after this leg
  std::int64_t version = 1;  // of the account, after this leg
};

/// A rule of the ledger that an operation would break: a bug, never a caller's fault, so it is
/// thrown, and the transaction is undone.
class LedgerBroken : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

/// Applies the legs to the balances, which hold every account that is touched and was moved
/// before. Throws `LedgerBroken` and leaves nothing usable where a rule of `broken_rule` is broken.
std::vector<Entry> post(const Operation& operation, Balances& balances);

/// The rules, over every account an operation touched, whatever the operation was: legs add up to
/// nothing; each kind of operation moves only its kinds of account; no account but funding is below
/// nothing, and funding never above. `after` holds at least the accounts touched.
std::optional<std::string> broken_rule(const Operation& operation, const Balances& after);

/// By how much an operation changes what each plan has pooled (held and charged).
std::map<Id<"plan">, Money> pooled_change(const Operation& operation);

/// The hash of the first operation's predecessor.
std::string first_hash();
/// SHA-256 over the hash before, the operation and all its entries.
std::string operation_hash(const std::string& previous, std::int64_t sequence, const Operation& operation,
                           const std::vector<Entry>& entries);

}  // namespace cp::payments
