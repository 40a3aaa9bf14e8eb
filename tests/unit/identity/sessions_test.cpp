#include "services/identity/sessions.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace cp;
using namespace cp::identity;
using namespace std::chrono_literals;
using Verdict = SessionCache::Verdict;

namespace {

const Timestamp start = from_microseconds(1'800'000'000'000'000);
const std::string token(64, 'a');

http::Request with_cookie(const std::string& text) {
  http::Request request;
  request.headers.emplace_back("Cookie", text);
  return request;
}

SessionHolder holder_until(Timestamp expires) {
  SessionHolder holder;
  holder.principal.account = Id<"account">("00000000-0000-7000-8000-000000000001");
  holder.expires = expires;
  return holder;
}

}  // namespace

TEST_CASE("the session's token is found among cookies") {
  CHECK(session_token(with_cookie("session=" + token)) == token);
  CHECK(session_token(with_cookie("theme=dark; session=" + token + "; x=1")) == token);
  CHECK(session_token(with_cookie("session=old; session=" + token)) == token);
  for (const auto& none : {std::string("theme=dark"), std::string("session="), "xsession=" + token,
                           "session=" + token + "0", "session=" + std::string(64, 'Z'), std::string("session"),
                           std::string(";;;")}) {
    CAPTURE(none);
    CHECK_FALSE(session_token(with_cookie(none)));
  }
  CHECK_FALSE(session_token(http::Request{}));
}

TEST_CASE("the session's cookie is out of reach of scripts and other sites") {
  Config config;
  config.session_hours = 2;
  CHECK(session_cookie(token, config) ==
        "session=" + token + "; Max-Age=7200; Path=/; HttpOnly; SameSite=Lax");
  config.http_secure_cookies = true;
  CHECK(session_cookie(token, config).ends_with("; Secure"));
  CHECK(ended_session_cookie(config) == "session=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax; Secure");
}

TEST_CASE("a session is remembered for its few seconds") {
  SessionCache cache(5s, 100);
  CHECK(cache.find("h", start).verdict == Verdict::unknown);
  cache.remember("h", holder_until(start + 1h), start);
  CHECK(cache.find("h", start + 4s).verdict == Verdict::holder);
  CHECK(cache.find("h", start + 5s).verdict == Verdict::unknown);
  CHECK(cache.find("h", start - 1s).verdict == Verdict::unknown);
}

TEST_CASE("a session that ran out while it was remembered is over") {
  SessionCache cache(5s, 100);
  cache.remember("h", holder_until(start + 2s), start);
  CHECK(cache.find("h", start + 1s).verdict == Verdict::holder);
  CHECK(cache.find("h", start + 2s).verdict == Verdict::ended);
}

TEST_CASE("signing out wins over a look-up that was under way") {
  SessionCache cache(5s, 100);
  cache.end("h", start);
  cache.remember("h", holder_until(start + 1h), start);
  CHECK(cache.find("h", start + 1s).verdict == Verdict::ended);
  CHECK(cache.find("h", start + 1h).verdict == Verdict::ended);
}

TEST_CASE("nothing is remembered where it is to be remembered for no time") {
  SessionCache cache(0s, 100);
  cache.remember("h", holder_until(start + 1h), start);
  CHECK(cache.find("h", start).verdict == Verdict::unknown);
}
