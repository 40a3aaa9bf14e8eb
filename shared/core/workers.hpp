// Threads for work that takes long: password hashing, matching. Never on an I/O thread.
#pragma once

#include "shared/core/error.hpp"
#include "shared/core/task.hpp"

#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace cp {

/// A few threads behind a bounded queue. When it is full, `run` answers `unavailable` at once.
class Workers {
 public:
  Workers(std::size_t threads, std::size_t queue_limit);
  ~Workers() { stop(); }
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  /// Runs `work()`, which returns a `Result`, on one of the threads, and resumes the caller on its
  /// own. `work` is a named object of the caller's coroutine.
  template <class Work>
  Task<std::invoke_result_t<Work&>> run(Work& work);

  /// Finishes what is queued and joins.
  void stop();
  [[nodiscard]] std::size_t queue_length() const;

 private:
  bool submit(std::function<void()> job);
  void loop();

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> queue_;
  std::size_t queue_limit_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

template <class Work>
Task<std::invoke_result_t<Work&>> Workers::run(Work& work) {
  using Answer = std::invoke_result_t<Work&>;
  static_assert(is_result<Answer>, "work given to the workers returns a Result");
  std::optional<Answer> answer;
  std::exception_ptr failure;
  auto start = [&](std::function<void(bool)> done) {
    const bool accepted = submit([&, done] {
      try {
        answer.emplace(work());
      } catch (...) {
        failure = std::current_exception();
      }
      done(true);
    });
    if (!accepted) done(false);
  };
  const bool accepted = co_await wait_for<bool>(start);
  if (!accepted) co_return Answer(unavailable());
  if (failure) std::rethrow_exception(failure);
  co_return std::move(*answer);
}

}  // namespace cp
