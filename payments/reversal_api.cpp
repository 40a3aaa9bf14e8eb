#include "payments/reversal_api.hpp"

#include "payments/ledger/encoding.hpp"
#include "payments/signing.hpp"
#include "payments/store.hpp"

namespace cp::payments {
namespace {

Error no_such_operation() { return not_found("There is no such operation, or it is not yours to see."); }

/// What an operation made of a plan, if it changed one.
std::optional<Plan> terms_made(const Fact& fact) {
  if (const auto* plan = std::get_if<PlanFact>(&fact)) return plan->plan;
  if (const auto* ending = std::get_if<EndingFact>(&fact)) return ending->next;
  if (const auto* reversal = std::get_if<ReversalFact>(&fact)) return reversal->terms;
  return {};
}

/// What a plan was before the operation that made it this; nothing in it before the first.
Plan terms_before(db::Tx& tx, ledger::JournalReader& journal, const Plan& made, std::uint64_t sequence) {
  auto terms = made;
  for (auto& budget : terms.streams) budget.allocated = Money();
  const auto before = store::operation_before(tx, made.id, static_cast<std::int64_t>(sequence));
  if (!before) return terms;
  const auto earlier = decode_fact(ledger::decode_head(journal.read_one(static_cast<std::uint64_t>(*before)).body).facts);
  terms = terms_made(earlier).value_or(terms);
  // What was permitted when it was changed was permitted before.
  terms.permitted = made.permitted;
  return terms;
}

}  // namespace

Result<ReversalOrder> reversal_order(db::Tx& tx, ledger::JournalReader& journal, std::uint64_t sequence, std::string reason) {
  if (sequence == 0 || sequence > journal.head().sequence) return no_such_operation();
  ReversalOrder order{ledger::decode(journal.read_one(sequence).body), std::move(reason)};
  if (order.undone.refusal) return order;
  const auto fact = decode_fact(order.undone.facts);
  if (const auto made = terms_made(fact)) order.terms = terms_before(tx, journal, *made, sequence);
  const auto* release = std::get_if<ReleaseFact>(&fact);
  if (!release) return order;
  for (const auto& move : release->released) {
    if (const auto row = store::find_share(tx, move.share)) {
      order.shares.push_back({row->share, row->pool, row->family, row->session, row->date, sum_of(move.parts),
                              row->derivation, move.parts});
    }
  }
  return order;
}

ReversalApi::ReversalApi(app::Context& context, Treasury& treasury) : context_(context), treasury_(treasury) {
  context_.router.add({http::Method::post, "/v1/payments/reversals", http::roles(http::Role::commissioner),
                       "Undo an operation by one that names it; what it was stays to be read."},
                      this, &ReversalApi::reverse);
}

Task<Result<http::Answer<ReversalView>>> ReversalApi::reverse(http::Request& request, http::NoParams, NewReversal body) {
  const auto authority = request.who().authority.value_or(Id<"authority">());
  auto find = [&](db::Tx& tx) -> Result<ReversalOrder> {
    const auto journal = open_journal_reader(context_.config);
    auto order = reversal_order(tx, *journal, static_cast<std::uint64_t>(body.operation), body.reason);
    // Nobody learns from a refusal what others have.
    if (order && order->undone.scope != authority.text()) return no_such_operation();
    return order;
  };
  auto order = co_await context_.database.read(find);
  if (!order) co_return order.error();
  const auto corrected = ledger::from_day(order->undone.effective);
  Reverse command(treasury_.book(), authority, std::move(*order));
  sign(command, request, context_, "reverse", json::write(body));
  const auto done = co_await treasury_.perform(command);
  if (!done) co_return done.error();
  co_return ReversalView{static_cast<std::int64_t>(done->sequence), body.operation, corrected, done->amount};
}

}  // namespace cp::payments
