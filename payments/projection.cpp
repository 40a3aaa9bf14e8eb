#include "payments/projection.hpp"

#include "payments/payouts/bank_store.hpp"
#include "payments/book/book.hpp"
#include "payments/ledger/encoding.hpp"
#include "payments/rules.hpp"
#include "payments/statements/statement_store.hpp"
#include "payments/statements/statement_wire.hpp"
#include "payments/store.hpp"
#include "shared/core/log.hpp"
#include "shared/db/outbox.hpp"

#include <algorithm>
#include <functional>
#include <future>
#include <map>
#include <tuple>
#include <utility>

namespace cp::payments {
namespace {

/// Operations drawn in one transaction when much is missing.
constexpr std::uint64_t most_at_once = 5'000;

/// What several movements change about plans, written once.
class PlanMoves {
 public:
  /// By a pool: it counts as pooled, own money apart.
  void add(const SharePart& part, Money held, Money charged) {
    add_fee(part, held, charged);
    if (is_allocated(part.stream)) pooled_[part.plan] += held + charged;
  }
  void add_fee(const SharePart& part, Money held, Money charged) {
    auto& move = moves_[{part.plan, part.stream, part.from}];
    move.held += held;
    move.charged += charged;
  }
  void write(db::Tx& tx) {
    for (const auto& [purse, move] : moves_) {
      const auto& [plan, stream, from] = purse;
      store::move_stream(tx, {plan, stream, from, Money()}, move.held, move.charged);
    }
    for (const auto& [plan, pooled] : pooled_) {
      if (pooled != Money()) store::move_pooled(tx, plan, pooled);
    }
    moves_.clear();
    pooled_.clear();
  }

 private:
  struct Move {
    Money held, charged;
  };
  std::map<std::tuple<Id<"plan">, Stream, Instalment>, Move> moves_;
  std::map<Id<"plan">, Money> pooled_;
};

std::string title_of(FeeKind kind) {
  switch (kind) {
    case FeeKind::broker: return "Broker's fee";
    case FeeKind::payroll: return "Payroll fee";
    case FeeKind::insurance: return "Insurance";
    case FeeKind::holding: return "Fee for holding the money";
    case FeeKind::other: return "Other fee";
  }
  return "Fee";
}

class Drawing {
 public:
  Drawing(db::Tx& tx, PlanMoves& plans, const ledger::Operation& operation)
      : tx_(tx), plans_(plans), operation_(operation) {}

  void draw(const std::monostate&) {}

  void draw(const PlanFact& fact) {
    plans_.write(tx_);
    const auto before = store::find_plan(tx_, fact.plan.id);
    keep(fact.plan, fact.reason);
    const bool is_first = !before || before->state != PlanState::agreed;
    std::map<std::pair<Stream, Instalment>, Money> changes;
    for (const auto& budget : fact.plan.streams) changes[{budget.stream, budget.from}] += budget.allocated;
    if (!is_first) {
      for (const auto& budget : before->streams) {
        if (is_allocated(budget.stream)) changes[{budget.stream, budget.from}] -= budget.allocated;
      }
    }
    for (const auto& [purse, change] : changes) {
      if (change == Money()) continue;
      const auto why = note(!why_.empty() ? why_
                            : is_first    ? "Agreed by the authority."
                                          : "Changed by the authority: " + fact.reason);
      add_line(fact.plan.family, LineKind::allocation, {fact.plan.id, purse.first, purse.second, change}, why);
    }
  }

  void draw(const PermissionFact& fact) { store::add_permitted(tx_, fact.plan, fact.amount); }

  void draw(const DepositFact& fact) {
    move_own_money(fact, fact.amount, note("Reference: " + fact.reference));
  }

  void draw(const FeeFact& fact) {
    const auto& fee = fact.fee;
    const auto authority = Id<"authority">(operation_.scope);
    store::keep_pool(tx_, {billed_as(fee.id), title_of(fee.kind), fee.payee, authority, {}});
    store::insert(tx_, fee, authority, sequence(), operation_.recorded);
    for (const auto& part : fee.parts) {
      const SharePart whole{fee.plan, part.stream, part.from, part.reserved};
      plans_.add_fee(whole, part.reserved, Money());
      add_line(fee.family, LineKind::fee, whole, note(title_of(fee.kind) + ": " + fee.derivation + "."));
    }
  }

  void draw(const FeeMoveFact& fact) {
    const auto fee = *store::find_fee(tx_, fact.fee);
    for (const auto& part : fact.parts) {
      plans_.add_fee(part, -part.amount, fact.is_charged ? part.amount : Money());
      add_line(fee.fee.family, fact.is_charged ? LineKind::fee_charge : LineKind::fee_release, part,
               note(title_of(fee.fee.kind) + ": " + fact.reason));
    }
    charge_fee(fact, ledger::from_day(operation_.effective), 1);
    const auto amount = operation_.amount;
    store::move_fee(tx_, fact.fee, -amount, fact.is_charged ? amount : Money());
    if (fact.is_charged) bill(fee, ledger::from_day(operation_.effective), amount);
  }

  void draw(const HandOverFact& fact) { store::keep(tx_, fact, sequence(), operation_.recorded); }

  /// Both plans say what was moved, and by which rule.
  void draw(const EndingFact& fact) {
    plans_.write(tx_);
    if (fact.next) keep(*fact.next, "Carried over from the plan before. " + fact.rule);
    move_leftovers(fact, 1, {LineKind::carried_over, LineKind::returned, LineKind::paid_back, LineKind::carried_in},
                   note("The plan has ended. " + fact.rule));
  }

  void draw(const HoldFact& fact) {
    store::keep_pool(tx_, fact.pool);
    pool_ = fact.pool.pool;
    for (const auto& id : fact.replaced) {
      const auto share = store::find_share(tx_, id);
      if (share) give_back({id, share->family, share->held}, {});
    }
    for (const auto& share : fact.shares) hold(share);
  }

  void draw(const ChargeFact& fact) {
    pool_ = fact.pool;
    session_ = fact.session;
    for (const auto& move : fact.taken) take(move);
    for (const auto& share : fact.added) {
      hold(share);
      take({share.id, share.family, share.parts});
    }
    for (const auto& move : fact.released) give_back(move, note("Not needed for what was delivered."));
    invoice(fact.date, operation_.amount);
  }

  void draw(const ReleaseFact& fact) {
    pool_ = fact.pool;
    for (const auto& move : fact.released) {
      give_back(move, note(fact.expired ? "The hold has expired: the session was not charged in time." : ""));
    }
  }

  void draw(const RefundFact& fact) {
    pool_ = fact.pool;
    session_ = fact.session;
    for (const auto& move : fact.refunded) {
      for (const auto& part : move.parts) {
        move_share(move.share, part, Money(), -part.amount);
        add_line(move.family, LineKind::refund, part, note(fact.reason));
      }
    }
    invoice(fact.date, -operation_.amount);
  }

  /// What is closed is stated: the outbox has the statements of its months issued.
  void draw(const ClosingFact& fact) {
    const IssueOrder order{Id<"authority">(operation_.scope), fact.through, {}};
    db::outbox::put(tx_, {Id<"message">(ledger::to_text(operation_.id)), db::MessageKind::command,
                          std::string(issue_command), json::write(order), operation_.recorded});
  }

  void draw(const ReversalFact& fact) {
    why_ = "Puts right what counted for " + to_text(fact.corrected) + " (operation " + std::to_string(fact.sequence) +
           "): " + fact.reason;
    std::visit([&](const auto& one) { undo(fact, one); }, decode_fact(fact.undone));
  }

  void draw(const StatementFact& fact) { store::issue(tx_, fact.family, fact.number, fact.sha256, sequence()); }

  void draw(const BatchFact& fact) {
    BookRun run;
    run.id = fact.run;
    run.authority = operation_.scope;
    run.made_by = fact.made_by;
    run.made_at = operation_.recorded;
    run.pay_on = fact.pay_on;
    run.sequence = operation_.sequence;
    for (const auto& payment : fact.payments) {
      run.payments.push_back({payment.payee, payment.details, RunStep::batched, payment.parts});
    }
    store::insert(tx_, run);
  }

  void draw(const SendFact& fact) { store::send_run(tx_, fact.run, operation_.recorded); }

  void draw(const SettleFact& fact) {
    for (const auto& payee : fact.payees) store::move_payment(tx_, fact.run, payee, RunStep::settled);
  }

  void draw(const RejectFact& fact) {
    const auto step = fact.cancelled ? RunStep::cancelled : RunStep::returned;
    for (const auto& payee : fact.payees) store::move_payment(tx_, fact.run, payee, step);
  }

 private:
  void keep(const Plan& plan, const std::string& reason) {
    store::keep_terms(tx_, plan);
    std::string streams;
    for (const auto& budget : plan.streams) {
      streams += (streams.empty() ? "" : ", ") + words_of(budget.stream) + " " + to_text(budget.allocated);
      if (budget.from) streams += " from " + to_text(*budget.from);
    }
    store::keep_version(tx_, plan, sequence(), operation_.recorded, reason, streams);
  }
  [[nodiscard]] std::int64_t sequence() const { return static_cast<std::int64_t>(operation_.sequence); }

  void undo(const ReversalFact& by, const PlanFact& fact) {
    PlanFact again{by.terms.value_or(fact.plan), why_};
    draw(again);
  }
  void undo(const ReversalFact&, const PermissionFact& fact) { store::add_permitted(tx_, fact.plan, -fact.amount); }
  void undo(const ReversalFact&, const ChargeFact& fact) {
    pool_ = fact.pool;
    session_ = fact.session;
    for (const auto& move : fact.taken) {
      for (const auto& part : move.parts) put_back(move.share, move.family, part, part.amount);
    }
    for (const auto& share : fact.added) {
      for (const auto& part : share.parts) put_back(share.id, share.family, part, Money());
    }
    for (const auto& move : fact.released) {
      for (const auto& part : move.parts) hold_again(move.share, move.family, part);
    }
    invoice(fact.date, -operation_.amount);
  }
  void undo(const ReversalFact& by, const ReleaseFact&) {
    for (const auto& share : by.shares) {
      pool_ = share.pool;
      session_ = share.session;
      for (const auto& part : share.parts) hold_again(share.id, share.family, part);
    }
  }
  void undo(const ReversalFact&, const RefundFact& fact) {
    pool_ = fact.pool;
    session_ = fact.session;
    for (const auto& move : fact.refunded) {
      for (const auto& part : move.parts) {
        move_share(move.share, part, Money(), part.amount);
        add_line(move.family, LineKind::hold, part, note(why_));
        add_line(move.family, LineKind::charge, part, note(why_));
      }
    }
    invoice(fact.date, operation_.amount);
  }
  void undo(const ReversalFact& by, const FeeMoveFact& fact) {
    const auto fee = *store::find_fee(tx_, fact.fee);
    for (const auto& part : fact.parts) {
      plans_.add_fee(part, part.amount, fact.is_charged ? -part.amount : Money());
      if (fact.is_charged) add_line(fee.fee.family, LineKind::refund, part, note(why_));
      add_line(fee.fee.family, LineKind::fee, part, note(why_));
    }
    const auto amount = operation_.amount;
    charge_fee(fact, by.corrected, -1);
    store::move_fee(tx_, fact.fee, amount, fact.is_charged ? -amount : Money());
    if (fact.is_charged) bill(fee, by.corrected, -amount);
  }
  void undo(const ReversalFact&, const DepositFact& fact) {
    move_own_money(fact, -fact.amount, note(why_));
  }
  void undo(const ReversalFact& by, const EndingFact& fact) {
    plans_.write(tx_);
    if (by.terms) keep(*by.terms, why_);
    move_leftovers(fact, -1, {LineKind::carried_in, LineKind::allocation, LineKind::paid_in, LineKind::carried_over}, note(why_));
  }
  template <class Other>
  void undo(const ReversalFact&, const Other&) {
    throw ledger::JournalCorrupt("an operation was undone that cannot be");
  }
  /// What was charged of a share comes back; `held` of it is held again.
  void put_back(const Id<"share">& share, const Id<"family">& family, const SharePart& part, Money held) {
    move_share(share, part, held, -part.amount);
    add_line(family, LineKind::refund, part, note(why_));
    if (held != Money()) add_line(family, LineKind::hold, part, note(why_));
  }
  void hold_again(const Id<"share">& share, const Id<"family">& family, const SharePart& part) {
    move_share(share, part, part.amount, Money());
    add_line(family, LineKind::hold, part, note(why_));
  }

  store::Line line_of(const Id<"family">& family, LineKind kind, const SharePart& part) {
    store::Line line;
    line.family = family;
    line.sequence = sequence();
    line.line = ++lines_;
    line.at = operation_.recorded;
    line.effective = ledger::from_day(operation_.effective);
    line.kind = kind;
    line.plan = part.plan;
    line.stream = part.stream;
    line.from = part.from;
    line.amount = part.amount;
    line.pool = pool_;
    line.session = session_;
    return line;
  }

  void add_line(const Id<"family">& family, LineKind kind, const SharePart& part, Derivation derivation) {
    auto line = line_of(family, kind, part);
    line.derivation = std::move(derivation);
    store::insert(tx_, line);
  }

  void move_share(const Id<"share">& share, const SharePart& part, Money held, Money charged) {
    store::move_share(tx_, share, part, held, charged);
    plans_.add(part, held, charged);
  }

  void hold(const HeldShare& share) {
    session_ = share.session;
    store::insert(tx_, share);
    for (const auto& part : share.parts) {
      plans_.add(part, part.amount, Money());
      add_line(share.family, LineKind::hold, part, share.derivation);
    }
  }

  void give_back(const ShareMove& move, const Derivation& why) {
    for (const auto& part : move.parts) {
      move_share(move.share, part, -part.amount, Money());
      auto line = line_of(move.family, LineKind::release, part);
      line.derivation = why;
      store::insert_of_share(tx_, move.share, line);
    }
  }

  void take(const ShareMove& move) {
    for (const auto& part : move.parts) {
      move_share(move.share, part, -part.amount, part.amount);
      store::insert_of_share(tx_, move.share, line_of(move.family, LineKind::charge, part));
    }
  }

  void move_own_money(const DepositFact& fact, Money amount, const Derivation& why) {
    store::pay_in(tx_, fact.plan, amount);
    const bool is_in = !amount.is_negative();
    add_line(fact.family, is_in ? LineKind::paid_in : LineKind::paid_back,
             {fact.plan, Stream::own_money, {}, is_in ? amount : -amount}, why);
  }

  /// What an ended plan's leftovers are called on statements: of what was carried and what went back on its own, of what was
  /// carried on the next one's.
  struct LeftoverKinds {
    LineKind carried, returned, own_returned, next;
  };
  /// Out of an ended plan, or with -1 back into it.
  void move_leftovers(const EndingFact& fact, std::int64_t sign, const LeftoverKinds& kinds, const Derivation& why) {
    const auto signed_of = [&](Money amount) { return Money(sign * amount.pence()); };
    for (const auto& part : fact.parts) {
      const auto line = [&](LineKind kind, const Id<"plan">& plan, const Instalment& instalment, Money amount) {
        if (amount > Money()) add_line(fact.family, kind, {plan, part.stream, instalment, amount}, why);
      };
      const bool is_own = !is_allocated(part.stream);
      line(kinds.carried, fact.plan, part.from, part.carried);
      line(is_own ? kinds.own_returned : kinds.returned, fact.plan, part.from, part.returned);
      if (fact.next) line(kinds.next, fact.next->id, {}, part.carried);
      const auto whole = signed_of(part.carried + part.returned);
      if (!is_own) {
        store::give_back(tx_, {fact.plan, part.stream, part.from, whole});
        continue;
      }
      store::pay_in(tx_, fact.plan, -whole);
      if (fact.next) store::pay_in(tx_, fact.next->id, signed_of(part.carried));
    }
  }

  /// Each part counts for who held it, in the month of the day.
  void charge_fee(const FeeMoveFact& fact, Date day, std::int64_t sign) {
    for (const auto& part : fact.parts) {
      if (part.holder) store::charge_fee(tx_, fact.fee, day.year() / day.month(), *part.holder, Money(sign * part.amount.pence()));
    }
  }

  /// On the invoice of its payee: each charge a line, numbered as sessions are.
  void bill(const store::FeeRow& fee, Date day, Money amount) {
    pool_ = billed_as(fee.fee.id);
    session_ = fee.charges + 1;
    invoice(day, amount);
  }

  void invoice(Date session_day, Money amount) {
    store::add_invoice_line(tx_, *pool_, session_day.year() / session_day.month(),
                            Id<"invoice">(ledger::to_text(operation_.id)), {*session_, session_day, amount},
                            operation_.recorded);
  }

  db::Tx& tx_;
  PlanMoves& plans_;
  const ledger::Operation& operation_;
  std::optional<Id<"pool">> pool_;
  std::optional<std::int64_t> session_;
  std::int64_t lines_ = 0;
  std::string why_;  // an operation is undone
};

}  // namespace

void Projection::draw(db::Tx& tx) {
  const auto from = static_cast<std::uint64_t>(store::position(tx).sequence);
  PlanMoves plans;
  store::Position at;
  const std::scoped_lock lock(mutex_);
  journal_->read(from + 1, from + most_at_once, [&](const ledger::Record& record) {
    const auto operation = ledger::decode_head(record.body);
    if (!operation.refusal) {
      Drawing drawing(tx, plans, operation);
      std::visit([&](const auto& fact) { drawing.draw(fact); }, decode_fact(operation.facts));
    }
    at = {static_cast<std::int64_t>(record.sequence), to_hex(record.hash)};
  });
  plans.write(tx);
  if (at.sequence > 0) store::move_position(tx, at);
}

namespace {

/// The operation is durable, and the same key finds it: it can be drawn later.
Error not_drawn(const std::exception& fault) {
  log::error("the tables could not be drawn from the ledger", {{"why", fault.what()}});
  return unavailable("What was asked is written, but cannot be read yet. Try again with the same key.");
}

}  // namespace

Task<Result<Done>> Projection::reach(std::uint64_t sequence) {
  auto work = [&](db::Tx& tx) -> Result<std::int64_t> {
    draw(tx);
    return store::position(tx).sequence;
  };
  while (reached_ < sequence) {
    // Side by side they would draw the same operations, and all but one in vain.
    if (!take_turn()) {
      co_await wait_for_turn();
      continue;
    }
    Result<std::int64_t> reached = 0;
    std::exception_ptr broken;
    try {
      reached = co_await database_.write(work);
    } catch (const ledger::JournalFault& fault) {
      reached = not_drawn(fault);
    } catch (const db::DatabaseError& fault) {
      reached = not_drawn(fault);
    } catch (...) {
      broken = std::current_exception();
    }
    if (reached) reached_ = std::max<std::uint64_t>(reached_, static_cast<std::uint64_t>(*reached));
    end_turn();
    if (broken) std::rethrow_exception(broken);
    if (!reached) co_return reached.error();
  }
  co_return Done{};
}

bool Projection::take_turn() {
  const std::scoped_lock lock(turns_);
  return !std::exchange(is_drawing_, true);
}

Task<void> Projection::wait_for_turn() {
  auto start = [&](std::function<void(bool)> resume) {
    {
      const std::scoped_lock lock(turns_);
      if (is_drawing_) {
        waiting_.push_back(std::move(resume));
        return;
      }
    }
    resume(true);
  };
  co_await wait_for<bool>(start);
}

void Projection::end_turn() {
  std::vector<std::function<void(bool)>> waiting;
  {
    const std::scoped_lock lock(turns_);
    is_drawing_ = false;
    waiting.swap(waiting_);
  }
  for (const auto& resume : waiting) resume(true);
}

void Projection::check_origin() {
  store::Position at;
  database_.read_now([&](db::Tx& tx) { at = store::position(tx); });
  const std::scoped_lock lock(mutex_);
  const auto sequence = static_cast<std::uint64_t>(at.sequence);
  if (sequence == 0) return;
  if (sequence <= journal_->head().sequence && to_hex(journal_->read_one(sequence).hash) == at.hash) return;
  throw std::runtime_error("The database was drawn from another ledger than the one beside it. Bring both back from "
                           "the same copy.");
}

void Projection::catch_up() {
  const auto last = [&] {
    const std::scoped_lock lock(mutex_);
    return journal_->head().sequence;
  }();
  while (reached_ < last) {
    // One at a time here, too: side by side they lose each other's races, in the end for good.
    if (!take_turn()) {
      const auto free = std::make_shared<std::promise<void>>();
      {
        const std::scoped_lock lock(turns_);
        if (!is_drawing_) continue;
        waiting_.push_back([free](bool) { free->set_value(); });
      }
      free->get_future().wait();
      continue;
    }
    std::uint64_t reached = 0;
    std::exception_ptr broken;
    try {
      database_.write_now([&](db::Tx& tx) {
        draw(tx);
        reached = static_cast<std::uint64_t>(store::position(tx).sequence);
      });
    } catch (...) {
      broken = std::current_exception();
    }
    reached_ = std::max<std::uint64_t>(reached_, reached);
    end_turn();
    if (broken) std::rethrow_exception(broken);
  }
}

}  // namespace cp::payments
