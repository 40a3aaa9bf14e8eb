// Live channels: who listens, what was said lately, who may hear it. No sockets here.
//
// A channel's messages are numbered from 1 within an epoch. The last few are kept, so that a
// client that comes back with its epoch and number gets what it missed, or is told that it has to
// read anew. A message is framed once and the text shared by all who get it.
#pragma once

#include "shared/app/service.hpp"
#include "shared/core/metrics.hpp"

#include <cstdint>
#include <deque>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace cp::app {

/// The text of one message on a socket, without the newline that parts it from the next.
using LiveFrame = std::shared_ptr<const std::string>;

/// Who gets frames: a socket. Both calls come from any thread, never block and never call back.
class LiveListener {
 public:
  virtual ~LiveListener() = default;
  virtual void send(LiveFrame frame) = 0;
  virtual void disconnect(std::uint16_t code, std::string_view reason) = 0;
};

/// Codes of Centrifugo's protocol. The client comes back after those below 3500.
namespace disconnects {
inline constexpr std::uint16_t shutdown = 3001;
inline constexpr std::uint16_t slow = 3008;
inline constexpr std::uint16_t insufficient_state = 3010;
inline constexpr std::uint16_t no_pong = 3012;
inline constexpr std::uint16_t invalid_token = 3500;
inline constexpr std::uint16_t bad_request = 3501;
inline constexpr std::uint16_t stale = 3502;
}  // namespace disconnects

class LiveHub final : public LiveChannels {
 public:
  struct Position {
    std::string epoch;
    std::uint64_t offset = 0;
  };

  LiveHub(const Config& config, metrics::Registry& registry);

  void guard(std::string prefix, Guard may_listen) override;
  enum class Permission { granted, denied, unknown_channel };
  Task<Permission> permission(http::Principal who, std::string channel) const;

  /// False when there are too many sockets, or the hub was closed.
  bool join(LiveListener& listener);
  /// No frame is sent to it after this.
  void leave(LiveListener& listener, const std::vector<std::string>& channels);
  /// Sends the reply to the subscription numbered `command`, then all that is published after it.
  void subscribe(LiveListener& listener, const std::string& channel, std::int64_t command,
                 const std::optional<Position>& recover);
  void unsubscribe(LiveListener& listener, const std::string& channel);

  /// A hint from the bus, as JSON.
  void publish(std::string_view channel, std::string_view data);
  /// Messages may have been missed: forgets what it knows and makes every client come back.
  void reset();
  /// Tells every client to come back later, and lets nobody in.
  void close();

 private:
  struct Said {
    LiveFrame frame;
    std::size_t publication_at;  // where in the frame `{"data":...,"offset":...}` begins
  };
  struct Channel {
    std::string epoch;
    std::uint64_t offset = 0;
    std::deque<Said> history;
    std::vector<LiveListener*> listeners;
    std::list<std::string>::iterator idle;  // valid while there are no listeners
  };
  using Channels = std::unordered_map<std::string, Channel>;
  void become_idle(Channels::iterator channel);
  static void append_missed(std::string& reply, const Channel& channel,
                            const std::optional<Position>& recover);

  const std::size_t history_limit_;
  const std::size_t listener_limit_;
  std::unordered_map<std::string, Guard> guards_;
  metrics::Counter& published_;
  metrics::Counter& delivered_;

  mutable std::mutex mutex_;
  Channels channels_;
  std::list<std::string> idle_;  // channels without listeners, the longest idle first
  std::unordered_set<LiveListener*> listeners_;
  bool closed_ = false;
};

}  // namespace cp::app
