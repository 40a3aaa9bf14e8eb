// What a fee comes to: a broker by the hour, payroll by the year, insurance, and what a provider asks for
// holding the money. Whole pence, always rounded down, with the sum in words.
#pragma once

#include "payments/model.hpp"
#include "shared/core/error.hpp"

#include <string>

namespace cp::payments {

/// How a fee is agreed.
enum class FeeBasis { fixed, hourly, yearly, percent };
constexpr auto names_of(FeeBasis) {
  return names<FeeBasis>({{FeeBasis::fixed, "fixed"},
                          {FeeBasis::hourly, "hourly"},
                          {FeeBasis::yearly, "yearly"},
                          {FeeBasis::percent, "percent"}});
}

struct FeeTerms {
  FeeBasis basis = FeeBasis::fixed;
  Money rate = {};               // in all, an hour or a year
  std::int64_t minutes = 0;      // of work; `hourly`
  std::int64_t hundredths = 0;   // of a percent of the stream; `percent`: 1,250 is 12.5 %
};

struct WorkedOut {
  Money amount;
  std::string text;
};

/// The fee for this plan, of this stream. A year is a year of the plan: the days that are no whole year
/// count as 365ths.
Result<WorkedOut> fee_amount(const FeeTerms& terms, const Plan& plan, Stream stream);

}  // namespace cp::payments
