#include "payments/banking/run.hpp"

#include <catch2/catch_test_macros.hpp>

#include <functional>
#include <random>

using namespace cp;
using namespace cp::banking;

namespace {

const BankCalendar calendar;
const BankingPolicy policy;

Timestamp at(std::string_view text) { return parse_timestamp(text).value(); }
const Timestamp monday = at("2026-11-23T10:00:00Z");
const Date thursday = parse_date("2026-11-26").value();

template <Name Kind>
Id<Kind> id(int number) {
  return Id<Kind>("00000000-0000-7000-8000-00000000000" + std::to_string(number));
}
const auto maker = id<"account">(1);
const auto checker = id<"account">(2);
const auto second_checker = id<"account">(3);

constexpr ModulusResult good{ModulusAnswer::valid, ModulusReason::checked};

DetailsChange details(int number, int owner) {
  auto change = request_change(id<"bank-details">(number), id<"provider">(owner), maker, monday - std::chrono::days(9), good).value();
  return confirm_change(change, checker, monday - std::chrono::days(8), false, false, policy).value();
}
const std::vector changes{details(1, 1), details(2, 2)};

Payable payable(int number, std::int64_t pence, int payee = 1) {
  return {.id = id<"payable">(number), .payee = id<"provider">(payee), .amount = Money(pence)};
}

PaymentRun made(std::vector<Payable> payables) {
  return make_run(id<"payment-run">(1), maker, monday, thursday, payables, changes, policy, calendar).value();
}
PaymentRun small() { return made({payable(2, 200, 2), payable(1, 100)}); }
PaymentRun large() { return made({payable(1, policy.second_release_above.pence() + 1)}); }

template <class T>
std::string code(const Result<T>& result) {
  return result ? "" : result.error().code;
}

}  // namespace

TEST_CASE("steps of a payable: each from each state") {
  using S = PayableState;
  const std::optional<S> no;
  const std::vector<std::pair<S, std::vector<std::optional<S>>>> table{
      // batch, unbatch, send, settle, give_back, owe_again
      {S::owed, {S::batched, no, no, no, no, no}},
      {S::batched, {no, S::owed, S::sent, no, no, no}},
      {S::sent, {no, no, no, S::settled, S::returned, no}},
      {S::settled, {no, no, no, no, S::returned, no}},
      {S::returned, {no, no, no, no, no, S::owed}}};
  for (const auto& [from, row] : table) {
    for (const auto& [step, step_name] : names_of(PayableStep{})) {
      INFO(name(from) << ' ' << step_name);
      const auto to = next(from, step);
      const auto& want = row.at(static_cast<std::size_t>(step));
      if (want) CHECK(to.value() == *want);
      else CHECK(code(to) == "payable-state");
    }
  }
}

TEST_CASE("a payable is in one run at most, and in none once it is owed again") {
  const auto run = id<"payment-run">(1);
  auto one = take_step(payable(1, 100), PayableStep::batch, run).value();
  CHECK(one.run == run);
  CHECK(code(take_step(one, PayableStep::batch, id<"payment-run">(2))) == "payable-state");
  CHECK(take_step(one, PayableStep::unbatch).value().run.empty());
  one = take_step(one, PayableStep::send).value();
  one = take_step(one, PayableStep::settle).value();
  one = take_step(one, PayableStep::give_back).value();
  CHECK(one.run == run);
  one = take_step(one, PayableStep::owe_again).value();
  CHECK(one.run.empty());
  CHECK(take_step(one, PayableStep::batch, id<"payment-run">(2)).has_value());

  CHECK(code(take_step(payable(1, 100), PayableStep::batch)) == "payable-in-another-run");
  auto odd = payable(1, 100);
  odd.run = run;
  CHECK(code(take_step(odd, PayableStep::batch, run)) == "payable-in-another-run");
}

TEST_CASE("bank details are confirmed by a second person and used days later") {
  const auto requested = request_change(id<"bank-details">(3), id<"provider">(1), maker, monday, good).value();
  CHECK(code(confirm_change(requested, maker, monday, true, true, policy)) == "change-by-same-person");
  const auto confirmed = confirm_change(requested, checker, monday, true, false, policy).value();
  CHECK(confirmed.usable_from == parse_date("2026-11-26"));
  CHECK(confirm_change(requested, checker, monday, false, false, policy)->usable_from == parse_date("2026-11-23"));
  CHECK(code(confirm_change(confirmed, second_checker, monday, true, true, policy)) == "change-not-open");
  CHECK(code(confirm_change(requested, checker, monday + std::chrono::days(31), true, true, policy)) == "change-lapsed");
  CHECK(confirm_change(requested, checker, monday + std::chrono::days(30), true, true, policy).has_value());

  // Until then the old ones are used.
  auto all = changes;
  all.push_back(confirmed);
  const auto used_on = [&](std::string_view day) { return details_on(all, id<"provider">(1), parse_date(day).value())->id; };
  CHECK(used_on("2026-11-25") == id<"bank-details">(1));
  CHECK(used_on("2026-11-26") == id<"bank-details">(3));
  CHECK(details_on(all, id<"provider">(9), thursday) == nullptr);

  // A wrong change can be stopped while it waits, and counts no more.
  all.back() = withdraw_change(confirmed, parse_date("2026-11-25").value()).value();
  CHECK(used_on("2026-12-01") == id<"bank-details">(1));
  CHECK(code(withdraw_change(all.back(), thursday)) == "change-not-open");
  CHECK(code(withdraw_change(confirmed, thursday)) == "change-not-open");
  CHECK(code(confirm_change(withdraw_change(requested, thursday).value(), checker, monday, true, true, policy)) == "change-not-open");
}

TEST_CASE("digits that cannot be are refused, digits that were not checked need a call") {
  const auto ask = [](ModulusResult modulus) {
    return request_change(id<"bank-details">(3), id<"provider">(1), maker, monday, modulus);
  };
  CHECK(code(ask({ModulusAnswer::invalid, ModulusReason::checked})) == "bank-details-invalid");
  for (const auto reason : {ModulusReason::no_table, ModulusReason::sort_code_unknown, ModulusReason::foreign_currency}) {
    const auto change = ask({ModulusAnswer::not_checked, reason}).value();
    CHECK(code(confirm_change(change, checker, monday, true, false, policy)) == "change-not-checked");
    CHECK(confirm_change(change, checker, monday, true, true, policy).has_value());
  }
}

TEST_CASE("a run is made of what is owed to payees with usable details") {
  const auto run = small();
  CHECK(run.total == Money(300));
  CHECK(run.items.at(0).payable == id<"payable">(1));
  CHECK(run.items.at(1).details == id<"bank-details">(2));

  const auto refused = [](std::vector<Payable> payables, Date pay_on = thursday) {
    return make_run(id<"payment-run">(1), maker, monday, pay_on, payables, changes, policy, calendar);
  };
  CHECK(code(refused({})) == "run-empty");
  CHECK(code(refused({payable(1, policy.most_of_run.pence() + 1)})) == "run-too-large");
  CHECK(code(refused({payable(1, 100)}, parse_date("2026-11-28").value())) == "pay-day-not-banking");
  CHECK(code(refused({payable(1, 100)}, parse_date("2026-11-20").value())) == "pay-day-too-early");
  auto settled = payable(3, 100);
  settled.state = PayableState::settled;
  auto taken = payable(4, 100);
  taken.run = id<"payment-run">(9);
  const auto fields = refused({payable(1, 100), payable(1, 100), settled, taken, payable(5, 0), payable(6, -1), payable(7, 100, 9)});
  CHECK(code(fields) == "invalid-fields");
  std::vector<std::string> pointers;
  for (const auto& field : fields.error().fields) pointers.push_back(field.pointer);
  CHECK(pointers == std::vector<std::string>{"/payables/1", "/payables/2", "/payables/3", "/payables/4", "/payables/5", "/payables/6"});
}

TEST_CASE("who may release a run") {
  const auto run = small();
  const auto digest = digest_of(run);
  CHECK(code(release(run, maker, monday, digest, policy)) == "release-by-maker");
  CHECK(code(release(run, checker, monday, "other", policy)) == "run-changed");
  const auto released = release(run, checker, monday, digest, policy).value();
  CHECK(released.state == RunState::released);
  CHECK(code(release(released, second_checker, monday, digest, policy)) == "run-not-draft");

  // At the threshold one is enough, a penny above it needs two, and the maker is neither.
  CHECK(releases_needed(policy.second_release_above, policy) == 1);
  const auto big = large();
  CHECK(releases_needed(big.total, policy) == 2);
  const auto once = release(big, checker, monday, digest_of(big), policy).value();
  CHECK(once.state == RunState::draft);
  CHECK(code(release(once, checker, monday, digest_of(big), policy)) == "release-twice");
  CHECK(code(release(once, maker, monday, digest_of(big), policy)) == "release-by-maker");
  CHECK(release(once, second_checker, monday, digest_of(big), policy)->state == RunState::released);
}

TEST_CASE("what is sent is what was released") {
  const auto run = small();
  CHECK(code(send(run, monday, changes, policy)) == "run-not-released");
  const auto released = release(run, checker, monday, digest_of(run), policy).value();
  const auto sent = send(released, monday, changes, policy).value();
  CHECK(sent.state == RunState::sent);
  CHECK(sent.sent_at == monday);
  CHECK(code(send(sent, monday, changes, policy)) == "run-sent");
  CHECK(code(send(released, at("2026-11-27T00:00:00Z"), changes, policy)) == "pay-day-too-early");

  // Every part of what was released is in the digest.
  const std::vector<std::function<void(PaymentRun&)>> tampers{
      [](PaymentRun& r) { r.items[0].amount += Money(1); }, [](PaymentRun& r) { r.items.pop_back(); },
      [](PaymentRun& r) { r.items[0].payee = id<"provider">(2); }, [](PaymentRun& r) { r.items[0].details = id<"bank-details">(2); },
      [](PaymentRun& r) { r.items[0].payable = id<"payable">(9); }, [](PaymentRun& r) { r.pay_on = parse_date("2026-11-27").value(); },
      [](PaymentRun& r) { r.id = id<"payment-run">(2); }};
  for (const auto& tamper : tampers) {
    auto changed = released;
    tamper(changed);
    CHECK(code(send(changed, monday, changes, policy)) == "run-changed");
    changed = run;
    tamper(changed);
    CHECK(code(release(changed, checker, monday, digest_of(run), policy)) == "run-changed");
  }

  // A release forged as the maker's, or one person's twice, does not count.
  auto forged = released;
  forged.releases[0].by = maker;
  CHECK(code(send(forged, monday, changes, policy)) == "run-not-released");
  const auto big = large();
  auto doubled = release(big, checker, monday, digest_of(big), policy).value();
  doubled.releases.push_back(doubled.releases[0]);
  doubled.state = RunState::released;
  CHECK(code(send(doubled, monday, changes, policy)) == "run-not-released");

  // New details that became usable in between stop the run.
  auto newer = changes;
  auto change = request_change(id<"bank-details">(3), id<"provider">(1), maker, monday - std::chrono::days(4), good).value();
  newer.push_back(confirm_change(change, checker, monday - std::chrono::days(3), true, false, policy).value());
  CHECK(code(send(released, monday, newer, policy)) == "run-changed");
}

TEST_CASE("a run is cancelled before it is sent, once") {
  const auto run = small();
  CHECK(cancel(run)->state == RunState::cancelled);
  CHECK(code(cancel(cancel(run).value())) == "run-cancelled");
  const auto released = release(run, checker, monday, digest_of(run), policy).value();
  CHECK(cancel(released)->state == RunState::cancelled);
  CHECK(code(cancel(send(released, monday, changes, policy).value())) == "run-sent");
  CHECK(code(release(cancel(run).value(), checker, monday, digest_of(run), policy)) == "run-not-draft");
  CHECK(code(send(cancel(released).value(), monday, changes, policy)) == "run-not-released");
}

TEST_CASE("inconsistencies between a run and its payables are found") {
  const auto run = small();
  std::vector<Payable> payables{payable(1, 100), payable(2, 200, 2)};
  for (auto& one : payables) one = take_step(one, PayableStep::batch, run.id).value();
  CHECK(check_run(run, payables).has_value());
  CHECK(code(check_run(cancel(run).value(), payables)) == "run-inconsistent");
  const std::vector<std::function<void(PaymentRun&, std::vector<Payable>&)>> breaks{
      [](PaymentRun& r, auto&) { r.total += Money(1); },
      [](PaymentRun& r, auto&) { r.items.push_back(r.items[0]); r.total += r.items[0].amount; },
      [](PaymentRun& r, auto&) { r.total -= r.items[0].amount; r.items.erase(r.items.begin()); },
      [](PaymentRun&, auto& p) { p[0].amount += Money(1); },
      [](PaymentRun&, auto& p) { p[0].state = PayableState::sent; },
      [](PaymentRun&, auto& p) { p[0].run = id<"payment-run">(9); },
      [](PaymentRun& r, auto&) { r.state = RunState::sent; }};
  for (const auto& broken : breaks) {
    auto changed = run;
    auto changed_payables = payables;
    broken(changed, changed_payables);
    CHECK(code(check_run(changed, changed_payables)) == "run-inconsistent");
  }
}
