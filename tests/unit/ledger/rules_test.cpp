#include "payments/ledger/rules.hpp"

#include <catch2/catch_test_macros.hpp>

#include <map>

namespace cp::ledger {
namespace {

constexpr int operation_kinds = static_cast<int>(names_of(OperationKind{}).size());
constexpr int account_kinds = static_cast<int>(names_of(AccountKind{}).size());

/// What each operation may do: names of accounts after + and -. Written out a second time, so that
/// a change of the table is a change of two.
const std::map<std::string, std::string> expected = {
    {"allocation", "+funding -funding +available -available +granted -granted +cap -cap"},
    {"grant", "+granted -granted +cap -cap"},
    {"transfer", "+funding +available -available -granted +cap +paid_in"},
    {"hold", "+available -available +held -held +cap -cap +pooled -pooled"},
    {"charge", "+available -available -held +payable +cap -cap +pooled -pooled"},
    {"release", "+available -held +cap -pooled"},
    {"refund", "+available -payable +cap -pooled"},
    {"batch", "-payable +batched"},
    {"send", "-batched +sent"},
    {"settle", "-sent +settled"},
    {"reject", "+payable -batched -sent -settled"},
    {"closing", ""},
    {"statement", ""},
    {"deposit", "+available -available +paid_in -paid_in"},
    {"fee", "+available -available +reserved -reserved"},
    {"fee_charge", "+payable -reserved"},
    {"hand_over", ""},
    {"reversal", "+funding -funding +available -available +held -held +payable -payable +granted -granted +cap -cap +pooled -pooled "
                 "+paid_in -paid_in +reserved -reserved"},
};

std::string movements_of(OperationKind operation) {
  std::string out;
  for (int kind = 0; kind < account_kinds; ++kind) {
    const auto account = static_cast<AccountKind>(kind);
    if (may_move(operation, account, Money(1))) out += (out.empty() ? "+" : " +") + std::string(name(account));
    if (may_move(operation, account, Money(-1))) out += (out.empty() ? "-" : " -") + std::string(name(account));
  }
  return out;
}

Leg leg(AccountKind kind, std::int64_t pence) { return {kind, std::string(name(kind)), Money(pence)}; }

}  // namespace

TEST_CASE("each operation moves what it may and nothing else") {
  for (int kind = 0; kind < operation_kinds; ++kind) {
    const auto operation = static_cast<OperationKind>(kind);
    INFO(name(operation));
    CHECK(movements_of(operation) == expected.at(std::string(name(operation))));
  }
}

TEST_CASE("no account is on the wrong side of nothing") {
  for (int kind = 0; kind < account_kinds; ++kind) {
    const auto account = static_cast<AccountKind>(kind);
    const bool is_source = account == AccountKind::funding || account == AccountKind::granted ||
                           account == AccountKind::paid_in;
    INFO(name(account));
    CHECK(may_hold(account, Money(0)));
    CHECK(may_hold(account, Money(1)) == !is_source);
    CHECK(may_hold(account, Money(INT64_MAX)) == !is_source);
    CHECK(may_hold(account, Money(-1)) == is_source);
    CHECK(may_hold(account, Money(INT64_MIN)) == is_source);
  }
}

TEST_CASE("counters are not money") {
  CHECK(unit_of(AccountKind::granted) == Unit::counter);
  CHECK(unit_of(AccountKind::cap) == Unit::counter);
  CHECK(unit_of(AccountKind::pooled) == Unit::counter);
  for (int kind = 0; kind < static_cast<int>(AccountKind::granted); ++kind) {
    CHECK(unit_of(static_cast<AccountKind>(kind)) == Unit::money);
  }
}

TEST_CASE("legs add up to nothing, money and counters each for themselves") {
  using enum AccountKind;
  const auto broken = [](OperationKind operation, const std::vector<Leg>& legs) {
    return broken_rule(operation, legs).has_value();
  };
  CHECK_FALSE(broken(OperationKind::hold, {leg(available, -5), leg(held, 5)}));
  CHECK_FALSE(broken(OperationKind::hold, {leg(available, -5), leg(held, 5), leg(cap, -5), leg(pooled, 5)}));
  CHECK_FALSE(broken(OperationKind::closing, {}));
  CHECK(broken(OperationKind::hold, {leg(available, -5), leg(held, 4)}));
  CHECK(broken(OperationKind::hold, {leg(available, -5), leg(held, 5), leg(cap, -5)}));
  CHECK(broken(OperationKind::hold, {leg(available, -5), leg(pooled, 5)}));  // between units
  CHECK(broken(OperationKind::hold, {leg(available, 0), leg(held, 0)}));
  CHECK(broken(OperationKind::transfer, {leg(available, -5), leg(held, 5)}));
  CHECK(broken(OperationKind::closing, {leg(available, -5), leg(available, 5)}));
  CHECK(broken(OperationKind::release, {leg(available, -5), leg(held, 5)}));  // backwards
}

}  // namespace cp::ledger
