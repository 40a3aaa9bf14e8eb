#include "tests/support/postgres_server.hpp"

#include <catch2/catch_test_macros.hpp>

#include <fcntl.h>
#include <grp.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <thread>

namespace cp::test {
namespace {

constexpr auto start_limit = std::chrono::seconds(60);

/// Where Debian keeps the programs of the newest version there is.
std::string find_programs() {
  std::filesystem::path newest;
  int newest_version = 0;
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator("/usr/lib/postgresql", none)) {
    const int version = std::atoi(entry.path().filename().c_str());
    if (version <= newest_version) continue;
    newest_version = version;
    newest = entry.path() / "bin";
  }
  if (newest.empty()) FAIL("PostgreSQL is not installed");
  return newest.string();
}

/// PostgreSQL refuses to run as root.
const passwd* database_user() {
  if (::geteuid() != 0) return nullptr;
  const auto* user = ::getpwnam("postgres");
  if (!user) FAIL("there is no user postgres");
  return user;
}

std::vector<pid_t> children_of(pid_t process) {
  std::ifstream in("/proc/" + std::to_string(process) + "/task/" + std::to_string(process) + "/children");
  std::vector<pid_t> children;
  for (pid_t child = 0; in >> child;) children.push_back(child);
  return children;
}

}  // namespace

std::string url_of(db::Database& database) {
  std::string url;
  if (database.dialect() != db::Dialect::postgres) return url;
  database.read_now([&](db::Tx& tx) {
    tx.run("SELECT current_database(), current_setting('port'), current_setting('unix_socket_directories'), current_user::text",
           {}, [&](const db::Row& row) {
             const auto sockets = row.string(2);
             url = "host=" + (sockets.empty() ? "127.0.0.1" : sockets) + " port=" + row.string(1) + " user=" + row.string(3) +
                   " dbname=" + row.string(0);
           });
  });
  return url;
}

PostgresServer::PostgresServer()
    : url_("host=" + folder_.path().string() + " user=test dbname=postgres"), programs_(find_programs()) {
  if (const auto* user = database_user()) REQUIRE(::chown(folder_.path().c_str(), user->pw_uid, user->pw_gid) == 0);
  process_ = run({"initdb", "-D", folder_.file("data"), "-U", "test", "--locale=C", "--encoding=UTF8", "-A", "trust", "--no-sync"});
  wait();
  start();
}

PostgresServer::~PostgresServer() { kill(); }

pid_t PostgresServer::run(std::vector<std::string> arguments) const {
  const auto program = programs_ + "/" + arguments.front();
  const auto log = folder_.file("log");
  const auto* user = database_user();
  std::vector<char*> words;
  for (auto& argument : arguments) words.push_back(argument.data());
  words.push_back(nullptr);
  const auto process = ::fork();
  REQUIRE(process >= 0);
  if (process != 0) return process;
  const int out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0666);
  if (out < 0 || ::dup2(out, 1) < 0 || ::dup2(out, 2) < 0) ::_exit(126);
  if (user && (::fchown(out, user->pw_uid, user->pw_gid) != 0 || ::setgroups(0, nullptr) != 0 || ::setgid(user->pw_gid) != 0 ||
               ::setuid(user->pw_uid) != 0)) {
    ::_exit(126);
  }
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // a test that crashes leaves nothing behind
  ::execv(program.c_str(), words.data());
  ::_exit(127);
}

void PostgresServer::wait() {
  int status = 0;
  while (::waitpid(process_, &status, 0) < 0 && errno == EINTR) {
  }
  process_ = 0;
}

void PostgresServer::kill() {
  if (process_ == 0) return;
  // Stopped first, so that it starts nothing while its children are counted.
  ::kill(process_, SIGSTOP);
  for (const auto child : children_of(process_)) ::kill(child, SIGKILL);
  ::kill(process_, SIGKILL);
  wait();
}

void PostgresServer::stop_at_once() {
  if (process_ == 0) return;
  ::kill(process_, SIGQUIT);
  wait();
}

void PostgresServer::start() {
  const auto deadline = std::chrono::steady_clock::now() + start_limit;
  while (PQping(url_.c_str()) != PQPING_OK) {
    int status = 0;
    // It ends by itself as long as a process of the one before is still there.
    if (process_ != 0 && ::waitpid(process_, &status, WNOHANG) == process_) process_ = 0;
    if (process_ == 0) {
      process_ = run({"postgres", "-D", folder_.file("data"), "-k", folder_.path().string(), "-c", "listen_addresses=", "-c",
                      "fsync=on", "-c", "max_connections=60"});
    }
    if (std::chrono::steady_clock::now() > deadline) FAIL("PostgreSQL did not start: " << folder_.path());
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

}  // namespace cp::test
