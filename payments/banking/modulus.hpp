// The UK modulus check: whether a sort code and an account number belong together.
//
// Source: "Validating Account Numbers - UK Modulus Checking", Vocalink for Pay.UK: methods (1.3),
// exceptions (2.2.2) and the two text files that go with it. The tables change several times a
// year and belong to their publisher, so they are read from files that the treasurer configures.
#pragma once

#include "shared/core/error.hpp"
#include "shared/core/names.hpp"

#include <array>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cp::banking {

enum class ModulusAnswer {
  valid,        // the digits go together; whose account it is, is not known
  invalid,      // a digit is wrong: no such account can be
  not_checked,  // nobody can tell from the digits
};
constexpr auto names_of(ModulusAnswer) {
  return names<ModulusAnswer>({{ModulusAnswer::valid, "valid"},
                               {ModulusAnswer::invalid, "invalid"},
                               {ModulusAnswer::not_checked, "not-checked"}});
}

enum class ModulusReason {
  checked,
  no_table,           // no files are configured
  sort_code_unknown,  // the table has no rule for it
  foreign_currency,   // exception 6: the digits say an account that cannot be checked
};
constexpr auto names_of(ModulusReason) {
  return names<ModulusReason>({{ModulusReason::checked, "checked"},
                               {ModulusReason::no_table, "no-table"},
                               {ModulusReason::sort_code_unknown, "sort-code-unknown"},
                               {ModulusReason::foreign_currency, "foreign-currency"}});
}

struct ModulusResult {
  ModulusAnswer answer = ModulusAnswer::not_checked;
  ModulusReason reason = ModulusReason::no_table;
  bool operator==(const ModulusResult&) const = default;
};

enum class ModulusMethod { mod10, mod11, dblal };
constexpr auto names_of(ModulusMethod) {
  return names<ModulusMethod>(
      {{ModulusMethod::mod10, "MOD10"}, {ModulusMethod::mod11, "MOD11"}, {ModulusMethod::dblal, "DBLAL"}});
}

/// Six digits of the sort code, then eight of the account: u v w x y z a b c d e f g h.
using ModulusDigits = std::array<int, 14>;

/// A line of the weight table.
struct ModulusRule {
  std::string first;  // sort codes, both included
  std::string last;
  ModulusMethod method = ModulusMethod::mod10;
  ModulusDigits weights{};
  int exception = 0;  // 1 to 14; 0 is none
};

class ModulusTable {
 public:
  /// No table: every answer is `not_checked`.
  ModulusTable() = default;
  /// Reads `valacdos` (range, method, 14 weights and perhaps an exception a line) and `scsubtab`
  /// (two sort codes a line). Refused with the line: `modulus-table-malformed`.
  static Result<ModulusTable> read(std::string_view weights, std::string_view substitutions);

  /// `sort_code` of six digits and `account_number` of eight, as `BankDetails` has them.
  [[nodiscard]] ModulusResult check(std::string_view sort_code, std::string_view account_number) const;
  [[nodiscard]] std::size_t size() const { return rules_.size(); }

 private:
  std::vector<ModulusRule> rules_;
  std::map<std::string, std::string, std::less<>> substitutions_;
};

}  // namespace cp::banking
