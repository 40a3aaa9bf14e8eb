// Money out and in over HTTP, on SQLite and on PostgreSQL: bank details and their confirmation, a
// run made by one person and released by another, its file, and what the bank says of it.
#include "tests/system/story.hpp"

#include <regex>

using namespace cp;
using namespace cp::test;

namespace {

constexpr const char* account_number = "66374958";
constexpr const char* payer_number = "12345678";

Json details(const std::string& number) {
  return {{"sort_code", "08-99-99"}, {"account_number", number}, {"account_name", "Sale Swimmers CIC"}};
}

std::int64_t pence(const Json& amount) { return amount.at("pence").get<std::int64_t>(); }

/// A camt.053 statement with one entry of the payer's account.
std::string statement(std::int64_t amount, const std::string& direction, const std::string& details) {
  const auto pounds = std::to_string(amount / 100) + "." + std::to_string(amount % 100 / 10) + std::to_string(amount % 10);
  const auto xml = "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.02\"><BkToCstmrStmt><Stmt><Id>S</Id>"
                   "<Acct><Id><Othr><Id>089999" + std::string(payer_number) + "</Id></Othr></Id></Acct>"
                   "<Ntry><Amt Ccy=\"GBP\">" + pounds + "</Amt><CdtDbtInd>" + direction + "</CdtDbtInd><Sts>BOOK</Sts>"
                   "<BookgDt><Dt>2026-12-01</Dt></BookgDt><NtryDtls><TxDtls>" + details +
                   "</TxDtls></NtryDtls></Ntry></Stmt></BkToCstmrStmt></Document>";
  return Json{{"format", "camt.053"}, {"text", xml}}.dump();
}

/// A pool with one delivered session, and everybody who brings its money to the provider.
struct Payday {
  explicit Payday(TestApplication& application)
      : app(application), story(application),
        second(application.person(http::Role::commissioner, "second@test.example", "Trafford")) {
    auto& alder = story.family("alder", 3'000'000);
    auto& beech = story.family("beech", 3'000'000);
    const auto offer = story.offer();
    pool = story.pool(offer, {alder.id, beech.id});
    story.agree(pool, 0, 100);
    story.accept(alder, pool).expect(200);
    story.accept(beech, pool).expect(200);
    app.clock().set(*parse_timestamp("2026-11-28T18:00:00Z"));
    story.provider.post("/v1/pools/" + pool + "/sessions/1/delivery").expect(200);
    app.clock().set(*parse_timestamp("2026-11-30T10:00:00Z"));
  }
  Json invoice() { return story.provider.get("/v1/payments/invoices").expect(200).json().at("items").at(0); }
  std::string confirmed() {
    const auto made = story.provider.post("/v1/payments/bank-details", details(account_number).dump()).expect(201);
    const auto path = "/v1/payments/bank-details/" + made.json().at("id").get<std::string>();
    story.commissioner.post(path + "/confirmation", R"({"checked_with_payee":true})").expect(200);
    return path;
  }
  void payer() {
    auto body = details(payer_number);
    body["service_user_number"] = "123456";
    const auto entered = story.commissioner.if_match(0).put("/v1/payments/payer", body.dump()).expect(200).json();
    const auto change = "/v1/payments/payer/changes/" + entered.at("change").at("id").get<std::string>();
    CHECK(entered.at("configured") == false);
    CHECK(story.commissioner.post(change + "/confirmation").expect(403).json().at("code") == "change-by-same-person");
    CHECK(second.post(change + "/confirmation").expect(200).json().at("version") == 1);
    second.post(change + "/confirmation").expect(404);
  }
  Json run(const std::string& day = "2026-12-02") {
    return story.commissioner.post("/v1/payments/runs", Json{{"pay_on", day}}.dump()).expect(201).json();
  }
  Json released(const Json& run) {
    const auto path = "/v1/payments/runs/" + run.at("id").get<std::string>();
    return second.post(path + "/releases", Json{{"digest", run.at("digest")}}.dump()).expect(200).json();
  }
  std::string file(const Json& run, const std::string& format = "pain.001") {
    return story.commissioner
        .get("/v1/payments/run-files?run=" + run.at("id").get<std::string>() + "&format=" + format)
        .expect(200).body;
  }

  TestApplication& app;
  Story story;
  HttpClient second;
  std::string pool;
};

void on_each(const std::function<void(Payday&)>& body, Settings settings = {}) {
  settings.push_back({"session.hours", "720"});
  for_each_application(
      all_services(),
      [&](TestApplication& app) {
        Payday day(app);
        body(day);
        CHECK(day.story.verify() == 0);
      },
      settings);
}

std::string end_to_end(const std::string& xml) {
  std::smatch found;
  REQUIRE(std::regex_search(xml, found, std::regex("<EndToEndId>([^<]+)</EndToEndId>")));
  return found[1];
}

}  // namespace

TEST_CASE("a delivered session is invoiced, paid by a run, and settled by the bank's statement") {
  on_each([](Payday& day) {
    auto& commissioner = day.story.commissioner;
    const auto owed = pence(day.invoice().at("total"));
    CHECK(owed == 9'000);
    CHECK(day.invoice().at("state") == "open");
    const auto listed = commissioner.get("/v1/payments/payables").expect(200).json().at("items");
    REQUIRE(listed.size() == 1);
    CHECK(pence(listed[0].at("owed")) == owed);
    CHECK(listed[0].at("payable") == false);

    // Without details that somebody else confirmed, nothing can be paid.
    auto preview = commissioner.get("/v1/payments/run-preview").expect(200).json();
    CHECK(preview.at("payments").empty());
    CHECK(preview.at("excluded").at(0).at("reason") == "no-usable-bank-details");
    commissioner.post("/v1/payments/runs", R"({"pay_on":"2026-12-02"})").expect(422);
    day.confirmed();
    day.payer();
    preview = commissioner.get("/v1/payments/run-preview").expect(200).json();
    CHECK(pence(preview.at("total")) == owed);
    CHECK(preview.at("pay_on") == "2026-12-01");
    CHECK(preview.at("excluded").empty());

    commissioner.post("/v1/payments/runs", R"({"pay_on":"2026-12-05"})").expect(422);  // a Saturday
    const auto made = commissioner.key("run").post("/v1/payments/runs", R"({"pay_on":"2026-12-02"})").expect(201).json();
    CHECK(commissioner.key("run").post("/v1/payments/runs", R"({"pay_on":"2026-12-02"})").expect(201).json() == made);
    commissioner.key("run").post("/v1/payments/runs", R"({"pay_on":"2026-12-03"})").expect(422);
    CHECK(day.invoice().at("state") == "batched");
    commissioner.post("/v1/payments/runs", R"({"pay_on":"2026-12-02"})").expect(422);

    const std::string id = made.at("id");
    const auto path = "/v1/payments/runs/" + id;
    commissioner.get("/v1/payments/run-files?run=" + id + "&format=pain.001").expect(409);
    commissioner.post(path + "/sending").expect(409);
    CHECK(commissioner.post(path + "/releases", Json{{"digest", made.at("digest")}}.dump()).expect(403).json().at("code") ==
          "release-by-maker");
    day.second.post(path + "/releases", Json{{"digest", std::string(64, '0')}}.dump()).expect(409);
    CHECK(day.released(made).at("state") == "released");

    const auto answer = commissioner.get("/v1/payments/run-files?run=" + id + "&format=pain.001").expect(200);
    CHECK(answer.header("Cache-Control") == "no-store");
    CHECK(answer.header("Ledger-Head").find("ledger ") == 0);
    CHECK(answer.body.find("<!-- " + answer.header("Ledger-Head") + " -->") != std::string::npos);
    CHECK(answer.body.find(account_number) != std::string::npos);
    CHECK(day.file(made, "bacs-18").find("VOL1") == 0);
    // Who took it away is written down, and so is whose account it is paid from.
    const auto log = commissioner.get("/v1/identity/access-log?limit=4").expect(200).json().at("items");
    const auto me = commissioner.get("/v1/identity/me").expect(200).json().at("id");
    int files = 0, payers = 0;  // in any order: the clock stands still
    for (const auto& entry : log) {
      files += entry.at("action") == "file-taken" && entry.at("subject") == "payment-run:" + id && entry.at("account") == me;
      payers += entry.at("action") == "payer-changed" && entry.at("account") != me;
    }
    CHECK(files == 2);
    CHECK(payers == 1);

    CHECK(commissioner.post(path + "/sending").expect(200).json().at("state") == "sent");
    commissioner.post(path + "/sending").expect(409);
    commissioner.post(path + "/cancellation").expect(409);
    CHECK(day.invoice().at("state") == "sent");

    const auto said = statement(owed, "DBIT", "<Refs><EndToEndId>" + end_to_end(answer.body) + "</EndToEndId></Refs>");
    const auto taken = commissioner.post("/v1/payments/bank-statements", said).expect(201).json();
    CHECK(taken.at("settled") == 1);
    CHECK(taken.at("unmatched") == 0);
    CHECK(commissioner.post("/v1/payments/bank-statements", said).expect(200).json() == taken);
    CHECK(day.invoice().at("state") == "settled");
    CHECK(pence(day.invoice().at("settled")) == owed);
    CHECK(commissioner.get("/v1/payments/payables").expect(200).json().at("items").empty());
    CHECK(commissioner.get("/v1/payments/bank-statements").expect(200).json().at("items").size() == 1);
    CHECK(commissioner.get("/v1/payments/runs").expect(200).json().at("items").at(0).at("payments").at(0).at("step") == "settled");
  });
}

TEST_CASE("a payment that came back is owed again, and paid by the next run") {
  on_each([](Payday& day) {
    auto& commissioner = day.story.commissioner;
    day.confirmed();
    day.payer();
    const auto first = day.run();
    day.released(first);
    const auto id = end_to_end(day.file(first));
    commissioner.post("/v1/payments/runs/" + first.at("id").get<std::string>() + "/sending").expect(200);
    const auto refs = "<Refs><EndToEndId>" + id + "</EndToEndId></Refs>";
    commissioner.post("/v1/payments/bank-statements", statement(9'000, "DBIT", refs)).expect(201);
    const auto back = commissioner
                          .post("/v1/payments/bank-statements",
                                statement(9'000, "CRDT", refs + "<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>"))
                          .expect(201).json();
    CHECK(back.at("returned") == 1);
    CHECK(day.invoice().at("state") == "returned");
    CHECK(pence(day.invoice().at("owed")) == 9'000);

    // The next run's line has nothing to be known by: a person says what it is.
    const auto second = day.run();
    day.released(second);
    const std::string run = second.at("id");
    commissioner.post("/v1/payments/runs/" + run + "/sending").expect(200);
    commissioner.post("/v1/payments/bank-statements",
                      statement(8'999, "DBIT", "<RmtInf><Ustrd>bank charge</Ustrd></RmtInf>")).expect(201);
    auto lines = commissioner.get("/v1/payments/bank-lines").expect(200).json().at("items");
    REQUIRE(lines.size() == 1);
    const auto path = "/v1/payments/bank-lines/" + lines[0].at("id").get<std::string>();
    const Json payment = {{"run", run}, {"provider", day.story.provider_id}};
    CHECK(commissioner.if_match(1).post(path + "/assignment", payment.dump()).expect(409).json().at("code") == "amount-differs");
    commissioner.if_match(7).post(path + "/dismissal").expect(412);
    commissioner.if_match(1).post(path + "/dismissal").expect(200);
    commissioner.if_match(2).post(path + "/dismissal").expect(409);
    CHECK(commissioner.get("/v1/payments/bank-lines").expect(200).json().at("items").empty());

    // Reversals and unknown ids are for a person, too.
    commissioner.post("/v1/payments/bank-statements",
                      statement(9'000, "DBIT", "<Refs><EndToEndId>NOT-OURS</EndToEndId></Refs>")).expect(201);
    lines = commissioner.get("/v1/payments/bank-lines").expect(200).json().at("items");
    REQUIRE(lines.size() == 1);
    const auto other = "/v1/payments/bank-lines/" + lines[0].at("id").get<std::string>();
    commissioner.post(other + "/assignment", payment.dump()).expect(428);
    commissioner.if_match(1).key("line").post(other + "/assignment", payment.dump()).expect(200);
    commissioner.if_match(1).key("line").post(other + "/assignment", payment.dump()).expect(200);
    CHECK(day.invoice().at("state") == "settled");
  });
}

TEST_CASE("a run above the limit needs two others, and a cancelled one leaves all owed") {
  on_each(
      [](Payday& day) {
        day.confirmed();
        day.payer();
        const auto first = day.run();
        const auto path = "/v1/payments/runs/" + first.at("id").get<std::string>();
        CHECK(first.at("releases_needed") == 2);
        CHECK(day.released(first).at("state") == "draft");
        day.second.post(path + "/releases", Json{{"digest", first.at("digest")}}.dump()).expect(409);
        auto third = day.app.person(http::Role::commissioner, "third@test.example", "Trafford");
        CHECK(third.post(path + "/releases", Json{{"digest", first.at("digest")}}.dump()).expect(200).json().at("state") ==
              "released");
        CHECK(third.post(path + "/cancellation").expect(200).json().at("state") == "cancelled");
        third.post(path + "/sending").expect(409);
        CHECK(day.invoice().at("state") == "open");
        CHECK(day.run().at("state") == "draft");
      },
      {{"bank.second_release_pounds", "50"}});
}

TEST_CASE("bank details are masked, confirmed by somebody else, and used some days after a change") {
  on_each([](Payday& day) {
    auto& commissioner = day.story.commissioner;
    auto& provider = day.story.provider;
    provider.post("/v1/payments/bank-details", R"({"sort_code":"1","account_number":"2","account_name":""})").expect(422);
    const auto path = day.confirmed();
    commissioner.post(path + "/confirmation", R"({"checked_with_payee":true})").expect(409);
    provider.post(path + "/confirmation", R"({"checked_with_payee":true})").expect(403);
    day.app.clock().advance(std::chrono::minutes(1));
    const auto changed = provider.post("/v1/payments/bank-details", details("31926819").dump()).expect(201);
    CHECK(changed.body.find("31926819") == std::string::npos);
    const auto other = "/v1/payments/bank-details/" + changed.json().at("id").get<std::string>();
    CHECK(commissioner.post(other + "/confirmation", R"({"checked_with_payee":false})").expect(422).json().at("code") ==
          "change-not-checked");
    const auto confirmed = commissioner.post(other + "/confirmation", R"({"checked_with_payee":true})").expect(200).json();
    CHECK(confirmed.at("confirmations").at(0).at("usable_from") == "2026-12-03");
    for (auto* browser : {&commissioner, &provider}) {
      const auto list = browser->get("/v1/payments/bank-details").expect(200);
      CHECK(list.json().at("items").size() == 2);
      CHECK(list.body.find(account_number) == std::string::npos);
      CHECK(list.body.find("••••6819") != std::string::npos);
    }
    day.payer();
    CHECK(commissioner.get("/v1/payments/payer").expect(200).body.find(payer_number) == std::string::npos);
    commissioner.if_match(0).put("/v1/payments/payer", details(payer_number).dump()).expect(412);
    const auto other_payer = commissioner.if_match(1).put("/v1/payments/payer", details("87654321").dump()).expect(200).json();
    CHECK(other_payer.at("account_number") == "••••5678");
    CHECK(other_payer.at("change").at("account_number") == "••••4321");
    const auto stop = "/v1/payments/payer/changes/" + other_payer.at("change").at("id").get<std::string>() + "/withdrawal";
    CHECK(commissioner.post(stop).expect(200).json().at("change").is_null());
    commissioner.post(stop).expect(404);

    // Until then the older ones are paid by; a run made before the change cannot be sent after it.
    const auto run = day.run("2026-12-04");
    day.released(run);
    CHECK(day.file(run).find(account_number) != std::string::npos);
    day.app.clock().set(*parse_timestamp("2026-12-03T10:00:00Z"));
    const auto refused = commissioner.post("/v1/payments/runs/" + run.at("id").get<std::string>() + "/sending").expect(409);
    CHECK(refused.json().at("code") == "run-changed");
    provider.post(other + "/withdrawal").expect(409);  // in use by now

    // Nothing of another authority, and nothing for another role.
    auto elsewhere = day.app.person(http::Role::commissioner, "plymouth@test.example", "Plymouth");
    CHECK(elsewhere.get("/v1/payments/bank-details").expect(200).json().at("items").empty());
    CHECK(elsewhere.get("/v1/payments/payables").expect(200).json().at("items").empty());
    elsewhere.post(path + "/confirmation", R"({"checked_with_payee":true})").expect(404);
    elsewhere.get("/v1/payments/runs/" + run.at("id").get<std::string>()).expect(404);
    elsewhere.post("/v1/payments/runs/" + run.at("id").get<std::string>() + "/cancellation").expect(404);
    elsewhere.get("/v1/payments/run-files?run=" + run.at("id").get<std::string>() + "&format=pain.001").expect(404);
    day.story.facilitator.get("/v1/payments/runs").expect(403);
    day.story.facilitator.get("/v1/payments/bank-details").expect(403);
    provider.get("/v1/payments/payables").expect(403);
  });
}

TEST_CASE("a statement that is not understood, or of another account, changes nothing") {
  on_each([](Payday& day) {
    day.payer();
    auto& commissioner = day.story.commissioner;
    commissioner.post("/v1/payments/bank-statements", R"({"format":"camt.053","text":"<x/>"})").expect(400);
    commissioner.post("/v1/payments/bank-statements", R"({"format":"csv","text":"a,b\n"})").expect(422);
    auto foreign = statement(100, "DBIT", "");
    foreign.replace(foreign.find(payer_number), 8, "99999999");
    CHECK(commissioner.post("/v1/payments/bank-statements", foreign).expect(422).json().at("code") == "statement-account");
    const Json csv = {{"format", "csv"},
                      {"text", "Date,Amount,Text\n2026-12-01,-12.00,Tea\n"},
                      {"layout", {{"date", "Date"}, {"amount", "Amount"}, {"description", "Text"}, {"date_format", "iso"}}}};
    CHECK(commissioner.post("/v1/payments/bank-statements", csv.dump()).expect(201).json().at("unmatched") == 1);
    CHECK(commissioner.get("/v1/payments/bank-lines").expect(200).json().at("items").at(0).at("reason") == "no-candidate");
  });
}
