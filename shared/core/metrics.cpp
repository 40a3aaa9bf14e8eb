#include "shared/core/metrics.hpp"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <limits>
#include <list>
#include <map>
#include <mutex>
#include <stdexcept>

namespace cp::metrics {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

std::size_t shard_of_thread() {
  static std::atomic<std::size_t> threads{0};
  thread_local const std::size_t shard = threads.fetch_add(1, std::memory_order_relaxed) % shards;
  return shard;
}

std::int64_t Counter::value() const {
  std::int64_t sum = 0;
  for (const auto& cell : cells_) sum += cell.value.load(std::memory_order_relaxed);
  return sum;
}

void Histogram::observe_us(std::int64_t microseconds) {
  const auto bound = std::lower_bound(bounds_us.begin(), bounds_us.end(), microseconds);
  auto& cell = cells_[shard_of_thread()];
  cell.counts[static_cast<std::size_t>(bound - bounds_us.begin())].fetch_add(1, std::memory_order_relaxed);
  cell.sum_us.fetch_add(microseconds, std::memory_order_relaxed);
}

Histogram::Reading Histogram::read() const {
  Reading reading;
  for (const auto& cell : cells_) {
    for (std::size_t at = 0; at < reading.counts.size(); ++at) {
      const auto count = cell.counts[at].load(std::memory_order_relaxed);
      reading.counts[at] += count;
      reading.count += count;
    }
    reading.sum_us += cell.sum_us.load(std::memory_order_relaxed);
  }
  return reading;
}

// ---------------------------------------------------------------- the registry

namespace {

struct Metric {
  Labels labels;
  std::unique_ptr<Counter> counter;
  std::unique_ptr<Histogram> histogram;
  std::function<double()> read;
};

struct Family {
  std::string help;
  MetricType type = MetricType::Untyped;
  std::list<Metric> metrics;
};

ClientMetric with_labels(const Labels& labels) {
  ClientMetric out;
  for (const auto& [name, value] : labels) {
    ClientMetric::Label label;
    label.name = name;
    label.value = value;
    out.label.push_back(std::move(label));
  }
  return out;
}

void fill_histogram(ClientMetric& out, const Histogram::Reading& reading) {
  std::int64_t so_far = 0;
  for (std::size_t at = 0; at < reading.counts.size(); ++at) {
    so_far += reading.counts[at];
    ClientMetric::Bucket bucket;
    bucket.cumulative_count = static_cast<std::uint64_t>(so_far);
    bucket.upper_bound = at < Histogram::bounds_us.size()
                             ? static_cast<double>(Histogram::bounds_us[at]) / 1e6
                             : std::numeric_limits<double>::infinity();
    out.histogram.bucket.push_back(bucket);
  }
  out.histogram.sample_count = static_cast<std::uint64_t>(so_far);
  out.histogram.sample_sum = static_cast<double>(reading.sum_us) / 1e6;
}

ClientMetric collect(const Metric& metric, MetricType type) {
  auto out = with_labels(metric.labels);
  if (metric.histogram) {
    fill_histogram(out, metric.histogram->read());
    return out;
  }
  const double value = metric.counter ? static_cast<double>(metric.counter->value()) : metric.read();
  if (type == MetricType::Counter) out.counter.value = value;
  else out.gauge.value = value;
  return out;
}

}  // namespace

struct Registry::State {
  mutable std::mutex mutex;
  std::map<std::string, Family> families;

  /// The metric of these labels, made where there is none; with the lock held.
  Metric& find(const std::string& name, const std::string& help, MetricType type, const Labels& labels) {
    auto& family = families[name];
    if (family.type == MetricType::Untyped) {
      family.help = help;
      family.type = type;
    }
    if (family.type != type) throw std::logic_error("metric of two kinds: " + name);
    for (auto& metric : family.metrics) {
      if (metric.labels == labels) return metric;
    }
    family.metrics.push_back({labels, nullptr, nullptr, nullptr});
    return family.metrics.back();
  }
};

Registry::Registry() : state_(std::make_unique<State>()) {}
Registry::~Registry() = default;

Counter& Registry::counter(const std::string& name, const std::string& help, const Labels& labels) {
  const std::scoped_lock lock(state_->mutex);
  auto& metric = state_->find(name, help, MetricType::Counter, labels);
  if (!metric.counter) metric.counter = std::make_unique<Counter>();
  return *metric.counter;
}

Histogram& Registry::histogram(const std::string& name, const std::string& help, const Labels& labels) {
  const std::scoped_lock lock(state_->mutex);
  auto& metric = state_->find(name, help, MetricType::Histogram, labels);
  if (!metric.histogram) metric.histogram = std::make_unique<Histogram>();
  return *metric.histogram;
}

void Registry::gauge(const std::string& name, const std::string& help, std::function<double()> read,
                     const Labels& labels) {
  const std::scoped_lock lock(state_->mutex);
  state_->find(name, help, MetricType::Gauge, labels).read = std::move(read);
}

void Registry::counter_from(const std::string& name, const std::string& help, std::function<double()> read,
                            const Labels& labels) {
  const std::scoped_lock lock(state_->mutex);
  state_->find(name, help, MetricType::Counter, labels).read = std::move(read);
}

std::string Registry::text() const {
  std::vector<MetricFamily> families;
  {
    const std::scoped_lock lock(state_->mutex);
    for (const auto& [name, family] : state_->families) {
      MetricFamily out;
      out.name = name;
      out.help = family.help;
      out.type = family.type;
      for (const auto& metric : family.metrics) out.metric.push_back(collect(metric, family.type));
      families.push_back(std::move(out));
    }
  }
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace cp::metrics
