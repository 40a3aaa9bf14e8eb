#include "services/catalogue/rules.hpp"

#include "services/catalogue/places.hpp"

#include <algorithm>
#include <utility>

namespace cp::catalogue {
namespace {

Result<Done> answer(std::vector<FieldError> fields) {
  if (fields.empty()) return Done{};
  Error error = invalid("invalid-fields", "Some fields need to be put right.");
  error.fields = std::move(fields);
  return error;
}

void check_tier(const PriceTier& tier, const std::string& pointer, std::vector<FieldError>& fields) {
  if (tier.fixed.is_negative() || tier.per_child.is_negative() || tier.per_hour.is_negative()) {
    fields.push_back({pointer, "A price cannot be below nothing."});
  } else if (tier.fixed == Money{} && tier.per_child == Money{} && tier.per_hour == Money{}) {
    fields.push_back({pointer, "Say what it costs: fixed, for each child or for each hour."});
  }
}

void check_tiers(const OfferTerms& terms, std::vector<FieldError>& fields) {
  if (terms.tiers.empty()) {
    fields.push_back({"/tiers", "Give at least one price."});
    return;
  }
  std::int64_t before = 0;
  for (std::size_t at = 0; at < terms.tiers.size(); ++at) {
    const auto& tier = terms.tiers[at];
    const auto pointer = "/tiers/" + std::to_string(at);
    check_tier(tier, pointer, fields);
    if (tier.from_children <= before) {
      fields.push_back({pointer + "/from_children", at == 0 ? "Use 1 or more."
                                                            : "Use more children than in the tier before."});
    }
    if (at == 0 && tier.from_children > terms.minimum_children) {
      fields.push_back({pointer + "/from_children",
                        "The first price has to be for the smallest group: " +
                            std::to_string(terms.minimum_children) + " or fewer."});
    }
    if (at > 0 && tier.from_children > terms.maximum_children) {
      fields.push_back({pointer + "/from_children", "No group is that large: the largest has " +
                                                        std::to_string(terms.maximum_children) + "."});
    }
    before = std::max(before, tier.from_children);
  }
}

const Vetting* find_vetting(const Offer& offer, const Id<"authority">& authority) {
  const auto found = std::find_if(offer.vetting.begin(), offer.vetting.end(), [&](const auto& vetting) {
    return vetting.authority.id == authority;
  });
  return found == offer.vetting.end() ? nullptr : &*found;
}

bool rejected_by(const Offer& offer, const std::optional<Id<"authority">>& authority) {
  const auto* vetting = authority ? find_vetting(offer, *authority) : nullptr;
  return vetting && vetting->state == VettingState::rejected;
}

std::string hours_text(std::int64_t minutes) {
  const auto hours = minutes / 60;
  const auto rest = minutes % 60;
  std::string text;
  if (hours > 0) text = std::to_string(hours) + (hours == 1 ? " hour" : " hours");
  if (rest > 0) text.append(text.empty() ? "" : " ").append(std::to_string(rest)).append(" minutes");
  return text;
}

}  // namespace

Result<Done> check_offer(const OfferTerms& terms, const std::vector<Id<"authority">>& served) {
  std::vector<FieldError> fields;
  if (terms.authorities.empty()) fields.push_back({"/authorities", "Name at least one authority."});
  for (std::size_t at = 0; at < terms.authorities.size(); ++at) {
    const auto& authority = terms.authorities[at];
    const auto pointer = "/authorities/" + std::to_string(at);
    if (std::find(served.begin(), served.end(), authority) == served.end()) {
      fields.push_back({pointer, "You are not registered with this authority. Ask it to add you."});
    }
    if (std::count(terms.authorities.begin(), terms.authorities.end(), authority) > 1) {
      fields.push_back({pointer, "Name each authority once."});
    }
  }
  if (terms.age_min > terms.age_max) fields.push_back({"/age_max", "The oldest is younger than the youngest."});
  if (!find_place(terms.place)) {
    fields.push_back({"/place", "Use a postcode district of the places served here, such as M33 or PL4."});
  }
  if (terms.minimum_children > terms.maximum_children) {
    fields.push_back({"/maximum_children", "The largest group is smaller than the smallest."});
  }
  check_tiers(terms, fields);
  return answer(std::move(fields));
}

Result<Done> check_change(const Offer& offer, const OfferTerms& terms) {
  if (offer.state == OfferState::withdrawn) {
    return conflict("offer-withdrawn", "You have withdrawn this offer. Publish a new one instead.");
  }
  if (terms.service && *terms.service != offer.service) {
    return invalid_field("/service", "An offer stays with its service. Publish a new offer instead.");
  }
  if (!offer.runs.empty() && terms.minutes_per_session != offer.terms.minutes_per_session) {
    return invalid_field("/minutes_per_session",
                         "Sessions of this length are announced already. Publish a new offer instead.");
  }
  return Done{};
}

Result<Done> check_run(const Offer& offer, const Run& run, std::optional<std::int64_t> weekday, Date today) {
  using std::chrono::months;
  if (offer.state == OfferState::withdrawn) {
    return conflict("offer-withdrawn", "You have withdrawn this offer. Publish a new one first.");
  }
  std::vector<FieldError> fields;
  if (weekday && *weekday != run.weekday) {
    fields.push_back({"/weekday", "The first day is another day of the week. Leave this out, or change "
                                  "the first day."});
  }
  if (run.first_date < today - months(12) || run.first_date > today + months(36)) {
    fields.push_back({"/first_date", "Use a day from a year ago to three years ahead."});
  }
  const auto minutes = offer.terms.minutes_per_session;
  if (run.from_minute >= run.to_minute) {
    fields.push_back({"/to_minute", "The session ends before it begins."});
  } else if (run.from_minute + minutes <= 1'440 && run.to_minute - run.from_minute != minutes) {
    // What a session costs goes by the offer's length; a series of another length would be charged
    // wrongly. A stay over night cannot be said in minutes of one day and is not compared.
    fields.push_back({"/to_minute", "A session of this offer lasts " + hours_text(minutes) + "."});
  }
  if (run.places < offer.terms.minimum_children) {
    fields.push_back({"/places", "The smallest group of this offer has " +
                                     std::to_string(offer.terms.minimum_children) + " children."});
  }
  return answer(std::move(fields));
}

std::int64_t weekday_of(Date day) {
  return static_cast<std::int64_t>(std::chrono::weekday(std::chrono::sys_days(day)).iso_encoding());
}

std::vector<Date> dates_of(const Run& run) {
  std::vector<Date> dates;
  dates.reserve(static_cast<std::size_t>(run.sessions));
  auto day = std::chrono::sys_days(run.first_date);
  for (std::int64_t session = 0; session < run.sessions; ++session) {
    dates.emplace_back(day);
    day += std::chrono::days(7);
  }
  return dates;
}

bool may_see(const Reader& reader, const Offer& offer) {
  if (reader.sees_rejected || reader.provider == offer.provider) return true;
  if (rejected_by(offer, reader.own) || rejected_by(offer, reader.asked)) return false;
  if (reader.own || reader.asked) return true;
  return std::any_of(offer.terms.authorities.begin(), offer.terms.authorities.end(),
                     [&](const auto& authority) { return !rejected_by(offer, authority); });
}

VettingState vetting_for(const Reader& reader, const Offer& offer) {
  auto authority = reader.asked ? reader.asked : reader.own;
  if (!authority && offer.terms.authorities.size() == 1) authority = offer.terms.authorities.front();
  const auto* vetting = authority ? find_vetting(offer, *authority) : nullptr;
  return vetting ? vetting->state : VettingState::unknown;
}

Service service_of(const Offer& offer, ProviderKind kind, std::string authority_names) {
  const auto& terms = offer.terms;
  Service service;
  service.id = offer.service;
  service.authorities = terms.authorities;
  service.authority_names = std::move(authority_names);
  service.tier = ServiceTier::published;
  service.name = terms.title;
  service.type = terms.activity_type;
  service.needs = from_mask(to_mask(terms.needs_catered));
  for (const auto need : service.needs) {
    service.needs_text.append(service.needs_text.empty() ? "" : ";").append(name(need));
  }
  service.age_min = terms.age_min;
  service.age_max = terms.age_max;
  service.provider = offer.provider;
  service.provider_name = offer.provider_name;
  service.provider_kind = kind;
  service.session_hours = hours_text(terms.minutes_per_session);
  service.capacity = std::to_string(terms.maximum_children);
  service.place = terms.place;
  return service;
}

}  // namespace cp::catalogue
