#include "matching/engine/explain.hpp"

#include "matching/engine/rules.hpp"
#include "shared/core/money.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>

namespace cp::matching {
namespace {

std::string count_text(std::int64_t number, const std::string& one, const std::string& many) {
  return std::to_string(number) + " " + (number == 1 ? one : many);
}

std::string range_text(std::int64_t least, std::int64_t most, const std::string& between) {
  return least == most ? std::to_string(least) : std::to_string(least) + between + std::to_string(most);
}

std::string money_range(std::int64_t least, std::int64_t most) {
  return least == most ? to_text(Money(least)) : to_text(Money(least)) + " to " + to_text(Money(most));
}

std::string everybody(const FoundGroup& found) {
  return found.families.size() == 2 ? "Both families" : "All " + std::to_string(found.families.size()) + " families";
}

double mean(std::int64_t sum, std::size_t count) {
  return count == 0 ? 0 : static_cast<double>(sum) / (1'000.0 * static_cast<double>(count));
}

Terms mean_terms(const Index& index, const FoundGroup& found, std::int64_t size) {
  OwnTerms own;
  PairTerms pairs;
  std::int64_t saving = 0;
  std::size_t pair_count = 0;
  for (std::size_t at = 0; at < found.families.size(); ++at) {
    const auto one = index.own_terms(found.run, found.families[at]);
    own.interest += one.interest;
    own.distance += one.distance;
    own.waiting += one.waiting;
    own.fairness += one.fairness;
    own.kept += one.kept;
    own.pinned += one.pinned;
    saving += index.saving(found.run, index.children(found.families[at]), size);
    for (std::size_t other = 0; other < at; ++other, ++pair_count) {
      const auto pair = index.pair_terms(found.families[at], found.families[other]);
      pairs.ages += pair.ages;
      pairs.mixing += pair.mixing;
      pairs.shared_interests += pair.shared_interests;
      pairs.together += pair.together;
    }
  }
  const auto families = found.families.size();
  return {mean(own.interest, families),      mean(own.distance, families),
          mean(own.waiting, families),       mean(saving, families),
          mean(pairs.ages, pair_count),      mean(pairs.mixing, pair_count),
          mean(pairs.shared_interests, pair_count), mean(pairs.together, pair_count),
          mean(own.fairness, families),      mean(own.kept, families),
          mean(own.pinned, families)};
}

// ---------------------------------------------------------------- why this group

std::string days_reason(const Index& index, const FoundGroup& found) {
  const auto& run = index.run(found.run);
  return everybody(found) + " are free on " + weekday_name(run.weekday) + "s from " + clock_text(run.from_minute) +
         " to " + clock_text(run.to_minute) + ".";
}

std::string distance_reason(const Index& index, const FoundGroup& found) {
  double nearest = 1e9, furthest = 0;
  for (const auto family : found.families) {
    const auto miles = miles_between(index.family(family).place, index.offer(found.run).place);
    nearest = std::min(nearest, miles);
    furthest = std::max(furthest, miles);
  }
  return "The furthest home is " + miles_text(furthest) + " away, the nearest " + miles_text(nearest) +
         ", each within what the family said.";
}

std::string ages_reason(const Index& index, const FoundGroup& found, std::int64_t size) {
  const auto& offer = index.offer(found.run);
  std::int64_t youngest = 1'000, oldest = 0;
  for (const auto family : found.families) {
    for (const auto& child : index.family(family).children) {
      youngest = std::min(youngest, child.age_years);
      oldest = std::max(oldest, child.age_years);
    }
  }
  return "The " + count_text(size, "child is ", "children are ") + range_text(youngest, oldest, " to ") +
         " years old; the activity is for " + range_text(offer.age_min, offer.age_max, " to ") + ".";
}

std::string interest_reason(const Index& index, const FoundGroup& found) {
  const auto interests_of = [&](FamilyAt family) {
    std::set<std::string> types;
    for (const auto& interest : index.family(family).interests) types.insert(interest.activity_type);
    return types;
  };
  auto shared = interests_of(found.families.front());
  for (const auto family : found.families) {
    const auto types = interests_of(family);
    std::erase_if(shared, [&](const std::string& type) { return !types.contains(type); });
  }
  const auto& activity = index.offer(found.run).activity_type;
  shared.erase(activity);
  std::string text = everybody(found) + " asked for " + activity;
  if (!shared.empty()) text += "; all would also like ";
  std::size_t left = shared.size();
  for (const auto& type : shared) {
    text += type;
    if (--left > 0) text += left == 1 ? " and " : ", ";
  }
  return text + ".";
}

std::string money_reason(const Index& index, const Group& group, const FoundGroup& found) {
  const auto sessions = index.run(found.run).sessions;
  auto least = group.families.front().share_pence, most = least;
  std::optional<std::int64_t> least_alone, most_alone;
  for (const auto& family : group.families) {
    least = std::min(least, family.share_pence);
    most = std::max(most, family.share_pence);
    if (!family.alone_pence) continue;
    least_alone = std::min(least_alone.value_or(*family.alone_pence), *family.alone_pence);
    most_alone = std::max(most_alone.value_or(*family.alone_pence), *family.alone_pence);
  }
  auto text = "Each family pays at most " + money_range(least, most) + " for " +
              count_text(sessions, "session", "sessions") + "; ";
  if (!least_alone) return text + "it is not sold to one family alone.";
  return text + "alone it would be " + money_range(*least_alone, *most_alone) + ".";
}

void add_wishes_reason(const Index& index, const FoundGroup& found, std::vector<std::string>& reasons) {
  std::int64_t together = 0, longest_wait = 0;
  for (std::size_t at = 0; at < found.families.size(); ++at) {
    longest_wait = std::max(longest_wait, index.family(found.families[at]).days_waited);
    for (std::size_t other = 0; other < at; ++other) {
      together += index.pair_terms(found.families[at], found.families[other]).together > 0 ? 1 : 0;
    }
  }
  if (together > 0) {
    reasons.push_back(count_text(together, "pair of families", "pairs of families") + " asked to be together.");
  }
  if (longest_wait > 0) {
    reasons.push_back("The family that has waited longest has waited " + count_text(longest_wait, "day", "days") + ".");
  }
}

// ---------------------------------------------------------------- why not that family

/// Why the group rules keep a family from a run that fits it by itself.
Rule group_rule(const Index& index, FamilyAt family, RunAt run, std::span<const FoundGroup> groups) {
  const auto* here = index.find_candidate(run, family);
  if (!here) return Rule::chosen;  // it wants no further group
  std::int64_t available = 0, taken = 0;
  std::int64_t could_join = 0;
  for (const auto& candidate : index.candidates(run)) {
    if (candidate.family != family && !index.may_meet(candidate.family, family)) continue;
    available += index.children(candidate.family);
    ++could_join;
  }
  const auto needed = std::max<std::int64_t>(index.least_children(run), here->least_children);
  if (available < needed || could_join < index.policy().minimum_families) return Rule::others;
  bool is_here = false, is_avoided = true, is_language = true;
  for (const auto& group : groups) {
    if (group.run != run) continue;
    is_here = true;
    bool avoided = false;
    for (const auto member : group.families) {
      taken += index.children(member);
      avoided |= !index.may_meet(member, family);
      is_language &= may_meet(index.family(member), index.family(family));
    }
    is_avoided &= avoided;
  }
  const auto left = index.run(run).places_left - taken;
  if (left < index.children(family)) return Rule::places;
  if (is_here && is_avoided && left < index.offer(run).minimum_children) return is_language ? Rule::language : Rule::exclusion;
  return Rule::chosen;
}

struct BestRun {
  std::optional<RunAt> run;
  int broken = 0;
  double miles = 0;
};

/// Of the runs of what the family wants, the one that breaks fewest rules; of these the nearest.
BestRun best_fitting_run(const Index& index, FamilyAt family) {
  BestRun best;
  for (RunAt run = 0; run < index.run_count(); ++run) {
    if (!wants_activity(index.family(family), index.offer(run))) continue;
    const auto broken = count_broken(index.family(family), index.offer(run), index.run(run));
    const auto miles = miles_between(index.family(family).place, index.offer(run).place);
    if (best.run && std::tie(best.broken, best.miles) <= std::tie(broken, miles)) continue;
    best = {run, broken, miles};
  }
  return best;
}

std::vector<RuleCount> to_counts(const std::array<std::int64_t, rule_count>& counted) {
  std::vector<RuleCount> counts;
  for (std::size_t at = 0; at < counted.size(); ++at) {
    if (counted[at] > 0) counts.push_back({static_cast<Rule>(at), counted[at]});
  }
  return counts;
}

}  // namespace

Group describe(const Index& index, const FoundGroup& found) {
  const auto& offer = index.offer(found.run);
  const auto& run = index.run(found.run);
  Group group;
  group.offer = offer.id;
  group.run = run.id;
  std::int64_t size = 0;
  for (const auto family : found.families) size += index.children(family);
  for (const auto family : found.families) {
    group.families.push_back({index.family(family).id, index.children(family),
                              share_pence(offer, run, index.children(family), size).value_or(0),
                              alone_pence(offer, run, index.children(family))});
  }
  group.score = index.score(found.run, found.families);
  group.terms = mean_terms(index, found, size);
  group.reasons = {interest_reason(index, found), days_reason(index, found), distance_reason(index, found),
                   ages_reason(index, found, size), money_reason(index, group, found)};
  add_wishes_reason(index, found, group.reasons);
  return group;
}

LeftOut explain_left_out(const Index& index, FamilyAt family, std::span<const FoundGroup> groups) {
  const auto& here = index.family(family);
  std::array<std::int64_t, rule_count> counted{};
  const auto rule_of = [&](RunAt run) {
    const auto broken = first_broken(here, index.offer(run), index.run(run));
    return broken ? *broken : group_rule(index, family, run, groups);
  };
  for (RunAt run = 0; run < index.run_count(); ++run) ++counted[static_cast<std::size_t>(rule_of(run))];

  const auto best = best_fitting_run(index, family);
  auto why = best.run ? refusal(rule_of(*best.run), here, index.offer(*best.run), index.run(*best.run))
                      : nothing_wanted_is_offered(here);
  return {here.id, why.rule, std::move(why.text), std::move(why.what_would_help), to_counts(counted),
          best.run ? std::optional(index.run(*best.run).id) : std::nullopt};
}

std::vector<PinMissed> missed_pins(const Index& index, std::span<const FoundGroup> groups) {
  std::set<std::pair<FamilyAt, RunAt>> seated;
  for (const auto& list : {groups, index.agreed()}) {
    for (const auto& group : list) {
      for (const auto family : group.families) seated.emplace(family, group.run);
    }
  }
  std::vector<PinMissed> missed;
  std::map<std::string_view, RunAt> runs;
  for (RunAt run = 0; run < index.run_count(); ++run) runs.emplace(index.run(run).id, run);
  for (FamilyAt family = 0; family < index.family_count(); ++family) {
    const auto& here = index.family(family);
    for (const auto& id : here.pinned) {
      const auto found = runs.find(id);
      if (found == runs.end()) {
        missed.push_back({here.id, id, Rule::activity, "This run is not among the offers."});
        continue;
      }
      const auto run = found->second;
      if (seated.contains({family, run})) continue;
      const auto broken = first_broken(here, index.offer(run), index.run(run));
      const auto why = refusal(broken ? *broken : group_rule(index, family, run, groups), here, index.offer(run),
                               index.run(run));
      missed.push_back({here.id, id, why.rule, why.text});
    }
  }
  return missed;
}

std::vector<RuleCount> count_reasons(const std::vector<LeftOut>& left_out) {
  std::array<std::int64_t, rule_count> counted{};
  for (const auto& family : left_out) ++counted[static_cast<std::size_t>(family.reason)];
  return to_counts(counted);
}

}  // namespace cp::matching
