#include "matching/engine/unmet.hpp"

#include "matching/engine/rules.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <unordered_map>

namespace cp::matching {
namespace {

constexpr std::int64_t least_minutes = 60;
/// A provider's usual group; more families make a second need.
constexpr std::size_t most_families = 8;
/// Ages further apart are seldom one activity. No source; the same as in the score.
constexpr std::int64_t widest_age_gap_years = 8;
/// Of the families around, the nearest are looked at.
constexpr std::size_t most_neighbours = 100;
/// A little less than it is.
constexpr double miles_in_a_degree = 69.0;
constexpr std::size_t most_needs = 10'000;

struct Cluster {
  std::vector<const Family*> families;
  Slot slot;
  Place middle;
};

std::optional<Slot> common(const Slot& a, const Slot& b) {
  const Slot both{a.weekday, std::max(a.from_minute, b.from_minute), std::min(a.to_minute, b.to_minute)};
  if (a.weekday != b.weekday || both.to_minute - both.from_minute < least_minutes) return std::nullopt;
  return both;
}

/// The longest time that a family has in a slot.
std::optional<Slot> common(const Slot& slot, const Family& family) {
  std::optional<Slot> best;
  for (const auto& own : family.slots) {
    const auto both = common(slot, own);
    if (!both) continue;
    if (!best || both->to_minute - both->from_minute > best->to_minute - best->from_minute) best = both;
  }
  return best;
}

std::pair<std::int64_t, std::int64_t> ages_of(const std::vector<const Family*>& families) {
  std::int64_t youngest = families.front()->children.front().age_years, oldest = youngest;
  for (const auto* family : families) {
    for (const auto& child : family->children) {
      youngest = std::min(youngest, child.age_years);
      oldest = std::max(oldest, child.age_years);
    }
  }
  return {youngest, oldest};
}

/// Places of a cluster are near each other, so degrees may be averaged; around the date line they are not, and then no
/// middle is near enough.
Place middle_of(const std::vector<const Family*>& families) {
  Place middle;
  for (const auto* family : families) {
    middle.lat += family->place.lat / static_cast<double>(families.size());
    middle.lon += family->place.lon / static_cast<double>(families.size());
  }
  return middle;
}

bool is_near_all(Place place, const std::vector<const Family*>& families) {
  return std::all_of(families.begin(), families.end(), [&](const Family* family) {
    return miles_between(place, family->place) <= family->max_miles;
  });
}

bool may_add(const Cluster& cluster, const Family& family) {
  auto families = cluster.families;
  families.push_back(&family);
  const auto [youngest, oldest] = ages_of(families);
  if (oldest - youngest > widest_age_gap_years) return false;
  if (!std::all_of(cluster.families.begin(), cluster.families.end(),
                   [&](const Family* other) { return may_meet(*other, family) && can_talk(*other, family); })) {
    return false;
  }
  return is_near_all(middle_of(families), families);
}

Cluster grow(const Family& seed, const Slot& slot, const std::vector<const Family*>& neighbours) {
  Cluster cluster{{&seed}, slot, seed.place};
  for (const auto* family : neighbours) {
    if (cluster.families.size() == most_families) break;
    const auto both = common(cluster.slot, *family);
    if (!both || !may_add(cluster, *family)) continue;
    cluster.families.push_back(family);
    cluster.slot = *both;
  }
  cluster.middle = middle_of(cluster.families);
  return cluster;
}

UnmetNeed to_need(const std::string& activity_type, Cluster cluster) {
  UnmetNeed need;
  need.activity_type = activity_type;
  need.place = cluster.middle;
  need.slot = cluster.slot;
  std::tie(need.age_min, need.age_max) = ages_of(cluster.families);
  std::set<std::string> needs;
  for (const auto* family : cluster.families) {
    need.families.push_back(family->id);
    need.children += static_cast<std::int64_t>(family->children.size());
    need.within_miles = std::max(need.within_miles, miles_between(need.place, family->place));
    for (const auto& child : family->children) needs.insert(child.needs.begin(), child.needs.end());
  }
  need.needs.assign(needs.begin(), needs.end());
  std::sort(need.families.begin(), need.families.end());
  need.text = std::to_string(need.families.size()) + " families with " + std::to_string(need.children) +
              " children of " + std::to_string(need.age_min) + " to " + std::to_string(need.age_max) + " want " +
              activity_type + " and are free on " + weekday_name(need.slot.weekday) + "s from " +
              clock_text(need.slot.from_minute) + " to " + clock_text(need.slot.to_minute) + ", all within " +
              miles_text(need.within_miles) + " of the middle.";
  return need;
}

/// Families left out who want one activity.
class Wanting {
 public:
  Wanting(const std::string& activity_type, std::vector<const Family*> families)
      : activity_type_(activity_type), by_wait_(families), by_lat_(std::move(families)) {
    std::sort(by_wait_.begin(), by_wait_.end(), [](const Family* a, const Family* b) {
      return a->days_waited != b->days_waited ? a->days_waited > b->days_waited : a->id < b->id;
    });
    std::sort(by_lat_.begin(), by_lat_.end(), [](const Family* a, const Family* b) {
      return std::tie(a->place.lat, a->id) < std::tie(b->place.lat, b->id);
    });
  }

  void find(std::size_t least_families, std::vector<UnmetNeed>& needs) {
    for (const auto* seed : by_wait_) {
      if (needs.size() >= most_needs) return;
      if (used_.contains(seed)) continue;
      const auto neighbours = near(*seed);
      if (neighbours.size() + 1 < least_families) continue;
      Cluster best;
      for (const auto& slot : seed->slots) {
        if (slot.to_minute - slot.from_minute < least_minutes) continue;
        auto cluster = grow(*seed, slot, neighbours);
        if (cluster.families.size() > best.families.size()) best = std::move(cluster);
      }
      if (best.families.size() < std::max<std::size_t>(2, least_families)) continue;
      used_.insert(best.families.begin(), best.families.end());
      needs.push_back(to_need(activity_type_, std::move(best)));
    }
  }

 private:
  /// Who may live near enough for a place between the two, the nearest first.
  [[nodiscard]] std::vector<const Family*> near(const Family& seed) const {
    const auto reach = 2 * seed.max_miles;
    const auto from = std::lower_bound(by_lat_.begin(), by_lat_.end(), seed.place.lat - reach / miles_in_a_degree,
                                       [](const Family* family, double lat) { return family->place.lat < lat; });
    std::vector<std::pair<double, const Family*>> found;
    for (auto at = from; at != by_lat_.end() && (*at)->place.lat <= seed.place.lat + reach / miles_in_a_degree; ++at) {
      if (*at == &seed || used_.contains(*at)) continue;
      const auto miles = miles_between(seed.place, (*at)->place);
      if (miles <= reach) found.emplace_back(miles, *at);
    }
    std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
      return a.first != b.first ? a.first < b.first : a.second->id < b.second->id;
    });
    if (found.size() > most_neighbours) found.resize(most_neighbours);
    std::vector<const Family*> families;
    for (const auto& [miles, family] : found) families.push_back(family);
    return families;
  }

  const std::string& activity_type_;
  std::vector<const Family*> by_wait_, by_lat_;
  std::set<const Family*> used_;
};

}  // namespace

std::vector<UnmetNeed> find_unmet(const Instance& instance, const std::vector<LeftOut>& left_out) {
  std::unordered_map<std::string_view, const Family*> families;
  for (const auto& family : instance.families) families.emplace(family.id, &family);
  std::map<std::string, std::vector<const Family*>> wanting;
  for (const auto& left : left_out) {
    const auto& family = *families.at(left.family);
    std::set<std::string> types;
    for (const auto& interest : family.interests) types.insert(interest.activity_type);
    for (const auto& type : family.not_payable) types.erase(type);
    if (family.wished_groups == 0) types.clear();
    for (const auto& type : types) wanting[type].push_back(&family);
  }
  const auto least = instance.policy.value_or(Policy{}).minimum_families;
  std::vector<UnmetNeed> needs;
  for (auto& [type, list] : wanting) Wanting(type, std::move(list)).find(static_cast<std::size_t>(least), needs);
  return needs;
}

}  // namespace cp::matching
