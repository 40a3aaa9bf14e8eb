#include "payments/book/book.hpp"

#include "payments/planning/holders.hpp"
#include "payments/rules.hpp"

#include <algorithm>
#include <set>

namespace cp::payments {
namespace {

BookShare::Part& part_of(BookShare& share, const SharePart& moved) {
  for (auto& part : share.parts) {
    if (part.plan == moved.plan && part.stream == moved.stream && part.from == moved.from) return part;
  }
  throw ledger::JournalCorrupt("share " + share.id.text() + " has no such part");
}

/// Moves each part of each share; `move` is given the share, its part and the amount.
template <class Move>
void move_shares(BookPool& pool, const std::vector<ShareMove>& moves, Move move) {
  for (const auto& moved : moves) {
    auto* share = pool.find(moved.share);
    if (!share) throw ledger::JournalCorrupt("there is no share " + moved.share.text());
    for (const auto& part : moved.parts) move(*share, part_of(*share, part), part.amount);
  }
}

std::string suffix(const Instalment& from) { return from ? ":" + to_text(*from) : std::string(); }

/// Shares that are neither held nor were charged are history.
void drop_spent(BookPool& pool) {
  for (auto session = pool.sessions.begin(); session != pool.sessions.end();) {
    std::erase_if(session->second, [](const BookShare& share) {
      return !share.was_charged && share.held() == Money() && !share.parts.empty();
    });
    session = session->second.empty() ? pool.sessions.erase(session) : std::next(session);
  }
}

}  // namespace

std::string funding_account(const Id<"authority">& authority, Stream stream) {
  return "funding:" + authority.text() + ":" + std::string(name(stream));
}
std::string available_account(const Id<"plan">& plan, Stream stream, const Instalment& from) {
  return "available:" + plan.text() + ":" + std::string(name(stream)) + suffix(from);
}
std::string held_account(const Id<"pool">& pool, const Id<"plan">& plan, Stream stream, const Instalment& from) {
  return "held:" + pool.text() + ":" + plan.text() + ":" + std::string(name(stream)) + suffix(from);
}
std::string payable_account(const Id<"provider">& provider, const Id<"pool">& pool) {
  return "payable:" + provider.text() + ":" + pool.text();
}
std::string batched_account(const Id<"payment-run">& run, const Id<"provider">& provider) {
  return "batched:" + run.text() + ":" + provider.text();
}
std::string sent_account(const Id<"payment-run">& run, const Id<"provider">& provider) {
  return "sent:" + run.text() + ":" + provider.text();
}
std::string settled_account(const Id<"payment-run">& run, const Id<"provider">& provider) {
  return "settled:" + run.text() + ":" + provider.text();
}
std::string reserved_account(const Id<"fee">& fee, const Id<"plan">& plan, Stream stream, const Instalment& from) {
  return "reserved:" + fee.text() + ":" + plan.text() + ":" + std::string(name(stream)) + suffix(from);
}
std::string paid_in_account(const Id<"authority">& authority, const Id<"family">& family) {
  return "paid_in:" + authority.text() + ":" + family.text();
}
std::string granted_account(const Id<"plan">& plan) { return "granted:" + plan.text(); }
std::string cap_account(const Id<"plan">& plan) { return "cap:" + plan.text(); }
std::string pooled_account(const Id<"plan">& plan) { return "pooled:" + plan.text(); }

Money BookShare::held() const {
  return sum_of(parts, &Part::held);
}

Money BookShare::charged() const {
  return sum_of(parts, &Part::charged);
}

bool BookPool::was_charged(std::int64_t session) const {
  const auto found = sessions.find(session);
  return found != sessions.end() && std::any_of(found->second.begin(), found->second.end(),
                                                [](const BookShare& share) { return share.was_charged; });
}

BookShare* BookPool::find(const Id<"share">& share) {
  for (auto& [session, shares] : sessions) {
    for (auto& one : shares) {
      if (one.id == share) return &one;
    }
  }
  return nullptr;
}

void BookPlan::write(FactEncoder& to) const {
  to.plan(terms);
  to.number(sequence);
}

BookPlan BookPlan::read(FactDecoder& from) {
  BookPlan plan;
  plan.terms = from.plan();
  plan.sequence = from.number();
  return plan;
}

void BookPool::write(FactEncoder& to) const {
  to.pool(note);
  to.integer(agreement_version);
  to.number(sequence);
  to.number(sessions.size());
  for (const auto& [session, shares] : sessions) {
    to.integer(session);
    to.list(shares, [&](const BookShare& share) {
      to.id(share.id);
      to.id(share.family);
      to.date(share.date);
      to.integer(share.held_on);
      to.flag(share.was_charged);
      to.list(share.parts, [&](const BookShare::Part& part) {
        to.id(part.plan);
        to.stream(part.stream, part.from);
        to.money(part.held);
        to.money(part.charged);
      });
    });
  }
}

BookPool BookPool::read(FactDecoder& from) {
  BookPool pool;
  pool.note = from.pool();
  pool.agreement_version = from.integer();
  pool.sequence = from.number();
  for (auto left = from.number(); left > 0; --left) {
    const auto session = from.integer();
    pool.sessions[session] = from.list<BookShare>([&] {
      BookShare share;
      share.id = from.id<"share">();
      share.family = from.id<"family">();
      share.date = from.date();
      share.held_on = static_cast<ledger::Day>(from.integer());
      share.was_charged = from.flag();
      share.parts = from.list<BookShare::Part>([&] {
        BookShare::Part part;
        part.plan = from.id<"plan">();
        from.stream(part.stream, part.from);
        part.held = from.money();
        part.charged = from.money();
        return part;
      });
      return share;
    });
  }
  return pool;
}

void BookFee::write(FactEncoder& to) const {
  to.fee(fee);
  to.text(authority);
  to.number(months.size());
  for (const auto& [month, amount] : months) {
    to.date(month / 1);
    to.money(amount);
  }
  to.number(sequence);
}

BookFee BookFee::read(FactDecoder& from) {
  BookFee kept;
  kept.fee = from.fee();
  kept.authority = from.text();
  for (auto left = from.number(); left > 0; --left) {
    const auto first = from.date();
    kept.months[first.year() / first.month()] = from.money();
  }
  kept.sequence = from.number();
  return kept;
}

void BookEnding::write(FactEncoder& to) const {
  to.id(plan);
  to.list(carried, [&](const Carried& one) {
    to.named(one.stream);
    to.money(one.amount);
  });
  to.number(sequence);
}

BookEnding BookEnding::read(FactDecoder& from) {
  BookEnding ending;
  ending.plan = from.id<"plan">();
  ending.carried = from.list<Carried>([&] {
    Carried one;
    one.stream = from.named<Stream>();
    one.amount = from.money();
    return one;
  });
  ending.sequence = from.number();
  return ending;
}

void BookHolders::write(FactEncoder& to) const {
  to.id(plan);
  to.list(hand_overs, [&](const HandOver& one) {
    to.stream(one.stream, one.instalment);
    to.named(one.holder);
    to.date(one.from);
  });
  to.number(sequence);
}

BookHolders BookHolders::read(FactDecoder& from) {
  BookHolders holders;
  holders.plan = from.id<"plan">();
  holders.hand_overs = from.list<HandOver>([&] {
    HandOver one;
    from.stream(one.stream, one.instalment);
    one.holder = from.named<Holder>();
    one.from = from.date();
    return one;
  });
  holders.sequence = from.number();
  return holders;
}

void BookClosing::write(FactEncoder& to) const {
  to.text(authority);
  to.date(through);
}

BookClosing BookClosing::read(FactDecoder& from) {
  BookClosing closing;
  closing.authority = from.text();
  closing.through = from.date();
  return closing;
}

void BookStatement::write(FactEncoder& to) const {
  to.id(family);
  to.integer(number);
  to.date(last);
}

BookStatement BookStatement::read(FactDecoder& from) {
  BookStatement statement;
  statement.family = from.id<"family">();
  statement.number = from.integer();
  statement.last = from.date();
  return statement;
}

Money BookRun::Payment::amount() const { return sum_of(parts); }

const BookRun::Payment* BookRun::find(const Id<"provider">& payee) const {
  for (const auto& payment : payments) {
    if (payment.payee == payee) return &payment;
  }
  return nullptr;
}

void BookRun::write(FactEncoder& to) const {
  to.id(id);
  to.text(authority);
  to.id(made_by);
  to.integer(to_microseconds(made_at));
  to.date(pay_on);
  to.number(sequence);
  to.list(payments, [&](const Payment& payment) {
    to.id(payment.payee);
    to.id(payment.details);
    to.named(payment.step);
    to.run_parts(payment.parts);
  });
}

BookRun BookRun::read(FactDecoder& from) {
  BookRun run;
  run.id = from.id<"payment-run">();
  run.authority = from.text();
  run.made_by = from.id<"account">();
  run.made_at = from_microseconds(from.integer());
  run.pay_on = from.date();
  run.sequence = from.number();
  run.payments = from.list<Payment>([&] {
    Payment payment;
    payment.payee = from.id<"provider">();
    payment.details = from.id<"bank-details">();
    payment.step = from.named<RunStep>();
    payment.parts = from.run_parts();
    return payment;
  });
  return run;
}

Book::Book(std::int64_t expiry_days) : expiry_days_(expiry_days) {
  runs_.on_added = [this](const BookRun* run, std::size_t number) {
    if (!run) return runs_of_pool_.clear();
    std::set<std::string> pools;
    for (const auto& payment : run->payments) {
      for (const auto& part : payment.parts) pools.insert(part.pool.text());
    }
    for (const auto& pool : pools) runs_of_pool_[pool].push_back(number);
  };
  fees_.on_added = [this](const BookFee* fee, std::size_t number) {
    if (!fee) fees_of_plan_.clear();
    else fees_of_plan_[fee->fee.plan.text()].push_back(number);
  };
  pools_.on_added = [this](const BookPool* pool, std::size_t) {
    if (!pool) return pools_of_plan_.clear();
    for (const auto& [session, shares] : pool->sessions) {
      for (const auto& share : shares) note_plans(*pool, share);
    }
  };
  plans_.on_added = [this](const BookPlan* plan, std::size_t number) {
    if (!plan) plans_of_family_.clear();
    else plans_of_family_[plan->terms.family.text()].push_back(number);
  };
}

void Book::note_plans(const BookPool& pool, const BookShare& share) {
  for (const auto& part : share.parts) {
    auto& pools = pools_of_plan_[part.plan.text()];
    if (std::find(pools.begin(), pools.end(), &pool) == pools.end()) pools.push_back(&pool);
  }
}

const std::vector<const BookPool*>& Book::pools_of(const Id<"plan">& plan) const {
  static const std::vector<const BookPool*> none;
  const auto found = pools_of_plan_.find(plan.text());
  return found == pools_of_plan_.end() ? none : found->second;
}

std::map<Month, Money> Book::owed(const BookPool& pool) const {
  std::map<Month, Money> months;
  for (const auto& [session, shares] : pool.sessions) {
    // A session is invoiced in the month of its day, as its first share has it.
    auto& month = months[shares.front().date.year() / shares.front().date.month()];
    for (const auto& share : shares) month += share.charged();
  }
  return less_taken(std::move(months), pool.note.pool);
}

std::map<Month, Money> Book::owed(const BookFee& fee) const { return less_taken(fee.months, billed_as(fee.fee.id)); }

std::map<Month, Money> Book::less_taken(std::map<Month, Money> months, const Id<"pool">& billed) const {
  if (const auto found = runs_of_pool_.find(billed.text()); found != runs_of_pool_.end()) {
    for (const auto number : found->second) {
      for (const auto& payment : runs_.all()[number].payments) {
        if (!is_taken(payment.step)) continue;
        for (const auto& part : payment.parts) {
          if (part.pool == billed) months[part.month] -= part.amount;
        }
      }
    }
  }
  std::erase_if(months, [](const auto& one) { return one.second == Money(); });
  return months;
}

Holder Book::holder_of(const SharePart& part, Date day) const {
  const auto* known = plan(part.plan);
  const auto* kept = holders_.find(part.plan.text());
  static const std::vector<HandOver> none;
  return holder_on(day, known ? known->terms.holder : Holder::managed, kept ? kept->hand_overs : none, part.stream, part.from);
}

std::vector<const BookFee*> Book::fees_of(const Id<"plan">& plan) const {
  std::vector<const BookFee*> fees;
  const auto found = fees_of_plan_.find(plan.text());
  if (found == fees_of_plan_.end()) return fees;
  for (const auto number : found->second) fees.push_back(&fees_.all()[number]);
  return fees;
}

Plan Book::with_balances(const ledger::Accounts& accounts, const BookPlan& kept) {
  auto plan = kept.terms;
  for (auto& budget : plan.streams) {
    budget.left = accounts.balance(available_account(plan.id, budget.stream, budget.from));
  }
  const auto own = available_account(plan.id, Stream::own_money, {});
  if (const auto* account = accounts.find(own)) {
    StreamBudget budget;
    budget.stream = Stream::own_money;
    budget.left = account->balance;
    plan.streams.push_back(budget);
  }
  plan.pooled_used = accounts.balance(pooled_account(plan.id));
  return plan;
}

std::vector<Plan> Book::plans_of(const ledger::Accounts& accounts, const Id<"authority">& authority,
                                 const Id<"family">& family) const {
  std::vector<Plan> plans;
  const auto found = plans_of_family_.find(family.text());
  if (found == plans_of_family_.end()) return plans;
  for (const auto number : found->second) {
    const auto& plan = plans_.all()[number];
    if (plan.terms.authority == authority) plans.push_back(with_balances(accounts, plan));
  }
  std::sort(plans.begin(), plans.end(), used_before);
  return plans;
}

bool Book::has_expired(Date session, Date today) const {
  return std::chrono::sys_days(session) + std::chrono::days(expiry_days_) < std::chrono::sys_days(today);
}

Result<Done> Book::may_count_for(const std::string& scope, ledger::Day effective) const {
  const auto* closing = closings_.find(scope);
  if (!closing || effective > ledger::to_day(closing->through)) return Done{};
  return conflict("period-closed", "The period up to " + to_text(closing->through) +
                                       " is closed. Use a later day; what was wrong is put right by a new entry.");
}

namespace {

/// It undoes what funded a plan or ended it, what let more of it be pooled, or a move of a fee.
bool is_beside_pools(const ledger::Operation& reversal) {
  if (reversal.refusal) return false;
  const auto fact = decode_fact(std::get<ReversalFact>(decode_fact(reversal.facts)).undone);
  return std::holds_alternative<PlanFact>(fact) || std::holds_alternative<PermissionFact>(fact) ||
         std::holds_alternative<FeeMoveFact>(fact) || std::holds_alternative<EndingFact>(fact);
}

}  // namespace

std::optional<std::string> Book::broken_rule(const ledger::Operation& operation,
                                             const ledger::Accounts& accounts) const {
  // Whatever leaves a plan's streams for a pool has to come out of its cap, and back. A family's own money is
  // under no cap, and it is all that a deposit may move.
  if (operation.kind == ledger::OperationKind::reversal && is_beside_pools(operation)) return std::nullopt;
  if (operation.kind == ledger::OperationKind::allocation || operation.kind == ledger::OperationKind::grant ||
      operation.kind == ledger::OperationKind::transfer || operation.kind == ledger::OperationKind::fee) {
    return std::nullopt;
  }
  std::map<std::string_view, Money> streams;  // by plan
  std::map<std::string_view, Money> pooled;
  for (const auto& entry : operation.entries) {
    const std::string_view account = accounts.at(entry.account).name;
    const auto rest = account.substr(account.find(':') + 1);
    const auto colon = rest.find(':');
    const bool is_own = entry.kind == ledger::AccountKind::available && rest.substr(colon + 1) == name(Stream::own_money);
    if (entry.kind == ledger::AccountKind::available && !is_own) streams[rest.substr(0, colon)] -= entry.amount;
    if (entry.kind == ledger::AccountKind::pooled) pooled[rest] += entry.amount;
  }
  for (const auto& [plan, amount] : streams) {
    if (amount != (pooled.contains(plan) ? pooled[plan] : Money())) {
      return "what plan " + std::string(plan) + " pools is not what left its streams";
    }
  }
  return std::nullopt;
}

// ---------------------------------------------------------------- operations

void Book::apply(const ledger::Operation& operation, const std::any& fact) {
  if (operation.refusal) return;
  const auto take_one = [&](const auto& one) { take(operation, one); };
  if (const auto* known = std::any_cast<Fact>(&fact)) std::visit(take_one, *known);
  else std::visit(take_one, decode_fact(operation.facts));
}

void Book::take(const ledger::Operation& operation, const PlanFact& fact) {
  auto* known = plans_.find(fact.plan.id.text());
  if (!known) known = &plans_.add({fact.plan, 0, true});
  if (operation.sequence <= known->sequence) return;
  known->terms = fact.plan;
  known->sequence = operation.sequence;
  known->changed = true;
}

void Book::take(const ledger::Operation& operation, const PermissionFact& fact) {
  auto* known = plans_.find(fact.plan.text());
  if (!known) throw ledger::JournalCorrupt("there is no plan " + fact.plan.text());
  if (operation.sequence <= known->sequence) return;
  known->terms.permitted += fact.amount;
  ++known->terms.version;
  known->sequence = operation.sequence;
  known->changed = true;
}

void Book::hold_shares(BookPool& pool, const std::vector<HeldShare>& shares, ledger::Day today) {
  for (const auto& share : shares) {
    BookShare kept{share.id, share.family, share.date, today, false, {}};
    for (const auto& part : share.parts) kept.parts.push_back({part.plan, part.stream, part.from, part.amount, {}});
    note_plans(pool, kept);
    pool.sessions[share.session].push_back(std::move(kept));
  }
}

BookPool* Book::pool_to_change(const Id<"pool">& id, std::uint64_t sequence) {
  auto* pool = pools_.find(id.text());
  if (!pool) throw ledger::JournalCorrupt("there is no pool " + id.text());
  if (sequence <= pool->sequence) return nullptr;
  pool->sequence = sequence;
  pool->changed = true;
  return pool;
}

void Book::take(const ledger::Operation& operation, const HoldFact& fact) {
  if (!pools_.find(fact.pool.pool.text())) {
    BookPool fresh;
    fresh.note = fact.pool;
    fresh.changed = true;
    pools_.add(std::move(fresh));
  }
  auto* pool = pool_to_change(fact.pool.pool, operation.sequence);
  if (!pool) return;
  pool->note = fact.pool;
  pool->agreement_version = fact.agreement_version;
  for (const auto& id : fact.replaced) {
    auto* share = pool->find(id);
    if (!share) throw ledger::JournalCorrupt("there is no share " + id.text());
    for (auto& part : share->parts) part.held = Money();
    if (share->parts.empty()) share->parts.push_back({});  // a share of nothing: dropped with the others
  }
  drop_spent(*pool);
  hold_shares(*pool, fact.shares, operation.effective);
}

void Book::take(const ledger::Operation& operation, const ChargeFact& fact) {
  auto* pool = pool_to_change(fact.pool, operation.sequence);
  if (!pool) return;
  move_shares(*pool, fact.released, [](BookShare&, BookShare::Part& part, Money amount) { part.held -= amount; });
  for (const auto& moved : fact.taken) {
    if (auto* share = pool->find(moved.share)) share->was_charged = true;
  }
  move_shares(*pool, fact.taken, [](BookShare&, BookShare::Part& part, Money amount) {
    part.held -= amount;
    part.charged += amount;
  });
  for (const auto& added : fact.added) {
    BookShare share{added.id, added.family, added.date, operation.effective, true, {}};
    for (const auto& part : added.parts) share.parts.push_back({part.plan, part.stream, part.from, {}, part.amount});
    pool->sessions[added.session].push_back(std::move(share));
  }
}

void Book::take(const ledger::Operation& operation, const ReleaseFact& fact) {
  auto* pool = pool_to_change(fact.pool, operation.sequence);
  if (!pool) return;
  move_shares(*pool, fact.released, [](BookShare&, BookShare::Part& part, Money amount) { part.held -= amount; });
  for (const auto& moved : fact.released) {
    auto* share = pool->find(moved.share);
    if (share && share->parts.empty()) share->parts.push_back({});
  }
  drop_spent(*pool);
}

void Book::take(const ledger::Operation& operation, const RefundFact& fact) {
  auto* pool = pool_to_change(fact.pool, operation.sequence);
  if (!pool) return;
  move_shares(*pool, fact.refunded, [](BookShare&, BookShare::Part& part, Money amount) { part.charged -= amount; });
}

void Book::take(const ledger::Operation& operation, const ClosingFact& fact) {
  auto* known = closings_.find(operation.scope);
  if (!known) known = &closings_.add({operation.scope, fact.through, true});
  known->through = std::max(known->through, fact.through);
  known->changed = true;
}

void Book::take(const ledger::Operation&, const StatementFact& fact) {
  auto* known = statements_.find(fact.family.text());
  if (!known) known = &statements_.add({fact.family, 0, {}, true});
  if (fact.number <= known->number) return;
  known->number = fact.number;
  known->last = fact.last;
  known->changed = true;
}

void Book::take(const ledger::Operation& operation, const HandOverFact& fact) {
  auto* known = holders_.find(fact.plan.text());
  if (!known) known = &holders_.add({fact.plan, {}, 0, true});
  if (operation.sequence <= known->sequence) return;
  known->hand_overs.push_back(fact.hand_over);
  known->sequence = operation.sequence;
  known->changed = true;
}

void Book::take(const ledger::Operation& operation, const EndingFact& fact) {
  auto* ending = endings_.find(fact.plan.text());
  if (!ending) ending = &endings_.add({fact.plan, {}, 0, true});
  if (operation.sequence > ending->sequence) {
    ending->sequence = operation.sequence;
    ending->changed = true;
    for (const auto& part : fact.parts) {
      if (part.carried > Money()) ending->carried.push_back({part.stream, part.carried});
    }
  }
  if (fact.next) take(operation, PlanFact{*fact.next, {}});
}

void Book::take(const ledger::Operation& operation, const FeeFact& fact) {
  if (fees_.find(fact.fee.id.text())) return;
  fees_.add({fact.fee, operation.scope, {}, operation.sequence, true});
}

void Book::take(const ledger::Operation& operation, const FeeMoveFact& fact) {
  move_fee(operation, fact, ledger::from_day(operation.effective), 1);
}

void Book::move_fee(const ledger::Operation& operation, const FeeMoveFact& fact, Date day, std::int64_t sign) {
  auto* known = fees_.find(fact.fee.text());
  if (!known) throw ledger::JournalCorrupt("there is no fee " + fact.fee.text());
  if (operation.sequence <= known->sequence) return;
  known->sequence = operation.sequence;
  known->changed = true;
  for (const auto& moved : fact.parts) {
    const Money amount(sign * moved.amount.pence());
    for (auto& part : known->fee.parts) {
      if (part.stream != moved.stream || part.from != moved.from) continue;
      part.reserved -= amount;
      if (fact.is_charged) part.charged += amount;
    }
    if (fact.is_charged) known->months[day.year() / day.month()] += amount;
  }
}

// ---------------------------------------------------------------- undone

void Book::take(const ledger::Operation& operation, const ReversalFact& fact) {
  const auto undone = std::to_string(fact.sequence);
  if (!reversals_.find(undone)) reversals_.add({undone, true});
  const auto undo_one = [&](const auto& one) {
    if constexpr (requires { undo(operation, fact, one); }) undo(operation, fact, one);
    else throw ledger::JournalCorrupt("operation " + undone + " cannot be undone");
  };
  std::visit(undo_one, decode_fact(fact.undone));
}

void Book::undo(const ledger::Operation& operation, const ReversalFact& by, const PlanFact& fact) {
  take(operation, PlanFact{by.terms.value_or(fact.plan), by.reason});
}

void Book::undo(const ledger::Operation& operation, const ReversalFact&, const PermissionFact& fact) {
  take(operation, PermissionFact{fact.plan, -fact.amount, {}});
}

void Book::undo(const ledger::Operation& operation, const ReversalFact&, const ChargeFact& fact) {
  auto* pool = pool_to_change(fact.pool, operation.sequence);
  if (!pool) return;
  const auto unless_charged = [&](const Id<"share">& id) {
    auto* share = pool->find(id);
    if (share && share->charged() == Money()) share->was_charged = false;
  };
  move_shares(*pool, fact.taken, [](BookShare&, BookShare::Part& part, Money amount) {
    part.charged -= amount;
    part.held += amount;
  });
  move_shares(*pool, fact.released, [](BookShare&, BookShare::Part& part, Money amount) { part.held += amount; });
  for (const auto& added : fact.added) {
    const std::vector<ShareMove> whole{{added.id, added.family, added.parts}};
    move_shares(*pool, whole, [](BookShare&, BookShare::Part& part, Money amount) { part.charged -= amount; });
    unless_charged(added.id);
  }
  for (const auto& moved : fact.taken) unless_charged(moved.share);
}

void Book::undo(const ledger::Operation& operation, const ReversalFact& by, const ReleaseFact& fact) {
  auto* pool = pool_to_change(fact.pool, operation.sequence);
  if (!pool) return;
  for (const auto& share : by.shares) {
    if (!pool->find(share.id)) {
      hold_shares(*pool, {share}, operation.effective);
      continue;
    }
    const std::vector<ShareMove> back{{share.id, share.family, share.parts}};
    move_shares(*pool, back, [](BookShare&, BookShare::Part& part, Money amount) { part.held += amount; });
  }
}

void Book::undo(const ledger::Operation& operation, const ReversalFact&, const RefundFact& fact) {
  auto* pool = pool_to_change(fact.pool, operation.sequence);
  if (!pool) return;
  move_shares(*pool, fact.refunded, [](BookShare& share, BookShare::Part& part, Money amount) {
    part.charged += amount;
    share.was_charged = true;
  });
}

void Book::undo(const ledger::Operation& operation, const ReversalFact& by, const FeeMoveFact& fact) {
  move_fee(operation, fact, by.corrected, -1);
}

void Book::undo(const ledger::Operation& operation, const ReversalFact& by, const EndingFact& fact) {
  auto* ending = endings_.find(fact.plan.text());
  if (!ending) throw ledger::JournalCorrupt("plan " + fact.plan.text() + " has not ended");
  if (operation.sequence > ending->sequence) {
    ending->sequence = operation.sequence;
    ending->changed = true;
    for (const auto& part : fact.parts) {
      const auto same = [&](const Carried& one) { return one.stream == part.stream && one.amount == part.carried; };
      const auto found = std::find_if(ending->carried.begin(), ending->carried.end(), same);
      if (found != ending->carried.end()) ending->carried.erase(found);
    }
  }
  if (by.terms) take(operation, PlanFact{*by.terms, by.reason});
}

BookRun* Book::run_to_change(const Id<"payment-run">& id, std::uint64_t sequence) {
  auto* run = runs_.find(id.text());
  if (!run) throw ledger::JournalCorrupt("there is no payment run " + id.text());
  if (sequence <= run->sequence) return nullptr;
  run->sequence = sequence;
  run->changed = true;
  return run;
}

namespace {

void move_payments(BookRun& run, const std::vector<Id<"provider">>& payees, RunStep to) {
  for (auto& payment : run.payments) {
    if (std::find(payees.begin(), payees.end(), payment.payee) != payees.end()) payment.step = to;
  }
}

}  // namespace

void Book::take(const ledger::Operation& operation, const BatchFact& fact) {
  if (runs_.find(fact.run.text())) return;
  BookRun run;
  run.id = fact.run;
  run.authority = operation.scope;
  run.made_by = fact.made_by;
  run.made_at = operation.recorded;
  run.pay_on = fact.pay_on;
  for (const auto& payment : fact.payments) {
    run.payments.push_back({payment.payee, payment.details, RunStep::batched, payment.parts});
  }
  run.sequence = operation.sequence;
  run.changed = true;
  runs_.add(std::move(run));
}

void Book::take(const ledger::Operation& operation, const SendFact& fact) {
  auto* run = run_to_change(fact.run, operation.sequence);
  if (!run) return;
  for (auto& payment : run->payments) payment.step = RunStep::sent;
}

void Book::take(const ledger::Operation& operation, const SettleFact& fact) {
  if (auto* run = run_to_change(fact.run, operation.sequence)) move_payments(*run, fact.payees, RunStep::settled);
}

void Book::take(const ledger::Operation& operation, const RejectFact& fact) {
  auto* run = run_to_change(fact.run, operation.sequence);
  if (run) move_payments(*run, fact.payees, fact.cancelled ? RunStep::cancelled : RunStep::returned);
}

}  // namespace cp::payments
