#include "services/catalogue/mapping.hpp"

#include "shared/core/csv.hpp"

#include <algorithm>
#include <charconv>
#include <map>

namespace cp::catalogue {
namespace {

constexpr std::size_t most_errors = 100;
constexpr std::size_t most_text_bytes = 500;

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view spaces = " \t\r\n";
  const auto first = text.find_first_not_of(spaces);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(spaces) - first + 1);
}

/// `/12/age_min`, or `/12` for the whole row.
std::string pointer_to(std::int64_t line, std::string_view column) {
  std::string pointer = "/";
  pointer += std::to_string(line);
  if (!column.empty()) pointer.append("/").append(column);
  return pointer;
}

/// Where each of `mapping_columns` stands in the file.
Result<std::array<std::size_t, mapping_columns.size()>> read_header(const CsvRecord& header) {
  std::array<std::size_t, mapping_columns.size()> at{};
  Error error = invalid("mapping-refused", "The first line has to name the columns of a mapping.");
  for (std::size_t column = 0; column < mapping_columns.size(); ++column) {
    const auto named = [&](const std::string& field) { return trimmed(field) == mapping_columns[column]; };
    const auto found = std::find_if(header.fields.begin(), header.fields.end(), named);
    at[column] = static_cast<std::size_t>(found - header.fields.begin());
    const auto pointer = pointer_to(header.line, mapping_columns[column]);
    if (found == header.fields.end()) error.fields.push_back({pointer, "This column is missing."});
    else if (std::find_if(found + 1, header.fields.end(), named) != header.fields.end()) {
      error.fields.push_back({pointer, "This column is there twice."});
    }
  }
  if (error.fields.empty() && header.fields.size() != mapping_columns.size()) {
    error.fields.push_back({pointer_to(header.line, {}),
                            "There are " + std::to_string(header.fields.size()) +
                                " columns; a mapping has " + std::to_string(mapping_columns.size()) + "."});
  }
  if (!error.fields.empty()) return error;
  return at;
}

/// Reads one record column by column and notes what is wrong with it.
class RowReader {
 public:
  RowReader(const CsvRecord& record, const std::array<std::size_t, mapping_columns.size()>& at,
            std::vector<FieldError>& errors)
      : record_(record), at_(at), errors_(errors) {}

  std::string text(std::string_view column) {
    const auto value = trimmed(field(column));
    if (value.size() > most_text_bytes) {
      refuse(column, "At most " + std::to_string(most_text_bytes) + " bytes.");
    }
    return std::string(value);
  }
  std::string needed(std::string_view column) {
    auto value = text(column);
    if (value.empty()) refuse(column, "This is needed.");
    return value;
  }
  std::optional<std::int64_t> age(std::string_view column) {
    const auto value = trimmed(field(column));
    if (value.empty()) return std::nullopt;
    std::int64_t years = -1;
    const auto [end, code] = std::from_chars(value.data(), value.data() + value.size(), years);
    if (code != std::errc{} || end != value.data() + value.size() || years < 0 || years > 120) {
      refuse(column, "Use a whole number of years from 0 to 120, or leave it empty.");
      return std::nullopt;
    }
    return years;
  }
  template <Named E>
  E one_of(std::string_view column) {
    const auto value = trimmed(field(column));
    if (const auto known = from_name<E>(value)) return *known;
    std::string list;
    for (const auto& [known, known_text] : names_of(E{})) {
      list.append(list.empty() ? "" : ", ").append(known_text);
    }
    refuse(column, "Use one of: " + list + ".");
    return {};
  }
  void refuse(std::string_view column, std::string detail) {
    errors_.push_back({pointer_to(record_.line, column), std::move(detail)});
  }

 private:
  [[nodiscard]] std::string_view field(std::string_view column) const {
    const auto known = std::find(mapping_columns.begin(), mapping_columns.end(), column);
    return record_.fields[at_[static_cast<std::size_t>(known - mapping_columns.begin())]];
  }
  const CsvRecord& record_;
  const std::array<std::size_t, mapping_columns.size()>& at_;
  std::vector<FieldError>& errors_;
};

/// The source numbers providers instead of naming them; one of unknown kind stays unknown.
std::string provider_name(ProviderKind kind, const std::string& number) {
  if (kind == ProviderKind::unknown || number.empty()) return std::string(name(kind));
  return std::string(name(kind)) + " provider " + number;
}

MappedRow read_row(const CsvRecord& record, RowReader& reader) {
  MappedRow row;
  row.line = record.line;
  row.authority_name = reader.needed("authority");
  auto& service = row.service;
  service.authority_names = row.authority_name;
  service.tier = reader.one_of<ServiceTier>("tier");
  if (service.tier == ServiceTier::published) {
    reader.refuse("tier", "A mapping does not hold what providers publish themselves.");
  }
  service.name = reader.needed("name");
  service.type = reader.needed("type");
  service.needs_text = reader.text("needs");
  service.needs = needs_of_source(service.needs_text);
  service.age_min = reader.age("age_min");
  service.age_max = reader.age("age_max");
  if (service.age_min && service.age_max && *service.age_min > *service.age_max) {
    reader.refuse("age_max", "The oldest is younger than the youngest.");
  }
  service.age_note = reader.text("age_note");
  service.provider_kind = reader.one_of<ProviderKind>("provider_kind");
  service.provider_number = reader.text("provider_number");
  service.provider_name = provider_name(service.provider_kind, service.provider_number);
  service.referral_route = reader.text("referral_route");
  service.session_hours = reader.text("session_hours");
  service.capacity = reader.text("capacity");
  service.pattern = reader.text("pattern");
  return row;
}

std::string key_of(const MappedRow& row) {
  constexpr std::string_view separator = "\x1f";  // a unit separator, which no name holds
  std::string key = row.authority_name;
  for (const std::string_view part :
       {name(row.service.tier), std::string_view(row.service.name), name(row.service.provider_kind),
        std::string_view(row.service.provider_number)}) {
    key.append(separator).append(part);
  }
  return key;
}

}  // namespace

std::vector<Need> needs_of_source(std::string_view words) {
  std::vector<Need> needs;
  while (!words.empty()) {
    const auto end = std::min(words.find(';'), words.size());
    const auto word = trimmed(words.substr(0, end));
    words.remove_prefix(std::min(end + 1, words.size()));
    if (word.empty()) continue;
    if (word == "hearing") needs.push_back(Need::sensory_hearing);
    else if (word == "vision") needs.push_back(Need::sensory_vision);
    else needs.push_back(from_name<Need>(word).value_or(Need::other));
  }
  return from_mask(to_mask(needs));
}

Result<std::vector<MappedRow>> read_mapping(std::string_view text) {
  const auto records = read_csv(text);
  if (!records) return records.error();
  if (records->empty()) return invalid("mapping-refused", "The file is empty.");
  const auto columns = read_header(records->front());
  if (!columns) return columns.error();

  std::vector<MappedRow> rows;
  std::vector<FieldError> errors;
  std::map<std::string, int> seen;
  for (auto record = records->begin() + 1; record != records->end(); ++record) {
    if (errors.size() >= most_errors) break;
    if (record->fields.size() != mapping_columns.size()) {
      errors.push_back({pointer_to(record->line, {}),
                        "This row has " + std::to_string(record->fields.size()) + " fields; it needs " +
                            std::to_string(mapping_columns.size()) + "."});
      continue;
    }
    RowReader reader(*record, *columns, errors);
    auto row = read_row(*record, reader);
    row.source_key = key_of(row);
    const auto which = ++seen[row.source_key];
    row.source_key.append("\x1f").append(std::to_string(which));
    rows.push_back(std::move(row));
  }
  if (errors.empty()) return rows;
  Error error = invalid("mapping-refused", "Nothing was loaded: some rows have to be put right first.");
  error.fields = std::move(errors);
  return error;
}

}  // namespace cp::catalogue
