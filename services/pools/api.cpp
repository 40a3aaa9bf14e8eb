#include "services/pools/api.hpp"

#include "services/pools/rules.hpp"
#include "services/pools/service.hpp"
#include "services/pools/splitting.hpp"
#include "services/pools/store.hpp"
#include "services/pools/view.hpp"
#include "shared/http/commit.hpp"
#include "shared/http/cursor.hpp"

#include <algorithm>

namespace cp {
extern const std::string_view pools_schema;
}

namespace cp::pools {
namespace {

using http::Method;
using http::Role;

Error no_such_pool() { return not_found("There is no such pool, or it is not yours to see."); }

std::optional<Id<"family">> own_family(const http::Request& request) {
  return request.who().role == Role::parent ? request.who().family : std::nullopt;
}

/// The offer's run as the pool keeps it.
Purchase purchase_of(const catalogue::OfferForPool& offer, const catalogue::RunView& run) {
  Purchase bought;
  bought.offer = offer.id;
  bought.run = run.id;
  bought.provider = offer.provider;
  bought.provider_name = offer.provider_name;
  bought.title = offer.title;
  bought.activity_type = offer.activity_type;
  bought.weekday = run.weekday;
  bought.from_minute = run.from_minute;
  bought.to_minute = run.to_minute;
  bought.minutes_per_session = offer.minutes_per_session;
  bought.minimum_children = offer.minimum_children;
  bought.maximum_children = offer.maximum_children;
  bought.places = run.places;
  for (const auto& tier : offer.tiers) {
    bought.tiers.push_back({tier.from_children, tier.fixed, tier.per_child, tier.per_hour});
  }
  return bought;
}

std::vector<Session> sessions_from(const std::vector<Date>& dates, Date today) {
  std::vector<Session> sessions;
  for (const auto& date : dates) {
    if (date < today) continue;
    sessions.push_back({static_cast<std::int64_t>(sessions.size()) + 1, date, SessionState::planned});
  }
  return sessions;
}

Result<Done> may_buy(const catalogue::OfferForPool& offer, const Id<"authority">& authority) {
  if (offer.state != catalogue::OfferState::published) {
    return conflict("offer-withdrawn", "The provider has withdrawn this offer. Choose another one.");
  }
  if (std::find(offer.authorities.begin(), offer.authorities.end(), authority) == offer.authorities.end()) {
    return invalid_field("/offer", "This offer is not made to families of your authority.");
  }
  const auto rejected = std::any_of(offer.vetting.begin(), offer.vetting.end(), [&](const auto& vetting) {
    return vetting.authority == authority && vetting.state == catalogue::VettingState::rejected;
  });
  if (rejected) {
    return conflict("provider-rejected",
                    "Your authority has rejected this provider. Ask the facilitator for another one.");
  }
  return Done{};
}

/// Everybody's terms as the facilitator wrote them down; nothing is left of an earlier agreement.
Result<Done> set_terms(Pool& pool, const NewAgreement& body) {
  for (auto& member : pool.members) member.terms = {};
  const auto asked = body.members.value_or(std::vector<AgreementMember>());
  for (std::size_t at = 0; at < asked.size(); ++at) {
    auto* member = find_member(pool, asked[at].family);
    if (!member || !takes_part(*member)) {
      return invalid_field("/members/" + std::to_string(at) + "/family", "This family is not in the pool.");
    }
    member->terms = terms_of(asked[at], pool.sessions.size());
  }
  return check_terms(pool);
}

/// Why no share could be worked out, for the facilitator, who sees everybody's.
Error told_split(const Error& error) {
  if (error.code != "share-short") return error;
  std::int64_t short_by = 0;
  auto told = conflict("share-short", "");
  for (const auto& [key, value] : error.extras) {
    if (key == "short_by_pence") short_by = std::get<std::int64_t>(value);
    told.extras.emplace_back(key, value);
  }
  told.detail = "One family would have to pay " + to_text(Money(short_by)) +
                " more for a session than it can, and the others have not agreed to carry that much. Ask the others "
                "how far they would go, or look for a cheaper offer.";
  return told;
}

/// Lays a new agreement before the members: nobody has accepted it yet.
void lay_agreement(Pool& pool, Agreement terms, const payments::SplitResult& split) {
  terms.version = pool.agreement.version + 1;
  pool.agreement = std::move(terms);
  pool.state = PoolState::agreement;
  pool.refusal.reset();
  for (const auto& share : split.members) {
    auto* member = find_member(pool, share.family);
    if (!member) continue;
    member->state = MemberState::invited;
    member->accepted_version.reset();
    member->highest_share = share.highest_share;
    member->total = share.total;
    member->ceiling = ceiling_of(*member, pool.agreement.ceiling_percent);
    member->derivation = steps_of(share.derivation);
  }
}

std::vector<Share> shares_of(const payments::SplitResult& split) {
  std::vector<Share> shares;
  for (const auto& share : split.shares) shares.push_back({share.family, share.session, share.amount, share.rounding});
  return shares;
}

/// What the ledger refused, told to the family it concerns; the others learn only that it was not
/// their own.
Error told_refusal(const Refusal& refusal, const std::optional<Id<"family">>& reader) {
  if (reader && *reader == refusal.family) {
    auto error = conflict(refusal.code, refusal.detail);
    return std::move(error).with("short_by_pence", refusal.short_by_pence);
  }
  return conflict("shares-not-held",
                  "Everybody has accepted, but one share could not be set aside. Nobody's money is "
                  "held. The facilitator will talk to that family.");
}

Result<bool> set_session(Pool& pool, std::int64_t number, SessionState state) {
  auto* session = find_session(pool, number);
  if (!session) return not_found("This pool has no such session.");
  if (session->state == state) return false;
  session->state = state;
  end_notices(pool);
  if (is_over(pool)) pool.state = PoolState::closed;
  return true;
}

}  // namespace

// ---------------------------------------------------------------- reading

Task<PoolsApi::PoolPage> PoolsApi::list(http::Request& request, PoolQuery query) {
  const auto& who = request.who();
  const auto limit = std::min(query.limit.value_or(context_.config.page_items), 10 * context_.config.page_items);
  store::Filter filter;
  filter.state = query.state;
  filter.limit = limit + 1;
  if (who.role == Role::parent) filter.family = who.family;
  else if (who.role == Role::provider) filter.provider = who.provider.value_or(Id<"provider">());
  else filter.authority = who.authority.value_or(Id<"authority">());
  const auto before = http::decode_time_key(query.after);
  if (!before) co_return before.error();
  if (*before) {
    filter.before_created = (*before)->time;
    filter.before_id = Id<"pool">((*before)->id);
  }
  auto work = [&](db::Tx& tx) -> Result<std::vector<Pool>> {
    return store::find_all(tx, store::list(tx, filter));
  };
  auto pools = co_await context_.database.read(work);
  if (!pools) co_return pools.error();
  http::Page<PoolSummary> page;
  page.next = http::cut(request, *pools, limit, &Pool::created);
  for (const auto& pool : *pools) page.items.push_back(summary_of(pool, who));
  co_return page;
}

Task<Result<Pool>> PoolsApi::read(http::Request& request, Id<"pool"> id) {
  auto work = [&](db::Tx& tx) -> Result<Pool> {
    auto pool = store::find(tx, id);
    if (!pool || !may_see(request.who(), *pool)) return no_such_pool();
    return std::move(*pool);
  };
  co_return co_await context_.database.read(work);
}

Task<PoolsApi::View> PoolsApi::show(http::Request& request, PoolPath path) {
  const auto pool = co_await read(request, path.pool);
  if (!pool) co_return pool.error();
  http::Answer<PoolView> answer(view_of(*pool, request.who()));
  co_return std::move(answer).at_version(pool->version);
}

// ---------------------------------------------------------------- one change, one transaction

template <class Apply>
Task<PoolsApi::View> PoolsApi::change(http::Request& request, Id<"pool"> id, Apply& apply, std::optional<Pool>* after) {
  const auto now = context_.clock.now();
  const auto event = context_.ids.make<"message">(now);
  auto work = [&](db::Tx& tx) -> View {
    auto pool = store::find(tx, id);
    if (!pool || !may_see(request.who(), *pool)) return no_such_pool();
    CP_TRY(http::check_version(request, pool->version));
    const auto before = *pool;
    const Result<bool> changed = apply(tx, *pool);
    if (!changed) return changed.error();
    if (*changed) {
      if (!store::update(tx, before, *pool)) return conflict("pool-changed", "The pool has just changed. Try again.");
      db::outbox::put(tx, {event, db::MessageKind::event, "pool:" + id.text(), R"({"changed":"pool"})", now});
    }
    auto answer = http::Answer<PoolView>(view_of(*pool, request.who())).at_version(pool->version);
    if (after) *after = std::move(*pool);
    return answer;
  };
  auto answer = co_await http::commit<PoolView>(context_.database, request, now, work);
  if (answer) context_.outbox.look();
  co_return answer;
}

Task<PoolsApi::View> PoolsApi::settle(http::Request& request, Id<"pool"> id, Id<"message"> command) {
  // A ledger that is away is no reason to fail: the outbox goes on trying, the answer shows the
  // state there is.
  (void)co_await context_.outbox.deliver(command);
  const PoolPath path{id};  // named: g++ 12 destroys an aggregate made inside co_await twice
  co_return co_await show(request, path);
}

// ---------------------------------------------------------------- proposal

Task<Result<Member>> PoolsApi::member_of(Id<"family"> family, Id<"authority"> authority) {
  const auto card = co_await families_.card(family);
  if (!card && card.error().kind != ErrorKind::not_found) co_return card.error();
  if (!card || card->authority != authority) {
    co_return not_found("There is no such family here. A family has to fill in its profile before it joins a pool.");
  }
  if (card->children == 0) {
    co_return conflict("no-children", "Add a child to the family's profile first.");
  }
  Member member;
  member.family = family;
  member.known_as = card->known_as;
  member.children = card->children;
  co_return member;
}

Task<Result<Pool>> PoolsApi::proposal(http::Request& request, const NewPool& body) {
  const auto& who = request.who();
  const auto now = context_.clock.now();
  Pool pool;
  pool.id = context_.ids.make<"pool">(now);
  pool.authority = who.authority.value_or(Id<"authority">());
  pool.created = now;
  pool.reasons = body.reasons;

  const auto offer = co_await catalogue_.offer(body.offer);
  if (!offer && offer.error().kind == ErrorKind::not_found) {
    co_return invalid_field("/offer", "There is no such offer.");
  }
  if (!offer) co_return offer.error();
  if (const auto allowed = may_buy(*offer, pool.authority); !allowed) co_return allowed.error();
  const auto run = std::find_if(offer->runs.begin(), offer->runs.end(),
                                [&](const auto& one) { return one.id == body.run; });
  if (run == offer->runs.end()) co_return invalid_field("/run", "The offer has no such run.");
  pool.purchase = purchase_of(*offer, *run);
  pool.sessions = sessions_from(run->dates, day_of(now));

  auto families = body.families;
  if (who.role == Role::parent) {
    if (!families.empty() && families != std::vector{*who.family}) {
      co_return invalid_field("/families", "Name only your own family; others join by themselves.");
    }
    families = {*who.family};
  }
  for (const auto& family : families) {
    auto member = co_await member_of(family, pool.authority);
    if (!member) co_return member.error();
    if (const auto addable = may_add(pool, family); !addable) co_return addable.error();
    pool.members.push_back(std::move(*member));
  }
  std::sort(pool.members.begin(), pool.members.end(),
            [](const Member& a, const Member& b) { return a.family < b.family; });
  co_return pool;
}

Task<PoolsApi::View> PoolsApi::create(http::Request& request, http::NoParams, NewPool body) {
  if (body.matching_run.has_value() != body.group.has_value()) {
    co_return invalid_field("/group", "Name the matching run and its group together.");
  }
  if (body.group) {
    if (request.who().role != Role::facilitator) co_return forbidden("A facilitator confirms proposed groups.");
    const auto group = co_await matching_.group(*body.matching_run, *body.group);
    if (!group) co_return group.error();
    if (group->authority != request.who().authority) co_return not_found();
    if (group->offer != body.offer || group->run != body.run) {
      co_return invalid_field("/run", "The proposed group is for another offer or run.");
    }
    if (body.families.empty()) body.families = group->families;
    if (body.reasons.empty()) body.reasons = group->reasons;
    if (body.reasons.size() > most_reasons) body.reasons.resize(most_reasons);
  }
  auto pool = co_await proposal(request, body);
  if (!pool) co_return pool.error();
  pool->group = body.group;
  auto work = [&](db::Tx& tx) -> View {
    if (body.group) {
      if (const auto before = store::of_group(tx, *body.group)) {
        auto again = conflict("group-confirmed", "This group was confirmed before; see its pool.");
        return std::move(again).with("pool", before->text());
      }
    }
    store::insert(tx, *pool);
    auto answer = http::created(view_of(*pool, request.who()), "/v1/pools/" + pool->id.text());
    return std::move(answer).at_version(pool->version);
  };
  co_return co_await http::commit<PoolView>(context_.database, request, pool->created, work);
}

Task<PoolsApi::View> PoolsApi::add_member(http::Request& request, PoolPath path, NewMember body) {
  if (const auto own = own_family(request); own && *own != body.family) {
    co_return invalid_field("/family", "Name your own family; others join by themselves.");
  }
  auto member = co_await member_of(body.family, request.who().authority.value_or(Id<"authority">()));
  if (!member) co_return member.error();
  auto apply = [&](db::Tx&, Pool& pool) -> Result<bool> {
    CP_TRY(may_add(pool, body.family));
    if (auto* before = find_member(pool, body.family)) *before = *member;
    else pool.members.push_back(*member);
    return true;
  };
  co_return co_await change(request, path.pool, apply);
}

Task<PoolsApi::View> PoolsApi::remove_member(http::Request& request, MemberPath path) {
  auto apply = [&](db::Tx&, Pool& pool) -> Result<bool> {
    CP_TRY(may_change_members(pool));
    auto* member = find_member(pool, path.family);
    if (!member || !takes_part(*member)) return not_found("This family is not in the pool.");
    member->state = MemberState::left;
    return true;
  };
  co_return co_await change(request, path.pool, apply);
}

// ---------------------------------------------------------------- agreement

Task<PoolsApi::View> PoolsApi::agree(http::Request& request, PoolPath path, NewAgreement body) {
  const auto before = co_await read(request, path.pool);
  if (!before) co_return before.error();
  Agreement terms;
  terms.notice_sessions = body.notice_sessions;
  terms.ceiling_percent = body.ceiling_percent;
  terms.minimum_children = body.minimum_children;
  terms.split = body.split.value_or(SplitKind::by_child);
  for (const auto& cost : body.costs.value_or(std::vector<AgreementCost>())) {
    terms.costs.push_back({cost.kind, cost.label, cost.per_session.value_or(Money()), cost.once.value_or(Money())});
  }
  if (const auto allowed = may_agree(*before, terms); !allowed) co_return allowed.error();

  const auto& bought = before->purchase;
  const auto price = co_await payments_.price(
      price_request(bought, children_taking_part(*before)));
  if (!price) co_return price.error();
  terms.price_per_session = price->price_per_session;
  auto planned = *before;
  planned.agreement = terms;
  if (const auto set = set_terms(planned, body); !set) co_return set.error();
  const auto request_of_split = split_request(planned, whole_pool(planned), price->price_per_session, {});
  const auto split = co_await payments_.split(request_of_split);
  if (!split) co_return told_split(split.error());

  auto apply = [&](db::Tx& tx, Pool& pool) -> Result<bool> {
    if (pool.version != before->version) return conflict("pool-changed", "The pool has just changed. Try again.");
    for (auto& member : pool.members) member.terms = find_member(planned, member.family)->terms;
    lay_agreement(pool, terms, *split);
    store::replace_terms(tx, pool);
    store::replace_shares(tx, pool.id, 1, shares_of(*split));
    return true;
  };
  co_return co_await change(request, path.pool, apply);
}

Task<Result<Done>> PoolsApi::check_headroom(const Pool& pool, Id<"family"> family) {
  const auto* member = find_member(pool, family);
  const payments::CheckRequest question{family, pool.purchase.activity_type, member->total,
                                        {pool.sessions.front().date, pool.sessions.back().date}};
  const auto check = co_await payments_.check(question);
  if (!check) co_return check.error();
  if (check->code.empty()) co_return Done{};
  auto refusal = conflict(check->code, check->detail);
  co_return std::move(refusal).with("short_by_pence", check->short_by.pence());
}

Task<PoolsApi::View> PoolsApi::accept(http::Request& request, PoolPath path, Acceptance body) {
  const auto family = *request.who().family;
  const auto before = co_await read(request, path.pool);
  if (!before) co_return before.error();
  if (const auto allowed = may_accept(*before, family, body.agreement_version); !allowed) {
    co_return allowed.error();
  }
  // Told early, before anybody else has to wait for it. What counts is the hold, which checks again.
  if (before->state == PoolState::agreement) {
    const auto fits = co_await check_headroom(*before, family);
    if (!fits) co_return fits.error();
  }

  const auto now = context_.clock.now();
  const auto hold = Settlement::command(context_.ids.make<"message">(now), "pools.hold", *before, {}, now);
  std::vector<Share> shares;
  auto apply = [&](db::Tx& tx, Pool& pool) -> Result<bool> {
    CP_TRY(may_accept(pool, family, body.agreement_version));
    auto* member = find_member(pool, family);
    if (member->state == MemberState::accepted) return false;
    member->state = MemberState::accepted;
    member->accepted_version = body.agreement_version;
    if (all_accepted(pool)) {
      CP_TRY(places_left(pool, store::children_in_run(tx, pool.purchase.run, pool.id)));
      pool.state = PoolState::holding;
      pool.refusal.reset();
      shares = store::shares(tx, pool.id);
      db::outbox::put(tx, hold, now + app::OutboxRunner::in_hand);
    }
    return true;
  };
  std::optional<Pool> changed;
  const auto accepted = co_await change(request, path.pool, apply, &changed);
  if (!accepted || accepted->value.state != PoolState::holding) co_return accepted;
  if (!changed) co_return co_await show(request, path);
  Settlement::Loaded loaded{std::move(*changed), std::move(shares)};
  auto settled = co_await settle_hold(request, hold, loaded);
  // Not known here: the ledger is away, or the outbox has carried the command out meanwhile.
  if (settled && loaded.pool.state == PoolState::holding) co_return co_await show(request, path);
  co_return settled;
}

Task<PoolsApi::View> PoolsApi::settle_hold(http::Request& request, const db::Message& hold, Settlement::Loaded& loaded) {
  const app::OutboxRunner::CommandHandler handler = [&](const db::Message& message) {
    return settlement_.hold(message, loaded);
  };
  (void)co_await context_.outbox.deliver(hold, handler);
  context_.outbox.look();
  if (loaded.pool.refusal) co_return told_refusal(*loaded.pool.refusal, request.who().family);
  http::Answer<PoolView> answer(view_of(loaded.pool, request.who()));
  co_return std::move(answer).at_version(loaded.pool.version);
}

Task<PoolsApi::View> PoolsApi::decline(http::Request& request, PoolPath path, Reason body) {
  const auto family = *request.who().family;
  const auto now = context_.clock.now();
  const auto reason_id = context_.ids.next(now);
  auto apply = [&](db::Tx& tx, Pool& pool) -> Result<bool> {
    CP_TRY(may_decline(pool, family));
    step_back(pool, family);
    store::keep_reason(tx, reason_id, pool.id, family, "declined", body.reason, now);
    return true;
  };
  co_return co_await change(request, path.pool, apply);
}

// ---------------------------------------------------------------- a running pool

Task<PoolsApi::View> PoolsApi::leave(http::Request& request, PoolPath path, Reason body) {
  const auto family = *request.who().family;
  const auto now = context_.clock.now();
  const auto reason_id = context_.ids.next(now);
  const auto resplit = context_.ids.make<"message">(now);
  auto apply = [&](db::Tx& tx, Pool& pool) -> Result<bool> {
    CP_TRY(may_leave(pool, family));
    auto* member = find_member(pool, family);
    if (member->state == MemberState::leaving) return false;
    store::keep_reason(tx, reason_id, pool.id, family, "left", body.reason, now);
    if (pool.state != PoolState::active) {
      step_back(pool, family);
      return true;
    }
    member->state = MemberState::leaving;
    member->pays_until = last_session_of_notice(pool);
    pool.state = PoolState::resplitting;
    db::outbox::put(tx, Settlement::command(resplit, "pools.resplit", pool, {}, now));
    return true;
  };
  const auto left = co_await change(request, path.pool, apply);
  if (!left || left->value.state != PoolState::resplitting) co_return left;
  co_return co_await settle(request, path.pool, resplit);
}

Task<PoolsApi::View> PoolsApi::dissolve(http::Request& request, PoolPath path, Reason body) {
  const auto now = context_.clock.now();
  const auto reason_id = context_.ids.next(now);
  const auto release = context_.ids.make<"message">(now);
  auto apply = [&](db::Tx& tx, Pool& pool) -> Result<bool> {
    CP_TRY(may_dissolve(pool));
    if (pool.state == PoolState::dissolved) return false;
    pool.state = PoolState::dissolved;
    for (auto& session : pool.sessions) {
      if (session.state == SessionState::planned) session.state = SessionState::cancelled;
    }
    store::keep_reason(tx, reason_id, pool.id, std::nullopt, "dissolved", body.reason, now);
    db::outbox::put(tx, Settlement::command(release, "pools.release", pool, {}, now));
    return true;
  };
  const auto dissolved = co_await change(request, path.pool, apply);
  if (!dissolved) co_return dissolved;
  co_return co_await settle(request, path.pool, release);
}

Task<PoolsApi::View> PoolsApi::deliver(http::Request& request, SessionPath path) {
  const auto now = context_.clock.now();
  const auto charge = context_.ids.make<"message">(now);
  auto apply = [&](db::Tx& tx, Pool& pool) -> Result<bool> {
    if (!may_run_sessions(request.who(), pool)) return forbidden();
    CP_TRY(may_deliver(pool, path.number, day_of(now)));
    const auto changed = set_session(pool, path.number, SessionState::delivered);
    if (changed && *changed) {
      db::outbox::put(tx, Settlement::command(charge, "pools.charge", pool, path.number, now));
    }
    return changed;
  };
  const auto delivered = co_await change(request, path.pool, apply);
  if (!delivered) co_return delivered;
  co_return co_await settle(request, path.pool, charge);
}

Task<PoolsApi::View> PoolsApi::cancel(http::Request& request, SessionPath path, Reason body) {
  const auto now = context_.clock.now();
  const auto reason_id = context_.ids.next(now);
  const auto release = context_.ids.make<"message">(now);
  auto apply = [&](db::Tx& tx, Pool& pool) -> Result<bool> {
    if (!may_run_sessions(request.who(), pool)) return forbidden();
    CP_TRY(may_cancel(pool, path.number));
    const auto changed = set_session(pool, path.number, SessionState::cancelled);
    if (changed && *changed) {
      for (const auto& share : store::shares(tx, pool.id)) {
        if (share.session == path.number) find_member(pool, share.family)->total -= share.amount;
      }
      store::keep_reason(tx, reason_id, pool.id, std::nullopt, "session-cancelled", body.reason, now);
      db::outbox::put(tx, Settlement::command(release, "pools.release", pool, path.number, now));
    }
    return changed;
  };
  const auto cancelled = co_await change(request, path.pool, apply);
  if (!cancelled) co_return cancelled;
  co_return co_await settle(request, path.pool, release);
}

// ---------------------------------------------------------------- for other services

Task<Result<http::Answer<Commitments>>> PoolsApi::commitments(http::Request&, http::NoParams,
                                                              CommitmentsQuery query) {
  auto work = [&](db::Tx& tx) -> Result<Commitments> {
    Commitments found;
    for (const auto& run : query.runs) {
      const auto children = store::children_in_run(tx, run, {});
      if (children > 0) found.taken.push_back({run, children});
    }
    for (const auto& time : store::busy_times(tx, query.authority)) {
      found.busy.push_back({time.family, time.weekday, time.from_minute, time.to_minute});
    }
    return found;
  };
  auto found = co_await context_.database.read(work);
  if (!found) co_return found.error();
  co_return std::move(*found);
}

Task<Result<http::Answer<GroupPools>>> PoolsApi::of_groups(http::Request&, http::NoParams, GroupsQuery query) {
  auto work = [&](db::Tx& tx) -> Result<GroupPools> {
    GroupPools found;
    for (const auto& group : query.groups) {
      if (auto pool = store::of_group(tx, group)) found.items.push_back({group, std::move(*pool)});
    }
    return found;
  };
  auto found = co_await context_.database.read(work);
  if (!found) co_return found.error();
  co_return std::move(*found);
}

// ---------------------------------------------------------------- the table

PoolsApi::PoolsApi(app::Context& context)
    : context_(context),
      catalogue_(context.transport),
      families_(context.transport),
      payments_(context.transport),
      matching_(context.transport),
      settlement_(context) {
  auto& router = context.router;
  const auto members = http::roles(Role::parent, Role::facilitator);
  const auto brokers = http::roles(Role::facilitator);
  const auto parents = http::roles(Role::parent);
  const auto session_runners = http::roles(Role::provider, Role::facilitator);
  const auto readers = http::roles(Role::parent, Role::facilitator, Role::provider, Role::commissioner);

  router.add({Method::get, "/v1/pools", readers, "Your pools, newest first."}, this, &PoolsApi::list);
  router.add({Method::post, "/v1/pools", members, "Propose a pool, from a proposed group or by hand."}, this,
             &PoolsApi::create);
  router.add({Method::get, "/v1/pools/{pool}", readers, "One pool, as far as you may see it."}, this,
             &PoolsApi::show);
  router.add({Method::post, "/v1/pools/{pool}/members", members, "Join a proposed pool, or invite a family."},
             this, &PoolsApi::add_member);
  router.add({Method::del, "/v1/pools/{pool}/members/{family}", brokers, "Take a family out of a proposed pool."},
             this, &PoolsApi::remove_member);
  router.add({Method::post, "/v1/pools/{pool}/agreement", brokers,
              "Work out the split and lay the agreement before the members."},
             this, &PoolsApi::agree);
  router.add({Method::post, "/v1/pools/{pool}/acceptances", parents,
              "Accept the agreement. With the last acceptance every share is held, or none."},
             this, &PoolsApi::accept);
  router.add({Method::post, "/v1/pools/{pool}/declines", parents, "Say no; the others need a new agreement."},
             this, &PoolsApi::decline);
  router.add({Method::post, "/v1/pools/{pool}/leaving", parents, "Leave, by the rules of the agreement."},
             this, &PoolsApi::leave);
  router.add({Method::post, "/v1/pools/{pool}/dissolution", brokers,
              "End a pool; money not yet spent goes back."},
             this, &PoolsApi::dissolve);
  router.add({Method::post, "/v1/pools/{pool}/sessions/{number}/delivery", session_runners,
              "A session took place: each member's share of it is charged."},
             this, &PoolsApi::deliver);
  router.add({Method::post, "/v1/pools/{pool}/sessions/{number}/cancellation", session_runners,
              "A session does not take place: its shares go back."},
             this, &PoolsApi::cancel);

  router.add({Method::post, "/internal/pools/of-groups", http::internal(), "Pools that came of proposed groups."}, this,
             &PoolsApi::of_groups);
  router.add({Method::post, "/internal/pools/commitments", http::internal(),
              "Places taken of runs, and when an authority's families are busy."},
             this, &PoolsApi::commitments);
  context.live.guard("pool", [this](const http::Principal& who, std::string_view rest) {
    return may_listen(who, std::string(rest));
  });
}

Task<bool> PoolsApi::may_listen(http::Principal who, std::string id) {
  const auto pool_id = Id<"pool">::parse(id);
  if (!pool_id) co_return false;
  auto work = [&](db::Tx& tx) -> Result<bool> {
    const auto pool = store::find(tx, *pool_id);
    return pool && may_see(who, *pool);
  };
  const auto allowed = co_await context_.database.read(work);
  co_return allowed && *allowed;
}

app::Service service() {
  return {"pools",
          {"pools", pools_schema},
          [](app::Context& context) -> std::shared_ptr<void> { return std::make_shared<PoolsApi>(context); }};
}

}  // namespace cp::pools
