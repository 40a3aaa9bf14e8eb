// What the ledger's operations add up to for families: agreed plans, pools with their shares, and
// which periods are closed. All of it is in memory and follows from the operations alone.
#pragma once

#include "payments/book/facts.hpp"
#include "payments/ledger/machine.hpp"
#include "payments/model.hpp"
#include "payments/book/pieces.hpp"

#include <deque>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

namespace cp::payments {

std::string funding_account(const Id<"authority">& authority, Stream stream);
std::string available_account(const Id<"plan">& plan, Stream stream, const Instalment& from);
std::string held_account(const Id<"pool">& pool, const Id<"plan">& plan, Stream stream, const Instalment& from);
std::string payable_account(const Id<"provider">& provider, const Id<"pool">& pool);
std::string batched_account(const Id<"payment-run">& run, const Id<"provider">& provider);
std::string sent_account(const Id<"payment-run">& run, const Id<"provider">& provider);
std::string settled_account(const Id<"payment-run">& run, const Id<"provider">& provider);
std::string reserved_account(const Id<"fee">& fee, const Id<"plan">& plan, Stream stream, const Instalment& from);
/// A fee is owed and paid as a pool is: by its id in the pool's place.
inline Id<"pool"> billed_as(const Id<"fee">& fee) { return Id<"pool">(fee.text()); }
std::string paid_in_account(const Id<"authority">& authority, const Id<"family">& family);
std::string granted_account(const Id<"plan">& plan);
std::string cap_account(const Id<"plan">& plan);
std::string pooled_account(const Id<"plan">& plan);

/// A share of a pool: what of it is reserved, and what was taken and not refunded, by plan and stream.
struct BookShare {
  struct Part {
    Id<"plan"> plan;
    Stream stream = Stream::short_breaks;
    Instalment from;
    Money held, charged;
  };
  Id<"share"> id;
  Id<"family"> family;
  Date date = {};
  ledger::Day held_on = 0;
  bool was_charged = false;
  std::vector<Part> parts;

  [[nodiscard]] Money held() const;
  [[nodiscard]] Money charged() const;
};

struct BookPlan {
  Plan terms;
  std::uint64_t sequence = 0;  // the last operation that it counts
  bool changed = false;        // since it was saved

  [[nodiscard]] const std::string& key() const { return terms.id.text(); }
  void write(FactEncoder& to) const;
  static BookPlan read(FactDecoder& from);
};

struct BookPool {
  PoolNote note;
  std::int64_t agreement_version = 1;
  std::map<std::int64_t, std::vector<BookShare>> sessions;  // shares held now, or charged once
  std::uint64_t sequence = 0;
  bool changed = false;

  [[nodiscard]] const std::string& key() const { return note.pool.text(); }
  /// Refunded since or not: a session is paid once.
  [[nodiscard]] bool was_charged(std::int64_t session) const;
  BookShare* find(const Id<"share">& share);
  void write(FactEncoder& to) const;
  static BookPool read(FactDecoder& from);
};

/// A fee: what of it is still reserved, and what was charged in which month.
struct BookFee {
  Fee fee;
  std::string authority;
  std::map<Month, Money> months;
  std::uint64_t sequence = 0;
  bool changed = false;

  [[nodiscard]] const std::string& key() const { return fee.id.text(); }
  [[nodiscard]] Money reserved() const { return sum_of(fee.parts, &Fee::Part::reserved); }
  [[nodiscard]] Money charged() const { return sum_of(fee.parts, &Fee::Part::charged); }
  void write(FactEncoder& to) const;
  static BookFee read(FactDecoder& from);
};

/// What was carried over of a plan that has ended.
struct BookEnding {
  Id<"plan"> plan;
  std::vector<Carried> carried;
  std::uint64_t sequence = 0;
  bool changed = false;

  [[nodiscard]] const std::string& key() const { return plan.text(); }
  void write(FactEncoder& to) const;
  static BookEnding read(FactDecoder& from);
};

/// To whom parts of a plan were handed over, in the order in which it was said.
struct BookHolders {
  Id<"plan"> plan;
  std::vector<HandOver> hand_overs;
  std::uint64_t sequence = 0;
  bool changed = false;

  [[nodiscard]] const std::string& key() const { return plan.text(); }
  void write(FactEncoder& to) const;
  static BookHolders read(FactDecoder& from);
};

/// The authority's periods up to this day are closed.
struct BookClosing {
  std::string authority;
  Date through = {};
  bool changed = false;

  [[nodiscard]] const std::string& key() const { return authority; }
  void write(FactEncoder& to) const;
  static BookClosing read(FactDecoder& from);
};

/// The last statement that a family was issued.
struct BookStatement {
  Id<"family"> family;
  std::int64_t number = 0;
  Date last = {};
  bool changed = false;

  [[nodiscard]] const std::string& key() const { return family.text(); }
  void write(FactEncoder& to) const;
  static BookStatement read(FactDecoder& from);
};

/// An operation that was undone; it cannot be undone twice.
struct BookReversal {
  std::string undone;  // its sequence
  bool changed = false;

  [[nodiscard]] const std::string& key() const { return undone; }
  void write(FactEncoder& to) const { to.text(undone); }
  static BookReversal read(FactDecoder& from) { return {std::string(from.text()), false}; }
};

/// Where a payment of a run stands. What came back, or was cancelled, is owed again.
enum class RunStep { batched, sent, settled, returned, cancelled };
constexpr auto names_of(RunStep) {
  return names<RunStep>({{RunStep::batched, "batched"},
                         {RunStep::sent, "sent"},
                         {RunStep::settled, "settled"},
                         {RunStep::returned, "returned"},
                         {RunStep::cancelled, "cancelled"}});
}
/// What is in a run is not owed beside it.
constexpr bool is_taken(RunStep step) { return step != RunStep::returned && step != RunStep::cancelled; }

struct BookRun {
  struct Payment {
    Id<"provider"> payee;
    Id<"bank-details"> details;
    RunStep step = RunStep::batched;
    std::vector<RunPart> parts;
    [[nodiscard]] Money amount() const;
  };
  Id<"payment-run"> id;
  std::string authority;
  Id<"account"> made_by;
  Timestamp made_at = {};
  Date pay_on = {};
  std::vector<Payment> payments;
  std::uint64_t sequence = 0;
  bool changed = false;

  [[nodiscard]] const std::string& key() const { return id.text(); }
  [[nodiscard]] const Payment* find(const Id<"provider">& payee) const;
  void write(FactEncoder& to) const;
  static BookRun read(FactDecoder& from);
};

class Book final : public ledger::Meaning {
 public:
  /// Holds that are not charged so many days after their session expire.
  explicit Book(std::int64_t expiry_days);

  [[nodiscard]] const BookPlan* plan(const Id<"plan">& id) const { return plans_.find(id.text()); }
  [[nodiscard]] const BookPool* pool(const Id<"pool">& id) const { return pools_.find(id.text()); }
  [[nodiscard]] const std::deque<BookPlan>& plans() const { return plans_.all(); }
  [[nodiscard]] const std::deque<BookPool>& pools() const { return pools_.all(); }
  /// The pools that have held money of the plan, in the order in which they first did; some may hold none now.
  [[nodiscard]] const std::vector<const BookPool*>& pools_of(const Id<"plan">& plan) const;
  [[nodiscard]] const BookRun* run(const Id<"payment-run">& id) const { return runs_.find(id.text()); }
  [[nodiscard]] const std::deque<BookRun>& runs() const { return runs_.all(); }
  [[nodiscard]] const BookStatement* statement(const Id<"family">& id) const { return statements_.find(id.text()); }
  [[nodiscard]] bool is_reversed(std::uint64_t sequence) const { return reversals_.find(std::to_string(sequence)) != nullptr; }
  /// What of each month's invoice of a pool is charged, not refunded and in no run; months with
  /// nothing are left out. Their sum is what the ledger says is payable.
  [[nodiscard]] std::map<Month, Money> owed(const BookPool& pool) const;
  [[nodiscard]] std::map<Month, Money> owed(const BookFee& fee) const;
  /// Who holds what this pays of a session on a day.
  [[nodiscard]] Holder holder_of(const SharePart& part, Date day) const;
  [[nodiscard]] const BookEnding* ending(const Id<"plan">& id) const { return endings_.find(id.text()); }
  [[nodiscard]] const BookFee* fee(const Id<"fee">& id) const { return fees_.find(id.text()); }
  [[nodiscard]] const std::deque<BookFee>& fees() const { return fees_.all(); }
  [[nodiscard]] std::vector<const BookFee*> fees_of(const Id<"plan">& plan) const;
  /// The plan with what is left of its streams, own money included, and what is pooled of it.
  [[nodiscard]] static Plan with_balances(const ledger::Accounts& accounts, const BookPlan& plan);
  /// The family's agreed plans, with balances.
  [[nodiscard]] std::vector<Plan> plans_of(const ledger::Accounts& accounts, const Id<"authority">& authority,
                                           const Id<"family">& family) const;
  [[nodiscard]] bool has_expired(Date session, Date today) const;

  using ledger::Meaning::apply;
  void apply(const ledger::Operation& operation, const std::any& fact) override;
  [[nodiscard]] std::optional<std::string> broken_rule(const ledger::Operation& operation,
                                                       const ledger::Accounts& accounts) const override;
  [[nodiscard]] Result<Done> may_count_for(const std::string& scope, ledger::Day effective) const override;
  std::vector<ledger::Shelf*> shelves() override { return {&plans_, &pools_, &closings_, &runs_, &statements_, &reversals_, &fees_,
                                                                                              &endings_, &holders_}; }

 private:
  void take(const ledger::Operation& operation, const PlanFact& fact);
  void take(const ledger::Operation& operation, const PermissionFact& fact);
  void take(const ledger::Operation& operation, const HoldFact& fact);
  void take(const ledger::Operation& operation, const ChargeFact& fact);
  void take(const ledger::Operation& operation, const ReleaseFact& fact);
  void take(const ledger::Operation& operation, const RefundFact& fact);
  void take(const ledger::Operation& operation, const ClosingFact& fact);
  void take(const ledger::Operation& operation, const BatchFact& fact);
  void take(const ledger::Operation& operation, const SendFact& fact);
  void take(const ledger::Operation& operation, const SettleFact& fact);
  void take(const ledger::Operation& operation, const RejectFact& fact);
  void take(const ledger::Operation& operation, const StatementFact& fact);
  void take(const ledger::Operation& operation, const ReversalFact& fact);
  void undo(const ledger::Operation& operation, const ReversalFact& by, const PlanFact& fact);
  void undo(const ledger::Operation& operation, const ReversalFact& by, const PermissionFact& fact);
  void undo(const ledger::Operation& operation, const ReversalFact& by, const ChargeFact& fact);
  void undo(const ledger::Operation& operation, const ReversalFact& by, const ReleaseFact& fact);
  void undo(const ledger::Operation& operation, const ReversalFact& by, const RefundFact& fact);
  // Own money is in no plan's terms: what there is of it, its accounts say.
  void take(const ledger::Operation&, const DepositFact&) {}
  void undo(const ledger::Operation&, const ReversalFact&, const DepositFact&) {}
  void take(const ledger::Operation& operation, const HandOverFact& fact);
  void take(const ledger::Operation& operation, const FeeFact& fact);
  void take(const ledger::Operation& operation, const EndingFact& fact);
  void take(const ledger::Operation& operation, const FeeMoveFact& fact);
  void undo(const ledger::Operation& operation, const ReversalFact& by, const FeeMoveFact& fact);
  void undo(const ledger::Operation& operation, const ReversalFact& by, const EndingFact& fact);
  void take(const ledger::Operation&, const std::monostate&) {}
  /// The run, unless it counts this operation already.
  BookRun* run_to_change(const Id<"payment-run">& id, std::uint64_t sequence);
  void hold_shares(BookPool& pool, const std::vector<HeldShare>& shares, ledger::Day today);
  void note_plans(const BookPool& pool, const BookShare& share);
  /// The pool, unless it counts this operation already.
  BookPool* pool_to_change(const Id<"pool">& id, std::uint64_t sequence);

  void move_fee(const ledger::Operation& operation, const FeeMoveFact& fact, Date day, std::int64_t sign);
  /// What of it is in payment runs is not owed beside them; months with nothing are left out.
  [[nodiscard]] std::map<Month, Money> less_taken(std::map<Month, Money> months, const Id<"pool">& billed) const;

  std::int64_t expiry_days_;
  Pieces<BookPlan> plans_;
  Pieces<BookPool> pools_;
  Pieces<BookClosing> closings_;
  Pieces<BookRun> runs_;
  Pieces<BookStatement> statements_;
  Pieces<BookReversal> reversals_;
  Pieces<BookFee> fees_;
  Pieces<BookEnding> endings_;
  Pieces<BookHolders> holders_;
  std::unordered_map<std::string, std::vector<std::size_t>> plans_of_family_;
  std::unordered_map<std::string, std::vector<std::size_t>> runs_of_pool_;
  std::unordered_map<std::string, std::vector<const BookPool*>> pools_of_plan_;
  std::unordered_map<std::string, std::vector<std::size_t>> fees_of_plan_;
};

}  // namespace cp::payments
