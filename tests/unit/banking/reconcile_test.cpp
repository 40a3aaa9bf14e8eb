#include "payments/banking/reconcile.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>

using namespace cp;
using namespace cp::banking;

namespace {

Date date(int day) { return std::chrono::year(2026) / 11 / day; }

/// `P1` with end-to-end id `E1`, reference `CP-0001`, in the run `RUN-A`.
SentPayment payment(int number, std::int64_t pence, std::string file = "RUN-A") {
  const auto digit = std::to_string(number);
  return {.id = "P" + digit, .end_to_end_id = "E" + digit, .reference = "CP-000" + digit, .amount = Money(pence),
          .pay_on = date(20), .file_id = std::move(file)};
}

StatementLine debit(std::string id, std::int64_t pence, std::string end_to_end = "", std::string reference = "", int day = 20) {
  StatementLine line;
  line.id = std::move(id);
  line.amount = Money(pence);
  line.booked = date(day);
  line.end_to_end_id = std::move(end_to_end);
  line.reference = std::move(reference);
  return line;
}

StatementLine credit(std::string id, std::int64_t pence, std::string end_to_end, std::string reference, std::string reason) {
  auto line = debit(std::move(id), pence, std::move(end_to_end), std::move(reference), 23);
  line.direction = Direction::credit;
  line.return_reason = std::move(reason);
  return line;
}

/// `a settled P1 by reference; b unmatched duplicate P1`: the whole result on one line.
std::string told(const std::vector<SentPayment>& payments, const std::vector<StatementLine>& lines) {
  const auto result = reconcile(payments, lines).value();
  std::vector<std::string> parts;
  for (const auto& match : result.matches) {
    std::string text = match.line + ' ' + std::string(name(match.outcome));
    for (const auto& id : match.payments) text += ' ' + id;
    parts.push_back(text + " by " + std::string(name(match.evidence)));
  }
  for (const auto& unmatched : result.unmatched) {
    std::string text = unmatched.line + ' ' + std::string(name(unmatched.reason));
    for (const auto& id : unmatched.candidates) text += ' ' + id;
    parts.push_back(text);
  }
  std::sort(parts.begin(), parts.end());
  std::string all;
  for (const auto& part : parts) all += (all.empty() ? "" : "; ") + part;
  return all;
}

}  // namespace

TEST_CASE("by end-to-end id") {
  const std::vector payments{payment(1, 100), payment(2, 200)};
  CHECK(told(payments, {debit("a", 100, "E1"), debit("b", 200, "E2")}) ==
        "a settled P1 by end-to-end-id; b settled P2 by end-to-end-id");
  CHECK(told(payments, {debit("a", 100, "E1"), debit("b", 100, "E1")}) == "a settled P1 by end-to-end-id; b duplicate P1");
  // The earlier one counts, whatever the order or the names.
  CHECK(told(payments, {debit("a", 100, "E1", "", 21), debit("b", 100, "E1", "", 20)}) ==
        "a duplicate P1; b settled P1 by end-to-end-id");
  CHECK(told(payments, {debit("a", 99, "E1")}) == "a partial-amount P1");
  CHECK(told(payments, {debit("a", 101, "E1")}) == "a over-amount P1");
  CHECK(told(payments, {debit("a", 99, "E1"), debit("b", 100, "E1")}) == "a partial-amount P1; b settled P1 by end-to-end-id");
  CHECK(told(payments, {debit("a", 100, "E9")}) == "a unknown-reference");
  // An unknown id is not overruled by a text, a wrong amount not by an amount elsewhere.
  CHECK(told(payments, {debit("a", 100, "E9", "CP-0001")}) == "a unknown-reference P1");
  CHECK(told(payments, {debit("a", 99, "E1"), debit("b", 100)}) == "a partial-amount P1; b no-candidate");
}

TEST_CASE("by run") {
  const std::vector payments{payment(1, 100), payment(2, 200), payment(3, 300, "RUN-B")};
  CHECK(told(payments, {debit("a", 300, "", "BACS RUN-A SUM")}) == "a settled P1 P2 by run");
  CHECK(told(payments, {debit("a", 300, "RUN-A")}) == "a settled P1 P2 by run");
  CHECK(told(payments, {debit("a", 300, "", "RUN-B")}) == "a settled P3 by run");
  CHECK(told(payments, {debit("a", 300, "", "RUN-A"), debit("b", 300, "", "RUN-A")}) == "a settled P1 P2 by run; b duplicate P1 P2");
  CHECK(told(payments, {debit("a", 250, "", "RUN-A")}) == "a partial-amount P1 P2");
  CHECK(told(payments, {debit("a", 350, "", "RUN-A")}) == "a over-amount P1 P2");
  CHECK(told(payments, {debit("a", 600, "", "RUN-A RUN-B")}) == "a ambiguous P1 P2 P3");
  // Single payments that name their run, too, and one that was settled before the sum came.
  CHECK(told(payments, {debit("a", 100, "", "RUN-A CP-0001"), debit("b", 200, "", "RUN-A CP-0002")}) ==
        "a settled P1 by reference; b settled P2 by reference");
  CHECK(told(payments, {debit("a", 100, "E1"), debit("b", 300, "", "RUN-A")}) ==
        "a settled P1 by end-to-end-id; b duplicate P1 P2");
  // A sum over so many transactions is the run of so many.
  auto sum = debit("a", 300, "", "RUN-A");
  sum.unsplit = 2;
  CHECK(told(payments, {sum}) == "a settled P1 P2 by run");
  sum.unsplit = 3;
  CHECK(told(payments, {sum}) == "a ambiguous P1 P2");
  // Bacs shows the first 18 characters of a run's id.
  const std::vector bacs{payment(1, 100, "0193582C1D2E7ABC8DEF0123456789AB"), payment(2, 50, "0193582C1D2E7ABC8DEF0123456789AB")};
  CHECK(told(bacs, {debit("a", 150, "", "0193582C1D2E7ABC8D CONTRA")}) == "a settled P1 P2 by run");
}

TEST_CASE("by reference and amount") {
  const std::vector payments{payment(1, 100), payment(2, 200)};
  CHECK(told(payments, {debit("a", 100, "", "RAINBOW cp-0001 BGC")}) == "a settled P1 by reference");
  CHECK(told(payments, {debit("a", 99, "", "CP-0001")}) == "a partial-amount P1");
  CHECK(told(payments, {debit("a", 101, "", "CP-0001")}) == "a over-amount P1");
  CHECK(told(payments, {debit("a", 100, "", "CP-0001"), debit("b", 100, "", "CP-0001")}) == "a ambiguous P1; b ambiguous P1");
  CHECK(told(payments, {debit("a", 300, "", "CP-0001 CP-0002")}) == "a ambiguous P1 P2");
  // Only whole words count, and none that is shorter than four.
  CHECK(told(payments, {debit("a", 100, "", "CP-00011", 1)}) == "a no-candidate");
  auto weak = payment(3, 100);
  weak.reference = "R 1";
  CHECK(told({weak}, {debit("a", 100, "", "R 1", 1)}) == "a no-candidate");
  // A reference used again: last month's payment is settled already.
  auto earlier = payment(3, 100, "RUN-0");
  earlier.reference = "CP-0001";
  earlier.state = PaymentState::settled;
  CHECK(told({earlier, payment(1, 100)}, {debit("a", 100, "", "CP-0001")}) == "a settled P1 by reference");
  CHECK(told({earlier}, {debit("a", 100, "", "CP-0001")}) == "a duplicate P3");
}

TEST_CASE("by amount, within days, and only where there is no other") {
  const std::vector payments{payment(1, 100), payment(2, 200)};
  CHECK(told(payments, {debit("a", 100)}) == "a settled P1 by amount");
  CHECK(told(payments, {debit("a", 300)}) == "a settled P1 P2 by amount");
  CHECK(told(payments, {debit("a", 100, "", "", 19)}) == "a settled P1 by amount");
  CHECK(told(payments, {debit("a", 100, "", "", 18)}) == "a no-candidate");
  CHECK(told(payments, {debit("a", 100, "", "", 24)}) == "a settled P1 by amount");
  CHECK(told(payments, {debit("a", 100, "", "", 25)}) == "a no-candidate");
  CHECK(told(payments, {debit("a", 100), debit("b", 100)}) == "a ambiguous P1; b ambiguous P1");
  CHECK(told({payment(1, 100), payment(2, 100)}, {debit("a", 100)}) == "a ambiguous P1 P2");
  CHECK(told({payment(1, 100), payment(2, 100), payment(3, 200, "RUN-B")}, {debit("a", 200)}) == "a ambiguous P1 P2 P3");
  // The sum of a run of which one payment is settled by the same statement is not certain.
  CHECK(told(payments, {debit("a", 100), debit("b", 300)}) == "a settled P1 by amount; b ambiguous P1 P2");
}

TEST_CASE("returns") {
  auto settled = payment(1, 100);
  settled.state = PaymentState::settled;
  auto returned = payment(2, 200);
  returned.state = PaymentState::returned;
  const std::vector payments{settled, returned, payment(3, 300)};
  CHECK(told(payments, {credit("a", 100, "E1", "", "AC04")}) == "a returned P1 by end-to-end-id");
  CHECK(told(payments, {credit("a", 100, "E1", "", "")}) == "a returned P1 by end-to-end-id");
  CHECK(told(payments, {credit("a", 200, "E2", "", "AC04")}) == "a duplicate P2");
  CHECK(told(payments, {credit("a", 300, "E3", "", "AC04")}) == "a not-settled P3");
  CHECK(told(payments, {credit("a", 50, "E1", "", "AC04")}) == "a partial-amount P1");
  CHECK(told(payments, {credit("a", 100, "E9", "", "AC04")}) == "a unknown-reference");
  CHECK(told(payments, {credit("a", 100, "", "CP-0001", "AC04")}) == "a returned P1 by reference");
  CHECK(told(payments, {credit("a", 100, "", "CP-0001", "")}) == "a possible-return P1");
  CHECK(told(payments, {credit("a", 100, "", "", "AC04")}) == "a no-candidate");
  CHECK(told(payments, {credit("a", 100, "", "a grant", "")}) == "a no-candidate");
  // Settled and returned by the same statement; the payment comes first, whatever the order.
  CHECK(told(payments, {credit("a", 300, "E3", "", "AC04"), debit("b", 300, "E3")}) ==
        "a returned P3 by end-to-end-id; b settled P3 by end-to-end-id");
  const auto result = reconcile(payments, {credit("a", 100, "E1", "", "AC04")}).value();
  CHECK(result.matches.at(0).return_reason == "AC04");
  CHECK(result.outstanding == std::vector<std::string>{"P3"});
}

TEST_CASE("lines that are never matched") {
  const std::vector payments{payment(1, 100), payment(2, 200)};
  auto line = debit("a", 100, "E1");
  line.status = LineStatus::pending;
  CHECK(told(payments, {line}) == "a not-booked");
  line = debit("a", 0, "E1");
  CHECK(told(payments, {line}) == "a no-amount P1");
  line = debit("a", 100, "E1");
  line.reversal = true;
  CHECK(told(payments, {line}) == "a reversal P1");
  line = debit("a", 100, "E1");
  line.unsplit = 2;
  CHECK(told(payments, {line}) == "a unsplit");
  CHECK(told({}, {debit("a", 100)}) == "a no-candidate");
  CHECK(told(payments, {}).empty());
}

TEST_CASE("input that contradicts itself is refused") {
  const auto code = [](const std::vector<SentPayment>& payments, const std::vector<StatementLine>& lines) {
    return reconcile(payments, lines).error().code;
  };
  auto same = payment(2, 100);
  same.end_to_end_id = "E1";
  auto nameless = payment(2, 100);
  nameless.end_to_end_id = "";
  auto free_of_charge = payment(2, 0);
  for (const auto& wrong : {payment(1, 100), same, nameless, free_of_charge}) {
    CHECK(code({payment(1, 100), wrong}, {}) == "reconcile-input-invalid");
  }
  CHECK(code({}, {debit("a", 1), debit("a", 1)}) == "reconcile-input-invalid");
  CHECK(code({}, {debit("a", -1)}) == "reconcile-input-invalid");
}
