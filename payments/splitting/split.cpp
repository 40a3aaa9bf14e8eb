#include "payments/splitting/split.hpp"

#include "payments/splitting/carry.hpp"
#include "payments/splitting/exact_shares.hpp"
#include "payments/splitting/pennies.hpp"
#include "payments/splitting/split_words.hpp"

#include <algorithm>

namespace cp::payments {
namespace {

// ---------------------------------------------------------------- bounds

bool outside(const std::optional<Money>& amount) {
  return amount && (amount->is_negative() || *amount > most_price);
}

Result<Done> check_party(const SplitTerms& terms, const Party& party, const std::string& at) {
  if (party.weight < 1 || party.weight > most_weight) return invalid_field(at + "/weight", "Use 1 to 1000.");
  if (party.ratio.adults < 1 || party.ratio.adults > most_ratio || party.ratio.children < 1 ||
      party.ratio.children > most_ratio) {
    return invalid_field(at + "/ratio", "Use 1 to 10 adults for 1 to 10 children.");
  }
  if (outside(party.fixed)) return invalid_field(at + "/fixed", "Use an amount from nothing on.");
  if (outside(party.can_pay)) return invalid_field(at + "/can_pay", "Use an amount from nothing on.");
  if (outside(party.carries_to)) return invalid_field(at + "/carries_to", "Use an amount from nothing on.");
  if (party.headroom && party.headroom->is_negative()) {
    return invalid_field(at + "/headroom", "Use an amount from nothing on.");
  }
  if (party.carried < -most_carried || party.carried > most_carried) {
    return invalid_field(at + "/carried", "Use what an earlier split answered.");
  }
  if (terms.kind != SplitKind::by_hours) return Done{};
  if (party.minutes.size() != static_cast<std::size_t>(terms.sessions)) {
    return invalid_field(at + "/minutes", "Say how many minutes, session by session.");
  }
  for (const auto minutes : party.minutes) {
    if (minutes < 0 || minutes > most_attended_minutes) return invalid_field(at + "/minutes", "Use 0 to 100000.");
  }
  return Done{};
}

Result<Done> check_terms(const SplitTerms& terms) {
  if (terms.price_per_session.is_negative() || terms.price_per_session > most_price) {
    return invalid_field("/price_per_session", "Use an amount from nothing to £100,000,000.00.");
  }
  if (terms.sessions < 0 || terms.sessions > most_split_sessions) return invalid_field("/sessions", "Use 0 to 1000.");
  if (terms.first_session < 1) return invalid_field("/first_session", "Sessions count from 1.");
  if (!terms.prices.empty() && terms.prices.size() != static_cast<std::size_t>(terms.sessions)) {
    return invalid_field("/prices", "Name a price for each session.");
  }
  for (const auto price : terms.prices) {
    if (outside(price)) return invalid_field("/prices", "Use amounts from nothing to £100,000,000.00.");
  }
  for (std::size_t i = 0; i < terms.costs.size(); ++i) {
    if (outside(terms.costs[i].per_session) || outside(terms.costs[i].once)) {
      return invalid_field("/costs/" + std::to_string(i), "Use amounts from nothing to £100,000,000.00.");
    }
  }
  if (terms.parties.empty() || terms.parties.size() > static_cast<std::size_t>(most_split_members)) {
    return invalid_field("/members", "Name 1 to 1000 members.");
  }
  for (std::size_t i = 0; i < terms.parties.size(); ++i) {
    CP_TRY(check_party(terms, terms.parties[i], "/members/" + std::to_string(i)));
  }
  return Done{};
}

// ---------------------------------------------------------------- what is due

/// The sessions over one denominator, before what was carried in.
Targets targets_of(const SplitTerms& terms, const std::vector<ExactSession>& sessions, bool of_billionths) {
  std::vector<Fraction> all;
  for (const auto& session : sessions) {
    for (const auto& share : session.shares) all.push_back(share.due);
  }
  Targets targets;
  targets.one = common_denominator(all, of_billionths);
  targets.sessions = terms.sessions;
  targets.members = terms.parties.size();
  targets.constant = sessions.size() <= 1;
  for (std::size_t at = 0; at < sessions.size(); ++at) {
    const auto first = all.begin() + static_cast<std::ptrdiff_t>(at * targets.members);
    const auto row = over({first, first + static_cast<std::ptrdiff_t>(targets.members)}, targets.one);
    targets.rows.insert(targets.rows.end(), row.begin(), row.end());
  }
  return targets;
}

// ---------------------------------------------------------------- what comes of it

/// What a session's shares are above what is due, in billionths of a penny; together nothing.
std::vector<std::int64_t> rounding_of(const Targets& due, std::int64_t session, const std::int64_t* pence) {
  std::vector<std::int64_t> billionths;
  std::vector<std::pair<Wide, std::ptrdiff_t>> lost;  // of equal ones the last first: it then waits longer
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < due.members; ++i) {
    const auto above = (Wide{pence[i]} * due.one - units(due, due.at(session, i))) * billion;
    auto down = above / due.one;
    if (down * due.one > above) --down;
    lost.emplace_back(-(above - down * due.one), -static_cast<std::ptrdiff_t>(i));
    billionths.push_back(static_cast<std::int64_t>(down));
    sum += billionths.back();
  }
  std::sort(lost.begin(), lost.end());
  for (std::size_t at = 0; sum < 0; ++at, ++sum) ++billionths[static_cast<std::size_t>(-lost[at].second)];
  return billionths;
}

std::vector<Preference> preferences_of(const SplitTerms& terms, const Targets& due) {
  std::vector<Preference> preferences;
  for (std::size_t i = 0; i < due.members; ++i) {
    Preference preference;
    preference.carried = terms.parties[i].carried;
    if (!due.rows.empty()) {
      preference.least = due.at(0, i).pence;
      preference.most = due.at(0, i).pence + (due.at(0, i).rest > 0 ? 1 : 0);
    }
    preferences.push_back(preference);
  }
  return preferences;
}

std::vector<Dealt> add_shares(const SplitTerms& terms, const Targets& due, const std::vector<std::int64_t>& pence,
                              Split& result) {
  const auto members = terms.parties.size();
  std::vector<Dealt> all(members);
  result.shares.reserve(pence.size());
  for (std::int64_t session = 0; session < terms.sessions; ++session) {
    const auto* row = pence.data() + static_cast<std::size_t>(session) * members;
    const auto rounding = rounding_of(due, session, row);
    for (std::size_t i = 0; i < members; ++i) {
      const Money amount(row[i]);
      result.shares.push_back({terms.parties[i].family, terms.first_session + session, amount, rounding[i]});
      auto& dealt = all[i];
      dealt.least = session == 0 ? amount : std::min(dealt.least, amount);
      dealt.most = std::max(dealt.most, amount);
      dealt.total += amount;
      dealt.rounding += rounding[i];
    }
  }
  return all;
}

}  // namespace

Result<Split> split(SplitTerms terms) {
  CP_TRY(check_terms(terms));
  std::sort(terms.parties.begin(), terms.parties.end(),
            [](const Party& a, const Party& b) { return a.family < b.family; });
  for (std::size_t i = 1; i < terms.parties.size(); ++i) {
    if (terms.parties[i].family == terms.parties[i - 1].family) {
      return invalid_field("/members", "Name each family once.");
    }
  }
  const auto exact = exact_sessions(terms);
  if (!exact) return exact.error();
  const auto members = terms.parties.size();
  const bool fits = static_cast<std::int64_t>(members) * terms.sessions <= most_changing_shares;
  if (exact->size() > 1 && !fits) {
    return invalid_field("/sessions", "Shares that change can be split for 20000 in all. Use fewer sessions at once.");
  }

  const bool carried = std::any_of(terms.parties.begin(), terms.parties.end(),
                                   [](const Party& party) { return party.carried != 0; });
  const auto due = targets_of(terms, *exact, carried);
  const auto carry = settle_carried(terms, *exact, due);

  Split result;
  const auto all = add_shares(terms, due, deal(carry.targets, preferences_of(terms, due)), result);
  result.price = price_lines(terms, *exact);
  for (std::size_t i = 0; i < members; ++i) {
    const auto& party = terms.parties[i];
    auto dealt = all[i];
    // Only where fractions were too fine to be kept exactly can a family with no penny to spare get here.
    if (party.headroom && dealt.total > *party.headroom) {
      return share_short(party, terms.first_session, dealt.total, *party.headroom);
    }
    dealt.settled = carry.brought[i] - carry.left[i];
    dealt.of_others = party.carried - carry.brought[i];
    result.members.push_back({party.family, dealt.most, dealt.total, carry.brought[i] + dealt.rounding,
                              together(result.price, member_lines(terms, *exact, i, dealt))});
  }
  return result;
}

SplitTerms by_child(Money price_per_session, std::int64_t sessions, std::int64_t first_session,
                    const std::vector<Weight>& members) {
  SplitTerms terms;
  terms.price_per_session = price_per_session;
  terms.sessions = sessions;
  terms.first_session = first_session;
  for (const auto& member : members) {
    Party party;
    party.family = member.family;
    party.weight = member.weight;
    terms.parties.push_back(std::move(party));
  }
  return terms;
}

Money highest_total(Money price_per_session, std::int64_t sessions, std::int64_t weight, std::int64_t whole) {
  const auto product = Wide{price_per_session.pence()} * sessions * weight;
  return Money(static_cast<std::int64_t>((product + whole - 1) / whole));
}

}  // namespace cp::payments
