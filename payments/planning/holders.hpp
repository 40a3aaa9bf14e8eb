// Who holds the money of a plan: one holder for all of it, and hand-overs of its parts from a day on, so that it
// can move bit by bit.
#pragma once

#include "payments/model.hpp"

#include <vector>

namespace cp::payments {

/// Who holds what an instalment of a plan's stream pays for on a day. Of the hand-overs that have come by then the one
/// of the latest day holds; on the same day the one of the instalment before the one of the stream; then what was said
/// last. Before any of them the plan's own holder. A family's own money was paid in: the authority manages it.
Holder holder_on(Date day, Holder of_plan, const std::vector<HandOver>& hand_overs, Stream stream, const Instalment& instalment);

/// Whether the authority has the money itself: what others hold it collects from them, for it pays the provider.
constexpr bool is_with_authority(Holder holder) { return holder == Holder::managed; }

}  // namespace cp::payments
