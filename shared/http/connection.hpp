// One connection: requests are read, answered in their order, and written, until it closes. Only
// the server includes this.
#pragma once

#include "shared/http/server.hpp"

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/intrusive/list.hpp>

#include <array>
#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

namespace cp::http {

using SteadyClock = std::chrono::steady_clock;
using Timer = boost::asio::basic_waitable_timer<SteadyClock, boost::asio::wait_traits<SteadyClock>, Executor>;

/// What a thread's sweep looks at. Deadlines are coarse: one timer for each thread looks twice a
/// second, because a timer for each operation costs a fifth of all requests.
struct Connection : boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
  explicit Connection(Socket connected) : socket(std::move(connected)) {}

  Socket socket;
  SteadyClock::time_point deadline = SteadyClock::time_point::max();
  bool idle = false;       // between two requests: may be closed without harm
  bool timed_out = false;  // the sweep cancelled what it waits for
  std::string remote_address;

  // Bytes read and not parsed yet are `input[parsed, filled)`; the request being read began at
  // `began`, and its bytes stay until its headers are whole, for who takes over an upgrade.
  std::string input;
  std::size_t began = 0;
  std::size_t parsed = 0;
  std::size_t filled = 0;
  std::string output;
};

/// One I/O thread and the connections that live on it.
struct IoThread {
  // Connections unlink themselves when the context destroys them, so the list is declared first.
  boost::intrusive::list<Connection, boost::intrusive::constant_time_size<false>> connections;
  boost::asio::io_context context{1};
  boost::asio::executor_work_guard<Executor> keep_running{context.get_executor()};
  Timer sweep{context.get_executor()};
  std::string date;
  std::int64_t date_second = 0;
  std::thread thread;
};

/// What all connections share.
struct Site {
  Site(const Config& settings, const Router& table, metrics::Registry& registry);

  const Config& config;
  const Router& router;
  std::vector<std::string> trusted_proxies;
  std::map<std::string, Upgrade, std::less<>> upgrades;
  std::map<std::string, Response, std::less<>> constants;

  std::atomic<bool> stopping{false};
  std::atomic<std::int64_t> open{0};
  std::atomic<std::int64_t> in_flight{0};
  std::mutex closing;
  std::condition_variable closed;

  std::array<metrics::Counter*, 6> answered{};  // by the first digit of the status
  metrics::Histogram& duration;
  metrics::Counter& accepted;
  metrics::Counter& turned_away;
  metrics::Counter& timeouts;
};

/// Serves `socket` to its end. The caller has counted it in `site.open`.
Task<void> serve(Site& site, IoThread& thread, Socket socket);

}  // namespace cp::http
