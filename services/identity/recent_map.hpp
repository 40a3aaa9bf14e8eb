// A map that forgets what has not been used for longest, so that strangers cannot make it grow.
#pragma once

#include <cstddef>
#include <string>
#include <unordered_map>
#include <utility>

namespace cp::identity {

/// Two halves: entries go into the young one; when it is full it becomes the old one, and what the
/// old one held is forgotten. What is found in the old half moves to the young one, so at least
/// the `limit` entries used last are kept, and never more than twice as many. Not thread-safe.
template <class Value>
class RecentMap {
 public:
  explicit RecentMap(std::size_t limit) : limit_(limit) {}

  /// Null where there is none; valid until the next call.
  Value* find(const std::string& key) {
    if (const auto found = young_.find(key); found != young_.end()) return &found->second;
    const auto found = old_.find(key);
    if (found == old_.end()) return nullptr;
    auto value = std::move(found->second);
    old_.erase(found);
    return &put(key, std::move(value));
  }
  Value& put(const std::string& key, Value value) {
    if (young_.size() >= limit_ && !young_.contains(key)) {
      old_ = std::exchange(young_, {});
    }
    old_.erase(key);
    return young_.insert_or_assign(key, std::move(value)).first->second;
  }
  [[nodiscard]] std::size_t size() const { return young_.size() + old_.size(); }

 private:
  std::size_t limit_;
  std::unordered_map<std::string, Value> young_, old_;
};

}  // namespace cp::identity
