#include "payments/banking/modulus.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace cp::banking {
namespace {

// Places in ModulusDigits.
constexpr std::size_t place_a = 6;
constexpr std::size_t place_b = 7;
constexpr std::size_t place_c = 8;
constexpr std::size_t place_g = 12;
constexpr std::size_t place_h = 13;

constexpr std::size_t most_bytes = 8U << 20;

Error refuse(std::string_view file, std::size_t line, const std::string& what) {
  return malformed("modulus-table-malformed", "Line " + std::to_string(line) + " of the " + std::string(file) +
                                                  " table: " + what)
      .with("line", static_cast<std::int64_t>(line));
}

std::vector<std::string_view> fields_of(std::string_view line) {
  std::vector<std::string_view> fields;
  while (fields.size() < 20) {
    const auto begin = line.find_first_not_of(" \t");
    if (begin == std::string_view::npos) break;
    line.remove_prefix(begin);
    fields.push_back(line.substr(0, line.find_first_of(" \t")));
    line.remove_prefix(fields.back().size());
  }
  return fields;
}

std::optional<int> number_of(std::string_view text, int least, int most) {
  int value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc{} || end != text.data() + text.size() || value < least || value > most) return std::nullopt;
  return value;
}

bool is_sort_code(std::string_view text) {
  return text.size() == 6 && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// Calls `take(number, line)` for every line that is not empty, without its end.
template <class Take>
Result<Done> each_line(std::string_view text, Take take) {
  for (std::size_t number = 1; !text.empty(); ++number) {
    const auto end = std::min(text.find('\n'), text.size());
    auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.find_first_not_of(" \t") == std::string_view::npos) continue;
    CP_TRY(take(number, line));
  }
  return Done{};
}

Result<ModulusRule> read_rule(std::size_t number, std::string_view line) {
  const auto fields = fields_of(line);
  if (fields.size() < 17 || fields.size() > 18) return refuse("weight", number, "17 or 18 columns are needed.");
  if (!is_sort_code(fields[0]) || !is_sort_code(fields[1]) || fields[0] > fields[1]) {
    return refuse("weight", number, "the range of sort codes is not one.");
  }
  ModulusRule rule{std::string(fields[0]), std::string(fields[1])};
  const auto method = from_name<ModulusMethod>(fields[2]);
  if (!method) return refuse("weight", number, "the method is none of MOD10, MOD11 and DBLAL.");
  rule.method = *method;
  for (std::size_t at = 0; at < rule.weights.size(); ++at) {
    const auto weight = number_of(fields[3 + at], -999, 999);
    if (!weight) return refuse("weight", number, "a weight is not a number.");
    rule.weights[at] = *weight;
  }
  if (fields.size() == 18) {
    const auto exception = number_of(fields[17], 1, 14);
    if (!exception) return refuse("weight", number, "the exception is not one of 1 to 14.");
    rule.exception = *exception;
  }
  return rule;
}

ModulusDigits digits_of(std::string_view sort_code, std::string_view account_number) {
  ModulusDigits digits{};
  for (std::size_t at = 0; at < 6; ++at) digits[at] = sort_code[at] - '0';
  for (std::size_t at = 0; at < 8; ++at) digits[6 + at] = account_number[at] - '0';
  return digits;
}

/// The sum that is divided: of the products, or for DBLAL of the products' digits.
int weighted_sum(ModulusMethod method, const ModulusDigits& digits, const ModulusDigits& weights) {
  int sum = 0;
  for (std::size_t at = 0; at < digits.size(); ++at) {
    int product = digits[at] * weights[at];
    if (method != ModulusMethod::dblal) {
      sum += product;
      continue;
    }
    for (product = std::abs(product); product > 0; product /= 10) sum += product % 10;
  }
  return sum;
}

/// Weights of the sort code and of a and b count for nothing (exceptions 7 and 10).
ModulusDigits without_u_to_b(ModulusDigits weights) {
  std::fill(weights.begin(), weights.begin() + place_c, 0);
  return weights;
}

/// Exceptions 2, 7 and 10 change the weights.
ModulusDigits weights_for(const ModulusRule& rule, const ModulusDigits& digits) {
  const int a = digits[place_a];
  const int b = digits[place_b];
  const int g = digits[place_g];
  if (rule.exception == 2 && a != 0) {
    return g == 9 ? ModulusDigits{0, 0, 0, 0, 0, 0, 0, 0, 8, 7, 10, 9, 3, 1}
                  : ModulusDigits{0, 0, 1, 2, 5, 3, 6, 4, 8, 7, 10, 9, 3, 1};
  }
  if (rule.exception == 7 && g == 9) return without_u_to_b(rule.weights);
  if (rule.exception == 10 && (a == 0 || a == 9) && b == 9 && g == 9) return without_u_to_b(rule.weights);
  return rule.weights;
}

/// Exception 5: the digit g, or h for DBLAL, has to be what the remainder lacks to the modulus.
bool check_digit_fits(ModulusMethod method, int remainder, const ModulusDigits& digits) {
  if (method == ModulusMethod::dblal) return digits[place_h] == (10 - remainder) % 10;
  return remainder != 1 && digits[place_g] == (11 - remainder) % 11;
}

bool passes(const ModulusRule& rule, const ModulusDigits& digits) {
  const int modulus = rule.method == ModulusMethod::mod11 ? 11 : 10;
  int sum = weighted_sum(rule.method, digits, weights_for(rule, digits));
  if (rule.exception == 1) sum += 27;
  const int remainder = (sum % modulus + modulus) % modulus;
  if (rule.exception == 4) return remainder == digits[place_g] * 10 + digits[place_h];
  if (rule.exception == 5) return check_digit_fits(rule.method, remainder, digits);
  return remainder == 0;
}

/// Exception 14: the last digit was only added to the account number; it is taken off again.
bool passes_without_last_digit(const ModulusRule& rule, ModulusDigits digits) {
  if (digits[place_h] != 0 && digits[place_h] != 1 && digits[place_h] != 9) return false;
  std::rotate(digits.begin() + place_a, digits.end() - 1, digits.end());
  digits[place_a] = 0;
  return passes(rule, digits);
}

/// One check is enough where the two rules of a sort code carry these exceptions.
bool either_is_enough(int first, int second) {
  return (first == 2 && second == 9) || (first == 10 && second == 11) || (first == 12 && second == 13);
}

}  // namespace

Result<ModulusTable> ModulusTable::read(std::string_view weights, std::string_view substitutions) {
  ModulusTable table;
  if (weights.size() > most_bytes || substitutions.size() > most_bytes) {
    return Error{ErrorKind::too_large, "modulus-table-too-large", "A modulus table has at most 8 MiB."};
  }
  CP_TRY(each_line(weights, [&](std::size_t number, std::string_view line) -> Result<Done> {
    auto rule = read_rule(number, line);
    if (!rule) return rule.error();
    table.rules_.push_back(std::move(*rule));
    return Done{};
  }));
  if (table.rules_.empty()) return refuse("weight", 1, "it has no line.");
  CP_TRY(each_line(substitutions, [&](std::size_t number, std::string_view line) -> Result<Done> {
    const auto fields = fields_of(line);
    if (fields.size() != 2 || !is_sort_code(fields[0]) || !is_sort_code(fields[1])) {
      return refuse("substitution", number, "two sort codes are needed.");
    }
    table.substitutions_.emplace(fields[0], fields[1]);
    return Done{};
  }));
  return table;
}

ModulusResult ModulusTable::check(std::string_view sort_code, std::string_view account_number) const {
  if (rules_.empty()) return {ModulusAnswer::not_checked, ModulusReason::no_table};
  std::vector<const ModulusRule*> found;
  for (const auto& rule : rules_) {
    if (rule.first <= sort_code && sort_code <= rule.last && found.size() < 2) found.push_back(&rule);
  }
  if (found.empty()) return {ModulusAnswer::not_checked, ModulusReason::sort_code_unknown};

  const auto typed = digits_of(sort_code, account_number);
  const bool foreign = typed[place_a] >= 4 && typed[place_a] <= 8 && typed[place_g] == typed[place_h];
  const auto holds = [&](const ModulusRule& rule) {
    // Exception 3: such an account has no second check.
    if (rule.exception == 3 && (typed[place_c] == 6 || typed[place_c] == 9)) return true;
    auto used = sort_code;
    if (rule.exception == 5) {
      if (const auto other = substitutions_.find(sort_code); other != substitutions_.end()) used = other->second;
    }
    if (rule.exception == 8) used = "090126";
    if (rule.exception == 9) used = "309634";
    const auto digits = digits_of(used, account_number);
    return passes(rule, digits) || (rule.exception == 14 && passes_without_last_digit(rule, digits));
  };
  const auto is_six = [](const ModulusRule* rule) { return rule->exception == 6; };
  if (foreign && std::any_of(found.begin(), found.end(), is_six)) {
    return {ModulusAnswer::not_checked, ModulusReason::foreign_currency};
  }
  bool valid = holds(*found[0]);
  if (found.size() == 2) {
    const bool second = holds(*found[1]);
    valid = either_is_enough(found[0]->exception, found[1]->exception) ? valid || second : valid && second;
  }
  return {valid ? ModulusAnswer::valid : ModulusAnswer::invalid, ModulusReason::checked};
}

}  // namespace cp::banking
