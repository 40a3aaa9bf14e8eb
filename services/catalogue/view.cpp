#include "services/catalogue/view.hpp"

#include <algorithm>
#include <cmath>

namespace cp::catalogue {
namespace {

using http::Role;

/// To a tenth of a mile; more would pretend to know where in the district it is.
std::optional<double> distance(const Place* from, std::string_view district) {
  const auto* to = from ? find_place(district) : nullptr;
  if (!to) return std::nullopt;
  return std::round(miles_between(*from, *to) * 10) / 10;
}

std::vector<RunView> views_of(const std::vector<Run>& runs) {
  std::vector<RunView> views;
  views.reserve(runs.size());
  for (const auto& run : runs) views.push_back(view_of(run));
  return views;
}

}  // namespace

ServiceView view_of(const Service& service, const Place* from) {
  ServiceView view;
  view.id = service.id;
  view.authority_name = service.authority_names;
  view.tier = service.tier;
  view.name = service.name;
  view.type = service.type;
  view.needs_text = service.needs_text;
  view.needs = service.needs;
  view.age_min = service.age_min;
  view.age_max = service.age_max;
  view.age_note = service.age_note;
  view.ages_known = service.age_min && service.age_max;
  view.provider = service.provider;
  view.provider_name = service.provider_name;
  view.provider_kind = service.provider_kind;
  view.provider_number = service.provider_number;
  view.referral_route = service.referral_route;
  view.session_hours = service.session_hours;
  view.capacity = service.capacity;
  view.pattern = service.pattern;
  view.place = service.place;
  if (service.place) view.distance_miles = distance(from, *service.place);
  view.offer_count = service.offers;
  return view;
}

ServiceDetail detail_of(const Service& service, const std::vector<Offer>& offers, const Reader& reader) {
  ServiceDetail detail;
  static_cast<ServiceView&>(detail) = view_of(service, nullptr);
  for (const auto& offer : offers) {
    if (may_see(reader, offer)) detail.offers.push_back(view_of(offer, reader, nullptr));
  }
  detail.offer_count = static_cast<std::int64_t>(detail.offers.size());
  return detail;
}

OfferView view_of(const Offer& offer, const Reader& reader, const Place* from) {
  const auto& terms = offer.terms;
  OfferView view;
  view.id = offer.id;
  view.provider = offer.provider;
  view.provider_name = offer.provider_name;
  view.service = offer.service;
  view.authorities = terms.authorities;
  view.title = terms.title;
  view.activity_type = terms.activity_type;
  view.description = terms.description;
  view.age_min = terms.age_min;
  view.age_max = terms.age_max;
  view.needs_catered = terms.needs_catered;
  view.wheelchair_access = terms.wheelchair_access;
  view.staff_checks = terms.staff_checks;
  view.staff_adults = terms.staff_adults;
  view.staff_children = terms.staff_children;
  view.place = terms.place;
  view.distance_miles = distance(from, terms.place);
  view.minimum_children = terms.minimum_children;
  view.maximum_children = terms.maximum_children;
  view.minutes_per_session = terms.minutes_per_session;
  view.tiers = terms.tiers;
  view.vetting = vetting_for(reader, offer);
  view.runs = views_of(offer.runs);
  view.state = offer.state;
  view.version = offer.version;
  return view;
}

RunView view_of(const Run& run) {
  return {run.id,         run.weekday,    run.from_minute, run.to_minute,
          run.first_date, dates_of(run), run.places};
}

ProviderView view_of(const Provider& provider, const http::Principal& who) {
  ProviderView view{provider.id, provider.name, provider.kind, {}};
  for (const auto& vetting : provider.vetting) {
    const bool staff = (who.role == Role::facilitator || who.role == Role::commissioner) &&
                       who.authority == vetting.authority.id;
    const bool reads_note = staff || who.role == Role::administrator;
    view.vetting.push_back({vetting.authority.id, vetting.authority.name, vetting.state,
                            reads_note ? vetting.note : std::string()});
  }
  return view;
}

UnmetNeedView view_of(const UnmetNeed& need) {
  return {need.id, need.what, need.activity_type, need.place, need.created};
}

OfferForPool for_pool(const Offer& offer) {
  OfferForPool view;
  view.id = offer.id;
  view.provider = offer.provider;
  view.provider_name = offer.provider_name;
  view.title = offer.terms.title;
  view.activity_type = offer.terms.activity_type;
  view.authorities = offer.terms.authorities;
  for (const auto& vetting : offer.vetting) view.vetting.push_back({vetting.authority.id, vetting.state});
  view.minutes_per_session = offer.terms.minutes_per_session;
  view.minimum_children = offer.terms.minimum_children;
  view.maximum_children = offer.terms.maximum_children;
  view.tiers = offer.terms.tiers;
  view.runs = views_of(offer.runs);
  view.state = offer.state;
  return view;
}

OfferForMatching for_matching(const Offer& offer, const Id<"authority">& authority) {
  const auto& terms = offer.terms;
  OfferForMatching view;
  view.id = offer.id;
  view.provider = offer.provider;
  view.title = terms.title;
  view.activity_type = terms.activity_type;
  view.age_min = terms.age_min;
  view.age_max = terms.age_max;
  view.needs_catered = terms.needs_catered;
  view.wheelchair_access = terms.wheelchair_access;
  view.staff_checks = terms.staff_checks;
  Reader reader;
  reader.asked = authority;
  view.vetting = vetting_for(reader, offer);
  view.staff_adults = terms.staff_adults;
  view.staff_children = terms.staff_children;
  view.place = terms.place;
  if (const auto* place = find_place(terms.place)) {
    view.latitude = place->latitude;
    view.longitude = place->longitude;
  }
  view.minimum_children = terms.minimum_children;
  view.maximum_children = terms.maximum_children;
  view.minutes_per_session = terms.minutes_per_session;
  view.tiers = terms.tiers;
  view.runs = views_of(offer.runs);
  return view;
}

OfferTerms terms_of(const OfferInput& input) {
  OfferTerms terms;
  terms.authorities = input.authorities;
  terms.title = input.title;
  terms.activity_type = input.activity_type;
  terms.description = input.description;
  terms.age_min = input.age_min;
  terms.age_max = input.age_max;
  terms.needs_catered = from_mask(to_mask(input.needs_catered));
  terms.wheelchair_access = input.wheelchair_access;
  terms.staff_checks = input.staff_checks;
  terms.staff_adults = input.staff_adults;
  terms.staff_children = input.staff_children;
  const auto* place = find_place(input.place);
  terms.place = place ? std::string(place->district) : input.place;
  terms.minimum_children = input.minimum_children;
  terms.maximum_children = input.maximum_children;
  terms.minutes_per_session = input.minutes_per_session;
  terms.tiers = input.tiers;
  terms.service = input.service;
  return terms;
}

Reader reader_of(const std::optional<http::Principal>& who, std::optional<Id<"authority">> asked) {
  Reader reader;
  reader.asked = std::move(asked);
  if (!who) return reader;
  reader.sees_rejected = who->role == Role::facilitator || who->role == Role::commissioner ||
                         who->role == Role::administrator;
  if (who->role == Role::provider) reader.provider = who->provider;
  else reader.own = who->authority;
  return reader;
}

}  // namespace cp::catalogue
