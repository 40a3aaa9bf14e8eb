#include "matching/engine/packing_exchanges.hpp"

#include <algorithm>
#include <numeric>

namespace cp::matching {
namespace {

using At = std::uint32_t;
constexpr std::int64_t attempts_between_questions = 64;

class Exchanges {
 public:
  Exchanges(const Packing& packing, const std::vector<At>& start, std::uint64_t seed)
      : packing_(packing), random_(seed * 0x9E3779B97F4A7C15 + 1), left_(packing.capacities),
        users_(packing.capacities.size()), is_in_(packing.sets.size(), 0), last_touched_(packing.sets.size(), 0) {
    for (At set = 0; set < packing.sets.size(); ++set) {
      if (packing.sets[set].weight <= 0 || !fits(packing, {set})) continue;
      usable_.push_back(set);
      for (const auto& use : packing.sets[set].uses) users_[use.item].push_back(set);
    }
    // Where sets are looked for, the heaviest for what they use come first.
    const auto worth = [&](At set) {
      std::int64_t used = 1;
      for (const auto& use : packing.sets[set].uses) used += use.amount;
      return static_cast<double>(packing.sets[set].weight) / static_cast<double>(used);
    };
    const auto better = [&](At a, At b) { return worth(a) != worth(b) ? worth(a) > worth(b) : a < b; };
    std::sort(usable_.begin(), usable_.end(), better);
    for (auto& users : users_) std::sort(users.begin(), users.end(), better);
    for (const auto set : start) put_in(set);
    for (const auto set : usable_) {
      if (!is_in_[set] && has_room(set)) put_in(set);
    }
    remember();
  }

  void try_once(std::int64_t attempt) {
    if (usable_.empty()) return;
    undo_.clear();
    const auto before = weight_;
    const auto moves = 1 + random() % 3;
    for (std::uint64_t move = 0; move < moves; ++move) force_in(pick());
    refill();
    if (weight_ > best_weight_) remember();
    // A little worse is accepted now and then, or the search ends at the first hill.
    const auto allowed = random() % 50 == 0 ? before / 200 : 0;
    if (weight_ + allowed < before) take_back();
    for (const auto& [set, was_in] : undo_) last_touched_[set] = attempt;
  }
  [[nodiscard]] std::vector<At> best() const { return best_; }

 private:
  std::uint64_t random() {
    random_ ^= random_ >> 12;
    random_ ^= random_ << 25;
    random_ ^= random_ >> 27;
    return (random_ * 0x2545F4914F6CDD1D) >> 33;
  }
  /// Of a few sets that are out, the one that was longest left alone.
  At pick() {
    auto chosen = usable_[random() % usable_.size()];
    for (int more = 0; more < 3; ++more) {
      const auto other = usable_[random() % usable_.size()];
      if (is_in_[chosen] || (!is_in_[other] && last_touched_[other] < last_touched_[chosen])) chosen = other;
    }
    return chosen;
  }
  [[nodiscard]] bool has_room(At set) const {
    const auto& uses = packing_.sets[set].uses;
    return std::all_of(uses.begin(), uses.end(), [&](const PackingUse& use) { return use.amount <= left_[use.item]; });
  }
  void put_in(At set) { change(set, 1), undo_.push_back({set, false}); }
  void take_out(At set) { change(set, -1), undo_.push_back({set, true}); }
  void change(At set, std::int64_t sign) {
    is_in_[set] = sign > 0;
    weight_ += sign * packing_.sets[set].weight;
    for (const auto& use : packing_.sets[set].uses) left_[use.item] -= sign * use.amount;
  }
  void force_in(At set) {
    if (is_in_[set]) return;
    for (const auto& use : packing_.sets[set].uses) {
      for (const auto other : users_[use.item]) {
        if (left_[use.item] >= use.amount) break;
        if (is_in_[other]) take_out(other);
      }
    }
    put_in(set);
  }
  void refill() {
    for (std::size_t at = 0; at < undo_.size(); ++at) {
      if (!undo_[at].second) continue;
      for (const auto& use : packing_.sets[undo_[at].first].uses) {
        if (left_[use.item] <= 0) continue;
        for (const auto other : users_[use.item]) {
          if (!is_in_[other] && has_room(other)) put_in(other);
          if (left_[use.item] <= 0) break;
        }
      }
    }
  }
  void take_back() {
    for (auto at = undo_.size(); at-- > 0;) change(undo_[at].first, undo_[at].second ? 1 : -1);
  }
  void remember() {
    best_weight_ = weight_;
    best_.clear();
    for (const auto set : usable_) {
      if (is_in_[set]) best_.push_back(set);
    }
  }

  const Packing& packing_;
  std::uint64_t random_;
  std::vector<std::int64_t> left_;
  std::vector<std::vector<At>> users_;  // by item
  std::vector<char> is_in_;
  std::vector<std::int64_t> last_touched_;
  std::vector<At> usable_, best_;
  std::vector<std::pair<At, bool>> undo_;  // with whether it was in
  std::int64_t weight_ = 0, best_weight_ = 0;
};

}  // namespace

std::vector<std::uint32_t> exchange_sets(const Packing& packing, const std::vector<std::uint32_t>& start,
                                         std::int64_t attempts, std::uint64_t seed, const std::function<bool()>& stop) {
  Exchanges exchanges(packing, start, seed);
  for (std::int64_t attempt = 1; attempt <= attempts; ++attempt) {
    if (stop && attempt % attempts_between_questions == 0 && stop()) break;
    exchanges.try_once(attempt);
  }
  return exchanges.best();
}

}  // namespace cp::matching
