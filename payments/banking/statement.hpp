// What a bank statement says, whatever its format.
#pragma once

#include "shared/core/money.hpp"
#include "shared/core/names.hpp"
#include "shared/core/time.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cp::banking {

enum class Direction { credit, debit };
constexpr auto names_of(Direction) {
  return names<Direction>({{Direction::credit, "credit"}, {Direction::debit, "debit"}});
}

enum class LineStatus {
  booked,       // final
  pending,      // may still go away: never matched
  information,  // no money moved
};
constexpr auto names_of(LineStatus) {
  return names<LineStatus>({{LineStatus::booked, "booked"},
                            {LineStatus::pending, "pending"},
                            {LineStatus::information, "information"}});
}

struct StatementLine {
  std::string id;     // its place in the file: `line 7`, `statement 1 entry 3 transaction 2`
  Direction direction = Direction::debit;
  Money amount;       // never negative; the direction says which way
  LineStatus status = LineStatus::booked;
  Date booked{};
  std::optional<Date> value = {};
  std::string end_to_end_id = {};   // empty where the bank gave none (or `NOTPROVIDED`)
  std::string reference = {};       // every text that came with it, with spaces between
  std::string counterparty = {};    // a name, where given; never account numbers
  std::string bank_reference = {};  // the bank's own mark of the transaction, where given
  std::string return_reason = {};   // such as `AC04`; empty where it is no return
  bool reversal = false;            // the bank took an earlier entry back
  std::size_t unsplit = 0;          // > 0: one sum for so many transactions that the bank did not list with amounts
  bool operator==(const StatementLine&) const = default;
};

struct Statement {
  std::string id;       // the bank's; empty for CSV
  std::string account;  // as written: IBAN or number; empty for CSV
  std::optional<Money> opening = {};
  std::optional<Money> closing = {};
  std::vector<StatementLine> lines;
  bool operator==(const Statement&) const = default;
};

/// `1234.5`, `1234.50`, `+12`: pounds with a point, no more than two decimals that count; with
/// `thousands`, commas in their places (`1,234.50`) and a `£` are taken, too. A `-` in front makes it
/// negative. At most a billion pounds. Nothing where it is not an amount.
std::optional<Money> parse_pounds(std::string_view text, bool thousands = false);

}  // namespace cp::banking
