#include "shared/json/wire.hpp"

#include <catch2/catch_test_macros.hpp>

#include <limits>

using namespace cp;

namespace {

enum class Shade { light, dark };
constexpr auto names_of(Shade) {
  return names<Shade>({{Shade::light, "light"}, {Shade::dark, "dark"}});
}

struct Leaf {
  std::int64_t veins = 0;
  bool operator==(const Leaf&) const = default;
};
constexpr auto wire(const Leaf*) {
  return json::object("Leaf", json::field("veins", &Leaf::veins, "How many.", json::between(1, 9)));
}

struct Tree {
  std::string title;
  std::int64_t height = 0;
  double density = 0;
  bool evergreen = false;
  Money price;
  Id<"tree"> id;
  Timestamp planted = {};
  Date felled = {};
  Month flowers = {};
  Shade shade = Shade::light;
  std::vector<Leaf> leaves;
  std::map<std::string, std::int64_t> birds;
  std::optional<std::string> note;
  std::optional<Leaf> best;
  json::Any anything;
  bool operator==(const Tree&) const = default;
};
constexpr auto wire(const Tree*) {
  return json::object(
      "Tree", json::field("title", &Tree::title, "Its \"name\".", json::between(1, 10)),
      json::field("height", &Tree::height, ""), json::field("density", &Tree::density, ""),
      json::field("evergreen", &Tree::evergreen, ""),
      json::field("price", &Tree::price, "", json::between(0, 1'000)), json::field("id", &Tree::id, ""),
      json::field("planted", &Tree::planted, ""), json::field("felled", &Tree::felled, ""),
      json::field("flowers", &Tree::flowers, ""), json::field("shade", &Tree::shade, ""),
      json::field("leaves", &Tree::leaves, "", json::between(1, 3)), json::field("birds", &Tree::birds, ""),
      json::field("note", &Tree::note, ""), json::field("best", &Tree::best, ""),
      json::field("anything", &Tree::anything, ""));
}

/// Reads one value of each kind on its own.
template <class T>
struct Only {
  T value{};
};
template <class T>
constexpr auto wire(const Only<T>*) {
  return json::object("Only", json::field("value", &Only<T>::value, ""));
}

struct Query {
  std::int64_t limit = 0;
  bool open = false;
  std::vector<std::string> tags;
  std::optional<double> share;
};
constexpr auto wire(const Query*) {
  return json::object("Query", json::field("limit", &Query::limit, "", json::between(1, 50)),
                      json::field("open", &Query::open, ""), json::field("tags", &Query::tags, ""),
                      json::field("share", &Query::share, ""));
}

const std::string good_tree =
    R"({"title":"Oak","height":-5,"density":0.5,"evergreen":true,"price":{"pence":150,"currency":"GBP"},)"
    R"("id":"017f22e2-79b0-7cc3-98c4-dc0c0c07398f","planted":"2026-11-23T09:00:00Z","felled":"2030-01-02",)"
    R"("flowers":"2027-04","shade":"dark","leaves":[{"veins":3},{"veins":9}],"birds":{"owl":2},)"
    R"("note":null,"best":{"veins":1},"anything":{"a":[1,"b"]}})";

/// The pointers that a reading refuses, in their order.
template <class T>
std::vector<std::string> refused(std::string_view text) {
  const auto read = json::read<T>(text);
  std::vector<std::string> pointers;
  if (!read) {
    for (const auto& field : read.error().fields) pointers.push_back(field.pointer);
    if (pointers.empty()) pointers.push_back(read.error().code);
  }
  return pointers;
}
using Pointers = std::vector<std::string>;

template <class T>
bool accepts(const std::string& value) {
  return json::read<Only<T>>("{\"value\":" + value + "}").has_value();
}

}  // namespace

TEST_CASE("a value comes back as it was written") {
  const auto tree = json::read<Tree>(good_tree);
  REQUIRE(tree.has_value());
  CHECK(tree->title == "Oak");
  CHECK(tree->price == Money(150));
  CHECK(tree->shade == Shade::dark);
  CHECK(tree->leaves.size() == 2);
  CHECK_FALSE(tree->note.has_value());
  CHECK(tree->best == Leaf{1});
  CHECK(json::write(*tree) == good_tree);
  CHECK(json::read<Tree>(json::write(*tree)).value() == *tree);
}

TEST_CASE("every wrong field is named at once") {
  CHECK(refused<Tree>(
            R"({"title":"","height":1.9,"density":"x","evergreen":1,"price":{"pence":1.5,"currency":"GBP"},)"
            R"("id":"x","planted":"today","felled":"2030-02-30","flowers":"2027","shade":"pale",)"
            R"("leaves":[{"veins":3},{"veins":10},{"vein":1}],"birds":{"owl":"two"},"note":5,"best":[],)"
            R"("anything":1,"extra":1})") ==
        Pointers{"/title", "/height", "/density", "/evergreen", "/price", "/id", "/planted", "/felled", "/flowers",
                 "/shade", "/leaves/1/veins", "/leaves/2/veins", "/leaves/2/vein", "/birds/owl", "/note", "/best",
                 "/extra"});
}

TEST_CASE("only optional fields may be missing, and only they may be null") {
  CHECK(refused<Tree>("{}") == Pointers{"/title", "/height", "/density", "/evergreen", "/price", "/id", "/planted",
                                        "/felled", "/flowers", "/shade", "/leaves", "/birds", "/anything"});
  CHECK(refused<Leaf>(R"({"veins":null})") == Pointers{"/veins"});
  CHECK(json::read<Only<std::optional<Leaf>>>(R"({"value":null})").has_value());
  CHECK(json::read<Only<std::optional<Leaf>>>("{}").has_value());
  CHECK(refused<Only<std::optional<Leaf>>>(R"({"value":{"veins":0}})") == Pointers{"/value/veins"});
}

TEST_CASE("what is not an object, or has keys nobody knows, is refused") {
  for (const auto* text : {"1", "null", "[]", "\"veins\"", "true"}) CHECK(refused<Leaf>(text) == Pointers{""});
  CHECK(refused<Leaf>(R"({"veins":1,"Veins":1})") == Pointers{"/Veins"});
  CHECK(refused<json::Empty>("{}").empty());
  CHECK(refused<json::Empty>(R"({"a":1})") == Pointers{"/a"});
  CHECK(refused<Leaf>(R"({"veins":1,"veins":1})") == Pointers{"duplicate-key"});
}

TEST_CASE("numbers are taken exactly or not at all") {
  struct Case {
    const char* text;
    bool whole;
    bool real;
  };
  for (const auto& [text, whole, real] : std::initializer_list<Case>{{"0", true, true},
                                                                     {"-7", true, true},
                                                                     {"9223372036854775807", true, true},
                                                                     {"-9223372036854775808", true, true},
                                                                     {"9223372036854775808", false, true},
                                                                     {"18446744073709551615", false, true},
                                                                     {"99999999999999999999", false, true},
                                                                     {"1.9", false, true},
                                                                     {"1.0", false, true},
                                                                     {"1e2", false, true},
                                                                     {"1e300", false, true},
                                                                     {"\"1\"", false, false},
                                                                     {"true", false, false},
                                                                     {"null", false, false},
                                                                     {"[1]", false, false}}) {
    INFO(text);
    CHECK(accepts<std::int64_t>(text) == whole);
    CHECK(accepts<double>(text) == real);
    CHECK(json::read<Only<Money>>(R"({"value":{"pence":)" + std::string(text) + R"(,"currency":"GBP"}})").has_value() == whole);
  }
}

TEST_CASE("money is whole pence in pounds sterling and nothing else") {
  for (const auto* text :
       {R"(150)", R"("1.50")", R"({})", R"({"pence":1})", R"({"currency":"GBP"})", R"({"pence":1,"currency":"EUR"})",
        R"({"pence":1,"currency":"gbp"})", R"({"pence":1,"currency":null})", R"({"pence":"1","currency":"GBP"})",
        R"({"pence":1,"currency":"GBP","more":1})"}) {
    INFO(text);
    CHECK_FALSE(accepts<Money>(text));
  }
  CHECK(accepts<Money>(R"({"currency":"GBP","pence":-1})"));
  auto over = good_tree;
  over.replace(over.find("150"), 3, "1001");
  CHECK(refused<Tree>(over) == Pointers{"/price"});
}

TEST_CASE("texts are bounded in bytes and hold no zero byte") {
  CHECK(accepts<std::string>('"' + std::string(1'000, 'x') + '"'));
  CHECK_FALSE(accepts<std::string>('"' + std::string(1'001, 'x') + '"'));
  CHECK_FALSE(accepts<std::string>(R"("a\u0000b")"));
  CHECK(accepts<std::string>(R"("")"));
  const auto title = [](const std::string& text) {
    auto tree = good_tree;
    tree.replace(tree.find("Oak"), 3, text);
    return refused<Tree>(tree).empty();
  };
  CHECK(title("1234567890"));
  CHECK_FALSE(title("12345678901"));
  CHECK(title("ééééé"));
  CHECK_FALSE(title("éééééé"));  // six characters, twelve bytes
}

TEST_CASE("lists are bounded") {
  const auto list = [](int count) {
    std::string out = "[";
    for (int number = 0; number < count; ++number) out += number ? ",1" : "1";
    return out + "]";
  };
  CHECK(accepts<std::vector<std::int64_t>>(list(0)));
  CHECK(accepts<std::vector<std::int64_t>>(list(1'000)));
  CHECK_FALSE(accepts<std::vector<std::int64_t>>(list(1'001)));
  CHECK_FALSE(accepts<std::vector<std::int64_t>>("{}"));
  auto none = good_tree;
  none.replace(none.find(R"([{"veins":3},{"veins":9}])"), 25, "[]");
  CHECK(refused<Tree>(none) == Pointers{"/leaves"});
}

TEST_CASE("query parameters are texts that may be numbers") {
  const auto read = [](std::string_view text) {
    const auto document = json::Document::parse(text);
    return json::read<Query>(document.value().root(), json::Source::parameters);
  };
  const auto query = read(R"({"limit":"20","open":"true","tags":"one","share":"0.5"})");
  REQUIRE(query.has_value());
  CHECK(query->limit == 20);
  CHECK(query->open);
  CHECK(query->tags == std::vector<std::string>{"one"});
  CHECK(query->share == 0.5);
  CHECK(read(R"({"limit":"20","open":"false"})")->tags.empty());
  CHECK(read(R"({"limit":"20","open":"false","tags":["a","b"]})")->tags.size() == 2);
  for (const auto* text : {R"({"limit":"20x","open":"true"})", R"({"limit":"","open":"true"})", R"({"limit":"51","open":"true"})",
                           R"({"limit":"1.0","open":"true"})", R"({"limit":" 1","open":"true"})",
                           R"({"limit":"1","open":"yes"})", R"({"limit":"1","open":"true","share":"nan"})",
                           R"({"limit":"1","open":"true","share":"inf"})"}) {
    INFO(text);
    CHECK(read(text).has_error());
  }
}

TEST_CASE("texts are written so that any reader reads the same") {
  std::string out;
  json::append_text(out, std::string_view("a\"b\\c\n\r\t\x01\x1f\0é😀/", 18));
  CHECK(out == "\"a\\\"b\\\\c\\n\\r\\t\\u0001\\u001f\\u0000é😀/\"");
  CHECK(json::Document::parse(out).value().root().as_string() == std::string_view("a\"b\\c\n\r\t\x01\x1f\0é😀/", 18));
  CHECK(json::write(std::numeric_limits<std::int64_t>::min()) == "-9223372036854775808");
  CHECK(json::write(0.1) == "0.1");
  CHECK_THROWS_AS(json::write(std::numeric_limits<double>::infinity()), std::domain_error);
  CHECK_THROWS_AS(json::write(std::numeric_limits<double>::quiet_NaN()), std::domain_error);
}

TEST_CASE("the schema says what the reader takes") {
  json::Schemas components;
  CHECK(json::schema<Tree>(components) == R"({"$ref":"#/components/schemas/Tree"})");
  REQUIRE(components.size() == 3);
  CHECK(components["Leaf"] ==
        R"({"type":"object","additionalProperties":false,"properties":{"veins":{"description":"How many.",)"
        R"("type":"integer","format":"int64","minimum":1,"maximum":9}},"required":["veins"]})");
  for (const auto& [name, text] : components) {
    INFO(name << ": " << text);
    CHECK(json::Document::parse(text).has_value());
  }
  const auto tree = json::Document::parse(components["Tree"]).value();
  const auto property = [&](std::string_view name) { return tree.root().find("properties")->find(name)->text(); };
  CHECK(property("title") == R"({"description":"Its \"name\".","maxLength":10,"minLength":1,"type":"string"})");
  CHECK(property("shade") == R"({"enum":["light","dark"],"type":"string"})");
  CHECK(property("id") == R"({"format":"uuid","type":"string"})");
  CHECK(property("leaves") == R"({"items":{"$ref":"#/components/schemas/Leaf"},"maxItems":3,"minItems":1,"type":"array"})");
  CHECK(property("best") == R"({"anyOf":[{"$ref":"#/components/schemas/Leaf"},{"type":"null"}]})");
  CHECK(property("birds") == R"({"additionalProperties":{"format":"int64","type":"integer"},"type":"object"})");
  CHECK(property("price") == R"({"$ref":"#/components/schemas/Money"})");
  CHECK(property("anything") == "{}");
  CHECK(tree.root().find("required")->text().find("\"note\"") == std::string::npos);
  CHECK(tree.root().find("required")->size() == 13);
}
