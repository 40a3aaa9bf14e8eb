#include "payments/verify.hpp"

#include "payments/ledger.hpp"
#include "payments/rules.hpp"
#include "payments/store.hpp"

#include <map>

namespace cp::payments {
namespace {

constexpr std::size_t most_problems = 1'000;

class Verifier {
 public:
  explicit Verifier(db::Tx& tx) : tx_(tx) {}

  Verification run() {
    store::each_operation(tx_, [&](const store::StoredOperation& stored) { check_operation(stored); });
    check_heads();
    check_balances();
    check_plans();
    check_shares();
    check_invoices();
    found_.operations = tx_.number("SELECT COUNT(*) FROM payments_operations");
    const auto stored_entries = tx_.number("SELECT COUNT(*) FROM payments_entries");
    if (stored_entries != found_.entries) problem("there are entries that belong to no operation");
    return std::move(found_);
  }

 private:
  void problem(std::string text) {
    if (found_.problems.size() < most_problems) found_.problems.push_back(std::move(text));
  }

  void check_operation(const store::StoredOperation& stored) {
    auto operation = stored.operation;
    const auto where = "operation " + operation.id.text() + ": ";
    auto& head = heads_.try_emplace(operation.authority, store::Head{0, first_hash()}).first->second;
    if (stored.sequence != head.sequence + 1) problem(where + "an operation before it is missing");
    if (stored.previous != head.hash) problem(where + "it does not follow the operation before it");

    const auto entries = store::entries_of(tx_, operation.authority, stored.sequence);
    found_.entries += static_cast<std::int64_t>(entries.size());
    if (static_cast<std::int64_t>(entries.size()) != stored.legs) problem(where + "a leg is missing or added");
    if (operation_hash(stored.previous, stored.sequence, operation, entries) != stored.hash) {
      problem(where + "its hash does not fit what it says");
    }
    for (const auto& entry : entries) {
      operation.legs.push_back(entry.leg);
      auto& balance = balances_.try_emplace(entry.leg.account, Balance{entry.leg.kind, Money(), 0}).first->second;
      balance.amount += entry.leg.amount;
      balance.version += 1;
      if (entry.balance != balance.amount || entry.version != balance.version) {
        problem(where + "the running balance of " + entry.leg.account + " is wrong");
      }
    }
    if (const auto broken = broken_rule(operation, balances_)) problem(where + *broken);
    for (const auto& [plan, change] : pooled_change(operation)) pooled_[plan] += change;
    head = {stored.sequence, stored.hash};
  }

  void check_heads() {
    std::size_t stored = 0;
    tx_.run("SELECT authority, sequence, hash FROM payments_heads", {}, [&](const db::Row& row) {
      ++stored;
      const auto found = heads_.find(row.id<"authority">(0));
      if (found == heads_.end() || found->second.sequence != row.integer(1) || found->second.hash != row.text(2)) {
        problem("the head of authority " + row.string(0) + " is not its last operation");
      }
    });
    if (stored != heads_.size()) problem("an authority with operations has no head");
  }

  void check_balances() {
    const auto stored = store::all_balances(tx_);
    found_.accounts = static_cast<std::int64_t>(stored.size());
    for (const auto& [account, balance] : stored) {
      const auto found = balances_.find(account);
      if (found == balances_.end()) problem("account " + account + " has no entries");
      else if (found->second != balance) problem("the balance of " + account + " is not what its entries say");
    }
    for (const auto& [account, balance] : balances_) {
      if (!stored.contains(account)) problem("account " + account + " has entries and no balance");
    }
    Money sum;
    for (const auto& [account, balance] : balances_) sum += balance.amount;
    if (sum != Money()) problem("all accounts together hold " + std::to_string(sum.pence()) + " pence, not nothing");
  }

  [[nodiscard]] Money balance_of(const std::string& account) const {
    const auto found = balances_.find(account);
    return found == balances_.end() ? Money() : found->second.amount;
  }

  void check_plans() {
    const auto ids = tx_.all("SELECT id FROM payments_plans ORDER BY id", {},
                             [](const db::Row& row) { return row.id<"plan">(0); });
    found_.plans = static_cast<std::int64_t>(ids.size());
    for (const auto& id : ids) {
      const auto plan = store::find_plan(tx_, id);
      const auto where = "plan " + id.text() + ": ";
      const auto permitted = Money(tx_.number(
          "SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM payments_permissions WHERE plan = $1", {id}));
      if (permitted != plan->permitted) problem(where + "its permissions do not add up");
      const auto pooled = pooled_.contains(id) ? pooled_.at(id) : Money();
      if (pooled != plan->pooled_used) problem(where + "its pooled counter is not what its entries say");
      if (pooled > pooled_cap(*plan)) problem(where + "it pools more than its cap");
      if (plan->state != PlanState::agreed) continue;
      Money used;
      for (const auto& budget : plan->streams) {
        if (budget.left != balance_of(available_account(id, budget.stream))) {
          problem(where + "what is left of " + std::string(name(budget.stream)) + " is wrong");
        }
        if (budget.charged.is_negative()) problem(where + "more is left than was allocated");
        used += budget.held + budget.charged;
      }
      if (used != pooled) problem(where + "held and charged are not what was pooled");
    }
  }

  void check_shares() {
    std::map<std::string, Money> held;
    tx_.run(
        "SELECT s.pool, p.plan, p.stream, CAST(SUM(p.amount) AS BIGINT) FROM payments_shares s "
        "JOIN payments_share_parts p ON p.share = s.id WHERE s.state = 'held' GROUP BY s.pool, p.plan, p.stream",
        {}, [&](const db::Row& row) {
          held[held_account(row.id<"pool">(0), row.id<"plan">(1), row.named<Stream>(2))] = row.money(3);
        });
    for (const auto& [account, balance] : balances_) {
      if (balance.kind != AccountKind::held) continue;
      const auto found = held.find(account);
      if (balance.amount != (found == held.end() ? Money() : found->second)) {
        problem("the shares held do not add up to " + account);
      }
      if (found != held.end()) held.erase(found);
    }
    for (const auto& [account, amount] : held) problem("shares are held that " + account + " knows nothing of");
    const auto uneven = tx_.number(
        "SELECT COUNT(*) FROM payments_shares s WHERE s.amount <> (SELECT CAST(COALESCE(SUM(p.amount), 0) AS BIGINT) "
        "FROM payments_share_parts p WHERE p.share = s.id)");
    if (uneven != 0) problem(std::to_string(uneven) + " shares are not the sum of their parts");
  }

  void check_invoices() {
    tx_.run(
        "SELECT i.provider, i.pool, CAST(COALESCE(SUM(l.amount), 0) AS BIGINT) FROM payments_invoices i "
        "LEFT JOIN payments_invoice_lines l ON l.invoice = i.id GROUP BY i.provider, i.pool",
        {}, [&](const db::Row& row) {
          const auto account = payable_account(row.id<"provider">(0), row.id<"pool">(1));
          if (balance_of(account) != row.money(2)) problem("the invoice does not add up to " + account);
        });
  }

  db::Tx& tx_;
  Verification found_;
  Balances balances_;
  std::map<Id<"authority">, store::Head> heads_;
  std::map<Id<"plan">, Money> pooled_;
};

}  // namespace

Verification verify(db::Tx& tx) { return Verifier(tx).run(); }

}  // namespace cp::payments
