// Promises of payments/banking/reconcile.hpp over seeded runs and statements: every line is told of
// once, no payment is settled or returned twice, matched sums are equal, nothing depends on the
// order, and what was matched by a name is what the line was made from.
#include "payments/banking/reconcile.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <map>
#include <random>
#include <set>

using namespace cp;
using namespace cp::banking;

namespace {

constexpr std::uint64_t first_seed = 20261123;
constexpr std::uint64_t campaigns = 4'000;

class World {
 public:
  explicit World(std::uint64_t seed) : random_(seed) {
    const auto runs = pick(1, 4);
    for (int run = 0; run < runs; ++run) make_run(run);
    for (int at = pick(0, 4); at > 0; --at) noise();
    // The same in another order has to give the same.
    shuffled_payments = payments;
    shuffled_lines = lines;
    std::shuffle(shuffled_payments.begin(), shuffled_payments.end(), random_);
    std::shuffle(shuffled_lines.begin(), shuffled_lines.end(), random_);
  }

  std::vector<SentPayment> payments, shuffled_payments;
  std::vector<StatementLine> lines, shuffled_lines;
  std::map<std::string, std::set<std::string>> truth;  // the payments each line was made from
  std::set<std::string> certain;                       // lines that have to be matched

 private:
  int pick(int least, int most) { return std::uniform_int_distribution<int>(least, most)(random_); }
  Date day(int of_november) const { return std::chrono::year(2026) / 11 / of_november; }

  StatementLine& line(Direction direction, Money amount, int of_november, std::set<std::string> made_from) {
    StatementLine made;
    made.id = "L" + std::to_string(1000 + lines.size());
    made.direction = direction;
    made.amount = amount;
    made.booked = day(of_november);
    truth[made.id] = std::move(made_from);
    lines.push_back(made);
    return lines.back();
  }

  void make_run(int number) {
    const auto file = "RUN-000" + std::to_string(number);
    const int pay_day = pick(10, 12);
    std::vector<SentPayment> made;
    for (int at = pick(1, 6); at > 0; --at) {
      const auto name = std::to_string(number) + std::to_string(at);
      made.push_back({.id = "P" + name, .end_to_end_id = "E2E" + name, .reference = "REF-00" + name,
                      .amount = Money(pick(1, 6) * 100), .pay_on = day(pay_day), .file_id = file,
                      .state = pick(0, 9) == 0 ? PaymentState::settled : PaymentState::sent});
    }
    payments.insert(payments.end(), made.begin(), made.end());
    const bool all_sent = std::all_of(made.begin(), made.end(), [](const auto& p) { return p.state == PaymentState::sent; });
    if (all_sent && pick(0, 2) == 0) {
      book_sum(made, file, pay_day);
    } else {
      for (const auto& payment : made) book(payment, pay_day);
    }
  }

  void book_sum(const std::vector<SentPayment>& made, const std::string& file, int pay_day) {
    Money total;
    std::set<std::string> ids;
    for (const auto& payment : made) {
      total += payment.amount;
      ids.insert(payment.id);
    }
    auto& sum = line(Direction::debit, total, pay_day + pick(0, 2), ids);
    if (pick(0, 1) == 0) sum.reference = "BACS " + file;
    if (pick(0, 1) == 0) sum.unsplit = made.size();
    if (!sum.reference.empty()) certain.insert(sum.id);
  }

  void book(const SentPayment& payment, int pay_day) {
    if (payment.state == PaymentState::sent && pick(0, 9) > 0) {
      const bool exact = pick(0, 9) > 0;
      auto& debit = line(Direction::debit, exact ? payment.amount : payment.amount + Money(pick(0, 1) == 0 ? -7 : 7),
                         pay_day + pick(0, 2), {payment.id});
      const int evidence = pick(0, 3);
      if (evidence <= 1) debit.end_to_end_id = payment.end_to_end_id;
      if (evidence >= 1 && evidence <= 2) debit.reference = "PAYEE " + payment.reference;
      if (pick(0, 2) == 0) debit.reference += ' ' + payment.file_id;
      if (exact && evidence <= 1) certain.insert(debit.id);
      if (pick(0, 9) == 0) {
        // `debit` may be gone once a line is added.
        auto twice = debit;
        twice.id = line(Direction::debit, twice.amount, pay_day + 3, {payment.id}).id;
        twice.booked = lines.back().booked;
        lines.back() = twice;
      }
    }
    if (pick(0, 4) == 0) {
      auto& back = line(Direction::credit, payment.amount, pay_day + 5, {payment.id});
      if (pick(0, 2) > 0) back.end_to_end_id = payment.end_to_end_id;
      else back.reference = payment.reference;
      if (pick(0, 2) > 0) back.return_reason = "AC04";
    }
  }

  void noise() {
    auto& made = line(pick(0, 1) == 0 ? Direction::debit : Direction::credit, Money(pick(0, 6) * 100), pick(8, 20), {});
    if (pick(0, 3) == 0) made.status = LineStatus::pending;
    if (pick(0, 3) == 0) made.end_to_end_id = "OTHER";
    if (pick(0, 3) == 0) made.reversal = true;
  }

  std::mt19937_64 random_;
};

void check_world(const World& world) {
  const auto result = reconcile(world.payments, world.lines).value();
  CHECK(reconcile(world.shuffled_payments, world.shuffled_lines).value() == result);

  std::map<std::string, const StatementLine*> lines;
  std::map<std::string, const SentPayment*> payments;
  for (const auto& line : world.lines) lines[line.id] = &line;
  for (const auto& payment : world.payments) payments[payment.id] = &payment;
  std::set<std::string> told, settled, returned, matched;
  for (const auto& match : result.matches) {
    CHECK(told.insert(match.line).second);
    matched.insert(match.line);
    Money sum;
    for (const auto& id : match.payments) {
      sum += payments.at(id)->amount;
      CHECK((match.outcome == Outcome::settled ? settled : returned).insert(id).second);
      if (match.outcome == Outcome::settled) CHECK(payments.at(id)->state == PaymentState::sent);
      // Each name was written by what the line was made from; an amount alone may be another's.
      if (match.evidence != Evidence::amount) CHECK(world.truth.at(match.line).contains(id));
    }
    CHECK(sum == lines.at(match.line)->amount);
    CHECK(lines.at(match.line)->direction == (match.outcome == Outcome::settled ? Direction::debit : Direction::credit));
  }
  for (const auto& id : returned) CHECK((settled.contains(id) || payments.at(id)->state == PaymentState::settled));
  for (const auto& unmatched : result.unmatched) CHECK(told.insert(unmatched.line).second);
  CHECK(told.size() == world.lines.size());
  for (const auto& id : result.outstanding) CHECK_FALSE(settled.contains(id));
  std::size_t sent = 0;
  for (const auto& payment : world.payments) sent += payment.state == PaymentState::sent ? 1 : 0;
  CHECK(settled.size() + result.outstanding.size() == sent);
}

}  // namespace

TEST_CASE("random runs and statements") {
  std::size_t lines = 0;
  std::size_t matched = 0;
  for (std::uint64_t seed = first_seed; seed < first_seed + campaigns; ++seed) {
    INFO("seed " << seed);
    const World world(seed);
    check_world(world);
    const auto result = reconcile(world.payments, world.lines).value();
    lines += world.lines.size();
    matched += result.matches.size();
    for (const auto& unmatched : result.unmatched) {
      // What carries the payment's own id and amount is matched, unless it was there before.
      if (world.certain.contains(unmatched.line)) CHECK(unmatched.reason == UnmatchedReason::duplicate);
    }
  }
  // The campaign would prove nothing if little of it were matched, or all of it.
  CHECK(matched * 10 > lines * 4);
  CHECK(matched * 10 < lines * 9);
}
