#include "matching/gather.hpp"

#include "matching/engine/rules.hpp"

#include <algorithm>

namespace cp::matching {
namespace {

template <class Listed>
std::vector<std::string> texts(const std::vector<Listed>& set) {
  std::vector<std::string> out;
  for (const auto one : set) out.emplace_back(name(one));
  return out;
}

template <class Ids>
std::vector<std::string> id_texts(const Ids& ids) {
  std::vector<std::string> out;
  for (const auto& id : ids) out.push_back(id.text());
  return out;
}

Mixing mixing_of(families::Mixing mixing) {
  switch (mixing) {
    case families::Mixing::mixed: return Mixing::mixed;
    case families::Mixing::similar: return Mixing::similar;
    case families::Mixing::either: return Mixing::either;
  }
  return Mixing::either;
}

Vetting vetting_of(catalogue::VettingState state) {
  switch (state) {
    case catalogue::VettingState::approved: return Vetting::approved;
    case catalogue::VettingState::pending: return Vetting::pending;
    case catalogue::VettingState::unknown: return Vetting::unknown;
    case catalogue::VettingState::rejected: return Vetting::rejected;
  }
  return Vetting::unknown;
}

Family family_of(const families::MatchingFamily& from, Date today) {
  Family family;
  family.id = from.id.text();
  std::int64_t number = 0;
  for (const auto& child : from.children) {
    family.children.push_back({std::to_string(++number), child.age_years, texts(child.needs),
                               child.support_adults, child.support_children, child.wheelchair,
                               texts(child.behaviours)});
  }
  family.place = {from.latitude, from.longitude};
  family.max_miles = static_cast<double>(from.max_miles);
  for (const auto& slot : from.slots) family.slots.push_back({slot.weekday, slot.from_minute, slot.to_minute});
  for (const auto& interest : from.interests) family.interests.push_back({interest.activity_type, interest.weight});
  family.mixing = mixing_of(from.mixing);
  family.with = id_texts(from.with);
  family.not_with = id_texts(from.not_with);
  family.languages = texts(from.languages);
  family.needs_shared_language = from.needs_shared_language;
  family.not_with_behaviours = texts(from.not_with_behaviours);
  if (from.looking_since) {
    const auto waited = std::chrono::sys_days(today) - std::chrono::sys_days(day_of(*from.looking_since));
    family.days_waited = std::max<std::int64_t>(0, waited.count());
  }
  return family;
}

Offer offer_of(const catalogue::OfferForMatching& from, const std::map<std::string, std::int64_t>& taken, Date today) {
  Offer offer;
  offer.id = from.id.text();
  offer.provider_id = from.provider.text();
  offer.title = from.title;
  offer.activity_type = from.activity_type;
  offer.age_min = from.age_min;
  offer.age_max = from.age_max;
  offer.needs_catered = texts(from.needs_catered);
  if (from.wheelchair_access != catalogue::WheelchairAccess::unknown) {
    offer.wheelchair_access = from.wheelchair_access == catalogue::WheelchairAccess::yes;
  }
  offer.staff_adults = from.staff_adults;
  offer.staff_children = from.staff_children;
  offer.place = {from.latitude, from.longitude};
  offer.minimum_children = from.minimum_children;
  offer.maximum_children = from.maximum_children;
  for (const auto& tier : from.tiers) {
    offer.tiers.push_back({tier.from_children, tier.fixed.pence(), tier.per_child.pence(), tier.per_hour.pence()});
  }
  offer.minutes_per_session = from.minutes_per_session;
  offer.vetting = vetting_of(from.vetting);
  for (const auto& run : from.runs) {
    const auto sessions = sessions_to_come(run, today);
    if (sessions == 0) continue;
    const auto found = taken.find(run.id.text());
    const auto places = run.places - (found == taken.end() ? 0 : found->second);
    offer.runs.push_back({run.id.text(), run.weekday, run.from_minute, run.to_minute, sessions,
                          std::max<std::int64_t>(0, places)});
  }
  return offer;
}

/// A type that none of the family's streams pays for is told as such, not taken from its interests. A family without an agreed
/// plan has no `headrooms`.
void set_headroom(Family& family, const std::vector<std::string>& types, const std::vector<Money>* headrooms) {
  for (std::size_t at = 0; at < types.size(); ++at) {
    const auto headroom = headrooms ? headrooms->at(at).pence() : 0;
    const bool wanted = std::any_of(family.interests.begin(), family.interests.end(),
                                    [&](const Interest& interest) { return interest.activity_type == types[at]; });
    if (wanted) family.headroom_pence = std::max(family.headroom_pence, headroom);
    if (headroom <= 0) family.not_payable.push_back(types[at]);
  }
}

}  // namespace

std::int64_t sessions_to_come(const catalogue::RunView& run, Date today) {
  return std::count_if(run.dates.begin(), run.dates.end(), [&](const Date& date) { return date >= today; });
}

Instance make_instance(const Gathered& gathered, Date today, std::int64_t most_groups) {
  std::map<std::string, std::int64_t> taken;
  for (const auto& run : gathered.commitments.taken) taken[run.run.text()] = run.children;
  std::map<std::string, std::vector<pools::BusyTime>> busy;
  for (const auto& time : gathered.commitments.busy) busy[time.family.text()].push_back(time);
  std::map<std::string, const std::vector<Money>*> headrooms;
  for (const auto& one : gathered.headrooms) headrooms[one.family.text()] = &one.headrooms;

  Instance instance;
  instance.policy.emplace();
  for (const auto& from : gathered.families) {
    auto family = family_of(from, today);
    const auto& times = busy[family.id];
    family.groups_had = static_cast<std::int64_t>(times.size());
    const auto wished = from.wished_groups ? *from.wished_groups - family.groups_had : 1;
    if (wished < 1) continue;
    family.wished_groups = std::min(wished, most_groups);
    instance.policy->groups_per_family = std::max(instance.policy->groups_per_family, *family.wished_groups);
    for (const auto& time : times) take_out(family.slots, {time.weekday, time.from_minute, time.to_minute});
    const auto found = headrooms.find(family.id);
    set_headroom(family, gathered.types, found == headrooms.end() ? nullptr : found->second);
    instance.families.push_back(std::move(family));
  }
  for (const auto& from : gathered.offers) {
    auto offer = offer_of(from, taken, today);
    if (!offer.runs.empty()) instance.offers.push_back(std::move(offer));
  }
  return instance;
}

}  // namespace cp::matching
