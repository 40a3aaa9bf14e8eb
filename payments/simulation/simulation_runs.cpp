// The model's payment runs and issued statements.
#include "payments/simulation/simulation_model.hpp"

#include <algorithm>
#include <set>

namespace cp::payments {
namespace {

constexpr std::int64_t most_of_run = 1'000'000'000;
constexpr std::int64_t second_release_above = 500'000;

bool is_weekend(Date day) {
  const auto weekday = std::chrono::weekday(std::chrono::sys_days(day)).iso_encoding();
  return weekday > 5;
}

}  // namespace

std::int64_t SimulationModel::Payment::sum() const {
  std::int64_t sum = 0;
  for (const auto& [pool, pence] : pools) sum += pence;
  return sum;
}

bool SimulationModel::Run::any(std::string_view step) const {
  return std::any_of(payments.begin(), payments.end(), [&](const auto& one) { return one.second.step == step; });
}

std::vector<Id<"provider">> SimulationModel::payees(const Id<"payment-run">& run) const {
  std::vector<Id<"provider">> all;
  if (const auto found = runs_.find(run); found != runs_.end()) {
    for (const auto& [payee, payment] : found->second.payments) all.push_back(payee);
  }
  return all;
}

Expected SimulationModel::batch(const Id<"payment-run">& id, Date pay_on, const std::optional<std::vector<Id<"pool">>>& pools) {
  Run run{pay_on, {}};
  const auto owed = [&](const Id<"pool">& pool) {
    return balances_["payable:" + pools_[pool].last.provider.text() + ":" + pool.text()];
  };
  const auto can_be_paid = [&](const Id<"pool">& pool) {
    return owed(pool) > 0 && std::find(with_details_.begin(), with_details_.end(), pools_[pool].last.provider) != with_details_.end();
  };
  std::set<Id<"pool">> named;
  if (pools) {
    named.insert(pools->begin(), pools->end());
    for (const auto& pool : named) {
      if (!pools_.contains(pool) || pools_[pool].last.authority != authority_ || !can_be_paid(pool)) return refused("invalid-fields");
    }
  } else {
    for (const auto& [pool, known] : pools_) {
      if (known.last.authority == authority_ && can_be_paid(pool)) named.insert(pool);
    }
  }
  std::int64_t sum = 0;
  for (const auto& pool : named) {
    run.payments[pools_[pool].last.provider].pools[pool] = owed(pool);
    sum += owed(pool);
  }
  // A fee's id stands in a pool's place; nobody here names one.
  for (const auto& [number, fee] : fees_) {
    const auto pence = balances_["payable:" + fee.payee + ":" + number.text()];
    const Id<"provider"> payee(fee.payee);
    if (pools || pence <= 0 || std::find(with_details_.begin(), with_details_.end(), payee) == with_details_.end()) continue;
    run.payments[payee].pools[Id<"pool">(number.text())] = pence;
    sum += pence;
  }
  if (run.payments.empty()) return refused("run-empty");
  if (is_weekend(pay_on)) return refused("pay-day-not-banking");
  if (Days(pay_on) < today_) return refused("pay-day-too-early");
  if (sum > most_of_run) return refused("run-too-large");
  for (const auto& [payee, payment] : run.payments) {
    for (const auto& [pool, pence] : payment.pools) move("payable:" + payee.text() + ":" + pool.text(), -pence);
    move("batched:" + id.text() + ":" + payee.text(), payment.sum());
  }
  deed_.kind = ledger::OperationKind::batch;
  runs_[id] = std::move(run);
  return done(sum);
}

void SimulationModel::move_payment(const Id<"payment-run">& run, const Id<"provider">& payee, Payment& payment,
                                   const std::string& to) {
  move(payment.step + ":" + run.text() + ":" + payee.text(), -payment.sum());
  if (to == "returned" || to == "cancelled") {
    for (const auto& [pool, pence] : payment.pools) move("payable:" + payee.text() + ":" + pool.text(), pence);
  } else {
    move(to + ":" + run.text() + ":" + payee.text(), payment.sum());
  }
  payment.step = to;
}

Expected SimulationModel::send(const Id<"payment-run">& id, std::size_t releases) {
  const auto known = runs_.find(id);
  if (known == runs_.end()) return refused("not-found");
  auto& run = known->second;
  if (run.any("cancelled")) return refused("run-cancelled");
  if (!run.any("batched")) return refused("run-sent");
  std::int64_t sum = 0;
  for (const auto& [payee, payment] : run.payments) sum += payment.sum();
  if (releases < (sum > second_release_above ? 2U : 1U)) return refused("run-not-released");
  if (Days(run.pay_on) < today_) return refused("pay-day-too-early");
  for (auto& [payee, payment] : run.payments) move_payment(id, payee, payment, "sent");
  deed_.kind = ledger::OperationKind::send;
  return done(sum);
}

Expected SimulationModel::settle(const Id<"payment-run">& id, const std::vector<Id<"provider">>& payees) {
  return move_payments(id, payees, {"sent"}, "settled", ledger::OperationKind::settle);
}

Expected SimulationModel::come_back(const Id<"payment-run">& id, const std::vector<Id<"provider">>& payees) {
  return move_payments(id, payees, {"sent", "settled"}, "returned", ledger::OperationKind::reject);
}

Expected SimulationModel::move_payments(const Id<"payment-run">& id, const std::vector<Id<"provider">>& payees,
                                        const std::set<std::string>& from, const std::string& to,
                                        ledger::OperationKind kind) {
  const auto known = runs_.find(id);
  if (known == runs_.end()) return refused("not-found");
  auto run = known->second;
  std::int64_t sum = 0;
  for (const auto& payee : std::set<Id<"provider">>(payees.begin(), payees.end())) {
    if (!run.payments.contains(payee)) return refused("not-found");
    auto& payment = run.payments[payee];
    if (!from.contains(payment.step)) return refused("payment-state");
    move_payment(id, payee, payment, to);
    sum += payment.sum();
  }
  known->second = std::move(run);
  deed_.kind = kind;
  return done(sum);
}

Expected SimulationModel::cancel(const Id<"payment-run">& id) {
  const auto known = runs_.find(id);
  if (known == runs_.end()) return refused("not-found");
  auto& run = known->second;
  if (run.any("cancelled")) return refused("run-cancelled");
  if (!run.any("batched")) return refused("run-sent");
  std::int64_t sum = 0;
  for (auto& [payee, payment] : run.payments) {
    move_payment(id, payee, payment, "cancelled");
    sum += payment.sum();
  }
  deed_.kind = ledger::OperationKind::reject;
  return done(sum);
}

Expected SimulationModel::issue(const StatementFact& statement) {
  if (Days(statement.last) >= today_) return refused("invalid-fields");
  const auto before = statements_.find(statement.family);
  const auto number = before == statements_.end() ? 0 : before->second.first;
  if (statement.number != number + 1) return refused("statement-exists");
  if (before != statements_.end() && statement.last <= before->second.second) return refused("statement-exists");
  statements_[statement.family] = {statement.number, statement.last};
  deed_.kind = ledger::OperationKind::statement;
  return done(0);
}

}  // namespace cp::payments
