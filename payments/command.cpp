#include "payments/command.hpp"

#include "payments/book/book.hpp"
#include "payments/exports/export.hpp"
#include "payments/exports/journal_file.hpp"
#include "payments/ledger/encoding.hpp"
#include "payments/ledger/history.hpp"
#include "payments/simulation/simulation.hpp"
#include "payments/treasury.hpp"
#include "payments/verify.hpp"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>

namespace cp::payments {
namespace {

void show_progress(std::uint64_t done, std::uint64_t all) {
  std::fprintf(stderr, "%llu of %llu operations\n", static_cast<unsigned long long>(done),
               static_cast<unsigned long long>(all));
}

}  // namespace

int ledger_verify_command(const Config& config, db::Database& database) {
  const auto journal = open_journal_reader(config);
  Verification found;
  database.read_now([&](db::Tx& tx) { found = verify(tx, *journal, config.ledger_expiry_days, show_progress); });
  const auto& ledger = found.ledger;
  std::printf("operations %llu (%llu refused), entries %llu, accounts %llu, agreed plans %lld\n",
              static_cast<unsigned long long>(ledger.operations), static_cast<unsigned long long>(ledger.refusals),
              static_cast<unsigned long long>(ledger.entries), static_cast<unsigned long long>(ledger.accounts),
              static_cast<long long>(found.plans));
  std::printf("head %s\n", to_hex(ledger.head).c_str());
  for (const auto& problem : found.problems) std::printf("wrong: %s\n", problem.c_str());
  std::printf("%s\n", found.problems.empty() ? "The ledger is whole." : "The ledger is NOT whole.");
  return found.problems.empty() ? 0 : 1;
}

int ledger_balance_command(const Config& config, const BalanceOrder& order) {
  const auto now = SystemClock().now();
  const auto day = order.as_of.empty() ? std::optional(day_of(now)) : parse_date(order.as_of);
  const auto known_at = order.known_at.empty() ? std::optional(now) : parse_timestamp(order.known_at);
  if (!day) throw std::invalid_argument("Write --as-of as 2026-11-23.");
  if (!known_at) throw std::invalid_argument("Write --known-at as 2026-11-23T10:00:00Z.");
  const auto journal = open_journal_reader(config);
  const auto account = ledger::find_account(*journal, order.account);
  if (!account) throw std::invalid_argument("There is no account " + order.account + ".");
  ledger::History history(*journal);
  const auto balance = history.balance(account->last(), ledger::to_day(*day), *known_at);
  std::printf("%lld\n", static_cast<long long>(balance.pence()));
  return 0;
}

int ledger_export_command(const Config& config, const std::string& format, const std::string& output) {
  const auto known = from_name<ExportFormat>(format);
  if (!known) throw std::invalid_argument("Write --format as hledger, beancount, csv or journal.");
  const auto journal = open_journal_reader(config);
  std::ofstream file;
  if (output != "-") file.open(output, std::ios::binary | std::ios::trunc);
  auto& out = output == "-" ? std::cout : file;
  export_ledger(*journal, *known, out);
  out.flush();
  if (!out) throw std::runtime_error("The export could not be written to " + output + ".");
  return 0;
}

int ledger_import_command(const Config& config, const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  const auto journal = open_journal(config);
  const auto head = import_journal(in, *journal);
  if (!head) throw std::invalid_argument(head.error().detail);
  ledger::VerifyOptions options;
  options.make_meaning = [&] { return std::make_unique<Book>(config.ledger_expiry_days); };
  options.progress = show_progress;
  const auto found = ledger::verify(*journal, options);
  for (const auto& problem : found.problems) std::printf("wrong: %s\n", problem.c_str());
  std::printf("operations %llu, head %s\n", static_cast<unsigned long long>(head->sequence),
              to_hex(head->hash).c_str());
  return found.problems.empty() ? 0 : 1;
}

int ledger_simulate_command(std::uint64_t seed, std::uint64_t operations) {
  auto folder = (std::filesystem::temp_directory_path() / "commonpurse.XXXXXX").string();
  if (!mkdtemp(folder.data())) throw std::runtime_error("No temporary folder could be made.");
  SimulationOptions options;
  options.seed = seed;
  options.operations = operations;
  options.open = [&] { return ledger::open_sqlite_journal({folder + "/ledger.db", {}}); };
  options.progress = [&](std::uint64_t done) { show_progress(done, operations); };
  const auto report = simulate(options);
  std::filesystem::remove_all(folder);
  std::printf("seed %llu: %llu operations compared, %llu done, %llu replayed, %llu restarts\n",
              static_cast<unsigned long long>(seed), static_cast<unsigned long long>(report.steps),
              static_cast<unsigned long long>(report.done), static_cast<unsigned long long>(report.replayed),
              static_cast<unsigned long long>(report.restarts));
  for (const auto& [code, count] : report.refusals) {
    std::printf("refused %llu: %s\n", static_cast<unsigned long long>(count), code.c_str());
  }
  if (report.difference) std::printf("different: %s\n", report.difference->c_str());
  return report.difference ? 1 : 0;
}

}  // namespace cp::payments
