#include "payments/splitting/carry.hpp"

#include <algorithm>
#include <cstdlib>
#include <numeric>
#include <optional>

namespace cp::payments {
namespace {

/// The most a share can be raised to by rounding; nothing where it must stay as it is.
std::optional<Money> most_share(const SplitTerms& terms, const std::vector<ExactSession>& sessions,
                                const Targets& targets, std::size_t i) {
  const auto& party = terms.parties[i];
  if (party.fixed) return std::nullopt;
  auto most = party.can_pay.value_or(most_price);
  for (const auto& session : sessions) {
    if (session.shares[i].limited) return std::nullopt;
    if (session.shares[i].carries) most = std::min(most, *party.carries_to);
  }
  const auto room = [&] { return (Wide{party.headroom->pence()} - 2) * targets.one; };
  if (party.headroom && due_in_all(targets, i) > room()) return std::nullopt;
  return most;
}

/// What everybody brings along, made even: what those who are away took along is borne equally, so that it adds up to
/// nothing. Billionths of a penny.
std::vector<std::int64_t> even_carries(const SplitTerms& terms, const std::vector<std::optional<Money>>& most) {
  std::vector<std::int64_t> carried;
  std::int64_t sum = 0, members = 0;
  for (std::size_t i = 0; i < most.size(); ++i) {
    carried.push_back(terms.parties[i].carried);
    if (most[i]) sum += carried.back(), ++members;
  }
  for (std::size_t i = 0; i < most.size(); ++i) {
    if (!most[i]) continue;
    const auto part = sum / members;
    carried[i] -= part;
    sum -= part;
    --members;
  }
  return carried;
}

/// Moves what was carried in into what is due, from the first session on: who paid too much before
/// is due less, and who paid too little more, by the same amount together. `left` is what remains.
void settle(Targets& targets, const std::vector<std::optional<Money>>& most, std::vector<std::int64_t>& left) {
  const auto billionth = targets.one / billion;
  std::vector<std::size_t> order(left.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return std::abs(left[a]) > std::abs(left[b]); });
  for (std::int64_t session = 0; session < targets.sessions; ++session) {
    const auto row = static_cast<std::size_t>(session) * targets.members;
    std::vector<std::int64_t> moved(left.size(), 0);  // billionths, above 0: due less
    std::int64_t less = 0, more = 0;
    for (const auto i : order) {
      if (!most[i] || left[i] == 0) continue;
      const auto due = units(targets, targets.rows[row + i]);
      const auto room = (left[i] > 0 ? due : std::max<Wide>(0, Wide{most[i]->pence()} * targets.one - due)) / billionth;
      moved[i] = static_cast<std::int64_t>(std::min<Wide>(room, std::abs(left[i])));
      (left[i] > 0 ? less : more) += moved[i];
    }
    auto less_to_move = std::min(less, more), more_to_move = std::min(less, more);
    if (less_to_move == 0) continue;
    for (const auto i : order) {
      auto& to_move = left[i] > 0 ? less_to_move : more_to_move;
      const auto amount = std::min(moved[i], to_move);
      if (amount == 0) continue;
      to_move -= amount;
      const auto change = left[i] > 0 ? amount : -amount;
      left[i] -= change;
      const auto due = units(targets, targets.rows[row + i]) - Wide{change} * billionth;
      targets.rows[row + i] = {static_cast<std::int64_t>(due / targets.one),
                               static_cast<std::int64_t>(due % targets.one)};
    }
  }
}

/// The same row for every session, so that one of them can be changed.
void unroll(Targets& targets) {
  if (!targets.constant) return;
  const auto row = targets.rows;
  targets.rows.clear();
  for (std::int64_t session = 0; session < targets.sessions; ++session) {
    targets.rows.insert(targets.rows.end(), row.begin(), row.end());
  }
  targets.constant = false;
}

}  // namespace

Wide units(const Targets& targets, const Target& target) { return Wide{target.pence} * targets.one + target.rest; }

Wide due_in_all(const Targets& targets, std::size_t member) {
  if (targets.rows.empty()) return 0;
  if (targets.constant) return units(targets, targets.at(0, member)) * targets.sessions;
  Wide due = 0;
  for (std::int64_t session = 0; session < targets.sessions; ++session) {
    due += units(targets, targets.at(session, member));
  }
  return due;
}

Carry settle_carried(const SplitTerms& terms, const std::vector<ExactSession>& sessions, const Targets& due) {
  std::vector<std::optional<Money>> most;
  for (std::size_t i = 0; i < due.members; ++i) most.push_back(most_share(terms, sessions, due, i));
  Carry carry;
  carry.targets = due;
  carry.brought = carry.left = even_carries(terms, most);
  const auto shares = static_cast<std::int64_t>(due.members) * due.sessions;
  const bool even = std::all_of(carry.left.begin(), carry.left.end(), [](std::int64_t one) { return one == 0; });
  if (even || shares == 0 || shares > most_changing_shares) return carry;
  unroll(carry.targets);
  settle(carry.targets, most, carry.left);
  return carry;
}

}  // namespace cp::payments
