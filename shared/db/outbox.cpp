#include "shared/db/outbox.hpp"

namespace cp::db::outbox {
namespace {

constexpr std::string_view columns = "id, kind, topic, body, created, attempts";

Message read_message(const Row& row) {
  return {row.id<"message">(0), row.named<MessageKind>(1), row.string(2), row.string(3),
          row.timestamp(4),     row.integer(5)};
}

/// The oldest due messages for which `condition` holds; its parameters begin with `$3`.
std::vector<Message> select(Tx& tx, Timestamp now, std::int64_t limit, const std::string& condition,
                            const std::vector<std::string>& names) {
  std::vector<Param> params{now, limit};
  params.insert(params.end(), names.begin(), names.end());
  return tx.all_of("SELECT " + std::string(columns) + " FROM db_outbox WHERE due <= $1" + condition +
                       " ORDER BY id LIMIT $2",
                   params, read_message);
}

void set_due(Tx& tx, const Id<"message">& id, Timestamp due, std::int64_t failures) {
  tx.later("UPDATE db_outbox SET due = $2, attempts = attempts + $3 WHERE id = $1", {id, due, failures});
}

}  // namespace

void put(Tx& tx, const Message& message) { put(tx, message, message.created); }

void put(Tx& tx, const Message& message, Timestamp due) {
  tx.later(
      "INSERT INTO db_outbox (id, kind, topic, body, created, due, attempts) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7)",
      {message.id, message.kind, message.topic, message.body, message.created, due, message.attempts});
}

std::vector<Message> due(Tx& tx, Timestamp now, std::int64_t limit) {
  return select(tx, now, limit, "", {});
}

std::vector<Message> due_for(Tx& tx, Timestamp now, std::int64_t limit,
                             const std::vector<std::string>& commands) {
  std::string list;
  for (std::size_t at = 0; at < commands.size(); ++at) {
    list += (at > 0 ? ", $" : "$") + std::to_string(at + 3);
  }
  const auto named = list.empty() ? "" : " OR topic IN (" + list + ")";
  return select(tx, now, limit, " AND (kind = 'event'" + named + ")", commands);
}

void done(Tx& tx, const Id<"message">& id) {
  tx.later("DELETE FROM db_outbox WHERE id = $1", {id});
}

void retry(Tx& tx, const Id<"message">& id, Timestamp again) {
  set_due(tx, id, again, 1);
}

void lease(Tx& tx, const Id<"message">& id, Timestamp until) {
  set_due(tx, id, until, 0);
}

std::optional<Message> find(Tx& tx, const Id<"message">& id) {
  return tx.one("SELECT " + std::string(columns) + " FROM db_outbox WHERE id = $1", {id}, read_message);
}

}  // namespace cp::db::outbox
