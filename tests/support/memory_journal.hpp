// A journal in memory, for campaigns that need no disk: what is appended outlives the connection.
#pragma once

#include "payments/ledger/journal.hpp"

#include <map>
#include <memory>
#include <utility>
#include <vector>

namespace cp::test {

/// What a journal keeps.
struct MemoryJournalStore {
  std::vector<ledger::Record> records;
  std::map<ledger::KeyBytes, std::uint64_t> keys;
  std::map<std::pair<std::uint32_t, std::uint64_t>, std::string> states;
  std::vector<ledger::SignedHead> signed_heads;
  ledger::Head head;
};

class MemoryJournal final : public ledger::Journal {
 public:
  explicit MemoryJournal(std::shared_ptr<MemoryJournalStore> store) : store_(std::move(store)) {}

  ledger::Head head() override { return store_->head; }
  void read(std::uint64_t first, std::uint64_t last, const std::function<void(const ledger::Record&)>& visit) override {
    for (auto at = first; at >= 1 && at <= last && at <= store_->records.size(); ++at) visit(store_->records[at - 1]);
  }
  ledger::Record read_one(std::uint64_t sequence) override {
    if (sequence == 0 || sequence > store_->records.size()) throw ledger::JournalCorrupt("an operation is missing");
    return store_->records[sequence - 1];
  }
  std::optional<std::uint64_t> find_key(const ledger::KeyBytes& key) override {
    const auto found = store_->keys.find(key);
    return found == store_->keys.end() ? std::nullopt : std::optional(found->second);
  }
  std::optional<ledger::KeyBytes> newest_time_key() override {
    std::optional<ledger::KeyBytes> newest;
    for (const auto& [key, sequence] : store_->keys) {
      if (ledger::is_time_ordered(key)) newest = key;
    }
    return newest;
  }
  void each_key(const std::function<void(const ledger::KeyRow&)>& visit) override {
    for (const auto& [key, sequence] : store_->keys) visit({key, sequence});
  }
  void each_state(const std::function<void(const ledger::StateRow&)>& visit) override {
    for (const auto& [place, body] : store_->states) visit({place.first, place.second, body});
  }
  std::vector<ledger::SignedHead> signed_heads() override { return store_->signed_heads; }

  std::uint64_t take_lease() override {
    epoch_ = ++store_->head.epoch;
    return epoch_;
  }
  void append(const ledger::Batch& batch) override {
    if (store_->head.epoch != epoch_) throw ledger::LeaseLost("Another writer has the journal now.");
    for (const auto& record : batch.operations) {
      if (record.sequence != store_->records.size() + 1) throw ledger::JournalFault("an operation is out of order");
      store_->records.push_back(record);
    }
    for (const auto& row : batch.keys) {
      if (!store_->keys.emplace(row.key, row.sequence).second) throw ledger::JournalFault("a key is there already");
    }
    for (const auto& row : batch.states) store_->states[{row.shelf, row.number}] = row.body;
    store_->head = batch.head;
    store_->head.epoch = epoch_;
  }
  void keep(const ledger::SignedHead& head) override { store_->signed_heads.push_back(head); }

 private:
  std::shared_ptr<MemoryJournalStore> store_;
  std::uint64_t epoch_ = 0;
};

}  // namespace cp::test
