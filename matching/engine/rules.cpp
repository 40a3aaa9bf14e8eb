#include "matching/engine/rules.hpp"

#include "shared/core/earth.hpp"
#include "shared/core/money.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>

namespace cp::matching {
namespace {

std::int64_t rounded_up(std::int64_t amount, std::int64_t parts) { return (amount + parts - 1) / parts; }

std::int64_t children_of(const Family& family) { return static_cast<std::int64_t>(family.children.size()); }

const Tier* tier_for(const Offer& offer, std::int64_t children) {
  const Tier* found = nullptr;
  for (const auto& tier : offer.tiers) {
    if (tier.from_children <= children) found = &tier;
  }
  return found;
}

bool contains(const std::vector<std::string>& list, const std::string& text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

/// One rule about a family and a run, by name.
struct RunRule {
  Rule rule;
  bool (*holds)(const Family&, const Offer&, const Run&);
};
constexpr std::array<RunRule, 12> run_rules{{
    {Rule::activity, [](const Family& f, const Offer& o, const Run&) { return wants_activity(f, o); }},
    {Rule::spending, [](const Family& f, const Offer& o, const Run&) { return may_spend(f, o); }},
    {Rule::vetting, [](const Family&, const Offer& o, const Run&) { return is_not_rejected(o); }},
    {Rule::age, [](const Family& f, const Offer& o, const Run&) { return ages_fit(f, o); }},
    {Rule::needs, [](const Family& f, const Offer& o, const Run&) { return needs_are_catered_for(f, o); }},
    {Rule::access, [](const Family& f, const Offer& o, const Run&) { return can_get_in(f, o); }},
    {Rule::support, [](const Family& f, const Offer& o, const Run&) { return has_enough_support(f, o); }},
    {Rule::distance, [](const Family& f, const Offer& o, const Run&) { return is_near_enough(f, o); }},
    {Rule::slot, is_free},
    {Rule::size, has_room},
    {Rule::share, can_afford},
    {Rule::forbidden, [](const Family& f, const Offer&, const Run& r) { return is_not_forbidden(f, r); }},
}};

// ---------------------------------------------------------------- validation

class Validation {
 public:
  void refuse(std::string pointer, std::string detail) {
    // A broken file may be broken everywhere; nobody reads more than these.
    if (fields_.size() < 100) fields_.push_back({std::move(pointer), std::move(detail)});
  }
  void check_id(std::set<std::string>& seen, const std::string& id, const std::string& pointer) {
    if (id.empty() || id.size() > 64) refuse(pointer + "/id", "Use an id of 1 to 64 bytes.");
    else if (!seen.insert(id).second) refuse(pointer + "/id", "This id is used twice.");
  }
  void check_place(Place place, const std::string& pointer) {
    if (!(std::abs(place.lat) <= 90)) refuse(pointer + "/place/lat", "Use degrees from -90 to 90.");
    if (!(std::abs(place.lon) <= 180)) refuse(pointer + "/place/lon", "Use degrees from -180 to 180.");
  }
  void check_times(std::int64_t weekday, std::int64_t from, std::int64_t to, const std::string& pointer) {
    if (weekday < 1 || weekday > 7) refuse(pointer + "/weekday", "Use 1 for Monday to 7 for Sunday.");
    if (from < 0 || to > 1'440 || from >= to) {
      refuse(pointer + "/to_minute", "It has to be after the start, up to 1440.");
    }
  }
  Result<Done> finish() && {
    if (fields_.empty()) return Done{};
    Error error = invalid("invalid-instance", "The matching instance needs to be put right.");
    error.fields = std::move(fields_);
    return error;
  }

 private:
  std::vector<FieldError> fields_;
};

/// Wishes that contradict each other cannot both be meant.
void check_wishes(Validation& validation, const Family& family, const std::string& pointer) {
  for (std::size_t at = 0; at < family.not_with.size(); ++at) {
    const auto here = pointer + "/not_with/" + std::to_string(at);
    if (family.not_with[at] == family.id) validation.refuse(here, "A family cannot avoid itself.");
    if (contains(family.with, family.not_with[at])) {
      validation.refuse(here, "The family both wants to be with this one and not to meet it.");
    }
  }
  for (std::size_t at = 0; at < family.pinned.size(); ++at) {
    if (contains(family.forbidden, family.pinned[at])) {
      validation.refuse(pointer + "/pinned/" + std::to_string(at), "The run is pinned and forbidden.");
    }
  }
}

void check_family(Validation& validation, const Family& family, const std::string& pointer) {
  validation.check_place(family.place, pointer);
  if (family.children.empty()) validation.refuse(pointer + "/children", "Give at least one child.");
  std::set<std::string> children;
  for (std::size_t at = 0; at < family.children.size(); ++at) {
    const auto& child = family.children[at];
    const auto here = pointer + "/children/" + std::to_string(at);
    validation.check_id(children, child.id, here);
    if (child.support_adults < 0) validation.refuse(here + "/support_adults", "Use at least 0.");
    if (child.support_children < 1) validation.refuse(here + "/support_children", "Use at least 1.");
  }
  if (!(family.max_miles >= 0 && family.max_miles <= 13'000)) {
    validation.refuse(pointer + "/max_miles", "Use 0 to 13000 miles, which is half around the Earth.");
  }
  if (family.needs_shared_language && family.languages.empty()) {
    validation.refuse(pointer + "/languages", "Say which languages it speaks, as it needs one in common.");
  }
  if (family.wished_groups && *family.wished_groups < 0) validation.refuse(pointer + "/wished_groups", "Use at least 0.");
  if (family.groups_had < 0) validation.refuse(pointer + "/groups_had", "Use at least 0.");
  if (family.open_runs.value_or(0) < 0) validation.refuse(pointer + "/open_runs", "Use at least 0.");
  check_wishes(validation, family, pointer);
  if (family.headroom_pence < 0) validation.refuse(pointer + "/headroom_pence", "Use at least 0.");
  for (std::size_t at = 0; at < family.slots.size(); ++at) {
    const auto& slot = family.slots[at];
    validation.check_times(slot.weekday, slot.from_minute, slot.to_minute,
                           pointer + "/slots/" + std::to_string(at));
  }
}

void check_tiers(Validation& validation, const Offer& offer, const std::string& pointer) {
  if (offer.tiers.empty()) validation.refuse(pointer + "/tiers", "Give at least one price.");
  std::int64_t before = 0;
  for (std::size_t at = 0; at < offer.tiers.size(); ++at) {
    const auto& tier = offer.tiers[at];
    const auto here = pointer + "/tiers/" + std::to_string(at);
    if (tier.from_children <= before) {
      validation.refuse(here + "/from_children", "Start above the tier before; the first at 1 or more.");
    }
    if (tier.fixed_pence < 0 || tier.per_child_pence < 0 || tier.per_hour_pence < 0) {
      validation.refuse(here, "A price is at least 0.");
    }
    before = tier.from_children;
  }
}

void check_offer(Validation& validation, std::set<std::string>& runs, const Offer& offer,
                 const std::string& pointer) {
  validation.check_place(offer.place, pointer);
  if (offer.age_min > offer.age_max) validation.refuse(pointer + "/age_max", "It is below age_min.");
  if (offer.minimum_children < 1) validation.refuse(pointer + "/minimum_children", "Use at least 1.");
  if (offer.minimum_children > offer.maximum_children) {
    validation.refuse(pointer + "/maximum_children", "It is below minimum_children.");
  }
  if (offer.staff_adults < 0) validation.refuse(pointer + "/staff_adults", "Use at least 0.");
  if (offer.staff_children < 1) validation.refuse(pointer + "/staff_children", "Use at least 1.");
  check_tiers(validation, offer, pointer);
  if (offer.collects_within_miles && !(*offer.collects_within_miles >= 0 && *offer.collects_within_miles <= 13'000)) {
    validation.refuse(pointer + "/collects_within_miles", "Use 0 to 13000 miles.");
  }
  for (std::size_t at = 0; offer.extra && at < offer.tiers.size(); ++at) {
    if (offer.tiers[at].per_child_pence != 0) {
      validation.refuse(pointer + "/tiers/" + std::to_string(at) + "/per_child_pence",
                        "An extra has one price, however many share it.");
    }
  }
  for (std::size_t at = 0; at < offer.runs.size(); ++at) {
    const auto& run = offer.runs[at];
    const auto here = pointer + "/runs/" + std::to_string(at);
    validation.check_id(runs, run.id, here);
    validation.check_times(run.weekday, run.from_minute, run.to_minute, here);
  }
}

/// Names of the instance, and for agreed groups a size that has a price.
void check_standing(Validation& validation, const Instance& instance) {
  std::map<std::string_view, const Family*> families;
  std::map<std::string_view, const Offer*> offers;  // by run
  for (const auto& family : instance.families) families.emplace(family.id, &family);
  for (const auto& offer : instance.offers) {
    for (const auto& run : offer.runs) offers.emplace(run.id, &offer);
  }
  for (std::size_t at = 0; at < instance.standing.size(); ++at) {
    const auto& group = instance.standing[at];
    const auto pointer = "/standing/" + std::to_string(at);
    if (group.families.empty()) validation.refuse(pointer + "/families", "Name its families.");
    std::set<std::string> members;
    std::int64_t children = 0;
    for (std::size_t member = 0; member < group.families.size(); ++member) {
      const auto here = pointer + "/families/" + std::to_string(member);
      const auto found = families.find(group.families[member]);
      if (found == families.end()) validation.refuse(here, "There is no such family.");
      else children += children_of(*found->second);
      if (!members.insert(group.families[member]).second) validation.refuse(here, "It is named twice.");
    }
    const auto offer = offers.find(group.run);
    if (offer == offers.end()) {
      validation.refuse(pointer + "/run", "No offer has this run.");
    } else if (group.standing == Standing::agreed &&
               (children > offer->second->maximum_children || !session_price_pence(*offer->second, children))) {
      validation.refuse(pointer + "/families", "There is no price for an agreed group of this size.");
    }
  }
}

// ---------------------------------------------------------------- words

std::string ratio_text(std::int64_t adults, std::int64_t children) {
  return std::to_string(adults) + ":" + std::to_string(children);
}

std::string list_text(std::vector<std::string> items) {
  std::sort(items.begin(), items.end());
  items.erase(std::unique(items.begin(), items.end()), items.end());
  std::string text;
  for (std::size_t at = 0; at < items.size(); ++at) {
    if (at > 0) text += at + 1 == items.size() ? " and " : ", ";
    text += items[at];
  }
  return text;
}

std::string when_text(const Run& run) {
  return weekday_name(run.weekday) + " " + clock_text(run.from_minute) + " to " + clock_text(run.to_minute);
}

Refusal access_refusal(const Offer& offer) {
  if (!offer.wheelchair_access) {
    return {Rule::access, "Nobody has said whether a wheelchair can get into " + offer.title + ".",
            "Ask the provider about wheelchair access and record the answer."};
  }
  return {Rule::access, offer.title + " has no wheelchair access.",
          "A ramp or another place for the sessions, or an offer that has access."};
}

Refusal needs_refusal(const Family& family, const Offer& offer) {
  std::vector<std::string> missing;
  for (const auto& child : family.children) {
    for (const auto& need : child.needs) {
      if (!contains(offer.needs_catered, need)) missing.push_back(need);
    }
  }
  const auto list = list_text(missing);
  return {Rule::needs, offer.title + " does not say that it caters for " + list + ".",
          "Ask the provider whether it can cater for " + list + ", or pool the price of staff training."};
}

Refusal share_refusal(const Family& family, const Offer& offer, const Run& run) {
  std::optional<std::int64_t> least;
  const auto most = std::min(offer.maximum_children, run.places_left);
  for (auto size = offer.minimum_children; size <= most; ++size) {
    const auto share = share_pence(offer, run, children_of(family), size);
    if (share && (!least || *share < *least)) least = share;
  }
  if (!least) {
    return {Rule::share, offer.title + " has no price for the groups that still fit into this run.",
            "Ask the provider for a price for smaller groups."};
  }
  return {Rule::share,
          "Even in the best group size the run would cost " + to_text(Money(*least)) + ", and " +
              to_text(Money(family.headroom_pence)) + " may be pooled.",
          to_text(Money(std::max<std::int64_t>(0, *least - family.headroom_pence))) +
              " more headroom, permission to pool more of the plan, or a shorter run."};
}

Refusal support_refusal(const Family& family, const Offer& offer) {
  const Child* most = &family.children.front();
  for (const auto& child : family.children) {
    if (child.support_adults * most->support_children > most->support_adults * child.support_children) most = &child;
  }
  return {Rule::support,
          offer.title + " has " + ratio_text(offer.staff_adults, offer.staff_children) +
              " adults to children; " + ratio_text(most->support_adults, most->support_children) + " is needed.",
          "A second worker, which a pool can pay for, or an offer with more staff."};
}

/// Refusals that come from the others in the group.
Refusal group_refusal(Rule rule, const Offer& offer, const Run& run) {
  const auto where = offer.title + " (" + when_text(run) + ")";
  switch (rule) {
    case Rule::places:
      return {rule, where + " fits, and its places are taken.", "More places, or a second run."};
    case Rule::exclusion:
      // Worded so that a family does not learn that another asked not to meet it.
      return {rule, where + " fits, and the group there is not one for this family.",
              "A second group, or other families in this one."};
    case Rule::language:
      return {rule, where + " fits, and the families there have no language in common with this one.",
              "Somebody who interprets, or other families who speak the same language."};
    case Rule::overlap:
      return {rule, where + " fits, and is at the same time as another group of this family.",
              "Another time."};
    case Rule::others:
      return {rule,
              "Too few other families fit " + where + " for a group of at least " +
                  std::to_string(offer.minimum_children) + " children that all can pay for.",
              "More families who want this, or a smaller minimum: say in the forum that you look for others."};
    default:
      return {Rule::chosen, where + " fits, and no group was found that would have been better for all.",
              "A facilitator can add the family by hand, or propose another group."};
  }
}

}  // namespace

Result<Done> validate(const Instance& instance) {
  Validation validation;
  std::set<std::string> families, offers, runs;
  for (std::size_t at = 0; at < instance.families.size(); ++at) {
    const auto pointer = "/families/" + std::to_string(at);
    validation.check_id(families, instance.families[at].id, pointer);
    check_family(validation, instance.families[at], pointer);
  }
  for (std::size_t at = 0; at < instance.offers.size(); ++at) {
    const auto pointer = "/offers/" + std::to_string(at);
    validation.check_id(offers, instance.offers[at].id, pointer);
    check_offer(validation, runs, instance.offers[at], pointer);
  }
  check_standing(validation, instance);
  return std::move(validation).finish();
}

double miles_between(Place a, Place b) {
  return miles_along_earth(a.lat, a.lon, b.lat, b.lon);
}

std::optional<std::int64_t> session_price_pence(const Offer& offer, std::int64_t children) {
  const auto* tier = tier_for(offer, children);
  if (!tier) return std::nullopt;
  return tier->fixed_pence + tier->per_child_pence * children +
         rounded_up(tier->per_hour_pence * offer.minutes_per_session, 60);
}

std::optional<std::int64_t> share_pence(const Offer& offer, const Run& run, std::int64_t family_children,
                                        std::int64_t group_children) {
  const auto price = session_price_pence(offer, group_children);
  if (!price) return std::nullopt;
  return rounded_up(*price * family_children, group_children) * run.sessions;
}

std::optional<std::int64_t> alone_pence(const Offer& offer, const Run& run, std::int64_t family_children) {
  return share_pence(offer, run, family_children, family_children);
}

std::optional<std::int64_t> least_children(const Family& family, const Offer& offer, const Run& run) {
  const auto own = children_of(family);
  const auto most = std::min(offer.maximum_children, run.places_left);
  for (auto size = std::max(own, offer.minimum_children); size <= most; ++size) {
    const auto share = share_pence(offer, run, own, size);
    if (share && *share <= family.headroom_pence) return size;
  }
  return std::nullopt;
}

bool attends(const Family& family, const Offer& offer) {
  return offer.extra && contains(offer.extra->attended_by, family.id);
}

bool wants_activity(const Family& family, const Offer& offer) {
  return attends(family, offer) || std::any_of(family.interests.begin(), family.interests.end(),
                     [&](const Interest& interest) { return interest.activity_type == offer.activity_type; });
}

bool may_spend(const Family& family, const Offer& offer) {
  return !contains(family.not_payable, offer.activity_type);
}

bool is_not_forbidden(const Family& family, const Run& run) { return !contains(family.forbidden, run.id); }

bool is_not_rejected(const Offer& offer) { return offer.vetting != Vetting::rejected; }

bool ages_fit(const Family& family, const Offer& offer) {
  return std::all_of(family.children.begin(), family.children.end(), [&](const Child& child) {
    return child.age_years >= offer.age_min && child.age_years <= offer.age_max;
  });
}

bool needs_are_catered_for(const Family& family, const Offer& offer) {
  if (offer.needs_catered.empty()) return true;
  return std::all_of(family.children.begin(), family.children.end(), [&](const Child& child) {
    return std::all_of(child.needs.begin(), child.needs.end(),
                       [&](const std::string& need) { return contains(offer.needs_catered, need); });
  });
}

bool can_get_in(const Family& family, const Offer& offer) {
  const bool needed = std::any_of(family.children.begin(), family.children.end(),
                                  [](const Child& child) { return child.wheelchair; });
  // Unknown is no: arriving at a step is worse than a question to the provider.
  return !needed || offer.wheelchair_access.value_or(false);
}

bool has_enough_support(const Family& family, const Offer& offer) {
  return std::all_of(family.children.begin(), family.children.end(), [&](const Child& child) {
    return offer.staff_adults * child.support_children >= child.support_adults * offer.staff_children;
  });
}

bool is_near_enough(const Family& family, const Offer& offer) {
  if (attends(family, offer)) return true;
  const auto miles = miles_between(family.place, offer.place);
  return miles <= family.max_miles || (offer.collects_within_miles && miles <= *offer.collects_within_miles);
}

bool is_free(const Family& family, const Offer& offer, const Run& run) {
  return attends(family, offer) || std::any_of(family.slots.begin(), family.slots.end(), [&](const Slot& slot) {
    return slot.weekday == run.weekday && slot.from_minute <= run.from_minute && run.to_minute <= slot.to_minute;
  });
}

bool has_room(const Family& family, const Offer& offer, const Run& run) {
  return children_of(family) <= std::min(offer.maximum_children, run.places_left) &&
         offer.minimum_children <= run.places_left;
}

bool can_afford(const Family& family, const Offer& offer, const Run& run) {
  return least_children(family, offer, run).has_value();
}

std::optional<Rule> first_broken(const Family& family, const Offer& offer, const Run& run) {
  for (const auto& rule : run_rules) {
    if (!rule.holds(family, offer, run)) return rule.rule;
  }
  return std::nullopt;
}

std::uint32_t broken_rules(const Family& family, const Offer& offer, const Run& run) {
  std::uint32_t broken = 0;
  for (const auto& rule : run_rules) broken |= rule.holds(family, offer, run) ? 0 : bit_of_rule(rule.rule);
  return broken;
}

bool may_meet(const Family& a, const Family& b) {
  const auto avoids = [](const Family& one, const Family& other) {
    return contains(one.not_with, other.id) ||
           std::any_of(other.children.begin(), other.children.end(), [&](const Child& child) {
             return std::any_of(child.behaviours.begin(), child.behaviours.end(), [&](const std::string& behaviour) {
               return contains(one.not_with_behaviours, behaviour);
             });
           });
  };
  return !avoids(a, b) && !avoids(b, a);
}

bool can_talk(const Family& a, const Family& b) {
  if (!a.needs_shared_language && !b.needs_shared_language) return true;
  return std::any_of(a.languages.begin(), a.languages.end(),
                     [&](const std::string& language) { return contains(b.languages, language); });
}

bool overlap(const Run& a, const Run& b) {
  return a.weekday == b.weekday && a.from_minute < b.to_minute && b.from_minute < a.to_minute;
}

bool belong_together(const Offer& a, const Run& a_run, const Offer& b, const Run& b_run) {
  const auto is_for = [](const Offer& offer, const std::string& run) { return offer.extra && offer.extra->for_run == run; };
  return is_for(a, b_run.id) || is_for(b, a_run.id) || (a.extra && b.extra && a.extra->for_run == b.extra->for_run);
}

bool size_fits(const Offer& offer, std::int64_t children) {
  return children >= offer.minimum_children && children <= offer.maximum_children;
}

Instance beside_agreed(const Instance& instance) {
  Instance left = instance;
  std::map<std::string_view, Family*> families;
  std::map<std::string_view, std::pair<Offer*, Run*>> runs;
  for (auto& family : left.families) families[family.id] = &family;
  for (auto& offer : left.offers) {
    for (auto& run : offer.runs) runs[run.id] = {&offer, &run};
  }
  const auto policy = instance.policy.value_or(Policy{});
  for (const auto& group : instance.standing) {
    if (group.standing != Standing::agreed) continue;
    const auto [offer, run] = runs.at(group.run);
    std::int64_t children = 0;
    for (const auto& id : group.families) children += children_of(*families.at(id));
    run->places_left = std::max<std::int64_t>(0, run->places_left - children);
    for (const auto& id : group.families) {
      auto& family = *families.at(id);
      const auto share = share_pence(*offer, *run, children_of(family), children).value_or(0);
      family.headroom_pence = std::max<std::int64_t>(0, family.headroom_pence - share);
      const auto wished = std::min(family.wished_groups.value_or(policy.groups_per_family), policy.groups_per_family);
      family.wished_groups = std::max<std::int64_t>(0, wished - 1);
      // Who attends a session needs no time for its extra, and still shares it once only.
      family.forbidden.push_back(run->id);
      take_out(family.slots, {run->weekday, run->from_minute, run->to_minute});
    }
  }
  std::erase_if(left.standing, [](const StandingGroup& group) { return group.standing == Standing::agreed; });
  return left;
}

void take_out(std::vector<Slot>& slots, const Slot& busy) {
  std::vector<Slot> left;
  for (const auto& slot : slots) {
    const bool apart = slot.weekday != busy.weekday || slot.to_minute <= busy.from_minute ||
                       busy.to_minute <= slot.from_minute;
    if (apart) {
      left.push_back(slot);
      continue;
    }
    if (slot.from_minute < busy.from_minute) left.push_back({slot.weekday, slot.from_minute, busy.from_minute});
    if (busy.to_minute < slot.to_minute) left.push_back({slot.weekday, busy.to_minute, slot.to_minute});
  }
  slots = std::move(left);
}

Refusal refusal(Rule rule, const Family& family, const Offer& offer, const Run& run) {
  switch (rule) {
    case Rule::activity: return nothing_wanted_is_offered(family);
    case Rule::spending:
      return {rule, "None of the family's funding pays for " + offer.activity_type + ".",
              "Ask the authority whether the plan's rules can change, or use own money."};
    case Rule::forbidden:
      return {rule, "A facilitator has set " + offer.title + " aside for this family.",
              "Ask the facilitator, who can bring it back."};
    case Rule::vetting:
      return {rule, "The authority has rejected the provider of " + offer.title + ".",
              "Another provider; this one cannot be used."};
    case Rule::age:
      return {rule,
              offer.title + " is for ages " + std::to_string(offer.age_min) + " to " +
                  std::to_string(offer.age_max) + ".",
              "A wider age range, if the provider agrees, or an offer for this age."};
    case Rule::needs: return needs_refusal(family, offer);
    case Rule::access: return access_refusal(offer);
    case Rule::support: return support_refusal(family, offer);
    case Rule::distance:
      return {rule,
              offer.title + " is " + miles_text(miles_between(family.place, offer.place)) +
                  " away; the family goes up to " + miles_text(family.max_miles) + ".",
              "Shared transport, which a pool can pay for, or a longer way."};
    case Rule::slot:
      return {rule, offer.title + " runs on " + when_text(run) + ", when the family is not free.",
              "Being free on " + when_text(run) + ", or a run at another time."};
    case Rule::size:
      return {rule,
              offer.title + " has room for " + std::to_string(std::min(offer.maximum_children, run.places_left)) +
                  " children in this run and starts with " + std::to_string(offer.minimum_children) + ".",
              "More places, or another run."};
    case Rule::share: return share_refusal(family, offer, run);
    default: return group_refusal(rule, offer, run);
  }
}

Refusal nothing_wanted_is_offered(const Family& family) {
  if (family.interests.empty()) {
    return {Rule::activity, "The family has not said yet what it would like to do.",
            "Say which activities are wanted."};
  }
  std::vector<std::string> wanted;
  for (const auto& interest : family.interests) wanted.push_back(interest.activity_type);
  return {Rule::activity, "Nobody offers " + list_text(wanted) + " with dates to come.",
          "Record it as an unmet need, so that providers see the demand, or choose further activities."};
}

std::string weekday_name(std::int64_t weekday) {
  constexpr std::array<const char*, 7> days{"Monday",   "Tuesday",   "Wednesday", "Thursday",
                                            "Friday", "Saturday", "Sunday"};
  return days[static_cast<std::size_t>(weekday - 1) % days.size()];
}

std::string clock_text(std::int64_t minute) {
  std::string text;
  const auto append_two_digits = [&text](std::int64_t number) {
    if (number < 10) text += '0';
    text += std::to_string(number);
  };
  append_two_digits(minute / 60);
  text += ':';
  append_two_digits(minute % 60);
  return text;
}

std::string miles_text(double miles) {
  const auto tenths = static_cast<std::int64_t>(std::ceil(miles * 10 - 1e-9));
  auto text = std::to_string(tenths / 10);
  if (tenths % 10 != 0) text.append(".").append(std::to_string(tenths % 10));
  return text.append(tenths == 10 ? " mile" : " miles");
}

}  // namespace cp::matching
