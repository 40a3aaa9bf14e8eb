#include "services/identity/sessions.hpp"

#include "shared/core/hash.hpp"

#include <algorithm>
#include <string_view>

namespace cp::identity {
namespace {

constexpr std::string_view cookie_name = "session";
constexpr std::size_t token_digits = 64;
constexpr std::size_t most_remembered = 20'000;

bool is_token(std::string_view text) {
  return text.size() == token_digits && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

std::string cookie_attributes(const Config& config) {
  return std::string("; Path=/; HttpOnly; SameSite=Lax") + (config.http_secure_cookies ? "; Secure" : "");
}

}  // namespace

std::optional<std::string> session_token(const http::Request& request) {
  const auto* header = http::find_header(request.headers, "Cookie");
  if (!header) return std::nullopt;
  std::string_view rest = *header;
  while (!rest.empty()) {
    const auto end = rest.find(';');
    auto pair = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    while (!pair.empty() && pair.front() == ' ') pair.remove_prefix(1);
    const auto equals = pair.find('=');
    if (equals == std::string_view::npos || pair.substr(0, equals) != cookie_name) continue;
    if (const auto value = pair.substr(equals + 1); is_token(value)) return std::string(value);
  }
  return std::nullopt;
}

std::string session_cookie(const std::string& token, const Config& config) {
  const auto seconds = std::chrono::seconds(std::chrono::hours(config.session_hours)).count();
  return std::string(cookie_name) + "=" + token + "; Max-Age=" + std::to_string(seconds) +
         cookie_attributes(config);
}

std::string ended_session_cookie(const Config& config) {
  return std::string(cookie_name) + "=; Max-Age=0" + cookie_attributes(config);
}

bool SessionCache::fresh(const Entry& entry, Timestamp now) const {
  return entry.checked <= now && now - entry.checked < keep_;
}

SessionCache::Answer SessionCache::find(const std::string& token_hash, Timestamp now) {
  const std::scoped_lock lock(mutex_);
  const auto* entry = known_.find(token_hash);
  if (!entry) return {};
  // A session never comes back, so that it has ended stays true for as long as it is remembered.
  if (!entry->holder || entry->holder->expires <= now) return {.verdict = Verdict::ended};
  if (!fresh(*entry, now)) return {};
  return {Verdict::holder, entry->holder->principal};
}

void SessionCache::remember(const std::string& token_hash, const SessionHolder& holder, Timestamp now) {
  const std::scoped_lock lock(mutex_);
  // Somebody may have signed out while the database was being asked.
  if (const auto* entry = known_.find(token_hash); entry && !entry->holder) return;
  known_.put(token_hash, {holder, now});
}

void SessionCache::end(const std::string& token_hash, Timestamp now) {
  const std::scoped_lock lock(mutex_);
  known_.put(token_hash, {std::nullopt, now});
}

Authenticator::Authenticator(const Config& config, const Clock& clock, LookUp look_up)
    : clock_(clock),
      cache_(std::chrono::seconds(config.session_cache_seconds), most_remembered),
      look_up_(std::move(look_up)) {}

Task<Result<std::optional<http::Principal>>> Authenticator::authenticate(const http::Request& request) {
  using Nobody = std::optional<http::Principal>;
  const auto token = session_token(request);
  if (!token) co_return Nobody();
  const auto token_hash = sha256_hex(*token);
  const auto known = cache_.find(token_hash, clock_.now());
  if (known.verdict == SessionCache::Verdict::holder) co_return known.principal;
  if (known.verdict == SessionCache::Verdict::ended) co_return Nobody();
  const auto found = co_await look_up_(token_hash);
  if (!found) co_return found.error();
  if (!*found) co_return Nobody();
  cache_.remember(token_hash, **found, clock_.now());
  co_return (*found)->principal;
}

}  // namespace cp::identity
