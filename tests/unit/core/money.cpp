#include "shared/core/money.hpp"

#include <catch2/catch_test_macros.hpp>

#include <limits>

using cp::Money;

TEST_CASE("money is written as people read it") {
  struct Case {
    std::int64_t pence;
    const char* text;
  };
  for (const auto& [pence, text] : std::initializer_list<Case>{
           {0, "£0.00"},
           {1, "£0.01"},
           {-1, "-£0.01"},
           {99, "£0.99"},
           {100, "£1.00"},
           {99'999, "£999.99"},
           {100'000, "£1,000.00"},
           {123'456'789, "£1,234,567.89"},
           {-123'456, "-£1,234.56"},
           {std::numeric_limits<std::int64_t>::max(), "£92,233,720,368,547,758.07"},
           {std::numeric_limits<std::int64_t>::min(), "-£92,233,720,368,547,758.08"}}) {
    CHECK(to_text(Money(pence)) == text);
  }
}

TEST_CASE("money adds, multiplies and compares as whole numbers") {
  Money sum(150);
  sum += Money(25);
  CHECK(sum == Money(175));
  CHECK(sum - Money(200) == Money(-25));
  CHECK((sum - Money(200)).is_negative());
  CHECK(sum * 3 == Money(525));
  CHECK(-sum == Money(-175));
  CHECK(Money(1) < Money(2));
  CHECK_FALSE(Money().is_negative());
}

TEST_CASE("money that does not fit throws and never wraps") {
  const Money most(std::numeric_limits<std::int64_t>::max());
  const Money least(std::numeric_limits<std::int64_t>::min());
  CHECK_THROWS_AS(most + Money(1), std::overflow_error);
  CHECK_THROWS_AS(least - Money(1), std::overflow_error);
  CHECK_THROWS_AS(most * 2, std::overflow_error);
  CHECK_THROWS_AS(least * -1, std::overflow_error);
  CHECK_THROWS_AS(-least, std::overflow_error);
  CHECK(most + least == Money(-1));
}
