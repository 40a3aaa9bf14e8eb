// Databases for tests: SQLite in a temporary folder, PostgreSQL in the server that
// `script/with_services` starts.
#pragma once

#include "shared/db/database.hpp"
#include "shared/db/migrations.hpp"

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace cp::test {

/// A folder of its own, deleted with everything in it at the end.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  /// A path in the folder.
  [[nodiscard]] std::string file(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

/// A fresh, empty database in the server of COMMONPURSE_TEST_POSTGRES, dropped at the end. Fails
/// the test where there is no server.
class PostgresDatabase {
 public:
  PostgresDatabase();
  ~PostgresDatabase();
  PostgresDatabase(const PostgresDatabase&) = delete;
  PostgresDatabase& operator=(const PostgresDatabase&) = delete;
  /// libpq's connection text.
  [[nodiscard]] const std::string& url() const { return url_; }
  /// Ends every connection to the database, as a restart of the server would.
  void break_connections() const;

 private:
  std::string name_;
  std::string url_;
};

/// How the databases of `for_each_database` are opened, where a test needs it special.
struct DatabaseSizes {
  std::size_t queue_limit = 4'096;
  std::size_t group_limit = 512;
  int connections = 4;  // of PostgreSQL
};

/// Runs `body` with an SQLite database and then with a PostgreSQL one, each new and brought to the
/// newest version of `schemas`; a failure names the database.
void for_each_database(const std::vector<db::Schema>& schemas,
                       const std::function<void(db::Database&)>& body, const DatabaseSizes& sizes = {});

}  // namespace cp::test
