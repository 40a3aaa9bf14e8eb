// A payment run that the tests of both file formats write.
#pragma once

#include "payments/banking/payment.hpp"

namespace cp::banking {

inline BankDetails some_details(std::string_view sort_code, std::string_view number, std::string_view name) {
  return BankDetails::parse(sort_code, number, name).value();
}

inline PaymentFile some_file() {
  return {.id = "RUN-2026-11-0007",
          .created = parse_timestamp("2026-11-23T09:05:32.25Z").value(),
          .pay_on = parse_date("2026-11-26").value(),
          .payer = some_details("08-99-99", "66374958", "Borough of Exampleton"),
          .payments = {
              {"E2E-1", "CP 2026-11/1", Money(1), some_details("107999", "88837491", "Zoë's Bouncy & Søn")},
              {"E2E-2", "CPABCDEF0123456789", Money(1'234'567), some_details("202959", "637484", "Rainbow Play and Leisure Services (Northern) Ltd")},
              {"E2E-3", "R.3", Money(2'000'000'000), some_details("871427", "46238510", "Łukasz <b>\"Quote\"</b>")},
          }};
}

}  // namespace cp::banking
