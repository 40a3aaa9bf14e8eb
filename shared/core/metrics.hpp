// Counts and times for `/metrics`. Adding to one is a relaxed atomic on the thread's own cache
// line; the text in Prometheus's format is made only when somebody asks for it.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace cp::metrics {

inline constexpr std::size_t shards = 8;
/// Which of the shards this thread adds to.
std::size_t shard_of_thread();

/// Only goes up.
class Counter {
 public:
  void add(std::int64_t count = 1) {
    cells_[shard_of_thread()].value.fetch_add(count, std::memory_order_relaxed);
  }
  [[nodiscard]] std::int64_t value() const;

 private:
  struct alignas(64) Cell {
    std::atomic<std::int64_t> value{0};
  };
  std::array<Cell, shards> cells_;
};

/// How long things took, counted in fixed buckets from 100 microseconds to 10 seconds.
class Histogram {
 public:
  static constexpr std::array<std::int64_t, 16> bounds_us{
      100,    250,    500,    1'000,   2'500,   5'000,     10'000,    25'000,
      50'000, 100'000, 250'000, 500'000, 1'000'000, 2'500'000, 5'000'000, 10'000'000};
  void observe_us(std::int64_t microseconds);

  struct Reading {
    std::array<std::int64_t, bounds_us.size() + 1> counts{};  // not cumulative
    std::int64_t count = 0;
    std::int64_t sum_us = 0;
  };
  [[nodiscard]] Reading read() const;

 private:
  struct alignas(64) Cell {
    std::array<std::atomic<std::int64_t>, bounds_us.size() + 1> counts{};
    std::atomic<std::int64_t> sum_us{0};
  };
  std::array<Cell, shards> cells_;
};

using Labels = std::vector<std::pair<std::string, std::string>>;

/// Every metric of the process. Asking for one that is there already answers the same one. Names
/// are `commonpurse_..._total` for counters and `..._seconds` for histograms. Thread-safe; what it
/// answers lives as long as the registry.
class Registry {
 public:
  Registry();
  ~Registry();
  Registry(const Registry&) = delete;
  Registry& operator=(const Registry&) = delete;

  Counter& counter(const std::string& name, const std::string& help, const Labels& labels = {});
  Histogram& histogram(const std::string& name, const std::string& help, const Labels& labels = {});
  /// `read` is called, on any thread, whenever the text is made.
  void gauge(const std::string& name, const std::string& help, std::function<double()> read,
             const Labels& labels = {});
  /// The same for a number that only goes up and is counted elsewhere.
  void counter_from(const std::string& name, const std::string& help, std::function<double()> read,
                    const Labels& labels = {});

  /// Prometheus's text format 0.0.4.
  [[nodiscard]] std::string text() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace cp::metrics
