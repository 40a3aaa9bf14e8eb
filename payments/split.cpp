#include "payments/split.hpp"

#include "payments/exact_shares.hpp"
#include "payments/pennies.hpp"
#include "payments/split_words.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <stdexcept>

namespace cp::payments {
namespace {

constexpr std::int64_t billion = 1'000'000'000;

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

Wide units(const Targets& targets, const Target& target) { return Wide{target.pence} * targets.one + target.rest; }

Wide due_in_all(const Targets& targets, std::size_t member) {
  if (targets.rows.empty()) return 0;
  if (targets.constant) return units(targets, targets.at(0, member)) * targets.sessions;
  Wide due = 0;
  for (std::int64_t session = 0; session < targets.sessions; ++session) {
    due += units(targets, targets.at(session, member));
  }
  return due;
}

/// The most a share can be raised to by rounding; nothing where it must stay as it is.
std::optional<Money> most_share(const SplitTerms& terms, const std::vector<ExactSession>& sessions,
                                const Targets& targets, std::size_t i) {
  const auto& party = terms.parties[i];
  if (party.fixed) return std::nullopt;
  auto most = party.can_pay.value_or(most_price);
  for (const auto& session : sessions) {
    if (session.shares[i].limited) return std::nullopt;
    if (session.shares[i].carries) most = std::min(most, *party.carries_to);
  }
  const auto room = [&] { return (Wide{party.headroom->pence()} - 2) * targets.one; };
  if (party.headroom && due_in_all(targets, i) > room()) return std::nullopt;
  return most;
}

/// What everybody brings along, made even: the rounding of those who are no longer there is shared
/// equally, so that it adds up to nothing. Billionths of a penny.
std::vector<std::int64_t> even_carries(const SplitTerms& terms, const std::vector<std::optional<Money>>& most) {
  std::vector<std::int64_t> carried;
  std::int64_t sum = 0, members = 0;
  for (std::size_t i = 0; i < most.size(); ++i) {
    carried.push_back(terms.parties[i].carried);
    if (most[i]) sum += carried.back(), ++members;
  }
  for (std::size_t i = 0; i < most.size(); ++i) {
    if (!most[i]) continue;
    const auto part = sum / members;
    carried[i] -= part;
    sum -= part;
    --members;
  }
  return carried;
}

/// Moves what was carried in into what is due, from the first session on: who paid too much before
/// is due less, and who paid too little more, by the same amount together. `left` is what remains.
void settle(Targets& targets, const std::vector<std::optional<Money>>& most, std::vector<std::int64_t>& left) {
  const auto billionth = targets.one / billion;
  std::vector<std::size_t> order(left.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return std::abs(left[a]) > std::abs(left[b]); });
  for (std::int64_t session = 0; session < targets.sessions; ++session) {
    const auto row = static_cast<std::size_t>(session) * targets.members;
    std::vector<std::int64_t> moved(left.size(), 0);  // billionths, above 0: due less
    std::int64_t less = 0, more = 0;
    for (const auto i : order) {
      if (!most[i] || left[i] == 0) continue;
      const auto due = units(targets, targets.rows[row + i]);
      const auto room = (left[i] > 0 ? due : std::max<Wide>(0, Wide{most[i]->pence()} * targets.one - due)) / billionth;
      moved[i] = static_cast<std::int64_t>(std::min<Wide>(room, std::abs(left[i])));
      (left[i] > 0 ? less : more) += moved[i];
    }
    auto less_to_move = std::min(less, more), more_to_move = std::min(less, more);
    if (less_to_move == 0) continue;
    for (const auto i : order) {
      auto& to_move = left[i] > 0 ? less_to_move : more_to_move;
      const auto amount = std::min(moved[i], to_move);
      if (amount == 0) continue;
      to_move -= amount;
      const auto change = left[i] > 0 ? amount : -amount;
      left[i] -= change;
      const auto due = units(targets, targets.rows[row + i]) - Wide{change} * billionth;
      targets.rows[row + i] = {static_cast<std::int64_t>(due / targets.one), static_cast<std::int64_t>(due % targets.one)};
    }
  }
}

/// The same row for every session, so that one of them can be changed.
void unroll(Targets& targets) {
  if (!targets.constant) return;
  const auto row = targets.rows;
  targets.rows.clear();
  for (std::int64_t session = 0; session < targets.sessions; ++session) {
    targets.rows.insert(targets.rows.end(), row.begin(), row.end());
  }
  targets.constant = false;
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
  std::vector<std::optional<Money>> most;
  for (std::size_t i = 0; i < members; ++i) most.push_back(most_share(terms, *exact, due, i));
  const auto brought = even_carries(terms, most);
  auto left = brought;
  auto targets = due;
  const bool uneven = std::any_of(brought.begin(), brought.end(), [](std::int64_t one) { return one != 0; });
  if (uneven && fits && !targets.rows.empty()) {
    unroll(targets);
    settle(targets, most, left);
  }

  Split result;
  const auto all = add_shares(terms, due, deal(targets, preferences_of(terms, due)), result);
  result.price = price_lines(terms, *exact);
  for (std::size_t i = 0; i < members; ++i) {
    const auto& party = terms.parties[i];
    auto dealt = all[i];
    // Only where fractions were too fine to be kept exactly can a family with no penny to spare get here.
    if (party.headroom && dealt.total > *party.headroom) {
      return share_short(party, terms.first_session, dealt.total, *party.headroom);
    }
    dealt.settled = brought[i] - left[i];
    auto lines = member_lines(terms, *exact, i, dealt);
    auto words = sentence(result.price, lines);
    result.members.push_back(
        {party.family, dealt.most, dealt.total, brought[i] + dealt.rounding, std::move(lines), std::move(words)});
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
