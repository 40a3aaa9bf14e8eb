// People who do anything at any time, by a seeded choice: whatever they try, money is sent once, only
// as others than the maker saw it, and only to details that a second person confirmed.
#include "payments/banking/run.hpp"

#include <catch2/catch_test_macros.hpp>

#include <map>
#include <random>
#include <set>

using namespace cp;
using namespace cp::banking;

namespace {

constexpr std::uint64_t first_seed = 20261123;
constexpr std::uint64_t campaigns = 400;
constexpr int steps = 120;

template <Name Kind>
Id<Kind> id(int number) {
  auto digits = std::to_string(number);
  return Id<Kind>("00000000-0000-7000-8000-" + std::string(12 - digits.size(), '0') + digits);
}

class Office {
 public:
  explicit Office(std::uint64_t seed) : random_(seed) {
    for (int at = 0; at < 6; ++at) {
      payables_.push_back({.id = id<"payable">(at), .payee = id<"provider">(pick(0, 2)), .amount = Money(pick(1, 40) * 100)});
    }
    for (int at = 0; at < 3; ++at) {
      const auto first = request_change(id<"bank-details">(at), id<"provider">(at), person(), now_, {ModulusAnswer::valid, ModulusReason::checked}).value();
      changes_.push_back(confirm_change(first, id<"account">(9), now_, false, false, policy_).value());
    }
  }

  void step() {
    now_ += std::chrono::hours(pick(0, 6));
    switch (pick(0, 15)) {
      case 0: request(); break;
      case 1: confirm(); break;
      case 2: make(); break;
      case 3:
      case 4:
      case 5:
      case 6:
      case 7: release_one(); break;
      case 8:
      case 9: send_one(); break;
      case 10: cancel_one(); break;
      default: bank();
    }
    check();
  }

  std::size_t sent = 0, refused = 0, settled = 0;

 private:
  int pick(int least, int most) { return std::uniform_int_distribution<int>(least, most)(random_); }
  Id<"account"> person() { return id<"account">(pick(1, 4)); }
  template <class T>
  T& one_of(std::vector<T>& all) {
    return all.at(static_cast<std::size_t>(pick(0, static_cast<int>(all.size()) - 1)));
  }

  void request() {
    const auto answer = std::vector{ModulusAnswer::valid, ModulusAnswer::not_checked, ModulusAnswer::invalid}[static_cast<std::size_t>(pick(0, 2))];
    const auto change = request_change(id<"bank-details">(static_cast<int>(changes_.size())), id<"provider">(pick(0, 2)), person(),
                                       now_, {answer, ModulusReason::checked});
    REQUIRE(change.has_value() == (answer != ModulusAnswer::invalid));
    if (change) changes_.push_back(*change);
  }

  void confirm() {
    if (changes_.empty()) return;
    auto& change = one_of(changes_);
    if (pick(0, 5) == 0) {
      if (auto withdrawn = withdraw_change(change, day_of(now_))) change = *withdrawn;
      return;
    }
    const bool has_details = details_on(changes_, change.owner, day_of(now_)) != nullptr;
    if (auto confirmed = confirm_change(change, person(), now_, has_details, pick(0, 1) == 0, policy_)) change = *confirmed;
    else ++refused;
  }

  void make() {
    std::vector<Payable> chosen;
    for (const auto& payable : payables_) {
      if (pick(0, 1) == 0 && (payable.state == PayableState::owed || pick(0, 30) == 0)) chosen.push_back(payable);
    }
    auto pay_on = day_of(now_);
    for (int days = pick(1, 6); days > 0; --days) pay_on = calendar_.next(pay_on);
    const auto run = make_run(id<"payment-run">(static_cast<int>(runs_.size()) + 1), person(), now_, pay_on, chosen, changes_,
                              policy_, calendar_);
    if (!run) {
      ++refused;
      return;
    }
    for (const auto& item : run->items) take(item.payable, PayableStep::batch, run->id);
    runs_.push_back(*run);
  }

  void release_one() {
    if (runs_.empty()) return;
    auto& run = pick(0, 3) == 0 ? one_of(runs_) : runs_.back();
    if (auto released = release(run, person(), now_, pick(0, 9) == 0 ? "" : digest_of(run), policy_)) run = *released;
    else ++refused;
  }

  void send_one() {
    if (runs_.empty()) return;
    auto& run = one_of(runs_);
    const auto done = send(run, now_, changes_, policy_);
    if (!done) {
      ++refused;
      return;
    }
    run = *done;
    ++sent;
    std::set<std::string> people;
    for (const auto& made : run.releases) people.insert(made.by.text());
    CHECK_FALSE(people.contains(run.made_by.text()));
    CHECK(people.size() >= (run.total > policy_.second_release_above ? 2U : 1U));
    for (const auto& item : run.items) {
      const auto& change = changes_.at(static_cast<std::size_t>(std::stoi(item.details.text().substr(24))));
      CHECK(change.state == ChangeState::confirmed);
      CHECK(change.owner == item.payee);
      CHECK(change.confirmed_by != change.requested_by);
      CHECK(*change.usable_from <= day_of(now_));
      take(item.payable, PayableStep::send, {});
      CHECK(++on_its_way_[item.payable] == 1);
    }
  }

  void cancel_one() {
    if (runs_.empty()) return;
    auto& run = one_of(runs_);
    const auto cancelled = cancel(run);
    if (!cancelled) return;
    run = *cancelled;
    for (const auto& item : run.items) take(item.payable, PayableStep::unbatch, {});
  }

  /// The bank's statements, and somebody who owes returned money again.
  void bank() {
    auto& payable = one_of(payables_);
    const auto step = static_cast<PayableStep>(pick(3, 5));
    const auto taken = take_step(payable, step);
    if (!taken) return;
    payable = *taken;
    if (step == PayableStep::settle) ++settled;
    if (step == PayableStep::give_back) --on_its_way_[payable.id];
  }

  void take(const Id<"payable">& payable, PayableStep step, const Id<"payment-run">& run) {
    for (auto& known : payables_) {
      if (known.id == payable) known = take_step(known, step, run).value();
    }
  }

  void check() {
    std::set<Id<"payable">> waiting;
    for (const auto& run : runs_) {
      CHECK(check_run(run, payables_).has_value());
      if (run.state == RunState::sent || run.state == RunState::cancelled) continue;
      for (const auto& item : run.items) CHECK(waiting.insert(item.payable).second);
    }
  }

  std::mt19937_64 random_;
  Timestamp now_ = parse_timestamp("2026-11-02T09:00:00Z").value();
  BankCalendar calendar_;
  BankingPolicy policy_{.second_release_above = Money(5'000)};
  std::vector<Payable> payables_;
  std::vector<DetailsChange> changes_;
  std::vector<PaymentRun> runs_;
  std::map<Id<"payable">, int> on_its_way_;
};

}  // namespace

TEST_CASE("an office where everybody tries everything") {
  std::size_t sent = 0, refused = 0, settled = 0;
  for (std::uint64_t seed = first_seed; seed < first_seed + campaigns; ++seed) {
    INFO("seed " << seed);
    Office office(seed);
    for (int at = 0; at < steps; ++at) office.step();
    sent += office.sent;
    refused += office.refused;
    settled += office.settled;
  }
  CHECK(sent > campaigns);
  CHECK(settled > campaigns);
  CHECK(refused > campaigns);
}
