#include "shared/http/operations.hpp"
#include "shared/http/router.hpp"

#include "tests/unit/http/example.hpp"
#include "tests/unit/http/run.hpp"

#include <algorithm>

#include <catch2/catch_test_macros.hpp>

using namespace cp;
using namespace cp::http;

namespace {

struct Asked {
  std::string what;
  Method method = Method::get;
  std::string path;
  Headers headers;
  std::string body;
  int status = 200;
  std::string code = {};
};

Principal someone(Role role) {
  Principal who;
  who.account = Id<"account">("0190a000-0000-7000-8000-000000000001");
  who.role = role;
  return who;
}

/// The cookie names the role; `broken` is an authenticator that cannot answer.
Task<Result<std::optional<Principal>>> authenticate(const Request& request) {
  const auto* cookie = find_header(request.headers, "Cookie");
  if (!cookie) co_return std::optional<Principal>();
  if (*cookie == "broken") co_return unavailable();
  if (const auto role = from_name<Role>(*cookie)) co_return std::optional<Principal>(someone(*role));
  co_return std::optional<Principal>();
}

struct Fixture {
  Router router;
  example::Api api{router};
  Fixture() {
    router.authenticate_with([](const Request& request) { return authenticate(request); });
    router.set_allowed_origins({"http://localhost:8080"});
  }
  Response ask(Method method, const std::string& path, Headers headers = {}, std::string body = {}) {
    Request request;
    request.method = method;
    const auto question = path.find('?');
    request.path = path.substr(0, question);
    if (question != std::string::npos) request.query = path.substr(question + 1);
    request.headers = std::move(headers);
    request.body = std::move(body);
    return run(router.dispatch(request));
  }
};

const std::string note = R"({"text":"hello"})";
const Headers parent = {{"Cookie", "parent"}};
Headers parent_with(const std::string& name, const std::string& value) {
  return {{"Cookie", "parent"}, {name, value}};
}

}  // namespace

TEST_CASE("the router refuses what a route does not allow") {
  Fixture fixture;
  const std::vector<Asked> table = {
      {"a plain read", Method::get, "/v1/notes", {}, "", 200},
      {"a literal wins over a parameter", Method::get, "/v1/notes/latest", {}, "", 200},
      {"an unknown path", Method::get, "/v1/nothing", {}, "", 404, "not-found"},
      {"a trailing slash", Method::get, "/v1/notes/", {}, "", 404, "not-found"},
      {"another method", Method::patch, "/v1/notes", {}, "", 405, "method-not-allowed"},
      {"an internal route from outside", Method::get, "/internal/notes", {}, "", 404, "not-found"},
      {"another method of an internal route", Method::post, "/internal/notes", {}, "", 404, "not-found"},
      {"nobody signed in", Method::del, "/v1/notes/1", {}, "", 401, "sign-in-needed"},
      {"a forgotten session", Method::del, "/v1/notes/1", {{"Cookie", "old"}}, "", 401, "sign-in-needed"},
      {"somebody signed in", Method::del, "/v1/notes/1", parent, "", 204},
      {"another role", Method::put, "/v1/notes/1", {{"Cookie", "provider"}}, note, 403, "not-allowed"},
      {"no version named", Method::put, "/v1/notes/1", parent, note, 428, "if-match-needed"},
      {"the right version", Method::put, "/v1/notes/1", parent_with("If-Match", "\"3\""), note, 200},
      {"an old version", Method::put, "/v1/notes/1", parent_with("If-Match", "\"2\""), note, 412, "changed-meanwhile"},
      {"any version", Method::put, "/v1/notes/1", parent_with("If-Match", "*"), note, 400, "bad-if-match"},
      {"a weak version", Method::put, "/v1/notes/1", parent_with("If-Match", "W/\"3\""), note, 400, "bad-if-match"},
      {"a negative version", Method::put, "/v1/notes/1", parent_with("If-Match", "\"-3\""), note, 400, "bad-if-match"},
      {"an empty version", Method::put, "/v1/notes/1", parent_with("If-Match", "\"\""), note, 400, "bad-if-match"},
      {"an empty key", Method::post, "/v1/notes", {{"Idempotency-Key", ""}}, note, 400, "bad-idempotency-key"},
      {"a key with a space", Method::post, "/v1/notes", {{"Idempotency-Key", "a b"}}, note, 400, "bad-idempotency-key"},
      {"a key too long", Method::post, "/v1/notes", {{"Idempotency-Key", std::string(201, 'k')}}, note, 400,
       "bad-idempotency-key"},
      {"a key as long as allowed", Method::post, "/v1/notes", {{"Idempotency-Key", std::string(200, 'k')}}, note, 201},
      {"no body", Method::post, "/v1/notes", {}, "", 400, "not-json"},
      {"a body that is not JSON", Method::post, "/v1/notes", {}, "text=hello", 400, "not-json"},
      {"a form", Method::post, "/v1/notes", {{"Content-Type", "text/plain"}}, note, 415, "not-json"},
      {"JSON with a charset", Method::post, "/v1/notes", {{"content-type", "Application/JSON; charset=utf-8"}}, note, 201},
      {"a field too long", Method::post, "/v1/notes", {}, R"({"text":")" + std::string(21, 'x') + "\"}", 422, "invalid-fields"},
      {"a key twice", Method::post, "/v1/notes", {}, R"({"text":"a","text":"b"})", 400, "duplicate-key"},
      {"an unknown key", Method::post, "/v1/notes", {}, R"({"text":"a","x":1})", 422, "invalid-fields"},
      {"a parameter of the wrong kind", Method::get, "/v1/notes/x", {}, "", 422, "invalid-fields"},
      {"a parameter beyond its bounds", Method::get, "/v1/notes/100", {}, "", 422, "invalid-fields"},
      {"a path parameter in the query too", Method::get, "/v1/notes/1?note=2", {}, "", 422, "invalid-fields"},
      {"an unknown query parameter", Method::get, "/v1/notes?colour=red", {}, "", 422, "invalid-fields"},
      {"a broken escape", Method::get, "/v1/notes?text=%4", {}, "", 400, "bad-encoding"},
      {"an escape that is not UTF-8", Method::get, "/v1/notes?text=%ff", {}, "", 400, "bad-encoding"},
      {"a zero byte", Method::get, "/v1/notes?text=a%00b", {}, "", 422, "invalid-fields"},
      {"an exception", Method::get, "/v1/broken", {}, "", 500, "internal"},
      {"a full queue", Method::get, "/v1/busy", {}, "", 503, "busy"},
      {"a write from our page", Method::post, "/v1/notes", {{"Origin", "http://localhost:8080"}}, note, 201},
      {"a write from the own host", Method::post, "/v1/notes", {{"Origin", "https://purse.example"}, {"Host", "purse.example"}}, note, 201},
      {"a write from another site", Method::post, "/v1/notes", {{"Origin", "https://evil.example"}, {"Host", "purse.example"}}, note, 403, "other-origin"},
      {"a write from nowhere", Method::post, "/v1/notes", {{"Origin", "null"}, {"Host", "null"}}, note, 403, "other-origin"},
      {"a cross-site write without Origin", Method::post, "/v1/notes", {{"Sec-Fetch-Site", "cross-site"}}, note, 403, "other-origin"},
      {"a read from another site", Method::get, "/v1/notes", {{"Origin", "https://evil.example"}}, "", 200},
      {"sessions cannot be read", Method::del, "/v1/notes/1", {{"Cookie", "broken"}}, "", 503, "busy"},
      {"sessions cannot be read and need not", Method::get, "/v1/notes", {{"Cookie", "broken"}}, "", 200},
  };
  for (const auto& row : table) {
    INFO(row.what);
    const auto response = fixture.ask(row.method, row.path, row.headers, row.body);
    CHECK(response.status == row.status);
    if (row.code.empty()) continue;
    CHECK(response.content_type == "application/problem+json");
    CHECK(error_from_problem(response.status, response.body).code == row.code);
  }
}

TEST_CASE("answers carry their version, address and methods") {
  Fixture fixture;
  const auto made = fixture.ask(Method::post, "/v1/notes", {}, note);
  CHECK(*find_header(made.headers, "location") == "/v1/notes/1");
  CHECK(*find_header(made.headers, "ETAG") == "\"1\"");
  CHECK(made.body == R"({"number":1,"text":"hello"})");
  const auto other = fixture.ask(Method::post, "/v1/notes/1", {}, note);
  CHECK(*find_header(other.headers, "Allow") == "GET, HEAD, PUT, DELETE");
  const auto gone = fixture.ask(Method::del, "/v1/notes/1", parent);
  CHECK(gone.body.empty());
  CHECK(gone.content_type.empty());
  const auto busy = fixture.ask(Method::get, "/v1/busy");
  CHECK(find_header(busy.headers, "Retry-After"));
}

TEST_CASE("anybody's routes know who is signed in") {
  Fixture fixture;
  CHECK(fixture.ask(Method::get, "/v1/notes").body.find("signed in") == std::string::npos);
  CHECK(fixture.ask(Method::get, "/v1/notes", parent).body.find("signed in") != std::string::npos);
}

TEST_CASE("queries are decoded and repeated") {
  Fixture fixture;
  const auto body = fixture.ask(Method::get, "/v1/notes?text=a+b%2Bc&tags=x&&tags=y").body;
  CHECK(body.find(R"("a b+c")") != std::string::npos);
  CHECK(body.find(R"("x")") != std::string::npos);
  CHECK(body.find(R"("y")") != std::string::npos);
  std::string many = "/v1/notes?tags=x";
  for (int count = 0; count < 200; ++count) many += "&tags=x";
  CHECK(fixture.ask(Method::get, many).status == 400);
}

TEST_CASE("another service may ask internal routes, without a session or an origin") {
  Fixture fixture;
  Request request;
  request.internal = true;
  request.path = "/internal/notes";
  CHECK(run(fixture.router.dispatch(request)).status == 200);
}

TEST_CASE("an exception tells the caller nothing of itself") {
  Fixture fixture;
  CHECK(fixture.ask(Method::get, "/v1/broken").body.find("ann@") == std::string::npos);
}

TEST_CASE("what is no route may be a file") {
  Fixture fixture;
  fixture.router.fall_back_to([](const Request& request) -> std::optional<Response> {
    if (request.path != "/page") return std::nullopt;
    Response response;
    response.body = "page";
    return response;
  });
  CHECK(fixture.ask(Method::get, "/page").body == "page");
  CHECK(fixture.ask(Method::get, "/other").status == 404);
  CHECK(fixture.ask(Method::post, "/page").status == 404);
}

TEST_CASE("two routes for one request cannot be added") {
  Fixture fixture;
  const auto handler = [](Request&) -> Task<Response> { co_return Response{}; };
  CHECK_THROWS(fixture.router.add_raw({Method::get, "/v1/notes/{other}", anyone(), "Again."}, handler));
  CHECK_THROWS(fixture.router.add_raw({Method::get, "v1", anyone(), "No slash."}, handler));
}

TEST_CASE("a WebSocket's handshake is checked like a write") {
  Fixture fixture;
  Request request;
  request.headers = {{"Origin", "https://evil.example"}, {"Host", "purse.example"}, {"Cookie", "parent"}};
  CHECK(run(fixture.router.identify(request)).has_error());
  request.headers = {{"Origin", "http://localhost:8080"}, {"Cookie", "parent"}};
  REQUIRE(run(fixture.router.identify(request)).has_value());
  CHECK(request.who().role == Role::parent);
}

TEST_CASE("the routes list themselves, a line each") {
  Fixture fixture;
  add_routes_listing(fixture.router);
  const auto body = fixture.ask(Method::get, "/v1/_routes").body;
  CHECK(std::count(body.begin(), body.end(), '\n') == 10);
  CHECK(body.find("parent|facilitator") != std::string::npos);
  CHECK(body.find("signed-in") != std::string::npos);
  CHECK(body.find("internal") != std::string::npos);
  CHECK(body.find("GET    /v1/_routes") != std::string::npos);
}
