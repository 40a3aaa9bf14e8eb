// bench_matching living FAMILIES OFFERS DENSITY EVENTS SECONDS: families join and leave one by one, and what that costs; then
// what the arrangement is worth beside one made anew, that keeps the agreed groups and that does not. bench_matching explanations FAMILIES OFFERS DENSITY: what a reason costs,
// and whether the checker confirms it.
#include "matching/engine/checker.hpp"
#include "matching/engine/explain.hpp"
#include "matching/engine/incremental.hpp"
#include "matching/engine/random.hpp"
#include "tests/bench/matching/bench.hpp"

#include <algorithm>
#include <iostream>
#include <map>
#include <stdexcept>

namespace cp::matching::bench {
namespace {

/// Milliseconds, sorted when asked.
class Times {
 public:
  void add(double seconds) { all_.push_back(1'000 * seconds); }
  double at(double part) {
    std::sort(all_.begin(), all_.end());
    return all_.empty() ? 0 : all_[std::min(all_.size() - 1, static_cast<std::size_t>(part * static_cast<double>(all_.size())))];
  }

 private:
  std::vector<double> all_;
};

std::vector<StandingGroup> standing_of(const Proposal& proposal, Standing standing, std::size_t one_in) {
  std::vector<StandingGroup> groups;
  for (std::size_t at = 0; at < proposal.groups.size(); ++at) {
    const bool is_other = at % one_in == 0;
    StandingGroup group{is_other ? standing : Standing::proposed, proposal.groups[at].run, {}};
    for (const auto& family : proposal.groups[at].families) group.families.push_back(family.id);
    groups.push_back(std::move(group));
  }
  return groups;
}

using Agreed = std::multimap<std::string, std::vector<std::string>>;
Agreed agreed_of(const std::vector<StandingGroup>& groups) {
  Agreed agreed;
  for (const auto& group : groups) {
    if (group.standing != Standing::agreed) continue;
    auto families = group.families;
    std::sort(families.begin(), families.end());
    agreed.emplace(group.run, std::move(families));
  }
  return agreed;
}

}  // namespace

int living_command(const Words& words) {
  constexpr std::size_t agreed_one_in = 5;
  auto whole = instance_of(std::stoll(words[0]), std::stoll(words[1]), words[2], 1);
  const std::size_t events = std::stoull(words[3]);
  const auto seconds = std::stod(words[4]);
  // Those who will join are drawn from everywhere.
  Random random(7);
  random.shuffle(whole.families);
  std::vector<Family> waiting(whole.families.end() - static_cast<std::ptrdiff_t>(std::min(events, whole.families.size() / 10)),
                              whole.families.end());
  whole.families.resize(whole.families.size() - waiting.size());
  whole.standing = standing_of(propose(whole, search_of(seconds)), Standing::agreed, agreed_one_in);
  const auto agreed = agreed_of(whole.standing);
  std::map<std::string, bool> is_in_agreed;
  for (const auto& [run, families] : agreed) {
    for (const auto& family : families) is_in_agreed[family] = true;
  }
  std::vector<std::string> may_leave;
  for (const auto& family : whole.families) {
    if (!is_in_agreed.contains(family.id)) may_leave.push_back(family.id);
  }
  random.shuffle(may_leave);

  Living living(std::move(whole));
  Times joins, leaves;
  for (std::size_t event = 0; event < events; ++event) {
    const auto start = cpu_seconds();
    if (event % 2 == 0 && !waiting.empty()) {
      if (!living.join(waiting.back())) throw std::logic_error("A family could not join.");
      joins.add(cpu_seconds() - start);
      waiting.pop_back();
    } else {
      if (!living.leave(may_leave.at(event))) throw std::logic_error("A family could not leave.");
      leaves.add(cpu_seconds() - start);
    }
  }
  auto after = living.instance();
  if (agreed_of(after.standing) != agreed) throw std::logic_error("An agreed group is not what it was.");
  const auto score = living.score();
  std::erase_if(after.standing, [](const StandingGroup& group) { return group.standing == Standing::proposed; });
  const auto fresh = propose(after, search_of(seconds)).score;
  // What agreed groups cost: one that may break them up as well.
  after.standing.clear();
  const auto without_agreed = propose(after, search_of(seconds)).score;
  std::cout << "{\"events\": " << events << ", \"agreed\": " << agreed.size() << ", \"join_p50_ms\": " << joins.at(0.5)
            << ", \"join_p99_ms\": " << joins.at(0.99) << ", \"leave_p50_ms\": " << leaves.at(0.5) << ", \"leave_p99_ms\": "
            << leaves.at(0.99) << ", \"score\": " << score << ", \"fresh\": " << fresh
            << ", \"without_agreed\": " << without_agreed << '}' << std::endl;
  return 0;
}

int explanations_command(const Words& words) {
  const auto instance = instance_of(std::stoll(words[0]), std::stoll(words[1]), words[2], 1);
  Search search;
  search.steps = static_cast<std::int64_t>(instance.families.size());
  const auto proposal = propose(instance, search);
  const auto wrong = check(instance, proposal);
  const Index index(instance);
  std::vector<FoundGroup> found;
  std::map<std::string_view, RunAt> runs;
  for (RunAt run = 0; run < index.run_count(); ++run) runs.emplace(index.run(run).id, run);
  for (const auto& group : proposal.groups) {
    auto& one = found.emplace_back(FoundGroup{runs.at(group.run), {}});
    for (const auto& family : group.families) one.families.push_back(index.find_family(family.id).value());
    std::sort(one.families.begin(), one.families.end());
  }
  const Explainer explainer(index, found);
  Times times;
  double all = 0;
  for (const auto& left : proposal.left_out) {
    const auto family = index.find_family(left.family).value();
    const auto start = cpu_seconds();
    const auto told = explainer.left_out(family);
    const auto took = cpu_seconds() - start;
    times.add(took);
    all += took;
    if (told.reason != left.reason) throw std::logic_error("A family is told another reason the second time.");
  }
  std::cout << "{\"left_out\": " << proposal.left_out.size() << ", \"refused_by_checker\": " << wrong.size() << ", \"mean_ms\": "
            << 1'000 * all / static_cast<double>(std::max<std::size_t>(1, proposal.left_out.size())) << ", \"p50_ms\": " << times.at(0.5)
            << ", \"p99_ms\": " << times.at(0.99) << ", \"most_ms\": " << times.at(1) << '}' << std::endl;
  return wrong.empty() ? 0 : 1;
}

}  // namespace cp::matching::bench
