// What leaves a transaction: events for open pages, commands for other services. Both are rows,
// committed with what they tell of, and sent after the commit; a crash between loses nothing.
#pragma once

#include "shared/db/database.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cp::db {

/// `event`: published on the bus, at least once, not waited for.
/// `command`: sent to another service until it has been answered; the message's id is the
/// idempotency key, so that sending twice does once.
enum class MessageKind { event, command };
constexpr auto names_of(MessageKind) {
  return names<MessageKind>({{MessageKind::event, "event"}, {MessageKind::command, "command"}});
}

struct Message {
  Id<"message"> id;
  MessageKind kind = MessageKind::event;
  std::string topic;  // an event's channel, such as `pool:<id>`; a command's name, `payments.hold`
  std::string body;   // JSON
  Timestamp created = {};
  std::int64_t attempts = 0;  // how often it was tried in vain: `retry` counts
};

namespace outbox {
void put(Tx& tx, const Message& message);
/// For a command that its request delivers by itself: nobody else looks at it before `due`.
void put(Tx& tx, const Message& message, Timestamp due);
/// The oldest messages that are due, at most `limit`, in the order of their ids. Only looks: where
/// several processes share the table, look and `lease` in one `write`, so that one of them sends.
std::vector<Message> due(Tx& tx, Timestamp now, std::int64_t limit);
/// The same, leaving out commands not named in `commands`: other processes handle those.
std::vector<Message> due_for(Tx& tx, Timestamp now, std::int64_t limit,
                             const std::vector<std::string>& commands);
void done(Tx& tx, const Id<"message">& id);
/// Counts a failed attempt and sets the message aside until `again`.
void retry(Tx& tx, const Id<"message">& id, Timestamp again);
/// Hides the message from `due` until `until` while one process works on it; not a failed attempt.
void lease(Tx& tx, const Id<"message">& id, Timestamp until);
/// One message, due or not; nothing once it is done.
std::optional<Message> find(Tx& tx, const Id<"message">& id);
}  // namespace outbox

}  // namespace cp::db
