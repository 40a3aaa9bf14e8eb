#include "payments/rules.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <stdexcept>

namespace cp::payments {
namespace {

__extension__ using Wide = __int128;

/// Money meant for short breaks first. Money for journeys to school comes last: it is the hardest to
/// spend on anything else, and most authorities will have a rule against it. What the family has paid in
/// itself is only touched where nothing else is left.
constexpr auto spending_order =
    std::to_array<Stream>({Stream::short_breaks, Stream::social_care, Stream::health, Stream::equipment,
                           Stream::education_transport, Stream::own_money});

StreamBudget* find_budget(Plan& plan, Stream stream, const Instalment& from) {
  for (auto& budget : plan.streams) {
    if (budget.stream == stream && budget.from == from) return &budget;
  }
  return nullptr;
}

/// The instalments of a stream that may be spent on a day, the latest first: what came earlier is
/// only used where that is not enough.
std::vector<StreamBudget*> spendable(Plan& plan, Stream stream, Date day) {
  std::vector<StreamBudget*> found;
  for (auto& budget : plan.streams) {
    if (budget.stream == stream && budget.from.value_or(plan.starts) <= day) found.push_back(&budget);
  }
  std::sort(found.begin(), found.end(), [](const auto* a, const auto* b) { return a->from > b->from; });
  return found;
}

bool covers(const Plan& plan, Date first, Date last) {
  return plan.state == PlanState::agreed && plan.starts <= first && last <= plan.ends;
}

/// Takes up to `amount` out of one plan for a session on `day`, stream by stream; answers what is
/// still needed.
Money take(Plan& plan, std::string_view category, Date day, Money amount, std::vector<SharePart>& parts) {
  for (const auto stream : usable_streams(plan, category)) {
    for (auto* budget : spendable(plan, stream, day)) {
      const auto most = is_allocated(stream) ? std::min(budget->left, pooled_cap(plan) - plan.pooled_used) : budget->left;
      const auto taken = std::min(amount, most);
      if (taken <= Money()) continue;
      budget->left -= taken;
      budget->held += taken;
      if (is_allocated(stream)) plan.pooled_used += taken;
      amount -= taken;
      parts.push_back({plan.id, stream, budget->from, taken});
    }
  }
  return amount;
}

/// Why a family cannot pay, and by how much it is short over all its shares.
struct Shortage {
  Money short_by;
  bool no_plan = false;    // for the day of a share that is short
  bool no_stream = false;  // in the plans for that day
};

Error refusal(const Shortage& shortage, const Id<"family">& family) {
  const auto short_by = shortage.short_by.pence();
  const auto with = [&](Error error) {
    return std::move(std::move(error).with("family", family.text())).with("short_by_pence", short_by);
  };
  if (shortage.no_plan) {
    return with(conflict("no-agreed-plan",
                         "There is no agreed plan for the days of these sessions. Ask the authority to agree one."));
  }
  if (shortage.no_stream) {
    return with(conflict("spending-not-allowed",
                         "The authority's rules do not let any of the plan's money pay for this kind of "
                         "activity. Ask the facilitator."));
  }
  return with(conflict("headroom-exceeded", "That is " + to_text(shortage.short_by) +
                                                " more than may still be pooled. Choose fewer sessions, or ask "
                                                "the authority for permission."));
}

}  // namespace

Result<Done> check_plan(const Plan& plan) {
  if (plan.ends < plan.starts) return invalid_field("/ends", "The last day comes after the first.");
  if (plan.ends.year() - plan.starts.year() > std::chrono::years(10)) {
    return invalid_field("/ends", "A plan lasts at most ten years.");
  }
  std::set<std::pair<Stream, Instalment>> seen;
  for (std::size_t at = 0; at < plan.streams.size(); ++at) {
    const auto& [stream, from] = std::pair(plan.streams[at].stream, plan.streams[at].from);
    const auto where = "/streams/" + std::to_string(at);
    if (!is_allocated(stream)) {
      return invalid_field(where + "/stream", "A family's own money is not allocated: it is paid in when the plan is agreed.");
    }
    if (from && (*from <= plan.starts || *from > plan.ends)) {
      return invalid_field(where + "/from", "An instalment comes after the plan's first day, and before it ends. Leave "
                                            "`from` out for what may be spent from the first day on.");
    }
    if (!seen.insert({stream, from}).second) {
      return invalid_field(where + "/stream", "Name each stream once, or once for each of its instalments.");
    }
  }
  return Done{};
}

Result<Done> may_change(const Plan& plan) {
  if (plan.state == PlanState::indicative) return Done{};
  return conflict("plan-agreed", "This plan is agreed; it can no longer be changed. Make a new one for what is added.");
}

std::string words_of(Stream stream) {
  std::string text(name(stream));
  std::replace(text.begin(), text.end(), '_', ' ');
  text.front() = static_cast<char>(text.front() - 'a' + 'A');
  return text;
}

Money allocated(const Plan& plan) {
  Money sum;
  for (const auto& budget : plan.streams) sum += is_allocated(budget.stream) ? budget.allocated : Money();
  return sum;
}

Money left(const Plan& plan) {
  Money sum;
  for (const auto& budget : plan.streams) sum += budget.left;
  return sum;
}

Money pooled_cap(const Plan& plan) {
  if (plan.state != PlanState::agreed) return Money();
  const auto total = allocated(plan);
  const auto free = Wide{total.pence()} * plan.free_percent / 100;
  return std::min(total, Money(static_cast<std::int64_t>(free)) + plan.permitted);
}

Money headroom(const Plan& plan) {
  if (plan.state != PlanState::agreed) return Money();
  Money own;
  for (const auto& budget : plan.streams) own += is_allocated(budget.stream) ? Money() : budget.left;
  return own + std::max(Money(), std::min(pooled_cap(plan) - plan.pooled_used, left(plan) - own));
}

SpendingRuling ruling(const Plan& plan, Stream stream, std::string_view category) {
  auto answer = SpendingRuling::allowed;
  for (const auto& rule : plan.rules) {
    if (rule.stream != stream) continue;
    if (rule.category == category) return rule.ruling;
    if (rule.category == "*") answer = rule.ruling;
  }
  return answer;
}

std::vector<Stream> usable_streams(const Plan& plan, std::string_view category) {
  std::vector<Stream> usable;
  for (const auto stream : spending_order) {
    const bool there = std::any_of(plan.streams.begin(), plan.streams.end(),
                                   [&](const StreamBudget& budget) { return budget.stream == stream; });
    if (there && ruling(plan, stream, category) == SpendingRuling::allowed) usable.push_back(stream);
  }
  return usable;
}

Money headroom_for(const Plan& plan, std::string_view category, std::optional<Date> by) {
  if (plan.state != PlanState::agreed) return Money();
  Money usable;
  Money own;
  for (const auto stream : usable_streams(plan, category)) {
    for (const auto& budget : plan.streams) {
      const bool in_time = !by || budget.from.value_or(plan.starts) <= *by;
      if (budget.stream == stream && in_time) (is_allocated(stream) ? usable : own) += budget.left;
    }
  }
  return own + std::max(Money(), std::min(pooled_cap(plan) - plan.pooled_used, usable));
}

bool used_before(const Plan& a, const Plan& b) {
  return a.starts != b.starts ? a.starts < b.starts : a.id < b.id;
}

Check check_spending(const std::vector<Plan>& plans, std::string_view category, Money amount, Date first,
                     Date last) {
  Check check;
  Shortage shortage;
  shortage.no_plan = shortage.no_stream = true;
  for (const auto& plan : plans) {
    if (!covers(plan, first, last)) continue;
    shortage.no_plan = false;
    if (!usable_streams(plan, category).empty()) shortage.no_stream = false;
    check.headroom += headroom_for(plan, category, last);
  }
  if (amount <= check.headroom) return check;
  check.short_by = shortage.short_by = amount - check.headroom;
  auto error = refusal(shortage, {});
  check.code = std::move(error.code);
  check.detail = std::move(error.detail);
  return check;
}

void put_back(std::vector<Plan>& plans, const std::vector<SharePart>& parts) {
  for (const auto& part : parts) {
    for (auto& plan : plans) {
      if (plan.id != part.plan) continue;
      auto* budget = find_budget(plan, part.stream, part.from);
      if (!budget) throw std::logic_error("a share holds money of a stream that its plan does not have");
      budget->held -= part.amount;
      budget->left += part.amount;
      if (is_allocated(part.stream)) plan.pooled_used -= part.amount;
    }
  }
}

Result<std::vector<HeldShare>> draw(std::vector<Plan>& plans, std::string_view category,
                                    const std::vector<WantedShare>& wanted) {
  std::sort(plans.begin(), plans.end(), used_before);
  std::vector<HeldShare> held;
  held.reserve(wanted.size());
  Shortage shortage;
  for (std::size_t at = 0; at < wanted.size(); ++at) {
    const auto& want = wanted[at];
    HeldShare share;
    share.family = want.family;
    share.session = want.session;
    share.date = want.date;
    share.amount = want.amount;
    share.derivation = want.derivation;
    auto needed = want.amount;
    bool any_plan = false;
    bool any_stream = false;
    for (auto& plan : plans) {
      if (plan.family != want.family || !covers(plan, want.date, want.date)) continue;
      any_plan = true;
      any_stream = any_stream || !usable_streams(plan, category).empty();
      needed = take(plan, category, want.date, needed, share.parts);
    }
    if (needed > Money()) {
      shortage.short_by += needed;
      shortage.no_plan = shortage.no_plan || !any_plan;
      shortage.no_stream = shortage.no_stream || !any_stream;
    }
    held.push_back(std::move(share));
    const bool last_of_family = at + 1 == wanted.size() || wanted[at + 1].family != want.family;
    if (!last_of_family) continue;
    if (shortage.short_by > Money()) return refusal(shortage, want.family);
    shortage = {};
  }
  return held;
}

Result<std::vector<WantedShare>> check_wanted(std::vector<WantedShare> wanted, std::int64_t from_session) {
  for (std::size_t at = 0; at < wanted.size(); ++at) {
    if (wanted[at].session < from_session) {
      return invalid_field("/shares/" + std::to_string(at) + "/session", "Not before `from_session`.");
    }
    if (wanted[at].amount.is_negative()) {
      return invalid_field("/shares/" + std::to_string(at) + "/amount", "Not below nothing.");
    }
  }
  std::sort(wanted.begin(), wanted.end(), [](const WantedShare& a, const WantedShare& b) {
    return a.family != b.family ? a.family < b.family : a.session < b.session;
  });
  for (std::size_t at = 1; at < wanted.size(); ++at) {
    if (wanted[at].family == wanted[at - 1].family && wanted[at].session == wanted[at - 1].session) {
      return invalid_field("/shares", "Name each family once a session.");
    }
  }
  return wanted;
}

}  // namespace cp::payments
