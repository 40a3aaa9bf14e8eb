#include "payments/verify.hpp"

#include "payments/payouts/bank_store.hpp"
#include "payments/book/book.hpp"
#include "payments/ledger/encoding.hpp"
#include "payments/rules.hpp"
#include "payments/statements/statement_store.hpp"
#include "payments/store.hpp"
#include "shared/core/hash.hpp"

#include <map>

namespace cp::payments {
namespace {

constexpr std::size_t most_problems = 1'000;

/// The tables against the states at the operation up to which they are drawn.
class TableCheck {
 public:
  TableCheck(db::Tx& tx, const ledger::Accounts& accounts, const Book& book, std::vector<std::string>& problems)
      : tx_(tx), accounts_(accounts), book_(book), problems_(problems) {}

  std::int64_t run() {
    for (const auto& plan : book_.plans()) check_plan(plan);
    const auto agreed = tx_.number("SELECT COUNT(*) FROM payments_plans WHERE state = 'agreed'");
    if (agreed != static_cast<std::int64_t>(book_.plans().size())) {
      problem("the tables have " + std::to_string(agreed) + " agreed plans, the ledger " +
              std::to_string(book_.plans().size()));
    }
    for (const auto& [account, amount] : paid_in_) {
      if (amount != -accounts_.balance(account)) problem("what the tables have as paid in is not in " + account);
    }
    check_runs();
    check_shares();
    check_fees();
    check_invoices();
    return agreed;
  }

 private:
  void problem(std::string text) {
    if (problems_.size() < most_problems) problems_.push_back(std::move(text));
  }

  void check_plan(const BookPlan& kept) {
    const auto where = "plan " + kept.terms.id.text() + ": ";
    const auto plan = store::find_plan(tx_, kept.terms.id);
    if (!plan) return problem(where + "it is in the ledger and not in the tables");
    if (plan->state != PlanState::agreed) problem(where + "it is agreed and the tables say that it is not");
    if (plan->permitted != kept.terms.permitted) problem(where + "its permissions do not add up");
    if (plan->pooled_used != accounts_.balance(pooled_account(plan->id))) {
      problem(where + "its pooled counter is not what its entries say");
    }
    if (plan->pooled_used + accounts_.balance(cap_account(plan->id)) != pooled_cap(*plan)) {
      problem(where + "its cap is not what its terms say");
    }
    Money used;
    for (const auto& budget : plan->streams) {
      if (budget.left != accounts_.balance(available_account(plan->id, budget.stream, budget.from))) {
        problem(where + "what is left of " + std::string(name(budget.stream)) + " is wrong");
      }
      if (is_allocated(budget.stream)) used += budget.held + budget.charged;
      else paid_in_[paid_in_account(plan->authority, plan->family)] += budget.allocated;
    }
    for (const auto* fee : book_.fees_of(plan->id)) {
      for (const auto& part : fee->fee.parts) {
        if (is_allocated(part.stream)) used -= part.reserved + part.charged;
      }
    }
    if (used != plan->pooled_used) problem(where + "held and charged are not what was pooled");
  }

  /// Each run's accounts against its payments, and the tables' lines against both.
  void check_runs() {
    for (const auto& run : book_.runs()) {
      const auto where = "payment run " + run.id.text() + ": ";
      for (const auto& payment : run.payments) {
        const auto amount = payment.amount();
        const auto in = [&](RunStep step) { return payment.step == step ? amount : Money(); };
        if (accounts_.balance(batched_account(run.id, payment.payee)) != in(RunStep::batched) ||
            accounts_.balance(sent_account(run.id, payment.payee)) != in(RunStep::sent) ||
            accounts_.balance(settled_account(run.id, payment.payee)) != in(RunStep::settled)) {
          problem(where + "its accounts are not what it pays to " + payment.payee.text());
        }
        if (!is_taken(payment.step)) continue;
        for (const auto& part : payment.parts) in_runs_[part.pool.text()] += part.amount;
      }
      const auto drawn = store::find_run(tx_, run.id);
      if (!drawn || !same(drawn->run, run)) problem(where + "the tables have it otherwise");
    }
    const auto drawn = tx_.number("SELECT COUNT(*) FROM payments_runs");
    if (drawn != static_cast<std::int64_t>(book_.runs().size())) problem("the tables do not have the ledger's payment runs");
  }

  static bool same(const BookRun& drawn, const BookRun& run) {
    if (drawn.payments.size() != run.payments.size() || drawn.pay_on != run.pay_on) return false;
    for (const auto& payment : run.payments) {
      const auto* other = drawn.find(payment.payee);
      if (!other || other->step != payment.step || other->details != payment.details) return false;
      std::map<std::pair<std::string, std::string>, Money> parts;
      for (const auto& part : payment.parts) parts[{part.pool.text(), to_text(part.month)}] += part.amount;
      for (const auto& part : other->parts) parts[{part.pool.text(), to_text(part.month)}] -= part.amount;
      for (const auto& [part, amount] : parts) {
        if (amount != Money()) return false;
      }
    }
    return true;
  }

  void check_shares() {
    std::map<std::string, Money> held;  // by account
    std::map<std::string, Money> charged;  // by pool
    for (const auto& pool : book_.pools()) {
      for (const auto& [session, shares] : pool.sessions) {
        for (const auto& share : shares) {
          for (const auto& part : share.parts) {
            if (part.plan.empty()) continue;
            held[held_account(pool.note.pool, part.plan, part.stream, part.from)] += part.held;
            charged[pool.note.pool.text()] += part.charged;
          }
        }
      }
      const auto owed = payable_account(pool.note.provider, pool.note.pool);
      if (accounts_.balance(owed) + in_runs_[pool.note.pool.text()] != charged[pool.note.pool.text()]) {
        problem("the shares charged do not add up to " + owed + " and what is in payment runs");
      }
    }
    for (const auto& [account, amount] : held) {
      if (accounts_.balance(account) != amount) problem("the shares held do not add up to " + account);
    }
    std::map<std::string, Money> drawn;
    tx_.run("SELECT s.pool, p.plan, p.stream, p.instalment, CAST(SUM(p.held) AS BIGINT) FROM payments_shares s "
            "JOIN payments_share_parts p ON p.share = s.id WHERE p.held <> 0 GROUP BY s.pool, p.plan, p.stream, p.instalment",
            {}, [&](const db::Row& row) {
              const auto from = parse_date(row.string(3));
              drawn[held_account(row.id<"pool">(0), row.id<"plan">(1), row.named<Stream>(2), from)] = row.money(4);
            });
    std::erase_if(held, [](const auto& one) { return one.second == Money(); });
    if (drawn != held) problem("the shares held in the tables are not those of the ledger");
  }

  /// Each fee's accounts against its charges, and the tables against both.
  void check_fees() {
    for (const auto& kept : book_.fees()) {
      const auto& fee = kept.fee;
      const auto where = "fee " + fee.id.text() + ": ";
      for (const auto& part : fee.parts) {
        if (accounts_.balance(reserved_account(fee.id, fee.plan, part.stream, part.from)) != part.reserved) {
          problem(where + "what is reserved of it is not in its account");
        }
      }
      const auto owed = accounts_.balance(payable_account(fee.payee, billed_as(fee.id)));
      if (owed + in_runs_[fee.id.text()] != kept.charged()) {
        problem(where + "what was charged is not what is owed and what is in payment runs");
      }
      const auto drawn = store::find_fee(tx_, fee.id);
      if (!drawn || drawn->reserved != kept.reserved() || drawn->charged != kept.charged()) {
        problem(where + "the tables have it otherwise");
      }
    }
    const auto drawn = tx_.number("SELECT COUNT(*) FROM payments_fees");
    if (drawn != static_cast<std::int64_t>(book_.fees().size())) problem("the tables do not have the ledger's fees");
  }

  void check_invoices() {
    std::map<std::string, Money> invoiced;
    tx_.run("SELECT i.pool, CAST(COALESCE(SUM(l.amount), 0) AS BIGINT) FROM payments_invoices i "
            "LEFT JOIN payments_invoice_lines l ON l.invoice = i.id GROUP BY i.pool",
            {}, [&](const db::Row& row) { invoiced[row.string(0)] = row.money(1); });
    const auto check = [&](const Id<"provider">& payee, const Id<"pool">& billed) {
      const auto owed = accounts_.balance(payable_account(payee, billed)) + in_runs_[billed.text()];
      if (invoiced[billed.text()] != owed) {
        problem("the invoices of " + billed.text() + " do not add up to what is owed and what is in payment runs");
      }
    };
    for (const auto& pool : book_.pools()) check(pool.note.provider, pool.note.pool);
    for (const auto& fee : book_.fees()) check(fee.fee.payee, billed_as(fee.fee.id));
  }

  db::Tx& tx_;
  const ledger::Accounts& accounts_;
  const Book& book_;
  std::vector<std::string>& problems_;
  std::map<std::string, Money> paid_in_;  // by account
  std::map<std::string, Money> in_runs_;  // by pool: batched, sent and settled
};

/// An issued statement's bytes against the hash in the ledger.
std::optional<std::string> wrong_with(db::Tx& tx, const StatementFact& fact) {
  const auto where = "statement " + std::to_string(fact.number) + " of family " + fact.family.text() + ": ";
  const auto issued = store::find_issued(tx, fact.family, fact.number);
  if (!issued) return where + "it is in the ledger and not in the tables";
  if (sha256_hex(issued->body) != fact.sha256) return where + "its bytes are not those that were issued";
  if (issued->first != fact.first || issued->last != fact.last || issued->through != fact.through) {
    return where + "the tables say that it covers something else";
  }
  return std::nullopt;
}

}  // namespace

Verification verify(db::Tx& tx, ledger::JournalReader& journal, std::int64_t expiry_days,
                    std::function<void(std::uint64_t, std::uint64_t)> progress) {
  Verification found;
  const auto position = store::position(tx);
  found.drawn = position.sequence;
  std::vector<std::string> of_tables;
  bool compared = position.sequence == 0;
  std::int64_t statements = 0;
  ledger::VerifyOptions options;
  options.make_meaning = [&] { return std::make_unique<Book>(expiry_days); };
  options.progress = std::move(progress);
  options.after_each = [&](const ledger::Operation& operation, const ledger::Record& record,
                           const ledger::Accounts& accounts, const ledger::Meaning* meaning) {
    const auto sequence = static_cast<std::int64_t>(operation.sequence);
    if (operation.kind == ledger::OperationKind::statement && !operation.refusal && sequence <= position.sequence) {
      ++statements;
      if (auto wrong = wrong_with(tx, std::get<StatementFact>(decode_fact(operation.facts)))) {
        if (of_tables.size() < most_problems) of_tables.push_back(std::move(*wrong));
      }
    }
    if (sequence != position.sequence) return;
    compared = true;
    if (to_hex(record.hash) != position.hash) of_tables.push_back("the tables were drawn from another ledger");
    found.plans = TableCheck(tx, accounts, static_cast<const Book&>(*meaning), of_tables).run();
  };
  found.ledger = ledger::verify(journal, options);
  found.problems = found.ledger.problems;
  found.problems.insert(found.problems.end(), of_tables.begin(), of_tables.end());
  if (store::count_issued(tx) != statements) found.problems.push_back("the tables have statements that the ledger does not");
  if (!compared) found.problems.push_back("the tables are drawn further than the ledger goes");
  return found;
}

}  // namespace cp::payments
