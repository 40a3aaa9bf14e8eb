// What becomes of a plan's money when the plan has ended: part of each stream is carried over into the next plan, by
// the authority's policy, and the rest goes back to where it came from.
#pragma once

#include "payments/model.hpp"

#include <string>
#include <vector>

namespace cp::payments {

/// No source says how much may be carried over, so it is the authority's policy.
struct CarryPolicy {
  std::int64_t percent = 0;    // of what was allocated to the stream, rounded down
  std::optional<Money> limit;  // and of each stream at most this
};

/// What goes out of one instalment of a stream.
struct Leftover {
  Stream stream = Stream::short_breaks;
  Instalment from;
  Money carried;   // into the next plan
  Money returned;  // to the authority; own money to the family
};

/// What was carried over of a stream before: a refund may come after the plan was ended once.
struct Carried {
  Stream stream = Stream::short_breaks;
  Money amount;
};

/// Everything that is left of the plan, in its order. Without a next plan nothing is carried over. A family's own
/// money goes into the next plan whole; without one it goes back to the family.
std::vector<Leftover> leftovers(const Plan& plan, const CarryPolicy& policy, const std::vector<Carried>& before,
                                bool has_next);

/// The policy in words for the statement.
std::string words_of(const CarryPolicy& policy);

}  // namespace cp::payments
