// What the ledger should say, worked out a second time in the plainest way there is: balances by
// name in one map, shares in lists, no state machine and no history. It shares no code with what it
// is compared with; only the requests are the same.
#pragma once

#include "payments/wire.hpp"

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace cp::payments {

/// What a request should be answered with: done for an amount, or refused.
struct Expected {
  std::string code = {};   // empty: done
  std::int64_t pence = 0;  // the amount, or by how much it was too much where that is told
  bool operator==(const Expected&) const = default;
};

class SimulationModel {
 public:
  using Days = std::chrono::sys_days;

  void set_today(Date today) { today_ = today; }
  Expected agree(const Plan& plan);
  Expected revise(const Plan& plan);
  Expected permit(const Id<"plan">& plan, Money amount);
  Expected pay_in(const Id<"plan">& plan, Money amount);
  Expected pay_back(const Id<"plan">& plan, Money amount);
  Expected agree_fee(const Id<"fee">& fee, const Id<"plan">& plan, const Id<"provider">& payee, Stream stream, Money amount);
  /// No amount: the rest is not needed.
  Expected move_fee(const Id<"fee">& fee, std::optional<Money> amount);
  Expected end(const Id<"plan">& plan, const std::optional<Id<"plan">>& next, std::int64_t percent, std::optional<Money> limit);
  Expected hold(const HoldRequest& request);
  Expected charge(const ChargeRequest& request);
  Expected release(const ReleaseRequest& request);
  Expected expire(const Id<"pool">& pool);
  Expected refund(const RefundRequest& request);
  Expected close(Date through) const;

  /// By the ledger's account names; those of nothing may be there or not.
  [[nodiscard]] const std::map<std::string, std::int64_t>& balances() const { return balances_; }
  [[nodiscard]] const Plan* plan(const Id<"plan">& id) const;

 private:
  struct Part {
    std::string plan, stream;  // with the day of the instalment
    std::int64_t held = 0, charged = 0;
  };
  struct Share {
    Id<"family"> family;
    Date date;
    bool charged = false;
    std::vector<Part> parts;
    [[nodiscard]] std::int64_t held() const;
    [[nodiscard]] std::int64_t taken() const;
  };
  struct Pool {
    HoldRequest last;
    std::map<std::int64_t, std::vector<Share>> sessions;
    [[nodiscard]] bool charged(std::int64_t session) const;
    [[nodiscard]] bool spent(std::int64_t session) const;
  };
  struct FeeState {
    std::string plan, payee;
    std::vector<std::pair<std::string, std::int64_t>> reserved;  // by instalment, the first one first
  };
  struct Want {
    Id<"family"> family;
    std::int64_t session;
    Date date;
    std::int64_t pence;
    bool operator<(const Want& other) const { return std::tie(family, session) < std::tie(other.family, other.session); }
  };

  Expected refused(std::string code, std::int64_t pence = 0);
  Expected done(std::int64_t pence);
  void move(const std::string& account, std::int64_t pence);
  /// From the stream to `to`, or back, with what may be pooled.
  void pool(const std::string& plan, const std::string& stream, const std::string& to, std::int64_t pence);
  Expected change_plan(const Plan* before, const Plan& plan);
  /// Takes all wanted parts out of the families' streams, into `to + plan:stream` or `to` alone.
  Expected draw(const HoldRequest& terms, const std::vector<Want>& wants, bool is_charge, const std::string& to,
                std::vector<std::pair<std::int64_t, Share>>& drawn);
  /// What of a plan pools hold and fees have reserved.
  [[nodiscard]] std::int64_t bound(const std::string& plan) const;
  /// Everything that is held of a share goes back.
  std::int64_t free(const std::string& pool, Share& share);
  static void sweep(Pool& pool);

  Days today_;
  std::map<std::string, std::int64_t> balances_;
  std::vector<std::pair<std::string, std::int64_t>> moves_;  // of the request that is looked at
  std::map<Id<"plan">, Plan> plans_;
  std::set<Id<"plan">> paid_into_;
  std::map<Id<"fee">, FeeState> fees_;
  std::map<std::pair<Id<"plan">, Stream>, std::int64_t> carried_;
  std::map<Id<"pool">, Pool> pools_;
};

}  // namespace cp::payments
