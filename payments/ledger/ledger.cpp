#include "payments/ledger/ledger.hpp"

#include "shared/core/log.hpp"

namespace cp::ledger {

Ledger::Ledger(std::unique_ptr<Journal> journal, Meaning* meaning, LedgerOptions options, const Clock& clock)
    : journal_(std::move(journal)), options_(options), clock_(clock), machine_(*journal_, meaning, options.machine),
      thread_([this] { loop(); }) {}

Ledger::~Ledger() { stop(); }

bool Ledger::submit(Job& job) {
  {
    const std::scoped_lock lock(mutex_);
    if (closed_ || queue_.size() >= options_.queue_limit) {
      ++refused_;
      return false;
    }
    queue_.push_back(&job);
    if (queue_.size() > 1) return true;  // the writer is awake
  }
  changed_.notify_one();
  return true;
}

bool Ledger::take(std::vector<Job*>& jobs) {
  jobs.clear();
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return closed_ || !queue_.empty(); });
  while (!queue_.empty() && jobs.size() < options_.batch_limit) {
    jobs.push_back(queue_.front());
    queue_.pop_front();
  }
  return !jobs.empty();
}

void Ledger::loop() {
  std::vector<Job*> jobs;
  while (take(jobs)) run_batch(jobs);
  try {
    if (!halted_ && !stale_) machine_.save_all();
  } catch (const std::exception& failure) {
    log::warning("the ledger's state was not saved; the next start reads it again", {{"why", failure.what()}});
  }
}

void Ledger::halt(const std::string& why) {
  halted_ = true;
  log::error("the ledger has stopped writing", {{"why", why}});
}

std::optional<Error> Ledger::commit() {
  try {
    const auto size = machine_.batch_size();
    machine_.commit();
    operations_ += static_cast<std::int64_t>(size);
    batches_ += size > 0 ? 1 : 0;
    return std::nullopt;
  } catch (const LeaseLost& lost) {
    halt(lost.what());
    return unavailable("Another process keeps the ledger now.");
  } catch (const std::exception& failure) {
    return fault(failure.what());
  }
}

std::optional<Error> Ledger::fault(const std::string& why) {
  ++faults_;
  stale_ = true;
  log::error("the ledger could not read or write", {{"why", why}});
  return unavailable("The ledger could not write. Nothing was acknowledged; try again with the same key.");
}

std::optional<Error> Ledger::recover() {
  try {
    machine_.recover();
    stale_ = false;
    return std::nullopt;
  } catch (const JournalFault& failure) {
    return fault(failure.what());
  } catch (const std::exception& failure) {
    halt(failure.what());
    return unavailable("The ledger has stopped writing. Staff have to look at it.");
  }
}

void Ledger::run_batch(std::vector<Job*>& jobs) {
  std::optional<Error> failed;
  if (halted_) failed = unavailable("The ledger has stopped writing. Staff have to look at it.");
  // After a fault, what is durable and what is not can only be read from the journal.
  if (!failed && stale_) failed = recover();
  if (!failed) {
    const auto now = clock_.now();
    try {
      for (auto* job : jobs) job->run(machine_, now);
    } catch (const JournalFault& failure) {
      failed = fault(failure.what());
    } catch (const std::exception& broken) {
      halt(broken.what());
      failed = unavailable("The ledger has stopped writing. Staff have to look at it.");
    }
  }
  if (!failed) failed = commit();
  if (!failed && listener_) listener_(machine_.head().sequence);
  for (auto* job : jobs) job->finish(failed);
}

Task<Result<Reply>> Ledger::perform(Command& command) {
  Waiting<Reply> waiting([&](Machine& machine, Timestamp now) { return machine.execute(command, now); });
  co_return co_await waiting.wait_in(*this);
}

Result<Reply> Ledger::perform_now(Command& command) {
  Waiting<Reply> waiting([&](Machine& machine, Timestamp now) { return machine.execute(command, now); });
  return waiting.block_on(*this);
}

LedgerStatistics Ledger::statistics() const {
  return {operations_, batches_, refused_, faults_, halted_};
}

void Ledger::stop() {
  {
    const std::scoped_lock lock(mutex_);
    closed_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

}  // namespace cp::ledger
