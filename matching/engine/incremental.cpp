#include "matching/engine/incremental.hpp"

#include "matching/engine/explain.hpp"
#include "matching/engine/local_search.hpp"
#include "matching/engine/placing.hpp"
#include "matching/engine/regions.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <set>
#include <unordered_map>

namespace cp::matching {

class Living::State {
 public:
  State(Instance instance, std::uint64_t seed, LivingOptions options)
      : options_(options), policy_(instance.policy.value_or(Policy{})), given_(take_standing(std::move(instance))), index_(given_),
        work_(index_, seed, Budget(Search{})), placing_(work_) {
    for (RunAt run = 0; run < index_.run_count(); ++run) run_added(run);
    for (const auto& group : standing_) {
      const auto run = runs_.find(group.run);
      if (run == runs_.end()) continue;
      const auto at = work_.now.open(run->second);
      for (const auto& id : group.families) {
        const auto family = index_.find_family(id);
        const auto* here = family ? index_.find_candidate(run->second, *family) : nullptr;
        if (here && work_.now.may_join(at, *family)) work_.now.join(at, *family, here->own);
      }
      if (!work_.now.holds(at)) dissolve(at);
      else if (group.standing == matching::Standing::agreed) work_.now.lock(at, true);
    }
    work_.now.keep();
  }

  bool join(const Family& family, Changed* changed) {
    if (index_.find_family(family.id)) return false;
    begin();
    const auto at = add(family);
    settle({at});
    finish(changed);
    return true;
  }

  bool leave(std::string_view id, Changed* changed) {
    const auto at = index_.find_family(id);
    if (!at) return false;
    begin();
    settle(remove(*at));
    finish(changed);
    return true;
  }

  bool change(const Family& family, Changed* changed) {
    const auto at = index_.find_family(family.id);
    if (!at) return false;
    begin();
    auto free = remove(*at);
    free.insert(free.begin(), add(family));
    settle(std::move(free));
    finish(changed);
    return true;
  }

  bool add_offer(const Offer& offer, Changed* changed) {
    if (offers_.contains(offer.id) || std::any_of(offer.runs.begin(), offer.runs.end(), [&](const Run& run) {
          return runs_.contains(run.id);
        })) {
      return false;
    }
    begin();
    near_.reset();
    const auto& kept = new_offers_.emplace_back(offer);
    std::vector<FamilyAt> free;
    for (const auto run : index_.add_offer(kept)) {
      work_.now.run_added();
      run_added(run);
      for (const auto& candidate : index_.candidates(run)) {
        if (work_.now.is_free(candidate.family) && free.size() < most_settled) free.push_back(candidate.family);
      }
    }
    settle(std::move(free));
    finish(changed);
    return true;
  }

  bool cancel_offer(std::string_view id, Changed* changed) {
    const auto found = offers_.find(id);
    if (found == offers_.end()) return false;
    begin();
    near_.reset();
    std::vector<FamilyAt> free;
    const auto runs = found->second;
    offers_.erase(found);
    for (const auto run : runs) {
      const std::vector<GroupAt> groups(work_.now.groups_of_run(run).begin(), work_.now.groups_of_run(run).end());
      for (const auto group : groups) {
        const auto left = dissolve(group);
        free.insert(free.end(), left.begin(), left.end());
      }
      runs_.erase(index_.run(run).id);
      work_.now.run_removed(run);
      index_.remove_run(run);
    }
    settle(std::move(free));
    finish(changed);
    return true;
  }

  bool agree(std::string_view run_id, std::string_view family_id) {
    const auto family = index_.find_family(family_id);
    const auto run = runs_.find(run_id);
    if (!family || run == runs_.end()) return false;
    for (const auto group : work_.now.groups_of(*family)) {
      if (work_.now.group(group).run != run->second) continue;
      work_.now.lock(group, true);
      return true;
    }
    return false;
  }

  [[nodiscard]] std::int64_t score() const { return work_.now.score(); }

  [[nodiscard]] Instance instance() const {
    Instance all;
    all.policy = policy_;
    for (FamilyAt family = 0; family < index_.family_count(); ++family) {
      if (is_here(family)) all.families.push_back(index_.family(family));
    }
    for (const auto& [id, runs] : offers_) all.offers.push_back(index_.offer(runs.front()));
    std::sort(all.offers.begin(), all.offers.end(), [](const Offer& a, const Offer& b) { return a.id < b.id; });
    for (GroupAt group = 0; group < work_.now.group_count(); ++group) {
      if (work_.now.group(group).locked && !work_.now.group(group).families.empty()) all.standing.push_back(standing_of(group));
    }
    return all;
  }

  [[nodiscard]] Proposal proposal() const {
    Proposal proposal;
    for (const auto& group : found_groups(work_.now)) {
      proposal.groups.push_back(describe(index_, group));
      proposal.score += proposal.groups.back().score;
      if (is_agreed(group)) proposal.groups.back().standing = matching::Standing::agreed;
    }
    std::vector<FamilyAt> left;
    for (FamilyAt family = 0; family < index_.family_count(); ++family) {
      if (is_here(family) && work_.now.groups_of(family).empty()) left.push_back(family);
    }
    proposal.left_out = explain(instance(), left);
    proposal.why_not = count_reasons(proposal.left_out);
    return proposal;
  }

  [[nodiscard]] LeftOut why_left_out(std::string_view id) const {
    const auto family = index_.find_family(id).value();
    return explain(surroundings_of(family), std::vector{family}).front();
  }

 private:
  [[nodiscard]] bool is_here(FamilyAt family) const { return index_.find_family(index_.family(family).id) == family; }

  /// Beside agreed groups there is less of runs and families than this index, which seats them like others, knows: so words
  /// are found by an index that sets them aside.
  [[nodiscard]] std::vector<LeftOut> explain(const Instance& around, const std::vector<FamilyAt>& families) const {
    const Index beside(around);
    std::unordered_map<std::string_view, RunAt> runs;
    for (RunAt run = 0; run < beside.run_count(); ++run) runs.emplace(beside.run(run).id, run);
    std::vector<FoundGroup> groups;
    for (const auto& [id, at] : runs) {
      for (const auto group : work_.now.groups_of_run(runs_.at(id))) {
        const auto& here = work_.now.group(group);
        if (here.families.empty() || here.locked) continue;
        auto& found = groups.emplace_back();
        found.run = at;
        for (const auto& seated : here.families) found.families.push_back(*beside.find_family(index_.family(seated.family).id));
      }
    }
    const Explainer explainer(beside, groups);
    std::vector<LeftOut> reasons;
    for (const auto family : families) reasons.push_back(explainer.left_out(*beside.find_family(index_.family(family).id)));
    return reasons;
  }

  /// The part of the instance that tells why a family is left out: the runs it is told of, who could be there, and the agreed
  /// groups of these.
  [[nodiscard]] Instance surroundings_of(FamilyAt family) const {
    std::set<FamilyAt> families{family};
    std::set<RunAt> runs;
    std::set<GroupAt> agreed;
    const auto add_group = [&](GroupAt group) {
      for (const auto& seated : work_.now.group(group).families) families.insert(seated.family);
      if (work_.now.group(group).locked) agreed.insert(group);
    };
    if (!near_) near_.emplace(index_, std::span<const FoundGroup>{});
    for (const auto run : near_->runs_looked_at(family)) {
      runs.insert(run);
      for (const auto& candidate : index_.candidates(run)) families.insert(candidate.family);
      for (const auto group : work_.now.groups_of_run(run)) add_group(group);
    }
    const std::vector<FamilyAt> first(families.begin(), families.end());
    for (const auto one : first) {
      for (const auto group : work_.now.groups_of(one)) add_group(group);
    }
    Instance around;
    around.policy = policy_;
    for (const auto group : agreed) {
      runs.insert(work_.now.group(group).run);
      around.standing.push_back(standing_of(group));
    }
    for (const auto one : families) around.families.push_back(index_.family(one));
    std::map<std::string_view, std::vector<RunAt>> by_offer;
    for (const auto run : runs) by_offer[index_.offer(run).id].push_back(run);
    for (const auto& [id, of_offer] : by_offer) {
      auto& offer = around.offers.emplace_back(index_.offer(of_offer.front()));
      offer.runs.clear();
      for (const auto run : of_offer) offer.runs.push_back(index_.run(run));
    }
    return around;
  }

  [[nodiscard]] StandingGroup standing_of(GroupAt group) const {
    StandingGroup standing{matching::Standing::agreed, index_.run(work_.now.group(group).run).id, {}};
    for (const auto& seated : work_.now.group(group).families) standing.families.push_back(index_.family(seated.family).id);
    return standing;
  }

  /// So many families at most are settled one by one after an event.
  static constexpr std::size_t most_settled = 64;
  static constexpr std::size_t most_further_out = 200;

  /// Groups that stand are seated here, not set aside by the index.
  Instance take_standing(Instance instance) {
    standing_ = std::move(instance.standing);
    instance.standing.clear();
    return instance;
  }

  void run_added(RunAt run) {
    runs_[index_.run(run).id] = run;
    offers_[index_.offer(run).id].push_back(run);
  }

  void begin() {
    work_.now.keep();
    score_before_ = work_.now.score();
    allow(options_.steps);
  }

  void allow(std::int64_t steps) {
    Search search;
    search.steps = steps;
    work_.budget = Budget(search);
  }

  void finish(Changed* changed) {
    if (changed) {
      std::set<std::string> runs;
      for (const auto group : work_.now.groups_moved()) runs.insert(index_.run(work_.now.group(group).run).id);
      changed->runs.assign(runs.begin(), runs.end());
      changed->gain = work_.now.score() - score_before_;
    }
    work_.now.keep();
  }

  FamilyAt add(const Family& family) {
    const auto at = index_.add_family(new_families_.emplace_back(family));
    work_.now.family_added();
    return at;
  }

  /// Takes a family out of everything; answers whom that set free. Its groups are filled again, or go on smaller if they
  /// hold, or are dissolved.
  std::vector<FamilyAt> remove(FamilyAt family) {
    std::vector<FamilyAt> free;
    const std::vector<GroupAt> groups(work_.now.groups_of(family).begin(), work_.now.groups_of(family).end());
    for (const auto group : groups) work_.now.leave(group, family);
    work_.now.family_removed(family);
    index_.remove_family(family);
    for (const auto group : groups) {
      const bool holds = work_.now.holds(group);
      // An agreed group goes on as it is where it can.
      if ((holds && work_.now.group(group).locked) || work_.now.group(group).families.empty()) {
        if (work_.now.group(group).families.empty()) work_.now.lock(group, false);
        continue;
      }
      if (refill(group) || holds) continue;
      const auto left = dissolve(group);
      free.insert(free.end(), left.begin(), left.end());
    }
    return free;
  }

  /// The free family with whom the group is worth most, if that is more than without.
  bool refill(GroupAt group) {
    auto& now = work_.now;
    const bool was_locked = now.group(group).locked;
    now.lock(group, false);
    const auto run = now.group(group).run;
    auto best_score = now.holds(group) ? now.group(group).score : 0;
    const Candidate* best = nullptr;
    for (const auto& candidate : index_.candidates(run)) {
      if (!now.is_free(candidate.family) || !now.may_join(group, candidate.family)) continue;
      const auto score = now.score_with(group, candidate.family, candidate.own);
      if (!score || *score <= best_score) continue;
      best_score = *score;
      best = &candidate;
    }
    if (best) now.join(group, best->family, best->own);
    now.lock(group, was_locked);
    return best != nullptr;
  }

  std::vector<FamilyAt> dissolve(GroupAt group) {
    std::vector<FamilyAt> free;
    work_.now.lock(group, false);
    while (!work_.now.group(group).families.empty()) {
      free.push_back(work_.now.group(group).families.back().family);
      work_.now.leave(group, free.back());
    }
    return free;
  }

  /// Places each where it gains most, then rebuilds around them what gains more than disturbing costs.
  void settle(std::vector<FamilyAt> free) {
    if (free.size() > most_settled) free.resize(most_settled);
    for (const auto family : free) {
      if (work_.now.is_free(family)) placing_.place(family);
    }
    const auto around = neighbours_of(std::move(free));
    rebuild_near(work_, around, options_.disturbance);
    // Then further out with as many trials: what changed may have made room for something there.
    allow(options_.steps);
    rebuild_near(work_, further_out(around), options_.disturbance);
  }

  /// Those who were set free, those in whose groups something has changed, and who waits for a place in these.
  [[nodiscard]] std::vector<FamilyAt> neighbours_of(std::vector<FamilyAt> around) const {
    const auto moved = work_.now.groups_moved();
    for (const auto group : std::set<GroupAt>(moved.begin(), moved.end())) {
      const auto& here = work_.now.group(group);
      for (const auto& seated : here.families) around.push_back(seated.family);
      for (const auto& candidate : index_.candidates(here.run)) {
        if (work_.now.groups_of(candidate.family).empty() && work_.now.is_free(candidate.family)) around.push_back(candidate.family);
      }
    }
    std::sort(around.begin(), around.end());
    around.erase(std::unique(around.begin(), around.end()), around.end());
    return around;
  }

  /// Who could be where these could be, up to a few.
  [[nodiscard]] std::vector<FamilyAt> further_out(const std::vector<FamilyAt>& around) const {
    std::set<RunAt> runs;
    std::set<FamilyAt> families(around.begin(), around.end());
    for (const auto family : around) {
      for (const auto& option : index_.options(family)) {
        if (families.size() >= most_further_out || !runs.insert(option.run).second) continue;
        for (const auto& candidate : index_.candidates(option.run)) families.insert(candidate.family);
      }
    }
    return {families.begin(), families.end()};
  }

  [[nodiscard]] bool is_agreed(const FoundGroup& found) const {
    for (const auto group : work_.now.groups_of(found.families.front())) {
      if (work_.now.group(group).run == found.run && work_.now.group(group).locked) return true;
    }
    return false;
  }

  LivingOptions options_;
  Policy policy_;
  std::vector<StandingGroup> standing_;
  Instance given_;
  std::deque<Family> new_families_;
  std::deque<Offer> new_offers_;
  Index index_;
  Work work_;
  Placing placing_;
  std::unordered_map<std::string_view, RunAt> runs_;
  std::unordered_map<std::string_view, std::vector<RunAt>> offers_;
  std::int64_t score_before_ = 0;
  mutable std::optional<Explainer> near_;  // knows where runs are, until these change
};

Living::Living(Instance instance, std::uint64_t seed, LivingOptions options)
    : state_(std::make_unique<State>(std::move(instance), seed, options)) {}
Living::~Living() = default;
Living::Living(Living&&) noexcept = default;
Living& Living::operator=(Living&&) noexcept = default;

bool Living::join(const Family& family, Changed* changed) { return state_->join(family, changed); }
bool Living::leave(std::string_view family, Changed* changed) { return state_->leave(family, changed); }
bool Living::change(const Family& family, Changed* changed) { return state_->change(family, changed); }
bool Living::add_offer(const Offer& offer, Changed* changed) { return state_->add_offer(offer, changed); }
bool Living::cancel_offer(std::string_view offer, Changed* changed) { return state_->cancel_offer(offer, changed); }
bool Living::agree(std::string_view run, std::string_view family) { return state_->agree(run, family); }
std::int64_t Living::score() const { return state_->score(); }
Instance Living::instance() const { return state_->instance(); }
Proposal Living::proposal() const { return state_->proposal(); }
LeftOut Living::why_left_out(std::string_view family) const { return state_->why_left_out(family); }

}  // namespace cp::matching
