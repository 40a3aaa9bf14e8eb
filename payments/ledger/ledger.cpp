#include "payments/ledger/ledger.hpp"

#include "shared/core/log.hpp"

#include <utility>

namespace cp::ledger {
namespace {

Error stopped() { return unavailable("The ledger has stopped writing. Staff have to look at it."); }

}  // namespace

Ledger::Ledger(std::unique_ptr<Journal> journal, Meaning* meaning, LedgerOptions options, const Clock& clock)
    : journal_(std::move(journal)), options_(options), clock_(clock), machine_(*journal_, meaning, options.machine) {
  machine_.before_reading([this] {
    wait_for_append();
    if (stale_) throw JournalFault("what was decided before could not be written");
  });
  decider_ = std::thread([this] { decide_loop(); });
  appender_ = std::thread([this] { append_loop(); });
}

Ledger::~Ledger() { stop(); }

bool Ledger::submit(Job& job) {
  {
    const std::scoped_lock lock(mutex_);
    if (closed_ || queue_.size() >= options_.queue_limit) {
      ++refused_;
      return false;
    }
    queue_.push_back(&job);
    if (queue_.size() > 1) return true;  // the thread that decides knows already
  }
  changed_.notify_one();
  return true;
}

// ---------------------------------------------------------------- deciding

bool Ledger::take(std::vector<Job*>& jobs, bool& hand_on) {
  jobs.clear();
  std::unique_lock lock(mutex_);
  const auto has_room = [&] {
    return decided_.size() < options_.batch_limit && machine_.batch_bytes() < options_.batch_bytes;
  };
  changed_.wait(lock, [&] {
    return (!queue_.empty() && has_room()) || (!decided_.empty() && !appending_) || (closed_ && queue_.empty() && !appending_);
  });
  while (!queue_.empty() && has_room() && decided_.size() + jobs.size() < options_.batch_limit) {
    jobs.push_back(queue_.front());
    queue_.pop_front();
  }
  // A batch goes as soon as the disk is free and nothing more waits to join it.
  hand_on = jobs.empty();
  return !jobs.empty() || !decided_.empty();
}

void Ledger::decide_loop() {
  std::vector<Job*> jobs;
  bool is_ready = false;
  while (take(jobs, is_ready)) {
    if (is_ready) hand_on();
    else decide(jobs);
  }
  try {
    if (!halted_ && !stale_) machine_.save_all();
  } catch (const std::exception& failure) {
    log::warning("the ledger's state was not saved; the next start reads it again", {{"why", failure.what()}});
  }
  {
    const std::scoped_lock lock(mutex_);
    ended_ = true;
  }
  handed_.notify_one();
}

std::optional<Error> Ledger::may_write() {
  if (halted_) return stopped();
  if (!stale_) return std::nullopt;
  // What is durable and what is not can only be read from the journal.
  wait_for_append();
  try {
    machine_.recover();
    stale_ = false;
    return std::nullopt;
  } catch (const JournalFault& failure) {
    return fault(failure.what());
  } catch (const std::exception& failure) {
    halt(failure.what());
    return stopped();
  }
}

void Ledger::decide(std::vector<Job*>& jobs) {
  std::optional<Error> failed;
  // Nothing is decided on states that a fault has made worthless; those decided on them fail too.
  if (halted_ || stale_) {
    finish(std::exchange(decided_, {}), unavailable("The ledger could not write. Try again with the same key."));
    failed = may_write();
  }
  if (!failed) {
    const auto now = clock_.now();
    try {
      for (auto* job : jobs) job->run(machine_, now);
    } catch (const JournalFault& failure) {
      failed = fault(failure.what());
    } catch (const std::exception& broken) {
      halt(broken.what());
      failed = stopped();
    }
  }
  decided_.insert(decided_.end(), jobs.begin(), jobs.end());
  if (failed) finish(std::exchange(decided_, {}), failed);
}

void Ledger::hand_on() {
  if (halted_ || stale_) {
    finish(std::exchange(decided_, {}), unavailable("The ledger could not write. Try again with the same key."));
    return;
  }
  Batch batch{std::exchange(decided_, {}), machine_.seal()};
  bool is_busy = false;
  {
    const std::scoped_lock lock(mutex_);
    is_busy = !queue_.empty();
    if (is_busy) appending_ = std::move(batch);
  }
  // With nothing to decide meanwhile, handing it over would only cost time.
  if (is_busy) handed_.notify_one();
  else append(batch);
}

// ---------------------------------------------------------------- making durable

void Ledger::append_loop() {
  while (true) {
    {
      std::unique_lock lock(mutex_);
      handed_.wait(lock, [&] { return ended_ || appending_; });
      if (!appending_) return;
    }
    append(*appending_);
    {
      const std::scoped_lock lock(mutex_);
      appending_.reset();
    }
    changed_.notify_one();
  }
}

void Ledger::append(Batch& batch) {
  std::optional<Error> failed;
  try {
    ledger::append(*journal_, batch.sealed);
    operations_ += static_cast<std::int64_t>(batch.sealed.records.size());
    batches_ += batch.sealed.records.empty() ? 0 : 1;
  } catch (const LeaseLost& lost) {
    halt(lost.what());
    failed = unavailable("Another process keeps the ledger now.");
  } catch (const std::exception& failure) {
    failed = fault(failure.what());
  }
  finish(batch.jobs, failed);
}

void Ledger::wait_for_append() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return !appending_; });
}

void Ledger::finish(const std::vector<Job*>& jobs, const std::optional<Error>& failed) {
  for (auto* job : jobs) job->finish(failed);
}

std::optional<Error> Ledger::fault(const std::string& why) {
  ++faults_;
  stale_ = true;
  log::error("the ledger could not read or write", {{"why", why}});
  return unavailable("The ledger could not write. Nothing was acknowledged; try again with the same key.");
}

void Ledger::halt(const std::string& why) {
  halted_ = true;
  log::error("the ledger has stopped writing", {{"why", why}});
}

// ---------------------------------------------------------------- callers

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
  if (decider_.joinable()) decider_.join();
  if (appender_.joinable()) appender_.join();
}

}  // namespace cp::ledger
