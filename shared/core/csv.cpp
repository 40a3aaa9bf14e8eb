#include "shared/core/csv.hpp"

#include <algorithm>
#include <utility>

namespace cp {
namespace {

Error refuse(std::int64_t line, const std::string& what) {
  return malformed("csv-malformed", "Line " + std::to_string(line) + ": " + what).with("line", line);
}

Error too_large(std::int64_t line, const std::string& what) {
  Error error{ErrorKind::too_large, "csv-too-large", "Line " + std::to_string(line) + ": " + what};
  return std::move(error).with("line", line);
}

/// How many bytes the UTF-8 character at the front of `text` has; 0 where it is not one. Refuses
/// what Unicode refuses: overlong forms, surrogates, and anything beyond U+10FFFF.
std::size_t character_bytes(std::string_view text) {
  const auto byte = [&](std::size_t at) {
    return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U;
  };
  const auto continues = [&](std::size_t at) { return (byte(at) & 0xC0U) == 0x80U; };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return continues(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    if (!continues(1) || !continues(2)) return 0;
    if (first == 0xE0 && byte(1) < 0xA0) return 0;
    if (first == 0xED && byte(1) > 0x9F) return 0;
    return 3;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    if (!continues(1) || !continues(2) || !continues(3)) return 0;
    if (first == 0xF0 && byte(1) < 0x90) return 0;
    if (first == 0xF4 && byte(1) > 0x8F) return 0;
    return 4;
  }
  return 0;
}

class Reader {
 public:
  Reader(std::string_view text, const CsvLimits& limits) : text_(text), limits_(limits) {}

  Result<std::vector<CsvRecord>> read() {
    while (at_ < text_.size()) {
      if (skip_line_end()) continue;  // an empty line
      if (records_.size() >= limits_.records) {
        return too_large(line_, "a file has at most " + std::to_string(limits_.records) + " records.");
      }
      CP_TRY(read_record());
    }
    return std::move(records_);
  }

 private:
  bool skip_line_end() {
    const auto rest = text_.substr(at_);
    const std::size_t length = rest.starts_with("\r\n") ? 2 : rest.starts_with("\n") ? 1 : 0;
    at_ += length;
    line_ += length > 0 ? 1 : 0;
    return length > 0;
  }

  Result<Done> read_record() {
    CsvRecord record;
    record.line = line_;
    for (;;) {
      if (record.fields.size() >= limits_.fields) {
        return too_large(line_, "a record has at most " + std::to_string(limits_.fields) + " fields.");
      }
      auto& field = record.fields.emplace_back();
      const bool quoted = at_ < text_.size() && text_[at_] == '"';
      CP_TRY(quoted ? read_quoted(field) : read_plain(field));
      if (at_ >= text_.size() || skip_line_end()) break;
      if (text_[at_] == ',') {
        ++at_;
        continue;
      }
      if (text_[at_] == '\r') return refuse(line_, "a carriage return without a line feed.");
      return refuse(line_, "text after a closing quote. Double the quotes inside a quoted field.");
    }
    records_.push_back(std::move(record));
    return Done{};
  }

  Result<Done> read_plain(std::string& field) {
    const auto end = std::min(text_.find_first_of(",\"\r\n", at_), text_.size());
    if (end < text_.size() && text_[end] == '"') {
      return refuse(line_, "a quote in the middle of a field. Put the whole field in quotes.");
    }
    field.assign(text_, at_, end - at_);
    at_ = end;
    return check_size(field);
  }

  Result<Done> read_quoted(std::string& field) {
    const auto begins = line_;
    ++at_;
    for (;;) {
      const auto quote = text_.find('"', at_);
      if (quote == std::string_view::npos) return refuse(begins, "a quote is never closed.");
      field.append(text_, at_, quote - at_);
      line_ += std::count(text_.begin() + static_cast<std::ptrdiff_t>(at_),
                          text_.begin() + static_cast<std::ptrdiff_t>(quote), '\n');
      at_ = quote + 1;
      CP_TRY(check_size(field));
      if (at_ >= text_.size() || text_[at_] != '"') return Done{};
      field += '"';
      ++at_;
    }
  }

  Result<Done> check_size(const std::string& field) const {
    if (field.size() <= limits_.field_bytes) return Done{};
    return too_large(line_, "a field has at most " + std::to_string(limits_.field_bytes) + " bytes.");
  }

  std::string_view text_;
  const CsvLimits& limits_;
  std::size_t at_ = 0;
  std::int64_t line_ = 1;
  std::vector<CsvRecord> records_;
};

}  // namespace

std::size_t valid_utf8_bytes(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const auto bytes = character_bytes(text.substr(at));
    if (bytes == 0) break;
    at += bytes;
  }
  return at;
}

Result<std::vector<CsvRecord>> read_csv(std::string_view text, const CsvLimits& limits) {
  if (text.size() > limits.bytes) {
    return too_large(1, "a file has at most " + std::to_string(limits.bytes) + " bytes.");
  }
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  // Databases refuse both, one of them only in the middle of a transaction.
  const auto valid = std::min(valid_utf8_bytes(text), text.find('\0'));
  if (valid < text.size()) {
    const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(valid), '\n');
    return refuse(line, "a byte that is not UTF-8 text. Save the file as UTF-8.");
  }
  return Reader(text, limits).read();
}

}  // namespace cp
