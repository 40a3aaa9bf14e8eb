// State saved on the way: whenever a writer is gone, the next one comes to the same bytes as one
// that was never interrupted.
#include "payments/ledger/encoding.hpp"
#include "tests/store/ledger/ledgers.hpp"
#include "tests/support/faulty_files.hpp"

#include <catch2/catch_test_macros.hpp>

#include <map>
#include <random>

namespace cp::ledger::test {
namespace {

/// A second shelf beside the accounts: how much each actor was told, and by how many operations.
class Tally final : public Meaning, public Shelf {
 public:
  void apply(const Operation& operation, const std::any&) override {
    const auto [found, is_new] = numbers_.try_emplace(operation.actor, pieces_.size());
    if (is_new) pieces_.emplace_back().actor = operation.actor;
    auto& piece = pieces_[found->second];
    if (operation.sequence <= piece.counts_up_to) return;
    piece.counts_up_to = operation.sequence;
    piece.operations += 1;
    piece.amount += operation.amount;
    piece.changed = true;
  }
  std::optional<std::string> broken_rule(const Operation&, const Accounts&) const override { return std::nullopt; }
  Result<Done> may_count_for(const std::string&, Day) const override { return Done{}; }
  std::vector<Shelf*> shelves() override { return {this}; }

  [[nodiscard]] std::size_t size() const override { return pieces_.size(); }
  [[nodiscard]] bool changed(std::size_t number) const override { return pieces_[number].changed; }
  void save(std::size_t number, std::string& out) override {
    auto& piece = pieces_[number];
    Encoder to(out);
    to.text(piece.actor);
    to.number(piece.counts_up_to);
    to.number(piece.operations);
    to.money(piece.amount);
    piece.changed = false;
  }
  void load(std::size_t number, std::string_view body) override {
    if (number != pieces_.size()) throw JournalCorrupt("a piece of the tally is out of order");
    Decoder from(body);
    auto& piece = pieces_.emplace_back();
    piece.actor = from.text();
    piece.counts_up_to = from.number();
    piece.operations = from.number();
    piece.amount = from.money();
    numbers_.emplace(piece.actor, number);
  }
  void clear() override {
    pieces_.clear();
    numbers_.clear();
  }
  [[nodiscard]] std::string picture() const {
    std::string out;
    for (const auto& piece : pieces_) {
      out += piece.actor + " " + std::to_string(piece.counts_up_to) + " " + std::to_string(piece.operations) + " " +
             std::to_string(piece.amount.pence()) + "\n";
    }
    return out;
  }

 private:
  struct Piece {
    std::string actor;
    std::uint64_t counts_up_to = 0;
    std::uint64_t operations = 0;
    Money amount;
    bool changed = false;
  };
  std::vector<Piece> pieces_;
  std::map<std::string, std::size_t> numbers_;
};

struct Writer {
  Writer(Journals& journals, MachineOptions options)
      : journal(journals.open()), machine(std::make_unique<Machine>(*journal, &tally, options)) {}
  [[nodiscard]] std::string picture() const {
    return test::picture(machine->accounts()) + tally.picture() + to_hex(machine->head().hash);
  }
  std::unique_ptr<Journal> journal;
  Tally tally;
  std::unique_ptr<Machine> machine;
};

/// The same commands to a writer that is interrupted again and again and to one that is not.
void compare(Journals& journals, std::uint64_t seed, std::uint64_t operations) {
  INFO("COMMONPURSE_TEST_SEED=" << seed);
  std::mt19937_64 random(seed);
  const auto pick = [&](std::uint64_t least, std::uint64_t most) {
    return std::uniform_int_distribution<std::uint64_t>(least, most)(random);
  };
  const cp::test::FaultyFiles quick(seed);  // without faults, and without a real disk's time
  const auto undisturbed_journals = make_sqlite_journals(quick.name());
  Writer undisturbed(*undisturbed_journals, {});
  MachineOptions small;
  small.save_within = pick(1, 60);
  small.recent_keys = pick(1, 40);
  auto disturbed = std::make_unique<Writer>(journals, small);
  auto now = SetClock().now();
  std::uint64_t accounts = 1, most_replayed = 0;
  for (std::uint64_t count = 0; count < operations; ++count) {
    now += std::chrono::microseconds(pick(0, 2'000));
    if (pick(0, 9) == 0) ++accounts;
    const auto name = [&] { return "stream" + std::to_string(pick(0, accounts)); };
    const auto make = [&]() -> std::unique_ptr<Command> {
      if (pick(0, 1) == 0) return std::make_unique<Fund>(name(), Money(static_cast<std::int64_t>(pick(1, 100))));
      return std::make_unique<Transfer>(name(), name(), Money(static_cast<std::int64_t>(pick(1, 100))));
    };
    const auto command = make();
    command->scope = "north";
    command->actor = "actor" + std::to_string(pick(0, 1 + count / 20));
    command->key = key_of(pick(0, 9) == 0 ? pick(1, count + 1) : count + 1);  // some come again
    const auto expected = undisturbed.machine->execute(*command, now);
    const auto answer = disturbed->machine->execute(*command, now);
    CHECK(answer.has_value() == expected.has_value());
    if (answer && expected) CHECK(answer->sequence == expected->sequence);
    if (!answer && !expected) CHECK(answer.error() == expected.error());
    undisturbed.machine->commit();
    const bool commits = pick(0, 3) == 0 || count + 1 == operations;
    if (commits) disturbed->machine->commit();
    if (!commits || pick(0, 9) != 0) continue;
    if (pick(0, 3) == 0) disturbed->machine->save_all();
    disturbed.reset();
    disturbed = std::make_unique<Writer>(journals, small);
    const auto head = disturbed->journal->head();
    most_replayed = std::max(most_replayed, head.sequence - head.recovery);
    REQUIRE(disturbed->picture() == undisturbed.picture());
  }
  CHECK(disturbed->picture() == undisturbed.picture());
  CHECK(most_replayed <= 2 * small.save_within + 60);
  CHECK(what_is_wrong(*journals.open_reader()) == "");
}

}  // namespace

TEST_CASE("a writer interrupted at any point comes to the same state as one that was not") {
  const auto seed = asked_for("COMMONPURSE_TEST_SEED", std::random_device{}());
  const cp::test::FaultyFiles quick(seed);
  for (std::uint64_t round = 0; round < 40; ++round) compare(*make_sqlite_journals(quick.name()), seed + round, 400);
  for (std::uint64_t round = 0; round < 4; ++round) compare(*make_postgres_journals(), seed + round, 400);
}

TEST_CASE("a saved state of nothing, and saving twice, is no matter") {
  for_each_journal([](Journals& journals) {
    for (int start = 0; start < 3; ++start) {
      Writer writer(journals, {});
      writer.machine->save_all();
      writer.machine->save_all();
      writer.machine->commit();
      CHECK(writer.machine->head().sequence == static_cast<std::uint64_t>(start));
      Fund command("anna", Money(5));
      command.key = key_of(static_cast<std::uint64_t>(start));
      CHECK(writer.machine->execute(command, SetClock().now()));
      writer.machine->commit();
      writer.machine->save_all();
      CHECK(writer.journal->head().recovery == writer.journal->head().sequence);
    }
  });
}

}  // namespace cp::ledger::test
