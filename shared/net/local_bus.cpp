#include "shared/core/log.hpp"
#include "shared/net/bus.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace cp::net {
namespace {

class LocalBus final : public Bus {
 public:
  explicit LocalBus(std::size_t queue_limit) : queue_limit_(queue_limit), thread_([this] { loop(); }) {}
  ~LocalBus() override { stop(); }

  void publish(std::string channel, std::string message) override {
    {
      const std::scoped_lock lock(mutex_);
      if (stopping_) return;
      if (queue_.size() >= queue_limit_) {
        if (dropped_++ % 1'000 == 0) log::warning("bus-message-dropped", {{"dropped", dropped_}});
        return;
      }
      queue_.emplace_back(std::move(channel), std::move(message));
    }
    wake_.notify_one();
  }

  void on_message(Handler handler) override {
    const std::scoped_lock lock(handlers_mutex_);
    handlers_.push_back(std::move(handler));
  }
  // Nothing can be missed within a process.
  void on_gap(std::function<void()>) override {}
  [[nodiscard]] bool ready() const override { return true; }

  void stop() override {
    {
      const std::scoped_lock lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_one();
    if (thread_.joinable()) thread_.join();
  }

 private:
  void loop() {
    for (;;) {
      std::deque<std::pair<std::string, std::string>> messages;
      {
        std::unique_lock lock(mutex_);
        wake_.wait(lock, [&] { return stopping_ || !queue_.empty(); });
        if (queue_.empty()) return;
        messages.swap(queue_);
      }
      const std::scoped_lock lock(handlers_mutex_);
      for (const auto& [channel, message] : messages) {
        for (const auto& handler : handlers_) handler(channel, message);
      }
    }
  }

  std::mutex handlers_mutex_;
  std::vector<Handler> handlers_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::pair<std::string, std::string>> queue_;
  std::size_t queue_limit_;
  std::int64_t dropped_ = 0;
  bool stopping_ = false;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace

std::unique_ptr<Bus> make_local_bus(std::size_t queue_limit) {
  return std::make_unique<LocalBus>(queue_limit);
}

}  // namespace cp::net
