#include "shared/core/workers.hpp"

#include <catch2/catch_test_macros.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <atomic>
#include <future>
#include <stdexcept>

using namespace cp;

namespace {

void spawn(boost::asio::io_context& io, Task<void> task) {
  boost::asio::co_spawn(io, std::move(task), [](std::exception_ptr thrown) {
    if (thrown) std::rethrow_exception(thrown);
  });
}

struct Seen {
  std::int64_t value = 0;
  std::string error;
  bool thrown = false;
  bool own_thread = false;
  bool other_thread = false;
};

Task<void> use(Workers& workers, Seen& seen) {
  const auto here = std::this_thread::get_id();
  auto answer = [&]() -> Result<std::int64_t> {
    seen.other_thread = std::this_thread::get_id() != here;
    return 42;
  };
  const auto answered = co_await workers.run(answer);
  seen.value = answered.value();
  seen.own_thread = std::this_thread::get_id() == here;
  auto refuse = []() -> Result<std::int64_t> { return conflict("not-now", "Not now."); };
  const auto refused = co_await workers.run(refuse);
  seen.error = refused.error().code;
  auto fail = []() -> Result<std::int64_t> { throw std::runtime_error("broken"); };
  try {
    const auto failed = co_await workers.run(fail);
    seen.error = "not thrown";
  } catch (const std::runtime_error&) {
    seen.thrown = true;
  }
}

Task<void> wait_for_release(Workers& workers, std::promise<void>& begun, std::shared_future<void> released,
                            std::atomic<int>& done) {
  auto work = [&]() -> Result<Done> {
    begun.set_value();
    released.wait();
    return Done{};
  };
  const auto answer = co_await workers.run(work);
  if (answer) ++done;
}

Task<void> count(Workers& workers, std::atomic<int>& done, std::atomic<int>& refused) {
  auto work = []() -> Result<Done> { return Done{}; };
  const auto answer = co_await workers.run(work);
  ++(answer ? done : refused);
}

}  // namespace

TEST_CASE("work is done on another thread and answered on the caller's own") {
  Workers workers(2, 8);
  boost::asio::io_context io(1);
  Seen seen;
  spawn(io, use(workers, seen));
  io.run();
  CHECK(seen.value == 42);
  CHECK(seen.error == "not-now");
  CHECK(seen.thrown);
  CHECK(seen.own_thread);
  CHECK(seen.other_thread);
}

TEST_CASE("a full queue refuses at once, and stopping finishes what is queued") {
  Workers workers(1, 2);
  boost::asio::io_context io(1);
  std::promise<void> begun;
  std::promise<void> release;
  std::atomic<int> done = 0;
  std::atomic<int> refused = 0;
  spawn(io, wait_for_release(workers, begun, release.get_future().share(), done));
  io.poll();
  begun.get_future().wait();
  for (int number = 0; number < 5; ++number) spawn(io, count(workers, done, refused));
  io.poll();
  CHECK(refused == 3);
  CHECK(workers.queue_length() == 2);
  release.set_value();
  workers.stop();
  io.run();
  CHECK(done == 3);

  io.restart();
  spawn(io, count(workers, done, refused));
  io.run();
  CHECK(refused == 4);
}
