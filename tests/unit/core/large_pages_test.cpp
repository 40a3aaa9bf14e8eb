#include "shared/core/large_pages.hpp"

#include <catch2/catch_test_macros.hpp>

using cp::tunables_with_large_pages;

TEST_CASE("Large pages are asked for once, beside what is asked for already") {
  CHECK(tunables_with_large_pages("") == "glibc.malloc.hugetlb=1");
  CHECK(tunables_with_large_pages("glibc.malloc.arena_max=2") == "glibc.malloc.arena_max=2:glibc.malloc.hugetlb=1");
  CHECK_FALSE(tunables_with_large_pages(*tunables_with_large_pages("")));
}

TEST_CASE("Who says no to large pages gets none") {
  CHECK_FALSE(tunables_with_large_pages("glibc.malloc.hugetlb=0"));
  CHECK_FALSE(tunables_with_large_pages("glibc.malloc.arena_max=2:glibc.malloc.hugetlb=0"));
}
