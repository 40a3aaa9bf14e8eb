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
