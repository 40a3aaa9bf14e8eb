#include "payments/view.hpp"

#include "payments/ledger/encoding.hpp"
#include "payments/rules.hpp"

namespace cp::payments {

PlanView view_of(const Plan& plan) {
  PlanView view;
  view.id = plan.id;
  view.family = plan.family;
  view.authority = plan.authority;
  view.child_label = plan.child_label;
  view.state = plan.state;
  view.starts = plan.starts;
  view.ends = plan.ends;
  for (const auto& budget : plan.streams) {
    view.streams.push_back({budget.stream, budget.from, budget.allocated, budget.held, budget.charged, budget.left,
                            budget.returned});
  }
  view.holder = plan.holder;
  view.pooled_cap = pooled_cap(plan);
  view.pooled_used = plan.pooled_used;
  view.headroom = headroom(plan);
  view.version = plan.version;
  return view;
}

StatementLine view_of(const store::Line& line) {
  StatementLine view;
  view.operation = line.sequence;
  view.at = line.at;
  view.effective = line.effective;
  view.kind = line.kind;
  view.plan = line.plan;
  view.pool = line.pool;
  view.pool_title = line.pool_title;
  view.session = line.session;
  view.stream = line.stream;
  view.from = line.from;
  view.amount = line.amount;
  view.derivation = line.derivation;
  return view;
}

StatementTotals totals_of(const std::vector<Plan>& plans) {
  StatementTotals totals;
  for (const auto& plan : plans) {
    if (plan.state != PlanState::agreed) continue;
    for (const auto& budget : plan.streams) {
      totals.allocated += budget.allocated - budget.returned;
      totals.held += budget.held;
      totals.charged += budget.charged;
      totals.left += budget.left;
    }
    totals.headroom += headroom(plan);
  }
  return totals;
}

LedgerHeadView view_of(const ledger::SignedHead& head) {
  return {static_cast<std::int64_t>(head.sequence), to_hex(head.hash), to_hex(head.public_key),
          to_hex(head.signature), head.at};
}

namespace {

InvoiceState state_of(const store::InvoiceStanding& standing) {
  if (standing.owed() != Money()) return standing.was_returned ? InvoiceState::returned : InvoiceState::open;
  if (standing.batched != Money()) return InvoiceState::batched;
  if (standing.sent != Money()) return InvoiceState::sent;
  return standing.settled != Money() ? InvoiceState::settled : InvoiceState::open;
}

}  // namespace

InvoiceView view_of(const store::InvoiceRow& invoice, const std::vector<store::InvoiceLineRow>& lines,
                    const store::InvoiceStanding& standing) {
  InvoiceView view;
  view.id = invoice.id;
  view.provider = invoice.provider;
  view.pool = invoice.pool;
  view.pool_title = invoice.pool_title;
  view.authority = invoice.authority;
  view.period = invoice.period;
  for (const auto& line : lines) {
    view.lines.push_back({line.session, line.date, line.amount});
    view.total += line.amount;
  }
  view.owed = standing.owed();
  view.settled = standing.settled;
  view.state = state_of(standing);
  return view;
}

PriceResult view_of(const Price& price) { return {price.per_session, price.tier.from_children, price.text}; }

std::vector<Tier> tiers_of(const std::vector<TierView>& tiers) {
  std::vector<Tier> plain;
  for (const auto& tier : tiers) plain.push_back({tier.from_children, tier.fixed, tier.per_child, tier.per_hour});
  return plain;
}

}  // namespace cp::payments
