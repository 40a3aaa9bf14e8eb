// What each reader may see of a pool. Members see the whole group and its split, because they agree
// to it; a provider sees how many children come, never who; a parent who is not (yet) a member sees
// only that a group is forming.
#pragma once

#include "services/pools/model.hpp"
#include "services/pools/wire.hpp"
#include "shared/http/message.hpp"

namespace cp::pools {

bool may_see(const http::Principal& who, const Pool& pool);
/// Facilitators of the pool's authority.
bool may_broker(const http::Principal& who, const Pool& pool);
/// Who may say that a session took place or did not: the provider and the facilitator.
bool may_run_sessions(const http::Principal& who, const Pool& pool);

/// What the facilitator wrote down for one family; minutes said once are for every session.
MemberTerms terms_of(const AgreementMember& agreed, std::size_t sessions);

PoolView view_of(const Pool& pool, const http::Principal& who);
PoolSummary summary_of(const Pool& pool, const http::Principal& who);

}  // namespace cp::pools
