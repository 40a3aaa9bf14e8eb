// What the catalogue looks like on the wire.
#pragma once

#include "services/catalogue/model.hpp"
#include "shared/http/router.hpp"
#include "shared/json/wire.hpp"

namespace cp::catalogue {

/// No session costs more than this in any of its parts: a hundred thousand pounds.
inline constexpr std::int64_t most_price_pence = 10'000'000;
inline constexpr std::int64_t most_tiers = 20;

// ---------------------------------------------------------------- prices and runs

constexpr auto wire(const PriceTier*) {
  return json::object(
      "PriceTier",
      json::field("from_children", &PriceTier::from_children, "The smallest group this price is for.",
                  json::between(1, 1'000)),
      json::field("fixed", &PriceTier::fixed, "For a session, whatever the group's size.",
                  json::between(0, most_price_pence)),
      json::field("per_child", &PriceTier::per_child, "For a session, for each child.",
                  json::between(0, most_price_pence)),
      json::field("per_hour", &PriceTier::per_hour, "For each hour of a session, for the group.",
                  json::between(0, most_price_pence)));
}

/// A weekly series of sessions.
struct RunView {
  Id<"run"> id;
  std::int64_t weekday = 1;
  std::int64_t from_minute = 0;
  std::int64_t to_minute = 0;
  Date first_date = {};
  std::vector<Date> dates;
  std::int64_t places = 1;
};
constexpr auto wire(const RunView*) {
  return json::object(
      "RunView", json::field("id", &RunView::id, "The run."),
      json::field("weekday", &RunView::weekday, "1 is Monday.", json::between(1, 7)),
      json::field("from_minute", &RunView::from_minute, "Start, local minutes after midnight.",
                  json::between(0, 1'440)),
      json::field("to_minute", &RunView::to_minute, "End, local minutes after midnight.",
                  json::between(0, 1'440)),
      json::field("first_date", &RunView::first_date, "The day of the first session."),
      json::field("dates", &RunView::dates, "The day of every session.", json::between(1, 60)),
      json::field("places", &RunView::places, "Children there is room for.", json::between(1, 1'000)));
}

struct NewRun {
  std::optional<std::int64_t> weekday;
  Date first_date = {};
  std::int64_t from_minute = 0;
  std::int64_t to_minute = 0;
  std::int64_t sessions = 1;
  std::int64_t places = 1;
};
constexpr auto wire(const NewRun*) {
  return json::object(
      "NewRun",
      json::field("weekday", &NewRun::weekday, "1 is Monday. Left out, it is the first day's.",
                  json::between(1, 7)),
      json::field("first_date", &NewRun::first_date, "The day of the first session."),
      json::field("from_minute", &NewRun::from_minute, "Start, local minutes after midnight.",
                  json::between(0, 1'439)),
      json::field("to_minute", &NewRun::to_minute, "End, local minutes after midnight.",
                  json::between(1, 1'440)),
      json::field("sessions", &NewRun::sessions, "How many, a week apart.", json::between(1, 60)),
      json::field("places", &NewRun::places, "Children there is room for.", json::between(1, 1'000)));
}

// ---------------------------------------------------------------- vetting and providers

/// What an authority says of a provider, for other services.
struct VettingOf {
  Id<"authority"> authority;
  VettingState state = VettingState::unknown;
};
constexpr auto wire(const VettingOf*) {
  return json::object("VettingOf", json::field("authority", &VettingOf::authority, "Who says it."),
                      json::field("state", &VettingOf::state, "What it says."));
}

struct VettingView {
  Id<"authority"> authority;
  std::string authority_name;
  VettingState state = VettingState::unknown;
  std::string note;
};
constexpr auto wire(const VettingView*) {
  return json::object(
      "VettingView", json::field("authority", &VettingView::authority, "Who looked at the provider."),
      json::field("authority_name", &VettingView::authority_name, "Its name."),
      json::field("state", &VettingView::state, "What it found. `unknown` means nobody has looked."),
      json::field("note", &VettingView::note, "Why. Only staff of that authority see it."));
}

struct NewProvider {
  std::string name;
  ProviderKind kind = ProviderKind::unknown;
  std::vector<Id<"authority">> authorities;
};
constexpr auto wire(const NewProvider*) {
  return json::object(
      "NewProvider", json::field("name", &NewProvider::name, "What it is called.", json::between(1, 120)),
      json::field("kind", &NewProvider::kind, "What kind of organisation it is."),
      json::field("authorities", &NewProvider::authorities, "Whose families it serves.",
                  json::between(1, 50)));
}

struct ProviderView {
  Id<"provider"> id;
  std::string name;
  ProviderKind kind = ProviderKind::unknown;
  std::vector<VettingView> vetting;
};
constexpr auto wire(const ProviderView*) {
  return json::object("ProviderView", json::field("id", &ProviderView::id, "The provider."),
                      json::field("name", &ProviderView::name, "What it is called."),
                      json::field("kind", &ProviderView::kind, "What kind of organisation it is."),
                      json::field("vetting", &ProviderView::vetting,
                                  "What each authority it serves found.", json::between(0, 50)));
}

struct VettingInput {
  VettingState state = VettingState::unknown;
  std::string note;
};
constexpr auto wire(const VettingInput*) {
  return json::object("VettingInput", json::field("state", &VettingInput::state, "What was found."),
                      json::field("note", &VettingInput::note, "Why; it may be empty.",
                                  json::between(0, 500)));
}

// ---------------------------------------------------------------- offers

struct OfferInput {
  std::vector<Id<"authority">> authorities;
  std::string title;
  std::string activity_type;
  std::string description;
  std::int64_t age_min = 0, age_max = 25;
  std::vector<Need> needs_catered;
  WheelchairAccess wheelchair_access = WheelchairAccess::unknown;
  StaffChecks staff_checks = StaffChecks::unknown;
  std::int64_t staff_adults = 1, staff_children = 1;
  std::string place;
  std::int64_t minimum_children = 1, maximum_children = 1;
  std::int64_t minutes_per_session = 60;
  std::vector<PriceTier> tiers;
  std::optional<Id<"service">> service;
};
constexpr auto wire(const OfferInput*) {
  return json::object(
      "OfferInput",
      json::field("authorities", &OfferInput::authorities, "Whose families may buy it.",
                  json::between(1, 50)),
      json::field("title", &OfferInput::title, "What it is.", json::between(3, 120)),
      json::field("activity_type", &OfferInput::activity_type,
                  "The kind of short break, as in `/v1/catalogue/types`.", json::between(1, 80)),
      json::field("description", &OfferInput::description, "What happens there.",
                  json::between(0, 4'000)),
      json::field("age_min", &OfferInput::age_min, "The youngest, in whole years.", json::between(0, 25)),
      json::field("age_max", &OfferInput::age_max, "The oldest, in whole years.", json::between(0, 25)),
      json::field("needs_catered", &OfferInput::needs_catered, "Needs the staff can meet.",
                  json::between(0, 13)),
      json::field("wheelchair_access", &OfferInput::wheelchair_access, "Whether a wheelchair gets in."),
      json::field("staff_checks", &OfferInput::staff_checks,
                  "Whether the checks of the staff are known to be made."),
      json::field("staff_adults", &OfferInput::staff_adults, "So many adults ...", json::between(1, 20)),
      json::field("staff_children", &OfferInput::staff_children, "... for so many children.",
                  json::between(1, 40)),
      json::field("place", &OfferInput::place, "A postcode district such as M33.", json::between(2, 4)),
      json::field("minimum_children", &OfferInput::minimum_children, "The smallest group.",
                  json::between(1, 1'000)),
      json::field("maximum_children", &OfferInput::maximum_children, "The largest group.",
                  json::between(1, 1'000)),
      json::field("minutes_per_session", &OfferInput::minutes_per_session, "How long a session is.",
                  json::between(15, 20'160)),
      json::field("tiers", &OfferInput::tiers, "Prices by size of group, smallest group first.",
                  json::between(1, most_tiers)),
      json::field("service", &OfferInput::service, "A service of the catalogue this buys."));
}

struct OfferView {
  Id<"offer"> id;
  Id<"provider"> provider;
  std::string provider_name;
  Id<"service"> service;
  std::vector<Id<"authority">> authorities;
  std::string title;
  std::string activity_type;
  std::string description;
  std::int64_t age_min = 0, age_max = 25;
  std::vector<Need> needs_catered;
  WheelchairAccess wheelchair_access = WheelchairAccess::unknown;
  StaffChecks staff_checks = StaffChecks::unknown;
  std::int64_t staff_adults = 1, staff_children = 1;
  std::string place;
  std::optional<double> distance_miles;
  std::int64_t minimum_children = 1, maximum_children = 1;
  std::int64_t minutes_per_session = 60;
  std::vector<PriceTier> tiers;
  VettingState vetting = VettingState::unknown;
  std::vector<RunView> runs;
  OfferState state = OfferState::published;
  std::int64_t version = 1;
};
constexpr auto wire(const OfferView*) {
  return json::object(
      "OfferView", json::field("id", &OfferView::id, "The offer."),
      json::field("provider", &OfferView::provider, "Who makes it."),
      json::field("provider_name", &OfferView::provider_name, "Their name."),
      json::field("service", &OfferView::service, "The service of the catalogue it buys."),
      json::field("authorities", &OfferView::authorities, "Whose families may buy it."),
      json::field("title", &OfferView::title, "What it is."),
      json::field("activity_type", &OfferView::activity_type, "The kind of short break."),
      json::field("description", &OfferView::description, "What happens there.",
                  json::between(0, 4'000)),
      json::field("age_min", &OfferView::age_min, "The youngest, in whole years."),
      json::field("age_max", &OfferView::age_max, "The oldest, in whole years."),
      json::field("needs_catered", &OfferView::needs_catered, "Needs the staff can meet."),
      json::field("wheelchair_access", &OfferView::wheelchair_access, "Whether a wheelchair gets in."),
      json::field("staff_checks", &OfferView::staff_checks,
                  "Whether the checks of the staff are known to be made."),
      json::field("staff_adults", &OfferView::staff_adults, "So many adults ..."),
      json::field("staff_children", &OfferView::staff_children, "... for so many children."),
      json::field("place", &OfferView::place, "The postcode district."),
      json::field("distance_miles", &OfferView::distance_miles,
                  "From the place asked for, to a tenth of a mile."),
      json::field("minimum_children", &OfferView::minimum_children, "The smallest group."),
      json::field("maximum_children", &OfferView::maximum_children, "The largest group."),
      json::field("minutes_per_session", &OfferView::minutes_per_session, "How long a session is."),
      json::field("tiers", &OfferView::tiers, "Prices by size of group."),
      json::field("vetting", &OfferView::vetting,
                  "What the reader's authority, or the one asked for, found about the provider."),
      json::field("runs", &OfferView::runs, "The series of sessions."),
      json::field("state", &OfferView::state, "Whether it can be bought."),
      json::field("version", &OfferView::version, "Also the ETag."));
}

/// What a pool has to know of an offer.
struct OfferForPool {
  Id<"offer"> id;
  Id<"provider"> provider;
  std::string provider_name;
  std::string title;
  std::string activity_type;
  std::vector<Id<"authority">> authorities;
  std::vector<VettingOf> vetting;
  std::int64_t minutes_per_session = 60;
  std::int64_t minimum_children = 1, maximum_children = 1;
  std::vector<PriceTier> tiers;
  std::vector<RunView> runs;
  OfferState state = OfferState::published;
};
constexpr auto wire(const OfferForPool*) {
  return json::object(
      "OfferForPool", json::field("id", &OfferForPool::id, "The offer."),
      json::field("provider", &OfferForPool::provider, "Who makes it."),
      json::field("provider_name", &OfferForPool::provider_name, "Their name."),
      json::field("title", &OfferForPool::title, "What it is."),
      json::field("activity_type", &OfferForPool::activity_type, "The kind of short break."),
      json::field("authorities", &OfferForPool::authorities, "Whose families may buy it."),
      json::field("vetting", &OfferForPool::vetting, "What each of these found about the provider."),
      json::field("minutes_per_session", &OfferForPool::minutes_per_session, "How long a session is."),
      json::field("minimum_children", &OfferForPool::minimum_children, "The smallest group."),
      json::field("maximum_children", &OfferForPool::maximum_children, "The largest group."),
      json::field("tiers", &OfferForPool::tiers, "Prices by size of group."),
      json::field("runs", &OfferForPool::runs, "The series of sessions."),
      json::field("state", &OfferForPool::state, "Whether it can be bought."));
}

/// What the matching engine has to know of an offer. Only published ones, of providers whom the
/// authority did not reject.
struct OfferForMatching {
  Id<"offer"> id;
  Id<"provider"> provider;
  std::string title;
  std::string activity_type;
  std::int64_t age_min = 0, age_max = 25;
  std::vector<Need> needs_catered;
  WheelchairAccess wheelchair_access = WheelchairAccess::unknown;
  StaffChecks staff_checks = StaffChecks::unknown;
  VettingState vetting = VettingState::unknown;
  std::int64_t staff_adults = 1, staff_children = 1;
  std::string place;
  double latitude = 0, longitude = 0;
  std::int64_t minimum_children = 1, maximum_children = 1;
  std::int64_t minutes_per_session = 60;
  std::vector<PriceTier> tiers;
  std::vector<RunView> runs;
};
constexpr auto wire(const OfferForMatching*) {
  return json::object(
      "OfferForMatching", json::field("id", &OfferForMatching::id, "The offer."),
      json::field("provider", &OfferForMatching::provider, "Who makes it."),
      json::field("title", &OfferForMatching::title, "What it is."),
      json::field("activity_type", &OfferForMatching::activity_type, "The kind of short break."),
      json::field("age_min", &OfferForMatching::age_min, "The youngest, in whole years."),
      json::field("age_max", &OfferForMatching::age_max, "The oldest, in whole years."),
      json::field("needs_catered", &OfferForMatching::needs_catered, "Needs the staff can meet."),
      json::field("wheelchair_access", &OfferForMatching::wheelchair_access, "Whether a wheelchair gets in."),
      json::field("staff_checks", &OfferForMatching::staff_checks, "Whether staff checks are known."),
      json::field("vetting", &OfferForMatching::vetting, "What the authority found."),
      json::field("staff_adults", &OfferForMatching::staff_adults, "So many adults ..."),
      json::field("staff_children", &OfferForMatching::staff_children, "... for so many children."),
      json::field("place", &OfferForMatching::place, "The postcode district."),
      json::field("latitude", &OfferForMatching::latitude, "Of the district's middle, in degrees."),
      json::field("longitude", &OfferForMatching::longitude, "Of the district's middle, in degrees."),
      json::field("minimum_children", &OfferForMatching::minimum_children, "The smallest group."),
      json::field("maximum_children", &OfferForMatching::maximum_children, "The largest group."),
      json::field("minutes_per_session", &OfferForMatching::minutes_per_session, "How long a session is."),
      json::field("tiers", &OfferForMatching::tiers, "Prices by size of group."),
      json::field("runs", &OfferForMatching::runs, "The series of sessions."));
}

// ---------------------------------------------------------------- services

struct ServiceView {
  Id<"service"> id;
  std::string authority_name;
  ServiceTier tier = ServiceTier::published;
  std::string name;
  std::string type;
  std::string needs_text;
  std::vector<Need> needs;
  std::optional<std::int64_t> age_min, age_max;
  std::string age_note;
  bool ages_known = false;
  std::optional<Id<"provider">> provider;
  std::string provider_name;
  ProviderKind provider_kind = ProviderKind::unknown;
  std::string provider_number;
  std::string referral_route;
  std::string session_hours;
  std::string capacity;
  std::string pattern;
  std::optional<std::string> place;
  std::optional<double> distance_miles;
  std::int64_t offer_count = 0;
};
constexpr auto wire(const ServiceView*) {
  return json::object(
      "ServiceView", json::field("id", &ServiceView::id, "The service."),
      json::field("authority_name", &ServiceView::authority_name,
                  "The authority it is in; several are parted by commas."),
      json::field("tier", &ServiceView::tier, "By which route families reach it."),
      json::field("name", &ServiceView::name, "What it is called."),
      json::field("type", &ServiceView::type, "The kind of short break."),
      json::field("needs_text", &ServiceView::needs_text,
                  "The needs it is for, as the source says it. Empty: the source says nothing."),
      json::field("needs", &ServiceView::needs, "The same as tags."),
      json::field("age_min", &ServiceView::age_min, "The youngest, where it is known."),
      json::field("age_max", &ServiceView::age_max, "The oldest, where it is known."),
      json::field("age_note", &ServiceView::age_note, "What the source says of ages in words."),
      json::field("ages_known", &ServiceView::ages_known,
                  "False where one end of the age range is not known: ask before you go."),
      json::field("provider", &ServiceView::provider, "The provider, where it is registered here."),
      json::field("provider_name", &ServiceView::provider_name,
                  "Its name; `unknown` where the source does not know it."),
      json::field("provider_kind", &ServiceView::provider_kind, "What kind of organisation it is."),
      json::field("provider_number", &ServiceView::provider_number,
                  "The source's number for a provider it does not name."),
      json::field("referral_route", &ServiceView::referral_route, "How one gets there."),
      json::field("session_hours", &ServiceView::session_hours, "How long a session is, in words."),
      json::field("capacity", &ServiceView::capacity, "How many places, in words."),
      json::field("pattern", &ServiceView::pattern, "How often, in words."),
      json::field("place", &ServiceView::place, "The postcode district, where it is known."),
      json::field("distance_miles", &ServiceView::distance_miles,
                  "From the place asked for; empty where the service's place is not known."),
      json::field("offer_count", &ServiceView::offer_count, "Offers by which it can be bought."));
}

/// A service with its offers: every field of `ServiceView`, and `offers`.
struct ServiceDetail : ServiceView {
  std::vector<OfferView> offers;
};
constexpr auto wire(const ServiceDetail*) {
  return std::apply(
      [](const auto&... field) {
        return json::object("ServiceDetail", field...,
                            json::field("offers", &ServiceDetail::offers,
                                        "The offers this reader may see."));
      },
      wire(static_cast<const ServiceView*>(nullptr)).fields);
}

struct TypeCount {
  std::string type;
  std::int64_t count = 0;
};
constexpr auto wire(const TypeCount*) {
  return json::object("CatalogueTypeCount", json::field("type", &TypeCount::type, "The kind of short break."),
                      json::field("count", &TypeCount::count, "Services of it."));
}
struct TypeList {
  std::vector<TypeCount> items;
};
constexpr auto wire(const TypeList*) {
  return json::object("CatalogueTypes", json::field("items", &TypeList::items, "By name."));
}

// ---------------------------------------------------------------- market

constexpr auto wire(const MarketCount*) {
  return json::object("MarketRow", json::field("type", &MarketCount::type, "The kind of short break."),
                      json::field("tier", &MarketCount::tier, "By which route families reach it."),
                      json::field("count", &MarketCount::count, "Services."));
}
/// The mapped market of one authority, or of all. What providers published is not counted: it is
/// the market as the authority mapped it.
struct MarketView {
  std::optional<std::string> authority;
  std::int64_t total = 0;
  std::vector<MarketCount> rows;
};
constexpr auto wire(const MarketView*) {
  return json::object("CatalogueMarket", json::field("authority", &MarketView::authority, "Empty for all."),
                      json::field("total", &MarketView::total, "Services."),
                      json::field("rows", &MarketView::rows, "By type and tier."));
}

// ---------------------------------------------------------------- unmet needs

struct NewUnmetNeed {
  std::string what;
  std::optional<std::string> activity_type;
  std::optional<std::string> place;
};
constexpr auto wire(const NewUnmetNeed*) {
  return json::object(
      "NewUnmetNeed",
      json::field("what", &NewUnmetNeed::what, "What is wanted and nobody offers.", json::between(1, 500)),
      json::field("activity_type", &NewUnmetNeed::activity_type, "The kind of short break.",
                  json::between(1, 80)),
      json::field("place", &NewUnmetNeed::place, "A postcode district.", json::between(2, 4)));
}
struct UnmetNeedView {
  Id<"unmet_need"> id;
  std::string what;
  std::optional<std::string> activity_type;
  std::optional<std::string> place;
  Timestamp created = {};
};
constexpr auto wire(const UnmetNeedView*) {
  return json::object("UnmetNeedView", json::field("id", &UnmetNeedView::id, "The wish."),
                      json::field("what", &UnmetNeedView::what, "What is wanted."),
                      json::field("activity_type", &UnmetNeedView::activity_type, "The kind of short break."),
                      json::field("place", &UnmetNeedView::place, "Where."),
                      json::field("created", &UnmetNeedView::created, "When it was said."));
}

// ---------------------------------------------------------------- addresses

struct ServicePath {
  Id<"service"> service;
};
constexpr auto wire(const ServicePath*) {
  return json::object("CatalogueServicePath", json::field("service", &ServicePath::service, "The service."));
}
struct OfferPath {
  Id<"offer"> offer;
};
constexpr auto wire(const OfferPath*) {
  return json::object("OfferPath", json::field("offer", &OfferPath::offer, "The offer."));
}
struct ProviderPath {
  Id<"provider"> provider;
};
constexpr auto wire(const ProviderPath*) {
  return json::object("ProviderPath", json::field("provider", &ProviderPath::provider, "The provider."));
}
struct AuthorityQuery {
  std::optional<std::string> authority;
};
constexpr auto wire(const AuthorityQuery*) {
  return json::object("CatalogueAuthorityQuery",
                      json::field("authority", &AuthorityQuery::authority,
                                  "Only this authority: its id, name or short name.",
                                  json::between(1, 120)));
}
struct PageQuery {
  std::optional<std::string> after;
  std::optional<std::int64_t> limit;
};
constexpr auto wire(const PageQuery*) {
  return json::object("CataloguePageQuery",
                      json::field("after", &PageQuery::after, "From the `next` of the page before."),
                      json::field("limit", &PageQuery::limit, "Items on a page.", json::between(1, 500)));
}

struct ServiceQuery {
  std::optional<std::string> q;
  std::optional<std::string> authority;
  std::optional<std::string> type;
  std::optional<Need> need;
  std::optional<std::int64_t> age_min, age_max;
  std::optional<std::string> place;
  std::optional<std::int64_t> miles;
  std::optional<ServiceTier> tier;
  std::optional<bool> offers_only;
  std::optional<std::string> after;
  std::optional<std::int64_t> limit;
};
constexpr auto wire(const ServiceQuery*) {
  return json::object(
      "CatalogueServiceQuery",
      json::field("q", &ServiceQuery::q, "Words of the name, type, needs or pattern.",
                  json::between(0, 200)),
      json::field("authority", &ServiceQuery::authority, "An authority's id, name or short name.",
                  json::between(1, 120)),
      json::field("type", &ServiceQuery::type, "The kind of short break.", json::between(1, 80)),
      json::field("need", &ServiceQuery::need, "Services that say they are for this need."),
      json::field("age_min", &ServiceQuery::age_min,
                  "The youngest child's age. Services whose ages are not known are listed too.",
                  json::between(0, 25)),
      json::field("age_max", &ServiceQuery::age_max, "The oldest child's age.", json::between(0, 25)),
      json::field("place", &ServiceQuery::place,
                  "A postcode district. Services of the same authority whose place is not known are "
                  "listed too.",
                  json::between(2, 4)),
      json::field("miles", &ServiceQuery::miles, "How far from the place; 10 unless said.",
                  json::between(0, 100)),
      json::field("tier", &ServiceQuery::tier, "By which route families reach it."),
      json::field("offers_only", &ServiceQuery::offers_only, "Only what can be bought here."),
      json::field("after", &ServiceQuery::after, "From the `next` of the page before."),
      json::field("limit", &ServiceQuery::limit, "Items on a page.", json::between(1, 500)));
}

struct OfferQuery {
  std::optional<std::string> authority;
  std::optional<std::string> type;
  std::optional<Id<"provider">> provider;
  std::optional<std::string> q;
  std::optional<Need> need;
  std::optional<std::int64_t> age_min, age_max;
  std::optional<std::string> place;
  std::optional<std::int64_t> miles;
  std::optional<std::string> after;
  std::optional<std::int64_t> limit;
};
constexpr auto wire(const OfferQuery*) {
  return json::object(
      "OfferQuery",
      json::field("authority", &OfferQuery::authority, "An authority's id, name or short name.",
                  json::between(1, 120)),
      json::field("type", &OfferQuery::type, "The kind of short break.", json::between(1, 80)),
      json::field("provider", &OfferQuery::provider, "Only this provider's."),
      json::field("q", &OfferQuery::q, "Words of the title, type or description.", json::between(0, 200)),
      json::field("need", &OfferQuery::need, "Offers that cater for this need."),
      json::field("age_min", &OfferQuery::age_min, "The youngest child's age.", json::between(0, 25)),
      json::field("age_max", &OfferQuery::age_max, "The oldest child's age.", json::between(0, 25)),
      json::field("place", &OfferQuery::place, "A postcode district.", json::between(2, 4)),
      json::field("miles", &OfferQuery::miles, "How far from the place; 10 unless said.",
                  json::between(0, 100)),
      json::field("after", &OfferQuery::after, "From the `next` of the page before."),
      json::field("limit", &OfferQuery::limit, "Items on a page.", json::between(1, 500)));
}

struct MatchingOffersQuery {
  Id<"authority"> authority;
  std::optional<std::string> after;
  std::optional<std::int64_t> limit;
};
constexpr auto wire(const MatchingOffersQuery*) {
  return json::object("MatchingOffersQuery",
                      json::field("authority", &MatchingOffersQuery::authority, "Whose families."),
                      json::field("after", &MatchingOffersQuery::after, "From the `next` of the page before."),
                      json::field("limit", &MatchingOffersQuery::limit, "Items on a page.",
                                  json::between(1, 500)));
}

}  // namespace cp::catalogue
