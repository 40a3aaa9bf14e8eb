#include "payments/ledger/verify.hpp"

#include "payments/ledger/encoding.hpp"
#include "payments/ledger/signature.hpp"

#include <sodium.h>

#include <algorithm>
#include <cstring>
#include <map>

namespace cp::ledger {
namespace {

constexpr std::size_t most_problems = 1'000;
constexpr std::uint64_t progress_every = 100'000;

/// The states that follow from the operations, or from what was saved of them.
struct States {
  Accounts accounts;
  std::unique_ptr<Meaning> meaning;
  std::vector<Shelf*> shelves;

  explicit States(const VerifyOptions& options) : meaning(options.make_meaning ? options.make_meaning() : nullptr) {
    shelves.push_back(&accounts);
    if (meaning) {
      for (auto* shelf : meaning->shelves()) shelves.push_back(shelf);
    }
  }
};

/// The sum of the hashes of keys with their operations, under a key nobody knows beforehand: the
/// same for the same set in any order, and for no other that anybody could find.
class KeySum {
 public:
  void add(const KeyRow& row) {
    std::array<unsigned char, 25> bytes{};
    std::copy(row.key.begin(), row.key.end(), bytes.begin());
    std::memcpy(bytes.data() + row.key.size(), &row.sequence, sizeof row.sequence);
    std::array<std::uint64_t, 2> hash{};
    crypto_shorthash_siphashx24(reinterpret_cast<unsigned char*>(hash.data()), bytes.data(), bytes.size(), secret().data());
    for (std::size_t at = 0; at < sums_.size(); ++at) sums_[at] += hash[at];
  }
  bool operator==(const KeySum&) const = default;

 private:
  using Secret = std::array<unsigned char, crypto_shorthash_siphashx24_KEYBYTES>;
  static const Secret& secret() {
    static const Secret drawn = [] {
      Secret fresh{};
      randombytes_buf(fresh.data(), fresh.size());
      return fresh;
    }();
    return drawn;
  }
  std::array<std::uint64_t, 2> sums_{};
};

class Verifier {
 public:
  Verifier(JournalReader& journal, const VerifyOptions& options)
      : journal_(journal), options_(options), states_(options), saved_(options), head_(journal.head()) {}

  Verification run() {
    for (const auto& head : journal_.signed_heads()) signed_.emplace(head.sequence, head);
    load_saved();
    journal_.read(1, head_.sequence, [&](const Record& record) { check(record); });
    if (found_.operations != head_.sequence) problem("operations are missing after " + std::to_string(found_.operations));
    if (previous_ != head_.hash) problem("the head is not the hash of the last operation");
    check_keys();
    compare_saved();
    found_.accounts = states_.accounts.size();
    found_.head = previous_;
    return std::move(found_);
  }

 private:
  void problem(std::string text) {
    if (found_.problems.size() < most_problems) found_.problems.push_back(std::move(text));
  }

  void check(const Record& record) {
    const auto where = "operation " + std::to_string(record.sequence) + ": ";
    if (record.sequence != found_.operations + 1) problem(where + "an operation before it is missing");
    found_.operations = record.sequence;
    if (chain(previous_, record.body) != record.hash) problem(where + "its hash does not fit what it says");
    previous_ = record.hash;
    try {
      check_operation(record, where);
    } catch (const std::exception& wrong) {
      problem(where + wrong.what());
    }
    check_signature(record, where);
    if (options_.progress && record.sequence % progress_every == 0) options_.progress(record.sequence, head_.sequence);
  }

  void check_operation(const Record& record, const std::string& where) {
    const auto operation = decode(record.body);
    if (operation.sequence != record.sequence) problem(where + "it says that it is another one");
    if (operation.recorded < last_recorded_) problem(where + "it was recorded before the one before it");
    last_recorded_ = operation.recorded;
    keys_.add({key_bytes(operation.key), operation.sequence});
    found_.entries += operation.entries.size();
    found_.refusals += operation.refusal ? 1 : 0;
    if (operation.refusal && !operation.entries.empty()) problem(where + "it was refused and yet moves something");
    std::vector<Leg> legs;
    legs.reserve(operation.entries.size());
    for (const auto& entry : operation.entries) {
      const bool known = entry.account < states_.accounts.size();
      if (known) legs.push_back({entry.kind, {}, entry.amount, entry.account});
      else legs.push_back({entry.kind, entry.opened, entry.amount});
    }
    const auto entries = states_.accounts.post(operation.kind, legs, operation.sequence, operation.effective);
    for (std::size_t leg = 0; leg < entries.size(); ++leg) {
      if (entries[leg] != operation.entries[leg]) {
        problem(where + "leg " + std::to_string(leg) + " says something else of " +
                states_.accounts.at(entries[leg].account).name + " than the entries before it add up to");
      }
    }
    if (states_.meaning) {
      if (const auto broken = states_.meaning->broken_rule(operation, states_.accounts)) problem(where + *broken);
      states_.meaning->apply(operation);
    }
    if (operation.sequence > head_.recovery) {
      saved_.accounts.replay(operation);
      if (saved_.meaning) saved_.meaning->apply(operation);
    }
    if (options_.after_each) options_.after_each(operation, record, states_.accounts, states_.meaning.get());
  }

  /// Both sides add up to the same only if they are the same; then which one differs is looked for.
  void check_keys() {
    KeySum stored;
    journal_.each_key([&](const KeyRow& row) { stored.add(row); });
    if (stored == keys_) return;
    problem("the keys that are kept are not those of the operations");
    journal_.read(1, head_.sequence, [&](const Record& record) {
      try {
        if (journal_.find_key(key_bytes(decode_head(record.body).key)) == record.sequence) return;
      } catch (const JournalCorrupt&) {  // told of already
        return;
      }
      problem("operation " + std::to_string(record.sequence) + ": its key does not lead to it");
    });
  }

  void check_signature(const Record& record, const std::string& where) {
    for (auto [at, end] = signed_.equal_range(record.sequence); at != end; ++at) {
      if (!is_signed(at->second)) problem(where + "the signature of its hash is wrong");
      if (at->second.hash != record.hash) problem(where + "another hash was signed for it");
    }
  }

  void load_saved() {
    try {
      journal_.each_state([&](const StateRow& row) {
        if (row.shelf >= saved_.shelves.size()) {
          // Without a meaning its shelves are not looked at.
          if (options_.make_meaning) throw JournalCorrupt("saved state of a kind that is not known");
          return;
        }
        saved_.shelves[row.shelf]->load(row.number, row.body);
      });
    } catch (const std::exception& wrong) {
      problem(std::string("saved state: ") + wrong.what());
    }
  }

  void compare_saved() {
    for (std::size_t shelf = 0; shelf < states_.shelves.size(); ++shelf) {
      if (states_.shelves[shelf]->size() != saved_.shelves[shelf]->size()) {
        problem("saved state: there is more or less of kind " + std::to_string(shelf) + " than the operations make");
        continue;
      }
      for (std::size_t number = 0; number < states_.shelves[shelf]->size(); ++number) {
        std::string ours;
        std::string theirs;
        states_.shelves[shelf]->save(number, ours);
        saved_.shelves[shelf]->save(number, theirs);
        if (ours != theirs) {
          problem("saved state: " +
                  (shelf == 0 ? states_.accounts.at(static_cast<AccountNumber>(number)).name
                              : "piece " + std::to_string(number) + " of kind " + std::to_string(shelf)) +
                  " is not what the operations make of it");
        }
      }
    }
  }

  JournalReader& journal_;
  const VerifyOptions& options_;
  States states_;
  States saved_;
  Head head_;
  Hash previous_ = {};
  Timestamp last_recorded_ = {};
  KeySum keys_;  // of the operations
  std::multimap<std::uint64_t, SignedHead> signed_;
  Verification found_;
};

}  // namespace

Verification verify(JournalReader& journal, const VerifyOptions& options) { return Verifier(journal, options).run(); }

}  // namespace cp::ledger
