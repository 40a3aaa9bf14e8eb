#include "shared/db/outbox.hpp"

#include <algorithm>

namespace cp::db::outbox {
namespace {

constexpr std::chrono::seconds lease_time{30};
constexpr std::string_view columns = "id, kind, topic, body, created, attempts";

Message read_message(const Row& row) {
  return {row.id<"message">(0), row.named<MessageKind>(1), row.string(2), row.string(3),
          row.timestamp(4),     row.integer(5)};
}

/// Leases the oldest due messages for which `condition` holds; its parameters begin with `$4`.
std::vector<Message> take(Tx& tx, Timestamp now, std::int64_t limit, const std::string& condition,
                          const std::vector<std::string>& names) {
  std::vector<Param> params{now, now + lease_time, limit};
  params.insert(params.end(), names.begin(), names.end());
  auto messages = tx.all_of(
      "UPDATE db_outbox SET due = $2, attempts = attempts + 1 WHERE id IN (SELECT id FROM db_outbox "
      "WHERE due <= $1" + condition + " ORDER BY id LIMIT $3) RETURNING " + std::string(columns),
      params, read_message);
  // RETURNING promises no order.
  std::sort(messages.begin(), messages.end(),
            [](const Message& a, const Message& b) { return a.id < b.id; });
  return messages;
}

}  // namespace

void put(Tx& tx, const Message& message) {
  tx.execute(
      "INSERT INTO db_outbox (id, kind, topic, body, created, due, attempts) "
      "VALUES ($1, $2, $3, $4, $5, $5, $6)",
      {message.id, message.kind, message.topic, message.body, message.created, message.attempts});
}

std::vector<Message> due(Tx& tx, Timestamp now, std::int64_t limit) {
  return take(tx, now, limit, "", {});
}

std::vector<Message> due_for(Tx& tx, Timestamp now, std::int64_t limit,
                             const std::vector<std::string>& commands) {
  std::string list;
  for (std::size_t at = 0; at < commands.size(); ++at) {
    list += (at > 0 ? ", $" : "$") + std::to_string(at + 4);
  }
  const auto named = list.empty() ? "" : " OR topic IN (" + list + ")";
  return take(tx, now, limit, " AND (kind = 'event'" + named + ")", commands);
}

void done(Tx& tx, const Id<"message">& id) {
  tx.execute("DELETE FROM db_outbox WHERE id = $1", {id});
}

void retry(Tx& tx, const Id<"message">& id, Timestamp again) {
  tx.execute("UPDATE db_outbox SET due = $2 WHERE id = $1", {id, again});
}

void lease(Tx& tx, const Id<"message">& id, Timestamp until) { retry(tx, id, until); }

std::optional<Message> find(Tx& tx, const Id<"message">& id) {
  return tx.one("SELECT " + std::string(columns) + " FROM db_outbox WHERE id = $1", {id}, read_message);
}

}  // namespace cp::db::outbox
