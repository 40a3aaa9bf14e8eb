// The ledger in other programs: what hledger and Beancount make of it, and the whole of it as a file.
#include "payments/exports/export.hpp"
#include "payments/exports/export_names.hpp"
#include "payments/exports/journal_file.hpp"
#include "payments/simulation/simulation.hpp"
#include "shared/core/csv.hpp"
#include "tests/store/payments/money.hpp"
#include "tests/support/memory_journal.hpp"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace cp::payments::test {
namespace {

using Balances = std::map<std::string, std::int64_t>;  // by exported name; those of nothing left out

/// A ledger in which everything happened: several months, late sessions, parts, refusals.
void fill(World& world) {
  const auto ann = world.family();
  const auto ben = world.family();
  world.plan(ann, {{Stream::short_breaks, 90'001}, {Stream::health, 20'000}}, 30);
  const auto ben_plan = world.plan(ben, {{Stream::short_breaks, 50'000}, {Stream::equipment, 777}}, 100);
  REQUIRE(world.own_money(ben_plan, Way::in, 2'500).has_value());
  REQUIRE(world.own_money(ben_plan, Way::back, 1).has_value());
  const auto fee = world.agree_fee(ben_plan, world.provider, Stream::equipment, 700);
  REQUIRE(world.move_fee(*fee, 301).has_value());
  const auto pool = world.pool();
  const std::array<Date, 4> days{std::chrono::year(2025) / 10 / 30, std::chrono::year(2025) / 11 / 3,
                                 std::chrono::year(2026) / 2 / 28, std::chrono::year(2026) / 3 / 1};
  std::vector<Wanted> wanted;
  for (std::int64_t session = 1; session <= 4; ++session) {
    wanted.push_back({ann, session, 1'234});
    wanted.push_back({ben, session, 1'233 + session});
  }
  auto request = world.hold_request(pool, 1, wanted);
  request.pool_title = "=Climb, \"high\"; and\nfar";
  for (auto& share : request.shares) share.date = std::max(Date(std::chrono::year(2026) / 1 / 1), days[static_cast<std::size_t>(share.session - 1)]);
  REQUIRE(world.hold(request).has_value());
  REQUIRE(world.charge(pool, 1).has_value());
  REQUIRE(world.charge(ChargeRequest{pool, 2, std::vector<FamilyAmount>{{ann, Money(1'500)}, {ben, Money(3)}}, false}).has_value());
  REQUIRE(world.refund(RefundRequest{pool, 2, "half of it", ann, Money(7)}).has_value());
  REQUIRE(world.release(pool, {4}).has_value());
  REQUIRE_FALSE(world.charge(pool, 1).has_value());
  REQUIRE_FALSE(world.hold(world.hold_request(pool, 3, {{ann, 3, 9'999'999}})).has_value());
}

std::string exported(const World& world, ExportFormat format) {
  const auto journal = world.journal();
  std::ostringstream out;
  export_ledger(*journal, format, out);
  return out.str();
}

Balances ours(ledger::JournalReader& journal) {
  ledger::Accounts accounts;
  journal.read(1, journal.head().sequence, [&](const auto& record) { accounts.replay(ledger::decode(record.body)); });
  Balances balances;
  for (ledger::AccountNumber at = 0; at < accounts.size(); ++at) {
    const auto& account = accounts.at(at);
    if (account.balance != Money()) balances[exported_name(account.kind, account.name)] = account.balance.pence();
  }
  return balances;
}

Balances ours(const World& world) { return ours(*world.journal()); }

struct Finished {
  int status = 0;
  std::string output;
};

Finished run(const std::string& command) {
  Finished finished;
  auto* pipe = popen((command + " 2>&1").c_str(), "r");
  REQUIRE(pipe);
  char buffer[4'096];
  while (const auto size = std::fread(buffer, 1, sizeof buffer, pipe)) finished.output.append(buffer, size);
  finished.status = pclose(pipe);
  return finished;
}

std::string keep(const cp::test::TemporaryFolder& folder, const std::string& name, const std::string& text) {
  const auto path = folder.file(name);
  std::ofstream(path, std::ios::binary) << text;
  return path;
}

/// `Assets:Held:...,"12.34 GBP"` and the like, line by line.
Balances read_balances(const std::string& csv) {
  Balances balances;
  const auto records = read_csv(csv);
  REQUIRE(records.has_value());
  for (const auto& record : *records) {
    if (record.fields.size() < 2 || record.fields[0].find(':') == std::string::npos) continue;
    std::string digits;
    for (const char c : record.fields[1]) {
      if (c == '-' || (c >= '0' && c <= '9')) digits += c;
    }
    if (const auto pence = std::strtoll(digits.c_str(), nullptr, 10); pence != 0) balances[record.fields[0].substr(0, record.fields[0].find(' '))] = pence;
  }
  return balances;
}

/// The export with a penny more where something was moved, for the `which`th posting, and for its
/// transaction as a whole where `whole` is set: then only what accounts held can tell.
std::string falsified(std::string text, bool whole) {
  const auto change = [&](std::size_t from, int by) {
    const auto end = text.find(" GBP\n", from);
    const auto begin = text.rfind(' ', end - 1) + 1;
    auto pence = text.substr(begin, end - begin);
    pence.erase(pence.find('.'), 1);
    const auto value = Money(std::strtoll(pence.c_str(), nullptr, 10) + by);
    auto digits = std::to_string(std::abs(value.pence()));
    while (digits.size() < 3) digits.insert(0, "0");
    digits.insert(digits.size() - 2, ".");
    text.replace(begin, end - begin, (value.is_negative() ? "-" : "") + digits);
    return text.find('\n', begin) + 1;
  };
  const auto next = change(text.find("Assets:Available", text.find(" * \"charge\"") == std::string::npos
                                                             ? text.find(" charge\n")
                                                             : text.find(" * \"charge\"")),
                           1);
  if (!whole) return text;
  const auto transaction = text.rfind("\n20", next);
  change(text.find("Assets:Payable", transaction), -1);
  return text;
}

TEST_CASE("hledger reads the ledger, finds our balances and sees a wrong penny") {
  cp::test::for_each_database(schemas(), [](db::Database& database) {
    World world(database);
    fill(world);
    cp::test::TemporaryFolder folder;
    const auto text = exported(world, ExportFormat::hledger);
    const auto path = keep(folder, "ledger.journal", text);
    const auto checked = run("hledger --strict -f " + path + " check");
    INFO(checked.output);
    REQUIRE(checked.status == 0);
    const auto found = run("hledger -f " + path + " balance --flat --no-total --empty -O csv");
    INFO(found.output);
    CHECK(read_balances(found.output) == ours(world));
    for (const bool whole : {false, true}) {
      const auto wrong = falsified(text, whole);
      REQUIRE(wrong != text);
      CHECK(run("hledger -f " + keep(folder, "wrong.journal", wrong) + " check").status != 0);
    }
  });
}

TEST_CASE("Beancount reads the ledger, finds our balances and sees a wrong penny") {
  cp::test::for_each_database(schemas(), [](db::Database& database) {
    World world(database);
    fill(world);
    cp::test::TemporaryFolder folder;
    const auto text = exported(world, ExportFormat::beancount);
    const auto path = keep(folder, "ledger.beancount", text);
    const auto checked = run("bean-check --no-cache " + path);
    INFO(checked.output);
    REQUIRE(checked.status == 0);
    const auto found = run("bean-query -f csv --no-errors " + path + " 'SELECT account, sum(position) GROUP BY account'");
    INFO(found.output);
    CHECK(read_balances(found.output) == ours(world));
    for (const bool whole : {false, true}) {
      const auto wrong = falsified(text, whole);
      REQUIRE(wrong != text);
      CHECK(run("bean-check --no-cache " + keep(folder, "wrong.beancount", wrong)).status != 0);
    }
  });
}

TEST_CASE("both find our balances in a ledger in which seeded people did everything") {
  const auto store = std::make_shared<cp::test::MemoryJournalStore>();
  SimulationOptions options;
  options.seed = 11;
  options.operations = 6'000;
  options.open = [&] { return std::make_unique<cp::test::MemoryJournal>(store); };
  REQUIRE_FALSE(simulate(options).difference.has_value());
  cp::test::MemoryJournal journal(store);
  const auto kept = [&](cp::test::TemporaryFolder& folder, ExportFormat format) {
    std::ostringstream out;
    export_ledger(journal, format, out);
    return keep(folder, std::string(name(format)), out.str());
  };
  cp::test::TemporaryFolder folder;
  const auto balances = ours(journal);
  CHECK(balances.size() > 100);
  const auto hledger = kept(folder, ExportFormat::hledger);
  const auto checked = run("hledger --strict -f " + hledger + " check");
  INFO(checked.output.substr(0, 2'000));
  CHECK(checked.status == 0);
  CHECK(read_balances(run("hledger -f " + hledger + " balance --flat --no-total --empty -O csv").output) == balances);
  const auto beancount = kept(folder, ExportFormat::beancount);
  const auto checked_too = run("bean-check --no-cache " + beancount);
  INFO(checked_too.output.substr(0, 2'000));
  CHECK(checked_too.status == 0);
  const auto query = " 'SELECT account, sum(position) GROUP BY account'";
  CHECK(read_balances(run("bean-query -f csv --no-errors " + beancount + query).output) == balances);
}

TEST_CASE("an authority's part of the ledger adds up by itself, and the parts are the whole") {
  cp::test::for_each_database(schemas(), [](db::Database& database) {
    World world(database);
    const auto one = world.authority;
    fill(world);
    const Id<"authority"> other("another-authority");
    world.authority = other;
    fill(world);
    cp::test::TemporaryFolder folder;
    Balances together;
    for (const auto& authority : {one, other}) {
      const auto journal = world.journal();
      std::ostringstream out;
      export_ledger(*journal, ExportFormat::hledger, out, authority.text());
      const auto file = keep(folder, "part-" + authority.text(), out.str());
      const auto checked = run("hledger --strict -f " + file + " check");
      INFO(checked.output.substr(0, 2'000));
      CHECK(checked.status == 0);
      const auto part = read_balances(run("hledger -f " + file + " balance --flat --no-total --empty -O csv").output);
      CHECK(part.size() > 5);
      together.insert(part.begin(), part.end());
    }
    CHECK(together == ours(world));
  });
}

TEST_CASE("every entry is a record of the CSV export") {
  cp::test::for_each_database(schemas(), [](db::Database& database) {
    World world(database);
    fill(world);
    const auto records = read_csv(exported(world, ExportFormat::csv));
    REQUIRE(records.has_value());
    std::map<std::string, std::int64_t> sums;
    std::map<std::string, std::string> last;
    std::set<std::string> refusals;
    for (std::size_t at = 1; at < records->size(); ++at) {
      const auto& fields = (*records)[at].fields;
      REQUIRE(fields.size() == 14);
      if (!fields[7].empty()) refusals.insert(fields[7]);
      if (fields[8].empty()) continue;
      auto digits = fields[10];
      digits.erase(digits.find('.'), 1);
      sums[fields[9]] += std::strtoll(digits.c_str(), nullptr, 10);
      last[fields[8]] = fields[11];
    }
    CHECK(sums == std::map<std::string, std::int64_t>{{"GBP", 0}, {"POOLABLE", 0}});
    CHECK(refusals == std::set<std::string>{"headroom-exceeded", "session-already-charged"});
    CHECK(last.size() > 10);
  });
}

TEST_CASE("an exported journal comes back with the same hashes, heads and balances") {
  cp::test::for_each_database(schemas(), [](db::Database& database) {
    World world(database);
    fill(world);
    const auto text = exported(world, ExportFormat::journal);
    cp::test::TemporaryFolder folder;
    const ledger::SqliteJournalOptions place{folder.file("ledger.db"), {}};
    std::istringstream in(text);
    const auto before = world.journal()->head();
    {
      const auto copy = ledger::open_sqlite_journal(place);
      const auto head = import_journal(in, *copy);
      REQUIRE(head.has_value());
      CHECK(head->sequence == before.sequence);
      CHECK(head->hash == before.hash);
      std::ostringstream again;
      export_ledger(*copy, ExportFormat::journal, again);
      CHECK(again.str() == text);
      ledger::VerifyOptions options;
      options.make_meaning = [] { return std::make_unique<Book>(60); };
      CHECK(ledger::verify(*copy, options).problems.empty());
    }
    {
      const auto twice = import_journal(in, *ledger::open_sqlite_journal(place));
      REQUIRE_FALSE(twice.has_value());
      CHECK(twice.error().code == "ledger-not-empty");
    }
    // It can be written on, and the balances are the same.
    Book book(60);
    const auto copy = ledger::open_sqlite_journal(place);
    ledger::Machine machine(*copy, &book, {});
    Balances balances;
    for (ledger::AccountNumber at = 0; at < machine.accounts().size(); ++at) {
      const auto& account = machine.accounts().at(at);
      if (account.balance != Money()) balances[exported_name(account.kind, account.name)] = account.balance.pence();
    }
    CHECK(balances == ours(world));
  });
}

TEST_CASE("a journal file that was changed or cut is not imported at all") {
  cp::test::for_each_database(schemas(), [](db::Database& database) {
    World world(database);
    fill(world);
    const auto text = exported(world, ExportFormat::journal);
    const auto line = [&](int number) {
      std::size_t at = 0;
      while (number-- > 0) at = text.find('\n', at) + 1;
      return at;
    };
    auto other_body = text;
    const auto body = text.find('\n', line(3)) - 10;
    other_body[body] = other_body[body] == 'A' ? 'B' : 'A';
    const auto without_one = text.substr(0, line(2)) + text.substr(line(3));
    const auto without_end = text.substr(0, text.rfind("end "));
    const auto last = text.rfind("operation ");
    const auto without_last = text.substr(0, last) + text.substr(text.find('\n', last) + 1);
    for (const auto& wrong : {std::string(), std::string("hello\n"), other_body, without_one, without_end, without_last,
                              text + "operation 1\n", text.substr(0, text.size() / 2)}) {
      cp::test::TemporaryFolder folder;
      const auto journal = ledger::open_sqlite_journal({folder.file("ledger.db"), {}});
      std::istringstream in(wrong);
      const auto head = import_journal(in, *journal);
      REQUIRE_FALSE(head.has_value());
      CHECK(head.error().code == "journal-damaged");
      CHECK(journal->head().sequence == 0);
    }
  });
}

}  // namespace

TEST_CASE("account names are read easily, and no two accounts share one") {
  using ledger::AccountKind;
  CHECK(exported_name(AccountKind::available, "available:p-1:short_breaks") == "Assets:Available:Plan-p-1:Short-breaks");
  CHECK(exported_name(AccountKind::paid_in, "paid_in:a:b") == "Equity:Paid-in:Authority-a:Family-b");
  CHECK(exported_name(AccountKind::held, "held:a:b:own_money") == "Assets:Held:Pool-a:Plan-b:Own-money");
  CHECK(exported_name(AccountKind::funding, "funding:a:health") == "Equity:Funding:Authority-a:Health");
  CHECK(exported_name(AccountKind::payable, "payable:a b:c") == "Assets:Payable:Provider-aX20b:Pool-c");
  std::set<std::string> names;
  const std::vector<std::string> accounts{"available:a:b", "available:a", "available:a_:b", "available:aX5F:b", "available:a::b",
                                          "available:", "available", "a", "", "available:a:health", "available:a:Health",
                                          "held:a:health", "available:é"};
  for (const auto& account : accounts) names.insert(exported_name(AccountKind::available, account));
  CHECK(names.size() == accounts.size());
}

}  // namespace cp::payments::test
