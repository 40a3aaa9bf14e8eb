// Issued statements over HTTP, on SQLite and on PostgreSQL: numbered, never changed, and what is written later is on the
// next one.
#include "shared/core/hash.hpp"
#include "tests/system/story.hpp"

#include <algorithm>
#include <thread>

using namespace cp;
using namespace cp::test;

namespace {

Json issue(HttpClient& by, const std::string& family, const std::string& through, int status = 200) {
  return by.post("/v1/payments/statements/" + family + "/issued", Json{{"through", through}}.dump()).expect(status).json();
}

Json listed(HttpClient& by, const std::string& query = {}) {
  return by.get("/v1/payments/issued-statements" + query).expect(200).json().at("items");
}

/// What the outbox does takes a moment.
Json listed_once_there(HttpClient& by) {
  for (int look = 0; look < 300 && listed(by).empty(); ++look) std::this_thread::sleep_for(std::chrono::milliseconds(100));
  return listed(by);
}

Json read(HttpClient& by, int number) {
  return by.get("/v1/payments/issued-statements/" + std::to_string(number)).expect(200).json().at("statement");
}

std::int64_t count(const Json& lines, const std::string& kind, bool earlier) {
  return std::count_if(lines.begin(), lines.end(),
                       [&](const Json& line) { return line.at("kind") == kind && line.at("earlier") == earlier; });
}

}  // namespace

TEST_CASE("a statement that was issued stays as it was, and what is written later is on the next one") {
  on_each([](Story& story) {
    const auto three = story.three();
    auto& [alder, beech, cedar, pool] = three;
    story.agree(pool, 0, 0);
    for (auto* family : {&alder, &beech, &cedar}) story.accept(*family, pool).expect(200);
    story.app.clock().set(*parse_timestamp("2026-12-06T18:00:00Z"));
    CHECK(listed(alder.browser).empty());
    CHECK(issue(story.facilitator, alder.id, "2026-12-06", 422).at("errors")[0].at("pointer") == "/through");
    CHECK(issue(story.facilitator, alder.id, "2026-01-31", 409).at("code") == "nothing-to-state");
    const auto first = issue(story.facilitator, alder.id, "2026-11-30");
    CHECK(first.at("number") == 1);
    CHECK(first.at("first") == "2026-11-01");
    CHECK(issue(story.facilitator, alder.id, "2026-11-30") == first);
    const auto before = read(alder.browser, 1);
    CHECK(count(before.at("lines"), "hold", false) == 4);
    CHECK(count(before.at("lines"), "charge", false) == 0);

    // Delivered in November, and said so afterwards: the period is not closed yet.
    story.provider.post("/v1/pools/" + pool + "/sessions/1/delivery").expect(200);
    story.commissioner.post("/v1/payments/closed-periods", R"({"through":"2026-11-30"})").expect(200);
    const auto beechs = listed_once_there(beech.browser);
    REQUIRE(beechs.size() == 1);
    CHECK(beechs[0].at("last") == "2026-11-30");
    CHECK(count(read(beech.browser, 1).at("lines"), "charge", false) == 1);
    CHECK(listed_once_there(cedar.browser).size() == 1);
    CHECK(listed(alder.browser) == Json::array({first}));
    CHECK(read(alder.browser, 1) == before);

    story.provider.post("/v1/pools/" + pool + "/sessions/2/delivery").expect(200);
    const auto second = issue(story.facilitator, alder.id, "2026-12-05");
    CHECK(second.at("number") == 2);
    CHECK(second.at("first") == "2026-12-01");
    const auto after = read(alder.browser, 2);
    CHECK(count(after.at("lines"), "charge", true) == 1);
    CHECK(count(after.at("lines"), "charge", false) == 1);
    CHECK(after.at("streams")[0].at("opening") == before.at("streams")[0].at("closing"));
    CHECK(after.at("streams")[0].at("closing").at("charged").at("pence") == story.totals(alder).charged);
    CHECK(after.at("lines")[0].at("derivation")[0].at("what") == "share");
    CHECK(issue(story.facilitator, alder.id, "2026-11-15", 409).at("code") == "statement-gone-by");

    // What was wrong is undone by an operation that names it and the day it puts right; it is on the next statement.
    const auto wrong = after.at("lines").back();
    CHECK(wrong.at("session") == 2);
    const auto undo = Json{{"operation", wrong.at("operation")}, {"reason", "Nobody came."}}.dump();
    const auto undone = story.commissioner.post("/v1/payments/reversals", undo).expect(200).json();
    CHECK(undone.at("corrected") == "2026-12-05");
    CHECK(story.commissioner.post("/v1/payments/reversals", undo).expect(409).json().at("code") == "already-reversed");
    const auto lines = story.statement(alder).at("lines");
    CHECK(lines[0].at("operation") == undone.at("operation"));
    CHECK(lines[0].at("derivation")[0].at("text") ==
          "Puts right what counted for 2026-12-05 (operation " + wrong.at("operation").dump() + "): Nobody came.");
    CHECK(read(alder.browser, 2) == after);

    // Whose they are.
    CHECK(listed(story.facilitator, "?family=" + alder.id).size() == 2);
    story.facilitator.get("/v1/payments/issued-statements").expect(422);
    beech.browser.get("/v1/payments/issued-statements?family=" + alder.id).expect(404);
    beech.browser.get("/v1/payments/issued-statements/2").expect(404);
    auto elsewhere = story.app.person(http::Role::commissioner, "plymouth@test.example", "Plymouth");
    elsewhere.get("/v1/payments/issued-statements?family=" + alder.id).expect(404);
    elsewhere.post("/v1/payments/reversals", undo).expect(404);
    issue(elsewhere, alder.id, "2026-12-05", 404);

    // The bytes whose hash the ledger has, and the same on paper.
    const auto path = "/v1/payments/issued-statement-files?number=2&format=";
    const auto bytes = alder.browser.get(path + std::string("json")).expect(200);
    CHECK(sha256_hex(bytes.body) == second.at("sha256"));
    CHECK(Json::parse(bytes.body) == after);
    const auto paper = alder.browser.get(path + std::string("pdf")).expect(200);
    CHECK(paper.header("Content-Type") == "application/pdf");
    CHECK(paper.body.starts_with("%PDF-"));
    CHECK(story.facilitator.get(path + ("pdf&family=" + alder.id)).expect(200).body == paper.body);

    // What others take away is written down; what a family takes of its own is not.
    const auto taken = [&] {
      std::vector<std::string> subjects;
      const auto log = story.commissioner.get("/v1/identity/access-log?limit=100").expect(200).json().at("items");
      for (const auto& entry : log) {
        if (entry.at("action") == "file-taken") subjects.push_back(entry.at("subject"));
      }
      std::sort(subjects.begin(), subjects.end());
      return subjects;
    };
    const auto paper_taken = "statement:" + alder.id + ":2";
    CHECK(taken() == std::vector<std::string>{paper_taken});
    const auto part = story.commissioner.get("/v1/payments/ledger-files?format=hledger").expect(200).body;
    CHECK(part.find("end of the journal") != std::string::npos);
    CHECK(elsewhere.get("/v1/payments/ledger-files?format=csv").expect(200).body.find(story.authority) == std::string::npos);
    CHECK(taken() == std::vector<std::string>{"ledger:hledger", paper_taken});

    CHECK(story.verify() == 0);
    const Id<"family"> of_alder(alder.id);
    story.app.database().write_now([&](db::Tx& tx) {
      tx.execute("UPDATE payments_statements SET body = body || ' ' WHERE family = $1 AND number = 1", {of_alder});
    });
    CHECK(story.verify() == 1);
  });
}

TEST_CASE("a ledger that is too large is not sent as one file") {
  const auto body = [](TestApplication& app) {
    Story story(app);
    const auto three = story.three();
    story.agree(three.pool, 0, 0);
    const auto refused = story.commissioner.get("/v1/payments/ledger-files?format=csv").expect(409).json();
    CHECK(refused.at("code") == "ledger-too-large");
    CHECK(refused.at("detail").get<std::string>().find("commonpurse ledger export") != std::string::npos);
  };
  for_each_application(all_services(), body, {{"ledger.file_operations", "2"}});
}
