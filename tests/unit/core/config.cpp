#include "shared/core/config.hpp"

#include <catch2/catch_test_macros.hpp>

#include <fstream>
#include <map>
#include <set>
#include <sstream>

using namespace cp;

namespace {

Config read(std::string_view text) {
  Config config;
  const auto result = read_config(config, text);
  if (!result) FAIL(result.error().detail);
  return config;
}

std::string refusal(std::string_view text) {
  Config config;
  const auto result = read_config(config, text);
  return result ? "" : result.error().code;
}

}  // namespace

TEST_CASE("docs/configuration.md is what the program says of itself") {
  std::ifstream file(CP_SOURCE_DIR "/docs/configuration.md");
  std::ostringstream text;
  text << file.rdbuf();
  INFO("after a change: commonpurse config > docs/configuration.md");
  CHECK(text.str() == config_reference());
}

TEST_CASE("settings are read from lines, with comments and blanks") {
  const auto config = read("# a comment\n\n  http.port = 9000  # the usual one\r\nserve=forum,pools\n"
                           "http.secure_cookies = true\nsmtp.from = A <a@b.example>\n");
  CHECK(config.http_port == 9'000);
  CHECK(config.serve == "forum,pools");
  CHECK(config.http_secure_cookies);
  CHECK(config.smtp_from == "A <a@b.example>");
  CHECK(read("redis.url =\n").redis_url.empty());
}

TEST_CASE("every number keeps its bounds, and the built-in value is within them") {
  for (const auto& setting : settings()) {
    const auto* member = std::get_if<std::int64_t Config::*>(&setting.member);
    if (!member) continue;
    INFO(setting.name);
    Config config;
    CHECK(config.*(*member) >= setting.least);
    CHECK(config.*(*member) <= setting.most);
    CHECK(set(config, setting.name, std::to_string(setting.least)).has_value());
    CHECK(config.*(*member) == setting.least);
    CHECK(set(config, setting.name, std::to_string(setting.most)).has_value());
    CHECK(config.*(*member) == setting.most);
    CHECK(set(config, setting.name, std::to_string(setting.least - 1)).has_error());
    CHECK(set(config, setting.name, std::to_string(setting.most + 1)).has_error());
    CHECK(config.*(*member) == setting.most);
    for (const auto* text : {"", "x", "1.5", "1e3", "12x", "0x10", "99999999999999999999"}) {
      CHECK(set(config, setting.name, text).has_error());
    }
  }
}

TEST_CASE("each setting has a name, a member and a sentence of its own") {
  std::set<std::string_view> names;
  for (const auto& setting : settings()) {
    INFO(setting.name);
    CHECK(names.insert(setting.name).second);
    CHECK(setting.doc.ends_with("."));
  }
  CHECK(names.size() > 40);
}

TEST_CASE("what is not a setting is refused") {
  CHECK(refusal("http.prot = 1") == "unknown-setting");
  CHECK(refusal("http.port") == "bad-setting");
  CHECK(refusal("http.secure_cookies = yes") == "bad-setting");
  CHECK(refusal("http.port = 70000") == "bad-setting");
}

TEST_CASE("the environment names settings in capitals") {
  const std::map<std::string, std::string> environment{{"COMMONPURSE_HTTP_PORT", "8123"},
                                                       {"COMMONPURSE_SIGN_IN_ATTEMPTS_PER_MINUTE", "3"},
                                                       {"COMMONPURSE_UNKNOWN", "x"}};
  const auto lookup = [&](const char* name) {
    const auto found = environment.find(name);
    return found == environment.end() ? nullptr : found->second.c_str();
  };
  Config config;
  REQUIRE(read_environment(config, lookup).has_value());
  CHECK(config.http_port == 8'123);
  CHECK(config.sign_in_attempts_per_minute == 3);

  const auto broken = [](const char*) { return "not a number"; };
  CHECK(read_environment(config, broken).has_error());
}
