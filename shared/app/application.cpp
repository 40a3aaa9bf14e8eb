#include "shared/app/application.hpp"

#include "shared/app/live_socket.hpp"
#include "shared/core/log.hpp"

#include <sys/file.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <stdexcept>

namespace cp::app {
namespace {

constexpr std::size_t shortest_token = 32;

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const auto comma = text.find(',');
    if (const auto part = text.substr(0, comma); !part.empty()) parts.emplace_back(part);
    text = comma == std::string_view::npos ? std::string_view{} : text.substr(comma + 1);
  }
  return parts;
}

/// `payments=http://host:port,...`
std::map<std::string, std::string, std::less<>> parse_urls(const Config& config) {
  std::map<std::string, std::string, std::less<>> urls;
  for (const auto& part : split(config.service_urls)) {
    const auto equals = part.find('=');
    if (equals == std::string::npos) {
      throw std::invalid_argument("Write service.urls as service=http://host:port, by comma.");
    }
    urls.emplace(part.substr(0, equals), part.substr(equals + 1));
  }
  if (!urls.empty() && config.service_token.size() < shortest_token) {
    throw std::invalid_argument("With service.urls, service.token has to have at least 32 characters.");
  }
  return urls;
}

std::unique_ptr<net::Transport> make_transport(const Config& config, const http::Router& router) {
  auto urls = parse_urls(config);
  if (urls.empty()) return net::make_local_transport(router);
  return net::make_http_transport(router, std::move(urls), config.service_token);
}

std::unique_ptr<net::Bus> make_bus(const Config& config) {
  return config.redis_url.empty() ? net::make_local_bus() : net::make_redis_bus(config.redis_url);
}

/// Two processes on one SQLite file would each take itself for the only one.
std::shared_ptr<void> lock_folder(const Config& config) {
  if (!config.database_url.empty()) return nullptr;
  std::filesystem::create_directories(config.data_dir);
  const auto path = std::filesystem::path(config.data_dir) / "lock";
  const int file = ::open(path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
  if (file < 0 || ::flock(file, LOCK_EX | LOCK_NB) != 0) {
    if (file >= 0) ::close(file);
    throw std::runtime_error("The folder " + config.data_dir +
                             " cannot be used: it is not writable, or another process serves from it.");
  }
  return {new int(file), [](int* open) {  // NOLINT: shared_ptr owns it
            ::close(*open);
            delete open;
          }};
}

/// `https://host:port` of an address that may have a path.
std::string origin_of(const std::string& url) {
  const auto host = url.find("://");
  if (host == std::string::npos) return url;
  return url.substr(0, url.find('/', host + 3));
}

std::string web_root(const Config& config) {
  if (!config.web_root.empty()) return config.web_root;
  std::error_code failed;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", failed);
  const auto built = program.parent_path().parent_path() / "web-client" / "dist";
  return !failed && std::filesystem::is_directory(built, failed) ? built.string() : std::string();
}

}  // namespace

std::vector<Service> choose(std::vector<Service> all, std::string_view serve) {
  if (serve == "all") return all;
  const auto names = split(serve);
  for (const auto& name : names) {
    if (std::none_of(all.begin(), all.end(), [&](const Service& service) { return service.name == name; })) {
      std::string known;
      for (const auto& service : all) known.append(known.empty() ? "" : ", ").append(service.name);
      throw std::invalid_argument("There is no service " + name + "; these are there: " + known + ".");
    }
  }
  std::erase_if(all, [&](const Service& service) {
    return std::find(names.begin(), names.end(), service.name) == names.end();
  });
  return all;
}

std::unique_ptr<db::Database> open_database(const Config& config) {
  const auto queue_limit = static_cast<std::size_t>(config.database_queue);
  if (!config.database_url.empty()) {
    return db::open_postgres({.url = config.database_url,
                              .connections = static_cast<int>(config.database_connections),
                              .queue_limit = queue_limit,
                              .attempts = static_cast<int>(config.database_attempts)});
  }
  std::filesystem::create_directories(config.data_dir);
  return db::open_sqlite({.path = (std::filesystem::path(config.data_dir) / "commonpurse.db").string(),
                          .reader_threads = static_cast<int>(config.database_readers),
                          .queue_limit = queue_limit,
                          .group_limit = static_cast<std::size_t>(config.database_group)});
}

void migrate(db::Database& database, const std::vector<Service>& services, Timestamp now) {
  std::vector<db::Schema> schemas{db::own_schema()};
  for (const auto& service : services) {
    if (!service.schema.sql.empty()) schemas.push_back(service.schema);
  }
  db::migrate(database, schemas, now);
}

Application::Application(Config config, const std::vector<Service>& services, const Clock& clock,
                         IdSource& ids)
    : config_(std::move(config)), clock_(clock), folder_lock_(lock_folder(config_)),
      database_(open_database(config_)),
      workers_(static_cast<std::size_t>(config_.worker_threads),
               static_cast<std::size_t>(config_.worker_queue)),
      bus_(make_bus(config_)), hub_(config_, registry_),
      outbox_(config_, clock_, *database_, *bus_, registry_), server_(config_, router_, registry_),
      transport_(make_transport(config_, router_)),
      context_{config_, clock_, ids,  *database_, workers_, *transport_, router_, outbox_, hub_,
               registry_, ready_checks_} {
  migrate(*database_, services, clock_.now());
  router_.set_parse_limits({.bytes = static_cast<std::size_t>(config_.http_body_bytes),
                            .depth = static_cast<std::size_t>(config_.http_json_depth)});
  router_.set_allowed_origins({origin_of(config_.public_url)});
  add_operations();
  add_metrics();
  serve_web_client();
  for (const auto& service : services) services_.push_back(service.start(context_));
  bus_->on_gap([this] { hub_.reset(); });
  bus_->on_message([this](std::string_view channel, std::string_view message) {
    hub_.publish(channel, message);
  });
  server_.on_upgrade("/connection/websocket", live_upgrade(config_, router_, hub_));
}

Application::~Application() {
  stop();
  while (!services_.empty()) services_.pop_back();
}

void Application::start() {
  outbox_.start();
  server_.start();
  log::info("started", {{"port", std::int64_t{server_.port()}}, {"serve", config_.serve}});
}

// From the outside in: first nobody can ask, then nothing is on its way, and last the queues of
// what keeps the answers are emptied.
void Application::stop() {
  if (stopping_.exchange(true)) return;
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(config_.stop_seconds);
  const auto left = [&] {
    const auto rest = std::chrono::duration_cast<std::chrono::seconds>(deadline - std::chrono::steady_clock::now());
    return std::max(std::chrono::seconds(1), rest);
  };
  server_.stop_accepting();
  hub_.close();
  server_.stop(left());
  outbox_.stop(left());
  workers_.stop();
  bus_->stop();
  database_->stop();
  log::info("stopped");
}

void Application::add_operations() {
  ready_checks_ = {{"database", [this] {
                      return database_->statistics().queue_length < config_.database_queue;
                    }},
                   {"bus", [this] { return bus_->ready(); }},
                   {"serving", [this] { return !stopping_; }}};
  http::add_health(router_);
  http::add_readiness(router_, ready_checks_);
  http::add_metrics(router_, registry_);
  http::add_openapi(router_, "Common Purse", std::string(program_version));
  server_.answer_always("/healthz", http::health_answer());
  http::add_routes_listing(router_);
}

void Application::add_metrics() {
  const auto counted = [this](const std::string& name, const std::string& help,
                              std::int64_t db::Statistics::*member) {
    registry_.counter_from("commonpurse_database_" + name + "_total", help, [this, member] {
      return static_cast<double>(database_->statistics().*member);
    });
  };
  counted("commits", "Groups committed.", &db::Statistics::commits);
  counted("writes", "Units of work written.", &db::Statistics::writes);
  counted("reads", "Units of work read.", &db::Statistics::reads);
  counted("refused", "Units of work refused because the queue was full.", &db::Statistics::refused);
  counted("retries", "Transactions tried again after a lost race.", &db::Statistics::retries);
  registry_.gauge("commonpurse_database_queue", "Units of work waiting.", [this] {
    return static_cast<double>(database_->statistics().queue_length);
  });
  registry_.gauge("commonpurse_worker_queue", "Jobs waiting for a worker.", [this] {
    return static_cast<double>(workers_.queue_length());
  });
}

void Application::serve_web_client() {
  const auto folder = web_root(config_);
  if (folder.empty()) return;
  auto files = http::StaticFiles::load(folder);
  if (!files) throw std::runtime_error(files.error().detail);
  web_client_ = std::move(*files);
  router_.fall_back_to([this](const http::Request& request) { return web_client_->answer(request); });
}

}  // namespace cp::app
