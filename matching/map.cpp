#include "matching/map.hpp"

#include <map>
#include <set>

namespace cp::matching {

RunMap map_of(const StoredRun& run, const std::vector<families::MatchingFamily>& families,
              const std::vector<families::FamilyCard>& cards, const std::vector<catalogue::OfferForMatching>& offers) {
  std::set<Id<"family">> shown;
  std::set<Id<"offer">> bought;
  for (const auto& group : run.groups) {
    bought.insert(group.offer);
    for (const auto& share : group.families) shown.insert(share.family);
  }
  for (const auto& left : run.left_out) shown.insert(left.family);
  std::map<Id<"family">, std::string> names;
  for (const auto& card : cards) names[card.id] = card.known_as;

  std::map<std::string, MapPlace> places;
  const auto place = [&](const auto& at) -> MapPlace& {
    auto& found = places[at.place];
    found.district = at.place;
    found.latitude = at.latitude;
    found.longitude = at.longitude;
    return found;
  };
  for (const auto& family : families) {
    if (shown.contains(family.id)) place(family).families.push_back({family.id, names[family.id]});
  }
  for (const auto& offer : offers) {
    if (bought.contains(offer.id)) place(offer).offers.push_back(offer.id);
  }
  RunMap map;
  for (auto& [district, one] : places) map.places.push_back(std::move(one));
  return map;
}

}  // namespace cp::matching
