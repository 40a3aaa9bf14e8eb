#include "shared/http/message.hpp"
#include "shared/json/node.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace cp;
using namespace cp::http;

TEST_CASE("a problem says everything that RFC 9457 wants, and comes back as the error it was") {
  Error error = invalid("too-dear", "Choose a smaller \"group\".");
  error.fields = {{"/families/0", "This family has no hours left."}};
  const auto whole = std::move(error).with("pool", "p1").with("short_by_pence", 250);
  const auto response = problem(whole, "r1");
  CHECK(response.status == 422);
  CHECK(response.content_type == "application/problem+json");
  const auto document = json::Document::parse(response.body);
  REQUIRE(document.has_value());
  const auto root = document->root();
  CHECK(root.find("type")->as_string() == "/problems/too-dear");
  CHECK(root.find("status")->as_integer() == 422);
  CHECK(!root.find("title")->as_string().empty());
  CHECK(root.find("request_id")->as_string() == "r1");
  CHECK(root.find("short_by_pence")->as_integer() == 250);
  CHECK(error_from_problem(response.status, response.body) == whole);
}

TEST_CASE("every kind of error has one status and comes back") {
  const std::vector<std::pair<ErrorKind, int>> table = {
      {ErrorKind::malformed, 400},  {ErrorKind::unauthenticated, 401},      {ErrorKind::forbidden, 403},
      {ErrorKind::not_found, 404},  {ErrorKind::conflict, 409},             {ErrorKind::precondition_failed, 412},
      {ErrorKind::too_large, 413},  {ErrorKind::invalid, 422},              {ErrorKind::precondition_required, 428},
      {ErrorKind::rate_limited, 429}, {ErrorKind::internal, 500},           {ErrorKind::unavailable, 503}};
  for (const auto& [kind, status] : table) {
    CHECK(status_of(kind) == status);
    CHECK(error_from_problem(status, "{}").kind == kind);
    const bool waits = status == 429 || status == 503;
    Error error;
    error.kind = kind;
    CHECK((find_header(problem(error, "").headers, "retry-after") != nullptr) == waits);
  }
}

TEST_CASE("an answer that is no problem is still an error") {
  CHECK(error_from_problem(502, "<html>").kind == ErrorKind::internal);
  CHECK(error_from_problem(503, "").kind == ErrorKind::unavailable);
  CHECK(error_from_problem(404, "[1]").code == "unexpected-answer");
  CHECK(error_from_problem(418, R"({"errors":[1,{"pointer":2}]})").fields.size() == 1);
}
