// The message against its published schema, with an independent validator (xmllint), and against
// the payments that it was made of.
#include "payments/banking/pain001.hpp"
#include "tests/unit/banking/files.hpp"

#include <catch2/catch_test_macros.hpp>
#include <pugixml.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

using namespace cp;
using namespace cp::banking;

namespace {

namespace fs = std::filesystem;

const BankCalendar calendar;

/// What xmllint says: 0 where the text is valid by the schema, 3 where it is not.
int validate(const std::string& xml) {
  const auto schema = fs::path(CP_SOURCE_DIR) / "../shared/conformance/iso20022/pain.001.001.09.xsd";
  if (!fs::exists(schema)) SKIP("The schema is not at " << schema << ": nothing was validated.");
  const auto file = fs::temp_directory_path() / ("pain001-" + std::to_string(getpid()) + ".xml");
  std::ofstream(file, std::ios::binary) << xml;
  const auto command = "xmllint --nonet --noout --schema '" + schema.string() + "' '" + file.string() + "' 2>/dev/null";
  const int status = std::system(command.c_str());
  fs::remove(file);
  if (WEXITSTATUS(status) == 127) FAIL("xmllint is not installed. Run: script/setup test");
  return WEXITSTATUS(status);
}

std::string text_at(const pugi::xml_node& node, const char* path) {
  const auto found = node.first_element_by_path(path);
  REQUIRE(found);
  return found.text().get();
}

}  // namespace

TEST_CASE("a run is valid by the published schema") {
  const auto xml = write_pain001(some_file(), calendar).value();
  CHECK(validate(xml) == 0);
  // The validator does look: without its message id the same text is not valid.
  auto broken = xml;
  broken.erase(broken.find("<MsgId>"), broken.find("</MsgId>") + 8 - broken.find("<MsgId>"));
  CHECK(validate(broken) == 3);
}

TEST_CASE("long runs with names of all kinds are valid, too") {
  auto file = some_file();
  const std::vector<std::string> names{"é", "A&B <c>", "Ünïcödé 'x' \"y\"", std::string(140, 'W'), "ßßßßß", "a]]>b"};
  for (int at = 0; at < 500; ++at) {
    file.payments.push_back({"N-" + std::to_string(at), "REF " + std::to_string(at), Money(1 + at * 7919),
                             some_details("202959", "63748472", names[static_cast<std::size_t>(at) % names.size()])});
  }
  CHECK(validate(write_pain001(file, calendar).value()) == 0);
}

TEST_CASE("the message says what the run says") {
  const auto file = some_file();
  pugi::xml_document document;
  REQUIRE(document.load_string(write_pain001(file, calendar).value().c_str()));
  const auto message = document.child("Document").child("CstmrCdtTrfInitn");
  for (const auto* part : {"GrpHdr", "PmtInf"}) {
    CHECK(text_at(message.child(part), "NbOfTxs") == "3");
    CHECK(text_at(message.child(part), "CtrlSum") == "20012345.68");
  }
  CHECK(text_at(message, "GrpHdr/MsgId") == file.id);
  CHECK(text_at(message, "GrpHdr/CreDtTm") == "2026-11-23T09:05:32Z");
  CHECK(text_at(message, "PmtInf/ReqdExctnDt/Dt") == "2026-11-26");
  CHECK(text_at(message, "PmtInf/Dbtr/Nm") == "Borough of Exampleton");
  CHECK(text_at(message, "PmtInf/DbtrAcct/Id/Othr/Id") == "66374958");
  CHECK(text_at(message, "PmtInf/DbtrAcct/Ccy") == "GBP");
  CHECK(text_at(message, "PmtInf/DbtrAgt/FinInstnId/ClrSysMmbId/MmbId") == "089999");

  std::size_t at = 0;
  for (const auto credit : message.child("PmtInf").children("CdtTrfTxInf")) {
    const auto& payment = file.payments.at(at++);
    CHECK(text_at(credit, "PmtId/EndToEndId") == payment.end_to_end_id);
    CHECK(text_at(credit, "CdtrAgt/FinInstnId/ClrSysMmbId/ClrSysId/Cd") == "GBDSC");
    CHECK(text_at(credit, "CdtrAgt/FinInstnId/ClrSysMmbId/MmbId") == payment.payee.sort_code());
    CHECK(text_at(credit, "CdtrAcct/Id/Othr/Id") == payment.payee.account_number());
    CHECK(text_at(credit, "RmtInf/Ustrd") == payment.reference);
    CHECK(std::string(credit.first_element_by_path("Amt/InstdAmt").attribute("Ccy").value()) == "GBP");
  }
  CHECK(at == file.payments.size());
  const auto first = message.child("PmtInf").child("CdtTrfTxInf");
  CHECK(text_at(first, "Cdtr/Nm") == "Zoe's Bouncy + Son");
  CHECK(text_at(first, "CdtrAcct/Id/Othr/Id") == "88837491");
  CHECK(text_at(first, "Amt/InstdAmt") == "0.01");
  CHECK(text_at(first.next_sibling(), "CdtrAcct/Id/Othr/Id") == "00637484");
  CHECK(text_at(first.next_sibling(), "Amt/InstdAmt") == "12345.67");
}

TEST_CASE("a run that a bank would refuse is refused first, by name") {
  struct Row {
    void (*change)(PaymentFile&);
    std::string_view code, pointer;
  };
  const Row rows[] = {
      {[](PaymentFile& f) { f.payments.clear(); }, "payment-file-empty", ""},
      {[](PaymentFile& f) { f.payments.assign(most_payments + 1, f.payments[0]); }, "payment-file-too-large", ""},
      {[](PaymentFile& f) { f.pay_on = parse_date("2026-11-28").value(); }, "pay-day-not-banking", ""},
      {[](PaymentFile& f) { f.pay_on = parse_date("2026-12-25").value(); }, "pay-day-not-banking", ""},
      {[](PaymentFile& f) { f.pay_on = parse_date("2026-11-20").value(); }, "pay-day-too-early", ""},
      {[](PaymentFile& f) { f.id = "a b"; }, "invalid-fields", "/id"},
      {[](PaymentFile& f) { f.payments[1].end_to_end_id = "E2E-1"; }, "invalid-fields", "/payments/1/end_to_end_id"},
      {[](PaymentFile& f) { f.payments[2].end_to_end_id = ""; }, "invalid-fields", "/payments/2/end_to_end_id"},
      {[](PaymentFile& f) { f.payments[0].reference = "lower"; }, "invalid-fields", "/payments/0/reference"},
      {[](PaymentFile& f) { f.payments[0].amount = Money(0); }, "invalid-fields", "/payments/0/amount"},
      {[](PaymentFile& f) { f.payments[0].amount = Money(-5); }, "invalid-fields", "/payments/0/amount"},
      {[](PaymentFile& f) { f.payments[0].amount = most_payment + Money(1); }, "invalid-fields", "/payments/0/amount"},
      {[](PaymentFile& f) { f.payments[0].payee = some_details("107999", "88837491", "Дом"); }, "invalid-fields",
       "/payments/0/payee"},
  };
  for (const auto& row : rows) {
    auto file = some_file();
    row.change(file);
    const auto written = write_pain001(file, calendar);
    INFO(row.code << ' ' << row.pointer);
    REQUIRE(written.has_error());
    CHECK(written.error().code == row.code);
    if (!row.pointer.empty()) CHECK(written.error().fields.at(0).pointer == row.pointer);
  }
}
