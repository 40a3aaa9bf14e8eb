// Where a PostgreSQL is; and one of a test's own, durable (fsync on), for tests that kill it.
#pragma once

#include "tests/support/databases.hpp"

#include <sys/types.h>

#include <string>
#include <vector>

namespace cp::test {

/// libpq's connection text of a PostgreSQL that is open; empty for SQLite.
std::string url_of(db::Database& database);

class PostgresServer {
 public:
  /// Made and started in a temporary folder. Fails the test where Debian's PostgreSQL is not installed.
  PostgresServer();
  ~PostgresServer();
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;

  /// libpq's connection text of its one database.
  [[nodiscard]] const std::string& url() const { return url_; }
  /// `kill -9` of the server and of every process it has started. It is away until `start`.
  void kill();
  /// An immediate shutdown: what PostgreSQL does when the machine is told to go down at once. Away until `start`.
  void stop_at_once();
  /// Starts it and waits until it has recovered and takes connections.
  void start();

 private:
  pid_t run(std::vector<std::string> arguments) const;
  void wait();

  TemporaryFolder folder_;
  std::string url_;
  std::string programs_;
  pid_t process_ = 0;
};

}  // namespace cp::test
