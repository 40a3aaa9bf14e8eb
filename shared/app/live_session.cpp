#include "shared/app/live_session.hpp"

#include "shared/core/hash.hpp"
#include "shared/core/log.hpp"

#include <algorithm>
#include <array>
#include <exception>

namespace cp::app {
namespace {

constexpr json::ParseLimits limits{.bytes = 65'536, .depth = 16};
constexpr std::size_t channel_bytes = 255;

/// Error codes of the protocol; a client asks again after a temporary one.
constexpr int internal_error = 100;
constexpr int unknown_channel = 102;
constexpr int permission_denied = 103;
constexpr int method_not_found = 104;
constexpr int already_subscribed = 105;
constexpr int limit_exceeded = 106;
constexpr int bad_request_error = 107;
constexpr int not_available = 108;

std::string text_of(json::Node object, std::string_view key) {
  const auto found = object.find(key);
  if (!found || found->kind() != json::Kind::string) return {};
  return std::string(found->as_string());
}

std::int64_t integer_of(json::Node object, std::string_view key) {
  const auto found = object.find(key);
  return found && found->kind() == json::Kind::integer ? found->as_integer() : 0;
}

std::optional<LiveHub::Position> recovery_of(json::Node parameters) {
  const auto recover = parameters.find("recover");
  if (!recover || recover->kind() != json::Kind::boolean || !recover->as_bool()) return std::nullopt;
  const auto offset = std::max<std::int64_t>(0, integer_of(parameters, "offset"));
  return LiveHub::Position{text_of(parameters, "epoch"), static_cast<std::uint64_t>(offset)};
}

}  // namespace

LiveSession::LiveSession(const Config& config, LiveHub& hub, LiveListener& listener, http::Principal who)
    : config_(config), hub_(hub), listener_(listener), who_(std::move(who)) {}

Task<bool> LiveSession::receive(std::string_view text) {
  heard_ = true;
  while (!text.empty()) {
    const auto end = text.find('\n');
    const auto line = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    if (line.empty()) continue;
    const auto document = json::Document::parse(line, limits);
    if (!document || document->root().kind() != json::Kind::object) co_return bad_request();
    if (document->root().size() == 0) continue;  // a pong
    const bool stay = co_await command(document->root());
    if (!stay) co_return false;
  }
  co_return true;
}

Task<bool> LiveSession::command(json::Node command) {
  const auto id = integer_of(command, "id");
  const auto member = [&](std::string_view name) {
    auto found = command.find(name);
    return found && found->kind() == json::Kind::object ? found : std::nullopt;
  };
  if (member("connect")) {
    if (connected_ || id <= 0) co_return bad_request();
    connect(id);
    co_return true;
  }
  if (!connected_) co_return bad_request();
  if (id <= 0) co_return member("send") ? true : bad_request();  // `send` is not answered
  if (const auto parameters = member("subscribe")) {
    co_await subscribe(id, *parameters);
    co_return true;
  }
  if (const auto parameters = member("unsubscribe")) {
    unsubscribe(id, *parameters);
    co_return true;
  }
  constexpr auto others = std::to_array<std::string_view>(
      {"publish", "presence", "presence_stats", "history", "rpc", "refresh", "sub_refresh", "ping"});
  const bool known = std::any_of(others.begin(), others.end(), member);
  refuse(id, known ? not_available : method_not_found, known ? "not available" : "method not found");
  co_return true;
}

void LiveSession::connect(std::int64_t id) {
  connected_ = true;
  reply(id, "\"connect\":{\"client\":\"" + random_token().substr(0, 32) +
                "\",\"version\":\"commonpurse\",\"ping\":" + std::to_string(config_.live_ping_seconds) +
                ",\"pong\":true}");
}

Task<void> LiveSession::subscribe(std::int64_t id, json::Node parameters) {
  const auto channel = text_of(parameters, "channel");
  const auto recover = recovery_of(parameters);
  if (channel.empty() || channel.size() > channel_bytes) {
    co_return refuse(id, bad_request_error, "bad request");
  }
  if (listens_to(channel)) co_return refuse(id, already_subscribed, "already subscribed");
  if (std::ssize(channels_) >= config_.live_subscriptions) {
    co_return refuse(id, limit_exceeded, "limit exceeded");
  }
  auto permission = LiveHub::Permission::denied;
  try {
    permission = co_await hub_.permission(who_, channel);
  } catch (const std::exception& failure) {
    log::error("live-guard-failed", {{"reason", failure.what()}});
    co_return refuse(id, internal_error, "internal server error");
  }
  if (permission == LiveHub::Permission::unknown_channel) {
    co_return refuse(id, unknown_channel, "unknown channel");
  }
  if (permission == LiveHub::Permission::denied) {
    co_return refuse(id, permission_denied, "permission denied");
  }
  if (listens_to(channel)) co_return refuse(id, already_subscribed, "already subscribed");
  channels_.push_back(channel);
  hub_.subscribe(listener_, channel, id, recover);
}

void LiveSession::unsubscribe(std::int64_t id, json::Node parameters) {
  const auto channel = text_of(parameters, "channel");
  std::erase(channels_, channel);
  hub_.unsubscribe(listener_, channel);
  reply(id, "\"unsubscribe\":{}");
}

Task<void> LiveSession::check_channels() {
  const auto channels = channels_;  // commands come in between
  for (const auto& channel : channels) {
    const auto permission = co_await hub_.permission(who_, channel);
    if (permission == LiveHub::Permission::granted || !listens_to(channel)) continue;
    std::erase(channels_, channel);
    hub_.unsubscribe(listener_, channel);
    std::string push = "{\"push\":{\"channel\":";
    json::append_text(push, channel);
    // Below 2500 the client does not subscribe again.
    push += ",\"unsubscribe\":{\"code\":2000,\"reason\":\"permission denied\"}}}";
    listener_.send(std::make_shared<const std::string>(std::move(push)));
  }
}

bool LiveSession::listens_to(const std::string& channel) const {
  return std::find(channels_.begin(), channels_.end(), channel) != channels_.end();
}

void LiveSession::reply(std::int64_t id, std::string_view result) {
  auto text = "{\"id\":" + std::to_string(id) + "," + std::string(result) + "}";
  listener_.send(std::make_shared<const std::string>(std::move(text)));
}

void LiveSession::refuse(std::int64_t id, int code, std::string_view message) {
  reply(id, "\"error\":{\"code\":" + std::to_string(code) + ",\"message\":\"" + std::string(message) +
                "\"" + (code == internal_error ? ",\"temporary\":true" : "") + "}");
}

bool LiveSession::bad_request() {
  listener_.disconnect(disconnects::bad_request, "bad request");
  return false;
}

}  // namespace cp::app
