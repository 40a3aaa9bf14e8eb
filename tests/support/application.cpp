#include "tests/support/application.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <csignal>
#include <thread>

namespace cp::test {
namespace {

constexpr auto start_limit = std::chrono::seconds(60);
constexpr timeval answer_limit{.tv_sec = 60, .tv_usec = 0};

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

std::string lower(std::string text) {
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return text;
}

/// The lines between the status line and the empty line.
http::Headers parse_headers(std::string_view head) {
  http::Headers headers;
  for (auto at = head.find("\r\n"); at != std::string_view::npos; at = head.find("\r\n", at + 2)) {
    const auto line = head.substr(at + 2, head.find("\r\n", at + 2) - at - 2);
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    auto value = line.substr(colon + 1);
    while (value.starts_with(' ')) value.remove_prefix(1);
    headers.emplace_back(line.substr(0, colon), value);
  }
  return headers;
}

}  // namespace

const HttpAnswer& HttpAnswer::expect(int expected) const {
  INFO(body);
  REQUIRE(status == expected);
  return *this;
}

nlohmann::json HttpAnswer::json() const { return nlohmann::json::parse(body); }

std::set<std::string> HttpAnswer::pointers() const {
  std::set<std::string> found;
  const auto problem = json();
  for (const auto& error : problem.at("errors")) found.insert(error.at("pointer").get<std::string>());
  return found;
}

std::string HttpAnswer::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (lower(key) == lower(std::string(name))) return value;
  }
  return {};
}

HttpClient::HttpClient(HttpClient&& other) noexcept
    : port_(other.port_), socket_(std::exchange(other.socket_, -1)), buffer_(std::move(other.buffer_)),
      next_(std::move(other.next_)), cookies_(std::move(other.cookies_)) {}

HttpClient& HttpClient::with(std::string name, std::string value) {
  next_.emplace_back(std::move(name), std::move(value));
  return *this;
}

std::string HttpClient::cookie() const {
  std::string text;
  for (const auto& [name, value] : cookies_) text += (text.empty() ? "" : "; ") + name + "=" + value;
  return text;
}

HttpAnswer HttpClient::send(const std::string& method, const std::string& path, const std::string& body) {
  std::string request = method + " " + path + " HTTP/1.1\r\nHost: localhost:" + std::to_string(port_) + "\r\n";
  if (const auto cookies = cookie(); !cookies.empty()) request += "Cookie: " + cookies + "\r\n";
  for (const auto& [name, value] : next_) request += name + ": " + value + "\r\n";
  next_.clear();
  if (!body.empty()) request += "Content-Type: application/json\r\n";
  if (method != "GET") request += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  request += "\r\n" + body;
  HttpAnswer answer;
  // A kept connection may have been closed by the server meanwhile; then nothing was read of it.
  const bool kept = socket_ >= 0;
  if (!exchange(request, answer) && kept && answer.status == 0) exchange(request, answer);
  keep_cookies(answer);
  return answer;
}

bool HttpClient::exchange(const std::string& request, HttpAnswer& answer) {
  if (socket_ < 0 && !connect()) return false;
  std::size_t sent = 0;
  while (sent < request.size()) {
    const auto count = ::send(socket_, request.data() + sent, request.size() - sent, MSG_NOSIGNAL);
    if (count <= 0) break;  // it may have been refused before it was read whole
    sent += static_cast<std::size_t>(count);
  }
  answer = {};
  if (!read_answer(answer)) {
    disconnect();
    return false;
  }
  if (lower(answer.header("Connection")) == "close") disconnect();
  return true;
}

bool HttpClient::connect() {
  socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const auto address = loopback(port_);
  const int yes = 1;
  ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &answer_limit, sizeof answer_limit);
  if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return true;
  disconnect();
  return false;
}

void HttpClient::disconnect() {
  if (socket_ >= 0) ::close(std::exchange(socket_, -1));
  buffer_.clear();
}

bool HttpClient::read_answer(HttpAnswer& answer) {
  const auto more = [&] {
    char bytes[16'384];
    const auto count = ::recv(socket_, bytes, sizeof bytes, 0);
    if (count > 0) buffer_.append(bytes, static_cast<std::size_t>(count));
    return count > 0;
  };
  std::size_t head_end = 0;
  while ((head_end = buffer_.find("\r\n\r\n")) == std::string::npos) {
    if (!more()) return false;
  }
  const auto head = buffer_.substr(0, head_end + 2);
  buffer_.erase(0, head_end + 4);
  answer.headers = parse_headers(head);
  std::size_t length = 0;
  const auto given = answer.header("Content-Length");
  std::from_chars(given.data(), given.data() + given.size(), length);
  while (buffer_.size() < length) {
    if (!more()) return false;
  }
  answer.body = buffer_.substr(0, length);
  buffer_.erase(0, length);
  std::from_chars(head.data() + 9, head.data() + 12, answer.status);
  return true;
}

void HttpClient::keep_cookies(const HttpAnswer& answer) {
  for (const auto& [name, value] : answer.headers) {
    if (lower(name) != "set-cookie") continue;
    const auto pair = value.substr(0, value.find(';'));
    const auto equals = pair.find('=');
    const auto cookie_name = pair.substr(0, equals);
    if (value.find("Max-Age=0") != std::string::npos) cookies_.erase(cookie_name);
    else cookies_[cookie_name] = pair.substr(equals + 1);
  }
}

TestApplication::TestApplication(std::vector<app::Service> services, const Settings& settings,
                                 const std::string& database_url)
    : clock_(*parse_timestamp("2026-11-23T09:00:00Z")), ids_(make_seeded_ids(1)),
      services_(std::move(services)) {
  config_.http_port = 0;
  config_.data_dir = folder_.file("data");
  config_.database_url = database_url;
  config_.outbox_interval_ms = 20;
  config_.matching_night_minute = 1'440;  // no night comes by itself when a test moves the clock
  config_.sign_in_attempts_per_minute = 1'000;
  config_.stop_seconds = 5;
  for (const auto& [name, value] : settings) {
    if (const auto done = set(config_, name, value); !done) FAIL(done.error().detail);
  }
  start();
}

void TestApplication::start() {
  stop();
  application_ = std::make_unique<app::Application>(config_, services_, clock_, *ids_);
  application_->start();
}

HttpClient TestApplication::sign_in(const std::string& email, const std::string& password) {
  auto person = client();
  const nlohmann::json body{{"email", email}, {"password", password}};
  person.post("/v1/identity/sign-in", body.dump()).expect(200);
  return person;
}

void for_each_application(const std::vector<app::Service>& services,
                          const std::function<void(TestApplication&)>& body, const Settings& settings) {
  {
    INFO("SQLite");
    TestApplication app(services, settings);
    body(app);
  }
  {
    INFO("PostgreSQL");
    const PostgresDatabase database;
    TestApplication app(services, settings, database.url());
    body(app);
  }
}

std::uint16_t free_port() {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  auto address = loopback(0);
  socklen_t length = sizeof address;
  ::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &length);
  ::close(listener);
  return ntohs(address.sin_port);
}

Process::Process(std::string program, const std::string& data_dir, const Settings& settings)
    : program_(std::move(program)), port_(free_port()) {
  arguments_ = {program_, "serve", "--set", "data.dir=" + data_dir, "--set",
                "http.port=" + std::to_string(port_)};
  for (const auto& [name, value] : settings) {
    arguments_.push_back("--set");
    arguments_.push_back(name + "=" + value);
  }
}

Process::~Process() {
  if (running()) kill(SIGKILL);
}

void Process::start() {
  std::vector<char*> arguments;
  for (auto& argument : arguments_) arguments.push_back(argument.data());
  arguments.push_back(nullptr);
  pid_ = ::fork();
  if (pid_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // a test that crashes leaves nothing behind
    ::execv(program_.c_str(), arguments.data());
    ::_exit(127);
  }
  REQUIRE(pid_ > 0);
  const auto deadline = std::chrono::steady_clock::now() + start_limit;
  while (client().get("/readyz").status != 200) {
    int status = 0;
    if (::waitpid(pid_, &status, WNOHANG) == pid_) {
      pid_ = -1;
      FAIL("the program ended before it was ready: " << program_);
    }
    if (std::chrono::steady_clock::now() > deadline) FAIL("the program was not ready in time");
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

void Process::signal(int number) const { ::kill(pid_, number); }

int Process::wait() {
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {}
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

int Process::kill(int number) {
  signal(number);
  return wait();
}

}  // namespace cp::test
