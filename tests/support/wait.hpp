// Waits for what a service's client answers, on the test's own thread.
#pragma once

#include "shared/core/error.hpp"
#include "shared/core/task.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <optional>
#include <utility>

namespace cp::test {

template <class T>
Result<T> wait(Task<Result<T>> task) {
  boost::asio::io_context io(1);
  std::optional<Result<T>> answer;
  auto whole = [&]() -> Task<void> { answer = co_await std::move(task); };
  boost::asio::co_spawn(io, whole(), [](std::exception_ptr failure) {
    if (failure) std::rethrow_exception(failure);
  });
  io.run();
  return std::move(*answer);
}

}  // namespace cp::test
