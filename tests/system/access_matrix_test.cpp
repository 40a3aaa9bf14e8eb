// Every route as every role and as nobody: the access column of `/v1/_routes` is what happens.
#include "tests/system/story.hpp"

#include <regex>

using namespace cp;
using namespace cp::test;

namespace {

struct Caller {
  std::string role;  // empty: nobody
  HttpClient browser;
};

/// The route's address with an id that nothing has.
std::string address_of(const http::Route& route) {
  const std::regex parameter("\\{[^}]*\\}");
  return std::regex_replace(route.doc.path, parameter, "019ab000-0000-7000-8000-000000000000");
}

bool may(const std::string& access, const std::string& role) {
  if (access == "anyone") return true;
  if (role.empty()) return false;
  return access == "signed-in" || ("|" + access + "|").find("|" + role + "|") != std::string::npos;
}

}  // namespace

TEST_CASE("every route lets in those its access column names, and nobody else") {
  TestApplication app(all_services());
  Story story(app);
  std::vector<Caller> callers;
  callers.push_back({"", app.client()});
  callers.push_back({"parent", app.person(http::Role::parent, "parent@test.example", "Trafford")});
  callers.push_back({"facilitator", app.sign_in("facilitator@test.example")});
  callers.push_back({"provider", app.sign_in("provider@test.example")});
  callers.push_back({"commissioner", app.sign_in("commissioner@test.example")});
  callers.push_back({"administrator", app.sign_in("administrator@test.example")});

  int routes = 0;
  for (const auto& route : app.application().router().routes()) {
    const auto access = route.doc.access.text();
    const std::string method(name(route.doc.method));
    // Signing out is tried with the others' tests; here it would end the caller's part.
    if (route.doc.path == "/v1/identity/sign-out") continue;
    ++routes;
    for (auto& caller : callers) {
      INFO(method << " " << route.doc.path << " (" << access << ") as "
                  << (caller.role.empty() ? "nobody" : caller.role));
      const auto body = route.doc.method == http::Method::get ? "" : "{}";
      const auto status = caller.browser.if_match(1).send(method, address_of(route), body).status;
      if (access == "internal") {
        CHECK(status == 404);
      } else if (may(access, caller.role)) {
        CHECK(status != 403);
        CHECK((status != 401 || route.doc.path == "/v1/identity/sign-in"));
        CHECK(status < 500);
      } else {
        CHECK(status == (caller.role.empty() ? 401 : 403));
      }
    }
  }
  CHECK(routes > 60);
}

TEST_CASE("what belongs to another family or authority is not there") {
  TestApplication app(all_services());
  Story story(app);
  auto& alder = story.family("alder", 300'000);
  auto& beech = story.family("beech", 300'000);
  const auto offer = story.offer();
  const auto pool = story.pool(offer, {alder.id, beech.id});
  story.agree(pool, 0, 0);
  story.accept(alder, pool).expect(200);
  story.accept(beech, pool).expect(200);

  auto stranger = app.person(http::Role::parent, "stranger@test.example", "Trafford");
  auto elsewhere = app.person(http::Role::facilitator, "plymouth@test.example", "Plymouth");
  auto commissioner = app.person(http::Role::commissioner, "plymouth2@test.example", "Plymouth");
  for (auto* browser : {&stranger, &elsewhere, &commissioner}) {
    browser->get("/v1/pools/" + pool).expect(404);
    browser->get("/v1/payments/plans/" + alder.plan).expect(404);
  }
  elsewhere.get("/v1/families/" + alder.id).expect(404);
  elsewhere.get("/v1/payments/statements/" + alder.id).expect(404);
  elsewhere.post("/v1/pools/" + pool + "/dissolution", R"({"reason":""})").expect(404);
  commissioner.if_match(1).post("/v1/payments/plans/" + alder.plan + "/agreement").expect(404);
  stranger.post("/v1/pools/" + pool + "/acceptances", R"({"agreement_version":1})").expect(404);
  CHECK(stranger.get("/v1/pools").expect(200).json().at("items").empty());
  CHECK(elsewhere.get("/v1/pools").expect(200).json().at("items").empty());
  CHECK(elsewhere.get("/v1/families").expect(200).json().at("items").empty());
}
