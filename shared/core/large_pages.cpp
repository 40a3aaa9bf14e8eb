#include "shared/core/large_pages.hpp"

#include <cstdlib>
#include <filesystem>
#include <system_error>

#include <unistd.h>

namespace cp {

std::optional<std::string> tunables_with_large_pages(std::string_view given) {
  constexpr std::string_view large_pages = "glibc.malloc.hugetlb";
  if (given.find(large_pages) != std::string_view::npos) return std::nullopt;
  std::string tunables(given);
  if (!tunables.empty()) tunables += ':';
  return tunables.append(large_pages).append("=1");
}

void use_large_pages(char** arguments) {
  constexpr auto variable = "GLIBC_TUNABLES";
  const char* given = std::getenv(variable);
  const auto tunables = tunables_with_large_pages(given ? given : "");
  // By its path, as a program started by a link is listed under the name of the link.
  std::error_code unreadable;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", unreadable);
  if (!tunables || unreadable || setenv(variable, tunables->c_str(), 1) != 0) return;
  execv(program.c_str(), arguments);
}

}  // namespace cp
