// What an account held on any day, as it was known at any time, against a plain sum of everything.
#include "payments/ledger/history.hpp"
#include "payments/ledger/machine.hpp"
#include "tests/support/memory_journal.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cmath>
#include <random>

namespace cp::ledger {
namespace {

/// Money into a stream, or out of it again, that counts for a given day.
class Dated final : public Command {
 public:
  Dated(std::string account, Money amount, Day day) : account_(std::move(account)), amount_(amount), day_(day) {
    kind = OperationKind::allocation;
  }
  Result<Draft> decide(const Accounts& accounts, Timestamp) override {
    if ((accounts.balance(account_) + amount_).is_negative()) return conflict("insufficient-funds", "There is less in it.");
    Draft draft;
    draft.legs = {{AccountKind::funding, "funding:all", -amount_}, {AccountKind::available, account_, amount_}};
    draft.effective = day_;
    return draft;
  }

 private:
  std::string account_;
  Money amount_;
  Day day_;
};

struct Known {
  std::string account;
  Timestamp recorded;
  Day effective;
  Money amount;
};

Money plain_sum(const std::vector<Known>& all, const std::string& account, Day day, Timestamp at) {
  Money sum;
  for (const auto& one : all) {
    if (one.account == account && one.effective <= day && one.recorded <= at) sum += one.amount;
  }
  return sum;
}

/// `late_percent` of the operations count for a day before that of others.
void compare(std::uint64_t seed, int operations, int late_percent) {
  std::mt19937_64 random(seed);
  const auto pick = [&](std::int64_t least, std::int64_t most) {
    return std::uniform_int_distribution<std::int64_t>(least, most)(random);
  };
  cp::test::MemoryJournal journal(std::make_shared<cp::test::MemoryJournalStore>());
  MachineOptions options;
  options.save_within = 300;
  Machine machine(journal, nullptr, options);
  std::vector<Known> all;
  Timestamp now(std::chrono::seconds(1'767'225'600));
  const auto begin = now;
  const auto first_day = to_day(day_of(now));
  for (int at = 0; at < operations; ++at) {
    // Some in the same microsecond.
    if (pick(0, 3) != 0) now += std::chrono::seconds(pick(0, 40'000));
    const auto today = to_day(day_of(now));
    const auto day = pick(1, 100) <= late_percent ? static_cast<Day>(pick(first_day - 30, today)) : today;
    const auto account = "available:plan" + std::to_string(pick(1, 3)) + ":health";
    Dated command(account, Money(pick(-50, 120)), day);
    if (machine.accounts().balance(account) == Money()) command = Dated(account, Money(pick(1, 120)), day);
    command.key = "step " + std::to_string(at);
    const auto before = machine.accounts().balance(account);
    try {
      const auto reply = machine.execute(command, now);
      if (!reply) continue;
    } catch (const LedgerBroken&) {
      continue;  // it moved nothing
    }
    const auto moved = machine.accounts().balance(account) - before;
    all.push_back({account, now, day, moved});
    all.push_back({"funding:all", now, day, -moved});
  }
  machine.commit();
  const auto last_day = to_day(day_of(now));
  std::uint64_t most_reads = 0;
  for (const auto* account : {"available:plan1:health", "available:plan2:health", "available:plan3:health", "funding:all"}) {
    const auto found = find_account(journal, account);
    REQUIRE(found.has_value());
    for (int question = 0; question < 300; ++question) {
      const auto day = static_cast<Day>(pick(first_day - 35, last_day + 2));
      const auto instant = question % 3 == 0 ? now : from_microseconds(pick(to_microseconds(begin) - 5, to_microseconds(now)));
      History history(journal);
      const auto balance = history.balance(found->last(), day, instant);
      if (balance != plain_sum(all, account, day, instant)) {
        FAIL("seed " << seed << ": " << account << " on day " << day << " known at " << cp::to_text(instant) << ": "
                     << balance.pence() << ", not " << plain_sum(all, account, day, instant).pence());
      }
      most_reads = std::max(most_reads, history.reads());
    }
  }
  // Without late entries it is a matter of logarithms.
  if (late_percent == 0) CHECK(static_cast<double>(most_reads) <= 12 * std::log2(operations) + 12);
}

TEST_CASE("the balance as of a day is the sum of what counts for it and was known") {
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    compare(seed, 1'500, 0);
    compare(seed, 1'500, 3);
    compare(seed, 600, 30);
    compare(seed, 200, 100);
  }
  compare(99, 20'000, 1);
}

}  // namespace
}  // namespace cp::ledger
