// A run there and back: to a file for the bank, to a statement that the test's own bank makes of that
// file, and to payables that are settled.
#include "payments/banking/batch.hpp"

#include "payments/banking/bacs18.hpp"
#include "payments/banking/camt053.hpp"
#include "payments/banking/characters.hpp"
#include "payments/banking/pain001.hpp"

#include <catch2/catch_test_macros.hpp>
#include <pugixml.hpp>

#include <set>

using namespace cp;
using namespace cp::banking;

namespace {

const BankCalendar calendar;
const Timestamp monday = parse_timestamp("2026-11-23T10:00:00Z").value();
const Date thursday = parse_date("2026-11-26").value();
const auto payer = BankDetails::parse("089999", "66374958", "Borough of Exampleton").value();

template <Name Kind>
Id<Kind> id(int number) {
  return Id<Kind>("00000000-0000-7000-8000-00000000000" + std::to_string(number));
}

struct Sent {
  PaymentRun run;
  std::vector<Payable> payables;
  PaymentFile file;
};

/// Two payees; the first one has two invoices.
Sent sent_run() {
  const auto payable = [](int number, int payee, std::int64_t pence) {
    return Payable{.id = id<"payable">(number), .payee = id<"provider">(payee), .amount = Money(pence)};
  };
  std::vector<Payable> payables{payable(1, 1, 10'001), payable(2, 2, 250), payable(3, 1, 99)};
  std::vector<DetailsChange> changes;
  std::map<Id<"bank-details">, BankDetails> opened;
  for (int owner = 1; owner <= 2; ++owner) {
    const auto change = request_change(id<"bank-details">(owner), id<"provider">(owner), id<"account">(1), monday,
                                       {ModulusAnswer::valid, ModulusReason::checked}).value();
    changes.push_back(confirm_change(change, id<"account">(2), monday, false, false, {}).value());
    opened.emplace(change.id, BankDetails::parse("202959", "63748472", "Payee " + std::to_string(owner)).value());
  }
  auto run = make_run(id<"payment-run">(7), id<"account">(1), monday, thursday, payables, changes, {}, calendar).value();
  CHECK(file_of(run, payer, opened, monday).error().code == "run-not-released");
  run = release(run, id<"account">(2), monday, digest_of(run), {}).value();
  CHECK(file_of(run, payer, {}, monday).error().code == "bank-details-missing");
  run = send(run, monday, changes, {}).value();
  for (auto& one : payables) one = take_step(take_step(one, PayableStep::batch, run.id).value(), PayableStep::send).value();
  auto file = file_of(run, payer, opened, monday).value();
  return {run, payables, file};
}

/// The bank's statement of a file, made from the text of the file alone.
std::string statement_of(const std::string& pain001) {
  pugi::xml_document document;
  REQUIRE(document.load_string(pain001.c_str()));
  const auto batch = document.child("Document").child("CstmrCdtTrfInitn").child("PmtInf");
  std::string xml = "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\"><BkToCstmrStmt><Stmt><Id>1</Id><Acct><Id>"
                    "<Othr><Id>66374958</Id></Othr></Id></Acct><Ntry><Amt Ccy=\"GBP\">" + std::string(batch.child_value("CtrlSum")) +
                    "</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-11-26</Dt></BookgDt><NtryDtls>";
  for (const auto credit : batch.children("CdtTrfTxInf")) {
    xml += "<TxDtls><Refs><PmtInfId>" + std::string(batch.child_value("PmtInfId")) + "</PmtInfId><EndToEndId>" +
           credit.child("PmtId").child_value("EndToEndId") + "</EndToEndId></Refs><Amt Ccy=\"GBP\">" +
           credit.child("Amt").child_value("InstdAmt") + "</Amt><CdtDbtInd>DBIT</CdtDbtInd></TxDtls>";
  }
  return xml + "</NtryDtls></Ntry></Stmt></BkToCstmrStmt></Document>";
}

}  // namespace

TEST_CASE("a run pays each payee once, under an id of its own") {
  const auto sent = sent_run();
  REQUIRE(sent.file.payments.size() == 2);
  CHECK(total_of(sent.file) == sent.run.total);
  std::set<Id<"payable">> paid;
  for (const auto& payment : payments_of(sent.run)) {
    CHECK(is_bank_id(payment.end_to_end_id));
    CHECK(is_reference(payment.reference));
    CHECK(payment.amount == (payment.payee == id<"provider">(1) ? Money(10'100) : Money(250)));
    for (const auto& payable : payment.payables) CHECK(paid.insert(payable).second);
  }
  CHECK(paid.size() == 3);
  auto other = sent.run;
  other.id = id<"payment-run">(8);
  CHECK(payments_of(other)[0].end_to_end_id != payments_of(sent.run)[0].end_to_end_id);
  CHECK(payments_of(other)[1].end_to_end_id != payments_of(sent.run)[0].end_to_end_id);
}

TEST_CASE("pain.001 out, camt.053 in, everything settled") {
  const auto sent = sent_run();
  const auto statements = read_camt053(statement_of(write_pain001(sent.file, calendar).value())).value();
  const auto result = reconcile(sent_payments(sent.run, sent.payables), statements.at(0).lines).value();
  CHECK(result.matches.size() == 2);
  CHECK(result.unmatched.empty());
  CHECK(result.outstanding.empty());
  for (const auto& match : result.matches) CHECK(match.evidence == Evidence::end_to_end_id);

  // Settled ones are duplicates when the statement comes again, and may come back.
  auto payables = sent.payables;
  for (auto& one : payables) one = take_step(one, PayableStep::settle).value();
  const auto again = reconcile(sent_payments(sent.run, payables), statements.at(0).lines).value();
  CHECK(again.matches.empty());
  for (const auto& unmatched : again.unmatched) CHECK(unmatched.reason == UnmatchedReason::duplicate);
  for (auto& one : payables) one = take_step(take_step(one, PayableStep::give_back).value(), PayableStep::owe_again).value();
  for (const auto& payment : sent_payments(sent.run, payables)) CHECK(payment.state == PaymentState::returned);
}

TEST_CASE("Bacs out, one sum in, everything settled") {
  const auto sent = sent_run();
  const auto text = write_bacs18(sent.file, {"408912", "000001"}, calendar).value();
  const auto contra = text.find("017089999");
  REQUIRE(contra != std::string::npos);
  // The bank's text of the contra: its narrative and reference, from position 47 of its record.
  StatementLine line;
  line.id = "line 2";
  line.amount = Money(std::stoll(text.substr(contra + 21, 11)));
  line.reference = text.substr(contra + 32, 18) + ' ' + text.substr(contra + 50, 18);
  line.booked = thursday;
  const auto result = reconcile(sent_payments(sent.run, sent.payables), {line}).value();
  REQUIRE(result.matches.size() == 1);
  CHECK(result.matches[0].evidence == Evidence::run);
  CHECK(result.matches[0].payments.size() == 2);
  CHECK(result.outstanding.empty());
}
