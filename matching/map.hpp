// Where the offers and families of a matching run are, for a picture. Pure.
#pragma once

#include "matching/store.hpp"
#include "matching/views.hpp"
#include "services/catalogue/client.hpp"
#include "services/families/client.hpp"

namespace cp::matching {

/// The districts in which families of the run live, or in which one of its groups would meet. A family that no longer
/// agrees to be matched is not among them.
RunMap map_of(const StoredRun& run, const std::vector<families::MatchingFamily>& families,
              const std::vector<families::FamilyCard>& cards, const std::vector<catalogue::OfferForMatching>& offers);

}  // namespace cp::matching
