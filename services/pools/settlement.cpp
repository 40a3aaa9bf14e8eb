#include "services/pools/settlement.hpp"

#include "services/pools/splitting.hpp"
#include "services/pools/store.hpp"
#include "shared/core/log.hpp"

#include <algorithm>
#include <set>

namespace cp::pools {

/// The body of a command.
struct PoolCommand {
  Id<"pool"> pool;
  std::optional<std::int64_t> session;
};
constexpr auto wire(const PoolCommand*) {
  return json::object("PoolCommand", json::field("pool", &PoolCommand::pool, "The pool."),
                      json::field("session", &PoolCommand::session, "The session, where one is meant."));
}

namespace {

/// Errors after which the same command has to be tried again; anything else is an answer.
bool passes(const Error& error) {
  return error.kind == ErrorKind::unavailable || error.kind == ErrorKind::internal;
}

std::int64_t first_planned(const Pool& pool) {
  for (const auto& session : pool.sessions) {
    if (session.state == SessionState::planned) return session.number;
  }
  return static_cast<std::int64_t>(pool.sessions.size()) + 1;
}

/// Holds for every planned session, in place of those there are.
payments::HoldRequest hold_request(Pool pool, const std::vector<Share>& shares) {
  payments::HoldRequest request;
  request.pool = pool.id;
  request.pool_title = pool.purchase.title;
  request.provider = pool.purchase.provider;
  request.authority = pool.authority;
  request.category = pool.purchase.activity_type;
  request.agreement_version = pool.agreement.version;
  request.from_session = first_planned(pool);
  for (const auto& share : shares) {
    const auto* session = find_session(pool, share.session);
    if (!session || session->state != SessionState::planned) continue;
    const auto* member = find_member(std::as_const(pool), share.family);
    payments::Derivation derivation;
    for (const auto& step : member ? member->derivation : std::vector<ShareStep>()) {
      derivation.push_back({step.what, step.text, step.amount});
    }
    request.shares.push_back({share.family, share.session, session->date, share.amount, std::move(derivation)});
  }
  return request;
}

/// What the ledger said, for the family it concerns.
Refusal refusal_of(const Error& error) {
  Refusal refusal;
  refusal.code = error.code;
  refusal.detail = error.detail;
  for (const auto& [key, value] : error.extras) {
    if (key == "family") refusal.family = Id<"family">(std::get<std::string>(value));
    if (key == "short_by_pence") refusal.short_by_pence = std::get<std::int64_t>(value);
  }
  return refusal;
}

db::Message pool_changed(const Id<"message">& id, const Pool& pool, Timestamp now) {
  return {id, db::MessageKind::event, "pool:" + pool.id.text(), R"({"changed":"pool"})", now};
}

/// Each member's highest planned share and the sum of what is delivered and planned.
void sum_shares(Pool& pool, const std::vector<Share>& shares) {
  for (auto& member : pool.members) {
    Money highest, total;
    for (const auto& share : shares) {
      if (share.family != member.family) continue;
      const auto* session = find_session(pool, share.session);
      if (!session || session->state == SessionState::cancelled) continue;
      total += share.amount;
      if (session->state == SessionState::planned) highest = std::max(highest, share.amount);
    }
    member.total = total;
    if (highest > Money()) member.highest_share = highest;
  }
}

std::vector<Id<"family">> payers_of(const std::vector<Share>& shares, std::int64_t session) {
  std::vector<Id<"family">> payers;
  for (const auto& share : shares) {
    if (share.session == session) payers.push_back(share.family);
  }
  std::sort(payers.begin(), payers.end());
  return payers;
}

void cancel_segment(const Segment& segment, Pool& pool) {
  for (const auto number : segment.sessions) find_session(pool, number)->state = SessionState::cancelled;
}

}  // namespace

db::Message Settlement::command(const Id<"message">& id, std::string_view name, const Pool& pool,
                                std::optional<std::int64_t> session, Timestamp now) {
  return {id, db::MessageKind::command, std::string(name), json::write(PoolCommand{pool.id, session}), now};
}

Settlement::Settlement(app::Context& context) : context_(context), payments_(context.transport) {
  using Step = Task<Result<Done>> (Settlement::*)(const db::Message&);
  const auto carry_out = [this](std::string name, Step step) {
    context_.outbox.on_command(std::move(name),
                               [this, step](const db::Message& message) { return (this->*step)(message); });
  };
  carry_out("pools.hold", &Settlement::hold_stored);
  carry_out("pools.resplit", &Settlement::resplit);
  carry_out("pools.charge", &Settlement::charge);
  carry_out("pools.release", &Settlement::release);
}

Task<Result<Settlement::Loaded>> Settlement::load(Id<"pool"> id) {
  auto work = [&](db::Tx& tx) -> Result<Loaded> {
    auto pool = store::find(tx, id);
    if (!pool) return not_found();
    return Loaded{std::move(*pool), store::shares(tx, id)};
  };
  co_return co_await context_.database.read(work);
}

// ---------------------------------------------------------------- everybody's share, or none

Task<Result<Done>> Settlement::hold_stored(const db::Message& message) {
  const auto body = json::read_own<PoolCommand>(message.body);
  if (!body) co_return body.error();
  auto loaded = co_await load(body->pool);
  if (!loaded) co_return loaded.error();
  if (loaded->pool.state != PoolState::holding) co_return Done{};
  co_return co_await hold(message, *loaded);
}

Task<Result<Done>> Settlement::hold(const db::Message& message, Loaded& loaded) {
  const auto request = hold_request(loaded.pool, loaded.shares);
  const auto held = co_await payments_.hold(request, message.id.text());
  if (!held && passes(held.error())) co_return held.error();
  const auto refusal = held ? std::nullopt : std::optional(held.error());
  auto after = co_await finish_hold(message.id, loaded.pool, refusal);
  if (!after) co_return after.error();
  loaded.pool = std::move(*after);
  co_return Done{};
}

Task<Result<Pool>> Settlement::finish_hold(Id<"message"> command, const Pool& pool, std::optional<Error> refusal) {
  const auto now = context_.clock.now();
  const auto event = context_.ids.make<"message">(now);
  auto work = [&](db::Tx& tx) -> Result<Pool> {
    auto after = pool;
    if (refusal) {
      after.state = PoolState::agreement;
      after.refusal = refusal_of(*refusal);
      if (auto* member = find_member(after, after.refusal->family)) {
        member->state = MemberState::invited;
        member->accepted_version.reset();
      }
    } else {
      after.state = PoolState::active;
    }
    db::outbox::done(tx, command);
    if (!store::update(tx, pool, after)) {
      // Somebody else carried out the same command: what they stored stands.
      auto stored = store::find(tx, pool.id);
      if (!stored) return not_found();
      return std::move(*stored);
    }
    db::outbox::put(tx, pool_changed(event, after, now));
    return after;
  };
  co_return co_await context_.database.write(work);
}

// ---------------------------------------------------------------- after somebody left

Task<Result<Done>> Settlement::split_segment(const Segment& segment, bool keep_changed, Loaded& next) {
  // The same families as before pay what they agreed to, to the penny.
  if (segment.payers == payers_of(next.shares, segment.sessions.front())) co_return Done{};
  const auto in_segment = [&](const Share& share) {
    return std::find(segment.sessions.begin(), segment.sessions.end(), share.session) != segment.sessions.end();
  };
  std::erase_if(next.shares, in_segment);
  if (!keep_changed || segment.payers.empty()) {
    cancel_segment(segment, next.pool);
    co_return Done{};
  }

  const auto question = price_request(next.pool.purchase, segment.children);
  const auto price = co_await payments_.price(question);
  if (!price) co_return price.error();
  const auto split = split_request(next.pool, segment, price->price_per_session, next.shares);
  const auto result = co_await payments_.split(split);
  if (!result && passes(result.error())) co_return result.error();
  if (!result) {
    // Those who are left cannot pay it, or did not agree to: these sessions do not run.
    cancel_segment(segment, next.pool);
    co_return Done{};
  }

  std::vector<Money> highest;
  for (const auto& family : segment.payers) {
    for (const auto& member : result->members) {
      if (member.family == family) highest.push_back(member.highest_share);
    }
  }
  if (why_it_cannot_run(next.pool, segment, highest)) {
    cancel_segment(segment, next.pool);
    co_return Done{};
  }
  // The split counts its sessions from 1.
  for (const auto& share : result->shares) {
    const auto number = segment.sessions.at(static_cast<std::size_t>(share.session - 1));
    next.shares.push_back({share.family, number, share.amount, share.rounding});
  }
  for (const auto& member : result->members) {
    auto& derivation = find_member(next.pool, member.family)->derivation;
    derivation = steps_of(member.derivation);
    const auto from = "From session " + std::to_string(segment.sessions.front()) + " on";
    derivation.insert(derivation.begin(), {"from-session", from, {}});
  }
  co_return Done{};
}

Task<Result<Settlement::Loaded>> Settlement::split_again(const Loaded& before, bool keep_changed) {
  Loaded next = before;
  for (const auto& segment : segments(before.pool)) {
    const auto split = co_await split_segment(segment, keep_changed, next);
    if (!split) co_return split.error();
  }
  end_notices(next.pool);
  sum_shares(next.pool, next.shares);
  next.pool.state = PoolState::active;
  if (is_over(next.pool)) {
    const bool any_delivered = std::any_of(
        next.pool.sessions.begin(), next.pool.sessions.end(),
        [](const Session& session) { return session.state == SessionState::delivered; });
    next.pool.state = any_delivered ? PoolState::closed : PoolState::dissolved;
  }
  co_return next;
}

Task<Result<Done>> Settlement::store_resplit(const Loaded& before, const Loaded& next) {
  const auto now = context_.clock.now();
  const auto event = context_.ids.make<"message">(now);
  auto work = [&](db::Tx& tx) -> Result<Done> {
    auto pool = next.pool;
    if (!store::update(tx, before.pool, pool)) return Done{};
    store::replace_shares(tx, pool.id, 1, next.shares);
    db::outbox::put(tx, pool_changed(event, pool, now));
    return Done{};
  };
  co_return co_await context_.database.write(work);
}

Task<Result<Done>> Settlement::hold_again(const Loaded& before, const Loaded& next, std::string key) {
  auto request = hold_request(next.pool, next.shares);
  request.from_session = first_planned(before.pool);
  const auto held = co_await payments_.hold(request, key);
  if (!held) co_return held.error();
  co_return Done{};
}

Task<Result<Done>> Settlement::charge_delivered(const Pool& pool, std::int64_t from_session, std::string key) {
  for (const auto& session : pool.sessions) {
    if (session.state != SessionState::delivered || session.number < from_session) continue;
    const auto charged = co_await payments_.charge(pool.id, session.number, key + ":" + std::to_string(session.number));
    if (!charged && passes(charged.error())) co_return charged.error();
  }
  co_return Done{};
}

Task<Result<Done>> Settlement::resplit(const db::Message& message) {
  const auto body = json::read_own<PoolCommand>(message.body);
  if (!body) co_return body.error();
  const auto before = co_await load(body->pool);
  if (!before) co_return before.error();
  if (before->pool.state != PoolState::resplitting) co_return Done{};
  const auto charged = co_await charge_delivered(before->pool, first_planned(before->pool), message.id.text());
  if (!charged) co_return charged.error();

  auto next = co_await split_again(*before, true);
  if (!next) co_return next.error();
  auto held = co_await hold_again(*before, *next, message.id.text());
  if (!held && passes(held.error())) co_return held.error();
  if (!held) {
    // A family cannot pay more than it does now: the sessions that would cost more do not run, and
    // what is held for them goes back. Less is held than before, so this fits.
    next = co_await split_again(*before, false);
    if (!next) co_return next.error();
    held = co_await hold_again(*before, *next, message.id.text() + ":smaller");
    if (!held) co_return held.error();
  }
  co_return co_await store_resplit(*before, *next);
}

// ---------------------------------------------------------------- sessions

Task<Result<Done>> Settlement::charge(const db::Message& message) {
  const auto body = json::read_own<PoolCommand>(message.body);
  if (!body) co_return body.error();
  const auto session = body->session.value_or(0);
  const auto charged = co_await payments_.charge(body->pool, session, message.id.text());
  // A re-split charges what was delivered before it splits the rest, and may have been first.
  if (charged || charged.error().code == "session-already-charged") co_return Done{};
  if (passes(charged.error())) co_return charged.error();
  log::error("charge-refused", {{"pool", body->pool.text()}, {"session", session}, {"code", charged.error().code}});
  co_return Done{};
}

Task<Result<Done>> Settlement::release(const db::Message& message) {
  const auto body = json::read_own<PoolCommand>(message.body);
  if (!body) co_return body.error();
  std::vector<std::int64_t> sessions;
  if (body->session) {
    sessions.push_back(*body->session);
  } else {
    const auto loaded = co_await load(body->pool);
    if (!loaded) co_return loaded.error();
    const auto charged = co_await charge_delivered(loaded->pool, 1, message.id.text());
    if (!charged) co_return charged.error();
  }
  const auto released = body->session ? co_await payments_.release(body->pool, sessions, message.id.text())
                                      : co_await payments_.release_all(body->pool, message.id.text());
  if (released) co_return Done{};
  if (passes(released.error())) co_return released.error();
  log::error("release-refused", {{"pool", body->pool.text()}, {"code", released.error().code}});
  co_return Done{};
}

}  // namespace cp::pools
