// From the model to the wire and back. Pure.
#pragma once

#include "services/catalogue/places.hpp"
#include "services/catalogue/rules.hpp"
#include "services/catalogue/wire.hpp"

namespace cp::catalogue {

/// `from` is the place a search asked about, if any.
ServiceView view_of(const Service& service, const Place* from);
ServiceDetail detail_of(const Service& service, const std::vector<Offer>& offers, const Reader& reader);
OfferView view_of(const Offer& offer, const Reader& reader, const Place* from);
RunView view_of(const Run& run);
/// Notes go only to staff of the authority that wrote them, and to administrators.
ProviderView view_of(const Provider& provider, const http::Principal& who);
UnmetNeedView view_of(const UnmetNeed& need);
OfferForPool for_pool(const Offer& offer);
OfferForMatching for_matching(const Offer& offer, const Id<"authority">& authority);

/// What a provider sent, with the district as the table spells it and each need once.
OfferTerms terms_of(const OfferInput& input);

/// As whom a request looks at offers.
Reader reader_of(const std::optional<http::Principal>& who, std::optional<Id<"authority">> asked);

}  // namespace cp::catalogue
