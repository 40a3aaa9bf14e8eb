// Any bytes into the reader of CSV and of mappings. What it takes, it has to take again when it is
// written with every field in quotes, and then it has to be the same.

#include "services/catalogue/mapping.hpp"
#include "shared/core/csv.hpp"

#include <cstdint>
#include <cstdlib>

using namespace cp;
using namespace cp::catalogue;

namespace {

std::string quoted(const std::vector<CsvRecord>& records) {
  std::string text;
  for (const auto& record : records) {
    for (std::size_t at = 0; at < record.fields.size(); ++at) {
      text += at == 0 ? "\"" : ",\"";
      for (const char c : record.fields[at]) text.append(c == '"' ? 2 : 1, c);
      text += '"';
    }
    text += "\r\n";
  }
  return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const CsvLimits limits{.bytes = 65'536, .records = 1'000, .fields = 20, .field_bytes = 4'096};
  const auto records = read_csv(text, limits);
  if (records) {
    const auto again = read_csv(quoted(*records));
    if (!again || again->size() != records->size()) std::abort();
    for (std::size_t at = 0; at < records->size(); ++at) {
      if ((*again)[at].fields != (*records)[at].fields) std::abort();
    }
  }
  if (const auto rows = read_mapping(text)) {
    for (const auto& row : *rows) {
      if (row.service.name.empty() || row.source_key.empty()) std::abort();
    }
  }
  return 0;
}
