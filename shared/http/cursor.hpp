// Keyset pages: a cursor is the sort key of the last item seen, not a count of items.
#pragma once

#include "shared/core/error.hpp"
#include "shared/http/message.hpp"

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

}  // namespace cp::http
