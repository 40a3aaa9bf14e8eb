#include "payments/banking/bank_csv.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace cp;
using namespace cp::banking;

namespace {

Date date(std::string_view text) { return parse_date(text).value(); }

const CsvLayout two_columns{.date = "Date", .paid_in = "Paid in", .paid_out = "Paid out", .description = "Description",
                            .balance = "Balance"};
const CsvLayout one_column{.date = "date", .amount = "amount", .description = "text", .reference = "ref",
                           .bank_reference = "id"};

}  // namespace

TEST_CASE("paid in and paid out, with balances") {
  const auto statement = read_bank_csv(
      "Date, Description ,PAID IN,Paid out,Balance,\r\n"
      "24/11/2026,\"RAINBOW, CP 1\",,\"1,234.50\",765.50,\r\n"
      ",,,,,\r\n"
      "25/11/26, HILL FARM ,£0.50,0.00,766.00\r\n", two_columns).value();
  CHECK(statement.opening == Money(200'000));
  CHECK(statement.closing == Money(76'600));
  REQUIRE(statement.lines.size() == 2);
  CHECK(statement.lines[0] == StatementLine{.id = "line 2", .direction = Direction::debit, .amount = Money(123'450),
                                            .booked = date("2026-11-24"), .reference = "RAINBOW, CP 1"});
  CHECK(statement.lines[1] == StatementLine{.id = "line 4", .direction = Direction::credit, .amount = Money(50),
                                            .booked = date("2026-11-25"), .reference = "HILL FARM"});
}

TEST_CASE("one column with a sign, newest first, with a title above") {
  auto layout = one_column;
  layout.lines_above = 1;
  layout.balance = "balance";
  const auto statement = read_bank_csv(
      "Current account\ndate,amount,text,ref,id,balance\n03-12-2026,-1,A,R1,X1,97\n02.12.2026,-2.00,B,,X2,98\n1/12/2026,0,C,R3,,100\n",
      layout).value();
  REQUIRE(statement.lines.size() == 3);
  CHECK(statement.lines[0].reference == "A R1");
  CHECK(statement.lines[0].bank_reference == "X1");
  CHECK(statement.lines[2].booked == date("2026-12-01"));
  CHECK(statement.lines[2].amount == Money(0));
  CHECK(statement.opening == Money(10'000));
  CHECK(statement.closing == Money(9'700));
}

TEST_CASE("dates are read by the format named, and by no other") {
  struct Row {
    CsvDate format;
    std::string_view text, want;
  };
  for (const auto& row : {Row{CsvDate::iso, "2026-11-23", "2026-11-23"}, Row{CsvDate::iso, "23/11/2026", ""},
                          Row{CsvDate::day_month_year, "03/04/2026", "2026-04-03"}, Row{CsvDate::day_month_year, "3-4-26", "2026-04-03"},
                          Row{CsvDate::day_month_year, "11/23/2026", ""}, Row{CsvDate::day_month_year, "2026-11-23", ""},
                          Row{CsvDate::day_month_year, "29/02/2027", ""}, Row{CsvDate::day_month_year, "1/2-2026", ""},
                          Row{CsvDate::day_month_year, "1/2/226", ""}, Row{CsvDate::day_month_year, "-1/2/2026", ""},
                          Row{CsvDate::day_month_year, "1/2", ""}, Row{CsvDate::day_month_year, "", ""},
                          Row{CsvDate::day_month_name, "23 Nov 2026", "2026-11-23"}, Row{CsvDate::day_month_name, "1-sept-26", "2026-09-01"},
                          Row{CsvDate::day_month_name, "1 MAY 2026", "2026-05-01"}, Row{CsvDate::day_month_name, "1 December 2026", "2026-12-01"},
                          Row{CsvDate::day_month_name, "1 Foo 2026", ""}, Row{CsvDate::day_month_name, "1 11 2026", ""}}) {
    const auto read = read_bank_csv("date,amount\n" + std::string(row.text) + ",1\n", {.date_format = row.format, .date = "date", .amount = "amount"});
    INFO(row.text);
    if (row.want.empty()) {
      REQUIRE(read.has_error());
      CHECK(read.error().code == "statement-malformed");
    } else {
      REQUIRE(read.has_value());
      CHECK(to_text(read->lines.at(0).booked) == row.want);
    }
  }
}

TEST_CASE("what is not right is refused with its line") {
  struct Row {
    std::string text;
    CsvLayout layout;
    std::string_view code, detail;
  };
  const std::string header = "Date,Description,Paid in,Paid out,Balance\n";
  CsvLayout both = one_column;
  both.paid_in = "in";
  for (const auto& row : {
           Row{"", two_columns, "statement-malformed", "Line 1"},
           Row{header, CsvLayout{}, "bank-layout-invalid", "Name the column"},
           Row{header, both, "bank-layout-invalid", "Name the column"},
           Row{"Date,Paid in\n", two_columns, "bank-layout-invalid", "The file has no column `Paid out`"},
           Row{"Date,Paid in,Paid out,Description,Balance,date\n", two_columns, "bank-layout-invalid", "The column `Date` is there twice"},
           Row{header + "24/11/2026,A,1,,1\n25/11/2026,A,,,1\n", two_columns, "statement-malformed", "Line 3: neither"},
           Row{header + "24/11/2026,A,1,1,1\n", two_columns, "statement-malformed", "Line 2: paid in and paid out both"},
           Row{header + "24/11/2026,A,,-1,1\n", two_columns, "statement-malformed", "Line 2: paid in and paid out are"},
           Row{header + "24/11/2026,A,x,,1\n", two_columns, "statement-malformed", "Line 2: paid in and paid out are"},
           Row{header + "24/11/2026,A,1,,x\n", two_columns, "statement-malformed", "Line 2: the balance"},
           Row{header + "24/11/2026,A,1,,1,more\n", two_columns, "statement-malformed", "Line 2: there are more fields"},
           Row{header + "24/11/2026,A,1,,1\n24/11/2026,A,1,,3\n", two_columns, "statement-sum", "The balances"},
           Row{header + "24/11/2026,\"A,1,,1\n", two_columns, "csv-malformed", "Line 2"},
       }) {
    const auto read = read_bank_csv(row.text, row.layout);
    INFO(row.text);
    REQUIRE(read.has_error());
    CHECK(read.error().code == row.code);
    CHECK(read.error().detail.starts_with(row.detail));
  }
}
