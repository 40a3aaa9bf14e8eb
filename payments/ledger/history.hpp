// Reads an account backwards along its entries' pointers: what it held when, and what moved it.
#pragma once

#include "payments/ledger/accounts.hpp"
#include "payments/ledger/encoding.hpp"
#include "payments/ledger/journal.hpp"

#include <functional>
#include <optional>

namespace cp::ledger {

/// The account as it stands, from the saved state and what came after it.
std::optional<Account> find_account(JournalReader& journal, std::string_view name);

class History {
 public:
  explicit History(JournalReader& journal) : journal_(journal) {}

  /// What the account held at the end of `effective`, as it was known at `recorded`: the sum of the
  /// entries that count for that day or an earlier one and were written by then. Reads O(log n)
  /// entries, and those that came late after the day.
  ///
  /// `last` is the account's newest entry.
  Money balance(Place last, Day effective, Timestamp recorded);
  /// Visits entries from the newest to the oldest until `visit` answers false.
  struct Step {
    Place place;
    Entry entry;
    Timestamp recorded;
    Day effective;
  };
  void walk(Place from, const std::function<bool(const Step&)>& visit);
  /// How many entries were read so far.
  [[nodiscard]] std::uint64_t reads() const { return reads_; }

 private:
  Step at(Place place);
  /// The newest entry at or before `from` that is `old_enough`, which every older one is then too.
  template <class OldEnough>
  std::optional<Step> newest(Step from, OldEnough old_enough);

  JournalReader& journal_;
  std::uint64_t reads_ = 0;
};

}  // namespace cp::ledger
