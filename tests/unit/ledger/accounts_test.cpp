// Accounts against lists kept plainly: balances, versions, shortcuts, late entries, saved pieces.
#include "payments/ledger/accounts.hpp"

#include <catch2/catch_test_macros.hpp>

#include <bit>
#include <map>
#include <random>

namespace cp::ledger {
namespace {

/// All operations and, for each account, the places of its entries in order.
struct History {
  std::vector<Operation> operations;
  std::map<AccountNumber, std::vector<Place>> places;

  const Entry& at(Place place) const { return operations[place.sequence - 1].entries[place.leg]; }
  const Operation& operation_of(Place place) const { return operations[place.sequence - 1]; }

  void add(Accounts& accounts, OperationKind kind, const std::vector<Leg>& legs, Day effective) {
    Operation operation;
    operation.sequence = operations.size() + 1;
    operation.kind = kind;
    operation.effective = effective;
    operation.entries = accounts.post(kind, legs, operation.sequence, effective);
    for (std::uint32_t leg = 0; leg < operation.entries.size(); ++leg) {
      places[operation.entries[leg].account].push_back({operation.sequence, leg});
    }
    operations.push_back(std::move(operation));
  }
};

std::vector<Leg> funding_of(const std::string& account, std::int64_t pence) {
  return {{AccountKind::funding, "funding", Money(-pence)}, {AccountKind::available, account, Money(pence)}};
}

std::string saved(Accounts& accounts) {
  std::string out;
  for (std::size_t number = 0; number < accounts.size(); ++number) accounts.save(number, out);
  return out;
}

/// Walks from the newest entry to a version: along the shortcut unless that leads too far.
int steps_to(const History& history, const std::vector<Place>& places, std::uint64_t version) {
  auto place = places.back();
  int steps = 0;
  for (; history.at(place).version > version; ++steps) {
    const auto& entry = history.at(place);
    const bool too_far = !entry.shortcut || history.at(entry.shortcut).version < version;
    place = too_far ? entry.previous : entry.shortcut;
    if (!place) FAIL("the list ends before version " << version);
  }
  if (place != places[version - 1]) FAIL("version " << version << " is not where it was written");
  return steps;
}

}  // namespace

TEST_CASE("any version is reached in few steps, through ten thousand entries") {
  Accounts accounts;
  History history;
  std::mt19937_64 random(11);
  for (std::uint64_t count = 1; count <= 10'000; ++count) {
    history.add(accounts, OperationKind::allocation, funding_of("anna", 1), 100);
    const auto& places = history.places.at(1);
    const auto most = 4 * static_cast<int>(std::bit_width(count)) + 4;
    const auto version = std::uniform_int_distribution<std::uint64_t>(1, count)(random);
    if (steps_to(history, places, version) > most) FAIL("many steps from " << count << " to " << version);
    if (count % 1'000 != 0) continue;
    for (std::uint64_t each = 1; each <= count; ++each) {
      if (steps_to(history, places, each) > most) FAIL("many steps from " << count << " to " << each);
    }
    CHECK(accounts.find("anna")->stops.size() <= 2 * static_cast<std::size_t>(std::bit_width(count)) + 2);
  }
}

TEST_CASE("entries point to the one before, and late ones to the late ones before") {
  Accounts accounts;
  History history;
  std::mt19937_64 random(12);
  const auto pick = [&](std::uint64_t most) { return std::uniform_int_distribution<std::uint64_t>(0, most)(random); };
  std::map<std::string, std::int64_t> balances;
  for (int round = 0; round < 5'000; ++round) {
    const auto from = "stream" + std::to_string(pick(9)), to = "stream" + std::to_string(pick(9));
    const auto day = static_cast<Day>(round / 100 + (pick(3) == 0 ? -static_cast<int>(pick(20)) : 0));
    const auto pence = static_cast<std::int64_t>(1 + pick(50));
    if (pick(2) == 0 || from == to || balances[from] < pence) {
      history.add(accounts, OperationKind::allocation, funding_of(to, pence), day);
      balances["funding"] -= pence;
    } else {
      history.add(accounts, OperationKind::transfer,
                  {{AccountKind::available, from, Money(-pence)}, {AccountKind::available, to, Money(pence)}}, day);
      balances[from] -= pence;
    }
    balances[to] += pence;
  }
  for (const auto& [number, places] : history.places) {
    const auto& account = accounts.at(number);
    CHECK(account.balance == Money(balances.at(account.name)));
    CHECK(account.version == places.size());
    CHECK(account.last() == places.back());
    Money balance;
    Day latest = 0;
    Place before, late;
    for (std::size_t at = 0; at < places.size(); ++at) {
      const auto& entry = history.at(places[at]);
      const auto day = history.operation_of(places[at]).effective;
      balance += entry.amount;
      const bool is_late = at > 0 && day < latest;
      latest = at == 0 ? day : std::max(latest, day);
      if (entry.version != at + 1 || entry.previous != before || entry.balance != balance || entry.latest != latest ||
          entry.late_before != late || entry.opened != (at == 0 ? account.name : "")) {
        FAIL("entry " << at + 1 << " of " << account.name);
      }
      before = places[at];
      if (is_late) late = before;
    }
    CHECK(account.late == late);
    CHECK(account.latest == latest);
  }
}

TEST_CASE("the same account twice in an operation: its running balance counts both") {
  Accounts accounts;
  History history;
  history.add(accounts, OperationKind::allocation, funding_of("anna", 10), 1);
  history.add(accounts, OperationKind::allocation, funding_of("ben", 10), 1);
  const Leg taken{AccountKind::available, "anna", Money(-6)};
  const Leg given{AccountKind::available, "ben", Money(12)};
  CHECK_THROWS_AS(accounts.post(OperationKind::transfer, {taken, taken, given}, 3, 1), LedgerBroken);
  CHECK(accounts.balance("anna") == Money(10));
  CHECK(accounts.balance("ben") == Money(10));
  // Below nothing on the way is no matter: an operation is one.
  history.add(accounts, OperationKind::transfer,
              {taken, taken, {AccountKind::available, "anna", Money(5)}, {AccountKind::available, "ben", Money(7)}}, 1);
  CHECK(accounts.balance("anna") == Money(3));
  CHECK(history.operations[2].entries[2].version == 4);
}

TEST_CASE("what would break a rule moves nothing and opens nothing") {
  Accounts accounts;
  History history;
  history.add(accounts, OperationKind::allocation, funding_of("anna", 10), 1);
  const auto before = saved(accounts);
  const auto refused = [&](OperationKind kind, const std::vector<Leg>& legs) {
    CHECK_THROWS_AS(accounts.post(kind, legs, 2, 1), LedgerBroken);
    CHECK(accounts.size() == 2);
    CHECK(saved(accounts) == before);
  };
  using enum AccountKind;
  refused(OperationKind::transfer, {{available, "anna", Money(-11)}, {available, "new", Money(11)}});
  refused(OperationKind::transfer, {{available, "new", Money(11)}, {available, "anna", Money(-11)}});
  refused(OperationKind::transfer, {{available, "anna", Money(-5)}, {available, "new", Money(4)}});
  refused(OperationKind::allocation, {{available, "new", Money(5)}, {available, "funding", Money(-5)}});
  refused(OperationKind::hold, {{available, "anna", Money(-5)}, {held, "funding", Money(5)}});
  CHECK(accounts.find("new") == nullptr);
  history.add(accounts, OperationKind::transfer, {{available, "anna", Money(-5)}, {available, "new", Money(5)}}, 1);
  CHECK(accounts.at(2).name == "new");
}

TEST_CASE("what no account can hold moves nothing") {
  Accounts accounts;
  History history;
  history.add(accounts, OperationKind::allocation, funding_of("anna", 10), 1);
  const auto before = saved(accounts);
  CHECK_THROWS_AS(accounts.post(OperationKind::allocation, funding_of("new", INT64_MAX), 2, 1), std::overflow_error);
  CHECK_THROWS_AS(accounts.post(OperationKind::allocation, funding_of("anna", INT64_MAX), 2, 1), std::overflow_error);
  CHECK(accounts.find("new") == nullptr);
  CHECK(saved(accounts) == before);
  history.add(accounts, OperationKind::allocation, funding_of("anna", INT64_MAX - 10), 1);
  CHECK(accounts.balance("anna") == Money(INT64_MAX));
}

TEST_CASE("replayed or loaded, the accounts are the same; an operation twice changes nothing") {
  std::mt19937_64 random(13);
  const auto pick = [&](std::uint64_t most) { return std::uniform_int_distribution<std::uint64_t>(0, most)(random); };
  for (int round = 0; round < 50; ++round) {
    Accounts accounts;
    History history;
    std::vector<std::string> pieces;  // saved at different times
    std::size_t recovery = 0, began = 0, at = 0;
    for (int count = 0; count < 200; ++count) {
      history.add(accounts, OperationKind::allocation, funding_of("stream" + std::to_string(pick(30)), 5),
                  static_cast<Day>(pick(9)));
      if (pick(2) != 0) continue;
      // One piece more of the round; the next round begins behind it.
      if (at >= accounts.size()) {
        recovery = began;
        began = history.operations.size();
        at = 0;
        continue;
      }
      if (at >= pieces.size()) pieces.resize(at + 1);
      pieces[at].clear();
      accounts.save(at, pieces[at]);
      ++at;
    }
    Accounts loaded;
    for (std::size_t number = 0; number < pieces.size(); ++number) loaded.load(number, pieces[number]);
    for (auto next = recovery; next < history.operations.size(); ++next) loaded.replay(history.operations[next]);
    CHECK(saved(loaded) == saved(accounts));
    for (const auto& operation : history.operations) loaded.replay(operation);
    CHECK(saved(loaded) == saved(accounts));
    Accounts replayed;
    for (const auto& operation : history.operations) replayed.replay(operation);
    CHECK(saved(replayed) == saved(accounts));
  }
}

TEST_CASE("operations that leave something out are refused") {
  Accounts accounts;
  History history;
  for (int count = 0; count < 3; ++count) history.add(accounts, OperationKind::allocation, funding_of("anna", 5), 1);
  history.add(accounts, OperationKind::allocation, funding_of("ben", 5), 1);
  Accounts gap;
  gap.replay(history.operations[0]);
  CHECK_THROWS_AS(gap.replay(history.operations[2]), JournalCorrupt);
  Accounts unopened;
  CHECK_THROWS_AS(unopened.replay(history.operations[1]), JournalCorrupt);
}

TEST_CASE("damaged pieces are refused") {
  Accounts accounts;
  History history;
  for (int count = 0; count < 40; ++count) history.add(accounts, OperationKind::allocation, funding_of("anna", 5), 1);
  std::string body;
  accounts.save(0, body);
  for (std::size_t size = 0; size < body.size(); ++size) {
    Accounts loaded;
    CHECK_THROWS_AS(loaded.load(0, body.substr(0, size)), JournalCorrupt);
  }
  Accounts loaded;
  CHECK_THROWS_AS(loaded.load(1, body), JournalCorrupt);
  CHECK_THROWS_AS(loaded.load(0, body + "x"), JournalCorrupt);
}

}  // namespace cp::ledger
