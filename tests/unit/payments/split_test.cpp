#include "payments/splitting/split.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>

namespace cp::payments {
namespace {

Id<"family"> family(int number) { return Id<"family">("00000000-0000-7000-8000-00000000000" + std::to_string(number)); }

std::vector<Weight> members(const std::vector<std::int64_t>& weights) {
  std::vector<Weight> all;
  for (std::size_t at = 0; at < weights.size(); ++at) all.push_back({family(static_cast<int>(at)), weights[at]});
  return all;
}

Result<Split> split_by_child(Money price, std::int64_t sessions, std::int64_t first_session,
                             const std::vector<Weight>& weights) {
  return split(by_child(price, sessions, first_session, weights));
}

/// Pence a session, by session and then by member.
std::vector<std::vector<std::int64_t>> pence(Money price, std::int64_t sessions, const std::vector<std::int64_t>& weights) {
  const auto found = split_by_child(price, sessions, 1, members(weights));
  REQUIRE(found.has_value());
  std::vector<std::vector<std::int64_t>> table(static_cast<std::size_t>(sessions));
  for (const auto& share : found->shares) table[static_cast<std::size_t>(share.session - 1)].push_back(share.amount.pence());
  return table;
}

using Table = std::vector<std::vector<std::int64_t>>;

TEST_CASE("a price that divides is divided") {
  CHECK(pence(Money(9'000), 2, {1, 1, 1}) == Table{{3'000, 3'000, 3'000}, {3'000, 3'000, 3'000}});
  CHECK(pence(Money(1'000), 1, {1, 2, 2}) == Table{{200, 400, 400}});
}

TEST_CASE("odd pennies go round") {
  CHECK(pence(Money(100), 3, {1, 1, 1}) == Table{{34, 33, 33}, {33, 34, 33}, {33, 33, 34}});
  CHECK(pence(Money(200), 3, {1, 1, 1}) == Table{{67, 67, 66}, {67, 66, 67}, {66, 67, 67}});
  CHECK(pence(Money(101), 2, {1, 1}) == Table{{51, 50}, {50, 51}});
}

TEST_CASE("the first session is the largest remainder's") {
  // 100 x 1/7 = 14.28, 2/7 = 28.57, 4/7 = 57.14: the one penny over goes to the second.
  CHECK(pence(Money(100), 1, {1, 2, 4}) == Table{{14, 29, 57}});
  // 10 x 3/7 = 4.28, 3/7 = 4.28, 1/7 = 1.42.
  CHECK(pence(Money(10), 1, {3, 3, 1}) == Table{{4, 4, 2}});
}

TEST_CASE("pennies fewer than families reach everybody in time") {
  CHECK(pence(Money(1), 3, {1, 1, 1}) == Table{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}});
  CHECK(pence(Money(0), 1, {1, 1}) == Table{{0, 0}});
  CHECK(pence(Money(7), 0, {1, 1}).empty());
}

namespace {

std::string words(const Derivation& derivation) {
  std::string text;
  for (const auto& step : derivation) text += (text.empty() ? "" : "; ") + step.text;
  return text;
}

}  // namespace

TEST_CASE("totals, highest shares and words of a split") {
  const auto found = split_by_child(Money(100), 4, 5, members({1, 1, 1}));
  REQUIRE(found.has_value());
  CHECK(found->shares.front().session == 5);
  CHECK(found->shares.back().session == 8);
  REQUIRE(found->members.size() == 3);
  CHECK(found->members[0].total == Money(134));
  CHECK(found->members[1].total == Money(133));
  CHECK(found->members[0].highest_share == Money(34));
  CHECK(words(found->members[0].derivation) ==
        "1 of 3 children: £1.00 × 1 ÷ 3 = £0.33 or £0.34 a session, in turn with the others so that each session "
        "adds up exactly; 4 sessions come to £1.34");
  CHECK(highest_total(Money(100), 4, 1, 3) == Money(134));
}

TEST_CASE("splits that make no sense are refused") {
  CHECK(split_by_child(Money(100), 1, 1, {}).error().code == "invalid-fields");
  CHECK(split_by_child(Money(-1), 1, 1, members({1})).error().fields.front().pointer == "/price_per_session");
  CHECK(split_by_child(Money(100), 1, 1, members({0})).error().fields.front().pointer == "/members/0/weight");
  CHECK(split_by_child(Money(100), 1, 0, members({1})).error().fields.front().pointer == "/first_session");
  CHECK(split_by_child(Money(100), 1, 1, {{family(1), 1}, {family(1), 2}}).error().fields.front().pointer == "/members");
}

// ---------------------------------------------------------------- kinds

std::vector<std::int64_t> first_session(const SplitTerms& terms) {
  const auto found = split(terms);
  REQUIRE(found.has_value());
  std::vector<std::int64_t> pence;
  for (std::size_t at = 0; at < terms.parties.size(); ++at) pence.push_back(found->shares[at].amount.pence());
  return pence;
}

SplitTerms terms_for(SplitKind kind, Money price, const std::vector<std::int64_t>& weights) {
  auto terms = by_child(price, 1, 1, members(weights));
  terms.kind = kind;
  return terms;
}

TEST_CASE("published splits") {
  // Both from the splitting rules of other programs: three ways without a rest, and shares of 60 % and 20 %.
  CHECK(first_session(terms_for(SplitKind::equal, Money(9'500), {1, 1, 1})) == std::vector<std::int64_t>{3'167, 3'167, 3'166});
  CHECK(first_session(terms_for(SplitKind::by_weight, Money(100), {60, 20})) == std::vector<std::int64_t>{75, 25});
}

TEST_CASE("ties go to who has paid least so far, then by id") {
  auto terms = terms_for(SplitKind::equal, Money(9'500), {1, 1, 1});
  // The first family has paid two thirds of a penny too much, the others a third too little.
  terms.parties[0].carried = 666'666'667;
  terms.parties[1].carried = -333'333'333;
  terms.parties[2].carried = -333'333'334;
  CHECK(first_session(terms) == std::vector<std::int64_t>{3'166, 3'167, 3'167});
}

TEST_CASE("a split goes on where the one before it ended") {
  auto terms = terms_for(SplitKind::equal, Money(100), {1, 1, 1});
  const std::vector<std::vector<std::int64_t>> expected{{34, 33, 33}, {33, 34, 33}, {33, 33, 34}, {34, 33, 33}};
  for (const auto& row : expected) {
    CHECK(first_session(terms) == row);
    const auto found = split(terms);
    std::int64_t carried = 0;
    for (std::size_t at = 0; at < 3; ++at) carried += terms.parties[at].carried = found->members[at].carried;
    CHECK(carried == 0);
  }
}

TEST_CASE("by hours attended, which differ from session to session") {
  auto terms = terms_for(SplitKind::by_hours, Money(6'000), {1, 1});
  terms.sessions = 3;
  terms.parties[0].minutes = {60, 120, 0};
  terms.parties[1].minutes = {60, 60, 90};
  const auto found = split(terms);
  REQUIRE(found.has_value());
  std::vector<std::int64_t> pence;
  for (const auto& share : found->shares) pence.push_back(share.amount.pence());
  CHECK(pence == std::vector<std::int64_t>{3'000, 3'000, 4'000, 2'000, 0, 6'000});
  CHECK(words(found->members[0].derivation) ==
        "By the minutes attended, 60 of 120 in the first session: the price of each session × its part = £0.00 to "
        "£40.00 a session, rounded so that each session adds up exactly; 3 sessions come to £70.00");
  terms.parties[1].minutes = {60, 60, 0};
  CHECK(split(terms).error().code == "nobody-pays-the-rest");
  terms.parties[1].minutes = {60};
  CHECK(split(terms).error().fields.front().pointer == "/members/1/minutes");
}

TEST_CASE("by support ratio: who needs more hands pays more") {
  auto terms = terms_for(SplitKind::by_support_ratio, Money(7'000), {1, 1, 2});
  terms.parties[0].ratio = {2, 1};
  terms.parties[1].ratio = {1, 2};
  terms.parties[2].ratio = {1, 2};
  CHECK(first_session(terms) == std::vector<std::int64_t>{4'000, 1'000, 2'000});
  CHECK(words(split(terms)->members[0].derivation) ==
        "Support of 2:1 for 1 child counts 4 of 7 parts: £70.00 × 4 ÷ 7 = £40.00 a session; 1 session comes to £40.00");
  terms.parties[0].ratio = {0, 1};
  CHECK(split(terms).error().fields.front().pointer == "/members/0/ratio");
}

TEST_CASE("a fixed part is paid as it is, and the others split the rest") {
  auto terms = terms_for(SplitKind::by_child, Money(5'000), {1, 1, 3});
  terms.parties[0].fixed = Money(600);
  CHECK(first_session(terms) == std::vector<std::int64_t>{600, 1'100, 3'300});
  CHECK(words(split(terms)->members[0].derivation) ==
        "The provider’s price is £50.00 a session; Fixed parts pay £6.00 of it, £44.00 is split; A fixed part of £6.00 "
        "a session, as agreed; 1 session comes to £6.00");
  terms.parties[0].fixed = Money(5'001);
  CHECK(split(terms).error().code == "fixed-parts-above-price");
  terms = terms_for(SplitKind::by_child, Money(5'000), {1});
  terms.parties[0].fixed = Money(4'000);
  CHECK(split(terms).error().code == "nobody-pays-the-rest");
}

TEST_CASE("who cannot pay an equal share pays what it can only if others agreed to carry the rest") {
  auto terms = terms_for(SplitKind::equal, Money(4'000), {1, 1, 1, 1});
  terms.parties[0].can_pay = Money(700);
  const auto refused = split(terms).error();
  CHECK(refused.code == "share-short");
  CHECK(refused.extras == decltype(refused.extras){{"family", family(0).text()}, {"short_by_pence", 300}, {"session", 1}});
  CHECK(refused.detail.find(family(0).text()) == std::string::npos);

  // One carries 50 p at most: not enough. Two carry the rest between them, and the third pays as before.
  terms.parties[1].carries_to = Money(1'050);
  CHECK(split(terms).error().code == "share-short");
  terms.parties[2].carries_to = Money(2'000);
  CHECK(first_session(terms) == std::vector<std::int64_t>{700, 1'050, 1'250, 1'000});
  const auto found = split(terms);
  CHECK(found->members[0].derivation[1].what == "limited");
  CHECK(found->members[2].derivation[1].what == "carried");
  CHECK(found->members[3].derivation[1].what == "total");
}

TEST_CASE("headroom is for all sessions, and nobody is carried into it") {
  auto terms = terms_for(SplitKind::equal, Money(100), {1, 1, 1});
  terms.sessions = 3;
  for (auto& party : terms.parties) party.headroom = Money(100);
  CHECK(first_session(terms) == std::vector<std::int64_t>{34, 33, 33});
  terms.parties[2].headroom = Money(98);
  CHECK(split(terms).error().code == "share-short");
  terms.parties[0].carries_to = Money(50);
  CHECK(split(terms).error().code == "share-short");  // it has no headroom for more
  terms.parties[0].headroom = Money(106);
  const auto found = split(terms);
  REQUIRE(found.has_value());
  CHECK(found->members[2].total == Money(96));
  CHECK(found->members[0].total == Money(104));
}

TEST_CASE("fees and insurance are split with the price, and shown") {
  auto terms = terms_for(SplitKind::equal, Money(3'000), {1, 1});
  terms.sessions = 3;
  terms.costs = {{CostKind::insurance, "a shared assistant", Money(), Money(1'000)},
                 {CostKind::fee, "payroll", Money(200), Money()}};
  const auto found = split(terms);
  REQUIRE(found.has_value());
  Money all;
  for (const auto& share : found->shares) all += share.amount;
  CHECK(all == Money(3 * 3'200 + 1'000));
  CHECK(found->price[1].text == "insurance for a shared assistant: £10.00 spread over 3 sessions");
  CHECK(found->price[1].amount == Money(1'000));
  CHECK(found->price[2].text == "fee for payroll: £2.00 a session");
  CHECK(found->price[3].what == "group-price");
  // They count inside the limits.
  terms.parties[0].headroom = Money(4'600);
  CHECK(split(terms).error().code == "share-short");
}

TEST_CASE("the price of a session") {
  const std::vector<Tier> tiers{{1, Money(3'000), Money(500), Money()}, {4, Money(), Money(400), Money(2'000)}};
  struct Row {
    std::int64_t children, minutes, pence, tier;
  };
  for (const auto& row : {Row{1, 60, 3'500, 1}, Row{3, 60, 4'500, 1}, Row{4, 60, 3'600, 4}, Row{4, 90, 4'600, 4},
                          Row{5, 1, 2'034, 4}, Row{40, 50, 17'667, 4}}) {
    INFO(row.children << " children, " << row.minutes << " minutes");
    const auto price = price_of_session(tiers, row.minutes, row.children);
    REQUIRE(price.has_value());
    CHECK(price->per_session == Money(row.pence));
    CHECK(price->tier.from_children == row.tier);
  }
  CHECK(price_of_session(tiers, 90, 4)->text ==
        "4 children × £4.00 + 90 minutes at £20.00 an hour (£30.00) = £46.00, the price for groups from 4 children on.");
  CHECK(price_of_session({{2, Money(1), Money(), Money()}}, 60, 1).error().code == "no-price");
}

}  // namespace
}  // namespace cp::payments
