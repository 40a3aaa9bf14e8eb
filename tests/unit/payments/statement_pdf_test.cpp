// Issued statements on paper, as other programs read them: text, tags and fonts.
#include "payments/statements/statement_pdf.hpp"
#include "shared/core/hash.hpp"
#include "tests/support/databases.hpp"

#include <catch2/catch_test_macros.hpp>

#include <cstdio>
#include <fstream>

using namespace cp;
using namespace cp::payments;
using std::chrono::year;

namespace {

std::string said_by(const std::string& command) {
  std::FILE* pipe = popen(command.c_str(), "r");
  REQUIRE(pipe);
  std::string said;
  char part[4096];
  for (std::size_t size = 0; (size = std::fread(part, 1, sizeof part, pipe)) > 0;) said.append(part, size);
  CHECK(pclose(pipe) == 0);
  return said;
}

IssuedStatement october(int lines) {
  IssuedStatement statement;
  statement.authority = Id<"authority">("0192-authority");
  statement.authority_name = "Trafford";
  statement.family = Id<"family">("0192-family");
  statement.number = 3;
  statement.first = year(2026) / 10 / 1;
  statement.last = year(2026) / 10 / 31;
  statement.head = {1'234, std::string(64, 'a'), std::string(64, 'b'), std::string(128, 'c'), from_microseconds(1'793'700'000'000'000)};
  IssuedStream stream;
  stream.plan = Id<"plan">("plan");
  stream.plan_starts = year(2026) / 4 / 1;
  stream.plan_ends = year(2027) / 3 / 31;
  stream.opening.add(LineKind::allocation, Money(123'456));
  stream.closing = stream.opening;
  stream.closing.add(LineKind::hold, Money(3'167));
  statement.streams.push_back(stream);
  for (int at = 0; at < lines; ++at) {
    IssuedLine line;
    line.operation = 1'000 + at;
    line.effective = year(2026) / 10 / 3;
    line.at = statement.head.at;
    line.earlier = at == 1;
    line.kind = LineKind::hold;
    line.amount = Money(3'167);
    line.pool_title = "Łódź & <Sons>’ swimming";
    line.session = at + 1;
    line.derivation = {{"share", "1 of 3 children: £95.00 × 1 ÷ 3 = £31.66 or £31.67 a session", Money(3'166)},
                       {"total", "4 sessions come to £126.67", Money(12'667)}};
    statement.lines.push_back(std::move(line));
  }
  return statement;
}

}  // namespace

TEST_CASE("a statement on paper has its amounts, how they were worked out, and the ledger's signature") {
  const cp::test::TemporaryFolder folder;
  const auto file = folder.file("statement.pdf");
  const auto statement = october(80);
  const auto pdf = statement_pdf(statement, sha256_hex("bytes"));
  CHECK(pdf == statement_pdf(statement, sha256_hex("bytes")));
  std::ofstream(file, std::ios::binary) << pdf;

  const auto raw = said_by("pdftotext -raw " + file + " -");
  std::string text;  // whatever line it is on
  for (const char c : raw) text += c == '\n' ? ' ' : c;
  for (const char* part : {"Statement 3", "1 October 2026 to 31 October 2026", "Issued by Trafford", "£1,234.56", "£1,202.89", "£31.67",
                           "Reserved: Łódź & <Sons>’ swimming", "session 80", "1 of 3 children: £95.00 × 1 ÷ 3",
                           "4 sessions come to £126.67", "For a day of an earlier statement", "Worked out as the one before",
                           "page 2"}) {
    INFO(part);
    CHECK(text.find(part) != std::string::npos);
  }
  std::string joined;
  for (const char c : raw) joined += c == '\n' ? "" : std::string(1, c);
  for (const auto& digits : {sha256_hex("bytes"), statement.head.hash, statement.head.signature, statement.head.public_key}) {
    CHECK(joined.find(digits) != std::string::npos);
  }

  const auto told = said_by("pdfinfo " + file);
  CHECK(told.find("Tagged:          yes") != std::string::npos);
  CHECK(told.find("Title:           Statement 3, 1 October 2026 to 31 October 2026") != std::string::npos);
  const auto tags = said_by("pdfinfo -struct " + file);
  for (const char* tag : {"Document", "H1", "H2", "Table", "TR", "TH", "TD", "P"}) CHECK(tags.find(tag) != std::string::npos);
  CHECK(pdf.find("/Lang (en-GB)") != std::string::npos);
  // Every font is embedded: `emb` is the first of the three answers.
  const auto fonts = said_by("pdffonts " + file);
  CHECK(fonts.find("DejaVuSans") != std::string::npos);
  CHECK(fonts.find(" no  no ") == std::string::npos);
}

TEST_CASE("what a statement's streams come to, and which days the next one covers") {
  const Id<"plan"> plan("p");
  StatementSums sums;
  sums.before = {{plan, Stream::health, LineKind::allocation, Money(1'000)}, {plan, Stream::health, LineKind::hold, Money(300)}};
  sums.now = {{plan, Stream::health, LineKind::allocation, Money(1'000)}, {plan, Stream::health, LineKind::hold, Money(400)},
              {plan, Stream::health, LineKind::charge, Money(250)},       {plan, Stream::health, LineKind::release, Money(50)},
              {plan, Stream::health, LineKind::refund, Money(20)}};
  sums.plans[plan] = {year(2026) / 4 / 1, year(2027) / 3 / 31};
  const auto streams = streams_of(sums);
  REQUIRE(streams.size() == 1);
  CHECK(streams[0].plan_ends == Date(year(2027) / 3 / 31));
  CHECK(streams[0].opening == StreamSums{Money(1'000), Money(300), Money(0), Money(700)});
  CHECK(streams[0].closing == StreamSums{Money(1'000), Money(100), Money(230), Money(670)});
  CHECK(first_day({}, year(2026) / 4 / 17) == Date(year(2026) / 4 / 1));
  CHECK(first_day(Cover{year(2026) / 4 / 30, 9}, {}) == Date(year(2026) / 5 / 1));
}
