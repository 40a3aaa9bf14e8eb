// Turns what the services know into an instance for the engine. Pure: values in, value out.
#pragma once

#include "matching/engine/model.hpp"
#include "payments/client.hpp"
#include "services/catalogue/client.hpp"
#include "services/families/client.hpp"
#include "services/pools/client.hpp"

#include <map>
#include <string>
#include <vector>

namespace cp::matching {

struct Gathered {
  std::vector<families::MatchingFamily> families;
  std::vector<catalogue::OfferForMatching> offers;
  /// The types of the offers, and what each family may still spend in pools on each of them.
  std::vector<std::string> types;
  std::vector<payments::HeadroomView> headrooms;
  pools::Commitments commitments;
};

/// The sessions of a run that are still to come.
std::int64_t sessions_to_come(const catalogue::RunView& run, Date today);

/// Times a family gave to other pools are taken out of its slots, places other pools hold out of
/// the runs', runs without a session to come out of the offers'. A type on which a family may not
/// spend is in `not_payable`; its headroom is the largest over the types it may.
/// A family that is in as many groups as it wishes for is not in the instance, and no family gets more than
/// `most_groups` new ones.
Instance make_instance(const Gathered& gathered, Date today, std::int64_t most_groups = 1);

}  // namespace cp::matching
