// Both journals keep the same promises: what is appended is read again, a batch is whole or not
// there, and there is one writer.
#include "payments/ledger/encoding.hpp"
#include "tests/store/ledger/ledgers.hpp"

#include <catch2/catch_test_macros.hpp>

#include <thread>

namespace cp::ledger::test {
namespace {

/// A batch of `count` operations after `before`, whose bodies hold every byte.
struct MadeBatch {
  MadeBatch(const Head& before, std::uint64_t count) : head(before) {
    for (std::uint64_t at = 0; at < count; ++at) {
      Record record;
      record.sequence = ++head.sequence;
      for (std::uint64_t byte = 0; byte < 256; ++byte) record.body += static_cast<char>(byte + record.sequence);
      record.hash = head.hash = chain(head.hash, record.body);
      keys.push_back({key_bytes(key_of(record.sequence)), record.sequence});
      operations.push_back(record);
    }
  }
  [[nodiscard]] Batch batch() const { return {operations, keys, states, head}; }
  Head head;
  std::vector<Record> operations;
  std::vector<KeyRow> keys;
  std::vector<StateRow> states;
};

std::vector<Record> read_all(JournalReader& journal, std::uint64_t first, std::uint64_t last) {
  std::vector<Record> records;
  journal.read(first, last, [&](const Record& record) { records.push_back(record); });
  return records;
}

std::vector<StateRow> read_states(JournalReader& journal) {
  std::vector<StateRow> states;
  journal.each_state([&](const StateRow& row) { states.push_back(row); });
  return states;
}

}  // namespace

TEST_CASE("a new journal is empty") {
  for_each_journal([](Journals& journals) {
    const auto journal = journals.open();
    const auto head = journal->head();
    CHECK(head.sequence == 0);
    CHECK(head.hash == Hash{});
    CHECK(head.recovery == 0);
    CHECK(journal->count_keys() == 0);
    CHECK_FALSE(journal->newest_time_key());
    CHECK_FALSE(journal->find_key(key_bytes(key_of(1))));
    CHECK(read_all(*journal, 1, UINT64_MAX).empty());
    CHECK(read_states(*journal).empty());
    CHECK(journal->signed_heads().empty());
    CHECK_THROWS_AS(journal->read_one(1), JournalCorrupt);
  });
}

TEST_CASE("what is appended is read again, by the writer and beside it, and after another start") {
  for_each_journal([](Journals& journals) {
    Head head;
    std::vector<Record> written;
    {
      const auto journal = journals.open();
      journal->take_lease();
      const auto reader = journals.open_reader();
      for (const auto count : {std::uint64_t{1}, std::uint64_t{2}, std::uint64_t{5'000}}) {
        MadeBatch made(journal->head(), count);
        made.states = {{0, 0, "first"}, {0, count, std::string("\0with a zero", 12)}, {3, 0, ""}};
        made.head.recovery = count;
        journal->append(made.batch());
        head = made.head;
        written.insert(written.end(), made.operations.begin(), made.operations.end());
        CHECK(reader->head().sequence == head.sequence);
      }
    }
    const auto journal = journals.open();
    CHECK(journal->head().sequence == 5'003);
    CHECK(journal->head().hash == head.hash);
    CHECK(journal->head().recovery == 5'000);
    const auto read = read_all(*journal, 1, UINT64_MAX);
    REQUIRE(read.size() == written.size());
    bool same = true;
    for (std::size_t at = 0; at < read.size(); ++at) {
      same = same && read[at].sequence == written[at].sequence && read[at].hash == written[at].hash &&
             read[at].body == written[at].body;
    }
    CHECK(same);
    CHECK(read_all(*journal, 4, 6).size() == 3);
    CHECK(journal->read_one(17).body == written[16].body);
    CHECK_THROWS_AS(journal->read_one(5'004), JournalCorrupt);
    CHECK(journal->count_keys() == 5'003);
    CHECK(journal->find_key(key_bytes(key_of(4'711))) == 4'711);
    CHECK(journal->newest_time_key() == key_bytes(key_of(5'003)));
    const auto states = read_states(*journal);
    REQUIRE(states.size() == 5);
    CHECK(states[3].number == 5'000);
    CHECK(states[3].body == std::string("\0with a zero", 12));
    CHECK(states[4].shelf == 3);
  });
}

TEST_CASE("saved state is replaced, also without operations") {
  for_each_journal([](Journals& journals) {
    const auto journal = journals.open();
    journal->take_lease();
    MadeBatch made(journal->head(), 3);
    made.states = {{0, 7, "old"}};
    journal->append(made.batch());
    MadeBatch saved(journal->head(), 0);
    saved.states = {{0, 7, "new"}};
    saved.head.recovery = 3;
    journal->append(saved.batch());
    REQUIRE(read_states(*journal).size() == 1);
    CHECK(read_states(*journal)[0].body == "new");
    CHECK(journal->head().recovery == 3);
  });
}

TEST_CASE("the newest time-ordered key does not mind keys of other kinds") {
  for_each_journal([](Journals& journals) {
    const auto journal = journals.open();
    journal->take_lease();
    MadeBatch made(journal->head(), 2);
    made.keys[1].key = key_bytes("a key as people write it");
    CHECK_FALSE(is_time_ordered(made.keys[1].key));
    journal->append(made.batch());
    CHECK(journal->newest_time_key() == made.keys[0].key);
    CHECK(journal->find_key(made.keys[1].key) == 2);
  });
}

TEST_CASE("a batch that does not fit leaves nothing behind") {
  for_each_journal([](Journals& journals) {
    const auto journal = journals.open();
    journal->take_lease();
    MadeBatch first(journal->head(), 10);
    journal->append(first.batch());
    CHECK_THROWS_AS(journal->append(first.batch()), JournalFault);
    MadeBatch doubled(journal->head(), 5);
    doubled.keys[4].key = key_bytes(key_of(3));  // a key that is there
    CHECK_THROWS_AS(journal->append(doubled.batch()), JournalFault);
    CHECK(journal->head().sequence == 10);
    CHECK(journal->count_keys() == 10);
    CHECK(read_all(*journal, 1, 100).size() == 10);
    MadeBatch good(journal->head(), 5);
    journal->append(good.batch());
    CHECK(journal->head().sequence == 15);
  });
}

TEST_CASE("there is one writer") {
  for_each_journal([](Journals& journals) {
    auto first = journals.open();
    const auto epoch = first->take_lease();
    {
      const auto second = journals.open();
      CHECK_THROWS_AS(second->take_lease(), LeaseLost);
      CHECK(second->head().epoch == epoch);  // but it may read
    }
    MadeBatch made(first->head(), 1);
    first->append(made.batch());
    first.reset();
    const auto third = journals.open();
    const auto taken = third->take_lease();
    CHECK(taken > epoch);
  });
}

TEST_CASE("a writer that was taken over from cannot write, nor read on as if it could") {
  for_each_journal([](Journals& journals) {
    const auto journal = journals.open();
    journal->take_lease();
    MadeBatch made(journal->head(), 2);
    journal->append(made.batch());
    MadeBatch next(journal->head(), 2);
    journals.command("UPDATE ledger_head SET epoch = epoch + 1");
    CHECK_THROWS_AS(journal->append(next.batch()), LeaseLost);
    CHECK_THROWS_AS(journal->head(), LeaseLost);
    const auto reader = journals.open_reader();
    CHECK(reader->head().sequence == 2);
    CHECK(read_all(*reader, 1, 10).size() == 2);
    CHECK(reader->count_keys() == 2);
  });
}

TEST_CASE("signed heads are kept once") {
  for_each_journal([](Journals& journals) {
    const auto journal = journals.open();
    SignedHead head;
    head.sequence = 3;
    head.hash[0] = 9;
    head.at = from_microseconds(17);
    head.signature[63] = 1;
    journal->keep(head);
    journal->keep(head);
    const auto kept = journals.open_reader()->signed_heads();
    REQUIRE(kept.size() == 1);
    CHECK(kept[0].sequence == 3);
    CHECK(kept[0].hash == head.hash);
    CHECK(kept[0].at == head.at);
    CHECK(kept[0].public_key == head.public_key);
    CHECK(kept[0].signature == head.signature);
  });
}

TEST_CASE("PostgreSQL: many that start at once make the tables once, and one of them writes") {
  const auto journals = make_postgres_journals();
  std::atomic<int> opened = 0, leases = 0;
  std::vector<std::unique_ptr<Journal>> made(8);
  std::vector<std::thread> threads;
  for (auto& journal : made) {
    threads.emplace_back([&] {
      journal = journals->open();
      ++opened;
      try {
        journal->take_lease();
        ++leases;
      } catch (const LeaseLost&) {
      }
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(opened == 8);
  CHECK(leases == 1);
}

TEST_CASE("PostgreSQL: after a break the writer goes on where nobody has taken over") {
  const auto journals = make_postgres_journals();
  const auto journal = journals->open();
  const auto reader = journals->open_reader();
  journal->take_lease();
  MadeBatch first(journal->head(), 2);
  journal->append(first.batch());
  CHECK(reader->head().sequence == 2);
  journals->break_connections();
  MadeBatch next(first.head, 2);
  CHECK_THROWS_AS(journal->append(next.batch()), JournalFault);
  CHECK(journal->head().sequence == 2);
  journal->append(next.batch());
  CHECK_THROWS_AS(reader->head(), JournalFault);
  CHECK(reader->head().sequence == 4);
}

TEST_CASE("PostgreSQL: after a break the writer that was taken over from is refused") {
  const auto journals = make_postgres_journals();
  const auto old = journals->open();
  old->take_lease();
  MadeBatch first(old->head(), 2);
  old->append(first.batch());
  journals->break_connections();
  const auto heir = journals->open();
  heir->take_lease();
  MadeBatch by_heir(heir->head(), 1);
  heir->append(by_heir.batch());
  MadeBatch late(first.head, 2);
  CHECK_THROWS_AS(old->append(late.batch()), JournalFault);  // the connection is gone
  CHECK_THROWS_AS(old->head(), LeaseLost);
  CHECK_THROWS_AS(old->append(late.batch()), LeaseLost);
  CHECK_THROWS_AS(old->find_key(key_bytes(key_of(1))), LeaseLost);
  CHECK(heir->head().sequence == 3);
}

TEST_CASE("PostgreSQL: a batch that loses a race is tried again") {
  const auto journals = make_postgres_journals();
  const auto journal = journals->open();
  // A sequence counts what is rolled back, too.
  journals->command(
      "CREATE SEQUENCE tries;"
      "CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
      "IF nextval('tries') % 4 = 1 THEN RAISE EXCEPTION 'lost' USING ERRCODE = '40001'; END IF; "
      "IF currval('tries') % 4 = 2 THEN RAISE EXCEPTION 'lost' USING ERRCODE = '40P01'; END IF; RETURN NEW; END $$;"
      "CREATE TRIGGER lose BEFORE UPDATE ON ledger_head FOR EACH ROW WHEN (OLD.epoch = NEW.epoch) EXECUTE FUNCTION lose()");
  journal->take_lease();
  for (int round = 0; round < 5; ++round) {
    MadeBatch made(journal->head(), 3);
    journal->append(made.batch());
  }
  CHECK(journal->head().sequence == 15);
  CHECK(read_all(*journal, 1, 100).size() == 15);
  journals->command("CREATE OR REPLACE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                    "RAISE EXCEPTION 'lost' USING ERRCODE = '40001'; END $$");
  MadeBatch lost(journal->head(), 3);
  CHECK_THROWS_AS(journal->append(lost.batch()), JournalFault);
  CHECK(journal->head().sequence == 15);
}

}  // namespace cp::ledger::test
