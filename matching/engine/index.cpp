#include "matching/engine/index.hpp"

#include "matching/engine/rules.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <tuple>

namespace cp::matching {
namespace {

constexpr std::int64_t whole = 1'000;
/// After a year of waiting a family's wait counts fully. The evaluations saw 9 to 56 weeks.
constexpr std::int64_t longest_wait_days = 365;
/// Ages this far apart have nothing in common. No source; see docs/matching.md.
constexpr std::uint32_t widest_age_gap_years = 8;

using Numbers = std::span<const std::uint32_t>;

std::uint64_t bit_of(std::uint32_t number) { return std::uint64_t{1} << (number % 64); }

/// What two sets have in common of what they have together; two empty sets are alike.
std::uint32_t likeness(std::uint32_t common, std::uint32_t together) {
  return together == 0 ? static_cast<std::uint32_t>(whole) : static_cast<std::uint32_t>(whole) * common / together;
}
/// The same of up to 64 things each, by both counts: a division takes longer than all else about a pair.
constexpr std::size_t most_together = 64;
const auto likenesses = [] {
  std::array<std::array<std::uint16_t, 65>, most_together + 1> table{};
  for (std::uint32_t together = 0; together <= most_together; ++together) {
    for (std::uint32_t common = 0; common <= 64; ++common) table[together][common] = static_cast<std::uint16_t>(likeness(std::min(common, together), together));
  }
  return table;
}();
std::uint32_t likeness_of_bits(std::uint64_t a, std::uint32_t a_count, std::uint64_t b, std::uint32_t b_count) {
  const auto common = static_cast<std::uint32_t>(std::popcount(a & b));
  return likenesses[a_count + b_count - common][common];
}
std::uint32_t likeness_of_sets(Numbers a, Numbers b) {
  std::uint32_t common = 0;
  for (auto left = a.begin(), right = b.begin(); left != a.end() && right != b.end();) {
    if (*left < *right) ++left;
    else if (*right < *left) ++right;
    else ++common, ++left, ++right;
  }
  return likeness(common, static_cast<std::uint32_t>(a.size() + b.size()) - common);
}

std::int16_t interest_term(const Interest& interest) {
  return static_cast<std::int16_t>(std::clamp<std::int64_t>(interest.weight, 0, 5) * whole / 5);
}
std::int64_t distance_term(double miles, double most_miles) {
  return most_miles > 0 ? std::clamp<std::int64_t>(std::llround(1'000 * (1 - miles / most_miles)), 0, whole) : whole;
}
std::int64_t waiting_term(const Family& family) {
  return std::clamp<std::int64_t>(family.days_waited, 0, longest_wait_days) * whole / longest_wait_days;
}
/// Served seldom, waiting long, hard to serve: a third each, whatever the run.
std::int64_t fairness_term(const Family& family) {
  const auto hard = family.open_runs ? whole / std::max<std::int64_t>(1, *family.open_runs) : 0;
  return (whole / (1 + family.groups_had) + waiting_term(family) + hard) / 3;
}

bool has(const std::vector<FamilyAt>& set, FamilyAt at) { return std::binary_search(set.begin(), set.end(), at); }
void add(std::vector<FamilyAt>& set, FamilyAt at) {
  const auto place = std::lower_bound(set.begin(), set.end(), at);
  if (place == set.end() || *place != at) set.insert(place, at);
}

/// The numbers that those of a part have in it, as a table over what it spans: a part stands together.
class NumbersInPart {
 public:
  static constexpr std::uint32_t not_here = 0xFFFF'FFFF;
  /// `part` rises.
  explicit NumbersInPart(std::span<const std::uint32_t> part) {
    if (part.empty()) return;
    first_ = part.front();
    numbers_.assign(part.back() - first_ + 1, not_here);
    for (std::uint32_t number = 0; number < part.size(); ++number) numbers_[part[number] - first_] = number;
  }
  std::uint32_t operator[](std::uint32_t of_whole) const {
    const auto at = std::size_t{of_whole} - first_;
    return at < numbers_.size() ? numbers_[at] : not_here;
  }

 private:
  std::size_t first_ = 0;
  std::vector<std::uint32_t> numbers_;
};

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

/// Families are read in the order given, in which they lie in memory, and then put in the order of where they are.
void Index::read_families(const Instance& instance) {
  struct Row {
    std::uint64_t order = 0, digest = 0;
    std::uint32_t given = 0;
  };
  const auto& given = instance.families;
  std::vector<Row> rows;
  rows.reserve(given.size());
  for (std::uint32_t at = 0; at < given.size(); ++at) rows.push_back({order_of_place(given[at].place), 0, at});
  sort_by_place(rows, [&](const Row& row) { return digest_of(given[row.given]); },
                [&](const Row& row) -> const std::string& { return given[row.given].id; });
  std::vector<FamilyAt> number(given.size());
  for (FamilyAt at = 0; at < rows.size(); ++at) number[rows[at].given] = at;
  families_.resize(given.size());
  pairs_.resize(given.size());
  facts_.resize(given.size());
  by_id_.reserve(given.size());
  for (std::uint32_t at = 0; at < given.size(); ++at) read_family(given[at], number[at]);
  std::vector<std::uint32_t> order;
  order.reserve(rows.size());
  for (const auto& row : rows) order.push_back(row.given);
  hours_of_.put_in_order(order);
  interests_of_.put_in_order(order);
  wanting_.put_in_order(order);
  for (FamilyAt at = 0; at < families_.size(); ++at) {
    homes_.append(facts_[at].place, facts_[at].reach.miles(), pairs_[at].interests, at);
  }
  homes_.sort();
  for (FamilyAt at = 0; at < families_.size(); ++at) read_company(at);
  for (FamilyAt at = 0; at < families_.size(); ++at) read_pickiness(at);
}

/// Fills the family's rows and adds its lists to the end.
void Index::read_family(const Family& family, FamilyAt at) {
  auto& row = families_[at];
  row.family = &family;
  row.headroom_pence = family.headroom_pence;
  row.children = static_cast<std::int32_t>(family.children.size());
  row.most_groups = static_cast<std::int32_t>(std::clamp<std::int64_t>(
      std::min(policy_.groups_per_family, family.wished_groups.value_or(policy_.groups_per_family)), 0, 1'000));
  auto& facts = facts_[at];
  facts.place = family.place;
  facts.home = point_of(family.place);
  facts.reach = Reach(family.max_miles);
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
  facts.waiting = static_cast<std::int32_t>(waiting_term(family));
  facts.fairness = static_cast<std::int32_t>(fairness_term(family));
  facts.is_limited = !family.not_payable.empty() || !family.forbidden.empty();
  facts.has_wishes = !family.pinned.empty() || kept_.contains(family.id);
  pairs_[at] = pair_row_of(family);
  hours_of_.append({});
  for (const auto& slot : family.slots) {
    hours_of_.add({static_cast<std::int16_t>(slot.weekday), static_cast<std::int16_t>(slot.from_minute),
                   static_cast<std::int16_t>(slot.to_minute)});
  }
  by_id_.add(family.id, at);
}

Index::PairRow Index::pair_row_of(const Family& family) {
  PairRow row;
  row.named = nobody;
  row.needs_language = family.needs_shared_language;
  row.mixing_base = family.mixing == Mixing::similar ? 0 : static_cast<std::int16_t>(whole);
  row.mixing_slope = family.mixing == Mixing::either ? 0 : family.mixing == Mixing::similar ? 1 : -1;
  std::int64_t years = 0;
  for (const auto& child : family.children) {
    years += child.age_years;
    for (const auto& need : child.needs) row.needs |= bit_of(needs_.of(need));
    for (const auto& behaviour : child.behaviours) row.behaviours |= bit_of(behaviours_.of(behaviour));
  }
  row.age_thousandths = static_cast<std::int32_t>(years * whole / static_cast<std::int64_t>(family.children.size()));
  read_interests(family, row);
  row.need_count = static_cast<std::uint8_t>(std::popcount(row.needs));
  row.interest_count = static_cast<std::uint8_t>(std::popcount(row.interests));
  for (const auto& behaviour : family.not_with_behaviours) row.avoided_behaviours |= bit_of(behaviours_.of(behaviour));
  for (const auto& language : family.languages) row.languages |= bit_of(languages_.of(language));
  company_is_bits_ = behaviours_.fits_bits() && languages_.fits_bits();
  return row;
}

/// What the family wants, by number; of what it names twice the larger wish.
void Index::read_interests(const Family& family, PairRow& row) {
  struct Wanted {
    std::uint32_t activity;
    std::int16_t term;
  };
  std::vector<Wanted> wanted;
  wanted.reserve(family.interests.size());
  for (const auto& interest : family.interests) wanted.push_back({activities_.of(interest.activity_type), interest_term(interest)});
  std::sort(wanted.begin(), wanted.end(), [](const Wanted& a, const Wanted& b) {
    return a.activity != b.activity ? a.activity < b.activity : a.term > b.term;
  });
  interests_of_.append({});
  wanting_.append({});
  for (std::size_t at = 0; at < wanted.size(); ++at) {
    if (at > 0 && wanted[at].activity == wanted[at - 1].activity) continue;
    row.interests |= bit_of(wanted[at].activity);
    interests_of_.add(wanted[at].activity);
    wanting_.add(wanted[at].term);
  }
}

/// Of more kinds than bits the numbers are kept as well.
void Index::read_kinds() {
  needs_are_bits_ = needs_.fits_bits();
  interests_are_bits_ = activities_.fits_bits();
  if (needs_are_bits_) return;
  for (auto at = static_cast<FamilyAt>(needs_of_.size()); at < families_.size(); ++at) {
    std::vector<std::uint32_t> needs;
    for (const auto& child : family(at).children) {
      for (const auto& need : child.needs) needs.push_back(needs_.known(need));
    }
    std::sort(needs.begin(), needs.end());
    needs.erase(std::unique(needs.begin(), needs.end()), needs.end());
    needs_of_.append(needs);
  }
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
      for (const auto& id : group.families) {
        kept_[id].push_back(group.run);
        facts_[find_family(id).value()].has_wishes = true;
      }
      continue;
    }
    auto& agreed = agreed_.emplace_back();
    agreed.run = runs.at(group.run);
    for (const auto& id : group.families) agreed.families.push_back(find_family(id).value());
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
  read_kinds();
}

Index::RunRow Index::row_of(const Offer& offer, const Run& run, const Prices& prices) {
  RunRow row;
  row.offer = &offer;
  row.run = &run;
  row.prices = &prices;
  row.place = point_of(offer.place);
  row.reach = Reach(offer.collects_within_miles.value_or(0));
  row.places_left = run.places_left;
  row.least_children = offer.minimum_children;
  row.most_children = std::min(offer.maximum_children, row.places_left);
  row.age_min = offer.age_min;
  row.age_max = offer.age_max;
  row.staff_adults = offer.staff_adults;
  row.staff_children = offer.staff_children;
  row.activity = activities_.of(offer.activity_type);
  row.hours = {static_cast<std::int16_t>(run.weekday), static_cast<std::int16_t>(run.from_minute), static_cast<std::int16_t>(run.to_minute)};
  row.every_need = offer.needs_catered.empty();
  for (const auto& need : offer.needs_catered) row.needs |= bit_of(needs_.of(need));
  row.has_access = offer.wheelchair_access.value_or(false);
  row.is_rejected = offer.vetting == Vetting::rejected;
  row.is_extra = offer.extra.has_value();
  return row;
}

// ---------------------------------------------------------------- candidates

/// Who breaks none of the rules that are the same in every run of the offer; rising.
std::vector<Index::Suited> Index::suited_to(const RunRow& row) const {
  std::vector<Suited> suited;
  const auto look_at = [&](FamilyAt at) {
    if (suits(row, at) && is_near_enough(row, at)) suited.push_back({at, std::nullopt});
  };
  homes_.visit_near(row.offer->place, bit_of(row.activity), row.reach.miles(), look_at);
  if (row.is_extra) {
    for (const auto& id : row.offer->extra->attended_by) {
      if (const auto family = find_family(id)) look_at(*family);
    }
  }
  std::sort(suited.begin(), suited.end(), [](const Suited& a, const Suited& b) { return a.family < b.family; });
  suited.erase(std::unique(suited.begin(), suited.end(), [](const Suited& a, const Suited& b) { return a.family == b.family; }),
               suited.end());
  return suited;
}

void Index::append_candidates(const RunRow& row, std::span<Suited> suited) {
  candidates_.append({});
  for (auto& one : suited) {
    if (const auto candidate = judge(row, one)) candidates_.add(*candidate);
  }
}

void Index::find_candidates() {
  std::vector<std::uint32_t> option_counts(families_.size(), 0);
  std::vector<Suited> suited;
  for (RunAt run = 0; run < runs_.size(); ++run) {
    // Runs of an offer stand together.
    if (run == 0 || runs_[run].offer != runs_[run - 1].offer) suited = suited_to(runs_[run]);
    append_candidates(runs_[run], suited);
    for (const auto& candidate : candidates_[run]) ++option_counts[candidate.family];
  }
  options_.lay_out(option_counts);
  for (RunAt run = 0; run < runs_.size(); ++run) {
    for (const auto& candidate : candidates_[run]) {
      options_.fill(candidate.family, {run, candidate.least_children, candidate.own});
    }
  }
  for (FamilyAt family = 0; family < families_.size(); ++family) sort_options(options_.writable(family));
}

bool Index::wants_by_name(const RunRow& row, FamilyAt at) const { return wants_activity(family(at), *row.offer); }

bool Index::ages_fit(const RunRow& row, FamilyAt at) const {
  return facts_[at].age_min >= row.age_min && facts_[at].age_max <= row.age_max;
}

bool Index::needs_are_catered_for(const RunRow& row, FamilyAt at) const {
  if (row.every_need) return true;
  return (pairs_[at].needs & ~row.needs) == 0 && (needs_are_bits_ || cp::matching::needs_are_catered_for(family(at), *row.offer));
}

bool Index::can_get_in(const RunRow& row, FamilyAt at) const { return !facts_[at].wheelchair || row.has_access; }

bool Index::has_enough_support(const RunRow& row, FamilyAt at) const {
  return row.staff_adults * facts_[at].support_children >= facts_[at].support_adults * row.staff_children;
}

bool Index::has_room(const RunRow& row, FamilyAt at) const {
  return families_[at].children <= row.most_children && row.least_children <= row.places_left;
}

bool Index::may_spend(const RunRow& row, FamilyAt at) const {
  return !facts_[at].is_limited || cp::matching::may_spend(family(at), *row.offer);
}

bool Index::is_not_forbidden(const RunRow& row, FamilyAt at) const {
  return !facts_[at].is_limited || cp::matching::is_not_forbidden(family(at), *row.run);
}

bool Index::is_free(const RunRow& row, FamilyAt at) const {
  const auto hours = hours_of_[at];
  return std::any_of(hours.begin(), hours.end(), [&](const Hours& slot) {
    return slot.weekday == row.hours.weekday && slot.from_minute <= row.hours.from_minute && row.hours.to_minute <= slot.to_minute;
  });
}

bool Index::is_near_enough(const RunRow& row, FamilyAt at) const {
  const auto square = facts_[at].home.square_of_chord(row.place);
  if (facts_[at].reach.is_surely_more_than(square)) return true;
  if (!row.is_extra && facts_[at].reach.is_surely_less_than(square) && row.reach.is_surely_less_than(square)) return false;
  return cp::matching::is_near_enough(family(at), *row.offer);
}

/// The smallest group, in children, in which the family can pay its share.
std::optional<std::int32_t> Index::least_group(const RunRow& row, FamilyAt at) const {
  const auto& here = families_[at];
  for (auto size = std::max<std::int64_t>(here.children, row.least_children); size <= row.most_children; ++size) {
    if (!row.prices->has(size) || row.prices->share(here.children, size) * row.run->sessions > here.headroom_pence) continue;
    return static_cast<std::int32_t>(size);
  }
  return std::nullopt;
}

/// The rules that are the same in every run of an offer but distance, the cheapest first.
bool Index::suits(const RunRow& row, FamilyAt at) const {
  if (!ages_fit(row, at) || !needs_are_catered_for(row, at) || !can_get_in(row, at) || !has_enough_support(row, at) ||
      families_[at].most_groups == 0 || row.is_rejected || !may_spend(row, at)) {
    return false;
  }
  if (row.is_extra && attends(family(at), *row.offer)) return true;
  return (pairs_[at].interests & bit_of(row.activity)) != 0 && (interests_are_bits_ || wants_by_name(row, at));
}

/// The rules about the run itself, of a family that the offer suits.
std::optional<Candidate> Index::judge(const RunRow& row, Suited& one) const {
  const auto at = one.family;
  if (!has_room(row, at) || !is_not_forbidden(row, at)) return std::nullopt;
  if (!is_free(row, at) && !(row.is_extra && attends(family(at), *row.offer))) return std::nullopt;
  const auto least = least_group(row, at);
  if (!least) return std::nullopt;
  if (!one.miles) one.miles = miles_between(facts_[at].place, row.offer->place);
  return Candidate{at, *least, own_value(own_terms(row, at, *one.miles))};
}

std::optional<Candidate> Index::judge(RunAt run, FamilyAt at) const {
  const auto& row = runs_[run];
  Suited one{at, std::nullopt};
  return is_near_enough(row, at) && suits(row, at) ? judge(row, one) : std::nullopt;
}

std::uint32_t Index::broken_rules(RunAt run, FamilyAt at) const {
  const auto& row = runs_[run];
  if (row.is_extra) return cp::matching::broken_rules(family(at), *row.offer, *row.run);
  std::uint32_t broken = 0;
  const auto ask = [&broken](Rule rule, bool holds) { broken |= holds ? 0 : bit_of_rule(rule); };
  ask(Rule::activity, wants(run, at));
  ask(Rule::spending, may_spend(row, at));
  ask(Rule::vetting, !row.is_rejected);
  ask(Rule::age, ages_fit(row, at));
  ask(Rule::needs, needs_are_catered_for(row, at));
  ask(Rule::access, can_get_in(row, at));
  ask(Rule::support, has_enough_support(row, at));
  ask(Rule::distance, is_near_enough(row, at));
  ask(Rule::slot, is_free(row, at));
  ask(Rule::size, has_room(row, at));
  ask(Rule::share, least_group(row, at).has_value());
  ask(Rule::forbidden, is_not_forbidden(row, at));
  return broken;
}

const Candidate* Index::find_candidate(RunAt run, FamilyAt family) const {
  const auto list = candidates_[run];
  const auto found = std::lower_bound(list.begin(), list.end(), family,
                                      [](const Candidate& c, FamilyAt at) { return c.family < at; });
  return found != list.end() && found->family == family ? &*found : nullptr;
}

std::optional<FamilyAt> Index::find_family(std::string_view id) const {
  return by_id_.find(id, [this](FamilyAt at) -> std::string_view { return family(at).id; });
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
  families_.emplace_back();
  pairs_.emplace_back();
  facts_.emplace_back();
  read_family(family, at);
  read_kinds();
  homes_.add(family.place, family.max_miles, pairs_[at].interests, at);
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
  by_id_.remove(family(at).id, at);
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
    read_kinds();
    auto suited = suited_to(runs_[at]);
    append_candidates(runs_[at], suited);
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
  const NumbersInPart family_in(families), run_in(runs);
  const auto renumber = [&](const std::vector<FamilyAt>& from) {
    std::vector<FamilyAt> to;
    for (const auto at : from) {
      if (const auto number = family_in[at]; number != NumbersInPart::not_here) to.push_back(number);
    }
    return to;
  };
  families_.reserve(families.size());
  pairs_.reserve(families.size());
  options_.reserve(families.size(), 8 * families.size());
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
    options_.append({});
    for (auto option : all.options_[at]) {
      option.run = run_in[option.run];
      if (option.run != NumbersInPart::not_here) options_.add(option);
    }
  }
  runs_.reserve(runs.size());
  candidates_.reserve(runs.size(), 8 * families.size());
  for (std::size_t number = 0; number < runs.size(); ++number) {
    auto row = all.runs_[runs[number]];
    row.places_left = places_left[number];
    row.most_children = std::min(row.most_children, row.places_left);
    runs_.push_back(row);
    candidates_.append({});
    for (auto candidate : all.candidates_[runs[number]]) {
      candidate.family = family_in[candidate.family];
      if (candidate.family != NumbersInPart::not_here) candidates_.add(candidate);
    }
  }
}

// ---------------------------------------------------------------- values

bool Index::picky_may_meet(FamilyAt a, FamilyAt b) const {
  const auto& left = pairs_[a];
  const auto& right = pairs_[b];
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

OwnTerms Index::own_terms(const RunRow& row, FamilyAt at, double miles) const {
  const auto& facts = facts_[at];
  OwnTerms terms;
  const auto interests = interests_of_[at];
  const auto wanted = std::find(interests.begin(), interests.end(), row.activity);
  if (wanted != interests.end()) terms.interest = wanting_[at][static_cast<std::size_t>(wanted - interests.begin())];
  terms.distance = distance_term(miles, facts.reach.miles());
  terms.waiting = facts.waiting;
  terms.fairness = facts.fairness;
  if (!facts.has_wishes) return terms;
  const auto is_here = [&row](const auto& runs) { return std::find(runs.begin(), runs.end(), row.run->id) != runs.end(); };
  if (is_here(family(at).pinned)) terms.pinned = whole;
  if (const auto found = kept_.find(family(at).id); found != kept_.end() && is_here(found->second)) terms.kept = whole;
  return terms;
}

OwnTerms Index::own_terms(RunAt run, FamilyAt family) const {
  const auto& row = runs_[run];
  return own_terms(row, family, miles_between(this->family(family).place, row.offer->place));
}

std::uint32_t Index::likeness_of_needs(FamilyAt a, FamilyAt b) const {
  return needs_are_bits_ ? likeness_of_bits(pairs_[a].needs, pairs_[a].need_count, pairs_[b].needs, pairs_[b].need_count)
                         : likeness_of_sets(needs_of_[a], needs_of_[b]);
}

std::uint32_t Index::likeness_of_interests(FamilyAt a, FamilyAt b) const {
  return interests_are_bits_ ? likeness_of_bits(pairs_[a].interests, pairs_[a].interest_count, pairs_[b].interests, pairs_[b].interest_count)
                             : likeness_of_sets(interests_of_[a], interests_of_[b]);
}

/// But for *together*. Nothing here is below 0, and numbers without a sign are divided sooner.
inline PairTerms Index::terms_of(const PairRow& left, const PairRow& right, std::uint32_t needs_alike, std::uint32_t interests_alike) {
  PairTerms terms;
  const auto gap = static_cast<std::uint32_t>(std::abs(left.age_thousandths - right.age_thousandths));
  terms.ages = std::max<std::int64_t>(0, whole - gap / widest_age_gap_years);
  const auto slope = (left.mixing_slope + right.mixing_slope) * static_cast<std::int32_t>(needs_alike);
  terms.mixing = static_cast<std::uint32_t>(left.mixing_base + right.mixing_base + slope) / 2;
  terms.shared_interests = interests_alike;
  return terms;
}

PairTerms Index::pair_terms(FamilyAt a, FamilyAt b) const {
  auto terms = terms_of(pairs_[a], pairs_[b], likeness_of_needs(a, b), likeness_of_interests(a, b));
  terms.together = together_term(a, b);
  return terms;
}

std::int64_t Index::together_term(FamilyAt a, FamilyAt b) const {
  const auto wishes = [this](FamilyAt one, FamilyAt other) {
    return pairs_[one].named != nobody && has(company_[pairs_[one].named].wishes, other);
  };
  return (wishes(a, b) ? whole / 2 : 0) + (wishes(b, a) ? whole / 2 : 0);
}

std::int64_t Index::weighed(const PairTerms& terms) const {
  const auto& weights = policy_.weights;
  return weights.ages * terms.ages + weights.mixing * terms.mixing +
         weights.shared_interests * terms.shared_interests + weights.together * terms.together;
}

[[gnu::noinline]] std::int64_t Index::pair_value_by_terms(FamilyAt a, FamilyAt b) const { return weighed(pair_terms(a, b)); }

[[gnu::noinline]] std::int64_t Index::with_together(std::int64_t value, FamilyAt a, FamilyAt b) const {
  return value + policy_.weights.together * together_term(a, b);
}

/// The search asks little else: what most pairs need is put in its place, and what few need is called last.
std::int64_t Index::pair_value(FamilyAt a, FamilyAt b) const {
  if (!needs_are_bits_ || !interests_are_bits_) return pair_value_by_terms(a, b);
  const auto& left = pairs_[a];
  const auto& right = pairs_[b];
  const auto value = weighed(terms_of(left, right, likeness_of_bits(left.needs, left.need_count, right.needs, right.need_count),
                                      likeness_of_bits(left.interests, left.interest_count, right.interests, right.interest_count)));
  const bool is_named = (left.named & right.named) != nobody;
  return is_named ? with_together(value, a, b) : value;
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
    const auto* here = find_candidate(run, group[at]);
    own += here ? here->own : own_value(own_terms(run, group[at]));
    savings += saving(run, children(group[at]), size);
    for (std::size_t other = 0; other < at; ++other) pairs += pair_value(group[at], group[other]);
  }
  const auto others = static_cast<std::int64_t>(group.size()) - 1;
  return own + policy_.weights.saving * savings + (others > 0 ? 2 * pairs / others : 0);
}

}  // namespace cp::matching
