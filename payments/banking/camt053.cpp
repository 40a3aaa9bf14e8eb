#include "payments/banking/camt053.hpp"

#include "payments/banking/characters.hpp"
#include "shared/core/csv.hpp"

#include <pugixml.hpp>

#include <algorithm>
#include <charconv>

namespace cp::banking {
namespace {

using Node = pugi::xml_node;

constexpr std::string_view name_space = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.";

Error malformed_statement(const std::string& detail) { return malformed("statement-malformed", detail); }
Error too_large(const std::string& detail) { return {ErrorKind::too_large, "statement-too-large", detail}; }

/// `/Document/BkToCstmrStmt/Stmt[2]/Ntry`: numbers only where there are several of a name.
std::string path_of(Node node) {
  std::string path;
  for (; node && node.type() == pugi::node_element; node = node.parent()) {
    std::size_t before = 0;
    for (auto other = node.previous_sibling(node.name()); other; other = other.previous_sibling(node.name())) ++before;
    const bool several = before > 0 || node.next_sibling(node.name());
    path = '/' + std::string(node.name()) + (several ? '[' + std::to_string(before + 1) + ']' : "") + path;
  }
  return path;
}

// --- The text, before the parser sees it --------------------------------------------------------

/// The length of `&amp;` and the like at the front of `text`, or of a number for a character that
/// XML allows; 0 for everything else.
std::size_t entity_length(std::string_view text) {
  for (const std::string_view known : {"&amp;", "&lt;", "&gt;", "&quot;", "&apos;"}) {
    if (text.starts_with(known)) return known.size();
  }
  if (!text.starts_with("&#")) return 0;
  const bool hex = text.starts_with("&#x");
  const auto* first = text.data() + (hex ? 3 : 2);
  const auto* last = text.data() + std::min<std::size_t>(text.size(), 12);
  std::uint32_t code = 0;
  const auto [end, problem] = std::from_chars(first, last, code, hex ? 16 : 10);
  const bool allowed = (code >= 0x20 && code < 0xD800) || (code >= 0xE000 && code <= 0x10FFFF && code != 0xFFFE &&
                                                           code != 0xFFFF) || code == '\t' || code == '\n' || code == '\r';
  if (problem != std::errc{} || end == first || end == last || *end != ';' || !allowed) return 0;
  return static_cast<std::size_t>(end + 1 - text.data());
}

/// What a lenient parser would let through: other encodings, document types, unknown entities,
/// sections, control characters, and more elements than it should hold in memory.
Result<Done> check_text(std::string_view xml, const CamtLimits& limits) {
  if (xml.size() > limits.bytes) {
    return too_large("A statement has at most " + std::to_string(limits.bytes) + " bytes.");
  }
  if (valid_utf8_bytes(xml) != xml.size()) return malformed_statement("The file is not UTF-8 text.");
  const auto outside = trimmed(xml);
  if (!outside.starts_with('<') || !outside.ends_with('>')) return malformed_statement("The file is not XML.");
  std::size_t elements = 0;
  for (std::size_t at = 0; at < xml.size(); ++at) {
    const char c = xml[at];
    const auto rest = xml.substr(at);
    if ((c >= 0 && c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7F) {
      return malformed_statement("The file has control characters.");
    }
    if (c == '&' && entity_length(rest) == 0) return malformed_statement("The file has an entity that XML does not know.");
    if (c != '<') continue;
    if (rest.starts_with("<!--")) {
      const auto end = xml.find("-->", at + 4);
      if (end == std::string_view::npos) return malformed_statement("A comment has no end.");
      at = end + 2;
    } else if (rest.starts_with("<!")) {
      return malformed_statement("The file has a document type or a CDATA section; a bank statement has neither.");
    } else if (++elements > 2 * limits.elements) {
      return too_large("A statement has at most " + std::to_string(limits.elements) + " elements.");
    }
  }
  return Done{};
}

/// Counts what it walks over, and stops where it is too deep.
class Measure : public pugi::xml_tree_walker {
 public:
  explicit Measure(std::size_t most) : most_(most) {}
  bool for_each(Node& node) override {
    too_deep = node.type() == pugi::node_element && static_cast<std::size_t>(depth()) >= most_;
    return !too_deep;
  }
  bool too_deep = false;

 private:
  std::size_t most_;
};

bool is_utf8(std::string_view encoding) {
  std::string lower;
  for (const char c : encoding) lower += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return lower.empty() || lower == "utf-8" || lower == "us-ascii";
}

Result<Done> parse(pugi::xml_document& document, std::string_view xml, const CamtLimits& limits) {
  const auto flags = pugi::parse_default | pugi::parse_declaration;
  const auto parsed = document.load_buffer(xml.data(), xml.size(), flags, pugi::encoding_utf8);
  if (!parsed) {
    const auto line = 1 + std::count(xml.begin(), xml.begin() + std::clamp<std::ptrdiff_t>(parsed.offset, 0, std::ssize(xml)), '\n');
    return malformed_statement("Line " + std::to_string(line) + " is not XML: " + parsed.description() + '.')
        .with("line", static_cast<std::int64_t>(line));
  }
  const auto declared = document.first_child().type() == pugi::node_declaration ? document.first_child() : Node{};
  if (!is_utf8(declared.attribute("encoding").value())) return malformed_statement("Save the statement as UTF-8.");
  Measure measure(limits.depth);
  document.traverse(measure);
  if (measure.too_deep) return too_large("A statement has at most " + std::to_string(limits.depth) + " levels.");
  return Done{};
}

// --- The elements -------------------------------------------------------------------------------

/// Reads elements and remembers the first that was not as it has to be; after that, whatever it
/// answers does not matter, as the whole message is refused.
class Reader {
 public:
  explicit Reader(const CamtLimits& limits) : limits_(limits) {}

  Result<std::vector<Statement>> read(const pugi::xml_document& document) {
    std::vector<Statement> statements;
    const auto root = document.document_element();
    if (root.next_sibling() || !read_name_space(root)) {
      fail(root, "a camt.053.001.02 or camt.053.001.08 document is needed, and nothing else.");
    }
    const auto message = one(root, "BkToCstmrStmt");
    for (const auto node : all(message, "Stmt")) {
      statements.push_back(read_statement(node, statements.size() + 1));
      if (error_) break;
    }
    if (statements.empty()) fail(message, "there is no statement in it.");
    if (error_) return std::move(*error_);
    return statements;
  }

 private:
  // Reading ---------------------------------------------------------------------------------------

  void fail(Node node, const std::string& what, const char* code = "statement-malformed") {
    if (error_) return;
    const auto path = path_of(node);
    error_ = malformed(code, path + ": " + what).with("path", path);
  }

  /// Banks write `<Document xmlns="...">` or `<ns2:Document xmlns:ns2="...">`.
  bool read_name_space(Node root) {
    const std::string_view name = root.name();
    const auto colon = name.find(':');
    prefix_ = colon == std::string_view::npos ? "" : std::string(name.substr(0, colon + 1));
    if (name != prefix_ + "Document") return false;
    const auto attribute = prefix_.empty() ? "xmlns" : "xmlns:" + prefix_.substr(0, prefix_.size() - 1);
    const std::string_view declared = root.attribute(attribute.c_str()).value();
    return declared == std::string(name_space) + "02" || declared == std::string(name_space) + "08";
  }

  std::vector<Node> all(Node parent, const char* name) const {
    std::vector<Node> found;
    const auto full = prefix_ + name;
    for (auto node = parent.child(full.c_str()); node; node = node.next_sibling(full.c_str())) found.push_back(node);
    return found;
  }

  /// The element, or none; two are refused.
  Node maybe(Node parent, const char* name) {
    const auto found = parent.child((prefix_ + name).c_str());
    if (found && found.next_sibling(found.name())) fail(found, "it is there twice.");
    return found;
  }

  Node one(Node parent, const char* name) {
    const auto found = maybe(parent, name);
    if (!found) fail(parent, std::string(name) + " is missing.");
    return found;
  }

  /// The element at the end of a path of elements that may all be missing.
  Node maybe(Node parent, std::initializer_list<const char*> path) {
    for (const auto* name : path) parent = maybe(parent, name);
    return parent;
  }

  /// The text of an element that has only text; empty for no element.
  std::string text(Node node) {
    std::string value;
    for (const auto child : node.children()) {
      if (child.type() == pugi::node_element) fail(child, "text is wanted here, not an element.");
      if (child.type() == pugi::node_pcdata) value += child.value();
    }
    return std::string(trimmed(value));
  }

  Money amount(Node node) {
    if (!node) return {};
    std::size_t currencies = 0;
    bool pounds = true;
    for (const auto attribute : node.attributes()) {
      if (std::string_view(attribute.name()) != "Ccy") continue;
      ++currencies;
      pounds = pounds && attribute.value() == Money::currency;
    }
    if (currencies != 1) fail(node, "one currency is needed.");
    if (!pounds) fail(node, "only pounds (GBP) are kept here.", "statement-currency");
    const auto value = parse_pounds(text(node));
    if (!value || value->is_negative()) fail(node, "an amount with at most two decimals is needed.");
    return value.value_or(Money{});
  }

  Direction direction(Node node) {
    const auto value = text(node);
    if (node && value != "CRDT" && value != "DBIT") fail(node, "CRDT or DBIT is needed.");
    return value == "CRDT" ? Direction::credit : Direction::debit;
  }

  /// A yes or no of XML Schema; no where there is no element.
  bool flag(Node node) {
    const auto value = text(node);
    if (node && value != "true" && value != "1" && value != "false" && value != "0") fail(node, "true or false is needed.");
    return value == "true" || value == "1";
  }

  std::size_t count(Node node) {
    const auto value = text(node);
    std::size_t number = 0;
    const auto [end, problem] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (node && (problem != std::errc{} || end != value.data() + value.size() || number > 1'000'000'000)) {
      fail(node, "a count is needed.");
    }
    return number;
  }

  /// `Dt` or `DtTm`: the day as the bank wrote it, whatever its zone.
  std::optional<Date> date(Node parent) {
    if (!parent) return std::nullopt;
    const auto day = maybe(parent, "Dt");
    const auto instant = maybe(parent, "DtTm");
    const auto value = text(day ? day : instant);
    const auto read = parse_date(std::string_view(value).substr(0, 10));
    const auto rest = std::string_view(value).substr(std::min<std::size_t>(value.size(), 10));
    const bool zone = rest.empty() || rest == "Z" || (rest.size() == 6 && (rest[0] == '+' || rest[0] == '-'));
    if (!read || (day ? !zone : !rest.starts_with('T'))) fail(parent, "a day is needed.");
    return read;
  }

  // Statements ------------------------------------------------------------------------------------

  Statement read_statement(Node node, std::size_t number) {
    Statement statement;
    statement.id = text(one(node, "Id"));
    const auto account = one(node, "Acct");
    const auto id = one(account, "Id");
    const auto iban = maybe(id, "IBAN");
    statement.account = text(iban ? iban : one(one(id, "Othr"), "Id"));
    if (const auto currency = maybe(account, "Ccy"); currency && text(currency) != Money::currency) {
      fail(currency, "only accounts in pounds (GBP) are kept here.", "statement-currency");
    }
    read_balances(node, statement);
    const auto place = "statement " + std::to_string(number) + " entry ";
    Money booked;
    std::size_t at = 0;
    for (auto entry = node.child((prefix_ + "Ntry").c_str()); entry && !error_; entry = entry.next_sibling(entry.name())) {
      const auto first = statement.lines.size();
      read_entry(entry, place + std::to_string(++at), statement.lines);
      for (auto line = first; line < statement.lines.size(); ++line) booked += effect(statement.lines[line]);
    }
    if (!error_ && statement.opening && statement.closing && *statement.opening + booked != *statement.closing) {
      fail(node, "opening balance and booked entries are not the closing balance. The file is not complete.",
           "statement-sum");
    }
    return statement;
  }

  static Money effect(const StatementLine& line) {
    if (line.status != LineStatus::booked) return {};
    return line.direction == Direction::credit ? line.amount : -line.amount;
  }

  /// Opening and closing balance, where the statement has one of each and is no page of a longer one.
  void read_balances(Node node, Statement& statement) {
    const auto pages = maybe(node, "StmtPgntn");
    const bool one_page = !pages || (flag(maybe(pages, "LastPgInd")) && text(maybe(pages, "PgNb")) == "1");
    std::size_t openings = 0;
    std::size_t closings = 0;
    for (const auto balance : all(node, "Bal")) {
      const auto kind = text(maybe(balance, {"Tp", "CdOrPrtry", "Cd"}));
      const auto value = amount(one(balance, "Amt"));
      const auto signed_value = direction(one(balance, "CdtDbtInd")) == Direction::credit ? value : -value;
      if (kind == "OPBD") {
        ++openings;
        statement.opening = signed_value;
      } else if (kind == "CLBD") {
        ++closings;
        statement.closing = signed_value;
      }
    }
    if (openings != 1 || !one_page) statement.opening.reset();
    if (closings != 1 || !one_page) statement.closing.reset();
  }

  LineStatus status(Node node) {
    // A text in version 02, a choice in version 08.
    const auto code = maybe(node, "Cd");
    const auto value = text(code ? code : node);
    if (value == "BOOK") return LineStatus::booked;
    if (value == "PDNG" || value == "FUTR") return LineStatus::pending;
    if (value != "INFO") fail(node, "BOOK, PDNG, FUTR or INFO is needed.");
    return LineStatus::information;
  }

  void read_entry(Node node, const std::string& place, std::vector<StatementLine>& lines) {
    StatementLine entry;
    entry.id = place;
    entry.amount = amount(one(node, "Amt"));
    entry.direction = direction(one(node, "CdtDbtInd"));
    entry.reversal = flag(maybe(node, "RvslInd"));
    entry.status = status(one(node, "Sts"));
    entry.value = date(maybe(node, "ValDt"));
    const auto booked = date(maybe(node, "BookgDt"));
    if (!booked && !entry.value) fail(node, "BookgDt or ValDt is needed.");
    entry.booked = booked ? *booked : entry.value.value_or(Date{});
    entry.bank_reference = text(maybe(node, "AcctSvcrRef"));
    append(entry.reference, text(maybe(node, "NtryRef")));
    append(entry.reference, text(maybe(node, "AddtlNtryInf")));

    std::vector<Node> transactions;
    std::size_t announced = 0;
    for (const auto details : all(node, "NtryDtls")) {
      const auto batch = maybe(details, "Btch");
      append(entry.reference, text(maybe(batch, "MsgId")));
      append(entry.reference, text(maybe(batch, "PmtInfId")));
      announced += count(maybe(batch, "NbOfTxs"));
      for (const auto transaction : all(details, "TxDtls")) transactions.push_back(transaction);
    }
    add_lines(node, entry, transactions, announced, lines);
    if (lines.size() > limits_.lines && !error_) {
      error_ = too_large("A file has at most " + std::to_string(limits_.lines) + " statement lines.");
    }
  }

  void add_lines(Node node, const StatementLine& entry, const std::vector<Node>& transactions, std::size_t announced,
                 std::vector<StatementLine>& lines) {
    std::vector<StatementLine> parts;
    bool amounts = true;
    Money sum;
    for (const auto transaction : transactions) {
      auto part = entry;
      if (transactions.size() > 1) part.id += " transaction " + std::to_string(parts.size() + 1);
      amounts = read_transaction(transaction, part) && amounts;
      sum += part.direction == entry.direction ? part.amount : -part.amount;
      parts.push_back(std::move(part));
      if (error_) return;
    }
    const bool complete = announced == 0 || announced == transactions.size();
    if (parts.size() == 1 && complete && (!amounts || parts[0].amount == entry.amount)) {
      parts[0].amount = entry.amount;
      parts[0].direction = entry.direction;
      lines.push_back(std::move(parts[0]));
    } else if (!parts.empty() && complete && amounts) {
      if (sum != entry.amount) fail(node, "its transactions are not its amount.", "statement-sum");
      for (auto& part : parts) lines.push_back(std::move(part));
    } else {
      // The bank did not list all of the batch: one sum, which a person has to look at.
      auto whole = entry;
      whole.unsplit = announced == 1 && parts.empty() ? 0 : std::max(announced, parts.size());
      for (const auto& part : parts) append(whole.reference, part.end_to_end_id + ' ' + part.reference);
      lines.push_back(std::move(whole));
    }
  }

  static void append(std::string& all, std::string_view more) {
    if (trimmed(more).empty()) return;
    if (!all.empty()) all += ' ';
    all += trimmed(more);
  }

  /// Fills in what the transaction says; true where it has an amount of its own.
  bool read_transaction(Node node, StatementLine& line) {
    const auto references = maybe(node, "Refs");
    line.end_to_end_id = text(maybe(references, "EndToEndId"));
    if (line.end_to_end_id == "NOTPROVIDED") line.end_to_end_id.clear();
    if (const auto own = text(maybe(references, "AcctSvcrRef")); !own.empty()) line.bank_reference = own;
    append(line.reference, text(maybe(references, "PmtInfId")));
    const auto remittance = maybe(node, "RmtInf");
    for (const auto part : all(remittance, "Ustrd")) append(line.reference, text(part));
    for (const auto part : all(remittance, "Strd")) append(line.reference, text(maybe(part, {"CdtrRefInf", "Ref"})));
    append(line.reference, text(maybe(node, "AddtlTxInf")));
    if (const auto returned = maybe(node, "RtrInf")) {
      const auto reason = maybe(returned, "Rsn");
      const auto code = maybe(reason, "Cd");
      line.return_reason = text(code ? code : maybe(reason, "Prtry"));
      if (line.return_reason.empty()) line.return_reason = "unstated";
      for (const auto part : all(returned, "AddtlInf")) append(line.reference, text(part));
    }
    line.counterparty = counterparty(maybe(node, "RltdPties"), line.direction);
    if (const auto own = maybe(node, "CdtDbtInd")) line.direction = direction(own);
    auto own = maybe(node, "Amt");
    if (!own) {
      // Version 02. What it was in another currency is no amount of this account.
      own = maybe(node, {"AmtDtls", "TxAmt", "Amt"});
      if (own.attribute("Ccy").value() != Money::currency) own = {};
    }
    line.amount = amount(own);
    return static_cast<bool>(own);
  }

  /// The other side's name: below the party in version 02, one level deeper in version 08.
  std::string counterparty(Node parties, Direction direction) {
    for (const auto* side : {direction == Direction::debit ? "Cdtr" : "Dbtr", direction == Direction::debit ? "Dbtr" : "Cdtr"}) {
      const auto party = maybe(parties, side);
      const auto inner = maybe(party, "Pty");
      if (auto name = text(maybe(inner ? inner : party, "Nm")); !name.empty()) return name;
    }
    return "";
  }

  const CamtLimits& limits_;
  std::string prefix_;
  std::optional<Error> error_;
};

}  // namespace

Result<std::vector<Statement>> read_camt053(std::string_view xml, const CamtLimits& limits) {
  if (xml.starts_with("\xEF\xBB\xBF")) xml.remove_prefix(3);
  CP_TRY(check_text(xml, limits));
  pugi::xml_document document;
  CP_TRY(parse(document, xml, limits));
  return Reader(limits).read(document);
}

}  // namespace cp::banking
