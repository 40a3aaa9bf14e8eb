// The ledger as services use it: one thread that decides, one that makes durable, and a bounded
// queue before them.
//
// While a batch is on its way to the disk the next one is being decided. Batches become durable in
// order and nobody is answered before theirs is. Where one fails, what was decided after it is
// thrown away, and the states are read again.
#pragma once

#include "payments/ledger/machine.hpp"
#include "shared/core/task.hpp"

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

namespace cp::ledger {

struct LedgerOptions {
  std::size_t queue_limit = 4'096;   // commands and questions waiting; more are refused
  std::size_t batch_limit = 1'000;   // commands made durable together
  std::size_t batch_bytes = 8 << 20; // a batch is closed when it has grown to this
  MachineOptions machine;
};

struct LedgerStatistics {
  std::int64_t operations = 0;  // written since the start
  std::int64_t batches = 0;
  std::int64_t refused = 0;     // the queue was full
  std::int64_t faults = 0;      // commits that failed
  bool halted = false;          // a rule was broken, or the state could not be read again
};

class Ledger {
 public:
  /// Takes the lease and reads the state, on the caller's thread; then writes on its own.
  Ledger(std::unique_ptr<Journal> journal, Meaning* meaning, LedgerOptions options, const Clock& clock);
  ~Ledger();
  Ledger(const Ledger&) = delete;
  Ledger& operator=(const Ledger&) = delete;

  /// A piece of work for the writer's thread. It is told once how it ended.
  class Job {
   public:
    virtual ~Job() = default;
    virtual void run(Machine& machine, Timestamp now) = 0;
    /// After what was read and written is durable; with an error where it was not done.
    virtual void finish(std::optional<Error> failed) = 0;
  };
  /// False, and the job untouched, when the queue is full or the ledger is stopping.
  bool submit(Job& job);

  /// Durable when it returns. Awaited on any I/O thread; `command` is a named object.
  Task<Result<Reply>> perform(Command& command);
  /// Runs `question(machine)` on the writer's thread, on the states as they are; answers when they
  /// are durable. A question changes nothing.
  template <class Question>
  Task<Result<std::invoke_result_t<Question&, Machine&>>> ask(Question& question);
  /// The same, blocking: for command lines, tests and threads of their own.
  Result<Reply> perform_now(Command& command);
  template <class Question>
  Result<std::invoke_result_t<Question&, Machine&>> ask_now(Question& question);

  [[nodiscard]] LedgerStatistics statistics() const;
  /// Finishes what is queued, saves all state and joins the thread.
  void stop();

 private:
  template <class Answer>
  class Waiting;

  /// Decided together, and on their way to the disk together.
  struct Batch {
    std::vector<Job*> jobs;
    Sealed sealed;
  };

  void decide_loop();
  void append_loop();
  /// Waits until there is a job to decide, or the open batch can be handed on. False at the end.
  bool take(std::vector<Job*>& jobs, bool& hand_on);
  void decide(std::vector<Job*>& jobs);
  void hand_on();
  void append(Batch& batch);
  void finish(const std::vector<Job*>& jobs, const std::optional<Error>& failed);
  std::optional<Error> may_write();
  /// A fault came between the states in memory and the journal.
  std::optional<Error> fault(const std::string& why);
  void halt(const std::string& why);
  void wait_for_append();

  std::unique_ptr<Journal> journal_;
  LedgerOptions options_;
  const Clock& clock_;
  Machine machine_;
  std::vector<Job*> decided_;  // the jobs of the open batch

  mutable std::mutex mutex_;
  std::condition_variable changed_;   // for the thread that decides
  std::condition_variable handed_;    // for the thread that appends
  std::deque<Job*> queue_;
  std::optional<Batch> appending_;    // what the other thread is at
  bool closed_ = false;
  bool ended_ = false;

  std::atomic<std::int64_t> operations_ = 0, batches_ = 0, refused_ = 0, faults_ = 0;
  std::atomic<bool> halted_ = false;
  std::atomic<bool> stale_ = false;  // the states have to be read again
  std::thread decider_, appender_;
};

// ---------------------------------------------------------------- how callers wait

/// Keeps what the work answered until it is durable.
template <class Answer>
class Ledger::Waiting final : public Job {
 public:
  using Work = std::function<Result<Answer>(Machine&, Timestamp)>;
  explicit Waiting(Work work) : work_(std::move(work)) {}
  void run(Machine& machine, Timestamp now) override { answer_ = work_(machine, now); }
  void finish(std::optional<Error> failed) override {
    if (failed) answer_ = std::move(*failed);
    auto done = std::move(done_);  // the job may be gone as soon as its caller goes on
    done(true);
  }
  void on_finish(std::function<void(bool)> done) { done_ = std::move(done); }
  Result<Answer> take() { return std::move(answer_); }

  Task<Result<Answer>> wait_in(Ledger& ledger) {
    auto start = [&](std::function<void(bool)> done) {
      on_finish(done);
      if (!ledger.submit(*this)) done(false);
    };
    if (!co_await wait_for<bool>(start)) co_return unavailable();
    co_return take();
  }
  Result<Answer> block_on(Ledger& ledger) {
    std::mutex mutex;
    std::condition_variable changed;
    bool finished = false;
    on_finish([&](bool) {
      const std::scoped_lock lock(mutex);
      finished = true;
      changed.notify_one();
    });
    if (!ledger.submit(*this)) return unavailable();
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return finished; });
    return take();
  }

 private:
  Work work_;
  Result<Answer> answer_ = unavailable();
  std::function<void(bool)> done_;
};

template <class Question>
Task<Result<std::invoke_result_t<Question&, Machine&>>> Ledger::ask(Question& question) {
  using Answer = std::invoke_result_t<Question&, Machine&>;
  Waiting<Answer> waiting([&](Machine& machine, Timestamp) -> Result<Answer> { return question(machine); });
  co_return co_await waiting.wait_in(*this);
}

template <class Question>
Result<std::invoke_result_t<Question&, Machine&>> Ledger::ask_now(Question& question) {
  using Answer = std::invoke_result_t<Question&, Machine&>;
  Waiting<Answer> waiting([&](Machine& machine, Timestamp) -> Result<Answer> { return question(machine); });
  return waiting.block_on(*this);
}

}  // namespace cp::ledger
