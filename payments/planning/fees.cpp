#include "payments/planning/fees.hpp"

#include <algorithm>

namespace cp::payments {
namespace {

__extension__ using Wide = __int128;

Money part_of(Money amount, std::int64_t of, std::int64_t whole) {
  return Money(static_cast<std::int64_t>(Wide{amount.pence()} * of / whole));
}

/// `12.5` for 1,250.
std::string hundredths_text(std::int64_t hundredths) {
  auto text = std::to_string(hundredths / 100);
  if (hundredths % 100 == 0) return text;
  text += "." + std::to_string(hundredths % 100 / 10);
  return hundredths % 10 == 0 ? text : text + std::to_string(hundredths % 10);
}

WorkedOut yearly(Money rate, const Plan& plan) {
  using namespace std::chrono;
  const auto end = sys_days(plan.ends) + days(1);
  std::int64_t whole = 0;
  while (whole < 10 && sys_days(plan.starts + years(whole + 1)) <= end) ++whole;
  const auto rest = std::min<std::int64_t>(365, (end - sys_days(plan.starts + years(whole))).count());
  const auto amount = Money(rate.pence() * whole) + part_of(rate, rest, 365);
  std::string text = to_text(rate) + " a year for " + std::to_string(whole) + (whole == 1 ? " year" : " years");
  if (rest > 0) text += " and " + std::to_string(rest) + " of 365 days";
  return {amount, text + " = " + to_text(amount)};
}

}  // namespace

Result<WorkedOut> fee_amount(const FeeTerms& terms, const Plan& plan, Stream stream) {
  WorkedOut worked;
  switch (terms.basis) {
    case FeeBasis::fixed: worked = {terms.rate, to_text(terms.rate)}; break;
    case FeeBasis::hourly: {
      if (terms.minutes <= 0) return invalid_field("/minutes", "Say how many minutes of work are paid.");
      const auto amount = part_of(terms.rate, terms.minutes, 60);
      worked = {amount, std::to_string(terms.minutes / 60) + " h " + std::to_string(terms.minutes % 60) + " min at " +
                            to_text(terms.rate) + " an hour = " + to_text(amount)};
      break;
    }
    case FeeBasis::yearly: worked = yearly(terms.rate, plan); break;
    case FeeBasis::percent: {
      if (terms.hundredths <= 0) return invalid_field("/hundredths", "Say how many hundredths of a percent.");
      Money allocated;
      for (const auto& budget : plan.streams) allocated += budget.stream == stream ? budget.allocated : Money();
      const auto amount = part_of(allocated, terms.hundredths, 10'000);
      worked = {amount, hundredths_text(terms.hundredths) + " % of " + to_text(allocated) + " = " + to_text(amount)};
      break;
    }
  }
  if (worked.amount <= Money()) return invalid_field("/rate", "The fee comes to nothing. Say what is paid.");
  return worked;
}

}  // namespace cp::payments
