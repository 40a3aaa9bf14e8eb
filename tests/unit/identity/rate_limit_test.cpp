#include "services/identity/rate_limit.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace cp;
using namespace cp::identity;
using namespace std::chrono_literals;

namespace {
const Timestamp start = from_microseconds(1'800'000'000'000'000);
}

TEST_CASE("attempts run out and come back one by one") {
  RateLimit limit(10, 100);
  for (int attempt = 0; attempt < 10; ++attempt) CHECK_FALSE(limit.take("a", start));
  CHECK(limit.take("a", start) == 6);
  CHECK(limit.take("a", start + 5s) == 1);
  CHECK_FALSE(limit.take("a", start + 6s));
  CHECK(limit.take("a", start + 6s) == 6);
  CHECK_FALSE(limit.take("b", start + 6s));
  // After a quiet minute all of them are back, and no more than all of them.
  for (int attempt = 0; attempt < 10; ++attempt) CHECK_FALSE(limit.take("a", start + 10min));
  CHECK(limit.take("a", start + 10min));
}

TEST_CASE("a refused attempt does not make the wait longer") {
  RateLimit limit(1, 100);
  CHECK_FALSE(limit.take("a", start));
  for (int attempt = 0; attempt < 100; ++attempt) CHECK(limit.take("a", start + 30s) == 30);
  CHECK_FALSE(limit.take("a", start + 60s));
}

TEST_CASE("an attempt given back does not count") {
  RateLimit limit(2, 100);
  for (int attempt = 0; attempt < 50; ++attempt) {
    CHECK_FALSE(limit.take("a", start));
    limit.give_back("a");
  }
  limit.give_back("never tried");
}

TEST_CASE("a clock put back keeps nobody waiting for longer than a minute") {
  RateLimit limit(10, 100);
  CHECK_FALSE(limit.take("a", start + 24h));
  const auto wait = limit.take("a", start);
  CHECK(wait.value_or(0) <= 60);
  CHECK_FALSE(limit.take("a", start + 60s));
}

TEST_CASE("strangers cannot make it remember without bound") {
  RateLimit limit(1, 100);
  CHECK_FALSE(limit.take("busy", start));
  for (int key = 0; key < 10'000; ++key) {
    CHECK_FALSE(limit.take("key " + std::to_string(key), start));
    if (key % 50 == 0) CHECK(limit.take("busy", start));  // in use, so it is not forgotten
  }
  CHECK(limit.keys() <= 200);
}

TEST_CASE("an IPv6 customer counts as one place") {
  CHECK(network_of("192.0.2.7") == "192.0.2.7");
  CHECK(network_of("2001:db8:1:2:3:4:5:6") == network_of("2001:db8:1:2::1"));
  CHECK(network_of("2001:db8:1:2::1") != network_of("2001:db8:1:3::1"));
  CHECK(network_of("::ffff:192.0.2.7") == "192.0.2.7");
  CHECK(network_of("not an address") == "not an address");
}
