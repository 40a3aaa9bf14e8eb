// Where the ledger is kept: operations that are only ever appended, the keys they came with, and
// the state saved on the way. One writer holds the lease; anybody may read beside it.
#pragma once

#include "payments/ledger/model.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

namespace cp::ledger {

/// An idempotency key as it is indexed. A key with a UUID of version 7 in it (the last one counts:
/// what is before it says whose it is) begins with a 1 and that UUID's milliseconds, so that new
/// keys find their page in memory; bare, the UUID is the rest as it is, otherwise the first 10 bytes
/// of the whole key's SHA-256 are. Any other key is the first 16 bytes of its SHA-256 after a 2.
using KeyBytes = std::array<unsigned char, 17>;
KeyBytes key_bytes(std::string_view key);
inline bool is_time_ordered(const KeyBytes& key) { return key[0] == 1; }

struct Head {
  std::uint64_t sequence = 0;  // of the last operation; 0 in an empty ledger
  Hash hash = {};              // of the last operation
  std::uint64_t recovery = 0;  // the saved state counts at least every operation up to this one
  std::uint64_t epoch = 0;     // of the writer that wrote last
};

struct KeyRow {
  KeyBytes key = {};
  std::uint64_t sequence = 0;
};
struct StateRow {
  std::uint32_t shelf = 0;
  std::uint64_t number = 0;
  std::string body;
};
/// What becomes durable together.
struct Batch {
  std::span<const Record> operations;
  std::span<const KeyRow> keys;
  std::span<const StateRow> states;
  Head head;  // afterwards; its epoch is the writer's
};

/// A head that was signed with the ledger's key: it can be kept elsewhere and compared.
struct SignedHead {
  std::uint64_t sequence = 0;
  Hash hash = {};
  Timestamp at = {};
  std::array<unsigned char, 32> public_key = {};
  std::array<unsigned char, 64> signature = {};
};

/// The disk or the database failed: what was to be written may be there or not.
class JournalFault : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};
/// Another writer has taken over; this one must not write any more.
class LeaseLost : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A connection for reading; used by one thread at a time.
class JournalReader {
 public:
  virtual ~JournalReader() = default;
  virtual Head head() = 0;
  /// The operations from `first` to `last`, in order.
  virtual void read(std::uint64_t first, std::uint64_t last, const std::function<void(const Record&)>& visit) = 0;
  /// One operation; throws `JournalCorrupt` where it is missing.
  virtual Record read_one(std::uint64_t sequence) = 0;
  virtual std::optional<std::uint64_t> find_key(const KeyBytes& key) = 0;
  /// The greatest time-ordered key there is.
  virtual std::optional<KeyBytes> newest_time_key() = 0;
  /// Every key there is, in no order that matters.
  virtual void each_key(const std::function<void(const KeyRow&)>& visit) = 0;
  std::uint64_t count_keys() {
    std::uint64_t count = 0;
    each_key([&](const KeyRow&) { ++count; });
    return count;
  }
  /// The saved state, by shelf and number.
  virtual void each_state(const std::function<void(const StateRow&)>& visit) = 0;
  virtual std::vector<SignedHead> signed_heads() = 0;
};

/// The writer's connection.
class Journal : public JournalReader {
 public:
  /// Becomes the only writer, or throws `LeaseLost` where another process is. Every earlier writer
  /// is fenced off: its next `append` throws.
  virtual std::uint64_t take_lease() = 0;
  /// Durable when it returns. Throws `JournalFault` or `LeaseLost`, and then nothing is certain:
  /// what is kept has to be read again.
  virtual void append(const Batch& batch) = 0;
  virtual void keep(const SignedHead& head) = 0;
};

struct SqliteJournalOptions {
  std::string path;
  std::string file_system;  // the name of a SQLite VFS; empty: the usual one
};
std::unique_ptr<Journal> open_sqlite_journal(const SqliteJournalOptions& options);
std::unique_ptr<JournalReader> open_sqlite_journal_reader(const SqliteJournalOptions& options);
/// `url` is libpq's connection text.
std::unique_ptr<Journal> open_postgres_journal(const std::string& url);
std::unique_ptr<JournalReader> open_postgres_journal_reader(const std::string& url);

}  // namespace cp::ledger
