#include "payments/ledger/encoding.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <initializer_list>

namespace cp::ledger {
namespace {

constexpr std::uint64_t format = 1;
constexpr std::uint64_t kinds_of_operation = names_of(OperationKind{}).size();
constexpr std::uint64_t kinds_of_account = names_of(AccountKind{}).size();
constexpr std::uint64_t kinds_of_error = static_cast<std::uint64_t>(ErrorKind::unavailable) + 1;

void encode_place(Encoder& to, Place place) {
  to.number(place.sequence);
  if (place) to.number(place.leg);
}

Place decode_place(Decoder& from) {
  Place place;
  place.sequence = from.number();
  if (place) place.leg = static_cast<std::uint32_t>(from.below(std::uint64_t{1} << 32));
  return place;
}

/// A day that is written as its distance from another.
Day decode_day(Decoder& from, Day other) {
  std::int64_t day = 0;
  if (__builtin_add_overflow(from.integer(), std::int64_t{other}, &day) || day != static_cast<Day>(day)) {
    throw JournalCorrupt("a day is out of its range");
  }
  return static_cast<Day>(day);
}

Error decode_error(Decoder& from) {
  Error error;
  error.kind = static_cast<ErrorKind>(from.below(kinds_of_error));
  error.code = from.text();
  error.detail = from.text();
  for (auto left = from.number(); left > 0; --left) {
    FieldError field;
    field.pointer = from.text();
    field.detail = from.text();
    error.fields.push_back(std::move(field));
  }
  for (auto left = from.number(); left > 0; --left) {
    std::string name(from.text());
    if (from.flag()) error.extras.emplace_back(std::move(name), std::string(from.text()));
    else error.extras.emplace_back(std::move(name), from.integer());
  }
  return error;
}

void encode_entry(Encoder& to, const Entry& entry, Day effective) {
  to.number(entry.account);
  to.number(static_cast<std::uint64_t>(entry.kind));
  to.number(entry.version);
  if (entry.version == 1) to.text(entry.opened);
  to.money(entry.amount);
  to.money(entry.balance);
  encode_place(to, entry.previous);
  encode_place(to, entry.shortcut);
  to.integer(std::int64_t{entry.latest} - effective);
  encode_place(to, entry.late_before);
}

Entry decode_entry(Decoder& from, Day effective) {
  Entry entry;
  entry.account = static_cast<AccountNumber>(from.below(std::uint64_t{1} << 32));
  entry.kind = static_cast<AccountKind>(from.below(kinds_of_account));
  entry.version = from.number();
  if (entry.version == 1) entry.opened = from.text();
  entry.amount = from.money();
  entry.balance = from.money();
  entry.previous = decode_place(from);
  entry.shortcut = decode_place(from);
  entry.latest = decode_day(from, effective);
  entry.late_before = decode_place(from);
  return entry;
}

Operation decode_head(Decoder& from) {
  if (from.number() != format) throw JournalCorrupt("an operation is in a format that is not known");
  Operation operation;
  operation.sequence = from.number();
  from.bytes(operation.id);
  operation.kind = static_cast<OperationKind>(from.below(kinds_of_operation));
  operation.recorded = from_microseconds(from.integer());
  operation.effective = decode_day(from, 0);
  operation.scope = from.text();
  operation.actor = from.text();
  operation.key = from.text();
  from.bytes(operation.request);
  if (from.flag()) operation.refusal = decode_error(from);
  operation.amount = from.money();
  operation.facts = from.text();
  return operation;
}

}  // namespace

void Encoder::number(std::uint64_t value) {
  char buffer[10];
  std::size_t size = 0;
  for (; value >= 0x80; value >>= 7) buffer[size++] = static_cast<char>(value | 0x80);
  buffer[size++] = static_cast<char>(value);
  out_.append(buffer, size);
}

void Encoder::integer(std::int64_t value) {
  number((static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63));
}

void Encoder::text(std::string_view value) {
  number(value.size());
  out_.append(value);
}

std::string_view Decoder::take(std::size_t size) {
  if (size > in_.size()) throw JournalCorrupt("an operation ends too early");
  const auto part = in_.substr(0, size);
  in_.remove_prefix(size);
  return part;
}

std::uint64_t Decoder::number() {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    const auto byte = static_cast<unsigned char>(take(1).front());
    value |= std::uint64_t{byte & 0x7Fu} << shift;
    if (byte >= 0x80) continue;
    // One form a number: no zero at the end that says nothing, no bit beyond the sixty-fourth.
    if ((byte == 0 && shift > 0) || (shift == 63 && byte > 1)) break;
    return value;
  }
  throw JournalCorrupt("a number is not written as numbers are");
}

std::int64_t Decoder::integer() {
  const auto value = number();
  return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
}

std::string_view Decoder::text() {
  const auto size = number();
  if (size > in_.size()) throw JournalCorrupt("a text ends too early");
  return take(static_cast<std::size_t>(size));
}

bool Decoder::flag() { return below(2) == 1; }

std::uint64_t Decoder::below(std::uint64_t bound) {
  const auto value = number();
  if (value >= bound) throw JournalCorrupt("a number is out of its range");
  return value;
}

void Decoder::end() const {
  if (!in_.empty()) throw JournalCorrupt("an operation has bytes too many");
}

void encode(const Error& error, std::string& out) {
  Encoder to(out);
  to.number(static_cast<std::uint64_t>(error.kind));
  to.text(error.code);
  to.text(error.detail);
  to.number(error.fields.size());
  for (const auto& field : error.fields) {
    to.text(field.pointer);
    to.text(field.detail);
  }
  to.number(error.extras.size());
  for (const auto& [name, value] : error.extras) {
    to.text(name);
    const auto* text = std::get_if<std::string>(&value);
    to.flag(text != nullptr);
    if (text) to.text(*text);
    else to.integer(std::get<std::int64_t>(value));
  }
}

void encode(const Operation& operation, std::string& out) {
  Encoder to(out);
  to.number(format);
  to.number(operation.sequence);
  to.bytes(operation.id);
  to.number(static_cast<std::uint64_t>(operation.kind));
  to.integer(to_microseconds(operation.recorded));
  to.integer(operation.effective);
  to.text(operation.scope);
  to.text(operation.actor);
  to.text(operation.key);
  to.bytes(operation.request);
  to.flag(operation.refusal.has_value());
  if (operation.refusal) encode(*operation.refusal, out);
  to.money(operation.amount);
  to.text(operation.facts);
  to.number(operation.entries.size());
  for (const auto& entry : operation.entries) encode_entry(to, entry, operation.effective);
}

Operation decode(std::string_view body) {
  Decoder from(body);
  auto operation = decode_head(from);
  const auto count = from.number();
  operation.entries.reserve(std::min<std::size_t>(count, body.size()));
  for (std::uint64_t leg = 0; leg < count; ++leg) {
    operation.entries.push_back(decode_entry(from, operation.effective));
  }
  from.end();
  return operation;
}

Operation decode_head(std::string_view body) {
  Decoder from(body);
  return decode_head(from);
}

LocatedEntry decode_entry(std::string_view body, std::uint32_t leg) {
  Decoder from(body);
  const auto head = decode_head(from);
  if (leg >= from.number()) throw JournalCorrupt("an entry points to a leg that is not there");
  LocatedEntry located{{}, head.recorded, head.effective};
  for (std::uint32_t at = 0; at <= leg; ++at) located.entry = decode_entry(from, head.effective);
  return located;
}

namespace {

/// OpenSSL's SHA-256 uses the processor's own instructions where it has them; libsodium's does not.
class Sha256 {
 public:
  Sha256() : context_(EVP_MD_CTX_new()), algorithm_(EVP_MD_fetch(nullptr, "SHA256", nullptr)) {
    if (!context_ || !algorithm_) throw std::runtime_error("OpenSSL has no SHA-256");
  }
  ~Sha256() {
    EVP_MD_CTX_free(context_);
    EVP_MD_free(algorithm_);
  }
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  Hash of(std::initializer_list<std::span<const unsigned char>> parts) {
    Hash hash;
    bool done = EVP_DigestInit_ex2(context_, algorithm_, nullptr) == 1;
    for (const auto part : parts) done = done && EVP_DigestUpdate(context_, part.data(), part.size()) == 1;
    if (!done || EVP_DigestFinal_ex(context_, hash.data(), nullptr) != 1) throw std::runtime_error("SHA-256 failed");
    return hash;
  }

 private:
  EVP_MD_CTX* context_;
  EVP_MD* algorithm_;
};

Hash sha256_of(std::initializer_list<std::span<const unsigned char>> parts) {
  thread_local Sha256 sha256;
  return sha256.of(parts);
}

std::span<const unsigned char> bytes_of(std::string_view text) {
  return {reinterpret_cast<const unsigned char*>(text.data()), text.size()};
}

}  // namespace

Hash chain(const Hash& previous, std::string_view body) { return sha256_of({previous, bytes_of(body)}); }

Hash sha256(std::string_view data) { return sha256_of({bytes_of(data)}); }

std::string to_text(const OperationId& id) {
  const auto digits = to_hex(id);
  std::string text;
  for (const auto& [from, size] : {std::pair{0, 8}, {8, 4}, {12, 4}, {16, 4}, {20, 12}}) {
    if (!text.empty()) text += '-';
    text.append(digits, static_cast<std::size_t>(from), static_cast<std::size_t>(size));
  }
  return text;
}

}  // namespace cp::ledger
