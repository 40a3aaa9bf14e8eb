#include "tests/support/databases.hpp"

#include <catch2/catch_test_macros.hpp>

#include <libpq-fe.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <system_error>

namespace cp::test {
namespace {

/// Different for every call, and from what a killed run with the same process number left behind.
std::string unique_name() {
  static std::atomic<int> count = 0;
  const auto time = std::chrono::system_clock::now().time_since_epoch().count();
  return "commonpurse_test_" + std::to_string(time) + "_" + std::to_string(getpid()) + "_" +
         std::to_string(++count);
}

std::string server_url() {
  const char* url = std::getenv("COMMONPURSE_TEST_POSTGRES");
  if (!url) FAIL("COMMONPURSE_TEST_POSTGRES is not set: run the tests through script/with_services");
  return url;
}

/// Runs one statement on the server itself, not in one of its test databases.
bool run_on_server(const std::string& sql) {
  PGconn* connection = PQconnectdb(server_url().c_str());
  PQsetNoticeProcessor(connection, [](void*, const char*) {}, nullptr);
  PGresult* answer = PQexec(connection, sql.c_str());
  const auto status = PQresultStatus(answer);
  UNSCOPED_INFO(PQerrorMessage(connection));
  PQclear(answer);
  PQfinish(connection);
  return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

/// The connection text of another database in the same server, given as words or as a URI.
std::string url_of_database(const std::string& server, const std::string& name) {
  PQconninfoOption* options = PQconninfoParse(server.c_str(), nullptr);
  if (!options) FAIL("COMMONPURSE_TEST_POSTGRES is no connection text");
  std::string url;
  for (const auto* option = options; option->keyword; ++option) {
    if (!option->val || std::string(option->keyword) == "dbname") continue;
    url += std::string(option->keyword) + "='" + option->val + "' ";
  }
  PQconninfoFree(options);
  return url + "dbname=" + name;
}

}  // namespace

TemporaryFolder::TemporaryFolder() : path_(std::filesystem::temp_directory_path() / unique_name()) {
  std::filesystem::create_directories(path_);
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

PostgresDatabase::PostgresDatabase()
    : name_(unique_name()), url_(url_of_database(server_url(), name_)) {
  if (!run_on_server("CREATE DATABASE " + name_ +
                     " TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'")) {
    FAIL("the PostgreSQL of COMMONPURSE_TEST_POSTGRES makes no database");
  }
}

PostgresDatabase::~PostgresDatabase() { run_on_server("DROP DATABASE IF EXISTS " + name_ + " WITH (FORCE)"); }

void PostgresDatabase::break_connections() const {
  REQUIRE(run_on_server("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" +
                        name_ + "'"));
}

void for_each_database(const std::vector<db::Schema>& schemas,
                       const std::function<void(db::Database&)>& body, const DatabaseSizes& sizes) {
  const auto now = from_microseconds(1'700'000'000'000'000);
  {
    INFO("database: SQLite");
    const TemporaryFolder folder;
    db::SqliteOptions options;
    options.path = folder.file("test.sqlite");
    options.queue_limit = sizes.queue_limit;
    options.group_limit = sizes.group_limit;
    const auto database = db::open_sqlite(options);
    db::migrate(*database, schemas, now);
    body(*database);
  }
  {
    INFO("database: PostgreSQL");
    const PostgresDatabase server;
    db::PostgresOptions options;
    options.url = server.url();
    options.connections = sizes.connections;
    options.queue_limit = sizes.queue_limit;
    const auto database = db::open_postgres(options);
    db::migrate(*database, schemas, now);
    body(*database);
  }
}

}  // namespace cp::test
