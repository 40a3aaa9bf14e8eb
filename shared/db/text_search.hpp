// Full-text search with what each database brings: FTS5 in SQLite, tsvector in PostgreSQL.
#pragma once

#include "shared/db/database.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace cp::db::text_search {

/// Creates the index `name` where it is missing; called by a folder's start, after migrations.
void create(Tx& tx, std::string_view name);
/// Puts or replaces the text of one document. `part` narrows searches, such as a board's id.
void put(Tx& tx, std::string_view name, std::string_view id, std::string_view part,
         std::string_view text);
void remove(Tx& tx, std::string_view name, std::string_view id);
/// Ids of the documents of `part` in which every word of `words` stands (the last one as the
/// beginning of a word), best first, at most `limit`. Any text is safe as `words`.
std::vector<std::string> match(Tx& tx, std::string_view name, std::string_view part,
                               std::string_view words, std::int64_t limit);

}  // namespace cp::db::text_search
