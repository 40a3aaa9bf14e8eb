#include "shared/json/node.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace cp;
using json::Document;
using json::Kind;

namespace {

std::string nested(std::size_t levels) { return std::string(levels, '[') + std::string(levels, ']'); }

std::string refusal(std::string_view text, const json::ParseLimits& limits = {}) {
  const auto document = Document::parse(text, limits);
  return document ? "" : document.error().code;
}

Kind kind_of(std::string_view text) { return Document::parse(text).value().root().kind(); }

}  // namespace

TEST_CASE("what is not JSON is refused") {
  for (const std::string text :
       {"", " ", "{", "}", "[1,]", "{\"a\":1,}", "{a:1}", "{'a':1}", "{\"a\" 1}", "[1 2]", "1 2", "{} {}", "nul",
        "NaN", "Infinity", "-", "01", "+1", ".5", "1.", "1e", "0x10", "\"", "\"\\x\"", "\"\\u12\"", "\"\n\"",
        "\"\t\"", "// comment\n1", "/* */1", "[1]x", "\"\\ud800\"", "\"\\udc00\\ud800\""}) {
    INFO(text);
    CHECK(refusal(text) == "not-json");
  }
}

TEST_CASE("bytes that are not UTF-8 are refused") {
  for (const std::string bytes : {"\x80", "\xff", "\xc3", "\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80",
                                  "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80"}) {
    CHECK(refusal("\"" + bytes + "\"") == "not-json");
    CHECK(refusal("{\"" + bytes + "\":1}") == "not-json");
  }
  CHECK(refusal("\"é 漢 😀 \\ud83d\\ude00\"").empty());
}

TEST_CASE("a key twice in one object is refused, in different objects it is not") {
  CHECK(refusal(R"({"a":1,"a":1})") == "duplicate-key");
  CHECK(refusal(R"({"a":1,"\u0061":2})") == "duplicate-key");
  CHECK(refusal(R"([{"b":{"a":1,"c":2,"a":3}}])") == "duplicate-key");
  CHECK(refusal(R"({"a":{"a":{"a":1}},"b":[{"a":1},{"a":2}]})").empty());
}

TEST_CASE("nesting and length are bounded") {
  const json::ParseLimits limits{.bytes = 100, .depth = 4};
  CHECK(refusal(nested(4), limits).empty());
  CHECK(refusal(nested(5), limits) == "too-deep");
  CHECK(refusal(R"({"a":{"a":{"a":{"a":1}}}})", limits).empty());
  CHECK(refusal(R"({"a":{"a":{"a":{"a":{}}}}})", limits) == "too-deep");
  CHECK(refusal("[[],[],[],[],[],[]]", limits).empty());  // beside each other is not deep
  CHECK(refusal(std::string(100, ' ') + "1", limits) == "too-large");
  CHECK(refusal(std::string(99, ' ') + "1", limits).empty());
  CHECK(refusal(nested(400'000)) == "too-deep");
}

TEST_CASE("a whole number is one that is written so and fits") {
  for (const auto* text : {"0", "-0", "1", "-1", "9223372036854775807", "-9223372036854775808"}) {
    INFO(text);
    CHECK(kind_of(text) == Kind::integer);
  }
  for (const auto* text : {"1.9", "1.0", "1e2", "1E0", "-0.0", "9223372036854775808", "-9223372036854775809",
                           "18446744073709551616", "123456789012345678901234567890", "1e300"}) {
    INFO(text);
    CHECK(kind_of(text) == Kind::decimal);
  }
  CHECK(Document::parse("9223372036854775807").value().root().as_integer() == INT64_MAX);
  CHECK(Document::parse("-9223372036854775808").value().root().as_integer() == INT64_MIN);
  CHECK(refusal("1e400") == "not-json");
}

TEST_CASE("values are found and written again") {
  const auto document = Document::parse(R"({"b":[1,true,null,"x"],"a":{"c":1.5}})").value();
  const auto root = document.root();
  CHECK(root.kind() == Kind::object);
  CHECK(root.size() == 2);
  REQUIRE(root.find("b").has_value());
  CHECK(root.find("b")->size() == 4);
  CHECK(root.find("b")->at(1).as_bool());
  CHECK(root.find("b")->at(2).kind() == Kind::null);
  CHECK(root.find("b")->at(3).as_string() == "x");
  CHECK_FALSE(root.find("d").has_value());
  CHECK(root.find("a")->find("c")->as_double() == 1.5);
  CHECK(root.find("b")->text() == R"([1,true,null,"x"])");
  std::string keys;
  root.each_member([&](std::string_view key, json::Node) { keys += key; });
  CHECK(keys == "ab");
}
