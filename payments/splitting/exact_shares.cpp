#include "payments/splitting/exact_shares.hpp"

#include <algorithm>
#include <numeric>

namespace cp::payments {
namespace {

Fraction whole(Money amount) { return {amount.pence(), 1}; }

bool above(const Fraction& fraction, Money amount) {
  return fraction.numerator > Wide{amount.pence()} * fraction.denominator;
}

Money rounded_up(const Fraction& fraction) {
  return Money(static_cast<std::int64_t>((fraction.numerator + fraction.denominator - 1) / fraction.denominator));
}

/// Adults per child times children, over the common number of children of all ratios.
std::vector<std::int64_t> support_weights(const std::vector<Party>& parties) {
  std::int64_t common = 1;
  for (const auto& party : parties) common = std::lcm(common, party.ratio.children);
  std::vector<std::int64_t> weights;
  for (const auto& party : parties) {
    weights.push_back(party.weight * party.ratio.adults * (common / party.ratio.children));
  }
  return weights;
}

std::vector<std::int64_t> weights_of(const SplitTerms& terms, std::size_t session) {
  if (terms.kind == SplitKind::by_support_ratio) return support_weights(terms.parties);
  std::vector<std::int64_t> weights;
  for (const auto& party : terms.parties) {
    switch (terms.kind) {
      case SplitKind::equal: weights.push_back(1); break;
      case SplitKind::by_hours: weights.push_back(party.minutes.at(session)); break;
      case SplitKind::by_child:
      case SplitKind::by_support_ratio:
      case SplitKind::by_weight: weights.push_back(party.weight); break;
    }
  }
  return weights;
}

/// What everybody would pay if everybody could.
Result<ExactSession> unlimited_session(const SplitTerms& terms, std::size_t at, Money price) {
  ExactSession session;
  session.price = session.split = price;
  const auto weights = weights_of(terms, at);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    ExactShare share;
    if (terms.parties[i].fixed) session.split -= *terms.parties[i].fixed;
    else session.weights += share.weight = weights[i];
    session.shares.push_back(share);
  }
  if (session.split.is_negative()) {
    return invalid("fixed-parts-above-price",
                   "The fixed parts come to more than the price of " + to_text(price) + ". Lower one of them.");
  }
  if (session.weights == 0 && session.split != Money()) {
    return invalid("nobody-pays-the-rest", "Nobody is left to pay " + to_text(session.split) + " of session " +
                                               std::to_string(terms.first_session + static_cast<std::int64_t>(at)) +
                                               ". Name who pays it, or cancel the session.");
  }
  for (std::size_t i = 0; i < weights.size(); ++i) {
    auto& share = session.shares[i];
    if (terms.parties[i].fixed) share.unlimited = whole(*terms.parties[i].fixed);
    else if (share.weight > 0) {
      share.unlimited = reduced({Wide{session.split.pence()} * share.weight, session.weights});
    }
    share.due = share.unlimited;
  }
  return session;
}

}  // namespace

Error share_short(const Party& party, std::int64_t session, Money due, Money can_pay) {
  const auto short_by = due - can_pay;
  auto error = conflict("share-short", "Your share of a session would be " + to_text(due) + ", which is " +
                                           to_text(short_by) +
                                           " more than you can pay, and the others have not agreed to carry that "
                                           "much. Talk to your facilitator: nothing has been set aside.");
  return std::move(error)
      .with("family", party.family.text())
      .with("short_by_pence", short_by.pence())
      .with("session", session);
}

namespace {

/// The most each family can pay of a session, by family; nothing: no limit. `short_at` tells who is
/// short: above what it said it can pay, or above an even part of its headroom where all its
/// sessions together would pass that. `carry_to` is how far it can be raised for others: every
/// session may take an even part of what its own sessions leave of its headroom.
using Limits = std::vector<std::optional<Money>>;
struct SessionLimits {
  Limits short_at, carry_to;
};

std::vector<SessionLimits> limits_of(const SplitTerms& terms, const std::vector<ExactSession>& sessions) {
  const auto members = terms.parties.size();
  std::vector<Fraction> fractions;
  for (const auto& session : sessions) {
    for (const auto& share : session.shares) fractions.push_back(share.unlimited);
  }
  const auto one = common_denominator(fractions, false);
  std::vector<Wide> due;  // in 1 / one of a penny, by session, then by family
  std::vector<Wide> totals(members, 0);
  std::vector<std::int64_t> paying(members, 0), taking_part(members, 0);
  const auto repeats = sessions.size() == 1 ? terms.sessions : 1;
  for (std::size_t at = 0; at < sessions.size(); ++at) {
    const auto first = fractions.begin() + static_cast<std::ptrdiff_t>(at * members);
    const auto targets = over({first, first + static_cast<std::ptrdiff_t>(members)}, one);
    for (std::size_t i = 0; i < members; ++i) {
      due.push_back(Wide{targets[i].pence} * one + targets[i].rest);
      totals[i] += due.back() * repeats;
      if (due.back() > 0) paying[i] += repeats;
      if (sessions[at].shares[i].weight > 0) taking_part[i] += repeats;
    }
  }
  std::vector<SessionLimits> limits(sessions.size());
  for (std::size_t at = 0; at < sessions.size(); ++at) {
    for (std::size_t i = 0; i < members; ++i) {
      const auto& party = terms.parties[i];
      auto short_at = party.can_pay;
      auto carry_to = party.can_pay;
      const auto spare = party.headroom ? Wide{party.headroom->pence()} * one - totals[i] : 0;
      if (spare < 0) {
        const Money even(party.headroom->pence() / paying[i]);
        short_at = short_at ? std::min(*short_at, even) : even;
      }
      if (party.headroom && taking_part[i] > 0) {
        const auto raised = std::max<Wide>(0, due[at * members + i] + spare / taking_part[i]) / one;
        const Money most(static_cast<std::int64_t>(std::min<Wide>(raised, most_price.pence())));
        carry_to = carry_to ? std::min(*carry_to, most) : most;
      }
      limits[at].short_at.push_back(short_at);
      limits[at].carry_to.push_back(carry_to);
    }
  }
  return limits;
}

bool any_short(const ExactSession& session, const Limits& limits) {
  for (std::size_t i = 0; i < limits.size(); ++i) {
    if (limits[i] && above(session.shares[i].unlimited, *limits[i])) return true;
  }
  return false;
}

/// Those who are short pay what they can; those who agreed to carry split the rest by weight, each
/// up to its own limit. `rest` is over `session.weights`.
Result<Done> carry(const SplitTerms& terms, const SessionLimits& both, std::int64_t number, ExactSession& session) {
  const auto& limits = both.short_at;
  const auto& tight = both.carry_to;
  const Wide weights = std::max<std::int64_t>(1, session.weights);
  auto rest = Wide{session.split.pence()} * weights;
  std::vector<std::size_t> carriers;
  std::optional<std::size_t> worst;
  const auto short_by = [&](std::size_t i) { return rounded_up(session.shares[i].unlimited) - *limits[i]; };
  for (std::size_t i = 0; i < limits.size(); ++i) {
    auto& share = session.shares[i];
    const auto& party = terms.parties[i];
    if (limits[i] && above(share.unlimited, *limits[i])) {
      share.limited = true;
      share.due = whole(*limits[i]);
      if (!worst || short_by(i) > short_by(*worst)) worst = i;
      rest -= (Wide{limits[i]->pence()} - (party.fixed ? party.fixed->pence() : 0)) * weights;
    } else if (!party.fixed && share.weight > 0) {
      const bool may = party.carries_to && !above(share.unlimited, *party.carries_to) &&
                       !(tight[i] && above(share.unlimited, *tight[i]));
      if (may) carriers.push_back(i);
      else rest -= Wide{session.split.pence()} * share.weight;
    }
  }
  const auto most = [&](std::size_t i) {
    return tight[i] ? std::min(*tight[i], *terms.parties[i].carries_to) : *terms.parties[i].carries_to;
  };
  while (!carriers.empty()) {
    Wide carrying = 0;
    for (const auto i : carriers) carrying += session.shares[i].weight;
    std::vector<std::size_t> left;
    for (const auto i : carriers) {
      auto& share = session.shares[i];
      share.due = reduced({rest * share.weight, weights * carrying});
      share.carries = true;
      if (!above(share.due, most(i))) left.push_back(i);
    }
    if (left.size() == carriers.size()) return Done{};
    for (const auto i : carriers) {
      if (!above(session.shares[i].due, most(i))) continue;
      session.shares[i].due = whole(most(i));
      rest -= Wide{most(i).pence()} * weights;
    }
    carriers = std::move(left);
  }
  if (rest == 0) return Done{};
  return share_short(terms.parties[*worst], number, rounded_up(session.shares[*worst].unlimited), *limits[*worst]);
}

}  // namespace

Result<std::vector<ExactSession>> exact_sessions(const SplitTerms& terms) {
  std::vector<Money> prices;
  for (std::int64_t at = 0; at < terms.sessions; ++at) {
    auto price = terms.prices.empty() ? terms.price_per_session : terms.prices[static_cast<std::size_t>(at)];
    for (const auto& cost : terms.costs) price += part_of_cost(cost, at, terms.sessions);
    if (price > most_price) {
      return invalid_field("/price_per_session", "Use an amount from nothing to £100,000,000.00.");
    }
    prices.push_back(price);
  }
  const bool same = std::all_of(prices.begin(), prices.end(), [&](Money price) { return price == prices.front(); }) &&
                    (terms.kind != SplitKind::by_hours ||
                     std::all_of(terms.parties.begin(), terms.parties.end(), [](const Party& party) {
                       return std::all_of(party.minutes.begin(), party.minutes.end(),
                                          [&](std::int64_t minutes) { return minutes == party.minutes.front(); });
                     }));
  std::vector<ExactSession> sessions;
  for (std::size_t at = 0; at < (same ? std::min<std::size_t>(1, prices.size()) : prices.size()); ++at) {
    auto session = unlimited_session(terms, at, prices[at]);
    if (!session) return session.error();
    sessions.push_back(std::move(*session));
  }
  const bool limited = std::any_of(terms.parties.begin(), terms.parties.end(), [](const Party& party) {
    return party.can_pay || party.headroom;
  });
  if (!limited) return sessions;
  const auto limits = limits_of(terms, sessions);
  for (std::size_t at = 0; at < sessions.size(); ++at) {
    if (!any_short(sessions[at], limits[at].short_at)) continue;
    CP_TRY(carry(terms, limits[at], terms.first_session + static_cast<std::int64_t>(at), sessions[at]));
  }
  return sessions;
}

}  // namespace cp::payments
