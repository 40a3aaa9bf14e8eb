#include "payments/ledger/history.hpp"

namespace cp::ledger {

std::optional<Account> find_account(JournalReader& journal, std::string_view name) {
  const auto head = journal.head();
  Accounts accounts;
  journal.each_state([&](const StateRow& row) {
    if (row.shelf == 0) accounts.load(row.number, row.body);
  });
  if (head.sequence > head.recovery) {
    journal.read(head.recovery + 1, head.sequence, [&](const Record& record) { accounts.replay(decode(record.body)); });
  }
  const auto* found = accounts.find(name);
  return found ? std::optional(*found) : std::nullopt;
}

History::Step History::at(Place place) {
  ++reads_;
  auto located = decode_entry(journal_.read_one(place.sequence).body, place.leg);
  return {place, std::move(located.entry), located.recorded, located.effective};
}

template <class OldEnough>
std::optional<History::Step> History::newest(Step from, OldEnough old_enough) {
  while (!old_enough(from)) {
    if (!from.entry.previous) return std::nullopt;
    // The shortcut, unless it leads too far.
    if (from.entry.shortcut && from.entry.shortcut != from.entry.previous) {
      auto far = at(from.entry.shortcut);
      if (!old_enough(far)) {
        from = std::move(far);
        continue;
      }
    }
    from = at(from.entry.previous);
  }
  return from;
}

Money History::balance(Place last, Day effective, Timestamp recorded) {
  if (!last) return Money();
  const auto known = newest(at(last), [&](const Step& step) { return step.recorded <= recorded; });
  if (!known) return Money();
  if (known->entry.latest <= effective) return known->entry.balance;
  // Up to `in_order` everything counts. What comes after it and counts came late.
  const auto in_order = newest(*known, [&](const Step& step) { return step.entry.latest <= effective; });
  auto balance = in_order ? in_order->entry.balance : Money();
  const auto oldest = in_order ? in_order->entry.version : 0;
  const bool is_late = known->effective < known->entry.latest;
  for (auto place = is_late ? known->place : known->entry.late_before; place;) {
    const auto late = at(place);
    if (late.entry.version <= oldest) break;
    if (late.effective <= effective) balance += late.entry.amount;
    place = late.entry.late_before;
  }
  return balance;
}

void History::walk(Place from, const std::function<bool(const Step&)>& visit) {
  while (from) {
    const auto step = at(from);
    if (!visit(step)) return;
    from = step.entry.previous;
  }
}

}  // namespace cp::ledger
