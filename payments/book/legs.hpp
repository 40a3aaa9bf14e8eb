// Builds an operation's legs: each account once, and what a plan pools beside what leaves its streams.
#pragma once

#include "payments/book/book.hpp"

#include <map>
#include <string>
#include <vector>

namespace cp::payments {

class Legs {
 public:
  void add(ledger::AccountKind kind, std::string account, Money amount);
  /// From the plan's stream to what the pool holds of it, or back where the amount is negative;
  /// both count against the plan's cap, the family's own money apart.
  void hold(const Id<"pool">& pool, const SharePart& part, Money amount);
  /// From the stream to somewhere else at once, or back, against the cap.
  void pool_from_stream(const SharePart& part, Money amount);
  /// The legs that move something, in the order in which their accounts were named.
  std::vector<ledger::Leg> take();

 private:
  std::vector<ledger::Leg> legs_;
  std::map<std::string, std::size_t> places_;
};

/// What moves these legs and means this.
ledger::Draft draft_of(Legs& legs, Fact fact, Money amount);

}  // namespace cp::payments
