// The mapping file: an authority's survey of the short breaks there are, as CSV. Pure.
#pragma once

#include "services/catalogue/model.hpp"
#include "shared/core/error.hpp"

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace cp::catalogue {

/// The columns a mapping has to have; their order does not matter, others are refused.
inline constexpr std::array<std::string_view, 14> mapping_columns{
    "authority",     "tier",          "name",            "type",           "needs",
    "age_min",       "age_max",       "age_note",        "provider_kind",  "provider_number",
    "referral_route", "session_hours", "capacity",        "pattern"};

struct MappedRow {
  std::int64_t line = 1;
  std::string authority_name;
  Service service;  // without id and authorities
  /// What makes the row the same row in a later import: authority, tier, name, provider, and which
  /// of several rows alike it is.
  std::string source_key;
};

/// Every row, or `mapping-refused` with a field error at `/<line>/<column>` for everything that is
/// wrong (the first hundred). An empty field is unknown and stays unknown.
Result<std::vector<MappedRow>> read_mapping(std::string_view text);

/// The tags of the source's words for needs, such as `autism;hearing`. A word that has no tag of
/// its own becomes `other`.
std::vector<Need> needs_of_source(std::string_view words);

}  // namespace cp::catalogue
