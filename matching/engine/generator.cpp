#include "matching/engine/generator.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <string>

namespace cp::matching {
namespace {

constexpr std::array<const char*, 10> activity_types{
    "swimming", "music",       "cookery", "climbing", "youth club",
    "football", "outdoor day", "cinema",  "art",      "holiday scheme"};

struct NeedShare {
  const char* need;
  double share;
};
/// The first three shares and that of `palliative` are from the pilot; the rest is invented.
constexpr std::array<NeedShare, 8> need_shares{{{"learning", 0.94},
                                                {"communication", 0.89},
                                                {"personal care", 0.85},
                                                {"autism", 0.45},
                                                {"behaviour", 0.30},
                                                {"physical", 0.25},
                                                {"sensory", 0.15},
                                                {"palliative", 0.08}}};

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed * 0x9E3779B97F4A7C15 + 0x632BE59BD9B4E019) {}
  /// From 0 up to, not including, 1.
  double part() {
    state_ ^= state_ >> 12;
    state_ ^= state_ << 25;
    state_ ^= state_ >> 27;
    return static_cast<double>((state_ * 0x2545F4914F6CDD1D) >> 11) / 9'007'199'254'740'992.0;
  }
  bool chance(double probability) { return part() < probability; }
  std::int64_t between(std::int64_t least, std::int64_t most) {
    return least + static_cast<std::int64_t>(part() * static_cast<double>(most - least + 1));
  }
  /// Chooses an index by weights.
  template <std::size_t N>
  std::size_t by_weight(const std::array<std::int64_t, N>& weights) {
    std::int64_t sum = 0;
    for (const auto weight : weights) sum += weight;
    auto point = between(0, sum - 1);
    for (std::size_t at = 0; at < N; ++at) {
      if (point < weights[at]) return at;
      point -= weights[at];
    }
    return N - 1;
  }
  double lognormal(double median, double sigma) {
    const double radius = std::sqrt(-2 * std::log(1 - part()));
    return median * std::exp(sigma * radius * std::cos(2 * std::numbers::pi * part()));
  }

 private:
  std::uint64_t state_;
};

/// Numbers with leading zeros, so that the order of the texts is that of the numbers.
std::string id_of(const char* kind, std::int64_t number) {
  const auto digits = std::to_string(number);
  return kind + std::string(digits.size() < 7 ? 7 - digits.size() : 0, '0') + digits;
}

std::int64_t towns_of(const Shape& shape) {
  return std::max<std::int64_t>(1, (shape.families + shape.families_per_town / 2) / shape.families_per_town);
}

/// Towns stand in a square, so near each other that a few families at the edge of one may go to the next.
Place town_at(std::int64_t town, std::int64_t towns) {
  const auto side = static_cast<std::int64_t>(std::ceil(std::sqrt(static_cast<double>(towns))));
  return {52.4 - 0.36 * static_cast<double>(town / side), -1.5 + 0.58 * static_cast<double>(town % side)};
}

Place some_place(Dice& dice, Place town) {
  // A town and what is around it: ten miles or so across, denser in the middle.
  const auto around = [&dice] { return (dice.part() + dice.part() - 1) * 0.12; };
  const auto lat = town.lat + around();
  return {lat, town.lon + around() * 1.6};
}

const char* some_activity(Dice& dice) {
  return activity_types[static_cast<std::size_t>(dice.between(0, activity_types.size() - 1))];
}

std::int64_t some_age(Dice& dice) {
  constexpr std::array<std::int64_t, 4> children{11, 49, 38, 28};  // of 126
  switch (dice.by_weight(children)) {
    case 0: return dice.between(2, 5);
    case 1: return dice.between(6, 13);
    case 2: return dice.between(14, 15);
    default: return dice.between(16, 18);
  }
}

Child some_child(Dice& dice, std::int64_t family, std::int64_t number, std::int64_t age) {
  Child child;
  child.id = id_of("c", family) + "-" + std::to_string(number);
  child.age_years = age;
  for (const auto& [need, share] : need_shares) {
    if (dice.chance(share)) child.needs.emplace_back(need);
  }
  constexpr std::array<std::int64_t, 4> ratios{10, 30, 35, 25};  // 2:1, 1:1, 1:2, 1:3; invented
  const auto ratio = dice.by_weight(ratios);
  child.support_adults = ratio == 0 ? 2 : 1;
  child.support_children = ratio == 0 ? 1 : static_cast<std::int64_t>(ratio);
  child.wheelchair = dice.chance(0.15);
  return child;
}

/// Mornings, afternoons and evenings of the week; after school on school days.
void add_slots(Dice& dice, double density, Family& family) {
  for (std::int64_t weekday = 1; weekday <= 5; ++weekday) {
    if (dice.chance(density)) family.slots.push_back({weekday, 15 * 60 + 30, 20 * 60});
  }
  for (std::int64_t weekday = 6; weekday <= 7; ++weekday) {
    if (dice.chance(density)) family.slots.push_back({weekday, 9 * 60, 13 * 60});
    if (dice.chance(density)) family.slots.push_back({weekday, 13 * 60, 18 * 60});
  }
}

/// Who may meet whom, what may be paid for and what there was before: all of it invented.
void add_company(Dice& dice, Family& family) {
  constexpr std::array<const char*, 4> behaviours{"shouting", "biting", "running off", "throwing"};
  constexpr std::array<const char*, 4> other_languages{"Urdu", "Polish", "Punjabi", "British Sign Language"};
  const auto one_of = [&dice](const auto& list) { return list[static_cast<std::size_t>(dice.between(0, 3))]; };
  for (auto& child : family.children) {
    const auto& needs = child.needs;
    const bool often = std::find(needs.begin(), needs.end(), "behaviour") != needs.end();
    if (dice.chance(often ? 0.3 : 0.02)) child.behaviours.emplace_back(one_of(behaviours));
  }
  if (dice.chance(0.05)) family.not_with_behaviours.emplace_back(one_of(behaviours));
  const bool other = dice.chance(0.15);
  if (other) family.languages.emplace_back(one_of(other_languages));
  if (!other || dice.chance(0.7)) family.languages.emplace_back("English");
  family.needs_shared_language = dice.chance(other ? 0.3 : 0.01);
  if (dice.chance(0.05)) family.not_payable.emplace_back(some_activity(dice));
  if (dice.chance(0.3)) family.wished_groups = dice.between(1, 2);
  family.groups_had = dice.between(0, 3);
}

Family some_family(Dice& dice, const Shape& shape, std::int64_t number) {
  Family family;
  family.id = id_of("f", number);
  // Children a home: 31, 60, 22, 8, 0 of 126. The first takes part; others now and then (invented).
  constexpr std::array<std::int64_t, 4> homes{31, 60, 22, 8};
  const auto at_home = static_cast<std::int64_t>(dice.by_weight(homes)) + 1;
  const auto age = some_age(dice);
  for (std::int64_t child = 1; child <= at_home; ++child) {
    if (child > 1 && !dice.chance(0.15)) continue;
    const auto its_age = child == 1 ? age : std::clamp<std::int64_t>(age + dice.between(-3, 3), 2, 18);
    family.children.push_back(some_child(dice, number, child, its_age));
  }
  const auto towns = towns_of(shape);
  family.place = some_place(dice, town_at(number % towns, towns));
  family.max_miles = static_cast<double>(dice.between(3, 15));
  add_slots(dice, 0.15 + 0.7 * shape.density, family);
  for (const auto* type : activity_types) {
    if (dice.chance(0.05 + 0.5 * shape.density)) family.interests.push_back({type, dice.between(1, 5)});
  }
  if (family.interests.empty()) {
    family.interests.push_back({some_activity(dice), 5});
  }
  constexpr std::array<std::int64_t, 3> wishes{7, 5, 13};  // of 25 parents
  family.mixing = static_cast<Mixing>(dice.by_weight(wishes));
  // Earlier families of the same town.
  const auto earlier = (number - 1) / towns;
  const auto neighbour = [&] { return id_of("f", number - towns * dice.between(1, earlier)); };
  if (earlier > 0 && dice.chance(0.05)) family.not_with.push_back(neighbour());
  if (earlier > 0 && dice.chance(0.10)) family.with.push_back(neighbour());
  if (family.with == family.not_with) family.with.clear();
  // 30 % of a year's budget: the part one pilot let families pool without asking.
  family.headroom_pence = static_cast<std::int64_t>(dice.lognormal(150.0, 0.8) * 52 * 0.30 * 100);
  family.days_waited = dice.between(0, 56 * 7);
  add_company(dice, family);
  return family;
}

void add_tiers(Dice& dice, Offer& offer) {
  const auto fixed = dice.between(40, 160) * 100;
  const auto child = dice.between(6, 20) * 100;
  const auto hour = dice.chance(0.5) ? dice.between(12, 25) * 100 + dice.between(0, 99) : 0;
  const std::int64_t from = dice.chance(0.7) ? 1 : offer.minimum_children;
  offer.tiers.push_back({from, fixed, child, hour});
  if (offer.maximum_children > from + 3 && dice.chance(0.6)) {
    offer.tiers.push_back({from + 3, fixed, child * 8 / 10, hour});
  }
}

void add_runs(Dice& dice, Offer& offer, std::int64_t number) {
  const auto count = dice.between(1, 3);
  for (std::int64_t at = 1; at <= count; ++at) {
    Run run;
    run.id = id_of("r", number) + "-" + std::to_string(at);
    run.weekday = dice.between(1, 7);
    run.from_minute = run.weekday <= 5 ? 16 * 60 + 30 * dice.between(0, 3) : 9 * 60 + 30 * dice.between(0, 14);
    run.to_minute = run.from_minute + offer.minutes_per_session;
    run.sessions = dice.between(6, 12);
    run.places_left = offer.maximum_children * dice.between(1, 2) - dice.between(0, 2);
    offer.runs.push_back(std::move(run));
  }
}

Offer some_offer(Dice& dice, const Shape& shape, std::int64_t number) {
  Offer offer;
  offer.id = id_of("o", number);
  offer.provider_id = id_of("p", (number + 1) / 2);
  offer.activity_type = some_activity(dice);
  offer.title = offer.activity_type + " " + std::to_string(number);
  offer.age_min = dice.between(0, 10);
  offer.age_max = std::min<std::int64_t>(25, offer.age_min + dice.between(6, 12));
  if (!dice.chance(0.3 + 0.5 * shape.density)) {
    for (const auto& [need, share] : need_shares) {
      if (dice.chance(0.5 + 0.5 * share)) offer.needs_catered.emplace_back(need);
    }
  }
  if (dice.chance(0.8)) offer.wheelchair_access = dice.chance(0.7);
  constexpr std::array<std::int64_t, 3> ratios{30, 40, 30};  // 2:1, 1:1, 1:2
  const auto ratio = dice.by_weight(ratios);
  offer.staff_adults = ratio == 0 ? 2 : 1;
  offer.staff_children = ratio == 2 ? 2 : 1;
  const auto towns = towns_of(shape);
  offer.place = some_place(dice, town_at(number % towns, towns));
  offer.minimum_children = dice.between(2, 4);
  offer.maximum_children = offer.minimum_children + dice.between(1, 6);
  offer.minutes_per_session = 60 + 30 * dice.between(0, 4);
  constexpr std::array<std::int64_t, 4> vetting{70, 15, 10, 5};
  offer.vetting = static_cast<Vetting>(dice.by_weight(vetting));
  add_tiers(dice, offer);
  add_runs(dice, offer, number);
  if (dice.chance(0.08)) offer.collects_within_miles = static_cast<double>(dice.between(4, 12));
  return offer;
}

}  // namespace

Shape shape_of(Density density, std::int64_t families, std::int64_t offers, std::uint64_t seed) {
  switch (density) {
    case Density::sparse: return {families, offers, 0.0, seed, 1'200};
    case Density::medium: return {families, offers, 0.5, seed, 1'000};
    case Density::dense: return {families, offers, 1.0, seed, 600};
  }
  return {families, offers, 0.5, seed, 1'000};
}

Instance generate(const Shape& shape) {
  Dice dice(shape.seed);
  Instance instance;
  instance.policy = Policy{};
  instance.families.reserve(static_cast<std::size_t>(shape.families));
  instance.offers.reserve(static_cast<std::size_t>(shape.offers));
  for (std::int64_t number = 1; number <= shape.families; ++number) {
    instance.families.push_back(some_family(dice, shape, number));
  }
  for (std::int64_t number = 1; number <= shape.offers; ++number) {
    instance.offers.push_back(some_offer(dice, shape, number));
  }
  return instance;
}

}  // namespace cp::matching
