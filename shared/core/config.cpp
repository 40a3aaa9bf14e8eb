#include "shared/core/config.hpp"

#include <array>
#include <charconv>
#include <limits>

namespace cp {
namespace {

using C = Config;

constexpr auto table = std::to_array<Setting>({
    {"serve", &C::serve, "", 0, 0, "Services of this process, by comma: `all` or `forum,pools,...`."},
    {"data.dir", &C::data_dir, "", 0, 0, "Folder of the SQLite file. Made if missing."},
    {"database.url", &C::database_url, "", 0, 0, "PostgreSQL connection text; empty means SQLite."},
    {"redis.url", &C::redis_url, "", 0, 0, "`redis://host:port`; empty means live messages stay in this process."},
    {"public.url", &C::public_url, "", 0, 0, "Address people use; browsers may write from this origin."},
    {"web.root", &C::web_root, "", 0, 0, "Folder of the built web client; empty means beside the program."},

    {"http.address", &C::http_address, "", 0, 0, "Address to listen on."},
    {"http.port", &C::http_port, "port", 0, 65'535, "Port to listen on; 0 takes a free one."},
    {"http.threads", &C::http_threads, "threads", 1, 64, "I/O threads; a connection stays on its thread."},
    {"http.connections", &C::http_connections, "sockets", 1, 1'000'000, "Open connections; more are closed at once."},
    {"http.header_bytes", &C::http_header_bytes, "bytes", 1'024, 65'536, "Request line and headers; more answers 431."},
    {"http.body_bytes", &C::http_body_bytes, "bytes", 1'024, 67'108'864, "Request body; more answers 413."},
    {"http.json_depth", &C::http_json_depth, "levels", 4, 128, "Nesting of a JSON body."},
    {"http.idle_seconds", &C::http_idle_seconds, "seconds", 1, 3'600, "A connection without a request is closed."},
    {"http.request_seconds", &C::http_request_seconds, "seconds", 1, 600, "A request has to arrive and be taken in this time."},
    {"http.in_flight", &C::http_in_flight, "requests", 1, 100'000, "Requests being answered; more answer 503."},
    {"http.trusted_proxies", &C::http_trusted_proxies, "", 0, 0, "Addresses, by comma, whose `X-Forwarded-For` is believed."},
    {"http.secure_cookies", &C::http_secure_cookies, "", 0, 0, "Cookies only over TLS: on behind a TLS proxy."},

    {"database.readers", &C::database_readers, "threads", 1, 64, "SQLite threads that read."},
    {"database.connections", &C::database_connections, "connections", 1, 256, "PostgreSQL connections."},
    {"database.queue", &C::database_queue, "jobs", 1, 1'000'000, "Jobs waiting, each for reading and writing; more answer 503."},
    {"database.group", &C::database_group, "jobs", 1, 10'000, "Writes in one SQLite commit."},
    {"database.attempts", &C::database_attempts, "tries", 1, 100, "Tries of a PostgreSQL transaction that lost a race."},

    {"worker.threads", &C::worker_threads, "threads", 1, 64, "Threads for password hashing and matching."},
    {"worker.queue", &C::worker_queue, "jobs", 1, 10'000, "Jobs waiting for them; more answer 503."},

    {"live.sockets", &C::live_sockets, "sockets", 1, 1'000'000, "Open WebSockets."},
    {"live.queue_bytes", &C::live_queue_bytes, "bytes", 4'096, 67'108'864, "Unsent bytes of one WebSocket; a slower one is closed and resumes."},
    {"live.history", &C::live_history, "messages", 1, 100'000, "Messages a channel keeps for those who come back."},
    {"live.subscriptions", &C::live_subscriptions, "channels", 1, 1'000, "Channels of one WebSocket."},
    {"live.ping_seconds", &C::live_ping_seconds, "seconds", 1, 600, "Time between pings."},

    {"outbox.batch", &C::outbox_batch, "messages", 1, 10'000, "Messages sent in one go."},
    {"outbox.interval_ms", &C::outbox_interval_ms, "milliseconds", 10, 60'000, "Time between looks at the outbox."},
    {"outbox.retry_seconds", &C::outbox_retry_seconds, "seconds", 1, 3'600, "First wait after a failed message; doubles up to an hour."},
    {"idempotency.keep_hours", &C::idempotency_keep_hours, "hours", 1, 8'760, "How long an `Idempotency-Key` is remembered."},
    {"stop.seconds", &C::stop_seconds, "seconds", 1, 600, "Time an orderly stop may take."},

    {"service.token", &C::service_token, "", 0, 0, "Shared secret of services that run apart; at least 32 characters."},
    {"service.urls", &C::service_urls, "", 0, 0, "Where other services are: `payments=http://host:port,...`."},

    {"session.hours", &C::session_hours, "hours", 1, 720, "Life of a sign-in."},
    {"session.cache_seconds", &C::session_cache_seconds, "seconds", 0, 300, "How long a session is believed without asking the database."},
    {"sign_in.attempts_per_minute", &C::sign_in_attempts_per_minute, "tries", 1, 1'000, "Sign-in tries of one address or for one account; more answer 429."},

    {"page.items", &C::page_items, "items", 1, 1'000, "Items on a page where the caller does not say; at most ten times this."},

    {"matching.deadline_ms", &C::matching_deadline_ms, "milliseconds", 10, 600'000, "Time for one matching run."},
    {"matching.families", &C::matching_families, "families", 1, 1'000'000, "Families in one matching run."},
    {"matching.groups_per_family", &C::matching_groups_per_family, "groups", 1, 10, "New groups of a family in one matching run, if it wishes so many."},
    {"matching.night_minute", &C::matching_night_minute, "minutes", 0, 1'440, "When groups are looked for every night, after midnight UTC; 1440: never."},
    {"matching.keep_days", &C::matching_keep_days, "days", 1, 3'650, "How long a matching run is kept."},

    {"ledger.queue", &C::ledger_queue, "commands", 1, 1'000'000, "Commands waiting for the ledger's writer; more answer 503."},
    {"ledger.batch", &C::ledger_batch, "commands", 1, 10'000, "Commands the ledger makes durable together."},
    {"ledger.save_within", &C::ledger_save_within, "operations", 1, 10'000'000, "All accounts are saved once within so many; a start replays at most twice as many."},
    {"ledger.recent_keys", &C::ledger_recent_keys, "keys", 1, 10'000'000, "Idempotency keys the ledger has in memory; older ones are looked up."},
    {"ledger.clock_seconds", &C::ledger_clock_seconds, "seconds", 0, 3'600, "How far the clock may go back before the ledger refuses to write."},
    {"ledger.expiry_days", &C::ledger_expiry_days, "days", 1, 3'650, "A hold that is not charged so long after its session expires."},
    {"ledger.expiry_look_seconds", &C::ledger_expiry_look_seconds, "seconds", 1, 86'400, "How often a ledger of which nobody asks anything looks whether a new day has begun."},
    {"ledger.file_operations", &C::ledger_file_operations, "operations", 1, 10'000'000, "A ledger with more is not sent as one file; `commonpurse ledger export` writes it."},
    {"ledger.key_file", &C::ledger_key_file, "", 0, 0, "The key that signs the ledger's heads; made if missing. Empty: `ledger.key` in `data.dir`."},

    {"bank.key_file", &C::bank_key_file, "", 0, 0, "Keys that seal bank details, `id=64 hexadecimal digits` each, the newest first; made if missing. Empty: `bank.key` in `data.dir`."},
    {"bank.modulus_weights_file", &C::bank_modulus_weights_file, "", 0, 0, "Pay.UK's `valacdos`; empty means that bank details are not checked by their digits."},
    {"bank.modulus_substitutions_file", &C::bank_modulus_substitutions_file, "", 0, 0, "Pay.UK's `scsubtab`."},
    {"bank.holidays_file", &C::bank_holidays_file, "", 0, 0, "Bank holidays proclaimed for one year, a day a line; the yearly ones are known."},
    {"bank.second_release_pounds", &C::bank_second_release_pounds, "pounds", 0, 1'000'000'000, "Payment runs above this need two people to release them."},
    {"bank.most_of_run_pounds", &C::bank_most_of_run_pounds, "pounds", 1, 1'000'000'000, "The largest payment run."},
    {"bank.details_delay_days", &C::bank_details_delay_days, "days", 0, 90, "From confirming changed bank details to using them."},

    {"smtp.url", &C::smtp_url, "", 0, 0, "`smtp://host:port`; empty means that no mail is sent."},
    {"smtp.from", &C::smtp_from, "", 0, 0, "Sender of mails."},
});

std::string bounds_text(const Setting& setting) {
  return std::to_string(setting.least) + " to " + std::to_string(setting.most);
}

Result<Done> refuse(const Setting& setting, const std::string& expected) {
  return invalid("bad-setting", "The setting " + std::string(setting.name) + " has to be " + expected + ".");
}

Result<Done> set_value(Config& config, const Setting& setting, std::string_view value) {
  if (const auto* text = std::get_if<std::string C::*>(&setting.member)) {
    config.*(*text) = value;
  } else if (const auto* flag = std::get_if<bool C::*>(&setting.member)) {
    if (value != "true" && value != "false") return refuse(setting, "true or false");
    config.*(*flag) = value == "true";
  } else {
    std::int64_t number = 0;
    const auto [end, failed] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (failed != std::errc() || end != value.data() + value.size() || number < setting.least ||
        number > setting.most) {
      return refuse(setting, "a whole number from " + bounds_text(setting));
    }
    config.*std::get<std::int64_t C::*>(setting.member) = number;
  }
  return Done{};
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

std::string variable_name(std::string_view setting) {
  std::string out = "COMMONPURSE_";
  for (const char c : setting) {
    out += c == '.' ? '_' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  }
  return out;
}

std::string default_text(const Setting& setting) {
  const Config defaults;
  if (const auto* text = std::get_if<std::string C::*>(&setting.member)) return defaults.*(*text);
  if (const auto* flag = std::get_if<bool C::*>(&setting.member)) {
    return defaults.*(*flag) ? "true" : "false";
  }
  return std::to_string(defaults.*std::get<std::int64_t C::*>(setting.member));
}

}  // namespace

std::span<const Setting> settings() { return table; }

Result<Done> set(Config& config, std::string_view name, std::string_view value) {
  for (const auto& setting : table) {
    if (setting.name == name) return set_value(config, setting, value);
  }
  return invalid("unknown-setting", "There is no setting \"" + std::string(name) +
                                        "\"; `commonpurse config` lists them.");
}

Result<Done> read_config(Config& config, std::string_view text) {
  while (!text.empty()) {
    const auto end = text.find('\n');
    auto line = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    line = trimmed(line.substr(0, line.find('#')));
    if (line.empty()) continue;
    const auto equals = line.find('=');
    if (equals == std::string_view::npos) {
      return invalid("bad-setting", "Write settings as name = value: " + std::string(line));
    }
    CP_TRY(set(config, trimmed(line.substr(0, equals)), trimmed(line.substr(equals + 1))));
  }
  return Done{};
}

Result<Done> read_environment(Config& config, const std::function<const char*(const char*)>& lookup) {
  for (const auto& setting : table) {
    if (const char* value = lookup(variable_name(setting.name).c_str())) {
      CP_TRY(set_value(config, setting, value));
    }
  }
  return Done{};
}

std::string config_reference() {
  std::string out =
      "# Configuration\n\n"
      "Every setting and bound. Later sources win: built-in value, `--config FILE`, environment,\n"
      "`--set name=value`. `commonpurse config` prints this page; a test keeps it true.\n\n"
      "| setting | environment | built-in | bounds | what it is |\n|---|---|---|---|---|\n";
  for (const auto& setting : table) {
    const bool number = std::holds_alternative<std::int64_t C::*>(setting.member);
    const auto value = default_text(setting);
    out += "| `" + std::string(setting.name) + "` | `" + variable_name(setting.name) + "` | " +
           (value.empty() ? "empty" : "`" + value + "`") + " | " +
           (number ? bounds_text(setting) + " " + std::string(setting.unit) : "") + " | " +
           std::string(setting.doc) + " |\n";
  }
  return out;
}

}  // namespace cp
