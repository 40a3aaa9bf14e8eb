#include "payments/ledger/machine.hpp"

#include "payments/ledger/encoding.hpp"
#include "shared/core/id.hpp"

#include <algorithm>
#include <cstring>
#include <span>
#include <utility>

namespace cp::ledger {
namespace {

/// A UUIDv7 from the time and the sequence: no chance in it, and never twice.
OperationId id_of(Timestamp recorded, std::uint64_t sequence) {
  const auto microseconds = static_cast<std::uint64_t>(to_microseconds(recorded));
  const auto milliseconds = microseconds / 1'000;
  const auto fraction = microseconds % 1'000 * 4'096 / 1'000;  // 12 bits
  OperationId id{};
  for (std::size_t at = 0; at < 6; ++at) id[at] = static_cast<unsigned char>(milliseconds >> (40 - 8 * at));
  id[6] = static_cast<unsigned char>(0x70 | fraction >> 8);
  id[7] = static_cast<unsigned char>(fraction);
  for (std::size_t at = 8; at < 16; ++at) id[at] = static_cast<unsigned char>(sequence >> (56 - 8 * (at - 8)));
  id[8] = static_cast<unsigned char>(0x80 | (id[8] & 0x3F));
  return id;
}

int hex_digit(char c) { return c <= '9' ? c - '0' : c - 'a' + 10; }

/// The first `out.size()` bytes of a UUID.
void read_uuid(std::string_view uuid, std::span<unsigned char> out) {
  std::size_t at = 0;
  for (auto& byte : out) {
    if (uuid[at] == '-') ++at;
    byte = static_cast<unsigned char>(hex_digit(uuid[at]) << 4 | hex_digit(uuid[at + 1]));
    at += 2;
  }
}

/// The last UUID of version 7 in a key; empty where there is none.
std::string_view time_part(std::string_view key) {
  constexpr std::size_t length = 36, version_at = 14;
  for (std::size_t at = key.size() < length ? 0 : key.size() - length + 1; at-- > 0;) {
    const auto part = key.substr(at, length);
    if (part[version_at] == '7' && is_uuid(part)) return part;
  }
  return {};
}

}  // namespace

KeyBytes key_bytes(std::string_view key) {
  constexpr std::size_t time_bytes = 6;
  KeyBytes bytes{};
  const std::span rest(bytes.begin() + 1, bytes.end());
  const auto time = time_part(key);
  bytes[0] = time.empty() ? 2 : 1;
  if (!time.empty() && time.size() == key.size()) {
    read_uuid(key, rest);
    return bytes;
  }
  const auto hash = sha256(key);
  const auto hashed = time.empty() ? rest : rest.subspan(time_bytes);
  if (!time.empty()) read_uuid(time, rest.first(time_bytes));
  std::copy_n(hash.begin(), hashed.size(), hashed.begin());
  return bytes;
}

std::size_t Machine::KeyOrder::operator()(const KeyBytes& key) const {
  // The last bytes are random or of a hash, whatever the key.
  std::uint64_t last = 0;
  std::memcpy(&last, key.data() + 9, sizeof last);
  return static_cast<std::size_t>(last * 0x9E3779B97F4A7C15u);
}

Machine::Machine(Journal& journal, Meaning* meaning, MachineOptions options)
    : journal_(journal), meaning_(meaning), options_(options), shelves_{&accounts_} {
  if (meaning_) {
    for (auto* shelf : meaning_->shelves()) shelves_.push_back(shelf);
  }
  journal_.take_lease();
  recover();
}

void Machine::recover() {
  batch_ = {};
  batch_bytes_ = 0;
  recent_.clear();
  recent_order_.clear();
  for (auto* shelf : shelves_) shelf->clear();

  head_ = journal_.head();
  journal_.each_state([&](const StateRow& row) {
    if (row.shelf >= shelves_.size()) throw JournalCorrupt("saved state of a kind that is not known");
    shelves_[row.shelf]->load(row.number, row.body);
  });
  auto expected = head_.recovery;
  const auto replay = [&](const Record& record) {
    if (record.sequence != ++expected) throw JournalCorrupt("operation " + std::to_string(expected) + " is missing");
    const auto operation = decode(record.body);
    accounts_.replay(operation);
    if (meaning_) meaning_->apply(operation);
  };
  if (head_.sequence > head_.recovery) journal_.read(head_.recovery + 1, head_.sequence, replay);
  if (expected != head_.sequence) throw JournalCorrupt("the last operations are missing");
  last_recorded_ = head_.sequence == 0 ? Timestamp() : decode_head(journal_.read_one(head_.sequence).body).recorded;
  forgotten_ = journal_.newest_time_key().value_or(KeyBytes{});
  begin_round();
  unsaved_operations_ = 0;
  // Or else what is replayed would grow with every writer that ends before its first round does.
  if (head_.sequence - head_.recovery > options_.save_within) save_all();
}

std::optional<std::uint64_t> Machine::find_key(const KeyBytes& key) {
  if (const auto found = recent_.find(key); found != recent_.end()) return found->second;
  if (is_time_ordered(key) && key > forgotten_) return std::nullopt;
  before_reading_();
  return journal_.find_key(key);
}

void Machine::remember(const KeyBytes& key, std::uint64_t sequence) {
  recent_.emplace(key, sequence);
  recent_order_.push_back(key);
  // Those of the batch are nowhere else yet.
  while (recent_order_.size() > std::max(options_.recent_keys, batch_.records.size())) {
    const auto& oldest = recent_order_.front();
    if (is_time_ordered(oldest)) forgotten_ = std::max(forgotten_, oldest);
    recent_.erase(oldest);
    recent_order_.pop_front();
  }
}

Result<Reply> Machine::answer_again(const Command& command, std::uint64_t sequence) {
  const auto& open = batch_.records;
  const bool in_batch = !open.empty() && sequence >= open.front().sequence;
  if (!in_batch) before_reading_();
  const auto before = decode_head(in_batch ? open[sequence - open.front().sequence].body
                                           : journal_.read_one(sequence).body);
  if (before.key != command.key || before.request != command.request_hash) {
    return invalid("idempotency-key-reused",
                   "This Idempotency-Key was used for another request. Make a new key for each one.");
  }
  if (before.refusal) return *before.refusal;
  return Reply{before.sequence, before.id, before.amount, before.recorded, true};
}

Result<Draft> Machine::try_to_post(Command& command, Operation& operation) {
  try {
    auto draft = command.decide(accounts_, operation.recorded);
    if (!draft) return draft;
    const auto effective = draft->effective.value_or(operation.effective);
    if (meaning_) {
      const auto counts = meaning_->may_count_for(command.scope, effective);
      if (!counts) return counts.error();
    }
    operation.entries = accounts_.post(operation.kind, draft->legs, operation.sequence, effective);
    operation.effective = effective;
    return draft;
  } catch (const std::overflow_error&) {
    return invalid("amount-too-large", "No account can hold as much as that.");
  }
}

Result<Reply> Machine::execute(Command& command, Timestamp now) {
  if (command.key.empty()) {
    return invalid("idempotency-key-missing", "Moving money needs an Idempotency-Key.");
  }
  const auto key = key_bytes(command.key);
  if (const auto sequence = find_key(key)) return answer_again(command, *sequence);
  if (now + options_.clock_tolerance < last_recorded_) {
    return unavailable("The clock has gone back; nothing is written until it has caught up.");
  }
  Operation operation;
  operation.sequence = head_.sequence + 1;
  operation.recorded = std::max(now, last_recorded_);
  operation.id = id_of(operation.recorded, operation.sequence);
  operation.kind = command.kind;
  operation.actor = command.actor;
  operation.key = command.key;
  operation.request = command.request_hash;
  operation.effective = to_day(day_of(operation.recorded));

  auto draft = try_to_post(command, operation);
  operation.scope = command.scope;  // of the pool, perhaps, that it was decided on
  Result<Reply> reply = Reply{operation.sequence, operation.id, {}, operation.recorded, false};
  if (draft) {
    operation.amount = reply->amount = draft->amount;
    operation.facts = std::move(draft->facts);
  } else if (draft.error().kind == ErrorKind::unavailable) {
    return draft.error();
  } else {
    operation.refusal = draft.error();
    reply = draft.error();
  }
  if (meaning_) {
    if (const auto broken = meaning_->broken_rule(operation, accounts_)) throw LedgerBroken(*broken);
    meaning_->apply(operation, draft ? draft->fact : std::any());
  }
  write(std::move(operation), key);
  return reply;
}

void Machine::write(Operation operation, const KeyBytes& key) {
  Record record;
  record.sequence = operation.sequence;
  record.body.reserve(128 + operation.facts.size() + 64 * operation.entries.size());
  encode(operation, record.body);
  record.hash = chain(head_.hash, record.body);
  head_.sequence = record.sequence;
  head_.hash = record.hash;
  last_recorded_ = operation.recorded;
  batch_bytes_ += record.body.size();
  batch_.records.push_back(std::move(record));
  batch_.keys.push_back({key, operation.sequence});
  remember(key, operation.sequence);
}

void Machine::save_some(std::uint64_t operations) {
  std::size_t pieces = 0;
  for (const auto* shelf : shelves_) pieces += shelf->size();
  unsaved_operations_ += operations * (pieces + 1);
  auto steps = unsaved_operations_ / options_.save_within;
  unsaved_operations_ -= steps * options_.save_within;
  for (; steps > 0; --steps) {
    // Shelf by shelf, for pieces that come meanwhile must not move those that are still to be saved.
    while (round_shelf_ < shelves_.size() && round_at_ >= shelves_[round_shelf_]->size()) {
      ++round_shelf_;
      round_at_ = 0;
    }
    if (round_shelf_ < shelves_.size()) {
      if (shelves_[round_shelf_]->changed(round_at_)) save(round_shelf_, round_at_);
      ++round_at_;
    } else {
      head_.recovery = round_began_;  // the round is complete: what it began with is saved
      begin_round();
    }
  }
}

void Machine::begin_round() {
  round_began_ = head_.sequence;
  round_shelf_ = 0;
  round_at_ = 0;
}

Sealed Machine::seal() {
  if (!batch_.records.empty()) save_some(batch_.records.size());
  const auto by_key = [](const KeyRow& a, const KeyRow& b) { return a.key < b.key; };
  if (!std::is_sorted(batch_.keys.begin(), batch_.keys.end(), by_key)) {
    std::sort(batch_.keys.begin(), batch_.keys.end(), by_key);
  }
  batch_.head = head_;
  batch_bytes_ = 0;
  return std::exchange(batch_, {});
}

void append(Journal& journal, const Sealed& batch) {
  if (!batch.records.empty() || !batch.states.empty()) {
    journal.append({batch.records, batch.keys, batch.states, batch.head});
  }
  for (const auto& head : batch.signed_heads) journal.keep(head);
}

void Machine::save_all() {
  for (std::uint32_t shelf = 0; shelf < shelves_.size(); ++shelf) {
    for (std::size_t number = 0; number < shelves_[shelf]->size(); ++number) {
      if (shelves_[shelf]->changed(number)) save(shelf, number);
    }
  }
  if (head_.recovery == head_.sequence && batch_.states.empty()) return;
  head_.recovery = head_.sequence;
  begin_round();
  commit();
}

void Machine::keep(const SignedHead& head) { batch_.signed_heads.push_back(head); }

void Machine::save(std::uint32_t shelf, std::size_t number) {
  batch_.states.push_back({shelf, number, {}});
  shelves_[shelf]->save(number, batch_.states.back().body);
}

}  // namespace cp::ledger
