#include "payments/splitting/price.hpp"

#include "payments/splitting/pennies.hpp"

namespace cp::payments {
namespace {

std::string count_children(std::int64_t number) {
  return std::to_string(number) + (number == 1 ? " child" : " children");
}

}  // namespace

Result<Price> price_of_session(const std::vector<Tier>& tiers, std::int64_t minutes, std::int64_t children) {
  const Tier* applies = nullptr;
  for (const auto& tier : tiers) {
    if (tier.from_children <= children) applies = &tier;
  }
  if (!applies) {
    return invalid("no-price", "The offer has no price for a group of " + count_children(children) + ".");
  }
  const auto hours = (Wide{applies->per_hour.pence()} * minutes + 59) / 60;
  const Money for_hours(static_cast<std::int64_t>(hours));
  Price price;
  price.tier = *applies;
  price.per_session = applies->fixed + applies->per_child * children + for_hours;
  std::vector<std::string> terms;
  if (applies->fixed != Money()) terms.push_back(to_text(applies->fixed) + " a session");
  if (applies->per_child != Money()) {
    terms.push_back(count_children(children) + " × " + to_text(applies->per_child));
  }
  if (applies->per_hour != Money()) {
    terms.push_back(std::to_string(minutes) + " minutes at " + to_text(applies->per_hour) + " an hour (" +
                    to_text(for_hours) + ")");
  }
  for (const auto& term : terms) price.text += (price.text.empty() ? "" : " + ") + term;
  price.text += (price.text.empty() ? "" : " = ") + to_text(price.per_session);
  if (tiers.size() > 1) {
    price.text += ", the price for groups from " + count_children(applies->from_children) + " on";
  }
  price.text += ".";
  return price;
}

Money part_of_cost(const Cost& cost, std::int64_t at, std::int64_t sessions) {
  const auto until = [&](std::int64_t session) {
    return static_cast<std::int64_t>(Wide{cost.once.pence()} * session / sessions);
  };
  return cost.per_session + Money(until(at + 1) - until(at));
}

}  // namespace cp::payments
