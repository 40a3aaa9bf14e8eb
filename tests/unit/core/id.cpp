#include "shared/core/id.hpp"

#include <catch2/catch_test_macros.hpp>

#include <set>
#include <thread>
#include <type_traits>

using namespace cp;

TEST_CASE("ids are UUIDs of version 7, whose texts sort by the time they were made") {
  const auto ids = make_random_ids();
  std::string before;
  for (int step = 0; step < 1'000; ++step) {
    const auto id = ids->next(from_microseconds(1'700'000'000'000'000 + step * 1'000));
    REQUIRE(is_uuid(id));
    REQUIRE(id[14] == '7');
    REQUIRE(std::string_view("89ab").find(id[19]) != std::string_view::npos);
    REQUIRE(before < id);
    before = id;
  }
}

TEST_CASE("the time stands in the first 48 bits") {
  // The example of RFC 9562, appendix A.6: 2022-02-22T19:22:22Z.
  CHECK(make_random_ids()->next(from_microseconds(0x017F22E279B0LL * 1'000)).starts_with("017f22e2-79b0-7"));
}

TEST_CASE("ids made in the same instant on many threads differ") {
  const auto ids = make_random_ids();
  std::vector<std::vector<std::string>> made(4);
  std::vector<std::thread> threads;
  for (auto& mine : made) {
    threads.emplace_back([&] {
      for (int count = 0; count < 1'000; ++count) mine.push_back(ids->next({}));
    });
  }
  for (auto& thread : threads) thread.join();
  std::set<std::string> different;
  for (const auto& mine : made) different.insert(mine.begin(), mine.end());
  CHECK(different.size() == 4'000);
}

TEST_CASE("a seed repeats its ids") {
  const auto a = make_seeded_ids(42);
  const auto b = make_seeded_ids(42);
  const auto c = make_seeded_ids(43);
  for (int count = 0; count < 10; ++count) {
    const auto id = a->next({});
    CHECK(id == b->next({}));
    CHECK(id != c->next({}));
  }
}

TEST_CASE("only the lower-case text of a UUID is read as an id") {
  using FamilyId = Id<"family">;
  const std::string good = "017f22e2-79b0-7cc3-98c4-dc0c0c07398f";
  REQUIRE(FamilyId::parse(good).has_value());
  CHECK(FamilyId::parse(good)->text() == good);
  CHECK(FamilyId::kind() == "family");
  for (const auto* bad :
       {"", "017f22e2", "017F22E2-79B0-7CC3-98C4-DC0C0C07398F", "017f22e2-79b0-7cc3-98c4-dc0c0c07398",
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398ff", "017f22e279b0-7cc3-98c4-dc0c0c07398ff-",
        "{17f22e2-79b0-7cc3-98c4-dc0c0c07398}", "017f22e2-79b0-7cc3-98c4-dc0c0c07398g",
        "017f22e2 79b0 7cc3 98c4 dc0c0c07398f"}) {
    INFO(bad);
    CHECK_FALSE(FamilyId::parse(bad).has_value());
  }
  CHECK(FamilyId().empty());
  STATIC_CHECK_FALSE(std::is_convertible_v<FamilyId, Id<"pool">>);
}
