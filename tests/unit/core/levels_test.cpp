// The levels of the house: what each folder may include. Read from the sources themselves.
#include <catch2/catch_test_macros.hpp>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

const fs::path root = CP_SOURCE_DIR;

/// core < json, db < http < net < app < services, matching, payments < main
const std::map<std::string, int> levels = {
    {"shared/core", 0}, {"shared/json", 1}, {"shared/db", 1}, {"shared/http", 2}, {"shared/net", 3}, {"shared/app", 4},
    {"payments/banking", 1}, {"payments/ledger", 1}, {"matching/engine", 1}, {"matching/command", 2}};
constexpr int service_level = 5;

std::string folder_of(const std::string& file) { return fs::path(file).parent_path().generic_string(); }

/// A service's folder with its rooms: `payments/book/legs.hpp` belongs to `payments`.
std::string service_of(const std::string& file) {
  const auto folder = folder_of(file);
  return folder.starts_with("services/") ? folder : folder.substr(0, folder.find('/'));
}

int level_of(const std::string& file) {
  const auto found = levels.find(folder_of(file));
  return found == levels.end() ? service_level : found->second;
}

std::vector<std::string> sources() {
  std::vector<std::string> files;
  for (const char* top : {"shared", "services", "matching", "payments"}) {
    for (const auto& entry : fs::recursive_directory_iterator(root / top)) {
      const auto extension = entry.path().extension();
      if (extension == ".hpp" || extension == ".cpp") files.push_back(fs::relative(entry.path(), root).generic_string());
    }
  }
  return files;
}

std::vector<std::string> includes_of(const std::string& file) {
  std::vector<std::string> found;
  std::ifstream in(root / file);
  const std::regex include("^#include \"([^\"]+)\"");
  for (std::string line; std::getline(in, line);) {
    std::smatch match;
    if (std::regex_search(line, match, include)) found.push_back(match[1]);
  }
  return found;
}

/// What services may include of each other: how to ask, what travels, and vocabularies.
bool is_public(const std::string& file) {
  const auto name = fs::path(file).filename().string();
  return name == "client.hpp" || name == "wire.hpp" || name == "service.hpp" || name == "command.hpp" ||
         name == "needs.hpp" || name == "places.hpp";
}

}  // namespace

TEST_CASE("every folder includes only what is below it") {
  const auto files = sources();
  REQUIRE(files.size() > 100);
  for (const auto& file : files) {
    if (file == "services/main.cpp" || file == "services/all_services.hpp" || file == "shared/precompiled.hpp") continue;
    for (const auto& included : includes_of(file)) {
      INFO(file << " includes " << included);
      if (folder_of(included) == folder_of(file)) continue;
      if (level_of(included) == service_level) {
        CHECK(level_of(file) == service_level);
        if (service_of(included) != service_of(file)) CHECK(is_public(included));
      } else {
        CHECK(level_of(included) < level_of(file));
      }
    }
  }
}

TEST_CASE("rules know the core, vocabularies and their own model, and nothing else") {
  for (const auto& file : sources()) {
    const auto name = fs::path(file).filename().string();
    if (name != "rules.hpp" && name != "rules.cpp") continue;
    for (const auto& included : includes_of(file)) {
      INFO(file << " includes " << included);
      const bool own = folder_of(included) == folder_of(file);
      const auto other = fs::path(included).filename().string();
      const bool impure = other == "store.hpp" || other == "api.hpp" || other == "wire.hpp" || other == "client.hpp";
      CHECK((folder_of(included) == "shared/core" || (own && !impure) || other == "needs.hpp" || other == "places.hpp"));
    }
  }
}
