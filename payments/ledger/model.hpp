// What the ledger writes down: operations, each with the legs that move its accounts.
//
// The ledger knows accounts, operations and their chain. It knows nothing of families, pools or
// plans: what an operation means to them travels along as `facts`, which `payments/book` reads.
#pragma once

#include "shared/core/error.hpp"
#include "shared/core/money.hpp"
#include "shared/core/names.hpp"
#include "shared/core/time.hpp"

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace cp::ledger {

using Hash = std::array<unsigned char, 32>;
/// A UUID of version 7, as bytes: time first, so that later operations sort later.
using OperationId = std::array<unsigned char, 16>;

/// funding    what an authority has put into a stream; the only money account below nothing
/// available  what a plan's stream may still spend
/// held       what a pool has reserved of it
/// payable    what is owed to a provider for a pool
/// batched    what of it is in a payment run
/// sent       what of it was given to the bank
/// settled    what of it the bank has paid
/// granted    how much of a plan may be pooled at all; a counter, below nothing
/// cap        how much of a plan may still be pooled; a counter
/// pooled     how much of a plan is held and charged by pools; a counter
/// paid_in    what a family has paid in of its own money; below nothing, as funding is
/// reserved   what a fee has reserved of a plan's stream
enum class AccountKind : std::uint8_t {
  funding, available, held, payable, batched, sent, settled, granted, cap, pooled, paid_in, reserved
};
constexpr auto names_of(AccountKind) {
  return names<AccountKind>({{AccountKind::funding, "funding"},
                             {AccountKind::available, "available"},
                             {AccountKind::held, "held"},
                             {AccountKind::payable, "payable"},
                             {AccountKind::batched, "batched"},
                             {AccountKind::sent, "sent"},
                             {AccountKind::settled, "settled"},
                             {AccountKind::granted, "granted"},
                             {AccountKind::cap, "cap"},
                             {AccountKind::pooled, "pooled"},
                             {AccountKind::paid_in, "paid_in"},
                             {AccountKind::reserved, "reserved"}});
}

/// What the units of an account are. A counter counts pence too, but they are nobody's money.
enum class Unit : std::uint8_t { money, counter };

/// allocation  a plan is agreed or changed: its streams are funded, its cap is granted
/// grant       a permission to pool more
/// transfer    a plan has ended: what is left is carried over into the next one, or goes back
/// hold        streams to pools, and back where it replaces another hold
/// charge      what is held to the provider
/// release     what is held back to the streams; also when it has expired
/// refund      from the provider back to the streams it came from
/// batch, send, settle, reject   the steps of paying a provider; `reject` makes it owed again
/// closing     a period is closed; moves nothing
/// reversal    an operation that is named is undone: what it moved is moved back
/// statement   a family's statement is issued: its number and the hash of its bytes; moves nothing
/// deposit     a family's own money is paid in, or given back to it
/// fee         a fee is agreed and reserved, or what is not needed of it goes back
/// fee_charge  what is reserved for a fee is owed to whom it is paid
/// hand_over   somebody else holds a plan's stream from a day on; moves nothing
enum class OperationKind : std::uint8_t {
  allocation, grant, transfer, hold, charge, release, refund, batch, send, settle, reject, closing,
  statement, reversal, deposit, fee, fee_charge, hand_over
};
constexpr auto names_of(OperationKind) {
  return names<OperationKind>({{OperationKind::allocation, "allocation"},
                               {OperationKind::grant, "grant"},
                               {OperationKind::transfer, "transfer"},
                               {OperationKind::hold, "hold"},
                               {OperationKind::charge, "charge"},
                               {OperationKind::release, "release"},
                               {OperationKind::refund, "refund"},
                               {OperationKind::batch, "batch"},
                               {OperationKind::send, "send"},
                               {OperationKind::settle, "settle"},
                               {OperationKind::reject, "reject"},
                               {OperationKind::closing, "closing"},
                               {OperationKind::statement, "statement"},
                               {OperationKind::reversal, "reversal"},
                               {OperationKind::deposit, "deposit"},
                               {OperationKind::fee, "fee"},
                               {OperationKind::fee_charge, "fee_charge"},
                               {OperationKind::hand_over, "hand_over"}});
}

/// Where an entry is: the operation's sequence, from 1, and the leg in it, from 0.
struct Place {
  std::uint64_t sequence = 0;  // 0: nowhere
  std::uint32_t leg = 0;
  explicit operator bool() const { return sequence != 0; }
  auto operator<=>(const Place&) const = default;
};

using AccountNumber = std::uint32_t;
using Day = std::int32_t;  // days since 1970

inline Day to_day(Date date) {
  return static_cast<Day>(std::chrono::sys_days(date).time_since_epoch().count());
}
inline Date from_day(Day day) { return Date(std::chrono::sys_days(std::chrono::days(day))); }

/// What a command wants moved.
struct Leg {
  AccountKind kind = AccountKind::available;
  std::string account;  // its name; opened where it is new
  Money amount;         // what is added; negative: taken
  std::optional<AccountNumber> number = {};  // where it is known already, and then the name may be empty
};

/// A leg as it was written. The pointers make an account's entries a list from the newest to the
/// oldest, with shortcuts, and another list of the entries that came late: no index is needed to
/// read an account or to know what it held on a day.
struct Entry {
  AccountNumber account = 0;
  std::string opened;  // the account's name, where this is its first entry
  AccountKind kind = AccountKind::available;
  Money amount;
  Money balance;              // of the account, after this leg
  std::uint64_t version = 1;  // how many entries the account has, this one included
  Place previous;
  Place shortcut;          // an older one, so that any of n is reached in O(log n) steps
  Day latest = 0;          // the latest effective day among the account's entries up to this one
  Place late_before;       // the last entry before this one that was effective earlier than others before it
  bool operator==(const Entry&) const = default;
};

struct Operation {
  std::uint64_t sequence = 0;  // of the ledger, from 1, without a gap
  OperationId id = {};
  OperationKind kind = OperationKind::transfer;
  Timestamp recorded = {};  // never before the operation before it
  Day effective = 0;        // the day it counts for
  std::string scope;        // the authority
  std::string actor;        // who asked: an account's or a service's id, never a name
  std::string key;          // the idempotency key
  Hash request = {};        // SHA-256 of the canonical request
  std::optional<Error> refusal;  // set: refused, nothing was moved
  Money amount;             // what the caller is told that it came to
  std::string facts;        // what it means, in the encoding of payments/book
  std::vector<Entry> entries;
  bool operator==(const Operation&) const = default;
};

/// An operation as it lies in the journal.
struct Record {
  std::uint64_t sequence = 0;
  Hash hash = {};    // SHA-256 of the hash before and the body
  std::string body;  // `encode(operation)`
};

/// A rule of the ledger would be broken: a bug, never a caller's fault. Writing stops.
class LedgerBroken : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

/// What is stored cannot be read: the journal was damaged or tampered with.
class JournalCorrupt : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace cp::ledger
