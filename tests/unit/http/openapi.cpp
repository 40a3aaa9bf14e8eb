#include "tests/unit/http/example.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace cp;
using namespace cp::http;

namespace {

json::Node at(json::Node node, std::initializer_list<std::string_view> path) {
  for (const auto key : path) {
    INFO(key);
    const auto found = node.find(key);
    REQUIRE(found.has_value());
    node = *found;
  }
  return node;
}

}  // namespace

TEST_CASE("the description is made from the routes and leaves internal ones out") {
  Router router;
  const example::Api api(router);
  const auto document = json::Document::parse(router.openapi("Example", "1.0"));
  REQUIRE(document.has_value());
  const auto root = document->root();
  CHECK(at(root, {"openapi"}).as_string() == "3.1.0");
  CHECK_FALSE(at(root, {"paths"}).find("/internal/notes"));

  const auto change = at(root, {"paths", "/v1/notes/{note}", "put"});
  CHECK(at(change, {"x-access"}).as_string() == "parent|facilitator");
  CHECK(at(change, {"operationId"}).as_string() == "put_v1_notes_note");
  CHECK(at(change, {"requestBody", "content", "application/json", "schema", "$ref"}).as_string() ==
        "#/components/schemas/ExampleNewNote");
  CHECK(at(change, {"responses", "200", "content", "application/json", "schema", "$ref"}).as_string() ==
        "#/components/schemas/ExampleNote");
  CHECK(at(change, {"responses", "default", "content", "application/problem+json"}).kind() == json::Kind::object);
  const auto parameters = at(change, {"parameters"});
  REQUIRE(parameters.size() == 3);
  CHECK(at(parameters.at(0), {"in"}).as_string() == "path");
  CHECK(at(parameters.at(0), {"required"}).as_bool());
  CHECK(at(parameters.at(0), {"schema", "maximum"}).as_integer() == 99);
  CHECK(at(parameters.at(1), {"name"}).as_string() == "If-Match");
  CHECK(at(parameters.at(2), {"name"}).as_string() == "Idempotency-Key");

  const auto query = at(root, {"paths", "/v1/notes", "get", "parameters"});
  REQUIRE(query.size() == 2);
  for (std::size_t index = 0; index < 2; ++index) {
    CHECK(at(query.at(index), {"in"}).as_string() == "query");
    CHECK_FALSE(at(query.at(index), {"required"}).as_bool());
    CHECK_FALSE(at(query.at(index), {"schema"}).find("anyOf"));
  }
  CHECK_FALSE(at(root, {"paths", "/v1/notes/{note}", "delete", "responses", "204"}).find("content"));
  CHECK(at(root, {"components", "schemas"}).find("PageOfExampleNote"));
  CHECK_FALSE(at(root, {"components", "schemas"}).find("ExampleNotePath"));
}
