#include "payments/splitting/pennies.hpp"

#include "payments/splitting/penny_flow.hpp"

#include <algorithm>
#include <numeric>
#include <stdexcept>

namespace cp::payments {
namespace {

constexpr std::int64_t most_denominator = 1'000'000'000'000'000'000;
constexpr std::int64_t fine_denominator = 1'000'000'000'000'000;
constexpr std::int64_t billion = 1'000'000'000;
/// Two lines that go the same way for so long are taken as equal: no split has more sessions.
constexpr std::int64_t most_signs = 1'000;

/// Baruah's characteristic sign of a fraction at session `at` (from 0): where the ideal line
/// `rest x at / one` goes in the next session: not beyond the next whole penny, onto it, or over.
int sign_at(std::int64_t rest, std::int64_t one, std::int64_t at) {
  const auto fraction = static_cast<std::int64_t>(Wide{rest} * at % one);
  const auto over = Wide{fraction} + rest - one;
  return over < 0 ? -1 : over > 0 ? 1 : 0;
}

/// Which fraction's future presses more: the signs after session `at`, one by one, until they
/// differ or both lines meet a whole penny. Above 0: the first; 0: neither.
int compare_futures(std::int64_t a, std::int64_t b, std::int64_t one, std::int64_t at) {
  if (a == b) return 0;
  for (auto next = at + 1; next <= at + most_signs; ++next) {
    const auto sign_a = sign_at(a, one, next);
    const auto sign_b = sign_at(b, one, next);
    if (sign_a != sign_b) return sign_a > sign_b ? 1 : -1;
    if (sign_a == 0) return 0;
  }
  return 0;
}

/// Who gets the extra pennies of session `at` (from 0): Algorithm PF of Baruah, Cohen, Plaxton and
/// Varvel, "Proportionate progress" (Algorithmica 15, 1996), with pennies for processor slots.
/// First those who would fall a penny behind, never those who would get ahead, and among the
/// others those whose future presses most; ties to who has paid least so far, then by index.
std::vector<std::size_t> choose(const std::vector<Target>& targets, const std::vector<std::int64_t>& had,
                                std::int64_t one, std::int64_t at, std::int64_t pennies) {
  std::vector<std::size_t> urgent;
  std::vector<std::size_t> contending;
  const auto lag = [&](std::size_t i) { return Wide{targets[i].rest} * at - Wide{had[i]} * one; };
  for (std::size_t i = 0; i < targets.size(); ++i) {
    if (targets[i].rest == 0) continue;
    const auto sign = sign_at(targets[i].rest, one, at);
    if (lag(i) > 0 && sign >= 0) urgent.push_back(i);
    else if (!(lag(i) < 0 && sign <= 0)) contending.push_back(i);
  }
  std::stable_sort(contending.begin(), contending.end(), [&](std::size_t a, std::size_t b) {
    const auto presses = compare_futures(targets[a].rest, targets[b].rest, one, at);
    if (presses != 0) return presses > 0;
    if (lag(a) != lag(b)) return lag(a) > lag(b);
    return targets[a].rest > targets[b].rest;
  });
  urgent.insert(urgent.end(), contending.begin(), contending.end());
  if (urgent.size() < static_cast<std::size_t>(pennies)) {
    throw std::logic_error("split: fewer members than pennies");
  }
  urgent.resize(static_cast<std::size_t>(pennies));
  return urgent;
}

std::int64_t extra_pennies(const Targets& targets, std::int64_t session) {
  Wide rests = 0;
  for (std::size_t i = 0; i < targets.members; ++i) rests += targets.at(session, i).rest;
  if (rests % targets.one != 0) throw std::logic_error("split: a session is no whole number of pence");
  return static_cast<std::int64_t>(rests / targets.one);
}

using Extras = std::vector<std::int64_t>;  // 0 or 1, by session, then by member

Extras deal_constant(const Targets& targets) {
  Extras extras(static_cast<std::size_t>(targets.sessions) * targets.members, 0);
  std::vector<std::int64_t> had(targets.members, 0);
  const auto pennies = targets.sessions > 0 ? extra_pennies(targets, 0) : 0;
  for (std::int64_t session = 0; session < targets.sessions; ++session) {
    for (const auto chosen : choose(targets.rows, had, targets.one, session, pennies)) {
      extras[static_cast<std::size_t>(session) * targets.members + chosen] = 1;
      ++had[chosen];
    }
  }
  return extras;
}

/// Shares that change: who would fall a penny behind first, first. Simple and nearly always right;
/// `keeps_promise` tells, and the flow is there for the rest.
class EarliestFirst {
 public:
  EarliestFirst(const Targets& targets, const std::vector<Preference>& preferences)
      : targets_(targets), preferences_(preferences), owed_(targets.members, 0), deadline_(targets.members, -1) {}

  Extras deal() {
    Extras extras(static_cast<std::size_t>(targets_.sessions) * targets_.members, 0);
    for (std::int64_t session = 0; session < targets_.sessions; ++session) {
      for (std::size_t i = 0; i < targets_.members; ++i) owed_[i] += targets_.at(session, i).rest;
      const auto order = by_need(session);
      const auto pennies = std::min(static_cast<std::size_t>(extra_pennies(targets_, session)), order.size());
      for (std::size_t at = 0; at < pennies; ++at) {
        extras[static_cast<std::size_t>(session) * targets_.members + order[at]] = 1;
        owed_[order[at]] -= targets_.one;
        deadline_[order[at]] = -1;
      }
    }
    return extras;
  }

 private:
  /// The last session in which the member's next penny may be dealt.
  std::int64_t deadline(std::size_t member, std::int64_t session) {
    if (deadline_[member] < session) {
      auto owed = owed_[member];
      auto at = session;
      while (owed < targets_.one && ++at < targets_.sessions) owed += targets_.at(at, member).rest;
      deadline_[member] = at;
    }
    return deadline_[member];
  }

  /// -1: without the penny this share would be below the first session's least; 1: with it above its most.
  int off(std::size_t member, std::int64_t session) const {
    if (session > 0) return 0;
    const auto pence = targets_.at(0, member).pence;
    return pence < preferences_[member].least ? -1 : pence + 1 > preferences_[member].most ? 1 : 0;
  }

  std::vector<std::size_t> by_need(std::int64_t session) {
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < targets_.members; ++i) {
      if (targets_.at(session, i).rest == 0 || owed_[i] <= 0) continue;
      order.push_back(i);
      (void)deadline(i, session);
    }
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      const auto must_a = owed_[a] >= targets_.one;
      const auto must_b = owed_[b] >= targets_.one;
      if (must_a != must_b) return must_a;
      if (off(a, session) != off(b, session)) return off(a, session) < off(b, session);
      if (deadline_[a] != deadline_[b]) return deadline_[a] < deadline_[b];
      if (owed_[a] != owed_[b]) return owed_[a] > owed_[b];
      return preferences_[a].carried < preferences_[b].carried;
    });
    return order;
  }

  const Targets& targets_;
  const std::vector<Preference>& preferences_;
  std::vector<Wide> owed_;  // after this session, before its pennies
  std::vector<std::int64_t> deadline_;
};

/// The promise of the header, checked whatever the algorithm did.
bool keeps_promise(const Targets& targets, const Extras& extras) {
  std::vector<Wide> owed(targets.members, 0);
  for (std::int64_t session = 0; session < targets.sessions; ++session) {
    std::int64_t dealt = 0;
    for (std::size_t i = 0; i < targets.members; ++i) {
      const auto extra = extras[static_cast<std::size_t>(session) * targets.members + i];
      const auto rest = targets.at(session, i).rest;
      if (extra != 0 && rest == 0) return false;
      dealt += extra;
      owed[i] += rest - Wide{extra} * targets.one;
      if (owed[i] <= -Wide{targets.one} || owed[i] >= Wide{targets.one}) return false;
    }
    if (dealt != extra_pennies(targets, session)) return false;
  }
  return true;
}

}  // namespace

Wide greatest_common_divisor(Wide a, Wide b) {
  while (b != 0) {
    const auto rest = a % b;
    a = b;
    b = rest;
  }
  return a < 0 ? -a : a;
}

Fraction reduced(Fraction fraction) {
  const auto divisor = greatest_common_divisor(fraction.numerator, fraction.denominator);
  return {fraction.numerator / divisor, fraction.denominator / divisor};
}

std::int64_t common_denominator(const std::vector<Fraction>& fractions, bool of_billionths) {
  Wide common = of_billionths ? billion : 1;
  for (const auto& fraction : fractions) {
    const auto denominator = reduced(fraction).denominator;
    if (denominator > most_denominator) return fine_denominator;
    common = common / greatest_common_divisor(common, denominator) * denominator;
    if (common > most_denominator) return fine_denominator;
  }
  return static_cast<std::int64_t>(common);
}

std::vector<Target> over(const std::vector<Fraction>& fractions, std::int64_t one) {
  std::vector<Target> targets;
  std::vector<std::pair<Wide, std::size_t>> lost;  // below a unit, as a fraction of 2^30, largest first
  Wide rests = 0;
  for (std::size_t i = 0; i < fractions.size(); ++i) {
    const auto [numerator, denominator] = reduced(fractions[i]);
    Target target{static_cast<std::int64_t>(numerator / denominator), 0};
    const auto rest = numerator % denominator;
    if (one % denominator == 0) {
      target.rest = static_cast<std::int64_t>(rest * (one / denominator));
    } else {
      target.rest = static_cast<std::int64_t>(rest * one / denominator);
      lost.emplace_back(-(((rest * one % denominator) << 30) / denominator), i);
    }
    rests += target.rest;
    targets.push_back(target);
  }
  const auto missing = static_cast<std::size_t>((one - rests % one) % one);
  if (missing > lost.size()) throw std::logic_error("split: a session is no whole number of pence");
  std::sort(lost.begin(), lost.end());
  for (std::size_t at = 0; at < missing; ++at) {
    auto& target = targets[lost[at].second];
    if (++target.rest == one) target = {target.pence + 1, 0};
  }
  return targets;
}

std::vector<std::int64_t> deal(const Targets& targets, const std::vector<Preference>& preferences) {
  auto extras = targets.constant ? deal_constant(targets) : EarliestFirst(targets, preferences).deal();
  if (!targets.constant && !keeps_promise(targets, extras)) extras = deal_by_flow(targets);
  if (!keeps_promise(targets, extras)) throw std::logic_error("split: a penny off");
  for (std::int64_t session = 0; session < targets.sessions; ++session) {
    for (std::size_t i = 0; i < targets.members; ++i) {
      extras[static_cast<std::size_t>(session) * targets.members + i] += targets.at(session, i).pence;
    }
  }
  return extras;
}

}  // namespace cp::payments
