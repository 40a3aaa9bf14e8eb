// The ledger's state machine: the same commands at the same times give the same bytes.
//
// A command is decided on the states in memory, posted, encoded, chained and put into the batch;
// `commit` makes the batch durable. Nobody may be answered before that.
#pragma once

#include "payments/ledger/accounts.hpp"
#include "payments/ledger/journal.hpp"
#include "payments/ledger/model.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <any>
#include <deque>
#include <functional>
#include <memory>
#include <vector>

namespace cp::ledger {

/// What a command that is not refused wants written.
struct Draft {
  std::vector<Leg> legs;
  std::string facts;
  std::any fact;                // what `facts` say, so that their meaning need not read them again; or nothing
  Money amount;                 // what the caller is told
  std::optional<Day> effective; // the day it counts for; today where it is not said
};

/// What somebody asks of the ledger. `decide` sees the states as they are when its turn comes, and
/// changes nothing. A refusal is an outcome: it is written down and answered again under its key,
/// unless it is of kind `unavailable`.
class Command {
 public:
  virtual ~Command() = default;
  virtual Result<Draft> decide(const Accounts& accounts, Timestamp now) = 0;

  OperationKind kind = OperationKind::transfer;
  std::string scope;
  std::string actor;
  std::string key;
  Hash request_hash = {};  // SHA-256 of the canonical request
};

/// What came of it.
struct Reply {
  std::uint64_t sequence = 0;
  OperationId id = {};
  Money amount;
  Timestamp recorded = {};
  bool again = false;  // it was done before; this is what was answered then
};

/// What operations mean beyond the accounts: plans, shares, periods. Its state follows from the
/// operations alone.
class Meaning {
 public:
  virtual ~Meaning() = default;
  /// Takes an operation into account that is new or is replayed; refused ones come too. `fact` is
  /// the draft's; where there is none, the operation's bytes say it.
  virtual void apply(const Operation& operation, const std::any& fact) = 0;
  void apply(const Operation& operation) { apply(operation, {}); }
  /// A rule over what the operation is about to change, whatever it is; a text where it is broken.
  [[nodiscard]] virtual std::optional<std::string> broken_rule(const Operation& operation,
                                                               const Accounts& accounts) const = 0;
  /// Why this operation may not count for this day, such as a closed period.
  [[nodiscard]] virtual Result<Done> may_count_for(const std::string& scope, Day effective) const = 0;
  virtual std::vector<Shelf*> shelves() = 0;
};

struct MachineOptions {
  /// All state is saved once within this many operations; a start replays at most twice as many.
  std::uint64_t save_within = 100'000;
  /// Keys remembered in memory.
  std::size_t recent_keys = 65'536;
  /// How far the clock may go back before commands are refused; less is evened out.
  std::chrono::microseconds clock_tolerance = std::chrono::seconds(5);
};

/// A batch that is decided and only has to become durable.
struct Sealed {
  std::vector<Record> records;
  std::vector<KeyRow> keys;
  std::vector<StateRow> states;
  std::vector<SignedHead> signed_heads;
  Head head;
};
/// Makes it durable; throws as `Journal::append` does. On any thread, one at a time.
void append(Journal& journal, const Sealed& batch);

class Machine {
 public:
  /// Takes the lease and reads the state. `meaning` may be null: accounts only.
  Machine(Journal& journal, Meaning* meaning, MachineOptions options);

  /// Throws away what is not committed and reads the state from the journal.
  void recover();
  /// Decides one command and adds it to the batch. Throws `LedgerBroken`; then the batch must not
  /// be committed.
  Result<Reply> execute(Command& command, Timestamp now);
  /// Closes the batch and begins the next one on the states as they are now. What is sealed has to
  /// be appended in order; where that fails, everything after it has to be thrown away too.
  Sealed seal();
  /// Seals and appends at once.
  void commit() { append(journal_, seal()); }
  /// Called before the journal is read while commands are decided: what is sealed has to be there.
  void before_reading(std::function<void()> wait) { before_reading_ = std::move(wait); }
  /// Keeps a signed head with the journal, at the next commit.
  void keep(const SignedHead& head);
  /// Saves all state, so that the next start replays nothing.
  void save_all();

  [[nodiscard]] const Accounts& accounts() const { return accounts_; }
  [[nodiscard]] const Head& head() const { return head_; }  // with what is in the batch
  [[nodiscard]] std::size_t batch_bytes() const { return batch_bytes_; }

 private:
  struct KeyOrder {
    std::size_t operator()(const KeyBytes& key) const;
  };

  std::optional<std::uint64_t> find_key(const KeyBytes& key);
  Result<Reply> answer_again(const Command& command, std::uint64_t sequence);
  void remember(const KeyBytes& key, std::uint64_t sequence);
  /// What the command wants, posted: the operation has its entries.
  Result<Draft> try_to_post(Command& command, Operation& operation);
  void write(Operation operation, const KeyBytes& key);
  void save_some(std::uint64_t operations);
  void begin_round();
  void save(std::uint32_t shelf, std::size_t number);

  Journal& journal_;
  Meaning* meaning_;
  MachineOptions options_;
  Accounts accounts_;
  std::vector<Shelf*> shelves_;
  Head head_;
  Timestamp last_recorded_ = {};

  Sealed batch_;  // still open
  std::size_t batch_bytes_ = 0;
  std::function<void()> before_reading_ = [] {};

  // Every key of the last operations is here. Time-ordered keys above `forgotten_` can only be here.
  boost::unordered_flat_map<KeyBytes, std::uint64_t, KeyOrder> recent_;
  std::deque<KeyBytes> recent_order_;
  KeyBytes forgotten_ = {};

  // The round that saves what changed.
  std::uint32_t round_shelf_ = 0;         // where the next piece is
  std::size_t round_at_ = 0;              // its number
  std::uint64_t round_began_ = 0;         // the last operation when the round began
  std::uint64_t unsaved_operations_ = 0;  // not yet paid for by the round, in pieces times `save_within`
};

}  // namespace cp::ledger
