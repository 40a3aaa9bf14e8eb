// The pennies of sessions whose shares change, as a flow: slower than dealing them one by one, and
// never without an answer.
#pragma once

#include "payments/splitting/pennies.hpp"

namespace cp::payments {

/// Who gets a penny on top of the whole ones: 0 or 1, by session, then by member.
std::vector<std::int64_t> deal_by_flow(const Targets& targets);

}  // namespace cp::payments
