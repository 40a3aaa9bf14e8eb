#include "payments/book/reverse.hpp"

#include "payments/book/legs.hpp"
#include "payments/ledger/rules.hpp"
#include "payments/rules.hpp"

#include <algorithm>

namespace cp::payments {
namespace {

using ledger::AccountKind;

Error changed_since(const std::string& what) {
  return conflict("changed-since", what + " Undo that first, or write what is right as something new.");
}

/// The share, with these parts, of which each is as `suits` asks.
template <class Suits>
bool has_parts(const BookPool& pool, const Id<"share">& id, const std::vector<SharePart>& parts, Suits suits) {
  for (const auto& [session, shares] : pool.sessions) {
    for (const auto& share : shares) {
      if (share.id != id) continue;
      return std::all_of(parts.begin(), parts.end(), [&](const SharePart& wanted) {
        return std::any_of(share.parts.begin(), share.parts.end(), [&](const BookShare::Part& part) {
          return part.plan == wanted.plan && part.stream == wanted.stream && part.from == wanted.from && suits(part, wanted);
        });
      });
    }
  }
  return false;
}

/// The share with these parts charged, still.
bool is_charged(const BookPool& pool, const Id<"share">& id, const std::vector<SharePart>& parts) {
  return has_parts(pool, id, parts, [](const BookShare::Part& part, const SharePart& wanted) { return part.charged >= wanted.amount; });
}

/// The share with these parts, whatever has become of them. One that was released and is held again by the release's undoing
/// has only those that were held then.
bool is_known(const BookPool& pool, const ShareMove& moved) {
  return has_parts(pool, moved.share, moved.parts, [](const BookShare::Part&, const SharePart&) { return true; });
}

/// What was moved, the other way.
void move_back(Legs& legs, const ledger::Accounts& accounts, const ledger::Operation& undone) {
  for (const auto& entry : undone.entries) {
    const auto& account = accounts.at(entry.account);
    legs.add(entry.kind, account.name, -entry.amount);
  }
}

/// The first account that has too little left.
Result<Done> check_left(const ledger::Accounts& accounts, const std::vector<ledger::Leg>& legs) {
  for (const auto& leg : legs) {
    const auto after = accounts.balance(leg.account) + leg.amount;
    if (ledger::may_hold(leg.kind, after)) continue;
    if (leg.kind == AccountKind::payable) {
      auto error = conflict("provider-already-paid", "This is more than is still owed to the provider for this pool; the rest is in "
                                                     "a payment run. Cancel the run, or refund when more is owed.");
      return std::move(error).with("over_by_pence", (-after).pence());
    }
    auto error = changed_since("The money has moved on: " + to_text(after.is_negative() ? -after : after) +
                               " of it is " + (leg.kind == AccountKind::held ? "no longer held." : "used for something else by now."));
    return std::move(error).with("over_by_pence", (after.is_negative() ? -after : after).pence());
  }
  return Done{};
}

}  // namespace

Reverse::Reverse(const Book& book, const Id<"authority">& authority, ReversalOrder order)
    : book_(book), order_(std::move(order)) {
  kind = ledger::OperationKind::reversal;
  scope = authority.text();
}

bool Reverse::is_last_change(const Id<"plan">& id) const {
  const auto* plan = book_.plan(id);
  return plan && plan->sequence == order_.undone.sequence && order_.terms;
}

Result<Done> Reverse::may_undo(const PlanFact& fact, Date) const {
  return is_last_change(fact.plan.id) ? Result<Done>(Done{}) : changed_since("The plan was changed since.");
}

Result<Done> Reverse::may_undo(const EndingFact& fact, Date) const {
  if (!fact.next || is_last_change(fact.next->id)) return Done{};
  return changed_since("The plan that this was carried into was changed since.");
}

Result<Done> Reverse::may_undo(const PermissionFact& fact, Date) const {
  const auto* plan = book_.plan(fact.plan);
  if (plan && plan->terms.permitted >= fact.amount) return Done{};
  return changed_since("The plan was changed since.");
}

Result<Done> Reverse::may_undo(const ChargeFact& fact, Date) const {
  const auto* pool = book_.pool(fact.pool);
  const bool whole = pool && std::all_of(fact.taken.begin(), fact.taken.end(), [&](const ShareMove& moved) {
                       return is_charged(*pool, moved.share, moved.parts);
                     }) && std::all_of(fact.added.begin(), fact.added.end(), [&](const HeldShare& share) {
                       return is_charged(*pool, share.id, share.parts);
                     }) && std::all_of(fact.released.begin(), fact.released.end(), [&](const ShareMove& moved) {
                       return is_known(*pool, moved);
                     });
  return whole ? Result<Done>(Done{}) : changed_since("Some of this charge was refunded since, or its shares were held anew.");
}

Result<Done> Reverse::may_undo(const ReleaseFact& fact, Date today) const {
  const auto* pool = book_.pool(fact.pool);
  if (!pool || order_.shares.size() != fact.released.size()) return changed_since("The pool has changed since.");
  for (const auto& share : order_.shares) {
    if (book_.has_expired(share.date, today)) {
      return conflict("hold-expired", "What was held for session " + std::to_string(share.session) + " would have expired by now.");
    }
    if (pool->was_charged(share.session)) return changed_since("Session " + std::to_string(share.session) + " was charged since.");
    const auto found = pool->sessions.find(share.session);
    if (found == pool->sessions.end()) continue;
    const bool held_anew = std::any_of(found->second.begin(), found->second.end(), [&](const BookShare& other) {
      return other.family == share.family && other.held() > Money();
    });
    const bool is_there = std::any_of(found->second.begin(), found->second.end(), [&](const BookShare& other) { return other.id == share.id; });
    if (is_there && !is_known(*pool, {share.id, share.family, share.parts})) return changed_since("The share has changed since.");
    if (held_anew) return changed_since("Session " + std::to_string(share.session) + " was held anew since.");
  }
  return Done{};
}

Result<Done> Reverse::may_undo(const RefundFact& fact, Date) const {
  const auto* pool = book_.pool(fact.pool);
  const bool whole = pool && std::all_of(fact.refunded.begin(), fact.refunded.end(),
                                         [&](const ShareMove& moved) { return is_known(*pool, moved); });
  return whole ? Result<Done>(Done{}) : changed_since("The pool has changed since.");
}

// What is left of it to move back is looked at by its accounts.
Result<Done> Reverse::may_undo(const FeeMoveFact& fact, Date) const {
  return book_.fee(fact.fee) ? Result<Done>(Done{}) : changed_since("There is no such fee.");
}

Result<ledger::Draft> Reverse::decide(const ledger::Accounts& accounts, Timestamp now) {
  const auto& undone = order_.undone;
  if (undone.scope != scope) return not_found("There is no such operation, or it is not yours to see.");
  if (undone.refusal) return conflict("not-reversible", "It was refused, so there is nothing to undo.");
  if (book_.is_reversed(undone.sequence)) return conflict("already-reversed", "This operation was undone already.");
  const auto fact = decode_fact(undone.facts);
  const auto allowed = std::visit(
      [&](const auto& one) -> Result<Done> {
        if constexpr (requires { may_undo(one, day_of(now)); }) return may_undo(one, day_of(now));
        else return conflict("not-reversible", "A " + std::string(name(undone.kind)) +
                                                   " cannot be undone like this. Release a hold, cancel a payment run, or "
                                                   "take in what the bank says.");
      },
      fact);
  if (!allowed) return allowed.error();

  ReversalFact reversal{undone.sequence, ledger::from_day(undone.effective), order_.reason, undone.facts, {}, order_.shares};
  Legs legs;
  if (const auto* permission = std::get_if<PermissionFact>(&fact)) {
    // The plan may be another by now, and its cap with it.
    const auto& terms = book_.plan(permission->plan)->terms;
    auto after = terms;
    after.permitted -= permission->amount;
    const auto change = pooled_cap(after) - pooled_cap(terms);
    legs.add(AccountKind::cap, cap_account(permission->plan), change);
    legs.add(AccountKind::granted, granted_account(permission->plan), -change);
  } else {
    move_back(legs, accounts, undone);
  }
  if (order_.terms) {
    reversal.terms = terms_of(*order_.terms);
    reversal.terms->version = book_.plan(order_.terms->id)->terms.version + 1;
  }
  auto draft = draft_of(legs, std::move(reversal), undone.amount);
  if (const auto left = check_left(accounts, draft.legs); !left) return left.error();
  return draft;
}

}  // namespace cp::payments
