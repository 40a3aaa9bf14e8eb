// A piece of work that a test hands to a database and waits for later.
#pragma once

#include "shared/db/database.hpp"

#include <functional>
#include <future>

namespace cp::test {

class PendingJob final : public db::Job {
 public:
  explicit PendingJob(std::function<bool(db::Tx&)> work) : work_(std::move(work)) {}
  bool run(db::Tx& tx) override { return work_(tx); }
  void finish(std::exception_ptr failure) override {
    if (failure) finished_.set_exception(failure);
    else finished_.set_value();
  }
  /// Throws what the work or the commit threw.
  void wait() { answer_.get(); }
  bool failed() {
    try {
      wait();
      return false;
    } catch (const std::exception&) {
      return true;
    }
  }

 private:
  std::function<bool(db::Tx&)> work_;
  std::promise<void> finished_;
  std::future<void> answer_ = finished_.get_future();
};

/// Keeps a database thread busy from when it has begun until `release`.
class Gate {
 public:
  Gate() : job_([this](db::Tx&) { return hold(); }) {}
  void close(db::Database& database) {
    if (!database.submit_write(job_)) throw std::logic_error("the gate was refused");
    begun_.get_future().wait();
  }
  void release() {
    released_.set_value();
    job_.wait();
  }

 private:
  bool hold() {
    begun_.set_value();
    released_.get_future().wait();
    return true;
  }
  std::promise<void> begun_;
  std::promise<void> released_;
  PendingJob job_;
};

}  // namespace cp::test
