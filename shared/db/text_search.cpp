#include "shared/db/text_search.hpp"

#include <algorithm>
#include <cctype>

namespace cp::db::text_search {
namespace {

constexpr std::size_t most_words = 16;

/// The table of an index; its name is part of the SQL, so it may not come from a user.
std::string table(std::string_view name) {
  if (name.empty() || name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") != std::string_view::npos) {
    throw std::logic_error("a search index is named with a-z and _: " + std::string(name));
  }
  return std::string(name);
}

/// How many bytes the UTF-8 character at `at` has; 0 where there is none.
std::size_t character_size(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t offset) {
    return at + offset < text.size() ? static_cast<unsigned char>(text[at + offset]) : 0U;
  };
  const auto lead = byte(0);
  const std::size_t size = lead < 0x80 ? 1 : lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 0;
  for (std::size_t offset = 1; offset < size; ++offset) {
    if ((byte(offset) & 0xC0U) != 0x80U) return 0;
  }
  // Longer than needed, surrogates, and beyond the last character.
  if ((lead == 0xE0 && byte(1) < 0xA0) || (lead == 0xED && byte(1) > 0x9F)) return 0;
  if ((lead == 0xF0 && byte(1) < 0x90) || (lead == 0xF4 && byte(1) > 0x8F)) return 0;
  return size;
}

/// Letters and digits, and all valid characters beyond ASCII; a blank for everything else. What is
/// left can be quoted without care.
std::string plain(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const auto size = character_size(text, at);
    if (size > 1) out.append(text, at, size);
    else out += size == 1 && std::isalnum(static_cast<unsigned char>(text[at])) ? text[at] : ' ';
    at += std::max<std::size_t>(1, size);
  }
  return out;
}

/// PostgreSQL in its C locale knows letters of ASCII only: accents are taken off and punctuation
/// beyond ASCII is made blank, as FTS5 does by itself.
constexpr std::string_view folded =
    "regexp_replace(regexp_replace(normalize($1, NFKD), '[\\u0300-\\u036f]', '', 'g'), "
    "'[\\u0080-\\u00bf\\u2000-\\u206f\\u3000-\\u303f]', ' ', 'g')";

std::string fold(Tx& tx, const std::string& text) {
  return tx.one("SELECT " + std::string(folded), {text}, [](const Row& row) { return row.string(0); })
      .value_or("");
}

/// Every word quoted and the last one as a prefix, in the language of the database's index.
std::string query_of(std::string_view text, char quote, std::string_view prefix, std::string_view join) {
  std::string query;
  std::size_t count = 0;
  for (std::size_t at = text.find_first_not_of(' '); at != std::string_view::npos && count < most_words;
       ++count) {
    const auto end = text.find(' ', at);
    if (!query.empty()) query += join;
    query.append(1, quote).append(text.substr(at, end - at)).append(1, quote);
    at = end == std::string_view::npos ? end : text.find_first_not_of(' ', end);
  }
  if (!query.empty()) query += prefix;
  return query;
}

void create_sqlite(Tx& tx, const std::string& index) {
  // FTS5 finds rows by number only; the table beside it knows which document has which.
  tx.execute("CREATE TABLE IF NOT EXISTS " + index +
             "_documents (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, part TEXT NOT NULL)");
  tx.execute("CREATE VIRTUAL TABLE IF NOT EXISTS " + index +
             " USING fts5(text, prefix='2 3', tokenize='unicode61 remove_diacritics 2')");
}

void create_postgres(Tx& tx, const std::string& index) {
  // Two processes that start together would both find the table missing.
  tx.execute("SELECT pg_advisory_xact_lock(7249015182094)");
  tx.execute("CREATE TABLE IF NOT EXISTS " + index +
             " (id TEXT PRIMARY KEY, part TEXT NOT NULL, words TSVECTOR NOT NULL)");
  tx.execute("CREATE INDEX IF NOT EXISTS " + index + "_words ON " + index + " USING GIN (words)");
}

}  // namespace

void create(Tx& tx, std::string_view name) {
  if (tx.dialect() == Dialect::sqlite) create_sqlite(tx, table(name));
  else create_postgres(tx, table(name));
}

void put(Tx& tx, std::string_view name, std::string_view id, std::string_view part,
         std::string_view text) {
  const auto index = table(name);
  const auto words = plain(text);
  if (tx.dialect() == Dialect::postgres) {
    tx.execute("INSERT INTO " + index + " (id, part, words) VALUES ($2, $3, to_tsvector('simple', " +
                   std::string(folded) +
                   ")) ON CONFLICT (id) DO UPDATE SET part = excluded.part, words = excluded.words",
               {words, id, part});
    return;
  }
  const auto number = tx.number("INSERT INTO " + index +
                                    "_documents (id, part) VALUES ($1, $2) ON CONFLICT (id) "
                                    "DO UPDATE SET part = excluded.part RETURNING number",
                                {id, part});
  tx.execute("DELETE FROM " + index + " WHERE rowid = $1", {number});
  tx.execute("INSERT INTO " + index + " (rowid, text) VALUES ($1, $2)", {number, words});
}

void remove(Tx& tx, std::string_view name, std::string_view id) {
  const auto index = table(name);
  if (tx.dialect() == Dialect::postgres) {
    tx.execute("DELETE FROM " + index + " WHERE id = $1", {id});
    return;
  }
  tx.execute("DELETE FROM " + index + " WHERE rowid IN (SELECT number FROM " + index +
                 "_documents WHERE id = $1)",
             {id});
  tx.execute("DELETE FROM " + index + "_documents WHERE id = $1", {id});
}

std::vector<std::string> match(Tx& tx, std::string_view name, std::string_view part,
                               std::string_view words, std::int64_t limit) {
  const auto index = table(name);
  const auto read_id = [](const Row& row) { return row.string(0); };
  if (tx.dialect() == Dialect::postgres) {
    const auto query = query_of(fold(tx, plain(words)), '\'', ":*", " & ");
    if (query.empty()) return {};
    return tx.all("SELECT d.id FROM " + index +
                      " d, to_tsquery('simple', $1) q WHERE d.part = $2 AND d.words @@ q "
                      "ORDER BY ts_rank(d.words, q) DESC, d.id LIMIT $3",
                  {query, part, limit}, read_id);
  }
  const auto query = query_of(plain(words), '"', "*", " ");
  if (query.empty()) return {};
  return tx.all("SELECT d.id FROM " + index + " JOIN " + index + "_documents d ON d.number = " + index +
                    ".rowid WHERE " + index + " MATCH $1 AND d.part = $2 ORDER BY rank, d.id LIMIT $3",
                {query, part, limit}, read_id);
}

}  // namespace cp::db::text_search
