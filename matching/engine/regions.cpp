#include "matching/engine/regions.hpp"

#include "matching/engine/cutting.hpp"

#include <algorithm>
#include <atomic>
#include <optional>
#include <thread>

namespace cp::matching {
namespace {

constexpr std::uint32_t nowhere = 0xFFFF'FFFF;

std::uint64_t seed_of(std::uint64_t seed, std::uint64_t pass, std::uint64_t region) {
  return Random(seed ^ (pass << 48) ^ (region * 0x9E3779B97F4A7C15)).next();
}

}  // namespace

GroupAt seat(Work& work, const FoundGroup& group) {
  const auto at = work.now.open(group.run);
  for (const auto family : group.families) work.now.join(at, family, work.index.find_candidate(group.run, family)->own);
  return at;
}

std::vector<FoundGroup> found_groups(const Arrangement& arrangement) {
  std::vector<FoundGroup> found;
  for (GroupAt at = 0; at < arrangement.group_count(); ++at) {
    const auto& group = arrangement.group(at);
    if (group.families.empty()) continue;
    FoundGroup& entry = found.emplace_back();
    entry.run = group.run;
    for (const auto& seated : group.families) entry.families.push_back(seated.family);
    std::sort(entry.families.begin(), entry.families.end());
  }
  return found;
}

void Regions::pass(const Stage& stage, double time_to, std::int64_t steps) {
  cut();
  pass_again(stage, time_to, steps);
}

/// Each region gets its part, by families, of the time that is left when it starts: a region that ends early leaves more to the
/// others.
void Regions::pass_again(const Stage& stage, double time_to, std::int64_t steps) {
  std::atomic<std::size_t> next{0};
  const auto threads = static_cast<std::size_t>(std::clamp<std::int64_t>(search_.threads, 1, 256));
  std::vector<std::size_t> families_from(regions_.size() + 1, 0);  // in this region and those after it
  for (auto at = regions_.size(); at-- > 0;) families_from[at] = families_from[at + 1] + regions_[at].families.size();
  const auto take_regions = [&] {
    while (true) {
      const auto at = next.fetch_add(1);
      if (at >= regions_.size()) return;
      auto& region = regions_[at];
      const auto share = static_cast<double>(region.families.size() * threads) / static_cast<double>(families_from[at]);
      const auto from = search_.time_used ? search_.time_used() : 0;
      const auto to = from + (time_to - from) * std::min(1.0, share);
      const auto part = static_cast<double>(region.families.size()) /
                        static_cast<double>(std::max<std::size_t>(1, index_.family_count()));
      const auto trials = static_cast<std::int64_t>(static_cast<double>(steps) * part);
      work_on(region, at, stage, Budget(search_, trials, from, to));
    }
  };
  std::vector<std::thread> others;
  for (std::size_t more = 1; more < std::min(threads, regions_.size()); ++more) others.emplace_back(take_regions);
  take_regions();
  for (auto& thread : others) thread.join();
  ++passes_;
  gather();
}

std::size_t Regions::region_count() const {
  const auto size = static_cast<std::size_t>(std::max<std::int64_t>(1, search_.families_of_region));
  return std::max<std::size_t>(1, (index_.family_count() + size / 2) / size);
}

void Regions::cut() {
  const auto count = region_count();
  region_of_run_ = count == 1 ? std::vector<std::uint32_t>(index_.run_count(), 0) : cut_by_places(index_, count, region_of_run_);
  std::vector<std::uint32_t> region_of(index_.family_count(), nowhere);
  std::vector<bool> is_apart(index_.family_count(), false);
  for (const auto& group : found_) {
    for (const auto family : group.families) {
      const auto here = region_of_run_[group.run];
      if (region_of[family] != nowhere && region_of[family] != here) is_apart[family] = true;
      region_of[family] = here;
    }
  }
  // A group with a family of several regions is left alone in this pass, and so is every other group of its families.
  std::vector<bool> stays(found_.size(), false);
  for (bool more = true; more;) {
    more = false;
    for (std::size_t at = 0; at < found_.size(); ++at) {
      const auto& families = found_[at].families;
      if (stays[at] || std::none_of(families.begin(), families.end(), [&](FamilyAt one) { return is_apart[one]; })) continue;
      for (const auto family : families) is_apart[family] = true;
      stays[at] = more = true;
    }
  }
  regions_.assign(count, {});
  left_alone_.clear();
  std::vector<std::int64_t> places;
  for (RunAt run = 0; run < index_.run_count(); ++run) places.push_back(index_.places_left(run));
  for (std::size_t at = 0; at < found_.size(); ++at) {
    if (!stays[at]) {
      regions_[region_of_run_[found_[at].run]].found.push_back(std::move(found_[at]));
      continue;
    }
    for (const auto family : found_[at].families) places[found_[at].run] -= index_.children(family);
    left_alone_.push_back(std::move(found_[at]));
  }
  found_.clear();
  for (RunAt run = 0; run < index_.run_count(); ++run) {
    regions_[region_of_run_[run]].runs.push_back(run);
    regions_[region_of_run_[run]].places_left.push_back(places[run]);
  }
  for (FamilyAt family = 0; family < index_.family_count(); ++family) {
    const auto options = index_.options(family);
    if (options.empty() || is_apart[family]) continue;
    const auto liked = region_of_run_[options[cuts_ % options.size()].run];
    regions_[region_of[family] == nowhere ? liked : region_of[family]].families.push_back(family);
  }
  std::erase_if(regions_, [](const Region& region) { return region.families.empty(); });
  ++cuts_;
}

/// One region is the whole, which has its index already.
void Regions::work_on(Region& region, std::uint64_t number, const Stage& stage, const Budget& budget) const {
  std::optional<Index> part;
  if (!is_one()) part.emplace(index_, region.families, region.runs, region.places_left);
  Work work(part ? *part : index_, seed_of(search_.seed, passes_, number), budget);
  for (const auto& group : region.found) seat(work, part ? in_part(region, group) : group);
  work.now.keep();
  stage(work);
  region.found = found_groups(work.now);
  if (part) {
    for (auto& group : region.found) {
      group.run = region.runs[group.run];
      for (auto& family : group.families) family = region.families[family];
    }
  }
  region.trials = work.budget.trials();
  region.stopped_early = work.budget.is_spent();
}

FoundGroup Regions::in_part(const Region& region, FoundGroup group) {
  const auto number_in = [](const auto& list, auto at) {
    return static_cast<std::uint32_t>(std::lower_bound(list.begin(), list.end(), at) - list.begin());
  };
  group.run = number_in(region.runs, group.run);
  for (auto& family : group.families) family = number_in(region.families, family);
  return group;
}

void Regions::gather() {
  found_ = left_alone_;
  for (const auto& region : regions_) {
    found_.insert(found_.end(), region.found.begin(), region.found.end());
    trials_ += region.trials;
    stopped_early_ |= region.stopped_early;
  }
}

}  // namespace cp::matching
