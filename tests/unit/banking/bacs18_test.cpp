// The file field by field, by positions as the layout's tables have them, with a reader of its own.
#include "payments/banking/bacs18.hpp"
#include "tests/unit/banking/files.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>

using namespace cp;
using namespace cp::banking;

namespace {

const BankCalendar calendar;
const BacsSubmission submission{"408912", "N00007", BacsLength::daily};

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = text.find("\r\n", at);
    REQUIRE(end != std::string::npos);
    lines.push_back(text.substr(at, end - at));
    at = end + 2;
  }
  return lines;
}

struct Field {
  std::size_t first, last;  // positions from 1, both included
  std::string want;
};

void check_fields(const std::string& line, std::size_t width, const std::vector<Field>& fields) {
  REQUIRE(line.size() == width);
  std::size_t next = 1;
  for (const auto& field : fields) {
    INFO("positions " << field.first << " to " << field.last << " of " << line);
    REQUIRE(field.first == next);
    CHECK(line.substr(field.first - 1, field.last - field.first + 1) == field.want);
    next = field.last + 1;
  }
  CHECK(next == width + 1);
}

std::string blanks(std::size_t count) { return std::string(count, ' '); }

/// An independent reader of records: sums and counts by transaction code.
struct Read {
  std::int64_t credits = 0, debits = 0, credit_pence = 0, debit_pence = 0;
};
Read read_records(const std::vector<std::string>& lines, std::size_t width) {
  Read read;
  for (const auto& line : lines) {
    if (line.size() != width) continue;
    const auto pence = std::stoll(line.substr(35, 11));
    const auto code = line.substr(15, 2);
    REQUIRE((code == "99" || code == "17"));
    (code == "99" ? read.credits : read.debits) += 1;
    (code == "99" ? read.credit_pence : read.debit_pence) += pence;
  }
  return read;
}

}  // namespace

TEST_CASE("labels of a daily file, field by field") {
  const auto lines = lines_of(write_bacs18(some_file(), submission, calendar).value());
  REQUIRE(lines.size() == 11);
  check_fields(lines[0], 80, {{1, 3, "VOL"}, {4, 4, "1"}, {5, 10, "N00007"}, {11, 11, " "}, {12, 31, blanks(20)},
                              {32, 37, blanks(6)}, {38, 41, blanks(4)}, {42, 47, "408912"}, {48, 51, blanks(4)},
                              {52, 79, blanks(28)}, {80, 80, "1"}});
  for (const auto& [line, name] : {std::pair{lines[1], "HDR"}, std::pair{lines[8], "EOF"}}) {
    // 2026-11-23 is day 327 of its year; the file may go on the 27th, day 331.
    check_fields(line, 80, {{1, 3, name}, {4, 4, "1"}, {5, 5, "A"}, {6, 11, "408912"}, {12, 12, "S"}, {13, 14, blanks(2)},
                            {15, 15, "1"}, {16, 21, "408912"}, {22, 27, "N00007"}, {28, 31, "0001"}, {32, 35, "0001"},
                            {36, 39, blanks(4)}, {40, 41, blanks(2)}, {42, 47, " 26327"}, {48, 53, " 26331"},
                            {54, 54, " "}, {55, 60, "000000"}, {61, 73, blanks(13)}, {74, 80, blanks(7)}});
  }
  for (const auto& [line, name] : {std::pair{lines[2], "HDR"}, std::pair{lines[9], "EOF"}}) {
    check_fields(line, 80, {{1, 3, name}, {4, 4, "2"}, {5, 5, "F"}, {6, 10, "02000"}, {11, 15, "00100"},
                            {16, 50, blanks(35)}, {51, 52, "00"}, {53, 80, blanks(28)}});
  }
  check_fields(lines[3], 80, {{1, 3, "UHL"}, {4, 4, "1"}, {5, 10, " 26329"}, {11, 16, "999999"}, {17, 20, blanks(4)},
                              {21, 22, "00"}, {23, 28, "000000"}, {29, 37, "1 DAILY  "}, {38, 40, blanks(3)},
                              {41, 47, blanks(7)}, {48, 54, blanks(7)}, {55, 80, blanks(26)}});
  check_fields(lines[10], 80, {{1, 3, "UTL"}, {4, 4, "1"}, {5, 17, "0002001234568"}, {18, 30, "0002001234568"},
                               {31, 37, "0000001"}, {38, 44, "0000003"}, {45, 80, blanks(36)}});
}

TEST_CASE("credits and the contra, field by field") {
  const auto lines = lines_of(write_bacs18(some_file(), submission, calendar).value());
  check_fields(lines[4], 100, {{1, 6, "107999"}, {7, 14, "88837491"}, {15, 15, "0"}, {16, 17, "99"}, {18, 23, "089999"},
                               {24, 31, "66374958"}, {32, 35, blanks(4)}, {36, 46, "00000000001"},
                               {47, 64, "BOROUGH OF EXAMPLE"}, {65, 82, "CP 2026-11/1      "},
                               {83, 100, "ZOES BOUNCY & SON "}});
  check_fields(lines[5], 100, {{1, 6, "202959"}, {7, 14, "00637484"}, {15, 15, "0"}, {16, 17, "99"}, {18, 23, "089999"},
                               {24, 31, "66374958"}, {32, 35, blanks(4)}, {36, 46, "00001234567"},
                               {47, 64, "BOROUGH OF EXAMPLE"}, {65, 82, "CPABCDEF0123456789"},
                               {83, 100, "RAINBOW PLAY AND L"}});
  check_fields(lines[7], 100, {{1, 6, "089999"}, {7, 14, "66374958"}, {15, 15, "0"}, {16, 17, "17"}, {18, 23, "089999"},
                               {24, 31, "66374958"}, {32, 35, blanks(4)}, {36, 46, "02001234568"},
                               {47, 64, "RUN-2026-11-0007  "}, {65, 82, "CONTRA            "},
                               {83, 100, "BOROUGH OF EXAMPLE"}});
}

TEST_CASE("a file of 106 characters has the processing day in each record") {
  auto multi = submission;
  multi.length = BacsLength::multi;
  const auto daily = lines_of(write_bacs18(some_file(), submission, calendar).value());
  const auto lines = lines_of(write_bacs18(some_file(), multi, calendar).value());
  REQUIRE(lines.size() == daily.size());
  for (std::size_t at = 4; at < 8; ++at) CHECK(lines[at] == daily[at] + " 26329");
  CHECK(lines[2].substr(4, 11) == "F0190800106");
  CHECK(lines[9].substr(4, 11) == "F0190800106");
  CHECK(lines[3].substr(4, 6) == blanks(6));
  CHECK(lines[3].substr(28, 9) == "4 MULTI  ");
}

TEST_CASE("every file balances, and has Bacs characters only") {
  for (const auto length : {BacsLength::daily, BacsLength::multi}) {
    auto file = some_file();
    for (int at = 0; at < 300; ++at) {
      file.payments.push_back({"N-" + std::to_string(at), "REF " + std::to_string(at), Money(1 + at * 7919),
                               some_details("202959", "63748472", "Ünï <\"cödé\"> " + std::to_string(at))});
    }
    const auto text = write_bacs18(file, {"408912", "000001", length}, calendar).value();
    const auto lines = lines_of(text);
    const auto read = read_records(lines, length == BacsLength::daily ? 100 : 106);
    CHECK(read.credits == 303);
    CHECK(read.debits == 1);
    CHECK(read.credit_pence == total_of(file).pence());
    CHECK(read.debit_pence == read.credit_pence);
    CHECK(std::stoll(lines.back().substr(4, 13)) == read.debit_pence);
    CHECK(std::stoll(lines.back().substr(17, 13)) == read.credit_pence);
    CHECK(text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.&/- \r\n") == std::string::npos);
  }
}

TEST_CASE("Bacs needs three banking days, and not more than thirty in advance") {
  const auto day = [](std::string_view text) { return parse_date(text).value(); };
  CHECK(earliest_bacs_pay_day(day("2026-11-23"), calendar) == day("2026-11-25"));
  CHECK(earliest_bacs_pay_day(day("2026-11-21"), calendar) == day("2026-11-25"));  // a Saturday
  CHECK(earliest_bacs_pay_day(day("2026-12-24"), calendar) == day("2026-12-30"));
  struct Row {
    std::string_view pay_on, code;
  };
  for (const auto& row : {Row{"2026-11-24", "pay-day-too-early"}, Row{"2026-11-25", ""}, Row{"2026-12-24", ""},
                          Row{"2026-12-29", "pay-day-too-late"}, Row{"2026-11-29", "pay-day-not-banking"}}) {
    auto file = some_file();
    file.pay_on = day(row.pay_on);
    const auto written = write_bacs18(file, submission, calendar);
    INFO(row.pay_on);
    CHECK((written ? "" : written.error().code) == row.code);
  }
  // Over the end of a year: New Year's Day is closed, the processing day is the 31st, day 365.
  auto file = some_file();
  file.created = parse_timestamp("2026-12-21T10:00:00Z").value();
  file.pay_on = day("2027-01-04");
  const auto lines = lines_of(write_bacs18(file, submission, calendar).value());
  CHECK(lines[3].substr(4, 6) == " 26365");
  CHECK(lines[1].substr(47, 6) == " 27005");
}

TEST_CASE("what Bacs has no room for is refused by name") {
  for (const auto& wrong : {BacsSubmission{"40891", "N00007"}, BacsSubmission{"40891X", "N00007"}, BacsSubmission{"408912", "n00007"},
                            BacsSubmission{"408912", "000000"}, BacsSubmission{"408912", "1"}}) {
    CHECK(write_bacs18(some_file(), wrong, calendar).error().code == "bacs-submission-invalid");
  }
  auto file = some_file();
  for (int at = 0; at < 50; ++at) file.payments.push_back({"N-" + std::to_string(at), "R", most_payment, file.payer});
  CHECK(write_bacs18(file, submission, calendar).error().code == "bacs-total-too-large");
}
