// One contract, kept by the bus within a process and by the one through Redis.
#include "shared/net/bus.hpp"

#include <catch2/catch_test_macros.hpp>

#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using namespace cp;

namespace {

using Messages = std::vector<std::pair<std::string, std::string>>;

/// Keeps what a bus says and lets the test wait for it.
class Inbox {
 public:
  explicit Inbox(net::Bus& bus) {
    bus.on_message([this](std::string_view channel, std::string_view message) {
      const std::scoped_lock lock(mutex_);
      messages_.emplace_back(channel, message);
      changed_.notify_all();
    });
  }
  Messages wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(30), [&] { return messages_.size() >= count; });
    return messages_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  Messages messages_;
};

std::string redis_url() {
  const char* url = std::getenv("COMMONPURSE_TEST_REDIS");
  if (!url) FAIL("COMMONPURSE_TEST_REDIS is not set: run the tests through script/with_services");
  return url;
}

void wait_until_ready(const net::Bus& bus) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!bus.ready()) {
    if (std::chrono::steady_clock::now() > deadline) FAIL("the bus did not connect");
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

template <class Body>
void for_each_bus(Body body) {
  {
    INFO("within the process");
    const auto bus = net::make_local_bus(1'000);
    body(*bus);
  }
  {
    INFO("through Redis");
    const auto bus = net::make_redis_bus(redis_url(), 1'000);
    wait_until_ready(*bus);
    body(*bus);
  }
}

}  // namespace

TEST_CASE("a bus carries what is published, in order, to its own process too") {
  for_each_bus([](net::Bus& bus) {
    Inbox inbox(bus);
    Messages expected;
    for (int count = 0; count < 200; ++count) {
      expected.emplace_back("pool:" + std::to_string(count % 3), "{\"count\":" + std::to_string(count) + "}");
      bus.publish(expected.back().first, expected.back().second);
    }
    CHECK(inbox.wait_for(200) == expected);
    bus.stop();
  });
}

TEST_CASE("every handler of a bus hears every message") {
  for_each_bus([](net::Bus& bus) {
    Inbox first(bus);
    Inbox second(bus);
    bus.publish("forum:1", "{}");
    CHECK(first.wait_for(1) == Messages{{"forum:1", "{}"}});
    CHECK(second.wait_for(1) == Messages{{"forum:1", "{}"}});
    bus.stop();
  });
}

TEST_CASE("channels and messages arrive byte for byte") {
  for_each_bus([](net::Bus& bus) {
    Inbox inbox(bus);
    const std::string channel("a \r\n*3%s\0b", 11);
    const std::string message("\"\xc3\xa9\0\r\n%b", 9);
    bus.publish(channel, message);
    bus.publish("empty", "");
    CHECK(inbox.wait_for(2) == Messages{{channel, message}, {"empty", ""}});
    bus.stop();
  });
}

TEST_CASE("a stopped bus takes nothing and may be stopped again") {
  for_each_bus([](net::Bus& bus) {
    Inbox inbox(bus);
    bus.stop();
    bus.publish("pool:1", "{}");
    bus.stop();
    CHECK(inbox.wait_for(0).empty());
  });
}

TEST_CASE("a bus never holds more than its bound while it is blocked") {
  const auto bus = net::make_local_bus(10);
  std::mutex gate;
  std::unique_lock closed(gate);
  std::condition_variable arrived;
  std::mutex arrived_mutex;
  int heard = 0;
  bus->on_message([&](std::string_view, std::string_view) {
    {
      const std::scoped_lock lock(arrived_mutex);
      ++heard;
    }
    arrived.notify_all();
    const std::scoped_lock wait(gate);
  });
  bus->publish("pool:1", "first");
  {
    std::unique_lock lock(arrived_mutex);
    arrived.wait(lock, [&] { return heard == 1; });
  }
  for (int count = 0; count < 1'000; ++count) bus->publish("pool:1", "more");
  closed.unlock();
  bus->stop();
  CHECK(heard == 11);
}

TEST_CASE("two processes hear each other through Redis") {
  const auto here = net::make_redis_bus(redis_url());
  const auto there = net::make_redis_bus(redis_url());
  Inbox inbox(*there);
  wait_until_ready(*here);
  wait_until_ready(*there);
  here->publish("pool:1", "{\"state\":\"live\"}");
  CHECK(inbox.wait_for(1) == Messages{{"pool:1", "{\"state\":\"live\"}"}});
}

TEST_CASE("an address that is none is refused") {
  CHECK_THROWS_AS(net::make_redis_bus("localhost:6379"), std::invalid_argument);
  CHECK_THROWS_AS(net::make_redis_bus("redis://localhost:many"), std::invalid_argument);
  CHECK_THROWS_AS(net::make_redis_bus("redis://"), std::invalid_argument);
}
