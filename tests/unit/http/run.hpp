// Runs a coroutine to its end on the calling thread.
#pragma once

#include "shared/core/task.hpp"

#include <boost/asio/co_spawn.hpp>

#include <exception>
#include <optional>

namespace cp {

/// Keeps the answer, which need not have a value without one.
template <class T>
Task<void> answer_into(Task<T> task, std::optional<T>& answer) {
  answer.emplace(co_await std::move(task));
}

template <class T>
T run(Task<T> task) {
  boost::asio::io_context context(1);
  std::optional<T> answer;
  std::exception_ptr failure;
  boost::asio::co_spawn(context, answer_into(std::move(task), answer),
                        [&](std::exception_ptr failed) { failure = failed; });
  context.run();
  if (failure) std::rethrow_exception(failure);
  return std::move(*answer);
}

}  // namespace cp
