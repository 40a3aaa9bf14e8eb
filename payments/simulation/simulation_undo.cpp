// The model's way of undoing what was done: everything that was moved is moved back, where it still can be.
#include "payments/simulation/simulation_model.hpp"

#include <algorithm>

namespace cp::payments {
namespace {

using ledger::OperationKind;

constexpr std::size_t most_deeds = 1'000;
constexpr std::int64_t expiry_days = 60;

}  // namespace

bool SimulationModel::remember(std::uint64_t sequence) {
  if (!deed_.plan.empty()) changed_by_[deed_.plan] = sequence;
  if (!deed_.kind) return false;
  auto& deed = deeds_[sequence] = deed_;
  deed.authority = deed.pool.empty() ? authority_ : pools_[deed.pool].last.authority;
  if (deeds_.size() > most_deeds) deeds_.erase(deeds_.begin());
  return true;
}

std::optional<Plan> SimulationModel::terms_before(std::uint64_t sequence) const {
  const auto found = deeds_.find(sequence);
  return found == deeds_.end() ? std::nullopt : found->second.before;
}

SimulationModel::Share* SimulationModel::find(Pool& pool, int number) {
  for (auto& [session, shares] : pool.sessions) {
    for (auto& share : shares) {
      if (share.number == number) return &share;
    }
  }
  return nullptr;
}

SimulationModel::Part* SimulationModel::part_of(Pool& pool, const Moved& moved) {
  auto* share = find(pool, moved.share);
  if (!share) return nullptr;
  for (auto& part : share->parts) {
    if (part.plan == moved.plan && part.stream == moved.stream) return &part;
  }
  return nullptr;
}

std::optional<Expected> SimulationModel::why_not(const Deed& deed) {
  const Expected changed{"changed-since", 0};
  if (deed.kind == OperationKind::grant) {
    return plans_[deed.plan].permitted < deed.permitted ? std::optional(changed) : std::nullopt;
  }
  auto& pool = pools_[deed.pool];
  const auto has_part = [&](const Moved& moved) { return part_of(pool, moved) != nullptr; };
  if (deed.kind == OperationKind::charge) {
    const auto still_charged = [&](const Moved& moved) {
      const auto* part = part_of(pool, moved);
      return part && part->charged >= moved.pence;
    };
    const bool whole = std::all_of(deed.taken.begin(), deed.taken.end(), still_charged) &&
                       std::all_of(deed.added.begin(), deed.added.end(), still_charged) &&
                       std::all_of(deed.touched.begin(), deed.touched.end(), [&](int share) { return find(pool, share); }) &&
                       std::all_of(deed.freed.begin(), deed.freed.end(), has_part);
    return whole ? std::nullopt : std::optional(changed);
  }
  if (deed.kind == OperationKind::refund) {
    const bool whole = std::all_of(deed.refunded.begin(), deed.refunded.end(), has_part);
    return whole ? std::nullopt : std::optional(changed);
  }
  if (deed.kind == OperationKind::release) {
    for (const auto& [session, share] : deed.given_back) {
      if (today_ - Days(share.date) > std::chrono::days(expiry_days)) return Expected{"hold-expired", 0};
      if (pool.charged(session)) return changed;
      const auto found = pool.sessions.find(session);
      if (found == pool.sessions.end()) continue;
      for (const auto& other : found->second) {
        if (other.family == share.family && other.held() > 0) return changed;
      }
      if (!find(pool, share.number)) continue;
      for (const auto& part : share.parts) {
        if (part.held > 0 && !has_part({share.number, part.plan, part.stream, part.held})) return changed;
      }
    }
    return std::nullopt;
  }
  // Beside pools, balances alone say whether it can be moved back.
  if (deed.kind == OperationKind::deposit || deed.kind == OperationKind::transfer || !deed.of_fee.empty()) return std::nullopt;
  return Expected{"not-reversible", 0};
}

void SimulationModel::put_back(const Deed& deed) {
  auto& pool = pools_[deed.pool];
  const auto move_part = [&](const Moved& moved, std::int64_t held, std::int64_t charged) {
    auto* part = part_of(pool, moved);
    part->held += held;
    part->charged += charged;
  };
  if (deed.kind == OperationKind::charge) {
    for (const auto& moved : deed.taken) move_part(moved, moved.pence, -moved.pence);
    for (const auto& moved : deed.freed) move_part(moved, moved.pence, 0);
    for (const auto& moved : deed.added) move_part(moved, 0, -moved.pence);
    for (const auto number : deed.touched) {
      auto* share = find(pool, number);
      if (share->taken() == 0) share->charged = false;
    }
  } else if (!deed.of_fee.empty()) {
    auto& reserved = fees_[deed.fee].reserved;
    for (std::size_t at = 0; at < reserved.size(); ++at) reserved[at].second += deed.of_fee[at];
  } else if (deed.kind == OperationKind::transfer) {
    for (const auto& [stream, pence] : deed.carried) carried_[{deed.ended, stream}] -= pence;
  } else if (deed.kind == OperationKind::refund) {
    for (const auto& moved : deed.refunded) {
      move_part(moved, 0, moved.pence);
      find(pool, moved.share)->charged = true;
    }
  } else if (deed.kind == OperationKind::release) {
    for (const auto& [session, released] : deed.given_back) {
      auto share = released;
      std::erase_if(share.parts, [](const Part& part) { return part.held == 0; });
      if (find(pool, share.number)) {
        for (const auto& part : share.parts) move_part({share.number, part.plan, part.stream, part.held}, part.held, 0);
        continue;
      }
      share.charged = false;
      for (auto& part : share.parts) part.charged = 0;
      pool.sessions[session].push_back(std::move(share));
    }
  }
}

Expected SimulationModel::undo(std::uint64_t sequence) {
  auto& deed = deeds_.at(sequence);
  if (deed.authority != authority_) return refused("not-found");
  if (deed.undone) return refused("already-reversed");
  const bool is_plan = deed.before.has_value();
  if (is_plan && changed_by_[deed.plan] != sequence) return refused("changed-since");
  if (!is_plan) {
    if (const auto why = why_not(deed)) return *why;
  }
  if (deed.kind == OperationKind::grant) {
    // The plan may be another by now, and its cap with it.
    auto after = plans_[deed.plan];
    after.permitted -= deed.permitted;
    const auto change = most_pooled(after) - most_pooled(plans_[deed.plan]);
    move("cap:" + deed.plan.text(), change);
    move("granted:" + deed.plan.text(), -change);
  } else {
    for (const auto& [account, pence] : deed.moves) move(account, -pence);
  }
  std::vector<Expected> short_of;
  for (const auto& [account, pence] : moves_) {
    const bool is_source = account.starts_with("funding:") || account.starts_with("granted:") || account.starts_with("paid_in:");
    const auto after = balances_[account];
    if (pence == 0 || (is_source ? after <= 0 : after >= 0)) continue;
    short_of.push_back({account.starts_with("payable:") ? "provider-already-paid" : "changed-since", std::abs(after)});
  }
  if (!short_of.empty()) {
    auto told = refused(short_of.front().code, short_of.front().pence);
    told.or_else = std::move(short_of);
    return told;
  }
  deed.undone = true;
  put_back(deed);
  if (is_plan) {
    const auto version = plans_[deed.plan].version + 1;
    plans_[deed.plan] = *deed.before;
    plans_[deed.plan].version = version;
  }
  if (deed.kind == OperationKind::grant) {
    plans_[deed.plan].permitted -= deed.permitted;
    ++plans_[deed.plan].version;
  }
  deed_.kind = OperationKind::reversal;
  if (is_plan || deed.kind == OperationKind::grant) deed_.plan = deed.plan;
  return done(deed.pence);
}

}  // namespace cp::payments
