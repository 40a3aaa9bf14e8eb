// The bytes of the ledger: versioned, every text with its length before it, so that no two
// different operations have the same bytes.
#pragma once

#include "payments/ledger/model.hpp"
#include "shared/core/hash.hpp"

#include <string>
#include <string_view>

namespace cp::ledger {

/// Appends to a text: whole numbers as LEB128, signed ones zigzag, texts with their length.
class Encoder {
 public:
  explicit Encoder(std::string& out) : out_(out) {}
  void number(std::uint64_t value);
  void integer(std::int64_t value);
  void text(std::string_view value);
  void money(Money value) { integer(value.pence()); }
  void flag(bool value) { number(value ? 1 : 0); }
  template <std::size_t N>
  void bytes(const std::array<unsigned char, N>& value) {
    out_.append(reinterpret_cast<const char*>(value.data()), N);
  }

 private:
  std::string& out_;
};

/// Reads the same; anything that does not fit throws `JournalCorrupt`.
class Decoder {
 public:
  explicit Decoder(std::string_view in) : in_(in) {}
  std::uint64_t number();
  std::int64_t integer();
  std::string_view text();
  Money money() { return Money(integer()); }
  bool flag();
  /// A number below `bound`: kinds, counts.
  std::uint64_t below(std::uint64_t bound);
  template <std::size_t N>
  void bytes(std::array<unsigned char, N>& value) {
    const auto part = take(N);
    std::copy(part.begin(), part.end(), value.begin());
  }
  /// Throws unless everything was read.
  void end() const;
  [[nodiscard]] bool at_end() const { return in_.empty(); }

 private:
  std::string_view take(std::size_t size);
  std::string_view in_;
};

/// Appends the operation's bytes.
void encode(const Operation& operation, std::string& out);
Operation decode(std::string_view body);
/// The operation without its entries: quicker, for answering a key again.
Operation decode_head(std::string_view body);
/// One entry of it, and the operation's head.
struct LocatedEntry {
  Entry entry;
  Timestamp recorded = {};
  Day effective = 0;
};
LocatedEntry decode_entry(std::string_view body, std::uint32_t leg);

void encode(const Error& error, std::string& out);

/// SHA-256 of the hash before and the body: the chain.
Hash chain(const Hash& previous, std::string_view body);
Hash sha256(std::string_view data);
/// The 36 characters of a UUID.
std::string to_text(const OperationId& id);

}  // namespace cp::ledger
