#include "payments/book/commands.hpp"

#include "payments/ledger/encoding.hpp"
#include "payments/book/legs.hpp"
#include "payments/rules.hpp"

#include <algorithm>
#include <set>

namespace cp::payments {
namespace {

using ledger::AccountKind;
using ledger::Draft;
using ledger::OperationKind;

Error already_charged(std::int64_t session) {
  auto error = conflict("session-already-charged", "Session " + std::to_string(session) + " was charged already.");
  return std::move(error).with("session", session);
}

std::vector<WantedShare> wanted_of(const HoldRequest& request) {
  std::vector<WantedShare> wanted;
  for (const auto& share : request.shares) {
    wanted.push_back({share.family, share.session, share.date, share.amount, share.derivation});
  }
  return wanted;
}

/// All that is held of a share.
ShareMove whole_hold(const BookShare& share) {
  ShareMove move{share.id, share.family, {}};
  for (const auto& part : share.parts) {
    if (part.held > Money()) move.parts.push_back({part.plan, part.stream, part.from, part.held});
  }
  return move;
}

/// The plans of these families, each once.
std::vector<Plan> plans_of(const Book& book, const ledger::Accounts& accounts, const Id<"authority">& authority,
                           const std::set<Id<"family">>& families) {
  std::vector<Plan> plans;
  for (const auto& family : families) {
    for (auto& plan : book.plans_of(accounts, authority, family)) plans.push_back(std::move(plan));
  }
  return plans;
}

/// Takes from the parts in turn, as far as they go, what makes up `amount`; the rest is what is
/// left of `amount` afterwards.
std::vector<SharePart> take_from(const BookShare& share, Money BookShare::Part::*which, Money& amount) {
  std::vector<SharePart> parts;
  for (const auto& part : share.parts) {
    const auto taken = std::min(part.*which, amount);
    if (taken <= Money()) continue;
    parts.push_back({part.plan, part.stream, part.from, taken});
    amount -= taken;
  }
  return parts;
}

/// Charged, and nothing of it is held any more.
bool is_spent(const BookPool& pool, std::int64_t session) {
  if (!pool.was_charged(session)) return false;
  const auto& shares = pool.sessions.at(session);
  return std::none_of(shares.begin(), shares.end(), [](const BookShare& share) { return share.held() > Money(); });
}

/// Why there is nothing to charge or to refund for a session.
Error nothing_held(const BookPool* pool, std::int64_t session) {
  if (pool && pool->was_charged(session)) return already_charged(session);
  return conflict("nothing-held", "Nothing is held for this session, so nothing can be charged.");
}

}  // namespace

void sign(ledger::Command& command, std::string key, std::string actor, std::string_view what,
          const std::string& canonical) {
  command.key = std::move(key);
  command.actor = std::move(actor);
  command.request_hash = ledger::sha256(std::string(what) + "\n" + canonical);
}

// ---------------------------------------------------------------- plans

namespace {

/// Streams with their instalments.
using Purses = std::set<std::pair<Stream, Instalment>>;

Money allocated_of(const Plan* plan, Stream stream, const Instalment& from) {
  if (!plan) return Money();
  for (const auto& budget : plan->streams) {
    if (budget.stream == stream && budget.from == from) return budget.allocated;
  }
  return Money();
}

/// Which pools and fees hold money of this instalment of a stream, until `short_by`
/// is covered: these would have to release it before the stream can be made smaller.
std::string pools_in_the_way(const Book& book, const Id<"plan">& plan, Stream stream, const Instalment& from,
                             Money short_by) {
  std::string text;
  for (const auto& pool : book.pools()) {
    Money held;
    for (const auto& [session, shares] : pool.sessions) {
      for (const auto& share : shares) {
        for (const auto& part : share.parts) {
          if (part.plan == plan && part.stream == stream && part.from == from) held += part.held;
        }
      }
    }
    if (held == Money() || short_by <= Money()) continue;
    text += (text.empty() ? "" : "; ") + pool.note.title + " (" + pool.note.pool.text() + ") by " +
            to_text(std::min(held, short_by));
    short_by -= held;
  }
  for (const auto* kept : book.fees_of(plan)) {
    Money reserved;
    for (const auto& part : kept->fee.parts) {
      if (part.stream == stream && part.from == from) reserved += part.reserved;
    }
    if (reserved == Money() || short_by <= Money()) continue;
    text += (text.empty() ? "" : "; ") + std::string(name(kept->fee.kind)) + " fee by " + to_text(std::min(reserved, short_by));
    short_by -= reserved;
  }
  return text;
}

}  // namespace

namespace {

/// From the plan as it was, or from nothing, to what it is to be.
Result<Draft> plan_draft(const Book& book, const ledger::Accounts& accounts, const Plan* before, const Plan& plan,
                         const std::string& reason) {
  Legs legs;
  std::vector<FieldError> fields;
  Purses purses;
  for (const auto& budget : plan.streams) purses.emplace(budget.stream, budget.from);
  if (before) {
    for (const auto& budget : before->streams) purses.emplace(budget.stream, budget.from);
  }
  for (const auto& [stream, from] : purses) {
    if (!is_allocated(stream)) return invalid_field("/streams", "A family's own money is paid in, not allocated.");
    const auto change = allocated_of(&plan, stream, from) - allocated_of(before, stream, from);
    const auto account = available_account(plan.id, stream, from);
    const auto over = -(accounts.balance(account) + change);
    if (over > Money()) {
      const auto pools = pools_in_the_way(book, plan.id, stream, from, over);
      fields.push_back({"/streams/" + std::string(name(stream)) + (from ? "/" + to_text(*from) : ""),
                        "This is " + to_text(over) + " less than is held and charged." +
                            (pools.empty() ? "" : " These would be short: " + pools + ".")});
    }
    legs.add(AccountKind::available, account, change);
    legs.add(AccountKind::funding, funding_account(plan.authority, stream), -change);
  }
  const auto cap_change = pooled_cap(plan) - (before ? pooled_cap(*before) : Money());
  const auto over = -(accounts.balance(cap_account(plan.id)) + cap_change);
  if (over > Money()) {
    fields.push_back({"/streams", "Pools hold and have charged " + to_text(over) + " more than could be pooled then."});
  }
  if (!fields.empty()) {
    auto error = conflict("plan-overdrawn", "The plan cannot be made that small while pools hold its money.");
    error.fields = std::move(fields);
    return error;
  }
  legs.add(AccountKind::cap, cap_account(plan.id), cap_change);
  legs.add(AccountKind::granted, granted_account(plan.id), -cap_change);
  return draft_of(legs, PlanFact{terms_of(plan), reason}, allocated(plan));
}

}  // namespace

AgreePlan::AgreePlan(const Book& book, Plan plan) : book_(book), plan_(std::move(plan)) {
  kind = OperationKind::allocation;
  scope = plan_.authority.text();
}

Result<Draft> AgreePlan::decide(const ledger::Accounts& accounts, Timestamp) {
  if (const auto* known = book_.plan(plan_.id)) return may_change(known->terms).error();
  return plan_draft(book_, accounts, nullptr, plan_, {});
}

RevisePlan::RevisePlan(const Book& book, Plan plan, std::string reason)
    : book_(book), plan_(std::move(plan)), reason_(std::move(reason)) {
  kind = OperationKind::allocation;
  scope = plan_.authority.text();
}

Result<Draft> RevisePlan::decide(const ledger::Accounts& accounts, Timestamp) {
  const auto* known = book_.plan(plan_.id);
  if (!known) return conflict("plan-not-agreed", "This plan is not agreed yet; change it as it is.");
  // What was permitted since it was read would be lost.
  if (plan_.version != known->terms.version + 1) {
    return conflict("stale-version", "The plan is at version " + std::to_string(known->terms.version) +
                                         " already. Read it again.");
  }
  return plan_draft(book_, accounts, &known->terms, plan_, reason_);
}

Permit::Permit(const Book& book, const Plan& plan, Money amount, std::string reason)
    : book_(book), plan_(plan.id), amount_(amount), reason_(std::move(reason)) {
  kind = OperationKind::grant;
  scope = plan.authority.text();
}

Result<Draft> Permit::decide(const ledger::Accounts&, Timestamp) {
  if (amount_ <= Money()) return invalid_field("/amount", "More than nothing.");
  const auto* known = book_.plan(plan_);
  if (!known) return conflict("plan-not-agreed", "Only an agreed plan can be given a permission.");
  auto after = known->terms;
  after.permitted += amount_;
  const auto change = pooled_cap(after) - pooled_cap(known->terms);
  Legs legs;
  legs.add(AccountKind::cap, cap_account(plan_), change);
  legs.add(AccountKind::granted, granted_account(plan_), -change);
  return draft_of(legs, PermissionFact{plan_, amount_, reason_}, amount_);
}

// ---------------------------------------------------------------- holds

Hold::Hold(const Book& book, IdSource& ids, Timestamp now, HoldRequest request)
    : book_(book), request_(std::move(request)) {
  kind = OperationKind::hold;
  scope = request_.authority.text();
  for (std::size_t at = 0; at < request_.shares.size(); ++at) ids_.push_back(ids.make<"share">(now));
}

Result<Draft> Hold::decide(const ledger::Accounts& accounts, Timestamp) {
  const auto wanted = check_wanted(wanted_of(request_), request_.from_session);
  if (!wanted) return wanted.error();
  HoldFact fact;
  fact.pool = {request_.pool, request_.pool_title, request_.provider, request_.authority, request_.category};
  fact.agreement_version = request_.agreement_version;
  const auto* pool = book_.pool(request_.pool);
  if (pool && (pool->note.provider != request_.provider || pool->note.authority != request_.authority)) {
    return conflict("pool-changed", "A pool keeps its provider and its authority. Make a new pool.");
  }
  if (pool && request_.agreement_version < pool->agreement_version) {
    return conflict("stale-version", "The pool's agreement is at version " + std::to_string(pool->agreement_version) +
                                         " already. Read it again.");
  }
  std::set<Id<"family">> families;
  for (const auto& share : *wanted) {
    if (pool && pool->was_charged(share.session)) return already_charged(share.session);
    families.insert(share.family);
  }
  std::vector<ShareMove> replaced;
  if (pool) {
    for (auto session = pool->sessions.lower_bound(request_.from_session); session != pool->sessions.end(); ++session) {
      for (const auto& share : session->second) {
        if (share.was_charged) continue;
        replaced.push_back(whole_hold(share));
        fact.replaced.push_back(share.id);
        families.insert(share.family);
      }
    }
  }
  auto plans = plans_of(book_, accounts, request_.authority, families);
  for (const auto& move : replaced) put_back(plans, move.parts);
  auto held = draw(plans, request_.category, *wanted);
  if (!held) return held.error();

  Legs legs;
  for (const auto& move : replaced) {
    for (const auto& part : move.parts) legs.hold(request_.pool, part, -part.amount);
  }
  for (std::size_t at = 0; at < held->size(); ++at) {
    auto& share = (*held)[at];
    share.id = ids_[at];
    share.pool = request_.pool;
    for (const auto& part : share.parts) legs.hold(request_.pool, part, part.amount);
  }
  const auto amount = sum_of(*held);
  fact.shares = std::move(*held);
  return draft_of(legs, std::move(fact), amount);
}

// ---------------------------------------------------------------- charges

Charge::Charge(const Book& book, IdSource& ids, Timestamp now, ChargeRequest request)
    : book_(book), request_(std::move(request)) {
  kind = OperationKind::charge;
  const auto amounts = request_.amounts ? request_.amounts->size() : 0;
  for (std::size_t at = 0; at < amounts; ++at) ids_.push_back(ids.make<"share">(now));
}

/// What each named family pays: out of what is held first, and what is above that as a new hold,
/// checked like any other and taken at once.
Result<Done> Charge::take_amounts(const ledger::Accounts& accounts, const BookPool& pool, ChargeFact& fact) const {
  const auto& shares = pool.sessions.at(request_.session);
  std::vector<WantedShare> above;
  std::set<Id<"family">> named;
  for (std::size_t at = 0; at < request_.amounts->size(); ++at) {
    const auto& [family, amount] = (*request_.amounts)[at];
    const auto where = "/amounts/" + std::to_string(at);
    if (amount.is_negative()) return invalid_field(where + "/amount", "Not below nothing.");
    if (!named.insert(family).second) return invalid_field(where + "/family", "Name each family once.");
    auto left = amount;
    bool found = false;
    for (const auto& share : shares) {
      if (share.family != family) continue;
      found = true;
      auto parts = take_from(share, &BookShare::Part::held, left);
      fact.taken.push_back({share.id, share.family, std::move(parts)});
    }
    if (!found) return conflict("nothing-held", "Nothing is held of this family for this session.");
    if (left > Money()) above.push_back({family, request_.session, fact.date, left, note("Charged above what was held.")});
  }
  std::sort(above.begin(), above.end(), [](const auto& a, const auto& b) { return a.family < b.family; });
  auto plans = plans_of(book_, accounts, pool.note.authority, named);
  auto drawn = draw(plans, pool.note.category, above);
  if (!drawn) return drawn.error();
  fact.added = std::move(*drawn);
  for (std::size_t at = 0; at < fact.added.size(); ++at) {
    fact.added[at].id = ids_[at];
    fact.added[at].pool = request_.pool;
  }
  return Done{};
}

Result<Draft> Charge::decide(const ledger::Accounts& accounts, Timestamp now) {
  const auto* pool = book_.pool(request_.pool);
  if (!pool || !pool->sessions.contains(request_.session)) return nothing_held(pool, request_.session);
  scope = pool->note.authority.text();
  if (is_spent(*pool, request_.session)) return nothing_held(pool, request_.session);
  const auto& shares = pool->sessions.at(request_.session);
  const auto today = day_of(now);
  ChargeFact fact;
  fact.pool = request_.pool;
  fact.session = request_.session;
  fact.date = shares.front().date;
  fact.agreement_version = pool->agreement_version;
  if (book_.has_expired(fact.date, today)) {
    return conflict("hold-expired", "What was held for this session has expired. Hold it again with the families' consent.");
  }
  if (!request_.amounts) {
    for (const auto& share : shares) fact.taken.push_back(whole_hold(share));
  } else if (const auto taken = take_amounts(accounts, *pool, fact); !taken) {
    return taken.error();
  }
  if (request_.amounts && request_.release_rest.value_or(false)) {
    for (const auto& share : shares) {
      auto rest = whole_hold(share);
      for (const auto& moved : fact.taken) {
        if (moved.share != share.id) continue;
        for (const auto& part : moved.parts) {
          for (auto& left : rest.parts) {
            if (left.plan == part.plan && left.stream == part.stream && left.from == part.from) left.amount -= part.amount;
          }
        }
      }
      std::erase_if(rest.parts, [](const SharePart& part) { return part.amount == Money(); });
      if (!rest.parts.empty()) fact.released.push_back(std::move(rest));
    }
  }

  const auto name_holders = [&](std::vector<SharePart>& parts) {
    for (auto& part : parts) part.holder = book_.holder_of(part, fact.date);
  };
  for (auto& move : fact.taken) name_holders(move.parts);
  for (auto& share : fact.added) name_holders(share.parts);

  Legs legs;
  Money amount;
  for (const auto& move : fact.taken) {
    for (const auto& part : move.parts) {
      legs.add(AccountKind::held, held_account(request_.pool, part.plan, part.stream, part.from), -part.amount);
      amount += part.amount;
    }
  }
  for (const auto& share : fact.added) {
    for (const auto& part : share.parts) legs.pool_from_stream(part, part.amount);
    amount += share.amount;
  }
  for (const auto& move : fact.released) {
    for (const auto& part : move.parts) legs.hold(request_.pool, part, -part.amount);
  }
  legs.add(AccountKind::payable, payable_account(pool->note.provider, request_.pool), amount);
  // A session counts for its own day, if it is not to come, was held by then, and the day is open.
  auto effective = std::min(ledger::to_day(fact.date), ledger::to_day(today));
  for (const auto& share : shares) effective = std::max(effective, share.held_on);
  if (!book_.may_count_for(pool->note.authority.text(), effective)) effective = ledger::to_day(today);
  auto draft = draft_of(legs, std::move(fact), amount);
  draft.effective = effective;
  return draft;
}

// ---------------------------------------------------------------- back to the streams

Release::Release(const Book& book, ReleaseRequest request) : book_(book), request_(std::move(request)) {
  kind = OperationKind::release;
}

namespace {

Draft release_draft(ReleaseFact fact) {
  Legs legs;
  for (const auto& move : fact.released) {
    for (const auto& part : move.parts) legs.hold(fact.pool, part, -part.amount);
  }
  const auto amount = sum_of(fact.released);
  return draft_of(legs, std::move(fact), amount);
}

}  // namespace

Result<Draft> Release::decide(const ledger::Accounts&, Timestamp) {
  const bool all = request_.all.value_or(false);
  if (all == request_.sessions.has_value()) {
    return invalid_field("/sessions", "Name the sessions, or all of them, not both.");
  }
  const auto* pool = book_.pool(request_.pool);
  if (!pool) return Draft{};
  scope = pool->note.authority.text();
  const std::set<std::int64_t> named =
      all ? std::set<std::int64_t>() : std::set<std::int64_t>(request_.sessions->begin(), request_.sessions->end());
  ReleaseFact fact;
  fact.pool = request_.pool;
  for (const auto session : named) {
    if (is_spent(*pool, session)) return already_charged(session);
  }
  for (const auto& [session, shares] : pool->sessions) {
    if (!all && !named.contains(session)) continue;
    for (const auto& share : shares) {
      if (share.was_charged && share.held() == Money()) continue;
      fact.released.push_back(whole_hold(share));
    }
  }
  return release_draft(std::move(fact));
}

Expire::Expire(const Book& book, Id<"pool"> pool, Date today) : book_(book), pool_(std::move(pool)) {
  kind = OperationKind::release;
  const auto what = "expire:" + pool_.text() + ":" + to_text(today);
  sign(*this, what, "ledger", "expire", what);
}

Result<Draft> Expire::decide(const ledger::Accounts&, Timestamp now) {
  const auto* pool = book_.pool(pool_);
  if (!pool) return Draft{};
  ReleaseFact fact;
  fact.pool = pool_;
  fact.expired = true;
  for (const auto& [session, shares] : pool->sessions) {
    for (const auto& share : shares) {
      if (share.held() > Money() && book_.has_expired(share.date, day_of(now))) {
        fact.released.push_back(whole_hold(share));
      }
    }
  }
  scope = pool->note.authority.text();
  return release_draft(std::move(fact));
}

std::vector<Id<"pool">> pools_to_expire(const Book& book, Date today, std::size_t limit) {
  std::vector<Id<"pool">> found;
  for (const auto& pool : book.pools()) {
    if (found.size() >= limit) break;
    const bool expired = std::any_of(pool.sessions.begin(), pool.sessions.end(), [&](const auto& session) {
      return std::any_of(session.second.begin(), session.second.end(), [&](const BookShare& share) {
        return share.held() > Money() && book.has_expired(share.date, today);
      });
    });
    if (expired) found.push_back(pool.note.pool);
  }
  return found;
}

Refund::Refund(const Book& book, RefundRequest request) : book_(book), request_(std::move(request)) {
  kind = OperationKind::refund;
}

Result<Draft> Refund::decide(const ledger::Accounts& accounts, Timestamp) {
  const auto* pool = book_.pool(request_.pool);
  if (!pool || !pool->was_charged(request_.session)) {
    return conflict("session-not-charged", "This session was not charged, so nothing can be refunded.");
  }
  scope = pool->note.authority.text();
  if (request_.amount && !request_.family) return invalid_field("/family", "Say whose share a part is refunded of.");
  if (request_.amount && *request_.amount <= Money()) return invalid_field("/amount", "More than nothing.");
  RefundFact fact;
  fact.pool = request_.pool;
  fact.session = request_.session;
  fact.reason = request_.reason;
  auto left = request_.amount;
  bool any = false;
  for (const auto& share : pool->sessions.at(request_.session)) {
    fact.date = share.date;
    if (!share.was_charged || (request_.family && share.family != *request_.family)) continue;
    any = true;
    auto most = share.charged();
    if (left) most = std::min(most, *left);
    if (left) *left -= most;
    auto parts = take_from(share, &BookShare::Part::charged, most);
    if (!parts.empty()) fact.refunded.push_back({share.id, share.family, std::move(parts)});
  }
  if (!any) return conflict("session-not-charged", "This family was not charged for this session.");
  if (fact.refunded.empty()) return conflict("session-already-refunded", "This session was refunded already.");
  if (left && *left > Money()) {
    auto error = conflict("refund-above-charge", "That is more than was charged and not refunded yet.");
    return std::move(error).with("over_by_pence", left->pence());
  }
  const auto amount = sum_of(fact.refunded);
  const auto payable = payable_account(pool->note.provider, request_.pool);
  // A refund is taken off what is owed for the pool, its next sessions included. What is on its way to
  // the provider, or there, cannot be taken back from here.
  if (const auto over = amount - accounts.balance(payable); over > Money()) {
    auto error = conflict("provider-already-paid",
                          "This is " + to_text(over) + " more than is still owed to the provider for this pool; the rest "
                          "is in a payment run. Cancel the run, or refund when more is owed.");
    return std::move(error).with("over_by_pence", over.pence());
  }
  Legs legs;
  for (const auto& move : fact.refunded) {
    for (const auto& part : move.parts) legs.pool_from_stream(part, -part.amount);
  }
  legs.add(AccountKind::payable, payable, -amount);
  return draft_of(legs, std::move(fact), amount);
}

IssueStatement::IssueStatement(const Book& book, const Id<"authority">& authority, StatementFact fact)
    : book_(book), fact_(std::move(fact)) {
  kind = OperationKind::statement;
  scope = authority.text();
}

Result<Draft> IssueStatement::decide(const ledger::Accounts&, Timestamp now) {
  if (fact_.last >= day_of(now)) return invalid_field("/through", "A day that is over.");
  const auto* before = book_.statement(fact_.family);
  if (fact_.number != (before ? before->number + 1 : 1) || (before && fact_.last <= before->last)) {
    return conflict("statement-exists", "Statement " + std::to_string(before ? before->number : 0) +
                                            " was issued meanwhile. Look at the list of statements.");
  }
  Legs nothing;
  return draft_of(nothing, fact_, Money());
}

ClosePeriod::ClosePeriod(Id<"authority"> authority, Date through) : through_(through) {
  kind = OperationKind::closing;
  scope = authority.text();
}

Result<Draft> ClosePeriod::decide(const ledger::Accounts&, Timestamp now) {
  if (through_ >= day_of(now)) return invalid_field("/through", "A day that is over.");
  Legs nothing;
  return draft_of(nothing, ClosingFact{through_}, Money());
}

}  // namespace cp::payments
