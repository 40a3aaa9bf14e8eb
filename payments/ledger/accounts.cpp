#include "payments/ledger/accounts.hpp"

#include "payments/ledger/encoding.hpp"
#include "payments/ledger/rules.hpp"

#include <algorithm>
#include <limits>

namespace cp::ledger {
namespace {

/// How many of the last stops the shortcut of the coming entry leaps over: none or two.
std::size_t leapt_over(const std::vector<Account::Stop>& stops) {
  const auto count = stops.size();
  if (count < 3) return 0;
  const auto near = stops[count - 1].version - stops[count - 2].version;
  const auto far = stops[count - 2].version - stops[count - 3].version;
  return near == far ? 2 : 0;
}

Place shortcut_from(const std::vector<Account::Stop>& stops) {
  return stops[stops.size() - 1 - leapt_over(stops)].place;
}

void count_entry(Account& account, const Entry& entry, Place place, Day effective) {
  if (effective < account.latest && account.version > 0) account.late = place;
  account.stops.resize(account.stops.size() - leapt_over(account.stops));
  account.stops.push_back({entry.version, place});
  account.balance = entry.balance;
  account.version = entry.version;
  account.latest = entry.latest;
  account.changed = true;
}

void encode_place(Encoder& to, Place place) {
  to.number(place.sequence);
  to.number(place.leg);
}

Place decode_place(Decoder& from) {
  Place place;
  place.sequence = from.number();
  place.leg = static_cast<std::uint32_t>(from.number());
  return place;
}

}  // namespace

const Account* Accounts::find(std::string_view name) const {
  const auto found = numbers_.find(name);
  return found == numbers_.end() ? nullptr : &accounts_[found->second];
}

Money Accounts::balance(std::string_view name) const {
  const auto* account = find(name);
  return account ? account->balance : Money();
}

Account& Accounts::open(const std::string& name, AccountKind kind) {
  if (accounts_.size() >= std::numeric_limits<AccountNumber>::max()) throw LedgerBroken("there are too many accounts");
  auto& account = accounts_.emplace_back();
  account.number = static_cast<AccountNumber>(accounts_.size() - 1);
  account.name = name;
  account.kind = kind;
  numbers_.emplace(account.name, account.number);
  return account;
}

Account& Accounts::account_of(const Leg& leg) {
  if (leg.number) return accounts_[*leg.number];
  const auto found = numbers_.find(std::string_view(leg.account));
  return found == numbers_.end() ? open(leg.account, leg.kind) : accounts_[found->second];
}

void Accounts::forget_outcomes(std::size_t known) {
  for (auto* account : touched_) account->outcome_of = 0;
  touched_.clear();
  while (accounts_.size() > known) {
    numbers_.erase(accounts_.back().name);
    accounts_.pop_back();
  }
}

std::vector<Entry> Accounts::post(OperationKind kind, const std::vector<Leg>& legs, std::uint64_t sequence,
                                  Day effective) {
  if (const auto broken = broken_rule(kind, legs)) throw LedgerBroken(*broken);
  const auto known = accounts_.size();
  touched_.clear();
  for (const auto& leg : legs) {
    auto& account = account_of(leg);
    if (account.kind != leg.kind) {
      forget_outcomes(known);
      throw LedgerBroken("account " + leg.account + " is of another kind");
    }
    if (account.outcome_of != sequence) {
      account.outcome_of = sequence;
      account.outcome = account.balance;
    }
    touched_.push_back(&account);
    try {
      account.outcome += leg.amount;
    } catch (const std::overflow_error&) {
      forget_outcomes(known);
      throw;
    }
  }
  for (const auto* account : touched_) {
    if (may_hold(account->kind, account->outcome)) continue;
    const auto what = account->name + " would hold " + std::to_string(account->outcome.pence()) + " pence";
    forget_outcomes(known);
    throw LedgerBroken(what);
  }

  std::vector<Entry> entries(legs.size());
  for (std::size_t leg = 0; leg < legs.size(); ++leg) {
    auto& account = *touched_[leg];
    auto& entry = entries[leg];
    entry.account = account.number;
    entry.kind = account.kind;
    entry.amount = legs[leg].amount;
    entry.balance = account.balance + entry.amount;
    entry.version = account.version + 1;
    if (entry.version == 1) entry.opened = account.name;
    entry.previous = account.last();
    entry.late_before = account.late;
    entry.latest = account.version == 0 ? effective : std::max(account.latest, effective);
    entry.shortcut = shortcut_from(account.stops);
    count_entry(account, entry, {sequence, static_cast<std::uint32_t>(leg)}, effective);
  }
  return entries;
}

void Accounts::replay(const Operation& operation) {
  for (std::size_t leg = 0; leg < operation.entries.size(); ++leg) {
    const auto& entry = operation.entries[leg];
    if (entry.account > accounts_.size() || (entry.account == accounts_.size() && entry.version != 1)) {
      throw JournalCorrupt("operation " + std::to_string(operation.sequence) + " moves an account that was not opened");
    }
    if (entry.account == accounts_.size()) open(entry.opened, entry.kind);
    auto& account = accounts_[entry.account];
    if (entry.version <= account.version) continue;
    if (entry.version != account.version + 1) {
      throw JournalCorrupt("operation " + std::to_string(operation.sequence) + " leaves out an entry of " +
                           account.name);
    }
    count_entry(account, entry, {operation.sequence, static_cast<std::uint32_t>(leg)}, operation.effective);
  }
}

void Accounts::save(std::size_t number, std::string& out) {
  auto& account = accounts_[number];
  Encoder to(out);
  to.text(account.name);
  to.number(static_cast<std::uint64_t>(account.kind));
  to.money(account.balance);
  to.number(account.version);
  to.integer(account.latest);
  encode_place(to, account.late);
  to.number(account.stops.size());
  for (const auto& stop : account.stops) {
    to.number(stop.version);
    encode_place(to, stop.place);
  }
  account.changed = false;
}

void Accounts::load(std::size_t number, std::string_view body) {
  if (number != accounts_.size()) throw JournalCorrupt("the saved account " + std::to_string(number) + " is out of order");
  Decoder from(body);
  const std::string name(from.text());
  auto& account = open(name, static_cast<AccountKind>(from.below(names_of(AccountKind{}).size())));
  account.balance = from.money();
  account.version = from.number();
  account.latest = static_cast<Day>(from.integer());
  account.late = decode_place(from);
  account.stops.clear();
  for (auto left = from.below(1'000); left > 0; --left) {
    const auto version = from.number();
    account.stops.push_back({version, decode_place(from)});
  }
  from.end();
  if (account.stops.empty()) throw JournalCorrupt("the saved account " + name + " has no entries");
}

void Accounts::clear() {
  numbers_.clear();
  accounts_.clear();
}

}  // namespace cp::ledger
