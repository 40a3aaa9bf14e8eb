// The JSON of instances and proposals, as docs/matching-format.md tells it.
#pragma once

#include "matching/engine/model.hpp"
#include "shared/json/wire.hpp"

namespace cp::matching {

inline constexpr json::Bounds id_bounds = json::between(1, 64);
inline constexpr json::Bounds minute_bounds = json::between(0, 1'440);
inline constexpr json::Bounds pence_bounds = json::between(0, 1'000'000'000);
inline constexpr json::Bounds few = json::between(0, 50);
inline constexpr json::Bounds weight_bounds = json::between(0, 1'000);

constexpr auto wire(const Place*) {
  return json::object("MatchingPlace", json::field("lat", &Place::lat, "Degrees north."),
                      json::field("lon", &Place::lon, "Degrees east."));
}
constexpr auto wire(const Child*) {
  return json::object(
      "MatchingChild", json::field("id", &Child::id, "The child.", id_bounds),
      json::field("age_years", &Child::age_years, "Whole years.", json::between(0, 120)),
      json::field("needs", &Child::needs, "What has to be catered for.", json::between(0, 50)),
      json::field("support_adults", &Child::support_adults, "Adults of the ratio needed.",
                  json::between(0, 100)),
      json::field("support_children", &Child::support_children, "Children of the ratio needed.",
                  json::between(1, 100)),
      json::field("wheelchair", &Child::wheelchair, "Whether the place must have step-free access."),
      json::field("behaviours", &Child::behaviours, "What other families may have to avoid.", few));
}
constexpr auto wire(const Slot*) {
  return json::object("MatchingSlot",
                      json::field("weekday", &Slot::weekday, "1 is Monday.", json::between(1, 7)),
                      json::field("from_minute", &Slot::from_minute, "After midnight.", minute_bounds),
                      json::field("to_minute", &Slot::to_minute, "After midnight.", minute_bounds));
}
constexpr auto wire(const Interest*) {
  return json::object(
      "MatchingInterest",
      json::field("activity_type", &Interest::activity_type, "The kind of short break.", json::between(1, 100)),
      json::field("weight", &Interest::weight, "1 would be nice, 5 is longed for.", json::between(1, 5)));
}
constexpr auto wire(const Family*) {
  return json::object(
      "MatchingFamily", json::field("id", &Family::id, "The family.", id_bounds),
      json::field("children", &Family::children, "Those who would take part.", json::between(1, 20)),
      json::field("place", &Family::place, "Where the family sets out from."),
      json::field("max_miles", &Family::max_miles, "How far it would go, in a straight line."),
      json::field("slots", &Family::slots, "When it is free, every week.", json::between(0, 100)),
      json::field("interests", &Family::interests, "What it wants.", json::between(0, 100)),
      json::field("mixing", &Family::mixing, "Mixed abilities, similar needs, or either."),
      json::field("not_with", &Family::not_with, "Families it must not meet.", json::between(0, 100)),
      json::field("with", &Family::with, "Families it would like to meet.", json::between(0, 100)),
      json::field("headroom_pence", &Family::headroom_pence, "The most all its shares may add up to.",
                  json::between(0, 1'000'000'000'000)),
      json::field("days_waited", &Family::days_waited, "Since it asked.", json::between(0, 36'500)),
      json::field("languages", &Family::languages, "Spoken at home.", few),
      json::field("needs_shared_language", &Family::needs_shared_language,
                  "Whether it needs one language in common with each family it meets."),
      json::field("not_with_behaviours", &Family::not_with_behaviours, "Behaviours it must not meet.", few),
      json::field("not_payable", &Family::not_payable, "Activity types that none of its streams pays for.",
                  json::between(0, 100)),
      json::field("wished_groups", &Family::wished_groups, "The most it wishes; absent for what the policy allows.",
                  json::between(0, 10)),
      json::field("groups_had", &Family::groups_had, "Groups it was in of late.", json::between(0, 1'000)),
      json::field("open_runs", &Family::open_runs, "Runs it could have been in when last counted; absent if not counted.",
                  json::between(0, 1'000'000)),
      json::field("pinned", &Family::pinned, "Runs a facilitator wants it in.", few),
      json::field("forbidden", &Family::forbidden, "Runs a facilitator has set aside.", json::between(0, 1'000)));
}
constexpr auto wire(const Tier*) {
  return json::object(
      "MatchingTier",
      json::field("from_children", &Tier::from_children, "The smallest group of this price.",
                  json::between(1, 1'000)),
      json::field("fixed_pence", &Tier::fixed_pence, "A session.", pence_bounds),
      json::field("per_child_pence", &Tier::per_child_pence, "A session and child.", pence_bounds),
      json::field("per_hour_pence", &Tier::per_hour_pence, "An hour of a session.", pence_bounds));
}
constexpr auto wire(const Run*) {
  return json::object(
      "MatchingRun", json::field("id", &Run::id, "The run.", id_bounds),
      json::field("weekday", &Run::weekday, "1 is Monday.", json::between(1, 7)),
      json::field("from_minute", &Run::from_minute, "After midnight.", minute_bounds),
      json::field("to_minute", &Run::to_minute, "After midnight.", minute_bounds),
      json::field("sessions", &Run::sessions, "How many there are.", json::between(1, 1'000)),
      json::field("places_left", &Run::places_left, "In children.", json::between(0, 100'000)));
}
constexpr auto wire(const Extra*) {
  return json::object("MatchingExtra", json::field("kind", &Extra::kind, "What is bought."),
                      json::field("for_run", &Extra::for_run, "The session it is for.", id_bounds),
                      json::field("attended_by", &Extra::attended_by, "Families who attend that already.",
                                  json::between(0, 1'000)));
}
constexpr auto wire(const StandingGroup*) {
  return json::object(
      "MatchingStandingGroup", json::field("standing", &StandingGroup::standing, "Agreed groups stay as they are."),
      json::field("run", &StandingGroup::run, "What it buys.", id_bounds),
      json::field("families", &StandingGroup::families, "Who is in it.", json::between(1, 1'000)));
}
constexpr auto wire(const Offer*) {
  return json::object(
      "MatchingOffer", json::field("id", &Offer::id, "The offer.", id_bounds),
      json::field("provider_id", &Offer::provider_id, "Who provides it.", id_bounds),
      json::field("title", &Offer::title, "What it is called.", json::between(0, 300)),
      json::field("activity_type", &Offer::activity_type, "The kind of short break.", json::between(1, 100)),
      json::field("age_min", &Offer::age_min, "Years.", json::between(0, 120)),
      json::field("age_max", &Offer::age_max, "Years, included.", json::between(0, 120)),
      json::field("needs_catered", &Offer::needs_catered, "Empty for every need.", json::between(0, 50)),
      json::field("wheelchair_access", &Offer::wheelchair_access, "Absent if nobody has said."),
      json::field("staff_adults", &Offer::staff_adults, "Adults of the ratio offered.", json::between(0, 100)),
      json::field("staff_children", &Offer::staff_children, "Children of the ratio offered.",
                  json::between(1, 100)),
      json::field("place", &Offer::place, "Where it takes place."),
      json::field("minimum_children", &Offer::minimum_children, "The smallest group.", json::between(1, 1'000)),
      json::field("maximum_children", &Offer::maximum_children, "The largest group.", json::between(1, 1'000)),
      json::field("tiers", &Offer::tiers, "Prices by group size, smallest first.", json::between(1, 50)),
      json::field("minutes_per_session", &Offer::minutes_per_session, "The length paid for.",
                  json::between(1, 100'000)),
      json::field("vetting", &Offer::vetting, "What the authority says of the provider."),
      json::field("runs", &Offer::runs, "When it takes place.", json::between(0, 1'000)),
      json::field("collects_within_miles", &Offer::collects_within_miles,
                  "It fetches families so far from its place; absent if they come by themselves."),
      json::field("extra", &Offer::extra, "What it adds to a session that exists; absent for a session of its own."));
}
constexpr auto wire(const Weights*) {
  return json::object(
      "MatchingWeights",
      json::field("placed", &Weights::placed, "That a family is in a group.", weight_bounds),
      json::field("interest", &Weights::interest, "How much it wants the activity.", weight_bounds),
      json::field("distance", &Weights::distance, "How near it is.", weight_bounds),
      json::field("waiting", &Weights::waiting, "How long it has waited.", weight_bounds),
      json::field("saving", &Weights::saving, "How much cheaper than alone.", weight_bounds),
      json::field("ages", &Weights::ages, "How near the ages are.", weight_bounds),
      json::field("mixing", &Weights::mixing, "Mixed or similar, as wished.", weight_bounds),
      json::field("shared_interests", &Weights::shared_interests, "Other activities both want.", weight_bounds),
      json::field("together", &Weights::together, "Families who asked for each other.", weight_bounds),
      json::field("fairness", &Weights::fairness, "How badly served it is.", weight_bounds),
      json::field("kept", &Weights::kept, "That it stays where it was proposed.", weight_bounds),
      json::field("pinned", &Weights::pinned, "That it is where a facilitator wants it.", json::between(0, 100'000)));
}
constexpr auto wire(const Policy*) {
  return json::object(
      "MatchingPolicy", json::field("weights", &Policy::weights, "What counts how much."),
      json::field("groups_per_family", &Policy::groups_per_family, "The most for one family.",
                  json::between(1, 10)),
      json::field("minimum_families", &Policy::minimum_families, "Fewer are no pool.", json::between(1, 100)));
}
constexpr auto wire(const Instance*) {
  return json::object(
      "MatchingInstance", json::field("policy", &Instance::policy, "Absent for the defaults."),
      json::field("families", &Instance::families, "Who looks for a group.", json::between(0, 1'000'000)),
      json::field("offers", &Instance::offers, "What may be bought.", json::between(0, 1'000'000)),
      json::field("standing", &Instance::standing, "Groups from before.", json::between(0, 1'000'000)));
}

constexpr auto wire(const GroupFamily*) {
  return json::object(
      "MatchingGroupFamily", json::field("id", &GroupFamily::id, "The family.", id_bounds),
      json::field("children", &GroupFamily::children, "How many of its children take part."),
      json::field("share_pence", &GroupFamily::share_pence, "The most it pays for the whole run."),
      json::field("alone_pence", &GroupFamily::alone_pence, "The run alone; null if not sold so."));
}
constexpr auto wire(const Terms*) {
  return json::object("MatchingTerms", json::field("interest", &Terms::interest, "0 to 1."),
                      json::field("distance", &Terms::distance, "0 to 1."),
                      json::field("waiting", &Terms::waiting, "0 to 1."),
                      json::field("saving", &Terms::saving, "0 to 1."),
                      json::field("ages", &Terms::ages, "0 to 1."),
                      json::field("mixing", &Terms::mixing, "0 to 1."),
                      json::field("shared_interests", &Terms::shared_interests, "0 to 1."),
                      json::field("together", &Terms::together, "0 to 1."),
                      json::field("fairness", &Terms::fairness, "0 to 1."),
                      json::field("kept", &Terms::kept, "0 to 1."),
                      json::field("pinned", &Terms::pinned, "0 to 1."));
}
constexpr auto wire(const Group*) {
  return json::object(
      "MatchingGroup", json::field("standing", &Group::standing, "Agreed groups were given."),
      json::field("offer", &Group::offer, "What it buys.", id_bounds),
      json::field("run", &Group::run, "Which run.", id_bounds),
      json::field("families", &Group::families, "Who is in it.", json::between(0, 1'000)),
      json::field("score", &Group::score, "What it adds to the whole."),
      json::field("terms", &Group::terms, "The parts of the score."),
      json::field("reasons", &Group::reasons, "Why this group, in words.", json::between(0, 20)));
}
constexpr auto wire(const RuleCount*) {
  return json::object("MatchingRuleCount", json::field("rule", &RuleCount::rule, "The rule."),
                      json::field("count", &RuleCount::count, "How many it refused."));
}
constexpr auto wire(const LeftOut*) {
  return json::object(
      "MatchingLeftOut", json::field("family", &LeftOut::family, "Who is in no group.", id_bounds),
      json::field("reason", &LeftOut::reason, "The rule that refused the run that fits best."),
      json::field("text", &LeftOut::text, "The same in words.", json::between(0, 2'000)),
      json::field("what_would_help", &LeftOut::what_would_help, "What would change it.", json::between(0, 2'000)),
      json::field("why_not", &LeftOut::why_not, "How many runs each rule refused.", json::between(0, 50)),
      json::field("run", &LeftOut::run, "The run of which the reason tells; absent if none is of what it wants.", id_bounds));
}
constexpr auto wire(const UnmetNeed*) {
  return json::object(
      "MatchingUnmetNeed", json::field("activity_type", &UnmetNeed::activity_type, "What.", json::between(1, 100)),
      json::field("place", &UnmetNeed::place, "Where: the middle of the families."),
      json::field("within_miles", &UnmetNeed::within_miles, "All are within so many miles of it."),
      json::field("slot", &UnmetNeed::slot, "When all are free."),
      json::field("families", &UnmetNeed::families, "Who, by id.", json::between(1, 1'000)),
      json::field("children", &UnmetNeed::children, "How many."),
      json::field("age_min", &UnmetNeed::age_min, "The youngest."),
      json::field("age_max", &UnmetNeed::age_max, "The oldest."),
      json::field("needs", &UnmetNeed::needs, "What has to be catered for.", json::between(0, 1'000)),
      json::field("text", &UnmetNeed::text, "The same in words.", json::between(0, 2'000)));
}
constexpr auto wire(const PinMissed*) {
  return json::object("MatchingPinMissed", json::field("family", &PinMissed::family, "Who is pinned.", id_bounds),
                      json::field("run", &PinMissed::run, "Where to.", id_bounds),
                      json::field("reason", &PinMissed::reason, "The rule in the way."),
                      json::field("text", &PinMissed::text, "The same in words.", json::between(0, 2'000)));
}
constexpr auto wire(const Proposal*) {
  return json::object(
      "MatchingProposal", json::field("groups", &Proposal::groups, "By offer, run and families.",
                                      json::between(0, 1'000'000)),
      json::field("left_out", &Proposal::left_out, "Families in no group.", json::between(0, 1'000'000)),
      json::field("why_not", &Proposal::why_not, "How many of them each rule refused.", json::between(0, 50)),
      json::field("score", &Proposal::score, "The sum of the groups' scores."),
      json::field("steps", &Proposal::steps, "Trials of the search."),
      json::field("stopped_early", &Proposal::stopped_early, "Whether the deadline ended the search."),
      json::field("bound", &Proposal::bound, "No arrangement scores more; absent if not worked out."),
      json::field("gap", &Proposal::gap, "(bound - score) / bound."),
      json::field("bound_could_be_lower", &Proposal::bound_could_be_lower,
                  "The bound holds, but time or effort ran out before it was as low as pricing can make it."),
      json::field("blocking_moves", &Proposal::blocking_moves,
                  "Moves of up to three families that all concerned would make and that raise the score; absent if not looked for to the end."),
      json::field("rather_elsewhere", &Proposal::rather_elsewhere,
                  "Families who would rather be in another group that would have them, but whose going would cost others more."),
      json::field("unmet", &Proposal::unmet, "Groups without an offer yet.", json::between(0, 100'000)),
      json::field("pins_missed", &Proposal::pins_missed, "Pins that could not be kept.", json::between(0, 100'000)));
}

}  // namespace cp::matching
