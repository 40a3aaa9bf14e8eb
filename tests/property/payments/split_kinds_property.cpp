// Every kind of split against an oracle that counts in exact rational numbers and finds who carries
// what in another way. A failure prints the seed and the case, which repeat it.
#include "payments/splitting/penny_flow.hpp"
#include "payments/splitting/split.hpp"

#include <boost/multiprecision/cpp_int.hpp>
#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <random>

namespace cp::payments {
namespace {

using Rational = boost::multiprecision::cpp_rational;

std::uint64_t seed() {
  const char* asked = std::getenv("COMMONPURSE_TEST_SEED");
  return asked ? std::strtoull(asked, nullptr, 10) : 20'261'124;
}

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : random_(seed) {}
  std::int64_t pick(std::int64_t least, std::int64_t most) {
    return std::uniform_int_distribution<std::int64_t>(least, most)(random_);
  }
  bool one_in(std::int64_t number) { return pick(1, number) == 1; }
  template <class T>
  void shuffle(std::vector<T>& items) {
    std::shuffle(items.begin(), items.end(), random_);
  }

 private:
  std::mt19937_64 random_;
};

Id<"family"> family(std::uint64_t number) {
  auto text = std::string("00000000-0000-7000-8000-000000000000");
  for (auto at = text.size(); number > 0; number /= 16) text[--at] = "0123456789abcdef"[number % 16];
  return Id<"family">(text);
}

std::string text(const std::optional<Money>& amount) { return amount ? std::to_string(amount->pence()) : "-"; }

std::string text(const SplitTerms& terms) {
  auto words = std::string(name(terms.kind)) + " " + std::to_string(terms.price_per_session.pence()) + " p, " +
               std::to_string(terms.sessions) + " sessions";
  for (const auto price : terms.prices) words += " " + std::to_string(price.pence());
  for (const auto& cost : terms.costs) words += " cost " + text(cost.per_session) + "+" + text(cost.once);
  for (const auto& party : terms.parties) {
    words += "\n  weight " + std::to_string(party.weight) + " ratio " + std::to_string(party.ratio.adults) + ":" +
             std::to_string(party.ratio.children) + " fixed " + text(party.fixed) + " can " + text(party.can_pay) +
             " headroom " + text(party.headroom) + " to " + text(party.carries_to) + " carried " +
             std::to_string(party.carried) + " minutes";
    for (const auto minutes : party.minutes) words += " " + std::to_string(minutes);
  }
  return words;
}

// ---------------------------------------------------------------- the oracle

Money price_at(const SplitTerms& terms, std::int64_t session) {
  auto price = terms.prices.empty() ? terms.price_per_session : terms.prices[static_cast<std::size_t>(session)];
  for (const auto& cost : terms.costs) {
    price += cost.per_session + Money(cost.once.pence() * (session + 1) / terms.sessions) -
             Money(cost.once.pence() * session / terms.sessions);
  }
  return price;
}

Rational weight_of(const SplitTerms& terms, const Party& party, std::int64_t session) {
  switch (terms.kind) {
    case SplitKind::equal: return 1;
    case SplitKind::by_hours: return party.minutes[static_cast<std::size_t>(session)];
    case SplitKind::by_support_ratio: return Rational(party.weight * party.ratio.adults, party.ratio.children);
    default: return party.weight;
  }
}

Rational rounded_down(const Rational& value) {
  boost::multiprecision::cpp_int down = numerator(value) / denominator(value);
  if (value < 0 && Rational(down) != value) --down;
  return Rational(down);
}
Rational rounded_up(const Rational& value) { return -rounded_down(-value); }

struct Expected {
  bool refused = false;
  std::vector<std::vector<Rational>> shares;  // by session, by party
};

/// The level of "everybody pays min(limit, level x weight)" is looked for among the limits in their order.
bool fill(Rational rest, std::vector<std::pair<Rational, Rational>> limits_and_weights, std::vector<Rational>& paid) {
  std::vector<std::size_t> order(paid.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(), [&](auto a, auto b) {
    return limits_and_weights[a].first * limits_and_weights[b].second <
           limits_and_weights[b].first * limits_and_weights[a].second;
  });
  Rational weights = 0;
  for (const auto& [limit, weight] : limits_and_weights) weights += weight;
  for (std::size_t at = 0; at < order.size(); ++at) {
    const auto& [limit, weight] = limits_and_weights[order[at]];
    if (rest * weight <= limit * weights) {
      for (; at < order.size(); ++at) paid[order[at]] = rest * limits_and_weights[order[at]].second / weights;
      return true;
    }
    paid[order[at]] = limit;
    rest -= limit;
    weights -= weight;
  }
  return rest == 0;
}

Expected expect(const SplitTerms& terms) {
  Expected expected;
  const auto members = terms.parties.size();
  std::vector<Rational> totals(members, 0);
  std::vector<std::int64_t> paying(members, 0), taking_part(members, 0);
  for (std::int64_t session = 0; session < terms.sessions; ++session) {
    Rational rest = price_at(terms, session).pence();
    Rational weights = 0;
    for (const auto& party : terms.parties) {
      if (party.fixed) rest -= party.fixed->pence();
      else weights += weight_of(terms, party, session);
    }
    if (rest < 0 || (weights == 0 && rest != 0)) return {true, {}};
    std::vector<Rational> shares;
    for (std::size_t i = 0; i < members; ++i) {
      const auto& party = terms.parties[i];
      const auto weight = weight_of(terms, party, session);
      shares.push_back(party.fixed ? Rational(party.fixed->pence()) : weights == 0 ? Rational(0) : Rational(rest * weight / weights));
      totals[i] += shares.back();
      paying[i] += shares.back() > 0 ? 1 : 0;
      taking_part[i] += weight > 0 ? 1 : 0;
    }
    expected.shares.push_back(shares);
  }
  for (std::int64_t session = 0; session < terms.sessions; ++session) {
    auto& shares = expected.shares[static_cast<std::size_t>(session)];
    std::vector<std::size_t> carriers;
    std::vector<std::pair<Rational, Rational>> limits;
    Rational rest = 0;
    for (std::size_t i = 0; i < members; ++i) {
      const auto& party = terms.parties[i];
      std::optional<Rational> limit, tight;
      if (party.can_pay) limit = tight = Rational(party.can_pay->pence());
      if (party.headroom && taking_part[i] > 0) {
        const Rational raised = rounded_down(shares[i] + (party.headroom->pence() - totals[i]) / taking_part[i]);
        tight = tight ? std::min(*tight, raised) : raised;
      }
      if (party.headroom && totals[i] > party.headroom->pence()) {
        const Rational even = party.headroom->pence() / paying[i];
        limit = limit ? std::min(*limit, even) : even;
      }
      if (limit && shares[i] > *limit) {
        rest += shares[i] - *limit;
        shares[i] = *limit;
      } else if (party.carries_to && !party.fixed && weight_of(terms, party, session) > 0) {
        const Rational to = party.carries_to->pence();
        const auto most = tight ? std::min(*tight, to) : to;
        if (shares[i] > most) continue;
        carriers.push_back(i);
        limits.emplace_back(most, weight_of(terms, party, session));
      }
    }
    if (rest == 0) continue;
    for (const auto i : carriers) rest += shares[i];
    std::vector<Rational> paid(carriers.size());
    if (!fill(rest, limits, paid)) return {true, {}};
    for (std::size_t at = 0; at < carriers.size(); ++at) shares[carriers[at]] = paid[at];
  }
  return expected;
}

// ---------------------------------------------------------------- the promises

/// `fine`: how far from the exact sum a share may be, and it is a penny but for denominators of
/// more than eighteen digits.
std::string broken_promise(const SplitTerms& terms, const Expected& expected, const Split& found, const Rational& fine) {
  const auto members = terms.parties.size();
  if (found.shares.size() != members * static_cast<std::size_t>(terms.sessions)) return "shares are missing";
  std::vector<Rational> ahead(members, 0);
  std::vector<std::int64_t> paid(members, 0);
  for (std::int64_t session = 0; session < terms.sessions; ++session) {
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < members; ++i) {
      const auto& share = found.shares[static_cast<std::size_t>(session) * members + i];
      const auto& party = terms.parties[i];
      if (share.family != party.family || share.session != terms.first_session + session) return "a share is out of order";
      const auto pence = share.amount.pence();
      const auto& exact = expected.shares[static_cast<std::size_t>(session)][i];
      sum += pence;
      paid[i] += pence;
      ahead[i] += pence - exact;
      if (pence < 0) return "a share is negative";
      if (pence < rounded_down(exact - fine) || pence > rounded_up(exact + fine)) return "a share is not the exact one, rounded";
      if (ahead[i] >= 1 + fine || ahead[i] <= -1 - fine) return "somebody is a penny off";
      if (party.fixed && !party.can_pay && !party.headroom && share.amount != *party.fixed) return "a fixed part changed";
      if (party.can_pay && share.amount > *party.can_pay) return "somebody pays more than they can";
    }
    if (sum != price_at(terms, session).pence()) return "a session does not add up";
    std::int64_t rounding = 0;
    for (std::size_t i = 0; i < members; ++i) {
      const auto& share = found.shares[static_cast<std::size_t>(session) * members + i];
      const Rational above = (share.amount.pence() - expected.shares[static_cast<std::size_t>(session)][i]) * 1'000'000'000;
      if (abs(above - share.rounding) > 1 + fine * 1'000'000'000) return "the rounding of a share is wrong";
      rounding += share.rounding;
    }
    if (rounding != 0) return "the rounding of a session does not add up to nothing";
  }
  std::int64_t carried = 0;
  for (std::size_t i = 0; i < members; ++i) {
    if (found.members[i].total.pence() != paid[i]) return "a total is wrong";
    if (terms.parties[i].headroom && paid[i] > terms.parties[i].headroom->pence()) return "above the headroom";
    const Rational off = ahead[i] * 1'000'000'000 - found.members[i].carried;
    if (abs(off) > terms.sessions + fine * 1'000'000'000) return "the rounding carried out is wrong";
    carried += found.members[i].carried;
    if (found.members[i].derivation.empty()) return "no derivation";
  }
  if (carried != 0) return "the rounding carried out does not add up to nothing";
  return {};
}

bool same(const Split& a, const Split& b) {
  return std::equal(a.shares.begin(), a.shares.end(), b.shares.begin(), b.shares.end(),
                    [](const SessionShare& x, const SessionShare& y) {
                      return x.family == y.family && x.session == y.session && x.amount == y.amount;
                    });
}

// ---------------------------------------------------------------- the cases

SplitTerms make_terms(Dice& dice, SplitKind kind) {
  SplitTerms terms;
  terms.kind = kind;
  terms.price_per_session = Money(dice.one_in(4) ? dice.pick(0, 60) : dice.one_in(20) ? dice.pick(0, 3'000'000'000) : dice.pick(0, 50'000));
  terms.sessions = dice.pick(1, dice.one_in(10) ? 30 : 8);
  terms.first_session = dice.pick(1, 20);
  const bool even_minutes = dice.one_in(2);
  const auto members = dice.pick(1, dice.one_in(10) ? 20 : 7);
  for (std::int64_t i = 0; i < members; ++i) {
    Party party;
    party.family = family(static_cast<std::uint64_t>(i) * 7 + 1);
    party.weight = dice.pick(1, dice.one_in(20) ? most_weight : 6);
    party.ratio = {dice.pick(1, dice.one_in(5) ? most_ratio : 3), dice.pick(1, dice.one_in(5) ? most_ratio : 3)};
    const auto usual = 15 * dice.pick(2, 12);
    for (std::int64_t session = 0; session < terms.sessions; ++session) {
      party.minutes.push_back(even_minutes ? (dice.one_in(5) ? 0 : usual) : dice.pick(0, 400));
    }
    terms.parties.push_back(std::move(party));
  }
  if (dice.one_in(4)) {
    for (std::int64_t session = 0; session < terms.sessions; ++session) terms.prices.push_back(Money(dice.pick(0, 20'000)));
  }
  if (dice.one_in(3)) {
    terms.costs.push_back({CostKind::insurance, "cover", Money(dice.pick(0, 1) * dice.pick(0, 500)), Money(dice.pick(0, 9'000))});
  }
  return terms;
}

void add_limits(Dice& dice, SplitTerms& terms) {
  const auto even = terms.price_per_session.pence() / static_cast<std::int64_t>(terms.parties.size());
  for (auto& party : terms.parties) {
    if (dice.one_in(6)) party.fixed = Money(dice.pick(0, even + 1));
    if (dice.one_in(4)) party.can_pay = Money(dice.pick(0, 2 * even + 2));
    if (dice.one_in(5)) party.headroom = Money(dice.pick(0, 2 * (even + 1) * terms.sessions));
    if (!dice.one_in(3)) party.carries_to = Money(dice.pick(even, 3 * even + 3));
  }
}

constexpr SplitKind kinds[] = {SplitKind::equal, SplitKind::by_child, SplitKind::by_hours, SplitKind::by_support_ratio,
                               SplitKind::by_weight};

void campaign(bool limits, int cases, int& refused) {
  Dice dice(seed() + (limits ? 1 : 0));
  for (int number = 0; number < cases; ++number) {
    auto terms = make_terms(dice, kinds[number % 5]);
    if (limits) add_limits(dice, terms);
    const auto expected = expect(terms);
    const auto found = split(terms);
    const auto where = "seed " + std::to_string(seed()) + ", case " + std::to_string(number) + ": ";
    if (found.has_value() == expected.refused) FAIL(where << (found ? "not refused" : found.error().code + " " + found.error().detail) << ": " << text(terms));
    if (!found) {
      ++refused;
      continue;
    }
    auto broken = broken_promise(terms, expected, *found, Rational(1, 1'000'000'000'000));
    if (broken.empty() && number % 8 == 0) {
      dice.shuffle(terms.parties);
      if (!same(*found, *split(terms))) broken = "the order of families matters";
    }
    if (!broken.empty()) FAIL(where << broken << ": " << text(terms));
  }
}

TEST_CASE("every kind of split is exact") {
  int refused = 0;
  campaign(false, 25'000, refused);
  CHECK(refused < 5'000);
}

TEST_CASE("fixed parts, limits and carrying are exact, or refused") {
  int refused = 0;
  campaign(true, 25'000, refused);
  CHECK(refused > 1'000);
  CHECK(refused < 20'000);
}

/// Splits one after another, with families that come and go: what is carried counts for ever.
TEST_CASE("over many splits nobody is more than a penny off") {
  Dice dice(seed() + 2);
  for (int number = 0; number < 3'000; ++number) {
    std::map<std::string, std::int64_t> carried;
    std::map<std::string, Rational> ahead;
    auto first = make_terms(dice, kinds[number % 5]);
    const bool same_families = dice.one_in(2);
    for (int part = 0; part < 12; ++part) {
      auto terms = make_terms(dice, kinds[static_cast<std::size_t>(dice.pick(0, 4))]);
      if (same_families) {
        for (auto& party : terms.parties) party.minutes.resize(static_cast<std::size_t>(terms.sessions), 60);
        const auto sessions = static_cast<std::size_t>(terms.sessions);
        terms.parties = first.parties;
        for (auto& party : terms.parties) party.minutes.assign(sessions, dice.pick(30, 90));
      }
      // Shares of less than a penny or two cannot make up for a penny at once; see below.
      terms.prices.clear();
      terms.price_per_session += Money(static_cast<std::int64_t>(terms.parties.size()) * 200'000);
      if (terms.kind == SplitKind::by_hours) {
        for (auto& party : terms.parties) {
          for (auto& minutes : party.minutes) minutes = std::max<std::int64_t>(minutes, 20);
        }
      }
      for (auto& party : terms.parties) party.carried = carried[party.family.text()];
      const auto expected = expect(terms);
      const auto found = split(terms);
      const auto where = "seed " + std::to_string(seed()) + ", case " + std::to_string(number) + ", part " + std::to_string(part) + ": ";
      if (!found) FAIL(where << found.error().detail << text(terms));
      std::int64_t brought = 0, out = 0;
      for (const auto& party : terms.parties) brought += party.carried;
      const auto members = terms.parties.size();
      for (std::size_t i = 0; i < members; ++i) {
        auto& mine = ahead[terms.parties[i].family.text()];
        // What those who are not there any more carried is shared equally and forgotten.
        mine -= Rational(brought, static_cast<std::int64_t>(members) * 1'000'000'000);
        for (std::int64_t session = 0; session < terms.sessions; ++session) {
          const auto at = static_cast<std::size_t>(session);
          mine += found->shares[at * members + i].amount.pence() - expected.shares[at][i];
          if (abs(mine) >= 1 + Rational(1, 1'000'000)) FAIL(where << "somebody is a penny off: " << text(terms));
        }
        out += found->members[i].carried;
        carried[terms.parties[i].family.text()] = found->members[i].carried;
        if (abs(mine * 1'000'000'000 - found->members[i].carried) > 500) FAIL(where << "carried is wrong: " << text(terms));
      }
      if (out != 0) FAIL(where << "what is carried does not add up to nothing");
      if (!same_families) ahead.clear(), carried.clear();
    }
  }
  SUCCEED();
}

TEST_CASE("equal shares split session by session are those split at once") {
  for (std::uint64_t members = 2; members <= 7; ++members) {
    for (std::int64_t price = 100; price <= 200; ++price) {
      SplitTerms at_once;
      at_once.kind = SplitKind::equal;
      at_once.price_per_session = Money(price);
      at_once.sessions = 12;
      for (std::uint64_t i = 0; i < members; ++i) {
        Party party;
        party.family = family(i);
        at_once.parties.push_back(std::move(party));
      }
      const auto expected = split(at_once);
      auto one = at_once;
      one.sessions = 1;
      for (std::size_t session = 0; session < 12; ++session) {
        const auto found = split(one);
        for (std::size_t i = 0; i < members; ++i) {
          if (found->shares[i].amount != expected->shares[session * members + i].amount) FAIL("session " << session << ": " << text(at_once));
          one.parties[i].carried = found->members[i].carried;
        }
      }
    }
  }
  SUCCEED();
}

TEST_CASE("families that leave take their rounding along") {
  Dice dice(seed() + 3);
  for (int number = 0; number < 3'000; ++number) {
    auto terms = make_terms(dice, kinds[number % 5]);
    terms.kind = terms.kind == SplitKind::by_hours ? SplitKind::equal : terms.kind;
    std::map<std::string, Rational> ahead;
    while (!terms.parties.empty()) {
      terms.price_per_session = Money(dice.pick(100'000, 200'000) * static_cast<std::int64_t>(terms.parties.size()));
      terms.prices.clear();
      const auto expected = expect(terms);
      const auto found = split(terms);
      if (!found) FAIL("seed " << seed() << ", case " << number << text(terms));
      std::int64_t brought = 0;
      for (const auto& party : terms.parties) brought += party.carried;
      const auto members = terms.parties.size();
      for (std::size_t i = 0; i < members; ++i) {
        auto& mine = ahead[terms.parties[i].family.text()];
        mine -= Rational(brought, static_cast<std::int64_t>(members) * 1'000'000'000);
        for (std::int64_t session = 0; session < terms.sessions; ++session) {
          const auto at = static_cast<std::size_t>(session);
          mine += found->shares[at * members + i].amount.pence() - expected.shares[at][i];
          if (abs(mine) >= 1 + Rational(1, 1'000'000)) FAIL("seed " << seed() << ", case " << number << ": a penny off " << text(terms));
        }
        terms.parties[i].carried = found->members[i].carried;
      }
      terms.parties.erase(terms.parties.begin() + dice.pick(0, static_cast<std::int64_t>(members) - 1));
    }
  }
  SUCCEED();
}

/// As pools count it: what each family's shares were above the exact ones, for ever, whoever was there in between.
TEST_CASE("families that leave and come back find their rounding where they left it") {
  Dice dice(seed() + 7);
  constexpr std::uint64_t families = 6;
  Rational most_ahead = 0;
  for (int number = 0; number < 2'000; ++number) {
    std::vector<std::int64_t> rounding(families);
    std::vector<Rational> ahead(families);
    std::vector<std::int64_t> weights;
    for (std::uint64_t one = 0; one < families; ++one) weights.push_back(dice.pick(1, 5));
    for (int part = 0; part < 10; ++part) {
      const bool everybody = part % 5 == 4;
      SplitTerms terms;
      terms.kind = dice.one_in(2) ? SplitKind::by_weight : SplitKind::equal;
      terms.sessions = dice.pick(1, 4);
      std::vector<std::uint64_t> present;
      for (std::uint64_t one = 0; one < families; ++one) {
        if (!everybody && dice.one_in(3)) continue;
        Party party;
        party.family = family(one);
        party.weight = weights[one];
        party.carried = rounding[one];
        terms.parties.push_back(std::move(party));
        present.push_back(one);
      }
      if (present.empty()) continue;
      const auto members = present.size();
      terms.price_per_session = Money(dice.pick(1'000, 3'000) * static_cast<std::int64_t>(members));
      const auto expected = expect(terms);
      const auto found = split(terms);
      const auto where = "seed " + std::to_string(seed()) + ", case " + std::to_string(number) + ", part " + std::to_string(part) + ": ";
      if (!found) FAIL(where << text(terms));
      Rational of_the_others = 0;  // what those who are away have taken along, as it is missing here
      for (const auto one : present) of_the_others += ahead[one];
      of_the_others /= static_cast<std::int64_t>(members);
      if (everybody && of_the_others != 0) FAIL(where << "with everybody back something is missing");
      for (std::int64_t session = 0; session < terms.sessions; ++session) {
        for (std::size_t i = 0; i < members; ++i) {
          const auto& share = found->shares[static_cast<std::size_t>(session) * members + i];
          auto& mine = ahead[present[i]];
          mine += share.amount.pence() - expected.shares[static_cast<std::size_t>(session)][i];
          rounding[present[i]] += share.rounding;
          most_ahead = std::max<Rational>(most_ahead, abs(mine));
          if (abs(mine - of_the_others) >= 1 + Rational(1, 1'000'000)) FAIL(where << "a penny off: " << text(terms));
          if (abs(mine * 1'000'000'000 - rounding[present[i]]) > 500) FAIL(where << "what is kept of it is wrong: " << text(terms));
        }
      }
    }
  }
  // What is above a penny is of those who are away; far above it, it would have been forgotten.
  CHECK(most_ahead < 2);
}

/// Why "with those who left" has to be said: whoever is to pay whole pence, the last of eight can be one and a half ahead.
TEST_CASE("what families leave behind cannot be shared in whole pence by anybody") {
  std::vector<std::uint64_t> present{0, 1, 2, 3, 4, 5, 6, 7};
  std::map<std::uint64_t, std::int64_t> ahead;  // half pence
  while (present.size() > 1) {
    SplitTerms terms;
    terms.kind = SplitKind::equal;
    terms.price_per_session = Money(static_cast<std::int64_t>(present.size()) * 201 / 2);
    for (const auto one : present) {
      Party party;
      party.family = family(one);
      party.carried = ahead[one] * 500'000'000;
      terms.parties.push_back(std::move(party));
    }
    const auto found = split(terms);
    REQUIRE(found.has_value());
    for (std::size_t i = 0; i < present.size(); ++i) ahead[present[i]] += 2 * found->shares[i].amount.pence() - 201;
    // Those who have paid less go.
    std::sort(present.begin(), present.end(), [&](auto a, auto b) { return ahead[a] > ahead[b]; });
    present.resize(present.size() / 2);
  }
  CHECK(ahead[present.front()] == 3);
}

TEST_CASE("any rounding brought along is survived") {
  Dice dice(seed() + 4);
  for (int number = 0; number < 10'000; ++number) {
    auto terms = make_terms(dice, kinds[number % 5]);
    add_limits(dice, terms);
    for (auto& party : terms.parties) party.carried = dice.pick(-1'000'000'000, 1'000'000'000);
    const auto expected = expect(terms);
    const auto found = split(terms);
    if (found.has_value() == expected.refused) FAIL("seed " << seed() << ", case " << number << ": refused? " << text(terms));
    if (!found) continue;
    std::string broken;
    const auto members = terms.parties.size();
    for (std::int64_t session = 0; session < terms.sessions; ++session) {
      std::int64_t sum = 0;
      for (std::size_t i = 0; i < members; ++i) {
        const auto amount = found->shares[static_cast<std::size_t>(session) * members + i].amount;
        sum += amount.pence();
        if (amount.is_negative()) broken = "a share is negative";
        if (terms.parties[i].can_pay && amount > *terms.parties[i].can_pay) broken = "somebody pays more than they can";
      }
      if (sum != price_at(terms, session).pence()) broken = "a session does not add up";
    }
    for (std::size_t i = 0; i < members; ++i) {
      if (terms.parties[i].headroom && found->members[i].total > *terms.parties[i].headroom) broken = "above the headroom";
    }
    if (!broken.empty()) FAIL("seed " << seed() << ", case " << number << ": " << broken << ": " << text(terms));
  }
  SUCCEED();
}

TEST_CASE("every small split of changing shares is exact") {
  // Two and three families, two and three sessions, all attendances from 0 to 2 hours and prices to 5 pence.
  for (int members = 2; members <= 3; ++members) {
    for (int sessions = 2; sessions <= (members == 2 ? 3 : 2); ++sessions) {
      int combinations = 1;
      for (int at = 0; at < members * sessions; ++at) combinations *= 3;
      for (int code = 0; code < combinations; ++code) {
        SplitTerms terms;
        terms.kind = SplitKind::by_hours;
        terms.sessions = sessions;
        for (int i = 0, rest = code; i < members; ++i) {
          Party party;
          party.family = family(static_cast<std::uint64_t>(i) + 1);
          for (int at = 0; at < sessions; ++at, rest /= 3) party.minutes.push_back(rest % 3);
          terms.parties.push_back(std::move(party));
        }
        for (std::int64_t price = 0; price <= 5; ++price) {
          terms.price_per_session = Money(price);
          const auto expected = expect(terms);
          const auto found = split(terms);
          if (found.has_value() == expected.refused) FAIL("refused? " << text(terms));
          if (!found) continue;
          const auto broken = broken_promise(terms, expected, *found, 0);
          if (!broken.empty()) FAIL(broken << ": " << text(terms));
        }
      }
    }
  }
  SUCCEED();
}

TEST_CASE("the flow always finds a way, by itself") {
  Dice dice(seed() + 5);
  for (int number = 0; number < 5'000; ++number) {
    Targets targets;
    targets.one = dice.pick(1, 12);
    targets.sessions = dice.pick(1, 12);
    targets.members = static_cast<std::size_t>(dice.pick(2, 9));
    for (std::int64_t session = 0; session < targets.sessions; ++session) {
      std::int64_t sum = 0;
      for (std::size_t i = 0; i + 1 < targets.members; ++i) {
        targets.rows.push_back({0, dice.pick(0, targets.one - 1)});
        sum += targets.rows.back().rest;
      }
      targets.rows.push_back({0, (targets.one - sum % targets.one) % targets.one});
    }
    const auto extras = deal_by_flow(targets);
    for (std::size_t i = 0; i < targets.members; ++i) {
      std::int64_t owed = 0;
      for (std::int64_t session = 0; session < targets.sessions; ++session) {
        const auto extra = extras[static_cast<std::size_t>(session) * targets.members + i];
        owed += targets.at(session, i).rest - extra * targets.one;
        const bool wrong = extra < 0 || extra > 1 || (extra == 1 && targets.at(session, i).rest == 0) ||
                           owed <= -targets.one || owed >= targets.one;
        if (wrong) FAIL("seed " << seed() << ", case " << number << ", session " << session);
      }
    }
  }
  SUCCEED();
}

}  // namespace
}  // namespace cp::payments
