// What the matching engine is given and what it answers: plain values without names of people.
// Families, offers and runs are told apart by ids, which may be any text of up to 64 bytes.
#pragma once

#include "shared/core/names.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace cp::matching {

// ---------------------------------------------------------------- given

/// Degrees, WGS 84.
struct Place {
  double lat = 0;
  double lon = 0;
};

/// One child who would take part. The ratio is the support the child needs, adults to children:
/// 2:1 is two adults for this child, 1:2 one adult for two children.
struct Child {
  std::string id;
  std::int64_t age_years = 0;
  std::vector<std::string> needs;
  std::int64_t support_adults = 1;
  std::int64_t support_children = 1;
  bool wheelchair = false;
  std::vector<std::string> behaviours = {};  // what other families may have to avoid
};

/// A part of the week, the same every week. Monday is 1; minutes after midnight.
struct Slot {
  std::int64_t weekday = 1;
  std::int64_t from_minute = 0;
  std::int64_t to_minute = 0;
};

struct Interest {
  std::string activity_type;
  std::int64_t weight = 3;  // 1 would be nice .. 5 longed for
};

enum class Mixing { mixed, similar, either };
constexpr auto names_of(Mixing) {
  return names<Mixing>(
      {{Mixing::mixed, "mixed"}, {Mixing::similar, "similar"}, {Mixing::either, "either"}});
}

/// Its children take part together or not at all. What a facilitator tries out, `pinned` and
/// `forbidden`, are ids of runs.
struct Family {
  std::string id;
  std::vector<Child> children;
  Place place;
  double max_miles = 0;
  std::vector<Slot> slots;
  std::vector<Interest> interests;
  Mixing mixing = Mixing::either;
  std::vector<std::string> not_with;
  std::vector<std::string> with;
  std::int64_t headroom_pence = 0;
  std::int64_t days_waited = 0;
  std::vector<std::string> languages = {};
  bool needs_shared_language = false;                // with every other family of its group
  std::vector<std::string> not_with_behaviours = {};
  std::vector<std::string> not_payable = {};         // activity types that none of its streams pays for
  std::optional<std::int64_t> wished_groups = {};    // empty: as many as the policy allows
  std::int64_t groups_had = 0;                       // of late; who had few comes first
  std::optional<std::int64_t> open_runs = {};        // it could have been in when last counted; few come first
  std::vector<std::string> pinned = {};
  std::vector<std::string> forbidden = {};
};

/// The price of one session for groups of `from_children` children or more.
struct Tier {
  std::int64_t from_children = 1;
  std::int64_t fixed_pence = 0;
  std::int64_t per_child_pence = 0;
  std::int64_t per_hour_pence = 0;
};

/// A weekly series of sessions of an offer.
struct Run {
  std::string id;
  std::int64_t weekday = 1;
  std::int64_t from_minute = 0;
  std::int64_t to_minute = 0;
  std::int64_t sessions = 1;
  std::int64_t places_left = 0;  // in children
};

enum class Vetting { approved, pending, unknown, rejected };
constexpr auto names_of(Vetting) {
  return names<Vetting>({{Vetting::approved, "approved"},
                         {Vetting::pending, "pending"},
                         {Vetting::unknown, "unknown"},
                         {Vetting::rejected, "rejected"}});
}

/// What an offer adds to a session that exists.
enum class ExtraKind { worker, transport, equipment, training };
constexpr auto names_of(ExtraKind) {
  return names<ExtraKind>({{ExtraKind::worker, "worker"},
                           {ExtraKind::transport, "transport"},
                           {ExtraKind::equipment, "equipment"},
                           {ExtraKind::training, "training"}});
}

/// Bought together by families of whom some attend the session already: these have their place,
/// time and way, so the rules on activity, distance, slot and overlap are not for them.
struct Extra {
  ExtraKind kind = ExtraKind::worker;
  std::string for_run;                // the session it is for; it need not be in the instance
  std::vector<std::string> attended_by;  // families
};

/// An extra's ages, needs, access and ratio are those of the session with the extra.
struct Offer {
  std::string id;
  std::string provider_id;
  std::string title;
  std::string activity_type;
  std::int64_t age_min = 0;
  std::int64_t age_max = 25;
  std::vector<std::string> needs_catered;  // empty: every need
  std::optional<bool> wheelchair_access;   // empty: nobody has said
  std::int64_t staff_adults = 1;           // the ratio offered, adults to children
  std::int64_t staff_children = 1;
  Place place;
  std::int64_t minimum_children = 1;
  std::int64_t maximum_children = 1;
  std::vector<Tier> tiers;  // by rising `from_children`
  std::int64_t minutes_per_session = 60;
  Vetting vetting = Vetting::unknown;
  std::vector<Run> runs;
  std::optional<double> collects_within_miles = {};  // empty: families come by themselves
  std::optional<Extra> extra = {};
};

enum class Standing { agreed, proposed };
constexpr auto names_of(Standing) {
  return names<Standing>({{Standing::agreed, "agreed"}, {Standing::proposed, "proposed"}});
}

/// A group from before. An agreed one stays as it is; of a proposed one each family that stays on
/// its run earns the credit `kept`, so that it is broken up only for something better.
struct StandingGroup {
  Standing standing = Standing::proposed;
  std::string run;
  std::vector<std::string> families;
};

/// How much each part of a group's score counts. Parts are from 0 to 1,000 thousandths.
struct Weights {
  std::int64_t placed = 40;            // that a family is in a group at all
  std::int64_t interest = 20;          // how much the family wants the activity
  std::int64_t distance = 15;          // how near it is, against how far the family would go
  std::int64_t waiting = 10;           // how long the family has waited
  std::int64_t saving = 15;            // how much cheaper it is than alone
  std::int64_t ages = 20;              // how near the children's ages are
  std::int64_t mixing = 15;            // mixed or similar needs, as each family wishes
  std::int64_t shared_interests = 5;   // what the families would enjoy besides
  std::int64_t together = 20;          // families who asked for each other
  std::int64_t fairness = 30;          // how badly served the family is; see docs/matching.md
  std::int64_t kept = 30;              // that it stays where it was proposed before
  std::int64_t pinned = 10'000;        // that it is where a facilitator wants it
};

struct Policy {
  Weights weights;
  std::int64_t groups_per_family = 1;
  std::int64_t minimum_families = 2;  // below it a group is no pool
};

struct Instance {
  std::optional<Policy> policy;  // empty: the defaults above
  std::vector<Family> families;
  std::vector<Offer> offers;
  std::vector<StandingGroup> standing = {};
};

// ---------------------------------------------------------------- answered

/// Why a family is not in a group, in the order in which they are looked at. The first twelve concern
/// one family and one run, the others the group it would be in. `exclusion` stands for every reason
/// why two families may not meet but language, so that nobody learns who asked for it and why.
enum class Rule {
  activity,
  spending,
  vetting,
  age,
  needs,
  access,
  support,
  distance,
  slot,
  size,
  share,
  forbidden,
  places,
  exclusion,
  language,
  overlap,
  others,
  chosen,
};
constexpr auto names_of(Rule) {
  return names<Rule>({{Rule::activity, "activity"},
                      {Rule::spending, "spending"},
                      {Rule::vetting, "vetting"},
                      {Rule::age, "age"},
                      {Rule::needs, "needs"},
                      {Rule::access, "access"},
                      {Rule::support, "support-ratio"},
                      {Rule::distance, "distance"},
                      {Rule::slot, "slot"},
                      {Rule::size, "group-size"},
                      {Rule::share, "share"},
                      {Rule::forbidden, "forbidden"},
                      {Rule::places, "places"},
                      {Rule::exclusion, "not-with"},
                      {Rule::language, "language"},
                      {Rule::overlap, "overlap"},
                      {Rule::others, "too-few-others"},
                      {Rule::chosen, "not-chosen"}});
}
inline constexpr std::size_t rule_count = static_cast<std::size_t>(Rule::chosen) + 1;

struct GroupFamily {
  std::string id;
  std::int64_t children = 0;
  std::int64_t share_pence = 0;             // of the whole run, never less than it will be
  std::optional<std::int64_t> alone_pence;  // of the whole run; empty if it cannot be bought alone
};

/// The parts of the score, each the mean over families or pairs of families, from 0 to 1.
struct Terms {
  double interest = 0;
  double distance = 0;
  double waiting = 0;
  double saving = 0;
  double ages = 0;
  double mixing = 0;
  double shared_interests = 0;
  double together = 0;
  double fairness = 0;
  double kept = 0;
  double pinned = 0;
};

struct Group {
  Standing standing = Standing::proposed;
  std::string offer;
  std::string run;
  std::vector<GroupFamily> families;
  std::int64_t score = 0;
  Terms terms;
  std::vector<std::string> reasons;
};

/// How many runs, or families left out, a rule was the first to refuse.
struct RuleCount {
  Rule rule = Rule::activity;
  std::int64_t count = 0;
};

/// `run` is the one of which the reason tells: of those the family wants, one that breaks fewest rules. Empty if there is
/// none.
struct LeftOut {
  std::string family;
  Rule reason = Rule::activity;
  std::string text;
  std::string what_would_help;
  std::vector<RuleCount> why_not;  // in runs
  std::optional<std::string> run = {};
};

/// A group without an offer yet: families left out who want the same at the same time and could
/// meet. What a provider would have to know to make an offer.
struct UnmetNeed {
  std::string activity_type;
  Place place;               // in the middle of them
  double within_miles = 0;   // of it are all of them
  Slot slot;
  std::vector<std::string> families;
  std::int64_t children = 0;
  std::int64_t age_min = 0, age_max = 0;
  std::vector<std::string> needs;
  std::string text;
};

/// A run that a family is pinned to without being in it.
struct PinMissed {
  std::string family;
  std::string run;
  Rule reason = Rule::chosen;
  std::string text;
};

/// What the engine proposes; a facilitator confirms or changes it.
struct Proposal {
  std::vector<Group> groups;
  std::vector<LeftOut> left_out;
  std::vector<RuleCount> why_not;  // in families left out
  std::int64_t score = 0;
  std::int64_t steps = 0;     // trials of the search
  bool stopped_early = false;  // the deadline came before the search had nothing left to try
  std::optional<std::int64_t> bound = {};  // no arrangement scores more; empty: not worked out
  std::optional<double> gap = {};          // (bound - score) / bound
  bool bound_could_be_lower = false;       // it holds, but pricing was cut off before it was as low as it gets
  /// Moves of up to three families that all who are concerned would make and that raise the score; empty: not looked for to
  /// the end.
  std::optional<std::int64_t> blocking_moves = {};
  /// Families who would rather be in another group that would have them, but whose going would cost others more.
  std::optional<std::int64_t> rather_elsewhere = {};
  std::vector<UnmetNeed> unmet = {};
  std::vector<PinMissed> pins_missed = {};
};

}  // namespace cp::matching
