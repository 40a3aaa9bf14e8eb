// Coroutines of the I/O threads, and how they wait for what other threads do.
#pragma once

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <functional>
#include <memory>
#include <utility>

namespace cp {

/// Each I/O thread runs one `io_context(1)`; naming its executor's type, instead of Asio's
/// type-erased default, is worth a tenth of a request.
using Executor = boost::asio::io_context::executor_type;
template <class T>
using Task = boost::asio::awaitable<T, Executor>;
inline constexpr boost::asio::use_awaitable_t<Executor> use_task{};

/// Suspends until `done` was called, once, from any thread; resumes on the caller's own thread.
/// `start(done)` is called at once, with `done` a `std::function<void(T)>`. `start` is taken by
/// reference to a named object, because g++ 12 destroys temporaries in `co_await` twice.
template <class T, class Start>
Task<T> wait_for(Start& start) {
  co_return co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<Executor>, void(T)>(
      [&start](auto handler) {
        const auto executor = boost::asio::get_associated_executor(handler);
        auto waiting = std::make_shared<decltype(handler)>(std::move(handler));
        start([waiting, executor, guard = boost::asio::make_work_guard(executor)](T value) {
          boost::asio::post(executor, [waiting, value = std::move(value)]() mutable {
            std::move (*waiting)(std::move(value));
          });
        });
      },
      use_task);
}

}  // namespace cp
