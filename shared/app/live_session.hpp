// What one client says on its socket: the JSON protocol of Centrifugo's clients, as the npm
// package `centrifuge` speaks it (https://centrifugal.dev/docs/transports/client_protocol).
// Commands come as JSON objects parted by newlines; `{}` answers a ping.
#pragma once

#include "shared/app/live_hub.hpp"
#include "shared/json/node.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace cp::app {

/// Used on its socket's thread only.
class LiveSession {
 public:
  LiveSession(const Config& config, LiveHub& hub, LiveListener& listener, http::Principal who);

  /// Handles the commands of one WebSocket message; false when the client was told to go.
  Task<bool> receive(std::string_view text);
  /// Asks again whether it may listen to what it listens to, and takes away what it may not.
  Task<void> check_channels();
  [[nodiscard]] bool connected() const { return connected_; }
  [[nodiscard]] const http::Principal& who() const { return who_; }
  [[nodiscard]] const std::vector<std::string>& channels() const { return channels_; }
  /// Whether the client said anything since this was asked last.
  bool heard_something() { return std::exchange(heard_, false); }

 private:
  Task<bool> command(json::Node command);
  void connect(std::int64_t id);
  Task<void> subscribe(std::int64_t id, json::Node parameters);
  void unsubscribe(std::int64_t id, json::Node parameters);
  [[nodiscard]] bool listens_to(const std::string& channel) const;
  void reply(std::int64_t id, std::string_view result);
  void refuse(std::int64_t id, int code, std::string_view message);
  bool bad_request();

  const Config& config_;
  LiveHub& hub_;
  LiveListener& listener_;
  http::Principal who_;
  bool connected_ = false;
  bool heard_ = false;
  std::vector<std::string> channels_;
};

}  // namespace cp::app
