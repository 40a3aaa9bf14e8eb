// Memory in large pages, for commands that fill and walk through much of it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace cp {

/// The value of `GLIBC_TUNABLES` that adds large pages to what is `given` there; none where `given` says something
/// of them already.
std::optional<std::string> tunables_with_large_pages(std::string_view given);

/// Lets the allocator ask Linux for pages of 2 MiB instead of 4 KiB, as far as the system grants them
/// (`madvise` or `always` in transparent_hugepage/enabled). The allocator reads this before `main`: the program starts
/// itself anew, once, with the `arguments` of `main`. Call it before anything is read, written or started. Returns where
/// nothing is to be done or starting fails, and the work then goes on in small pages.
void use_large_pages(char** arguments);

}  // namespace cp
