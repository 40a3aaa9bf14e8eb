#include "matching/engine/explain.hpp"

#include "matching/engine/rules.hpp"
#include "shared/core/money.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <limits>
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
  const auto& activity = index.offer(found.run).activity_type;
  std::vector<std::string_view> shared;
  for (const auto& interest : index.family(found.families.front()).interests) {
    const auto& type = interest.activity_type;
    const auto wants = [&](FamilyAt family) {
      const auto& interests = index.family(family).interests;
      return std::any_of(interests.begin(), interests.end(), [&](const Interest& one) { return one.activity_type == type; });
    };
    if (type != activity && std::all_of(found.families.begin(), found.families.end(), wants)) shared.push_back(type);
  }
  std::sort(shared.begin(), shared.end());
  shared.erase(std::unique(shared.begin(), shared.end()), shared.end());
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

/// What is within a family's way is near, and what is within this.
constexpr double least_near_miles = 10;

/// Children who could be with a family on a run, itself among them; no more are counted than would be enough.
struct Others {
  std::int64_t children = 0, families = 0;
};
constexpr Others everybody_counts{std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::max()};
Others who_could_join(const Index& index, FamilyAt family, RunAt run, const Others& enough = everybody_counts) {
  Others others;
  for (const auto& candidate : index.candidates(run)) {
    if (candidate.family != family && !index.may_meet(candidate.family, family)) continue;
    others.children += index.children(candidate.family);
    ++others.families;
    if (others.children >= enough.children && others.families >= enough.families) break;
  }
  return others;
}

std::string days_of(const Family& family) {
  std::vector<std::string> days;
  for (std::int64_t weekday = 1; weekday <= 7; ++weekday) {
    if (std::any_of(family.slots.begin(), family.slots.end(), [&](const Slot& slot) { return slot.weekday == weekday; })) {
      days.push_back(weekday_name(weekday));
    }
  }
  std::string text;
  for (std::size_t at = 0; at < days.size(); ++at) {
    if (at > 0) text += at + 1 == days.size() ? " or " : ", ";
    text += days[at];
  }
  return text;
}

/// A run is weekly: what is missing for all of it, as so much a month.
std::string a_month(std::int64_t missing_pence, std::int64_t sessions) {
  const auto year = missing_pence * 52, months = 12 * std::max<std::int64_t>(1, sessions);
  return to_text(Money((year + months - 1) / months)) + " more a month";
}

std::optional<std::int64_t> least_share(const Index& index, FamilyAt family, RunAt run) {
  std::optional<std::int64_t> least;
  for (auto size = std::max(index.children(family), index.least_children(run)); size <= index.most_children(run); ++size) {
    if (!index.size_fits(run, size)) continue;
    const auto share = index.share(run, index.children(family), size);
    least = std::min(least.value_or(share), share);
  }
  return least;
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

// ---------------------------------------------------------------- families left out

Explainer::Explainer(const Index& index, std::span<const FoundGroup> groups) : index_(index), groups_(groups), sites_(index) {
  std::vector<std::uint32_t> counts(index.run_count(), 0);
  for (const auto& group : groups) ++counts[group.run];
  groups_of_run_.lay_out(counts);
  for (std::uint32_t at = 0; at < groups.size(); ++at) groups_of_run_.fill(groups[at].run, at);
}

/// In every group of the run somebody and the family may not meet.
bool Explainer::is_avoided_everywhere(FamilyAt family, RunAt run) const {
  const auto groups = groups_of_run_[run];
  return std::all_of(groups.begin(), groups.end(), [&](std::uint32_t at) {
    const auto& members = groups_[at].families;
    return std::any_of(members.begin(), members.end(), [&](FamilyAt member) { return !index_.may_meet(member, family); });
  });
}

/// Nothing but languages keeps the family from these groups.
bool Explainer::is_for_language(FamilyAt family, RunAt run) const {
  const auto groups = groups_of_run_[run];
  return std::all_of(groups.begin(), groups.end(), [&](std::uint32_t at) {
    const auto& members = groups_[at].families;
    return std::all_of(members.begin(), members.end(),
                       [&](FamilyAt member) { return may_meet(index_.family(member), index_.family(family)); });
  });
}

/// Why the group rules keep a family from a run that fits it by itself.
Rule Explainer::group_rule(FamilyAt family, RunAt run) const {
  const auto* here = index_.find_candidate(run, family);
  if (!here) return Rule::chosen;  // it wants no further group
  const Others needed{std::max<std::int64_t>(index_.least_children(run), here->least_children), index_.policy().minimum_families};
  const auto others = who_could_join(index_, family, run, needed);
  if (others.children < needed.children || others.families < needed.families) return Rule::others;
  auto left = index_.places_left(run);
  for (const auto at : groups_of_run_[run]) {
    for (const auto member : groups_[at].families) left -= index_.children(member);
  }
  if (left < index_.children(family)) return Rule::places;
  if (left >= index_.least_children(run) || groups_of_run_[run].empty() || !is_avoided_everywhere(family, run)) return Rule::chosen;
  return is_for_language(family, run) ? Rule::language : Rule::exclusion;
}

/// The first of the rules it breaks, or what the group rules say.
Rule Explainer::rule_of(FamilyAt family, RunAt run, std::uint32_t broken) const {
  return broken != 0 ? static_cast<Rule>(std::countr_zero(broken)) : group_rule(family, run);
}

/// The words of the rule, and figures where the index knows them.
Refusal Explainer::refusal_of(FamilyAt family, RunAt run, Rule rule) const {
  const auto& here = index_.family(family);
  auto why = refusal(rule, here, index_.offer(run), index_.run(run));
  if (rule == Rule::slot && !here.slots.empty()) {
    const auto& day = weekday_name(index_.run(run).weekday);
    const bool other_time = days_of(here).find(day) != std::string::npos;
    why.what_would_help = (other_time ? "Another time on " + day : day + " instead of " + days_of(here)) + " (" +
                          clock_text(index_.run(run).from_minute) + " to " + clock_text(index_.run(run).to_minute) +
                          "), or a run at another time.";
  } else if (rule == Rule::share) {
    if (const auto least = least_share(index_, family, run)) {
      why.what_would_help = a_month(*least - index_.headroom_pence(family), index_.run(run).sessions) + ": " + why.what_would_help;
    }
  } else if (rule == Rule::others) {
    const auto others = who_could_join(index_, family, run);
    const auto needed = std::max<std::int64_t>(index_.least_children(run), index_.find_candidate(run, family)->least_children);
    const auto& title = index_.offer(run).title;
    const auto missing = std::max({needed - others.children, index_.policy().minimum_families - others.families, std::int64_t{1}});
    why.text = title + " fits, and needs at least " + count_text(needed, "child", "children") +
               " for a price this family can pay; " + count_text(others.children, "fits", "fit") + ".";
    why.what_would_help = count_text(missing, "more family", "more families") + " within " + miles_text(here.max_miles) +
                          " who want this at the same time: say in the forum that you look for others.";
  }
  return why;
}

std::vector<RunAt> Explainer::runs_looked_at(FamilyAt family) const {
  auto runs = sites_.wanted_within(std::max(least_near_miles, index_.family(family).max_miles), family);
  if (runs.empty()) {
    if (const auto nearest = sites_.nearest_wanted(family)) runs.push_back(*nearest);
  }
  return runs;
}

/// The reason is that of the run that breaks fewest rules, and of these the nearest.
LeftOut Explainer::left_out(FamilyAt family) const {
  const auto& here = index_.family(family);
  std::array<std::int64_t, rule_count> counted{};
  std::optional<std::tuple<int, double, RunAt>> best;  // rules broken, miles
  auto reason = Rule::activity;
  for (const auto run : runs_looked_at(family)) {
    const auto broken = index_.broken_rules(run, family);
    const auto rule = rule_of(family, run, broken);
    ++counted[static_cast<std::size_t>(rule)];
    const int count = std::popcount(broken);
    if (best && count > std::get<int>(*best)) continue;
    const std::tuple rank{count, miles_between(here.place, index_.offer(run).place), run};
    if (best && *best < rank) continue;
    best = rank;
    reason = rule;
  }
  if (!best) {
    auto why = nothing_wanted_is_offered(here);
    return {here.id, why.rule, std::move(why.text), std::move(why.what_would_help), to_counts(counted), std::nullopt};
  }
  const auto run = std::get<RunAt>(*best);
  auto why = refusal_of(family, run, reason);
  return {here.id, why.rule, std::move(why.text), std::move(why.what_would_help), to_counts(counted), index_.run(run).id};
}

NotTogether Explainer::why_not_together(FamilyAt family, FamilyAt other) const {
  if (!index_.may_meet(family, other)) {
    const auto rule = may_meet(index_.family(family), index_.family(other)) ? Rule::language : Rule::exclusion;
    return {rule,
            rule == Rule::language ? "They have no language in common, and one of them needs that."
                                   : "One of them is not to be in a group with the other.",
            rule == Rule::language ? "Somebody who interprets." : "Talk with each of them by itself.",
            "No group was found that would be right for both."};
  }
  // A run that fits both tells about groups; else the best run of the one is asked about the other.
  for (const auto& option : index_.options(family)) {
    if (!index_.find_candidate(option.run, other)) continue;
    const auto& offer = index_.offer(option.run);
    return {Rule::chosen, offer.title + " would fit both; other groups were better for all together.",
            "A facilitator can pin both to it.", offer.title + " would be possible; other groups were better for all together."};
  }
  for (const auto& [one, two] : {std::pair{family, other}, std::pair{other, family}}) {
    if (index_.options(one).empty()) continue;
    const auto run = index_.options(one).front().run;
    const auto broken = first_broken(index_.family(two), index_.offer(run), index_.run(run));
    auto why = refusal_of(two, run, broken.value_or(Rule::chosen));
    return {why.rule, "No run fits both. What fits the one best does not fit the other: " + why.text,
            std::move(why.what_would_help), "No run fits both families."};
  }
  return {Rule::activity, "No run fits either of them.", "More offers near them.", "No run fits yet."};
}

std::vector<PinMissed> Explainer::missed_pins() const {
  std::set<std::pair<FamilyAt, RunAt>> seated;
  for (const auto& list : {groups_, index_.agreed()}) {
    for (const auto& group : list) {
      for (const auto family : group.families) {
        if (!index_.family(family).pinned.empty()) seated.emplace(family, group.run);
      }
    }
  }
  std::vector<PinMissed> missed;
  std::map<std::string_view, RunAt> runs;
  for (FamilyAt family = 0; family < index_.family_count(); ++family) {
    const auto& here = index_.family(family);
    if (here.pinned.empty()) continue;
    if (runs.empty()) {
      for (RunAt run = 0; run < index_.run_count(); ++run) runs.emplace(index_.run(run).id, run);
    }
    for (const auto& id : here.pinned) {
      const auto found = runs.find(id);
      if (found == runs.end()) {
        missed.push_back({here.id, id, Rule::activity, "This run is not among the offers."});
        continue;
      }
      const auto run = found->second;
      if (seated.contains({family, run})) continue;
      const auto why = refusal_of(family, run, rule_of(family, run, index_.broken_rules(run, family)));
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

std::vector<FamilyAt> families_in_none(const Index& index, std::span<const FoundGroup> groups) {
  std::vector<bool> placed(index.family_count(), false);
  for (const auto& some : {groups, index.agreed()}) {
    for (const auto& group : some) {
      for (const auto family : group.families) placed[family] = true;
    }
  }
  std::vector<FamilyAt> left;
  for (FamilyAt family = 0; family < index.family_count(); ++family) {
    if (!placed[family]) left.push_back(family);
  }
  return left;
}

Proposal told(const Index& index, std::span<const FoundGroup> groups) {
  Proposal proposal;
  for (const auto& group : index.agreed()) {
    proposal.groups.push_back(describe(index, group));
    proposal.groups.back().standing = Standing::agreed;
  }
  for (const auto& group : groups) proposal.groups.push_back(describe(index, group));
  for (const auto& group : proposal.groups) proposal.score += group.score;
  const Explainer explainer(index, groups);
  for (const auto family : families_in_none(index, groups)) proposal.left_out.push_back(explainer.left_out(family));
  proposal.pins_missed = explainer.missed_pins();
  proposal.why_not = count_reasons(proposal.left_out);
  return proposal;
}

}  // namespace cp::matching
