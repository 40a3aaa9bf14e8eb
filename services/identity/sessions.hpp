// From a request's cookie to who asks: the cookie itself, and what is remembered of its session.
#pragma once

#include "services/identity/recent_map.hpp"
#include "shared/core/config.hpp"
#include "shared/core/task.hpp"
#include "shared/core/time.hpp"
#include "shared/http/message.hpp"

#include <functional>
#include <mutex>
#include <optional>
#include <string>

namespace cp::identity {

/// The value of the `session` cookie, if it looks like a token of ours.
std::optional<std::string> session_token(const http::Request& request);
/// The text of `Set-Cookie` for a new session, and for one that has ended.
std::string session_cookie(const std::string& token, const Config& config);
std::string ended_session_cookie(const Config& config);

/// Who a session belongs to and when it ends.
struct SessionHolder {
  http::Principal principal;
  Timestamp expires = {};
};

/// Remembers for a few seconds who a session belongs to, so that not every request asks the
/// database. A session that was ended here is known as ended at once; in other processes, when
/// their memory of it runs out. Thread-safe, bounded.
class SessionCache {
 public:
  SessionCache(std::chrono::seconds keep, std::size_t limit) : keep_(keep), known_(limit) {}

  enum class Verdict { unknown, holder, ended };
  struct Answer {
    Verdict verdict = Verdict::unknown;
    http::Principal principal = {};
  };
  Answer find(const std::string& token_hash, Timestamp now);
  void remember(const std::string& token_hash, const SessionHolder& holder, Timestamp now);
  void end(const std::string& token_hash, Timestamp now);

 private:
  struct Entry {
    std::optional<SessionHolder> holder;  // empty: the session was ended
    Timestamp checked = {};
  };
  [[nodiscard]] bool fresh(const Entry& entry, Timestamp now) const;

  const std::chrono::seconds keep_;
  std::mutex mutex_;
  RecentMap<Entry> known_;
};

/// What the router asks about every request that has a cookie.
class Authenticator {
 public:
  /// Answers who holds the session with this hash; nobody where it has ended or never was.
  using LookUp = std::function<Task<Result<std::optional<SessionHolder>>>(std::string token_hash)>;
  Authenticator(const Config& config, const Clock& clock, LookUp look_up);

  Task<Result<std::optional<http::Principal>>> authenticate(const http::Request& request);
  /// The session was ended by its holder.
  void end(const std::string& token_hash) { cache_.end(token_hash, clock_.now()); }

 private:
  const Clock& clock_;
  SessionCache cache_;
  LookUp look_up_;
};

}  // namespace cp::identity
