// What the ledger should say, worked out a second time in the plainest way there is: balances by
// name in one map, shares in lists, no state machine and no history. It shares no code with what it
// is compared with; only the requests are the same.
#pragma once

#include "payments/book/facts.hpp"
#include "payments/ledger/model.hpp"
#include "payments/wire.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace cp::payments {

/// What a request should be answered with: done for an amount, or refused.
struct Expected {
  std::string code = {};   // empty: done
  std::int64_t pence = 0;  // the amount, or by how much it was too much where that is told
  std::vector<Expected> or_else = {};  // where several limits are passed, any of them may be told
};

class SimulationModel {
 public:
  using Days = std::chrono::sys_days;

  explicit SimulationModel(Id<"authority"> authority) : authority_(std::move(authority)) {}

  void set_today(Date today) {
    today_ = today;
    deed_ = {};
  }
  Expected agree(const Plan& plan);
  Expected revise(const Plan& plan);
  Expected permit(const Id<"plan">& plan, Money amount);
  Expected pay_in(const Id<"plan">& plan, Money amount);
  Expected pay_back(const Id<"plan">& plan, Money amount);
  Expected agree_fee(const Id<"fee">& fee, const Id<"plan">& plan, const Id<"provider">& payee, Stream stream, Money amount);
  /// No amount: the rest is not needed.
  Expected move_fee(const Id<"fee">& fee, std::optional<Money> amount);
  Expected hand_over(const Id<"plan">& plan, const HandOver& hand_over);
  /// Who holds it on a day.
  [[nodiscard]] Holder holder(const Id<"plan">& plan, Stream stream, const Instalment& instalment, Date day) const;
  Expected end(const Id<"plan">& plan, const std::optional<Id<"plan">>& next, std::int64_t percent, std::optional<Money> limit);
  Expected hold(const HoldRequest& request);
  Expected charge(const ChargeRequest& request);
  Expected release(const ReleaseRequest& request);
  Expected expire(const Id<"pool">& pool);
  Expected refund(const RefundRequest& request);
  Expected close(Date through);
  Expected issue(const StatementFact& statement);

  /// A provider whose bank details may be used.
  void know_details_of(const Id<"provider">& provider) { with_details_.push_back(provider); }
  Expected batch(const Id<"payment-run">& run, Date pay_on, const std::optional<std::vector<Id<"pool">>>& pools);
  /// `releases`: how many people who did not make it have released it.
  Expected send(const Id<"payment-run">& run, std::size_t releases);
  Expected settle(const Id<"payment-run">& run, const std::vector<Id<"provider">>& payees);
  Expected come_back(const Id<"payment-run">& run, const std::vector<Id<"provider">>& payees);
  Expected cancel(const Id<"payment-run">& run);
  [[nodiscard]] std::vector<Id<"provider">> payees(const Id<"payment-run">& run) const;

  /// What was done last has this number in the ledger. True where the model knows what comes of undoing it.
  bool remember(std::uint64_t sequence);
  Expected undo(std::uint64_t sequence);
  /// What the plan was before an operation that changed it.
  [[nodiscard]] std::optional<Plan> terms_before(std::uint64_t sequence) const;

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
    int number = 0;  // its own, for as long as anybody may undo what was done with it
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

  /// What of a share was moved.
  struct Moved {
    int share = 0;
    std::string plan, stream;
    std::int64_t pence = 0;
  };
  /// What was done, as far as it takes to undo it.
  struct Deed {
    std::optional<ledger::OperationKind> kind;  // of what the model knows how to undo
    Id<"authority"> authority;
    std::int64_t pence = 0;
    std::map<std::string, std::int64_t> moves;
    Id<"plan"> plan;
    std::optional<Plan> before;
    Money permitted;
    Id<"pool"> pool;
    std::vector<int> touched;                               // shares that were charged or refunded, with anything or nothing
    std::vector<Moved> taken, added, freed, refunded;
    std::vector<std::pair<std::int64_t, Share>> given_back;  // by session
    Id<"fee"> fee;
    std::vector<std::int64_t> of_fee;  // by the fee's parts
    Id<"plan"> ended;
    std::map<Stream, std::int64_t> carried;
    bool undone = false;
  };
  struct Payment {
    std::map<Id<"pool">, std::int64_t> pools;
    std::string step = "batched";
    [[nodiscard]] std::int64_t sum() const;
  };
  struct Run {
    Date pay_on;
    std::map<Id<"provider">, Payment> payments;
    [[nodiscard]] bool any(std::string_view step) const;
  };

  Expected refused(std::string code, std::int64_t pence = 0);
  Expected done(std::int64_t pence);
  void move(const std::string& account, std::int64_t pence);
  /// From the stream to `to`, or back, with what may be pooled.
  void pool(const std::string& plan, const std::string& stream, const std::string& to, std::int64_t pence);
  static std::int64_t most_pooled(const Plan& plan);
  Expected change_plan(const Plan* before, const Plan& plan);
  /// Takes all wanted parts out of the families' streams, into `to + plan:stream` or `to` alone.
  Expected draw(const HoldRequest& terms, const std::vector<Want>& wants, bool is_charge, const std::string& to,
                std::vector<std::pair<std::int64_t, Share>>& drawn);
  /// What of a plan pools hold and fees have reserved.
  [[nodiscard]] std::int64_t bound(const std::string& plan) const;
  /// Everything that is held of a share goes back.
  std::int64_t free(const std::string& pool, Share& share);
  static void sweep(Pool& pool);
  /// Everything of a payment from the account of its step to that of another, or back to what is owed.
  void move_payment(const Id<"payment-run">& run, const Id<"provider">& payee, Payment& payment, const std::string& to);
  /// The payments of a run that stand at one of the steps `from` go on to `to`, all or none.
  Expected move_payments(const Id<"payment-run">& run, const std::vector<Id<"provider">>& payees,
                         const std::set<std::string>& from, const std::string& to, ledger::OperationKind kind);
  Share* find(Pool& pool, int share);
  Part* part_of(Pool& pool, const Moved& moved);
  [[nodiscard]] std::optional<Expected> why_not(const Deed& deed);
  void put_back(const Deed& deed);

  Id<"authority"> authority_;
  Days today_;
  std::map<std::string, std::int64_t> balances_;
  std::vector<std::pair<std::string, std::int64_t>> moves_;  // of the request that is looked at
  std::map<Id<"plan">, Plan> plans_;
  std::set<Id<"plan">> paid_into_;
  std::map<Id<"fee">, FeeState> fees_;
  std::map<std::pair<Id<"plan">, Stream>, std::int64_t> carried_;
  std::map<Id<"plan">, std::vector<HandOver>> hand_overs_;
  std::map<Id<"pool">, Pool> pools_;
  int last_share_ = 0;
  std::vector<Id<"provider">> with_details_;
  std::map<Id<"payment-run">, Run> runs_;
  std::map<Id<"family">, std::pair<std::int64_t, Date>> statements_;  // number and last day of the last one
  Deed deed_;                                                         // of the request that is looked at
  std::map<std::uint64_t, Deed> deeds_;                               // the last ones, by the ledger's number
  std::map<Id<"plan">, std::uint64_t> changed_by_;                    // the last operation that changed a plan
};

}  // namespace cp::payments
