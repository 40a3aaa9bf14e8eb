// The bounded queue between the threads that ask and the threads of a database.
#pragma once

#include "shared/db/database.hpp"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <vector>

namespace cp::db {

enum class Lane { write, read };

struct QueuedJob {
  Job* job = nullptr;
  Lane lane = Lane::write;
};

/// First in, first out; writes and reads are each bounded by `limit`.
class JobQueue {
 public:
  explicit JobQueue(std::size_t limit) : limit_(limit) {}

  /// False when the lane is full or the queue is closed.
  bool push(Job& job, Lane lane) {
    {
      const std::scoped_lock lock(mutex_);
      auto& waiting = lane == Lane::write ? writes_ : reads_;
      if (closed_ || waiting >= limit_) return false;
      ++waiting;
      jobs_.push_back({&job, lane});
    }
    changed_.notify_one();
    return true;
  }

  /// Waits for work and moves up to `most` jobs into `out`. False when closed and empty.
  bool take(std::vector<QueuedJob>& out, std::size_t most) {
    out.clear();
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return closed_ || !jobs_.empty(); });
    while (!jobs_.empty() && out.size() < most) {
      --(jobs_.front().lane == Lane::write ? writes_ : reads_);
      out.push_back(jobs_.front());
      jobs_.pop_front();
    }
    return !out.empty();
  }

  /// What is queued is still handed out; nothing more comes in.
  void close() {
    {
      const std::scoped_lock lock(mutex_);
      closed_ = true;
    }
    changed_.notify_all();
  }

  [[nodiscard]] bool closed() const {
    const std::scoped_lock lock(mutex_);
    return closed_;
  }
  [[nodiscard]] std::size_t size() const {
    const std::scoped_lock lock(mutex_);
    return jobs_.size();
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<QueuedJob> jobs_;
  std::size_t limit_;
  std::size_t writes_ = 0;
  std::size_t reads_ = 0;
  bool closed_ = false;
};

/// `Statistics` while the threads are counting.
struct Counters {
  std::atomic<std::int64_t> commits = 0;
  std::atomic<std::int64_t> writes = 0;
  std::atomic<std::int64_t> reads = 0;
  std::atomic<std::int64_t> refused = 0;
  std::atomic<std::int64_t> retries = 0;

  [[nodiscard]] Statistics snapshot(std::size_t queue_length) const {
    return {commits, writes, reads, refused, retries, static_cast<std::int64_t>(queue_length)};
  }
};

}  // namespace cp::db
