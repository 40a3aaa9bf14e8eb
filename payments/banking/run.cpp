#include "payments/banking/run.hpp"

#include "shared/core/hash.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace cp::banking {
namespace {

struct Transition {
  PayableState from;
  PayableStep step;
  PayableState to;
};
constexpr Transition transitions[] = {
    {PayableState::owed, PayableStep::batch, PayableState::batched},
    {PayableState::batched, PayableStep::unbatch, PayableState::owed},
    {PayableState::batched, PayableStep::send, PayableState::sent},
    {PayableState::sent, PayableStep::settle, PayableState::settled},
    {PayableState::sent, PayableStep::give_back, PayableState::returned},
    {PayableState::settled, PayableStep::give_back, PayableState::returned},
    {PayableState::returned, PayableStep::owe_again, PayableState::owed},
};

/// What is wrong with a payable that is to be paid by a run; empty where nothing is.
std::string problem_of(const Payable& payable, bool first_time, const DetailsChange* details) {
  if (!first_time) return "It is there twice.";
  if (payable.state != PayableState::owed) return "It is " + std::string(name(payable.state)) + ", not owed.";
  if (!payable.run.empty()) return "It is in another run.";
  if (payable.amount <= Money{}) return "There is nothing to pay.";
  if (details == nullptr) return "The payee has no bank details that are confirmed and usable yet.";
  return "";
}

std::string with_length(std::string_view text) { return std::to_string(text.size()) + ':' + std::string(text); }

Error inconsistent(std::string detail) { return {ErrorKind::internal, "run-inconsistent", std::move(detail)}; }

/// States of its payables that go with a run's.
bool goes_with(RunState run, PayableState payable) {
  if (run == RunState::cancelled) return false;
  const bool waiting = payable == PayableState::batched;
  return run == RunState::sent ? !waiting && payable != PayableState::owed : waiting;
}

}  // namespace

Result<PayableState> next(PayableState state, PayableStep step) {
  for (const auto& known : transitions) {
    if (known.from == state && known.step == step) return known.to;
  }
  return conflict("payable-state", "The payable is " + std::string(name(state)) + "; the step `" +
                                       std::string(name(step)) + "` is not possible now.");
}

Result<Payable> take_step(Payable payable, PayableStep step, const Id<"payment-run">& run) {
  const auto state = next(payable.state, step);
  if (!state) return state.error();
  if (step == PayableStep::batch && (!payable.run.empty() || run.empty())) {
    return conflict("payable-in-another-run", "The payable is in a run already, or no run is named.");
  }
  payable.state = *state;
  if (step == PayableStep::batch) payable.run = run;
  if (*state == PayableState::owed) payable.run = {};
  return payable;
}

// --- Bank details of payees -----------------------------------------------------------------------

Result<DetailsChange> request_change(Id<"bank-details"> id, Id<"provider"> owner, Id<"account"> by, Timestamp now,
                                     ModulusResult modulus) {
  if (modulus.answer == ModulusAnswer::invalid) {
    return invalid("bank-details-invalid",
                   "The sort code and the account number do not go together: a digit is wrong. Check both.");
  }
  return DetailsChange{.id = std::move(id), .owner = std::move(owner), .requested_by = std::move(by),
                       .requested_at = now, .modulus = modulus};
}

Result<DetailsChange> confirm_change(DetailsChange change, const Id<"account">& by, Timestamp now, bool has_details,
                                     bool checked_with_payee, const BankingPolicy& policy) {
  if (change.state != ChangeState::requested) {
    return conflict("change-not-open", "This change was " + std::string(name(change.state)) + " already.");
  }
  if (by == change.requested_by) {
    return Error{ErrorKind::forbidden, "change-by-same-person", "Ask somebody else to confirm the bank details you entered."};
  }
  if (now - change.requested_at > std::chrono::days(policy.change_lapses_days)) {
    return conflict("change-lapsed", "This change was not confirmed in time. Ask for the bank details anew.");
  }
  if (change.modulus.answer != ModulusAnswer::valid && !checked_with_payee) {
    return invalid("change-not-checked",
                   "These digits could not be checked. Speak to the payee by a number you knew before, then confirm.");
  }
  const auto delay = has_details ? policy.details_delay_days : policy.first_details_delay_days;
  change.state = ChangeState::confirmed;
  change.confirmed_by = by;
  change.confirmed_at = now;
  change.usable_from = Date(std::chrono::sys_days(day_of(now)) + std::chrono::days(delay));
  return change;
}

Result<DetailsChange> withdraw_change(DetailsChange change, Date today) {
  const bool used = change.state == ChangeState::confirmed && change.usable_from && *change.usable_from <= today;
  if (change.state == ChangeState::withdrawn || used) {
    return conflict("change-not-open", used ? "These bank details are in use. Enter others instead."
                                            : "This change was withdrawn already.");
  }
  change.state = ChangeState::withdrawn;
  return change;
}

const DetailsChange* details_on(std::span<const DetailsChange> changes, const Id<"provider">& owner, Date day) {
  const DetailsChange* found = nullptr;
  for (const auto& change : changes) {
    const bool usable = change.owner == owner && change.state == ChangeState::confirmed && change.usable_from &&
                        *change.usable_from <= day;
    if (!usable) continue;
    if (found == nullptr || std::tie(found->confirmed_at, found->id) < std::tie(change.confirmed_at, change.id)) {
      found = &change;
    }
  }
  return found;
}

// --- Runs -----------------------------------------------------------------------------------------

Result<PaymentRun> make_run(Id<"payment-run"> id, Id<"account"> by, Timestamp now, Date pay_on,
                            std::span<const Payable> payables, std::span<const DetailsChange> changes,
                            const BankingPolicy& policy, const BankCalendar& calendar) {
  if (payables.empty()) return invalid("run-empty", "Choose at least one payable.");
  if (!calendar.is_banking_day(pay_on)) {
    return invalid("pay-day-not-banking",
                   "Banks are closed on " + to_text(pay_on) + ". They open on " + to_text(calendar.next(pay_on)) + '.');
  }
  const auto today = day_of(now);
  if (pay_on < today) return invalid("pay-day-too-early", "The pay day " + to_text(pay_on) + " has gone by.");
  PaymentRun run{.id = std::move(id), .made_by = std::move(by), .made_at = now, .pay_on = pay_on};
  std::vector<FieldError> fields;
  std::set<Id<"payable">> seen;
  for (std::size_t at = 0; at < payables.size(); ++at) {
    const auto& payable = payables[at];
    const auto* details = details_on(changes, payable.payee, today);
    auto problem = problem_of(payable, seen.insert(payable.id).second, details);
    if (!problem.empty()) {
      fields.push_back({"/payables/" + std::to_string(at), std::move(problem)});
      continue;
    }
    run.total += payable.amount;
    run.items.push_back({payable.id, payable.payee, payable.amount, details->id});
  }
  if (!fields.empty()) {
    Error error = invalid("invalid-fields", "Some of the payables cannot be paid by this run.");
    error.fields = std::move(fields);
    return error;
  }
  if (run.total > policy.most_of_run) {
    return invalid("run-too-large", "A run pays at most " + to_text(policy.most_of_run) + ". Make several.");
  }
  std::sort(run.items.begin(), run.items.end(), [](const auto& a, const auto& b) { return a.payable < b.payable; });
  return run;
}

std::string digest_of(const PaymentRun& run) {
  std::string text = with_length("common-purse-run-1") + with_length(run.id.text()) + with_length(to_text(run.pay_on));
  for (const auto& item : run.items) {
    text += with_length(item.payable.text()) + with_length(item.payee.text()) +
            with_length(std::to_string(item.amount.pence())) + with_length(item.details.text());
  }
  return sha256_hex(text);
}

int releases_needed(Money total, const BankingPolicy& policy) { return total > policy.second_release_above ? 2 : 1; }

Result<PaymentRun> release(PaymentRun run, const Id<"account">& by, Timestamp now, const std::string& digest,
                           const BankingPolicy& policy) {
  if (run.state != RunState::draft) {
    return conflict("run-not-draft", "This run was " + std::string(name(run.state)) + " already.");
  }
  if (by == run.made_by) {
    return Error{ErrorKind::forbidden, "release-by-maker", "You made this run. Somebody else has to release it."};
  }
  const auto same = [&](const auto& made) { return made.by == by; };
  if (std::any_of(run.releases.begin(), run.releases.end(), same)) {
    return conflict("release-twice", "You released this run already. It needs another person.");
  }
  if (digest != digest_of(run)) {
    return conflict("run-changed", "The run is not what you saw any more. Look at it again.");
  }
  run.releases.push_back({by, now, digest});
  if (std::ssize(run.releases) >= releases_needed(run.total, policy)) run.state = RunState::released;
  return run;
}

Result<PaymentRun> send(PaymentRun run, Timestamp now, std::span<const DetailsChange> changes, const BankingPolicy& policy) {
  if (run.state == RunState::sent) return conflict("run-sent", "This run was sent already. Never send a file twice.");
  const auto digest = digest_of(run);
  std::set<Id<"account">> people;
  for (const auto& release : run.releases) {
    if (release.digest != digest) return conflict("run-changed", "The run is not what was released. Cancel it and make another.");
    if (release.by != run.made_by) people.insert(release.by);
  }
  if (run.state != RunState::released || std::ssize(people) < releases_needed(run.total, policy)) {
    return conflict("run-not-released", "This run needs " + std::to_string(releases_needed(run.total, policy)) +
                                            " releases by people who did not make it.");
  }
  const auto today = day_of(now);
  if (run.pay_on < today) return conflict("pay-day-too-early", "The pay day has gone by. Cancel the run and make another.");
  for (const auto& item : run.items) {
    const auto* details = details_on(changes, item.payee, today);
    if (details == nullptr || details->id != item.details) {
      return conflict("run-changed", "A payee's bank details are others since the run was made. Cancel it and make another.");
    }
  }
  run.state = RunState::sent;
  run.sent_at = now;
  return run;
}

Result<PaymentRun> cancel(PaymentRun run) {
  if (run.state == RunState::sent) return conflict("run-sent", "This run was sent. Ask the bank to recall its payments.");
  if (run.state == RunState::cancelled) return conflict("run-cancelled", "This run was cancelled already.");
  run.state = RunState::cancelled;
  return run;
}

Result<Done> check_run(const PaymentRun& run, std::span<const Payable> payables) {
  std::map<Id<"payable">, const RunItem*> items;
  Money total;
  for (const auto& item : run.items) {
    if (!items.emplace(item.payable, &item).second) return inconsistent("A payable is in the run twice.");
    total += item.amount;
  }
  if (total != run.total) return inconsistent("The run's total is not the sum of its items.");
  for (const auto& payable : payables) {
    const auto item = items.find(payable.id);
    if (payable.run != run.id) {
      // A payable that came back, or whose run was cancelled, is owed again and may be in another run.
      if (item != items.end() && (run.state == RunState::draft || run.state == RunState::released)) {
        return inconsistent("A payable of the run does not know it.");
      }
      continue;
    }
    if (item == items.end()) return inconsistent("A payable names a run that does not have it.");
    if (item->second->amount != payable.amount) return inconsistent("A payable's amount is not the run's.");
    if (!goes_with(run.state, payable.state)) return inconsistent("A payable's state does not go with its run's.");
  }
  return Done{};
}

}  // namespace cp::banking
