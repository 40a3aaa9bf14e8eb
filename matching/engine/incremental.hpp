// A living arrangement of one authority: families join, leave and change, offers appear and are cancelled, and each time
// only what stands near is touched. Agreed groups stay as they are unless one of their own families leaves or their run is
// cancelled; a proposed group is changed for nothing less than the price of disturbing it. Pure, like the engine.
#pragma once

#include "matching/engine/engine.hpp"
#include "matching/engine/model.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace cp::matching {

struct LivingOptions {
  /// What a change has to gain for each proposed group it disturbs, in the unit of scores.
  std::int64_t disturbance = 10'000;
  /// Trials of the local search after an event, near it and again further out.
  std::int64_t steps = 400;
};

/// What an event changed: runs whose groups are not what they were, by id.
struct Changed {
  std::vector<std::string> runs;
  std::int64_t gain = 0;
};

class Living {
 public:
  /// Starts from groups found by `propose` or stored since, `standing` of the instance: agreed ones are kept for good. The
  /// instance must have passed `validate`.
  explicit Living(Instance instance, std::uint64_t seed = 1, LivingOptions options = {});
  ~Living();
  Living(Living&&) noexcept;
  Living& operator=(Living&&) noexcept;

  /// Whoever joins must be valid and its id free; who leaves or changes must be here. False if not, and nothing changed.
  bool join(const Family& family, Changed* changed = nullptr);
  bool leave(std::string_view family, Changed* changed = nullptr);
  bool change(const Family& family, Changed* changed = nullptr);
  bool add_offer(const Offer& offer, Changed* changed = nullptr);
  bool cancel_offer(std::string_view offer, Changed* changed = nullptr);
  /// The group on this run with this family becomes agreed.
  bool agree(std::string_view run, std::string_view family);

  [[nodiscard]] std::int64_t score() const;
  /// Families and offers as they are now, and the agreed groups.
  [[nodiscard]] Instance instance() const;
  /// All groups, with reasons.
  [[nodiscard]] Proposal proposal() const;
  /// Why a family is in no group; it must be here.
  [[nodiscard]] LeftOut why_left_out(std::string_view family) const;

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace cp::matching
