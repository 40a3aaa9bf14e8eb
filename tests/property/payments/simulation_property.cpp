// At least 200,000 random operations against the plain model; `commonpurse ledger simulate` is the
// same by hand. COMMONPURSE_TEST_SEED runs other ones.
#include "payments/simulation/simulation.hpp"
#include "tests/support/databases.hpp"
#include "tests/support/memory_journal.hpp"

#include <catch2/catch_test_macros.hpp>

#include <atomic>
#include <cstdlib>
#include <mutex>
#include <thread>

namespace cp::payments {
namespace {

std::uint64_t first_seed() {
  const char* asked = std::getenv("COMMONPURSE_TEST_SEED");
  return asked ? std::strtoull(asked, nullptr, 10) : 20'261'123;
}

void add(SimulationReport& sum, const SimulationReport& one) {
  sum.steps += one.steps;
  sum.done += one.done;
  sum.replayed += one.replayed;
  sum.restarts += one.restarts;
  for (const auto& [code, count] : one.refusals) sum.refusals[code] += count;
  for (const auto& [kind, count] : one.kinds) sum.kinds[kind] += count;
  if (!sum.difference) sum.difference = one.difference;
}

TEST_CASE("the ledger does what a plain model says, whatever people do") {
  constexpr std::uint64_t runs = 26;
  constexpr std::uint64_t operations = 8'000;
  std::atomic<std::uint64_t> next = 0;
  std::mutex mutex;
  SimulationReport sum;
  const auto work = [&] {
    while (true) {
      const auto run = next++;
      if (run >= runs) return;
      const auto store = std::make_shared<cp::test::MemoryJournalStore>();
      SimulationOptions options;
      options.seed = first_seed() + run;
      options.operations = operations;
      options.open = [&] { return std::make_unique<cp::test::MemoryJournal>(store); };
      const auto report = simulate(options);
      const std::scoped_lock lock(mutex);
      add(sum, report);
    }
  };
  {
    std::jthread other(work);
    work();
  }
  INFO(sum.difference.value_or(""));
  CHECK_FALSE(sum.difference.has_value());
  CHECK(sum.steps >= 200'000);
  CHECK(sum.done > 30'000);
  CHECK(sum.replayed > 500);
  CHECK(sum.restarts > 100);
  // A simulation that is never refused for one of these tests nothing of it.
  for (const auto* code : {"busy", "headroom-exceeded", "hold-expired", "idempotency-key-missing", "idempotency-key-reused",
                           "invalid-fields", "no-agreed-plan", "nothing-held", "plan-agreed", "plan-not-agreed",
                           "plan-overdrawn", "pool-changed", "refund-above-charge", "session-already-charged",
                           "session-already-refunded", "session-not-charged", "spending-not-allowed", "stale-version",
                           "already-reversed", "changed-since", "not-reversible", "provider-already-paid", "pay-day-not-banking",
                           "pay-day-too-early", "payment-state", "run-cancelled", "run-empty", "run-not-released", "run-sent",
                           "not-found", "statement-exists"}) {
    INFO(code);
    CHECK(sum.refusals[code] > 0);
  }
  for (const auto* kind : {"allocation", "grant", "hold", "charge", "release", "refund", "batch", "send", "settle", "reject",
                           "reversal", "closing", "statement"}) {
    INFO(kind);
    CHECK(sum.kinds[kind] > 50);
  }
}

TEST_CASE("the same in a file that is read again at every restart") {
  cp::test::TemporaryFolder folder;
  SimulationOptions options;
  options.seed = first_seed();
  options.operations = 3'000;
  options.open = [&] { return ledger::open_sqlite_journal({folder.file("ledger.db"), {}}); };
  const auto report = simulate(options);
  INFO(report.difference.value_or(""));
  CHECK_FALSE(report.difference.has_value());
  CHECK(report.restarts > 0);
}

}  // namespace
}  // namespace cp::payments
