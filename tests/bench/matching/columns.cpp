#include "tests/bench/matching/columns.hpp"

#include "matching/engine/checker_rules.hpp"
#include "matching/engine/checker_values.hpp"

#include <algorithm>
#include <stdexcept>
#include <unordered_map>

namespace cp::matching::bench {
namespace {

using namespace checking;

/// Weights of which only those about pairs, or only the others and not saving, are left: so the parts of a group's value are
/// told apart by the checker itself.
Policy pairs_alone(Policy policy) {
  const auto given = policy.weights;
  policy.weights = {0, 0, 0, 0, 0, given.ages, given.mixing, given.shared_interests, given.together, 0, 0, 0};
  return policy;
}
Policy without_saving(Policy policy) {
  policy.weights.saving = 0;
  return policy;
}

class Enumeration {
 public:
  Enumeration(const Instance& instance, std::size_t most)
      : instance_(instance), policy_(instance.policy.value_or(Policy{})), most_(most) {
    if (policy_.groups_per_family != 1 || !instance.standing.empty()) {
      throw std::invalid_argument("Only instances with one group a family and none from before are enumerated.");
    }
    for (const auto& offer : instance.offers) {
      for (const auto& run : offer.runs) {
        columns_.offers.push_back(&offer);
        columns_.runs.push_back(&run);
      }
    }
    for (const auto& family : instance.families) {
      columns_.children.push_back(static_cast<std::int64_t>(family.children.size()));
      columns_.most_groups.push_back(std::min(policy_.groups_per_family, family.wished_groups.value_or(1)));
    }
    read_pairs();
  }

  std::optional<Columns> all() {
    for (std::uint32_t run = 0; run < columns_.runs.size() && !is_too_much_; ++run) {
      open(run);
      grow(0, 0, 0);
    }
    if (is_too_much_) return std::nullopt;
    check_some();
    return std::move(columns_);
  }

 private:
  static constexpr std::int64_t may_not_meet = -1;

  void read_pairs() {
    const auto& families = instance_.families;
    pairs_.assign(families.size() * families.size(), may_not_meet);
    const auto policy = pairs_alone(policy_);
    // Whatever the run: what a pair is worth does not depend on it.
    const Offer offer;
    const Run run;
    for (std::size_t a = 0; a < families.size(); ++a) {
      for (std::size_t b = 0; b < families.size(); ++b) {
        if (a == b || !may_be_together(families[a], families[b]) || !have_words(families[a], families[b])) continue;
        pairs_[a * families.size() + b] = value_of(policy, offer, run, {{&families[a]}, {&families[b]}}).score / 2;
      }
    }
  }

  /// Who may be in this run, and what each is worth there.
  void open(std::uint32_t run) {
    run_ = run;
    members_.clear();
    own_.clear();
    const auto& offer = *columns_.offers[run];
    const auto policy = without_saving(policy_);
    for (std::uint32_t at = 0; at < instance_.families.size(); ++at) {
      const auto& family = instance_.families[at];
      const Left left{family.headroom_pence, columns_.runs[run]->places_left, nullptr};
      if (columns_.most_groups[at] < 1 || first_failing(family, offer, *columns_.runs[run], left)) continue;
      members_.push_back(at);
      own_.push_back(value_of(policy, offer, *columns_.runs[run], {{&family}}).score);
    }
  }

  void grow(std::size_t from, std::int64_t children, std::int64_t pairs) {
    take(children, pairs);
    const auto room = std::min(columns_.offers[run_]->maximum_children, columns_.runs[run_]->places_left);
    for (auto at = from; at < members_.size() && !is_too_much_; ++at) {
      const auto family = members_[at];
      if (children + columns_.children[family] > room) continue;
      std::int64_t with_others = 0;
      const auto meets = std::all_of(chosen_.begin(), chosen_.end(), [&](std::size_t other) {
        const auto pair = pairs_[family * instance_.families.size() + members_[other]];
        with_others += pair;
        return pair != may_not_meet;
      });
      if (!meets) continue;
      chosen_.push_back(at);
      grow(at + 1, children + columns_.children[family], pairs + with_others);
      chosen_.pop_back();
    }
  }

  void take(std::int64_t children, std::int64_t pairs) {
    const auto& offer = *columns_.offers[run_];
    const auto& run = *columns_.runs[run_];
    const auto families = static_cast<std::int64_t>(chosen_.size());
    if (families < std::max<std::int64_t>(1, policy_.minimum_families) || children < offer.minimum_children) return;
    GroupColumn column{run_, children, families > 1 ? 2 * pairs / (families - 1) : 0, {}};
    for (const auto at : chosen_) {
      const auto family = members_[at];
      const auto share = share_of(offer, run, columns_.children[family], children);
      if (share < 0 || share > instance_.families[family].headroom_pence) return;
      column.families.push_back(family);
      column.value += own_[at] + policy_.weights.saving * saving_of(columns_.children[family], children);
    }
    if (columns_.groups.size() >= most_) is_too_much_ = true;
    else columns_.groups.push_back(std::move(column));
  }

  /// In thousandths, by session, as docs/matching.md has it.
  [[nodiscard]] std::int64_t saving_of(std::int64_t own, std::int64_t children) const {
    auto once = *columns_.runs[run_];
    once.sessions = 1;
    const auto alone = share_of(*columns_.offers[run_], once, own, own);
    if (alone < 0) return 1'000;
    if (alone == 0) return 0;
    const auto saved = 1'000 * (alone - share_of(*columns_.offers[run_], once, own, children)) / alone;
    return std::clamp<std::int64_t>(saved, 0, 1'000);
  }

  /// One group in a few hundred is valued as a whole by the checker.
  void check_some() const {
    for (std::size_t at = 0; at < columns_.groups.size(); at += 257) {
      const auto& column = columns_.groups[at];
      std::vector<MemberOf> members;
      for (const auto family : column.families) members.push_back({&instance_.families[family]});
      if (value_of(policy_, *columns_.offers[column.run], *columns_.runs[column.run], members).score != column.value) {
        throw std::logic_error("A group has another value by its parts than as a whole.");
      }
    }
  }

  const Instance& instance_;
  const Policy policy_;
  const std::size_t most_;
  Columns columns_;
  std::vector<std::int64_t> pairs_;     // by both families
  std::uint32_t run_ = 0;
  std::vector<std::uint32_t> members_;  // of the run
  std::vector<std::int64_t> own_;       // by member
  std::vector<std::size_t> chosen_;     // members of the group that grows
  bool is_too_much_ = false;
};

/// Terms in lines that every reader takes.
class Sum {
 public:
  explicit Sum(std::ostream& to) : to_(to) {}
  void add(std::int64_t amount, std::size_t column) {
    to_ << (terms_ == 0 ? "" : " +") << (terms_ % 10 == 9 ? "\n " : " ");
    if (amount != 1) to_ << amount << ' ';
    to_ << 'x' << column;
    ++terms_;
  }

 private:
  std::ostream& to_;
  std::size_t terms_ = 0;
};

}  // namespace

std::optional<Columns> all_columns(const Instance& instance, std::size_t most) { return Enumeration(instance, most).all(); }

void write_program(std::ostream& to, const Columns& columns) {
  std::vector<std::vector<std::size_t>> by_family(columns.children.size()), by_run(columns.runs.size());
  to << "Maximize\n worth:";
  Sum worth(to);
  for (std::size_t at = 0; at < columns.groups.size(); ++at) {
    worth.add(columns.groups[at].value, at);
    by_run[columns.groups[at].run].push_back(at);
    for (const auto family : columns.groups[at].families) by_family[family].push_back(at);
  }
  to << "\nSubject To\n";
  for (std::size_t family = 0; family < by_family.size(); ++family) {
    if (by_family[family].empty()) continue;
    to << " f" << family << ':';
    Sum sum(to);
    for (const auto at : by_family[family]) sum.add(1, at);
    to << " <= " << columns.most_groups[family] << '\n';
  }
  for (std::size_t run = 0; run < by_run.size(); ++run) {
    if (by_run[run].empty()) continue;
    // Where no two groups find places, one at most says the same and is tighter.
    auto smallest = columns.groups[by_run[run].front()].children;
    for (const auto at : by_run[run]) smallest = std::min(smallest, columns.groups[at].children);
    const bool is_one = 2 * smallest > columns.runs[run]->places_left;
    to << " r" << run << ':';
    Sum sum(to);
    for (const auto at : by_run[run]) sum.add(is_one ? 1 : columns.groups[at].children, at);
    to << " <= " << (is_one ? 1 : columns.runs[run]->places_left) << '\n';
  }
  to << "Binary\n";
  for (std::size_t at = 0; at < columns.groups.size(); ++at) to << " x" << at << (at % 10 == 9 ? "\n" : "");
  to << "\nEnd\n";
}

void write_facts(std::ostream& to, const Columns& columns) {
  for (std::size_t at = 0; at < columns.groups.size(); ++at) {
    const auto& group = columns.groups[at];
    to << "group(" << at << ',' << group.run << ',' << group.children << ',' << group.value << ").";
    for (const auto family : group.families) to << " in(" << at << ',' << family << ").";
    to << '\n';
  }
  for (std::size_t run = 0; run < columns.runs.size(); ++run) {
    to << "places(" << run << ',' << columns.runs[run]->places_left << ").\n";
  }
  for (std::size_t family = 0; family < columns.most_groups.size(); ++family) {
    to << "most(" << family << ',' << columns.most_groups[family] << ").\n";
  }
  to << "{ take(G) } :- group(G,_,_,_).\n"
        ":- most(F,M), #count { G : take(G), in(G,F) } > M.\n"
        ":- places(R,P), #sum { C,G : take(G), group(G,R,C,_) } > P.\n"
        "#maximize { V,G : take(G), group(G,_,_,V) }.\n"
        "#show.\n";
}

void keep_groups_small(Instance& instance, std::int64_t most_children) {
  for (auto& offer : instance.offers) {
    offer.maximum_children = std::min(offer.maximum_children, std::max(most_children, offer.minimum_children));
    for (auto& run : offer.runs) run.places_left = std::min(run.places_left, 2 * offer.maximum_children);
  }
}

Proposal proposal_of(const Instance& instance, const Columns& columns, const std::vector<std::size_t>& chosen) {
  Proposal proposal;
  std::vector<bool> placed(instance.families.size());
  for (const auto at : chosen) {
    const auto& column = columns.groups[at];
    const auto& offer = *columns.offers[column.run];
    const auto& run = *columns.runs[column.run];
    auto& group = proposal.groups.emplace_back();
    group.offer = offer.id;
    group.run = run.id;
    group.reasons = {"It was chosen."};
    for (const auto family : column.families) {
      const auto own = columns.children[family];
      const auto alone = share_of(offer, run, own, own);
      group.families.push_back({instance.families[family].id, own, share_of(offer, run, own, column.children),
                                alone < 0 ? std::nullopt : std::optional(alone)});
      placed[family] = true;
    }
  }
  for (std::size_t family = 0; family < placed.size(); ++family) {
    if (!placed[family]) proposal.left_out.push_back({instance.families[family].id, Rule::chosen, "It was not chosen.", "Nothing.", {}});
  }
  return proposal;
}

std::int64_t value_of_groups(const Instance& instance, const std::vector<Group>& groups) {
  std::unordered_map<std::string_view, const Family*> families;
  for (const auto& family : instance.families) families.emplace(family.id, &family);
  std::unordered_map<std::string_view, std::pair<const Offer*, const Run*>> runs;
  for (const auto& offer : instance.offers) {
    for (const auto& run : offer.runs) runs.emplace(run.id, std::pair{&offer, &run});
  }
  std::int64_t sum = 0;
  for (const auto& group : groups) {
    std::vector<MemberOf> members;
    for (const auto& family : group.families) members.push_back({families.at(family.id)});
    const auto& [offer, run] = runs.at(group.run);
    sum += value_of(instance.policy.value_or(Policy{}), *offer, *run, members).score;
  }
  return sum;
}

}  // namespace cp::matching::bench
