#include "payments/splitting/split_words.hpp"
#include "shared/core/counted.hpp"

#include <algorithm>
#include <cstdlib>

namespace cp::payments {
namespace {

std::string ratio_text(const SupportRatio& ratio) {
  return std::to_string(ratio.adults) + ":" + std::to_string(ratio.children);
}

/// `1 of 3 children`: what a share is measured by.
std::string part_text(const SplitTerms& terms, const Party& party, std::int64_t weight, std::int64_t weights) {
  const auto of = std::to_string(weight) + " of ";
  switch (terms.kind) {
    case SplitKind::equal: return of + counted(weights, "family", "families");
    case SplitKind::by_child: return of + counted(weights, "child", "children");
    case SplitKind::by_hours: return of + counted(weights, "minute", "minutes") + " attended";
    case SplitKind::by_weight: return of + counted(weights, "part", "parts");
    case SplitKind::by_support_ratio: break;
  }
  return "support of " + ratio_text(party.ratio) + " for " + counted(party.weight, "child", "children") + " counts " +
         of + counted(weights, "part", "parts");
}

std::string range(const Dealt& dealt) {
  if (dealt.least == dealt.most) return to_text(dealt.most) + " a session";
  const bool penny = dealt.most == dealt.least + Money(1);
  return to_text(dealt.least) + (penny ? " or " : " to ") + to_text(dealt.most) + " a session";
}

/// Millionths of a penny are as much as anybody wants to read.
std::string pennies_text(std::int64_t billionths) {
  auto millionths = std::to_string(std::llabs(billionths) / 1'000 % 1'000'000);
  millionths.insert(0, 6 - millionths.size(), '0');
  return std::to_string(std::llabs(billionths) / 1'000'000'000) + "." + millionths.substr(0, 2) + " p";
}

DerivationLine share_line(const SplitTerms& terms, const std::vector<ExactSession>& sessions, std::size_t family,
                          const Dealt& dealt) {
  const auto& party = terms.parties[family];
  const auto& session = sessions.front();
  const auto& share = session.shares[family];
  auto text = part_text(terms, party, share.weight, session.weights);
  const auto turns = ", in turn with the others so that each session adds up exactly";
  if (sessions.size() > 1) {
    text = (terms.kind == SplitKind::by_hours ? "by the minutes attended, " + std::to_string(share.weight) + " of " +
                                                    std::to_string(session.weights) + " in the first session"
                                              : text) +
           ": the price of each session × its part = " + range(dealt) +
           ", rounded so that each session adds up exactly";
    return {"share", std::move(text), dealt.most};
  }
  const auto& [numerator, denominator] = share.unlimited;
  const Money down(static_cast<std::int64_t>(numerator / denominator));
  text += ": " + to_text(session.split) + " × " + std::to_string(share.weight) + " ÷ " +
          std::to_string(std::max<std::int64_t>(1, session.weights)) + " = ";
  if (numerator % denominator == 0) text += to_text(down) + " a session";
  else text += to_text(down) + " or " + to_text(down + Money(1)) + " a session" + turns;
  return {"share", std::move(text), down};
}

}  // namespace

Derivation price_lines(const SplitTerms& terms, const std::vector<ExactSession>& sessions) {
  Derivation lines;
  const auto first = terms.prices.empty() ? terms.price_per_session : terms.prices.front();
  lines.push_back({"price", "the provider’s price is " + to_text(first) +
                                (terms.prices.empty() ? " a session" : " for the first session"), first});
  for (const auto& cost : terms.costs) {
    std::string text(cost.kind == CostKind::fee ? "fee" : cost.kind == CostKind::insurance ? "insurance" : "cost");
    text += " for " + cost.label + ": ";
    if (cost.per_session != Money()) text += to_text(cost.per_session) + " a session";
    if (cost.once != Money()) {
      text += (cost.per_session != Money() ? " and " : "") + to_text(cost.once) + " spread over " +
              counted(terms.sessions, "session", "sessions");
    }
    lines.push_back({std::string(name(cost.kind)), std::move(text), cost.per_session * terms.sessions + cost.once});
  }
  if (sessions.empty()) return lines;
  const auto& session = sessions.front();
  const auto each = sessions.size() > 1 ? " for the first session" : " a session";
  if (!terms.costs.empty()) {
    lines.push_back({"group-price", "together " + to_text(session.price) + each, session.price});
  }
  if (session.split != session.price) {
    lines.push_back({"fixed-parts", "fixed parts pay " + to_text(session.price - session.split) + " of it, " +
                                        to_text(session.split) + " is split", session.split});
  }
  return lines;
}

Derivation member_lines(const SplitTerms& terms, const std::vector<ExactSession>& sessions,
                        std::size_t family, const Dealt& dealt) {
  Derivation lines;
  const auto& party = terms.parties[family];
  if (!sessions.empty()) {
    if (party.fixed) {
      lines.push_back({"fixed", "a fixed part of " + to_text(*party.fixed) + " a session, as agreed", *party.fixed});
    } else {
      lines.push_back(share_line(terms, sessions, family, dealt));
    }
    const auto any = [&](auto&& has) {
      return std::any_of(sessions.begin(), sessions.end(), [&](const auto& one) { return has(one.shares[family]); });
    };
    if (any([](const ExactShare& share) { return share.limited; })) {
      lines.push_back({"limited", "you pay what you can, " + range(dealt) + "; others agreed to carry the rest",
                       dealt.most});
    }
    if (any([](const ExactShare& share) { return share.carries; })) {
      lines.push_back({"carried", "you agreed to pay up to " + to_text(*party.carries_to) +
                                      " a session so that nobody has to drop out, and pay " + range(dealt),
                       dealt.most});
    }
    if (dealt.settled != 0) {
      lines.push_back({"rounding", std::string("you had paid ") + pennies_text(dealt.settled) +
                                       (dealt.settled > 0 ? " more" : " less") +
                                       " than your exact part before, which counts in the first session", {}});
    }
  }
  if (std::abs(dealt.of_others) >= 5'000'000) {
    lines.push_back({"rounding-of-others", std::string("families that are not in the group any more had paid ") +
                                               (dealt.of_others > 0 ? "less" : "more") + " than their exact part; " +
                                               pennies_text(std::abs(dealt.of_others)) + " of that is your part", {}});
  }
  lines.push_back({"total", counted(terms.sessions, "session comes", "sessions come") + " to " + to_text(dealt.total),
                   dealt.total});
  return lines;
}

Derivation together(const Derivation& price, const Derivation& own) {
  Derivation steps;
  if (price.size() > 1) steps = price;
  steps.insert(steps.end(), own.begin(), own.end());
  for (auto& step : steps) {
    auto& first = step.text.front();
    if (first >= 'a' && first <= 'z') first = static_cast<char>(first - 'a' + 'A');
  }
  return steps;
}

}  // namespace cp::payments
