// What both databases need to know of a statement, and the prepared ones they keep.
#pragma once

#include <cstddef>
#include <functional>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace cp::db {

/// Throws where `sql` does not use each of `$1` to `$count`, or uses another: neither SQLite nor
/// PostgreSQL refuses every such mistake by itself.
void check_parameters(std::string_view sql, std::size_t count);

/// The statements of a text, parted at `;` outside of quotes, comments, `$$` and the bodies of
/// SQLite's triggers.
std::vector<std::string> split_statements(std::string_view sql);

/// The beginning of a statement, for messages. Statements hold no personal data: values are bound.
std::string shortened(std::string_view sql);

/// Prepared statements of one connection by key; the one that was not used for longest goes.
template <class Prepared>
class StatementCache {
 public:
  struct Entry {
    std::string key;
    Prepared prepared;
    bool in_use = false;
  };

  explicit StatementCache(std::size_t limit) : limit_(limit) {}

  Entry* find(std::string_view key) {
    const auto found = by_key_.find(key);
    if (found == by_key_.end()) return nullptr;
    entries_.splice(entries_.begin(), entries_, found->second);
    return &*found->second;
  }

  /// Keeps `prepared` under a key that is not known yet.
  Entry& insert(std::string key, Prepared prepared) {
    entries_.push_front({std::move(key), std::move(prepared)});
    by_key_.emplace(entries_.front().key, entries_.begin());
    return entries_.front();
  }

  /// Takes out the oldest statement while there are more than the limit; none that is in use.
  std::optional<Prepared> evict() {
    if (entries_.size() <= limit_ || entries_.back().in_use) return std::nullopt;
    by_key_.erase(entries_.back().key);
    Prepared evicted = std::move(entries_.back().prepared);
    entries_.pop_back();
    return evicted;
  }

  void clear() {
    by_key_.clear();
    entries_.clear();
  }

 private:
  std::size_t limit_;
  std::list<Entry> entries_;  // last used first
  std::unordered_map<std::string_view, typename std::list<Entry>::iterator> by_key_;
};

/// Statements kept by each connection.
inline constexpr std::size_t statement_limit = 256;

}  // namespace cp::db
