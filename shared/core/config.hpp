// Every setting and every bound of the program, in one table. `commonpurse config` prints it as
// docs/configuration.md, and a test keeps the two the same.
#pragma once

#include "shared/core/error.hpp"

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace cp {

struct Config {
  std::string serve = "all";
  std::string data_dir = "data";
  std::string database_url;
  std::string redis_url;
  std::string public_url = "http://localhost:8080";
  std::string web_root;

  std::string http_address = "127.0.0.1";
  std::int64_t http_port = 8080;
  std::int64_t http_threads = 2;
  std::int64_t http_connections = 10'000;
  std::int64_t http_header_bytes = 16'384;
  std::int64_t http_body_bytes = 1'048'576;
  std::int64_t http_json_depth = 32;
  std::int64_t http_idle_seconds = 60;
  std::int64_t http_request_seconds = 30;
  std::int64_t http_in_flight = 2'000;
  std::string http_trusted_proxies;
  bool http_secure_cookies = false;

  std::int64_t database_readers = 2;
  std::int64_t database_connections = 4;
  std::int64_t database_queue = 4'096;
  std::int64_t database_group = 512;
  std::int64_t database_attempts = 8;

  std::int64_t worker_threads = 2;
  std::int64_t worker_queue = 64;

  std::int64_t live_sockets = 5'000;
  std::int64_t live_queue_bytes = 262'144;
  std::int64_t live_history = 100;
  std::int64_t live_subscriptions = 32;
  std::int64_t live_ping_seconds = 25;

  std::int64_t outbox_batch = 100;
  std::int64_t outbox_interval_ms = 1'000;
  std::int64_t outbox_retry_seconds = 5;
  std::int64_t idempotency_keep_hours = 72;
  std::int64_t stop_seconds = 20;

  std::string service_token;
  std::string service_urls;

  std::int64_t session_hours = 12;
  std::int64_t session_cache_seconds = 5;
  std::int64_t sign_in_attempts_per_minute = 10;

  std::int64_t page_items = 50;

  std::int64_t matching_deadline_ms = 2'000;
  std::int64_t matching_families = 5'000;
  std::int64_t matching_groups_per_family = 3;
  std::int64_t matching_night_minute = 120;
  std::int64_t matching_keep_days = 180;

  std::int64_t ledger_queue = 4'096;
  std::int64_t ledger_batch = 1'000;
  std::int64_t ledger_save_within = 100'000;
  std::int64_t ledger_recent_keys = 65'536;
  std::int64_t ledger_clock_seconds = 5;
  std::int64_t ledger_expiry_days = 60;
  std::int64_t ledger_expiry_look_seconds = 60;
  std::int64_t ledger_file_operations = 100'000;
  std::string ledger_key_file;

  std::string bank_key_file;
  std::string bank_modulus_weights_file;
  std::string bank_modulus_substitutions_file;
  std::string bank_holidays_file;
  std::int64_t bank_second_release_pounds = 5'000;
  std::int64_t bank_most_of_run_pounds = 10'000'000;
  std::int64_t bank_details_delay_days = 3;

  std::string smtp_url;
  std::string smtp_from = "Common Purse <no-reply@localhost>";
};

/// One row of the table. The name on the command line is `--set name=value`, in a file
/// `name = value`, in the environment `COMMONPURSE_` and the name in capitals with `_` for `.`.
struct Setting {
  using Member = std::variant<std::int64_t Config::*, std::string Config::*, bool Config::*>;
  std::string_view name;  // `http.port`
  Member member;
  std::string_view unit;  // `bytes`, `seconds`, empty for texts
  std::int64_t least = 0;
  std::int64_t most = 0;
  std::string_view doc;
};
std::span<const Setting> settings();

/// Sets one value; refuses an unknown name or a value beyond its bounds, and says which are right.
Result<Done> set(Config& config, std::string_view name, std::string_view value);
/// `name = value` lines; `#` begins a comment.
Result<Done> read_config(Config& config, std::string_view text);
/// Takes what `lookup("COMMONPURSE_HTTP_PORT")` knows; an empty pointer is a variable not set.
Result<Done> read_environment(Config& config, const std::function<const char*(const char*)>& lookup);
/// The reference as Markdown.
std::string config_reference();

}  // namespace cp
