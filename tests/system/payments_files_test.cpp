// What people take home: the audit, and statements as files that no spreadsheet runs.
#include "payments/client.hpp"
#include "shared/core/csv.hpp"
#include "tests/system/story.hpp"

#include <cstdlib>
#include <fstream>
#include <numeric>
#include <sstream>

using namespace cp;
using namespace cp::test;

namespace {

std::int64_t pence(const nlohmann::json& rows, const std::string& column) {
  return std::accumulate(rows.begin(), rows.end(), std::int64_t{0}, [&](std::int64_t sum, const auto& row) {
    return sum + row[column]["pence"].template get<std::int64_t>();
  });
}

std::vector<CsvRecord> records(const HttpAnswer& answer) {
  CHECK(answer.header("Content-Type") == "text/csv; charset=utf-8");
  CHECK(answer.header("Content-Disposition").find("attachment") == 0);
  const auto read = read_csv(answer.body);
  REQUIRE(read.has_value());
  return *read;
}

}  // namespace

TEST_CASE("the audit says what statements say, and both are files that run nothing") {
  for_each_application(all_services(), [](TestApplication& app) {
    Story story(app);
    auto& alder = story.family("alder", 300'000);
    auto& beech = story.family("beech", 300'000);
    const auto offer = story.offer();
    const auto pool = story.pool(offer, {alder.id, beech.id});
    story.agree(pool, 0, 0);
    story.accept(alder, pool).expect(200);
    story.accept(beech, pool).expect(200);

    auto commissioner = app.sign_in("commissioner@test.example");
    const auto statement = alder.browser.get("/v1/payments/statement").expect(200).json();
    const auto other = beech.browser.get("/v1/payments/statement").expect(200).json();
    const auto audit = commissioner.get("/v1/payments/audit?from=2025-01&to=2027-12").expect(200).json();
    CHECK(pence(audit["rows"], "allocated") == 600'000);
    const auto held = statement["totals"]["held"]["pence"].get<std::int64_t>() +
                      other["totals"]["held"]["pence"].get<std::int64_t>();
    CHECK(held > 0);
    CHECK(pence(audit["rows"], "held") - pence(audit["rows"], "released") == held);
    CHECK(audit["rows"].back()["left"]["pence"] == 600'000 - held);

    const auto lines = records(alder.browser.get("/v1/payments/statement.csv").expect(200));
    CHECK(lines.size() == statement["lines"].size() + 1);
    for (const auto& line : lines) {
      CHECK(line.fields.size() == 10);
    }
    // In parts, by the address that the first one names.
    const auto first = alder.browser.get("/v1/payments/statement.csv?limit=1").expect(200);
    const auto link = first.header("Link");
    REQUIRE(link.size() > 2);
    const auto second = records(alder.browser.get(link.substr(1, link.find('>') - 1)).expect(200));
    CHECK(records(first)[1].fields != second[1].fields);

    const auto table = records(commissioner.get("/v1/payments/audit.csv?from=2025-01&to=2027-12").expect(200));
    CHECK(table.size() == audit["rows"].size() + 1);
    commissioner.get("/v1/payments/statement.csv").expect(422);
    records(commissioner.get("/v1/payments/statement.csv?family=" + alder.id).expect(200));
    beech.browser.get("/v1/payments/statement.csv?family=" + alder.id).expect(404);
    commissioner.get("/v1/payments/audit?from=2020-01&to=2027-12").expect(422);
    commissioner.get("/v1/payments/audit.csv?from=yesterday").expect(422);
    alder.browser.get("/v1/payments/audit").expect(403);
    auto elsewhere = app.person(http::Role::commissioner, "plymouth@test.example", "Plymouth");
    elsewhere.get("/v1/payments/statement.csv?family=" + alder.id).expect(404);
    CHECK(elsewhere.get("/v1/payments/audit?from=2025-01&to=2027-12").expect(200).json()["rows"].empty());
  });
}

TEST_CASE("the program exports its ledger beside a running one, and an empty one takes it in") {
  TemporaryFolder folder;
  const auto program = built_program();
  const auto data = folder.file("data");
  const auto run = [&](const std::string& arguments) {
    return std::system((program + " ledger " + arguments + " >" + folder.file("output") + " 2>&1").c_str());
  };
  const auto whole = [](const std::string& path) {
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return text.str();
  };
  Process server(program, data, {});
  server.start();
  REQUIRE(run("export --format journal --set data.dir=" + data + " --output " + folder.file("one")) == 0);
  REQUIRE(run("import " + folder.file("one") + " --set data.dir=" + folder.file("copy")) == 0);
  REQUIRE(run("export --format journal --set data.dir=" + folder.file("copy") + " --output " + folder.file("two")) == 0);
  CHECK(whole(folder.file("one")) == whole(folder.file("two")));
  CHECK(run("import " + folder.file("one") + " --set data.dir=" + data) != 0);  // the server has it
  for (const std::string format : {"hledger", "beancount", "csv"}) {
    CHECK(run("export --format " + format + " --set data.dir=" + data) == 0);
  }
  CHECK(run("export --format abacus --set data.dir=" + data) != 0);
  CHECK(run("simulate --seed 5 --operations 500") == 0);
  CHECK(whole(folder.file("output")).find("500 operations compared") != std::string::npos);
}
