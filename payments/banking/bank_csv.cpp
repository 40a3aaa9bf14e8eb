#include "payments/banking/bank_csv.hpp"

#include "payments/banking/characters.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace cp::banking {
namespace {

constexpr std::size_t no_column = static_cast<std::size_t>(-1);

Error refuse(std::int64_t line, const std::string& what, const char* code = "statement-malformed") {
  return malformed(code, "Line " + std::to_string(line) + ": " + what).with("line", line);
}

std::string lower(std::string_view text) {
  std::string out(trimmed(text));
  for (auto& c : out) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return out;
}

// --- Dates --------------------------------------------------------------------------------------

std::optional<unsigned> number_of(std::string_view text, std::size_t least_digits, std::size_t most_digits) {
  unsigned value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc{} || end != text.data() + text.size() || text.size() < least_digits || text.size() > most_digits) {
    return std::nullopt;
  }
  return value;
}

/// The month that a name of three or more letters begins.
std::optional<unsigned> month_of(std::string_view name) {
  constexpr std::array<std::string_view, 12> months = {"january", "february", "march",     "april",   "may",      "june",
                                                       "july",    "august",   "september", "october", "november", "december"};
  const auto wanted = lower(name);
  for (unsigned at = 0; at < months.size(); ++at) {
    if (wanted == "sept" && at == 8) return 9;
    if (wanted == months[at] || wanted == months[at].substr(0, 3)) return at + 1;
  }
  return std::nullopt;
}

/// Three parts with the same of `/`, `-`, `.` or a space between them.
std::optional<Date> read_date(std::string_view text, CsvDate format) {
  if (format == CsvDate::iso) return parse_date(text);
  const auto first = text.find_first_of("/-. ");
  if (first == std::string_view::npos) return std::nullopt;
  const auto second = text.find(text[first], first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  const auto middle = text.substr(first + 1, second - first - 1);
  const auto last = text.substr(second + 1);
  const auto day = number_of(text.substr(0, first), 1, 2);
  const auto month = format == CsvDate::day_month_name ? month_of(middle) : number_of(middle, 1, 2);
  auto year = number_of(last, 2, 4);
  if (!day || !month || !year || last.size() == 3) return std::nullopt;
  if (last.size() == 2) *year += 2000;
  const Date date{std::chrono::year(static_cast<int>(*year)), std::chrono::month(*month), std::chrono::day(*day)};
  return date.ok() ? std::optional(date) : std::nullopt;
}

// --- Columns ------------------------------------------------------------------------------------

struct Columns {
  std::size_t width = 0;
  std::size_t date = no_column, amount = no_column, paid_in = no_column, paid_out = no_column, description = no_column,
              reference = no_column, bank_reference = no_column, balance = no_column;
};

Error bad_layout(std::string detail) { return invalid("bank-layout-invalid", std::move(detail)); }

Result<Columns> find_columns(const CsvLayout& layout, const CsvRecord& header) {
  const bool two = !layout.paid_in.empty() && !layout.paid_out.empty();
  if (layout.date.empty() || two == !layout.amount.empty() || layout.paid_in.empty() != layout.paid_out.empty()) {
    return bad_layout("Name the column of the date, and either that of the amount or those of paid in and paid out.");
  }
  Columns columns;
  columns.width = header.fields.size();
  const std::array<std::pair<const std::string*, std::size_t*>, 8> wanted = {{{&layout.date, &columns.date},
                                                                              {&layout.amount, &columns.amount},
                                                                              {&layout.paid_in, &columns.paid_in},
                                                                              {&layout.paid_out, &columns.paid_out},
                                                                              {&layout.description, &columns.description},
                                                                              {&layout.reference, &columns.reference},
                                                                              {&layout.bank_reference, &columns.bank_reference},
                                                                              {&layout.balance, &columns.balance}}};
  for (const auto& [name, column] : wanted) {
    if (name->empty()) continue;
    for (std::size_t at = 0; at < header.fields.size(); ++at) {
      if (lower(header.fields[at]) != lower(*name)) continue;
      if (*column != no_column) return bad_layout("The column `" + *name + "` is there twice.");
      *column = at;
    }
    if (*column == no_column) return bad_layout("The file has no column `" + *name + "`.");
  }
  return columns;
}

std::string_view field(const CsvRecord& record, std::size_t column) {
  return column < record.fields.size() ? trimmed(record.fields[column]) : std::string_view();
}

// --- Rows ---------------------------------------------------------------------------------------

/// What the row does to the balance.
Result<Money> read_amount(const CsvRecord& record, const Columns& columns) {
  if (columns.amount != no_column) {
    const auto amount = parse_pounds(field(record, columns.amount), true);
    if (!amount) return refuse(record.line, "the amount is not one, such as -1,234.50.");
    return *amount;
  }
  std::array<Money, 2> amounts;
  std::array<bool, 2> given{};
  for (std::size_t at = 0; at < 2; ++at) {
    const auto text = field(record, at == 0 ? columns.paid_in : columns.paid_out);
    if (text.empty()) continue;
    const auto amount = parse_pounds(text, true);
    if (!amount || amount->is_negative()) return refuse(record.line, "paid in and paid out are amounts without a sign.");
    amounts[at] = *amount;
    given[at] = true;
  }
  if (!given[0] && !given[1]) return refuse(record.line, "neither paid in nor paid out has an amount.");
  if (amounts[0] != Money{} && amounts[1] != Money{}) return refuse(record.line, "paid in and paid out both have amounts.");
  return amounts[0] - amounts[1];
}

Result<StatementLine> read_line(const CsvRecord& record, const CsvLayout& layout, const Columns& columns) {
  for (auto at = columns.width; at < record.fields.size(); ++at) {
    if (!trimmed(record.fields[at]).empty()) return refuse(record.line, "there are more fields than in the header.");
  }
  const auto date = read_date(field(record, columns.date), layout.date_format);
  if (!date) return refuse(record.line, "the date is not one of the format " + std::string(name(layout.date_format)) + '.');
  const auto amount = read_amount(record, columns);
  if (!amount) return amount.error();
  StatementLine line;
  line.id = "line " + std::to_string(record.line);
  line.direction = amount->is_negative() ? Direction::debit : Direction::credit;
  line.amount = amount->is_negative() ? -*amount : *amount;
  line.booked = *date;
  line.reference = field(record, columns.description);
  if (const auto more = field(record, columns.reference); !more.empty()) {
    if (!line.reference.empty()) line.reference += ' ';
    line.reference += more;
  }
  line.bank_reference = field(record, columns.bank_reference);
  return line;
}

struct Balance {
  Money amount;  // of the row, signed
  Money after;
};

/// True where each row leads from the balance of the row before it to its own.
bool follows(const std::vector<Balance>& rows, bool newest_first) {
  for (std::size_t at = 1; at < rows.size(); ++at) {
    const auto& earlier = newest_first ? rows[at] : rows[at - 1];
    const auto& later = newest_first ? rows[at - 1] : rows[at];
    if (earlier.after + later.amount != later.after) return false;
  }
  return true;
}

Result<Done> check_balances(const std::vector<Balance>& rows, Statement& statement) {
  if (rows.empty()) return Done{};
  const bool oldest_first = follows(rows, false);
  if (!oldest_first && !follows(rows, true)) {
    return malformed("statement-sum", "The balances do not follow from the amounts. The file is not complete.");
  }
  const auto& oldest = oldest_first ? rows.front() : rows.back();
  statement.opening = oldest.after - oldest.amount;
  statement.closing = (oldest_first ? rows.back() : rows.front()).after;
  return Done{};
}

bool is_empty(const CsvRecord& record) {
  return std::all_of(record.fields.begin(), record.fields.end(), [](const auto& text) { return trimmed(text).empty(); });
}

}  // namespace

Result<Statement> read_bank_csv(std::string_view text, const CsvLayout& layout, const CsvLimits& limits) {
  const auto records = read_csv(text, limits);
  if (!records) return records.error();
  if (records->size() <= layout.lines_above) return refuse(1, "the file has no header.");
  const auto columns = find_columns(layout, (*records)[layout.lines_above]);
  if (!columns) return columns.error();
  Statement statement;
  std::vector<Balance> balances;
  for (auto at = layout.lines_above + 1; at < records->size(); ++at) {
    const auto& record = (*records)[at];
    if (is_empty(record)) continue;
    auto line = read_line(record, layout, *columns);
    if (!line) return line.error();
    if (columns->balance != no_column) {
      const auto after = parse_pounds(field(record, columns->balance), true);
      if (!after) return refuse(record.line, "the balance is not an amount.");
      balances.push_back({line->direction == Direction::credit ? line->amount : -line->amount, *after});
    }
    statement.lines.push_back(std::move(*line));
  }
  CP_TRY(check_balances(balances, statement));
  return statement;
}

}  // namespace cp::banking
