// Things in memory by their id, as a shelf of the ledger's state.
#pragma once

#include "payments/book/fact_encoding.hpp"
#include "payments/ledger/shelf.hpp"

#include <deque>
#include <functional>
#include <string>
#include <unordered_map>

namespace cp::payments {

/// An `Item` has `key()`, `changed`, `write(FactEncoder&)` and a static `read(FactDecoder&)`.
template <class Item>
class Pieces final : public ledger::Shelf {
 public:
  /// Called for everything that is added or loaded, and with nothing when all is cleared.
  std::function<void(const Item*, std::size_t)> on_added = [](const Item*, std::size_t) {};

  [[nodiscard]] const Item* find(const std::string& key) const {
    const auto found = numbers_.find(key);
    return found == numbers_.end() ? nullptr : &items_[found->second];
  }
  [[nodiscard]] Item* find(const std::string& key) {
    return const_cast<Item*>(std::as_const(*this).find(key));
  }
  Item& add(Item item) {
    auto& added = items_.emplace_back(std::move(item));
    numbers_.emplace(added.key(), items_.size() - 1);
    on_added(&added, items_.size() - 1);
    return added;
  }
  [[nodiscard]] const std::deque<Item>& all() const { return items_; }

  [[nodiscard]] std::size_t size() const override { return items_.size(); }
  [[nodiscard]] bool changed(std::size_t number) const override { return items_[number].changed; }
  void save(std::size_t number, std::string& out) override {
    FactEncoder to(out);
    items_[number].write(to);
    items_[number].changed = false;
  }
  void load(std::size_t number, std::string_view body) override {
    if (number != items_.size()) throw ledger::JournalCorrupt("a saved piece is out of order");
    FactDecoder from(body);
    add(Item::read(from));
    from.end();
  }
  void clear() override {
    items_.clear();
    numbers_.clear();
    on_added(nullptr, 0);
  }

 private:
  std::deque<Item> items_;  // addresses stay
  std::unordered_map<std::string, std::size_t> numbers_;
};

}  // namespace cp::payments
