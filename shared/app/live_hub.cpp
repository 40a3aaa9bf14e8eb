#include "shared/app/live_hub.hpp"

#include "shared/core/hash.hpp"
#include "shared/core/log.hpp"
#include "shared/json/wire.hpp"

#include <algorithm>

namespace cp::app {
namespace {

// Channels nobody listens to, kept for those who come back.
constexpr std::size_t idle_channel_limit = 10'000;

}  // namespace

LiveHub::LiveHub(const Config& config, metrics::Registry& registry)
    : history_limit_(static_cast<std::size_t>(config.live_history)),
      listener_limit_(static_cast<std::size_t>(config.live_sockets)),
      published_(registry.counter("commonpurse_live_published_total", "Messages to live channels.")),
      delivered_(registry.counter("commonpurse_live_delivered_total", "Messages handed to sockets.")) {
  registry.gauge("commonpurse_live_sockets", "Open WebSockets.", [this] {
    const std::scoped_lock lock(mutex_);
    return static_cast<double>(listeners_.size());
  });
}

void LiveHub::guard(std::string prefix, Guard may_listen) {
  guards_.insert_or_assign(std::move(prefix), std::move(may_listen));
}

Task<LiveHub::Permission> LiveHub::permission(http::Principal who, std::string channel) const {
  const auto colon = channel.find(':');
  if (colon == std::string::npos) co_return Permission::unknown_channel;
  const auto found = guards_.find(channel.substr(0, colon));
  if (found == guards_.end()) co_return Permission::unknown_channel;
  const auto rest = std::string_view(channel).substr(colon + 1);
  const bool granted = co_await found->second(who, rest);
  co_return granted ? Permission::granted : Permission::denied;
}

bool LiveHub::join(LiveListener& listener) {
  const std::scoped_lock lock(mutex_);
  if (closed_ || listeners_.size() >= listener_limit_) return false;
  listeners_.insert(&listener);
  return true;
}

void LiveHub::leave(LiveListener& listener, const std::vector<std::string>& channels) {
  for (const auto& channel : channels) unsubscribe(listener, channel);
  const std::scoped_lock lock(mutex_);
  listeners_.erase(&listener);
}

// The reply is sent under the lock under which the listener is added: no message falls between.
void LiveHub::subscribe(LiveListener& listener, const std::string& channel, std::int64_t command,
                        const std::optional<Position>& recover) {
  const std::scoped_lock lock(mutex_);
  const auto [found, is_new] = channels_.try_emplace(channel);
  auto& state = found->second;
  if (is_new) state.epoch = random_token().substr(0, 8);
  else if (state.listeners.empty()) idle_.erase(state.idle);
  state.listeners.push_back(&listener);

  std::string reply = "{\"id\":" + std::to_string(command) +
                      ",\"subscribe\":{\"recoverable\":true,\"positioned\":true,\"epoch\":\"" +
                      state.epoch + "\",\"offset\":" + std::to_string(state.offset);
  append_missed(reply, state, recover);
  reply += "}}";
  listener.send(std::make_shared<const std::string>(std::move(reply)));
}

void LiveHub::append_missed(std::string& reply, const Channel& channel,
                            const std::optional<Position>& recover) {
  if (!recover) return;
  reply += ",\"was_recovering\":true";
  const bool known = recover->epoch == channel.epoch && recover->offset <= channel.offset &&
                     channel.offset - recover->offset <= channel.history.size();
  if (!known) {
    reply += ",\"recovered\":false";
    return;
  }
  reply += ",\"recovered\":true,\"publications\":[";
  const auto missed = static_cast<std::size_t>(channel.offset - recover->offset);
  for (auto at = channel.history.size() - missed; at < channel.history.size(); ++at) {
    const auto& said = channel.history[at];
    if (reply.back() == '}') reply += ',';
    // All but the two braces that close `push` and the frame.
    reply.append(*said.frame, said.publication_at, said.frame->size() - said.publication_at - 2);
  }
  reply += ']';
}

void LiveHub::unsubscribe(LiveListener& listener, const std::string& channel) {
  const std::scoped_lock lock(mutex_);
  const auto found = channels_.find(channel);
  if (found == channels_.end()) return;
  auto& listeners = found->second.listeners;
  const auto at = std::find(listeners.begin(), listeners.end(), &listener);
  if (at == listeners.end()) return;
  *at = listeners.back();
  listeners.pop_back();
  if (listeners.empty()) become_idle(found);
}

void LiveHub::become_idle(Channels::iterator channel) {
  channel->second.idle = idle_.insert(idle_.end(), channel->first);
  if (idle_.size() <= idle_channel_limit) return;
  channels_.erase(idle_.front());
  idle_.pop_front();
}

void LiveHub::publish(std::string_view channel, std::string_view data) {
  // What is spliced into frames is JSON without newlines, whoever sent it.
  const auto document = json::Document::parse(data);
  if (!document) {
    log::warning("live-message-refused", {{"code", document.error().code}});
    return;
  }
  published_.add();
  const std::scoped_lock lock(mutex_);
  // A channel that nobody has listened to has nobody who could come back for its messages.
  const auto found = channels_.find(std::string(channel));
  if (found == channels_.end()) return;
  auto& state = found->second;
  std::string frame = "{\"push\":{\"channel\":";
  json::append_text(frame, channel);
  frame += ",\"pub\":";
  const auto publication_at = frame.size();
  frame += "{\"data\":";
  if (data.find('\n') == std::string_view::npos) frame += data;
  else frame += document->root().text();
  frame += ",\"offset\":" + std::to_string(++state.offset) + "}}}";
  state.history.push_back({std::make_shared<const std::string>(std::move(frame)), publication_at});
  if (state.history.size() > history_limit_) state.history.pop_front();
  for (auto* listener : state.listeners) listener->send(state.history.back().frame);
  delivered_.add(std::ssize(state.listeners));
}

void LiveHub::reset() {
  const std::scoped_lock lock(mutex_);
  // Listeners take themselves out of what is left of their channels.
  for (auto& [name, channel] : channels_) {
    channel.epoch = random_token().substr(0, 8);
    channel.offset = 0;
    channel.history.clear();
  }
  for (auto* listener : listeners_) {
    listener->disconnect(disconnects::insufficient_state, "insufficient state");
  }
}

void LiveHub::close() {
  const std::scoped_lock lock(mutex_);
  closed_ = true;
  for (auto* listener : listeners_) listener->disconnect(disconnects::shutdown, "shutdown");
}

}  // namespace cp::app
