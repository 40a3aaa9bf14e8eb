// bench_matching equity FAMILIES OFFERS DENSITY WEEKS SEED: a town lives for so many weeks. Families come, wait, are in groups
// until the sessions are over, come back and leave; every week groups are formed of those who wait, greedily or by the engine
// at several weights of fairness. Told is who was left out, how long people waited, and what fairness cost.
#include "matching/engine/greedy.hpp"
#include "matching/engine/index.hpp"
#include "matching/engine/regions.hpp"
#include "tests/bench/matching/bench.hpp"
#include "tests/bench/matching/columns.hpp"

#include <algorithm>
#include <cmath>
#include <iostream>
#include <map>
#include <optional>
#include <string>

namespace cp::matching::bench {
namespace {

constexpr std::int64_t days_in_a_week = 7;
/// Of all families so many are there at the start; the others come evenly over the weeks.
constexpr double there_at_the_start = 0.5;
/// Of those who wait, each week.
constexpr double chance_to_leave = 0.01;
/// Who was there for less had little chance to be in a group.
constexpr int fewest_weeks = 8;
constexpr double far_out_miles = 5;

struct Way {
  std::string name;
  std::int64_t fairness = 0;  // its weight
  bool is_greedy = false;
};

struct Life {
  Family family;
  int came = 0, weeks_there = 0, busy_until = 0, groups = 0;
  std::optional<int> weeks_to_first;
  bool is_gone = false;
  std::int64_t open_runs = 0;  // of all offers, when nobody else is there
};

class Town {
 public:
  Town(const Instance& whole, int weeks, Way way, std::uint64_t seed) : whole_(whole), weeks_(weeks), way_(std::move(way)), seed_(seed) {
    Random random(seed);
    const Index index(whole);
    std::vector<std::size_t> order(whole.families.size());
    for (std::size_t at = 0; at < order.size(); ++at) order[at] = at;
    random.shuffle(order);
    const auto at_start = static_cast<std::size_t>(there_at_the_start * static_cast<double>(order.size()));
    for (std::size_t number = 0; number < order.size(); ++number) {
      Life life;
      life.family = whole.families[order[number]];
      life.came = number < at_start ? 0 : static_cast<int>((number - at_start) * static_cast<std::size_t>(weeks) / (order.size() - at_start));
      life.open_runs = static_cast<std::int64_t>(index.options(index.find_family(life.family.id).value()).size());
      // How long anybody has waited is what the weeks bring, or some would be ahead of others by chance.
      life.family.days_waited = 0;
      life.family.groups_had = 0;
      life.family.open_runs = life.open_runs;
      lives_.push_back(std::move(life));
    }
  }

  void live() {
    for (week_ = 0; week_ < weeks_; ++week_) {
      const auto instance = this_week();
      form(instance);
      for (auto& life : lives_) {
        if (life.came > week_ || life.is_gone) continue;
        ++life.weeks_there;
        if (life.busy_until > week_) continue;
        life.family.days_waited += days_in_a_week;
        life.is_gone = leaves(life);
      }
    }
  }

  void tell() const {
    std::cout << "{\"way\": \"" << way_.name << "\", \"value\": " << value_ << ", \"placed\": " << placed_;
    tell_waits();
    std::cout << ", \"left_out\": {";
    const char* comma = "";
    for (const auto& [kind, is_one] : kinds()) {
      std::size_t all = 0, none = 0;
      for (const auto& life : lives_) {
        if (!counts(life) || !is_one(life)) continue;
        ++all;
        none += life.groups == 0 ? 1 : 0;
      }
      std::cout << comma << '"' << kind << "\": [" << none << ", " << all << ']';
      comma = ", ";
    }
    std::cout << "}}" << std::endl;
  }

 private:
  using Kind = std::pair<const char*, bool (*)(const Life&)>;
  static bool has_need(const Life& life, std::string_view need) {
    return std::any_of(life.family.children.begin(), life.family.children.end(), [need](const Child& child) {
      return std::find(child.needs.begin(), child.needs.end(), need) != child.needs.end();
    });
  }
  static double miles_from_the_middle(const Life& life) {
    constexpr double miles_a_degree = 69.1, part_east = 0.61;
    const auto north = (life.family.place.lat - 52.4) * miles_a_degree, east = (life.family.place.lon + 1.5) * miles_a_degree * part_east;
    return std::sqrt(north * north + east * east);
  }
  static std::vector<Kind> kinds() {
    return {{"all", [](const Life&) { return true; }},
            {"autism", [](const Life& life) { return has_need(life, "autism"); }},
            {"behaviour", [](const Life& life) { return has_need(life, "behaviour"); }},
            {"physical", [](const Life& life) { return has_need(life, "physical"); }},
            {"sensory", [](const Life& life) { return has_need(life, "sensory"); }},
            {"palliative", [](const Life& life) { return has_need(life, "palliative"); }},
            {"wheelchair", [](const Life& life) {
               return std::any_of(life.family.children.begin(), life.family.children.end(), [](const Child& child) { return child.wheelchair; });
             }},
            {"needs a language in common", [](const Life& life) { return life.family.needs_shared_language; }},
            {"near the middle", [](const Life& life) { return miles_from_the_middle(life) < far_out_miles; }},
            {"far out", [](const Life& life) { return miles_from_the_middle(life) >= far_out_miles; }},
            {"one or two runs open", [](const Life& life) { return life.open_runs <= 2; }}};
  }
  /// The same family in the same week, whichever way groups are formed.
  [[nodiscard]] bool leaves(const Life& life) const {
    const auto number = static_cast<std::uint64_t>(&life - lives_.data());
    return Random(seed_ + 1'000'003 * number + static_cast<std::uint64_t>(week_)).part() < chance_to_leave;
  }
  /// Nothing that anybody arranges helps a family that no run is open to; unmet needs are for those.
  static bool counts(const Life& life) { return life.open_runs > 0 && life.weeks_there >= fewest_weeks; }

  [[nodiscard]] Instance this_week() const {
    Instance instance;
    instance.policy = whole_.policy;
    instance.policy->weights.fairness = way_.fairness;
    for (const auto& life : lives_) {
      if (life.came <= week_ && !life.is_gone && life.busy_until <= week_) instance.families.push_back(life.family);
    }
    instance.offers = whole_.offers;
    for (auto& offer : instance.offers) {
      for (auto& run : offer.runs) {
        const auto taken = taken_.find(run.id);
        if (taken == taken_.end()) continue;
        for (const auto& [until, children] : taken->second) run.places_left -= until > week_ ? children : 0;
      }
    }
    return instance;
  }

  [[nodiscard]] std::vector<Group> groups_for(const Instance& instance) const {
    Search search;
    search.seed = static_cast<std::uint64_t>(week_) + 1;
    search.steps = 20'000;
    if (!way_.is_greedy) return propose(instance, search).groups;
    const Index index(instance);
    Work work(index, search.seed, Budget(search));
    place_by_regret(work);
    std::vector<Group> groups;
    for (const auto& found : found_groups(work.now)) {
      auto& group = groups.emplace_back();
      group.offer = index.offer(found.run).id;
      group.run = index.run(found.run).id;
      std::int64_t children = 0;
      for (const auto family : found.families) children += index.children(family);
      for (const auto family : found.families) {
        group.families.push_back({index.family(family).id, index.children(family),
                                  index.share(found.run, index.children(family), children), std::nullopt});
      }
    }
    return groups;
  }

  void form(const Instance& instance) {
    const auto groups = groups_for(instance);
    // Without fairness, so that all ways are valued by one measure.
    auto plain = instance;
    plain.policy->weights.fairness = 0;
    value_ += value_of_groups(plain, groups);
    std::map<std::string, const Run*> runs;
    for (const auto& offer : whole_.offers) {
      for (const auto& run : offer.runs) runs[run.id] = &run;
    }
    std::map<std::string, Life*> by_id;
    for (auto& life : lives_) by_id[life.family.id] = &life;
    for (const auto& group : groups) {
      const auto until = week_ + static_cast<int>(runs.at(group.run)->sessions);
      std::int64_t children = 0;
      for (const auto& member : group.families) {
        auto& life = *by_id.at(member.id);
        children += member.children;
        ++placed_;
        ++life.groups;
        if (!life.weeks_to_first) life.weeks_to_first = week_ - life.came;
        life.busy_until = until;
        life.family.headroom_pence -= member.share_pence;
        life.family.days_waited = 0;
        life.family.groups_had += 1;
      }
      taken_[group.run].emplace_back(until, children);
    }
  }

  /// Of those who count, how many had no group yet after so many weeks, of those who were there so long.
  void tell_waits() const {
    std::cout << ", \"still_waiting\": [";
    for (int week = 0; week < weeks_; ++week) {
      std::size_t there = 0, waiting = 0;
      for (const auto& life : lives_) {
        if (!counts(life) || life.weeks_there <= week) continue;
        ++there;
        waiting += !life.weeks_to_first || *life.weeks_to_first > week ? 1 : 0;
      }
      std::cout << (week == 0 ? "" : ", ") << '[' << waiting << ", " << there << ']';
    }
    std::cout << ']';
  }

  const Instance& whole_;
  const int weeks_;
  const Way way_;
  const std::uint64_t seed_;
  int week_ = 0;
  std::vector<Life> lives_;
  std::map<std::string, std::vector<std::pair<int, std::int64_t>>> taken_;  // by run: until when, how many children
  std::int64_t value_ = 0, placed_ = 0;
};

}  // namespace

int equity_command(const Words& words) {
  const auto whole = instance_of(std::stoll(words[0]), std::stoll(words[1]), words[2], std::stoull(words[4]));
  constexpr std::int64_t by_default = Weights{}.fairness;
  std::vector<Way> ways{{"greedy, fairness " + std::to_string(by_default), by_default, true}, {"greedy, fairness 0", 0, true}};
  for (const std::int64_t weight : {0, 10, 30, 50, 100}) ways.push_back({"engine, fairness " + std::to_string(weight), weight});
  for (const auto& way : ways) {
    Town town(whole, static_cast<int>(std::stol(words[3])), way, std::stoull(words[4]));
    town.live();
    town.tell();
  }
  return 0;
}

}  // namespace cp::matching::bench
