// Keyset pages: a cursor is the sort key of the last item seen, not a count of items.
#pragma once

#include "shared/core/error.hpp"
#include "shared/core/time.hpp"
#include "shared/http/message.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cp::http {

/// Opaque text (base64url) for the values of a sort key.
std::string encode_cursor(const std::vector<std::string>& values);
/// The values again, or `invalid-fields` at `/after`.
Result<std::vector<std::string>> decode_cursor(std::string_view cursor, std::size_t expected_values);
/// A value as it may stand in a query: what is not a letter, digit or `-_.~` as % and two digits.
std::string in_query(std::string_view value);
/// The request's own address with `after` set to this cursor: the `next` of a page.
std::string next_link(const Request& request, const std::string& cursor);

/// Takes off what was read beyond a page of `limit` items, and answers the address of the next page:
/// `key_of(last item)` is its sort key.
template <class Item, class KeyOf>
std::optional<std::string> cut(const Request& request, std::vector<Item>& items, std::int64_t limit, KeyOf key_of) {
  if (static_cast<std::int64_t>(items.size()) <= limit) return std::nullopt;
  items.resize(static_cast<std::size_t>(limit));
  return next_link(request, encode_cursor(key_of(items.back())));
}

/// The commonest sort key: a time, and the id where two are of the same one.
struct TimeKey {
  Timestamp time = {};
  std::string id;
};
/// Nothing for the first page.
Result<std::optional<TimeKey>> decode_time_key(const std::optional<std::string>& after);
/// `cut` for items sorted by `time` and their id.
template <class Item>
std::optional<std::string> cut(const Request& request, std::vector<Item>& items, std::int64_t limit,
                               Timestamp Item::*time) {
  return cut(request, items, limit, [time](const Item& last) {
    return std::vector<std::string>{to_text(last.*time), last.id.text()};
  });
}

}  // namespace cp::http
