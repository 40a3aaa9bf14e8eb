#include "payments/ledger/encoding.hpp"

#include <catch2/catch_test_macros.hpp>

#include <random>

namespace cp::ledger {
namespace {

class Maker {
 public:
  explicit Maker(std::uint64_t seed) : random_(seed) {}

  Operation operation() {
    Operation made;
    made.sequence = number();
    for (auto& byte : made.id) byte = static_cast<unsigned char>(below(256));
    made.kind = static_cast<OperationKind>(below(12));
    made.recorded = from_microseconds(static_cast<std::int64_t>(below(4'000'000'000'000'000)));
    made.effective = static_cast<Day>(below(40'000));
    made.scope = text(8);
    made.actor = text(40);
    made.key = text(60);
    for (auto& byte : made.request) byte = static_cast<unsigned char>(below(256));
    made.amount = money();
    made.facts = text(300);
    if (below(4) == 0) {
      made.refusal = error();
    } else {
      for (auto legs = below(12); legs > 0; --legs) made.entries.push_back(entry(made.effective));
    }
    return made;
  }
  std::uint64_t below(std::uint64_t bound) { return std::uniform_int_distribution<std::uint64_t>(0, bound - 1)(random_); }

 private:
  /// Small ones are as frequent as those that need every byte.
  std::uint64_t number() { return random_() >> below(64); }
  Money money() { return Money(static_cast<std::int64_t>(number()) * (below(2) == 0 ? 1 : -1)); }
  std::string text(std::size_t most) {
    std::string made(below(most + 1), '\0');
    for (auto& c : made) c = static_cast<char>(below(256));
    return made;
  }
  Place place() { return below(3) == 0 ? Place() : Place{number() | 1, static_cast<std::uint32_t>(below(1'000))}; }
  Entry entry(Day effective) {
    Entry made;
    made.account = static_cast<AccountNumber>(number());
    made.version = below(3) == 0 ? 1 : number() | 2;
    if (made.version == 1) made.opened = text(50);
    made.kind = static_cast<AccountKind>(below(10));
    made.amount = money();
    made.balance = money();
    made.previous = place();
    made.shortcut = place();
    made.latest = effective + static_cast<Day>(below(800)) - 400;
    made.late_before = place();
    return made;
  }
  Error error() {
    Error made;
    made.kind = static_cast<ErrorKind>(below(12));
    made.code = text(20);
    made.detail = text(80);
    for (auto left = below(3); left > 0; --left) made.fields.push_back({text(10), text(30)});
    for (auto left = below(3); left > 0; --left) {
      if (below(2) == 0) made.extras.emplace_back(text(10), text(10));
      else made.extras.emplace_back(text(10), money().pence());
    }
    return made;
  }
  std::mt19937_64 random_;
};

std::string encoded(const Operation& operation) {
  std::string body;
  encode(operation, body);
  return body;
}

/// Reads what may be damaged: an answer or `JournalCorrupt`, and what is taken reads the same again.
void read_damaged(const std::string& body) {
  try {
    const auto operation = decode(body);
    if (decode(encoded(operation)) != operation) FAIL("a damaged operation does not read the same again");
  } catch (const JournalCorrupt&) {
  }
  try {
    decode_head(body);
    for (std::uint32_t leg = 0; leg < 14; ++leg) decode_entry(body, leg);
  } catch (const JournalCorrupt&) {
  }
}

}  // namespace

TEST_CASE("an operation reads as it was written") {
  Maker maker(1);
  for (int round = 0; round < 5'000; ++round) {
    const auto operation = maker.operation();
    const auto body = encoded(operation);
    if (decode(body) != operation) FAIL("round " << round);
    auto head = operation;
    head.entries.clear();
    if (decode_head(body) != head) FAIL("the head of round " << round);
    for (std::uint32_t leg = 0; leg < operation.entries.size(); ++leg) {
      const auto located = decode_entry(body, leg);
      if (located.entry != operation.entries[leg] || located.recorded != operation.recorded ||
          located.effective != operation.effective) {
        FAIL("leg " << leg << " of round " << round);
      }
    }
    CHECK_THROWS_AS(decode_entry(body, static_cast<std::uint32_t>(operation.entries.size())), JournalCorrupt);
  }
}

TEST_CASE("every truncation is refused") {
  Maker maker(2);
  for (int round = 0; round < 100; ++round) {
    const auto body = encoded(maker.operation());
    for (std::size_t size = 0; size < body.size(); ++size) {
      CHECK_THROWS_AS(decode(std::string_view(body).substr(0, size)), JournalCorrupt);
    }
    CHECK_THROWS_AS(decode(body + '\0'), JournalCorrupt);
  }
}

TEST_CASE("flipped bits and noise are read or refused, and never more") {
  Maker maker(3);
  for (int round = 0; round < 40; ++round) {
    const auto body = encoded(maker.operation());
    for (std::size_t bit = 0; bit < body.size() * 8; ++bit) {
      auto damaged = body;
      damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
      read_damaged(damaged);
    }
  }
  for (int round = 0; round < 20'000; ++round) {
    auto body = encoded(maker.operation());
    for (auto changes = 1 + maker.below(8); changes > 0; --changes) {
      body[maker.below(body.size())] = static_cast<char>(maker.below(256));
    }
    read_damaged(body);
  }
}

TEST_CASE("the ends of the numbers survive") {
  for (const std::int64_t value : {std::int64_t{0}, std::int64_t{-1}, std::int64_t{1}, std::int64_t{63}, std::int64_t{64},
                                   std::int64_t{-64}, std::int64_t{-65}, INT64_MAX, INT64_MIN}) {
    std::string out;
    Encoder(out).integer(value);
    Decoder from(out);
    CHECK(from.integer() == value);
    CHECK(from.at_end());
  }
  for (const std::uint64_t value : {std::uint64_t{0}, std::uint64_t{127}, std::uint64_t{128}, UINT64_MAX}) {
    std::string out;
    Encoder(out).number(value);
    Decoder from(out);
    CHECK(from.number() == value);
    CHECK_NOTHROW(from.end());
  }
}

TEST_CASE("a number has one form") {
  const auto read = [](std::string bytes) { return Decoder(bytes).number(); };
  CHECK_THROWS_AS(read({'\x80'}), JournalCorrupt);                        // goes on, and does not
  CHECK_THROWS_AS(read(std::string(10, '\xFF') + '\x01'), JournalCorrupt);  // eleven bytes
  CHECK_THROWS_AS(read(std::string("\x80\x00", 2)), JournalCorrupt);      // a zero in two bytes
  CHECK_THROWS_AS(read(std::string(9, '\xFF') + '\x02'), JournalCorrupt);   // more than 64 bits
}

TEST_CASE("a text whose length lies is refused") {
  std::string out;
  Encoder(out).number(UINT64_MAX);
  CHECK_THROWS_AS(Decoder(out).text(), JournalCorrupt);
}

TEST_CASE("the chain is SHA-256 of the hash before and the body") {
  CHECK(to_hex(sha256("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  Hash before{};
  before[0] = 1;
  std::string both(reinterpret_cast<const char*>(before.data()), before.size());
  both += "body";
  CHECK(chain(before, "body") == sha256(both));
  CHECK(chain(before, "body") != chain(before, "bodY"));
}

TEST_CASE("an operation's id is written as a UUID") {
  OperationId id{};
  for (std::size_t at = 0; at < id.size(); ++at) id[at] = static_cast<unsigned char>(at * 17);
  CHECK(to_text(id) == "00112233-4455-6677-8899-aabbccddeeff");
}

}  // namespace cp::ledger
