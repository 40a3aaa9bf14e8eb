// The promises of payments/splitting/split.hpp, over a hundred thousand seeded splits. A failure prints the
// case, which is all that is needed to repeat it.
#include "payments/splitting/quote.hpp"
#include "payments/splitting/split.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cstdlib>
#include <random>

namespace cp::payments {
namespace {

Result<Split> split_by_child(Money price, std::int64_t sessions, std::int64_t first_session,
                             const std::vector<Weight>& weights) {
  return split(by_child(price, sessions, first_session, weights));
}

struct Case {
  Money price;
  std::int64_t sessions = 1;
  std::vector<Weight> members;
};

Id<"family"> family(std::uint64_t number) {
  auto text = std::string("00000000-0000-7000-8000-000000000000");
  for (auto at = text.size(); number > 0; number /= 16) text[--at] = "0123456789abcdef"[number % 16];
  return Id<"family">(text);
}

/// Small prices and odd weights are where pennies go astray, so they are frequent.
Case make_case(std::mt19937_64& random) {
  const auto pick = [&](std::int64_t least, std::int64_t most) {
    return std::uniform_int_distribution<std::int64_t>(least, most)(random);
  };
  Case made;
  made.price = Money(pick(0, 3) == 0 ? pick(0, 60) : pick(0, 3) == 0 ? pick(0, most_price.pence()) : pick(0, 50'000));
  made.sessions = pick(1, pick(0, 9) == 0 ? 60 : 12);
  const auto count = pick(1, pick(0, 9) == 0 ? 40 : 9);
  const auto heaviest = pick(0, 19) == 0 ? most_weight : pick(1, 8);
  for (std::int64_t at = 0; at < count; ++at) {
    made.members.push_back({family(static_cast<std::uint64_t>(at) * 7 + 1), pick(1, heaviest)});
  }
  return made;
}

std::string text(const Case& tried) {
  auto words = std::to_string(tried.price.pence()) + " pence, " + std::to_string(tried.sessions) + " sessions, weights";
  for (const auto& member : tried.members) words += " " + std::to_string(member.weight);
  return words;
}

__extension__ using Product = __int128;

/// Every promise that is broken, in words; nothing where all are kept.
std::string broken_promise(const Case& tried, const Split& found) {
  Product whole = 0;
  for (const auto& member : tried.members) whole += member.weight;
  const auto members = tried.members.size();
  if (found.shares.size() != members * static_cast<std::size_t>(tried.sessions)) return "shares are missing";
  std::vector<Product> paid(members, 0);
  for (std::int64_t session = 0; session < tried.sessions; ++session) {
    Product sum = 0;
    for (std::size_t at = 0; at < members; ++at) {
      const auto& share = found.shares[static_cast<std::size_t>(session) * members + at];
      const auto& member = tried.members[at];
      if (share.family != member.family || share.session != session + 1) return "a share is out of order";
      const Product pence = share.amount.pence();
      const Product exact = Product{tried.price.pence()} * member.weight;  // times 1/whole
      if (pence < exact / whole || pence > (exact + whole - 1) / whole) return "a share is not the exact one, rounded";
      sum += pence;
      paid[at] += pence;
      const auto ahead = paid[at] * whole - exact * (session + 1);
      if (ahead >= whole) return "somebody is a penny above the exact sum";
      if (ahead <= -whole) return "somebody is a penny below the exact sum";
    }
    if (sum != tried.price.pence()) return "a session does not add up";
  }
  for (std::size_t at = 0; at < members; ++at) {
    if (found.members[at].total.pence() != paid[at]) return "a total is wrong";
    const auto most = highest_total(tried.price, tried.sessions, tried.members[at].weight, static_cast<std::int64_t>(whole));
    if (found.members[at].total > most) return "a total is above what the calculator said";
  }
  return {};
}

/// The first session is a plain largest remainder: nobody who got a penny had a smaller fraction
/// than somebody who did not.
std::string broken_remainder(const Case& tried, const Split& found) {
  Product whole = 0;
  for (const auto& member : tried.members) whole += member.weight;
  Product least_given = whole;
  Product most_refused = -1;
  for (std::size_t at = 0; at < tried.members.size(); ++at) {
    const auto exact = Product{tried.price.pence()} * tried.members[at].weight;
    const bool given = found.shares[at].amount.pence() > exact / whole;
    if (given) least_given = std::min(least_given, exact % whole);
    else if (exact % whole != 0) most_refused = std::max(most_refused, exact % whole);
  }
  return least_given < most_refused ? "the first session is not the largest remainder's" : "";
}

bool same(const Split& a, const Split& b) {
  return std::equal(a.shares.begin(), a.shares.end(), b.shares.begin(), b.shares.end(),
                    [](const SessionShare& x, const SessionShare& y) {
                      return x.family == y.family && x.session == y.session && x.amount == y.amount;
                    });
}

TEST_CASE("a hundred thousand splits are exact") {
  const char* asked = std::getenv("COMMONPURSE_TEST_SEED");
  const std::uint64_t seed = asked ? std::strtoull(asked, nullptr, 10) : 20'261'123;
  std::mt19937_64 random(seed);
  for (int number = 0; number < 100'000; ++number) {
    auto tried = make_case(random);
    const auto found = split_by_child(tried.price, tried.sessions, 1, tried.members);
    if (!found) FAIL("seed " << seed << ", case " << number << ", refused: " << text(tried));
    auto broken = broken_promise(tried, *found);
    if (broken.empty()) broken = broken_remainder(tried, *found);
    if (broken.empty() && number % 10 == 0) {
      auto shuffled = tried.members;
      std::shuffle(shuffled.begin(), shuffled.end(), random);
      if (!same(*found, *split_by_child(tried.price, tried.sessions, 1, shuffled))) broken = "the order of members matters";
    }
    if (!broken.empty()) FAIL("seed " << seed << ", case " << number << ": " << broken << ": " << text(tried));
  }
  SUCCEED();
}

TEST_CASE("every small split is exact") {
  // All weights from 1 to 5 for up to four members, all prices to 30 pence, two periods and more.
  for (int count = 1; count <= 4; ++count) {
    int combinations = 1;
    for (int at = 0; at < count; ++at) combinations *= 5;
    for (int code = 0; code < combinations; ++code) {
      Case tried;
      for (int at = 0, rest = code; at < count; ++at, rest /= 5) {
        tried.members.push_back({family(static_cast<std::uint64_t>(at) + 1), rest % 5 + 1});
      }
      tried.sessions = 24;
      for (std::int64_t price = 0; price <= 30; ++price) {
        tried.price = Money(price);
        const auto broken = broken_promise(tried, *split_by_child(tried.price, tried.sessions, 1, tried.members));
        if (!broken.empty()) FAIL(broken << ": " << text(tried));
      }
    }
  }
  SUCCEED();
}

}  // namespace
}  // namespace cp::payments
