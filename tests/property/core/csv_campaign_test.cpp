// Whatever is written as RFC 4180 says is read back as it was, with the line of every record.
#include "shared/core/csv.hpp"

#include <catch2/catch_test_macros.hpp>

#include <random>

using namespace cp;

namespace {

constexpr std::uint64_t first_seed = 20261123;
constexpr std::uint64_t campaigns = 3'000;

std::string random_field(std::mt19937_64& random) {
  static const std::vector<std::string> pieces{"a",  "Boccia", ",", "\"", "\n", "\r\n", " ",
                                               "\xC3\x89", "\xE2\x82\xAC", ";", "0", "\xF0\x9F\x8E\xA8"};
  std::string field;
  for (auto left = random() % 6; left > 0; --left) field += pieces[random() % pieces.size()];
  return field;
}

std::string written(const std::string& field, bool quoted) {
  if (!quoted && field.find_first_of(",\"\r\n") == std::string::npos) return field;
  std::string text = "\"";
  for (const char c : field) text.append(c == '"' ? 2 : 1, c);
  return text + "\"";
}

}  // namespace

TEST_CASE("random tables are read back as they were written") {
  for (auto seed = first_seed; seed < first_seed + campaigns; ++seed) {
    CAPTURE(seed);
    std::mt19937_64 random(seed);
    std::string text = random() % 2 == 0 ? "\xEF\xBB\xBF" : "";
    std::vector<CsvRecord> expected;
    std::int64_t line = 1;
    const auto records = random() % 8;
    for (std::uint64_t at = 0; at < records; ++at) {
      CsvRecord record;
      record.line = line;
      const auto fields = 1 + random() % 5;
      for (std::uint64_t column = 0; column < fields; ++column) {
        record.fields.push_back(random_field(random));
        // An empty line is no record, so an only field that is empty has to be quoted.
        const bool quoted = random() % 2 == 0 || (fields == 1 && record.fields[0].empty());
        text += (column == 0 ? "" : ",") + written(record.fields.back(), quoted);
        for (const char c : record.fields.back()) line += c == '\n' ? 1 : 0;
      }
      ++line;
      expected.push_back(std::move(record));
      const bool last = at + 1 == records;
      if (!last || random() % 2 == 0) text += random() % 2 == 0 ? "\r\n" : "\n";
    }
    const auto read = read_csv(text);
    REQUIRE(read.has_value());
    REQUIRE(*read == expected);
  }
}

TEST_CASE("a text cut or changed anywhere is read or refused, never misread beyond its bounds") {
  const std::string whole = "name,\"a \"\"b\"\"\r\nc\",\xE2\x82\xAC\r\n1,2,3\r\n";
  for (std::size_t length = 0; length <= whole.size(); ++length) {
    const auto records = read_csv(whole.substr(0, length));
    if (records) {
      for (const auto& record : *records) CHECK(record.fields.size() <= 3);
    } else {
      CHECK(records.error().code == "csv-malformed");
    }
  }
}
