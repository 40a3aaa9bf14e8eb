// The hard rules: what a proposed group may never break. Pure.
#pragma once

#include "matching/engine/model.hpp"
#include "shared/core/error.hpp"

#include <optional>
#include <string>
#include <vector>

namespace cp::matching {

/// Whether ids are unique, bounds are in order and tiers rise; every problem at its JSON pointer.
/// Everything below expects an instance that passed.
Result<Done> validate(const Instance& instance);

/// Along the surface of the Earth.
double miles_between(Place a, Place b);

// ---------------------------------------------------------------- money

/// What a session costs a group of so many children: the last tier that starts at or below them;
/// nothing if no tier does. The part per hour is rounded up to a penny.
std::optional<std::int64_t> session_price_pence(const Offer& offer, std::int64_t children);
/// An upper bound of a family's share of the whole run: its part of a session by children, rounded
/// up, times the sessions. Largest remainder never gives more. Nothing if the size is not sold.
std::optional<std::int64_t> share_pence(const Offer& offer, const Run& run,
                                        std::int64_t family_children, std::int64_t group_children);
/// What the run costs the family alone; nothing if no tier is for so few.
std::optional<std::int64_t> alone_pence(const Offer& offer, const Run& run, std::int64_t family_children);
/// The smallest group, in children, in which the family's share is within its headroom.
std::optional<std::int64_t> least_children(const Family& family, const Offer& offer, const Run& run);

// ---------------------------------------------------------------- one family and one run

bool attends(const Family& family, const Offer& offer);
bool wants_activity(const Family& family, const Offer& offer);
/// One of its funding streams pays for the activity.
bool may_spend(const Family& family, const Offer& offer);
bool is_not_rejected(const Offer& offer);
bool ages_fit(const Family& family, const Offer& offer);
bool needs_are_catered_for(const Family& family, const Offer& offer);
bool can_get_in(const Family& family, const Offer& offer);
bool has_enough_support(const Family& family, const Offer& offer);
bool is_near_enough(const Family& family, const Offer& offer);
bool is_free(const Family& family, const Offer& offer, const Run& run);
/// The offer's groups and the places left hold all its children.
bool has_room(const Family& family, const Offer& offer, const Run& run);
/// There is a group size at which the share is within the headroom.
bool can_afford(const Family& family, const Offer& offer, const Run& run);

/// No facilitator has set it aside for this family.
bool is_not_forbidden(const Family& family, const Run& run);

/// The first rule of the twelve above that this run breaks for this family.
std::optional<Rule> first_broken(const Family& family, const Offer& offer, const Run& run);
/// All of the twelve that it breaks, as bits.
std::uint32_t broken_rules(const Family& family, const Offer& offer, const Run& run);
constexpr std::uint32_t bit_of_rule(Rule rule) { return std::uint32_t{1} << static_cast<unsigned>(rule); }

// ---------------------------------------------------------------- groups

/// Neither asked not to meet the other, and neither has a behaviour that the other must not meet.
bool may_meet(const Family& a, const Family& b);
/// One language in common, if one of the two needs that.
bool can_talk(const Family& a, const Family& b);
/// The same weekday, with a minute in common.
bool overlap(const Run& a, const Run& b);
/// Both at once are no trouble: one is an extra for the other, or both are for the same session.
bool belong_together(const Offer& a, const Run& a_run, const Offer& b, const Run& b_run);
bool size_fits(const Offer& offer, std::int64_t children);

// ---------------------------------------------------------------- agreed groups

/// The instance without its agreed groups and without what they take: their families' money, times
/// and wishes, their runs' places. Unchanged if there is none.
Instance beside_agreed(const Instance& instance);
/// What is left of slots beside a busy time.
void take_out(std::vector<Slot>& slots, const Slot& busy);

// ---------------------------------------------------------------- words

struct Refusal {
  Rule rule = Rule::activity;
  std::string text;
  std::string what_would_help;
};
/// Why a rule keeps this family from this run, and what would change it; plain words, no names.
Refusal refusal(Rule rule, const Family& family, const Offer& offer, const Run& run);
/// For a family that no offer is of any kind it wants.
Refusal nothing_wanted_is_offered(const Family& family);

/// `Saturday`
std::string weekday_name(std::int64_t weekday);
/// `09:30`
std::string clock_text(std::int64_t minute);
/// `4.2 miles`, rounded up to a tenth so that it is never told nearer than it is.
std::string miles_text(double miles);

}  // namespace cp::matching
