#include "payments/banking/camt053.hpp"

#include <catch2/catch_test_macros.hpp>

#include <fstream>
#include <iterator>

using namespace cp;
using namespace cp::banking;

namespace {

std::string sample(const std::string& name) {
  std::ifstream in(std::string(CP_SOURCE_DIR "/tests/fuzz/corpus/camt053/") + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string replaced(std::string text, std::string_view what, std::string_view with) {
  const auto at = text.find(what);
  REQUIRE(at != std::string::npos);
  return text.replace(at, what.size(), with);
}

Date date(std::string_view text) { return parse_date(text).value(); }

/// A statement of version 02 around entries.
std::string around(std::string_view entries) {
  return "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.02\"><BkToCstmrStmt><Stmt><Id>S</Id>"
         "<Acct><Id><Othr><Id>1</Id></Othr></Id></Acct>" + std::string(entries) + "</Stmt></BkToCstmrStmt></Document>";
}

std::string entry(std::string_view amount, std::string_view details) {
  return "<Ntry><Amt Ccy=\"GBP\">" + std::string(amount) + "</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts><BookgDt>"
         "<Dt>2026-11-26</Dt></BookgDt><NtryDtls>" + std::string(details) + "</NtryDtls></Ntry>";
}

Error refusal(const std::string& xml) {
  const auto read = read_camt053(xml);
  REQUIRE(read.has_error());
  return read.error();
}

}  // namespace

TEST_CASE("a statement of version 02: a batch, and a return") {
  const auto statements = read_camt053(sample("version02.xml")).value();
  REQUIRE(statements.size() == 1);
  const auto& statement = statements[0];
  CHECK(statement.id == "S1");
  CHECK(statement.account == "08999966374958");
  CHECK(statement.opening == Money(100'000));
  CHECK(statement.closing == Money(88'550));
  REQUIRE(statement.lines.size() == 3);
  CHECK(statement.lines[0] == StatementLine{.id = "statement 1 entry 1 transaction 1",
                                            .direction = Direction::debit,
                                            .amount = Money(10'000),
                                            .booked = date("2026-11-26"),
                                            .value = date("2026-11-26"),
                                            .end_to_end_id = "E2E-1",
                                            .reference = "N1 RUN7 CP 1",
                                            .counterparty = "Rainbow & Co",
                                            .bank_reference = "B-1"});
  CHECK(statement.lines[1].amount == Money(5'000));
  CHECK(statement.lines[1].end_to_end_id == "E2E-2");
  CHECK(statement.lines[1].reference == "N1 RUN7 CP 2");
  CHECK(statement.lines[2] == StatementLine{.id = "statement 1 entry 2",
                                            .direction = Direction::credit,
                                            .amount = Money(3'550),
                                            .booked = date("2026-11-26"),
                                            .end_to_end_id = "E2E-0",
                                            .reference = "closed",
                                            .counterparty = "Hill Farm",
                                            .bank_reference = "B-2",
                                            .return_reason = "AC04"});
}

TEST_CASE("a statement of version 08, with a prefix: pending lines, and a sum that was not split") {
  const auto statements = read_camt053(sample("version08.xml")).value();
  const auto& statement = statements.at(0);
  CHECK(statement.account == "GB33BUKB20201555555555");
  CHECK_FALSE(statement.opening.has_value());
  REQUIRE(statement.lines.size() == 3);
  CHECK(statement.lines[0].amount == Money(1'234));
  CHECK(statement.lines[0].end_to_end_id.empty());
  CHECK(statement.lines[0].counterparty == "Hill Farm");
  CHECK(statement.lines[0].reference == "CP 9");
  CHECK(statement.lines[1].status == LineStatus::pending);
  CHECK(statement.lines[1].booked == date("2026-11-28"));
  CHECK(statement.lines[2].unsplit == 3);
  CHECK(statement.lines[2].reference == "RUN8");
}

TEST_CASE("transactions of an entry") {
  const auto lines = [](const std::string& entries) { return read_camt053(around(entries)).value().at(0).lines; };
  // One transaction without an amount takes the entry's; several without stay one sum.
  CHECK(lines(entry("3.00", "<TxDtls><Refs><EndToEndId>A</EndToEndId></Refs></TxDtls>")).at(0).amount == Money(300));
  const auto unsplit = lines(entry("3.00", "<TxDtls><Refs><EndToEndId>A</EndToEndId></Refs></TxDtls>"
                                           "<TxDtls><Refs><EndToEndId>B</EndToEndId></Refs></TxDtls>"));
  REQUIRE(unsplit.size() == 1);
  CHECK(unsplit[0].unsplit == 2);
  CHECK(unsplit[0].end_to_end_id.empty());
  CHECK(unsplit[0].reference == "A B");
  // A batch that lists fewer than it counts is not taken apart.
  CHECK(lines(entry("3.00", "<Btch><NbOfTxs>2</NbOfTxs></Btch><TxDtls/>")).at(0).unsplit == 2);
  // A charge inside a batch goes the other way.
  const auto mixed = lines(entry("3.00", "<TxDtls><Amt Ccy=\"GBP\">5.00</Amt></TxDtls><TxDtls><Amt Ccy=\"GBP\">2</Amt>"
                                         "<CdtDbtInd>CRDT</CdtDbtInd></TxDtls>"));
  REQUIRE(mixed.size() == 2);
  CHECK(mixed[1].direction == Direction::credit);
  // What it was in another currency is left aside.
  CHECK(lines(entry("3.00", "<TxDtls><AmtDtls><TxAmt><Amt Ccy=\"EUR\">4.00</Amt></TxAmt></AmtDtls></TxDtls>")).at(0).amount ==
        Money(300));
  CHECK(lines("").empty());
}

TEST_CASE("what is not understood in full is refused with its path") {
  const auto good = sample("version02.xml");
  struct Row {
    std::string_view what, with, code, path;
  };
  for (const auto& row : {
           Row{"camt.053.001.02", "camt.053.001.99", "statement-malformed", "/Document"},
           Row{"<Id>S1</Id>", "", "statement-malformed", "/Document/BkToCstmrStmt/Stmt"},
           Row{"<Id>S1</Id>", "<Id>S1</Id><Id>S1</Id>", "statement-malformed", "/Document/BkToCstmrStmt/Stmt/Id[1]"},
           Row{"<Ccy>GBP</Ccy>", "<Ccy>EUR</Ccy>", "statement-currency", "/Document/BkToCstmrStmt/Stmt/Acct/Ccy"},
           Row{"Ccy=\"GBP\">150.00", "Ccy=\"EUR\">150.00", "statement-currency", "/Document/BkToCstmrStmt/Stmt/Ntry[1]/Amt"},
           Row{"Ccy=\"GBP\">150.00", ">150.00", "statement-malformed", "/Document/BkToCstmrStmt/Stmt/Ntry[1]/Amt"},
           Row{">150.00<", ">150.001<", "statement-malformed", "/Document/BkToCstmrStmt/Stmt/Ntry[1]/Amt"},
           Row{">150.00<", ">-150.00<", "statement-malformed", "/Document/BkToCstmrStmt/Stmt/Ntry[1]/Amt"},
           Row{">150.00<", ">1,50.00<", "statement-malformed", "/Document/BkToCstmrStmt/Stmt/Ntry[1]/Amt"},
           Row{">150.00<", "><b/>150.00<", "statement-malformed", "/Document/BkToCstmrStmt/Stmt/Ntry[1]/Amt/b"},
           Row{">150.00<", ">150.01<", "statement-sum", "/Document/BkToCstmrStmt/Stmt/Ntry[1]"},
           Row{"885.5<", "885.51<", "statement-sum", "/Document/BkToCstmrStmt/Stmt"},
           Row{"<CdtDbtInd>DBIT", "<CdtDbtInd>DEBIT", "statement-malformed", "/Document/BkToCstmrStmt/Stmt/Ntry[1]/CdtDbtInd"},
           Row{"<Sts>BOOK", "<Sts>DONE", "statement-malformed", "/Document/BkToCstmrStmt/Stmt/Ntry[1]/Sts"},
           Row{"<BookgDt><Dt>2026-11-26", "<BookgDt><Dt>2026-11-31", "statement-malformed",
               "/Document/BkToCstmrStmt/Stmt/Ntry[1]/BookgDt"},
           Row{"<NbOfTxs>2", "<NbOfTxs>two", "statement-malformed",
               "/Document/BkToCstmrStmt/Stmt/Ntry[1]/NtryDtls/Btch/NbOfTxs"},
       }) {
    const auto error = refusal(replaced(good, row.what, row.with));
    INFO(row.what << " -> " << row.with << ": " << error.detail);
    CHECK(error.kind == ErrorKind::malformed);
    CHECK(error.code == row.code);
    CHECK(std::get<std::string>(error.extras.at(0).second) == row.path);
  }
}

TEST_CASE("what is no statement, or is made to do harm, is refused") {
  const auto good = sample("version02.xml");
  const auto body = good.substr(good.find("<Document"));
  for (const auto& text : {
           std::string(), std::string("x"), std::string("<a"), std::string("<a/>"), good + good.substr(good.find("<Document")),
           "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>" + body,
           "<!DOCTYPE a [<!ENTITY x \"xxxxxxxx\"><!ENTITY y \"&x;&x;&x;\">]>" + body,
           replaced(good, "&amp;", "&x;"), replaced(good, "&amp;", "&"), replaced(good, "&amp;", "&#0;"),
           replaced(good, "&amp;", "&#xD800;"), replaced(good, "&amp;", "&#x1F;"), replaced(good, "&amp;", "&#99999999999;"),
           replaced(good, "&amp;", "\x01"), replaced(good, "&amp;", std::string_view("\0", 1)), replaced(good, "&amp;", "\xFF"),
           replaced(good, "Rainbow", "<![CDATA[Rainbow]]>"), replaced(good, "UTF-8", "UTF-16"), replaced(good, "</Nm>", "</Name>"),
           good.substr(0, good.size() / 2), "<!-- " + good,
       }) {
    INFO(text.substr(0, 80));
    CHECK(refusal(text).code == "statement-malformed");
  }
  CHECK(read_camt053("\xEF\xBB\xBF" + good).has_value());
  CHECK(read_camt053(replaced(good, "&amp;", "&#38;")).value()[0].lines[0].counterparty == "Rainbow & Co");

  std::string deep = "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.02\">";
  for (int at = 0; at < 100'000; ++at) deep += "<a>";
  for (int at = 0; at < 100'000; ++at) deep += "</a>";
  CHECK(refusal(deep + "</Document>").code == "statement-too-large");
  CHECK(read_camt053(good, {.bytes = 100}).error().code == "statement-too-large");
  CHECK(read_camt053(good, {.elements = 20}).error().code == "statement-too-large");
  CHECK(read_camt053(good, {.lines = 2}).error().code == "statement-too-large");
}

TEST_CASE("pounds are read to the penny, or not at all") {
  struct Row {
    std::string_view text;
    std::optional<std::int64_t> strict, thousands;
  };
  for (const auto& row : {Row{"1", 100, 100}, Row{"1.5", 150, 150}, Row{"1.50000", 150, 150}, Row{"-0.01", -1, -1},
                          Row{"+2.00", 200, 200}, Row{"1,234.50", {}, 123'450}, Row{"£1,234,567", {}, 123'456'700},
                          Row{"-£3", {}, -300}, Row{"0", 0, 0}, Row{"1000000000", 100'000'000'000, 100'000'000'000},
                          Row{"1000000001", {}, {}}, Row{"1.234", {}, {}}, Row{"", {}, {}}, Row{"-", {}, {}}, Row{".", {}, {}},
                          Row{".5", {}, {}}, Row{"1.", {}, {}}, Row{"1 000", {}, {}}, Row{"12,34", {}, {}}, Row{",123", {}, {}},
                          Row{"1234,567", {}, {}}, Row{"1e3", {}, {}}, Row{"--1", {}, {}}, Row{"1.2.3", {}, {}},
                          Row{"9999999999999999999", {}, {}}}) {
    INFO(row.text);
    const auto pence = [](std::optional<Money> money) { return money ? std::optional(money->pence()) : std::nullopt; };
    CHECK(pence(parse_pounds(row.text)) == row.strict);
    CHECK(pence(parse_pounds(row.text, true)) == row.thousands);
  }
}
