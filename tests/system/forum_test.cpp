#include "services/forum/service.hpp"
#include "services/identity/service.hpp"
#include "tests/support/application.hpp"

#include <nlohmann/json.hpp>

#include <set>

using namespace cp;
using namespace cp::test;
using Json = nlohmann::json;

namespace {

const std::vector<app::Service> services{identity::service(), forum::service()};

struct Board {
  explicit Board(TestApplication& app)
      : sam(app.person(http::Role::parent, "sam@example.org", "Trafford")),
        eva(app.person(http::Role::parent, "eva@example.org", "Trafford")),
        facilitator(app.person(http::Role::facilitator, "kim@example.org", "Trafford")),
        commissioner(app.person(http::Role::commissioner, "commissioner@example.org", "Trafford")),
        there(app.person(http::Role::parent, "there@example.net", "Plymouth")),
        facilitator_there(app.person(http::Role::facilitator, "kim@example.net", "Plymouth")) {
    const auto made = sam.post("/v1/forum/threads", R"({"title":"Swimming in Sale","text":"Who knows a warm pool?"})").expect(201);
    thread = made.header("Location");
    CHECK(thread == "/v1/forum/threads/" + made.json()["id"].get<std::string>());
  }
  Json posts(HttpClient& who) const { return who.get(thread + "/posts").expect(200).json()["items"]; }
  std::string first_post() { return posts(sam)[0]["id"].get<std::string>(); }

  HttpClient sam, eva, facilitator, commissioner, there, facilitator_there;
  std::string thread;
};

std::size_t count(HttpClient& who, const std::string& path) {
  return who.get(path).expect(200).json()["items"].size();
}

}  // namespace

TEST_CASE("parents of one authority talk on their board") {
  for_each_application(services, [](TestApplication& app) {
    Board board(app);
    CHECK(board.eva.get("/v1/forum/board").expect(200).json()["name"] == "Trafford");
    app.clock().advance(std::chrono::seconds(1));
    const auto reply = board.eva.key("r1").post(board.thread + "/posts", R"({"text":"Altrincham has a hoist."})").expect(201);
    CHECK(board.eva.key("r1").post(board.thread + "/posts", R"({"text":"Altrincham has a hoist."})").expect(201).body == reply.body);
    const auto posts = board.posts(board.sam);
    REQUIRE(posts.size() == 2);
    CHECK(posts[0]["author_name"] == "sam");
    CHECK(posts[0]["author_role"] == "parent");
    CHECK(posts[0]["mine"] == true);
    CHECK(posts[1]["mine"] == false);
    CHECK(posts[1]["text"] == "Altrincham has a hoist.");
    const auto thread = board.commissioner.get(board.thread).expect(200).json();
    CHECK(thread["title"] == "Swimming in Sale");
    CHECK(thread["posts"] == 2);
    CHECK(thread["last_post"] == posts[1]["created"]);
    CHECK(board.sam.get(board.thread + "/posts?limit=1").expect(200).json()["next"].is_string());
  });
}

TEST_CASE("words are found on one's own board") {
  for_each_application(services, [](TestApplication& app) {
    Board board(app);
    board.there.post("/v1/forum/threads", R"({"title":"Swimming in Plymouth","text":"Mount Wise."})").expect(201);
    CHECK(count(board.sam, "/v1/forum/threads?q=swimming") == 1);
    CHECK(count(board.sam, "/v1/forum/threads?q=warm+po") == 1);
    CHECK(count(board.sam, "/v1/forum/threads?q=mount") == 0);
    CHECK(count(board.sam, "/v1/forum/threads?q=%22%20OR%201") == 0);
    CHECK(count(board.there, "/v1/forum/threads") == 1);
  });
}

TEST_CASE("another authority's board is not there") {
  for_each_application(services, [](TestApplication& app) {
    Board board(app);
    const auto post = "/v1/forum/posts/" + board.first_post();
    for (auto* who : {&board.there, &board.facilitator_there}) {
      who->get(board.thread).expect(404);
      who->get(board.thread + "/posts").expect(404);
      who->post(board.thread + "/posts", R"({"text":"Hello"})").expect(404);
      who->post(post + "/reports", R"({"reason":"Hm"})").expect(404);
    }
    board.facilitator_there.put(post + "/hiding", R"({"hidden":true,"reason":"No"})").expect(404);
    app.client().get("/v1/forum/threads").expect(401);
  });
}

TEST_CASE("a post is reported and hidden, and nobody but the facilitator reads it") {
  for_each_application(services, [](TestApplication& app) {
    Board board(app);
    const auto post = "/v1/forum/posts/" + board.first_post();
    board.eva.post(post + "/reports", R"({"reason":"A phone number"})").expect(201);
    board.eva.post(post + "/reports", R"({"reason":"Two phone numbers"})").expect(201);
    board.eva.get("/v1/forum/reports").expect(403);
    const auto reports = board.facilitator.get("/v1/forum/reports").expect(200).json()["items"];
    REQUIRE(reports.size() == 1);
    CHECK(reports[0]["reason"] == "Two phone numbers");
    CHECK(reports[0]["post_text"] == "Who knows a warm pool?");
    CHECK(count(board.facilitator_there, "/v1/forum/reports") == 0);

    board.sam.put(post + "/hiding", R"({"hidden":true,"reason":"Mine"})").expect(403);
    board.facilitator.put(post + "/hiding", R"({"hidden":true,"reason":""})").expect(422);
    board.facilitator.put(post + "/hiding", R"({"hidden":true,"reason":"A phone number"})").expect(200);
    for (auto* who : {&board.sam, &board.eva, &board.commissioner}) {
      const auto hidden = board.posts(*who)[0];
      CHECK(hidden["hidden"] == true);
      CHECK(hidden["text"].get<std::string>().find("pool") == std::string::npos);
      CHECK(who->get(board.thread).expect(200).json()["title"] != "Swimming in Sale");
      CHECK(count(*who, "/v1/forum/threads?q=warm") == 0);
    }
    CHECK(board.posts(board.facilitator)[0]["text"] == "Who knows a warm pool?");
    CHECK(count(board.facilitator, "/v1/forum/threads?q=warm") == 1);
    board.facilitator.put(post + "/hiding", R"({"hidden":false,"reason":""})").expect(200);
    CHECK(board.posts(board.eva)[0]["text"] == "Who knows a warm pool?");
  });
}

TEST_CASE("who may write, and what") {
  for_each_application(services, [](TestApplication& app) {
    Board board(app);
    board.commissioner.post("/v1/forum/threads", R"({"title":"Hello","text":"Hello"})").expect(403);
    board.sam.post("/v1/forum/threads", R"({"title":"Hi","text":"Hello"})").expect(422);
    board.sam.post("/v1/forum/threads", R"({"title":"   ","text":"Hello"})").expect(422);
    board.sam.post(board.thread + "/posts", R"({"text":" \n "})").expect(422);
    board.sam.post(board.thread + "/posts", Json{{"text", std::string(5'001, 'x')}}.dump()).expect(422);
    board.sam.post(board.thread + "/posts", Json{{"text", std::string(5'000, 'x')}}.dump()).expect(201);
  });
}
