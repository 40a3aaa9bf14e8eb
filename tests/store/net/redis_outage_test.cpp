// What happens while Redis is away: a small relay between the bus and Redis is cut and restored.
#include "shared/core/log.hpp"
#include "shared/net/bus.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>

#include <catch2/catch_test_macros.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <list>
#include <memory>
#include <string>
#include <thread>

using namespace cp;
namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

/// Passes bytes on both ways, until it is cut.
class Relay {
 public:
  explicit Relay(std::uint16_t target) : target_(asio::ip::address_v4::loopback(), target) {
    open(0);
    thread_ = std::thread([this] { io_.run(); });
  }
  ~Relay() {
    io_.stop();
    thread_.join();
  }
  [[nodiscard]] std::string url() const { return "redis://127.0.0.1:" + std::to_string(port_); }
  /// Closes every connection and refuses new ones.
  void cut() {
    asio::post(io_, [this] {
      acceptor_.close();
      for (const auto& socket : sockets_) socket->close();
      sockets_.clear();
    });
  }
  void restore() {
    asio::post(io_, [this] { open(port_); });
  }

 private:
  using Socket = std::shared_ptr<tcp::socket>;
  void open(std::uint16_t port) {
    const tcp::endpoint here(asio::ip::address_v4::loopback(), port);
    acceptor_ = tcp::acceptor(io_, here);
    port_ = acceptor_.local_endpoint().port();
    accept();
  }
  void accept() {
    acceptor_.async_accept([this](boost::system::error_code failed, tcp::socket accepted) {
      if (failed) return;
      const auto near = std::make_shared<tcp::socket>(std::move(accepted));
      const auto far = std::make_shared<tcp::socket>(io_);
      far->connect(target_);
      sockets_.insert(sockets_.end(), {near, far});
      pass(near, far);
      pass(far, near);
      accept();
    });
  }
  void pass(const Socket& from, const Socket& to) {
    const auto bytes = std::make_shared<std::array<char, 4'096>>();
    from->async_read_some(asio::buffer(*bytes), [=, this](boost::system::error_code failed, std::size_t size) {
      if (failed) return;
      asio::write(*to, asio::buffer(*bytes, size), failed);
      if (!failed) pass(from, to);
    });
  }

  asio::io_context io_;
  asio::executor_work_guard<asio::io_context::executor_type> work_{io_.get_executor()};
  tcp::endpoint target_;
  tcp::acceptor acceptor_{io_};
  std::uint16_t port_ = 0;
  std::list<Socket> sockets_;
  std::thread thread_;
};

template <class Condition>
void wait_until(Condition condition) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) FAIL("it did not happen in time");
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

}  // namespace

TEST_CASE("the bus comes back after Redis was away, and says that messages may have been missed") {
  const char* url = std::getenv("COMMONPURSE_TEST_REDIS");
  if (!url) FAIL("COMMONPURSE_TEST_REDIS is not set: run the tests through script/with_services");
  const std::string text(url);
  Relay relay(static_cast<std::uint16_t>(std::stoi(text.substr(text.rfind(':') + 1))));
  std::atomic<int> gaps = 0;
  std::atomic<int> heard = 0;
  const auto bus = net::make_redis_bus(relay.url(), 100);
  bus->on_gap([&] { ++gaps; });
  bus->on_message([&](std::string_view, std::string_view) { ++heard; });
  wait_until([&] { return bus->ready(); });
  bus->publish("pool:1", "{}");
  wait_until([&] { return heard == 1; });
  CHECK(gaps == 0);

  relay.cut();
  wait_until([&] { return !bus->ready(); });
  // What is published meanwhile waits, up to the bound.
  for (int count = 0; count < 500; ++count) bus->publish("pool:1", "{}");
  relay.restore();
  wait_until([&] { return heard == 101; });
  CHECK(bus->ready());
  CHECK(gaps == 1);
}
