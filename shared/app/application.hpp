// The whole of one process: built from a configuration and the services it shall serve, started,
// and stopped in the reverse order without losing what was acknowledged.
#pragma once

#include "shared/app/live_hub.hpp"
#include "shared/app/outbox_runner.hpp"
#include "shared/app/service.hpp"
#include "shared/core/metrics.hpp"
#include "shared/http/operations.hpp"
#include "shared/http/server.hpp"
#include "shared/http/static_files.hpp"

#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace cp::app {

inline constexpr std::string_view program_version = "0.1.0";

/// The services named in `serve`, in the order of `all`: `all` or a list by comma. Throws
/// `std::invalid_argument` where there is no service of that name.
std::vector<Service> choose(std::vector<Service> all, std::string_view serve);

/// Opens SQLite in `data.dir`, which it makes, or PostgreSQL where `database.url` is set.
std::unique_ptr<db::Database> open_database(const Config& config);
/// Brings the tables of these services, and those of `shared/db`, to their newest version.
void migrate(db::Database& database, const std::vector<Service>& services, Timestamp now);

class Application {
 public:
  /// Opens and migrates the database and starts the services, in the order given: all routes are
  /// there afterwards. Nothing listens yet. `clock` and `ids` have to outlive it.
  Application(Config config, const std::vector<Service>& services, const Clock& clock, IdSource& ids);
  ~Application();
  Application(const Application&) = delete;
  Application& operator=(const Application&) = delete;

  /// Listens, and begins to send what the outbox holds.
  void start();
  /// Refuses new requests, finishes those in flight, then the outbox and the database's queue; in
  /// `stop.seconds` at most. Never from an I/O thread. A second call does nothing.
  void stop();

  [[nodiscard]] std::uint16_t port() const { return server_.port(); }
  [[nodiscard]] const Config& config() const { return config_; }
  [[nodiscard]] db::Database& database() { return *database_; }
  [[nodiscard]] http::Router& router() { return router_; }
  [[nodiscard]] OutboxRunner& outbox() { return outbox_; }
  [[nodiscard]] net::Bus& bus() { return *bus_; }
  [[nodiscard]] http::Server& server() { return server_; }

 private:
  void add_operations();
  void add_metrics();
  void serve_web_client();

  // The order matters: what is declared later uses what is declared earlier, and goes first.
  const Config config_;
  const Clock& clock_;
  metrics::Registry registry_;
  std::shared_ptr<void> folder_lock_;
  std::unique_ptr<db::Database> database_;
  Workers workers_;
  std::unique_ptr<net::Bus> bus_;
  http::Router router_;
  std::optional<http::StaticFiles> web_client_;
  std::vector<http::ReadyCheck> ready_checks_;
  LiveHub hub_;
  DatabaseOutboxRunner outbox_;
  http::Server server_;
  std::unique_ptr<net::Transport> transport_;
  Context context_;
  std::vector<std::shared_ptr<void>> services_;
  std::atomic<bool> stopping_ = false;
};

}  // namespace cp::app
