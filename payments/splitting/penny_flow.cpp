#include "payments/splitting/penny_flow.hpp"

#include <algorithm>
#include <limits>
#include <queue>
#include <stdexcept>

namespace cp::payments {
namespace {

/// Dinic's greatest flow.
class Flow {
 public:
  explicit Flow(std::size_t nodes) : edges_of_(nodes), level_(nodes), next_(nodes) {}

  std::size_t connect(std::size_t from, std::size_t to, std::int64_t capacity) {
    edges_of_[from].push_back(edges_.size());
    edges_.push_back({to, capacity});
    edges_of_[to].push_back(edges_.size());
    edges_.push_back({from, 0});
    return edges_.size() - 2;
  }

  std::int64_t greatest(std::size_t source, std::size_t sink) {
    std::int64_t flow = 0;
    while (find_levels(source, sink)) {
      std::fill(next_.begin(), next_.end(), 0);
      while (const auto pushed = push(source, sink, std::numeric_limits<std::int64_t>::max())) flow += pushed;
    }
    return flow;
  }

  std::int64_t through(std::size_t edge) const { return edges_[edge + 1].capacity; }

 private:
  struct Edge {
    std::size_t to;
    std::int64_t capacity;
  };

  bool find_levels(std::size_t source, std::size_t sink) {
    std::fill(level_.begin(), level_.end(), -1);
    std::queue<std::size_t> waiting;
    level_[source] = 0;
    waiting.push(source);
    while (!waiting.empty()) {
      const auto node = waiting.front();
      waiting.pop();
      for (const auto edge : edges_of_[node]) {
        const auto& [to, capacity] = edges_[edge];
        if (capacity == 0 || level_[to] >= 0) continue;
        level_[to] = level_[node] + 1;
        waiting.push(to);
      }
    }
    return level_[sink] >= 0;
  }

  /// Along one path of growing levels. As deep as a path is long: at most a few for every session.
  std::int64_t push(std::size_t node, std::size_t sink, std::int64_t most) {
    if (node == sink) return most;
    for (auto& at = next_[node]; at < edges_of_[node].size(); ++at) {
      const auto edge = edges_of_[node][at];
      const auto to = edges_[edge].to;
      if (edges_[edge].capacity == 0 || level_[to] != level_[node] + 1) continue;
      if (const auto pushed = push(to, sink, std::min(most, edges_[edge].capacity))) {
        edges_[edge].capacity -= pushed;
        edges_[edge ^ 1U].capacity += pushed;
        return pushed;
      }
    }
    return 0;
  }

  std::vector<Edge> edges_;
  std::vector<std::vector<std::size_t>> edges_of_;
  std::vector<int> level_;
  std::vector<std::size_t> next_;
};

}  // namespace

// source -> session s (as many as it has pennies) -> member i in session s (one, where the share
// does not divide) -> member i in session s + 1 ... What runs along a member's line is how many
// pennies it has had; that has to be the whole part of what is due (`d` units leave for the sink at
// every whole penny), and may be one more (a capacity of one, unless nothing is over).
std::vector<std::int64_t> deal_by_flow(const Targets& targets) {
  const auto members = targets.members;
  const auto sessions = static_cast<std::size_t>(targets.sessions);
  const std::size_t source = 0, sink = 1, over = 2, first_session = 3, first_cell = 3 + sessions;
  Flow flow(first_cell + sessions * members);
  std::vector<Wide> due(members, 0);
  std::vector<std::size_t> given(sessions * members, 0);
  std::int64_t all = 0, whole = 0;
  for (std::size_t s = 0; s < sessions; ++s) {
    Wide rests = 0;
    for (std::size_t i = 0; i < members; ++i) {
      const auto cell = first_cell + s * members + i;
      const auto rest = targets.at(static_cast<std::int64_t>(s), i).rest;
      rests += rest;
      given[s * members + i] = flow.connect(first_session + s, cell, rest > 0 ? 1 : 0);
      const auto before = static_cast<std::int64_t>(due[i] / targets.one);
      due[i] += rest;
      const auto after = static_cast<std::int64_t>(due[i] / targets.one);
      flow.connect(cell, sink, after - before);
      whole += after - before;
      const std::int64_t one_more = due[i] % targets.one == 0 ? 0 : 1;
      flow.connect(cell, s + 1 < sessions ? cell + members : over, one_more);
    }
    const auto pennies = static_cast<std::int64_t>(rests / targets.one);
    flow.connect(source, first_session + s, pennies);
    all += pennies;
  }
  flow.connect(over, sink, all - whole);
  if (flow.greatest(source, sink) != all) throw std::logic_error("split: the pennies do not flow");
  std::vector<std::int64_t> extras;
  extras.reserve(given.size());
  for (const auto edge : given) extras.push_back(flow.through(edge));
  return extras;
}

}  // namespace cp::payments
