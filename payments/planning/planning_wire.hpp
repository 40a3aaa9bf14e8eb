// What happens to an agreed plan beside pools, on the wire.
#pragma once

#include "payments/model.hpp"
#include "shared/json/wire.hpp"

#include <string>

namespace cp::payments {

struct NewOwnMoney {
  Way way = Way::in;
  Money amount;
  std::string reference;
};
constexpr auto wire(const NewOwnMoney*) {
  return json::object("NewOwnMoney",
                      json::field("way", &NewOwnMoney::way, "Paid in by the family, or given back to it."),
                      json::field("amount", &NewOwnMoney::amount, "How much.", json::between(1, 10'000'000'000)),
                      json::field("reference", &NewOwnMoney::reference,
                                  "What the bank's statement says, so that it is found again; the family reads it.",
                                  json::between(1, 140)));
}

}  // namespace cp::payments
