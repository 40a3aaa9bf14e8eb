#include "payments/simulation/simulation_model.hpp"

#include <algorithm>
#include <set>

namespace cp::payments {
namespace {

constexpr std::int64_t expiry_days = 60;
constexpr Stream in_order[] = {Stream::short_breaks, Stream::social_care, Stream::health,
                               Stream::equipment,    Stream::education_transport, Stream::own_money};

std::string text(Stream stream) { return std::string(name(stream)); }

std::int64_t total(const Plan& plan) {
  std::int64_t sum = 0;
  for (const auto& budget : plan.streams) sum += budget.allocated.pence();
  return sum;
}

/// As it ends an account's name.
std::string text(const StreamBudget& budget) {
  return text(budget.stream) + (budget.from ? ":" + to_text(*budget.from) : "");
}

/// What may be spent of a stream on a day, the latest instalment first.
std::vector<std::string> instalments(const Plan& plan, Stream stream, Date day) {
  std::map<Date, std::string, std::greater<>> found;
  for (const auto& budget : plan.streams) {
    const auto from = budget.from ? *budget.from : plan.starts;
    if (budget.stream == stream && from <= day) found[from] = text(budget);
  }
  std::vector<std::string> names;
  for (const auto& [from, name] : found) names.push_back(name);
  return names;
}

bool may_pay(const Plan& plan, Stream stream, const std::string& category) {
  const SpendingRule* exact = nullptr;
  const SpendingRule* general = nullptr;
  for (const auto& rule : plan.rules) {
    if (rule.stream != stream) continue;
    if (rule.category == category) exact = &rule;
    if (rule.category == "*") general = &rule;
  }
  const auto* rule = exact ? exact : general;
  return !rule || rule->ruling == SpendingRuling::allowed;
}

bool has_expired(Date date, SimulationModel::Days today) {
  return today - std::chrono::sys_days(date) > std::chrono::days(expiry_days);
}

}  // namespace

std::int64_t SimulationModel::most_pooled(const Plan& plan) {
  const auto all = total(plan);
  return std::min(all, all / 100 * plan.free_percent + all % 100 * plan.free_percent / 100 + plan.permitted.pence());
}

std::int64_t SimulationModel::Share::held() const {
  std::int64_t sum = 0;
  for (const auto& part : parts) sum += part.held;
  return sum;
}

std::int64_t SimulationModel::Share::taken() const {
  std::int64_t sum = 0;
  for (const auto& part : parts) sum += part.charged;
  return sum;
}

bool SimulationModel::Pool::charged(std::int64_t session) const {
  if (!sessions.contains(session)) return false;
  const auto& shares = sessions.at(session);
  return std::any_of(shares.begin(), shares.end(), [](const Share& share) { return share.charged; });
}

bool SimulationModel::Pool::spent(std::int64_t session) const {
  if (!charged(session)) return false;
  std::int64_t held = 0;
  for (const auto& share : sessions.at(session)) held += share.held();
  return held == 0;
}

const Plan* SimulationModel::plan(const Id<"plan">& id) const {
  const auto found = plans_.find(id);
  return found == plans_.end() ? nullptr : &found->second;
}

Expected SimulationModel::refused(std::string code, std::int64_t pence) {
  for (const auto& [account, moved] : moves_) balances_[account] -= moved;
  moves_.clear();
  return {std::move(code), pence};
}

Expected SimulationModel::done(std::int64_t pence) {
  deed_.pence = pence;
  for (const auto& [account, moved] : moves_) deed_.moves[account] += moved;
  moves_.clear();
  return {{}, pence};
}

void SimulationModel::move(const std::string& account, std::int64_t pence) {
  balances_[account] += pence;
  moves_.emplace_back(account, pence);
}

void SimulationModel::pool(const std::string& plan, const std::string& stream, const std::string& to, std::int64_t pence) {
  move("available:" + plan + ":" + stream, -pence);
  if (stream != "own_money") {
    move("cap:" + plan, -pence);
    move("pooled:" + plan, pence);
  }
  move(to, pence);
}

Expected SimulationModel::change_plan(const Plan* before, const Plan& plan) {
  for (const auto& budget : plan.streams) {
    if (budget.stream == Stream::own_money) return refused("invalid-fields");
  }
  bool overdrawn = false;
  const auto fund = [&](const Plan& terms, std::int64_t sign) {
    for (const auto& budget : terms.streams) {
      move("available:" + plan.id.text() + ":" + text(budget), sign * budget.allocated.pence());
      move("funding:" + plan.authority.text() + ":" + text(budget.stream), -sign * budget.allocated.pence());
    }
  };
  if (before) fund(*before, -1);
  fund(plan, 1);
  for (const auto* terms : {before, &plan}) {
    if (!terms) continue;
    for (const auto& budget : terms->streams) {
      overdrawn = overdrawn || balances_["available:" + plan.id.text() + ":" + text(budget)] < 0;
    }
  }
  const auto change = most_pooled(plan) - (before ? most_pooled(*before) : 0);
  move("cap:" + plan.id.text(), change);
  move("granted:" + plan.id.text(), -change);
  if (overdrawn || balances_["cap:" + plan.id.text()] < 0) return refused("plan-overdrawn");
  deed_.kind = ledger::OperationKind::allocation;
  deed_.plan = plan.id;
  deed_.before = plan;
  for (auto& budget : deed_.before->streams) budget.allocated = Money();
  if (before) deed_.before = *before;
  // What was permitted when it was changed was permitted before.
  deed_.before->permitted = plan.permitted;
  plans_[plan.id] = plan;
  return done(total(plan));
}

Expected SimulationModel::agree(const Plan& plan) {
  if (plans_.contains(plan.id)) return refused("plan-agreed");
  return change_plan(nullptr, plan);
}

Expected SimulationModel::revise(const Plan& plan) {
  const auto known = plans_.find(plan.id);
  if (known == plans_.end()) return refused("plan-not-agreed");
  if (plan.version != known->second.version + 1) return refused("stale-version");
  return change_plan(&known->second, plan);
}

Expected SimulationModel::permit(const Id<"plan">& id, Money amount) {
  if (amount.pence() < 1) return refused("invalid-fields");
  if (!plans_.contains(id)) return refused("plan-not-agreed");
  auto& plan = plans_[id];
  deed_.kind = ledger::OperationKind::grant;
  deed_.plan = id;
  deed_.permitted = amount;
  const auto before = most_pooled(plan);
  plan.permitted += amount;
  ++plan.version;
  move("cap:" + id.text(), most_pooled(plan) - before);
  move("granted:" + id.text(), before - most_pooled(plan));
  return done(amount.pence());
}

Expected SimulationModel::pay_in(const Id<"plan">& id, Money amount) {
  if (amount.pence() < 1) return refused("invalid-fields");
  if (!plans_.contains(id)) return refused("plan-not-agreed");
  const auto& plan = plans_[id];
  paid_into_.insert(id);
  deed_.kind = ledger::OperationKind::deposit;
  move("available:" + id.text() + ":own_money", amount.pence());
  move("paid_in:" + plan.authority.text() + ":" + plan.family.text(), -amount.pence());
  return done(amount.pence());
}

Expected SimulationModel::pay_back(const Id<"plan">& id, Money amount) {
  if (amount.pence() < 1) return refused("invalid-fields");
  if (!plans_.contains(id)) return refused("plan-not-agreed");
  const auto& plan = plans_[id];
  const auto left = balances_["available:" + id.text() + ":own_money"];
  if (left < amount.pence()) return refused("own-money-spent", amount.pence() - left);
  deed_.kind = ledger::OperationKind::deposit;
  move("available:" + id.text() + ":own_money", -amount.pence());
  move("paid_in:" + plan.authority.text() + ":" + plan.family.text(), amount.pence());
  return done(amount.pence());
}

Expected SimulationModel::agree_fee(const Id<"fee">& fee, const Id<"plan">& id, const Id<"provider">& payee, Stream stream,
                                    Money amount) {
  if (amount.pence() < 1) return refused("invalid-fields");
  if (!plans_.contains(id)) return refused("plan-not-agreed");
  std::map<std::string, std::string> purses;  // by day; what comes first has none
  for (const auto& budget : plans_[id].streams) {
    if (budget.stream == stream) purses[budget.from ? to_text(*budget.from) : ""] = text(budget);
  }
  if (stream == Stream::own_money && paid_into_.contains(id)) purses[""] = text(stream);
  FeeState state{id.text(), payee.text(), {}};
  auto need = amount.pence();
  for (const auto& [day, purse] : purses) {
    const auto taken = std::min(need, balances_["available:" + id.text() + ":" + purse]);
    if (taken <= 0) continue;
    need -= taken;
    move("available:" + id.text() + ":" + purse, -taken);
    move("reserved:" + fee.text() + ":" + id.text() + ":" + purse, taken);
    state.reserved.emplace_back(purse, taken);
  }
  if (need > 0) return refused("stream-short", need);
  fees_[fee] = std::move(state);
  deed_.kind = ledger::OperationKind::fee;
  return done(amount.pence());
}

Expected SimulationModel::move_fee(const Id<"fee">& fee, std::optional<Money> amount) {
  if (amount && amount->pence() < 1) return refused("invalid-fields");
  if (!fees_.contains(fee)) return refused("fee-not-agreed");
  auto& state = fees_[fee];
  std::int64_t reserved = 0;
  for (const auto& [purse, pence] : state.reserved) reserved += pence;
  const auto all = amount ? amount->pence() : reserved;
  if (all > reserved) return refused("fee-above-reserved", all - reserved);
  deed_.kind = amount ? ledger::OperationKind::fee_charge : ledger::OperationKind::fee;
  deed_.fee = fee;
  auto rest = all;
  for (auto& [purse, pence] : state.reserved) {
    const auto moved = std::min(rest, pence);
    deed_.of_fee.push_back(moved);
    rest -= moved;
    pence -= moved;
    move("reserved:" + fee.text() + ":" + state.plan + ":" + purse, -moved);
    move(amount ? "payable:" + state.payee + ":" + fee.text() : "available:" + state.plan + ":" + purse, moved);
  }
  return done(all);
}

std::int64_t SimulationModel::bound(const std::string& plan) const {
  std::int64_t sum = 0;
  for (const auto& [id, pool] : pools_) {
    for (const auto& [session, shares] : pool.sessions) {
      for (const auto& share : shares) {
        for (const auto& part : share.parts) sum += part.plan == plan ? part.held : 0;
      }
    }
  }
  for (const auto& [id, fee] : fees_) {
    for (const auto& [purse, pence] : fee.reserved) sum += fee.plan == plan ? pence : 0;
  }
  return sum;
}

Expected SimulationModel::hand_over(const Id<"plan">& id, const HandOver& asked) {
  if (!plans_.contains(id)) return refused("plan-not-agreed");
  const auto& plan = plans_[id];
  const bool is_there = std::any_of(plan.streams.begin(), plan.streams.end(), [&](const StreamBudget& budget) {
    return budget.stream == asked.stream && (!asked.instalment || budget.from == asked.instalment);
  });
  if (!is_there || Days(asked.from) < Days(plan.starts) || Days(asked.from) > Days(plan.ends)) return refused("invalid-fields");
  hand_overs_[id].push_back(asked);
  deed_.kind = ledger::OperationKind::hand_over;
  return done(0);
}

Holder SimulationModel::holder(const Id<"plan">& id, Stream stream, const Instalment& instalment, Date day) const {
  if (stream == Stream::own_money) return Holder::managed;
  auto found = plans_.at(id).holder;
  std::optional<std::pair<Days, bool>> since;
  const auto said = hand_overs_.find(id);
  if (said == hand_overs_.end()) return found;
  for (const auto& one : said->second) {
    if (one.stream != stream || Days(one.from) > Days(day)) continue;
    if (one.instalment && one.instalment != instalment) continue;
    const std::pair when(Days(one.from), one.instalment.has_value());
    if (since && when < *since) continue;
    since = when;
    found = one.holder;
  }
  return found;
}

Expected SimulationModel::end(const Id<"plan">& id, const std::optional<Id<"plan">>& next_id, std::int64_t percent,
                              std::optional<Money> limit) {
  if (!plans_.contains(id)) return refused("plan-not-agreed");
  const auto& plan = plans_[id];
  if (today_ <= Days(plan.ends)) return refused("plan-not-over");
  if (bound(id.text()) > 0) return refused("plan-still-held");
  auto* next = next_id && plans_.contains(*next_id) ? &plans_[*next_id] : nullptr;
  if (next_id && (!next || next->family != plan.family || next->authority != plan.authority || next->ends <= plan.ends)) {
    return refused("invalid-fields");
  }
  std::map<Stream, std::int64_t> may_carry;
  for (const auto& budget : plan.streams) may_carry[budget.stream] += budget.allocated.pence();
  for (auto& [stream, pence] : may_carry) {
    pence = pence / 100 * percent + pence % 100 * percent / 100;
    if (limit) pence = std::min(pence, limit->pence());
    pence -= carried_[{id, stream}];
  }
  std::int64_t sum = 0;
  auto after = next ? *next : Plan();
  for (const auto& budget : plan.streams) {
    const auto left = balances_["available:" + id.text() + ":" + text(budget)];
    const auto over = next ? std::max<std::int64_t>(0, std::min(left, may_carry[budget.stream])) : 0;
    may_carry[budget.stream] -= over;
    deed_.carried[budget.stream] += over;
    sum += left;
    move("available:" + id.text() + ":" + text(budget), -left);
    move("funding:" + plan.authority.text() + ":" + text(budget.stream), left - over);
    if (over == 0) continue;
    move("available:" + after.id.text() + ":" + text(budget.stream), over);
    auto first = std::find_if(after.streams.begin(), after.streams.end(),
                              [&](const StreamBudget& one) { return one.stream == budget.stream && !one.from; });
    if (first == after.streams.end()) after.streams.push_back({budget.stream, Money(over)});
    else first->allocated += Money(over);
  }
  const auto own = balances_["available:" + id.text() + ":own_money"];
  sum += own;
  move("available:" + id.text() + ":own_money", -own);
  move(next ? "available:" + after.id.text() + ":own_money" : "paid_in:" + plan.authority.text() + ":" + plan.family.text(), own);
  if (sum == 0) return refused("nothing-left");
  deed_.kind = ledger::OperationKind::transfer;
  deed_.ended = id;
  for (const auto& [stream, pence] : deed_.carried) carried_[{id, stream}] += pence;
  if (next) {
    if (own > 0) paid_into_.insert(after.id);
    move("cap:" + after.id.text(), most_pooled(after) - most_pooled(*next));
    move("granted:" + after.id.text(), most_pooled(*next) - most_pooled(after));
    ++after.version;
    deed_.plan = after.id;
    deed_.before = *next;
    *next = after;
  }
  return done(sum);
}

Expected SimulationModel::draw(const HoldRequest& terms, const std::vector<Want>& wants, bool is_charge,
                               const std::string& to, std::vector<std::pair<std::int64_t, Share>>& drawn) {
  for (std::size_t at = 0; at < wants.size();) {
    const auto family = wants[at].family;
    std::vector<const Plan*> plans;
    for (const auto& [id, plan] : plans_) {
      if (plan.family == family && plan.authority == terms.authority) plans.push_back(&plan);
    }
    std::stable_sort(plans.begin(), plans.end(), [](auto* a, auto* b) { return a->starts < b->starts; });
    std::int64_t short_by = 0;
    bool no_plan = false;
    bool no_stream = false;
    for (; at < wants.size() && wants[at].family == family; ++at) {
      Share share{family, wants[at].date, is_charge, {}, ++last_share_};
      auto need = wants[at].pence;
      bool any_plan = false;
      bool any_stream = false;
      for (const auto* plan : plans) {
        if (wants[at].date < plan->starts || plan->ends < wants[at].date) continue;
        any_plan = true;
        for (const auto stream : in_order) {
          const bool is_own = stream == Stream::own_money;
          const bool there = is_own ? paid_into_.contains(plan->id) : std::any_of(plan->streams.begin(), plan->streams.end(),
                                         [&](const StreamBudget& budget) { return budget.stream == stream; });
          if (!there || !may_pay(*plan, stream, terms.category)) continue;
          any_stream = true;
          const auto& id = plan->id.text();
          const auto purses = is_own ? std::vector{text(stream)} : instalments(*plan, stream, wants[at].date);
          for (const auto& purse : purses) {
            const auto in_purse = balances_["available:" + id + ":" + purse];
            const auto taken = std::min({need, in_purse, is_own ? in_purse : balances_["cap:" + id]});
            if (taken <= 0) continue;
            need -= taken;
            share.parts.push_back({id, purse, is_charge ? 0 : taken, is_charge ? taken : 0});
            pool(id, purse, is_charge ? to : to + id + ":" + purse, taken);
          }
        }
      }
      short_by += need;
      no_plan = no_plan || (need > 0 && !any_plan);
      no_stream = no_stream || (need > 0 && !any_stream);
      drawn.emplace_back(wants[at].session, std::move(share));
    }
    if (short_by > 0) {
      return refused(no_plan ? "no-agreed-plan" : no_stream ? "spending-not-allowed" : "headroom-exceeded", short_by);
    }
  }
  return {};
}

std::int64_t SimulationModel::free(const std::string& id, Share& share) {
  std::int64_t sum = 0;
  for (auto& part : share.parts) {
    pool(part.plan, part.stream, "held:" + id + ":" + part.plan + ":" + part.stream, -part.held);
    sum += std::exchange(part.held, 0);
  }
  return sum;
}

void SimulationModel::sweep(Pool& pool) {
  for (auto& [session, shares] : pool.sessions) {
    std::erase_if(shares, [](const Share& share) { return !share.charged && !share.parts.empty() && share.held() == 0; });
  }
  std::erase_if(pool.sessions, [](const auto& session) { return session.second.empty(); });
}

Expected SimulationModel::hold(const HoldRequest& request) {
  std::vector<Want> wants;
  std::set<std::pair<Id<"family">, std::int64_t>> seen;
  for (const auto& share : request.shares) {
    if (share.session < request.from_session || share.amount.is_negative()) return refused("invalid-fields");
    if (!seen.insert({share.family, share.session}).second) return refused("invalid-fields");
    wants.push_back({share.family, share.session, share.date, share.amount.pence()});
  }
  std::sort(wants.begin(), wants.end());
  const auto known = pools_.find(request.pool);
  Pool pool = known == pools_.end() ? Pool{request, {}} : known->second;
  if (pool.last.provider != request.provider || pool.last.authority != request.authority) return refused("pool-changed");
  if (request.agreement_version < pool.last.agreement_version) return refused("stale-version");
  for (const auto& want : wants) {
    if (pool.charged(want.session)) return refused("session-already-charged");
  }
  for (auto& [session, shares] : pool.sessions) {
    if (session < request.from_session) continue;
    for (auto& share : shares) {
      if (!share.charged) free(request.pool.text(), share);
    }
    std::erase_if(shares, [](const Share& share) { return !share.charged; });
  }
  sweep(pool);
  std::vector<std::pair<std::int64_t, Share>> drawn;
  auto short_of = draw(request, wants, false, "held:" + request.pool.text() + ":", drawn);
  if (!short_of.code.empty()) return short_of;
  std::int64_t sum = 0;
  for (auto& [session, share] : drawn) {
    sum += share.held();
    pool.sessions[session].push_back(std::move(share));
  }
  pool.last = request;
  pool.last.shares.clear();
  pools_[request.pool] = std::move(pool);
  deed_.kind = ledger::OperationKind::hold;
  deed_.pool = request.pool;
  return done(sum);
}

Expected SimulationModel::charge(const ChargeRequest& request) {
  const auto known = pools_.find(request.pool);
  if (known == pools_.end() || !known->second.sessions.contains(request.session)) return refused("nothing-held");
  if (known->second.spent(request.session)) return refused("session-already-charged");
  auto pool = known->second;
  auto& shares = pool.sessions[request.session];
  const auto date = shares.front().date;
  if (has_expired(date, today_)) return refused("hold-expired");
  const auto payable = "payable:" + pool.last.provider.text() + ":" + request.pool.text();
  std::int64_t sum = 0;
  const auto take = [&](Share& share, std::int64_t most) {
    share.charged = true;
    deed_.touched.push_back(share.number);
    for (auto& part : share.parts) {
      const auto taken = std::min(most, part.held);
      move("held:" + request.pool.text() + ":" + part.plan + ":" + part.stream, -taken);
      move(payable, taken);
      if (taken > 0) deed_.taken.push_back({share.number, part.plan, part.stream, taken});
      part.held -= taken;
      part.charged += taken;
      most -= taken;
      sum += taken;
    }
    return most;
  };
  std::vector<Want> above;
  std::set<Id<"family">> named;
  if (!request.amounts) {
    for (auto& share : shares) take(share, share.held());
  } else {
    for (const auto& [family, amount] : *request.amounts) {
      if (amount.is_negative() || !named.insert(family).second) return refused("invalid-fields");
      auto rest = amount.pence();
      bool found = false;
      for (auto& share : shares) {
        if (share.family != family) continue;
        found = true;
        rest = take(share, rest);
      }
      if (!found) return refused("nothing-held");
      if (rest > 0) above.push_back({family, request.session, date, rest});
    }
  }
  std::sort(above.begin(), above.end());
  std::vector<std::pair<std::int64_t, Share>> drawn;
  auto short_of = draw(pool.last, above, true, payable, drawn);
  if (!short_of.code.empty()) return short_of;
  if (request.amounts && request.release_rest.value_or(false)) {
    for (auto& share : shares) {
      for (const auto& part : share.parts) {
        if (part.held > 0) deed_.freed.push_back({share.number, part.plan, part.stream, part.held});
      }
      free(request.pool.text(), share);
    }
  }
  for (auto& [session, share] : drawn) {
    deed_.touched.push_back(share.number);
    for (const auto& part : share.parts) deed_.added.push_back({share.number, part.plan, part.stream, part.charged});
    sum += share.taken();
    shares.push_back(std::move(share));
  }
  known->second = std::move(pool);
  deed_.kind = ledger::OperationKind::charge;
  deed_.pool = request.pool;
  return done(sum);
}

Expected SimulationModel::release(const ReleaseRequest& request) {
  const bool all = request.all.value_or(false);
  if (all == request.sessions.has_value()) return refused("invalid-fields");
  const auto known = pools_.find(request.pool);
  if (known == pools_.end()) return done(0);
  auto& pool = known->second;
  std::set<std::int64_t> sessions;
  if (request.sessions) sessions.insert(request.sessions->begin(), request.sessions->end());
  for (const auto session : sessions) {
    if (pool.spent(session)) return refused("session-already-charged");
  }
  deed_.kind = ledger::OperationKind::release;
  deed_.pool = request.pool;
  std::int64_t sum = 0;
  for (auto& [session, shares] : pool.sessions) {
    if (!all && !sessions.contains(session)) continue;
    for (auto& share : shares) {
      if (!share.charged || share.held() > 0) deed_.given_back.emplace_back(session, share);
      sum += free(request.pool.text(), share);
    }
    std::erase_if(shares, [](const Share& share) { return !share.charged; });
  }
  sweep(pool);
  return done(sum);
}

Expected SimulationModel::expire(const Id<"pool">& id) {
  const auto known = pools_.find(id);
  if (known == pools_.end()) return done(0);
  deed_.kind = ledger::OperationKind::release;
  deed_.pool = id;
  std::int64_t sum = 0;
  for (auto& [session, shares] : known->second.sessions) {
    for (auto& share : shares) {
      if (!has_expired(share.date, today_)) continue;
      if (share.held() > 0) deed_.given_back.emplace_back(session, share);
      sum += free(id.text(), share);
    }
  }
  sweep(known->second);
  return done(sum);
}

Expected SimulationModel::refund(const RefundRequest& request) {
  const auto known = pools_.find(request.pool);
  if (known == pools_.end() || !known->second.charged(request.session)) return refused("session-not-charged");
  if (request.amount && (!request.family || request.amount->pence() < 1)) return refused("invalid-fields");
  auto pool_copy = known->second;
  auto left = request.amount ? request.amount->pence() : INT64_MAX;
  std::int64_t sum = 0;
  bool any = false;
  for (auto& share : pool_copy.sessions[request.session]) {
    if (!share.charged || (request.family && share.family != *request.family)) continue;
    any = true;
    for (auto& part : share.parts) {
      const auto back = std::min(left, part.charged);
      if (back > 0) deed_.refunded.push_back({share.number, part.plan, part.stream, back});
      pool(part.plan, part.stream, "payable:" + pool_copy.last.provider.text() + ":" + request.pool.text(), -back);
      part.charged -= back;
      left -= back;
      sum += back;
    }
  }
  if (!any) return refused("session-not-charged");
  if (sum == 0) return refused("session-already-refunded");
  if (request.amount && left > 0) return refused("refund-above-charge", left);
  const auto owed = balances_["payable:" + pool_copy.last.provider.text() + ":" + request.pool.text()];
  if (owed < 0) return refused("provider-already-paid", -owed);
  deed_.kind = ledger::OperationKind::refund;
  deed_.pool = request.pool;
  known->second = std::move(pool_copy);
  return done(sum);
}

Expected SimulationModel::close(Date through) {
  if (Days(through) >= today_) return refused("invalid-fields");
  deed_.kind = ledger::OperationKind::closing;
  return done(0);
}

}  // namespace cp::payments
