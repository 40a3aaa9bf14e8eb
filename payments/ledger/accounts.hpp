// Every account as it stands, in memory. The entries are the truth; this is what they add up to.
#pragma once

#include "payments/ledger/model.hpp"
#include "payments/ledger/shelf.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace cp::ledger {

struct Account {
  AccountNumber number = 0;
  std::string name;
  AccountKind kind = AccountKind::available;
  Money balance;
  std::uint64_t version = 0;
  Day latest = 0;  // the latest effective day of its entries
  Place late;      // the last of its entries that came late
  /// The newest entry last, before it the one its shortcut leads to, and so on; 0 is "none". The
  /// distances are the digits of a skew binary number (E. Myers, "An applicative random-access
  /// stack", 1983), so there are O(log version) of them.
  struct Stop {
    std::uint64_t version = 0;
    Place place;
  };
  std::vector<Stop> stops{{}};

  // While an operation is looked at: what the account would hold.
  Money outcome;
  std::uint64_t outcome_of = 0;
  bool changed = false;  // since it was last saved

  [[nodiscard]] Place last() const { return stops.back().place; }
};

/// A leg of an account that is open.
inline Leg leg(const Account& account, Money amount) { return {account.kind, {}, amount, account.number}; }

class Accounts final : public Shelf {
 public:
  [[nodiscard]] const Account* find(std::string_view name) const;
  [[nodiscard]] const Account& at(AccountNumber number) const { return accounts_[number]; }
  /// Nothing where there is no such account.
  [[nodiscard]] Money balance(std::string_view name) const;

  /// Moves the accounts and answers the entries. Throws `LedgerBroken`, with nothing moved, where
  /// a rule would be broken: this is the check that runs whatever the operation was. Throws
  /// `std::overflow_error`, with nothing moved, where an amount does not fit.
  std::vector<Entry> post(OperationKind kind, const std::vector<Leg>& legs, std::uint64_t sequence, Day effective);
  /// Moves the accounts as an operation of the journal says; entries that an account already
  /// counts are passed over.
  void replay(const Operation& operation);

  [[nodiscard]] std::size_t size() const override { return accounts_.size(); }
  [[nodiscard]] bool changed(std::size_t number) const override { return accounts_[number].changed; }
  void save(std::size_t number, std::string& out) override;
  void load(std::size_t number, std::string_view body) override;
  void clear() override;

 private:
  Account& open(const std::string& name, AccountKind kind);
  Account& account_of(const Leg& leg);
  /// As if nothing had been asked: closes the accounts from `known` on.
  void forget_outcomes(std::size_t known);

  std::deque<Account> accounts_;  // by number; addresses stay
  boost::unordered_flat_map<std::string_view, AccountNumber> numbers_;
  std::vector<Account*> touched_;  // of the operation that is posted, leg by leg
};

}  // namespace cp::ledger
