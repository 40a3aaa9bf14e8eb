// The protocol of live messages over real sockets, spoken by hand.
#include "tests/support/application.hpp"

#include <catch2/catch_test_macros.hpp>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <deque>

using namespace cp;
using namespace std::chrono_literals;
using Json = nlohmann::json;

namespace {

constexpr auto alice = "01a207a2-3280-79a7-b305-000000000001";
constexpr auto bob = "01a207a2-3280-79a7-b305-000000000002";

std::atomic<bool> bob_may_listen = true;
std::atomic<bool> signed_in = true;

/// A service with rooms: a cookie says who somebody is, and `room:secret` is not for everybody.
app::Service rooms() {
  const auto start = [](app::Context& context) -> std::shared_ptr<void> {
    context.router.authenticate_with(
        [](const http::Request& request) -> Task<Result<std::optional<http::Principal>>> {
          const auto* cookie = http::find_header(request.headers, "Cookie");
          if (!cookie || !signed_in) co_return std::nullopt;
          http::Principal who;
          who.account = Id<"account">(cookie->substr(std::string_view("person=").size()));
          co_return std::optional(who);
        });
    context.live.guard("room", [](const http::Principal& who, std::string_view room) -> Task<bool> {
      const bool may = who.account.text() == alice || (room != "secret" && bob_may_listen);
      co_return may;
    });
    return nullptr;
  };
  return {"rooms", {}, start};
}

/// A WebSocket of one person.
class LiveClient {
 public:
  LiveClient(std::uint16_t port, const std::string& person, const std::string& more_headers = {},
             int receive_bytes = 0) {
    socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (receive_bytes > 0) ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_bytes, sizeof receive_bytes);
    const timeval limit{.tv_sec = 30, .tv_usec = 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    std::string request = "GET /connection/websocket HTTP/1.1\r\nHost: localhost:" + std::to_string(port) +
                          "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" + more_headers;
    if (!person.empty()) request += "Cookie: person=" + person + "\r\n";
    write(request + "\r\n");
    while (bytes_.find("\r\n\r\n") == std::string::npos && receive()) {}
    REQUIRE(bytes_.size() > 12);
    status = std::stoi(bytes_.substr(9, 3));
    bytes_.erase(0, bytes_.find("\r\n\r\n") + 4);
  }
  ~LiveClient() { ::close(socket_); }
  LiveClient(const LiveClient&) = delete;
  LiveClient& operator=(const LiveClient&) = delete;

  /// One text message; the mask is zeros, which leaves the text as it is.
  void say(const std::string& text) {
    std::string frame("\x81");
    if (text.size() < 126) {
      frame += static_cast<char>(0x80 | text.size());
    } else {
      frame += "\xfe";
      frame += static_cast<char>(text.size() >> 8);
      frame += static_cast<char>(text.size() & 0xff);
    }
    write(frame + std::string(4, '\0') + text);
  }
  /// The next reply or push; pings are answered and left out. `null` when the socket was closed.
  Json hear() {
    for (;;) {
      while (lines_.empty()) {
        if (!read_frame()) return nullptr;
      }
      const auto line = lines_.front();
      lines_.pop_front();
      if (line != "{}") return Json::parse(line);
      ++pings;
      if (answer_pings) say("{}");
    }
  }
  Json ask(const Json& command) {
    say(command.dump());
    return hear();
  }
  Json connect() { return ask({{"id", 1}, {"connect", Json::object()}}); }
  Json subscribe(const std::string& channel) {
    return ask({{"id", 2}, {"subscribe", {{"channel", channel}}}});
  }
  Json resume(const std::string& channel, const Json& epoch, int offset) {
    return ask({{"id", 3}, {"subscribe", {{"channel", channel}, {"recover", true}, {"epoch", epoch}, {"offset", offset}}}});
  }

  int status = 0;
  int close_code = 0;
  int pings = 0;
  bool answer_pings = true;

 private:
  void write(const std::string& bytes) { ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL); }
  bool receive() {
    char bytes[16'384];
    const auto count = ::recv(socket_, bytes, sizeof bytes, 0);
    if (count > 0) bytes_.append(bytes, static_cast<std::size_t>(count));
    return count > 0;
  }
  bool need(std::size_t count) {
    while (bytes_.size() < count) {
      if (!receive()) return false;
    }
    return true;
  }
  bool read_frame() {
    if (!need(2)) return false;
    const int kind = bytes_[0] & 0x0f;
    std::size_t length = bytes_[1] & 0x7f;
    std::size_t at = 2;
    if (length >= 126) {
      const std::size_t wide = length == 126 ? 2 : 8;
      if (!need(2 + wide)) return false;
      length = 0;
      for (std::size_t byte = 0; byte < wide; ++byte) length = length << 8 | static_cast<unsigned char>(bytes_[at + byte]);
      at += wide;
    }
    if (!need(at + length)) return false;
    const auto text = bytes_.substr(at, length);
    bytes_.erase(0, at + length);
    if (kind == 8) {
      write(std::string("\x88\x80", 2) + std::string(4, '\0'));
      ::shutdown(socket_, SHUT_WR);
      if (length >= 2) close_code = static_cast<unsigned char>(text[0]) << 8 | static_cast<unsigned char>(text[1]);
      return false;
    }
    for (std::size_t from = 0; kind == 1 && from <= text.size();) {
      const auto end = std::min(text.find('\n', from), text.size());
      lines_.push_back(text.substr(from, end - from));
      from = end + 1;
    }
    return true;
  }

  int socket_ = -1;
  std::string bytes_;
  std::deque<std::string> lines_;
};

Json published(const std::string& channel, const Json& data, int offset) {
  return {{"push", {{"channel", channel}, {"pub", {{"data", data}, {"offset", offset}}}}}};
}

}  // namespace

TEST_CASE("a client connects, subscribes and hears what is committed to the outbox") {
  test::TestApplication app({rooms()});
  LiveClient client(app.port(), alice);
  REQUIRE(client.status == 101);
  const auto connected = client.connect();
  CHECK(connected["id"] == 1);
  CHECK(connected["connect"]["ping"] == 25);
  CHECK(connected["connect"]["pong"] == true);
  CHECK_FALSE(connected["connect"]["client"].get<std::string>().empty());

  const auto subscribed = client.subscribe("room:1");
  CHECK(subscribed["subscribe"]["recoverable"] == true);
  CHECK(subscribed["subscribe"]["offset"] == 0);

  const auto now = app.clock().now();
  const db::Message event{app.ids().make<"message">(now), db::MessageKind::event, "room:1",
                          R"({"state":"live"})", now, 0};
  app.database().write_now([&](db::Tx& tx) { db::outbox::put(tx, event); });
  app.application().outbox().look();
  CHECK(client.hear() == published("room:1", {{"state", "live"}}, 1));

  CHECK(client.ask({{"id", 4}, {"unsubscribe", {{"channel", "room:1"}}}}) ==
        Json{{"id", 4}, {"unsubscribe", Json::object()}});
}

TEST_CASE("several commands come in one message and are answered in order") {
  test::TestApplication app({rooms()});
  LiveClient client(app.port(), alice);
  client.say(R"({"id":1,"connect":{"name":"js"}})" "\n" R"({"id":2,"subscribe":{"channel":"room:1"}})" "\n"
             R"({"id":3,"subscribe":{"channel":"room:2"}})");
  CHECK(client.hear()["id"] == 1);
  CHECK(client.hear()["id"] == 2);
  CHECK(client.hear()["id"] == 3);
}

TEST_CASE("who comes back gets what was missed, or is told to read anew") {
  test::TestApplication app({rooms()}, {{"live.history", "5"}});
  auto& bus = app.application().bus();
  LiveClient steady(app.port(), alice);
  steady.connect();
  const auto epoch = steady.subscribe("room:1")["subscribe"]["epoch"];
  const auto publish = [&](int count) {
    bus.publish("room:1", "{\"n\":" + std::to_string(count) + "}");
    CHECK(steady.hear() == published("room:1", {{"n", count}}, count));
  };
  for (int count = 1; count <= 4; ++count) publish(count);

  SECTION("from where it was") {
    LiveClient back(app.port(), bob);
    back.connect();
    const auto answer = back.resume("room:1", epoch, 2)["subscribe"];
    CHECK(answer["recovered"] == true);
    CHECK(answer["was_recovering"] == true);
    CHECK(answer["offset"] == 4);
    CHECK(answer["publications"] == Json::array({{{"data", {{"n", 3}}}, {"offset", 3}}, {{"data", {{"n", 4}}}, {"offset", 4}}}));
    publish(5);
    CHECK(back.hear() == published("room:1", {{"n", 5}}, 5));
  }
  SECTION("having missed nothing") {
    LiveClient back(app.port(), bob);
    back.connect();
    const auto answer = back.resume("room:1", epoch, 4)["subscribe"];
    CHECK(answer["recovered"] == true);
    CHECK(answer["publications"].empty());
  }
  SECTION("too late") {
    for (int count = 5; count <= 9; ++count) publish(count);
    LiveClient back(app.port(), bob);
    back.connect();
    const auto answer = back.resume("room:1", epoch, 3)["subscribe"];
    CHECK(answer["recovered"] == false);
    CHECK(answer["offset"] == 9);
    CHECK_FALSE(answer.contains("publications"));
  }
  SECTION("from another epoch, or from the future") {
    LiveClient back(app.port(), bob);
    back.connect();
    CHECK(back.resume("room:1", "other", 2)["subscribe"]["recovered"] == false);
    LiveClient ahead(app.port(), bob);
    ahead.connect();
    CHECK(ahead.resume("room:1", epoch, 100)["subscribe"]["recovered"] == false);
  }
}

TEST_CASE("refusals carry the protocol's codes and leave the socket open") {
  test::TestApplication app({rooms()}, {{"live.subscriptions", "2"}});
  LiveClient client(app.port(), bob);
  client.connect();
  const auto code = [](const Json& reply) { return reply["error"]["code"].get<int>(); };
  CHECK(code(client.subscribe("room:secret")) == 103);
  CHECK(code(client.subscribe("nobody-guards:1")) == 102);
  CHECK(code(client.subscribe("room")) == 102);
  CHECK(code(client.subscribe("")) == 107);
  client.subscribe("room:1");
  CHECK(code(client.subscribe("room:1")) == 105);
  client.subscribe("room:2");
  CHECK(code(client.subscribe("room:3")) == 106);
  CHECK(code(client.ask({{"id", 9}, {"publish", {{"channel", "room:1"}, {"data", 1}}}})) == 108);
  CHECK(code(client.ask({{"id", 9}, {"dance", Json::object()}})) == 104);
}

TEST_CASE("what is no command closes the socket with the code for it") {
  test::TestApplication app({rooms()});
  for (const auto* text : {"hello", "[]", R"({"id":1,"subscribe":{"channel":"room:1"}})", R"({"connect":{}})",
                           R"({"id":1,"id":2,"connect":{}})"}) {
    INFO(text);
    LiveClient client(app.port(), alice);
    client.say(text);
    CHECK(client.hear().is_null());
    CHECK(client.close_code == 3501);
  }
}

TEST_CASE("nobody and strangers' pages are refused at the handshake") {
  test::TestApplication app({rooms()}, {{"public.url", "https://purse.example/path"}});
  CHECK(LiveClient(app.port(), "").status == 401);
  CHECK(LiveClient(app.port(), alice, "Origin: https://evil.example\r\n").status == 403);
  CHECK(LiveClient(app.port(), alice, "Origin: https://purse.example\r\n").status == 101);
  const auto own = "Origin: http://localhost:" + std::to_string(app.port()) + "\r\n";
  CHECK(LiveClient(app.port(), alice, own).status == 101);
}

TEST_CASE("there are no more sockets than the bound") {
  test::TestApplication app({rooms()}, {{"live.sockets", "2"}});
  LiveClient first(app.port(), alice);
  first.connect();
  {
    LiveClient second(app.port(), alice);
    second.connect();
    CHECK(LiveClient(app.port(), alice).status == 503);
  }
  const auto deadline = std::chrono::steady_clock::now() + 30s;
  while (LiveClient(app.port(), alice).status != 101) {
    REQUIRE(std::chrono::steady_clock::now() < deadline);
  }
}

TEST_CASE("a slow client is closed, the others go on, and it resumes where it was") {
  test::TestApplication app({rooms()}, {{"live.queue_bytes", "65536"}, {"live.history", "1000"}});
  auto& bus = app.application().bus();
  LiveClient steady(app.port(), alice);
  LiveClient slow(app.port(), bob, "", 4'096);
  steady.connect();
  slow.connect();
  steady.subscribe("room:1");
  const auto epoch = slow.subscribe("room:1")["subscribe"]["epoch"];
  const std::string text(20'000, 'x');
  constexpr int count = 500;  // ten megabytes: more than the system's own buffers take
  for (int number = 1; number <= count; ++number) {
    bus.publish("room:1", Json{{"n", number}, {"text", text}}.dump());
    REQUIRE(steady.hear()["push"]["pub"]["offset"] == number);
  }
  int heard = 0;
  for (auto push = slow.hear(); !push.is_null(); push = slow.hear()) ++heard;
  CHECK(heard < count);
  LiveClient back(app.port(), bob);
  back.connect();
  const auto answer = back.resume("room:1", epoch, count - 2)["subscribe"];
  CHECK(answer["recovered"] == true);
  CHECK(answer["publications"].size() == 2);
}

TEST_CASE("pings come in time; who does not answer, or is no longer signed in, has to go") {
  signed_in = true;
  test::TestApplication app({rooms()}, {{"live.ping_seconds", "1"}});
  LiveClient silent(app.port(), alice);
  silent.answer_pings = false;
  silent.connect();
  CHECK(silent.hear().is_null());
  CHECK(silent.close_code == 3012);
  CHECK(silent.pings == 1);

  LiveClient client(app.port(), alice);
  client.connect();
  signed_in = false;
  CHECK(client.hear().is_null());
  CHECK(client.close_code == 3500);
  signed_in = true;
}

TEST_CASE("who may no longer listen is unsubscribed") {
  bob_may_listen = true;
  test::TestApplication app({rooms()}, {{"live.ping_seconds", "1"}});
  LiveClient client(app.port(), bob);
  client.connect();
  client.subscribe("room:1");
  bob_may_listen = false;
  const auto push = client.hear();
  CHECK(push["push"]["channel"] == "room:1");
  CHECK(push["push"]["unsubscribe"]["code"] == 2000);
  bob_may_listen = true;
}

TEST_CASE("clients of a process that stops are told to come back") {
  test::TestApplication app({rooms()});
  LiveClient client(app.port(), alice);
  client.connect();
  std::thread stopping([&] { app.stop(); });
  CHECK(client.hear().is_null());
  CHECK(client.close_code == 3001);
  stopping.join();
}
