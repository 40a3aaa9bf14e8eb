#include "payments/book/facts.hpp"

#include "payments/book/fact_encoding.hpp"

namespace cp::payments {
namespace {

// 1: a share had its derivation in one text. 2: nothing said who holds what is charged.
constexpr std::uint64_t format = 3;

void encode_moves(FactEncoder& to, const std::vector<ShareMove>& moves) {
  to.list(moves, [&](const ShareMove& move) {
    to.id(move.share);
    to.id(move.family);
    to.parts(move.parts);
  });
}

std::vector<ShareMove> decode_moves(FactDecoder& from) {
  return from.list<ShareMove>([&] {
    ShareMove move;
    move.share = from.id<"share">();
    move.family = from.id<"family">();
    move.parts = from.parts();
    return move;
  });
}

void write(FactEncoder&, const std::monostate&) {}

void write(FactEncoder& to, const PlanFact& fact) {
  to.plan(fact.plan);
  to.text(fact.reason);
}

void write(FactEncoder& to, const PermissionFact& fact) {
  to.id(fact.plan);
  to.money(fact.amount);
  to.text(fact.reason);
}

void write(FactEncoder& to, const HoldFact& fact) {
  to.pool(fact.pool);
  to.integer(fact.agreement_version);
  to.list(fact.replaced, [&](const Id<"share">& share) { to.id(share); });
  to.list(fact.shares, [&](const HeldShare& share) { to.share(share); });
}

void write(FactEncoder& to, const ChargeFact& fact) {
  to.id(fact.pool);
  to.integer(fact.session);
  to.date(fact.date);
  to.integer(fact.agreement_version);
  encode_moves(to, fact.taken);
  to.list(fact.added, [&](const HeldShare& share) { to.share(share); });
  encode_moves(to, fact.released);
}

void write(FactEncoder& to, const ReleaseFact& fact) {
  to.id(fact.pool);
  to.flag(fact.expired);
  encode_moves(to, fact.released);
}

void write(FactEncoder& to, const RefundFact& fact) {
  to.id(fact.pool);
  to.integer(fact.session);
  to.date(fact.date);
  to.text(fact.reason);
  encode_moves(to, fact.refunded);
}

void write(FactEncoder& to, const ClosingFact& fact) { to.date(fact.through); }

void write(FactEncoder& to, const BatchFact& fact) {
  to.id(fact.run);
  to.id(fact.made_by);
  to.date(fact.pay_on);
  to.list(fact.payments, [&](const RunPaymentNote& payment) {
    to.id(payment.payee);
    to.id(payment.details);
    to.run_parts(payment.parts);
  });
}

void write(FactEncoder& to, const SendFact& fact) {
  to.id(fact.run);
  to.text(fact.digest);
  to.list(fact.released_by, [&](const Id<"account">& account) { to.id(account); });
}

void write(FactEncoder& to, const SettleFact& fact) {
  to.id(fact.run);
  to.list(fact.payees, [&](const Id<"provider">& payee) { to.id(payee); });
  to.text(fact.evidence);
}

void write(FactEncoder& to, const RejectFact& fact) {
  to.id(fact.run);
  to.list(fact.payees, [&](const Id<"provider">& payee) { to.id(payee); });
  to.flag(fact.cancelled);
  to.text(fact.reason);
}

void write(FactEncoder& to, const StatementFact& fact) {
  to.id(fact.family);
  to.integer(fact.number);
  to.date(fact.first);
  to.date(fact.last);
  to.integer(fact.through);
  to.text(fact.sha256);
}

void write(FactEncoder& to, const ReversalFact& fact) {
  to.number(fact.sequence);
  to.date(fact.corrected);
  to.text(fact.reason);
  to.text(fact.undone);
  to.flag(fact.terms.has_value());
  if (fact.terms) to.plan(*fact.terms);
  to.list(fact.shares, [&](const HeldShare& share) {
    to.id(share.pool);
    to.share(share);
  });
}

void write(FactEncoder& to, const DepositFact& fact) {
  to.id(fact.plan);
  to.id(fact.family);
  to.money(fact.amount);
  to.text(fact.reference);
}

void write(FactEncoder& to, const EndingFact& fact) {
  to.id(fact.plan);
  to.id(fact.family);
  to.flag(fact.next.has_value());
  if (fact.next) to.plan(*fact.next);
  to.list(fact.parts, [&](const Leftover& part) {
    to.stream(part.stream, part.from);
    to.money(part.carried);
    to.money(part.returned);
  });
  to.text(fact.rule);
}

void write(FactEncoder& to, const HandOverFact& fact) {
  to.id(fact.plan);
  to.stream(fact.hand_over.stream, fact.hand_over.instalment);
  to.named(fact.hand_over.holder);
  to.date(fact.hand_over.from);
  to.text(fact.reason);
}

EndingFact read_ending(FactDecoder& from) {
  EndingFact fact;
  fact.plan = from.id<"plan">();
  fact.family = from.id<"family">();
  if (from.flag()) fact.next = from.plan();
  fact.parts = from.list<Leftover>([&] {
    Leftover part;
    from.stream(part.stream, part.from);
    part.carried = from.money();
    part.returned = from.money();
    return part;
  });
  fact.rule = from.text();
  return fact;
}

void write(FactEncoder& to, const FeeFact& fact) { to.fee(fact.fee); }

void write(FactEncoder& to, const FeeMoveFact& fact) {
  to.id(fact.fee);
  to.flag(fact.is_charged);
  to.text(fact.reason);
  to.parts(fact.parts);
}

ReversalFact read_reversal(FactDecoder& from) {
  ReversalFact fact;
  fact.sequence = from.number();
  fact.corrected = from.date();
  fact.reason = from.text();
  fact.undone = from.text();
  if (from.flag()) fact.terms = from.plan();
  fact.shares = from.list<HeldShare>([&] {
    auto pool = from.id<"pool">();
    auto share = from.share();
    share.pool = std::move(pool);
    return share;
  });
  return fact;
}

/// The steps of paying a provider.
Fact read_run_fact(FactDecoder& from, std::uint64_t kind) {
  const auto run = from.id<"payment-run">();
  const auto payees = [&] { return from.list<Id<"provider">>([&] { return from.id<"provider">(); }); };
  if (kind == 8) {
    BatchFact fact;
    fact.run = run;
    fact.made_by = from.id<"account">();
    fact.pay_on = from.date();
    fact.payments = from.list<RunPaymentNote>([&] {
      RunPaymentNote payment;
      payment.payee = from.id<"provider">();
      payment.details = from.id<"bank-details">();
      payment.parts = from.run_parts();
      return payment;
    });
    return fact;
  }
  if (kind == 9) {
    SendFact fact;
    fact.run = run;
    fact.digest = from.text();
    fact.released_by = from.list<Id<"account">>([&] { return from.id<"account">(); });
    return fact;
  }
  if (kind == 10) {
    SettleFact fact;
    fact.run = run;
    fact.payees = payees();
    fact.evidence = from.text();
    return fact;
  }
  RejectFact fact;
  fact.run = run;
  fact.payees = payees();
  fact.cancelled = from.flag();
  fact.reason = from.text();
  return fact;
}

Fact read(FactDecoder& from, std::uint64_t kind) {
  switch (kind) {
    case 0: return std::monostate();
    case 1: {
      PlanFact fact;
      fact.plan = from.plan();
      fact.reason = from.text();
      return fact;
    }
    case 2: {
      PermissionFact fact;
      fact.plan = from.id<"plan">();
      fact.amount = from.money();
      fact.reason = from.text();
      return fact;
    }
    case 3: {
      HoldFact fact;
      fact.pool = from.pool();
      fact.agreement_version = from.integer();
      fact.replaced = from.list<Id<"share">>([&] { return from.id<"share">(); });
      fact.shares = from.list<HeldShare>([&] { return from.share(); });
      for (auto& share : fact.shares) share.pool = fact.pool.pool;
      return fact;
    }
    case 4: {
      ChargeFact fact;
      fact.pool = from.id<"pool">();
      fact.session = from.integer();
      fact.date = from.date();
      fact.agreement_version = from.integer();
      fact.taken = decode_moves(from);
      fact.added = from.list<HeldShare>([&] { return from.share(); });
      for (auto& share : fact.added) share.pool = fact.pool;
      fact.released = decode_moves(from);
      return fact;
    }
    case 5: {
      ReleaseFact fact;
      fact.pool = from.id<"pool">();
      fact.expired = from.flag();
      fact.released = decode_moves(from);
      return fact;
    }
    case 6: {
      RefundFact fact;
      fact.pool = from.id<"pool">();
      fact.session = from.integer();
      fact.date = from.date();
      fact.reason = from.text();
      fact.refunded = decode_moves(from);
      return fact;
    }
    case 7: {
      ClosingFact fact;
      fact.through = from.date();
      return fact;
    }
    case 8:
    case 9:
    case 10:
    case 11: return read_run_fact(from, kind);
    case 12: {
      StatementFact fact;
      fact.family = from.id<"family">();
      fact.number = from.integer();
      fact.first = from.date();
      fact.last = from.date();
      fact.through = from.integer();
      fact.sha256 = from.text();
      return fact;
    }
    case 13: return read_reversal(from);
    case 14: {
      DepositFact fact;
      fact.plan = from.id<"plan">();
      fact.family = from.id<"family">();
      fact.amount = from.money();
      fact.reference = from.text();
      return fact;
    }
    case 15: return FeeFact{from.fee()};
    case 16: {
      FeeMoveFact fact;
      fact.fee = from.id<"fee">();
      fact.is_charged = from.flag();
      fact.reason = from.text();
      fact.parts = from.parts();
      return fact;
    }
    case 17: return read_ending(from);
    case 18: {
      HandOverFact fact;
      fact.plan = from.id<"plan">();
      from.stream(fact.hand_over.stream, fact.hand_over.instalment);
      fact.hand_over.holder = from.named<Holder>();
      fact.hand_over.from = from.date();
      fact.reason = from.text();
      return fact;
    }
    default: throw ledger::JournalCorrupt("a fact in the ledger is of a kind that is not known");
  }
}

}  // namespace

Plan terms_of(const Plan& plan) {
  auto terms = plan;
  terms.child_label.reset();
  terms.state = PlanState::agreed;
  terms.created = {};
  terms.pooled_used = Money();
  for (auto& budget : terms.streams) budget = {budget.stream, budget.allocated, {}, {}, {}, budget.from};
  return terms;
}

Money sum_of(const std::vector<ShareMove>& moves) {
  Money sum;
  for (const auto& move : moves) sum += sum_of(move.parts);
  return sum;
}

void FactDecoder::stream(Stream& stream, Instalment& from) {
  const auto whole = text();
  const auto colon = whole.find(':');
  const auto named = from_name<Stream>(whole.substr(0, colon));
  if (!named) throw ledger::JournalCorrupt("a stream in the ledger is not known");
  stream = *named;
  from.reset();
  if (colon == std::string_view::npos) return;
  from = parse_date(whole.substr(colon + 1));
  if (!from) throw ledger::JournalCorrupt("an instalment in the ledger has no day");
}

void FactEncoder::plan(const Plan& plan) {
  id(plan.id);
  id(plan.authority);
  id(plan.family);
  named(plan.holder);
  date(plan.starts);
  date(plan.ends);
  list(plan.streams, [&](const StreamBudget& budget) {
    stream(budget.stream, budget.from);
    money(budget.allocated);
  });
  integer(plan.free_percent);
  money(plan.permitted);
  list(plan.rules, [&](const SpendingRule& rule) {
    named(rule.stream);
    text(rule.category);
    named(rule.ruling);
  });
  integer(plan.version);
}

Plan FactDecoder::plan() {
  Plan plan;
  plan.id = id<"plan">();
  plan.authority = id<"authority">();
  plan.family = id<"family">();
  plan.holder = named<Holder>();
  plan.starts = date();
  plan.ends = date();
  plan.state = PlanState::agreed;
  plan.streams = list<StreamBudget>([&] {
    StreamBudget budget;
    stream(budget.stream, budget.from);
    budget.allocated = money();
    return budget;
  });
  plan.free_percent = integer();
  plan.permitted = money();
  plan.rules = list<SpendingRule>([&] {
    SpendingRule rule;
    rule.stream = named<Stream>();
    rule.category = text();
    rule.ruling = named<SpendingRuling>();
    return rule;
  });
  plan.version = integer();
  return plan;
}

void FactEncoder::pool(const PoolNote& note) {
  id(note.pool);
  text(note.title);
  id(note.provider);
  id(note.authority);
  text(note.category);
}

PoolNote FactDecoder::pool() {
  PoolNote note;
  note.pool = id<"pool">();
  note.title = text();
  note.provider = id<"provider">();
  note.authority = id<"authority">();
  note.category = text();
  return note;
}

void FactEncoder::parts(const std::vector<SharePart>& parts) {
  list(parts, [&](const SharePart& part) {
    id(part.plan);
    stream(part.stream, part.from);
    money(part.amount);
    text(part.holder ? name(*part.holder) : std::string_view());
  });
}

std::vector<SharePart> FactDecoder::parts() {
  return list<SharePart>([&] {
    SharePart part;
    part.plan = id<"plan">();
    stream(part.stream, part.from);
    part.amount = money();
    if (format_ < 3) return part;
    const auto holder = text();
    part.holder = from_name<Holder>(holder);
    if (!part.holder && !holder.empty()) throw ledger::JournalCorrupt("a holder in the ledger is not known");
    return part;
  });
}

void FactEncoder::share(const HeldShare& share) {
  id(share.id);
  id(share.family);
  integer(share.session);
  date(share.date);
  money(share.amount);
  list(share.derivation, [&](const DerivationLine& step) {
    text(step.what);
    text(step.text);
    flag(step.amount.has_value());
    if (step.amount) money(*step.amount);
  });
  parts(share.parts);
}

Derivation FactDecoder::derivation() {
  if (format_ == 1) return note(std::string(text()));
  return list<DerivationLine>([&] {
    DerivationLine step;
    step.what = text();
    step.text = text();
    if (flag()) step.amount = money();
    return step;
  });
}

HeldShare FactDecoder::share() {
  HeldShare share;
  share.id = id<"share">();
  share.family = id<"family">();
  share.session = integer();
  share.date = date();
  share.amount = money();
  share.derivation = derivation();
  share.parts = parts();
  return share;
}

void FactEncoder::run_parts(const std::vector<RunPart>& parts) {
  list(parts, [&](const RunPart& part) {
    id(part.pool);
    date(part.month / 1);
    money(part.amount);
  });
}

std::vector<RunPart> FactDecoder::run_parts() {
  return list<RunPart>([&] {
    RunPart part;
    part.pool = id<"pool">();
    const auto first = date();
    part.month = first.year() / first.month();
    part.amount = money();
    return part;
  });
}

void FactEncoder::fee(const Fee& fee) {
  id(fee.id);
  id(fee.plan);
  id(fee.family);
  named(fee.kind);
  id(fee.payee);
  text(fee.derivation);
  list(fee.parts, [&](const Fee::Part& part) {
    stream(part.stream, part.from);
    money(part.reserved);
    money(part.charged);
  });
}

Fee FactDecoder::fee() {
  Fee fee;
  fee.id = id<"fee">();
  fee.plan = id<"plan">();
  fee.family = id<"family">();
  fee.kind = named<FeeKind>();
  fee.payee = id<"provider">();
  fee.derivation = text();
  fee.parts = list<Fee::Part>([&] {
    Fee::Part part;
    stream(part.stream, part.from);
    part.reserved = money();
    part.charged = money();
    return part;
  });
  return fee;
}

std::string encode(const Fact& fact) {
  std::string bytes;
  FactEncoder to(bytes);
  to.number(format);
  to.number(fact.index());
  std::visit([&](const auto& one) { write(to, one); }, fact);
  return bytes;
}

Fact decode_fact(std::string_view bytes) {
  if (bytes.empty()) return std::monostate();
  FactDecoder from(bytes);
  const auto written = from.number();
  if (written == 0 || written > format) throw ledger::JournalCorrupt("a fact is in a format that is not known");
  from.set_format(written);
  auto fact = read(from, from.number());
  from.end();
  return fact;
}

}  // namespace cp::payments
