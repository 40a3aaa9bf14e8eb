#include "payments/split.hpp"

#include <algorithm>
#include <stdexcept>

namespace cp::payments {
namespace {

// A price has at most 34 bits, a weight 10, a sum of weights 20, a session's number 10: their
// products do not fit 64 bits, so they are made in 128.
__extension__ using Wide = __int128;

/// One member's whole pennies of every session, and the fraction of a penny that is left over:
/// `rest / whole`.
struct Part {
  Weight member;
  std::int64_t floor = 0;
  std::int64_t rest = 0;
  std::int64_t extras = 0;  // pennies given on top of `floor` in the sessions so far
};

/// Baruah's characteristic sign of a fraction at session `at` (from 0): where the ideal line
/// `rest x at / whole` goes in the next session: not beyond the next whole penny, onto it, or over.
int sign_at(std::int64_t rest, std::int64_t whole, std::int64_t at) {
  const auto fraction = static_cast<std::int64_t>(Wide{rest} * at % whole);
  const auto over = fraction + rest - whole;
  return over < 0 ? -1 : over > 0 ? 1 : 0;
}

/// Whether the first fraction's future is more pressing: the signs after session `at`, one by one,
/// until they differ or both lines meet a whole penny.
bool presses_more(std::int64_t a, std::int64_t b, std::int64_t whole, std::int64_t at) {
  if (a == b) return false;
  for (auto next = at + 1;; ++next) {
    const auto sign_a = sign_at(a, whole, next);
    const auto sign_b = sign_at(b, whole, next);
    if (sign_a != sign_b) return sign_a > sign_b;
    if (sign_a == 0) return false;
  }
}

/// Who gets the extra pennies of session `at` (from 0): Algorithm PF of Baruah, Cohen, Plaxton and
/// Varvel, "Proportionate progress" (Algorithmica 15, 1996), with pennies for processor slots.
/// First those who would fall a penny behind, never those who would get ahead, and among the
/// others those whose future presses most. docs/splitting.md says why this cannot fail.
std::vector<std::size_t> choose(const std::vector<Part>& parts, std::int64_t whole, std::int64_t at,
                                std::int64_t pennies) {
  std::vector<std::size_t> urgent;
  std::vector<std::size_t> contending;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto& part = parts[i];
    if (part.rest == 0) continue;
    const auto lag = Wide{part.rest} * at - Wide{part.extras} * whole;
    const auto sign = sign_at(part.rest, whole, at);
    if (lag > 0 && sign >= 0) urgent.push_back(i);
    else if (!(lag < 0 && sign <= 0)) contending.push_back(i);
  }
  std::stable_sort(contending.begin(), contending.end(), [&](std::size_t a, std::size_t b) {
    return presses_more(parts[a].rest, parts[b].rest, whole, at);
  });
  urgent.insert(urgent.end(), contending.begin(), contending.end());
  if (urgent.size() < static_cast<std::size_t>(pennies)) {
    throw std::logic_error("split: fewer members than pennies");
  }
  urgent.resize(static_cast<std::size_t>(pennies));
  return urgent;
}

/// The promise of the header, checked after every session whatever the algorithm did.
void check(const Part& part, std::int64_t whole, std::int64_t sessions) {
  const auto lag = Wide{part.rest} * sessions - Wide{part.extras} * whole;
  if (lag <= -Wide{whole} || lag >= Wide{whole}) throw std::logic_error("split: a penny off");
}

std::string count(std::int64_t number, std::string_view singular, std::string_view plural) {
  return std::to_string(number) + " " + std::string(number == 1 ? singular : plural);
}

std::string derivation_of(const Part& part, Money price, std::int64_t whole, std::int64_t sessions,
                          Money total) {
  std::string text = std::to_string(part.member.weight) + " of " + count(whole, "child", "children") + ": " +
                     to_text(price) + " × " + std::to_string(part.member.weight) + " ÷ " +
                     std::to_string(whole) + " = ";
  if (part.rest == 0) {
    text += to_text(Money(part.floor)) + " a session";
  } else {
    text += to_text(Money(part.floor)) + " or " + to_text(Money(part.floor + 1)) +
            " a session, in turn with the others so that each session adds up exactly";
  }
  return text + "; " + count(sessions, "session comes", "sessions come") + " to " + to_text(total) + ".";
}

Result<Done> check_input(Money price, std::int64_t sessions, std::int64_t first_session,
                         const std::vector<Weight>& members) {
  if (price.is_negative() || price > most_price) {
    return invalid_field("/price_per_session", "Use an amount from nothing to £100,000,000.00.");
  }
  if (sessions < 0 || sessions > most_split_sessions) {
    return invalid_field("/sessions", "Use 0 to 1000.");
  }
  if (first_session < 1) return invalid_field("/first_session", "Sessions count from 1.");
  if (members.empty() || members.size() > static_cast<std::size_t>(most_split_members)) {
    return invalid_field("/members", "Name 1 to 1000 members.");
  }
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (members[i].weight < 1 || members[i].weight > most_weight) {
      return invalid_field("/members/" + std::to_string(i) + "/weight", "Use 1 to 1000.");
    }
  }
  return Done{};
}

/// The members by id, each with its whole pennies and its rest.
std::vector<Part> parts_of(Money price, std::int64_t whole, std::vector<Weight> members) {
  std::sort(members.begin(), members.end(),
            [](const Weight& a, const Weight& b) { return a.family < b.family; });
  std::vector<Part> parts;
  for (auto& member : members) {
    const auto product = Wide{price.pence()} * member.weight;
    parts.push_back({std::move(member), static_cast<std::int64_t>(product / whole),
                     static_cast<std::int64_t>(product % whole)});
  }
  return parts;
}

}  // namespace

Result<Price> price_of_session(const std::vector<Tier>& tiers, std::int64_t minutes, std::int64_t children) {
  const Tier* applies = nullptr;
  for (const auto& tier : tiers) {
    if (tier.from_children <= children) applies = &tier;
  }
  if (!applies) {
    return invalid("no-price", "The offer has no price for a group of " + count(children, "child", "children") + ".");
  }
  const auto hours = (Wide{applies->per_hour.pence()} * minutes + 59) / 60;
  const Money for_hours(static_cast<std::int64_t>(hours));
  Price price;
  price.tier = *applies;
  price.per_session = applies->fixed + applies->per_child * children + for_hours;
  std::vector<std::string> terms;
  if (applies->fixed != Money()) terms.push_back(to_text(applies->fixed) + " a session");
  if (applies->per_child != Money()) {
    terms.push_back(count(children, "child", "children") + " × " + to_text(applies->per_child));
  }
  if (applies->per_hour != Money()) {
    terms.push_back(std::to_string(minutes) + " minutes at " + to_text(applies->per_hour) + " an hour (" +
                    to_text(for_hours) + ")");
  }
  for (const auto& term : terms) price.text += (price.text.empty() ? "" : " + ") + term;
  price.text += (price.text.empty() ? "" : " = ") + to_text(price.per_session);
  if (tiers.size() > 1) {
    price.text += ", the price for groups from " + count(applies->from_children, "child", "children") + " on";
  }
  price.text += ".";
  return price;
}

Result<Split> split(Money price_per_session, std::int64_t sessions, std::int64_t first_session,
                    std::vector<Weight> members) {
  CP_TRY(check_input(price_per_session, sessions, first_session, members));
  std::int64_t whole = 0;
  for (const auto& member : members) whole += member.weight;
  auto parts = parts_of(price_per_session, whole, std::move(members));
  for (std::size_t i = 1; i < parts.size(); ++i) {
    if (parts[i].member.family == parts[i - 1].member.family) {
      return invalid_field("/members", "Name each family once.");
    }
  }
  std::int64_t pennies = price_per_session.pence();  // that do not divide, in every session
  for (const auto& part : parts) pennies -= part.floor;

  Split result;
  result.shares.reserve(parts.size() * static_cast<std::size_t>(sessions));
  std::vector<std::int64_t> highest(parts.size(), 0);
  for (std::int64_t at = 0; at < sessions; ++at) {
    std::vector<std::int64_t> extra(parts.size(), 0);
    for (const auto chosen : choose(parts, whole, at, pennies)) extra[chosen] = 1;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      auto& part = parts[i];
      part.extras += extra[i];
      check(part, whole, at + 1);
      const auto pence = part.floor + extra[i];
      highest[i] = std::max(highest[i], pence);
      result.shares.push_back({part.member.family, first_session + at, Money(pence)});
    }
  }
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto total = Money(parts[i].floor) * sessions + Money(parts[i].extras);
    result.members.push_back({parts[i].member.family, Money(highest[i]), total,
                              derivation_of(parts[i], price_per_session, whole, sessions, total)});
  }
  return result;
}

Money highest_total(Money price_per_session, std::int64_t sessions, std::int64_t weight, std::int64_t whole) {
  const auto product = Wide{price_per_session.pence()} * sessions * weight;
  return Money(static_cast<std::int64_t>((product + whole - 1) / whole));
}

}  // namespace cp::payments
