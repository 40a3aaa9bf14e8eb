#include "shared/db/database.hpp"

#include <condition_variable>
#include <mutex>

namespace cp::db {
namespace {

/// Holds the calling thread until the database's thread has finished the work.
class BlockingJob final : public Job {
 public:
  explicit BlockingJob(const std::function<void(Tx&)>& work) : work_(work) {}
  bool run(Tx& tx) override {
    work_(tx);
    return true;
  }
  void finish(std::exception_ptr failure) override {
    // Notified under the lock: the waiting thread destroys this object as soon as it may go on.
    const std::scoped_lock lock(mutex_);
    failure_ = failure;
    finished_ = true;
    changed_.notify_one();
  }
  void wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return finished_; });
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  const std::function<void(Tx&)>& work_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool finished_ = false;
  std::exception_ptr failure_;
};

}  // namespace

Date Row::date(int column) const {
  if (const auto value = parse_date(text(column))) return *value;
  throw DatabaseError("column " + std::to_string(column) + " holds no day");
}

Month Row::month(int column) const {
  if (const auto value = parse_month(text(column))) return *value;
  throw DatabaseError("column " + std::to_string(column) + " holds no month");
}

void Row::unknown_name(int column) const {
  throw DatabaseError("column " + std::to_string(column) + " holds a name this program does not know");
}

std::int64_t Tx::number(std::string_view sql, std::initializer_list<Param> params) {
  std::int64_t value = 0;
  bool first = true;
  run(sql, {params.begin(), params.size()}, [&](const Row& row) {
    if (first && !row.is_null(0)) value = row.integer(0);
    first = false;
  });
  return value;
}

void Database::write_now(const std::function<void(Tx&)>& work) {
  BlockingJob job(work);
  if (!submit_write(job)) throw Busy("the database's queue is full or closed");
  job.wait();
}

void Database::read_now(const std::function<void(Tx&)>& work) {
  BlockingJob job(work);
  if (!submit_read(job)) throw Busy("the database's queue is full or closed");
  job.wait();
}

}  // namespace cp::db
