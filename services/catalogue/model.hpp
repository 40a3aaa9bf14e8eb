// What short breaks there are: services as an authority mapped them or a provider published them,
// and the priced offers by which they are bought.
#pragma once

#include "services/catalogue/needs.hpp"
#include "shared/core/id.hpp"
#include "shared/core/money.hpp"
#include "shared/core/names.hpp"
#include "shared/core/time.hpp"

#include <optional>
#include <string>
#include <vector>

namespace cp::catalogue {

/// By which route families reach a service; `published` ones came from a provider, not a mapping.
enum class ServiceTier { local_core_offer, social_care, family_information_service, published };
constexpr auto names_of(ServiceTier) {
  return names<ServiceTier>({{ServiceTier::local_core_offer, "local core offer"},
                             {ServiceTier::social_care, "social care"},
                             {ServiceTier::family_information_service, "family information service"},
                             {ServiceTier::published, "published"}});
}

enum class ProviderKind { voluntary, independent, local_authority, health, unknown };
constexpr auto names_of(ProviderKind) {
  return names<ProviderKind>({{ProviderKind::voluntary, "voluntary"},
                              {ProviderKind::independent, "independent"},
                              {ProviderKind::local_authority, "local authority"},
                              {ProviderKind::health, "health"},
                              {ProviderKind::unknown, "unknown"}});
}

/// What one authority found when it looked at a provider.
enum class VettingState { approved, pending, unknown, rejected };
constexpr auto names_of(VettingState) {
  return names<VettingState>({{VettingState::approved, "approved"},
                              {VettingState::pending, "pending"},
                              {VettingState::unknown, "unknown"},
                              {VettingState::rejected, "rejected"}});
}

enum class OfferState { published, withdrawn };
constexpr auto names_of(OfferState) {
  return names<OfferState>({{OfferState::published, "published"}, {OfferState::withdrawn, "withdrawn"}});
}

enum class WheelchairAccess { yes, no, unknown };
constexpr auto names_of(WheelchairAccess) {
  return names<WheelchairAccess>({{WheelchairAccess::yes, "yes"},
                                  {WheelchairAccess::no, "no"},
                                  {WheelchairAccess::unknown, "unknown"}});
}

/// Whether the checks of the people who work there are known to have been made.
enum class StaffChecks { known, unknown };
constexpr auto names_of(StaffChecks) {
  return names<StaffChecks>({{StaffChecks::known, "known"}, {StaffChecks::unknown, "unknown"}});
}

/// What a session costs a group of at least `from_children`: a fixed part, a part for each child
/// and a part for each hour the session lasts. The tier with the highest `from_children` that the
/// group reaches is the one that counts.
struct PriceTier {
  std::int64_t from_children = 1;
  Money fixed, per_child, per_hour;
  bool operator==(const PriceTier&) const = default;
};

/// An authority as the catalogue knows it; identity owns it.
struct Authority {
  Id<"authority"> id;
  std::string name;
  bool operator==(const Authority&) const = default;
};

/// A service as a family finds it. Texts that the source does not give are empty.
struct Service {
  Id<"service"> id;
  std::vector<Id<"authority">> authorities;  // not read for lists
  std::string authority_names;               // the same by name, parted by commas
  ServiceTier tier = ServiceTier::published;
  std::string name;
  std::string type;
  std::string needs_text;    // as in the source
  std::vector<Need> needs;   // the same as tags
  std::optional<std::int64_t> age_min, age_max;
  std::string age_note;
  std::optional<Id<"provider">> provider;
  std::string provider_name;
  ProviderKind provider_kind = ProviderKind::unknown;
  std::string provider_number;  // the source numbers providers instead of naming them
  std::string referral_route;
  std::string session_hours;
  std::string capacity;
  std::string pattern;
  std::optional<std::string> place;  // a district
  std::int64_t offers = 0;           // published ones
};

struct Vetting {
  Authority authority;
  VettingState state = VettingState::unknown;
  std::string note;
};

struct Provider {
  Id<"provider"> id;
  std::string name;
  ProviderKind kind = ProviderKind::unknown;
  std::vector<Vetting> vetting;  // one for each authority it serves, by name
};

/// A weekly series of sessions of an offer.
struct Run {
  Id<"run"> id;
  Id<"offer"> offer;
  std::int64_t weekday = 1;  // 1 = Monday
  Date first_date = {};
  std::int64_t from_minute = 0;  // local, after midnight
  std::int64_t to_minute = 0;
  std::int64_t sessions = 1;
  std::int64_t places = 1;
};

/// What a provider states about an offer.
struct OfferTerms {
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

struct Offer {
  Id<"offer"> id;
  Id<"provider"> provider;
  std::string provider_name;
  Id<"service"> service;      // given, or made for this offer
  bool own_service = false;   // made for this offer
  OfferTerms terms;
  OfferState state = OfferState::published;
  std::vector<Run> runs;
  std::vector<Vetting> vetting;  // of the provider, by every authority it serves
  Timestamp created = {};
  std::int64_t version = 1;
};

/// Something wanted that nobody offers.
struct UnmetNeed {
  Id<"unmet_need"> id;
  Id<"authority"> authority;
  Id<"account"> account;
  std::string what;
  std::optional<std::string> activity_type;
  std::optional<std::string> place;
  Timestamp created = {};
};

struct MarketCount {
  std::string type;
  ServiceTier tier = ServiceTier::published;
  std::int64_t count = 0;
};

}  // namespace cp::catalogue
