#include "matching/engine/index.hpp"

#include "matching/engine/rules.hpp"
#include "shared/core/earth.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>
#include <tuple>

namespace cp::matching {
namespace {

constexpr std::int64_t whole = 1'000;
/// After a year of waiting a family's wait counts fully. The evaluations saw 9 to 56 weeks.
constexpr std::int64_t longest_wait_days = 365;
/// Ages this far apart have nothing in common. No source; see docs/matching.md.
constexpr std::int64_t widest_age_gap_years = 8;
constexpr double furthest_miles = 13'000;
constexpr std::uint32_t weekday_marks = 7;

using Numbers = std::span<const std::uint32_t>;

std::uint64_t bit_of(std::uint32_t number) { return std::uint64_t{1} << (number % 64); }

/// Without the processor's own instruction, which not every one has, the library's is a call with a table.
std::uint32_t count_of(std::uint64_t bits) {
  bits -= bits >> 1 & 0x5555'5555'5555'5555;
  bits = (bits & 0x3333'3333'3333'3333) + (bits >> 2 & 0x3333'3333'3333'3333);
  return static_cast<std::uint32_t>(((bits + (bits >> 4)) & 0x0F0F'0F0F'0F0F'0F0F) * 0x0101'0101'0101'0101 >> 56);
}

/// What two sets have in common of what they have together; two empty sets are alike.
std::int64_t likeness(std::uint32_t common, std::uint32_t together) {
  return together == 0 ? whole : static_cast<std::uint32_t>(whole) * common / together;
}
std::int64_t likeness_of_bits(std::uint64_t a, std::uint64_t b) { return likeness(count_of(a & b), count_of(a | b)); }
std::int64_t likeness_of_sets(Numbers a, Numbers b) {
  std::uint32_t common = 0;
  for (auto left = a.begin(), right = b.begin(); left != a.end() && right != b.end();) {
    if (*left < *right) ++left;
    else if (*right < *left) ++right;
    else ++common, ++left, ++right;
  }
  return likeness(common, static_cast<std::uint32_t>(a.size() + b.size()) - common);
}

bool has(const std::vector<FamilyAt>& set, FamilyAt at) { return std::binary_search(set.begin(), set.end(), at); }
void add(std::vector<FamilyAt>& set, FamilyAt at) {
  const auto place = std::lower_bound(set.begin(), set.end(), at);
  if (place == set.end() || *place != at) set.insert(place, at);
}

/// FNV-1a over what a thing is, without its id.
class Digest {
 public:
  Digest& of(std::int64_t number) {
    for (int byte = 0; byte < 8; ++byte) take(static_cast<unsigned char>(static_cast<std::uint64_t>(number) >> (8 * byte)));
    return *this;
  }
  Digest& of(double number) { return of(std::bit_cast<std::int64_t>(number)); }
  Digest& of(const std::string& text) {
    for (const auto character : text) take(static_cast<unsigned char>(character));
    return of(static_cast<std::int64_t>(text.size()));
  }
  [[nodiscard]] std::uint64_t value() const { return value_; }

 private:
  void take(unsigned char byte) { value_ = (value_ ^ byte) * 0x100000001B3; }
  std::uint64_t value_ = 0xCBF29CE484222325;
};

std::uint64_t digest_of(const Family& family) {
  Digest digest;
  digest.of(family.place.lat).of(family.place.lon).of(family.max_miles).of(family.headroom_pence).of(family.days_waited);
  digest.of(static_cast<std::int64_t>(family.mixing));
  for (const auto& child : family.children) {
    digest.of(child.age_years).of(child.support_adults).of(child.support_children).of(std::int64_t{child.wheelchair});
    for (const auto& need : child.needs) digest.of(need);
    for (const auto& behaviour : child.behaviours) digest.of(behaviour);
  }
  for (const auto* texts : {&family.languages, &family.not_with_behaviours, &family.not_payable}) {
    for (const auto& text : *texts) digest.of(text);
  }
  digest.of(family.wished_groups.value_or(-1)).of(family.groups_had).of(family.open_runs.value_or(-1));
  for (const auto& slot : family.slots) digest.of(slot.weekday).of(slot.from_minute).of(slot.to_minute);
  for (const auto& interest : family.interests) digest.of(interest.activity_type).of(interest.weight);
  return digest.value();
}

std::uint64_t digest_of(const Offer& offer, const Run& run) {
  Digest digest;
  digest.of(offer.place.lat).of(offer.place.lon).of(offer.activity_type).of(offer.age_min).of(offer.age_max);
  digest.of(offer.minimum_children).of(offer.maximum_children).of(offer.staff_adults).of(offer.staff_children);
  digest.of(run.weekday).of(run.from_minute).of(run.to_minute).of(run.sessions).of(run.places_left);
  for (const auto& tier : offer.tiers) {
    digest.of(tier.from_children).of(tier.fixed_pence).of(tier.per_child_pence).of(tier.per_hour_pence);
  }
  for (const auto& need : offer.needs_catered) digest.of(need);
  return digest.value();
}

/// Sorts by `order`; what is equal in it by `digest`, worked out only then, and last by `id`.
template <class Row, class Digests, class Ids>
void sort_by_place(std::vector<Row>& rows, const Digests& digest, const Ids& id) {
  std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.order < b.order; });
  for (auto from = rows.begin(); from != rows.end();) {
    const auto to = std::find_if(from, rows.end(), [&](const Row& row) { return row.order != from->order; });
    if (to - from > 1) {
      for (auto row = from; row != to; ++row) row->digest = digest(*row);
      std::sort(from, to, [&](const Row& a, const Row& b) {
        return a.digest != b.digest ? a.digest < b.digest : id(a) < id(b);
      });
    }
    from = to;
  }
}

template <class Item>
void sort_options(std::span<Item> options) {
  std::sort(options.begin(), options.end(),
            [](const Item& a, const Item& b) { return a.own != b.own ? a.own > b.own : a.run < b.run; });
}

}  // namespace

/// The bits of both coordinates in turn.
std::uint64_t order_of_place(Place place) {
  const auto spread = [](std::uint64_t bits) {
    bits = (bits | bits << 16) & 0x0000'FFFF'0000'FFFF;
    bits = (bits | bits << 8) & 0x00FF'00FF'00FF'00FF;
    bits = (bits | bits << 4) & 0x0F0F'0F0F'0F0F'0F0F;
    bits = (bits | bits << 2) & 0x3333'3333'3333'3333;
    return (bits | bits << 1) & 0x5555'5555'5555'5555;
  };
  const auto part = [](double of) { return static_cast<std::uint64_t>(std::clamp(of, 0.0, 1.0) * 4'294'967'295.0); };
  return spread(part((place.lat + 90) / 180)) << 1 | spread(part((place.lon + 180) / 360));
}

Index::Index(const Instance& instance) : policy_(instance.policy.value_or(Policy{})) {
  const bool has_agreed = std::any_of(instance.standing.begin(), instance.standing.end(), [](const StandingGroup& group) {
    return group.standing == Standing::agreed;
  });
  if (has_agreed) beside_agreed_ = beside_agreed(instance);
  const auto& left = beside_agreed_ ? *beside_agreed_ : instance;
  read_families(left);
  read_runs(left);
  read_standing(instance);
  find_candidates();
}

// ---------------------------------------------------------------- reading

void Index::read_families(const Instance& instance) {
  struct Row {
    std::uint64_t order = 0, digest = 0;
    const Family* family = nullptr;
  };
  std::vector<Row> rows;
  rows.reserve(instance.families.size());
  double furthest_lat = 66;
  for (const auto& family : instance.families) {
    rows.push_back({order_of_place(family.place), 0, &family});
    furthest_lat = std::max(furthest_lat, std::abs(family.place.lat));
  }
  for (const auto& offer : instance.offers) furthest_lat = std::max(furthest_lat, std::abs(offer.place.lat));
  homes_ = Homes(furthest_lat);
  sort_by_place(rows, [](const Row& row) { return digest_of(*row.family); },
                [](const Row& row) -> const std::string& { return row.family->id; });
  families_.reserve(rows.size());
  facts_.reserve(rows.size());
  by_id_.reserve(rows.size());
  for (const auto& row : rows) read_family(*row.family);
  for (FamilyAt at = 0; at < families_.size(); ++at) read_company(at);
  for (FamilyAt at = 0; at < families_.size(); ++at) read_pickiness(at);
}

void Index::read_family(const Family& family) {
  const auto at = static_cast<FamilyAt>(families_.size());
  FamilyRow row;
  Facts facts;
  row.family = &family;
  row.headroom_pence = family.headroom_pence;
  row.children = static_cast<std::int32_t>(family.children.size());
  row.most_groups = static_cast<std::int32_t>(std::clamp<std::int64_t>(
      std::min(policy_.groups_per_family, family.wished_groups.value_or(policy_.groups_per_family)), 0, 1'000));
  facts.home = point_of(family.place);
  facts.square_of_reach = square_of_chord_for(family.max_miles);
  facts.age_min = facts.age_max = family.children.front().age_years;
  for (const auto& child : family.children) {
    facts.age_min = std::min(facts.age_min, child.age_years);
    facts.age_max = std::max(facts.age_max, child.age_years);
    facts.wheelchair |= child.wheelchair;
    if (child.support_adults * facts.support_children > facts.support_adults * child.support_children) {
      facts.support_adults = child.support_adults;
      facts.support_children = child.support_children;
    }
  }
  const auto pair = pair_row_of(family);
  families_.push_back(row);
  pairs_.push_back(pair);
  facts_.push_back(facts);
  by_id_.emplace(family.id, at);
  homes_.add(family.place, family.max_miles, {marks_of(family), at});
}

Index::PairRow Index::pair_row_of(const Family& family) {
  PairRow row;
  row.named = nobody;
  row.needs_language = family.needs_shared_language;
  row.mixing_base = family.mixing == Mixing::similar ? 0 : static_cast<std::int16_t>(whole);
  row.mixing_slope = family.mixing == Mixing::either ? 0 : family.mixing == Mixing::similar ? 1 : -1;
  std::int64_t years = 0;
  std::vector<std::uint32_t> needs, interests;
  for (const auto& child : family.children) {
    years += child.age_years;
    for (const auto& need : child.needs) needs.push_back(needs_.of(need));
    for (const auto& behaviour : child.behaviours) row.behaviours |= bit_of(behaviours_.of(behaviour));
  }
  row.age_thousandths = static_cast<std::int32_t>(years * whole / static_cast<std::int64_t>(family.children.size()));
  for (const auto& interest : family.interests) interests.push_back(activities_.of(interest.activity_type));
  for (auto* numbers : {&needs, &interests}) {
    std::sort(numbers->begin(), numbers->end());
    numbers->erase(std::unique(numbers->begin(), numbers->end()), numbers->end());
  }
  for (const auto number : needs) row.needs |= bit_of(number);
  for (const auto number : interests) row.interests |= bit_of(number);
  for (const auto& behaviour : family.not_with_behaviours) row.avoided_behaviours |= bit_of(behaviours_.of(behaviour));
  for (const auto& language : family.languages) row.languages |= bit_of(languages_.of(language));
  needs_of_.append(needs);
  interests_of_.append(interests);
  needs_are_bits_ = needs_.fits_bits();
  interests_are_bits_ = activities_.fits_bits();
  company_is_bits_ = behaviours_.fits_bits() && languages_.fits_bits();
  return row;
}

Index::Company& Index::company_of(FamilyAt at) {
  auto& row = pairs_[at];
  if (row.named == nobody) {
    row.named = static_cast<std::uint32_t>(company_.size());
    company_.emplace_back();
  }
  return company_[row.named];
}

void Index::read_company(FamilyAt at) {
  for (const auto& id : families_[at].family->not_with) {
    const auto other = find_family(id);
    if (!other) continue;
    add(company_of(at).avoids, *other);
    add(company_of(*other).avoids, at);
  }
  for (const auto& id : families_[at].family->with) {
    if (const auto other = find_family(id)) add(company_of(at).wishes, *other);
  }
}

void Index::read_pickiness(FamilyAt at) {
  auto& row = pairs_[at];
  row.is_picky = row.needs_language || row.avoided_behaviours != 0 || (row.named != nobody && !company_[row.named].avoids.empty());
}

/// Agreed groups as they are, and the runs on which families were proposed.
void Index::read_standing(const Instance& given) {
  if (given.standing.empty()) return;
  std::unordered_map<std::string_view, RunAt> runs;
  for (RunAt at = 0; at < runs_.size(); ++at) runs.emplace(runs_[at].run->id, at);
  for (const auto& group : given.standing) {
    if (group.standing == Standing::proposed) {
      for (const auto& id : group.families) kept_[id].push_back(group.run);
      continue;
    }
    auto& agreed = agreed_.emplace_back();
    agreed.run = runs.at(group.run);
    for (const auto& id : group.families) agreed.families.push_back(by_id_.at(id));
    std::sort(agreed.families.begin(), agreed.families.end());
  }
}

void Index::read_runs(const Instance& instance) {
  struct Row {
    std::uint64_t order = 0, digest = 0;
    const Offer* offer = nullptr;
    const Run* run = nullptr;
    const Prices* prices = nullptr;
  };
  std::vector<Row> rows;
  for (const auto& offer : instance.offers) {
    std::int64_t most_places = 0;
    for (const auto& run : offer.runs) most_places = std::max(most_places, run.places_left);
    // Agreed groups may be larger than the places they leave.
    const auto largest = beside_agreed_ ? offer.maximum_children : std::min(offer.maximum_children, most_places);
    prices_.push_back(std::make_unique<Prices>(offer, largest));
    for (const auto& run : offer.runs) rows.push_back({order_of_place(offer.place), 0, &offer, &run, prices_.back().get()});
  }
  sort_by_place(rows, [](const Row& row) { return digest_of(*row.offer, *row.run); },
                [](const Row& row) { return std::tie(row.offer->id, row.run->id); });
  for (const auto& from : rows) {
    runs_.push_back(row_of(*from.offer, *from.run, *from.prices));
  }
  needs_are_bits_ = needs_.fits_bits();
  interests_are_bits_ = activities_.fits_bits();
}

Index::RunRow Index::row_of(const Offer& offer, const Run& run, const Prices& prices) {
  RunRow row;
  row.offer = &offer;
  row.run = &run;
  row.prices = &prices;
  row.place = point_of(offer.place);
  row.square_of_reach = square_of_chord_for(offer.collects_within_miles.value_or(0));
  row.places_left = run.places_left;
  row.most_children = std::min(offer.maximum_children, row.places_left);
  row.activity = activities_.of(offer.activity_type);
  row.every_need = offer.needs_catered.empty();
  for (const auto& need : offer.needs_catered) row.needs |= bit_of(needs_.of(need));
  return row;
}

Index::Point Index::point_of(Place place) {
  const auto lat = place.lat * std::numbers::pi / 180, lon = place.lon * std::numbers::pi / 180;
  return {std::cos(lat) * std::cos(lon), std::cos(lat) * std::sin(lon), std::sin(lat)};
}

/// A little more than it is, so that nothing is told to be further than it is.
double Index::square_of_chord_for(double miles) {
  const auto half = std::sin(std::min(std::numbers::pi / 2, miles / (2 * earth_radius_miles)));
  return 4 * half * half * 1.000'001 + 1e-15;
}

/// Weekdays with a slot and activities wanted; these may share a mark, the rules are asked afterwards.
std::uint64_t Index::marks_of(const Family& family) const {
  std::uint64_t marks = 0;
  for (const auto& slot : family.slots) marks |= std::uint64_t{1} << (slot.weekday - 1);
  for (const auto& interest : family.interests) {
    marks |= std::uint64_t{1} << (weekday_marks + activities_.known(interest.activity_type) % (64 - weekday_marks));
  }
  return marks;
}

std::uint64_t Index::marks_wanted(const RunRow& row) const {
  return std::uint64_t{1} << (row.run->weekday - 1) |
         std::uint64_t{1} << (weekday_marks + row.activity % (64 - weekday_marks));
}

// ---------------------------------------------------------------- candidates

std::vector<Candidate> Index::candidates_of(RunAt run) const {
  std::vector<Candidate> found;
  const auto& row = runs_[run];
  const auto look_at = [&](FamilyAt family) {
    if (const auto candidate = judge(run, family)) found.push_back(*candidate);
  };
  homes_.visit_near(row.offer->place, marks_wanted(row), row.offer->collects_within_miles.value_or(0), look_at);
  if (row.offer->extra) {
    for (const auto& id : row.offer->extra->attended_by) {
      if (const auto family = find_family(id)) look_at(*family);
    }
  }
  std::sort(found.begin(), found.end(), [](const Candidate& a, const Candidate& b) { return a.family < b.family; });
  found.erase(std::unique(found.begin(), found.end(),
                          [](const Candidate& a, const Candidate& b) { return a.family == b.family; }),
              found.end());
  return found;
}

void Index::find_candidates() {
  std::vector<std::uint32_t> option_counts(families_.size(), 0);
  for (RunAt run = 0; run < runs_.size(); ++run) {
    const auto found = candidates_of(run);
    for (const auto& candidate : found) ++option_counts[candidate.family];
    candidates_.append(found);
  }
  options_.lay_out(option_counts);
  for (RunAt run = 0; run < runs_.size(); ++run) {
    for (const auto& candidate : candidates_[run]) {
      options_.fill(candidate.family, {run, candidate.least_children, candidate.own});
    }
  }
  for (FamilyAt family = 0; family < families_.size(); ++family) sort_options(options_.writable(family));
}

/// The rules about one family and one run but distance and money, the cheapest first.
bool Index::fits(const RunRow& row, FamilyAt at) const {
  const auto& family = families_[at];
  const auto& facts = facts_[at];
  const auto& offer = *row.offer;
  if (facts.age_min < offer.age_min || facts.age_max > offer.age_max) return false;
  if (!row.every_need) {
    if ((pairs_[at].needs & ~row.needs) != 0) return false;
    if (!needs_are_bits_ && !needs_are_catered_for(*family.family, offer)) return false;
  }
  if (facts.wheelchair && !offer.wheelchair_access.value_or(false)) return false;
  if (offer.staff_adults * facts.support_children < facts.support_adults * offer.staff_children) return false;
  if (family.children > row.most_children || offer.minimum_children > row.places_left) return false;
  if (family.most_groups == 0 || offer.vetting == Vetting::rejected || !may_spend(*family.family, offer) ||
      !is_not_forbidden(*family.family, *row.run)) {
    return false;
  }
  if (attends(*family.family, offer)) return true;
  if ((pairs_[at].interests & bit_of(row.activity)) == 0) return false;
  if (!interests_are_bits_ && !wants_activity(*family.family, offer)) return false;
  return is_free(*family.family, offer, *row.run);
}

std::optional<Candidate> Index::judge(RunAt run, FamilyAt at) const {
  const auto& row = runs_[run];
  const auto& facts = facts_[at];
  const bool is_far = facts.home.square_of_chord(row.place) > std::max(facts.square_of_reach, row.square_of_reach);
  if ((is_far && !row.offer->extra) || !fits(row, at)) return std::nullopt;
  const auto& family = families_[at];
  const auto& home = *family.family;
  const auto reach = attends(home, *row.offer) ? furthest_miles
                                               : std::max(home.max_miles, row.offer->collects_within_miles.value_or(0));
  const auto miles = miles_between(home.place, row.offer->place);
  if (miles > reach) return std::nullopt;
  for (auto size = std::max<std::int64_t>(family.children, row.offer->minimum_children); size <= row.most_children; ++size) {
    if (!row.prices->has(size) || row.prices->share(family.children, size) * row.run->sessions > family.headroom_pence) continue;
    return Candidate{at, static_cast<std::int32_t>(size), own_value(own_terms(row, home, miles))};
  }
  return std::nullopt;
}

const Candidate* Index::find_candidate(RunAt run, FamilyAt family) const {
  const auto list = candidates_[run];
  const auto found = std::lower_bound(list.begin(), list.end(), family,
                                      [](const Candidate& c, FamilyAt at) { return c.family < at; });
  return found != list.end() && found->family == family ? &*found : nullptr;
}

bool Index::wants(RunAt run, FamilyAt family) const {
  const auto& row = runs_[run];
  const bool may = (pairs_[family].interests & bit_of(row.activity)) != 0;
  if (interests_are_bits_ && !row.offer->extra) return may;
  return (may || row.offer->extra) && wants_activity(this->family(family), *row.offer);
}

std::optional<FamilyAt> Index::find_family(std::string_view id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? std::nullopt : std::optional(found->second);
}

// ---------------------------------------------------------------- changes in place

/// Families that named this one before it was here.
void Index::name_back(FamilyAt at) {
  if (!knows_who_named_) {
    knows_who_named_ = true;
    for (FamilyAt one = 0; one < families_.size(); ++one) {
      for (const auto* names : {&family(one).not_with, &family(one).with}) {
        for (const auto& id : *names) named_by_[id].push_back(one);
      }
    }
  } else {
    for (const auto* names : {&family(at).not_with, &family(at).with}) {
      for (const auto& id : *names) named_by_[id].push_back(at);
    }
  }
  const auto found = named_by_.find(family(at).id);
  if (found == named_by_.end()) return;
  for (const auto one : found->second) {
    if (find_family(family(one).id) != one) continue;
    read_company(one);
    read_pickiness(one);
  }
}

FamilyAt Index::add_family(const Family& family) {
  const auto at = static_cast<FamilyAt>(families_.size());
  if (!homes_.covers(family.place)) {
    homes_ = Homes(std::abs(family.place.lat));
    for (const auto& [id, one] : by_id_) homes_.add(this->family(one).place, this->family(one).max_miles, {marks_of(this->family(one)), one});
  }
  read_family(family);
  read_company(at);
  name_back(at);
  for (FamilyAt one = at; one < families_.size(); ++one) {
    read_pickiness(one);
  }
  if (pairs_[at].named != nobody) {
    for (const auto other : company_[pairs_[at].named].avoids) pairs_[other].is_picky = true;
  }
  std::vector<Option> options;
  for (RunAt run = 0; run < runs_.size(); ++run) {
    const auto& row = runs_[run];
    if (row.is_gone || (!row.offer->extra && (pairs_[at].interests & bit_of(row.activity)) == 0)) continue;
    const auto candidate = judge(run, at);
    if (!candidate) continue;
    candidates_.insert(run, candidates_[run].size(), *candidate);
    options.push_back({run, candidate->least_children, candidate->own});
  }
  sort_options(std::span<Option>(options));
  options_.append(options);
  return at;
}

void Index::remove_family(FamilyAt at) {
  for (const auto& option : options_[at]) {
    const auto list = candidates_[option.run];
    candidates_.erase(option.run, static_cast<std::size_t>(find_candidate(option.run, at) - list.data()));
  }
  options_.clear(at);
  homes_.remove(family(at).place, family(at).max_miles, at);
  by_id_.erase(family(at).id);
  families_[at].most_groups = 0;
}

std::vector<RunAt> Index::add_offer(const Offer& offer) {
  std::int64_t most_places = 0;
  for (const auto& run : offer.runs) most_places = std::max(most_places, run.places_left);
  prices_.push_back(std::make_unique<Prices>(offer, std::min(offer.maximum_children, most_places)));
  std::vector<RunAt> added;
  for (const auto& run : offer.runs) {
    const auto at = static_cast<RunAt>(runs_.size());
    runs_.push_back(row_of(offer, run, *prices_.back()));
    needs_are_bits_ = needs_.fits_bits();
    interests_are_bits_ = activities_.fits_bits();
    candidates_.append(candidates_of(at));
    for (const auto& candidate : candidates_[at]) {
      const auto options = options_[candidate.family];
      const Option option{at, candidate.least_children, candidate.own};
      const auto place = std::find_if(options.begin(), options.end(), [&](const Option& one) { return one.own < option.own; });
      options_.insert(candidate.family, static_cast<std::size_t>(place - options.begin()), option);
    }
    added.push_back(at);
  }
  return added;
}

void Index::remove_run(RunAt at) {
  for (const auto& candidate : candidates_[at]) {
    const auto options = options_[candidate.family];
    const auto found = std::find_if(options.begin(), options.end(), [&](const Option& one) { return one.run == at; });
    options_.erase(candidate.family, static_cast<std::size_t>(found - options.begin()));
  }
  candidates_.clear(at);
  runs_[at].places_left = runs_[at].most_children = 0;
  runs_[at].is_gone = true;
}

// ---------------------------------------------------------------- parts

Index::Index(const Index& all, std::span<const FamilyAt> families, std::span<const RunAt> runs,
             std::span<const std::int64_t> places_left)
    : policy_(all.policy_), needs_are_bits_(all.needs_are_bits_), interests_are_bits_(all.interests_are_bits_),
      company_is_bits_(all.company_is_bits_) {
  const auto number_in = [](const auto& list, auto at) -> std::uint32_t {
    const auto found = std::lower_bound(list.begin(), list.end(), at);
    return found != list.end() && *found == at ? static_cast<std::uint32_t>(found - list.begin()) : nobody;
  };
  const auto renumber = [&](const std::vector<FamilyAt>& from) {
    std::vector<FamilyAt> to;
    for (const auto at : from) {
      if (const auto number = number_in(families, at); number != nobody) to.push_back(number);
    }
    return to;
  };
  families_.reserve(families.size());
  pairs_.reserve(families.size());
  options_.reserve(families.size(), 8 * families.size());
  std::vector<Option> options;
  for (const auto at : families) {
    families_.push_back(all.families_[at]);
    auto row = all.pairs_[at];
    if (row.named != nobody) {
      const auto& from = all.company_[row.named];
      Company company{renumber(from.avoids), renumber(from.wishes)};
      row.named = nobody;
      if (!company.avoids.empty() || !company.wishes.empty()) {
        row.named = static_cast<std::uint32_t>(company_.size());
        company_.push_back(std::move(company));
      }
    }
    pairs_.push_back(row);
    read_pickiness(static_cast<FamilyAt>(pairs_.size() - 1));
    if (!needs_are_bits_) needs_of_.append(all.needs_of_[at]);
    if (!interests_are_bits_) interests_of_.append(all.interests_of_[at]);
    options.clear();
    for (auto option : all.options_[at]) {
      option.run = number_in(runs, option.run);
      if (option.run != nobody) options.push_back(option);
    }
    options_.append(options);
  }
  runs_.reserve(runs.size());
  std::vector<Candidate> candidates;
  for (std::size_t number = 0; number < runs.size(); ++number) {
    auto row = all.runs_[runs[number]];
    row.places_left = places_left[number];
    row.most_children = std::min(row.most_children, row.places_left);
    runs_.push_back(row);
    candidates.clear();
    for (auto candidate : all.candidates_[runs[number]]) {
      candidate.family = number_in(families, candidate.family);
      if (candidate.family != nobody) candidates.push_back(candidate);
    }
    candidates_.append(candidates);
  }
}

// ---------------------------------------------------------------- values

bool Index::may_meet(FamilyAt a, FamilyAt b) const {
  const auto& left = pairs_[a];
  const auto& right = pairs_[b];
  if (!left.is_picky && !right.is_picky) return true;
  if (left.named != nobody && has(company_[left.named].avoids, b)) return false;
  if (!company_is_bits_) {
    const auto& one = family(a);
    const auto& other = family(b);
    return cp::matching::may_meet(one, other) && can_talk(one, other);
  }
  if (((left.avoided_behaviours & right.behaviours) | (right.avoided_behaviours & left.behaviours)) != 0) return false;
  return (!left.needs_language && !right.needs_language) || (left.languages & right.languages) != 0;
}

bool Index::clash(RunAt a, RunAt b) const {
  return overlap(run(a), run(b)) && (a == b || !belong_together(offer(a), run(a), offer(b), run(b)));
}

OwnTerms Index::own_terms(const RunRow& row, const Family& family, double miles) const {
  OwnTerms terms;
  for (const auto& interest : family.interests) {
    if (interest.activity_type != row.offer->activity_type) continue;
    terms.interest = std::max(terms.interest, std::clamp<std::int64_t>(interest.weight, 0, 5) * whole / 5);
  }
  terms.distance = family.max_miles > 0
                       ? std::clamp<std::int64_t>(std::llround(1'000 * (1 - miles / family.max_miles)), 0, whole)
                       : whole;
  terms.waiting = std::clamp<std::int64_t>(family.days_waited, 0, longest_wait_days) * whole / longest_wait_days;
  // Served seldom, waiting long, hard to serve: a third each, whatever the run.
  const auto hard = family.open_runs ? whole / std::max<std::int64_t>(1, *family.open_runs) : 0;
  terms.fairness = (whole / (1 + family.groups_had) + terms.waiting + hard) / 3;
  const auto is_here = [&row](const auto& runs) { return std::find(runs.begin(), runs.end(), row.run->id) != runs.end(); };
  if (is_here(family.pinned)) terms.pinned = whole;
  if (const auto found = kept_.find(family.id); found != kept_.end() && is_here(found->second)) terms.kept = whole;
  return terms;
}

OwnTerms Index::own_terms(RunAt run, FamilyAt family) const {
  const auto& row = runs_[run];
  return own_terms(row, this->family(family), miles_between(this->family(family).place, row.offer->place));
}

std::int64_t Index::likeness_of_needs(FamilyAt a, FamilyAt b) const {
  return needs_are_bits_ ? likeness_of_bits(pairs_[a].needs, pairs_[b].needs)
                         : likeness_of_sets(needs_of_[a], needs_of_[b]);
}

std::int64_t Index::likeness_of_interests(FamilyAt a, FamilyAt b) const {
  return interests_are_bits_ ? likeness_of_bits(pairs_[a].interests, pairs_[b].interests)
                             : likeness_of_sets(interests_of_[a], interests_of_[b]);
}

PairTerms Index::pair_terms(FamilyAt a, FamilyAt b) const {
  const auto& left = pairs_[a];
  const auto& right = pairs_[b];
  PairTerms terms;
  const std::int64_t gap = std::abs(left.age_thousandths - right.age_thousandths);
  terms.ages = std::max<std::int64_t>(0, whole - gap / widest_age_gap_years);
  const auto alike = likeness_of_needs(a, b);
  terms.mixing = (left.mixing_base + right.mixing_base + (left.mixing_slope + right.mixing_slope) * alike) / 2;
  terms.shared_interests = likeness_of_interests(a, b);
  if (left.named != nobody && has(company_[left.named].wishes, b)) terms.together += whole / 2;
  if (right.named != nobody && has(company_[right.named].wishes, a)) terms.together += whole / 2;
  return terms;
}

/// The search asks little else: everything it calls is put in its place.
[[gnu::flatten]] std::int64_t Index::pair_value(FamilyAt a, FamilyAt b) const {
  const auto terms = pair_terms(a, b);
  const auto& weights = policy_.weights;
  return weights.ages * terms.ages + weights.mixing * terms.mixing +
         weights.shared_interests * terms.shared_interests + weights.together * terms.together;
}

std::int64_t Index::own_value(const OwnTerms& terms) const {
  const auto& weights = policy_.weights;
  return weights.placed * whole + weights.interest * terms.interest + weights.distance * terms.distance +
         weights.waiting * terms.waiting + weights.fairness * terms.fairness + weights.kept * terms.kept +
         weights.pinned * terms.pinned;
}

std::int64_t Index::score(RunAt run, std::span<const FamilyAt> group) const {
  std::int64_t size = 0, own = 0, pairs = 0, savings = 0;
  for (const auto family : group) size += children(family);
  for (std::size_t at = 0; at < group.size(); ++at) {
    own += own_value(own_terms(run, group[at]));
    savings += saving(run, children(group[at]), size);
    for (std::size_t other = 0; other < at; ++other) pairs += pair_value(group[at], group[other]);
  }
  const auto others = static_cast<std::int64_t>(group.size()) - 1;
  return own + policy_.weights.saving * savings + (others > 0 ? 2 * pairs / others : 0);
}

}  // namespace cp::matching
