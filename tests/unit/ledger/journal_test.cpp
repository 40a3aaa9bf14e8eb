#include "payments/ledger/journal.hpp"

#include <catch2/catch_test_macros.hpp>

namespace cp::ledger {
namespace {

constexpr std::string_view actor = "018f0000-0000-7000-8000-000000000001";
const std::string early = "018f1111-2222-7333-8444-555555555555", late = "018f1111-2223-7000-8000-000000000000";

std::string of(std::string_view who, std::string_view key) { return std::string(who) + ":" + std::string(key); }

}  // namespace

TEST_CASE("keys with a UUID of version 7 lie in the order of its time") {
  CHECK(key_bytes(early) < key_bytes(late));
  CHECK(key_bytes(of(actor, early)) < key_bytes(of(actor, late)));
  CHECK(key_bytes(of("hold", early)) < key_bytes(of(actor, late)));
  CHECK(key_bytes(of(early, "3")) < key_bytes(of(late, "3")));
  CHECK(is_time_ordered(key_bytes(early)));
  CHECK(is_time_ordered(key_bytes(of(actor, early))));
}

TEST_CASE("no two keys are taken for one") {
  CHECK(key_bytes(of(actor, early)) != key_bytes(early));
  CHECK(key_bytes(of(actor, early)) != key_bytes(of("018f0000-0000-7000-8000-000000000002", early)));
  CHECK(key_bytes(of(early, "1")) != key_bytes(of(early, "2")));
  CHECK(key_bytes("a") != key_bytes("b"));
}

TEST_CASE("a UUID keeps its bytes, and what has no time goes by its hash") {
  const auto bytes = key_bytes(early);
  const KeyBytes expected{1, 0x01, 0x8f, 0x11, 0x11, 0x22, 0x22, 0x73, 0x33, 0x84, 0x44, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55};
  CHECK(bytes == expected);
  // A random UUID among those of a time would make every later key look old.
  CHECK_FALSE(is_time_ordered(key_bytes("ffffffff-2222-4333-8444-555555555555")));
  CHECK_FALSE(is_time_ordered(key_bytes("pay the club")));
  CHECK_FALSE(is_time_ordered(key_bytes("")));
  CHECK_FALSE(is_time_ordered(key_bytes("018F1111-2222-7333-8444-555555555555")));
}

}  // namespace cp::ledger
