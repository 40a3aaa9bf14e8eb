#include "payments/exports/export.hpp"

#include "payments/exports/export_names.hpp"
#include "payments/exports/journal_file.hpp"
#include "payments/ledger/encoding.hpp"
#include "payments/ledger/rules.hpp"
#include "shared/core/csv_writer.hpp"

#include <map>
#include <string>
#include <vector>

namespace cp::payments {
namespace {

using ledger::Day;
using ledger::Operation;
using ledger::Record;

/// Nobody's text ends the line, the string or the tag that it is in.
std::string harmless(std::string_view value) {
  std::string text(value);
  for (auto& c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F || c == '"' || c == '\\' || c == ',') c = ' ';
  }
  return text;
}

Day last_of_month(Day day) {
  const auto date = ledger::from_day(day);
  return ledger::to_day(Date(std::chrono::year_month_day_last(date.year(), std::chrono::month_day_last(date.month()))));
}

std::string day_text(Day day) { return to_text(ledger::from_day(day)); }

/// An account as it is exported, and what it came to by month.
struct ExportedAccount {
  std::string name;
  ledger::AccountKind kind = ledger::AccountKind::available;
  Money balance;               // after its newest entry, as that entry says
  std::map<Day, Money> moved;  // by the last day of the month for which it counts

  [[nodiscard]] std::string amount(Money money) const {
    return to_decimal(money) + " " + std::string(exported_commodity(kind));
  }
};

/// One way of writing transactions and what accounts held.
class Notation {
 public:
  explicit Notation(std::ostream& out) : out_(out) {}
  virtual ~Notation() = default;
  virtual void begin(const ledger::Head& head) = 0;
  virtual void open(const ExportedAccount& account) = 0;
  virtual void transaction(const Operation& operation, const Record& record) = 0;
  virtual void posting(const ExportedAccount& account, Money amount) = 0;
  virtual void end_transaction() { out_ << "\n"; }
  virtual void begin_balances(Day day, const std::string& what) = 0;
  virtual void balance(Day day, const ExportedAccount& account, Money balance) = 0;
  void end_balances() { out_ << "\n"; }
  void comment(const std::string& text) { out_ << "; " << text << "\n"; }

 protected:
  std::ostream& out_;
};

class HledgerNotation final : public Notation {
 public:
  using Notation::Notation;
  void begin(const ledger::Head& head) override {
    comment("Common Purse, operations 1 to " + std::to_string(head.sequence));
    comment("head: " + to_hex(head.hash));
    out_ << "decimal-mark .\ncommodity 1000.00 GBP\ncommodity 1000.00 POOLABLE\n\n";
  }
  void open(const ExportedAccount& account) override { out_ << "account " << account.name << "\n"; }
  void transaction(const Operation& operation, const Record& record) override {
    out_ << day_text(operation.effective) << " " << name(operation.kind) << "\n"
         << "    ; operation: " << ledger::to_text(operation.id) << ", sequence: " << operation.sequence << "\n"
         << "    ; recorded: " << to_text(operation.recorded) << ", scope: " << harmless(operation.scope) << "\n"
         << "    ; hash: " << to_hex(record.hash) << "\n";
  }
  void posting(const ExportedAccount& account, Money amount) override {
    out_ << "    " << account.name << "  " << account.amount(amount) << "\n";
  }
  void begin_balances(Day day, const std::string& what) override { out_ << day_text(day) << " " << what << "\n"; }
  void balance(Day, const ExportedAccount& account, Money balance) override {
    out_ << "    " << account.name << "  " << account.amount(Money()) << " = " << account.amount(balance) << "\n";
  }
};

class BeancountNotation final : public Notation {
 public:
  using Notation::Notation;
  void begin(const ledger::Head& head) override {
    comment("operations 1 to " + std::to_string(head.sequence));
    comment("head: " + to_hex(head.hash));
    out_ << "option \"title\" \"Common Purse\"\noption \"operating_currency\" \"GBP\"\n"
            "1970-01-01 commodity GBP\n1970-01-01 commodity POOLABLE\n\n";
  }
  /// Before everything: what came first may count for a later day than what came next.
  void open(const ExportedAccount& account) override {
    out_ << "1970-01-01 open " << account.name << " " << exported_commodity(account.kind) << "\n";
  }
  void transaction(const Operation& operation, const Record& record) override {
    out_ << day_text(operation.effective) << " * \"" << name(operation.kind) << "\"\n"
         << "  operation: \"" << ledger::to_text(operation.id) << "\"\n"
         << "  sequence: " << operation.sequence << "\n"
         << "  recorded: \"" << to_text(operation.recorded) << "\"\n"
         << "  scope: \"" << harmless(operation.scope) << "\"\n"
         << "  hash: \"" << to_hex(record.hash) << "\"\n";
  }
  void posting(const ExportedAccount& account, Money amount) override {
    out_ << "  " << account.name << "  " << account.amount(amount) << "\n";
  }
  void begin_balances(Day, const std::string& what) override { comment(what); }
  /// A balance of Beancount is that of the morning, and off by a penny at most unless it is told not
  /// to be off at all.
  void balance(Day day, const ExportedAccount& account, Money balance) override {
    out_ << day_text(day + 1) << " balance " << account.name << "  " << to_decimal(balance) << " ~ 0.00 "
         << exported_commodity(account.kind) << "\n";
  }
};

class Writer {
 public:
  Writer(Notation& to, const std::optional<std::string>& scope) : to_(to), scope_(scope) {}

  void add(const Record& record) {
    const auto operation = ledger::decode(record.body);
    const bool is_shown = !scope_ || operation.scope == *scope_;
    for (const auto& entry : operation.entries) count(entry, operation.effective, is_shown);
    if (!is_shown) return;
    if (operation.entries.empty()) return note(operation, record);
    to_.transaction(operation, record);
    for (const auto& entry : operation.entries) to_.posting(accounts_[entry.account], entry.amount);
    to_.end_transaction();
    last_day_ = any_ ? std::max(last_day_, operation.effective) : operation.effective;
    any_ = true;
  }

  void finish() {
    if (!any_) return;
    std::map<Day, std::vector<std::pair<const ExportedAccount*, Money>>> months;
    for (const auto& account : accounts_) {
      Money sum;
      for (const auto& [day, moved] : account.moved) {
        sum += moved;
        months[day].emplace_back(&account, sum);
      }
    }
    for (const auto& [day, balances] : months) {
      to_.begin_balances(day, "end of the month");
      for (const auto& [account, balance] : balances) to_.balance(day, *account, balance);
      to_.end_balances();
    }
    const auto day = std::max(last_day_, months.rbegin()->first);
    to_.begin_balances(day, "end of the journal");
    for (const auto& account : accounts_) {
      if (!account.moved.empty()) to_.balance(day, account, account.balance);
    }
    to_.end_balances();
  }

 private:
  void note(const Operation& operation, const Record& record) {
    const auto what = operation.refusal ? "refused: " + harmless(operation.refusal->code) : std::string("moved nothing");
    to_.comment(day_text(operation.effective) + " " + std::string(name(operation.kind)) + " " + what + ", sequence " +
                std::to_string(operation.sequence) + ", operation " + ledger::to_text(operation.id) + ", hash " +
                to_hex(record.hash));
  }

  /// Accounts are known by number, so those that are not shown are counted too.
  void count(const ledger::Entry& entry, Day effective, bool is_shown) {
    if (entry.account > accounts_.size()) throw ledger::JournalCorrupt("an account moves that was not opened");
    if (entry.account == accounts_.size()) {
      accounts_.push_back({exported_name(entry.kind, entry.opened), entry.kind, {}, {}});
      if (is_shown) to_.open(accounts_.back());
    }
    if (!is_shown) return;
    auto& account = accounts_[entry.account];
    account.balance = entry.balance;
    account.moved[last_of_month(effective)] += entry.amount;
  }

  Notation& to_;
  const std::optional<std::string>& scope_;
  std::vector<ExportedAccount> accounts_;  // by number
  Day last_day_ = 0;
  bool any_ = false;
};

template <class N>
void export_text(ledger::JournalReader& journal, std::ostream& out, const std::optional<std::string>& scope) {
  N notation(out);
  Writer writer(notation, scope);
  const auto head = journal.head();
  notation.begin(head);
  journal.read(1, head.sequence, [&](const Record& record) { writer.add(record); });
  writer.finish();
}

void export_csv(ledger::JournalReader& journal, std::ostream& out, const std::optional<std::string>& scope) {
  std::vector<std::string> accounts;
  out << "sequence,operation,kind,effective,recorded,scope,actor,refusal,account,unit,amount,balance,version,hash\r\n";
  journal.read(1, journal.head().sequence, [&](const Record& record) {
    const auto operation = ledger::decode(record.body);
    const bool is_shown = !scope || operation.scope == *scope;
    std::string text;
    CsvWriter csv(text);
    const auto head = [&] {
      csv.number(static_cast<std::int64_t>(operation.sequence)).text(ledger::to_text(operation.id));
      csv.text(name(operation.kind)).text(day_text(operation.effective)).text(to_text(operation.recorded));
      csv.text(operation.scope).text(operation.actor).text(operation.refusal ? operation.refusal->code : std::string());
    };
    for (const auto& entry : operation.entries) {
      if (entry.account == accounts.size()) accounts.push_back(entry.opened);
      if (!is_shown) continue;
      head();
      csv.text(accounts.at(entry.account)).text(exported_commodity(entry.kind)).money(entry.amount);
      csv.money(entry.balance).number(static_cast<std::int64_t>(entry.version)).text(to_hex(record.hash)).end();
    }
    if (operation.entries.empty() && is_shown) {
      head();
      csv.empty().empty().empty().empty().empty().text(to_hex(record.hash)).end();
    }
    out << text;
  });
}

}  // namespace

void export_ledger(ledger::JournalReader& journal, ExportFormat format, std::ostream& out,
                   const std::optional<std::string>& scope) {
  switch (format) {
    case ExportFormat::hledger: return export_text<HledgerNotation>(journal, out, scope);
    case ExportFormat::beancount: return export_text<BeancountNotation>(journal, out, scope);
    case ExportFormat::csv: return export_csv(journal, out, scope);
    case ExportFormat::journal: return export_journal(journal, out);
  }
}

}  // namespace cp::payments
