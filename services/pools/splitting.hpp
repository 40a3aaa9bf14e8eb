// What `payments` is asked so that an agreement becomes shares.
#pragma once

#include "payments/client.hpp"
#include "services/pools/rules.hpp"

namespace cp::pools {

/// For the price of one session.
payments::PriceRequest price_request(const Purchase& bought, std::int64_t children);

/// Every session of the pool and everybody who takes part.
Segment whole_pool(const Pool& pool);

/// For the shares of a segment, whose sessions count from 1. `paid` are the shares so far: what
/// they were rounded by in sessions that were not cancelled is carried on.
payments::SplitRequest split_request(const Pool& pool, const Segment& segment, Money price_per_session,
                                     const std::vector<Share>& paid);

/// How a share was worked out, as the pool keeps it.
std::vector<ShareStep> steps_of(const payments::Derivation& derivation);

}  // namespace cp::pools
