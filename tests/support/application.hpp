// A whole application in the test's own process, on a free port, with a clock that the test sets;
// and people who talk to it over real sockets:
//
//   for_each_application(all_services(), [](TestApplication& app) {
//     auto alice = app.person(http::Role::parent, "alice@example.org", "Trafford");
//     const auto pool = alice.key("p1").post("/v1/pools", R"({...})").expect(201).json();
//     alice.if_match(1).put("/v1/pools/" + pool["id"].get<std::string>(), R"({...})").expect(200);
//   });
//
// And the real program as a process of its own, for tests that kill it.
#pragma once

#include "services/identity/command.hpp"
#include "shared/app/application.hpp"
#include "tests/support/databases.hpp"

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include <atomic>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <sys/types.h>
#include <vector>

namespace cp::test {

/// Stands still until it is told otherwise.
class SettableClock final : public Clock {
 public:
  explicit SettableClock(Timestamp start) : now_us_(to_microseconds(start)) {}
  [[nodiscard]] Timestamp now() const override { return from_microseconds(now_us_); }
  void set(Timestamp instant) { now_us_ = to_microseconds(instant); }
  void advance(std::chrono::microseconds by) { now_us_ += by.count(); }

 private:
  std::atomic<std::int64_t> now_us_;
};

struct HttpAnswer {
  int status = 0;  // 0: the connection ended before an answer came
  http::Headers headers;
  std::string body;

  /// Fails the test, showing the body, when the status is another one.
  const HttpAnswer& expect(int expected) const;
  [[nodiscard]] nlohmann::json json() const;
  /// The fields that a problem is about.
  [[nodiscard]] std::set<std::string> pointers() const;
  /// Empty where there is none.
  [[nodiscard]] std::string header(std::string_view name) const;
};

/// One person's browser: keeps its cookies and its connection. One thread at a time.
class HttpClient {
 public:
  explicit HttpClient(std::uint16_t port) : port_(port) {}
  ~HttpClient() { disconnect(); }
  HttpClient(HttpClient&& other) noexcept;
  HttpClient& operator=(HttpClient&&) = delete;

  /// For the next request only.
  HttpClient& with(std::string name, std::string value);
  HttpClient& key(std::string idempotency_key) { return with("Idempotency-Key", std::move(idempotency_key)); }
  HttpClient& if_match(std::int64_t version) { return with("If-Match", '"' + std::to_string(version) + '"'); }
  HttpClient& if_match(std::string etag) { return with("If-Match", std::move(etag)); }

  HttpAnswer get(const std::string& path) { return send("GET", path, {}); }
  HttpAnswer post(const std::string& path, const std::string& body = "{}") { return send("POST", path, body); }
  HttpAnswer put(const std::string& path, const std::string& body) { return send("PUT", path, body); }
  HttpAnswer patch(const std::string& path, const std::string& body) { return send("PATCH", path, body); }
  HttpAnswer del(const std::string& path) { return send("DELETE", path, {}); }
  HttpAnswer send(const std::string& method, const std::string& path, const std::string& body);

  [[nodiscard]] std::string cookie() const;  // the `Cookie` header, empty without any
  void set_cookie(const std::string& name, const std::string& value) { cookies_[name] = value; }
  void disconnect();

 private:
  bool connect();
  bool exchange(const std::string& request, HttpAnswer& answer);
  bool read_answer(HttpAnswer& answer);
  void keep_cookies(const HttpAnswer& answer);

  std::uint16_t port_;
  int socket_ = -1;
  std::string buffer_;
  http::Headers next_;
  std::map<std::string, std::string> cookies_;
};

using Settings = std::vector<std::pair<std::string, std::string>>;
inline constexpr const char* usual_password = "a long enough password";

class TestApplication {
 public:
  /// `database_url` empty: SQLite in a folder of its own, which outlives restarts.
  TestApplication(std::vector<app::Service> services, const Settings& settings = {},
                  const std::string& database_url = {});
  ~TestApplication() { stop(); }
  TestApplication(const TestApplication&) = delete;
  TestApplication& operator=(const TestApplication&) = delete;

  [[nodiscard]] app::Application& application() { return *application_; }
  [[nodiscard]] const Config& config() const { return config_; }
  [[nodiscard]] db::Database& database() { return application_->database(); }
  [[nodiscard]] SettableClock& clock() { return clock_; }
  [[nodiscard]] IdSource& ids() { return *ids_; }
  [[nodiscard]] std::uint16_t port() const { return application_->port(); }

  /// Nobody in particular.
  [[nodiscard]] HttpClient client() const { return HttpClient(port()); }
  HttpClient sign_in(const std::string& email, const std::string& password = usual_password);
  /// Makes the account, and its authority where it is missing, and signs in.
  HttpClient person(http::Role role, const std::string& email, const std::string& authority = {});

  void stop() { application_.reset(); }
  /// Stops, if it runs, and starts on the same database; the port is another one.
  void start();

 private:
  TemporaryFolder folder_;
  SettableClock clock_;
  std::unique_ptr<IdSource> ids_;
  std::vector<app::Service> services_;
  Config config_;
  std::unique_ptr<app::Application> application_;
};

/// Runs `body` with an application on SQLite and then with one on PostgreSQL.
void for_each_application(const std::vector<app::Service>& services,
                          const std::function<void(TestApplication&)>& body, const Settings& settings = {});

/// A port that nobody listens on just now.
std::uint16_t free_port();

/// The real program. Ended with SIGKILL when the test is over.
class Process {
 public:
  /// `program serve` in `data_dir`, on a port of its own, with these settings.
  Process(std::string program, const std::string& data_dir, const Settings& settings = {});
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  /// Starts it and waits until `/readyz` says 200; fails the test when that takes too long.
  void start();
  /// Sends a signal at once.
  void signal(int number) const;
  /// Waits for the end: the exit status, or minus the signal that ended it.
  int wait();
  /// `signal`, then `wait`.
  int kill(int number);
  [[nodiscard]] bool running() const { return pid_ > 0; }
  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] HttpClient client() const { return HttpClient(port_); }

 private:
  std::string program_;
  std::vector<std::string> arguments_;
  std::uint16_t port_;
  pid_t pid_ = -1;
};

#ifdef CP_BINARY_DIR
inline std::string built_program() { return CP_BINARY_DIR "/commonpurse"; }
#endif

inline HttpClient TestApplication::person(http::Role role, const std::string& email,
                                          const std::string& authority) {
  identity::AccountOrder order;
  order.role = role;
  order.email = email;
  order.name = email.substr(0, email.find('@'));
  order.password = usual_password;
  if (!authority.empty()) order.authority_name = authority;
  const auto made = identity::create_account(database(), ids(), clock_.now(), order);
  if (!made) FAIL("no account for " << email << ": " << made.error().detail);
  return sign_in(email);
}

}  // namespace cp::test
