#include "payments/banking/pain001.hpp"

#include "payments/banking/characters.hpp"

#include <pugixml.hpp>

#include <sstream>

namespace cp::banking {
namespace {

using Node = pugi::xml_node;

Node add(Node parent, const char* name) { return parent.append_child(name); }

void add(Node parent, const char* name, const std::string& text) {
  add(parent, name).text().set(text.c_str());
}

std::string amount_text(Money amount) {
  const auto pence = std::to_string(amount.pence() % 100);
  return std::to_string(amount.pence() / 100) + (pence.size() == 1 ? ".0" : ".") + pence;
}

/// `2026-11-23T09:05:32Z`: the schema takes fractions, some banks do not.
std::string seconds_text(Timestamp instant) {
  return to_text(Timestamp(std::chrono::floor<std::chrono::seconds>(instant)));
}

void add_name(Node parent, const char* name, const BankDetails& details) {
  add(add(parent, name), "Nm", iso_text(details.account_name(), 140));
}

void add_account(Node parent, const char* name, const BankDetails& details, bool with_currency = false) {
  const auto account = add(parent, name);
  const auto other = add(add(account, "Id"), "Othr");
  add(other, "Id", details.account_number());
  add(add(other, "SchmeNm"), "Cd", "BBAN");
  if (with_currency) add(account, "Ccy", std::string(Money::currency));
}

void add_bank(Node parent, const char* name, const BankDetails& details) {
  const auto member = add(add(add(parent, name), "FinInstnId"), "ClrSysMmbId");
  add(add(member, "ClrSysId"), "Cd", "GBDSC");
  add(member, "MmbId", details.sort_code());
}

void add_sums(Node parent, const PaymentFile& file) {
  add(parent, "NbOfTxs", std::to_string(file.payments.size()));
  add(parent, "CtrlSum", amount_text(total_of(file)));
}

void add_payment(Node batch, const Payment& payment) {
  const auto credit = add(batch, "CdtTrfTxInf");
  add(add(credit, "PmtId"), "EndToEndId", payment.end_to_end_id);
  const auto amount = add(add(credit, "Amt"), "InstdAmt");
  amount.text().set(amount_text(payment.amount).c_str());
  Node(amount).append_attribute("Ccy").set_value(std::string(Money::currency).c_str());
  add_bank(credit, "CdtrAgt", payment.payee);
  add_name(credit, "Cdtr", payment.payee);
  add_account(credit, "CdtrAcct", payment.payee);
  add(add(credit, "RmtInf"), "Ustrd", payment.reference);
}

}  // namespace

Result<std::string> write_pain001(const PaymentFile& file, const BankCalendar& calendar) {
  CP_TRY(check(file, calendar));
  pugi::xml_document document;
  auto declaration = document.append_child(pugi::node_declaration);
  declaration.append_attribute("version").set_value("1.0");
  declaration.append_attribute("encoding").set_value("UTF-8");
  auto root = document.append_child("Document");
  root.append_attribute("xmlns").set_value("urn:iso:std:iso:20022:tech:xsd:pain.001.001.09");
  const auto message = add(root, "CstmrCdtTrfInitn");

  const auto header = add(message, "GrpHdr");
  add(header, "MsgId", file.id);
  add(header, "CreDtTm", seconds_text(file.created));
  add_sums(header, file);
  add_name(header, "InitgPty", file.payer);

  const auto batch = add(message, "PmtInf");
  add(batch, "PmtInfId", file.id);
  add(batch, "PmtMtd", "TRF");
  add(batch, "BtchBookg", "true");
  add_sums(batch, file);
  add(add(batch, "ReqdExctnDt"), "Dt", to_text(file.pay_on));
  add_name(batch, "Dbtr", file.payer);
  add_account(batch, "DbtrAcct", file.payer, true);
  add_bank(batch, "DbtrAgt", file.payer);
  add(batch, "ChrgBr", "SHAR");
  for (const auto& payment : file.payments) add_payment(batch, payment);

  std::ostringstream out;
  document.save(out, "  ", pugi::format_indent, pugi::encoding_utf8);
  return out.str();
}

}  // namespace cp::banking
