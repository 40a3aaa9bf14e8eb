#include "payments/commands.hpp"

#include "payments/ledger.hpp"
#include "payments/rules.hpp"
#include "payments/store.hpp"
#include "shared/core/hash.hpp"
#include "shared/http/message.hpp"

#include <algorithm>
#include <set>

namespace cp::payments {
namespace {

/// Answers what the key was answered with before, or decides and keeps the answer. `decide` writes
/// nothing unless it succeeds.
template <class Out, class Decide>
Result<Outcome<Out>> once(db::Tx& tx, const Stamp& stamp, Decide decide) {
  if (stamp.key.empty()) {
    return invalid("idempotency-key-missing", "Moving money needs an Idempotency-Key.");
  }
  store::take_turn(tx);
  Outcome<Out> outcome;
  if (const auto kept = store::find_command(tx, stamp.key)) {
    if (kept->request != stamp.request) {
      return invalid("idempotency-key-reused",
                     "This Idempotency-Key was used for another request. Make a new key for each one.");
    }
    if (kept->status >= 400) {
      outcome.refused = http::error_from_problem(static_cast<int>(kept->status), kept->body);
      return outcome;
    }
    auto again = json::read_own<Out>(kept->body);
    if (!again) return again.error();
    outcome.done = std::move(*again);
    return outcome;
  }
  const Result<Out> decided = decide();
  store::KeptAnswer answer{stamp.request, 200, {}};
  if (decided) {
    outcome.done = *decided;
    answer.body = json::write(*decided);
  } else {
    outcome.refused = decided.error();
    const auto problem = http::problem(decided.error(), "");
    answer.status = problem.status;
    answer.body = problem.shared_body ? *problem.shared_body : problem.body;
  }
  store::keep_command(tx, stamp.key, answer, stamp.now);
  return outcome;
}

/// Writes the operation, then looks at every plan it touched: what is pooled is what is held and
/// charged, and within the cap. A failure here is a bug and undoes everything.
void write(db::Tx& tx, const Operation& operation) {
  auto balances = store::balances(tx, operation.legs);
  const auto entries = post(operation, balances);
  store::append(tx, operation, entries, balances);
  for (const auto& [id, change] : pooled_change(operation)) {
    const auto plan = store::find_plan(tx, id);
    if (!plan) throw LedgerBroken("an entry names a plan that is not there");
    Money pooled;
    for (const auto& budget : plan->streams) pooled += budget.held + budget.charged;
    if (pooled != plan->pooled_used) throw LedgerBroken("a plan's pooled counter is not what is held and charged");
    if (change > Money() && plan->pooled_used > pooled_cap(*plan)) {
      throw LedgerBroken("a plan would pool more than its cap");
    }
  }
}

Operation operation_of(const Stamp& stamp, OperationKind kind, const store::PoolNote& pool) {
  Operation operation;
  operation.id = stamp.operation;
  operation.authority = pool.authority;
  operation.kind = kind;
  operation.key = stamp.key;
  operation.request = stamp.request;
  operation.pool = pool.pool;
  operation.at = stamp.now;
  return operation;
}

Money sum_of(const std::vector<HeldShare>& shares) {
  Money sum;
  for (const auto& share : shares) sum += share.amount;
  return sum;
}

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

/// The agreed plans of everybody whose money moves.
std::vector<Plan> plans_of(db::Tx& tx, const HoldRequest& request, const std::vector<HeldShare>& replaced) {
  std::set<Id<"family">> families;
  for (const auto& share : request.shares) families.insert(share.family);
  for (const auto& share : replaced) families.insert(share.family);
  std::vector<Plan> plans;
  for (const auto& family : families) {
    for (auto& plan : store::agreed_plans(tx, request.authority, family)) plans.push_back(std::move(plan));
  }
  return plans;
}

/// What a hold does, decided before anything is written.
struct HoldPlan {
  store::PoolNote pool;
  std::vector<HeldShare> replaced;
  std::vector<HeldShare> held;
};

Result<HoldPlan> plan_hold(db::Tx& tx, const HoldRequest& request, const Stamp& stamp) {
  const auto wanted = check_wanted(wanted_of(request), request.from_session);
  if (!wanted) return wanted.error();
  HoldPlan plan;
  plan.pool = {request.pool, request.pool_title, request.provider, request.authority};
  const auto known = store::find_pool(tx, request.pool);
  if (known && (known->provider != request.provider || known->authority != request.authority)) {
    return conflict("pool-changed", "A pool keeps its provider and its authority. Make a new pool.");
  }
  const auto spent = store::spent_sessions(tx, request.pool, request.from_session);
  for (const auto& share : *wanted) {
    if (std::binary_search(spent.begin(), spent.end(), share.session)) return already_charged(share.session);
  }
  store::ShareFilter unspent{.pool = request.pool};
  unspent.first_session = request.from_session;
  plan.replaced = store::shares(tx, unspent);
  auto plans = plans_of(tx, request, plan.replaced);
  put_back(plans, plan.replaced, ShareState::held);
  auto held = draw(plans, request.category, *wanted);
  if (!held) return held.error();
  plan.held = std::move(*held);
  for (std::size_t at = 0; at < plan.held.size(); ++at) {
    plan.held[at].pool = request.pool;
    plan.held[at].id = stamp.shares.at(at);
  }
  return plan;
}

}  // namespace

Stamp stamp_of(IdSource& ids, Timestamp now, std::string key, std::string_view command, const std::string& request,
               std::size_t shares) {
  Stamp stamp;
  stamp.now = now;
  stamp.key = std::move(key);
  stamp.request = sha256_hex(std::string(command) + "\n" + request);
  stamp.operation = ids.make<"operation">(now);
  stamp.invoice = ids.make<"invoice">(now);
  for (std::size_t at = 0; at < shares; ++at) stamp.shares.push_back(ids.make<"share">(now));
  return stamp;
}

Result<Outcome<HoldResult>> hold(db::Tx& tx, const HoldRequest& request, const Stamp& stamp) {
  return once<HoldResult>(tx, stamp, [&]() -> Result<HoldResult> {
    const auto plan = plan_hold(tx, request, stamp);
    if (!plan) return plan.error();
    store::keep_pool(tx, plan->pool);
    for (const auto& share : plan->replaced) store::set_state(tx, share.id, ShareState::released);
    for (const auto& share : plan->held) store::insert(tx, share);
    auto operation = operation_of(stamp, OperationKind::hold, plan->pool);
    operation.legs = release_legs(plan->replaced);
    for (auto& leg : hold_legs(plan->held)) operation.legs.push_back(std::move(leg));
    write(tx, operation);
    return HoldResult{sum_of(plan->held), operation.id};
  });
}

Result<Outcome<ChargeResult>> charge(db::Tx& tx, const ChargeRequest& request, const Stamp& stamp) {
  return once<ChargeResult>(tx, stamp, [&]() -> Result<ChargeResult> {
    store::ShareFilter filter{.pool = request.pool};
    filter.first_session = filter.last_session = request.session;
    const auto held = store::shares(tx, filter);
    const auto pool = store::find_pool(tx, request.pool);
    if (!pool || held.empty()) {
      const auto spent = store::spent_sessions(tx, request.pool, request.session);
      if (!spent.empty() && spent.front() == request.session) return already_charged(request.session);
      return conflict("nothing-held", "Nothing is held for this session, so nothing can be charged.");
    }
    auto operation = operation_of(stamp, OperationKind::charge, *pool);
    operation.legs = charge_legs(pool->provider, held);
    for (const auto& share : held) store::set_state(tx, share.id, ShareState::charged);
    write(tx, operation);
    const auto charged = sum_of(held);
    store::add_invoice_line(tx, *pool, stamp.invoice, {request.session, held.front().date, charged}, stamp.now);
    return ChargeResult{charged};
  });
}

Result<Outcome<ReleaseResult>> release(db::Tx& tx, const ReleaseRequest& request, const Stamp& stamp) {
  return once<ReleaseResult>(tx, stamp, [&]() -> Result<ReleaseResult> {
    const bool all = request.all.value_or(false);
    if (all == request.sessions.has_value()) {
      return invalid_field("/sessions", "Name the sessions, or all of them, not both.");
    }
    std::vector<HeldShare> released;
    const auto held = store::shares(tx, {.pool = request.pool});
    const auto spent = store::spent_sessions(tx, request.pool, 1);
    const std::set<std::int64_t> named =
        all ? std::set<std::int64_t>() : std::set<std::int64_t>(request.sessions->begin(), request.sessions->end());
    for (const auto session : named) {
      if (std::binary_search(spent.begin(), spent.end(), session)) return already_charged(session);
    }
    for (const auto& share : held) {
      if (all || named.contains(share.session)) released.push_back(share);
    }
    if (released.empty()) return ReleaseResult{};
    for (const auto& share : released) store::set_state(tx, share.id, ShareState::released);
    auto operation = operation_of(stamp, OperationKind::release, *store::find_pool(tx, request.pool));
    operation.legs = release_legs(released);
    write(tx, operation);
    return ReleaseResult{sum_of(released)};
  });
}

Result<Outcome<RefundResult>> refund(db::Tx& tx, const RefundRequest& request, const Stamp& stamp) {
  return once<RefundResult>(tx, stamp, [&]() -> Result<RefundResult> {
    store::ShareFilter filter{.pool = request.pool, .state = ShareState::charged};
    filter.first_session = filter.last_session = request.session;
    const auto charged = store::shares(tx, filter);
    const auto pool = store::find_pool(tx, request.pool);
    if (!pool || charged.empty()) {
      const auto spent = store::spent_sessions(tx, request.pool, request.session);
      if (!spent.empty() && spent.front() == request.session) {
        return conflict("session-already-refunded", "This session was refunded already.");
      }
      return conflict("session-not-charged", "This session was not charged, so nothing can be refunded.");
    }
    auto operation = operation_of(stamp, OperationKind::refund, *pool);
    operation.reason = request.reason;
    operation.legs = refund_legs(pool->provider, charged);
    for (const auto& share : charged) store::set_state(tx, share.id, ShareState::refunded);
    write(tx, operation);
    const auto refunded = sum_of(charged);
    store::add_invoice_line(tx, *pool, stamp.invoice, {request.session, charged.front().date, -refunded}, stamp.now);
    return RefundResult{refunded};
  });
}

Result<Done> agree(db::Tx& tx, Plan& plan, std::int64_t free_percent, std::vector<SpendingRule> rules,
                   const Id<"operation">& operation_id, Timestamp now) {
  CP_TRY(may_change(plan));
  plan.state = PlanState::agreed;
  plan.free_percent = free_percent;
  plan.rules = std::move(rules);
  store::update(tx, plan);
  Operation operation;
  operation.id = operation_id;
  operation.authority = plan.authority;
  operation.kind = OperationKind::allocation;
  operation.key = "agreement:" + plan.id.text();
  operation.request = sha256_hex(operation.key);
  operation.at = now;
  operation.legs = allocation_legs(plan);
  write(tx, operation);
  return Done{};
}

}  // namespace cp::payments
