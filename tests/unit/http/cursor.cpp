#include "shared/http/cursor.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace cp;
using namespace cp::http;

TEST_CASE("a cursor gives its values back, whatever is in them") {
  const std::vector<std::vector<std::string>> table = {
      {}, {""}, {"a"}, {"2026-11-23", "id"}, {"3:abc", ":", ""}, {std::string("\0\xff\n", 3), "ü"}};
  for (const auto& values : table) {
    const auto back = decode_cursor(encode_cursor(values), values.size());
    REQUIRE(back.has_value());
    CHECK(*back == values);
  }
}

TEST_CASE("a cursor that was tampered with is refused at its field") {
  const auto good = encode_cursor({"a", "b"});
  const std::vector<std::string> table = {"!", good + "A", good.substr(1), good + "=", good + " ", "MTphMg",
                                          encode_cursor({"a"}), std::string(5'000, 'A'), "OTk6YQ",
                                          "MTg0NDY3NDQwNzM3MDk1NTE2MTU6YQ"};
  for (const auto& text : table) {
    INFO(text);
    const auto back = decode_cursor(text, 2);
    REQUIRE(back.has_error());
    CHECK(back.error().fields.at(0).pointer == "/after");
  }
}

TEST_CASE("the next page is asked as this one was") {
  Request request;
  request.path = "/v1/notes";
  CHECK(next_link(request, "abc") == "/v1/notes?after=abc");
  request.query = "state=open&after=old&limit=5";
  CHECK(next_link(request, "a+b") == "/v1/notes?state=open&limit=5&after=a%2Bb");
}

TEST_CASE("what was read beyond a page names the page after it") {
  struct Item {
    Id<"item"> id;
    Timestamp made = {};
  };
  Request request;
  request.path = "/v1/items";
  request.query = "limit=2&after=old";
  std::vector<Item> items;
  for (int number = 1; number <= 3; ++number) {
    items.push_back({Id<"item">("id " + std::to_string(number)), from_microseconds(number)});
  }
  const auto next = cut(request, items, 2, &Item::made);
  REQUIRE(items.size() == 2);
  REQUIRE(next.has_value());
  const std::string beginning = "/v1/items?limit=2&after=";
  REQUIRE(next->starts_with(beginning));
  const auto key = decode_time_key(next->substr(beginning.size()));
  REQUIRE(key.has_value());
  REQUIRE(key->has_value());
  CHECK((*key)->time == from_microseconds(2));
  CHECK((*key)->id == "id 2");
  CHECK_FALSE(cut(request, items, 2, &Item::made).has_value());
}

TEST_CASE("the first page has no key, and a key without a time is refused") {
  CHECK_FALSE(decode_time_key(std::nullopt)->has_value());
  CHECK(decode_time_key(encode_cursor({"yesterday", "id"})).has_error());
}

TEST_CASE("a value in a query is letters, digits and percents") {
  CHECK(in_query("Groups: Arts & Drama") == "Groups%3A%20Arts%20%26%20Drama");
  CHECK(in_query("a-b_c.d~é") == "a-b_c.d~%C3%A9");
}
