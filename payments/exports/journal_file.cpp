#include "payments/exports/journal_file.hpp"

#include "payments/ledger/encoding.hpp"
#include "payments/ledger/signature.hpp"

#include <sodium.h>

#include <algorithm>
#include <charconv>
#include <functional>
#include <vector>

namespace cp::payments {
namespace {

using ledger::Head;
using ledger::Record;
using ledger::SignedHead;

constexpr std::string_view first_line = "commonpurse-journal 1";
constexpr std::size_t operations_at_once = 1'000;

std::string to_base64(std::string_view bytes) {
  std::string text(sodium_base64_encoded_len(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                    sodium_base64_VARIANT_ORIGINAL);
  text.pop_back();  // the zero at the end
  return text;
}

/// What stands on the line that is read; throws where it is something else.
class Words {
 public:
  Words(std::string_view line, std::uint64_t number) : line_(line), number_(number) {}

  std::string_view word() {
    const auto space = line_.find(' ');
    const auto found = line_.substr(0, space);
    line_.remove_prefix(space == std::string_view::npos ? line_.size() : space + 1);
    if (found.empty()) fail("ends too early");
    return found;
  }
  std::uint64_t number() {
    std::uint64_t value = 0;
    const auto text = word();
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failed != std::errc() || end != text.data() + text.size()) fail("has something else where a number should be");
    return value;
  }
  template <std::size_t N>
  std::array<unsigned char, N> bytes() {
    std::array<unsigned char, N> value{};
    const auto text = word();
    std::size_t size = 0;
    const int status = sodium_hex2bin(value.data(), N, text.data(), text.size(), nullptr, &size, nullptr);
    if (status != 0 || size != N || text.size() != 2 * N) fail("has a hash or a key that is not whole");
    return value;
  }
  std::string base64() {
    const auto text = word();
    std::string value(text.size() / 4 * 3 + 3, '\0');
    std::size_t size = 0;
    const char* end = nullptr;
    const int status = sodium_base642bin(reinterpret_cast<unsigned char*>(value.data()), value.size(), text.data(), text.size(),
                                         nullptr, &size, &end, sodium_base64_VARIANT_ORIGINAL);
    if (status != 0 || end != text.data() + text.size()) fail("has a body that is not Base64");
    value.resize(size);
    return value;
  }
  void end() const {
    if (!line_.empty()) fail("goes on too long");
  }
  [[noreturn]] void fail(const std::string& what) const {
    throw ledger::JournalCorrupt("line " + std::to_string(number_) + " " + what);
  }

 private:
  std::string_view line_;
  std::uint64_t number_;
};

/// Reads the file from its beginning, checking as it goes.
class JournalFile {
 public:
  std::function<void(Record, const ledger::Operation&)> on_operation = [](const Record&, const ledger::Operation&) {};
  std::function<void(const SignedHead&)> on_head = [](const SignedHead&) {};

  Head read(std::istream& in) {
    in.clear();
    in.seekg(0);
    std::string line;
    if (!std::getline(in, line) || line != first_line) throw ledger::JournalCorrupt("the file is not an exported journal");
    std::uint64_t number = 1;
    bool ended = false;
    while (std::getline(in, line)) {
      Words words(line, ++number);
      if (ended) words.fail("comes after the end");
      const auto kind = words.word();
      if (kind == "operation") operation(words);
      else if (kind == "head") signed_head(words);
      else if (kind == "end") ended = is_end(words);
      else words.fail("says something that is not known");
      words.end();
    }
    if (!ended) throw ledger::JournalCorrupt("the file ends too early");
    return head_;
  }

 private:
  void operation(Words& words) {
    Record record;
    record.sequence = words.number();
    record.hash = words.bytes<32>();
    record.body = words.base64();
    if (record.sequence != head_.sequence + 1) words.fail("is out of order");
    if (record.hash != ledger::chain(head_.hash, record.body)) words.fail("has another hash than its operation");
    const auto operation = ledger::decode(record.body);
    if (operation.sequence != record.sequence) words.fail("has another operation's body");
    head_.sequence = record.sequence;
    head_.hash = record.hash;
    on_operation(std::move(record), operation);
  }

  void signed_head(Words& words) {
    SignedHead head;
    head.sequence = words.number();
    head.hash = words.bytes<32>();
    head.at = from_microseconds(static_cast<std::int64_t>(words.number()));
    head.public_key = words.bytes<32>();
    head.signature = words.bytes<64>();
    if (head.sequence > head_.sequence || !ledger::is_signed(head)) words.fail("has a head that was not signed");
    on_head(head);
  }

  bool is_end(Words& words) {
    if (words.number() != head_.sequence || words.bytes<32>() != head_.hash) words.fail("ends another journal");
    return true;
  }

  Head head_;
};

/// Puts operations into batches.
class Importer {
 public:
  explicit Importer(ledger::Journal& journal) : journal_(journal) {}

  void add(Record record, const ledger::Operation& operation) {
    head_.sequence = record.sequence;
    head_.hash = record.hash;
    records_.push_back(std::move(record));
    keys_.push_back({ledger::key_bytes(operation.key), operation.sequence});
    if (records_.size() >= operations_at_once) flush();
  }
  void flush() {
    if (records_.empty()) return;
    std::sort(keys_.begin(), keys_.end(), [](const auto& a, const auto& b) { return a.key < b.key; });
    journal_.append({records_, keys_, {}, head_});
    records_.clear();
    keys_.clear();
  }

 private:
  ledger::Journal& journal_;
  std::vector<Record> records_;
  std::vector<ledger::KeyRow> keys_;
  Head head_;
};

}  // namespace

void export_journal(ledger::JournalReader& journal, std::ostream& out) {
  const auto head = journal.head();
  out << first_line << "\n";
  journal.read(1, head.sequence, [&](const Record& record) {
    out << "operation " << record.sequence << " " << to_hex(record.hash) << " " << to_base64(record.body) << "\n";
  });
  for (const auto& one : journal.signed_heads()) {
    if (one.sequence > head.sequence) continue;
    out << "head " << one.sequence << " " << to_hex(one.hash) << " " << to_microseconds(one.at) << " "
        << to_hex(one.public_key) << " " << to_hex(one.signature) << "\n";
  }
  out << "end " << head.sequence << " " << to_hex(head.hash) << "\n";
}

Result<Head> import_journal(std::istream& in, ledger::Journal& journal) {
  try {
    JournalFile().read(in);
  } catch (const ledger::JournalCorrupt& damaged) {
    return invalid("journal-damaged", std::string("The file cannot be imported: ") + damaged.what() + ".");
  }
  journal.take_lease();
  if (journal.head().sequence != 0) {
    return conflict("ledger-not-empty", "Only an empty ledger can be filled from a file. Name another data folder.");
  }
  Importer importer(journal);
  JournalFile file;
  file.on_operation = [&](Record record, const ledger::Operation& operation) { importer.add(std::move(record), operation); };
  // Heads come after the last operation, which they may name.
  file.on_head = [&](const SignedHead& head) {
    importer.flush();
    journal.keep(head);
  };
  auto head = file.read(in);
  importer.flush();
  return head;
}

}  // namespace cp::payments
